package memory

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// routers are the shelf of routers, with what is done to them besides.
type routers struct{ *shelf[network.Router] }

var (
	_ network.RouterInterfaces = (*routers)(nil)
	_ network.RouterRoutes     = (*routers)(nil)
)

func (n *nets) routerShelf() *shelf[network.Router] {
	return &shelf[network.Router]{
		n: n, items: make(map[string]*network.Router), head: func(t *network.Router) head { return headOf(&t.Standard) }, first: 1, quota: "router",
		show: func(_ context.Context, t *network.Router) { t.Zones = []string{zone} },
		add: func(ctx context.Context, t *network.Router) error {
			if err := n.zonesExist(t.ZoneHints); err != nil {
				return err
			}
			if t.FlavorID != "" {
				return network.Fault(jumpgate.NotFound, "FlavorNotFound", "Flavor %s could not be found.", t.FlavorID)
			}
			t.Status = "ACTIVE"
			if t.Gateway == nil {
				return nil
			}
			g, err := n.openGateway(ctx, t, t.Gateway)
			t.Gateway = g
			t.Revision += 2 // Neutron makes the router first
			return err
		},
		alter: n.alterRouter,
		leave: func(_ context.Context, t *network.Router) error {
			var ports []string
			for _, p := range n.devices[t.ID] {
				if p.DeviceOwner == ownerInterface {
					ports = append(ports, p.ID)
				}
			}
			if len(ports) > 0 {
				return network.RouterInUse(t.ID, ports...)
			}
			return nil
		},
		erase: func(t *network.Router) {
			for _, p := range slices.Clone(n.devices[t.ID]) {
				n.ports.take(p)
			}
		},
	}
}

func (n *nets) alterRouter(ctx context.Context, old, now *network.Router, u *network.Update[network.Router]) error {
	if u.Has("routes") {
		if err := n.checkRoutes(old, now.Routes); err != nil {
			return err
		}
	}
	if !u.Has("external_gateway_info") {
		return nil
	}
	have, want := old.Gateway, now.Gateway
	if have != nil && want != nil && have.NetworkID == want.NetworkID && (want.FixedIPs == nil || sameAddresses(have.FixedIPs, want.FixedIPs)) {
		g := *have
		g.EnableSNAT, g.QoSPolicyID = want.EnableSNAT, want.QoSPolicyID
		now.Gateway = &g
		return nil
	}
	if have != nil && (want == nil || want.NetworkID != have.NetworkID) {
		for _, f := range n.floating.items {
			if f.RouterID == old.ID {
				return network.Fault(jumpgate.Conflict, "RouterExternalGatewayInUseByFloatingIp",
					"Gateway cannot be updated for router %s, since a gateway to external network %s is required by one or more floating IPs.", old.ID, have.NetworkID)
			}
		}
	}
	var port *network.Port
	for _, p := range n.devices[old.ID] {
		if p.DeviceOwner == ownerGateway {
			port = p
		}
	}
	if want != nil {
		g, err := n.openGateway(ctx, old, want)
		if err != nil {
			return err
		}
		now.Gateway = g
	}
	if port != nil {
		n.ports.take(port)
	}
	return nil
}

func sameAddresses(have, want []network.FixedIP) bool {
	return len(have) == len(want) && !slices.ContainsFunc(want, func(w network.FixedIP) bool {
		return !slices.ContainsFunc(have, func(h network.FixedIP) bool {
			return (w.SubnetID == "" || w.SubnetID == h.SubnetID) && (!w.Address.IsValid() || w.Address == h.Address)
		})
	})
}

// openGateway makes the port of a router in an external network. The port is
// nobody's.
func (n *nets) openGateway(ctx context.Context, r *network.Router, want *network.Gateway) (*network.Gateway, error) {
	of := n.networks.visible(ctx, want.NetworkID)
	switch {
	case of == nil:
		return nil, network.NetworkNotFound(want.NetworkID)
	case !of.External:
		return nil, network.BadRequest("router", "Network %s is not an external network", of.ID)
	}
	if err := n.policyExists(ctx, want.QoSPolicyID); err != nil {
		return nil, err
	}
	for _, s := range n.subnetsOf(of) {
		for _, inside := range n.insides(r.ID) {
			if s.CIDR.Overlaps(inside.CIDR) {
				return nil, overlaps(inside, s)
			}
		}
	}
	p := &network.Port{
		NetworkID: of.ID, AdminStateUp: true, DeviceID: r.ID, DeviceOwner: ownerGateway, VNICType: "normal", GroupsGiven: true,
		FixedIPs: want.FixedIPs, FixedIPsGiven: len(want.FixedIPs) > 0,
	}
	if err := n.ports.put(network.WithAllProjects(ctx), p); err != nil {
		return nil, err
	}
	g := *want
	g.FixedIPs = p.FixedIPs
	return &g, nil
}

func overlaps(have, want *network.Subnet) error {
	return network.BadRequest("router", "Cidr %s of subnet %s overlaps with cidr %s of subnet %s", want.CIDR, want.ID, have.CIDR, have.ID)
}

// insides are the subnets that a router connects.
func (n *nets) insides(routerID string) []*network.Subnet {
	var all []*network.Subnet
	for _, p := range n.devices[routerID] {
		if p.DeviceOwner != ownerInterface {
			continue
		}
		for _, ip := range p.FixedIPs {
			all = append(all, n.subnets.items[ip.SubnetID])
		}
	}
	return all
}

// AddInterface implements network.RouterInterfaces.
func (s *routers) AddInterface(ctx context.Context, routerID, subnetID, portID string) (*network.Interface, error) {
	n := s.n
	n.mu.Lock()
	defer n.mu.Unlock()
	r := s.visible(ctx, routerID)
	if r == nil {
		return nil, jumpgate.NotFound
	}
	var p *network.Port
	var err error
	if portID != "" {
		p, err = n.adoptPort(ctx, r, portID)
	} else {
		p, err = n.interfaceIn(ctx, r, subnetID)
	}
	if err != nil {
		return nil, err
	}
	s.touch(r)
	return interfaceOf(r, p), nil
}

func interfaceOf(r *network.Router, p *network.Port) *network.Interface {
	in := &network.Interface{RouterID: r.ID, ProjectID: p.ProjectID, PortID: p.ID, NetworkID: p.NetworkID}
	for _, ip := range p.FixedIPs {
		in.SubnetIDs = append(in.SubnetIDs, ip.SubnetID)
	}
	return in
}

// interfaceIn makes a router's port that is the gateway of a subnet.
func (n *nets) interfaceIn(ctx context.Context, r *network.Router, subnetID string) (*network.Port, error) {
	s := n.subnets.visible(ctx, subnetID)
	switch {
	case s == nil:
		return nil, network.SubnetNotFound(subnetID)
	case !s.Gateway.IsValid():
		return nil, network.BadRequest("router", "Subnet for router interface must have a gateway IP")
	}
	if err := n.mayConnect(r, s); err != nil {
		return nil, err
	}
	if err := n.afford(r.ProjectID, "port", 1); err != nil {
		return nil, err
	}
	p := &network.Port{
		Standard: network.Standard{ProjectID: r.ProjectID}, NetworkID: s.NetworkID, AdminStateUp: true, DeviceID: r.ID, DeviceOwner: ownerInterface,
		VNICType: "normal", GroupsGiven: true, FixedIPs: []network.FixedIP{{SubnetID: s.ID, Address: s.Gateway}}, FixedIPsGiven: true,
	}
	return p, n.ports.put(ctx, p)
}

// adoptPort makes a port that exists a router's.
func (n *nets) adoptPort(ctx context.Context, r *network.Router, portID string) (*network.Port, error) {
	p := n.ports.visible(ctx, portID)
	switch {
	case p == nil:
		return nil, network.PortNotFound(portID)
	case p.DeviceID != "":
		return nil, network.PortInUse(p.ID, p.NetworkID, p.DeviceID)
	case len(p.FixedIPs) == 0:
		return nil, network.BadRequest("router", "Router port must have at least one fixed IP")
	}
	for i, ip := range p.FixedIPs {
		s := n.subnets.items[ip.SubnetID]
		if s.IPVersion == 4 && slices.ContainsFunc(p.FixedIPs[:i], func(o network.FixedIP) bool { return o.Address.Is4() }) {
			return nil, network.BadRequest("router", "Cannot have multiple IPv4 subnets on router port")
		}
		if err := n.mayConnect(r, s); err != nil {
			return nil, err
		}
	}
	u := network.NewUpdate(func(p *network.Port) {
		p.DeviceID, p.DeviceOwner, p.SecurityGroups, p.PortSecurity = r.ID, ownerInterface, nil, false
	}, "device_id", "device_owner")
	return p, n.ports.change(ctx, p, &u)
}

// mayConnect says why a router can't have a subnet.
func (n *nets) mayConnect(r *network.Router, s *network.Subnet) error {
	all := n.insides(r.ID)
	for _, have := range all {
		if have.ID == s.ID {
			return network.RouterHasSubnet(s.ID)
		}
	}
	if r.Gateway != nil {
		all = append(all, n.subnetsOf(n.networks.items[r.Gateway.NetworkID])...)
	}
	for _, have := range all {
		if have.CIDR.Overlaps(s.CIDR) {
			return overlaps(have, s)
		}
	}
	return nil
}

// RemoveInterface implements network.RouterInterfaces.
func (s *routers) RemoveInterface(ctx context.Context, routerID, subnetID, portID string) (*network.Interface, error) {
	n := s.n
	n.mu.Lock()
	defer n.mu.Unlock()
	r := s.visible(ctx, routerID)
	if r == nil {
		return nil, jumpgate.NotFound
	}
	in := func(p *network.Port) bool {
		return slices.ContainsFunc(p.FixedIPs, func(ip network.FixedIP) bool { return ip.SubnetID == subnetID })
	}
	i := slices.IndexFunc(n.devices[r.ID], func(p *network.Port) bool {
		return p.DeviceOwner == ownerInterface && (portID == "" && in(p) || p.ID == portID)
	})
	switch {
	case i < 0 && portID != "":
		return nil, network.Fault(jumpgate.NotFound, "RouterInterfaceNotFound", "Router %s does not have an interface with id %s", r.ID, portID)
	case i < 0 && n.subnets.visible(ctx, subnetID) == nil:
		return nil, network.SubnetNotFound(subnetID)
	case i < 0:
		return nil, network.RouterWithoutSubnet(r.ID, subnetID)
	}
	p := n.devices[r.ID][i]
	if portID != "" && subnetID != "" && !in(p) {
		return nil, network.Fault(jumpgate.BadRequest, "SubnetMismatchForPort", "Subnet on port %s does not match the requested subnet %s.", portID, subnetID)
	}
	if err := n.interfaceUnused(r, p); err != nil {
		return nil, err
	}
	gone := interfaceOf(r, p)
	n.ports.take(p)
	s.touch(r)
	return gone, nil
}

// interfaceUnused says who needs an interface of a router.
func (n *nets) interfaceUnused(r *network.Router, p *network.Port) error {
	for _, ip := range p.FixedIPs {
		s := n.subnets.items[ip.SubnetID]
		for _, f := range n.floating.items {
			if f.RouterID == r.ID && s.CIDR.Contains(f.FixedIP) {
				return network.InterfaceInUse(r.ID, s.ID)
			}
		}
		for _, route := range r.Routes {
			if s.CIDR.Contains(route.NextHop) {
				return network.Fault(jumpgate.Conflict, "RouterInterfaceInUseByRoute",
					"Router interface for subnet %s on router %s cannot be deleted, as it is required by one or more routes.", s.ID, r.ID)
			}
		}
	}
	return nil
}

const maxRoutes = 30

// checkRoutes says why a router can't have routes.
func (n *nets) checkRoutes(r *network.Router, routes []network.Route) error {
	if len(routes) > maxRoutes {
		return network.Fault(jumpgate.BadRequest, "RoutesExhausted", "Unable to complete operation for %s. The number of routes exceeds the maximum %d.", r.ID, maxRoutes)
	}
	var connected []netip.Prefix
	own := make(map[netip.Addr]bool)
	for _, p := range n.devices[r.ID] {
		for _, ip := range p.FixedIPs {
			own[ip.Address] = true
			connected = append(connected, n.subnets.items[ip.SubnetID].CIDR)
		}
	}
	for _, route := range routes {
		why := ""
		switch {
		case !slices.ContainsFunc(connected, func(p netip.Prefix) bool { return p.Contains(route.NextHop) }):
			why = "the nexthop is not connected with router"
		case own[route.NextHop]:
			why = "the nexthop is used by router"
		default:
			continue
		}
		all := ""
		for i, route := range routes {
			if i > 0 {
				all += ", "
			}
			all += fmt.Sprintf("{'destination': '%s', 'nexthop': '%s'}", route.Destination, route.NextHop)
		}
		return network.Fault(jumpgate.BadRequest, "InvalidRoutes", "Invalid format for routes: [%s], %s", all, why)
	}
	return nil
}

// AddRoutes implements network.RouterRoutes.
func (s *routers) AddRoutes(ctx context.Context, routerID string, routes []network.Route) (*network.Router, error) {
	return s.reroute(ctx, routerID, func(have []network.Route) []network.Route {
		for _, route := range routes {
			if !slices.Contains(have, route) {
				have = append(have, route)
			}
		}
		return have
	})
}

// RemoveRoutes implements network.RouterRoutes.
func (s *routers) RemoveRoutes(ctx context.Context, routerID string, routes []network.Route) (*network.Router, error) {
	return s.reroute(ctx, routerID, func(have []network.Route) []network.Route {
		return slices.DeleteFunc(have, func(route network.Route) bool { return slices.Contains(routes, route) })
	})
}

func (s *routers) reroute(ctx context.Context, id string, change func([]network.Route) []network.Route) (*network.Router, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	r := s.visible(ctx, id)
	if r == nil {
		return nil, jumpgate.NotFound
	}
	u := network.NewUpdate(func(r *network.Router) { r.Routes = change(slices.Clone(r.Routes)) }, "routes")
	if err := s.change(ctx, r, &u); err != nil {
		return nil, err
	}
	return s.shown(ctx, r), nil
}
