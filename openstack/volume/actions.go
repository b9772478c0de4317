package volume

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// action is one thing that can be done to a volume, a snapshot or another
// thing by a POST to its action endpoint.
type action[T any] struct {
	since  int // minor version
	schema *schema.Schema
	run    func(r *jumpgate.Request, item T, arg schema.Object) (any, error)
	status int // 0: 202
	absent string
}

// actionsOf is the actions of one kind of thing.
type actionsOf[T any] struct {
	kind     string // in the policy's table: "volume"
	variable string // of the path; empty: they are done to no certain thing
	find     func(r *jumpgate.Request, id string) (T, error)
	actions  map[string]action[T]
}

// serve does what the body asks for: first its form is checked, then the thing
// found, then the policy asked, as in Cinder.
func (a *actionsOf[T]) serve(r *jumpgate.Request) (any, error) {
	value, err := rest.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	body, ok := value.(schema.Object)
	if !ok || len(body) == 0 {
		return nil, jumpgate.BadRequest.New("Malformed request body")
	}
	name := body[0].Name
	act, ok := a.actions[name]
	if !ok || act.since > minor(r) {
		return nil, jumpgate.BadRequest.New("There is no such action: %s. Verify the request body and Content-Type header and try again.", name)
	}
	arg := act.schema
	if arg == nil {
		arg = anyValue
	}
	if err := rest.WordFault(wrapped(name, arg).Check(value)); err != nil {
		return nil, err
	}
	id := ""
	if a.variable != "" {
		id = r.Var(a.variable)
	}
	item, err := a.find(r, id)
	if err != nil {
		return nil, err
	}
	if err := allowAction(r, a.kind+":"+name); err != nil {
		return nil, err
	}
	if act.run == nil {
		return nil, jumpgate.BadRequest.New("%s", act.absent)
	}
	answer, err := act.run(r, item, body.Object(name))
	if err != nil {
		return nil, err
	}
	if whole, ok := answer.(*jumpgate.Response); ok {
		return whole, nil
	}
	status := act.status
	if status == 0 {
		status = http.StatusAccepted
	}
	return &jumpgate.Response{Status: status, Body: answer}, nil
}

// actions serves what can be done to volumes.
func actions(s *service, driver any, t *table) {
	if s.getter == nil {
		return
	}
	a := &actionsOf[*Volume]{
		kind: "volume", variable: "volume_id",
		find:    func(r *jumpgate.Request, id string) (*Volume, error) { return s.volume(r.Context(), id) },
		actions: make(map[string]action[*Volume]),
	}
	s.stateActions(a.actions)
	s.recordActions(a.actions)
	s.cloudActions(a.actions, driver)
	t.add(http.MethodPost, "volume_action", a.serve)
}
