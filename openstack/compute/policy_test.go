package compute_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestPartsOfOrders: rules for parts of a request count when they are replaced.
func TestPartsOfOrders(t *testing.T) {
	order := func(more string) string {
		return `{"server": {"name": "n", "flavorRef": "42", "imageRef": "` + image + `", ` + more + `}}`
	}
	for _, row := range []struct{ rule, method, path, body string }{
		{"create:attach_network", "POST", "/v2.1/servers", order(`"networks": "auto"`)},
		{"create:attach_network", "POST", "/v2.1/servers", order(`"networks": [{"uuid": "` + golden + `"}]`)},
		{"create:attach_volume", "POST", "/v2.1/servers", order(`"networks": "none", "block_device_mapping_v2": [
			{"boot_index": 0, "uuid": "` + image + `", "source_type": "image", "destination_type": "volume", "volume_size": 1}]`)},
		{"create:trusted_certs", "POST", "/v2.1/servers", order(`"networks": "none", "trusted_image_certificates": ["a"]`)},
		{"rebuild:trusted_certs", "POST", "/v2.1/servers/1/action", `{"rebuild": {"imageRef": "` + image + `", "trusted_image_certificates": ["a"]}}`},
		{"show:flavor-extra-specs", "GET", "/v2.1/servers/1", ""},
		{"allow_all_filters", "GET", "/v2.1/servers?host=nowhere", ""},
	} {
		name := "os_compute_api:servers:" + row.rule
		ask := func(check string) (status int, text string) {
			c := withServer(nil)
			gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
				Mount: "/", Policy: map[string]string{name: check},
				Driver: jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
					gw.AddRequestHook(authenticate)
					return compute.Register(disp, c, registerOptions(c))
				}),
			}}})
			if err != nil {
				t.Fatal(err)
			}
			w := do(gw, row.method, row.path, row.body, at("2.72")...)
			return w.Code, w.Body.String()
		}
		switch status, text := ask("!"); {
		case row.rule == "show:flavor-extra-specs":
			if _, all := ask("@"); strings.Contains(text, "extra_specs") || !strings.Contains(all, "extra_specs") {
				t.Errorf("%s: %s", row.rule, text)
			}
		case row.rule == "allow_all_filters":
			if _, all := ask("@"); strings.Contains(text, `"servers": []`) || !strings.Contains(all, `"servers": []`) {
				t.Errorf("%s: %s, and %s", row.rule, text, all)
			}
		case status != http.StatusForbidden || !strings.Contains(text, "Policy doesn't allow "+name):
			t.Errorf("%s: %d %s", row.rule, status, text)
		}
	}
}

// TestWhatAdminsSee: rules for parts of answers count when they are replaced.
func TestWhatAdminsSee(t *testing.T) {
	const server, action = "/v2.1/servers/1", "/v2.1/servers/1/os-instance-actions/req-1"
	for _, row := range []struct {
		rule, version, path, host string
		want                      string // empty: not shown
	}{
		{"servers:show:host_status", "2.16", server, "UP", `"host_status": "UP"`},
		{"servers:show:host_status", "2.16", server, "UNKNOWN", `"host_status": "UNKNOWN"`},
		{"servers:show:host_status:unknown-only", "2.15", server, "UNKNOWN", ""},
		{"servers:show:host_status:unknown-only", "2.16", server, "UNKNOWN", `"host_status": "UNKNOWN"`},
		{"servers:show:host_status:unknown-only", "2.16", "/v2.1/servers/detail", "UNKNOWN", `"host_status": "UNKNOWN"`},
		{"servers:show:host_status:unknown-only", "2.16", server, "UP", ""},
		{"servers:show:host_status:unknown-only", "2.16", server, "", ""},
		{"os-instance-actions:events:details", "2.83", action, "", ""},
		{"os-instance-actions:events:details", "2.84", action, "", `"hostId": "", "details": "No valid host was found."}`},
		{"os-instance-actions:events", "2.50", action, "", `"result": "Error", "traceback": null}`},
		{"os-instance-actions:events", "2.84", action, "", `"traceback": null, "host": "h", "hostId": ""}`},
	} {
		c := withServer(func(s *compute.Server) { s.HostStatus = row.host })
		c.done = []compute.ServerAction{{Name: "resize", RequestID: "req-1", Failed: true, Events: []compute.ServerEvent{{
			Name: "conductor_migrate_server", Finished: time.Unix(1, 0), Failed: true, Host: "h", Details: "No valid host was found.",
		}}}}
		gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
			Mount: "/", Policy: map[string]string{"os_compute_api:" + row.rule: "@"},
			Driver: jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				gw.AddRequestHook(authenticate)
				return compute.Register(disp, c, registerOptions(c))
			}),
		}}})
		if err != nil {
			t.Fatal(err)
		}
		text := get(gw, row.path, at(row.version)...).Body.String()
		shown := strings.Contains(text, "host_status") || strings.Contains(text, `"details"`) || strings.Contains(text, `"traceback"`)
		if !strings.Contains(text, `"id": "1"`) && !strings.Contains(text, "req-1") || shown != (row.want != "") || !strings.Contains(text, row.want) {
			t.Errorf("%s of a host that is %q, at %s: %s", row.rule, row.host, row.version, text)
		}
	}
}
