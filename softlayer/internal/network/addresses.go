package network

import (
	"context"
	"net/netip"
	"strconv"

	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const addressService = "Network_Subnet_IpAddress"

// reservation is the note of an address that a port has.
const reservation = "reserved for a port of OpenStack"

// ipAddress is SoftLayer_Network_Subnet_IpAddress.
type ipAddress struct {
	ID       int                `json:"id"`
	Note     string             `json:"note"`
	Reserved bool               `json:"isReserved"` // for the network itself
	Guest    *records.Numbered  `json:"virtualGuest"`
	Subnet   records.TypedBlock `json:"subnet"`
}

var addressForm = records.FormOf[ipAddress]()

// wantAddress takes down what a client says about the address of a port: the
// subnet, or an address, which it reserves.
func (d *Networks) wantAddress(ctx context.Context, k *keptPort, wanted []network.FixedIP) error {
	switch {
	case len(wanted) == 0:
		return nil
	case len(wanted) > 1:
		return network.Invalid("An interface of this cloud has one address of each IP version.")
	}
	w := wanted[0]
	if w.SubnetID != "" {
		number, ok := keep.NumberOf(keep.SubnetKind, w.SubnetID)
		if !ok {
			return network.SubnetNotFound(w.SubnetID)
		}
		s, err := d.block(ctx, number)
		switch {
		case isMissing(err):
			return network.SubnetNotFound(w.SubnetID)
		case err != nil:
			return err
		case s.VLANID != k.VLAN:
			return network.ForeignSubnet(keep.IDOf(keep.NetworkKind, k.VLAN), w.SubnetID)
		}
		k.Subnet = number
		if w.Address.IsValid() && !s.Prefix().Contains(w.Address) {
			return network.AddressOutside(w.Address.String())
		}
	}
	if !w.Address.IsValid() {
		return nil
	}
	return d.reserve(ctx, k, w.Address)
}

// reserve keeps an address of a portable subnet for a port. Those of others
// SoftLayer gives out itself.
func (d *Networks) reserve(ctx context.Context, k *keptPort, address netip.Addr) error {
	unlock, err := d.Locks.Lock(ctx, "address/"+address.String())
	if err != nil {
		return err
	}
	defer unlock()
	a, err := d.addressCalled(ctx, address.String())
	if err != nil {
		return err
	}
	switch {
	case a == nil || a.Subnet.VLANID != k.VLAN:
		return network.NotInNetwork(address.String())
	case !a.Subnet.Portable():
		return network.Invalid("Address %s can't be had: this cloud chooses addresses of subnet %s itself. An address can be reserved in a portable subnet, one that was ordered.",
			address, keep.IDOf(keep.SubnetKind, a.Subnet.ID))
	case a.Reserved:
		return network.Invalid("Address %s is one of the network itself.", address)
	case a.Note != "" || a.Guest != nil && a.Guest.ID != 0:
		return network.AddressInUse(address.String(), keep.IDOf(keep.SubnetKind, a.Subnet.ID))
	}
	if err := d.noteAddress(ctx, a.ID, reservation); err != nil {
		return err
	}
	k.Subnet, k.Address = a.Subnet.ID, address.String()
	return nil
}

// release gives an address back that was reserved.
func (d *Networks) release(ctx context.Context, address string) error {
	a, err := d.addressCalled(ctx, address)
	if err != nil || a == nil || a.Note != reservation {
		return err
	}
	return d.noteAddress(ctx, a.ID, "")
}

// addressCalled finds an address of the account; nil: it has no such.
func (d *Networks) addressCalled(ctx context.Context, address string) (*ipAddress, error) {
	a, err := addressForm.One(ctx, d.API, upstream.Call{Service: addressService, Method: "getByIpAddress", Args: []any{address}})
	switch {
	case isMissing(err), err == nil && a.ID == 0:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return a, nil
}

func (d *Networks) noteAddress(ctx context.Context, number int, note string) error {
	return d.API.Order(ctx, upstream.Call{Service: addressService, ID: strconv.Itoa(number), Method: "editObject", Args: []any{map[string]any{"note": note}}})
}
