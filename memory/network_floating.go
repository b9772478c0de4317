package memory

import (
	"context"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// floatingIPs are the shelf of floating IPs.
type floatingIPs struct{ *shelf[network.FloatingIP] }

func (n *nets) floatingIPShelf() *shelf[network.FloatingIP] {
	return &shelf[network.FloatingIP]{
		n: n, items: make(map[string]*network.FloatingIP), head: func(t *network.FloatingIP) head { return headOf(&t.Standard) }, quota: "floatingip",
		show: func(_ context.Context, t *network.FloatingIP) {
			if p := n.ports.items[t.PortID]; p != nil {
				t.Port = &network.PortDetails{
					Name: p.Name, NetworkID: p.NetworkID, MAC: p.MAC, Status: p.Status, DeviceID: p.DeviceID, DeviceOwner: p.DeviceOwner, AdminStateUp: p.AdminStateUp,
				}
			}
		},
		add:   n.addFloatingIP,
		alter: n.alterFloatingIP,
		erase: func(t *network.FloatingIP) {
			for _, p := range slices.Clone(n.devices[t.ID]) {
				n.ports.take(p)
			}
		},
	}
}

func (n *nets) addFloatingIP(ctx context.Context, t *network.FloatingIP) error {
	of := n.networks.visible(ctx, t.NetworkID)
	switch {
	case of == nil:
		return network.NetworkNotFound(t.NetworkID)
	case !of.External:
		return network.NotExternal(of.ID)
	}
	if err := n.policyExists(ctx, t.QoSPolicyID); err != nil {
		return err
	}
	t.Status = "DOWN"
	if t.PortID != "" {
		if err := n.associate(ctx, t); err != nil {
			return err
		}
	}
	// The address is that of a port which nobody sees but administrators.
	p := &network.Port{
		NetworkID: of.ID, AdminStateUp: true, DeviceID: t.ID, DeviceOwner: ownerFloating, VNICType: "normal", GroupsGiven: true,
	}
	if t.Address.IsValid() || t.SubnetID != "" {
		p.FixedIPs, p.FixedIPsGiven = []network.FixedIP{{SubnetID: t.SubnetID, Address: t.Address}}, true
	}
	if err := n.ports.put(network.WithAllProjects(ctx), p); err != nil {
		return err
	}
	i := slices.IndexFunc(p.FixedIPs, func(ip network.FixedIP) bool { return ip.Address.Is4() })
	if i < 0 {
		n.ports.take(p)
		return network.Fault(jumpgate.BadRequest, "ExternalIpAddressExhausted", "Unable to find any IP address on external network %s.", of.ID)
	}
	t.Address = p.FixedIPs[i].Address
	return nil
}

func (n *nets) alterFloatingIP(ctx context.Context, old, now *network.FloatingIP, u *network.Update[network.FloatingIP]) error {
	if err := n.policyExists(ctx, now.QoSPolicyID); err != nil {
		return err
	}
	if !u.Has("port_id") && !u.Has("fixed_ip_address") {
		return nil
	}
	if err := forwarded(old); err != nil {
		return err
	}
	if now.PortID == "" {
		disassociate(now)
		return nil
	}
	if !u.Has("fixed_ip_address") {
		now.FixedIP = netip.Addr{}
	}
	return n.associate(ctx, now)
}

// associate brings a floating IP to the port that it names, if a router leads
// there.
func (n *nets) associate(ctx context.Context, t *network.FloatingIP) error {
	p := n.ports.visible(ctx, t.PortID)
	if p == nil {
		return network.PortNotFound(t.PortID)
	}
	if p.ProjectID != t.ProjectID && !network.AllProjects(ctx) {
		return network.BadRequest("floatingip", "Port %s is associated with a different project than Floating IP %s and therefore cannot be bound.", p.ID, t.ID)
	}
	i := slices.IndexFunc(p.FixedIPs, func(ip network.FixedIP) bool {
		return ip.Address.Is4() && (!t.FixedIP.IsValid() || ip.Address == t.FixedIP)
	})
	switch {
	case i < 0 && t.FixedIP.IsValid():
		return network.PortWithout(p.ID, t.FixedIP.String())
	case i < 0:
		return network.BadRequest("floatingip", "Cannot add floating IP to port %s that has no fixed IPv4 addresses", p.ID)
	}
	ip := p.FixedIPs[i]
	for _, other := range n.floating.items {
		if other.ID != t.ID && other.PortID == p.ID && other.FixedIP == ip.Address && other.NetworkID == t.NetworkID {
			return network.FloatingIPTaken(t.Address.String(), t.ID, p.ID, ip.Address.String(), t.NetworkID)
		}
	}
	router := n.way(ip.SubnetID, t.NetworkID)
	if router == "" {
		return network.NoWayToPort(
			"External network %s is not reachable from subnet %s.  Therefore, cannot associate Port %s with a Floating IP.", t.NetworkID, ip.SubnetID, p.ID)
	}
	t.FixedIP, t.RouterID, t.Status = ip.Address, router, "ACTIVE"
	return nil
}

// way finds the router between a subnet and an external network, or "".
func (n *nets) way(subnetID, networkID string) string {
	found := ""
	for _, r := range n.routers.items {
		if r.Gateway == nil || r.Gateway.NetworkID != networkID || found != "" && found < r.ID {
			continue
		}
		if slices.ContainsFunc(n.insides(r.ID), func(s *network.Subnet) bool { return s.ID == subnetID }) {
			found = r.ID
		}
	}
	return found
}

// disassociate takes a floating IP from where it is.
func disassociate(t *network.FloatingIP) {
	t.PortID, t.FixedIP, t.RouterID, t.Status = "", netip.Addr{}, "", "DOWN"
}

// strand takes the floating IPs away from those addresses of a port that go.
func (n *nets) strand(p *network.Port, goes func(network.FixedIP) bool) {
	for _, f := range n.floating.items {
		n.unforward(f, func(one network.PortForwarding) bool {
			ip, ok := addressOf(p, one.InternalIP)
			return one.InternalPortID == p.ID && ok && goes(ip)
		})
		if f.PortID != p.ID {
			continue
		}
		if slices.ContainsFunc(p.FixedIPs, func(ip network.FixedIP) bool { return ip.Address == f.FixedIP && goes(ip) }) {
			disassociate(f)
			n.floating.touch(f)
		}
	}
}
