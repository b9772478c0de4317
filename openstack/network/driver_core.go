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

// DefaultRuleDriver has the rules that new security groups get.
type DefaultRuleDriver interface {
	DefaultSecurityGroupRules() Lister[DefaultRule]
}

// RouterInterfaces connects routers to subnets. RouterDriver's Lister may
// implement it.
type RouterInterfaces interface {
	// AddInterface connects a router to a subnet with a new port, or with an
	// existing port; subnetID or portID is empty. It returns a BadRequest if
	// the subnet overlaps with a connected one.
	AddInterface(ctx context.Context, routerID, subnetID, portID string) (*Interface, error)
	// RemoveInterface undoes AddInterface. It returns InterfaceInUse if a
	// floating IP needs the interface.
	RemoveInterface(ctx context.Context, routerID, subnetID, portID string) (*Interface, error)
}

// RouterRoutes adds and removes single routes of a router. RouterDriver's
// Lister may implement it.
type RouterRoutes interface {
	AddRoutes(ctx context.Context, routerID string, routes []Route) (*Router, error)
	RemoveRoutes(ctx context.Context, routerID string, routes []Route) (*Router, error)
}

// PortForwardingDriver has port forwardings. FloatingIPDriver's Lister may
// implement it.
type PortForwardingDriver interface {
	PortForwardings(floatingIPID string) Lister[PortForwarding]
}

// PortBindingDriver binds ports to more than one host, as live migration needs.
// PortDriver's Lister may implement it.
type PortBindingDriver interface {
	// PortBindings lists the bindings of a port, at most one for each HostID.
	PortBindings(portID string) Lister[Binding]
	// ActivatePortBinding makes the binding on host active and the formerly
	// active one inactive.
	ActivatePortBinding(ctx context.Context, portID, host string) (*Binding, error)
}
