package compute_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestRefusals asks for what Nova answers no member, in and beyond the
// versions that have it.
func TestRefusals(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: golden, ProjectID: project}}
	gw := newGateway(t, c)
	const (
		noSuch = "itemNotFound: The resource could not be found."
		noMore = "computeFault: This resource is no longer available. No forwarding address is given."
		ironic = "badRequest: Command Not supported. Please use Ironic command node-create to perform this action."
	)
	policy := func(rule string) string { return "forbidden: Policy doesn't allow " + rule + " to be performed." }
	for _, test := range []struct {
		method, path, body, version, want string
	}{
		{"GET", "/os-hypervisors/statistics", "", "2.87", policy("os_compute_api:os-hypervisors:statistics")},
		{"GET", "/os-hypervisors/statistics", "", "2.88", noSuch},
		{"GET", "/os-hypervisors/fake/servers", "", "2.52", policy("os_compute_api:os-hypervisors:servers")},
		{"GET", "/os-hypervisors/fake/servers", "", "2.53", noSuch},
		{"GET", "/os-hypervisors", "", "2.96", policy("os_compute_api:os-hypervisors:list")},
		{"GET", "/os-console-auth-tokens/a", "", "2.31", policy("os_compute_api:os-console-auth-tokens")},
		{"GET", "/os-hosts", "", "2.42", policy("os_compute_api:os-hosts:list")},
		{"GET", "/os-hosts", "", "2.43", noSuch},
		{"PUT", "/os-services/disable", `{"host": "a", "binary": "b"}`, "2.1", policy("os_compute_api:os-services:update")},
		{"PUT", "/os-services/force-down", `{}`, "2.10", noSuch},
		{"POST", "/os-aggregates/1/images", `{}`, "2.80", noSuch},
		{"POST", "/os-aggregates/1/images", `{}`, "2.81", policy("compute:aggregates:images")},
		{"POST", "/os-aggregates/1/action", `{"remove_host": {"host": "a"}}`, "2.1", policy("os_compute_api:os-aggregates:remove_host")},
		{"POST", "/os-aggregates/1/action", `{"dance": null}`, "2.1", "badRequest: There is no such action: dance"},
		{"POST", "/flavors/1/action", `{"removeTenantAccess": {"tenant": "a"}}`, "2.1", policy("os_compute_api:os-flavor-access:remove_tenant_access")},
		{"POST", "/flavors/1/action", "", "2.1", "badRequest: Malformed request body"},
		{"GET", "/flavors/nonsense/os-flavor-access", "", "2.1", "itemNotFound: Flavor nonsense could not be found."},
		{"GET", "/os-baremetal-nodes", "", "2.35", policy("os_compute_api:os-baremetal-nodes:list")},
		{"POST", "/os-baremetal-nodes", `{}`, "2.35", ironic},
		{"POST", "/os-baremetal-nodes", `{}`, "2.36", noSuch},
		{"GET", "/os-quota-class-sets/default", "", "2.1", policy("os_compute_api:os-quota-class-sets:show")},
		{"GET", "/servers/" + golden + "/diagnostics", "", "2.48", policy("os_compute_api:os-server-diagnostics")},
		{"GET", "/servers/nonsense/diagnostics", "", "2.48", "itemNotFound: Instance nonsense could not be found."},
		{"GET", "/servers/" + golden + "/migrations", "", "2.22", noSuch},
		{"DELETE", "/servers/" + golden + "/migrations/1", "", "2.23", noSuch},
		{"DELETE", "/servers/" + golden + "/migrations/1", "", "2.24", policy("os_compute_api:servers:migrations:delete")},
		{"POST", "/servers/" + golden + "/migrations/1/action", `{"force_complete": null}`, "2.22", policy("os_compute_api:servers:migrations:force_complete")},
		{"GET", "/servers/" + golden + "/topology", "", "2.77", noSuch},
		{"GET", "/servers/nonsense/topology", "", "2.78", "itemNotFound: Instance nonsense could not be found."},
		{"GET", "/servers/" + golden + "/os-virtual-interfaces", "", "2.1", noMore},
		{"POST", "/servers/" + golden + "/consoles", "", "2.1", noMore},
		{"POST", "/servers/" + golden + "/consoles", "{", "2.1", "badRequest: Malformed request body"},
		{"GET", "/servers/" + golden + "/shares", "", "2.96", noSuch},
		{"GET", "/os-agents", "", "2.1", noMore},
		{"DELETE", "/os-cells/a", "", "2.96", noMore},
		{"GET", "/os-cells/a/capacities", "", "2.1", noMore},
		{"POST", "/os-fixed-ips/10.0.0.1/action", `{"reserve": null}`, "2.1", noMore},
		{"POST", "/os-fixed-ips/10.0.0.1/action", `{"keep": null}`, "2.1", "badRequest: There is no such action: keep"},
		{"POST", "/os-networks/" + network + "/action", `{"disassociate_host": null}`, "2.96", noMore},
		{"PUT", "/os-floating-ips-bulk/delete", `{"ip_range": "192.0.2.0/24"}`, "2.1", noMore},
		{"POST", "/os-server-external-events", `{"events": [{"name": "volume-extended", "server_uuid": "` + golden + `"}]}`, "2.51",
			policy("os_compute_api:os-server-external-events:create")},
		{"POST", "/os-server-external-events", `{"events": [{"name": "volume-extended", "server_uuid": "` + golden + `"}]}`, "2.50",
			"badRequest: Invalid input for field/attribute name. Value: volume-extended. 'volume-extended' is not one of " +
				"['network-changed', 'network-vif-plugged', 'network-vif-unplugged', 'network-vif-deleted']"},
	} {
		if got := keyedFault(do(gw, test.method, "/v2.1"+test.path, test.body, at(test.version)...)); got != test.want {
			t.Errorf("%s %s at %s:\n got %s\nwant %s", test.method, test.path, test.version, got, test.want)
		}
		if test.version == "2.1" {
			if got := keyedFault(do(gw, test.method, "/v2/"+project+test.path, test.body)); got != test.want {
				t.Errorf("%s %s through /v2:\n got %s\nwant %s", test.method, test.path, got, test.want)
			}
		}
	}
}

// TestRefusedForReasons holds that the coverage explains every refusal.
func TestRefusedForReasons(t *testing.T) {
	disp := newGateway(t, newCloud()).Dispatcher(jumpgate.Compute)
	form := regexp.MustCompile(`^(300|4\d\d): `)
	n := 0
	for _, e := range jumpgate.Endpoints(jumpgate.Compute) {
		for method, reason := range disp.Reasons(e.Name) {
			n++
			if !slices.Contains(e.Methods, method) || !form.MatchString(reason) {
				t.Errorf("%s %s: %q", method, e.Name, reason)
			}
		}
		if strings.HasSuffix(e.Name, "os_hypervisors") && disp.Reasons(e.Name)[http.MethodGet] == "" {
			t.Errorf("%s has no reason", e.Name)
		}
	}
	if n < 200 {
		t.Errorf("only %d refusals", n)
	}
}

// keys drives key pairs and nothing else.
type keys struct{}

func (keys) Keypairs(context.Context) ([]*compute.Keypair, error) { return nil, nil }

// TestPartialDriver: what a driver without servers does not do is left to
// others.
func TestPartialDriver(t *testing.T) {
	disp := newGateway(t, keys{}).Dispatcher(jumpgate.Compute)
	for _, name := range []string{"v21_os_hypervisors", "v21_extensions", "v21_os_cells", "v21_servers"} {
		if disp.Handler(name) != nil {
			t.Errorf("%s is taken", name)
		}
	}
	if disp.Handler("v21_os_keypairs") == nil {
		t.Error("v21_os_keypairs is not served")
	}
}

// TestVolumesBoot asks for servers by their second name.
func TestVolumesBoot(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: golden, ProjectID: project, Status: "ACTIVE", VMState: "active"}}
	gw := newGateway(t, c)
	for _, path := range []string{"", "/detail", "/" + golden} {
		one, other := get(gw, "/v2.1/os-volumes_boot"+path), get(gw, "/v2.1/servers"+path)
		if one.Code != http.StatusOK || one.Body.String() != other.Body.String() {
			t.Errorf("%s: %d %s", path, one.Code, one.Body)
		}
	}
	if w := do(gw, "POST", "/v2.1/os-volumes_boot/"+golden+"/action", `{"os-stop": null}`); w.Code != http.StatusAccepted {
		t.Errorf("stop: %d %s", w.Code, w.Body)
	}
	if w := do(gw, "DELETE", "/v2/"+project+"/os-volumes_boot/"+golden, ""); w.Code != http.StatusNoContent {
		t.Errorf("delete: %d %s", w.Code, w.Body)
	}
}

// keyedFault is fault with the key before it.
func keyedFault(w *httptest.ResponseRecorder) string {
	var body map[string]struct{ Message string }
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	for key, f := range body {
		return key + ": " + f.Message
	}
	return ""
}
