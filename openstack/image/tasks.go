package image

import (
	"slices"

	"github.com/softlayer/jumpgate"
)

// listTasks answers GET /v2/tasks, which policy leaves to admins: the imports
// of all images that the principal may see, the newest first.
func (s *service) listTasks(r *jumpgate.Request) (any, error) {
	if err := s.check(r.Context(), "tasks_api_access", nil); err != nil {
		return nil, err
	}
	tasks, err := s.allTasks(r)
	if err != nil {
		return nil, err
	}
	list := make([]jumpgate.Object, 0, len(tasks))
	for _, t := range tasks {
		list = append(list, presentTask(&t))
	}
	return jumpgate.Object{
		{Name: "tasks", Value: list}, {Name: "first", Value: "/v2/tasks"}, {Name: "schema", Value: "/v2/schemas/tasks"},
	}, nil
}

// showTask answers GET /v2/tasks/{task_id}.
func (s *service) showTask(r *jumpgate.Request) (any, error) {
	if err := s.check(r.Context(), "tasks_api_access", nil); err != nil {
		return nil, err
	}
	tasks, err := s.allTasks(r)
	if err != nil {
		return nil, err
	}
	id := r.Var("task_id")
	i := slices.IndexFunc(tasks, func(t Task) bool { return t.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Task not found with id %s", id)
	}
	var result any
	if tasks[i].Status == "success" {
		result = jumpgate.Object{}
	}
	return append(presentTask(&tasks[i]),
		jumpgate.Member{Name: "message", Value: tasks[i].Message},
		jumpgate.Member{Name: "input", Value: jumpgate.Object{{Name: "import_req", Value: jumpgate.Object{
			{Name: "method", Value: jumpgate.Object{{Name: "name", Value: tasks[i].Method}}},
		}}}},
		jumpgate.Member{Name: "result", Value: result},
	), nil
}

func (s *service) allTasks(r *jumpgate.Request) ([]Task, error) {
	var tasks []Task
	for img, err := range s.lister.ListImages(r.Context(), Query{Visibility: "all", MemberStatus: "all", Limit: maxLimit}) {
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, img.Tasks...)
	}
	slices.SortStableFunc(tasks, func(a, b Task) int { return b.Created.Compare(a.Created) })
	return tasks, nil
}

func presentTask(t *Task) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "id", Value: t.ID},
		{Name: "type", Value: "api_image_import"},
		{Name: "status", Value: t.Status},
		{Name: "owner", Value: t.Owner},
		{Name: "created_at", Value: date(t.Created)},
		{Name: "updated_at", Value: date(t.Updated)},
		{Name: "self", Value: "/v2/tasks/" + t.ID},
		{Name: "schema", Value: "/v2/schemas/task"},
	}
	if !t.Expires.IsZero() {
		o = append(o, jumpgate.Member{Name: "expires_at", Value: date(t.Expires)})
	}
	return o
}

// refuseTask answers what would make or delete a task; Glance itself refuses to
// delete one.
func (s *service) refuseTask(r *jumpgate.Request) (any, error) {
	if err := s.check(r.Context(), "tasks_api_access", nil); err != nil {
		return nil, err
	}
	return nil, jumpgate.MethodNotAllowed.New("")
}
