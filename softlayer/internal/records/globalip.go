package records

import (
	"net/netip"
)

// GlobalIP is SoftLayer_Network_Subnet_IpAddress_Global: an address that can
// be routed to any server of its account.
type GlobalIP struct {
	ID      int `json:"id"`
	Address struct {
		IP string `json:"ipAddress"`
	} `json:"ipAddress"`
	Destination *struct {
		IP    string `json:"ipAddress"`
		Guest *Guest `json:"virtualGuest"`
	} `json:"destinationIpAddress"`
	BillingItem struct {
		ID        int `json:"id"`
		OrderItem struct {
			Order Numbered `json:"order"`
		} `json:"orderItem"`
	} `json:"billingItem"`
}

// There tells whether g is one of IPv4 that nobody has cancelled: those have
// no billing item any more.
func (g *GlobalIP) There() bool {
	addr, err := netip.ParseAddr(g.Address.IP)
	return g.ID != 0 && g.BillingItem.ID != 0 && err == nil && addr.Is4()
}
