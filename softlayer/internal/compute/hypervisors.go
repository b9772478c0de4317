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
	GuestCount int             `json:"guestCount"`
	Guests     []records.Guest `json:"guests"`
}

const (
	dedicatedHostFields = "id,name,cpuCount,memoryCapacity,diskCapacity,guestCount,datacenter[id,name]," +
		"allocationStatus[cpuAllocated,memoryAllocated,diskAllocated]"

	// hypervisorType is what Nova would call the hypervisor, of which
	// SoftLayer says nothing.
	hypervisorType = "SoftLayer"
)

// Hypervisors are the dedicated hosts of the account that the user may see,
// each run by the nova-compute that stands for its datacenter. A user who sees
// none may see none: it is no admin.
func (d *Servers) Hypervisors(ctx context.Context, withServers bool) ([]compute.Hypervisor, error) {
	more := ""
	if withServers {
		more = ",guests[" + records.StateFields + ",hostname,notes]"
	}
	hosts, err := d.dedicatedHosts(ctx, more)
	if err != nil {
		return nil, err
	}
	if len(hosts) == 0 {
		return nil, jumpgate.Forbidden
	}
	list := make([]compute.Hypervisor, len(hosts))
	for i := range hosts {
		list[i] = hosts[i].hypervisor()
		list[i].Service.Updated = d.Opts.Now()
	}
	return list, nil
}

// dedicatedHosts are those of the account that the user may see, oldest first,
// with more fields.
func (d *Servers) dedicatedHosts(ctx context.Context, more ...string) (hosts []dedicatedHost, err error) {
	mask := "mask[" + dedicatedHostFields + strings.Join(more, "") + "]"
	_, err = d.API.Do(ctx, upstream.Call{Service: "Account", Method: "getDedicatedHosts", Mask: mask}, &hosts)
	slices.SortFunc(hosts, func(a, b dedicatedHost) int { return cmp.Compare(a.ID, b.ID) })
	return hosts, err
}

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
	for i := range h.Guests {
		if g := &h.Guests[i]; g.GlobalIdentifier != "" && !g.Gone() {
			_, kept := keep.Split(g.Notes)
			v.Servers = append(v.Servers, compute.HypervisorServer{ID: strings.ToLower(g.GlobalIdentifier), Name: kept.NameFor(g.Hostname)})
		}
	}
	return v
}
