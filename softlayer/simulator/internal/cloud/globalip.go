package cloud

import (
	"net/netip"
	"slices"
	"time"
)

const (
	globalIPTyp = "Network_Subnet_IpAddress_Global"
	subnetOrder = "Container_Product_Order_Network_Subnet"
	// itemPackage holds all that is sold by itself.
	itemPackage = 0
	// stepsToRoute is how long a change of a route takes.
	stepsToRoute = 1
)

// globalIP is an address that can be routed to any server of its account, in whatever datacenter. It is a subnet of its own.
type globalIP struct {
	*record
	purchase
	account *account
	subnet  *record
	target  *nic // where it is routed to; nil: nowhere
	next    *nic
	since   time.Time // a change of the route is under way
}

// globalAddresses are those of all accounts, apart from the addresses of VLANs.
var globalAddresses = netip.MustParsePrefix("198.19.0.0/16")

func globalProducts() []storageProduct {
	return []storageProduct{{product: plain("global_ipv4", "0_GLOBAL_PUBLIC_IPV4_ADDRESSES", "0 Global Public IPv4 Addresses", "0", "N/A", "0", "5")}}
}

// nextGlobal returns an unused address, if there is one left.
func (p *addressPlan) nextGlobal() (netip.Addr, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.global.IsValid() {
		p.global = globalAddresses.Addr()
	}
	next := p.global.Next()
	if !globalAddresses.Contains(next) {
		return next, false
	}
	p.global = next
	return next, true
}

func (c *call) parseGlobalIP(order map[string]any) (func() *purchase, error) {
	items, err := c.orderedItems(order, itemPackage)
	if err != nil {
		return nil, err
	}
	if items["global_ipv4"] == nil || len(items) > 1 {
		return nil, public("The order needs one price of category 'global_ipv4'.")
	}
	addr, ok := c.sim.addresses.nextGlobal()
	if !ok {
		return nil, public("There are no more global IP addresses available.")
	}
	return func() *purchase {
		g := c.acct.newGlobalIP(addr)
		g.purchase = c.acct.newPurchase(c.user.id(), "global_ipv4", false)
		c.acct.globals = append(c.acct.globals, g)
		return &g.purchase
	}, nil
}

func (a *account) newGlobalIP(addr netip.Addr) *globalIP {
	g := &globalIP{account: a}
	target := func() any {
		if g.target == nil {
			return nil
		}
		return g.target.address()
	}
	g.subnet = newRecord("Network_Subnet", fields{
		"id": a.sim.inv.id("subnet"), "networkIdentifier": addr.String(), "cidr": 32, "netmask": "255.255.255.255", "gateway": nil,
		"broadcastAddress": nil, "subnetType": "GLOBAL_IP", "version": 4, "networkVlanId": nil, "modifyDate": a.now, "sortOrder": "5",
		"note": nil, "isCustomerOwned": false, "isCustomerRoutable": false, "usableIpAddressCount": "1", "totalIpAddresses": "1",
		"addressSpace": "PUBLIC", "account": a.self, "tagReferences": []node{}, "endPointIpAddress": target,
		"ipAddresses": func() any { return []node{g.one("ipAddress")} }, "globalIpRecord": func() any { return g },
	})
	address := newRecord("Network_Subnet_IpAddress", fields{
		"id": a.sim.inv.id("address"), "ipAddress": addr.String(), "subnetId": g.subnet.id(), "note": nil, "isNetwork": false,
		"isGateway": false, "isBroadcast": false, "isReserved": false, "subnet": g.subnet,
	})
	g.record = newRecord(globalIPTyp, fields{
		"id": a.sim.inv.id("globalIp"), "ipAddressId": address.id(), "ipAddress": address, "typeId": 1, "description": nil,
		"destinationIpAddressId": nil, "destinationIpAddress": target, "account": a.self,
		"billingItem": func() any {
			if r := g.billingItem(); r != nil {
				return r
			}
			return nil
		},
	})
	return g
}

func (g *globalIP) billingItem() *record {
	return g.billed(g.account, "Billing_Item_"+globalIPTyp, itemPackage, g)
}

// globalIPs are the account's, with what became of their routes.
func (a *account) globalIPs() []*globalIP {
	a.globals = slices.DeleteFunc(a.globals, func(g *globalIP) bool { return g.after(a, g.cancelled, stepsToVanish) })
	for _, g := range a.globals {
		if g.after(a, g.since, stepsToRoute) {
			g.target, g.next, g.since = g.next, nil, time.Time{}
		}
		g.fields["destinationIpAddressId"] = nil
		if v, ok := g.value("destinationIpAddress"); ok {
			g.fields["destinationIpAddressId"] = v.(*record).id()
		}
	}
	return slices.DeleteFunc(slices.Clone(a.globals), func(g *globalIP) bool { return !g.visible(a) })
}

func (a *account) globalIP(fits func(*globalIP) bool) *globalIP {
	list := a.globalIPs()
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return list[i]
	}
	return nil
}

func (a *account) globalSubnets() []node {
	list := []node{}
	for _, g := range a.globalIPs() {
		list = append(list, g.subnet)
	}
	return list
}

// routedTo lists the subnets that are routed to an interface.
func (a *account) routedTo(c *nic) []node {
	list := []node{}
	for _, g := range a.globalIPs() {
		if g.target == c {
			list = append(list, g.subnet)
		}
	}
	return list
}

// route begins to route g to an interface, or nowhere. It tells whether that is a change.
func (g *globalIP) route(to *nic) (any, error) {
	switch {
	case !g.since.IsZero():
		return nil, public("The subnet is not ready for another route request.")
	case !g.cancelled.IsZero():
		return nil, public("The subnet is being reclaimed.")
	case g.target == to:
		return false, nil
	}
	g.next, g.since = to, g.account.now
	return true, nil
}

// cancel gives g back.
func (g *globalIP) cancel() error {
	g.cancelled, g.target, g.next, g.since = g.account.now, nil, nil, time.Time{}
	return nil
}

// leave ends the routes to a server that goes away.
func (a *account) leave(server *guest) {
	for _, g := range a.globals {
		if g.target != nil && g.target.guest == server {
			g.target = nil
		}
		if g.next != nil && g.next.guest == server {
			g.next, g.since = nil, time.Time{}
		}
	}
}
