package compute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

func floatingIPOf(g *records.GlobalIP) compute.FloatingIP {
	f := compute.FloatingIP{ID: keep.IDOf(keep.FloatingIPKind, g.ID), Address: g.Address.IP, Pool: networks.PoolName}
	to := g.Leads()
	if to == nil {
		return f
	}
	f.FixedIP = to.IP
	if to.Guest != nil {
		f.ServerID = strings.ToLower(to.Guest.GlobalIdentifier)
	}
	return f
}

// FloatingIPs lists the account's global addresses, to users who may see what
// they cost.
func (d *Servers) FloatingIPs(ctx context.Context) ([]compute.FloatingIP, error) {
	all, err := d.networks.GlobalIPs(ctx)
	list := make([]compute.FloatingIP, len(all))
	for i := range all {
		list[i] = floatingIPOf(&all[i])
	}
	return list, err
}

// FloatingIPPools returns the single pool that every account has.
func (d *Servers) FloatingIPPools(ctx context.Context) ([]compute.Network, error) {
	return []compute.Network{{ID: networks.PoolID(ctx), Label: networks.PoolName}}, nil
}

// AllocateFloatingIP orders a global address.
func (d *Servers) AllocateFloatingIP(ctx context.Context, _ string) (*compute.FloatingIP, error) {
	g, err := d.networks.BuyGlobalIP(ctx)
	var no *upstream.Refusal
	switch {
	case networks.OverLimit(err):
		return nil, jumpgate.Forbidden.Wrap(err, "")
	case errors.As(err, &no):
		return nil, jumpgate.NotFound.Wrap(err, "")
	case err != nil:
		return nil, err
	}
	f := floatingIPOf(g)
	return &f, nil
}

// ReleaseFloatingIP cancels a global address.
func (d *Servers) ReleaseFloatingIP(ctx context.Context, id string) error {
	return d.networks.CancelGlobalIP(ctx, id)
}

// reachedGuest is a guest with its addresses and the global ones of its account.
type reachedGuest struct {
	records.GuestState
	PrimaryIP         string             `json:"primaryIpAddress"`
	NetworkComponents []reachedInterface `json:"networkComponents"`
	Account           struct {
		GlobalIPs []records.GlobalIP `json:"globalIpRecords"`
	} `json:"account"`
}

// The ports of interfaces.
const (
	privatePort = 0
	publicPort  = 1
)

// reachedInterface is an interface with its addresses.
type reachedInterface struct {
	records.Interface
	ownAddresses
}

// ownAddresses are the addresses of an interface that SoftLayer gave it,
// without where they are from.
type ownAddresses struct {
	PrimaryIP      string `json:"primaryIpAddress"`
	PrimaryVersion *struct {
		Address string `json:"ipAddress"`
	} `json:"primaryVersion6IpAddressRecord"`
}

// appendTo appends the addresses to a list in Nova's terms.
func (a *ownAddresses) appendTo(list []compute.Address, mac string) []compute.Address {
	if a.PrimaryIP != "" {
		list = append(list, compute.Address{Version: 4, Addr: a.PrimaryIP, MAC: mac})
	}
	if v6 := a.PrimaryVersion; v6 != nil && v6.Address != "" {
		list = append(list, compute.Address{Version: 6, Addr: v6.Address, MAC: mac})
	}
	return list
}

var reachedForm = records.FormOf[reachedGuest]()

// AssociateFloatingIP routes a global address to the public one of a guest;
// there is no way to another.
func (d *Servers) AssociateFloatingIP(ctx context.Context, serverID, address, fixed string) error {
	g, err := guestAs(ctx, d, reachedForm, serverID)
	if err != nil {
		return err
	}
	s := &compute.Server{ID: serverID}
	if stateOf(bare{&g.GuestState}).vm != "building" {
		for _, port := range []int{publicPort, privatePort} {
			for i := range g.NetworkComponents {
				if c := &g.NetworkComponents[i]; c.Port == port {
					s.Networks = append(s.Networks, compute.NetworkAddresses{Addresses: c.appendTo(nil, c.MACAddress)})
				}
			}
		}
	}
	if fixed, err = compute.FixedAddress(s, address, fixed); err != nil {
		return err
	}
	all := g.Account.GlobalIPs
	d.networks.Wished(ctx, all)
	i := slices.IndexFunc(all, func(o records.GlobalIP) bool { return o.Address.IP == address && o.There() })
	switch {
	case i < 0:
		return compute.FloatingIPNotFound()
	case fixed != g.PrimaryIP:
		return compute.FloatingIPFailed(address, fixed, serverID, "this cloud routes floating IPs to the public address of a server alone")
	case networks.Taken(all, &all[i], fixed) != "":
		return compute.FloatingIPFailed(address, fixed, serverID, "Cannot associate floating IP "+address+" with fixed IP "+fixed+
			", as that fixed IP already has a floating IP on external network "+networks.PoolName+".")
	}
	to := &records.Destination{IP: fixed, Guest: &records.RoutedTo{Presence: g.Presence}}
	for j := range g.NetworkComponents {
		if g.NetworkComponents[j].Port == publicPort {
			to.Component = &g.NetworkComponents[j].Interface
		}
	}
	err = d.networks.RouteGlobalIP(ctx, &all[i], to)
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return fmt.Errorf("%w: %w", compute.FloatingIPFailed(address, fixed, serverID, "the cloud is still busy with it"), err)
	}
	return err
}

// rerouted shows floating addresses of a server as they were told to be, though
// SoftLayer is still at work on it: each leads to the server that moved says.
func rerouted(s *compute.Server, moved map[string]string) {
	for address, server := range moved {
		isIt := func(a compute.Address) bool { return a.Floating && a.Addr == address }
		for i := range s.Networks {
			n := &s.Networks[i]
			switch has := slices.ContainsFunc(n.Addresses, isIt); {
			case server != s.ID && has:
				n.Addresses = slices.DeleteFunc(n.Addresses, isIt)
			case server == s.ID && !has && i == 0: // the public network is the first
				n.Addresses = append(n.Addresses, compute.Address{Version: 4, Addr: address, MAC: n.Addresses[0].MAC, Floating: true})
			}
		}
	}
}

// DisassociateFloatingIP takes the route of a global address away.
func (d *Servers) DisassociateFloatingIP(ctx context.Context, id string) error {
	g, err := d.networks.GlobalIP(ctx, id)
	if err != nil {
		return err
	}
	return d.networks.RouteGlobalIP(ctx, g, nil)
}
