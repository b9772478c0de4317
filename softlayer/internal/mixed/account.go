package mixed

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Limits implements compute.LimitsGetter.
func (d *Servers) Limits(ctx context.Context) (*compute.Limits, error) {
	l, err := d.Servers.Limits(ctx)
	if err != nil {
		return nil, err
	}
	all := d.all(ctx)
	for _, s := range all.list {
		l.Instances++
		l.Cores += s.Flavor.VCPUs
		l.RAM += s.Flavor.RAM
	}
	return l, all.err
}

// Usages implements compute.UsageLister.
func (d *Servers) Usages(ctx context.Context, start, end time.Time) ([]compute.Usage, error) {
	list, err := d.Servers.Usages(ctx, start, end)
	if err != nil {
		return nil, err
	}
	all := d.all(ctx)
	for _, s := range all.list {
		list = append(list, compute.Usage{
			ServerID: s.ID, Name: s.Name, FlavorName: s.Flavor.Name, VCPUs: s.Flavor.VCPUs, RAM: s.Flavor.RAM, Disk: s.Flavor.Disk,
			VMState: s.VMState, Launched: s.Launched,
		})
	}
	return list, all.err
}

// Hypervisors implements compute.HypervisorLister: a bare metal server is its
// own, as in Nova with Ironic.
func (d *Servers) Hypervisors(ctx context.Context, withServers bool) ([]compute.Hypervisor, error) {
	list, err := d.Servers.Hypervisors(ctx, withServers)
	none := errors.Is(err, jumpgate.Forbidden)
	if err != nil && !none {
		return nil, err
	}
	for h, hardwareErr := range d.hardware.All(ctx, upstream.Filter{}) {
		if hardwareErr != nil {
			return nil, hardwareErr
		}
		if !gone(h) {
			list, none = append(list, d.hypervisor(ctx, h, withServers)), false
		}
	}
	if none {
		return nil, err
	}
	slices.SortFunc(list, func(a, b compute.Hypervisor) int { return cmp.Compare(a.Number, b.Number) })
	return list, nil
}

func (d *Servers) hypervisor(ctx context.Context, h *records.Hardware, withServers bool) compute.Hypervisor {
	s := d.server(ctx, h, "")
	v := compute.Hypervisor{
		ID: s.ID, Number: h.ID, Name: s.ID, Type: "ironic", HostIP: h.ManagementIP, RunningVMs: 1,
		VCPUs: s.Flavor.VCPUs, MemoryMB: s.Flavor.RAM, DiskGB: s.Flavor.Disk,
		VCPUsUsed: s.Flavor.VCPUs, MemoryMBUsed: s.Flavor.RAM, DiskGBUsed: s.Flavor.Disk,
		Service: compute.Service{
			ID: keep.IDOf(keep.DatacenterKind, h.Datacenter.ID), Number: h.Datacenter.ID, Host: h.Datacenter.Name, Zone: h.Datacenter.Name, Updated: d.Opts.Now(),
		},
	}
	if withServers {
		v.Servers = []compute.HypervisorServer{{ID: s.ID, Name: s.Name}}
	}
	return v
}

// ServerActions implements compute.ActionLister: what SoftLayer's log says.
func (d *Servers) ServerActions(ctx context.Context, id string) ([]compute.ServerAction, error) {
	list, err := d.Servers.ServerActions(ctx, id)
	if err == nil {
		return list, nil
	}
	h, err := d.machine(ctx, id, err)
	if h == nil {
		return nil, err
	}
	s := d.server(ctx, h, "")
	add := func(name, request, user string, at time.Time) {
		list = append(list, compute.ServerAction{
			Name: name, RequestID: slcompute.RequestFor(request), UserID: user, ProjectID: s.ProjectID, Started: at, Updated: at,
			Events: []compute.ServerEvent{{Name: strings.ToLower(name), Started: at, Finished: at, HostID: s.HostID}},
		})
	}
	add("create", cmp.Or(h.Kept.Request, s.ID), "", s.Created)
	events, err := d.nodes.History(ctx, id)
	for _, e := range events {
		add(slcompute.ActionNamed(e.Type), e.UUID, e.UserID, e.Created)
	}
	return list, err
}
