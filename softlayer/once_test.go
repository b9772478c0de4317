package softlayer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// lost are ways in which an answer gets lost after SoftLayer has done what it
// was asked for.
var lost = map[string]simulator.Fault{
	"reset": {Reset: true, AfterEffect: true}, "null": {AfterEffect: true, Body: "null"},
	"page": {AfterEffect: true, Status: 502, Body: simulator.BodyBadGateway}, "internal": {AfterEffect: true, Status: 500, Body: simulator.BodyInternalError},
}

// eachLost plays a request for each of them, in a world of its own.
func eachLost(t *testing.T, service, method string, play func(t *testing.T, w *world, lose func())) {
	for name, f := range lost {
		t.Run(method+" "+name, func(t *testing.T) {
			w := newStorage(t)
			w.TB = t
			play(t, w, func() {
				f.Service, f.Method, f.Times = service, method, 1
				w.sim.Inject(f)
			})
		})
	}
}

// TestLostGroups: groups, rules and keys whose making, or whose end, SoftLayer
// does not answer to are found, and are there once.
func TestLostGroups(t *testing.T) {
	const groups, serverGroups, keypairs = "/network/v2.0/security-groups", "/compute/v2.1/os-server-groups", "/compute/v2.1/os-keypairs"
	count := func(w *world, path, what string) int {
		var all map[string][]json.RawMessage
		w.expect("GET", path, "", http.StatusOK, &all)
		return len(all[what])
	}
	eachLost(t, "Network_SecurityGroup", "createObject", func(t *testing.T, w *world, lose func()) {
		ids := make(map[string]bool)
		before := count(w, groups, "security_groups")
		for range 2 { // of one name, as Neutron allows
			lose()
			var made struct {
				Group struct {
					ID    string
					Rules []any `json:"security_group_rules"`
				} `json:"security_group"`
			}
			w.expect("POST", groups, `{"security_group":{"name":"web","description":"d"}}`, http.StatusCreated, &made)
			if len(made.Group.Rules) != 2 {
				t.Errorf("%d rules", len(made.Group.Rules))
			}
			ids[made.Group.ID] = true
		}
		if n := count(w, groups, "security_groups"); n != before+2 || len(ids) != 2 {
			t.Errorf("%d groups, told %v", n-before, ids)
		}
	})
	for _, method := range []string{"addRules", "removeRules", "deleteObject"} {
		eachLost(t, "Network_SecurityGroup", method, func(t *testing.T, w *world, lose func()) {
			if method == "addRules" {
				lose()
			}
			var made struct {
				Group struct {
					ID    string
					Rules []struct{ ID string } `json:"security_group_rules"`
				} `json:"security_group"`
			}
			w.expect("POST", groups, `{"security_group":{"name":"web"}}`, http.StatusCreated, &made)
			if len(made.Group.Rules) != 2 {
				t.Fatalf("%+v", made)
			}
			switch method {
			case "addRules":
				lose()
				w.expect("POST", "/network/v2.0/security-group-rules", `{"security_group_rule":{"security_group_id":"`+made.Group.ID+
					`","direction":"ingress","protocol":"tcp","port_range_min":80,"port_range_max":80}}`, http.StatusCreated, nil)
			case "removeRules":
				lose()
				w.expect("DELETE", "/network/v2.0/security-group-rules/"+made.Group.Rules[0].ID, "", http.StatusNoContent, nil)
			default:
				lose()
				w.expect("DELETE", groups+"/"+made.Group.ID, "", http.StatusNoContent, nil)
				return
			}
			w.expect("GET", groups+"/"+made.Group.ID, "", http.StatusOK, &made)
			if want := map[string]int{"addRules": 3, "removeRules": 1}[method]; len(made.Group.Rules) != want {
				t.Errorf("%d rules, want %d", len(made.Group.Rules), want)
			}
		})
	}
	for _, method := range []string{"createObject", "deleteObject"} {
		eachLost(t, "Virtual_PlacementGroup", method, func(t *testing.T, w *world, lose func()) {
			if method == "createObject" {
				lose()
			}
			var made struct {
				Group struct{ ID string } `json:"server_group"`
			}
			w.expect("POST", serverGroups, `{"server_group":{"name":"apart","policies":["anti-affinity"]}}`, http.StatusOK, &made)
			if n := count(w, serverGroups, "server_groups"); n != 1 {
				t.Errorf("%d groups", n)
			}
			if method == "deleteObject" {
				lose()
			}
			w.expect("DELETE", serverGroups+"/"+made.Group.ID, "", http.StatusNoContent, nil)
		})
		eachLost(t, "Security_Ssh_Key", method, func(t *testing.T, w *world, lose func()) {
			if method == "createObject" {
				lose()
			}
			w.expect("POST", keypairs, `{"keypair":{"name":"mine","public_key":"`+publicKey+`"}}`, http.StatusOK, nil)
			if n := count(w, keypairs, "keypairs"); n != 1 {
				t.Errorf("%d keys", n)
			}
			if method == "deleteObject" {
				lose()
			}
			w.expect("DELETE", keypairs+"/mine", "", http.StatusAccepted, nil)
		})
	}
}

// TestLostUpgrade: a resize whose answer is lost is told as one, and ordered
// once; one that SoftLayer shows nothing of is told to be unknown.
func TestLostUpgrade(t *testing.T) {
	eachLost(t, "Product_Order", "placeOrder", func(t *testing.T, w *world, lose func()) {
		id := w.bootIn(nil)
		lose()
		w.action(id, `{"resize":{"flavorRef":"B1_2X8X25"}}`, 202)
		w.is(id, "RESIZE active resize_migrating 1")
		w.clock.Advance(20 * step)
		w.is(id, "VERIFY_RESIZE resized  1")
		lose()
		w.action(id, `{"revertResize":null}`, 202)
		w.clock.Advance(20 * step)
		w.is(id, "ACTIVE active  1")
		if n := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]; n != 2 {
			t.Errorf("%d orders", n)
		}
	})
	w := newStorage(t)
	id := w.bootIn(nil)
	w.sim.Inject(simulator.Fault{Method: "placeOrder", Reset: true, Times: 1}) // before it had an effect
	a := w.action(id, `{"resize":{"flavorRef":"B1_2X8X25"}}`, http.StatusBadGateway)
	if _, message := a.fault(); !strings.Contains(message, "did not say") {
		t.Error(message)
	}
	w.is(id, "ACTIVE active  1")
}

// TestKeypairsAsInNova: a key is kept as it came, to its last line feed, and may
// have several names.
func TestKeypairsAsInNova(t *testing.T) {
	const keypairs = "/compute/v2.1/os-keypairs"
	w := newWorld(t, setup{})
	show := func(name string) string {
		var k struct {
			Keypair struct {
				Key string `json:"public_key"`
			}
		}
		w.expect("GET", keypairs+"/"+name, "", http.StatusOK, &k)
		return k.Keypair.Key
	}
	for _, end := range []string{"\n", "", " \r\n"} {
		body, _ := json.Marshal(map[string]any{"keypair": map[string]string{"name": "mine", "public_key": publicKey + end}})
		w.expect("POST", keypairs, string(body), http.StatusOK, nil)
		if got := show("mine"); got != publicKey+end {
			t.Errorf("%q, want the key with %q", got, end)
		}
		w.expect("DELETE", keypairs+"/mine", "", http.StatusAccepted, nil)
	}
	for _, name := range []string{"one", "two"} {
		w.expect("POST", keypairs, fmt.Sprintf(`{"keypair":{"name":%q,"public_key":"%s"}}`, name, publicKey+`\n`), http.StatusOK, nil)
	}
	if a := w.raw(simulator.DemoUser, "POST", keypairs, `{"keypair":{"name":"two","public_key":"`+publicKey+`"}}`); a.status != http.StatusConflict {
		t.Errorf("a name twice: %d %s", a.status, a.body)
	}
	if got := show("two"); got != publicKey+"\n" {
		t.Errorf("%q", got)
	}
	named := func(key string) {
		t.Helper()
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"key_name": key}))
		var made struct{ Server struct{ ID string } }
		w.into(a, &made)
		var s struct {
			Server struct {
				Key string `json:"key_name"`
			}
		}
		w.expect("GET", "/compute/v2.1/servers/"+made.Server.ID, "", http.StatusOK, &s)
		if s.Server.Key != key {
			t.Errorf("%q, want %q", s.Server.Key, key)
		}
		var list struct{ Servers []struct{ ID string } }
		w.expect("GET", "/compute/v2.1/servers?key_name="+key, "", http.StatusOK, &list, "OpenStack-API-Version", "compute 2.83")
		if len(list.Servers) != 1 {
			t.Errorf("by key %s: %+v", key, list)
		}
	}
	named("one")
	named("two")
	w.expect("DELETE", keypairs+"/one", "", http.StatusAccepted, nil)
	if got := show("two"); got != publicKey+"\n" {
		t.Errorf("%q", got)
	}
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"key_name": "two"}))
	if a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestLostAttachments: a volume whose attaching, or detaching, SoftLayer does not
// answer to is attached, or detached, and keeps that it goes with the server.
func TestLostAttachments(t *testing.T) {
	for method, kind := range map[string]string{
		"attachDiskImage": "portable", "detachDiskImage": "portable", "allowAccessFromVirtualGuest": "", "removeAccessFromVirtualGuest": "",
	} {
		service, members := "Network_Storage", ""
		if kind != "" {
			service, members = "Virtual_Guest", `,"volume_type":"`+kind+`"`
		}
		eachLost(t, service, method, func(t *testing.T, w *world, lose func()) {
			id := w.bootIn(nil)
			volume := w.newVolume(members)
			path := "/compute/v2.1/servers/" + id + "/os-volume_attachments"
			attached := func() (list struct {
				Attachments []struct {
					Delete bool `json:"delete_on_termination"`
				} `json:"volumeAttachments"`
			}) {
				w.expect("GET", path, "", http.StatusOK, &list, "OpenStack-API-Version", "compute 2.79")
				return list
			}
			detaches := strings.HasPrefix(method, "detach") || strings.HasPrefix(method, "remove")
			if !detaches {
				lose()
			}
			w.expect("POST", path, `{"volumeAttachment":{"volumeId":"`+volume+`","delete_on_termination":true}}`, http.StatusOK, nil, "OpenStack-API-Version", "compute 2.79")
			w.clock.Advance(5 * step)
			if list := attached(); len(list.Attachments) != 1 || !list.Attachments[0].Delete {
				t.Errorf("%+v", list)
			}
			if detaches {
				lose()
			}
			w.expect("DELETE", path+"/"+volume, "", http.StatusAccepted, nil)
			w.clock.Advance(5 * step)
			if list := attached(); len(list.Attachments) != 0 {
				t.Errorf("%+v", list)
			}
		})
	}
}
