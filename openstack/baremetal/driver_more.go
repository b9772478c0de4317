package baremetal

import "context"

// PortDriver has the network interfaces of nodes.
type PortDriver interface{ Ports() Lister[Port] }

// PortgroupDriver has bonds of ports.
type PortgroupDriver interface{ Portgroups() Lister[Portgroup] }

// ChassisDriver has chassis.
type ChassisDriver interface{ Chassis() Lister[Chassis] }

// VolumeConnectorDriver has connectors.
type VolumeConnectorDriver interface {
	VolumeConnectors() Lister[VolumeConnector]
}

// VolumeTargetDriver has targets.
type VolumeTargetDriver interface{ VolumeTargets() Lister[VolumeTarget] }

// AllocationDriver has allocations. One that is made is "allocating" and soon
// after "active", with NodeUUID, or "error". From then on the node has the
// allocation's UUID as InstanceUUID and AllocationUUID; when the allocation is
// deleted it has neither.
type AllocationDriver interface{ Allocations() Lister[Allocation] }

// DeployTemplateDriver has templates of steps.
type DeployTemplateDriver interface {
	DeployTemplates() Lister[DeployTemplate]
}

// ConductorLister has conductors, in the order in which they were made.
type ConductorLister interface {
	Conductors(ctx context.Context) ([]*Conductor, error)
}

// DriverLister has types of hardware.
type DriverLister interface {
	Drivers(ctx context.Context) ([]*Driver, error)
}

// DriverVendorCaller has methods of types of hardware that OpenStack knows
// nothing of. See VendorCaller.
type DriverVendorCaller interface {
	DriverVendorMethods(ctx context.Context, driver string) ([]VendorMethod, error)
	CallDriverVendor(ctx context.Context, driver, method, httpMethod string, data any) (any, error)
}

// EventTaker is told what happened to networks' ports.
type EventTaker interface {
	TakeEvents(ctx context.Context, events []NetworkEvent) error
}

// NetworkEvent is what Neutron says of a port.
type NetworkEvent struct {
	Name, PortID, MACAddress, Status string // "network.bind_port"
	DeviceID, HostID, VNICType       string
}
