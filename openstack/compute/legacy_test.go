package compute_test

import (
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// TestLegacyHasNoMicroversions: /v2 neither reads nor sends version headers.
func TestLegacyHasNoMicroversions(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: "1", ProjectID: project, Status: "ACTIVE", Tags: []string{"a"}, Flavor: *c.flavors[0]}}
	gw := newGateway(t, c)
	for _, path := range []string{"/v2/", "/v2/flavors/detail", "/v2/" + project + "/servers/1", "/v2/" + project + "/servers/none"} {
		plain := get(gw, path)
		for _, version := range []string{"2.96", "2.999", "nonsense", "latest"} {
			w := get(gw, path, "OpenStack-API-Version", "compute "+version, "X-OpenStack-Nova-API-Version", version)
			if w.Code != plain.Code || w.Body.String() != plain.Body.String() {
				t.Errorf("%s at %s: %d %s, want %d %s", path, version, w.Code, w.Body, plain.Code, plain.Body)
			}
			for _, name := range []string{"OpenStack-API-Version", "X-OpenStack-Nova-API-Version", "Vary"} {
				if v := w.Header().Values(name); v != nil {
					t.Errorf("%s at %s: header %s is %q", path, version, name, v)
				}
			}
		}
	}
	w := get(gw, "/v2/"+project+"/servers/1")
	for _, name := range []string{"tags", "locked", "description", "OS-EXT-SRV-ATTR:hostname", "pinned_availability_zone"} {
		if strings.Contains(w.Body.String(), `"`+name+`"`) {
			t.Errorf("a server has %s: %s", name, w.Body)
		}
	}
}

// TestLegacyLinks have the project where the path has it.
func TestLegacyLinks(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: "1", ProjectID: project, Flavor: *c.flavors[0], ImageID: image}}
	gw := newGateway(t, c)
	for path, links := range map[string][]string{
		"/v2/" + project + "/servers/1": {
			"/v2/" + project + "/servers/1", "/" + project + "/servers/1", "/" + project + "/images/" + image, "/" + project + "/flavors/42",
		},
		"/v2/servers/1":                    {"/v2/servers/1", "/servers/1", "/images/" + image, "/flavors/42"},
		"/v2.1/" + project + "/servers/1":  {"/v2.1/" + project + "/servers/1", "/" + project + "/servers/1"},
		"/v2/" + project + "/flavors/42":   {"/v2/" + project + "/flavors/42", "/" + project + "/flavors/42"},
		"/v2/flavors/42":                   {"/v2/flavors/42", "/flavors/42"},
		"/v2.1/" + project + "/flavors/42": {"/v2.1/" + project + "/flavors/42", "/" + project + "/flavors/42"},
	} {
		w := get(gw, path)
		for _, link := range links {
			if w.Code != 200 || !strings.Contains(w.Body.String(), `"href": "http://127.0.0.1:18774`+link+`"`) {
				t.Errorf("GET %s: %d %s, want a link to %s", path, w.Code, w.Body, link)
			}
		}
	}
	other := "00000000dead4bad8bad000000000000"
	for _, version := range []string{"v2", "v2.1"} {
		w := get(gw, "/"+version+"/"+other+"/servers/1")
		if want := "Malformed request URL: URL's project_id '" + other + "' doesn't match Context's project_id '" + project + "'"; w.Code != 400 || fault(w) != want {
			t.Errorf("/%s with another project: %d %s", version, w.Code, w.Body)
		}
	}
}

// TestLegacyBodies: members that are not known are dropped at any depth, names
// may have spaces around them.
func TestLegacyBodies(t *testing.T) {
	body := `{"server": {"name": "  x y ", "imageRef": "` + image + `", "flavorRef": "42", "nonsense": 1, "tags": ["a"],
		"networks": [{"uuid": "` + network + `", "nonsense": 1, "tag": "t"}], "key_name": " k ", "user_data": null,
		"availability_zone": "nova", "description": "d", "hostname": "!"}, "nonsense": {}}`
	c := newCloud()
	c.keys = []string{" k "}
	gw := newGateway(t, c)
	w := do(gw, "POST", "/v2/"+project+"/servers", body)
	if w.Code != 202 || len(c.orders) != 1 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	o := c.orders[0]
	if o.Name != "x y" || o.KeyName != " k " || o.Tags != nil || o.Hostname != "" || o.Description != "x y" || o.UserData != nil ||
		len(o.Networks) != 1 || o.Networks[0].NetworkID != network {
		t.Errorf("order %+v", o)
	}
	if want := "http://127.0.0.1:18774/v2/" + project + "/servers/" + c.servers[0].ID; w.Header().Get("Location") != want {
		t.Errorf("Location %q, want %q", w.Header().Get("Location"), want)
	}
	if w := do(gw, "POST", "/v2.1/servers", body); w.Code != 400 || len(c.orders) != 1 {
		t.Errorf("the same through /v2.1: %d, %d orders", w.Code, len(c.orders))
	}

	id := c.servers[0].ID
	for _, b := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"PUT", "/servers/" + id, `{"server": {"name": " new ", "description": 5}}`, 200, ""},
		{"PUT", "/servers/" + id, `{"server": {"name": "   "}}`, 400, "An invalid 'name' value was provided. The name must be: printable characters with at least one non space character"},
		{"POST", "/servers", `{"server": {"x": 1}}`, 400, "Invalid input for field/attribute server. Value: {'x': 1}. 'name' is a required property"},
		{"POST", "/servers", `{"server": {"name": "a", "flavorRef": "42", "metadata": {"a/b": "c"}}}`, 400,
			"Invalid input for field/attribute metadata. Value: {'a/b': 'c'}. Additional properties are not allowed ('a/b' was unexpected)"},
		{"POST", "/servers/" + id + "/action", `{"reboot": {"type": "HARD", "nonsense": 1}}`, 409, "Cannot 'reboot' instance " + id + " while it is in vm_state building"},
		{"POST", "/os-keypairs", `{"keypair": {"name": " a/b ", "public_key": "x", "type": "y"}}`, 400, "Keypair data is invalid: failed to generate fingerprint"},
		{"GET", "/servers?nonsense=1&locked=x&tags=", "", 200, ""},
		{"GET", "/servers?limit=x", "", 400, "Invalid input received: limit must be an integer"},
		{"GET", "/servers?limit=-1", "", 400, "Invalid input received: limit must be >= 0"},
		{"GET", "/servers?changes-since=x", "", 400, "Invalid filter field: changes-since."},
		{"GET", "/servers?sort_key=nonsense", "", 400, "Sort key supplied was not valid."},
		{"GET", "/servers?name=[", "", 400, "Invalid filter field: name."},
		{"GET", "/servers?status=NONSENSE", "", 200, ""},
		{"GET", "/flavors?limit=x", "", 400, "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'"},
		{"GET", "/flavors?nonsense=x", "", 200, ""},
	} {
		w := do(gw, b.method, "/v2/"+project+b.path, b.body)
		if w.Code != b.status || fault(w) != b.message {
			t.Errorf("%s %s %s: %d %s, want %d %q", b.method, b.path, b.body, w.Code, w.Body, b.status, b.message)
		}
	}
	if c.servers[0].Name != "new" {
		t.Errorf("name %q, want new", c.servers[0].Name)
	}
}

// TestActionBodies: what stands for an action, and what for no path at all.
func TestActionBodies(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: "1", ProjectID: project, Status: "ACTIVE", VMState: "active"}}
	gw := newGateway(t, c)
	for _, b := range []struct {
		body    string
		status  int
		message string
	}{
		{`{"os-stop": null}`, 202, ""},
		{`{"os-start": {"anything": 1}}`, 202, ""},
		{`{"reboot": {"type": "Soft"}}`, 202, ""},
		{`{"reboot": null}`, 400, "Invalid input for field/attribute reboot. Value: None. None is not of type 'object'"},
		{`{"reboot": {"type": "HARD", "b": 1}}`, 400, "Invalid input for field/attribute reboot. Value: {'type': 'HARD', 'b': 1}. Additional properties are not allowed ('b' was unexpected)"},
		{``, 400, "Malformed request body"},
		{` `, 400, "Malformed request body"},
		{`[]`, 400, "Malformed request body"},
		{`["os-stop", 1]`, 400, "Malformed request body"},
		{`"stop"`, 400, "Malformed request body"},
		{`["os-stop"]`, 404, "The resource could not be found."},
		{`5`, 404, "The resource could not be found."},
		{`{"addFloatingIp": null}`, 400, "Invalid input for field/attribute addFloatingIp. Value: None. None is not of type 'object'"},
		{`{"": null}`, 400, "There is no such action: "},
	} {
		w := do(gw, "POST", "/v2.1/servers/1/action", b.body)
		if w.Code != b.status || fault(w) != b.message {
			t.Errorf("%s: %d %s, want %d %q", b.body, w.Code, w.Body, b.status, b.message)
		}
		if b.status == 202 && (w.Body.Len() > 0 || w.Header().Get("Content-Type") != "application/json") {
			t.Errorf("%s: %v %s", b.body, w.Header(), w.Body)
		}
	}
	for action, want := range map[string]string{
		`{"os-stop": null}`:            "Instance none has no mapping to a cell.",
		`{"os-start": null}`:           "Instance none has no mapping to a cell.",
		`{"reboot": {"type": "SOFT"}}`: "Instance none could not be found.",
	} {
		if w := do(gw, "POST", "/v2.1/servers/none/action", action); w.Code != 404 || fault(w) != want {
			t.Errorf("%s of no server: %d %s", action, w.Code, w.Body)
		}
	}
}
