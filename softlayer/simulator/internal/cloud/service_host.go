package cloud

import (
	"strconv"
	"time"
)

const hostTyp = "Virtual_DedicatedHost"

// The one size of dedicated hosts that there is.
const (
	hostCPUs     = 56
	hostMemoryGB = 242
	hostDiskGB   = 1200
)

func hostService() *service {
	return &service{
		name: hostTyp, typ: hostTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(byID(c.acct.hosts, id))
		},
		methods: map[string]*method{
			"getObject":  self(hostTyp),
			"editObject": {run: func(c *call) (any, error) { return true, edit(c, c.object.(*record), "name", "notes") }},
		},
	}
}

func (a *account) newHost(h Host, created time.Time) *record {
	dc := a.sim.catalog.datacenters[0]
	if h.Datacenter != "" {
		dc = mustFind("datacenter", h.Datacenter, a.sim.catalog.datacenter(h.Datacenter))
	}
	r := newRecord(hostTyp, fields{
		"id": a.sim.inv.id("host"), "accountId": a.id(), "name": h.Name, "cpuCount": hostCPUs, "memoryCapacity": hostMemoryGB,
		"diskCapacity": hostDiskGB, "createDate": created, "modifyDate": nil, "notes": nil, "account": a.self, "datacenter": dc,
		"backendRouter": a.sim.catalog.backRouter[dc.id()], "tagReferences": []node{},
	})
	r.fields["guests"] = func() any { return nodes(a.guestsOn(r)) }
	r.fields["allocationStatus"] = func() any { return a.allocated(r) }
	return r
}

func (a *account) guestsOn(host *record) []*guest {
	var list []*guest
	for _, g := range a.guests {
		if g.dedicated == host {
			list = append(list, g)
		}
	}
	return list
}

// allocated is what the guests on a host take of it.
func (a *account) allocated(host *record) node {
	cpus, memory, disk := 0, 0, 0
	guests := a.guestsOn(host)
	for _, g := range guests {
		cpus += g.cpu
		memory += g.memory / 1024
		for _, d := range g.disks {
			disk += d.capacity
		}
	}
	return container(a.sim.schema.byName("Container_Virtual_DedicatedHost_AllocationStatus"), fields{
		"cpuAllocated": cpus, "cpuAvailable": hostCPUs - cpus, "cpuCount": hostCPUs, "diskAllocated": disk,
		"diskAvailable": hostDiskGB - disk, "diskCapacity": hostDiskGB, "guestCount": len(guests), "memoryAllocated": memory,
		"memoryAvailable": hostMemoryGB - memory, "memoryCapacity": hostMemoryGB,
	})
}

// joinHost puts an order on a dedicated host, which must be in its datacenter.
func (a *account) joinHost(o *serverOrder, id int) error {
	h := byID(a.hosts, id)
	switch {
	case h == nil:
		return notFound(strconv.Itoa(id))
	case h.one("datacenter") != o.datacenter:
		return public("The dedicated host is not in the datacenter of the order.")
	}
	o.dedicated = h
	return nil
}
