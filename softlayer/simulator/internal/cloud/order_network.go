package cloud

import (
	"fmt"
	"slices"
	"strconv"
)

const (
	vlanOrder = "Container_Product_Order_Network_Vlan"
	// vlanPackage sells VLANs.
	vlanPackage = 571
	addressTyp  = "Network_Subnet_IpAddress"
)

// portableSizes are how many addresses a portable subnet may have.
var subnetSizes = []int{4, 8, 16, 32, 64}

// networkProducts are sold by themselves: global addresses and blocks of them for VLANs.
func networkProducts() []storageProduct {
	list := globalProducts()
	for _, space := range []struct{ category, key, name string }{
		{"sov_sec_ip_addresses_pub", "PUBLIC", "Portable Public"}, {"sov_sec_ip_addresses_priv", "PRIVATE", "Portable Private"},
	} {
		for _, n := range subnetSizes {
			s := strconv.Itoa(n)
			list = append(list, storageProduct{
				product: plain(space.category, s+"_PORTABLE_"+space.key+"_IP_ADDRESSES", s+" "+space.name+" IP Addresses", s, "N/A", "0", fmt.Sprint(n)),
			})
		}
	}
	return list
}

func vlanProducts() []storageProduct {
	return []storageProduct{
		{product: plain("network_vlan", "PUBLIC_NETWORK_VLAN", "Public Network Vlan", "0", "N/A", "0", "10")},
		{product: plain("network_vlan", "PRIVATE_NETWORK_VLAN", "Private Network Vlan", "0", "N/A", "0", "10")},
	}
}

// parseSubnet is an order of a block of addresses for a VLAN, or of a global one.
func (c *call) parseSubnet(order map[string]any) (func() *purchase, error) {
	if order["endPointVlanId"] == nil {
		return c.parseGlobalIP(order)
	}
	items, err := c.orderedItems(order, itemPackage)
	if err != nil {
		return nil, err
	}
	which, _ := toInt(order["endPointVlanId"])
	v := c.acct.vlan(which)
	if v == nil {
		return nil, notFound(textOf(order["endPointVlanId"]))
	}
	category := "sov_sec_ip_addresses_priv"
	if v.public {
		category = "sov_sec_ip_addresses_pub"
	}
	price := items[category]
	if price == nil || len(items) > 1 {
		return nil, public("The order needs one price of category '%s'.", category)
	}
	size, _ := parseInt(price.one("item").str("capacity"))
	bits := 32
	for n := size; n > 1; n /= 2 {
		bits--
	}
	return func() *purchase {
		s := c.acct.addSubnet(v, c.sim.addresses.next(v.public, bits), portableSubnet)
		s.purchase = c.acct.newPurchase(c.user.id(), category, false)
		return &s.purchase
	}, nil
}

// parseVLAN is an order of a VLAN, behind a router or behind any in a datacenter.
func (c *call) parseVLAN(order map[string]any) (func() *purchase, error) {
	if list := listAt(order, "orderContainers"); len(list) == 1 {
		order, _ = list[0].(map[string]any)
	}
	items, err := c.orderedItems(order, vlanPackage)
	if err != nil {
		return nil, err
	}
	price := items["network_vlan"]
	if price == nil {
		return nil, public("The order needs one price of category 'network_vlan'.")
	}
	dc, err := c.orderedPlace(order)
	if err != nil {
		return nil, err
	}
	open := price.one("item").str("keyName") == "PUBLIC_NETWORK_VLAN"
	if id, ok := toInt(order["routerId"]); ok {
		router := c.sim.catalog.backRouter[dc.id()]
		if open {
			router = c.sim.catalog.frontRouter[dc.id()]
		}
		if router.id() != id {
			return nil, invalidValue("Invalid value provided for 'routerId'.")
		}
	}
	name := strAt(order, "name")
	if len(name) > 20 {
		return nil, exception("InvalidDataLength", "The name of a VLAN must not be longer than 20 characters.")
	}
	return func() *purchase {
		v := c.acct.bareVLAN(dc, open)
		v.fields["name"] = orNull(name)
		v.purchase = c.acct.newPurchase(c.user.id(), "network_vlan", false)
		return &v.purchase
	}, nil
}

// cancelFailures says why a VLAN can't be cancelled.
func (v *vlan) cancelFailures() []string {
	reasons := []string{}
	if v.orderID == 0 {
		reasons = append(reasons, "The VLAN was not ordered by itself.")
	}
	if len(v.guests()) > 0 {
		reasons = append(reasons, "There are virtual guests on the VLAN.")
	}
	if slices.ContainsFunc(v.there(), (*subnet).portable) {
		reasons = append(reasons, "There are secondary subnets on the VLAN.")
	}
	if v.behind() != nil {
		reasons = append(reasons, "The VLAN is attached to a network gateway.")
	}
	return reasons
}

// networkBill finds what a billing item of a VLAN or a subnet is for.
func (a *account) networkBill(id int) *billed {
	for _, v := range a.visibleVLANs() {
		if v.orderID != 0 && v.billingID == id {
			return &billed{v.billingItem(), func() error {
				if reasons := v.cancelFailures(); len(reasons) > 0 {
					return public("%s", reasons[0])
				}
				v.cancelled = a.now
				return nil
			}}
		}
	}
	for _, s := range a.visibleSubnets() {
		if s.portable() && s.billingID == id {
			return &billed{s.billingItem(), func() error { s.cancelled = a.now; return nil }}
		}
	}
	return nil
}

// visibleVLANs are those that are there by now.
func (a *account) visibleVLANs() []*vlan {
	a.vlans = slices.DeleteFunc(a.vlans, func(v *vlan) bool { return v.orderID != 0 && v.after(a, v.cancelled, stepsToVanish) })
	return slices.DeleteFunc(slices.Clone(a.vlans), func(v *vlan) bool { return v.orderID != 0 && !v.visible(a) })
}

func (a *account) visibleSubnets() []*subnet {
	gone := func(s *subnet) bool { return s.portable() && s.after(a, s.cancelled, stepsToVanish) }
	for _, v := range a.vlans {
		v.subnets = slices.DeleteFunc(v.subnets, gone)
	}
	a.subnets = slices.DeleteFunc(a.subnets, gone)
	return slices.DeleteFunc(slices.Clone(a.subnets), func(s *subnet) bool { return s.portable() && !s.visible(a) })
}

func (v *vlan) billingItem() *record {
	if v.orderID == 0 {
		return nil
	}
	return v.billed(v.account, "Billing_Item_Network_Vlan", vlanPackage, v)
}

func (s *subnet) billingItem() *record {
	if s.orderID == 0 {
		return nil
	}
	return s.billed(s.account, "Billing_Item_Network_Subnet", itemPackage, s)
}

// addressService is for addresses of an account's subnets.
func addressService() *service {
	find := func(c *call, ok func(*record) bool) node {
		for _, s := range c.acct.visibleSubnets() {
			for n := range s.size() {
				if r := s.addressRecord(n); ok(r) {
					return &subnetAddress{r, s, n}
				}
			}
		}
		return nil
	}
	return &service{
		name: addressTyp, typ: addressTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return find(c, func(r *record) bool { return r.id() == id })
		},
		methods: map[string]*method{
			"getObject": self(addressTyp),
			"getByIpAddress": {returns: addressTyp, static: true, run: func(c *call) (any, error) {
				if n := find(c, func(r *record) bool { return r.str("ipAddress") == toStr(c.arg(0)) }); n != nil {
					return n, nil
				}
				return nil, notFound(toStr(c.arg(0)))
			}},
			"editObject": {run: func(c *call) (any, error) {
				a := c.object.(*subnetAddress)
				if err := edit(c, a.record, "note"); err != nil {
					return nil, err
				}
				a.subnet.notes[a.subnet.address(a.place)] = a.str("note")
				return true, nil
			}},
		},
	}
}

// subnetAddress is an address that can be edited.
type subnetAddress struct {
	*record
	subnet *subnet
	place  int
}
