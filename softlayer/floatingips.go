package softlayer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// globalIP is SoftLayer_Network_Subnet_IpAddress_Global: an address that can
// be routed to any server of its account.
type globalIP struct {
	ID      int `json:"id"`
	Address struct {
		IP string `json:"ipAddress"`
	} `json:"ipAddress"`
	Destination *struct {
		IP    string `json:"ipAddress"`
		Guest *guest `json:"virtualGuest"`
	} `json:"destinationIpAddress"`
	BillingItem struct {
		ID        int `json:"id"`
		OrderItem struct {
			Order numbered `json:"order"`
		} `json:"orderItem"`
	} `json:"billingItem"`
}

const (
	globalIPService = "Network_Subnet_IpAddress_Global"
	globalIPFields  = "id,ipAddress[id,ipAddress],destinationIpAddress[id,ipAddress,virtualGuest[" + stateFields + "]]," +
		"billingItem[id,orderItem[id,order.id]]"

	// globalPool is what the pool of global addresses is called: as the
	// network is that servers show them in.
	globalPool = "public"
)

// there tells whether g is one of IPv4 that nobody has cancelled: those have
// no billing item any more.
func (g *globalIP) there() bool {
	addr, err := netip.ParseAddr(g.Address.IP)
	return g.ID != 0 && g.BillingItem.ID != 0 && err == nil && addr.Is4()
}

func (g *globalIP) floatingIP() compute.FloatingIP {
	f := compute.FloatingIP{ID: idOf(floatingIPKind, g.ID), Address: g.Address.IP, Pool: globalPool}
	to := g.Destination
	if to == nil || to.Guest != nil && to.Guest.state().gone {
		return f
	}
	f.FixedIP = to.IP
	if to.Guest != nil {
		f.ServerID = strings.ToLower(to.Guest.GlobalIdentifier)
	}
	return f
}

// globalIPs fetches the account's addresses.
func (d *Driver) globalIPs(ctx context.Context) ([]globalIP, error) {
	var all []globalIP
	_, err := d.api.do(ctx, call{service: "Account", method: "getGlobalIpRecords", mask: "mask[" + globalIPFields + "]"}, &all)
	all = slices.DeleteFunc(all, func(g globalIP) bool { return !g.there() })
	slices.SortFunc(all, func(a, b globalIP) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// FloatingIPs lists the account's global addresses, to users who may see what
// they cost.
func (d *Driver) FloatingIPs(ctx context.Context) ([]compute.FloatingIP, error) {
	all, err := d.globalIPs(ctx)
	list := make([]compute.FloatingIP, len(all))
	for i := range all {
		list[i] = all[i].floatingIP()
	}
	return list, err
}

// FloatingIPPools are one.
func (d *Driver) FloatingIPPools(context.Context) ([]string, error) { return []string{globalPool}, nil }

// ReleaseFloatingIP cancels a global address.
func (d *Driver) ReleaseFloatingIP(ctx context.Context, id string) error {
	number, ok := numberOf(floatingIPKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	var g globalIP
	_, err := d.api.do(ctx, call{service: globalIPService, id: strconv.Itoa(number), method: "getObject", mask: "mask[" + globalIPFields + "]"}, &g)
	switch {
	case err != nil:
		return err
	case !g.there():
		return jumpgate.NotFound
	}
	err = d.api.order(ctx, call{service: "Billing_Item", id: strconv.Itoa(g.BillingItem.ID), method: "cancelService"})
	return busyAddress(err, g.Address.IP)
}

// floatMask has the addresses of a guest and the global ones of its account.
const floatMask = "mask[" + stateFields + ",primaryIpAddress,primaryBackendIpAddress," +
	"networkComponents[port,primaryIpAddress,primaryVersion6IpAddressRecord.ipAddress],account[id,globalIpRecords[" + globalIPFields + "]]]"

// AssociateFloatingIP routes a global address to the public one of a guest;
// there is no way to another.
func (d *Driver) AssociateFloatingIP(ctx context.Context, serverID, address, fixed string) error {
	g, err := d.guest(ctx, serverID, floatMask)
	if err != nil {
		return err
	}
	s := &compute.Server{ID: serverID}
	if g.state().vm != "building" {
		s.Networks = g.networks()
	}
	if fixed, err = compute.FixedAddress(s, address, fixed); err != nil {
		return err
	}
	all := g.Account.GlobalIPs
	i := slices.IndexFunc(all, func(o globalIP) bool { return o.Address.IP == address && o.there() })
	switch {
	case i < 0:
		return compute.FloatingIPNotFound()
	case fixed != g.PrimaryIP:
		return compute.FloatingIPFailed(address, fixed, serverID, "this cloud routes floating IPs to the public address of a server alone")
	}
	var changed bool // false: it is routed there already
	_, err = d.api.do(ctx, call{service: globalIPService, id: strconv.Itoa(all[i].ID), method: "route", args: []any{fixed}}, &changed)
	var no *refusal
	if errors.As(err, &no) {
		return fmt.Errorf("%w: %w", compute.FloatingIPFailed(address, fixed, serverID, "the cloud is still busy with it"), err)
	}
	return err
}

// DisassociateFloatingIP takes the route of a global address away.
func (d *Driver) DisassociateFloatingIP(ctx context.Context, id string) error {
	number, ok := numberOf(floatingIPKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	var changed bool // false: it has none
	_, err := d.api.do(ctx, call{service: globalIPService, id: strconv.Itoa(number), method: "unroute"}, &changed)
	return busyAddress(err, id)
}

// busyAddress words SoftLayer's no to something about an address. It changes
// routes one at a time, each for a while.
func busyAddress(err error, address string) error {
	var no *refusal
	if errors.As(err, &no) {
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with floating IP %s. Please try again later.", address)
	}
	return err
}
