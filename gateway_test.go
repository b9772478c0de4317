package jumpgate_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/softlayer/jumpgate"
)

func TestNewReportsAllFaultsTogether(t *testing.T) {
	type service = jumpgate.ServiceOptions
	gw, err := jumpgate.New(jumpgate.Options{
		BasePath:     "/a/../b",
		PublicURL:    "ftp://x",
		MaxBodyBytes: -1,
		Services: map[jumpgate.Service]service{
			"object-store":     {Driver: nothing},
			jumpgate.Identity:  {},
			jumpgate.Compute:   {Driver: nothing, Mount: "/v2"},
			jumpgate.Image:     {Driver: nothing, Mount: "/same"},
			jumpgate.Network:   {Driver: nothing, Mount: "same/"},
			jumpgate.Baremetal: {Open: true, Driver: nothing, Mount: "/a?b"},
		},
	})
	if gw != nil || err == nil {
		t.Fatalf("New = %v, %v", gw, err)
	}
	for _, want := range []string{
		`BasePath "/a/../b"`, "PublicURL must", "MaxBodyBytes is negative", `unknown service "object-store"`, "identity has no driver",
		`mount "/v2" of compute`, "image and network are both mounted at \"/same/\"", `mount "/a?b" of baremetal`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, u := range []string{"x", "//x", "http://", "http://u:canary@x", "https://x?y=1", "https://x#y", "http://a b", "://"} {
		opts := every(nothing)
		opts.PublicURL = u
		if _, err := jumpgate.New(opts); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("PublicURL %q: error %v", u, err)
		}
	}
	for mount, ok := range map[string]bool{
		"/v2": false, "/compute/v2.1": false, "/srv2": false, "/x/v1beta/y": false, "//": true, "/a//b": false, "/./a": false, "/a%20b": false, "/a#b": false,
		"/nova": true, "nova": true, "nova/": true, "/a/b": true, "/2v": true, "/va": true,
	} {
		opts := only(jumpgate.Compute)
		opts.Services[jumpgate.Compute] = jumpgate.ServiceOptions{Open: true, Driver: nothing, Mount: mount}
		if _, err := jumpgate.New(opts); (err == nil) != ok {
			t.Errorf("mount %q: error %v", mount, err)
		}
	}
	broken := errors.New("broken")
	_, err := jumpgate.New(every(jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
		if d.Service() == jumpgate.Image {
			return broken
		}
		return nil
	})))
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "image") {
		t.Errorf("a driver's error becomes %v", err)
	}
}

func TestSetUp(t *testing.T) {
	var order []jumpgate.Service
	var gateways []*jumpgate.Gateway
	gw := newGateway(t, every(jumpgate.DriverFunc(func(gw *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
		order = append(order, d.Service())
		gateways = append(gateways, gw)
		if gw.Dispatcher(d.Service()) != d || d.Gateway() != gw || gw.Logger() == nil {
			t.Errorf("%s: the parts don't know one another", d.Service())
		}
		return nil
	})))
	for i, s := range jumpgate.Services() {
		if i >= len(order) || order[i] != s || gateways[i] != gw {
			t.Fatalf("drivers were set up for %v, want %v", order, jumpgate.Services())
		}
		want := "/" + string(s)
		if s == jumpgate.Identity {
			want = ""
		}
		if got := gw.Dispatcher(s).Mount(); got != want {
			t.Errorf("%s is mounted at %q, want %q", s, got, want)
		}
	}
	if gw.Dispatcher("object-store") != nil || newGateway(t, only(jumpgate.Image)).Dispatcher(jumpgate.Compute) != nil {
		t.Error("there is a dispatcher for a service that is not served")
	}
}

func TestMounts(t *testing.T) {
	name := get(func(r *jumpgate.Request) (any, error) { return r.Endpoint().Name, nil })
	driver := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
		for _, e := range jumpgate.Endpoints(d.Service()) {
			if err := d.SetHandler(e.Name, name); err != nil {
				return err
			}
		}
		return nil
	})
	nested := map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Open: true, Driver: driver, Mount: "/api"},
		jumpgate.Image:   {Open: true, Driver: driver, Mount: "/api/image"},
	}
	for _, tt := range []struct {
		name     string
		base     string
		services map[jumpgate.Service]jumpgate.ServiceOptions
		strip    string
		path     string
		status   int
		body     string
	}{
		{"root", "", nil, "", "/v3/users", 200, `"v3_users"`},
		{"service", "", nil, "", "/compute/v2.1/servers", 200, `"v21_servers"`},
		{"service root", "", nil, "", "/compute", 200, `"index"`},
		{"service root with slash", "", nil, "", "/compute/", 200, `"index"`},
		{"name that begins like a mount", "", nil, "", "/computer/v2.1", 404, ""},
		{"base path", "/os", nil, "", "/os/v3/users", 200, `"v3_users"`},
		{"base path itself", "os/", nil, "", "/os", 200, `"versions"`},
		{"outside of the base path", "/os", nil, "", "/v3/users", 404, "404 page not found. OpenStack is served at /os/ /os/compute/ /os/image/ /os/volume/ /os/network/ /os/baremetal/\n"},
		{"beside the base path", "/os", nil, "", "/osx/v3/users", 404, ""},
		{"strip prefix", "", nil, "/os", "/os/image/v2/images", 200, `"v2_images"`},
		{"strip prefix and slash", "", nil, "/os/", "/os/image/v2/images", 200, `"v2_images"`},
		{"strip prefix alone", "", nil, "/os", "/os", 200, `"versions"`},
		{"strip prefix and base path", "/base", nil, "/os", "/os/base/image/v2/images", 200, `"v2_images"`},
		{"mount within a mount", "", nested, "", "/api/image/v2/images", 200, `"v2_images"`},
		{"mount around a mount", "", nested, "", "/api/v2.1/servers", 200, `"v21_servers"`},
		{"no service there", "", nested, "", "/v3", 404, "404 page not found. OpenStack is served at /api/ /api/image/\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := every(driver)
			if tt.services != nil {
				opts.Services = tt.services
			}
			opts.BasePath = tt.base
			var h http.Handler = newGateway(t, opts)
			if tt.strip != "" {
				h = http.StripPrefix(tt.strip, h)
			}
			check(t, do(h, "GET", tt.path, ""), tt.status, tt.body)
		})
	}
}

func TestGatewaysShareNothing(t *testing.T) {
	a, b := newGateway(t, every(nothing)), newGateway(t, every(nothing))
	handle(t, a, jumpgate.Compute, "v21_servers", get(func(*jumpgate.Request) (any, error) { return "a", nil }))
	a.AddRequestHook(func(r *jumpgate.Request) error { r.ResponseHeader().Set("X-A", "1"); return nil })
	check(t, do(a, "GET", "/compute/v2.1/servers", ""), 200, `"a"`)
	w := do(b, "GET", "/compute/v2.1/servers", "")
	check(t, w, 501, "")
	if w.Header().Get("X-A") != "" {
		t.Error("a hook of one Gateway runs in the other")
	}
	if len(a.Dispatcher(jumpgate.Compute).UnusedEndpoints())+1 != len(b.Dispatcher(jumpgate.Compute).UnusedEndpoints()) {
		t.Error("the coverage of one Gateway shows in the other")
	}
}

func TestSetHandler(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	d := gw.Dispatcher(jumpgate.Compute)
	all := len(jumpgate.Endpoints(jumpgate.Compute))
	if got := len(d.UnusedEndpoints()); got != all {
		t.Errorf("%d of %d endpoints unused at first", got, all)
	}
	h := get(func(*jumpgate.Request) (any, error) { return 1, nil })
	handle(t, gw, jumpgate.Compute, "v21_servers", h)
	if got := len(d.UnusedEndpoints()); got != all-1 || d.Handler("v21_servers") == nil || d.Handler("v21_server") != nil {
		t.Errorf("%d of %d endpoints unused, handler %v", got, all, d.Handler("v21_servers"))
	}
	check(t, do(gw, "GET", "/v2.1/servers", ""), 200, "1")
	handle(t, gw, jumpgate.Compute, "v21_servers", nil)
	check(t, do(gw, "GET", "/v2.1/servers", ""), 501, "")
	if got := len(d.UnusedEndpoints()); got != all || d.Handler("v21_servers") != nil {
		t.Errorf("%d of %d endpoints unused in the end", got, all)
	}
}

// TestChangesWhileServing is for the race detector.
func TestChangesWhileServing(t *testing.T) {
	gw := newGateway(t, every(nothing))
	d := gw.Dispatcher(jumpgate.Compute)
	h := get(func(r *jumpgate.Request) (any, error) { return r.Dispatcher().EndpointURL(r, "v21_servers") })
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for range 100 {
				if c := do(gw, "GET", "/compute/v2.1/servers", "").Code; c != 200 && c != 501 {
					t.Errorf("status %d", c)
				}
				d.UnusedEndpoints()
				d.Handler("v21_servers")
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			handle(t, gw, jumpgate.Compute, "v21_servers", h)
			gw.AddRequestHook(func(*jumpgate.Request) error { return nil })
			if err := d.AddResponseHook(func(*jumpgate.Request, jumpgate.Outcome) {}, "v21_servers"); err != nil {
				t.Error(err)
			}
			handle(t, gw, jumpgate.Compute, "v21_servers", nil)
		}
	})
	wg.Wait()
}

func TestExplain(t *testing.T) {
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
			return errors.Join(
				d.Explain("v21_flavors", "POST", "for admins alone"),
				d.Explain("v21_flavors", "GET", "only the cheap ones"),
			)
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	d := gw.Dispatcher(jumpgate.Compute)
	want := map[string]string{"POST": "for admins alone", "GET": "only the cheap ones"}
	if got := d.Reasons("v21_flavors"); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if got := d.Reasons("v21_flavor"); len(got) > 0 {
		t.Errorf("%v", got)
	}
	var unknown *jumpgate.UnknownEndpointError
	if err := d.Explain("nonsense", "GET", "x"); !errors.As(err, &unknown) {
		t.Error(err)
	}
}

func TestRoute(t *testing.T) {
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {Open: true, Driver: nothing}}})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/v2.1/servers/1": "v21_server", "/v2.1/7/servers/detail": "v21_servers_detail", "/v2.1/nonsense": "", "": "", "x": "", "/v2.1/servers/..": "",
	} {
		got := ""
		if e := gw.Dispatcher(jumpgate.Compute).Route(path); e != nil {
			got = e.Name
		}
		if got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
