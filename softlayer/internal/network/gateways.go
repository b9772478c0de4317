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

// routers are network gateways, and the backbone: what routes the public
// subnets that are behind none.
type routers struct{ *Networks }

var _ network.Getter[network.Router] = routers{}

// Routers implements network.RouterDriver.
func (d *Networks) Routers() network.Lister[network.Router] { return routers{d} }

// gateway is SoftLayer_Network_Gateway.
type gateway struct {
	ID       int             `json:"id"`
	Name     string          `json:"name"`
	Status   records.KeyName `json:"status"`
	PublicIP *struct {
		Address  string `json:"ipAddress"`
		SubnetID int    `json:"subnetId"`
	} `json:"publicIpAddress"`
	PublicVLAN *records.Numbered `json:"publicVlan"`
}

var gatewayForm = records.FormOf[gateway]()

// List implements network.Lister.
func (d routers) List(ctx context.Context, _ network.Query) iter.Seq2[*network.Router, error] {
	return all(func() ([]*network.Router, error) {
		found, err := gatewayForm.All(ctx, d.API, upstream.Call{Service: "Account", Method: "getNetworkGateways"})
		if err != nil {
			return nil, err
		}
		slices.SortFunc(found, func(a, b gateway) int { return cmp.Compare(a.ID, b.ID) })
		list := []*network.Router{backbone(ctx)}
		for i := range found {
			if found[i].ID != 0 {
				list = append(list, routerOf(ctx, &found[i]))
			}
		}
		return list, nil
	})
}

// Get implements network.Getter.
func (d routers) Get(ctx context.Context, id string) (*network.Router, error) {
	if b := backbone(ctx); id == b.ID {
		return b, nil
	}
	number, ok := keep.NumberOf(keep.GatewayKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	g, err := gatewayForm.Get(ctx, d.API, "Network_Gateway", strconv.Itoa(number))
	if err != nil {
		return nil, err
	}
	return routerOf(ctx, g), nil
}

func routerOf(ctx context.Context, g *gateway) *network.Router {
	r := &network.Router{
		Name: g.Name, AdminStateUp: true, Status: "ACTIVE", Zones: []string{}, ZoneHints: []string{}, Routes: []network.Route{},
	}
	if g.Status.KeyName != "ACTIVE" && g.Status.KeyName != "" {
		r.Status = "DOWN"
	}
	if g.PublicVLAN != nil && g.PublicIP != nil {
		r.Gateway = &network.Gateway{NetworkID: keep.IDOf(keep.NetworkKind, g.PublicVLAN.ID)}
		if a, err := netip.ParseAddr(g.PublicIP.Address); err == nil {
			r.Gateway.FixedIPs = []network.FixedIP{{SubnetID: keep.IDOf(keep.SubnetKind, g.PublicIP.SubnetID), Address: a}}
		}
	}
	r.Standard = network.Standard{
		ID: keep.IDOf(keep.GatewayKind, g.ID), ProjectID: keep.Account(ctx), Tags: []string{},
		Description: "A network gateway of SoftLayer", Revision: revision(g),
	}
	return r
}

// backbone is the router that SoftLayer itself is: it leads global addresses
// to public subnets, and nothing about it can be changed.
func backbone(ctx context.Context) *network.Router {
	return &network.Router{
		Standard: network.Standard{
			ID: accountID(ctx, keep.BackboneKind), ProjectID: keep.Account(ctx), Tags: []string{}, Revision: 1,
			Description: "SoftLayer's own routing between public subnets and the Internet; it can't be changed",
		},
		Name: "backbone", AdminStateUp: true, Status: "ACTIVE", Zones: []string{}, ZoneHints: []string{}, Routes: []network.Route{},
		Gateway: &network.Gateway{NetworkID: accountID(ctx, keep.GlobalPoolKind)},
	}
}

// isRouter tells whether id has the form of a router's.
func isRouter(ctx context.Context, id string) bool {
	_, gateway := keep.NumberOf(keep.GatewayKind, id)
	return gateway || id == accountID(ctx, keep.BackboneKind)
}

// routerOfSubnet is the id of the router that has the gateway of a subnet;
// empty: SoftLayer routes it within its private network alone.
func routerOfSubnet(ctx context.Context, s *records.Subnet) string {
	switch {
	case s.VLAN.GatewayID() != 0:
		return keep.IDOf(keep.GatewayKind, s.VLAN.GatewayID())
	case s.VLAN.Public():
		return accountID(ctx, keep.BackboneKind)
	}
	return ""
}

// ofRouters yields the ports of a router; all routers' for no id.
func (d ports) ofRouters(ctx context.Context, id string) iter.Seq2[*network.Port, error] {
	return all(func() ([]*network.Port, error) {
		found, err := d.blocks(ctx)
		if err != nil {
			return nil, err
		}
		var list []*network.Port
		for i := range found {
			if p := routerPortOf(ctx, &found[i]); p != nil && (id == "" || p.DeviceID == id) {
				list = append(list, p)
			}
		}
		return list, nil
	})
}

// routerPort is the port of a router in a subnet.
func (d *Networks) routerPort(ctx context.Context, subnet int) (*network.Port, error) {
	s, err := d.block(ctx, subnet)
	if err != nil {
		return nil, err
	}
	if p := routerPortOf(ctx, s); p != nil {
		return p, nil
	}
	return nil, jumpgate.NotFound
}

// routerPortOf is the gateway of a subnet as a port; nil: no router has it.
// SoftLayer tells no address of its second layer.
func routerPortOf(ctx context.Context, s *records.Subnet) *network.Port {
	router := routerOfSubnet(ctx, s)
	gateway, err := netip.ParseAddr(s.Gateway)
	if err != nil || router == "" {
		return nil
	}
	return &network.Port{
		Standard:     standard(ctx, keep.IDOf(keep.RouterPortKind, s.ID), "", new(keep.Envelope), nil, s.Modified.Time, router, s.Gateway),
		NetworkID:    keep.IDOf(keep.NetworkKind, s.VLANID),
		AdminStateUp: true, Status: "ACTIVE", VNICType: "normal", SecurityGroups: []string{},
		FixedIPs: []network.FixedIP{{SubnetID: keep.IDOf(keep.SubnetKind, s.ID), Address: gateway}},
		DeviceID: router, DeviceOwner: "network:router_interface",
	}
}
