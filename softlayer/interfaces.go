package softlayer

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
)

const interfaceMask = "mask[" + stateFields + ",networkComponents[id,port,macAddress,status,primaryIpAddress," +
	"primarySubnet.id,networkVlan.id,primaryVersion6IpAddressRecord[id,ipAddress,subnetId]]]"

// ServerInterfaces lists the network components of a guest that are connected.
func (d *Driver) ServerInterfaces(ctx context.Context, id string) ([]compute.Interface, error) {
	g, err := d.guest(ctx, id, interfaceMask)
	if err != nil {
		return nil, err
	}
	var list []compute.Interface
	for _, c := range g.NetworkComponents {
		if c.VLAN.ID == 0 {
			continue
		}
		one := compute.Interface{PortID: idOf(portKind, c.ID), NetworkID: idOf(networkKind, c.VLAN.ID), MAC: c.MACAddress, State: "DOWN"}
		if c.Status == "ACTIVE" {
			one.State = "ACTIVE"
		}
		if c.PrimaryIP != "" {
			one.FixedIPs = append(one.FixedIPs, compute.FixedIP{SubnetID: idOf(subnetKind, c.Subnet.ID), Address: c.PrimaryIP})
		}
		if v6 := c.PrimaryVersion; v6 != nil && v6.Address != "" {
			one.FixedIPs = append(one.FixedIPs, compute.FixedIP{SubnetID: idOf(subnetKind, v6.SubnetID), Address: v6.Address})
		}
		list = append(list, one)
	}
	return list, nil
}
