package softlayer

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestRecordedFaults repeats what a real Nova refused.
func TestRecordedFaults(t *testing.T) {
	w := newWorld(t, setup{})
	text, err := os.ReadFile("testdata/faults.json")
	if err != nil {
		t.Fatal(err)
	}
	var recordings []struct {
		Name, Method, Path string
		Headers            map[string]string
		Request, Answer    json.RawMessage
		Status             int
	}
	if err := json.Unmarshal(text, &recordings); err != nil {
		t.Fatal(err)
	}
	for _, r := range recordings {
		var verbatim string // bodies that are no JSON are kept as strings
		body := string(r.Request)
		if json.Unmarshal(r.Request, &verbatim) == nil {
			body = verbatim
		}
		if body == "null" {
			body = ""
		}
		// The recorded order was good but for one thing; so is this one.
		networks, networksRepr := "", ""
		if r.Headers["OpenStack-API-Version"] != "" { // from 2.37 on they must be said
			networks, networksRepr = `, "networks": "auto"`, ", 'networks': 'auto'"
		}
		body = strings.NewReplacer(
			"018f906a-f4db-47e5-9d1c-3ab6ac6a82ae", core.SystemID(osCode), `"flavorRef": "42"`, `"flavorRef": "`+flavor+`"`,
			`, "networks": [{"uuid": "b944a518-deb3-459b-805e-a48c3db9e079"}]`, networks).Replace(body)
		var header []string
		for name, value := range r.Headers {
			header = append(header, name, value)
		}
		a := w.raw(simulator.DemoUser, r.Method, "/compute"+r.Path, body, header...)
		want := answer{status: r.Status, body: string(r.Answer)}
		name, message := a.fault()
		wantName, wantMessage := want.fault()
		wantMessage = strings.NewReplacer("018f906a-f4db-47e5-9d1c-3ab6ac6a82ae", core.SystemID(osCode), "'42'", "'"+flavor+"'",
			", 'networks': [{'uuid': 'b944a518-deb3-459b-805e-a48c3db9e079'}]", networksRepr).Replace(wantMessage)
		if a.status != want.status || name != wantName || message != wantMessage {
			t.Errorf("%s: %d %s: %s\nwant %d %s: %s", r.Name, a.status, name, message, want.status, wantName, wantMessage)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"]; n != 0 {
		t.Errorf("%d orders", n)
	}
}

func TestBadInput(t *testing.T) {
	w := newWorld(t, setup{})
	const servers, nobody = "/compute/v2.1/servers", "00000000-dead-4bad-8bad-000000000000"
	change := func(k string, v any) string { return order(map[string]any{k: v}) }
	for _, r := range []struct {
		method, path, body string
		status             int
		fault, message     string
	}{
		{"POST", servers, change("flavorRef", "nonsense"), 400, "badRequest", "Flavor nonsense could not be found."},
		{"POST", servers, change("flavorRef", "custom-1x1x1"), 400, "badRequest", "Flavor custom-1x1x1 could not be found."},
		{"POST", servers, change("flavorRef", nil), 400, "badRequest", ""},
		{"POST", servers, change("imageRef", nobody), 400, "badRequest", "Can not find requested image"},
		{"POST", servers, change("imageRef", "nonsense"), 400, "badRequest", ""},
		{"POST", servers, change("imageRef", nil), 400, "badRequest", "Missing imageRef attribute"},
		{"POST", servers, change("key_name", "nonsense"), 400, "badRequest", "Invalid key_name provided."},
		{"POST", servers, change("availability_zone", "mars1"), 400, "badRequest", "The requested availability zone is not available"},
		{"POST", servers, change("networks", []any{map[string]any{"uuid": nobody}}), 400, "badRequest", "Network " + nobody + " could not be found."},
		{"POST", servers, change("personality", slices.Repeat([]any{map[string]any{"path": "/a", "contents": "YQ=="}}, 6)), 403, "forbidden", "Personality file limit exceeded"},
		{"POST", servers, change("security_groups", []any{map[string]any{"name": "nonsense"}}), 400, "badRequest", "Unable to find security_group with name or id 'nonsense'"},
		{"POST", servers, change("min_count", 101), 403, "forbidden", "Quota exceeded for instances: Requested 101, but at most 100 can be created at once."},
		{"POST", servers, `{"server": `, 400, "badRequest", "Malformed request body"},
		{"POST", servers, ``, 400, "badRequest", ""},
		{"POST", servers, `[]`, 400, "badRequest", ""},
		{"POST", servers, `{"server":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "", ""},
		{"GET", servers + "/" + nobody, "", 404, "itemNotFound", "Instance " + nobody + " could not be found."},
		{"GET", servers + "/nonsense", "", 404, "itemNotFound", "Instance nonsense could not be found."},
		{"DELETE", servers + "/104500012", "", 404, "itemNotFound", "Instance 104500012 could not be found."},
		{"POST", servers + "/" + nobody + "/action", `{"reboot":{"type":"SOFT"}}`, 404, "itemNotFound", ""},
		{"PUT", servers + "/" + nobody, `{"server":{"name":"x"}}`, 404, "itemNotFound", ""},
		{"GET", "/image/v2/images/nonsense", "", 404, "", ""},
		{"POST", "/compute/v2.1/os-keypairs", `{"keypair":{"name":"x","public_key":"nonsense"}}`, 400, "badRequest", ""},
	} {
		a := w.raw(simulator.DemoUser, r.method, r.path, r.body)
		if name, message := a.fault(); a.status != r.status || r.fault != "" && name != r.fault || r.message != "" && message != r.message {
			t.Errorf("%s %s %.200s: %d %s", r.method, r.path, r.body, a.status, a.body)
		}
	}
	calls := w.sim.Calls()
	if calls["SoftLayer_Virtual_Guest::createObject"]+calls["SoftLayer_Virtual_Guest::createObjects"] != 0 {
		t.Errorf("ordered: %v", calls)
	}
}

// TestDefaultGroup: every project has it, so asking for it asks for nothing.
func TestDefaultGroup(t *testing.T) {
	w := newWorld(t, setup{})
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"security_groups": []any{map[string]any{"name": "default"}}}))
	if a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestWrongCredentials(t *testing.T) {
	w := newWorld(t, setup{})
	for _, r := range []struct{ user, key string }{
		{"demo", "wrong"}, {"nobody", simulator.DemoKey}, {"demo", simulator.AltKey}, {"demo:x", simulator.DemoKey},
		{"demo", ""}, {"", simulator.DemoKey}, {"demo", "a\x00b"}, {"de\x00mo", "x"}, {"demo\n", "x"},
	} {
		a := w.raw("", "POST", "/v3/auth/tokens", signIn(r.user, r.key))
		if a.status != http.StatusUnauthorized && a.status != http.StatusBadRequest || a.header.Get("X-Subject-Token") != "" {
			t.Errorf("%q %q: %d %s", r.user, r.key, a.status, a.body)
		}
		if _, message := a.fault(); a.status == 401 && message != "The request you have made requires authentication." {
			t.Errorf("%q %q: %s", r.user, r.key, message)
		}
	}
	for _, scope := range []string{`"id":"307002"`, `"id":"nonsense"`, `"name":"Alternative","domain":{"id":"default"}`} {
		body := strings.Replace(signIn(simulator.DemoUser, simulator.DemoKey), `{"auth":{`, `{"auth":{"scope":{"project":{`+scope+`}},`, 1)
		if a := w.raw("", "POST", "/v3/auth/tokens", body); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", scope, a.status, a.body)
		}
	}
}

// TestPathTricks checks that no id of a client leads anywhere upstream.
func TestPathTricks(t *testing.T) {
	var asked []string
	upstream := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "Virtual_Guest") && !strings.HasSuffix(r.URL.Path, "/getCreateObjectOptions.json") {
			asked = append(asked, r.RequestURI)
		}
		_, _ = io.WriteString(rw, `{"id":1,"account":{"id":2,"companyName":"x","accountStatus":{"name":"Active"}},"username":"demo","datacenters":[{"template":{"datacenter":{"name":"dal13"}}}]}`)
	}))
	defer upstream.Close()
	w := newWorld(t, setup{driver: Options{Endpoint: upstream.URL}})
	const id = "6a6b0e50-5a2d-4c2b-9f64-0d39a3d6a4c1"
	for _, trick := range []string{
		"..", "%2e%2e", "..%2f..%2fSoftLayer_Account", "1", "1%2fdeleteObject", id + "%2fdeleteObject", id + ".json", id + "%3fobjectMask=x",
		id + "%23", id + "%00", "%20" + id, id + "%0a", id + "/..", strings.ReplaceAll(id, "-", ""), "{" + id + "}", "SoftLayer_Account",
	} {
		for _, path := range []string{"/compute/v2.1/servers/" + trick, "/image/v2/images/" + trick, "/compute/v2.1/servers?marker=" + trick} {
			if a, err := w.try(simulator.DemoUser, "GET", path, ""); err == nil && a.status != http.StatusNotFound && a.status != http.StatusBadRequest && !strings.HasSuffix(path, ".json") {
				t.Errorf("%s: %d %.200s", path, a.status, a.body)
			}
		}
		for _, body := range []string{`{"os-stop":null}`, `{"reboot":{"type":"HARD"}}`} {
			_, _ = w.try(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+trick+"/action", body)
		}
		_, _ = w.try(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+trick, "")
		_, _ = w.try(simulator.DemoUser, "PUT", "/compute/v2.1/servers/"+trick, `{"server":{"name":"x"}}`)
	}
	for _, uri := range asked {
		path, _, _ := strings.Cut(uri, "?")
		if rest := strings.ReplaceAll(path, id, "ID"); rest != "/SoftLayer_Virtual_Guest/ID.json" && rest != "/SoftLayer_Virtual_Guest_Block_Device_Template_Group/ID.json" {
			t.Errorf("asked %s", uri)
		}
	}
}
