package baremetal

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// nodeFilters are the parameters that a list of nodes takes.
func nodeFilters() []filter[Node] {
	same := func(at func(*Node) string) func(*call, *Node, any) bool {
		return func(_ *call, n *Node, v any) bool { return at(n) == v }
	}
	is := func(at func(*Node) bool) func(*call, *Node, any) bool {
		return func(_ *call, n *Node, v any) bool { return at(n) == v }
	}
	return []filter[Node]{
		{name: "chassis_uuid", is: aChassis, keep: same(func(n *Node) string { return n.ChassisUUID })},
		{name: "instance_uuid", is: uuidArgument, keep: same(func(n *Node) string { return n.InstanceUUID }), push: true},
		{name: "associated", is: boolArgument, keep: is(func(n *Node) bool { return n.InstanceUUID != "" })},
		{name: "maintenance", is: boolArgument, keep: is(func(n *Node) bool { return n.Maintenance })},
		{name: "retired", is: boolArgument, keep: is(func(n *Node) bool { return n.Retired })},
		{name: "provision_state", is: stateArgument, keep: same(func(n *Node) string { return string(n.State) })},
		{name: "driver", since: 16, keep: same(func(n *Node) string { return n.Driver })},
		{name: "resource_class", since: 21, keep: same(func(n *Node) string { return n.ResourceClass }), push: true},
		{name: "fault", since: 42, is: faultArgument, keep: same(func(n *Node) string { return n.Fault })},
		{name: "conductor_group", since: 46, keep: func(_ *call, n *Node, v any) bool { return strings.EqualFold(n.ConductorGroup, v.(string)) }},
		{name: "conductor", since: 49, keep: same(func(n *Node) string { return n.Conductor })},
		{name: "owner", since: 50, keep: same(func(n *Node) string { return n.Owner })},
		{name: "lessee", since: 65, keep: same(func(n *Node) string { return n.Lessee })},
		{name: "description_contains", keep: func(_ *call, n *Node, v any) bool {
			return strings.Contains(strings.ToLower(n.Description), strings.ToLower(v.(string)))
		}},
		{name: "shard", since: 82, is: listArgument, keep: func(_ *call, n *Node, v any) bool { return slices.Contains(v.([]string), n.Shard) }},
		{name: "sharded", since: 82, is: boolArgument, keep: is(func(n *Node) bool { return n.Shard != "" })},
	}
}

// found makes a value of what a reader of arguments returns.
func found[V any](v V, ok bool, err error) (any, error) {
	if err != nil || !ok {
		return nil, err
	}
	return v, nil
}

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
