package baremetal

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// servePortgroups serves bonds of ports, and the ports in them.
func (s *service) servePortgroups(groups Lister[Portgroup]) {
	type g = Portgroup
	node := func(t *g) *string { return &t.NodeUUID }
	attrs := recorded([]attribute[g]{
		{Name: "address", At: func(t *g) any { return &t.Address }, Does: post | put | brief, Check: aMAC},
		{Name: "extra", At: func(t *g) any { return &t.Extra }, Does: post | put},
		{Name: "internal_info", At: func(t *g) any { return &t.InternalInfo }},
		{Name: "mode", Since: 26, At: func(t *g) any { return &t.Mode }, Does: post | put | visible},
		{Name: "name", At: func(t *g) any { return &t.Name }, Does: post | put | brief},
		{Name: "properties", Since: 26, At: func(t *g) any { return &t.Properties }, Does: post | put | visible},
		{Name: "standalone_ports_supported", At: func(t *g) any { return &t.Standalone }, Does: post | put},
		{Name: "node_uuid", At: func(t *g) any { return &t.NodeUUID }, Does: post | put | required, Check: aUUID},
		itself[g]("portgroups"),
		{Name: "ports", View: func(t *g) any { return linksTo("portgroups/" + t.UUID + "/ports") }},
	})
	k := ofNode(s, &kind[g]{
		one: "portgroup", many: "portgroups", path: "portgroups", id: "portgroup_id", since: 23, attrs: attrs, from: groups, suffix: true,
		named: func(t *g) string { return t.Name },
		title: "Portgroup",
		filters: []filter[g]{
			{name: "address", is: macArgument},
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
