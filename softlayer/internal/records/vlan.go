package records

import (
	"cmp"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// VLANName is what SoftLayer_Network_Vlan is called by.
type VLANName struct {
	Name     string `json:"name"` // the customer's, 20 characters at most
	FullName string `json:"fullyQualifiedName"`
	Note     string `json:"note"`
}

// VLAN is a network.
type VLAN struct {
	ID int `json:"id"`
	VLANName
	Tagged
	Number   int       `json:"vlanNumber"`   // unique behind its router alone
	Space    string    `json:"networkSpace"` // PUBLIC or PRIVATE
	Modified Timestamp `json:"modifyDate"`
	Router   struct {
		ID         int   `json:"id"`
		Datacenter Named `json:"topLevelLocation"`
	} `json:"primaryRouter"`
	Subnets     []Numbered `json:"subnets"`
	BillingItem *OrderBill `json:"billingItem"` // nil: SoftLayer gave it with a server

	// Text and Kept are what the note says, and the store of what it names.
	Text string        `json:"-"`
	Kept keep.Envelope `json:"-"`
}

// VLANs is how networks are asked for.
var VLANs = FormOf[VLAN]()

const publicSpace = "PUBLIC"

// Public tells whether v is on the public network.
func (v *VLAN) Public() bool { return v.Space == publicSpace }

// Called is what OpenStack calls the network: by the name that the customer
// gave it, the whole of which is in the note where SoftLayer has no room for
// it, or else by SoftLayer's own, such as dal13.fcr01.801.
func (v *VLANName) Called() string {
	if v.Note == "" { // the usual
		return cmp.Or(v.Name, v.FullName)
	}
	_, kept := keep.Split(v.Note)
	return cmp.Or(kept.NameFor(v.Name), v.FullName)
}

// VLANWay is how a network is reached.
type VLANWay struct {
	ID    int    `json:"id"`
	Space string `json:"networkSpace"`

	// Gateway is the one that stands before it, Through how.
	Gateway *Numbered `json:"attachedNetworkGateway"`
	Through *struct {
		Bypassed bool `json:"bypassFlag"`
	} `json:"attachedNetworkGatewayVlan"`
}

// Public tells whether v is on the public network.
func (v *VLANWay) Public() bool { return v.Space == publicSpace }

// GatewayID is the number of the gateway through which v is reached; 0: of
// none.
func (v *VLANWay) GatewayID() int {
	if v.Gateway == nil || v.Through != nil && v.Through.Bypassed {
		return 0
	}
	return v.Gateway.ID
}
