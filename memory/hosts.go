package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.HypervisorLister = machines{}
	_ compute.ServiceLister    = machines{}
	_ compute.ServiceEditor    = machines{}
	_ compute.ZoneLister       = machines{}
	_ compute.AggregateKeeper  = machines{}
)

// host is where servers run, with the nova-compute that runs them.
type host struct {
	compute.Service
}

// zone is the availability zone of hosts that no aggregate gives another one,
// and ownZone that of the services which run no servers.
const (
	zone    = "nova"
	ownZone = "internal"
)

// hostNames are of the hosts that there are at first: two, so that affinity means
// something.
var hostNames = []string{"fake1", "fake2"}

// newHosts have the numbers of the recordings.
func newHosts() []*host {
	var list []*host
	for i, name := range hostNames {
		list = append(list, &host{compute.Service{ID: stableUUID("service", name), Number: 4 + i, Host: name}})
	}
	return list
}

// up tells whether servers may be placed on h.
func (h *host) up() bool { return !h.Disabled && !h.ForcedDown }

// status is how admins see the host of a server.
func (h *host) status() string {
	switch {
	case h.ForcedDown:
		return "DOWN"
	case h.Disabled:
		return "MAINTENANCE"
	}
	return "UP"
}

// host finds one by its name; nil: there is none. The lock is held.
func (c *Cloud) host(name string) *host {
	i := slices.IndexFunc(c.hosts, func(h *host) bool { return h.Host == name })
	if i < 0 {
		return nil
	}
	return c.hosts[i]
}

// zoneOf is the availability zone of a host. The lock is held.
func (c *Cloud) zoneOf(name string) string {
	for _, a := range c.aggregates {
		if z := a.Metadata["availability_zone"]; z != "" && slices.Contains(a.Hosts, name) {
			return z
		}
	}
	return zone
}

// wish is which hosts would do for a server.
type wish struct {
	group *compute.ServerGroup
	host  string // that one, whatever its state
	zone  string // empty: any
	not   string // where it is
	hints map[string]any
}

// hinted tells whether the scheduler hints same_host and different_host, each a
// server or a list of them, let a server be on a host. The lock is held.
func (c *Cloud) hinted(hints map[string]any, name string) bool {
	on := func(hint string) (there, asked bool) {
		for _, id := range hintedServers(hints[hint]) {
			if s := c.servers[id]; s != nil && !s.deleted {
				there = there || s.host == name
			}
			asked = true
		}
		return there, asked
	}
	same, wanted := on("same_host")
	different, _ := on("different_host")
	return !different && (same || !wanted)
}

// hintedServers are the ids in a hint.
func hintedServers(hint any) []string {
	switch v := hint.(type) {
	case string:
		return []string{v}
	case []any:
		var ids []string
		for _, id := range v {
			if text, ok := id.(string); ok {
				ids = append(ids, text)
			}
		}
		return ids
	}
	return nil
}

// place chooses a host for a server: of those that are up the one with the
// fewest servers, by the policy of its group. The lock is held.
func (c *Cloud) place(w wish) (string, bool) {
	if w.host != "" {
		return w.host, c.host(w.host) != nil
	}
	load, mates := make(map[string]int), make(map[string]int)
	for _, other := range c.servers {
		if other.deleted || other.host == "" {
			continue
		}
		load[other.host]++
		if w.group != nil && slices.Contains(other.ServerGroups, w.group.ID) {
			mates[other.host]++
		}
	}
	var choice []string
	for _, h := range c.hosts {
		if h.up() && h.Host != w.not && c.hinted(w.hints, h.Host) && (w.zone == "" || c.zoneOf(h.Host) == w.zone) {
			choice = append(choice, h.Host)
		}
	}
	if len(choice) == 0 {
		return "", false
	}
	slices.SortStableFunc(choice, func(a, b string) int { return cmp.Compare(load[a], load[b]) })
	if w.group == nil {
		return choice[0], true
	}
	switch w.group.Policy {
	case "affinity", "soft-affinity":
		for _, name := range choice {
			if mates[name] > 0 {
				return name, true
			}
		}
		return choice[0], w.group.Policy != "affinity" || len(mates) == 0
	case "anti-affinity", "soft-anti-affinity":
		slices.SortStableFunc(choice, func(a, b string) int { return cmp.Compare(mates[a], mates[b]) })
		if w.group.Policy == "anti-affinity" && mates[choice[0]] >= max(w.group.MaxPerHost, 1) {
			return "", false
		}
	}
	return choice[0], true
}

// put says where a server is; "" is on no host. The lock is held.
func (c *Cloud) put(s *server, name string) {
	s.host, s.Host, s.Hypervisor, s.HostID, s.HostStatus, s.AvailabilityZone = name, name, name, "", "", ""
	if h := c.host(name); h != nil {
		s.HostID, s.HostStatus, s.AvailabilityZone = hostID(s.ProjectID, name), h.status(), c.zoneOf(name)
	}
	c.nets.bind(s)
}

// Services implements compute.ServiceLister.
func (m machines) Services(context.Context) ([]compute.Service, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	now := m.c.now().UTC().Truncate(time.Second)
	var list []compute.Service
	for i, binary := range []string{"nova-scheduler", "nova-conductor"} {
		list = append(list, compute.Service{
			Binary: binary, ID: stableUUID("service", binary), Number: i + 1, Host: "vm", Zone: ownZone, Updated: now,
		})
	}
	for _, h := range m.c.hosts {
		list = append(list, m.c.serviceOf(h))
	}
	return list, nil
}

// serviceOf is the service that runs a host.
func (c *Cloud) serviceOf(h *host) compute.Service {
	s := h.Service
	s.Zone, s.Updated = c.zoneOf(h.Host), c.now().UTC().Truncate(time.Second)
	return s
}

// UpdateService implements compute.ServiceEditor.
func (m machines) UpdateService(_ context.Context, id string, u compute.ServiceUpdate) (*compute.Service, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	h := m.c.hostOfService(id)
	if h == nil {
		return nil, jumpgate.NotFound
	}
	set(&h.Disabled, u.Disabled)
	set(&h.DisabledReason, u.DisabledReason)
	set(&h.ForcedDown, u.ForcedDown)
	m.c.tellServers()
	shown := m.c.serviceOf(h)
	return &shown, nil
}

func (c *Cloud) hostOfService(id string) *host {
	i := slices.IndexFunc(c.hosts, func(h *host) bool { return h.ID == id })
	if i < 0 {
		return nil
	}
	return c.hosts[i]
}

// tellServers has servers know what became of their hosts. The lock is held.
func (c *Cloud) tellServers() {
	for _, s := range c.servers {
		if s.host != "" && !s.deleted {
			c.put(s, s.host)
		}
	}
}

// DeleteService implements compute.ServiceEditor.
func (m machines) DeleteService(_ context.Context, id string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	h := m.c.hostOfService(id)
	if h == nil {
		return jumpgate.NotFound
	}
	for _, s := range m.c.servers {
		if s.host == h.Host && !s.deleted {
			return jumpgate.Conflict
		}
	}
	for _, a := range m.c.aggregates {
		a.Hosts = slices.DeleteFunc(a.Hosts, func(name string) bool { return name == h.Host })
	}
	m.c.hosts = slices.DeleteFunc(m.c.hosts, func(other *host) bool { return other == h })
	return nil
}

// cpuInfo is of the processor that Nova's fake hypervisor has.
const cpuInfo = `{"arch": "x86_64", "model": "Nehalem", "vendor": "Intel", "features": ["pge", "clflush"], ` +
	`"topology": {"cores": 1, "threads": 1, "sockets": 4}}`

// Hypervisors implements compute.HypervisorLister.
func (m machines) Hypervisors(_ context.Context, withServers bool) ([]compute.Hypervisor, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	var list []compute.Hypervisor
	for _, h := range m.c.hosts {
		v := compute.Hypervisor{
			ID: stableUUID("hypervisor", h.Host), Number: h.Number - 3, Name: h.Host, Type: "fake", Version: 1000, Service: m.c.serviceOf(h),
			VCPUs: 1000, MemoryMB: 800000, DiskGB: 600000, HostIP: "127.0.0.1", CPUInfo: cpuInfo, Uptime: max(m.c.now().Sub(m.c.started), time.Second),
		}
		for _, s := range m.c.servers {
			if m.c.settle(s); s.deleted || s.host != h.Host {
				continue
			}
			v.RunningVMs++
			v.VCPUsUsed += s.Flavor.VCPUs
			v.MemoryMBUsed += s.Flavor.RAM
			v.DiskGBUsed += s.Flavor.Disk
			if withServers {
				v.Servers = append(v.Servers, compute.HypervisorServer{ID: s.ID, Name: s.Name})
			}
		}
		slices.SortFunc(v.Servers, func(a, b compute.HypervisorServer) int { return cmp.Compare(a.ID, b.ID) })
		list = append(list, v)
	}
	return list, nil
}

// hypervisor is the name of the host that an order asks for by the id of its
// hypervisor; "" for none. The lock is held.
func (c *Cloud) hypervisor(id string) string {
	for _, h := range c.hosts {
		if stableUUID("hypervisor", h.Host) == id {
			return h.Host
		}
	}
	return ""
}

// Zones implements compute.ZoneLister: those of hosts.
func (m machines) Zones(context.Context) ([]compute.Zone, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	var list []compute.Zone
	for _, h := range m.c.hosts {
		name := m.c.zoneOf(h.Host)
		i := slices.IndexFunc(list, func(z compute.Zone) bool { return z.Name == name })
		if i < 0 {
			i = len(list)
			list = append(list, compute.Zone{Name: name})
		}
		list[i].Available = list[i].Available || !h.Disabled
	}
	return list, nil
}

// isZone tells whether some host is in a zone. The lock is held.
func (c *Cloud) isZone(name string) bool {
	return slices.ContainsFunc(c.hosts, func(h *host) bool { return c.zoneOf(h.Host) == name })
}
