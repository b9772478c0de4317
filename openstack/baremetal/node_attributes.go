package baremetal

import (
	"time"

	"github.com/softlayer/jumpgate"
)

// nodeAttributes are a node's, in the order in which Ironic shows them.
func nodeAttributes() []attribute[Node] {
	type n = Node
	attrs := []attribute[n]{ofText("uuid", 0, post|brief, func(t *n) *string { return &t.UUID }).with(func(a *attribute[n]) { a.check = aUUID })}
	attrs = append(attrs, times(func(t *n) *Record { return &t.Record })...)
	attrs = append(attrs,
		ofMaybe("automated_clean", 47, post|put, func(t *n) **bool { return &t.AutomatedClean }),
		ofText("bios_interface", 40, post|put, func(t *n) *string { return &t.Interfaces.BIOS }),
		ofText("boot_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Boot }),
		ofText("boot_mode", 75, 0, func(t *n) *string { return (*string)(&t.BootMode) }),
		ofDict("clean_step", 7, 0, func(t *n) *map[string]any { return &t.CleanStep }),
		blank(ofText("conductor_group", 46, post|put, func(t *n) *string { return &t.ConductorGroup })),
		ofFlag("console_enabled", 0, post, func(t *n) *bool { return &t.ConsoleEnabled }),
		ofText("console_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Console }),
		ofText("deploy_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Deploy }),
		ofDict("deploy_step", 44, 0, func(t *n) *map[string]any { return &t.DeployStep }),
		ofText("description", 51, post|put, func(t *n) *string { return &t.Description }).with(func(a *attribute[n]) { a.max = 4096 }),
		ofText("driver", 0, post|put|required, func(t *n) *string { return &t.Driver }),
		ofDict("driver_info", 0, post|put, func(t *n) *map[string]any { return &t.DriverInfo }),
		ofDict("driver_internal_info", 3, 0, func(t *n) *map[string]any { return &t.DriverInternalInfo }),
		ofDict("extra", 0, post|put, func(t *n) *map[string]any { return &t.Extra }),
		ofText("fault", 42, 0, func(t *n) *string { return &t.Fault }),
		ofMoment("inspection_finished_at", 6, 0, func(t *n) *time.Time { return &t.InspectionFinished }),
		ofMoment("inspection_started_at", 6, 0, func(t *n) *time.Time { return &t.InspectionStarted }),
		ofText("inspect_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Inspect }),
		ofDict("instance_info", 0, post|put, func(t *n) *map[string]any { return &t.InstanceInfo }),
		ofText("instance_uuid", 0, post|put|brief, func(t *n) *string { return &t.InstanceUUID }).with(func(a *attribute[n]) { a.check = aUUID }),
		ofText("last_error", 0, 0, func(t *n) *string { return &t.LastError }),
		ofText("lessee", 65, post|put, func(t *n) *string { return &t.Lessee }),
		ofFlag("maintenance", 0, post|put|brief, func(t *n) *bool { return &t.Maintenance }),
		ofText("maintenance_reason", 0, 0, func(t *n) *string { return &t.MaintenanceReason }),
		ofText("management_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Management }),
		ofText("name", 5, post|put|brief, func(t *n) *string { return &t.Name }),
		ofDict("network_data", 66, post|put, func(t *n) *map[string]any { return &t.NetworkData }),
		ofText("network_interface", 20, post|put, func(t *n) *string { return &t.Interfaces.Network }),
		ofText("owner", 50, post|put, func(t *n) *string { return &t.Owner }),
		ofText("power_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Power }),
		ofText("power_state", 0, brief, func(t *n) *string { return (*string)(&t.Power) }),
		ofDict("properties", 0, post|put, func(t *n) *map[string]any { return &t.Properties }),
		ofFlag("protected", 48, put, func(t *n) *bool { return &t.Protected }),
		ofText("protected_reason", 48, put, func(t *n) *string { return &t.ProtectedReason }),
		ofText("provision_state", 0, brief, func(t *n) *string { return (*string)(&t.State) }),
		ofMoment("provision_updated_at", 0, 0, func(t *n) *time.Time { return &t.ProvisionUpdated }),
		ofDict("raid_config", 12, 0, func(t *n) *map[string]any { return &t.RAID }),
		ofText("raid_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.RAID }),
		ofText("rescue_interface", 38, post|put, func(t *n) *string { return &t.Interfaces.Rescue }),
		ofText("reservation", 0, 0, func(t *n) *string { return &t.Reservation }),
		ofText("resource_class", 21, post|put, func(t *n) *string { return &t.ResourceClass }).with(func(a *attribute[n]) { a.max = 80 }),
		ofFlag("retired", 61, post|put, func(t *n) *bool { return &t.Retired }),
		ofText("retired_reason", 61, post|put, func(t *n) *string { return &t.RetiredReason }),
		ofMaybe("secure_boot", 75, 0, func(t *n) **bool { return &t.SecureBoot }),
		ofText("shard", 82, post|put, func(t *n) *string { return &t.Shard }),
		ofText("storage_interface", 33, post|put, func(t *n) *string { return &t.Interfaces.Storage }),
		ofText("target_power_state", 0, 0, func(t *n) *string { return (*string)(&t.TargetPower) }),
		ofText("target_provision_state", 0, 0, func(t *n) *string { return (*string)(&t.TargetState) }),
		ofDict("target_raid_config", 12, 0, func(t *n) *map[string]any { return &t.TargetRAID }),
		ofTexts("traits", 37, 0, func(t *n) *[]string { return &t.Traits }),
		ofText("vendor_interface", 31, post|put, func(t *n) *string { return &t.Interfaces.Vendor }),
		itself("nodes", func(t *n) *Record { return &t.Record }),
		ofText("conductor", 49, unlistable|unsortable, func(t *n) *string { return &t.Conductor }),
		ofText("allocation_uuid", 52, unlistable|unsortable, func(t *n) *string { return &t.AllocationUUID }),
		ofText("chassis_uuid", 0, post|put|unlistable|unsortable, func(t *n) *string { return &t.ChassisUUID }).with(func(a *attribute[n]) { a.check = aUUID }),
	)
	return attrs
}

// blank is text that is shown as it is where it is empty.
func blank[T any](a attribute[T]) attribute[T] {
	get := a.get
	a.get = func(t *T) any {
		if v := get(t); v != nil {
			return v
		}
		return ""
	}
	return a
}

// nodeLinks are the links of a whole node to what belongs to it.
func nodeLinks(c *call, n *Node) jumpgate.Object {
	var o jumpgate.Object
	for _, sub := range []struct {
		name  string
		since int
	}{{"ports", 0}, {"states", 14}, {"portgroups", 24}, {"volume", 32}} {
		if c.minor >= sub.since {
			o = append(o, jumpgate.Member{Name: sub.name, Value: c.links("nodes/" + n.UUID + "/" + sub.name)})
		}
	}
	return o
}
