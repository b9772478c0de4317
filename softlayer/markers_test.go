package softlayer

import (
	"net/http"
	"slices"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestCreateWithTags: they are set after the order, or refused before it.
func TestCreateWithTags(t *testing.T) {
	w := newWorld(t, setup{})
	create := func(tags ...string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"tags": tags, "networks": "auto", "min_count": 2}),
			"OpenStack-API-Version", "compute 2.96")
	}
	for _, bad := range []string{"é", "os:locked", " x"} {
		if a := create("good", bad); a.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", bad, a.status, a.body)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObjects"]; n != 0 {
		t.Errorf("%d orders", n)
	}
	if a := create("good", "os:linux"); a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for s, err := range w.driver.compute.ListServers(asDemo(), compute.ServerQuery{}) {
		if err != nil || !slices.Equal(s.Tags, []string{"good", "os:linux"}) {
			t.Errorf("%+v, %v", s, err)
		}
	}
}
