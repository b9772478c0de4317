package network

import (
	"net/netip"
	"time"
)

// Standard holds the attributes that most resources share. In all types of this
// package a field's zero value means that the resource has no such thing.
type Standard struct {
	ID, ProjectID    string
	Description      string
	Tags             []string
	Revision         int // counts the changes
	Created, Updated time.Time
}

// Network is a layer-2 network.
type Network struct {
	Standard
	Name             string
	AdminStateUp     bool
	Status           string // ACTIVE, BUILD, DOWN or ERROR
	MTU              int    // bytes
	Subnets          []string
	Shared           bool // with all projects, or with the caller's
	External         bool // floating IPs and gateways of routers come from it
	IsDefault        bool // the default external network
	PortSecurity     bool
	QoSPolicyID      string
	Zones, ZoneHints []string

	IPv4AddressScope, IPv6AddressScope string

	// Provider says how the cloud carries the network. Only administrators
	// see it.
	Provider Provider
}

// Provider is the piece of the underlay that carries a network.
type Provider struct {
	Type            string // flat, vlan, vxlan, gre, geneve or local
	PhysicalNetwork string
	SegmentationID  *int
}

// Subnet is a block of addresses in a network.
type Subnet struct {
	Standard
	Name            string
	NetworkID       string
	IPVersion       int // 4 or 6
	CIDR            netip.Prefix
	PrefixLength    int // of a CIDR to take from a pool; 0: the pool's default
	Gateway         netip.Addr
	GatewayWish     Wish // what the client that made the subnet said about Gateway
	Pools           []Pool
	PoolsGiven      bool // false in a new subnet: all addresses but the gateway's
	DHCP            bool
	DNSServers      []string
	HostRoutes      []Route
	IPv6AddressMode string // slaac, dhcpv6-stateful, dhcpv6-stateless or empty
	IPv6RAMode      string // the same values
	SubnetPoolID    string
	SegmentID       string
	ServiceTypes    []string
	Shared          bool // its network is
	UseDefaultPool  bool // asked for when the subnet was made
}

// Wish says whether a client set an attribute that has a default.
type Wish int

// The wishes.
const (
	Unsaid Wish = iota // the default
	None               // nothing: null
	Given              // the value
)

// Pool is a range of addresses that are given to ports.
type Pool struct{ Start, End netip.Addr }

// Route is a way to a destination.
type Route struct {
	Destination netip.Prefix
	NextHop     netip.Addr
}

// Port is a connection to a network.
type Port struct {
	Standard
	Name           string
	NetworkID      string
	AdminStateUp   bool
	Status         string // ACTIVE, BUILD, DOWN or N/A
	MAC            string
	FixedIPs       []FixedIP
	FixedIPsGiven  bool   // false in a new port: it gets one address of each IP version
	DeviceID       string // the server or router that has it
	DeviceOwner    string // "compute:nova", "network:router_interface", ...
	SecurityGroups []string
	GroupsGiven    bool // false in a new port: it gets the group "default"
	AllowedPairs   []AddressPair
	DHCPOptions    []DHCPOption
	PortSecurity   bool
	SecurityGiven  bool   // false in a new port: PortSecurity is the network's
	VNICType       string // "normal", "direct", ...
	Binding        Binding
	QoSPolicyID    string
	NUMAPolicy     string
	Propagate      bool // propagate_uplink_status
	Shared         bool // its network is
}

// FixedIP is an address of a port. A new port may name only one of the two.
type FixedIP struct {
	SubnetID string
	Address  netip.Addr
}

// AddressPair is a further address that a port may send from.
type AddressPair struct {
	MAC string
	IP  string // an address or a network
}

// DHCPOption is an option that DHCP gives to a port.
type DHCPOption struct {
	Name, Value string
	IPVersion   int
}

// Binding says on which host and how a port is plugged. Only administrators see
// it.
type Binding struct {
	HostID   string
	VIFType  string // "ovs", "unbound", ...
	Profile  map[string]any
	Details  map[string]any // how the VIF is plugged
	VNICType string
	Status   string // of PortBindings: ACTIVE or INACTIVE
}

// Router connects subnets with each other and with an external network.
type Router struct {
	Standard
	Name             string
	AdminStateUp     bool
	Status           string
	Gateway          *Gateway // nil: none
	Routes           []Route
	Distributed      bool
	HA               bool
	FlavorID         string
	Zones, ZoneHints []string
}

// Gateway connects a router to an external network.
type Gateway struct {
	NetworkID   string
	FixedIPs    []FixedIP
	EnableSNAT  bool
	SNATGiven   bool // false: the client left it out; the default is true
	QoSPolicyID string
}

// Interface is a router's port on a subnet.
type Interface struct {
	RouterID, ProjectID string
	PortID, NetworkID   string
	SubnetIDs           []string
}

// FloatingIP is an address of an external network that can move from port to
// port.
type FloatingIP struct {
	Standard
	NetworkID   string // external
	SubnetID    string // asked for; empty: any
	Address     netip.Addr
	PortID      string
	FixedIP     netip.Addr // of the port
	RouterID    string
	Status      string // ACTIVE, DOWN or ERROR
	QoSPolicyID string
	Port        *PortDetails // nil: with no port
	Forwardings []PortForwarding
}

// PortDetails is the port that a floating IP belongs to.
type PortDetails struct {
	Name, NetworkID, MAC, Status string
	DeviceID, DeviceOwner        string
	AdminStateUp                 bool
}

// PortForwarding forwards traffic for a transport port of a floating IP to a
// port of an internal address.
type PortForwarding struct {
	ID, FloatingIPID                     string
	Description                          string
	Protocol                             string // tcp, udp, ...
	ExternalPort, InternalPort           int    // 0 where a range is set
	ExternalPortRange, InternalPortRange string // "80:90"
	InternalPortID                       string
	InternalIP                           netip.Addr
}

// SecurityGroup says which traffic its ports let in and out.
type SecurityGroup struct {
	Standard
	Name     string
	Stateful bool
	Shared   bool
	Rules    []SecurityGroupRule
}

// Direction is the way of traffic, seen from the port.
type Direction string

// The directions.
const (
	Ingress Direction = "ingress"
	Egress  Direction = "egress"
)

// EtherType is the IP version that a rule is for.
type EtherType string

// The ethertypes.
const (
	IPv4 EtherType = "IPv4"
	IPv6 EtherType = "IPv6"
)

// SecurityGroupRule lets some traffic through.
type SecurityGroupRule struct {
	Standard
	GroupID              string
	GroupProjectID       string // of the group; empty: the package looks the group up when it needs it
	Direction            Direction
	EtherType            EtherType
	Protocol             string // IANA's name or number; empty: any
	PortMin, PortMax     *int   // for ICMP type and code; nil: all
	RemoteIP             string // a CIDR with the bits that the client wrote; empty: anywhere
	RemoteGroupID        string
	RemoteAddressGroupID string
	OfDefault            bool // the group is the project's "default"
	// Born marks a rule that its group was made with. Where nobody described
	// it, Neutron shows null, and not the empty text of other rules.
	Born bool
}

// DefaultRule is a rule that new security groups get.
type DefaultRule struct {
	ID, Description      string
	Direction            Direction
	EtherType            EtherType
	Protocol             string
	PortMin, PortMax     *int
	RemoteIP             string
	RemoteGroupID        string // "PARENT": the new group
	RemoteAddressGroupID string
	InDefaultGroup       bool // the group "default" gets it
	InOtherGroups        bool // all others get it
}
