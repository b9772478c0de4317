package compute_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

func rich(c *cloud) *compute.Server {
	return &compute.Server{
		ID: "1", ProjectID: project, UserID: user, Name: "n", Hostname: "h", Status: "ACTIVE", VMState: "active", Created: c.now(), Updated: c.now(),
		AvailabilityZone: "dal13", PinnedZone: "dal13", Flavor: compute.Flavor{Name: "f", VCPUs: 2, ExtraSpecs: map[string]string{"b": "2", "a": "1"}},
		Volumes: []compute.AttachedVolume{{ID: "v", DeleteOnTermination: true}}, ConfigDrive: true, Tags: []string{"t"},
		Locked: true, LockedReason: "why", ServerGroups: []string{"g"}, Description: "d", SecurityGroups: []string{"s"},
		Networks: []compute.NetworkAddresses{{Name: "net", Addresses: []compute.Address{{Version: 6, Addr: "fd00::1", MAC: "m", Floating: true}}}},
	}
}

// TestServerFields: what recordings don't show, at the version that brought it
// and at the one before.
func TestServerFields(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{rich(c)}
	gw := newGateway(t, c)
	const (
		list   = "GET /v2.1/servers/detail"
		show   = "GET /v2.1/servers/1"
		update = "PUT /v2.1/servers/1"
	)
	for _, f := range []struct {
		request, field string
		before         int
		was            string
		since          int
		is             string
	}{
		{show, "os-extended-volumes:volumes_attached", 2, `[{"id":"v"}]`, 3, `[{"delete_on_termination":true,"id":"v"}]`},
		{show, "locked", 8, ``, 9, `true`},
		{update, "locked", 8, ``, 9, `true`},
		{list, "description", 18, ``, 19, `"d"`},
		{list, "tags", 25, ``, 26, `["t"]`},
		{show, "flavor", 46, `{"id":"","links":[]}`, 47, `{"disk":0,"ephemeral":0,"extra_specs":{"a":"1","b":"2"},"original_name":"f","ram":0,"swap":0,"vcpus":2}`},
		{list, "trusted_image_certificates", 62, ``, 63, `null`},
		{show, "server_groups", 70, ``, 71, `["g"]`},
		{update, "server_groups", 70, ``, 71, `["g"]`},
		{list, "server_groups", 70, ``, 96, ``},
		{list, "locked_reason", 72, ``, 73, `"why"`},
		{update, "key_name", 74, ``, 75, `null`},
		{update, "security_groups", 74, ``, 75, `[{"name":"s"}]`},
		{update, "OS-EXT-STS:vm_state", 74, ``, 75, `"active"`},
		{update, "config_drive", 74, ``, 75, `"True"`},
		{update, "addresses", 74, `{"net":[{"addr":"fd00::1","version":6}]}`, 75, `{"net":[{"OS-EXT-IPS-MAC:mac_addr":"m","OS-EXT-IPS:type":"floating","addr":"fd00::1","version":6}]}`},
		{show, "OS-EXT-SRV-ATTR:hostname", 89, ``, 90, `"h"`},
		{list, "pinned_availability_zone", 95, ``, 96, `"dal13"`},
		{list, "image", 1, `""`, 96, `""`},
	} {
		for minor, want := range map[int]string{f.before: f.was, f.since: f.is} {
			method, path, _ := strings.Cut(f.request, " ")
			w := do(gw, method, path, `{"server": {}}`, at(fmt.Sprintf("2.%d", minor))...)
			var body struct {
				Server  map[string]any
				Servers []map[string]any
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 200 {
				t.Fatalf("%s: %d %s", f.request, w.Code, w.Body)
			}
			if body.Server == nil {
				body.Server = body.Servers[0]
			}
			got := ""
			if v, ok := body.Server[f.field]; ok {
				b, _ := json.Marshal(v)
				got = string(b)
			}
			if got != want {
				t.Errorf("%s of %s at 2.%d: %s, want %s", f.field, f.request, minor, got, want)
			}
		}
	}
	c.servers[0].Status, c.servers[0].VMState = "BUILD", "building"
	if w := get(gw, "/v2.1/servers/1"); !strings.Contains(w.Body.String(), `"addresses": {}`) {
		t.Errorf("addresses of a server that is being built: %s", w.Body)
	}
}

// TestAnyID: links are right for ids of any kind.
func TestAnyID(t *testing.T) {
	c := newCloud()
	for _, id := range []string{"plain-1_A", "a b", "ü", "x.json", "50%", "a?b#c"} {
		c.servers = []*compute.Server{{ID: id, ProjectID: project, Created: c.now()}}
		gw := newGateway(t, c)
		var list struct {
			Servers []struct{ Links []struct{ Href string } }
		}
		w := get(gw, "/v2.1/servers")
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Servers) != 1 {
			t.Fatalf("%q: %d %s", id, w.Code, w.Body)
		}
		path := strings.TrimPrefix(list.Servers[0].Links[0].Href, "http://127.0.0.1:18774")
		var one struct{ Server struct{ ID string } }
		if w := get(gw, path); json.Unmarshal(w.Body.Bytes(), &one) != nil || one.Server.ID != id {
			t.Errorf("%q: GET %s: %d %s", id, path, w.Code, w.Body)
		}
	}
}

func TestFlavorLists(t *testing.T) {
	c := newCloud()
	c.flavors = append(c.flavors, &compute.Flavor{ID: "off", Disabled: true}, &compute.Flavor{ID: "own", Name: "a", Private: true, Swap: 512, RAM: 256})
	gw := newGateway(t, c)
	for query, want := range map[string]string{
		"":                                  "1 2 3 42 84 own",
		"sort_key=name&sort_dir=asc":        "own 3 84 42 2 1",
		"sort_key=memory_mb&sort_dir=desc":  "3 2 1 own 84 42",
		"sort_key=created_at&sort_dir=desc": "own 84 42 3 2 1",
		"minRam=512":                        "1 2 3",
		"minDisk=20&minRam=%2B2048":         "2 3",
		"minRam=-5":                         "1 2 3 42 84 own",
		"minRam=99999999999999999999":       "",
		"limit=2&marker=3":                  "42 84",
		"limit=0":                           "",
		"is_public=False":                   "1 2 3 42 84 own",
		"marker=own":                        "",
	} {
		var body struct{ Flavors []struct{ ID string } }
		w := get(gw, "/v2.1/flavors?"+query)
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 200 {
			t.Fatalf("%s: %d %s", query, w.Code, w.Body)
		}
		var ids []string
		for _, f := range body.Flavors {
			ids = append(ids, f.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for query, want := range map[string]string{
		"minDisk=":        "Invalid minDisk filter []",
		"minRam=1.5":      "Invalid minRam filter [1.5]",
		"marker=off":      "marker [off] not found",
		"marker=":         "marker [] not found",
		"sort_dir=up":     "Invalid input for query parameters sort_dir. Value: up. 'up' is not one of ['asc', 'desc']",
		"sort_key=weight": "Invalid input for query parameters sort_key. Value: weight. 'weight' is not one of ['created_at', 'description', 'disabled', 'ephemeral_gb', 'flavorid', 'id', 'is_public', 'memory_mb', 'name', 'root_gb', 'rxtx_factor', 'swap', 'updated_at', 'vcpu_weight', 'vcpus']",
	} {
		if w := get(gw, "/v2.1/flavors?"+query); w.Code != 400 || fault(w) != want {
			t.Errorf("%s: %d %s, want %s", query, w.Code, w.Body, want)
		}
	}
	for version, want := range map[string]string{"2.74": `"swap": ""`, "2.75": `"swap": 0`} {
		if w := get(gw, "/v2.1/flavors/42", at(version)...); !strings.Contains(w.Body.String(), want) {
			t.Errorf("flavor at %s: %s, want %s", version, w.Body, want)
		}
		if w := get(gw, "/v2.1/flavors/own", at(version)...); !strings.Contains(w.Body.String(), `"swap": 512`) {
			t.Errorf("flavor at %s: %s", version, w.Body)
		}
	}
	if w := get(gw, "/v2.1/flavors/off"); w.Code != 200 {
		t.Errorf("a disabled flavor: %d", w.Code)
	}
}

func TestOthersThings(t *testing.T) {
	c := newCloud()
	c.keypairs = []*compute.Keypair{{Name: "b"}, {Name: "a"}, {Name: "c"}}
	gw := newGateway(t, c)
	for _, r := range []struct {
		version, path string
		status        int
		want          string
	}{
		{"2.1", "/limits?tenant_id=" + project, 403, "Policy doesn't allow os_compute_api:limits:other_project to be performed."},
		{"2.75", "/limits?reserved=1", 400, "Additional properties are not allowed ('reserved' was unexpected)"},
		{"2.10", "/os-keypairs?user_id=other", 403, "Policy doesn't allow os_compute_api:os-keypairs:index to be performed."},
		{"2.10", "/os-keypairs/a?user_id=other", 403, "Policy doesn't allow os_compute_api:os-keypairs:show to be performed."},
		{"2.10", "/os-keypairs?user_id=" + user, 200, ""},
		{"2.9", "/os-keypairs?user_id=other", 200, ""},
		{"2.35", "/os-keypairs?marker=x", 400, "Marker x could not be found."},
		{"2.35", "/os-keypairs?limit=x", 400, "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'"},
		{"2.34", "/os-keypairs?limit=x", 200, ""},
		{"2.75", "/os-keypairs?x=1", 400, "Additional properties are not allowed ('x' was unexpected)"},
		{"2.1", "/flavors/42/os-extra_specs/x", 404, "Flavor 42 has no extra specs with key x."},
		{"2.1", "/flavors/x/os-extra_specs", 404, "Flavor x could not be found."},
	} {
		if w := get(gw, "/v2.1"+r.path, at(r.version)...); w.Code != r.status || fault(w) != r.want {
			t.Errorf("%s at %s: %d %s, want %d %s", r.path, r.version, w.Code, w.Body, r.status, r.want)
		}
	}
	for query, want := range map[string][]string{"": {"a", "b", "c"}, "?limit=2": {"a", "b"}, "?limit=2&marker=b": {"c"}, "?limit=0": nil} {
		var body struct {
			Keypairs []struct{ Keypair struct{ Name string } }
		}
		w := get(gw, "/v2.1/os-keypairs"+query, at("2.35")...)
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range body.Keypairs {
			got = append(got, k.Keypair.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("key pairs %s: %s", query, diff)
		}
	}
}

// poor can only delete, and fails as it is told.
type poor struct{ err error }

func (p poor) DeleteServer(context.Context, string) error { return p.err }

func TestDriverErrors(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		want   string
	}{
		{jumpgate.NotFound, 404, "Instance x could not be found."},
		{jumpgate.NotFound.New("My words."), 404, "My words."},
		{fmt.Errorf("wrapped: %w", jumpgate.NotFound), 404, "Instance x could not be found."},
		{&compute.StateError{VMState: "building"}, 409, "Cannot 'delete' instance x while it is in vm_state building"},
		{fmt.Errorf("wrapped: %w", &compute.StateError{VMState: "active", TaskState: "deleting"}), 409, "Cannot 'delete' instance x while it is in task_state deleting"},
		{&compute.StateError{Locked: true, TaskState: "deleting"}, 409, "Instance x is locked"},
		{errors.New("secret"), 500, ""},
		{nil, 204, ""},
	} {
		w := do(newGateway(t, poor{c.err}), "DELETE", "/v2.1/servers/x", "")
		if w.Code != c.status || c.want != "" && fault(w) != c.want || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v: %d %s, want %d %s", c.err, w.Code, w.Body, c.status, c.want)
		}
	}
}

// TestPoorDriver: what a driver can't do is unused.
func TestPoorDriver(t *testing.T) {
	gw := newGateway(t, poor{})
	for _, r := range []string{"GET /servers", "GET /servers/x", "PUT /servers/x", "GET /servers/x/metadata", "GET /flavors", "GET /limits", "GET /os-keypairs"} {
		method, path, _ := strings.Cut(r, " ")
		if w := do(gw, method, "/v2.1"+path, "{}"); w.Code != 501 {
			t.Errorf("%s: %d", r, w.Code)
		}
	}
	unused := gw.Dispatcher(jumpgate.Compute).UnusedEndpoints()
	names := func(name string) bool {
		return slices.ContainsFunc(unused, func(e jumpgate.Endpoint) bool { return e.Name == name })
	}
	for name, want := range map[string]bool{"v21_server": false, "v2_server": false, "index": false, "v21_servers": true, "v21_flavors": true} {
		if names(name) != want {
			t.Errorf("%s is unused: %v", name, !want)
		}
	}
}
