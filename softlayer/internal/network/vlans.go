package network

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const (
	vlanService = "Network_Vlan"

	// PoolName is what the network is called that global addresses come from.
	PoolName = "public"

	publicMTU  = 1500
	privateMTU = 9000
)

// vlans are networks.
type vlans struct{ *Networks }

var _ network.Getter[network.Network] = vlans{}

// Networks implements network.NetworkDriver.
func (d *Networks) Networks() network.Lister[network.Network] { return vlans{d} }

// VLANs fetches the account's VLANs in the order of their numbers, with one
// call.
func (d *Networks) VLANs(ctx context.Context) ([]records.VLAN, error) {
	all, err := records.VLANs.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getNetworkVlans"})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(v records.VLAN) bool { return v.ID == 0 })
	slices.SortFunc(all, func(a, b records.VLAN) int { return cmp.Compare(a.ID, b.ID) })
	ctx = d.vlanNotes.Listing(ctx)
	for i := range all {
		if all[i].Text, all[i].Kept, err = d.vlanNotes.Split(ctx, all[i].Note); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// VLAN fetches one of the account's.
func (d *Networks) VLAN(ctx context.Context, id string) (*records.VLAN, error) {
	number, ok := keep.NumberOf(keep.NetworkKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	v, err := records.VLANs.Get(ctx, d.API, vlanService, strconv.Itoa(number))
	if err == nil {
		v.Text, v.Kept, err = d.vlanNotes.Split(ctx, v.Note)
	}
	return v, err
}

// List implements network.Lister.
func (d vlans) List(ctx context.Context, _ network.Query) iter.Seq2[*network.Network, error] {
	return all(func() ([]*network.Network, error) {
		found, err := d.VLANs(ctx)
		if err != nil {
			return nil, err
		}
		list := make([]*network.Network, 0, len(found)+1)
		for i := range found {
			list = append(list, networkOf(ctx, &found[i]))
		}
		return append(list, pool(ctx)), nil
	})
}

// Get implements network.Getter.
func (d vlans) Get(ctx context.Context, id string) (*network.Network, error) {
	if p := pool(ctx); id == p.ID {
		return p, nil
	}
	v, err := d.VLAN(ctx, id)
	if err != nil {
		return nil, err
	}
	return networkOf(ctx, v), nil
}

// networkOf is v in Neutron's terms.
func networkOf(ctx context.Context, v *records.VLAN) *network.Network {
	n := &network.Network{
		Standard:     standard(ctx, keep.IDOf(keep.NetworkKind, v.ID), v.Text, &v.Kept, v.TagReferences, v.Modified.Time, v.Name, v.Subnets),
		Name:         v.Called(),
		AdminStateUp: true,
		Status:       "ACTIVE",
		MTU:          privateMTU,
		Subnets:      []string{},
		External:     v.Public(),
		PortSecurity: true,
		Zones:        []string{v.Router.Datacenter.Name},
		ZoneHints:    []string{},
		Provider:     network.Provider{Type: "vlan", PhysicalNetwork: v.FullName, SegmentationID: &v.Number},
	}
	if v.Public() {
		n.MTU = publicMTU
	}
	for _, s := range v.Subnets {
		n.Subnets = append(n.Subnets, keep.IDOf(keep.SubnetKind, s.ID))
	}
	slices.Sort(n.Subnets)
	return n
}

// pool is the network that global addresses come from. It is no VLAN and has
// no subnets: nothing can be connected to it.
func pool(ctx context.Context) *network.Network {
	return &network.Network{
		Standard: network.Standard{
			ID: PoolID(ctx), Tags: []string{}, Revision: 1,
			Description: "SoftLayer's global IP addresses; servers can't be connected to it",
		},
		Name: PoolName, AdminStateUp: true, Status: "ACTIVE", MTU: publicMTU, Subnets: []string{}, External: true, IsDefault: true,
		PortSecurity: true, Zones: []string{}, ZoneHints: []string{}, Provider: network.Provider{Type: "flat"},
	}
}

// PoolID is the id of the network that global addresses come from.
func PoolID(ctx context.Context) string { return accountID(ctx, keep.GlobalPoolKind) }
