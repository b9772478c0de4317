package network

import (
	"cmp"
	"context"
	"iter"
	"net/netip"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const subnetService = "Network_Subnet"

// subnets are subnets of VLANs.
type subnets struct{ *Networks }

var _ network.Getter[network.Subnet] = subnets{}

// Subnets implements network.SubnetDriver.
func (d *Networks) Subnets() network.Lister[network.Subnet] { return subnets{d} }

// blocks fetches the account's subnets that lead to VLANs, with one call.
func (d *Networks) blocks(ctx context.Context) ([]records.Subnet, error) {
	all, err := records.Subnets.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getSubnets"})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s records.Subnet) bool { return !s.There() })
	slices.SortFunc(all, func(a, b records.Subnet) int { return cmp.Compare(a.ID, b.ID) })
	ctx = d.subnetNotes.Listing(ctx)
	for i := range all {
		if err := d.readNote(ctx, &all[i].SubnetNote); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// block fetches one subnet that leads to a VLAN.
func (d *Networks) block(ctx context.Context, number int) (*records.Subnet, error) {
	s, err := records.Subnets.Get(ctx, d.API, subnetService, strconv.Itoa(number))
	if err == nil && !s.There() {
		err = jumpgate.NotFound
	}
	if err != nil {
		return nil, err
	}
	return s, d.readNote(ctx, &s.SubnetNote)
}

// readNote reads what the note of a subnet says.
func (d *Networks) readNote(ctx context.Context, s *records.SubnetNote) (err error) {
	s.Text, s.Kept, err = d.subnetNotes.Split(ctx, s.Note)
	return err
}

// List implements network.Lister.
func (d subnets) List(ctx context.Context, _ network.Query) iter.Seq2[*network.Subnet, error] {
	return all(func() ([]*network.Subnet, error) {
		found, err := d.blocks(ctx)
		if err != nil {
			return nil, err
		}
		list := make([]*network.Subnet, len(found))
		for i := range found {
			list[i] = subnetOf(ctx, &found[i])
		}
		return list, nil
	})
}

// Get implements network.Getter.
func (d subnets) Get(ctx context.Context, id string) (*network.Subnet, error) {
	number, ok := keep.NumberOf(keep.SubnetKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	s, err := d.block(ctx, number)
	if err != nil {
		return nil, err
	}
	return subnetOf(ctx, s), nil
}

// subnetOf is s in Neutron's terms. Nothing hands out addresses in it: servers
// are made with one that SoftLayer chose.
func subnetOf(ctx context.Context, s *records.Subnet) *network.Subnet {
	n := &network.Subnet{
		Standard:     standard(ctx, keep.IDOf(keep.SubnetKind, s.ID), s.Text, &s.Kept, s.TagReferences, s.Modified.Time),
		Name:         s.Called(),
		NetworkID:    keep.IDOf(keep.NetworkKind, s.VLANID),
		IPVersion:    4,
		CIDR:         s.Prefix(),
		Pools:        pools(s),
		DHCP:         !s.Portable(),
		DNSServers:   []string{},
		HostRoutes:   []network.Route{},
		ServiceTypes: []string{},
	}
	if n.CIDR.Addr().Is6() {
		n.IPVersion = 6
	}
	if gateway, err := netip.ParseAddr(s.Gateway); err == nil {
		n.Gateway = gateway
	}
	return n
}

// pools are the addresses of s that servers can have: all but the network's,
// the gateway's and the broadcast.
func pools(s *records.Subnet) []network.Pool {
	block := s.Prefix()
	first, last := block.Addr(), network.LastAddress(block)
	gateway, _ := netip.ParseAddr(s.Gateway)
	if block.Bits() < block.Addr().BitLen()-1 {
		first = first.Next()
		if block.Addr().Is4() {
			last = last.Prev()
		}
	}
	switch {
	case !gateway.IsValid() || gateway.Less(first) || last.Less(gateway):
		return poolList(network.Pool{Start: first, End: last})
	default:
		return poolList(network.Pool{Start: first, End: gateway.Prev()}, network.Pool{Start: gateway.Next(), End: last})
	}
}

func poolList(candidates ...network.Pool) []network.Pool {
	list := []network.Pool{}
	for _, p := range candidates {
		if !p.End.Less(p.Start) {
			list = append(list, p)
		}
	}
	return list
}
