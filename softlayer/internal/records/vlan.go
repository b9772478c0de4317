package records

import (
	"cmp"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// VLAN is SoftLayer_Network_Vlan: a network.
type VLAN struct {
	ID       int       `json:"id"`
	Number   int       `json:"vlanNumber"` // unique behind its router alone
	Name     string    `json:"name"`       // the customer's, 20 characters at most
	FullName string    `json:"fullyQualifiedName"`
	Space    string    `json:"networkSpace"` // PUBLIC or PRIVATE
	Note     string    `json:"note"`
	Modified Timestamp `json:"modifyDate"`
	Router   struct {
		ID         int   `json:"id"`
		Datacenter Named `json:"topLevelLocation"`
	} `json:"primaryRouter"`
	Subnets       []Numbered          `json:"subnets"`
	BillingItem   *BillingItem        `json:"billingItem"` // nil: SoftLayer gave it with a server
	TagReferences []keep.TagReference `json:"tagReferences"`

	// Gateway is the one that stands before it, Through how.
	Gateway *Numbered `json:"attachedNetworkGateway"`
	Through *struct {
		Bypassed bool `json:"bypassFlag"`
	} `json:"attachedNetworkGatewayVlan"`
}

const (
	// VLANNameFields are what Called needs.
	VLANNameFields = "id,name,fullyQualifiedName,note"

	// VLANFields are for those who want to know all.
	VLANFields = VLANNameFields + ",vlanNumber,networkSpace,modifyDate,primaryRouter[id,topLevelLocation[id,name]],subnets.id," +
		"billingItem[id,orderItem[id,order.id]],tagReferences.tag.name"
)

// Public tells whether v is on the public network.
func (v *VLAN) Public() bool { return v.Space == "PUBLIC" }

// Called is what OpenStack calls the network: by the name that the customer
// gave it, the whole of which is in the note where SoftLayer has no room for
// it, or else by SoftLayer's own, such as dal13.fcr01.801.
func (v *VLAN) Called() string {
	_, kept := keep.Split(v.Note)
	return cmp.Or(kept.NameFor(v.Name), v.FullName)
}

// GatewayID is the number of the gateway through which v is reached; 0: of
// none.
func (v *VLAN) GatewayID() int {
	if v.Gateway == nil || v.Through != nil && v.Through.Bypassed {
		return 0
	}
	return v.Gateway.ID
}
