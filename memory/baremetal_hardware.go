package memory

import (
	"context"
	"crypto/subtle"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// Conductors implements baremetal.ConductorLister.
func (m *metal) Conductors(context.Context) ([]*baremetal.Conductor, error) {
	return []*baremetal.Conductor{{Hostname: conductor, Drivers: []string{hardwareType}, Alive: true, Created: m.born, Updated: m.moment()}}, nil
}

// Drivers implements baremetal.DriverLister.
func (m *metal) Drivers(context.Context) ([]*baremetal.Driver, error) {
	fake := func(also ...string) []string { return append([]string{"fake"}, also...) }
	return []*baremetal.Driver{{
		Name: hardwareType, Hosts: []string{conductor},
		Interfaces: map[string][]string{
			"bios": fake("no-bios"), "boot": fake(), "console": fake("no-console"), "deploy": fake(), "inspect": fake("no-inspect"), "management": fake(),
			"network": {"noop"}, "power": fake(), "raid": fake("no-raid"), "rescue": fake("no-rescue"), "storage": {"noop", "fake"}, "vendor": fake("no-vendor"),
		},
		Properties: map[string]string{"B1": "B1 description. Required.", "B2": "B2 description. Required."},
		RAIDProperties: map[string]string{
			"raid_level":               "RAID level for the logical disk. Valid values are 'JBOD', '0', '1', '2', '5', '6', '1+0', '5+0' and '6+0'. Required.",
			"size_gb":                  "Size in GiB (Integer) for the logical disk. Use 'MAX' as size_gb if this logical disk is supposed to use the rest of the space available. Required.",
			"volume_name":              "Name of the volume to be created. If this is not specified, it will be auto-generated. Optional.",
			"is_root_volume":           "Specifies whether this disk is a root volume. By default, this is False. Optional.",
			"share_physical_disks":     "Specifies whether other logical disks can share physical disks with this logical disk. By default, this is False. Optional.",
			"disk_type":                "The type of disk preferred. Valid values are 'hdd' and 'ssd'. If this is not specified, disk type will not be a selection criterion for choosing backing physical disks. Optional.",
			"interface_type":           "The interface type of disk. Valid values are 'sata', 'scsi' and 'sas'. If this is not specified, interface type will not be a selection criterion for choosing backing physical disks. Optional.",
			"number_of_physical_disks": "Number of physical disks to use for this logical disk. By default, the driver uses the minimum number of disks required for that RAID level. Optional.",
			"controller":               "Controller to use for this logical disk. If not specified, the driver will choose a suitable RAID controller on the bare metal node. Optional.",
			"physical_disks":           "The physical disks to use for this logical disk. If not specified, the driver will choose suitable physical disks to use. Optional.",
		},
	}}, nil
}

// DriverVendorMethods implements baremetal.DriverVendorCaller. This hardware
// has none but those of its machines.
func (m *metal) DriverVendorMethods(context.Context, string) ([]baremetal.VendorMethod, error) {
	return nil, nil
}

// CallDriverVendor implements baremetal.DriverVendorCaller.
func (m *metal) CallDriverVendor(_ context.Context, _, method, _ string, _ any) (any, error) {
	return nil, jumpgate.BadRequest.New("No handler for method %s", method)
}

// TakeEvents implements baremetal.EventTaker. Nothing waits for events here.
func (m *metal) TakeEvents(context.Context, []baremetal.NetworkEvent) error { return nil }

// AgentToken implements baremetal.Ramdisk.
func (m *metal) AgentToken(_ context.Context, uuid string) (token string, err error) {
	err = metalNodes{m}.look(uuid, func(r *machine) {
		token = "******"
		if r.agent == "" {
			token = jumpgate.NewUUID()
			r.agent = token
		}
	})
	return token, err
}

// Heartbeat implements baremetal.Ramdisk.
func (m *metal) Heartbeat(_ context.Context, uuid string, h baremetal.Heartbeat) error {
	good := false
	err := metalNodes{m}.look(uuid, func(r *machine) {
		good = r.agent != "" && subtle.ConstantTimeCompare([]byte(r.agent), []byte(h.Token)) == 1
	})
	if err == nil && !good {
		err = jumpgate.BadRequest.New("Invalid or missing agent token received.")
	}
	return err
}
