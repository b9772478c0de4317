package baremetal

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// What SoftLayer does not let its customers do to their hardware is answered
// as Ironic does for a driver that lacks the interface.

func unable(what string) error { return baremetal.Unsupported(hardwareType, what) }

// Delete implements baremetal.Deleter. A server that is there is in use: it is
// undeployed, and its node goes with it.
func (nodes) Delete(context.Context, string) error {
	return jumpgate.Conflict.New("Nodes of this cloud can't be forgotten: to undeploy one cancels the server, and the node goes with it.")
}

// SetBootMode implements baremetal.BootModeSetter.
func (nodes) SetBootMode(context.Context, string, baremetal.BootMode) error {
	return unable("set_boot_mode")
}

// SetSecureBoot implements baremetal.BootModeSetter.
func (nodes) SetSecureBoot(context.Context, string, bool) error {
	return unable("set_secure_boot_state")
}

// BootDevice implements baremetal.BootDeviceKeeper.
func (nodes) BootDevice(context.Context, string) (baremetal.BootDevice, error) {
	return baremetal.BootDevice{}, unable("get_boot_device")
}

// SupportedBootDevices implements baremetal.BootDeviceKeeper.
func (nodes) SupportedBootDevices(context.Context, string) ([]string, error) {
	return nil, unable("get_supported_boot_devices")
}

// SetBootDevice implements baremetal.BootDeviceKeeper.
func (nodes) SetBootDevice(context.Context, string, baremetal.BootDevice) error {
	return unable("set_boot_device")
}

// InjectNMI implements baremetal.Interrupter.
func (nodes) InjectNMI(context.Context, string) error { return unable("inject_nmi") }

// Indicators implements baremetal.IndicatorKeeper.
func (nodes) Indicators(context.Context, string) ([]baremetal.Indicator, error) {
	return nil, unable("get_supported_indicators")
}

// IndicatorState implements baremetal.IndicatorKeeper.
func (nodes) IndicatorState(context.Context, string, string, string) (string, error) {
	return "", unable("get_indicator_state")
}

// SetIndicatorState implements baremetal.IndicatorKeeper.
func (nodes) SetIndicatorState(context.Context, string, string, string, string) error {
	return unable("set_indicator_state")
}

// VIFs implements baremetal.VIFKeeper. A server is on the VLANs that it was
// ordered for.
func (nodes) VIFs(context.Context, string) ([]string, error) { return nil, nil }

// AttachVIF implements baremetal.VIFKeeper.
func (nodes) AttachVIF(context.Context, string, baremetal.VIF) error { return unable("vif_attach") }

// DetachVIF implements baremetal.VIFKeeper.
func (nodes) DetachVIF(_ context.Context, uuid, vif string) error {
	return baremetal.VIFNotAttached(vif, uuid)
}

// BIOSSettings implements baremetal.BIOSReader: SoftLayer tells none.
func (nodes) BIOSSettings(context.Context, string) ([]*baremetal.BIOSSetting, error) {
	return nil, nil
}

// VendorMethods implements baremetal.VendorCaller: there are none.
func (nodes) VendorMethods(context.Context, string) ([]baremetal.VendorMethod, error) {
	return nil, nil
}

// CallVendor implements baremetal.VendorCaller.
func (nodes) CallVendor(context.Context, string, string, string, any) (any, error) {
	return nil, unable("vendor_passthru")
}

// DriverVendorMethods implements baremetal.DriverVendorCaller: there are none.
func (*Hardware) DriverVendorMethods(context.Context, string) ([]baremetal.VendorMethod, error) {
	return nil, nil
}

// CallDriverVendor implements baremetal.DriverVendorCaller.
func (*Hardware) CallDriverVendor(context.Context, string, string, string, any) (any, error) {
	return nil, unable("vendor_passthru")
}

// TakeEvents implements baremetal.EventTaker. They are about connections that
// nodes here do not have.
func (*Hardware) TakeEvents(context.Context, []baremetal.NetworkEvent) error { return nil }
