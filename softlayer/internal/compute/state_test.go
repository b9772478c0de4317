package compute

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// TestMarkedStates: what markers make of what SoftLayer shows.
func TestMarkedStates(t *testing.T) {
	const small, big = "B1_2X4X25", "B1_2X8X25"
	guestOf := func(preset string, ram int, power string, tags ...string) *actGuest {
		g := new(actGuest)
		g.ProvisionDate, g.PowerState.KeyName = records.Timestamp{Time: time.Unix(1, 0)}, power
		g.MaxCPU, g.MaxMemory = 2, ram
		if preset != "" {
			g.BillingItem = new(presetBill)
			g.BillingItem.OrderItem.Preset.KeyName = preset
		}
		for _, tag := range tags {
			g.TagReferences = append(g.TagReferences, keep.TagReference{Tag: struct {
				Name string `json:"name"`
			}{tag}})
		}
		return g
	}
	upgrading := func(g *actGuest) *actGuest {
		g.Transaction = &records.Transaction{ID: 1, Status: records.Named{Name: "CLOUD_UPGRADE_SETUP"}}
		return g
	}
	for _, c := range []struct {
		name string
		g    *actGuest
		want string
	}{
		{"rescued", guestOf(small, 4096, "RUNNING", "os:rescue"), "RESCUE rescued  1"},
		{"rescued, in another case", guestOf(small, 4096, "RUNNING", "OS:RESCUE"), "RESCUE rescued  1"},
		{"suspended", guestOf(small, 4096, "PAUSED", "os:suspended"), "SUSPENDED suspended  7"},
		{"not suspended any more", guestOf(small, 4096, "RUNNING", "os:suspended"), "ACTIVE active  1"},
		{"waiting for the upgrade", guestOf(small, 4096, "RUNNING", "os:vresize:"+small), "RESIZE active resize_migrating 1"},
		{"upgrading", upgrading(guestOf(small, 4096, "HALTED", "os:vresize:"+small)), "RESIZE active resize_migrating 1"},
		{"upgraded", guestOf(big, 8192, "RUNNING", "os:vresize:"+small), "VERIFY_RESIZE resized  1"},
		{"upgraded, in another case", guestOf(big, 8192, "RUNNING", strings.ToLower("os:vresize:"+small)), "VERIFY_RESIZE resized  1"},
		{"upgraded, the bill is behind", guestOf(small, 8192, "RUNNING", "os:vresize:"+small), "VERIFY_RESIZE resized  1"},
		{"upgraded, no bill to see", guestOf("", 8192, "RUNNING", "os:vresize:"+small), "VERIFY_RESIZE resized  1"},
		{"upgraded, but for memory", guestOf("B1_2X4X100", 4096, "HALTED", "os:vresize:"+small), "VERIFY_RESIZE resized  4"},
		{"waiting for the way back", guestOf(big, 8192, "RUNNING", "os:vrevert:"+small), "REVERT_RESIZE resized resize_reverting 1"},
		{"on the way back", upgrading(guestOf(big, 8192, "RUNNING", "os:vrevert:"+small)), "REVERT_RESIZE resized resize_reverting 1"},
		{"back", guestOf(small, 4096, "RUNNING", "os:vrevert:"+small), "ACTIVE active  1"},
		{"no markers", guestOf(small, 4096, "RUNNING", "os:", "os:vresize", "os:vresize:", "xos:rescue", "os:rescue2"), "ACTIVE active  1"},
	} {
		st := stateOf(c.g)
		if got := fmt.Sprintf("%s %s %s %d", st.status, st.vm, st.task, st.power); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestState(t *testing.T) {
	ready := records.Timestamp{Time: time.Unix(1, 0)}
	in := func(step string, elapsed int) records.Presence {
		return records.Presence{Transaction: &records.Transaction{ID: 7, Elapsed: elapsed, Status: records.Named{Name: step}}}
	}
	power := func(s string) records.KeyName { return records.KeyName{KeyName: s} }
	const weeks = 26 * 24 * 60 * 60
	for _, c := range []struct {
		name             string
		guest            records.GuestState
		status, vm, task string
		power            compute.PowerState
		gone, stuck      bool
	}{
		{"ordered", records.GuestState{PowerState: power("HALTED")}, "BUILD", "building", "scheduling", 0, false, false},
		{"assigned", records.GuestState{PowerState: power("HALTED"), Presence: in("ASSIGN_HOST", 9)}, "BUILD", "building", "scheduling", 0, false, false},
		{"cloned", records.GuestState{Presence: in("CLONE_CLOUD_TEMPLATE", 9)}, "BUILD", "building", "block_device_mapping", 0, false, false},
		{"attached", records.GuestState{Presence: in("ATTACH_PRIMARY_DISK", 9)}, "BUILD", "building", "block_device_mapping", 0, false, false},
		{"set up", records.GuestState{Presence: in("CLOUD_PROVISION_SETUP", 9)}, "BUILD", "building", "networking", 0, false, false},
		{"configured", records.GuestState{Presence: in("CLOUD_CONFIGURE_METADATA_DISK", 9)}, "BUILD", "building", "networking", 0, false, false},
		{"powered", records.GuestState{PowerState: power("RUNNING"), Presence: in("POWER_ON", 9)}, "BUILD", "building", "spawning", 0, false, false},
		{"a new step", records.GuestState{Presence: in("CLOUD_SOMETHING", 9)}, "BUILD", "building", "spawning", 0, false, false},
		{"lingering", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING"), Presence: in("SERVICE_SETUP", 9)}, "BUILD", "building", "spawning", 0, false, false},
		{"stuck", records.GuestState{PowerState: power("RUNNING"), Presence: in("ASSIGN_HOST", weeks)}, "ERROR", "error", "", 0, false, true},
		{"stuck late", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING"), Presence: in("POWER_ON", weeks)}, "ERROR", "error", "", 0, false, true},
		{"running", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING")}, "ACTIVE", "active", "", 1, false, false},
		{"halted", records.GuestState{ProvisionDate: ready, PowerState: power("HALTED")}, "SHUTOFF", "stopped", "", 4, false, false},
		{"paused", records.GuestState{ProvisionDate: ready, PowerState: power("PAUSED")}, "PAUSED", "paused", "", 3, false, false},
		{"suspended", records.GuestState{ProvisionDate: ready, PowerState: power("SUSPENDED")}, "PAUSED", "paused", "", 3, false, false},
		{"unknown", records.GuestState{ProvisionDate: ready}, "UNKNOWN", "active", "", 0, false, false},
		{"reloading", records.GuestState{ProvisionDate: ready, PowerState: power("HALTED"), Presence: in("POWER_ON", 9), Reload: &records.Numbered{ID: 7}}, "REBUILD", "active", "rebuilding", 1, false, false},
		{"reloading for long", records.GuestState{ProvisionDate: ready, Presence: in("OS_RELOAD", weeks), Reload: &records.Numbered{ID: 7}}, "REBUILD", "active", "rebuilding", 1, false, false},
		{"once reloaded", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING"), Reload: &records.Numbered{ID: 6}}, "ACTIVE", "active", "", 1, false, false},
		{"upgraded", records.GuestState{ProvisionDate: ready, PowerState: power("HALTED"), Presence: in("CLOUD_UPGRADE_SETUP", 9)}, "RESIZE", "active", "resize_migrating", 1, false, false},
		{"rescued", records.GuestState{ProvisionDate: ready, Presence: in("RESCUE_BOOT", 9)}, "ACTIVE", "active", "rescuing", 1, false, false},
		{"captured", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING"), Presence: in("CLOUD_CAPTURE_IMAGE", weeks)}, "ACTIVE", "active", "image_uploading", 1, false, false},
		{"captured while halted", records.GuestState{ProvisionDate: ready, PowerState: power("HALTED"), Presence: in("CLOUD_CAPTURE_IMAGE", 9)}, "SHUTOFF", "stopped", "image_uploading", 4, false, false},
		{"busy otherwise", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING"), Presence: in("CLOUD_MIGRATE", 9)}, "ACTIVE", "active", "", 1, false, false},
		{"deleted", records.GuestState{ProvisionDate: ready, PowerState: power("RUNNING"), Presence: in("RECLAIM_WAIT", weeks)}, "DELETED", "deleted", "", 0, true, false},
		{"torn down", records.GuestState{Presence: in("CLOUD_ISO_BOOT_TEAR_DOWN", 9)}, "DELETED", "deleted", "", 0, true, false},
		{"reclaimed", records.GuestState{Presence: in("CLOUD_INSTANCE_NETWORK_RECLAIM", 9)}, "DELETED", "deleted", "", 0, true, false},
	} {
		want := state{status: c.status, vm: c.vm, task: c.task, power: c.power, gone: c.gone, stuck: c.stuck}
		if got := stateOf(bare{&c.guest}); got != want {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
	}
}
