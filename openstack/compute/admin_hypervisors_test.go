package compute_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// landlord is a cloud that shows hosts of its own to the demo user.
type landlord struct {
	*cloud
	hosts []compute.Hypervisor
}

func (l landlord) Hypervisors(ctx context.Context, withServers bool) ([]compute.Hypervisor, error) {
	if jumpgate.PrincipalFrom(ctx).ProjectID != project {
		return nil, jumpgate.Forbidden
	}
	list := make([]compute.Hypervisor, len(l.hosts))
	for i, h := range l.hosts {
		if !withServers {
			h.Servers = nil
		}
		list[i] = h
	}
	return list, nil
}

// recorded are the hosts of the recordings.
func recorded() landlord {
	l := landlord{cloud: newCloud()}
	for i, h := range []struct{ name, id string }{
		{"fake1", "0a9287cb-5865-42fa-856f-7bf77e3527bd"}, {"fake2", "74fa38b6-0f20-4342-9343-55fe35433699"},
	} {
		l.hosts = append(l.hosts, compute.Hypervisor{
			ID: h.id, Number: i + 1, Name: h.name, Type: "fake", Version: 1000,
			VCPUs: 1000, MemoryMB: 800000, DiskGB: 600000, MemoryMBUsed: 512,
			Service: compute.Service{ID: h.id, Number: i + 4, Host: h.name, Zone: "nova", Updated: date("2026-11-23T16:07:42Z")},
		})
	}
	return l
}

// TestHypervisorRecordings compares with what an admin saw of a real Nova: but
// for what no cloud tells of its hosts, and for services that are not there.
func TestHypervisorRecordings(t *testing.T) {
	files, _ := filepath.Glob("testdata/admin/*.json")
	if len(files) != 6 {
		t.Fatalf("recordings: %v", files)
	}
	gw := newGateway(t, recorded())
	for _, file := range files {
		rec := load(t, file)
		rec.User = "demo"
		for from, to := range map[string]string{
			`"host_ip": "127.0.0.1"`: `"host_ip": null`, `"disk_available_least": 0`: `"disk_available_least": 600000`,
		} {
			rec.Body = []byte(strings.ReplaceAll(string(rec.Body), from, to))
		}
		req := rec.request()
		w := get(gw, req.URL.String(), "X-OpenStack-Nova-API-Version", req.Header.Get("X-OpenStack-Nova-API-Version"),
			"OpenStack-API-Version", req.Header.Get("OpenStack-API-Version"))
		var want, got map[string]any
		if err := json.Unmarshal(rec.Body, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %s", rec.file, err, w.Body)
		}
		if services, ok := want["services"].([]any); ok {
			want["services"] = services[2:]
		}
		if sum, ok := want["hypervisor_statistics"].(map[string]any); ok {
			sum["disk_available_least"] = 1200000.0
		}
		for _, body := range []map[string]any{want, got} {
			hosts, _ := body["hypervisors"].([]any)
			for _, h := range hosts {
				if info, ok := h.(map[string]any)["cpu_info"]; ok {
					if _, text := info.(string); !text {
						t.Errorf("%s: cpu_info is %v", rec.file, info)
					}
					delete(h.(map[string]any), "cpu_info")
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || w.Code != rec.Status {
			t.Errorf("%s: %d (-want +got):\n%s", rec.file, w.Code, diff)
		}
	}
}

// TestHypervisors: versions, pages, and who may see what.
func TestHypervisors(t *testing.T) {
	const first, second = "0a9287cb-5865-42fa-856f-7bf77e3527bd", "74fa38b6-0f20-4342-9343-55fe35433699"
	l := recorded()
	l.hosts[1].Servers = []compute.HypervisorServer{{ID: golden, Name: "web"}}
	gw := newGateway(t, l)
	brief := func(id, name string) string {
		return `{"id": ` + id + `, "hypervisor_hostname": "` + name + `", "state": "up", "status": "enabled"`
	}
	const servers = `, "servers": [{"name": "web", "uuid": "` + golden + `"}]}`
	for _, test := range []struct{ path, version, want string }{
		{"/os-hypervisors?limit=1", "2.32", `{"hypervisors": [` + brief("1", "fake1") + `}, ` + brief("2", "fake2") + `}]}`},
		{"/os-hypervisors?limit=1", "2.33", `{"hypervisors": [` + brief("1", "fake1") + `}], "hypervisors_links": [{"rel": "next", "href": "http://127.0.0.1:18774/v2.1/os-hypervisors?limit=1&marker=1"}]}`},
		{"/os-hypervisors?marker=1&with_servers=what", "2.33", `{"hypervisors": [` + brief("2", "fake2") + `}]}`},
		{"/os-hypervisors?marker=x", "2.33", `marker [x] not found`},
		{"/os-hypervisors?limit=x", "2.33", `Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'`},
		{"/os-hypervisors?limit=1&marker=" + first, "2.53", `{"hypervisors": [` + brief(`"`+second+`"`, "fake2") +
			`}], "hypervisors_links": [{"rel": "next", "href": "http://127.0.0.1:18774/v2.1/os-hypervisors?limit=1&marker=` + second + `"}]}`},
		{"/os-hypervisors?x=1", "2.53", `Additional properties are not allowed ('x' was unexpected)`},
		{"/os-hypervisors?with_servers=1&hypervisor_hostname_pattern=AKE2", "2.53", `{"hypervisors": [` + brief(`"`+second+`"`, "fake2") + servers + `]}`},
		{"/os-hypervisors?with_servers=1&limit=1", "2.74", `{"hypervisors": [` + brief(`"`+first+`"`, "fake1") +
			`}], "hypervisors_links": [{"rel": "next", "href": "http://127.0.0.1:18774/v2.1/os-hypervisors?limit=1&with_servers=1&marker=` + first + `"}]}`},
		{"/os-hypervisors?hypervisor_hostname_pattern=none", "2.53", `No hypervisor matching 'none' could be found.`},
		{"/os-hypervisors?hypervisor_hostname_pattern=a&limit=1", "2.53", `Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.`},
		{"/os-hypervisors/fake/search", "2.52", `{"hypervisors": [` + brief("1", "fake1") + `}, ` + brief("2", "fake2") + `}]}`},
		{"/os-hypervisors/fake2/servers", "2.52", `{"hypervisors": [` + brief("2", "fake2") + servers + `]}`},
		{"/os-hypervisors/x/servers", "2.1", `No hypervisor matching 'x' could be found.`},
		{"/os-hypervisors/fake/search", "2.53", `The resource could not be found.`},
		{"/os-hypervisors/fake2", "2.52", `Hypervisor with ID 'fake2' could not be found.`},
		{"/os-hypervisors/3", "2.52", `Hypervisor with ID '3' could not be found.`},
		{"/os-hypervisors/2", "2.53", `Invalid uuid 2`},
		{"/os-hypervisors/" + golden, "2.53", `Hypervisor with ID '` + golden + `' could not be found.`},
		{"/os-hypervisors/" + second + "?with_servers=true", "2.88", `{"hypervisor": ` + brief(`"`+second+`"`, "fake2") +
			`, "hypervisor_type": "fake", "hypervisor_version": 1000, "host_ip": null, "service": {"id": "` + second + `", "host": "fake2", "disabled_reason": null}, "uptime": null` + servers + `}`},
		{"/os-hypervisors/1/uptime", "2.52", `The requested functionality is not supported.`},
		{"/os-hypervisors/" + first + "/uptime", "2.88", `The resource could not be found.`},
		{"/os-hypervisors/statistics", "2.88", `The resource could not be found.`},
		{"/os-services?host=fake2&binary=nova-compute", "2.53", `{"services": [{"binary": "nova-compute", "host": "fake2", "id": "` + second +
			`", "zone": "nova", "status": "enabled", "state": "up", "updated_at": "2026-11-23T16:07:42.000000", "disabled_reason": null, "forced_down": false}]}`},
		{"/os-services?binary=nova-scheduler", "2.1", `{"services": []}`},
		{"/os-hosts?zone=nova", "2.42", `{"hosts": [{"host_name": "fake1", "service": "compute", "zone": "nova"}, {"host_name": "fake2", "service": "compute", "zone": "nova"}]}`},
		{"/os-hosts?zone=x", "2.1", `{"hosts": []}`},
		{"/os-hosts", "2.43", `The resource could not be found.`},
		{"/os-services?x=1", "2.75", `Additional properties are not allowed ('x' was unexpected)`},
	} {
		w := get(gw, "/v2.1"+test.path, at(test.version)...)
		if w.Body.String() != test.want && fault(w) != test.want {
			t.Errorf("%s at %s: %d %s\nwant %s", test.path, test.version, w.Code, w.Body, test.want)
		}
	}
	for path, rule := range map[string]string{
		"/os-hypervisors": "os-hypervisors:list", "/os-hypervisors/detail": "os-hypervisors:list-detail", "/os-hypervisors/1": "os-hypervisors:show",
		"/os-hypervisors/statistics": "os-hypervisors:statistics", "/os-hypervisors/a/search": "os-hypervisors:search", "/os-services": "os-services:list",
	} {
		for _, root := range []string{"/v2.1", "/v2/552983f366ca46a288e39dadbd529822"} {
			w := do(gw, "GET", root+path, "", "X-Auth-Token", "alt_demo")
			if want := "Policy doesn't allow os_compute_api:" + rule + " to be performed."; w.Code != 403 || fault(w) != want {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	}
}

// TestChosenHosts: who may see hosts may choose one for a server.
func TestChosenHosts(t *testing.T) {
	for _, test := range []struct {
		user, version, more string
		status              int
		message             string
		host, zone          string
	}{
		{"demo", "2.1", `"availability_zone": "nova:fake2"`, 202, "", "74fa38b6-0f20-4342-9343-55fe35433699", "nova"},
		{"demo", "2.1", `"availability_zone": ":fake1"`, 202, "", "0a9287cb-5865-42fa-856f-7bf77e3527bd", "nova"},
		{"demo", "2.1", `"availability_zone": "nova::fake2"`, 202, "", "74fa38b6-0f20-4342-9343-55fe35433699", "nova"},
		{"demo", "2.1", `"availability_zone": "nova:"`, 202, "", "", "nova"},
		{"demo", "2.74", `"host": "fake1", "hypervisor_hostname": "fake1"`, 202, "", "0a9287cb-5865-42fa-856f-7bf77e3527bd", "nova"},
		{"demo", "2.74", `"hypervisor_hostname": "fake3"`, 400, "Compute host fake3 could not be found.", "", ""},
		{"demo", "2.1", `"availability_zone": "nova:fake1:fake2"`, 400, "Compute host fake2 could not be found.", "", ""},
		{"demo", "2.1", `"availability_zone": "elsewhere:fake1"`, 400, "Compute host fake1 could not be found.", "", ""},
		{"alt_demo", "2.1", `"availability_zone": "nova:fake1", "networks": [{}]`, 403, "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed.", "", ""},
		{"alt_demo", "2.74", `"host": "fake1"`, 403, "Policy doesn't allow compute:servers:create:requested_destination to be performed.", "", ""},
	} {
		l := recorded()
		w := do(newGateway(t, l), "POST", "/v2.1/servers", `{"server": {"name": "s", "imageRef": "`+image+`", "flavorRef": "1", "networks": [{"uuid": "`+network+`"}], `+test.more+`}}`,
			append(at(test.version), "X-Auth-Token", test.user)...)
		if w.Code != test.status || test.message != "" && fault(w) != test.message {
			t.Errorf("%s: %d %s", test.more, w.Code, w.Body)
		}
		if test.status == 202 && (len(l.orders) != 1 || l.orders[0].Hypervisor != test.host || l.orders[0].AvailabilityZone != test.zone) {
			t.Errorf("%s: %+v", test.more, l.orders)
		}
	}
}
