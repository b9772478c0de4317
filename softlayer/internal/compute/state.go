package compute

import (
	"cmp"
	"strings"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// state is a server's state in Nova's terms.
type state struct {
	status, vm, task string
	power            compute.PowerState
	gone             bool // deleted, though SoftLayer still shows it
	stuck            bool
	incomplete       bool // without a volume that was ordered along with it
}

// stuckAfter is how long a step of provisioning may take. It takes minutes;
// steps that hung for weeks have been seen in real accounts.
const stuckAfter = 4 * time.Hour

// buildTasks are the steps of provisioning and Nova's tasks for them.
var buildTasks = map[string]string{
	"":                              "scheduling", // not begun
	"ASSIGN_HOST":                   "scheduling",
	"CLONE_CLOUD_TEMPLATE":          "block_device_mapping",
	"ATTACH_PRIMARY_DISK":           "block_device_mapping",
	"CLOUD_PROVISION_SETUP":         "networking",
	"CLOUD_CONFIGURE_METADATA_DISK": "networking",
	"POWER_ON":                      "spawning",
	"INSTALL_COMPLETE":              "spawning",
	"SERVICE_SETUP":                 "spawning",
	"COMPLETE":                      "spawning",
}

// stateOf is the state of g. A guest that is to be deleted shows what Nova
// shows of any task that it does not name in the status.
func stateOf(g guest) state {
	s := stateBefore(g)
	if m := keep.MarkersOf(g.Tags()); m.Deleting && !s.gone {
		s.task = "deleting"
		s.status = cmp.Or(map[string]string{
			"building": "BUILD", "active": "ACTIVE", "stopped": "SHUTOFF", "paused": "PAUSED", "suspended": "SUSPENDED",
			vmShelved: "SHELVED", vmOffloaded: "SHELVED_OFFLOADED",
			"rescued": "RESCUE", "resized": "VERIFY_RESIZE", "error": "ERROR",
		}[s.vm], s.status)
	}
	return s
}

// stateBefore derives the state from what SoftLayer shows. The order of the cases
// matters: while a server is being made its power state says HALTED, and one
// that is ready stays busy for a while with the end of its provisioning, in
// which SoftLayer refuses everything.
func stateBefore(of guest) state {
	g := of.State()
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
	if g.Gone() {
		return state{status: "DELETED", vm: "deleted", gone: true}
	}
	provisioned := !g.ProvisionDate.IsZero()
	if provisioned && g.Transaction != nil && g.Reload != nil && g.Transaction.ID == g.Reload.ID {
		return state{status: "REBUILD", vm: "active", task: "rebuilding", power: compute.PowerRunning}
	}
	task, known := buildTasks[step]
	if !provisioned || known && step != "" {
		if g.Transaction != nil && time.Duration(g.Transaction.Elapsed)*time.Second > stuckAfter {
			return state{status: "ERROR", vm: "error", stuck: true}
		}
		if !known { // a step that nobody has told us of
			task = "spawning"
		}
		return state{status: "BUILD", vm: "building", task: task}
	}
	m := keep.MarkersOf(of.Tags())
	switch {
	case keep.SomeRefused(m.Volumes):
		return state{status: "ERROR", vm: "error", incomplete: true}
	case m.Volumes != "" || unmarked(of): // as Nova attaches them before a server is up
		return state{status: "BUILD", vm: "building", task: "block_device_mapping"}
	case has("UPGRADE") && m.Revert != "":
		return state{status: "REVERT_RESIZE", vm: "resized", task: "resize_reverting", power: compute.PowerRunning}
	case has("UPGRADE"):
		return state{status: "RESIZE", vm: "active", task: "resize_migrating", power: compute.PowerRunning}
	case has("RESCUE"):
		return state{status: "ACTIVE", vm: "active", task: "rescuing", power: compute.PowerRunning}
	}
	if m.Shelved {
		return shelvedState(g, m)
	}
	s := state{status: "UNKNOWN", vm: "active"}
	switch power := g.PowerState.KeyName; {
	case power == "RUNNING" && !m.Off:
		s = state{status: "ACTIVE", vm: "active", power: compute.PowerRunning}
	case power == "HALTED" || power == "RUNNING": // which it won't be for long
		s = state{status: "SHUTOFF", vm: "stopped", power: compute.PowerShutdown}
	case power == "PAUSED" || power == "SUSPENDED":
		s = state{status: "PAUSED", vm: "paused", power: compute.PowerPaused}
	}
	s = marked(of, s, m)
	if has("CAPTURE", "IMAGE") {
		s.task = "image_uploading"
	}
	return s
}

// marked is s with what SoftLayer does not know. Between an order for an
// upgrade and its first step SoftLayer shows nothing, for minutes at times.
func marked(g guest, s state, m keep.Markers) state {
	switch {
	case m.Rescue:
		return state{status: "RESCUE", vm: "rescued", power: s.power}
	case m.Resize != "" && hasSize(g, m.Resize):
		return state{status: "RESIZE", vm: "active", task: "resize_migrating", power: s.power}
	case m.Resize != "":
		return state{status: "VERIFY_RESIZE", vm: "resized", power: s.power}
	case m.Revert != "" && !hasSize(g, m.Revert):
		return state{status: "REVERT_RESIZE", vm: "resized", task: "resize_reverting", power: s.power}
	case m.Suspended && s.vm == "paused":
		return state{status: "SUSPENDED", vm: "suspended", power: compute.PowerSuspended}
	}
	return s
}
