package softlayer

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// novaStates are what tempest's schemas and Nova allow.
var novaStates = map[string][]string{
	"status":     {"ACTIVE", "BUILD", "ERROR", "PAUSED", "REBUILD", "RESIZE", "SHUTOFF", "UNKNOWN"},
	"vm_state":   {"active", "building", "paused", "stopped", "error"},
	"task_state": {"", "scheduling", "block_device_mapping", "networking", "spawning", "rebuilding", "resize_migrating", "rescuing", "image_uploading"},
}

type shown struct {
	Server struct {
		Status    string
		VMState   string `json:"OS-EXT-STS:vm_state"`
		TaskState string `json:"OS-EXT-STS:task_state"`
		Power     int    `json:"OS-EXT-STS:power_state"`
		Launched  string `json:"OS-SRV-USG:launched_at"`
		Addresses map[string]any
		Fault     *struct {
			Code    int
			Message string
		}
	}
}

// TestProvisioning looks at a server at each step of its making, from both
// kinds of images.
func TestProvisioning(t *testing.T) {
	w := newWorld(t, setup{})
	ids := w.seedImage()
	for image, want := range map[string][]string{
		core.SystemID(osCode): {"scheduling", "block_device_mapping", "networking", "networking", "spawning", "spawning", "spawning", ""},
		ids:                   {"scheduling", "block_device_mapping", "block_device_mapping", "networking", "networking", "spawning", "spawning", "spawning", ""},
	} {
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"imageRef": image}))
		var created struct{ Server struct{ ID string } }
		w.into(a, &created)
		path := "/compute/v2.1/servers/" + created.Server.ID
		var tasks []string
		for range want {
			var s shown
			w.into(w.raw(simulator.DemoUser, "GET", path, ""), &s)
			tasks = append(tasks, s.Server.TaskState)
			for name, value := range map[string]string{"status": s.Server.Status, "vm_state": s.Server.VMState, "task_state": s.Server.TaskState} {
				if !slices.Contains(novaStates[name], value) {
					t.Errorf("%s %s", name, value)
				}
			}
			if !slices.Contains([]int{0, 1, 3, 4, 6, 7}, s.Server.Power) {
				t.Errorf("power_state %d", s.Server.Power)
			}
			building := s.Server.TaskState != ""
			if building != (s.Server.Status == "BUILD") || building != (len(s.Server.Addresses) == 0) || building != (s.Server.Power == 0) {
				t.Errorf("%+v", s.Server)
			}
			if building { // SoftLayer refuses; so does Nova in some states, in these words
				for body, doing := range map[string]string{`{"os-stop":null}`: "stop", `{"reboot":{"type":"HARD"}}`: "reboot"} {
					a := w.raw(simulator.DemoUser, "POST", path+"/action", body)
					if _, message := a.fault(); a.status != http.StatusConflict || message != "Cannot '"+doing+"' instance "+created.Server.ID+" while it is in vm_state building" {
						t.Errorf("%s: %d %v %s", doing, a.status, a.header, a.body)
					}
				}
				if a := w.raw(simulator.DemoUser, "PUT", path, `{"server":{"name":"new name"}}`); a.status != http.StatusConflict {
					t.Errorf("rename: %d %s", a.status, a.body)
				}
			}
			w.clock.Advance(step)
		}
		if !slices.Equal(tasks, want) {
			t.Errorf("%s: %q, want %q", image, tasks, want)
		}
	}
}

func (w *world) seedImage() string {
	var images struct{ Images []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/image/v2/images?visibility=private", ""), &images)
	return images.Images[0].ID
}

// TestDeletion: a deleted server is gone at once, though SoftLayer keeps it
// for hours.
func TestDeletion(t *testing.T) {
	w := newWorld(t, setup{sim: simulator.Options{ReclaimWait: 9 * time.Hour}})
	id := w.boot(simulator.DemoUser, "web")
	path := "/compute/v2.1/servers/" + id
	if a := w.raw(simulator.DemoUser, "DELETE", path, ""); a.status != http.StatusNoContent {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for range 3 { // reclaimed, torn down, really gone
		for _, r := range []struct{ method, path, body string }{
			{"GET", path, ""}, {"DELETE", path, ""}, {"POST", path + "/action", `{"reboot":{"type":"HARD"}}`}, {"PUT", path, `{"server":{"name":"x"}}`},
		} {
			if a := w.raw(simulator.DemoUser, r.method, r.path, r.body); a.status != http.StatusNotFound {
				t.Errorf("%s %s: %d %s", r.method, r.path, a.status, a.body)
			}
		}
		if ids := w.follow(10, nil); len(ids) != 0 {
			t.Errorf("still in the list: %v", ids)
		}
		if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/limits", ""); !strings.Contains(a.body, `"totalInstancesUsed": 0`) {
			t.Error(a.body)
		}
		w.clock.Advance(9 * time.Hour)
	}
}

// TestStuck: a server whose making does not end is in ERROR, with a fault.
func TestStuck(t *testing.T) {
	w := newWorld(t, setup{})
	w.sim.Inject(simulator.Fault{Method: "getObject", Body: `{"id":5,"globalIdentifier":"6a6b0e50-5a2d-4c2b-9f64-0d39a3d6a4c1","accountId":307001,` +
		`"createDate":"2026-02-01T06:00:00-06:00","activeTransaction":{"id":3,"elapsedSeconds":2248108,"transactionStatus":{"name":"ASSIGN_HOST"}}}`})
	const path = "/compute/v2.1/servers/6a6b0e50-5a2d-4c2b-9f64-0d39a3d6a4c1"
	var s shown
	w.into(w.raw(simulator.DemoUser, "GET", path, ""), &s)
	if s.Server.Status != "ERROR" || s.Server.VMState != "error" || s.Server.Fault == nil || s.Server.Fault.Code != 500 || !strings.Contains(s.Server.Fault.Message, "ASSIGN_HOST") {
		t.Errorf("%+v", s)
	}
	w.sim.Inject(simulator.Fault{Method: "setTags", Body: "true"})
	w.expect("DELETE", path, "", http.StatusNoContent, nil) // should it end one day
}

// TestRefusedInGoodState: where the state explains nothing it is not blamed.
func TestRefusedInGoodState(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	for text, want := range map[string]int{"You may not do that": 502, "There is an active transaction on it": 409} {
		w.sim.ClearFaults()
		w.sim.Inject(simulator.Fault{Method: "rebootHard", Status: 500, Body: `{"error":"` + text + `","code":"SoftLayer_Exception_Public"}`})
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"reboot":{"type":"HARD"}}`)
		if a.status != want || strings.Contains(a.body, "vm_state") || strings.Contains(a.body, text) {
			t.Errorf("%s: %d %s", text, a.status, a.body)
		}
	}
}
