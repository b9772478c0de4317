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

// SubnetPoolOnboarder adds existing subnets to a pool. SubnetPoolDriver's
// Lister may implement it.
type SubnetPoolOnboarder interface {
	OnboardSubnets(ctx context.Context, poolID, networkID string) error
}

// RBACDriver has policies that share things.
type RBACDriver interface {
	RBACPolicies() Lister[RBACPolicy]
}

// TrunkDriver has trunks.
type TrunkDriver interface{ Trunks() Lister[Trunk] }

// TrunkSubPorts changes the subports of a trunk. TrunkDriver's Lister may
// implement it.
type TrunkSubPorts interface {
	AddSubPorts(ctx context.Context, trunkID string, ports []SubPort) (*Trunk, error)
	RemoveSubPorts(ctx context.Context, trunkID string, ports []SubPort) (*Trunk, error)
}

// QoSDriver has policies about the quality of traffic and their rules.
type QoSDriver interface {
	QoSPolicies() Lister[QoSPolicy]
	// QoSRules lists a policy's rules of one type.
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
	// DefaultQuotas returns the quotas of a project that has none of its own.
	DefaultQuotas(ctx context.Context) ([]Quota, error)
}

// QuotaSetter changes quotas.
type QuotaSetter interface {
	// ProjectQuotas returns the projects that have quotas of their own.
	ProjectQuotas(ctx context.Context) ([]ProjectQuota, error)
	// SetQuotas changes some limits of a project, by resource.
	SetQuotas(ctx context.Context, projectID string, limits map[string]int) error
	// ResetQuotas gives a project the default quotas back. It returns a bare
	// jumpgate.NotFound if the project had none of its own.
	ResetQuotas(ctx context.Context, projectID string) error
}

// TopologyDriver makes a network with subnets and a router for a project that
// asks for no details.
type TopologyDriver interface {
	// AutoAllocatedTopology returns the id of the project's auto-allocated
	// network. If there is none it makes one with subnets and a router; with
	// check set it only reports whether it could.
	AutoAllocatedTopology(ctx context.Context, projectID string, check bool) (networkID string, err error)
	DeleteAutoAllocatedTopology(ctx context.Context, projectID string) error
}

// AgentScheduler assigns networks and routers to agents. AgentDriver's Lister
// may implement it. It returns a NotFound for an unknown agent, network or
// router.
type AgentScheduler interface {
	// HostedNetworks returns the networks of a DHCP agent, HostingNetwork the
	// agents of a network.
	HostedNetworks(ctx context.Context, agentID string) ([]*Network, error)
	HostingNetwork(ctx context.Context, networkID string) ([]*Agent, error)
	// HostNetwork gives a network to a DHCP agent or, if host is false, takes
	// it away.
	HostNetwork(ctx context.Context, agentID, networkID string, host bool) error

	// The same for L3 agents and routers.
	HostedRouters(ctx context.Context, agentID string) ([]*Router, error)
	HostingRouter(ctx context.Context, routerID string) ([]*Agent, error)
	HostRouter(ctx context.Context, agentID, routerID string, host bool) error
}
