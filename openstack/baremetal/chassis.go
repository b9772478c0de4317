package baremetal

import (
	"github.com/softlayer/jumpgate"
)

// serveChassis serves chassis, and the nodes in them.
func (s *service) serveChassis(chassis Lister[Chassis]) {
	type h = Chassis
	attrs := []attribute[h]{ofText("uuid", 0, post|brief, func(t *h) *string { return &t.UUID }).with(func(a *attribute[h]) { a.check = aUUID })}
	attrs = append(attrs, times(func(t *h) *Record { return &t.Record })...)
	attrs = append(attrs,
		ofText("description", 0, post|put|brief, func(t *h) *string { return &t.Description }).with(func(a *attribute[h]) { a.max = 255 }),
		ofDict("extra", 0, post|put, func(t *h) *map[string]any { return &t.Extra }),
		itself("chassis", func(t *h) *Record { return &t.Record }),
		attribute[h]{name: "nodes", is: links, link: func(c *call, t *h) any { // a list in a list, for ever
			return []any{c.links("chassis/" + t.UUID + "/nodes")}
		}},
	)
	k := &kind[h]{
		s: s, one: "chassis", many: "chassis", path: "chassis", id: "chassis_id", attrs: attrs, from: chassis,
		record:   func(t *h) *Record { return &t.Record },
		notFound: func(id string) error { return jumpgate.NotFound.New("Chassis %s could not be found.", id) },
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
