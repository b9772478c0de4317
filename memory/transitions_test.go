package memory_test

import (
	"cmp"
	"net/http"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/jumpgatetest"
)

// TestTransitions: what is under way is shown until it is done.
func TestTransitions(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{BuildTime: 10 * time.Second, ActionTime: 10 * time.Second})
	o := &operator{T: t, cloud: cloud}
	o.member, _ = signIn(t, cloud, "demo")
	id := o.server()
	shows := func(what, status, vm, task string) {
		t.Helper()
		s := o.call(o.member, "2.95", "GET", "servers/"+id, "", http.StatusOK)["server"].(map[string]any)
		got, _ := s["OS-EXT-STS:task_state"].(string)
		if s["status"] != status || s["OS-EXT-STS:vm_state"] != vm || got != task {
			t.Errorf("%s: %v, %v, %q, want %s, %s, %q", what, s["status"], s["OS-EXT-STS:vm_state"], got, status, vm, task)
		}
	}
	shows("create", "BUILD", "building", "scheduling")
	cloud.Clock.Advance(20 * time.Second)
	shows("create", "ACTIVE", "active", "")
	image := cloud.Images[0].ID
	for _, step := range []struct {
		action             string
		status, vm, task   string // at once
		laterStatus, later string // in the end
		code               int    // default: 202
	}{
		{`{"reboot": {"type": "SOFT"}}`, "REBOOT", "active", "rebooting", "ACTIVE", "active", 0},
		{`{"reboot": {"type": "HARD"}}`, "HARD_REBOOT", "active", "rebooting_hard", "ACTIVE", "active", 0},
		{`{"pause": null}`, "ACTIVE", "active", "pausing", "PAUSED", "paused", 0},
		{`{"unpause": null}`, "PAUSED", "paused", "unpausing", "ACTIVE", "active", 0},
		{`{"suspend": null}`, "ACTIVE", "active", "suspending", "SUSPENDED", "suspended", 0},
		{`{"resume": null}`, "SUSPENDED", "suspended", "resuming", "ACTIVE", "active", 0},
		{`{"rebuild": {"imageRef": "` + image + `"}}`, "REBUILD", "active", "rebuilding", "ACTIVE", "active", 0},
		{`{"os-stop": null}`, "ACTIVE", "active", "powering-off", "SHUTOFF", "stopped", 0},
		{`{"resize": {"flavorRef": "84"}}`, "RESIZE", "stopped", "resize_prep", "VERIFY_RESIZE", "resized", 0},
		{`{"confirmResize": null}`, "VERIFY_RESIZE", "resized", "", "SHUTOFF", "stopped", http.StatusNoContent},
		{`{"resize": {"flavorRef": "42"}}`, "RESIZE", "stopped", "resize_prep", "VERIFY_RESIZE", "resized", 0},
		{`{"revertResize": null}`, "REVERT_RESIZE", "resized", "resize_reverting", "SHUTOFF", "stopped", 0},
		{`{"rebuild": {"imageRef": "` + image + `"}}`, "REBUILD", "stopped", "rebuilding", "SHUTOFF", "stopped", 0},
		{`{"os-start": null}`, "SHUTOFF", "stopped", "powering-on", "ACTIVE", "active", 0},
		{`{"rescue": {}}`, "ACTIVE", "active", "rescuing", "RESCUE", "rescued", http.StatusOK},
		{`{"unrescue": null}`, "RESCUE", "rescued", "unrescuing", "ACTIVE", "active", 0},
		{`{"shelve": null}`, "ACTIVE", "active", "shelving", "SHELVED_OFFLOADED", "shelved_offloaded", 0},
		{`{"unshelve": null}`, "SHELVED_OFFLOADED", "shelved_offloaded", "unshelving", "ACTIVE", "active", 0},
		{`{"createImage": {"name": "i"}}`, "ACTIVE", "active", "image_snapshot", "ACTIVE", "active", 0},
	} {
		o.call(o.member, "2.30", "POST", "servers/"+id+"/action", step.action, cmp.Or(step.code, http.StatusAccepted))
		shows(step.action, step.status, step.vm, step.task)
		cloud.Clock.Advance(20 * time.Second)
		shows(step.action+" in the end", step.laterStatus, step.later, "")
	}
	// A hard reboot cuts a soft one short.
	o.call(o.member, "2.30", "POST", "servers/"+id+"/action", `{"reboot": {"type": "SOFT"}}`, http.StatusAccepted)
	o.call(o.member, "2.30", "POST", "servers/"+id+"/action", `{"reboot": {"type": "SOFT"}}`, http.StatusConflict)
	o.call(o.member, "2.30", "POST", "servers/"+id+"/action", `{"reboot": {"type": "HARD"}}`, http.StatusAccepted)
	shows("hard reboot", "HARD_REBOOT", "active", "rebooting_hard")
}
