package memory

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
)

var (
	_ compute.FloatingIPLister     = machines{}
	_ compute.FloatingIPAllocator  = machines{}
	_ compute.FloatingIPAssociator = machines{}
)

// FloatingIPs implements compute.FloatingIPLister.
func (m machines) FloatingIPs(ctx context.Context) ([]compute.FloatingIP, error) {
	n := m.c.nets
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []compute.FloatingIP
	for _, f := range n.floating.items {
		if f.ProjectID == caller(ctx).ProjectID {
			all = append(all, n.floatingView(f))
		}
	}
	slices.SortFunc(all, func(a, b compute.FloatingIP) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

func (n *nets) floatingView(f *network.FloatingIP) compute.FloatingIP {
	view := compute.FloatingIP{ID: f.ID, Address: f.Address.String(), Pool: n.networks.items[f.NetworkID].Name}
	if p := n.ports.items[f.PortID]; p != nil {
		view.ServerID, view.FixedIP = p.DeviceID, f.FixedIP.String()
	}
	return view
}

// outside are the networks that floating IPs come from, by name.
func (n *nets) outside(ctx context.Context) []*network.Network {
	var all []*network.Network
	for _, t := range n.networks.items {
		if t.External && n.networks.may(ctx, t) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b *network.Network) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}

// FloatingIPPools implements compute.FloatingIPAllocator.
func (m machines) FloatingIPPools(ctx context.Context) ([]compute.Network, error) {
	m.c.nets.mu.Lock()
	defer m.c.nets.mu.Unlock()
	var pools []compute.Network
	for _, t := range m.c.nets.outside(ctx) {
		pools = append(pools, compute.Network{ID: t.ID, Label: t.Name})
	}
	return pools, nil
}

// AllocateFloatingIP implements compute.FloatingIPAllocator.
func (m machines) AllocateFloatingIP(ctx context.Context, pool string) (*compute.FloatingIP, error) {
	n := m.c.nets
	n.mu.Lock()
	defer n.mu.Unlock()
	all := n.outside(ctx)
	i := slices.IndexFunc(all, func(t *network.Network) bool { return t.ID == pool })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	project := caller(ctx).ProjectID
	if n.afford(project, "floatingip", 1) != nil {
		return nil, jumpgate.Forbidden
	}
	f := &network.FloatingIP{Standard: network.Standard{ProjectID: project}, NetworkID: all[i].ID}
	if err := n.floating.put(ctx, f); err != nil {
		return nil, jumpgate.NotFound.Wrap(err, "")
	}
	view := n.floatingView(f)
	return &view, nil
}

// ReleaseFloatingIP implements compute.FloatingIPAllocator.
func (m machines) ReleaseFloatingIP(ctx context.Context, id string) error {
	return m.c.nets.floating.Delete(ctx, id)
}

// AssociateFloatingIP implements compute.FloatingIPAssociator.
func (m machines) AssociateFloatingIP(ctx context.Context, serverID, address, fixed string) error {
	return m.with(ctx, serverID, 0, func(s *server) error {
		fixed, err := compute.FixedAddress(&s.Server, address, fixed)
		if err != nil {
			return err
		}
		n := m.c.nets
		n.mu.Lock()
		defer n.mu.Unlock()
		var f *network.FloatingIP
		for _, one := range n.floating.items {
			if one.Address.String() == address && one.ProjectID == s.ProjectID {
				f = one
			}
		}
		if f == nil {
			return compute.FloatingIPNotFound()
		}
		for _, p := range n.portsOf(s) {
			if !slices.ContainsFunc(p.FixedIPs, func(ip network.FixedIP) bool { return ip.Address.String() == fixed }) {
				continue
			}
			u := network.NewUpdate(func(f *network.FloatingIP) { f.PortID, f.FixedIP = p.ID, netip.MustParseAddr(fixed) }, "port_id", "fixed_ip_address")
			if err := n.floating.change(ctx, f, &u); err != nil {
				return compute.FloatingIPFailed(address, fixed, s.ID, jumpgate.AsError(err).Message)
			}
			m.c.touch(s)
			return nil
		}
		return compute.FloatingIPNotFound()
	})
}

// DisassociateFloatingIP implements compute.FloatingIPAssociator.
func (m machines) DisassociateFloatingIP(ctx context.Context, id string) error {
	_, err := m.c.nets.floating.Update(ctx, id, network.NewUpdate(func(f *network.FloatingIP) { f.PortID = "" }, "port_id"))
	return err
}
