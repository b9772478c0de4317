package network

import (
	"context"
)

// NetworkDriver has networks.
type NetworkDriver interface{ Networks() Lister[Network] }

// SubnetDriver has subnets.
type SubnetDriver interface{ Subnets() Lister[Subnet] }

// PortDriver has ports.
type PortDriver interface{ Ports() Lister[Port] }

// RouterDriver has routers.
type RouterDriver interface{ Routers() Lister[Router] }

// FloatingIPDriver has floating IPs.
type FloatingIPDriver interface {
	FloatingIPs() Lister[FloatingIP]
}

// SecurityGroupDriver has security groups. A principal's project that has no
// group "default" MUST get one, with its rules, before anything is listed.
type SecurityGroupDriver interface {
	SecurityGroups() Lister[SecurityGroup]
}

// SecurityGroupRuleDriver has the rules of security groups.
type SecurityGroupRuleDriver interface {
	SecurityGroupRules() Lister[SecurityGroupRule]
}

// DefaultRuleDriver has the rules that groups are born with.
type DefaultRuleDriver interface {
	DefaultSecurityGroupRules() Lister[DefaultRule]
}

// RouterInterfaces connects routers to subnets. The Lister of RouterDriver
// may be one.
type RouterInterfaces interface {
	// AddInterface connects a router to the subnet, or by the port; one of
	// both is empty. A subnet that overlaps with a connected one is a
	// BadRequest.
	AddInterface(ctx context.Context, routerID, subnetID, portID string) (*Interface, error)
	// RemoveInterface undoes that. One that a floating IP needs is
	// InterfaceInUse.
	RemoveInterface(ctx context.Context, routerID, subnetID, portID string) (*Interface, error)
}

// RouterRoutes changes the routes of a router one by one. The Lister of
// RouterDriver may be one.
type RouterRoutes interface {
	AddRoutes(ctx context.Context, routerID string, routes []Route) (*Router, error)
	RemoveRoutes(ctx context.Context, routerID string, routes []Route) (*Router, error)
}

// PortForwardingDriver has port forwardings. The Lister of FloatingIPDriver
// may be one.
type PortForwardingDriver interface {
	PortForwardings(floatingIPID string) Lister[PortForwarding]
}

// PortBindingDriver binds ports to more than one host, as live migration
// needs. The Lister of PortDriver may be one.
type PortBindingDriver interface {
	// PortBindings are those of a port; HostID is what they are told apart by.
	PortBindings(portID string) Lister[Binding]
	// ActivatePortBinding makes one of them the active one, and the one that
	// was inactive.
	ActivatePortBinding(ctx context.Context, portID, host string) (*Binding, error)
}
