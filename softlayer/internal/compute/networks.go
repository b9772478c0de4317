package compute

import (
	"cmp"
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// vlan is SoftLayer_Network_Vlan.
type vlan struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	FullName string `json:"fullyQualifiedName"` // dal13.fcr01.801
	Space    string `json:"networkSpace"`       // PUBLIC or PRIVATE
	Router   router `json:"primaryRouter"`
}

const vlanMask = "mask[id,name,fullyQualifiedName,networkSpace,primaryRouter[id,topLevelLocation[id,name]]]"

func (v *vlan) public() bool { return v.Space == "PUBLIC" }

// vlans fetches the account's VLANs, with one call.
func (d *Servers) vlans(ctx context.Context) ([]vlan, error) {
	var all []vlan
	_, err := d.API.Do(ctx, upstream.Call{Service: "Account", Method: "getNetworkVlans", Mask: vlanMask}, &all)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b vlan) int { return cmp.Compare(a.ID, b.ID) })
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
	for i, v := range all {
		list[i] = compute.Network{ID: keep.IDOf(keep.NetworkKind, v.ID), Label: cmp.Or(v.Name, v.FullName)}
	}
	return list, nil
}
