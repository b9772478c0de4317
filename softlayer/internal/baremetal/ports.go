package baremetal

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Ports implements baremetal.PortDriver: the network interfaces of servers.
func (d *Hardware) Ports() baremetal.Lister[baremetal.Port] { return ports{d} }

type ports struct{ *Hardware }

// List implements baremetal.Lister, with one call.
func (d ports) List(ctx context.Context, _ baremetal.Query) iter.Seq2[*baremetal.Port, error] {
	return func(yield func(*baremetal.Port, error) bool) {
		for h, err := range d.All(ctx, upstream.Filter{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range h.Components {
				if c := &h.Components[i]; c.MACAddress != "" && !yield(port(h, c), nil) {
					return
				}
			}
		}
	}
}

// Get implements baremetal.Getter.
func (d ports) Get(ctx context.Context, uuid string) (*baremetal.Port, error) {
	id, ok := keep.NumberOf(keep.HardwarePortKind, uuid)
	if !ok {
		return nil, jumpgate.NotFound
	}
	where := upstream.Filter{"networkComponents": upstream.Filter{"id": upstream.Equals(id)}}
	for h, err := range d.All(ctx, where) {
		if err != nil {
			return nil, err
		}
		for i := range h.Components {
			if h.Components[i].ID == id {
				return port(h, &h.Components[i]), nil
			}
		}
	}
	return nil, jumpgate.NotFound
}

func port(h *records.Hardware, c *records.HardwareComponent) *baremetal.Port {
	return &baremetal.Port{
		Record:   baremetal.Record{UUID: keep.IDOf(keep.HardwarePortKind, c.ID), Created: h.ProvisionDate.Time},
		NodeUUID: strings.ToLower(h.GlobalIdentifier), Address: strings.ToLower(c.MACAddress), PXE: !c.Public(),
		PhysicalNetwork: strings.ToLower(c.VLAN.Space),
		Extra:           map[string]any{"name": componentName(c), "speed": c.Speed, "vlan": c.VLAN.Number, "address": c.PrimaryIP},
	}
}

func componentName(c *records.HardwareComponent) string { return c.Name + strconv.Itoa(c.Port) }

// Create implements baremetal.Creator: the network interfaces are SoftLayer's.
func (ports) Create(context.Context, *baremetal.Port) (*baremetal.Port, error) {
	return nil, unable("create_port")
}

// Update implements baremetal.Updater.
func (ports) Update(context.Context, string, baremetal.Update[baremetal.Port]) (*baremetal.Port, error) {
	return nil, unable("update_port")
}

// Delete implements baremetal.Deleter.
func (ports) Delete(context.Context, string) error { return unable("destroy_port") }

// Conductors implements baremetal.ConductorLister: there is this program.
func (d *Hardware) Conductors(context.Context) ([]*baremetal.Conductor, error) {
	return []*baremetal.Conductor{{Hostname: conductor, Drivers: []string{hardwareType}, Alive: true}}, nil
}

// Drivers implements baremetal.DriverLister.
func (d *Hardware) Drivers(context.Context) ([]*baremetal.Driver, error) {
	own, none := []string{hardwareType}, func(part string) []string { return []string{"no-" + part} }
	return []*baremetal.Driver{{
		Name: hardwareType, Hosts: []string{conductor}, Properties: map[string]string{},
		Interfaces: map[string][]string{
			"bios": none("bios"), "boot": own, "console": {"ipmi"}, "deploy": own, "inspect": none("inspect"), "management": own,
			"network": {"noop"}, "power": own, "raid": none("raid"), "rescue": own, "storage": {"noop"}, "vendor": none("vendor"),
		},
	}}, nil
}
