package compute

import (
	"cmp"
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const vlanMask = "mask[" + records.VLANNameFields + ",networkSpace,primaryRouter[id,topLevelLocation[id,name]]]"

// vlans fetches the account's VLANs, with one call.
func (d *Servers) vlans(ctx context.Context) ([]records.VLAN, error) {
	var all []records.VLAN
	_, err := d.API.Do(ctx, upstream.Call{Service: "Account", Method: "getNetworkVlans", Mask: vlanMask}, &all)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b records.VLAN) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// Networks lists the account's VLANs, by the names that the customer gave
// them or else by SoftLayer's.
func (d *Servers) Networks(ctx context.Context) ([]compute.Network, error) {
	all, err := d.vlans(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]compute.Network, len(all))
	for i := range all {
		list[i] = compute.Network{ID: keep.IDOf(keep.NetworkKind, all[i].ID), Label: all[i].Called()}
	}
	return list, nil
}
