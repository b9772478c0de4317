package softlayer

import (
	"net/http"
	"strings"
	"testing"
)

// shownNode is a node as Ironic shows it.
type shownNode struct {
	UUID, Name, Owner, Description string
	State                          string         `json:"provision_state"`
	Target                         string         `json:"target_provision_state"`
	Power                          string         `json:"power_state"`
	Reservation                    string         `json:"reservation"`
	Properties                     map[string]any `json:"properties"`
	Extra                          map[string]any `json:"extra"`
	Class                          string         `json:"resource_class"`
}

const ironicVersion = "X-OpenStack-Ironic-API-Version"

func (w *world) ironic(method, path, body string, status int) *answer {
	w.Helper()
	a := w.raw("demo", method, "/baremetal/v1"+path, body, ironicVersion, "1.82")
	if a.status != status {
		w.Fatalf("%s %s: %d %s, want %d", method, path, a.status, a.body, status)
	}
	return a
}

func (w *world) node(ident string) (n shownNode) {
	w.Helper()
	w.into(w.ironic("GET", "/nodes/"+ident, "", 200), &n)
	return n
}

// TestNodes shows bare metal servers: a list with one call, whoever asks.
func TestNodes(t *testing.T) {
	w := newWorld(t, setup{})
	w.token("demo")
	var list struct{ Nodes []shownNode }
	cost := w.calls(func() { w.into(w.ironic("GET", "/nodes/detail", "", 200), &list) })
	if len(list.Nodes) != 2 || cost != 1 {
		t.Fatalf("%d nodes for %d calls", len(list.Nodes), cost)
	}
	n := list.Nodes[0]
	if n.Name != "bm-demo" || n.State != "active" || n.Power != "" || n.Owner != "307001" || n.Class != "baremetal-8x32" ||
		n.Properties["cpus"] != float64(8) || n.Properties["memory_mb"] != float64(32768) || n.Properties["local_gb"] != float64(960) ||
		n.Description != "the first machine" {
		t.Errorf("listed %+v", n)
	}
	if one := w.node(n.UUID); one.Power != "power on" || one.Name != n.Name {
		t.Errorf("shown %+v", one)
	}
	if one := w.node("bm-big"); one.Power != "power off" || one.UUID != list.Nodes[1].UUID {
		t.Errorf("by name %+v", one)
	}
	if a := w.raw("alt", "GET", "/baremetal/v1/nodes/"+n.UUID, "", ironicVersion, "1.82"); a.status != http.StatusNotFound {
		t.Errorf("another account's node: %d %s", a.status, a.body)
	}

	var ports struct {
		Ports []struct {
			UUID, Address string
			Node          string `json:"node_uuid"`
		}
	}
	cost = w.calls(func() { w.into(w.ironic("GET", "/ports/detail", "", 200), &ports) })
	if len(ports.Ports) != 4 || ports.Ports[0].Node != n.UUID || cost > 2 { // whose they are is a second list
		t.Errorf("%d ports for %d calls: %+v", len(ports.Ports), cost, ports)
	}
	w.ironic("GET", "/ports/"+ports.Ports[3].UUID, "", 200)

	// What takes buying, or is not the customer's to change.
	w.ironic("POST", "/nodes", `{"driver": "softlayer"}`, http.StatusForbidden)
	w.ironic("DELETE", "/nodes/"+n.UUID, "", http.StatusForbidden)
	w.ironic("PATCH", "/nodes/"+n.UUID, `[{"op": "add", "path": "/properties/cpus", "value": 9}]`, 400)
}

// TestNodeChanges keeps a node's name, description and extra in SoftLayer.
func TestNodeChanges(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.node("bm-demo").UUID
	w.ironic("PATCH", "/nodes/"+id, `[{"op": "replace", "path": "/name", "value": "bm-new"}, {"op": "add", "path": "/extra/rack", "value": "r7"}]`, 200)
	if n := w.node("bm-new"); n.UUID != id || n.Extra["rack"] != "r7" || n.Description != "the first machine" {
		t.Errorf("changed %+v", n)
	}
	w.ironic("PATCH", "/nodes/"+id, `[{"op": "replace", "path": "/description", "value": "other"}]`, 200)
	if n := w.node(id); n.Description != "other" || n.Extra["rack"] != "r7" {
		t.Errorf("changed %+v", n)
	}
}

// TestNodeLife switches, reloads, rescues and cancels.
func TestNodeLife(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.node("bm-demo").UUID
	power := func(target string, status int, then string) {
		t.Helper()
		w.ironic("PUT", "/nodes/"+id+"/states/power", `{"target": "`+target+`"}`, status)
		if n := w.node(id); n.Power != then {
			t.Errorf("%s: %q", target, n.Power)
		}
	}
	power("power off", 202, "power off")
	power("power on", 202, "power on")
	power("rebooting", 202, "power on")
	power("soft power off", 400, "power on")

	provision := func(body string, status int) {
		t.Helper()
		w.ironic("PUT", "/nodes/"+id+"/states/provision", body, status)
	}
	is := func(state, target string) {
		t.Helper()
		if n := w.node(id); n.State != state || n.Target != target {
			t.Errorf("%s to %q, want %s to %q", n.State, n.Target, state, target)
		}
	}
	provision(`{"target": "manage"}`, 400)
	provision(`{"target": "rebuild"}`, 202)
	is("deploying", "active")
	w.ironic("PUT", "/nodes/"+id+"/states/power", `{"target": "power off"}`, http.StatusConflict) // SoftLayer works on it
	w.clock.Advance(10 * step)
	is("active", "")

	provision(`{"target": "rescue", "rescue_password": "x"}`, 202)
	is("rescuing", "rescue")
	w.clock.Advance(5 * step)
	is("rescue", "")
	provision(`{"target": "unrescue"}`, 202)
	is("active", "")

	// One by the month is cancelled by its bill, one by the hour is deleted.
	before := w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"]
	provision(`{"target": "deleted"}`, 202)
	is("deleting", "available")
	if after := w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"]; after != before+1 {
		t.Errorf("%d bills cancelled", after-before)
	}
	provision(`{"target": "deleted"}`, http.StatusConflict)
	w.clock.Advance(10 * step)
	if a := w.ironic("GET", "/nodes/"+id, "", http.StatusNotFound); !strings.Contains(a.body, "could not be found") {
		t.Errorf("gone: %s", a.body)
	}
	w.ironic("PUT", "/nodes/bm-big/states/provision", `{"target": "undeploy"}`, 202)
	if n := w.sim.Calls()["SoftLayer_Hardware_Server::deleteObject"]; n != 1 {
		t.Errorf("%d servers deleted", n)
	}
}
