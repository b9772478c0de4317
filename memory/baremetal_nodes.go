package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// Nodes implements baremetal.NodeDriver.
func (m *metal) Nodes() baremetal.Lister[baremetal.Node] { return metalNodes{m} }

// metalNodes are the machines as nodes.
type metalNodes struct{ *metal }

// List implements baremetal.Lister.
func (m metalNodes) List(context.Context, baremetal.Query) iter.Seq2[*baremetal.Node, error] {
	return func(yield func(*baremetal.Node, error) bool) {
		m.lock()
		var list []*baremetal.Node
		for _, r := range m.records {
			list = append(list, copyNode(&r.Node))
		}
		m.mu.Unlock()
		yieldAll(list, yield)
	}
}

// Get implements baremetal.Getter.
func (m metalNodes) Get(_ context.Context, ident string) (*baremetal.Node, error) {
	m.lock()
	defer m.mu.Unlock()
	r, err := m.find(ident)
	if err != nil {
		return nil, err
	}
	return copyNode(&r.Node), nil
}

// Create implements baremetal.Creator.
func (m metalNodes) Create(_ context.Context, n *baremetal.Node) (*baremetal.Node, error) {
	m.lock()
	defer m.mu.Unlock()
	made := copyNode(n)
	if made.Driver != hardwareType {
		return nil, baremetal.NoValidHost(made.Driver, made.ConductorGroup)
	}
	if err := m.fits(made); err != nil {
		return nil, err
	}
	if made.UUID == "" {
		made.UUID = jumpgate.NewUUID()
	} else if _, err := m.find(made.UUID); err == nil {
		return nil, jumpgate.Conflict.New("A node with UUID %s already exists.", made.UUID)
	}
	made.Created, made.Conductor = m.moment(), conductor
	m.add(&machine{Node: *made})
	return copyNode(made), nil
}

// Update implements baremetal.Updater.
func (m metalNodes) Update(_ context.Context, uuid string, u baremetal.Update[baremetal.Node]) (*baremetal.Node, error) {
	m.lock()
	defer m.mu.Unlock()
	r, err := m.free(uuid)
	if err != nil {
		return nil, err
	}
	next := copyNode(&r.Node)
	u.Apply(next)
	if next.Driver != hardwareType {
		return nil, baremetal.NoValidHost(next.Driver, next.ConductorGroup)
	}
	if u.ResetInterfaces {
		next.Interfaces = baremetal.Interfaces{}
	}
	if err := m.fits(next); err != nil {
		return nil, err
	}
	if !next.Maintenance {
		next.MaintenanceReason, next.Fault = "", ""
	}
	if !next.Protected {
		next.ProtectedReason = ""
	}
	if !next.Retired {
		next.RetiredReason = ""
	}
	next.Updated = m.moment()
	r.Node = *next
	return copyNode(next), nil
}

// Delete implements baremetal.Deleter.
func (m metalNodes) Delete(_ context.Context, uuid string) error {
	m.lock()
	defer m.mu.Unlock()
	if _, err := m.free(uuid); err != nil {
		return err
	}
	m.records = slices.DeleteFunc(m.records, func(r *machine) bool { return r.UUID == uuid })
	m.ports.rows = slices.DeleteFunc(m.ports.rows, func(p *baremetal.Port) bool { return p.NodeUUID == uuid })
	m.groups.rows = slices.DeleteFunc(m.groups.rows, func(g *baremetal.Portgroup) bool { return g.NodeUUID == uuid })
	m.connectors.rows = slices.DeleteFunc(m.connectors.rows, func(c *baremetal.VolumeConnector) bool { return c.NodeUUID == uuid })
	m.targets.rows = slices.DeleteFunc(m.targets.rows, func(t *baremetal.VolumeTarget) bool { return t.NodeUUID == uuid })
	return nil
}

// fits gives a machine the interfaces that it has none of, and refuses what
// does not go with it or with other machines.
func (m *metal) fits(n *baremetal.Node) error {
	if err := fitInterfaces(&n.Interfaces); err != nil {
		return err
	}
	for _, r := range m.records {
		switch {
		case r.UUID == n.UUID:
		case n.Name != "" && r.Name == n.Name:
			return baremetal.NameTaken("node", n.Name)
		case n.InstanceUUID != "" && r.InstanceUUID == n.InstanceUUID:
			return jumpgate.Conflict.New("Instance %s is already associated with a node, it cannot be associated with this other node %s", n.InstanceUUID, n.UUID)
		}
	}
	return nil
}

// fakeInterfaces are those of a machine that names none.
var fakeInterfaces = baremetal.Interfaces{
	BIOS: "fake", Boot: "fake", Console: "fake", Deploy: "fake", Inspect: "fake", Management: "fake", Network: "noop", Power: "fake", RAID: "fake",
	Rescue: "fake", Storage: "noop", Vendor: "fake",
}

func fitInterfaces(i *baremetal.Interfaces) error {
	f := fakeInterfaces
	for _, one := range []struct {
		kind string
		at   *string
		is   string
		also string
	}{
		{"bios", &i.BIOS, f.BIOS, "no-bios"}, {"boot", &i.Boot, f.Boot, ""}, {"console", &i.Console, f.Console, "no-console"},
		{"deploy", &i.Deploy, f.Deploy, ""}, {"inspect", &i.Inspect, f.Inspect, "no-inspect"}, {"management", &i.Management, f.Management, ""},
		{"network", &i.Network, f.Network, ""}, {"power", &i.Power, f.Power, ""}, {"raid", &i.RAID, f.RAID, "no-raid"},
		{"rescue", &i.Rescue, f.Rescue, "no-rescue"}, {"storage", &i.Storage, f.Storage, "fake"}, {"vendor", &i.Vendor, f.Vendor, "no-vendor"},
	} {
		switch *one.at {
		case "":
			*one.at = one.is
		case one.is:
		default:
			if *one.at == one.also {
				continue
			}
			valid := []string{one.is}
			if one.also != "" {
				valid = append(valid, one.also)
			}
			return baremetal.NoInterface(one.kind, *one.at, valid...)
		}
	}
	return nil
}
