package baremetal

import "context"

// PortDriver has the network interfaces of nodes.
type PortDriver interface{ Ports() Lister[Port] }

// PortgroupDriver has bonds of ports.
type PortgroupDriver interface{ Portgroups() Lister[Portgroup] }

// ChassisDriver has chassis.
type ChassisDriver interface{ Chassis() Lister[Chassis] }

// VolumeConnectorDriver has volume connectors.
type VolumeConnectorDriver interface {
	VolumeConnectors() Lister[VolumeConnector]
}

// VolumeTargetDriver has volume targets.
type VolumeTargetDriver interface{ VolumeTargets() Lister[VolumeTarget] }

// AllocationDriver has allocations. A new allocation is "allocating", and soon
// after "active" with a NodeUUID, or "error". While it is active its node has
// the allocation's UUID as InstanceUUID and AllocationUUID; deleting the
// allocation clears both.
type AllocationDriver interface{ Allocations() Lister[Allocation] }

// DeployTemplateDriver has deploy templates.
type DeployTemplateDriver interface {
	DeployTemplates() Lister[DeployTemplate]
}

// ConductorLister lists conductors, oldest first.
type ConductorLister interface {
	Conductors(ctx context.Context) ([]*Conductor, error)
}

// DriverLister lists hardware types.
type DriverLister interface {
	Drivers(ctx context.Context) ([]*Driver, error)
}

// DriverVendorCaller has vendors' own methods of hardware types. See
// VendorCaller.
type DriverVendorCaller interface {
	DriverVendorMethods(ctx context.Context, driver string) ([]VendorMethod, error)
	CallDriverVendor(ctx context.Context, driver, method, httpMethod string, data any) (any, error)
}

// EventTaker takes Neutron's events about ports.
type EventTaker interface {
	TakeEvents(ctx context.Context, events []NetworkEvent) error
}

// NetworkEvent is Neutron's event about a port.
type NetworkEvent struct {
	Name, PortID, MACAddress, Status string // "network.bind_port"
	DeviceID, HostID, VNICType       string
}
