package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// mixedCloud has three guests, made a day apart, and between them two bare
// metal servers of thirty days ago, which the simulator makes together.
func mixedCloud(t *testing.T) *world {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	guest := func(name string, days int) simulator.Guest {
		return simulator.Guest{Hostname: name, Created: at.AddDate(0, 0, -days)}
	}
	return newWorld(t, setup{clockNow: true, driver: Options{HardwareServers: true}, sim: simulator.Options{Accounts: []simulator.Account{{
		ID: 307001, Users: []simulator.User{{ID: 411001, Name: simulator.DemoUser, Key: simulator.DemoKey, Master: true}},
		Guests:   []simulator.Guest{guest("old", 40), guest("new", 20), guest("newest", 10)},
		Hardware: []simulator.Hardware{{Hostname: "bm-demo", Notes: "by hand", Tags: []string{"mine"}}, {Hostname: "bm-big", Cores: 32, MemoryGB: 256, DiskGB: 3840, Hourly: true}},
	}}}})
}

// mixedServer is what tests look at of a server.
type mixedServer struct {
	ID, Name, Status string
	Flavor           map[string]any
	Image            any
	Addresses        map[string][]map[string]any
	Metadata         map[string]string
	Tags             []string
	Zone             string  `json:"OS-EXT-AZ:availability_zone"`
	VM               string  `json:"OS-EXT-STS:vm_state"`
	Task             *string `json:"OS-EXT-STS:task_state"`
	Locked           bool
}

const mixedVersion = "OpenStack-API-Version"

func (w *world) nova(method, path, body string, status int) *answer {
	w.Helper()
	a := w.raw(simulator.DemoUser, method, "/compute/v2.1"+path, body, mixedVersion, "compute 2.73")
	if a.status != status {
		w.Fatalf("%s %s: %d %s, want %d", method, path, a.status, a.body, status)
	}
	return a
}

func (w *world) mixedServers(query string) (names []string, all []mixedServer) {
	w.Helper()
	var list struct{ Servers []mixedServer }
	w.into(w.nova("GET", "/servers/detail"+query, "", 200), &list)
	for _, s := range list.Servers {
		names = append(names, s.Name)
	}
	return names, list.Servers
}

func (w *world) mixedServer(id string) mixedServer {
	w.Helper()
	var s struct{ Server mixedServer }
	w.into(w.nova("GET", "/servers/"+id, "", 200), &s)
	return s.Server
}

// TestMixedList: servers of both kinds, newest first, on pages that leave out
// none and show none twice, whichever kind ends them.
func TestMixedList(t *testing.T) {
	w := mixedCloud(t)
	want, _ := w.mixedServers("")
	if len(want) != 5 || want[0] != "newest" || want[1] != "new" || want[4] != "old" || !slices.Contains(want[2:4], "bm-demo") || !slices.Contains(want[2:4], "bm-big") {
		t.Fatalf("listed %v", want)
	}
	for size := 1; size <= 5; size++ {
		var got []string
		marker := ""
		for range 10 {
			_, page := w.mixedServers(fmt.Sprintf("?limit=%d%s", size, marker))
			for _, s := range page {
				got = append(got, s.Name)
			}
			if len(page) < size {
				break
			}
			marker = "&marker=" + page[len(page)-1].ID
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v", size, got)
		}
	}
	cost := w.calls(func() { w.mixedServers("") })
	if cost != 2 {
		t.Errorf("a list costs %d calls", cost)
	}
	for query, want := range map[string]string{
		"?name=bm":                   "2",
		"?status=SHUTOFF":            "0",
		"?tags=mine":                 "bm-demo",
		"?flavor=baremetal-8x32x960": "bm-demo",
		"?ip=198.19.1.11":            "bm-demo",
	} {
		names, _ := w.mixedServers(query)
		if got := strings.Join(names, " "); got != want && fmt.Sprint(len(names)) != want {
			t.Errorf("%s: %v", query, names)
		}
	}
	if names, _ := w.mixedServers("?sort_key=display_name&sort_dir=asc"); !slices.IsSorted(names) || len(names) != 5 {
		t.Errorf("sorted %v", names)
	}
	w.nova("GET", "/servers?marker=11111111-2222-4333-8444-555555555555", "", 400)
}

// TestMixedServer: what Nova shows of hardware, and where else it counts.
func TestMixedServer(t *testing.T) {
	w := mixedCloud(t)
	id := w.node("bm-demo").UUID
	w.nova("GET", "/servers/bm-demo", "", 404) // Nova knows no names
	w.nova("PUT", "/servers/bm-demo", `{"server": {"name": "x"}}`, 404)
	s := w.mixedServer(id)
	if s.ID != id || s.Name != "bm-demo" || s.Status != "ACTIVE" || s.Zone != "dal13" || s.Flavor["vcpus"] != float64(8) || s.Flavor["ram"] != float64(32768) ||
		s.Flavor["original_name"] != "baremetal-8x32x960" || !slices.Equal(s.Tags, []string{"mine"}) || len(s.Addresses) != 2 {
		t.Errorf("shown %+v", s)
	}
	var listed mixedServer
	_, all := w.mixedServers("?name=bm-demo")
	if listed = all[0]; fmt.Sprint(listed.Flavor, listed.Addresses, listed.Image, listed.VM) != fmt.Sprint(s.Flavor, s.Addresses, s.Image, s.VM) {
		t.Errorf("listed %+v", listed)
	}
	var flavor struct{ Flavor map[string]any }
	w.into(w.nova("GET", "/flavors/baremetal-8x32x960", "", 200), &flavor)
	if flavor.Flavor["disk"] != float64(960) {
		t.Errorf("%v", flavor)
	}
	w.nova("GET", "/flavors/baremetal-8x32", "", 404)
	var limits struct {
		Limits struct {
			Absolute map[string]int
		}
	}
	w.into(w.nova("GET", "/limits", "", 200), &limits)
	if limits.Limits.Absolute["totalInstancesUsed"] != 5 {
		t.Errorf("%v", limits)
	}
	if a := w.nova("GET", "/servers/"+id+"/os-interface", "", 200); strings.Count(a.body, `"port_id"`) != 2 {
		t.Errorf("%s", a.body)
	}
	if a := w.nova("GET", "/servers/"+id+"/os-volume_attachments", "", 200); !strings.Contains(a.body, "[]") {
		t.Errorf("%s", a.body)
	}
	if a := w.nova("GET", "/servers/"+id+"/os-instance-actions", "", 200); !strings.Contains(a.body, `"create"`) {
		t.Errorf("%s", a.body)
	}
	host, err := w.driver.computeDriver().(compute.HypervisorLister).Hypervisors(asDemo(), true)
	if err != nil || len(host) != 2 || host[0].Servers[0].ID != id || host[0].Type != "ironic" {
		t.Errorf("hypervisors %+v, %v", host, err)
	}
}

// TestMixedActions: what can be done to hardware from Nova, which Ironic then
// shows, and what can't.
func TestMixedActions(t *testing.T) {
	w := mixedCloud(t)
	id := w.node("bm-demo").UUID
	act := func(body string, status int) {
		t.Helper()
		w.nova("POST", "/servers/"+id+"/action", body, status)
	}
	is := func(status string) {
		t.Helper()
		if s := w.mixedServer(id); s.Status != status {
			t.Errorf("%s, want %s", s.Status, status)
		}
		_, list := w.mixedServers("")
		if i := slices.IndexFunc(list, func(s mixedServer) bool { return s.ID == id }); list[i].Status != status {
			t.Errorf("listed %s, want %s", list[i].Status, status)
		}
	}
	act(`{"os-start": null}`, 409)
	act(`{"os-stop": null}`, 202)
	is("SHUTOFF")
	if n := w.node(id); n.Power != "power off" {
		t.Errorf("Ironic: %s", n.Power)
	}
	act(`{"os-stop": null}`, 409)
	act(`{"os-start": null}`, 202)
	is("ACTIVE")
	act(`{"reboot": {"type": "SOFT"}}`, 202)
	act(`{"reboot": {"type": "HARD"}}`, 202)
	is("ACTIVE")

	// Switched by Ironic.
	w.ironic("PUT", "/nodes/"+id+"/states/power", `{"target": "power off"}`, 202)
	is("SHUTOFF")
	w.ironic("PUT", "/nodes/"+id+"/states/power", `{"target": "power on"}`, 202)

	act(`{"rescue": {}}`, 200)
	w.clock.Advance(5 * step)
	is("RESCUE")
	act(`{"unrescue": null}`, 202)
	is("ACTIVE")

	image, _ := w.mixedServer(id).Image.(map[string]any)
	act(`{"rebuild": {"imageRef": "11111111-2222-4333-8444-555555555555"}}`, 400)
	act(fmt.Sprintf(`{"rebuild": {"imageRef": "%s", "name": "again", "metadata": {"k": "v"}}}`, image["id"]), 202)
	is("REBUILD")
	act(`{"reboot": {"type": "HARD"}}`, 409)
	w.clock.Advance(10 * step)
	if s := w.mixedServer(id); s.Name != "again" || s.Metadata["k"] != "v" || s.Status != "ACTIVE" {
		t.Errorf("rebuilt %+v", s)
	}

	w.nova("PUT", "/servers/"+id, `{"server": {"name": "Mine, really"}}`, 200)
	w.nova("POST", "/servers/"+id+"/metadata", `{"metadata": {"role": "db"}}`, 200)
	w.nova("PUT", "/servers/"+id+"/tags/extra", "", 201)
	w.nova("PUT", "/servers/"+id+"/tags", `{"tags": ["a", "b"]}`, 200)
	act(`{"lock": {"locked_reason": "why"}}`, 202)
	s := w.mixedServer(id)
	if s.Name != "Mine, really" || s.Metadata["role"] != "db" || !slices.Equal(s.Tags, []string{"a", "b"}) || !s.Locked {
		t.Errorf("changed %+v", s)
	}
	if n := w.node(id); n.Name != "Mine-really" || n.Description != "by hand" || n.Extra["role"] != "db" {
		t.Errorf("Ironic: %+v", n)
	}
	act(`{"os-stop": null}`, 409)
	act(`{"unlock": null}`, 202)

	for _, body := range []string{
		`{"pause": null}`, `{"suspend": null}`, `{"shelve": null}`, `{"resize": {"flavorRef": "B1_2X8X25"}}`, `{"createImage": {"name": "x"}}`,
		`{"addSecurityGroup": {"name": "default"}}`,
	} {
		act(body, 400)
	}
	act(`{"confirmResize": null}`, 409)
	w.nova("POST", "/servers/"+id+"/os-volume_attachments", `{"volumeAttachment": {"volumeId": "11111111-2222-4333-8444-555555555555"}}`, 400)
	w.nova("DELETE", "/servers/"+id+"/os-volume_attachments/11111111-2222-4333-8444-555555555555", "", 404)

	w.nova("DELETE", "/servers/"+id, "", 204)
	w.nova("GET", "/servers/"+id, "", 404)
	if names, _ := w.mixedServers(""); len(names) != 4 {
		t.Errorf("listed %v", names)
	}
	if w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"] != 1 {
		t.Error("its bill goes on")
	}
	w.nova("DELETE", "/servers/"+id, "", 404)
}

// TestNotMixed: by default Nova knows nothing of hardware.
func TestNotMixed(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.node("bm-demo").UUID
	w.nova("GET", "/servers/"+id, "", 404)
	w.nova("POST", "/servers/"+id+"/action", `{"reboot": {"type": "HARD"}}`, 404)
	w.nova("GET", "/flavors/baremetal-8x32x960", "", 404)
	before := w.sim.Calls()["SoftLayer_Account::getHardware"]
	if names, _ := w.mixedServers(""); len(names) != 0 {
		t.Errorf("listed %v", names)
	}
	if after := w.sim.Calls()["SoftLayer_Account::getHardware"]; after != before {
		t.Error("it asks for hardware")
	}
	w.ironic("PUT", "/nodes/"+id+"/states/power", `{"target": "power off"}`, http.StatusAccepted)
	if n := w.sim.Calls()["SoftLayer_Hardware_Server::setTags"]; n != 0 {
		t.Error("it marks hardware")
	}
}

// TestMixedTrouble: a list of half of the servers is none.
func TestMixedTrouble(t *testing.T) {
	w := mixedCloud(t)
	w.token(simulator.DemoUser)
	w.driver.core.API.Pause = time.Millisecond
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Account", Method: "getHardware", Status: 503, Body: "<html>"})
	w.nova("GET", "/servers", "", 503)
	w.sim.ClearFaults()
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Account", Method: "getVirtualGuests", Status: 503, Body: "<html>"})
	w.nova("GET", "/servers", "", 503)
}

// TestMixedCalls holds what servers of both kinds cost: guests nothing more.
func TestMixedCalls(t *testing.T) {
	w := mixedCloud(t)
	_, all := w.mixedServers("")
	id := map[string]string{}
	for _, s := range all {
		id[s.Name] = s.ID
	}
	for _, o := range []struct {
		method, path, body string
		status, calls      int
	}{
		{"GET", "/servers", "", 200, 2},
		{"GET", "/servers?limit=2", "", 200, 2},
		{"GET", "/servers?marker={bm-demo}", "", 200, 2},
		{"GET", "/servers/{new}", "", 200, 1},
		{"POST", "/servers/{new}/action", `{"reboot": {"type": "HARD"}}`, 202, 1},
		{"GET", "/servers/{bm-demo}", "", 200, 3}, // it is no guest; the server; its power
		{"POST", "/servers/{bm-demo}/action", `{"lock": null}`, 202, 3},
		{"POST", "/servers/{bm-demo}/action", `{"unlock": null}`, 202, 3},
		{"POST", "/servers/{bm-demo}/action", `{"os-stop": null}`, 202, 6}, // with the mark for lists
	} {
		for name, id := range id {
			o.path = strings.ReplaceAll(o.path, "{"+name+"}", id)
		}
		if n := w.calls(func() { w.nova(o.method, o.path, o.body, o.status) }); n != o.calls {
			t.Errorf("%s %s %s: %d calls, want %d", o.method, o.path, o.body, n, o.calls)
		}
	}
}
