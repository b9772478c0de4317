package compute

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// dedicatedHost is SoftLayer_Virtual_DedicatedHost: a host that an account has
// for itself. SoftLayer shows no others.
type dedicatedHost struct {
	ID         int    `json:"id"`
	Name       string `json:"name"`
	CPUs       int    `json:"cpuCount"`
	Memory     int    `json:"memoryCapacity"` // GiB
	Disk       int    `json:"diskCapacity"`   // GiB
	Datacenter struct {
		records.Numbered
		records.Named
	} `json:"datacenter"`
	Allocation struct {
		CPUs   int `json:"cpuAllocated"`
		Memory int `json:"memoryAllocated"`
		Disk   int `json:"diskAllocated"`
	} `json:"allocationStatus"`
	GuestCount int `json:"guestCount"`
}

// populatedHost is a dedicated host with who is on it.
type populatedHost struct {
	dedicatedHost
	Guests []namedMember `json:"guests"`
}

var (
	hostForm          = records.FormOf[dedicatedHost]()
	populatedHostForm = records.FormOf[populatedHost]()
)

// hypervisorType is what Nova would call the hypervisor, of which SoftLayer
// says nothing.
const hypervisorType = "SoftLayer"

// Hypervisors are the dedicated hosts of the account that the user may see,
// each run by the nova-compute that stands for its datacenter. A user who sees
// no host gets a jumpgate.Forbidden, because only admins and owners of hosts
// may list them.
func (d *Servers) Hypervisors(ctx context.Context, withServers bool) ([]compute.Hypervisor, error) {
	if withServers {
		return hypervisors(ctx, d, populatedHostForm)
	}
	return hypervisors(ctx, d, hostForm)
}

// aHost is a form of a dedicated host.
type aHost[H any] interface {
	*H
	number() int
	hypervisor() compute.Hypervisor
}

func hypervisors[H any, P aHost[H]](ctx context.Context, d *Servers, form records.Form[H]) ([]compute.Hypervisor, error) {
	hosts, err := hostsAs[H, P](ctx, d, form)
	if err != nil {
		return nil, err
	}
	if len(hosts) == 0 {
		return nil, jumpgate.Forbidden
	}
	list := make([]compute.Hypervisor, len(hosts))
	for i := range hosts {
		list[i] = P(&hosts[i]).hypervisor()
		list[i].Service.Updated = d.Opts.Now()
	}
	return list, nil
}

// dedicatedHosts are those of the account that the user may see, oldest first.
func (d *Servers) dedicatedHosts(ctx context.Context) ([]dedicatedHost, error) {
	return hostsAs(ctx, d, hostForm)
}

func hostsAs[H any, P aHost[H]](ctx context.Context, d *Servers, form records.Form[H]) ([]H, error) {
	hosts, err := form.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getDedicatedHosts"})
	slices.SortFunc(hosts, func(a, b H) int { return cmp.Compare(P(&a).number(), P(&b).number()) })
	return hosts, err
}

func (h *dedicatedHost) number() int { return h.ID }

func (h *dedicatedHost) hypervisor() compute.Hypervisor {
	const gib = 1024
	v := compute.Hypervisor{
		ID:           keep.IDOf(keep.HostKind, h.ID),
		Number:       h.ID,
		Name:         h.Name,
		Type:         hypervisorType,
		VCPUs:        h.CPUs,
		MemoryMB:     h.Memory * gib,
		DiskGB:       h.Disk,
		VCPUsUsed:    h.Allocation.CPUs,
		MemoryMBUsed: h.Allocation.Memory * gib,
		DiskGBUsed:   h.Allocation.Disk,
		RunningVMs:   h.GuestCount,
		Service: compute.Service{
			ID:     keep.IDOf(keep.DatacenterKind, h.Datacenter.ID),
			Number: h.Datacenter.ID,
			Host:   h.Datacenter.Name,
			Zone:   h.Datacenter.Name,
		},
	}
	return v
}

func (h *populatedHost) hypervisor() compute.Hypervisor {
	v := h.dedicatedHost.hypervisor()
	for i := range h.Guests {
		if g := &h.Guests[i]; g.GlobalIdentifier != "" && !g.Gone() {
			_, kept := keep.Split(g.Notes)
			v.Servers = append(v.Servers, compute.HypervisorServer{ID: strings.ToLower(g.GlobalIdentifier), Name: kept.NameFor(g.Hostname)})
		}
	}
	return v
}
