package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

const (
	mtu       = 1500 // bytes
	tunnelMTU = mtu - 50
)

func (n *nets) networkShelf() *shelf[network.Network] {
	return &shelf[network.Network]{
		n: n, items: make(map[string]*network.Network), head: func(t *network.Network) head { return headOf(&t.Standard) }, first: 1, quota: "network",
		sees: func(ctx context.Context, t *network.Network) bool {
			return t.External && n.granted(ctx, t.ID, external) || n.granted(ctx, t.ID, shared)
		},
		show:  n.showNetwork,
		add:   n.addNetwork,
		alter: n.alterNetwork,
		leave: func(_ context.Context, t *network.Network) error {
			if ports := n.portsOn(t.ID, func(p *network.Port) bool { return !n.idle(p) }); len(ports) > 0 {
				return network.NetworkInUse(t.ID, ports...)
			}
			return nil
		},
		erase: func(t *network.Network) {
			for _, f := range n.floating.items {
				if f.NetworkID == t.ID {
					n.floating.take(f)
				}
			}
			for _, id := range t.Subnets {
				n.subnets.take(n.subnets.items[id])
			}
			for _, s := range n.segments.items {
				if s.NetworkID == t.ID {
					n.segments.take(s)
				}
			}
			n.unshare(t.ID)
		},
	}
}

// idle tells whether a port is that of a floating IP which is nowhere: it goes
// with its network.
func (n *nets) idle(p *network.Port) bool {
	f := n.floating.items[p.DeviceID]
	return p.DeviceOwner == ownerFloating && f != nil && f.PortID == "" && len(f.Forwardings) == 0
}

// showNetwork adds what follows from subnets and policies.
func (n *nets) showNetwork(ctx context.Context, t *network.Network) {
	t.Shared = n.granted(ctx, t.ID, shared)
	for _, s := range n.subnetsOf(t) {
		t.Zones = []string{zone}
		p := n.pools.items[s.SubnetPoolID]
		switch {
		case p == nil || p.AddressScopeID == "":
		case s.IPVersion == 4:
			t.IPv4AddressScope = p.AddressScopeID
		default:
			t.IPv6AddressScope = p.AddressScopeID
		}
	}
}

// addNetwork makes a network: of tenants, a tunnel.
func (n *nets) addNetwork(ctx context.Context, t *network.Network) error {
	if err := n.zonesExist(t.ZoneHints); err != nil {
		return err
	}
	if err := n.policyExists(ctx, t.QoSPolicyID); err != nil {
		return err
	}
	n.defaultGroup(t.ProjectID)
	t.Status = "ACTIVE"
	if t.Provider.Type == "" {
		n.serial++
		segment := 1000 + n.serial
		t.Provider = network.Provider{Type: "vxlan", SegmentationID: &segment}
	}
	if t.MTU == 0 {
		t.MTU = mtu
		if t.Provider.Type != "flat" && t.Provider.Type != "vlan" {
			t.MTU = tunnelMTU
		}
	}
	segment := &network.Segment{
		Standard: network.Standard{ID: jumpgate.NewUUID(), Created: t.Created, Updated: t.Updated}, NetworkID: t.ID,
		NetworkType: t.Provider.Type, PhysicalNetwork: t.Provider.PhysicalNetwork, SegmentationID: t.Provider.SegmentationID,
	}
	n.segments.items[segment.ID] = segment
	if t.Shared {
		n.share(t.ProjectID, "network", t.ID, shared)
	}
	if t.External {
		n.share(t.ProjectID, "network", t.ID, external)
	}
	return nil
}

func (n *nets) alterNetwork(ctx context.Context, old, now *network.Network, u *network.Update[network.Network]) error {
	if err := n.policyExists(ctx, now.QoSPolicyID); err != nil {
		return err
	}
	if u.Has("shared") {
		switch everybody := n.grant(old.ID, shared, "*"); {
		case now.Shared && everybody == nil:
			n.share(old.ProjectID, "network", old.ID, shared)
		case !now.Shared && everybody != nil:
			if !n.mayUnshare(everybody) {
				return network.Fault(jumpgate.Conflict, "InvalidSharedSetting",
					"Unable to reconfigure sharing settings for network %s. Multiple projects are using it.", old.ID)
			}
			n.rbac.take(everybody)
		}
	}
	if u.Has("router:external") && now.External != old.External {
		if everybody := n.grant(old.ID, external, "*"); everybody != nil && !now.External {
			if len(n.portsOn(old.ID, func(p *network.Port) bool { return p.DeviceOwner == ownerGateway || p.DeviceOwner == ownerFloating })) > 0 {
				return network.Fault(jumpgate.Conflict, "ExternalNetworkInUse",
					"External network %s cannot be updated to be made non-external, since it has existing gateway ports.", old.ID)
			}
			n.rbac.take(everybody)
		} else if everybody == nil && now.External {
			n.share(old.ProjectID, "network", old.ID, external)
		}
	}
	return nil
}

// portsOn returns the ids of the ports of a network that is says so of.
func (n *nets) portsOn(networkID string, is func(*network.Port) bool) []string {
	var ids []string
	for _, p := range n.ports.items {
		if p.NetworkID == networkID && is(p) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// subnetsOf returns the subnets of a network, oldest first.
func (n *nets) subnetsOf(t *network.Network) []*network.Subnet {
	all := make([]*network.Subnet, len(t.Subnets))
	for i, id := range t.Subnets {
		all[i] = n.subnets.items[id]
	}
	return all
}
