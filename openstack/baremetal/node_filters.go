package baremetal

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// nodeFilters are the parameters that a list of nodes takes.
func nodeFilters() []filter[Node] {
	return []filter[Node]{
		{name: "chassis_uuid", is: aChassis},
		{name: "instance_uuid", is: uuidArgument, push: true},
		{name: "associated", is: boolArgument, keep: func(n *Node, v any) bool { return (n.InstanceUUID != "") == v }},
		{name: "maintenance", is: boolArgument},
		{name: "retired", is: boolArgument},
		{name: "provision_state", is: stateArgument},
		{name: "driver", since: 16},
		{name: "resource_class", since: 21, push: true},
		{name: "fault", since: 42, is: faultArgument},
		{name: "conductor_group", since: 46, keep: func(n *Node, v any) bool { return strings.EqualFold(n.ConductorGroup, v.(string)) }},
		{name: "conductor", since: 49},
		{name: "owner", since: 50},
		{name: "lessee", since: 65},
		{name: "description_contains", keep: func(n *Node, v any) bool {
			return strings.Contains(strings.ToLower(n.Description), strings.ToLower(v.(string)))
		}},
		{name: "shard", since: 82, is: listArgument, keep: func(n *Node, v any) bool { return slices.Contains(v.([]string), n.Shard) }},
		{name: "sharded", since: 82, is: boolArgument, keep: func(n *Node, v any) bool { return (n.Shard != "") == v }},
	}
}

// found makes a value of what a reader of arguments returns.
func found[V any](v V, ok bool, err error) (any, error) {
	if err != nil || !ok {
		return nil, err
	}
	return v, nil
}

func textArgument(_ *call, a arguments, name string) (any, error) { return found(a.text(name)) }
func uuidArgument(_ *call, a arguments, name string) (any, error) { return found(a.uuid(name)) }
func boolArgument(_ *call, a arguments, name string) (any, error) { return found(a.boolean(name)) }
func listArgument(_ *call, a arguments, name string) (any, error) { return found(a.list(name)) }

func stateArgument(c *call, a arguments, name string) (any, error) {
	s, ok, err := a.text(name)
	switch {
	case err != nil || !ok:
		return nil, err
	case c.minor < 9:
		return nil, notAcceptable()
	case !State(s).Valid():
		return nil, badRequest("Provision state \"%s\" is not valid", s)
	}
	return s, nil
}

func faultArgument(c *call, a arguments, name string) (any, error) {
	s, ok, err := a.text(name)
	switch {
	case err != nil || !ok:
		return nil, err
	case c.minor < 42:
		return nil, needs(42)
	case !slices.Contains(Faults(), s):
		return nil, badRequest("Unrecognized fault \"%s\" is specified, allowed faults are ('power failure', 'clean failure', 'rescue abort failure')", s)
	}
	return s, nil
}

// aChassis refuses a chassis that there is not.
func aChassis(c *call, a arguments, name string) (any, error) {
	id, ok, err := a.uuid(name)
	if err != nil || !ok {
		return nil, err
	}
	if c.s.chassis == nil {
		return nil, jumpgate.NotFound.New("Chassis %s could not be found.", id)
	}
	_, err = c.s.chassis.fetch(c.Context(), canonical(id))
	return id, c.s.chassis.word(err, id)
}
