package compute

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// ServerAction is something that was done to a server.
type ServerAction struct {
	Name             string // as Nova calls it: create, start, stop, reboot, rebuild, resize ...
	RequestID        string // begins with "req-", unique for the server
	UserID           string // empty: nobody's
	ProjectID        string
	Started, Updated time.Time
	Failed           bool
	Events           []ServerEvent
}

// ServerEvent is a step of an action.
type ServerEvent struct {
	Name              string
	Started, Finished time.Time // Finished is zero while it goes on
	Failed            bool
	HostID            string
}

// A date may come once, and unlike elsewhere anything unknown is refused from
// the first version that has parameters.
var actionParams = &querySchema{strict: true, params: []queryParam{
	{name: "limit", schema: naturalNumber, single: true}, {name: "marker", schema: anyString, single: true},
	{name: "changes-since", schema: dateSchema, single: true},
	{name: "changes-before", since: 66, schema: dateSchema, single: true},
}}

func instanceActions(s *service, driver any, t *table) {
	if d, ok := driver.(ActionLister); ok {
		t.add(http.MethodGet, "os_instance_actions", func(r *jumpgate.Request) (any, error) { return s.listActions(r, d) })
		t.add(http.MethodGet, "os_instance_action", func(r *jumpgate.Request) (any, error) { return s.showAction(r, d) })
	}
}

// actionsFrom returns the actions of r's server, newest first. Those of a
// server that was deleted are told from 2.21 on.
func (s *service) actionsFrom(r *jumpgate.Request, d ActionLister) ([]ServerAction, error) {
	list, err := d.ServerActions(r.Context(), serverID(r))
	if minor(r) < 21 && s.serverGetter != nil && slices.ContainsFunc(list, func(a ServerAction) bool { return a.Name == "delete" }) {
		_, err = s.serverGetter.Server(r.Context(), serverID(r))
	}
	if err != nil {
		return nil, serverFault(err, serverID(r), 0)
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b ServerAction) int { return b.Started.Compare(a.Started) })
	return list, nil
}

func (s *service) listActions(r *jumpgate.Request, d ActionLister) (any, error) {
	p, err := readParams(r)
	paged := minor(r) >= 58
	if err == nil && paged {
		err = actionParams.check(p, minor(r))
	}
	if err != nil {
		return nil, err
	}
	list, err := s.actionsFrom(r, d)
	if err != nil {
		return nil, err
	}
	limit := len(list)
	if paged {
		limit = pageSize(p)
		if list, err = actionsPage(list, p); err != nil {
			return nil, err
		}
	}
	page := list[:min(limit, len(list))]
	views := make([]jumpgate.Object, len(page))
	for i, a := range page {
		views[i] = actionView(r, a)
	}
	answer := jumpgate.Object{{Name: "instanceActions", Value: views}}
	if paged && len(page) > 0 && len(page) == limit {
		next, err := nextLink(r, p, page[len(page)-1].RequestID)
		if err != nil {
			return nil, err
		}
		answer = append(answer, jumpgate.Member{Name: "links", Value: next})
	}
	return answer, nil
}

// actionsPage is what of list p asks for, but for the limit.
func actionsPage(list []ServerAction, p rest.Params) ([]ServerAction, error) {
	since, _ := rest.ParseDate(p.Get("changes-since"))
	before, bounded := rest.ParseDate(p.Get("changes-before"))
	if bounded && before.Before(since) {
		return nil, jumpgate.BadRequest.New("The value of changes-since must be less than or equal to changes-before.")
	}
	list, err := afterMarker(p, list, func(a ServerAction) string { return a.RequestID })
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(a ServerAction) bool {
		return a.Updated.Before(since) || bounded && a.Updated.After(before)
	}), nil
}

func (s *service) showAction(r *jumpgate.Request, d ActionLister) (any, error) {
	list, err := s.actionsFrom(r, d)
	if err != nil {
		return nil, err
	}
	id := r.Var("action_id")
	i := slices.IndexFunc(list, func(a ServerAction) bool { return a.RequestID == id })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Action %s not found", id)
	}
	view := actionView(r, list[i])
	if minor(r) >= 51 { // before, only to admins
		events := make([]jumpgate.Object, len(list[i].Events))
		for j, e := range list[i].Events {
			events[j] = eventView(r, e)
		}
		view = append(view, jumpgate.Member{Name: "events", Value: events})
	}
	return jumpgate.Object{{Name: "instanceAction", Value: view}}, nil
}

func actionView(r *jumpgate.Request, a ServerAction) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "action", Value: a.Name},
		{Name: "instance_uuid", Value: serverID(r)},
		{Name: "request_id", Value: a.RequestID},
		{Name: "user_id", Value: rest.OrNil(a.UserID)},
		{Name: "project_id", Value: rest.OrNil(a.ProjectID)},
		{Name: "start_time", Value: jumpgate.DateOrNil(a.Started, jumpgate.DateMicros)},
		{Name: "message", Value: failure(a.Failed, "Error", nil)},
	}
	if minor(r) >= 58 {
		updated := cmp.Or(a.Updated, a.Started)
		o = append(o, jumpgate.Member{Name: "updated_at", Value: jumpgate.DateOrNil(updated, jumpgate.DateMicros)})
	}
	return o
}

// eventView leaves out what is for admins: traceback, host and details.
func eventView(r *jumpgate.Request, e ServerEvent) jumpgate.Object {
	var result any
	if !e.Finished.IsZero() {
		result = failure(e.Failed, "Error", "Success")
	}
	o := jumpgate.Object{
		{Name: "event", Value: e.Name},
		{Name: "start_time", Value: jumpgate.DateOrNil(e.Started, jumpgate.DateMicros)},
		{Name: "finish_time", Value: jumpgate.DateOrNil(e.Finished, jumpgate.DateMicros)},
		{Name: "result", Value: result},
	}
	if minor(r) >= 62 {
		o = append(o, jumpgate.Member{Name: "hostId", Value: e.HostID})
	}
	return o
}

func failure(failed bool, yes, no any) any {
	if failed {
		return yes
	}
	return no
}
