package records

import (
	"net/netip"
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Subnet is SoftLayer_Network_Subnet: a block of addresses that leads to a
// VLAN, to one address, or nowhere.
type Subnet struct {
	ID            int                 `json:"id"`
	Address       string              `json:"networkIdentifier"`
	Bits          int                 `json:"cidr"`
	Gateway       string              `json:"gateway"`
	Broadcast     string              `json:"broadcastAddress"`
	Type          string              `json:"subnetType"`
	Version       int                 `json:"version"`
	Note          string              `json:"note"`
	Modified      Timestamp           `json:"modifyDate"`
	VLANID        int                 `json:"networkVlanId"` // 0: leads to none
	VLAN          VLAN                `json:"networkVlan"`
	BillingItem   *BillingItem        `json:"billingItem"` // nil: SoftLayer gave it with a VLAN
	TagReferences []keep.TagReference `json:"tagReferences"`
}

// SubnetFields are what there is to know of a subnet, and how its VLAN is
// reached.
const SubnetFields = "id,networkIdentifier,cidr,gateway,broadcastAddress,subnetType,version,note,modifyDate,networkVlanId," +
	"networkVlan[id,networkSpace,attachedNetworkGateway.id,attachedNetworkGatewayVlan[id,bypassFlag]]," +
	"billingItem[id,orderItem[id,order.id]],tagReferences.tag.name"

// Prefix is the block; invalid where SoftLayer says nothing sensible.
func (s *Subnet) Prefix() netip.Prefix {
	addr, err := netip.ParseAddr(s.Address)
	if err != nil {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(addr, s.Bits).Masked()
}

// Portable tells whether the customer gives the addresses of s to servers;
// SoftLayer does of all others.
func (s *Subnet) Portable() bool { return strings.HasSuffix(s.Type, "_ON_VLAN") }

// Called is what OpenStack calls the subnet: SoftLayer has no names for them,
// so one without a name in its note is called by its addresses.
func (s *Subnet) Called() string {
	_, kept := keep.Split(s.Note)
	if kept.Name != "" {
		return kept.Name
	}
	return s.Prefix().String()
}

// There tells whether s is a block of a VLAN.
func (s *Subnet) There() bool { return s.ID != 0 && s.VLANID != 0 && s.Prefix().IsValid() }
