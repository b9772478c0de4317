package compute

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const (
	globalIPService = "Network_Subnet_IpAddress_Global"
	globalIPFields  = "id,ipAddress[id,ipAddress],destinationIpAddress[id,ipAddress,virtualGuest[" + records.StateFields + "]]," +
		"billingItem[id,orderItem[id,order.id]]"

	// globalPool is what the pool of global addresses is called: as the
	// network is that servers show them in.
	globalPool = "public"
)

func floatingIPOf(g *records.GlobalIP) compute.FloatingIP {
	f := compute.FloatingIP{ID: keep.IDOf(keep.FloatingIPKind, g.ID), Address: g.Address.IP, Pool: globalPool}
	to := g.Destination
	if to == nil || to.Guest != nil && to.Guest.Gone() {
		return f
	}
	f.FixedIP = to.IP
	if to.Guest != nil {
		f.ServerID = strings.ToLower(to.Guest.GlobalIdentifier)
	}
	return f
}

// globalIPs fetches the account's addresses.
func (d *Servers) globalIPs(ctx context.Context) ([]records.GlobalIP, error) {
	var all []records.GlobalIP
	_, err := d.API.Do(ctx, upstream.Call{Service: "Account", Method: "getGlobalIpRecords", Mask: "mask[" + globalIPFields + "]"}, &all)
	all = slices.DeleteFunc(all, func(g records.GlobalIP) bool { return !g.There() })
	slices.SortFunc(all, func(a, b records.GlobalIP) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// FloatingIPs lists the account's global addresses, to users who may see what
// they cost.
func (d *Servers) FloatingIPs(ctx context.Context) ([]compute.FloatingIP, error) {
	all, err := d.globalIPs(ctx)
	list := make([]compute.FloatingIP, len(all))
	for i := range all {
		list[i] = floatingIPOf(&all[i])
	}
	return list, err
}

// FloatingIPPools are one.
func (d *Servers) FloatingIPPools(context.Context) ([]string, error) {
	return []string{globalPool}, nil
}

// ReleaseFloatingIP cancels a global address.
func (d *Servers) ReleaseFloatingIP(ctx context.Context, id string) error {
	number, ok := keep.NumberOf(keep.FloatingIPKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	var g records.GlobalIP
	_, err := d.API.Do(ctx, upstream.Call{Service: globalIPService, ID: strconv.Itoa(number), Method: "getObject", Mask: "mask[" + globalIPFields + "]"}, &g)
	switch {
	case err != nil:
		return err
	case !g.There():
		return jumpgate.NotFound
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Billing_Item", ID: strconv.Itoa(g.BillingItem.ID), Method: "cancelService"})
	return busyAddress(err, g.Address.IP)
}

// floatMask has the addresses of a guest and the global ones of its account.
const floatMask = "mask[" + records.StateFields + ",primaryIpAddress," +
	"networkComponents[port,primaryIpAddress,primaryVersion6IpAddressRecord.ipAddress],account[id,globalIpRecords[" + globalIPFields + "]]]"

// AssociateFloatingIP routes a global address to the public one of a guest;
// there is no way to another.
func (d *Servers) AssociateFloatingIP(ctx context.Context, serverID, address, fixed string) error {
	g, err := d.Guest(ctx, serverID, floatMask)
	if err != nil {
		return err
	}
	s := &compute.Server{ID: serverID}
	if stateOf(g).vm != "building" {
		s.Networks = networksOf(g)
	}
	if fixed, err = compute.FixedAddress(s, address, fixed); err != nil {
		return err
	}
	all := g.Account.GlobalIPs
	i := slices.IndexFunc(all, func(o records.GlobalIP) bool { return o.Address.IP == address && o.There() })
	switch {
	case i < 0:
		return compute.FloatingIPNotFound()
	case fixed != g.PrimaryIP:
		return compute.FloatingIPFailed(address, fixed, serverID, "this cloud routes floating IPs to the public address of a server alone")
	}
	var changed bool // false: it is routed there already
	_, err = d.API.Do(ctx, upstream.Call{Service: globalIPService, ID: strconv.Itoa(all[i].ID), Method: "route", Args: []any{fixed}}, &changed)
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return fmt.Errorf("%w: %w", compute.FloatingIPFailed(address, fixed, serverID, "the cloud is still busy with it"), err)
	}
	return err
}

// DisassociateFloatingIP takes the route of a global address away.
func (d *Servers) DisassociateFloatingIP(ctx context.Context, id string) error {
	number, ok := keep.NumberOf(keep.FloatingIPKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	var changed bool // false: it has none
	_, err := d.API.Do(ctx, upstream.Call{Service: globalIPService, ID: strconv.Itoa(number), Method: "unroute"}, &changed)
	return busyAddress(err, id)
}

// busyAddress words SoftLayer's no to something about an address. It changes
// routes one at a time, each for a while.
func busyAddress(err error, address string) error {
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with floating IP %s. Please try again later.", address)
	}
	return err
}
