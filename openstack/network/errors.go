package network

import (
	"fmt"
	"strings"

	"github.com/softlayer/jumpgate"
)

// What drivers return, in Neutron's words and with Neutron's type. Where a
// thing that was asked for itself does not exist a bare jumpgate.NotFound
// will do.

func fault(kind jumpgate.Kind, exception, format string, args ...any) *jumpgate.Error {
	return &jumpgate.Error{Kind: kind, Type: exception, Message: fmt.Sprintf(format, args...)}
}

// NetworkNotFound says that a reference to a network leads nowhere.
func NetworkNotFound(id string) error {
	return fault(jumpgate.NotFound, "NetworkNotFound", "Network %s could not be found.", id)
}

// SubnetNotFound says that a reference to a subnet leads nowhere.
func SubnetNotFound(id string) error {
	return fault(jumpgate.NotFound, "SubnetNotFound", "Subnet %s could not be found.", id)
}

// PortNotFound says that a reference to a port leads nowhere.
func PortNotFound(id string) error {
	return fault(jumpgate.NotFound, "PortNotFound", "Port %s could not be found.", id)
}

// RouterNotFound says that a reference to a router leads nowhere.
func RouterNotFound(id string) error {
	return fault(jumpgate.NotFound, "RouterNotFound", "Router %s could not be found", id)
}

// SecurityGroupNotFound says that a reference to a security group leads nowhere.
func SecurityGroupNotFound(id string) error {
	return fault(jumpgate.NotFound, "SecurityGroupNotFound", "Security group %s does not exist", id)
}

// OverQuota says that the quotas of these resources are used up.
func OverQuota(resources ...string) error {
	return fault(jumpgate.Conflict, "OverQuota", "Quota exceeded for resources: %s.", quoted(resources))
}

// NetworkInUse says that a network can't be deleted while it has ports.
func NetworkInUse(id string, ports ...string) error {
	return fault(jumpgate.Conflict, "NetworkInUse", "Unable to complete operation on network %s. There are one or more ports still in use on the network, id for these ports is: %s.", id, strings.Join(ports, ","))
}

// SubnetInUse says that a subnet can't be deleted while ports have addresses in
// it.
func SubnetInUse(id string) error {
	return fault(jumpgate.Conflict, "SubnetInUse", "Unable to complete operation on subnet %s: One or more ports have an IP allocation from this subnet.", id)
}

// PortInUse says that a port can't be given to a second device.
func PortInUse(id, networkID, deviceID string) error {
	return fault(jumpgate.Conflict, "PortInUse", "Unable to complete operation on port %s for network %s. Port already has an attached device %s.", id, networkID, deviceID)
}

// RouterInUse says that a router can't be deleted while it has interfaces.
func RouterInUse(id string, ports ...string) error {
	return fault(jumpgate.Conflict, "RouterInUse", "Router %s has ports still attached: %s", id, strings.Join(ports, ", "))
}

// SecurityGroupInUse says that a security group can't be deleted while ports
// use it.
func SecurityGroupInUse(id string) error {
	return fault(jumpgate.Conflict, "SecurityGroupInUse", "Security Group %s in use.", id)
}

// InterfaceInUse says that a router interface can't be removed while floating
// IPs need it.
func InterfaceInUse(routerID, subnetID string) error {
	return fault(jumpgate.Conflict, "RouterInterfaceInUseByFloatingIP", "Router interface for subnet %s on router %s cannot be deleted, as it is required by one or more floating IPs.", subnetID, routerID)
}

// SubnetOverlaps says that a network can't have two subnets with common addresses.
func SubnetOverlaps(cidr, networkID string) error {
	return Invalid("Requested subnet with cidr: %s for network: %s overlaps with another subnet.", cidr, networkID)
}

// RuleExists says that the group has the same rule already.
func RuleExists(id string) error {
	return fault(jumpgate.Conflict, "SecurityGroupRuleExists", "Security group rule already exists. Rule id is %s.", id)
}

// AddressInUse says that another port has the address.
func AddressInUse(address, subnetID string) error {
	return fault(jumpgate.Conflict, "IpAddressAlreadyAllocated", "IP address %s already allocated in subnet %s", address, subnetID)
}

// NoAddresses says that the subnets of a network have no address left.
func NoAddresses(networkID string) error {
	return fault(jumpgate.Conflict, "IpAddressGenerationFailure", "No more IP addresses available on network %s.", networkID)
}

// NotInNetwork says that no subnet of the network contains the address.
func NotInNetwork(address string) error {
	return fault(jumpgate.BadRequest, "InvalidIpForNetwork", "IP address %s is not a valid IP for any of the subnets on the specified network.", address)
}

// Invalid says that the value of an attribute is invalid.
func Invalid(format string, args ...any) error {
	return fault(jumpgate.BadRequest, "InvalidInput", "Invalid input for operation: %s", sentence(format, args...))
}

// BadRequest says why a request for a resource ("router") is invalid.
func BadRequest(resource, format string, args ...any) error {
	return fault(jumpgate.BadRequest, "BadRequest", "Bad %s request: %s", resource, sentence(format, args...))
}

// sentence ends with a full stop.
func sentence(format string, args ...any) string {
	return strings.TrimSuffix(fmt.Sprintf(format, args...), ".") + "."
}

// RevisionMismatch says that a thing has changed since the client saw it.
func RevisionMismatch(want, have int) error {
	return fault(jumpgate.Precondition, "RevisionNumberConstraintFailed", "Constrained to %d, but current revision is %d", want, have)
}

// Fault returns any other exception of Neutron; exception is the name of its
// class.
func Fault(kind jumpgate.Kind, exception, format string, args ...any) error {
	return fault(kind, exception, format, args...)
}
