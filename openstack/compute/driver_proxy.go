package compute

import "context"

// NetworkLister lists networks, for the clients that ask Nova instead of the
// network service.
type NetworkLister interface {
	// Networks returns the networks that the principal may see, in a stable
	// order.
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
	// FloatingIPPools returns the networks that floating IPs come from. A
	// request names a pool by its id or its label; a request without a pool
	// gets the first.
	FloatingIPPools(ctx context.Context) ([]Network, error)

	// AllocateFloatingIP takes an address from a pool, the id of a network of
	// FloatingIPPools. It MUST NOT order twice. It returns a jumpgate.NotFound
	// if the pool has no more addresses, a jumpgate.Forbidden if the quota is
	// used up, both without a message.
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
// who ask for all tenants. Without it they see those of their own project.
type AllSecurityGroupLister interface {
	AllSecurityGroups(ctx context.Context) ([]SecurityGroup, error)
}

// SecurityGroupEditor makes, renames and deletes security groups.
type SecurityGroupEditor interface {
	// CreateSecurityGroup makes a group that lets everything out and nothing
	// in. It returns a jumpgate.Forbidden if the quota is used up.
	CreateSecurityGroup(ctx context.Context, name, description string) (*SecurityGroup, error)

	UpdateSecurityGroup(ctx context.Context, id, name, description string) error

	// DeleteSecurityGroup returns a jumpgate.Conflict for a group in use.
	DeleteSecurityGroup(ctx context.Context, id string) error
}

// SecurityGroupRuler changes what security groups let in.
type SecurityGroupRuler interface {
	// AddSecurityGroupRule adds a rule, which the group does not have yet, and
	// returns its id. It returns a jumpgate.Forbidden if the quota is used up.
	AddSecurityGroupRule(ctx context.Context, groupID string, rule SecurityGroupRule) (id string, err error)

	RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error
}
