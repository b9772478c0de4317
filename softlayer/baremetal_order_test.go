package softlayer

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

const hardwareOrder = "SoftLayer_Hardware_Server::createObject"

// nodeOrder is an order of a bare metal server.
func nodeOrder(name, more string) string {
	return `{"driver": "softlayer", "name": "` + name + `", "resource_class": "S1270_32GB_1X1TBSATA_NORAID",` +
		`"instance_info": {"image_source": "DEBIAN_12_64"}, "properties": {"datacenter": "dal10", "rack": 7}` + more + `}`
}

// TestNodeOrder orders hardware where the configuration allows it.
func TestNodeOrder(t *testing.T) {
	w := newWorld(t, setup{driver: Options{OrderHardware: true}, clockNow: true})
	var n shownNode
	w.into(w.ironic("POST", "/nodes", nodeOrder("web", `, "extra": {"k": "v", "n": 5}, "description": "front"`), 201), &n)
	if n.Name != "web" || n.State != "deploying" || n.Target != "active" || n.Owner != "307001" || n.Class != "S1270_32GB_1X1TBSATA_NORAID" ||
		n.Properties["rack"] != float64(7) || n.Properties["cpus"] != float64(4) || n.Properties["datacenter"] != "dal10" ||
		n.Extra["k"] != "v" || n.Extra["n"] != float64(5) || n.Description != "front" {
		t.Errorf("ordered %+v", n)
	}
	if at := w.node("web"); at.UUID != n.UUID || at.State != "deploying" || at.Reservation != "softlayer" || at.Extra["n"] != float64(5) {
		t.Errorf("then %+v", at)
	}
	w.clock.Advance(10 * step)
	if at := w.node("web"); at.State != "active" || at.Power != "power on" || at.Properties["memory_mb"] != float64(32768) || at.Class != n.Class {
		t.Errorf("in the end %+v", at)
	}

	// Sizes by cores and memory, by the month.
	body := `{"driver": "softlayer", "name": "small", "properties": {"cpus": "4", "memory_mb": 8192, "billing": "monthly"}, "instance_info": {"image_source": "DEBIAN_12_64"}}`
	w.into(w.ironic("POST", "/nodes", body, 201), &n)
	if n.Class != "baremetal-4x8" {
		t.Errorf("of the class %s", n.Class)
	}
	w.clock.Advance(10 * step)
	w.ironic("PUT", "/nodes/small/states/provision", `{"target": "deleted"}`, 202)
	if w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"] != 1 {
		t.Error("not billed by the month")
	}

	// What is wrong costs nothing.
	w.sim.ResetCalls()
	w.ironic("POST", "/nodes", nodeOrder("web", ""), 409)
	w.ironic("PATCH", "/nodes/small", `[{"op": "replace", "path": "/name", "value": "web"}]`, 409)
	w.ironic("PATCH", "/nodes/web", `[{"op": "replace", "path": "/name", "value": "web"}]`, 200)
	for _, body := range []string{
		`{"driver": "softlayer", "name": "x"}`,
		`{"driver": "fake-hardware", "name": "x", "resource_class": "a", "instance_info": {"image_source": "b"}}`,
		`{"driver": "softlayer", "resource_class": "a", "instance_info": {"image_source": "b"}}`,
		nodeOrder("under_score", ""),
		strings.Replace(body, `"4"`, `4.7`, 1),
		strings.Replace(body, "8192", "9000", 1),
		nodeOrder("x", `, "uuid": "11111111-2222-4333-8444-555555555555"`),
		nodeOrder("x", `, "power_interface": "ipmitool"`),
		strings.Replace(nodeOrder("x", ""), `"rack": 7`, `"billing": "never"`, 1),
		strings.Replace(nodeOrder("x", ""), `"image_source"`, `"ssh_keys": ["none"], "image_source"`, 1),
	} {
		w.ironic("POST", "/nodes", body, 400)
	}
	if n := w.sim.Calls()[hardwareOrder]; n != 0 {
		t.Errorf("%d orders", n)
	}
	for _, class := range []string{"S9999_32GB", "baremetal-4x8; or so"} {
		w.ironic("POST", "/nodes", strings.Replace(nodeOrder("x", ""), "S1270_32GB_1X1TBSATA_NORAID", class, 1), 400) // SoftLayer says so
	}
}

// TestNodeOrderRepeated: a name is one node's, however many ask for it at once
// and wherever, so that an order that is repeated is not paid for twice.
func TestNodeOrderRepeated(t *testing.T) {
	w := newWorld(t, setup{driver: Options{OrderHardware: true}})
	w.token("demo")
	var group sync.WaitGroup
	var made atomic.Int32
	for range 5 {
		group.Go(func() {
			if a := w.raw("demo", "POST", "/baremetal/v1/nodes", nodeOrder("web", ""), ironicVersion, "1.82"); a.status == 201 {
				made.Add(1)
			} else if a.status != 409 || !strings.Contains(a.body, "A node with name web already exists.") {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	group.Wait()
	if n := w.sim.Calls()[hardwareOrder]; made.Load() != 1 || n != 1 {
		t.Errorf("%d made by %d orders", made.Load(), n)
	}
}

// TestNodeOrderRefused: without the option nothing is ordered, whoever asks.
func TestNodeOrderRefused(t *testing.T) {
	w := newWorld(t, setup{})
	w.token("demo")
	if a := w.ironic("POST", "/nodes", nodeOrder("web", ""), 403); !strings.Contains(a.body, "baremetal:node:create") {
		t.Errorf("%s", a.body)
	}
	if _, err := w.driver.metal.Nodes().(baremetal.Creator[baremetal.Node]).Create(asDemo(), &baremetal.Node{Name: "web"}); jumpgate.AsError(err).Kind != jumpgate.Forbidden {
		t.Errorf("the driver: %v", err)
	}
	if n := w.sim.Calls()[hardwareOrder]; n != 0 {
		t.Errorf("%d orders", n)
	}
}

// TestNodeOrderRule: the program's rule sees the order, changes it and refuses
// it.
func TestNodeOrderRule(t *testing.T) {
	refuse := false
	w := newWorld(t, setup{driver: Options{OrderHardware: true, Ordering: Ordering{
		Node: func(ctx context.Context, order *baremetal.Node) error {
			if jumpgate.RequestFrom(ctx) == nil || order.InstanceInfo["image_source"] != "DEBIAN_12_64" {
				t.Errorf("ruled: %+v", order)
			}
			order.Name += "-ruled"
			if refuse {
				return jumpgate.Forbidden.New("No hardware today.")
			}
			return nil
		},
	}}})
	w.ironic("POST", "/nodes", nodeOrder("web", ""), 201)
	w.node("web-ruled")
	refuse = true
	if a := w.ironic("POST", "/nodes", nodeOrder("web2", ""), 403); !strings.Contains(a.body, "No hardware today.") {
		t.Errorf("%s", a.body)
	}
	if n := w.sim.Calls()[hardwareOrder]; n != 1 {
		t.Errorf("%d orders", n)
	}
}

// TestNodeOrderTrouble: an order is sent once; a lost answer is looked for.
func TestNodeOrderTrouble(t *testing.T) {
	for _, tr := range troubles {
		t.Run(tr.name, func(t *testing.T) {
			w := newWorld(t, setup{driver: Options{OrderHardware: true, Timeout: 200 * time.Millisecond}})
			w.driver.core.API.Pause = time.Millisecond
			w.token("demo")
			f := tr.fault
			f.Service, f.Method = "SoftLayer_Hardware_Server", "createObject"
			w.sim.Inject(f)
			a := w.raw("demo", "POST", "/baremetal/v1/nodes", nodeOrder("web", ""), ironicVersion, "1.82")
			found := tr.fault.AfterEffect
			if found != (a.status == http.StatusCreated) || !found && a.status < 400 || strings.Contains(a.body, canary) {
				t.Errorf("%d %s", a.status, a.body)
			}
			if n := w.sim.Calls()[hardwareOrder]; n > 1 && tr.status != http.StatusTooManyRequests { // which says that it was not taken
				t.Errorf("%d orders", n)
			}
			w.sim.ClearFaults()
			var list struct{ Nodes []shownNode }
			w.into(w.ironic("GET", "/nodes", "", 200), &list)
			if want := map[bool]int{false: 2, true: 3}[found]; len(list.Nodes) != want {
				t.Errorf("%d nodes, want %d", len(list.Nodes), want)
			}
		})
	}
}

// TestNodeKept keeps in the store what SoftLayer has no place for, for all
// replicas.
func TestNodeKept(t *testing.T) {
	store := jumpgate.NewMemoryStore(jumpgate.StoreOptions{})
	w := newWorld(t, setup{driver: Options{Store: store}, clockNow: true})
	id := w.node("bm-demo").UUID
	patch := func(path, value string, status int) *answer {
		t.Helper()
		return w.ironic("PATCH", "/nodes/"+id, fmt.Sprintf(`[{"op": "add", "path": "/%s", "value": %s}]`, path, value), status)
	}
	patch("properties/capabilities", `"boot_mode:uefi"`, 200)
	patch("extra/n", "7", 200)
	patch("extra/s", `"text"`, 200)
	patch("instance_info/note", `{"a": 1}`, 200)
	patch("instance_uuid", `"11111111-2222-4333-8444-555555555555"`, 200)
	patch("resource_class", `"gold"`, 200)
	for _, path := range []string{"properties/cpus", "driver_info/softlayer_id", "instance_info/image_source"} {
		patch(path, "9", 400)
	}
	w.ironic("PATCH", "/nodes/"+id, `[{"op": "remove", "path": "/properties/cpus"}]`, 400)
	patch("lessee", `"307002"`, 400)

	w.ironic("PUT", "/nodes/"+id+"/maintenance", `{"reason": "broken"}`, 202)
	w.ironic("PUT", "/nodes/"+id+"/states/provision", `{"target": "rebuild"}`, 400) // in maintenance
	w.ironic("DELETE", "/nodes/"+id+"/maintenance", "", 202)
	patch("protected", "true", 200)
	if a := w.ironic("PUT", "/nodes/"+id+"/states/provision", `{"target": "deleted"}`, 403); !strings.Contains(a.body, "is protected") {
		t.Errorf("%s", a.body)
	}
	for _, w := range []*world{w, w.replica()} {
		n := w.node(id)
		if n.Properties["capabilities"] != "boot_mode:uefi" || n.Properties["cpus"] != float64(8) || n.Extra["n"] != float64(7) || n.Extra["s"] != "text" || n.Class != "gold" {
			t.Errorf("kept %+v", n)
		}
		var list struct{ Nodes []shownNode }
		w.into(w.ironic("GET", "/nodes/detail?instance_uuid=11111111-2222-4333-8444-555555555555", "", 200), &list)
		if len(list.Nodes) != 1 || list.Nodes[0].UUID != id {
			t.Errorf("by instance %+v", list)
		}
	}
	w.ironic("PATCH", "/nodes/"+id, `[{"op": "remove", "path": "/extra/n"}, {"op": "remove", "path": "/extra/s"}, {"op": "remove", "path": "/protected"}]`, 200)
	if n := w.node(id); len(n.Extra) != 0 {
		t.Errorf("removed: %+v", n.Extra)
	}
	w.ironic("PUT", "/nodes/"+id+"/states/provision", `{"target": "deleted"}`, 202)
}

// TestNodeParts asks for the rest of what Ironic has of a node.
func TestNodeParts(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.node("bm-demo").UUID
	has := func(a *answer, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(a.body, part) {
				t.Errorf("%s lacks %s", a.body, part)
			}
		}
	}
	at := "/nodes/" + id
	has(w.ironic("GET", at+"/states/console", "", 200), `"console_enabled": true`, `"type": "ipmi"`, `ipmi://root:`, `@10.201.`)
	w.ironic("PUT", at+"/states/console", `{"enabled": false}`, 202)
	has(w.ironic("GET", at+"/states/console", "", 200), `"console_enabled": false`, `"console_info": null`)
	w.ironic("PUT", at+"/states/console", `{"enabled": true}`, 202)
	has(w.ironic("GET", at+"/validate", "", 200), `"power": {"result": true}`, `"raid": {"result": null`)
	has(w.ironic("GET", at+"/bios", "", 200), `"bios": []`)
	w.ironic("GET", at+"/bios/x", "", 404)
	has(w.ironic("GET", at+"/inventory", "", 200), `"count": 8`, `"physical_mb": 32768`, `"mac_address": "0c:c4:7a`, `"size": 960000000000`)
	has(w.ironic("GET", at+"/history", "", 200), `Toggle Management Interface`)
	var log struct{ History []struct{ UUID string } }
	w.into(w.ironic("GET", at+"/history", "", 200), &log)
	has(w.ironic("GET", at+"/history/"+log.History[0].UUID, "", 200), `"severity": "INFO"`, `"user": "411001"`)
	has(w.ironic("GET", at+"/vifs", "", 200), `"vifs": []`)
	w.ironic("POST", at+"/vifs", `{"id": "x"}`, 400)
	w.ironic("DELETE", at+"/vifs/x", "", 400)
	has(w.ironic("PUT", at+"/states/boot_mode", `{"target": "uefi"}`, 400), "does not support set_boot_mode")
	has(w.ironic("PUT", at+"/states/secure_boot", `{"target": true}`, 400), "does not support")
	has(w.ironic("GET", at+"/management/indicators", "", 400), "does not support get_supported_indicators")
	w.ironic("GET", at+"/management/indicators/led@system", "", 400)
	w.ironic("PUT", at+"/management/indicators/led@system", `{"state": "on"}`, 400)
	// Members may not even ask.
	for _, r := range [][3]string{
		{"GET", at + "/management/boot_device", ""}, {"GET", at + "/management/boot_device/supported", ""},
		{"PUT", at + "/management/boot_device", `{"boot_device": "pxe"}`}, {"PUT", at + "/management/inject_nmi", "{}"},
		{"GET", at + "/vendor_passthru/methods", ""}, {"GET", at + "/vendor_passthru/x", ""},
		{"GET", "/drivers/softlayer/vendor_passthru/methods", ""}, {"POST", "/drivers/softlayer/vendor_passthru/x", ""},
		{"POST", "/events", `{"events": [{"event": "network.bind_port", "port_id": "11111111-2222-4333-8444-555555555555", "mac_address": "52:54:00:00:00:01", "status": "ACTIVE"}]}`}, {"POST", "/chassis", "{}"}, {"POST", "/ports", `{"node_uuid": "` + id + `", "address": "52:54:00:00:00:01"}`},
		{"PUT", at + "/traits", `{"traits": []}`},
	} {
		w.ironic(r[0], r[1], r[2], 403)
	}
	has(w.ironic("POST", "/allocations", `{"resource_class": "baremetal"}`, 400), "does not support create_allocation")
	w.ironic("GET", "/lookup?addresses=0c:c4:7a:00:00:00", "", 404)
	w.ironic("POST", "/heartbeat/"+id, `{"callback_url": "http://127.0.0.1", "agent_token": "x"}`, 404)
}

// TestNodeTraits: tags that have the form of traits are traits.
func TestNodeTraits(t *testing.T) {
	s := setup{sim: simulator.Options{Accounts: []simulator.Account{{
		ID: 307001, Users: []simulator.User{{ID: 411001, Name: simulator.DemoUser, Key: simulator.DemoKey, Master: true}},
		Hardware: []simulator.Hardware{{Hostname: "bm-demo", Tags: []string{"mine", "custom_gold"}}},
	}}}}
	w := newWorld(t, s)
	id := w.node("bm-demo").UUID
	if a := w.ironic("GET", "/nodes/"+id+"/traits", "", 200); !strings.Contains(a.body, `["CUSTOM_GOLD"]`) {
		t.Errorf("%s", a.body)
	}
	nodes := w.driver.metal.Nodes().(baremetal.Updater[baremetal.Node])
	if _, err := nodes.Update(asDemo(), id, baremetal.NewUpdate(func(n *baremetal.Node) { n.Traits = []string{"CUSTOM_A", "HW_CPU_X86_VMX"} }, "traits")); err != nil {
		t.Fatal(err)
	}
	if a := w.ironic("GET", "/nodes/"+id+"/traits", "", 200); !strings.Contains(a.body, `["CUSTOM_A", "HW_CPU_X86_VMX"]`) {
		t.Errorf("%s", a.body)
	}
}
