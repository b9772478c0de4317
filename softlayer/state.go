package softlayer

import (
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// state is a server's state in Nova's terms.
type state struct {
	status, vm, task string
	power            compute.PowerState
	gone             bool // deleted, though SoftLayer still shows it
	stuck            bool
}

// stuckAfter is how long a step of a transaction may take. Provisioning takes
// minutes; steps that hung for weeks have been seen in real accounts.
const stuckAfter = 4 * time.Hour

// state derives the state from what SoftLayer shows. The order of the cases
// matters: while a server is being made its power state says HALTED, and one
// that is ready stays busy for a while with the end of its provisioning, in
// which SoftLayer refuses everything.
func (g *guest) state() state {
	step := ""
	if g.Transaction != nil {
		step = g.Transaction.Status.Name
	}
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(step, p) {
				return true
			}
		}
		return false
	}
	provisioned := !g.ProvisionDate.IsZero()
	stuck := g.Transaction != nil && time.Duration(g.Transaction.Elapsed)*time.Second > stuckAfter
	switch {
	case has("RECLAIM", "TEAR_DOWN"):
		return state{status: "DELETED", vm: "deleted", gone: true}
	case stuck:
		return state{status: "ERROR", vm: "error", stuck: true}
	case !provisioned:
		return state{status: "BUILD", vm: "building", task: buildTask(step)}
	case g.Transaction != nil && g.Reload != nil && g.Transaction.ID == g.Reload.ID:
		return state{status: "REBUILD", vm: "active", task: "rebuilding", power: compute.PowerRunning}
	case has("UPGRADE"):
		return state{status: "RESIZE", vm: "active", task: "resize_migrating", power: compute.PowerRunning}
	case has("RESCUE"):
		return state{status: "ACTIVE", vm: "active", task: "rescuing", power: compute.PowerRunning}
	case buildTask(step) != "" || step == "COMPLETE":
		return state{status: "BUILD", vm: "building", task: "spawning"}
	}
	switch g.PowerState.KeyName {
	case "PAUSED", "SUSPENDED":
		return state{status: "PAUSED", vm: "paused", power: compute.PowerPaused}
	case "HALTED":
		return state{status: "SHUTOFF", vm: "stopped", power: compute.PowerShutdown}
	case "RUNNING":
		s := state{status: "ACTIVE", vm: "active", power: compute.PowerRunning}
		if has("CAPTURE", "IMAGE") {
			s.task = "image_uploading"
		}
		return s
	}
	return state{status: "UNKNOWN", vm: "active"}
}

// buildTask names the task of a provisioning step; "" if step is none.
func buildTask(step string) string {
	for _, s := range [...]struct{ part, task string }{
		{"ASSIGN_HOST", "scheduling"},
		{"CLONE", "block_device_mapping"},
		{"ATTACH_PRIMARY_DISK", "block_device_mapping"},
		{"PROVISION_SETUP", "networking"},
		{"CONFIGURE_METADATA", "networking"},
		{"POWER_ON", "spawning"},
		{"INSTALL_COMPLETE", "spawning"},
		{"SERVICE_SETUP", "spawning"},
	} {
		if strings.Contains(step, s.part) {
			return s.task
		}
	}
	return ""
}
