package softlayer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestElsewhere: to users who signed in elsewhere a server is of the project
// that they know, and on one host, wherever it is shown.
func TestElsewhere(t *testing.T) {
	demo := simulator.DemoAccounts()
	demo[0].Guests = append(demo[0].Guests, simulator.Guest{Hostname: "virtual"})
	demo[0].Hardware = append(demo[0].Hardware, simulator.Hardware{Hostname: "metal"})
	driver, err := New(Options{Endpoint: "http://softlayer/rest/v3.1", Transport: simulator.New(simulator.Options{Accounts: demo}), HardwareServers: true})
	if err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {Driver: driver, Open: true}}})
	if err != nil {
		t.Fatal(err)
	}
	err = gw.Dispatcher(jumpgate.Compute).AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal, r.Env.ProjectID = &jumpgate.Principal{
			UserID: "ann", ProjectID: "theirs", Roles: []string{"member", "reader"}, Credential: Credential(simulator.DemoUser, simulator.DemoKey),
		}, "theirs"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	project := regexp.MustCompile(`"(tenant_id|project_id)": "([^"]*)"`)
	ask := func(method, path, body string) string {
		t.Helper()
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, "/compute/v2.1"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("OpenStack-API-Version", "compute 2.62")
		if gw.ServeHTTP(w, r); w.Code != http.StatusOK && w.Code != http.StatusAccepted {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		for _, found := range project.FindAllStringSubmatch(w.Body.String(), -1) {
			if found[2] != "theirs" {
				t.Errorf("%s %s: %s", method, path, found[0])
			}
		}
		return w.Body.String()
	}
	type server struct{ ID, HostID, Name string }
	var list struct{ Servers []server }
	if err := json.Unmarshal([]byte(ask("GET", "/servers/detail", "")), &list); err != nil || len(list.Servers) < 2 {
		t.Fatalf("%v, %+v", err, list)
	}
	for _, s := range list.Servers {
		var one struct{ Server server }
		if err := json.Unmarshal([]byte(ask("GET", "/servers/"+s.ID, "")), &one); err != nil || one.Server != s || s.HostID == "" {
			t.Errorf("%v, %+v, in the list %+v", err, one, s)
		}
		if actions := ask("GET", "/servers/"+s.ID+"/os-instance-actions", ""); !project.MatchString(actions) {
			t.Error(actions)
		}
	}
	made := ask("POST", "/os-server-groups", `{"server_group": {"name": "apart", "policies": ["anti-affinity"]}}`)
	if all := ask("GET", "/os-server-groups", ""); !project.MatchString(made) || !project.MatchString(all) {
		t.Errorf("%s, %s", made, all)
	}
}
