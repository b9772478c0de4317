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

// listImageTasks answers GET /v2/images/{image_id}/tasks.
func (s *service) listImageTasks(r *jumpgate.Request) (any, error) {
	img, err := s.find(r.Context(), r.Var("image_id"))
	if err != nil {
		return nil, err
	}
	list := []jumpgate.Object{}
	for _, t := range img.Tasks {
		method := jumpgate.Object{{Name: "name", Value: t.Method}}
		if t.URI != "" {
			method = append(method, jumpgate.Member{Name: "uri", Value: t.URI})
		}
		var result any
		if t.Status == "success" {
			result = jumpgate.Object{{Name: "image_id", Value: img.ID}}
		}
		stores := make([]any, 0, len(t.Stores))
		for _, id := range t.Stores {
			stores = append(stores, id)
		}
		if len(stores) == 0 {
			stores = append(stores, nil)
		}
		list = append(list, jumpgate.Object{
			{Name: "id", Value: t.ID},
			{Name: "type", Value: "api_image_import"},
			{Name: "status", Value: t.Status},
			{Name: "owner", Value: t.Owner},
			{Name: "expires_at", Value: jumpgate.DateOrNil(t.Expires, jumpgate.DateMicros)},
			{Name: "created_at", Value: jumpgate.Date(t.Created, jumpgate.DateMicros)},
			{Name: "updated_at", Value: jumpgate.Date(t.Updated, jumpgate.DateMicros)},
			{Name: "deleted_at", Value: nil},
			{Name: "deleted", Value: false},
			{Name: "image_id", Value: img.ID},
			{Name: "request_id", Value: t.RequestID},
			{Name: "user_id", Value: t.UserID},
			{Name: "input", Value: jumpgate.Object{
				{Name: "image_id", Value: img.ID},
				{Name: "import_req", Value: jumpgate.Object{{Name: "method", Value: method}}},
				{Name: "backend", Value: stores},
			}},
			{Name: "result", Value: result},
			{Name: "message", Value: t.Message},
		})
	}
	return jumpgate.Object{{Name: "tasks", Value: list}}, nil
}
