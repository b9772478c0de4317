package memory

import (
	"maps"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// Ports implements baremetal.PortDriver.
func (m *metal) Ports() baremetal.Lister[baremetal.Port] { return m.ports }

// Portgroups implements baremetal.PortgroupDriver.
func (m *metal) Portgroups() baremetal.Lister[baremetal.Portgroup] { return m.groups }

// Chassis implements baremetal.ChassisDriver.
func (m *metal) Chassis() baremetal.Lister[baremetal.Chassis] { return m.chassis }

// VolumeConnectors implements baremetal.VolumeConnectorDriver.
func (m *metal) VolumeConnectors() baremetal.Lister[baremetal.VolumeConnector] { return m.connectors }

// VolumeTargets implements baremetal.VolumeTargetDriver.
func (m *metal) VolumeTargets() baremetal.Lister[baremetal.VolumeTarget] { return m.targets }

// DeployTemplates implements baremetal.DeployTemplateDriver.
func (m *metal) DeployTemplates() baremetal.Lister[baremetal.DeployTemplate] { return m.templates }

func taken(kind, uuid string) error {
	return jumpgate.Conflict.New("A %s with UUID %s already exists.", kind, uuid)
}

// tables makes the tables of what machines have.
func (m *metal) tables() {
	m.ports = &metalTable[baremetal.Port]{
		metal: m, record: func(p *baremetal.Port) *baremetal.Record { return &p.Record },
		clone: func(p *baremetal.Port) *baremetal.Port {
			c := *p
			c.Extra, c.InternalInfo, c.LocalLink = maps.Clone(p.Extra), maps.Clone(p.InternalInfo), maps.Clone(p.LocalLink)
			return &c
		},
		fits: func(p *baremetal.Port) error {
			if m.ports.other(p, func(o *baremetal.Port) bool { return o.Address == p.Address }) {
				return baremetal.MACTaken(p.Address)
			}
			return m.new(m.ports.find(p.UUID), p.Created.IsZero(), "port", p.UUID)
		},
	}
	m.groups = &metalTable[baremetal.Portgroup]{
		metal: m, record: func(g *baremetal.Portgroup) *baremetal.Record { return &g.Record }, name: func(g *baremetal.Portgroup) string { return g.Name },
		clone: func(g *baremetal.Portgroup) *baremetal.Portgroup {
			c := *g
			c.Extra, c.InternalInfo, c.Properties = maps.Clone(g.Extra), maps.Clone(g.InternalInfo), maps.Clone(g.Properties)
			return &c
		},
		fits: func(g *baremetal.Portgroup) error {
			if g.Name != "" && m.groups.other(g, func(o *baremetal.Portgroup) bool { return o.Name == g.Name }) {
				return baremetal.NameTaken("portgroup", g.Name)
			}
			if g.Address != "" && m.groups.other(g, func(o *baremetal.Portgroup) bool { return o.Address == g.Address }) {
				return jumpgate.Conflict.New("A portgroup with MAC address %s already exists.", g.Address)
			}
			return m.new(m.groups.find(g.UUID), g.Created.IsZero(), "portgroup", g.UUID)
		},
	}
	m.chassis = &metalTable[baremetal.Chassis]{
		metal: m, record: func(c *baremetal.Chassis) *baremetal.Record { return &c.Record },
		clone: func(c *baremetal.Chassis) *baremetal.Chassis {
			d := *c
			d.Extra = maps.Clone(c.Extra)
			return &d
		},
		fits: func(c *baremetal.Chassis) error {
			return m.new(m.chassis.find(c.UUID), c.Created.IsZero(), "chassis", c.UUID)
		},
	}
	m.connectors = &metalTable[baremetal.VolumeConnector]{
		metal: m, record: func(c *baremetal.VolumeConnector) *baremetal.Record { return &c.Record },
		clone: func(c *baremetal.VolumeConnector) *baremetal.VolumeConnector {
			d := *c
			d.Extra = maps.Clone(c.Extra)
			return &d
		},
		fits: func(c *baremetal.VolumeConnector) error {
			if m.connectors.other(c, func(o *baremetal.VolumeConnector) bool { return o.Type == c.Type && o.ID == c.ID }) {
				return jumpgate.Conflict.New("A volume connector with type %s and connector ID %s already exists.", c.Type, c.ID)
			}
			return m.new(m.connectors.find(c.UUID), c.Created.IsZero(), "volume connector", c.UUID)
		},
	}
	m.targets = &metalTable[baremetal.VolumeTarget]{
		metal: m, record: func(t *baremetal.VolumeTarget) *baremetal.Record { return &t.Record },
		clone: func(t *baremetal.VolumeTarget) *baremetal.VolumeTarget {
			d := *t
			d.Extra, d.Properties = maps.Clone(t.Extra), maps.Clone(t.Properties)
			return &d
		},
		fits: func(t *baremetal.VolumeTarget) error {
			if m.targets.other(t, func(o *baremetal.VolumeTarget) bool { return o.NodeUUID == t.NodeUUID && o.BootIndex == t.BootIndex }) {
				return jumpgate.Conflict.New("A volume target with boot index '%d' for the same node already exists.", t.BootIndex)
			}
			return m.new(m.targets.find(t.UUID), t.Created.IsZero(), "volume target", t.UUID)
		},
	}
	m.templates = &metalTable[baremetal.DeployTemplate]{
		metal: m, record: func(t *baremetal.DeployTemplate) *baremetal.Record { return &t.Record }, name: func(t *baremetal.DeployTemplate) string { return t.Name },
		clone: func(t *baremetal.DeployTemplate) *baremetal.DeployTemplate {
			d := *t
			d.Extra = maps.Clone(t.Extra)
			d.Steps = make([]map[string]any, len(t.Steps))
			for i, s := range t.Steps {
				d.Steps[i] = maps.Clone(s)
			}
			return &d
		},
		fits: func(t *baremetal.DeployTemplate) error {
			if m.templates.other(t, func(o *baremetal.DeployTemplate) bool { return o.Name == t.Name }) {
				return baremetal.NameTaken("deploy template", t.Name)
			}
			return m.new(m.templates.find(t.UUID), t.Created.IsZero(), "deploy template", t.UUID)
		},
	}
	m.tableAllocations()
}

// new refuses to make a thing with the UUID of one that there is, at row i.
func (m *metal) new(i int, making bool, kind, uuid string) error {
	if making && i >= 0 {
		return taken(kind, uuid)
	}
	return nil
}
