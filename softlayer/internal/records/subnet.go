package records

import (
	"net/netip"
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Block is SoftLayer_Network_Subnet: addresses that lead to a VLAN, to one
// address, or nowhere.
type Block struct {
	ID      int    `json:"id"`
	Address string `json:"networkIdentifier"`
	Bits    int    `json:"cidr"`
	VLANID  int    `json:"networkVlanId"` // 0: leads to none
}

// Prefix is the block; invalid where SoftLayer says nothing sensible.
func (b *Block) Prefix() netip.Prefix {
	addr, err := netip.ParseAddr(b.Address)
	if err != nil {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(addr, b.Bits).Masked()
}

// There tells whether b is a block of a VLAN.
func (b *Block) There() bool { return b.ID != 0 && b.VLANID != 0 && b.Prefix().IsValid() }

// TypedBlock is a block and what it is for.
type TypedBlock struct {
	Block
	Type string `json:"subnetType"`
}

// Portable tells whether the customer gives the addresses of b to servers;
// SoftLayer does of all others.
func (b *TypedBlock) Portable() bool { return strings.HasSuffix(b.Type, "_ON_VLAN") }

// SubnetNote is what there is to write on a subnet.
type SubnetNote struct {
	Tagged
	Note     string    `json:"note"`
	Modified Timestamp `json:"modifyDate"`

	// Text and Kept are what the note says, and the store of what it names.
	Text string        `json:"-"`
	Kept keep.Envelope `json:"-"`
}

// Subnet is a subnet, and how its VLAN is reached.
type Subnet struct {
	TypedBlock
	SubnetNote
	Gateway     string     `json:"gateway"`
	VLAN        VLANWay    `json:"networkVlan"`
	BillingItem *OrderBill `json:"billingItem"` // nil: SoftLayer gave it with a VLAN
}

// Subnets is how subnets are asked for.
var Subnets = FormOf[Subnet]()

// Called is what OpenStack calls the subnet: SoftLayer has no names for them,
// so one without a name in its note is called by its addresses.
func (s *Subnet) Called() string {
	_, kept := keep.Split(s.Note)
	if kept.Name != "" {
		return kept.Name
	}
	return s.Prefix().String()
}
