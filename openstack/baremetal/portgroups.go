package baremetal

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// servePortgroups serves bonds of ports, and the ports in them.
func (s *service) servePortgroups(groups Lister[Portgroup]) {
	type g = Portgroup
	node := func(t *g) *string { return &t.NodeUUID }
	attrs := []attribute[g]{ofText("uuid", 0, post|brief, func(t *g) *string { return &t.UUID }).with(func(a *attribute[g]) { a.check = aUUID })}
	attrs = append(attrs, times(func(t *g) *Record { return &t.Record })...)
	attrs = append(attrs,
		ofText("address", 0, post|put|brief, func(t *g) *string { return &t.Address }).with(func(a *attribute[g]) { a.check = aMAC }),
		ofDict("extra", 0, post|put, func(t *g) *map[string]any { return &t.Extra }),
		ofDict("internal_info", 0, 0, func(t *g) *map[string]any { return &t.InternalInfo }),
		ofText("mode", 26, post|put|visible, func(t *g) *string { return &t.Mode }),
		ofText("name", 0, post|put|brief, func(t *g) *string { return &t.Name }),
		ofDict("properties", 26, post|put|visible, func(t *g) *map[string]any { return &t.Properties }),
		ofFlag("standalone_ports_supported", 0, post|put, func(t *g) *bool { return &t.Standalone }),
		ofText("node_uuid", 0, post|put|required, node).with(func(a *attribute[g]) { a.check = aUUID }),
		itself("portgroups", func(t *g) *Record { return &t.Record }),
		attribute[g]{name: "ports", is: links, link: func(c *call, t *g) any { return c.links("portgroups/" + t.UUID + "/ports") }},
	)
	k := ofNode(s, &kind[g]{
		one: "portgroup", many: "portgroups", path: "portgroups", id: "portgroup_id", since: 23, attrs: attrs, from: groups, suffix: true,
		record:   func(t *g) *Record { return &t.Record },
		named:    func(t *g) string { return t.Name },
		notFound: func(id string) error { return jumpgate.NotFound.New("Portgroup %s could not be found.", id) },
		filters: []filter[g]{
			{name: "address", is: macArgument, keep: func(_ *call, t *g, v any) bool { return t.Address == v }},
		},
		create: func(c *call, t *g, in schema.Object) error {
			if !in.Has("standalone_ports_supported") {
				t.Standalone = true
			}
			if t.Mode == "" {
				t.Mode = "active-backup"
			}
			if t.Name != "" && !c.nameable(t.Name) {
				return badRequest("Cannot create portgroup with invalid name '%s'", t.Name)
			}
			return nil
		},
		change: func(c *call, t *g, p patch) error {
			for _, v := range p.values("name") {
				if name, _ := v.(string); name != "" && !c.nameable(name) {
					return badRequest("Portgroup %s: Cannot change name to invalid name '%s'", c.Var("portgroup_id"), name)
				}
			}
			return nil
		},
	}, node)
	s.portgroups = k
	k.serve("v1_portgroups", "v1_portgroup")
	s.endpoint("GET", "v1_portgroups_detail", 23, missing, func(c *call) (any, error) {
		return k.list(c, listing[g]{path: "portgroups/detail", detail: true})
	})
	ofParent(s, k, "v1_node_portgroups", 24, false, node)
	ofParent(s, k, "v1_node_portgroups_detail", 24, true, node)
	for name, detail := range map[string]bool{"v1_portgroup_ports": false, "v1_portgroup_ports_detail": true} {
		if s.ports == nil {
			break
		}
		s.endpoint("GET", name, 24, unroutable, func(c *call) (any, error) {
			group, err := k.get(c, c.Var("portgroup_id"), "baremetal:portgroup:get")
			if err != nil {
				return nil, err
			}
			return s.ports.list(c, listing[Port]{path: "ports", detail: detail, within: func(p *Port) bool { return p.PortgroupUUID == group.UUID }})
		})
	}
}

// groupArgument is the UUID of a port group.
func groupArgument(c *call, a arguments, name string) (any, error) {
	text, ok, err := a.text(name)
	if err != nil || !ok {
		return nil, err
	}
	if err := ident(name, text); err != nil {
		return nil, err
	}
	if c.minor < 24 {
		return nil, notAcceptable()
	}
	if c.s.portgroups == nil {
		return nil, jumpgate.NotFound.New("Portgroup %s could not be found.", text)
	}
	g, err := c.s.portgroups.find(c, text)
	if err != nil {
		return nil, err
	}
	return g.UUID, nil
}
