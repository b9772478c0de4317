package memory

import (
	"context"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

func (n *nets) subnetShelf() *shelf[network.Subnet] {
	return &shelf[network.Subnet]{
		n: n, items: make(map[string]*network.Subnet), head: func(t *network.Subnet) head { return headOf(&t.Standard) }, quota: "subnet",
		sees:  func(ctx context.Context, t *network.Subnet) bool { return n.granted(ctx, t.NetworkID, shared) },
		show:  func(ctx context.Context, t *network.Subnet) { t.Shared = n.granted(ctx, t.NetworkID, shared) },
		add:   n.addSubnet,
		alter: n.alterSubnet,
		leave: func(_ context.Context, t *network.Subnet) error {
			for _, id := range n.books[t.ID].taken {
				if p := n.ports.items[id]; !automatic(t) || isRouters(p) {
					return network.SubnetInUse(t.ID)
				}
			}
			return nil
		},
		erase: n.eraseSubnet,
	}
}

func (n *nets) addSubnet(ctx context.Context, t *network.Subnet) error {
	of := n.networks.visible(ctx, t.NetworkID)
	if of == nil {
		return network.NetworkNotFound(t.NetworkID)
	}
	if t.SegmentID != "" && (n.segments.items[t.SegmentID] == nil || n.segments.items[t.SegmentID].NetworkID != of.ID) {
		return network.Fault(jumpgate.NotFound, "SegmentNotFound", "Segment %s could not be found.", t.SegmentID)
	}
	if err := n.cut(ctx, t); err != nil {
		return err
	}
	for _, other := range n.subnetsOf(of) {
		if other.IPVersion == t.IPVersion && other.SubnetPoolID != t.SubnetPoolID && (other.SubnetPoolID != "" || t.SubnetPoolID != "") {
			return network.Fault(jumpgate.BadRequest, "NetworkSubnetPoolAffinityError", "Subnets hosted on the same network must be allocated from the same subnet pool.")
		}
		if other.CIDR.Overlaps(t.CIDR) {
			return network.SubnetOverlaps(t.CIDR.String(), of.ID)
		}
	}
	if t.GatewayWish == network.Unsaid {
		t.Gateway = network.DefaultGateway(t.CIDR)
	}
	if !t.PoolsGiven {
		t.Pools = network.DefaultPools(t.CIDR, t.Gateway)
	}
	n.books[t.ID] = &book{taken: make(map[netip.Addr]string)}
	if automatic(t) { // hosts that are there make themselves an address
		for _, p := range n.ports.items {
			if p.NetworkID != of.ID || isRouters(p) {
				continue
			}
			a := fromMAC(t.CIDR, p.MAC)
			if n.reserve(t, a, p.ID) == nil {
				p.FixedIPs = append(slices.Clone(p.FixedIPs), network.FixedIP{SubnetID: t.ID, Address: a})
			}
		}
	}
	of.Subnets = append(slices.Clone(of.Subnets), t.ID)
	n.networks.touch(of)
	return nil
}

func (n *nets) alterSubnet(_ context.Context, old, now *network.Subnet, u *network.Update[network.Subnet]) error {
	if u.Has("gateway_ip") && now.Gateway != old.Gateway {
		if id, taken := n.books[old.ID].taken[old.Gateway]; taken && n.ports.items[id].DeviceOwner == ownerInterface {
			return network.Fault(jumpgate.Conflict, "GatewayIpInUse", "Current gateway ip %s already in use by port %s. Unable to update.", old.Gateway, id)
		}
	}
	return nil
}

// eraseSubnet takes a subnet from its network, and its addresses from ports
// that made them themselves.
func (n *nets) eraseSubnet(t *network.Subnet) {
	for _, id := range n.books[t.ID].taken {
		if p := n.ports.items[id]; p != nil {
			p.FixedIPs = slices.DeleteFunc(slices.Clone(p.FixedIPs), func(ip network.FixedIP) bool { return ip.SubnetID == t.ID })
		}
	}
	delete(n.books, t.ID)
	if of := n.networks.items[t.NetworkID]; of != nil {
		of.Subnets = slices.DeleteFunc(slices.Clone(of.Subnets), func(id string) bool { return id == t.ID })
		n.networks.touch(of)
	}
}
