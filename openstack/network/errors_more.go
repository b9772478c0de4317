package network

import "github.com/softlayer/jumpgate"

// ZoneNotFound says that there is no such availability zone.
func ZoneNotFound(name string) error {
	return fault(jumpgate.NotFound, "AvailabilityZoneNotFound", "AvailabilityZone %s could not be found.", name)
}

// SubnetPoolNotFound says that a reference to a subnet pool leads nowhere.
func SubnetPoolNotFound(id string) error {
	return fault(jumpgate.NotFound, "SubnetPoolNotFound", "Subnet pool %s could not be found.", id)
}

// AddressGroupNotFound says that a reference to an address group leads nowhere.
func AddressGroupNotFound(id string) error {
	return fault(jumpgate.NotFound, "AddressGroupNotFound", "Address group %s could not be found.", id)
}

// PortOfService says that clients can't delete a port because its owner
// ("network:dhcp") does.
func PortOfService(id, owner string) error {
	return fault(jumpgate.Conflict, "ServicePortInUse", "Port %s cannot be deleted directly via the port API: has device owner %s.", id, owner)
}

// DefaultGroupExists says that a project can't have a second security group
// "default".
func DefaultGroupExists() error {
	return fault(jumpgate.Conflict, "SecurityGroupDefaultAlreadyExists", "Default security group already exists.")
}

// DefaultGroupStays says that the security group "default" can't be renamed.
func DefaultGroupStays() error {
	return fault(jumpgate.Conflict, "SecurityGroupCannotUpdateDefault", "Updating default security group not allowed.")
}

// DefaultGroupNotDeleted says that the security group "default" can't be
// deleted.
func DefaultGroupNotDeleted() error {
	return fault(jumpgate.Conflict, "SecurityGroupCannotRemoveDefault", "Insufficient rights for removing default security group.")
}

// AddressOutside says that an address does not belong to the subnet.
func AddressOutside(address string) error {
	return fault(jumpgate.BadRequest, "InvalidIpForSubnet", "IP address %s is not a valid IP for the specified subnet.", address)
}

// ForeignSubnet says that a port can't have an address of another network's
// subnet.
func ForeignSubnet(networkID, subnetID string) error {
	return Invalid("Failed to create port on network %s, because fixed_ips included invalid subnet %s", networkID, subnetID)
}

// NotExternal says that a network is not external, so that it has no floating
// IPs.
func NotExternal(networkID string) error {
	return BadRequest("floatingip", "Network %s is not a valid external network", networkID)
}

// PortWithout says that a port does not have an address.
func PortWithout(portID, address string) error {
	return BadRequest("floatingip", "Port %s does not have fixed ip %s", portID, address)
}

// FloatingIPTaken says that another floating IP is associated with the port's
// address.
func FloatingIPTaken(address, id, portID, fixed, networkID string) error {
	return fault(jumpgate.Conflict, "FloatingIPPortAlreadyAssociated",
		"Cannot associate floating IP %s (%s) with port %s using fixed IP %s, as that fixed IP already has a floating IP on external network %s.",
		address, id, portID, fixed, networkID)
}

// NoWayToPort says that no router connects an external network with a port, and
// why.
func NoWayToPort(format string, args ...any) error {
	return fault(jumpgate.NotFound, "ExternalGatewayForFloatingIPNotFound", format, args...)
}

// RouterHasSubnet says that a router has a port on a subnet already.
func RouterHasSubnet(subnetID string) error {
	return BadRequest("router", "Router already has a port on subnet %s", subnetID)
}

// RouterWithoutSubnet says that a router has no port on a subnet.
func RouterWithoutSubnet(routerID, subnetID string) error {
	return fault(jumpgate.NotFound, "RouterInterfaceNotFoundForSubnet", "Router %s has no interface on subnet %s", routerID, subnetID)
}

// Held says that something can't be changed or deleted, with a reason of the
// cloud's own.
func Held(exception, what, id, why string) error {
	return fault(jumpgate.Conflict, exception, "Unable to complete operation on %s %s: %s.", what, id, why)
}
