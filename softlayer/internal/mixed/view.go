package mixed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	slbaremetal "github.com/softlayer/jumpgate/softlayer/internal/baremetal"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// server is h in Nova's terms. power is what is known of it; without, what was
// done to it here tells.
func (d *Servers) server(ctx context.Context, h *records.Hardware, power baremetal.Power) *compute.Server {
	kept := &h.Kept
	tags, marks := keep.SplitTags(h.TagReferences)
	created := h.ProvisionDate.Time
	if h.BillingItem != nil && !h.BillingItem.Created.IsZero() {
		created = h.BillingItem.Created.Time
	}
	if created.IsZero() {
		created = d.Opts.Now()
	}
	s := &compute.Server{
		ID: strings.ToLower(h.GlobalIdentifier), Name: kept.NameFor(h.Hostname),
		ProjectID: keep.Account(ctx), UserID: jumpgate.PrincipalFrom(ctx).UserID,
		Created: created, Updated: created, Launched: h.ProvisionDate.Time,
		Hostname: h.Hostname, AvailabilityZone: h.Datacenter.Name, PinnedZone: h.Datacenter.Name,
		Flavor: flavor(h), Networks: networks(h),
		AccessIPv4: kept.AccessIPv4, AccessIPv6: kept.AccessIPv6, AutoDisk: kept.AutoDisk,
		Metadata: kept.Metadata, Description: kept.Description, Tags: append(tags, kept.Tags...),
		Locked: marks.Locked,
	}
	if h.Domain != "" && h.Domain != d.Opts.Domain {
		s.Hostname += "." + h.Domain
	}
	if marks.Locked {
		s.LockedReason = kept.LockReason
	}
	if code := cmp.Or(h.OperatingSystem.License.Description.ReferenceCode, kept.System); code != "" {
		s.ImageID = core.SystemID(code)
	}
	s.HostID = keep.NameID("hardware host/" + s.ID)
	set(s, stateOf(h, marks, power))
	return s
}

// state is a server's state in Nova's terms.
type state struct {
	status, vm, task string
	power            compute.PowerState
}

func set(s *compute.Server, st state) {
	s.Status, s.VMState, s.TaskState, s.PowerState = st.status, st.vm, st.task, st.power
}

func stateOf(h *records.Hardware, m keep.Markers, power baremetal.Power) state {
	step := ""
	if h.Transaction != nil {
		step = h.Transaction.Status.Name
	}
	switch {
	case gone(h):
		return state{"DELETED", "deleted", "", compute.PowerUnknown}
	case h.ProvisionDate.IsZero():
		return state{"BUILD", "building", "spawning", compute.PowerUnknown}
	case h.Reloading():
		return state{"REBUILD", "active", "rebuilding", compute.PowerRunning}
	case strings.Contains(step, "RESCUE"):
		return state{"ACTIVE", "active", "rescuing", compute.PowerRunning}
	case m.Rescue:
		return state{"RESCUE", "rescued", "", compute.PowerRunning}
	case power == baremetal.PowerOff, power == "" && m.Off:
		return state{"SHUTOFF", "stopped", "", compute.PowerShutdown}
	}
	return state{"ACTIVE", "active", "", compute.PowerRunning}
}

// flavorForm names a flavor of hardware by cores, GB of memory and of disk.
const flavorForm = "baremetal-%dx%dx%d"

func flavor(h *records.Hardware) compute.Flavor {
	f := compute.Flavor{VCPUs: int(h.Cores), RAM: int(h.Memory) * 1024, Disk: slbaremetal.DiskGB(h)}
	f.ID = fmt.Sprintf(flavorForm, f.VCPUs, int(h.Memory), f.Disk)
	f.Name = f.ID
	return f
}

// Flavor implements compute.FlavorGetter: nobody orders flavors of hardware
// from Nova, so that no list has them.
func (d *Servers) Flavor(ctx context.Context, id string) (*compute.Flavor, error) {
	f, gb := compute.Flavor{ID: id, Name: id, Private: true, Disabled: true}, 0
	if _, err := fmt.Sscanf(id, flavorForm, &f.VCPUs, &gb, &f.Disk); err != nil || id != fmt.Sprintf(flavorForm, f.VCPUs, gb, f.Disk) {
		return d.Servers.Flavor(ctx, id)
	}
	f.RAM = gb * 1024
	return &f, nil
}

// networks are the networks of h with its addresses, the public one first.
func networks(h *records.Hardware) []compute.NetworkAddresses {
	var list []compute.NetworkAddresses
	for _, public := range []bool{true, false} {
		for i := range h.Components {
			c := &h.Components[i]
			if c.Public() != public || c.PrimaryIP == "" {
				continue
			}
			name := c.VLAN.Called()
			if name == "" {
				name = map[bool]string{true: "public", false: "private"}[public]
			}
			at := slices.IndexFunc(list, func(n compute.NetworkAddresses) bool { return n.Name == name })
			if at < 0 {
				at, list = len(list), append(list, compute.NetworkAddresses{Name: name})
			}
			list[at].Addresses = append(list[at].Addresses, compute.Address{Version: 4, Addr: c.PrimaryIP, MAC: strings.ToLower(c.MACAddress)})
		}
	}
	return list
}

// ServerInterfaces implements compute.ServerInterfaceLister.
func (d *Servers) ServerInterfaces(ctx context.Context, id string) ([]compute.Interface, error) {
	list, err := d.Servers.ServerInterfaces(ctx, id)
	if err == nil {
		return list, nil
	}
	h, err := d.machine(ctx, id, err)
	if h == nil {
		return nil, err
	}
	for i := range h.Components {
		c := &h.Components[i]
		if c.VLAN.ID == 0 {
			continue
		}
		one := compute.Interface{
			PortID: keep.IDOf(keep.HardwarePortKind, c.ID), NetworkID: keep.IDOf(keep.NetworkKind, c.VLAN.ID), MAC: strings.ToLower(c.MACAddress), State: "ACTIVE",
		}
		if c.PrimaryIP != "" && c.Subnet.ID != 0 {
			one.FixedIPs = []compute.FixedIP{{SubnetID: keep.IDOf(keep.SubnetKind, c.Subnet.ID), Address: c.PrimaryIP}}
		}
		list = append(list, one)
	}
	return list, nil
}
