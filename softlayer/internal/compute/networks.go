package compute

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Networks lists the account's VLANs, as the network service does.
func (d *Servers) Networks(ctx context.Context) ([]compute.Network, error) {
	all, err := d.networks.VLANs(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]compute.Network, len(all))
	for i := range all {
		list[i] = compute.Network{ID: keep.IDOf(keep.NetworkKind, all[i].ID), Label: all[i].Called()}
	}
	return list, nil
}
