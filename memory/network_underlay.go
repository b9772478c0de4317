package memory

import (
	"context"
	"iter"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

var (
	_ network.AgentDriver           = (*nets)(nil)
	_ network.ZoneDriver            = (*nets)(nil)
	_ network.ServiceProviderDriver = (*nets)(nil)
	_ network.AvailabilityDriver    = (*nets)(nil)
	_ network.TopologyDriver        = (*nets)(nil)
)

// listed are things that never change.
type listed[T any] []T

// List implements network.Lister.
func (l listed[T]) List(context.Context, network.Query) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, t := range l {
			if !yield(&t, nil) {
				return
			}
		}
	}
}

// AvailabilityZones implements network.ZoneDriver.
func (n *nets) AvailabilityZones() network.Lister[network.Zone] {
	return listed[network.Zone]{{Name: zone, Resource: "network", State: "available"}, {Name: zone, Resource: "router", State: "available"}}
}

// ServiceProviders implements network.ServiceProviderDriver.
func (n *nets) ServiceProviders() network.Lister[network.ServiceProvider] {
	return listed[network.ServiceProvider]{{ServiceType: "L3_ROUTER_NAT", Name: "single_node"}}
}

// zonesExist says which zones there are not.
func (n *nets) zonesExist(hints []string) error {
	for _, hint := range hints {
		if hint != zone {
			return network.ZoneNotFound(hint)
		}
	}
	return nil
}

// Agents implements network.AgentDriver.
func (n *nets) Agents() network.Lister[network.Agent] { return n.agents }

// agentShelf has the agents of a small cloud: one on each host that plugs
// servers in, and on the first host those that give out addresses and route.
func (n *nets) agentShelf() *shelf[network.Agent] {
	s := &shelf[network.Agent]{
		n: n, items: make(map[string]*network.Agent), head: func(t *network.Agent) head { return head{&t.ID, new(string), nil} },
		show: func(_ context.Context, t *network.Agent) { t.Heartbeat = n.seconds() },
		leave: func(context.Context, *network.Agent) error {
			return network.Fault(jumpgate.Conflict, "AgentInUse", "The agent is alive and would come back.")
		},
	}
	add := func(kind, binary, topic, host, zone string) {
		now := n.seconds()
		a := &network.Agent{
			ID: stableUUID("agent", binary+host), Type: kind, Binary: binary, Host: host, Topic: topic, Zone: zone, AdminStateUp: true, Alive: true,
			Created: now, Started: now, Heartbeat: now, Configurations: map[string]any{},
		}
		s.items[a.ID] = a
	}
	for _, host := range hostNames {
		add("Open vSwitch agent", "neutron-openvswitch-agent", "N/A", host, "")
	}
	add(dhcpAgent, "neutron-dhcp-agent", "dhcp_agent", hostNames[0], zone)
	add(l3Agent, "neutron-l3-agent", "l3_agent", hostNames[0], zone)
	return s
}

// availabilities counts the addresses of networks.
type availabilities struct{ n *nets }

// IPAvailabilities implements network.AvailabilityDriver.
func (n *nets) IPAvailabilities() network.Lister[network.Availability] { return availabilities{n} }

// List implements network.Lister.
func (a availabilities) List(ctx context.Context, _ network.Query) iter.Seq2[*network.Availability, error] {
	return func(yield func(*network.Availability, error) bool) {
		for _, t := range a.n.networks.collect(ctx, network.Query{}) {
			if view, err := a.Get(ctx, t.ID); err == nil && !yield(view, nil) {
				return
			}
		}
	}
}

// Get implements network.Getter.
func (a availabilities) Get(ctx context.Context, id string) (*network.Availability, error) {
	n := a.n
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.networks.visible(ctx, id)
	if t == nil {
		return nil, jumpgate.NotFound
	}
	view := &network.Availability{NetworkID: t.ID, NetworkName: t.Name, ProjectID: t.ProjectID}
	for _, s := range n.subnetsOf(t) {
		one := network.SubnetAvailability{SubnetID: s.ID, SubnetName: s.Name, CIDR: s.CIDR, Used: int64(len(n.books[s.ID].taken))}
		for _, p := range s.Pools {
			one.Total += size(p)
		}
		view.Subnets = append(view.Subnets, one)
	}
	return view, nil
}

// size says how many addresses a pool has.
func size(p network.Pool) float64 {
	a, b := p.Start.As16(), p.End.As16()
	total := 0.0
	for i := range a {
		total = total*256 + float64(b[i]) - float64(a[i])
	}
	return total + 1
}

// autoName is how Neutron calls what it makes for a project that just wants a
// network.
const autoName = "auto_allocated_"

// AutoAllocatedTopology implements network.TopologyDriver.
func (n *nets) AutoAllocatedTopology(ctx context.Context, project string, check bool) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if id := n.topologies[project]; id != "" {
		return id, nil
	}
	failed := func(why string) error {
		return network.Fault(jumpgate.Conflict, "AutoAllocationFailure", "Deployment error: %s.", why)
	}
	var outside *network.Network
	for _, t := range n.networks.items {
		if t.External && t.IsDefault {
			outside = t
		}
	}
	if outside == nil {
		return "", failed("No default router:external network")
	}
	var pools []*network.SubnetPool
	for _, p := range n.pools.items {
		if p.IsDefault && n.pools.may(ctx, p) {
			pools = append(pools, p)
		}
	}
	slices.SortFunc(pools, func(a, b *network.SubnetPool) int { return a.IPVersion - b.IPVersion })
	if len(pools) == 0 {
		return "", failed("No default subnetpools defined")
	}
	if check {
		return "", nil
	}
	std := network.Standard{ProjectID: project}
	inside := &network.Network{Standard: std, Name: autoName + "network", AdminStateUp: true, PortSecurity: true}
	if err := n.networks.put(ctx, inside); err != nil {
		return "", err
	}
	router := &network.Router{Standard: std, Name: autoName + "router", AdminStateUp: true, Gateway: &network.Gateway{NetworkID: outside.ID, EnableSNAT: true}}
	undo := func(err error) (string, error) {
		if n.routers.items[router.ID] != nil {
			n.routers.take(router)
		}
		n.networks.take(inside)
		return "", err
	}
	if err := n.routers.put(ctx, router); err != nil {
		return undo(err)
	}
	for _, p := range pools {
		s := &network.Subnet{Standard: std, Name: autoName + "subnet_v" + string(rune('0'+p.IPVersion)), NetworkID: inside.ID, IPVersion: p.IPVersion, SubnetPoolID: p.ID, DHCP: true}
		if err := n.subnets.put(ctx, s); err != nil {
			return undo(err)
		}
		if _, err := n.interfaceIn(ctx, router, s.ID); err != nil {
			return undo(err)
		}
	}
	n.topologies[project] = inside.ID
	return inside.ID, nil
}

// DeleteAutoAllocatedTopology implements network.TopologyDriver.
func (n *nets) DeleteAutoAllocatedTopology(_ context.Context, project string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	of := n.networks.items[n.topologies[project]]
	if of == nil {
		return network.Fault(jumpgate.NotFound, "AutoAllocatedTopologyNotFound", "No auto allocated topology for project %s.", project)
	}
	if used := n.portsOn(of.ID, func(p *network.Port) bool { return !isRouters(p) }); len(used) > 0 {
		return network.NetworkInUse(of.ID, used...)
	}
	for _, r := range n.routers.items {
		for _, s := range n.insides(r.ID) {
			if s.NetworkID == of.ID {
				n.routers.take(r)
				break
			}
		}
	}
	n.networks.take(of)
	delete(n.topologies, project)
	return nil
}

// addressOf is where an address is: in which subnet of a port.
func addressOf(p *network.Port, a netip.Addr) (network.FixedIP, bool) {
	i := slices.IndexFunc(p.FixedIPs, func(ip network.FixedIP) bool { return ip.Address == a })
	if i < 0 {
		return network.FixedIP{}, false
	}
	return p.FixedIPs[i], true
}
