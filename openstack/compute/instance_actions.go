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
	HostID            string // as everybody sees it
	Host              string // as admins do; empty: none
	Details           string // why it failed, to admins; empty: nothing is known
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
	var next jumpgate.Object
	if paged {
		if list, err = actionsAfter(list, p); err == nil {
			list, next, err = firstPage(r, p, list, ServerAction.id, "links")
		}
		if err != nil {
			return nil, err
		}
	}
	views := make([]jumpgate.Object, len(list))
	for i := range list {
		views[i] = actionObject(r, &list[i], briefForm)
	}
	return append(jumpgate.Object{{Name: "instanceActions", Value: views}}, next...), nil
}

func (a ServerAction) id() string { return a.RequestID }

// actionsAfter is what of list p asks for, but for the limit.
func actionsAfter(list []ServerAction, p rest.Params) ([]ServerAction, error) {
	since, _ := rest.ParseDate(p.Get("changes-since"))
	before, bounded := rest.ParseDate(p.Get("changes-before"))
	if bounded && before.Before(since) {
		return nil, jumpgate.BadRequest.New("The value of changes-since must be less than or equal to changes-before.")
	}
	list, err := afterMarker(p, list, ServerAction.id, noMarker)
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
	return jumpgate.Object{{Name: "instanceAction", Value: actionObject(r, &list[i], showForm)}}, nil
}

// actionFields are the members of an action, whose events a list does not tell,
// and before 2.51 nobody tells but to admins.
var actionFields = []rest.Field[actionView]{
	{Name: "action", Value: func(v actionView) any { return v.Name }},
	{Name: "instance_uuid", Value: func(v actionView) any { return v.server }},
	{Name: "request_id", Value: func(v actionView) any { return v.RequestID }},
	{Name: "user_id", Value: func(v actionView) any { return rest.OrNil(v.UserID) }},
	{Name: "project_id", Value: func(v actionView) any { return rest.OrNil(v.ProjectID) }},
	{Name: "start_time", Value: func(v actionView) any { return jumpgate.DateOrNil(v.Started, jumpgate.DateMicros) }},
	{Name: "message", Value: func(v actionView) any { return failure(v.Failed, "Error", nil) }},
	{Name: "updated_at", Since: 58, Value: func(v actionView) any {
		return jumpgate.DateOrNil(cmp.Or(v.Updated, v.Started), jumpgate.DateMicros)
	}},
	{Name: "events", Forms: showForm, Until: 51, Right: eventsSeer, Value: showEvents},
	{Name: "events", Forms: showForm, Since: 51, Value: showEvents},
}

func showEvents(v actionView) any {
	events := make([]jumpgate.Object, len(v.Events))
	for i := range v.Events {
		events[i] = rest.Show(eventFields, v.Answer, &v.Events[i])
	}
	return events
}

// What of an action a caller may have a right to see.
const (
	eventsSeer  rest.Set = 1 << iota // os-instance-actions:events: the events at any version, and where they were
	detailsSeer                      // os-instance-actions:events:details
)

// actionView is an action on its way to a client.
type actionView struct {
	*ServerAction
	server string
	rest.Answer
}

func actionObject(r *jumpgate.Request, a *ServerAction, form rest.Set) jumpgate.Object {
	answer := rest.Answer{Form: form, Version: minor(r)}
	if form == showForm && allow(r, "os_compute_api:os-instance-actions:events", nil) == nil {
		answer.Rights |= eventsSeer
	}
	if form == showForm && allow(r, "os_compute_api:os-instance-actions:events:details", nil) == nil {
		answer.Rights |= detailsSeer
	}
	return rest.Show(actionFields, answer, actionView{a, serverID(r), answer})
}

// eventFields are the members of an event. No cloud but Nova has a traceback.
var eventFields = []rest.Field[*ServerEvent]{
	{Name: "event", Value: func(e *ServerEvent) any { return e.Name }},
	{Name: "start_time", Value: func(e *ServerEvent) any { return jumpgate.DateOrNil(e.Started, jumpgate.DateMicros) }},
	{Name: "finish_time", Value: func(e *ServerEvent) any { return jumpgate.DateOrNil(e.Finished, jumpgate.DateMicros) }},
	{Name: "result", Value: func(e *ServerEvent) any {
		if e.Finished.IsZero() {
			return nil
		}
		return failure(e.Failed, "Error", "Success")
	}},
	{Name: "traceback", Right: eventsSeer, Value: func(*ServerEvent) any { return nil }},
	{Name: "host", Since: 62, Right: eventsSeer, Value: func(e *ServerEvent) any { return stringOrNull(&e.Host) }},
	{Name: "hostId", Since: 62, Value: func(e *ServerEvent) any { return e.HostID }},
	{Name: "details", Since: 84, Right: detailsSeer, Value: func(e *ServerEvent) any { return stringOrNull(&e.Details) }},
}

func failure(failed bool, yes, no any) any {
	if failed {
		return yes
	}
	return no
}
