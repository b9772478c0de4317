package passthrough_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

func TestParseModes(t *testing.T) {
	modes, err := passthrough.ParseModes(strings.NewReader(`
# whole service, then exceptions
compute.* = pass
  compute.v21_servers*=own
identity.v3_auth_tokens = deny
image.v2_images = shadow
network.* = off
`))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "modes", fmt.Sprint(modes),
		"[{compute.* pass} {compute.v21_servers* own} {identity.v3_auth_tokens deny} {image.v2_images shadow} {network.* off}]")
	for text, want := range map[string]string{
		"compute.*":                 "line 1: want",
		"\ncompute.* = perhaps":     "line 2: unknown mode",
		"compute.v21_serverz = own": "matches no endpoint",
		"nova.* = own":              "matches no endpoint",
		"compute.[ = own":           "syntax error",
		" = own":                    "matches no endpoint",
	} {
		if _, err := passthrough.ParseModes(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzParseModes(f *testing.F) {
	f.Add("compute.* = pass")
	f.Add("# x\nimage.v2_[a-z]* = own\n")
	f.Fuzz(func(t *testing.T, text string) {
		modes, err := passthrough.ParseModes(strings.NewReader(text))
		if err != nil {
			return
		}
		var again strings.Builder
		for _, rule := range modes {
			fmt.Fprintf(&again, "%s = %s\n", rule.Pattern, rule.Mode)
		}
		if twice, err := passthrough.ParseModes(strings.NewReader(again.String())); err != nil || len(twice) != len(modes) {
			t.Errorf("%q: %v", again.String(), err)
		}
	})
}

// mixed starts a Gateway with whoami's endpoints in compute before upstream.
func mixed(t *testing.T, opts passthrough.Options, own jumpgate.Driver, h http.HandlerFunc) string {
	t.Helper()
	opts.Endpoints = all(upstream(t, h).URL)
	return front(t, newGateway(t, jumpgate.Drivers(own, newDriver(t, opts)), nil)).URL
}

// hello is a driver for some endpoints of compute.
func hello(answer any) jumpgate.Driver {
	return jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		if disp.Service() != jumpgate.Compute {
			return nil
		}
		if err := disp.AddRequestHook(jumpgate.Negotiate(jumpgate.Microversion{Major: 2, Minor: 1}, jumpgate.Microversion{Major: 2, Minor: 5})); err != nil {
			return err
		}
		for _, name := range []string{"v21_servers", "v21_flavors", "v21_limits"} {
			if err := disp.SetHandler(name, jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { return answer, nil }}); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestModes(t *testing.T) {
	gw := mixed(t, passthrough.Options{Modes: passthrough.Modes{
		{"compute.v21_flavors", passthrough.Pass},
		{"compute.*_os_hypervisors*", passthrough.Deny},
		{"compute.v21_os_keypairs", passthrough.Off},
		{"compute.v21_extensions", passthrough.Own},
		{"image.*", passthrough.Deny},
		{"image.v2_images", passthrough.Pass},
		{"network.*", passthrough.Off},
		{"network.v2_networks", passthrough.Pass},
	}}, hello("own"), func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "upstream") })
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/compute/v2.1/servers", 200, `"own"`},
		{"PATCH", "/compute/v2.1/servers", 404, ""},
		{"GET", "/compute/v2.1/flavors", 200, "upstream"},
		{"GET", "/compute/v2.1/limits", 200, `"own"`},
		{"GET", "/compute/v2.1/images", 200, "upstream"},
		{"GET", "/compute/v9/unknown", 200, "upstream"},
		{"GET", "/compute/v2.1//os-hypervisors", 403, `{"forbidden"`},
		{"GET", "/compute/v2.1%2Fos-hypervisors", 404, ""},
		{"GET", "/compute/v2.1/os-hypervisors", 403, `{"forbidden"`},
		{"BREW", "/compute/v2.1/os-hypervisors", 403, `{"forbidden"`},
		{"GET", "/compute/v2.1/%6fs-hypervisors", 403, `{"forbidden"`},
		{"GET", "/compute/v2.1/%6fs-hypervisors/", 404, ""}, // upstream might read it as the denied one
		{"GET", "/compute/v2/os-hypervisors", 403, `{"forbidden"`},
		{"GET", "/compute/v2.1/os-keypairs", 501, ""},
		{"GET", "/compute/v2.1/extensions", 501, ""},
		{"GET", "/image/v2/images", 200, "upstream"},
		{"GET", "/image/v2/schemas/image", 403, ""},
		{"GET", "/image/v7/unknown", 403, ""},
		{"GET", "/network/v2.0/networks", 200, "upstream"},
		{"GET", "/network/v2.0/ports", 501, ""},
		{"GET", "/network/v7/unknown", 404, ""},
	} {
		res, body := ask(t, c.method, gw+c.path, "")
		if res.StatusCode != c.status || !strings.HasPrefix(body, c.body) {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
	}
	// The own driver's microversions are no matter of upstream's endpoints.
	res, _ := ask(t, "GET", gw+"/compute/v2.1/servers", "", "OpenStack-API-Version", "compute 2.90")
	equal(t, "own", res.StatusCode, 406)
	res, _ = ask(t, "GET", gw+"/compute/v2.1/flavors", "", "OpenStack-API-Version", "compute 2.90")
	equal(t, "upstream", res.StatusCode, 200)
}

func TestShadow(t *testing.T) {
	differences := make(chan passthrough.Difference, 10)
	opts := passthrough.Options{
		Modes:        passthrough.Modes{{"compute.*", passthrough.Shadow}},
		OnDifference: func(d passthrough.Difference) { differences <- d },
	}
	gw := mixed(t, opts, hello(map[string]any{"servers": []any{map[string]any{"id": 7, "extra": "x", "same": "a"}}, "empty": []any{1}}),
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"servers": [{"id": "7", "name": "n", "same": "b"}, {"id": null}], "empty": []}`)
		})
	res, body := ask(t, "GET", gw+"/compute/v2.1/servers", "")
	equal(t, "status", res.StatusCode, 200)
	equal(t, "body", strings.HasPrefix(body, `{"servers": [{"id": "7"`), true)
	select {
	case d := <-differences:
		equal(t, "endpoint", d.Endpoint.Name+" "+d.Method, "v21_servers GET")
		equal(t, "status", words(d.Status, d.Other), "200 200")
		equal(t, "shape", strings.Join(d.Shape, "; "), "servers[].extra: only in other; servers[].id: string, other: number; servers[].name: missing in other")
	case <-time.After(5 * time.Second):
		t.Fatal("no report")
	}
	ask(t, "GET", gw+"/compute/v2.1/servers", "", "OpenStack-API-Version", "compute 2.90")
	select {
	case d := <-differences:
		equal(t, "status", words(d.Status, d.Other), "200 406")
	case <-time.After(5 * time.Second):
		t.Fatal("no report of the refusal")
	}
	ask(t, "POST", gw+"/compute/v2.1/servers", "{}")
	ask(t, "GET", gw+"/compute/v2.1/images", "") // nobody else has it
	select {
	case d := <-differences:
		t.Errorf("a report of %v", d)
	case <-time.After(50 * time.Millisecond):
	}
}

// TestShadowDoesNoHarm has a shadow that panics, and ones that hang.
func TestShadowDoesNoHarm(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	own := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		if disp.Service() != jumpgate.Compute {
			return nil
		}
		_ = disp.SetHandler("v21_servers", jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { panic("shadow") }})
		return disp.SetHandler("v21_flavors", jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { <-release; return nil, nil }})
	})
	gw := mixed(t, passthrough.Options{Modes: passthrough.Modes{{"compute.*", passthrough.Shadow}}}, own,
		func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "upstream") })
	start := time.Now()
	for range 100 {
		for _, path := range []string{"/compute/v2.1/servers", "/compute/v2.1/flavors"} {
			res, body := ask(t, "GET", gw+path, "")
			equal(t, path, words(res.StatusCode, body), "200 upstream")
		}
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}
