package network

import (
	"reflect"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// driverInterfaces are all interfaces that Register looks for.
var driverInterfaces = []reflect.Type{
	rest.Interface[NetworkDriver](),
	rest.Interface[SubnetDriver](),
	rest.Interface[PortDriver](),
	rest.Interface[RouterDriver](),
	rest.Interface[FloatingIPDriver](),
	rest.Interface[SecurityGroupDriver](),
	rest.Interface[SecurityGroupRuleDriver](),
	rest.Interface[DefaultRuleDriver](),
	rest.Interface[AddressGroupDriver](),
	rest.Interface[AddressScopeDriver](),
	rest.Interface[SubnetPoolDriver](),
	rest.Interface[RBACDriver](),
	rest.Interface[TrunkDriver](),
	rest.Interface[QoSDriver](),
	rest.Interface[SegmentDriver](),
	rest.Interface[MeteringDriver](),
	rest.Interface[LogDriver](),
	rest.Interface[AgentDriver](),
	rest.Interface[ZoneDriver](),
	rest.Interface[ServiceProviderDriver](),
	rest.Interface[AvailabilityDriver](),
	rest.Interface[QuotaDriver](),
	rest.Interface[QuotaSetter](),
	rest.Interface[TopologyDriver](),
}

// listInterfaces are those that it looks for in the lists that a driver has,
// besides those that listsOf adds.
var listInterfaces = []reflect.Type{
	rest.Interface[RouterInterfaces](),
	rest.Interface[RouterRoutes](),
	rest.Interface[PortForwardingDriver](),
	rest.Interface[PortBindingDriver](),
	rest.Interface[TrunkSubPorts](),
	rest.Interface[SubnetPoolOnboarder](),
	rest.Interface[AgentScheduler](),
}

// listsOf returns all interfaces that a list of T may have.
func listsOf[T any]() []reflect.Type {
	return append([]reflect.Type{
		rest.Interface[Lister[T]](),
		rest.Interface[Getter[T]](),
		rest.Interface[Creator[T]](),
		rest.Interface[Updater[T]](),
		rest.Interface[Deleter](),
	}, listInterfaces...)
}
