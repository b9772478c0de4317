package compute

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// doer does an action to the server called id. A nil answer is a 202.
type doer func(r *jumpgate.Request, id string, in schema.Object) (any, error)

func actions(s *service, driver any, t *table) {
	can := s.doers(driver)
	if len(can) == 0 {
		return
	}
	t.add(http.MethodPost, "server_action", func(r *jumpgate.Request) (any, error) { return s.serverAction(r, can) })
	var why map[string]string
	if d, ok := driver.(UnableExplainer); ok {
		why = d.UnableActions()
	}
	for _, name := range []string{"v2_server_action", "v21_server_action"} {
		t.Explain(http.MethodPost, name, refusedActions(can, why))
	}
}

// refusedActions lists the actions that Nova could do and driver can't.
func refusedActions(can map[string]doer, why map[string]string) string {
	var unable, admins []string
	for name, a := range actionTable {
		switch {
		case a.rule != "":
			admins = append(admins, name)
		case can[name] == nil && !a.gone && name != "restore" && name != "unshelve": // no server gets into the state for those
			if reason := why[name]; reason != "" {
				name += " (" + reason + ")"
			}
			unable = append(unable, name)
		}
	}
	slices.Sort(unable)
	slices.Sort(admins)
	text := "403: policy leaves " + strings.Join(admins, ", ") + " to admins of the cloud"
	if len(unable) > 0 {
		text += "; what the cloud has not fails as Nova's hypervisors do that can't: " + strings.Join(unable, ", ")
	}
	return text
}

// serverAction does one action. In Nova's order it looks at the action's
// name, the microversion, the body, and then at the server.
func (s *service) serverAction(r *jumpgate.Request, can map[string]doer) (any, error) {
	name, value, err := readAction(r)
	if err != nil {
		return nil, err
	}
	a, ok := actionTable[name]
	switch version := minor(r); {
	case !ok:
		return nil, jumpgate.BadRequest.New("There is no such action: %s", name)
	case version < a.since && !legacy(r) || a.until > 0 && version >= a.until:
		return nil, jumpgate.NotFound.New("The resource could not be found.")
	case a.gone:
		return nil, jumpgate.Gone.New("This resource is no longer available. No forwarding address is given.")
	}
	if a.body != nil {
		if inner := a.body(minor(r), legacy(r)); inner != nil {
			whole := &schema.Schema{Type: mapType, Properties: []schema.Property{{Name: name, Schema: inner}}}
			if value, err = checkBody(r, whole, value); err != nil {
				return nil, err
			}
		}
	}
	id := serverID(r)
	answer, err := s.act(r, id, name, a, can[name], value.(schema.Object).Object(name))
	if err != nil {
		if a.lost != "" {
			err = missing(err, a.lost, id)
		}
		return nil, serverFault(err, id, a.does)
	}
	if answer == nil {
		return empty(http.StatusAccepted), nil
	}
	return answer, nil
}

// act does an action, or says as Nova would why it can't be done: because
// there is no such server, its state forbids it, policy does, or nobody can.
func (s *service) act(r *jumpgate.Request, id, name string, a action, do doer, in schema.Object) (any, error) {
	if do != nil {
		if err := s.allowAction(r, id, name); err != nil {
			return nil, err
		}
		return do(r, id, in)
	}
	if s.serverGetter != nil {
		server, err := s.serverGetter.Server(r.Context(), id)
		if err != nil {
			return nil, err
		}
		if a.rule == "" {
			if err := MayDo(a.does, server); err != nil {
				return nil, err
			}
			if a.unable != nil {
				return nil, a.unable(server, in)
			}
		}
	}
	if a.rule != "" {
		return nil, refusedBy(r, a.rule)
	}
	return nil, jumpgate.NotImplemented.New(unsupported)
}

// simple is an action that takes nothing and answers nothing.
func simple(do func(ctx context.Context, id string) error) doer {
	return func(r *jumpgate.Request, id string, _ schema.Object) (any, error) { return nil, do(r.Context(), id) }
}

// readAction reads a body that asks for an action: the name of it, and the whole.
func readAction(r *jumpgate.Request) (name string, body any, err error) {
	if body, err = rest.ReadJSON(r); err == nil {
		name, err = actionName(body)
	}
	return name, body, err
}

// actionName is the only name in a body. Nova takes whatever has a length to
// be an object, and what fails later for a path that does not exist.
func actionName(value any) (string, error) {
	malformed := jumpgate.BadRequest.New("Malformed request body")
	n := 0
	switch v := value.(type) {
	case schema.Object:
		if len(v) != 1 {
			return "", malformed
		}
		return v[0].Name, nil
	case []any:
		n = len(v)
	case string:
		n = utf8.RuneCountInString(v)
	case nil:
		return "", malformed
	default:
		n = 1
	}
	if n != 1 {
		return "", malformed
	}
	return "", jumpgate.NotFound.New("The resource could not be found.")
}
