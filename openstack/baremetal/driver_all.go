package baremetal

import (
	"reflect"

	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// driverInterfaces are all interfaces that Register looks for.
var driverInterfaces = []reflect.Type{
	rest.Interface[PortDriver](),
	rest.Interface[PortgroupDriver](),
	rest.Interface[ChassisDriver](),
	rest.Interface[VolumeConnectorDriver](),
	rest.Interface[VolumeTargetDriver](),
	rest.Interface[AllocationDriver](),
	rest.Interface[DeployTemplateDriver](),
	rest.Interface[ConductorLister](),
	rest.Interface[DriverLister](),
	rest.Interface[DriverVendorCaller](),
	rest.Interface[EventTaker](),
	rest.Interface[NodeDriver](),
	rest.Interface[Ramdisk](),
}

// listInterfaces are those that it looks for in the lists that a driver has,
// besides those that listsOf adds.
var listInterfaces = []reflect.Type{
	rest.Interface[PowerSetter](),
	rest.Interface[Provisioner](),
	rest.Interface[BootModeSetter](),
	rest.Interface[ConsoleKeeper](),
	rest.Interface[BootDeviceKeeper](),
	rest.Interface[Interrupter](),
	rest.Interface[IndicatorKeeper](),
	rest.Interface[Validator](),
	rest.Interface[VIFKeeper](),
	rest.Interface[BIOSReader](),
	rest.Interface[Historian](),
	rest.Interface[Inventorier](),
	rest.Interface[VendorCaller](),
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
