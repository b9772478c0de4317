package records

import (
	"net/netip"
)

// GlobalAddress is SoftLayer_Network_Subnet_IpAddress_Global.
type GlobalAddress struct {
	ID      int `json:"id"`
	Address struct {
		IP string `json:"ipAddress"`
	} `json:"ipAddress"`
	BillingItem Numbered `json:"billingItem"`
}

// GlobalIP is an address that can be routed to any server of its account, and
// where it leads.
type GlobalIP struct {
	ID      int `json:"id"`
	Address struct {
		IP     string       `json:"ipAddress"`
		Subnet GlobalSubnet `json:"subnet"` // of this address alone
	} `json:"ipAddress"`
	Destination *Destination `json:"destinationIpAddress"`
	BillingItem OrderBill    `json:"billingItem"`
}

// GlobalSubnet is that of a global address.
type GlobalSubnet struct {
	ID int `json:"id"`
	SubnetNote
}

// Destination is an address that another one is routed to, and who has it.
type Destination struct {
	IP        string     `json:"ipAddress"`
	Guest     *RoutedTo  `json:"virtualGuest"`
	Component *Interface `json:"guestNetworkComponent"`
}

// RoutedTo is a guest that a global address leads to.
type RoutedTo struct {
	Presence
	Datacenter Named `json:"datacenter"`
}

// GlobalIPs is how global addresses are asked for.
var GlobalIPs = FormOf[GlobalIP]()

// Leads returns where g leads to; nil: nowhere, or to a guest that is gone.
func (g *GlobalIP) Leads() *Destination {
	if g.Destination == nil || g.Destination.Guest != nil && g.Destination.Guest.Gone() {
		return nil
	}
	return g.Destination
}

// There tells whether g is one of IPv4 that nobody has cancelled: those have
// no billing item any more.
func (g *GlobalIP) There() bool { return globalIPv4(g.ID, g.BillingItem.ID, g.Address.IP) }

// There tells the same of the address alone.
func (g *GlobalAddress) There() bool { return globalIPv4(g.ID, g.BillingItem.ID, g.Address.IP) }

func globalIPv4(id, bill int, address string) bool {
	addr, err := netip.ParseAddr(address)
	return id != 0 && bill != 0 && err == nil && addr.Is4()
}
