package compute_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// spice is a cloud with consoles that have a port for TLS.
type spice struct{ *cloud }

func (spice) ConsoleOfToken(_ context.Context, token string) (*compute.Console, error) {
	c := &compute.Console{ServerID: golden, Type: token, Host: "192.0.2.1", Port: 5900, TLSPort: 5901, InternalPath: "x"}
	if token == "nothing" {
		return nil, jumpgate.NotFound
	}
	return c, nil
}

// TestConsoleOfToken: from 2.99 on a port for TLS is shown of the one type that
// has it, and parameters are refused.
func TestConsoleOfToken(t *testing.T) {
	c := spice{newCloud()}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
		Mount: "/", Policy: map[string]string{"os_compute_api:os-console-auth-tokens": "@"},
		Driver: jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			gw.AddRequestHook(authenticate)
			return compute.Register(disp, c, registerOptions(c.cloud))
		}),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	shown := func(more string) string {
		return `{"console": {"instance_uuid": "` + golden + `", "host": "192.0.2.1", "port": 5900, "internal_access_path": "x"` + more + `}}`
	}
	for _, row := range []struct {
		version, token string
		status         int
		body           string
	}{
		{"2.31", "novnc", 200, shown("")},
		{"2.98", "spice-direct?a=b", 200, shown("")},
		{"2.99", "spice-direct", 200, shown(`, "tls_port": 5901`)},
		{"2.99", "novnc", 200, shown("")},
		{"2.99", "novnc?a=b", 400, ""},
		{"2.31", "nothing", 404, `{"itemNotFound": {"code": 404, "message": "Token not found"}}`},
	} {
		w := do(gw, http.MethodGet, "/v2.1/os-console-auth-tokens/"+row.token, "", headersAt(row.version)...)
		if w.Code != row.status || row.body != "" && w.Body.String() != row.body {
			t.Errorf("%s at %s: %d %s, want %d %s", row.token, row.version, w.Code, w.Body, row.status, row.body)
		}
	}
	if w := do(gw, http.MethodGet, "/v2/"+project+"/os-console-auth-tokens/novnc", ""); w.Code != http.StatusBadRequest {
		t.Errorf("in 2.0: %d %s", w.Code, w.Body)
	}
}
