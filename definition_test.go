package jumpgate_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

const dns jumpgate.Service = "dns"

// zones is a driver of a small DNS service.
func zones(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	table := "delete_zone\trole:admin\tDELETE zone\n"
	policy, err := jumpgate.NewPolicy(table, nil)
	if err != nil {
		return err
	}
	disp.SetPolicy(policy)
	return disp.SetHandler("zone", jumpgate.Methods{
		"GET": func(r *jumpgate.Request) (any, error) {
			self, err := disp.EndpointURL(r, "zone", "zone_id", r.Var("zone_id"))
			return jumpgate.Object{{Name: "id", Value: r.Var("zone_id")}, {Name: "self", Value: self}}, err
		},
		"DELETE": func(*jumpgate.Request) (any, error) { return nil, nil },
	})
}

// designate is a service that the library does not know.
func designate() *jumpgate.Definition {
	return &jumpgate.Definition{
		Name: "designate", Path: "/v2",
		Endpoints: []jumpgate.Endpoint{
			{Version: "v2", Name: "zones", Methods: []string{"GET", "POST"}, Path: "/v2/zones"},
			{Version: "v2", Name: "zone", Methods: []string{"GET", "DELETE"}, Path: "/v2/zones/{zone_id}"},
		},
	}
}

func TestDefinition(t *testing.T) {
	gw := newGateway(t, jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		dns: {Driver: jumpgate.DriverFunc(zones), Definition: designate()},
	}})
	hooked := 0
	d := gw.Dispatcher(dns)
	if err := d.AddRequestHook(func(*jumpgate.Request) error { hooked++; return nil }, "zone"); err != nil {
		t.Fatal(err)
	}
	check(t, do(gw, "GET", "http://cloud/dns/v2/zones/a", ""), 401, "")
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{r.Header.Get("X-Role")}}
		return nil
	})
	check(t, do(gw, "GET", "http://cloud/dns/v2/zones/a%20b/", ""), 200, `{"id": "a b", "self": "http://cloud/dns/v2/zones/a%20b"}`)
	if hooked != 1 {
		t.Errorf("the endpoint's hook ran %d times", hooked)
	}
	check(t, do(gw, "DELETE", "/dns/v2/zones/a", "", "X-Role", "member"), 403,
		`{"error": {"code": 403, "message": "Policy doesn't allow delete_zone to be performed.", "title": "Forbidden"}}`)
	check(t, do(gw, "DELETE", "/dns/v2/zones/a", "", "X-Role", "admin"), 204, "")
	check(t, do(gw, "GET", "/dns/v2/nothing", ""), 404, "")
	check(t, do(gw, "GET", "/dns/v2/zones", ""), 501, "")
	if w := do(gw, "PUT", "/dns/v2/zones/a", ""); w.Code != 405 || w.Header().Get("Allow") != "GET, DELETE" {
		t.Errorf("a wrong method: %d %v", w.Code, w.Header())
	}
	if unused := d.UnusedEndpoints(); len(unused) != 1 || unused[0].Name != "zones" {
		t.Errorf("unused: %v", unused)
	}
	got := urls(catalogFor(t, jumpgate.Options{PublicURL: "http://cloud", Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		dns: {Driver: nothing, Definition: designate()},
	}}, "u", "p"))
	if !slices.Contains(values(got), "http://cloud/dns/v2") {
		t.Errorf("the catalog has %v", got)
	}
}

func values(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

func TestAddEndpoint(t *testing.T) {
	gw := newGateway(t, every(nothing))
	d := gw.Dispatcher(jumpgate.Compute)
	e := jumpgate.Endpoint{Version: "v2.1", Name: "mine", Methods: []string{"GET"}, Path: "/v2.1/os-mine/{mine_id}"}
	check(t, do(gw, "GET", "/compute/v2.1/os-mine/7", ""), 404, "")
	if err := d.AddEndpoint(e); err != nil {
		t.Fatal(err)
	}
	e.Methods[0] = "PUT" // the caller's own
	handle(t, gw, jumpgate.Compute, "mine", get(func(r *jumpgate.Request) (any, error) { return r.Var("mine_id"), nil }))
	check(t, do(gw, "GET", "/compute/v2.1/os-mine/7", ""), 200, `"7"`)
	if gw.Dispatcher(jumpgate.Image).Route("/v2/os-mine/7") != nil || len(jumpgate.Endpoints(jumpgate.Compute))+1 != len(d.Endpoints()) {
		t.Error("the endpoint is not the service's alone")
	}
	for want, e := range map[string]jumpgate.Endpoint{
		"has one of that name":    {Version: "v2.1", Name: "mine", Methods: []string{"GET"}, Path: "/v2.1/x"},
		"needs methods":           {Version: "v2.1", Name: "a", Path: "/v2.1/x"},
		"must begin with":         {Version: "v2.1", Name: "a", Methods: []string{"GET"}, Path: "/v3/x"},
		"neither a literal":       {Version: "v2.1", Name: "a", Methods: []string{"GET"}, Path: "/v2.1/{x}y"},
		"twice":                   {Version: "v2.1", Name: "a", Methods: []string{"GET"}, Path: "/v2.1/{x}/{x}"},
		"belongs to image":        {Service: jumpgate.Image, Version: "v2.1", Name: "a", Methods: []string{"GET"}, Path: "/v2.1/x"},
		"no microversion":         {Version: "v2.1", Name: "a", Methods: []string{"GET"}, Path: "/v2.1/x", Since: "new"},
		"letters, digits and und": {Version: "v2.1", Name: "a b", Methods: []string{"GET"}, Path: "/v2.1/x"},
	} {
		if err := d.AddEndpoint(e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", e, err, want)
		}
	}
}

// TestGuard: who is nobody gets in where OpenStack lets him, or the service is
// open, and nobody gets into another's project.
func TestGuard(t *testing.T) {
	opts := every(nothing)
	for s := range opts.Services {
		opts.Services[s] = jumpgate.ServiceOptions{Driver: nothing}
	}
	gw := newGateway(t, opts)
	var who *jumpgate.Principal
	gw.AddRequestHook(func(r *jumpgate.Request) error { r.Env.Principal = who; return nil })
	mine := &jumpgate.Principal{UserID: "u", ProjectID: "p"}
	unscoped := &jumpgate.Principal{UserID: "u"}
	system := &jumpgate.Principal{UserID: "u", SystemScope: "all"}
	for _, c := range []struct {
		who  *jumpgate.Principal
		path string
		want int // 501: past the guard
	}{
		{nil, "/v3", 501}, {nil, "/v3/users", 401}, {nil, "/compute/v2.1", 501}, {nil, "/compute/v2.1/servers", 401},
		{nil, "/image/v2/images", 401}, {nil, "/network/v2.0/networks", 401}, {nil, "/volume/v3/p/volumes", 401},
		{nil, "/baremetal/v1", 501}, {nil, "/baremetal/v1/nodes", 401},
		{mine, "/compute/v2.1/servers", 501}, {mine, "/volume/v3/p/volumes", 501}, {mine, "/volume/v3/other/volumes", 400},
		{mine, "/compute/v2.1/other/servers", 400}, {mine, "/baremetal/v1/nodes", 501},
		{unscoped, "/v3/users", 501}, {unscoped, "/compute/v2.1/servers", 403}, {unscoped, "/baremetal/v1/nodes", 403},
		{system, "/v3/users", 501}, {system, "/baremetal/v1/nodes", 501}, {system, "/compute/v2.1/servers", 403},
	} {
		who = c.who
		if w := do(gw, "GET", c.path, ""); w.Code != c.want {
			t.Errorf("%+v at %s: %d %s, want %d", c.who, c.path, w.Code, w.Body, c.want)
		}
	}
	who = nil
	check(t, do(newGateway(t, every(nothing)), "GET", "/compute/v2.1/servers", ""), 501, "")
}

func TestPolicyOfOpenService(t *testing.T) {
	for open, want := range map[bool]int{true: 204, false: 401} {
		gw := newGateway(t, jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Compute: {Open: open, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
				d.SetPolicy(policy(t, nil))
				return d.SetHandler("v21_servers", get(func(r *jumpgate.Request) (any, error) {
					return nil, d.Policy().Check(r.Context(), "never", nil)
				}))
			})},
		}})
		check(t, do(gw, "GET", "/compute/v2.1/servers", ""), want, "")
		gw.AddRequestHook(func(r *jumpgate.Request) error { // who is somebody is held to the rules
			r.Env.Principal = &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}
			return nil
		})
		check(t, do(gw, "GET", "/compute/v2.1/servers", ""), 403, "")
	}
	if policy(t, nil).Check(t.Context(), "anybody", nil) == nil {
		t.Error("a policy that is not open lets nobody in")
	}
}

func TestOutsideOfMounts(t *testing.T) {
	var log strings.Builder
	opts := every(nothing)
	opts.Logger = textLogger(&log)
	opts.AccessLog = func(*jumpgate.Request, jumpgate.Outcome) {}
	opts.Services[jumpgate.Identity] = jumpgate.ServiceOptions{Driver: nothing, Open: true, Mount: "/identity"}
	gw := newGateway(t, opts)
	ran, status := 0, 0
	gw.AddRequestHook(func(r *jumpgate.Request) error { ran++; r.Env.RequestID = "req-mine"; return nil })
	gw.AddResponseHook(func(_ *jumpgate.Request, o jumpgate.Outcome) { status = o.Status })
	w := do(gw, "GET", "/favicon.ico", "")
	if w.Code != 404 || ran != 1 || status != 404 || w.Header().Get("X-Openstack-Request-Id") != "req-mine" {
		t.Errorf("outside: %d, hook ran %d times, outcome %d, %v", w.Code, ran, status, w.Header())
	}
	if log.Len() > 0 {
		t.Errorf("a path of nothing is warned of: %s", &log)
	}
	for range 2 {
		do(gw, "GET", "/prefix/compute/v2.1/servers", "")
	}
	if n := strings.Count(log.String(), "StripPrefix"); n != 1 || !strings.Contains(log.String(), "prefix=/prefix") {
		t.Errorf("%d warnings: %s", n, &log)
	}
	if id := do(gw, "GET", "/compute/v2.1/servers", "").Header().Get("X-Compute-Request-Id"); id != "req-mine" {
		t.Errorf("the hook's id is %q in the answer", id)
	}
}

func TestPublicURLEndsInBasePath(t *testing.T) {
	for u, ok := range map[string]bool{"http://h/os": true, "http://h/a/os/": true, "http://h": false, "http://h/os/b": false} {
		opts := every(nothing)
		opts.BasePath, opts.PublicURL = "/os", u
		if _, err := jumpgate.New(opts); (err == nil) != ok {
			t.Errorf("PublicURL %q: error %v", u, err)
		}
	}
}

func TestStatusOutOfRange(t *testing.T) {
	for _, status := range []int{-1, 42, 100, 600, 1000} {
		gw := newGateway(t, every(nothing))
		handle(t, gw, jumpgate.Compute, "v21_servers", get(func(*jumpgate.Request) (any, error) {
			return &jumpgate.Response{Status: status}, nil
		}))
		check(t, do(gw, "GET", "/compute/v2.1/servers", ""), 502, "")
	}
	gw := newGateway(t, every(nothing))
	handle(t, gw, jumpgate.Compute, "v21_servers", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(7) }))
	check(t, do(gw, "GET", "/compute/v2.1/servers", ""), 502, "")
}

func TestAfter(t *testing.T) {
	same := func(s string) string { return s }
	for marker, want := range map[string]string{"": "a b", "a": "b", "b": ""} {
		if rest, ok := jumpgate.After([]string{"a", "b"}, marker, same); !ok || strings.Join(rest, " ") != want {
			t.Errorf("after %q: %v %v", marker, rest, ok)
		}
	}
	if _, ok := jumpgate.After([]string{"a"}, "x", same); ok {
		t.Error("an unknown marker is found")
	}
}

func TestLoudVar(t *testing.T) {
	var log strings.Builder
	opts := every(nothing)
	opts.Logger = textLogger(&log)
	opts.AccessLog = func(*jumpgate.Request, jumpgate.Outcome) {}
	gw := newGateway(t, opts)
	handle(t, gw, jumpgate.Compute, "v21_server", get(func(r *jumpgate.Request) (any, error) {
		r.LookupVar("quiet")
		return r.Var("tenant_id") + r.Var("sever_id"), nil
	}))
	check(t, do(gw, "GET", "/compute/v2.1/servers/1", ""), 200, `""`)
	if strings.Contains(log.String(), "quiet") || !strings.Contains(log.String(), "variable=sever_id") {
		t.Errorf("the log says %q", &log)
	}
}

func TestHealthchecks(t *testing.T) {
	gw := newGateway(t, every(nothing))
	for path, want := range map[string][]string{"/healthcheck": {}, "/image/healthcheck": {"OK"}, "/volume/healthcheck": {"OK"}, "/network/healthcheck": {"OK"}} {
		w := do(gw, "GET", path, "", "Accept", "application/json")
		var body struct{ Reasons []string }
		if err := json.Unmarshal(w.Body.Bytes(), &body); w.Code != 200 || err != nil || !slices.Equal(body.Reasons, want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		check(t, do(gw, "HEAD", path, ""), 204, "")
	}
	check(t, do(gw, "GET", "/image/healthcheck", ""), 200, "OK")
}
