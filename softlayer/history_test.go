package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

type pastAction struct {
	Action  string
	ID      string  `json:"request_id"`
	User    string  `json:"user_id"`
	Message *string `json:"message"`
	Start   string  `json:"start_time"`
	Updated string  `json:"updated_at"`
	Events  []struct{ Event, Result string }
}

// actionsOf lists what was done to a server, the newest last.
func (w *world) actionsOf(id, microversion string) (names []string, list []pastAction) {
	w.Helper()
	var body struct {
		Actions []pastAction `json:"instanceActions"`
	}
	w.expect("GET", "/compute/v2.1/servers/"+id+"/os-instance-actions", "", http.StatusOK, &body, "OpenStack-API-Version", "compute "+microversion)
	slices.Reverse(body.Actions)
	for _, a := range body.Actions {
		names = append(names, a.Action)
	}
	return names, body.Actions
}

// TestHistory: what was done to a server is found by the id that the client
// got with the answer, also what SoftLayer logs nothing of, and once.
func TestHistory(t *testing.T) {
	w := newStorage(t)
	id := w.bootIn(nil)
	path := "/compute/v2.1/servers/" + id
	requests := make(map[string]string)
	for _, do := range [][2]string{
		{"reboot", `{"reboot":{"type":"HARD"}}`}, {"stop", `{"os-stop":null}`}, {"start", `{"os-start":null}`}, {"lock", `{"lock":null}`},
		{"unlock", `{"unlock":null}`}, {"suspend", `{"suspend":null}`}, {"resume", `{"resume":null}`}, {"createImage", `{"createImage":{"name":"i"}}`},
	} {
		w.clock.Advance(10 * time.Minute)
		a := w.raw(simulator.DemoUser, "POST", path+"/action", do[1])
		if a.status != http.StatusAccepted {
			t.Fatal(do, a.status, a.body)
		}
		requests[do[0]] = a.header.Get("X-Compute-Request-Id")
	}
	w.clock.Advance(20 * step)
	w.raw(simulator.DemoUser, "POST", path+"/action", `{"unpause":null}`) // which is refused, and no part of it
	want := []string{"create", "reboot", "stop", "start", "lock", "unlock", "suspend", "resume", "createImage"}
	names, list := w.actionsOf(id, "2.96")
	if !slices.Equal(names, want) {
		t.Fatalf("%q", names)
	}
	for _, a := range list[1:] {
		if a.ID != requests[a.Action] || a.User != "demo" || a.Message != nil || a.Updated < a.Start {
			t.Errorf("%+v, want request %s", a, requests[a.Action])
		}
		var one struct {
			Action pastAction `json:"instanceAction"`
		}
		w.expect("GET", path+"/os-instance-actions/"+a.ID, "", http.StatusOK, &one, "OpenStack-API-Version", "compute 2.96")
		if e := one.Action.Events; one.Action.Action != a.Action || len(e) != 1 || e[0].Event != "compute_"+a.Action+"_instance" || e[0].Result != "Success" {
			t.Errorf("%+v", one)
		}
	}

	// What failed in the cloud says so; a later look is a later change.
	w.sim.Inject(simulator.Fault{Method: "rebootHard", Reset: true, Latency: 50 * time.Millisecond})
	a := w.raw(simulator.DemoUser, "POST", path+"/action", `{"reboot":{"type":"HARD"}}`)
	_, list = w.actionsOf(id, "2.96")
	if last := list[len(list)-1]; last.ID != a.header.Get("X-Compute-Request-Id") || last.Message == nil || *last.Message != "Error" {
		t.Errorf("%+v", last)
	}
	w.sim.ClearFaults()

	// Another process with the same store knows all of it, one with another
	// store what SoftLayer knows.
	other := w.replica()
	if names, _ := other.actionsOf(id, "2.96"); !slices.Equal(names, append(want, "reboot")) {
		t.Errorf("%q", names)
	}
	other.driver.core.Opts.Store = jumpgate.NewMemoryStore(jumpgate.StoreOptions{})
	if names, _ := other.actionsOf(id, "2.96"); !slices.Contains(names, "stop") || slices.Contains(names, "lock") {
		t.Errorf("%q", names)
	}

	created := list[0].ID
	w.clock.Advance(step)
	deleted := w.raw(simulator.DemoUser, "DELETE", path, "")
	for range 2 { // reclaimed, and gone
		names, list = w.actionsOf(id, "2.21")
		if last := list[len(list)-1]; names[0] != "create" || list[0].ID != created || last.Action != "delete" || last.ID != deleted.header.Get("X-Compute-Request-Id") {
			t.Errorf("%q %+v", names, list)
		}
		w.expect("GET", path+"/os-instance-actions", "", http.StatusNotFound, nil, "OpenStack-API-Version", "compute 2.20")
		w.raw(simulator.AltUser, "GET", path+"/os-instance-actions", "", "OpenStack-API-Version", "compute 2.21").
			refused(t, 404, "Instance "+id+" could not be found.")
		w.clock.Advance(12 * time.Hour)
	}
	w.clock.Advance(3 * 24 * time.Hour)
	w.expect("GET", path+"/os-instance-actions", "", http.StatusNotFound, nil, "OpenStack-API-Version", "compute 2.21")
}

// TestUpdatedAction: an action that took its time was updated at its end.
func TestUpdatedAction(t *testing.T) {
	w := newWorld(t, setup{realNow: true, sim: simulator.Options{Step: -1}})
	id := w.order(map[string]any{"name": "x"})
	w.sim.Inject(simulator.Fault{Method: "rebootHard", Latency: 50 * time.Millisecond})
	w.action(id, `{"reboot":{"type":"HARD"}}`, 202)
	_, list := w.actionsOf(id, "2.58")
	if a := list[1]; a.Action != "reboot" || a.Updated <= a.Start {
		t.Errorf("%+v", a)
	}
}

// TestUsageOfDeleted: a server counts for the time that it ran, also when
// SoftLayer has forgotten it.
func TestUsageOfDeleted(t *testing.T) {
	w := newStorage(t)
	id := w.bootIn(map[string]any{"name": "gone"})
	start := w.clock.Now()
	w.clock.Advance(3 * time.Hour)
	w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
	for _, later := range []time.Duration{0, 12 * time.Hour, 60 * 24 * time.Hour} {
		w.clock.Advance(later)
		var body struct {
			Usage struct {
				Hours   float64 `json:"total_hours"`
				Servers []struct {
					ID    string `json:"instance_id"`
					Name  string
					State string
					Ended *string `json:"ended_at"`
					Hours float64
				} `json:"server_usages"`
			} `json:"tenant_usage"`
		}
		w.expect("GET", "/compute/v2.1/os-simple-tenant-usage/307001?start="+start.Format("2006-01-02T15:04:05"), "", http.StatusOK, &body)
		if u := body.Usage; len(u.Servers) != 1 || u.Hours != 3 || u.Servers[0].ID != id || u.Servers[0].State != "terminated" || u.Servers[0].Ended == nil ||
			!strings.HasPrefix(*u.Servers[0].Ended, start.Add(3*time.Hour).Format("2006-01-02T15:04")) {
			t.Errorf("%v later: %s", later, fmt.Sprintf("%+v", u))
		}
	}
}
