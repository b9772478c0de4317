package softlayer

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestDiskConfig: SoftLayer sizes a disk by itself; what the user asked for is
// kept, as Nova does whose hypervisor has no use for it.
func TestDiskConfig(t *testing.T) {
	w := newWorld(t, setup{})
	const servers = "/compute/v2.1/servers"
	var made struct{ Server struct{ ID string } }
	a := w.raw(simulator.DemoUser, "POST", servers, order(map[string]any{"OS-DCF:diskConfig": "AUTO", "adminPass": "secret"}))
	w.into(a, &made)
	if !strings.Contains(a.body, `"OS-DCF:diskConfig": "AUTO"`) || strings.Contains(a.body, "secret") {
		t.Error(a.body)
	}
	w.clock.Advance(20 * step)
	for _, step := range []struct{ method, path, body, want string }{
		{"GET", "", "", "AUTO"},
		{"PUT", "", `{"server":{"OS-DCF:diskConfig":"MANUAL"}}`, "MANUAL"},
		{"GET", "", "", "MANUAL"},
		{"PUT", "", `{"server":{"name":"x"}}`, "MANUAL"},
		{"POST", "/action", `{"rebuild":{"imageRef":"` + core.SystemID(osCode) + `","OS-DCF:diskConfig":"AUTO"}}`, "AUTO"},
		{"GET", "", "", "AUTO"},
	} {
		if a := w.raw(simulator.DemoUser, step.method, servers+"/"+made.Server.ID+step.path, step.body); !strings.Contains(a.body, `"OS-DCF:diskConfig": "`+step.want+`"`) {
			t.Errorf("%s %s: %d %s", step.method, step.body, a.status, a.body)
		}
	}
	w.clock.Advance(time.Hour)
	w.action(made.Server.ID, `{"resize":{"flavorRef":"B1_2X8X25","OS-DCF:diskConfig":"MANUAL"}}`, http.StatusAccepted)
	if a := w.raw(simulator.DemoUser, "GET", servers+"/"+made.Server.ID, ""); !strings.Contains(a.body, `"OS-DCF:diskConfig": "MANUAL"`) || !strings.Contains(a.body, `"RESIZE"`) {
		t.Error(a.body)
	}
}

// TestTaggedDevices: nobody could know networks and disks of the server's own by
// their tags; those of volumes are shown.
func TestTaggedDevices(t *testing.T) {
	w := newWorld(t, setup{})
	var list struct{ Networks []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-networks", ""), &list)
	for _, extra := range []map[string]any{
		{"networks": []any{map[string]any{"uuid": list.Networks[0].ID, "tag": "front"}}},
		{"networks": "auto", "block_device_mapping_v2": []any{map[string]any{
			"source_type": "image", "uuid": core.SystemID(osCode), "destination_type": "local", "boot_index": 0, "tag": "root",
		}}},
	} {
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(extra), "OpenStack-API-Version", "compute 2.42")
		if _, message := a.fault(); a.status != http.StatusBadRequest || !strings.Contains(message, "tagged devices") {
			t.Errorf("%v: %d %s", extra, a.status, a.body)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"]; n != 0 {
		t.Errorf("%d orders", n)
	}
}

// TestNoNetwork: SoftLayer has no server without a network.
func TestNoNetwork(t *testing.T) {
	w := newWorld(t, setup{})
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"networks": "none"}), "OpenStack-API-Version", "compute 2.37")
	if _, message := a.fault(); a.status != http.StatusBadRequest || message != "Servers of this cloud always have a network." {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestReservation: the servers of one order are found by its reservation.
func TestReservation(t *testing.T) {
	w := newWorld(t, setup{sim: guests(3)})
	const servers = "/compute/v2.1/servers"
	var made struct {
		ID string `json:"reservation_id"`
	}
	w.into(w.raw(simulator.DemoUser, "POST", servers, order(map[string]any{"min_count": 2, "return_reservation_id": true})), &made)
	w.raw(simulator.DemoUser, "POST", servers, order(map[string]any{"name": "other"}))
	for id, want := range map[string]int{made.ID: 2, "r-00000000": 0} {
		if a := w.raw(simulator.DemoUser, "GET", servers+"?reservation_id="+id, ""); strings.Count(a.body, `"self"`) != want || strings.Contains(a.body, "other") {
			t.Errorf("%s: %s", id, a.body)
		}
	}
}

// TestDeletedSince: a list of what changed has what was deleted, as long as
// SoftLayer shows it.
func TestDeletedSince(t *testing.T) {
	w := newWorld(t, setup{sim: simulator.Options{ReclaimWait: 100 * step}})
	w.driver.core.Opts.Now = w.clock.Now
	id := w.boot(simulator.DemoUser, "short-lived")
	w.clock.Advance(time.Hour)
	before := w.clock.Now().UTC().Format(time.RFC3339)
	w.clock.Advance(time.Second)
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+id, "")
	w.clock.Advance(step)
	after := w.clock.Now().UTC().Format(time.RFC3339)
	for query, want := range map[string]bool{
		"changes-since=" + before: true, "changes-since=" + after: false, "changes-before=" + after: true, "changes-before=" + before + "&name=lived": false,
		"changes-since=" + before + "&name=lived": true, "name=lived": false, "": false,
	} {
		a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/detail?"+query, "", "OpenStack-API-Version", "compute 2.66")
		if got := strings.Contains(a.body, id); got != want || got && (!strings.Contains(a.body, `"DELETED"`) || strings.Contains(a.body, `"OS-SRV-USG:terminated_at": null`)) {
			t.Errorf("%s: %s", query, a.body)
		}
	}
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, ""); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestConfigDrive: who asks for one has one, whatever is to be on it.
func TestConfigDrive(t *testing.T) {
	w := newWorld(t, setup{})
	for _, o := range []struct {
		extra    map[string]any
		drive    string
		userData []string
	}{
		{nil, "", nil},
		{map[string]any{"config_drive": true}, "True", []string{"#cloud-config\n"}},
		{map[string]any{"user_data": "eA=="}, "True", []string{"x"}},
		{map[string]any{"config_drive": "yes", "user_data": "eA=="}, "True", []string{"x"}},
	} {
		var made struct{ Server struct{ ID string } }
		w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(o.extra)), &made)
		if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+made.Server.ID, ""); !strings.Contains(a.body, `"config_drive": "`+o.drive+`"`) {
			t.Errorf("%v: %s", o.extra, a.body)
		}
		if data := w.userData(made.Server.ID); !slices.Equal(data, o.userData) {
			t.Errorf("%v: user data %q", o.extra, data)
		}
	}
}

// userData is what SoftLayer tells the system of a server.
func (w *world) userData(id string) (list []string) {
	w.Helper()
	form := records.FormOf[struct {
		UserData []struct {
			Value string `json:"value"`
		} `json:"userData"`
	}]()
	g, err := form.Get(asDemo(), w.driver.core.API, "Virtual_Guest", id)
	if err != nil {
		w.Fatal(err)
	}
	for _, u := range g.UserData {
		list = append(list, u.Value)
	}
	return list
}

// TestHostnames: from 2.94 on Nova takes a whole domain name for one.
func TestHostnames(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	for hostname, ok := range map[string]bool{"Web-1": true, "web.example.com": true, "web.local": false, "web.": false, "a_b": false, "-a": false, "a-": false} {
		for _, r := range []struct{ method, path, body string }{
			{"POST", "", order(map[string]any{"networks": "auto", "hostname": hostname})},
			{"PUT", "/" + id, `{"server":{"hostname":"` + hostname + `"}}`},
			{"POST", "/" + id + "/action", `{"rebuild":{"imageRef":"` + core.SystemID(osCode) + `","hostname":"` + hostname + `"}}`},
		} {
			a := w.raw(simulator.DemoUser, r.method, "/compute/v2.1/servers"+r.path, r.body, "OpenStack-API-Version", "compute 2.94")
			if _, message := a.fault(); ok != (a.status < 300) || !ok && !strings.HasPrefix(message, "Hostname "+hostname+" can't be had: ") {
				t.Errorf("%s %s: %d %s", r.method, r.body, a.status, a.body)
			}
			w.clock.Advance(20 * step)
		}
		if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "", "OpenStack-API-Version", "compute 2.90"); ok && !strings.Contains(a.body, `"OS-EXT-SRV-ATTR:hostname": "`+hostname+`"`) {
			t.Errorf("%s: %s", hostname, a.body)
		}
	}
}
