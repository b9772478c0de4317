package jumpgate_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/softlayer/jumpgate"
)

// taker is a driver that answers endpoints with its name.
func taker(name string, hook jumpgate.RequestHook, endpoints ...string) jumpgate.Driver {
	return jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		if hook != nil {
			if err := disp.AddRequestHook(hook); err != nil {
				return err
			}
		}
		for _, e := range endpoints {
			if err := disp.SetHandler(e, get(func(*jumpgate.Request) (any, error) { return name, nil })); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestDriversFirstTakesEndpoint(t *testing.T) {
	refuse := func(*jumpgate.Request) error { return jumpgate.Forbidden }
	gw := newGateway(t, jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
		Open: true, Driver: jumpgate.Drivers(
			taker("first", nil, "v21_servers"),
			taker("second", refuse, "v21_servers", "v21_flavors"),
			taker("third", nil, "v21_servers", "v21_flavors", "v21_limits"),
		),
		Mount: "/",
	}}})
	check(t, do(gw, "GET", "/v2.1/servers", ""), 200, `"first"`)
	check(t, do(gw, "GET", "/v2.1/flavors", ""), 403, "") // the hook is the second driver's
	check(t, do(gw, "GET", "/v2.1/limits", ""), 200, `"third"`)
	check(t, do(gw, "GET", "/v2.1/extensions", ""), 501, "")

	// Once set up, a program may change what it likes.
	handle(t, gw, jumpgate.Compute, "v21_servers", get(func(*jumpgate.Request) (any, error) { return "own", nil }))
	check(t, do(gw, "GET", "/v2.1/servers", ""), 200, `"own"`)
}

func TestDriversLaterTakesAway(t *testing.T) {
	later := jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return errors.Join(disp.SetHandler("v21_servers", nil), taker("later", nil, "v21_servers").SetupRoutes(gw, disp))
	})
	refuse := func(*jumpgate.Request) error { return jumpgate.Forbidden }
	gw := newGateway(t, jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
		Open: true, Driver: jumpgate.Drivers(taker("first", refuse, "v21_servers"), later), Mount: "/",
	}}})
	check(t, do(gw, "GET", "/v2.1/servers", ""), 200, `"later"`)
}

func TestDriversReportError(t *testing.T) {
	_, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
		Open: true, Driver: jumpgate.Drivers(nothing, taker("", nil, "no_such_endpoint")),
	}}})
	var unknown *jumpgate.UnknownEndpointError
	if !errors.As(err, &unknown) {
		t.Fatalf("got %v", err)
	}
}

func TestFallback(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Image))
	disp := gw.Dispatcher(jumpgate.Image)
	disp.SetFallback(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := jumpgate.RequestFrom(req.Context())
		w.Header().Set("X-Path", r.RawPath())
		w.WriteHeader(http.StatusTeapot)
	}))
	for _, path := range []string{"/v7/things", "//v7//images", "/a%2Fb", "/v2/../x"} {
		w := do(gw, "BREW", path, "")
		if w.Code != http.StatusTeapot || w.Header().Get("X-Path") != path {
			t.Errorf("%s: status %d, path %q", path, w.Code, w.Header().Get("X-Path"))
		}
	}
	check(t, do(gw, "GET", "/v2/images", ""), 501, "")
	gw.AddRequestHook(func(*jumpgate.Request) error { return jumpgate.Forbidden })
	check(t, do(gw, "GET", "/v7/things", ""), 403, "")
	disp.SetFallback(nil)
	gw = newGateway(t, only(jumpgate.Image))
	check(t, do(gw, "GET", "/v7/things", ""), 404, "")
}

func TestDriversFallback(t *testing.T) {
	status := func(code int) jumpgate.Driver {
		return jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			disp.SetFallback(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
			return nil
		})
	}
	gw := newGateway(t, jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Image: {Open: true, Driver: jumpgate.Drivers(nothing, status(299), status(298)), Mount: "/"},
	}})
	check(t, do(gw, "GET", "/v7/things", ""), 299, "")
}

func TestForwarder(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	h := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { _, _ = w.Write([]byte(req.Method)) })
	handle(t, gw, jumpgate.Compute, "v21_servers", h)
	check(t, do(gw, "PATCH", "/v2.1/servers", ""), 404, "")
	handle(t, gw, jumpgate.Compute, "v21_servers", jumpgate.Forwarder{Handler: h})
	check(t, do(gw, "PATCH", "/v2.1/servers", ""), 200, "PATCH")
	check(t, do(gw, "BREW", "/v2.1/p/servers", ""), 200, "BREW")
}

func TestRawPath(t *testing.T) {
	for _, c := range []struct{ base, mount, target, want string }{
		{"", "/", "/v2.1/servers", "/v2.1/servers"},
		{"", "/compute", "/compute/v2.1/a%20b.json", "/v2.1/a%20b.json"},
		{"/open stack", "/compute", "/open%20st%61ck/compute/v2.1/", "/v2.1/"},
		{"", "/compute", "/compute", ""},
		{"", "/compute", "/compute/", "/"},
		{"", "/compute", "/%63ompute/x%2fy", "/x%2fy"},
	} {
		got := "nothing"
		gw := newGateway(t, jumpgate.Options{BasePath: c.base, Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Compute: {Open: true, Driver: nothing, Mount: c.mount},
		}})
		gw.AddRequestHook(func(r *jumpgate.Request) error { got = r.RawPath(); return nil })
		do(gw, "GET", c.target, "")
		if got != c.want {
			t.Errorf("base %q, mount %q, %s: got %q, want %q", c.base, c.mount, c.target, got, c.want)
		}
	}
}

func TestFork(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	inner := get(func(r *jumpgate.Request) (any, error) {
		r.Env.Set("key", "inner")
		return r.Var("server_id") + " " + r.Env.RequestID[:4], nil
	})
	aside := httptest.NewRecorder()
	handle(t, gw, jumpgate.Compute, "v21_server", get(func(r *jumpgate.Request) (any, error) {
		r.Env.Set("key", "outer")
		f := r.Fork(t.Context(), aside)
		inner.ServeHTTP(aside, f.Request)
		return r.Env.Value("key"), nil
	}))
	check(t, do(gw, "GET", "/v2.1/servers/7", ""), 200, `"outer"`)
	check(t, aside, 200, `"7 req-"`)
}
