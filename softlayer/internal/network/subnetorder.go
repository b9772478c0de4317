package network

import (
	"context"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

var _ interface {
	network.Creator[network.Subnet]
	network.Deleter
} = subnets{}

// leastBits is the length of the prefix of a subnet for which nobody says one:
// eight addresses.
const leastBits = 29

// Create implements network.Creator: it orders a portable subnet. SoftLayer
// chooses its addresses, so a client says how many it wants.
func (d subnets) Create(ctx context.Context, all []*network.Subnet) ([]*network.Subnet, error) {
	if err := d.networksOrdered("subnet"); err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, network.Invalid("Subnets of this cloud are ordered one at a time.")
	}
	s := all[0]
	if err := orderableSubnet(s); err != nil {
		return nil, err
	}
	v, err := d.VLAN(ctx, s.NetworkID)
	switch {
	case isMissing(err):
		return nil, network.NetworkNotFound(s.NetworkID)
	case err != nil:
		return nil, err
	}
	if rule := d.Opts.Ordering.Subnet; rule != nil {
		if err := rule(ctx, s); err != nil {
			return nil, err
		}
	}
	bits := s.PrefixLength
	if bits == 0 {
		bits = leastBits
	}
	price, err := d.subnetPrice(ctx, v.Public(), bits)
	if err != nil {
		return nil, err
	}
	order, err := d.Buy(ctx, map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Subnet", "packageId": 0, "quantity": 1, "endPointVlanId": v.ID,
		"prices": core.PriceList(price),
	})
	if _, no := refused(err); no {
		return nil, network.OverQuota("subnet")
	}
	if err != nil {
		return nil, err
	}
	made, err := wait(ctx, d.Networks, d.blocks, func(s *records.Subnet) bool { return s.BillingItem != nil && s.BillingItem.OrderItem.Order.ID == order })
	if err != nil {
		return nil, untold(err, "subnet")
	}
	if err := d.editSubnet(ctx, made.ID, &made.SubnetNote, ownName(made, s.Name), s.Description, s.Tags); err != nil {
		return nil, err
	}
	return []*network.Subnet{subnetOf(ctx, made)}, nil
}

// orderableSubnet refuses what no subnet of SoftLayer can be.
func orderableSubnet(s *network.Subnet) error {
	switch {
	case s.CIDR.IsValid():
		return network.Invalid("This cloud chooses the addresses of a subnet itself: please ask with use_default_subnetpool and prefixlen, not with cidr.")
	case s.SubnetPoolID != "" && !s.UseDefaultPool:
		return network.SubnetPoolNotFound(s.SubnetPoolID)
	case s.IPVersion != 4:
		return network.Invalid("Subnets of this cloud that are ordered have IPv4 addresses.")
	case s.GatewayWish == network.None || s.GatewayWish == network.Given:
		return network.Invalid("This cloud chooses the gateway of a subnet itself.")
	case len(s.DNSServers) > 0 || len(s.HostRoutes) > 0 || len(s.ServiceTypes) > 0 || s.SegmentID != "":
		return network.Invalid("Subnets of this cloud have no name servers, host routes, service types and segments of their own.")
	}
	return nil
}

// subnetPrice asks what so many addresses cost.
func (d *Networks) subnetPrice(ctx context.Context, public bool, bits int) (int, error) {
	category := "sov_sec_ip_addresses_priv"
	if public {
		category = "sov_sec_ip_addresses_pub"
	}
	items, err := soldForm.All(ctx, d.API, upstream.Call{
		Service: "Product_Package", ID: itemPackage, Method: "getItems",
		Filter: upstream.Filter{"items": upstream.Filter{"itemCategory": upstream.Filter{"categoryCode": upstream.Equals(category)}}},
	})
	if err != nil {
		return 0, err
	}
	for i := range items {
		if s := &items[i]; bits <= 32 && s.Category.Code == category && s.Capacity == strconv.Itoa(1<<(32-bits)) && s.price() != 0 {
			return s.price(), nil
		}
	}
	return 0, network.Invalid("This cloud sells no subnets of the prefix length %d.", bits)
}

// Delete implements network.Deleter: it ends the bill.
func (d subnets) Delete(ctx context.Context, id string) error {
	number, ok := keep.NumberOf(keep.SubnetKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	s, err := d.block(ctx, number)
	if err != nil {
		return err
	}
	if s.BillingItem == nil || s.BillingItem.ID == 0 {
		return inUse("SubnetInUse", "subnet", id, "it came with its network, and goes with it")
	}
	book, err := d.PortBook(ctx)
	if err != nil {
		return err
	}
	for _, p := range book.ports {
		if p.Subnet == number && p.Address != "" {
			return network.SubnetInUse(id)
		}
	}
	err = d.endBill(ctx, s.BillingItem, "SubnetInUse", "subnet", id)
	if err == nil {
		d.subnetNotes.Expire(ctx, s.Note, d.Opts.Now().Add(goneAge))
	}
	return err
}
