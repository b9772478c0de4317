package records

import (
	"net/netip"
)

// GlobalIP is SoftLayer_Network_Subnet_IpAddress_Global: an address that can
// be routed to any server of its account.
type GlobalIP struct {
	ID      int `json:"id"`
	Address struct {
		IP     string `json:"ipAddress"`
		Subnet Subnet `json:"subnet"` // of this address alone
	} `json:"ipAddress"`
	Destination *Destination `json:"destinationIpAddress"`
	BillingItem struct {
		ID        int `json:"id"`
		OrderItem struct {
			Order Numbered `json:"order"`
		} `json:"orderItem"`
	} `json:"billingItem"`
}

// Destination is an address that another one is routed to, and who has it.
type Destination struct {
	IP        string     `json:"ipAddress"`
	Guest     *Guest     `json:"virtualGuest"`
	Component *Component `json:"guestNetworkComponent"`
}

// GlobalIPFields are what there is to know of a global address and of where it
// leads.
const GlobalIPFields = "id,ipAddress[id,ipAddress,subnet[id,note,modifyDate,tagReferences.tag.name]]," +
	"destinationIpAddress[id,ipAddress,virtualGuest[" + StateFields + ",datacenter.name]," +
	"guestNetworkComponent[id,port,macAddress,status,networkVlan.id]],billingItem[id,orderItem[id,order.id]]"

// Leads returns where g leads to; nil: nowhere, or to a guest that is gone.
func (g *GlobalIP) Leads() *Destination {
	if g.Destination == nil || g.Destination.Guest != nil && g.Destination.Guest.Gone() {
		return nil
	}
	return g.Destination
}

// There tells whether g is one of IPv4 that nobody has cancelled: those have
// no billing item any more.
func (g *GlobalIP) There() bool {
	addr, err := netip.ParseAddr(g.Address.IP)
	return g.ID != 0 && g.BillingItem.ID != 0 && err == nil && addr.Is4()
}
