package jumpgate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
)

func TestParseMicroversion(t *testing.T) {
	for s, want := range map[string]jumpgate.Microversion{"2.1": {2, 1}, "2.104": {2, 104}, "0.0": {}, "3.70": {3, 70}} {
		if got, ok := jumpgate.ParseMicroversion(s); !ok || got != want || got.String() != s {
			t.Errorf("ParseMicroversion(%q) = %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "2", "2.", ".1", "2.01", "02.1", "2.1.1", "2.-1", "+2.1", "2.1 ", "latest", "2.x", "2,1", "2.99999999999999999999"} {
		if got, ok := jumpgate.ParseMicroversion(s); ok || got != (jumpgate.Microversion{}) {
			t.Errorf("ParseMicroversion(%q) = %v, %v", s, got, ok)
		}
	}
	v := jumpgate.Microversion{Major: 2, Minor: 10}
	for other, want := range map[jumpgate.Microversion]bool{{2, 9}: true, {2, 10}: true, {2, 11}: false, {1, 99}: true, {3, 0}: false} {
		if v.AtLeast(other) != want {
			t.Errorf("%v at least %v: %v", v, other, !want)
		}
	}
}

// TestNegotiationAsRecorded: the version headers of all recorded answers.
func TestNegotiationAsRecorded(t *testing.T) {
	n := 0
	for _, rec := range recordings(t) {
		if !strings.Contains(rec.file, "/mv-") && !strings.Contains(rec.file, "-mv-") {
			continue
		}
		n++
		w := rec.replay(zed(t, nil, nil))
		if (w.Code >= 400) != (rec.Status >= 400) {
			t.Errorf("%s: status %d, recorded %d", rec.file, w.Code, rec.Status)
		}
		for _, name := range []string{"OpenStack-API-Version", "X-OpenStack-Nova-API-Version", "Vary"} {
			if diff := cmp.Diff(rec.responded.Values(name), w.Header().Values(name)); diff != "" {
				t.Errorf("%s: %s (-recorded +got):\n%s", rec.file, name, diff)
			}
		}
	}
	if n != 10 {
		t.Errorf("%d recordings of negotiations, want 10", n)
	}
}

func TestNegotiate(t *testing.T) {
	const (
		osAPI  = "OpenStack-API-Version"
		nova   = "X-OpenStack-Nova-API-Version"
		ironic = "X-OpenStack-Ironic-API-Version"
	)
	tests := []struct {
		service jumpgate.Service
		path    string
		headers []string
		status  int
		version jumpgate.Microversion // in the environment
		header  string                // of the answer
		body    string
	}{
		{"compute", "/v2.1/servers", nil, 200, jumpgate.Microversion{2, 1}, "compute 2.1", ""},
		{"compute", "/v2.1/p/servers", []string{osAPI, "volume 3.2, COMPUTE  2.50"}, 200, jumpgate.Microversion{2, 50}, "compute 2.50", ""},
		{"compute", "/v2.1/servers", []string{osAPI, "volume 3.2", osAPI, "compute latest"}, 200, jumpgate.Microversion{2, 90}, "compute 2.90", ""},
		{"compute", "/v2.1/servers", []string{osAPI, "compute 2.50", nova, "2.60"}, 200, jumpgate.Microversion{2, 50}, "compute 2.50", ""},
		{"compute", "/v2.1/servers", []string{nova, "2.60"}, 200, jumpgate.Microversion{2, 60}, "compute 2.60", ""},
		{"compute", "/v2.1/servers", []string{osAPI, "compute"}, 200, jumpgate.Microversion{2, 1}, "compute 2.1", ""},
		{"compute", "/v2.1/servers", []string{osAPI, "compute 2.91"}, 406, jumpgate.Microversion{2, 91}, "compute 2.91",
			`{"computeFault": {"code": 406, "message": "Version 2.91 is not supported by the API. Minimum is 2.1 and maximum is 2.90."}}`},
		{"compute", "/v2.1/servers", []string{osAPI, "compute 2.0"}, 406, jumpgate.Microversion{2, 0}, "compute 2.0", ""},
		{"compute", "/v2.1/servers", []string{osAPI, "compute 2.x"}, 400, jumpgate.Microversion{}, "",
			`{"badRequest": {"code": 400, "message": "API Version String 2.x is of invalid format. Must be of format MajorNum.MinorNum."}}`},
		// An endpoint that came later.
		{"compute", "/v2.1/servers/1/tags", []string{nova, "2.25"}, 404, jumpgate.Microversion{2, 25}, "compute 2.25",
			`{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`},
		{"compute", "/v2.1/servers/1/tags", []string{nova, "2.26"}, 200, jumpgate.Microversion{2, 26}, "compute 2.26", ""},
		// What has no microversions.
		{"compute", "/v2/servers", []string{nova, "nonsense"}, 200, jumpgate.Microversion{}, "", ""},
		{"compute", "/", []string{nova, "2.999"}, 200, jumpgate.Microversion{}, "", ""},
		{"compute", "/v2.1/nonsense", []string{nova, "2.999"}, 404, jumpgate.Microversion{}, "", ""},
		{"image", "/v2/images", []string{osAPI, "image 2.2"}, 200, jumpgate.Microversion{}, "", ""},
		{"volume", "/v2/p/volumes", []string{osAPI, "volume 3.2"}, 200, jumpgate.Microversion{}, "", ""},

		{"volume", "/v3/p/volumes", []string{osAPI, "volume 2.50"}, 200, jumpgate.Microversion{2, 50}, "volume 2.50", ""},
		{"volume", "/v3/p/volumes", []string{nova, "2.50"}, 200, jumpgate.Microversion{2, 1}, "volume 2.1", ""},
		{"baremetal", "/v1/nodes", []string{ironic, "2.50"}, 200, jumpgate.Microversion{2, 50}, "", ""},
		{"baremetal", "/v1/nodes", []string{osAPI, "baremetal 2.51"}, 200, jumpgate.Microversion{2, 51}, "", ""},
		{"baremetal", "/v1/nodes", []string{osAPI, "baremetal 1.0"}, 406, jumpgate.Microversion{1, 0}, "", ""},
	}
	for _, tt := range tests {
		gw := newGateway(t, only(tt.service))
		d := gw.Dispatcher(tt.service)
		for _, e := range jumpgate.Endpoints(tt.service) {
			handle(t, gw, tt.service, e.Name, get(func(*jumpgate.Request) (any, error) { return "ok", nil }))
		}
		var r *jumpgate.Request
		gw.AddRequestHook(func(got *jumpgate.Request) error { r = got; return nil })
		if err := d.AddRequestHook(jumpgate.Negotiate(jumpgate.Microversion{2, 1}, jumpgate.Microversion{2, 90})); err != nil {
			t.Fatal(err)
		}
		w := do(gw, "GET", tt.path, "", tt.headers...)
		check(t, w, tt.status, tt.body)
		if r.Env.Version != tt.version || w.Header().Get(osAPI) != tt.header {
			t.Errorf("%s with %q: version %v, header %q, want %v, %q", tt.path, tt.headers, r.Env.Version, w.Header().Get(osAPI), tt.version, tt.header)
		}
		if tt.service == jumpgate.Baremetal {
			want := []string{tt.version.String(), "2.1", "2.90"}
			h := w.Header()
			if got := []string{h.Get(ironic), h.Get("X-OpenStack-Ironic-API-Minimum-Version"), h.Get("X-OpenStack-Ironic-API-Maximum-Version")}; !cmp.Equal(got, want) {
				t.Errorf("%s: headers %q, want %q", tt.path, got, want)
			}
		}
	}
}
