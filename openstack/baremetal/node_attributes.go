package baremetal

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// nodeAttributes are a node's, in the order in which Ironic shows them.
func nodeAttributes() []attribute[Node] {
	type n = Node
	return recorded([]attribute[n]{
		{Name: "automated_clean", Since: 47, At: func(t *n) any { return &t.AutomatedClean }, Does: post | put},
		{Name: "bios_interface", Since: 40, At: func(t *n) any { return &t.Interfaces.BIOS }, Does: post | put},
		{Name: "boot_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Boot }, Does: post | put},
		{Name: "boot_mode", Since: 75, At: func(t *n) any { return (*string)(&t.BootMode) }},
		{Name: "clean_step", Since: 7, At: func(t *n) any { return &t.CleanStep }},
		{Name: "conductor_group", Since: 46, At: func(t *n) any { return &t.ConductorGroup }, Does: post | put | blank},
		{Name: "console_enabled", At: func(t *n) any { return &t.ConsoleEnabled }, Does: post},
		{Name: "console_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Console }, Does: post | put},
		{Name: "deploy_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Deploy }, Does: post | put},
		{Name: "deploy_step", Since: 44, At: func(t *n) any { return &t.DeployStep }},
		{Name: "description", Since: 51, At: func(t *n) any { return &t.Description }, Does: post | put, Schema: &schema.Schema{MaxLength: 4096}},
		{Name: "driver", At: func(t *n) any { return &t.Driver }, Does: post | put | required},
		{Name: "driver_info", At: func(t *n) any { return &t.DriverInfo }, Does: post | put},
		{Name: "driver_internal_info", Since: 3, At: func(t *n) any { return &t.DriverInternalInfo }},
		{Name: "extra", At: func(t *n) any { return &t.Extra }, Does: post | put},
		{Name: "fault", Since: 42, At: func(t *n) any { return &t.Fault }},
		{Name: "inspection_finished_at", Since: 6, At: func(t *n) any { return &t.InspectionFinished }},
		{Name: "inspection_started_at", Since: 6, At: func(t *n) any { return &t.InspectionStarted }},
		{Name: "inspect_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Inspect }, Does: post | put},
		{Name: "instance_info", At: func(t *n) any { return &t.InstanceInfo }, Does: post | put},
		{Name: "instance_uuid", At: func(t *n) any { return &t.InstanceUUID }, Does: post | put | brief, Check: aUUID},
		{Name: "last_error", At: func(t *n) any { return &t.LastError }},
		{Name: "lessee", Since: 65, At: func(t *n) any { return &t.Lessee }, Does: post | put},
		{Name: "maintenance", At: func(t *n) any { return &t.Maintenance }, Does: post | put | brief},
		{Name: "maintenance_reason", At: func(t *n) any { return &t.MaintenanceReason }},
		{Name: "management_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Management }, Does: post | put},
		{Name: "name", Since: 5, At: func(t *n) any { return &t.Name }, Does: post | put | brief},
		{Name: "network_data", Since: 66, At: func(t *n) any { return &t.NetworkData }, Does: post | put},
		{Name: "network_interface", Since: 20, At: func(t *n) any { return &t.Interfaces.Network }, Does: post | put},
		{Name: "owner", Since: 50, At: func(t *n) any { return &t.Owner }, Does: post | put},
		{Name: "power_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Power }, Does: post | put},
		{Name: "power_state", At: func(t *n) any { return (*string)(&t.Power) }, Does: brief},
		{Name: "properties", At: func(t *n) any { return &t.Properties }, Does: post | put},
		{Name: "protected", Since: 48, At: func(t *n) any { return &t.Protected }, Does: put},
		{Name: "protected_reason", Since: 48, At: func(t *n) any { return &t.ProtectedReason }, Does: put},
		{Name: "provision_state", At: func(t *n) any { return (*string)(&t.State) }, Does: brief},
		{Name: "provision_updated_at", At: func(t *n) any { return &t.ProvisionUpdated }},
		{Name: "raid_config", Since: 12, At: func(t *n) any { return &t.RAID }},
		{Name: "raid_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.RAID }, Does: post | put},
		{Name: "rescue_interface", Since: 38, At: func(t *n) any { return &t.Interfaces.Rescue }, Does: post | put},
		{Name: "reservation", At: func(t *n) any { return &t.Reservation }},
		{Name: "resource_class", Since: 21, At: func(t *n) any { return &t.ResourceClass }, Does: post | put, Schema: &schema.Schema{MaxLength: 80}},
		{Name: "retired", Since: 61, At: func(t *n) any { return &t.Retired }, Does: post | put},
		{Name: "retired_reason", Since: 61, At: func(t *n) any { return &t.RetiredReason }, Does: post | put},
		{Name: "secure_boot", Since: 75, At: func(t *n) any { return &t.SecureBoot }},
		{Name: "shard", Since: 82, At: func(t *n) any { return &t.Shard }, Does: post | put},
		{Name: "storage_interface", Since: 33, At: func(t *n) any { return &t.Interfaces.Storage }, Does: post | put},
		{Name: "target_power_state", At: func(t *n) any { return (*string)(&t.TargetPower) }},
		{Name: "target_provision_state", At: func(t *n) any { return (*string)(&t.TargetState) }},
		{Name: "target_raid_config", Since: 12, At: func(t *n) any { return &t.TargetRAID }},
		{Name: "traits", Since: 37, At: func(t *n) any { return &t.Traits }},
		{Name: "vendor_interface", Since: 31, At: func(t *n) any { return &t.Interfaces.Vendor }, Does: post | put},
		itself[n]("nodes"),
		{Name: "conductor", Since: 49, At: func(t *n) any { return &t.Conductor }, Does: unlistable | unsortable},
		{Name: "allocation_uuid", Since: 52, At: func(t *n) any { return &t.AllocationUUID }, Does: unlistable | unsortable},
		{Name: "chassis_uuid", At: func(t *n) any { return &t.ChassisUUID }, Does: post | put | unlistable | unsortable, Check: aUUID},
	})
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
