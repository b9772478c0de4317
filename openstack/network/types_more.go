package network

import (
	"net/netip"
	"time"
)

// AddressGroup is a list of addresses that rules of security groups name.
type AddressGroup struct {
	Standard
	Name      string
	Addresses []string // CIDRs
	Shared    bool
}

// AddressScope is a set of subnet pools whose addresses don't overlap.
type AddressScope struct {
	ID, ProjectID string
	Name          string
	IPVersion     int
	Shared        bool
}

// SubnetPool is a set of prefixes that subnets are allocated from.
type SubnetPool struct {
	Standard
	Name           string
	IPVersion      int
	Prefixes       []netip.Prefix
	DefaultLength  int  // 0 in a new pool: MinLength
	MinLength      int  // 0 in a new pool: 8, or 64 for IPv6
	MaxLength      int  // 0 in a new pool: 32, or 128 for IPv6
	DefaultQuota   *int // nil: none
	AddressScopeID string
	Shared         bool
	IsDefault      bool
}

// RBACPolicy shares a thing of one project with another.
type RBACPolicy struct {
	ID, ProjectID string
	ObjectType    string // network, qos_policy, security_group, address_scope, subnetpool or address_group
	ObjectID      string
	Action        string // access_as_shared or access_as_external
	TargetProject string // "*": all
}

// Trunk carries the traffic of several ports through one; VLAN ids tell them
// apart.
type Trunk struct {
	Standard
	Name         string
	PortID       string
	AdminStateUp bool
	Status       string // DOWN, BUILD, ACTIVE, DEGRADED or ERROR
	SubPorts     []SubPort
}

// SubPort is a port that a trunk carries.
type SubPort struct {
	PortID           string
	SegmentationType string // vlan or inherit
	SegmentationID   int
}

// QoSPolicy is a set of rules about the quality of traffic.
type QoSPolicy struct {
	Standard
	Name      string
	Shared    bool
	IsDefault bool
	Rules     []QoSRule
}

// QoSRule is one rule of a policy.
type QoSRule struct {
	ID, PolicyID string
	Type         string // bandwidth_limit, dscp_marking, minimum_bandwidth, minimum_packet_rate or packet_rate_limit
	Direction    string // egress, ingress or any
	MaxKbps      int
	MaxBurst     int // kbit
	MinKbps      int
	DSCPMark     int
	MinKpps      int
	MaxKpps      int
	MaxBurstKpps int
}

// Segment is a part of the physical network that carries a network.
type Segment struct {
	Standard
	Name            string
	NetworkID       string
	NetworkType     string
	PhysicalNetwork string
	SegmentationID  *int
}

// MeteringLabel names what traffic is counted for.
type MeteringLabel struct {
	ID, ProjectID     string
	Name, Description string
	Shared            bool
}

// MeteringRule says which traffic a label counts.
type MeteringRule struct {
	ID, ProjectID      string
	LabelID            string
	Direction          Direction
	Excluded           bool
	RemoteIP           string
	SourceIP, TargetIP string
}

// Log asks for a log of the traffic that security groups accept or drop.
type Log struct {
	Standard
	Name         string
	ResourceType string // security_group
	ResourceID   string
	TargetID     string
	Event        string // ACCEPT, DROP or ALL
	Enabled      bool
}

// Agent is a daemon that does Neutron's work on a host.
type Agent struct {
	ID, Type, Binary, Host, Topic string
	Zone                          string
	Description                   string
	AdminStateUp, Alive           bool
	Created, Started, Heartbeat   time.Time
	Configurations                map[string]any
}

// Zone is an availability zone of networks or routers.
type Zone struct {
	Name     string
	Resource string // network or router
	State    string // available or unavailable
}

// ServiceProvider is an implementation of one type of service.
type ServiceProvider struct {
	ServiceType string // "L3_ROUTER_NAT"
	Name        string
	Default     bool
}

// Availability counts the addresses of a network.
type Availability struct {
	NetworkID, NetworkName, ProjectID string
	Subnets                           []SubnetAvailability
}

// SubnetAvailability counts the addresses of a subnet.
type SubnetAvailability struct {
	SubnetID, SubnetName string
	CIDR                 netip.Prefix
	Used                 int64
	Total                float64 // an IPv6 subnet has more than an integer holds
}

// Quota is how much of one resource a project may have.
type Quota struct {
	Resource string // network, subnet, port, ...
	Limit    int    // -1: unlimited
	Used     int
	Reserved int
}

// ProjectQuota holds a project's own quotas.
type ProjectQuota struct {
	ProjectID string
	Quotas    []Quota
}
