package softlayer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestDiskConfig: SoftLayer sizes a disk by itself; what the user asked for is
// kept, as Nova does whose hypervisor has no use for it.
func TestDiskConfig(t *testing.T) {
	w := newWorld(t, setup{})
	const servers = "/compute/v2.1/servers"
	var made struct{ Server struct{ ID string } }
	a := w.raw(simulator.DemoUser, "POST", servers, order(map[string]any{"OS-DCF:diskConfig": "AUTO", "adminPass": "secret"}))
	w.into(a, &made)
	if !strings.Contains(a.body, `"OS-DCF:diskConfig": "AUTO"`) || strings.Contains(a.body, "secret") {
		t.Error(a.body)
	}
	w.clock.Advance(20 * step)
	for _, step := range []struct{ method, path, body, want string }{
		{"GET", "", "", "AUTO"},
		{"PUT", "", `{"server":{"OS-DCF:diskConfig":"MANUAL"}}`, "MANUAL"},
		{"GET", "", "", "MANUAL"},
		{"PUT", "", `{"server":{"name":"x"}}`, "MANUAL"},
		{"POST", "/action", `{"rebuild":{"imageRef":"` + systemID(osCode) + `","OS-DCF:diskConfig":"AUTO"}}`, "AUTO"},
		{"GET", "", "", "AUTO"},
	} {
		if a := w.raw(simulator.DemoUser, step.method, servers+"/"+made.Server.ID+step.path, step.body); !strings.Contains(a.body, `"OS-DCF:diskConfig": "`+step.want+`"`) {
			t.Errorf("%s %s: %d %s", step.method, step.body, a.status, a.body)
		}
	}
}

// TestTaggedDevices: the guest's system could not know them by their tags.
func TestTaggedDevices(t *testing.T) {
	w := newWorld(t, setup{})
	var list struct{ Networks []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-networks", ""), &list)
	for _, extra := range []map[string]any{
		{"networks": []any{map[string]any{"uuid": list.Networks[0].ID, "tag": "front"}}},
		{"networks": "auto", "block_device_mapping_v2": []any{map[string]any{
			"source_type": "image", "uuid": systemID(osCode), "destination_type": "local", "boot_index": 0, "tag": "root",
		}}},
	} {
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(extra), "OpenStack-API-Version", "compute 2.42")
		if _, message := a.fault(); a.status != http.StatusBadRequest || !strings.Contains(message, "tagged devices") {
			t.Errorf("%v: %d %s", extra, a.status, a.body)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"]; n != 0 {
		t.Errorf("%d orders", n)
	}
}
