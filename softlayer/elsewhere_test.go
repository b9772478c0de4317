package softlayer

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// told is what an answer says of whose something is.
var told = regexp.MustCompile(`"(tenant_id|project_id|owner|os-vol-tenant-attr:tenant_id|os-extended-snapshot-attributes:project_id)": "([^"]*)"`)

// signedInElsewhere returns how a user asks driver who signed in elsewhere, to
// the project "theirs". What he is told of must be of that project.
func signedInElsewhere(t *testing.T, driver *Driver) (ask func(method, path, body string) string) {
	services := make(map[jumpgate.Service]jumpgate.ServiceOptions)
	for _, s := range []jumpgate.Service{jumpgate.Compute, jumpgate.Image, jumpgate.Volume, jumpgate.Network, jumpgate.Baremetal} {
		services[s] = jumpgate.ServiceOptions{Driver: driver, Open: true}
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: services})
	if err != nil {
		t.Fatal(err)
	}
	for s := range services {
		err = gw.Dispatcher(s).AddRequestHook(func(r *jumpgate.Request) error {
			r.Env.Principal, r.Env.ProjectID = &jumpgate.Principal{
				UserID: "ann", ProjectID: "theirs", Roles: []string{"member", "reader"}, Credential: Credential(simulator.DemoUser, simulator.DemoKey),
			}, "theirs"
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return func(method, path, body string) string {
		t.Helper()
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(body, "[") {
			r.Header.Set("Content-Type", "application/openstack-images-v2.1-json-patch")
		}
		r.Header.Set("OpenStack-API-Version", "compute 2.62")
		r.Header.Set("X-OpenStack-Ironic-API-Version", "1.80")
		if gw.ServeHTTP(w, r); w.Code/100 != 2 {
			t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		for _, found := range told.FindAllStringSubmatch(w.Body.String(), -1) {
			if found[2] != "theirs" && found[2] != "softlayer" && found[2] != "" { // systems and the network outside are nobody's
				t.Errorf("%s %s: %s", method, path, found[0])
			}
		}
		return w.Body.String()
	}
}

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
	ask := signedInElsewhere(t, driver)
	type server struct{ ID, HostID, Name string }
	var list struct{ Servers []server }
	if err := json.Unmarshal([]byte(ask("GET", "/compute/v2.1/servers/detail", "")), &list); err != nil || len(list.Servers) < 2 {
		t.Fatalf("%v, %+v", err, list)
	}
	for _, s := range list.Servers {
		var one struct{ Server server }
		if err := json.Unmarshal([]byte(ask("GET", "/compute/v2.1/servers/"+s.ID, "")), &one); err != nil || one.Server != s || s.HostID == "" {
			t.Errorf("%v, %+v, in the list %+v", err, one, s)
		}
		if actions := ask("GET", "/compute/v2.1/servers/"+s.ID+"/os-instance-actions", ""); !told.MatchString(actions) {
			t.Error(actions)
		}
	}
	made := ask("POST", "/compute/v2.1/os-server-groups", `{"server_group": {"name": "apart", "policies": ["anti-affinity"]}}`)
	if all := ask("GET", "/compute/v2.1/os-server-groups", ""); !told.MatchString(made) || !told.MatchString(all) {
		t.Errorf("%s, %s", made, all)
	}
}

// TestElsewhereOwns: what the account has is theirs, so that they may change
// it, and what does not fit into its notes is found.
func TestElsewhereOwns(t *testing.T) {
	driver, err := New(Options{Endpoint: "http://softlayer/rest/v3.1", Transport: simulator.New(simulator.Options{Step: -1})})
	if err != nil {
		t.Fatal(err)
	}
	ask := signedInElsewhere(t, driver)
	id := func(body string) string {
		t.Helper()
		if !told.MatchString(body) {
			t.Fatalf("nobody's: %s", body)
		}
		return regexp.MustCompile(`"(?:id|uuid)": "([^"]*)"`).FindStringSubmatch(body)[1]
	}

	image := "/image/v2/images/" + id(ask("GET", "/image/v2/images?visibility=private", ""))
	long := strings.Repeat("long ", 400)
	ask("PATCH", image, `[{"op": "add", "path": "/description", "value": "`+long+`"}]`)
	for _, path := range []string{image, "/image/v2/images?visibility=private"} {
		if body := ask("GET", path, ""); !strings.Contains(body, long) || !strings.Contains(body, `"visibility": "private"`) {
			t.Errorf("%s: %s", path, body)
		}
	}
	ask("DELETE", image, "")

	volume := "/volume/v3/theirs/volumes/" + id(ask("POST", "/volume/v3/theirs/volumes", `{"volume": {"size": 20, "name": "data", "metadata": {"snapshot_space": "20"}}}`)+
		ask("GET", "/volume/v3/theirs/volumes/detail", ""))
	ask("PUT", volume, `{"volume": {"description": "what is there"}}`)
	if body := ask("GET", volume, ""); !strings.Contains(body, "what is there") {
		t.Error(body)
	}
	ask("POST", "/volume/v3/theirs/snapshots", `{"snapshot": {"volume_id": "`+volume[strings.LastIndex(volume, "/")+1:]+`"}}`)
	id(ask("GET", "/volume/v3/theirs/snapshots/detail", ""))

	id(ask("GET", "/baremetal/v1/nodes/detail", ""))
	network := "/network/v2.0/networks/" + id(ask("GET", "/network/v2.0/networks", ""))
	ask("PUT", network, `{"network": {"name": "front"}}`)
	ask("GET", "/network/v2.0/ports", "")
	ask("GET", "/network/v2.0/security-groups", "")
	ask("GET", "/network/v2.0/quotas/theirs/details.json", "")
}
