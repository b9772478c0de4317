package compute_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// register is what New says of a compute service with that driver.
func register(driver any, opts compute.Options) (*jumpgate.Gateway, error) {
	return jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Mount: "/", Driver: jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			gw.AddRequestHook(authenticate)
			return compute.Register(disp, driver, opts)
		})},
	}})
}

// misspelt has a method that no interface has: it takes no context.
type misspelt struct{ shelf }

func (misspelt) StartServer(string) error { return nil }

// TestRegisterRefuses: what would serve nothing, or less than its author thinks.
func TestRegisterRefuses(t *testing.T) {
	version := func(minor int) jumpgate.Microversion { return jumpgate.Microversion{Major: 2, Minor: minor} }
	for _, c := range []struct {
		driver any
		opts   compute.Options
		want   string // part of the error
	}{
		{nil, compute.Options{}, "compute: the driver is nil"},
		{struct{}{}, compute.Options{}, "none of the interfaces of a driver, as compute.ServerLister, "},
		{misspelt{}, compute.Options{}, "the method StartServer of compute_test.misspelt is a func(string) error; expected is a func(context.Context, string) error"},
		{shelf{}, compute.Options{Policy: map[string]string{"no:such:rule": "@"}}, "no:such:rule"},
		{shelf{}, compute.Options{MaxVersion: version(105)}, "no range of microversions from 2.1 to 2.105; there are 2.1 to 2.104"},
		{shelf{}, compute.Options{MinVersion: version(60), MaxVersion: version(53)}, "no range of microversions from 2.60 to 2.53"},
	} {
		if _, err := register(c.driver, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T %+v: %v, want %q", c.driver, c.opts, err, c.want)
		}
	}
}

// TestRegisterOptions: a narrower range is told and kept, and a rule is replaced.
func TestRegisterOptions(t *testing.T) {
	c := newCloud()
	gw, err := register(c, compute.Options{
		MinVersion: jumpgate.Microversion{Major: 2, Minor: 10}, MaxVersion: jumpgate.Microversion{Major: 2, Minor: 60},
		Policy: map[string]string{"os_compute_api:os-keypairs:index": "!"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := do(gw, http.MethodGet, "/v2.1/", "")
	if text := w.Body.String(); !strings.Contains(text, `"version": "2.60"`) && !strings.Contains(text, `"version":"2.60"`) || !strings.Contains(text, "2.10") {
		t.Errorf("the version document is %s", text)
	}
	for minor, want := range map[string]int{"2.9": http.StatusNotAcceptable, "2.61": http.StatusNotAcceptable, "2.60": http.StatusOK} {
		if w := do(gw, http.MethodGet, "/v2.1/flavors", "", headersAt(minor)...); w.Code != want {
			t.Errorf("%s: %d, want %d", minor, w.Code, want)
		}
	}
	if w := do(gw, http.MethodGet, "/v2.1/os-keypairs", "", headersAt("2.60")...); w.Code != http.StatusForbidden {
		t.Errorf("a rule that lets nobody lets somebody: %d", w.Code)
	}
}

// TestDriverInterfaces: what Register looks for, it checks.
func TestDriverInterfaces(t *testing.T) { resttest.DriverInterfaces(t) }
