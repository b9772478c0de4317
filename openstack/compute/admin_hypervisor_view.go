package compute

import (
	"encoding/json"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// hypervisorField says when a member is part of a host.
type hypervisorField struct {
	name         string
	detail       bool // only where all is told
	since, until int  // minor versions, until exclusive; 0: no bound
	value        func(h *Hypervisor) any
}

// hypervisorFields lists the members of a host in Nova's order
// (nova/api/openstack/compute/hypervisors.py).
var hypervisorFields = []hypervisorField{
	{name: "id", until: hypervisorUUIDs, value: func(h *Hypervisor) any { return h.Number }},
	{name: "id", since: hypervisorUUIDs, value: func(h *Hypervisor) any { return h.ID }},
	{name: "hypervisor_hostname", value: func(h *Hypervisor) any { return h.Name }},
	{name: "state", value: func(h *Hypervisor) any { return h.Service.state() }},
	{name: "status", value: func(h *Hypervisor) any { return h.Service.status() }},
	{name: "hypervisor_type", detail: true, value: func(h *Hypervisor) any { return h.Type }},
	{name: "hypervisor_version", detail: true, value: func(h *Hypervisor) any { return h.Version }},
	{name: "host_ip", detail: true, value: func(h *Hypervisor) any { return rest.OrNil(h.HostIP) }},
	{name: "service", detail: true, until: hypervisorUUIDs, value: func(h *Hypervisor) any { return h.Service.ref(h.Service.Number) }},
	{name: "service", detail: true, since: hypervisorUUIDs, value: func(h *Hypervisor) any { return h.Service.ref(h.Service.ID) }},
	{name: "vcpus", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.VCPUs }},
	{name: "memory_mb", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.MemoryMB }},
	{name: "local_gb", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.DiskGB }},
	{name: "vcpus_used", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.VCPUsUsed }},
	{name: "memory_mb_used", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.MemoryMBUsed }},
	{name: "local_gb_used", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.DiskGBUsed }},
	{name: "free_ram_mb", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.MemoryMB - h.MemoryMBUsed }},
	{name: "free_disk_gb", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.DiskGB - h.DiskGBUsed }},
	{name: "current_workload", detail: true, until: endOfHostResources, value: func(*Hypervisor) any { return 0 }},
	{name: "running_vms", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.RunningVMs }},
	{name: "disk_available_least", detail: true, until: endOfHostResources, value: func(h *Hypervisor) any { return h.DiskGB - h.DiskGBUsed }},
	{name: "cpu_info", detail: true, until: 28, value: func(h *Hypervisor) any { return h.CPUInfo }},
	{name: "cpu_info", detail: true, since: 28, until: endOfHostResources, value: (*Hypervisor).cpuInfo},
	{name: "uptime", detail: true, since: endOfHostResources, value: (*Hypervisor).uptime},
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
	var o jumpgate.Object
	v := minor(r)
	for _, f := range hypervisorFields {
		if (detail || !f.detail) && v >= f.since && (f.until == 0 || v < f.until) {
			o = append(o, jumpgate.Member{Name: f.name, Value: f.value(h)})
		}
	}
	if withServers && (len(h.Servers) > 0 || v >= emptyServers) {
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
