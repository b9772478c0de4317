package softlayer

import (
	"net/http"
	"slices"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestCreateWithTags: they are set after the order, or refused before it. What
// SoftLayer can't keep is in the store, and marks nothing.
func TestCreateWithTags(t *testing.T) {
	w := newWorld(t, setup{})
	create := func(tags ...string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"tags": tags, "networks": "auto", "min_count": 2}),
			"OpenStack-API-Version", "compute 2.96")
	}
	if a := create("good", "Good"); a.status != http.StatusBadRequest {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObjects"]; n != 0 {
		t.Errorf("%d orders", n)
	}
	if a := create("good", "é", "os:locked", " x", "os:linux"); a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for s, err := range w.driver.compute.ListServers(asDemo(), compute.ServerQuery{}) {
		if err != nil || s.Locked || !slices.Equal(s.Tags, []string{"good", "os:linux", "é", "os:locked", " x"}) {
			t.Errorf("%+v, %v", s, err)
		}
	}
}
