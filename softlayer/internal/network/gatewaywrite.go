package network

import (
	"context"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

var _ interface {
	network.Creator[network.Router]
	network.Updater[network.Router]
	network.Deleter
	network.RouterInterfaces
} = routers{}

// Create implements network.Creator: gateways are machines, which are ordered
// from SoftLayer's sales with all that runs on them.
func (d routers) Create(context.Context, []*network.Router) ([]*network.Router, error) {
	return nil, jumpgate.Forbidden.New("Routers of this cloud can't be made: its backbone routes public networks, and network gateways, which are machines, are ordered from SoftLayer itself.")
}

// Delete implements network.Deleter, for the same reason.
func (d routers) Delete(context.Context, string) error {
	return jumpgate.Forbidden.New("Routers of this cloud can't be deleted: they are its backbone, and network gateways, which are machines.")
}

// Update implements network.Updater: a gateway has a name. How it routes is
// configured on it.
func (d routers) Update(ctx context.Context, id string, u network.Update[network.Router]) (*network.Router, error) {
	before, err := d.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	number, ok := keep.NumberOf(keep.GatewayKind, id)
	for _, field := range u.Fields {
		if field != "name" || !ok {
			return nil, jumpgate.Forbidden.New("Of routers of this cloud only the names of network gateways can be changed.")
		}
	}
	if u.New.Name == before.Name || !u.Has("name") {
		return before, nil
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Network_Gateway", ID: strconv.Itoa(number), Method: "rename", Args: []any{u.New.Name}})
	if err != nil {
		return nil, err
	}
	return d.Get(ctx, id)
}

// insides are the VLANs behind a gateway.
type insides struct {
	Inside []struct {
		ID   int `json:"id"`
		VLAN int `json:"networkVlanId"`
	} `json:"insideVlans"`
}

var insidesForm = records.FormOf[insides]()

// AddInterface implements network.RouterInterfaces: it puts the VLAN of a
// subnet behind a gateway, with all its subnets.
func (d routers) AddInterface(ctx context.Context, routerID, subnetID, portID string) (*network.Interface, error) {
	number, s, err := d.connection(ctx, routerID, subnetID, portID)
	if err != nil {
		return nil, err
	}
	if s.VLAN.Gateway != nil && s.VLAN.Gateway.ID == number {
		return nil, network.RouterHasSubnet(keep.IDOf(keep.SubnetKind, s.ID))
	}
	_, err = d.API.Do(ctx, upstream.Call{
		Service: "Network_Gateway_Vlan", Method: "createObject",
		Args: []any{map[string]any{"networkGatewayId": number, "networkVlanId": s.VLANID, "bypassFlag": false}},
	}, new(records.Numbered))
	if _, no := refused(err); no {
		return nil, network.BadRequest("router", "network %s can't be put behind this gateway", keep.IDOf(keep.NetworkKind, s.VLANID))
	}
	return interfaceOf(ctx, routerID, s), err
}

// RemoveInterface implements network.RouterInterfaces.
func (d routers) RemoveInterface(ctx context.Context, routerID, subnetID, portID string) (*network.Interface, error) {
	number, s, err := d.connection(ctx, routerID, subnetID, portID)
	if err != nil {
		return nil, err
	}
	g, err := insidesForm.Get(ctx, d.API, "Network_Gateway", strconv.Itoa(number))
	if err != nil {
		return nil, err
	}
	for _, in := range g.Inside {
		if in.VLAN == s.VLANID {
			_, err := d.API.Do(ctx, upstream.Call{Service: "Network_Gateway_Vlan", ID: strconv.Itoa(in.ID), Method: "deleteObject"}, new(any))
			return interfaceOf(ctx, routerID, s), err
		}
	}
	return nil, network.RouterWithoutSubnet(routerID, keep.IDOf(keep.SubnetKind, s.ID))
}

// connection is the gateway and the subnet that a request is about.
func (d routers) connection(ctx context.Context, routerID, subnetID, portID string) (int, *records.Subnet, error) {
	number, ok := keep.NumberOf(keep.GatewayKind, routerID)
	if !ok {
		return 0, nil, jumpgate.Forbidden.New("The interfaces of router %s can't be changed: it is the cloud's backbone.", routerID)
	}
	subnet, isSubnet := keep.NumberOf(keep.SubnetKind, subnetID)
	if portID != "" {
		subnet, isSubnet = keep.NumberOf(keep.RouterPortKind, portID)
	}
	missing := network.SubnetNotFound(subnetID)
	if portID != "" {
		missing = network.PortNotFound(portID)
	}
	if !isSubnet {
		return 0, nil, missing
	}
	s, err := d.block(ctx, subnet)
	if isMissing(err) {
		err = missing
	}
	return number, s, err
}

// interfaceOf is the port of a router in a subnet.
func interfaceOf(ctx context.Context, routerID string, s *records.Subnet) *network.Interface {
	id := keep.IDOf(keep.SubnetKind, s.ID)
	return &network.Interface{
		RouterID: routerID, ProjectID: keep.Account(ctx), PortID: keep.IDOf(keep.RouterPortKind, s.ID), NetworkID: keep.IDOf(keep.NetworkKind, s.VLANID),
		SubnetIDs: []string{id},
	}
}
