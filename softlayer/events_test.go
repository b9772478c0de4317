package softlayer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestServerActions reads what the log of SoftLayer knows of servers.
func TestServerActions(t *testing.T) {
	w := newWorld(t, setup{sim: guests(1), clockNow: true})
	id := w.boot(simulator.DemoUser, "web")
	for _, body := range []string{`{"reboot":{"type":"HARD"}}`, `{"os-stop":null}`, `{"os-start":null}`} {
		w.clock.Advance(time.Minute)
		if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", body); a.status != http.StatusAccepted {
			t.Fatalf("%s: %d %s", body, a.status, a.body)
		}
	}
	type action struct {
		Action  string
		ID      string `json:"request_id"`
		User    string `json:"user_id"`
		Project string `json:"project_id"`
		Events  []struct{ Event, Result string }
	}
	var list struct {
		Actions []action `json:"instanceActions"`
	}
	path := "/compute/v2.1/servers/" + id + "/os-instance-actions"
	if n := w.calls(func() { w.into(w.raw(simulator.DemoUser, "GET", path, ""), &list) }); n != 2 {
		t.Errorf("%d calls", n)
	}
	var names []string
	ids := make(map[string]bool)
	for _, a := range list.Actions {
		names = append(names, a.Action)
		ids[a.ID] = true
		if a.User != simulator.DemoUser || a.Project != "307001" || !strings.HasPrefix(a.ID, "req-") {
			t.Errorf("%+v", a)
		}
	}
	if got := strings.Join(names, " "); got != "start stop reboot create" || len(ids) != 4 {
		t.Errorf("%s", got)
	}
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"min_count": 2}))
	made := a.header.Get("X-Compute-Request-Id")
	w.clock.Advance(20 * step)
	var pair struct{ Servers []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers?name=web-", ""), &pair)
	for _, s := range pair.Servers {
		w.raw(simulator.DemoUser, "PUT", "/compute/v2.1/servers/"+s.ID, `{"server":{"name":"renamed"}}`)
		a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+s.ID+"/os-instance-actions/"+made, "")
		if a.status != http.StatusOK || !strings.Contains(a.body, `"action": "create"`) {
			t.Errorf("the request %s that made %s: %d %s", made, s.ID, a.status, a.body)
		}
	}
	if len(pair.Servers) != 2 {
		t.Errorf("%+v", pair)
	}
	var one struct {
		Action action `json:"instanceAction"`
	}
	w.into(w.raw(simulator.DemoUser, "GET", path+"/"+list.Actions[1].ID, "", "OpenStack-API-Version", "compute 2.51"), &one)
	if a := one.Action; a.Action != "stop" || len(a.Events) != 1 || a.Events[0].Event != "compute_stop_instance" || a.Events[0].Result != "Success" {
		t.Errorf("%+v", a)
	}

	// One whose creation the log has forgotten.
	var servers struct{ Servers []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers", ""), &servers)
	old := servers.Servers[len(servers.Servers)-1].ID
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+old+"/os-instance-actions", ""), &list)
	if len(list.Actions) != 1 || list.Actions[0].Action != "create" || list.Actions[0].ID != "req-"+old {
		t.Errorf("%+v", list)
	}
	if a := w.raw(simulator.AltUser, "GET", path, ""); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}
}
