package compute

import (
	"encoding/json"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// hypervisorFields lists the members of a host in Nova's order
// (nova/api/openstack/compute/hypervisors.py).
var hypervisorFields = []rest.Field[*Hypervisor]{
	{Name: "id", Until: hypervisorUUIDs, Value: func(h *Hypervisor) any { return h.Number }},
	{Name: "id", Since: hypervisorUUIDs, Value: func(h *Hypervisor) any { return h.ID }},
	{Name: "hypervisor_hostname", Value: func(h *Hypervisor) any { return h.Name }},
	{Name: "state", Value: func(h *Hypervisor) any { return h.Service.state() }},
	{Name: "status", Value: func(h *Hypervisor) any { return h.Service.status() }},
	{Name: "hypervisor_type", Forms: detailForm, Value: func(h *Hypervisor) any { return h.Type }},
	{Name: "hypervisor_version", Forms: detailForm, Value: func(h *Hypervisor) any { return h.Version }},
	{Name: "host_ip", Forms: detailForm, Value: func(h *Hypervisor) any { return rest.OrNil(h.HostIP) }},
	{Name: "service", Forms: detailForm, Until: hypervisorUUIDs, Value: func(h *Hypervisor) any { return h.Service.ref(h.Service.Number) }},
	{Name: "service", Forms: detailForm, Since: hypervisorUUIDs, Value: func(h *Hypervisor) any { return h.Service.ref(h.Service.ID) }},
	{Name: "vcpus", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.VCPUs }},
	{Name: "memory_mb", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.MemoryMB }},
	{Name: "local_gb", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.DiskGB }},
	{Name: "vcpus_used", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.VCPUsUsed }},
	{Name: "memory_mb_used", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.MemoryMBUsed }},
	{Name: "local_gb_used", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.DiskGBUsed }},
	{Name: "free_ram_mb", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.MemoryMB - h.MemoryMBUsed }},
	{Name: "free_disk_gb", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.DiskGB - h.DiskGBUsed }},
	{Name: "current_workload", Forms: detailForm, Until: endOfHostResources, Value: func(*Hypervisor) any { return 0 }},
	{Name: "running_vms", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.RunningVMs }},
	{Name: "disk_available_least", Forms: detailForm, Until: endOfHostResources, Value: func(h *Hypervisor) any { return h.DiskGB - h.DiskGBUsed }},
	{Name: "cpu_info", Forms: detailForm, Until: 28, Value: func(h *Hypervisor) any { return h.CPUInfo }},
	{Name: "cpu_info", Forms: detailForm, Since: 28, Until: endOfHostResources, Value: (*Hypervisor).cpuInfo},
	{Name: "uptime", Forms: detailForm, Since: endOfHostResources, Value: (*Hypervisor).uptime},
}

func (h *Hypervisor) cpuInfo() any {
	if h.CPUInfo == "" {
		return jumpgate.Object{}
	}
	return json.RawMessage(h.CPUInfo)
}

// emptyServers is the version from which a host without servers says so.
const emptyServers = 75

// view shows h at r's version.
func (h *Hypervisor) view(r *jumpgate.Request, detail, withServers bool) jumpgate.Object {
	a := rest.Answer{Form: briefForm, Version: minor(r)}
	if detail {
		a.Form = detailForm
	}
	o := rest.Show(hypervisorFields, a, h)
	if withServers && (len(h.Servers) > 0 || a.Version >= emptyServers) {
		servers := make([]jumpgate.Object, len(h.Servers))
		for i, s := range h.Servers {
			servers[i] = jumpgate.Object{{Name: "name", Value: s.Name}, {Name: "uuid", Value: s.ID}}
		}
		o = append(o, jumpgate.Member{Name: "servers", Value: servers})
	}
	return o
}

func hypervisorViews(r *jumpgate.Request, all []Hypervisor, detail, withServers bool) []jumpgate.Object {
	views := make([]jumpgate.Object, len(all))
	for i := range all {
		views[i] = all[i].view(r, detail, withServers)
	}
	return views
}

// hypervisorStatistics adds up all hosts.
func hypervisorStatistics(_ *jumpgate.Request, list lister) (any, error) {
	all, err := list(false)
	if err != nil {
		return nil, err
	}
	var sum Hypervisor
	for _, h := range all {
		sum.VCPUs += h.VCPUs
		sum.MemoryMB += h.MemoryMB
		sum.DiskGB += h.DiskGB
		sum.VCPUsUsed += h.VCPUsUsed
		sum.MemoryMBUsed += h.MemoryMBUsed
		sum.DiskGBUsed += h.DiskGBUsed
		sum.RunningVMs += h.RunningVMs
	}
	return jumpgate.Object{{Name: "hypervisor_statistics", Value: jumpgate.Object{
		{Name: "count", Value: len(all)},
		{Name: "vcpus", Value: sum.VCPUs},
		{Name: "memory_mb", Value: sum.MemoryMB},
		{Name: "local_gb", Value: sum.DiskGB},
		{Name: "vcpus_used", Value: sum.VCPUsUsed},
		{Name: "memory_mb_used", Value: sum.MemoryMBUsed},
		{Name: "local_gb_used", Value: sum.DiskGBUsed},
		{Name: "free_ram_mb", Value: sum.MemoryMB - sum.MemoryMBUsed},
		{Name: "free_disk_gb", Value: sum.DiskGB - sum.DiskGBUsed},
		{Name: "current_workload", Value: 0},
		{Name: "running_vms", Value: sum.RunningVMs},
		{Name: "disk_available_least", Value: sum.DiskGB - sum.DiskGBUsed},
	}}}, nil
}
