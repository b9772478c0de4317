package softlayer

import (
	"context"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestOrdering: rules see what is ordered, change it, and refuse it before
// anything is bought.
func TestOrdering(t *testing.T) {
	var seen []string
	refuse := false
	rule := func(what string) error {
		seen = append(seen, what)
		if refuse {
			return jumpgate.Forbidden.New("No %s today.", strings.Fields(what)[0])
		}
		return nil
	}
	w := newWorld(t, setup{driver: Options{Ordering: Ordering{
		Server: func(ctx context.Context, order *compute.ServerCreate, flavor compute.Flavor) error {
			if jumpgate.RequestFrom(ctx) == nil {
				t.Error("no request")
			}
			order.Name += "-ruled"
			return rule("server " + flavor.ID)
		},
		Resize: func(_ context.Context, id string, order *compute.ServerResize, flavor compute.Flavor) error {
			return rule("resize " + flavor.ID)
		},
		Volume: func(_ context.Context, order *volume.Create) error {
			order.Size *= 2
			return rule("volume " + order.Type)
		},
		Address: func(_ context.Context, pool string) error { return rule("address " + pool) },
	}}})
	id := w.boot(simulator.DemoUser, "web")
	if s, err := w.driver.compute.Server(asDemo(), id); err != nil || s.Name != "web-ruled" {
		t.Errorf("%+v, %v", s, err)
	}
	var made struct{ Volume struct{ Size int } }
	w.expect("POST", volumes, `{"volume":{"size":40,"volume_type":"performance"}}`, 200, &made)
	if made.Volume.Size != 80 {
		t.Errorf("a volume of %d GB", made.Volume.Size)
	}
	refuse = true
	w.sim.ResetCalls()
	for _, r := range []struct{ path, body, word string }{
		{"/compute/v2.1/servers", order(nil), "server"},
		{"/compute/v2.1/servers/" + id + "/action", `{"resize":{"flavorRef":"B1_2X8X25"}}`, "resize"},
		{volumes, `{"volume":{"size":40}}`, "volume"},
		{"/compute/v2.1/os-floating-ips", `{}`, "address"},
	} {
		a := w.raw(simulator.DemoUser, "POST", r.path, r.body)
		if _, message := a.fault(); a.status != 403 || message != "No "+r.word+" today." {
			t.Errorf("%s: %d %s", r.word, a.status, a.body)
		}
	}
	for call, n := range w.sim.Calls() {
		if strings.Contains(call, "placeOrder") || strings.Contains(call, "createObject") {
			t.Errorf("bought: %s, %d times", call, n)
		}
	}
	if got := strings.Join(seen, ", "); got != "server "+flavor+", volume performance, server "+flavor+", resize B1_2X8X25, volume , address public" {
		t.Error(got)
	}
}
