package network

import (
	"context"
	"net/netip"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

var _ interface {
	network.Creator[network.FloatingIP]
	network.Updater[network.FloatingIP]
	network.Deleter
} = floatingIPs{}

// Create implements network.Creator. Everything is looked up before the
// address is ordered, so that a mistake costs no order.
func (d floatingIPs) Create(ctx context.Context, all []*network.FloatingIP) ([]*network.FloatingIP, error) {
	if len(all) != 1 {
		return nil, network.Invalid("Floating IPs of this cloud are ordered one at a time.")
	}
	f := all[0]
	if err := d.fromPool(ctx, f); err != nil {
		return nil, err
	}
	var to *records.Destination
	if f.PortID != "" {
		var err error
		if to, err = d.destination(ctx, f.PortID, f.FixedIP); err != nil {
			return nil, err
		}
	}
	g, err := d.BuyGlobalIP(ctx)
	if text, no := refused(err); no && strings.Contains(text, "limit") {
		return nil, network.OverQuota("floatingip")
	} else if no {
		return nil, network.NoAddresses(f.NetworkID)
	}
	if err != nil {
		return nil, err
	}
	s := &g.Address.Subnet
	if err := d.editSubnet(ctx, s.ID, &s.SubnetNote, "", f.Description, f.Tags); err != nil {
		return nil, err
	}
	if to != nil {
		if err := d.RouteGlobalIP(ctx, g, to); err != nil {
			return nil, busyAddress(err, g.Address.IP)
		}
		d.wished(ctx, g)
	}
	return []*network.FloatingIP{floatingIPOf(ctx, g)}, nil
}

// fromPool tells whether an address can come from where a client wants it.
func (d floatingIPs) fromPool(ctx context.Context, f *network.FloatingIP) error {
	pool := accountID(ctx, keep.GlobalPoolKind)
	switch {
	case f.NetworkID != pool:
		n, err := vlans(d).Get(ctx, f.NetworkID)
		switch {
		case isMissing(err):
			return network.NetworkNotFound(f.NetworkID)
		case err != nil:
			return err
		case !n.External:
			return network.NotExternal(f.NetworkID)
		}
		return network.BadRequest("floatingip", "Network %s has no floating IPs; those of this cloud come from network %s, which is %s", f.NetworkID, PoolName, pool)
	case f.SubnetID != "":
		return network.SubnetNotFound(f.SubnetID)
	case f.Address.IsValid():
		return network.BadRequest("floatingip", "this cloud chooses floating IP addresses itself")
	}
	return nil
}

// destination is what a floating IP of a port leads to.
func (d *Networks) destination(ctx context.Context, portID string, fixed netip.Addr) (*records.Destination, error) {
	c, err := d.componentOf(ctx, portID)
	switch {
	case isMissing(err):
		return nil, network.PortNotFound(portID)
	case err != nil:
		return nil, err
	}
	address, err := netip.ParseAddr(c.PrimaryIP)
	switch {
	case err != nil:
		return nil, network.BadRequest("floatingip", "Port %s has no address yet", portID)
	case fixed.IsValid() && fixed != address:
		return nil, network.PortWithout(portID, fixed.String())
	case c.Port != publicPort:
		return nil, network.NoWayToPort(
			"External network %s is not reachable from port %s: this cloud routes floating IPs to the public address of a server alone.", accountID(ctx, keep.GlobalPoolKind), portID)
	}
	return &records.Destination{IP: c.PrimaryIP, Guest: &records.RoutedTo{Presence: c.Guest.Presence, Datacenter: c.Guest.Datacenter}, Component: &c.Interface}, nil
}

const publicPort = 1

// Update implements network.Updater. An address that leads to another port
// already may be led to a new one at once, as Neutron does it.
func (d floatingIPs) Update(ctx context.Context, id string, u network.Update[network.FloatingIP]) (*network.FloatingIP, error) {
	unlock, err := d.Locks.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	all, err := d.GlobalIPs(ctx)
	if err != nil {
		return nil, err
	}
	number, _ := keep.NumberOf(keep.FloatingIPKind, id)
	var g *records.GlobalIP
	for i := range all {
		if all[i].ID == number {
			g = &all[i]
		}
	}
	if g == nil {
		return nil, jumpgate.NotFound
	}
	before := floatingIPOf(ctx, g)
	now := *before
	u.Apply(&now)
	s := &g.Address.Subnet
	if err := d.editSubnet(ctx, s.ID, &s.SubnetNote, "", now.Description, now.Tags); err != nil {
		return nil, err
	}
	if !u.Has("port_id") && !u.Has("fixed_ip_address") {
		return floatingIPOf(ctx, g), nil
	}
	var to *records.Destination
	if now.PortID != "" {
		fixed := netip.Addr{}
		if u.Has("fixed_ip_address") {
			fixed = u.New.FixedIP
		}
		if to, err = d.destination(ctx, now.PortID, fixed); err != nil {
			return nil, err
		}
		if err := free(all, g, to, now.PortID); err != nil {
			return nil, err
		}
	}
	if err := d.RouteGlobalIP(ctx, g, to); err != nil {
		return nil, busyAddress(err, g.Address.IP)
	}
	d.wished(ctx, g)
	return floatingIPOf(ctx, g), nil
}

// free tells whether no other global address leads to where g is to.
func free(all []records.GlobalIP, g *records.GlobalIP, to *records.Destination, port string) error {
	if Taken(all, g, to.IP) != "" {
		return network.FloatingIPTaken(g.Address.IP, keep.IDOf(keep.FloatingIPKind, g.ID), port, to.IP, PoolName)
	}
	return nil
}

// Delete implements network.Deleter: it ends the bill.
func (d floatingIPs) Delete(ctx context.Context, id string) error { return d.CancelGlobalIP(ctx, id) }
