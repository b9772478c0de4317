package baremetal

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// serveChassis serves chassis, and the nodes in them.
func (s *service) serveChassis(chassis Lister[Chassis]) {
	type h = Chassis
	attrs := recorded([]attribute[h]{
		{Name: "description", At: func(t *h) any { return &t.Description }, Does: post | put | brief, Schema: &schema.Schema{MaxLength: 255}},
		{Name: "extra", At: func(t *h) any { return &t.Extra }, Does: post | put},
		itself[h]("chassis"),
		{Name: "nodes", View: func(t *h) any { return []any{linksTo("chassis/" + t.UUID + "/nodes")} }}, // a list in a list, for ever
	})
	k := &kind[h]{
		s: s, one: "chassis", many: "chassis", path: "chassis", id: "chassis_id", attrs: attrs, from: chassis,
		title: "Chassis",
		leave: func(c *call, t *h) error {
			for n, err := range s.nodes.from.List(c.Context(), Query{}) {
				if err != nil {
					return err
				}
				if n.ChassisUUID == t.UUID {
					return badRequest("Cannot complete the requested action because chassis %s contains nodes.", t.UUID)
				}
			}
			return nil
		},
	}
	s.chassis = k
	k.serve("v1_chassis", "v1_chassis_single")
	s.get("v1_chassis_nodes", func(c *call) (any, error) {
		t, err := k.get(c, c.Var("chassis_id"), "baremetal:chassis:get")
		if err != nil {
			return nil, err
		}
		return s.nodes.list(c, listing[Node]{path: "nodes", within: func(n *Node) bool { return n.ChassisUUID == t.UUID }})
	})
	s.get("v1_chassis_detail", func(c *call) (any, error) { return k.list(c, listing[h]{path: "chassis/detail", detail: true}) })
}

// inChassis refuses a node in a chassis that there is not.
func inChassis(c *call, n *Node) error {
	if n.ChassisUUID == "" {
		return nil
	}
	err := error(jumpgate.NotFound)
	if c.s.chassis != nil {
		_, err = c.s.chassis.fetch(c.Context(), n.ChassisUUID)
	}
	if isNotFound(err) {
		return badRequest("Chassis %s could not be found.", n.ChassisUUID)
	}
	return err
}
