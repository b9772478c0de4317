package compute

import "context"

// NetworkLister lists networks, for the clients that ask Nova instead of the
// network service.
type NetworkLister interface {
	// Networks returns those that the principal may see, in a stable order.
	Networks(ctx context.Context) ([]Network, error)
}

// FloatingIPLister lists the addresses that a project can move from server to
// server.
type FloatingIPLister interface {
	// FloatingIPs returns the principal's addresses in a stable order.
	FloatingIPs(ctx context.Context) ([]FloatingIP, error)
}

// FloatingIPAllocator gets floating addresses and gives them back.
type FloatingIPAllocator interface {
	// FloatingIPPools returns the networks that floating IPs come from. The
	// first is that of requests which name none; others name one by its id or
	// its label.
	FloatingIPPools(ctx context.Context) ([]Network, error)

	// AllocateFloatingIP MUST NOT order twice. A pool that has no more
	// addresses is a jumpgate.NotFound, a quota that is used up a
	// jumpgate.Forbidden, both without a message. pool is one of those of
	// FloatingIPPools, by its id.
	AllocateFloatingIP(ctx context.Context, pool string) (*FloatingIP, error)

	ReleaseFloatingIP(ctx context.Context, id string) error
}

// SecurityGroupLister lists security groups, for the clients that ask Nova
// instead of the network service.
type SecurityGroupLister interface {
	// SecurityGroups returns the groups of the principal's project.
	SecurityGroups(ctx context.Context) ([]SecurityGroup, error)
}

// AllSecurityGroupLister lists the security groups of all projects, for admins
// who ask for those of all tenants. Without it they see their own.
type AllSecurityGroupLister interface {
	AllSecurityGroups(ctx context.Context) ([]SecurityGroup, error)
}

// SecurityGroupEditor makes, renames and deletes security groups.
type SecurityGroupEditor interface {
	// CreateSecurityGroup makes a group that lets everything out and nothing
	// in. A quota that is used up is a jumpgate.Forbidden.
	CreateSecurityGroup(ctx context.Context, name, description string) (*SecurityGroup, error)

	UpdateSecurityGroup(ctx context.Context, id, name, description string) error

	// DeleteSecurityGroup returns a jumpgate.Conflict for a group in use.
	DeleteSecurityGroup(ctx context.Context, id string) error
}

// SecurityGroupRuler changes what security groups let in.
type SecurityGroupRuler interface {
	// AddSecurityGroupRule adds a rule, which the group does not have yet, and
	// returns its id. A quota that is used up is a jumpgate.Forbidden.
	AddSecurityGroupRule(ctx context.Context, groupID string, rule SecurityGroupRule) (id string, err error)

	RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error
}
