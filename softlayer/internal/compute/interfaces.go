package compute

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// connectedGuest is a guest with its interfaces.
type connectedGuest struct {
	records.GuestState
	NetworkComponents []struct {
		records.Interface
		records.Addresses
	} `json:"networkComponents"`
}

var connectedForm = records.FormOf[connectedGuest]()

// ServerInterfaces lists the network components of a guest that are connected.
func (d *Servers) ServerInterfaces(ctx context.Context, id string) ([]compute.Interface, error) {
	g, err := guestAs(ctx, d, connectedForm, id)
	if err != nil {
		return nil, err
	}
	book, err := d.networks.PortBook(ctx)
	if err != nil {
		return nil, err
	}
	var list []compute.Interface
	for _, c := range g.NetworkComponents {
		if c.VLAN.ID == 0 {
			continue
		}
		one := compute.Interface{PortID: book.ID(g.GlobalIdentifier, &c.Interface), NetworkID: keep.IDOf(keep.NetworkKind, c.VLAN.ID), MAC: c.MACAddress, State: "DOWN"}
		if c.Status == "ACTIVE" {
			one.State = "ACTIVE"
		}
		if c.PrimaryIP != "" {
			one.FixedIPs = append(one.FixedIPs, compute.FixedIP{SubnetID: keep.IDOf(keep.SubnetKind, c.Subnet.ID), Address: c.PrimaryIP})
		}
		if v6 := c.PrimaryVersion; v6 != nil && v6.Address != "" {
			one.FixedIPs = append(one.FixedIPs, compute.FixedIP{SubnetID: keep.IDOf(keep.SubnetKind, v6.SubnetID), Address: v6.Address})
		}
		list = append(list, one)
	}
	return list, nil
}
