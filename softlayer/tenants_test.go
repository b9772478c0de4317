package softlayer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestTenants checks that what one account makes does not exist for another.
func TestTenants(t *testing.T) {
	w := newWorld(t, setup{})
	demo, alt := simulator.DemoUser, simulator.AltUser
	id := w.boot(demo, "demo's own")
	a := w.raw(demo, "POST", "/compute/v2.1/os-keypairs", `{"keypair":{"name":"demo-key","public_key":"`+publicKey+`"}}`)
	if a.status != http.StatusOK {
		t.Fatal(a.body)
	}
	var images struct {
		Images []struct{ ID, Name, Visibility string }
	}
	w.into(w.raw(demo, "GET", "/image/v2/images?visibility=private", ""), &images)
	if len(images.Images) != 1 {
		t.Fatalf("%+v", images)
	}
	image := images.Images[0].ID

	for _, list := range []string{
		"/compute/v2.1/servers", "/compute/v2.1/servers/detail", "/compute/v2.1/os-keypairs", "/image/v2/images",
		"/compute/v2/307002/servers/detail",
	} {
		for _, mine := range []string{id, "demo-key", "demo web server", image} {
			if a := w.raw(alt, "GET", list, ""); a.status != http.StatusOK || strings.Contains(a.body, mine) {
				t.Errorf("%s shows %s: %d %s", list, mine, a.status, a.body)
			}
		}
	}
	server := "/compute/v2.1/servers/" + id
	for _, r := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"GET", server, "", 404, "Instance " + id + " could not be found."},
		{"PUT", server, `{"server":{"name":"mine now"}}`, 404, "Instance " + id + " could not be found."},
		{"DELETE", server, "", 404, "Instance " + id + " could not be found."},
		{"POST", server + "/action", `{"os-stop":null}`, 404, ""},
		{"POST", server + "/action", `{"os-start":null}`, 404, ""},
		{"POST", server + "/action", `{"reboot":{"type":"HARD"}}`, 404, "Instance " + id + " could not be found."},
		{"GET", "/compute/v2.1/servers?marker=" + id, "", 400, "marker [" + id + "] not found"},
		{"GET", "/compute/v2.1/os-keypairs/demo-key", "", 404, ""},
		{"DELETE", "/compute/v2.1/os-keypairs/demo-key", "", 404, ""},
		{"GET", "/image/v2/images/" + image, "", 404, ""},
		{"POST", "/compute/v2.1/servers", order(map[string]any{"imageRef": image}), 400, "Can not find requested image"},
		{"POST", "/compute/v2.1/servers", order(map[string]any{"key_name": "demo-key"}), 400, "Invalid key_name provided."},
		{"GET", "/compute/v2/307001/servers", "", 400, ""},
	} {
		a := w.raw(alt, r.method, r.path, r.body)
		if _, message := a.fault(); a.status != r.status || r.message != "" && message != r.message {
			t.Errorf("%s %s %s: %d %s", r.method, r.path, r.body, a.status, a.body)
		}
	}
	if s := w.raw(demo, "GET", server, ""); s.status != http.StatusOK || !strings.Contains(s.body, `"demo's own"`) || !strings.Contains(s.body, `"ACTIVE"`) {
		t.Errorf("afterwards: %d %s", s.status, s.body)
	}
	if w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"] != 1 {
		t.Error(w.sim.Calls())
	}
}

// TestTenantCaches gives the accounts different catalogues and checks that
// neither gets the other's, and that each asks with its own key.
func TestTenantCaches(t *testing.T) {
	w := newWorld(t, setup{})
	w.raw(simulator.DemoUser, "GET", "/compute/v2.1/flavors", "")
	w.raw(simulator.DemoUser, "GET", "/image/v2/images", "")
	w.sim.ResetCalls()
	only := w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Package", Body: `[{"keyName":"PUBLIC_CLOUD_SERVER","activePresets":[{"keyName":"ALT_1X1X25"}]}]`})
	defer only()
	only = w.sim.Inject(simulator.Fault{Method: "getPublicImages", Body: `[{"id":7,"globalIdentifier":"00000000-0000-4000-8000-000000000007","name":"for alt"}]`})
	defer only()
	for _, user := range []string{simulator.AltUser, simulator.DemoUser} {
		flavors := w.raw(user, "GET", "/compute/v2.1/flavors", "").body
		images := w.raw(user, "GET", "/image/v2/images", "").body
		if alt := user == simulator.AltUser; strings.Contains(flavors, "ALT_1X1X25") != alt || strings.Contains(images, "for alt") != alt {
			t.Errorf("%s sees %s\n%s", user, flavors, images)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Product_Package::getAllObjects"]; n != 1 {
		t.Errorf("%v", w.sim.Calls())
	}
}
