package network

import "context"

// AddressGroupDriver has address groups.
type AddressGroupDriver interface {
	AddressGroups() Lister[AddressGroup]
}

// AddressScopeDriver has address scopes.
type AddressScopeDriver interface {
	AddressScopes() Lister[AddressScope]
}

// SubnetPoolDriver has subnet pools.
type SubnetPoolDriver interface {
	SubnetPools() Lister[SubnetPool]
}

// SubnetPoolOnboarder takes subnets that exist into a pool. The Lister of
// SubnetPoolDriver may be one.
type SubnetPoolOnboarder interface {
	OnboardSubnets(ctx context.Context, poolID, networkID string) error
}

// RBACDriver has policies that share things.
type RBACDriver interface {
	RBACPolicies() Lister[RBACPolicy]
}

// TrunkDriver has trunks.
type TrunkDriver interface{ Trunks() Lister[Trunk] }

// TrunkSubPorts changes the ports of a trunk. The Lister of TrunkDriver may
// be one.
type TrunkSubPorts interface {
	AddSubPorts(ctx context.Context, trunkID string, ports []SubPort) (*Trunk, error)
	RemoveSubPorts(ctx context.Context, trunkID string, ports []SubPort) (*Trunk, error)
}

// QoSDriver has policies about the quality of traffic and their rules.
type QoSDriver interface {
	QoSPolicies() Lister[QoSPolicy]
	// QoSRules are the rules of one type of a policy.
	QoSRules(policyID, ruleType string) Lister[QoSRule]
}

// SegmentDriver has segments.
type SegmentDriver interface{ Segments() Lister[Segment] }

// MeteringDriver has labels and rules of metering.
type MeteringDriver interface {
	MeteringLabels() Lister[MeteringLabel]
	MeteringRules() Lister[MeteringRule]
}

// LogDriver has logs.
type LogDriver interface {
	Logs() Lister[Log]
	LoggableResources() []string
}

// AgentDriver has agents.
type AgentDriver interface{ Agents() Lister[Agent] }

// ZoneDriver has availability zones.
type ZoneDriver interface{ AvailabilityZones() Lister[Zone] }

// ServiceProviderDriver has service providers.
type ServiceProviderDriver interface {
	ServiceProviders() Lister[ServiceProvider]
}

// AvailabilityDriver counts addresses.
type AvailabilityDriver interface {
	IPAvailabilities() Lister[Availability]
}

// QuotaDriver knows quotas.
type QuotaDriver interface {
	// Quotas returns the quotas of a project with their usage, in a stable
	// order.
	Quotas(ctx context.Context, projectID string) ([]Quota, error)
	// DefaultQuotas are those of a project that has none of its own.
	DefaultQuotas(ctx context.Context) ([]Quota, error)
}

// QuotaSetter changes quotas.
type QuotaSetter interface {
	// ProjectQuotas returns the projects that have quotas of their own.
	ProjectQuotas(ctx context.Context) ([]ProjectQuota, error)
	// SetQuotas changes some limits of a project, by resource.
	SetQuotas(ctx context.Context, projectID string, limits map[string]int) error
	// ResetQuotas gives a project the defaults back. One that had none of its
	// own is a bare jumpgate.NotFound.
	ResetQuotas(ctx context.Context, projectID string) error
}

// TopologyDriver makes a whole network for a project that just wants one.
type TopologyDriver interface {
	// AutoAllocatedTopology returns the id of the project's network and makes
	// it, with subnets and a router, where there is none. With check set it
	// only says whether it could.
	AutoAllocatedTopology(ctx context.Context, projectID string, check bool) (networkID string, err error)
	DeleteAutoAllocatedTopology(ctx context.Context, projectID string) error
}

// AgentScheduler says which agents have which networks and routers. The Lister
// of AgentDriver may be one. An agent, network or router that there is not is
// a NotFound.
type AgentScheduler interface {
	// HostedNetworks are those that a DHCP agent has, HostingNetwork the
	// agents that have one.
	HostedNetworks(ctx context.Context, agentID string) ([]*Network, error)
	HostingNetwork(ctx context.Context, networkID string) ([]*Agent, error)
	// HostNetwork gives a network to a DHCP agent, or takes it away.
	HostNetwork(ctx context.Context, agentID, networkID string, host bool) error

	// The same of L3 agents and routers.
	HostedRouters(ctx context.Context, agentID string) ([]*Router, error)
	HostingRouter(ctx context.Context, routerID string) ([]*Agent, error)
	HostRouter(ctx context.Context, agentID, routerID string, host bool) error
}
