package memory

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/baremetal"
)

// TestIronicRecordings plays the requests that were recorded, one after the
// other, and compares status, headers, faults, and the members of bodies and
// their types. Ids that differ are those of what was made on the way.
func TestIronicRecordings(t *testing.T) {
	server, cloud := ironic(t)
	replay{
		files: "testdata/baremetal/*.json", url: server.URL, ids: cloud.ids,
		before: cloud.before,
		check: func(t *testing.T, ids map[string]string, x exchange, h http.Header, got []byte) {
			cloud.sameHeader(t, x, h)
			if string(x.Body) == "null" {
				return
			}
			body := x.Body
			for recorded, ours := range ids {
				body = bytes.ReplaceAll(body, []byte(recorded), []byte(ours))
			}
			var was, want, have any
			if json.Unmarshal(x.Body, &was) != nil || json.Unmarshal(body, &want) != nil || json.Unmarshal(got, &have) != nil {
				t.Fatalf("no JSON: %s", got)
			}
			learnUUIDs(ids, was, have)
			internals(want)
			internals(have)
			unlike := differ("", have, want)
			if w, ok := want.(map[string]any); ok && unlike == "" && x.Status < 500 && have.(map[string]any)["error_message"] != w["error_message"] {
				unlike = "other words"
			}
			if unlike != "" {
				t.Errorf("%s\nhave %s\nwant %s", unlike, got, x.Body)
			}
		},
	}.run(t)
}

// learnUUIDs notes which UUID of ours stands for a recorded one.
func learnUUIDs(ids map[string]string, was, have any) {
	switch was := was.(type) {
	case map[string]any:
		have, _ := have.(map[string]any)
		recorded, _ := was["uuid"].(string)
		if ours, _ := have["uuid"].(string); recorded != "" && ours != "" && recorded != ours && ids[recorded] == "" {
			ids[recorded] = ours
		}
		learnUUIDs(ids, was["history"], have["history"])
	case []any:
		have, _ := have.([]any)
		for i := range min(len(was), len(have)) {
			learnUUIDs(ids, was[i], have[i])
		}
	}
}

// internals forgets what a conductor notes for itself, which differs from one
// kind of hardware to the next.
func internals(v any) {
	switch v := v.(type) {
	case map[string]any:
		if info, ok := v["driver_internal_info"].(map[string]any); ok && info["content"] == nil {
			v["driver_internal_info"] = map[string]any{}
		}
		internals(v["nodes"])
	case []any:
		for _, item := range v {
			internals(item)
		}
	}
}

// ironicUsers are the users of the recordings, with the projects' ids there.
var ironicUsers = withReaders(map[string]jumpgate.Principal{
	"demo":     {UserID: "demo", ProjectID: "4e47df156e554863b43441325acabeee", Roles: []string{"member", "reader"}},
	"alt_demo": {UserID: "alt_demo", ProjectID: "d54213b912094915b7d80514d81fae2c", Roles: []string{"member", "reader"}},
	"admin":    {UserID: "admin", ProjectID: "dd2fcf0e8e764db694a6b53f44bb5d14", Roles: []string{"admin", "member", "reader"}},
	"system":   {UserID: "admin", SystemScope: "all", Roles: []string{"admin", "member", "reader"}},
})

const goldNode = "2c4132ca-4228-4084-b520-4ba27c54ef40" // what most recordings are about

// ironicCloud does between the requests what the recorder did.
type ironicCloud struct {
	*metal
	url   string
	clock time.Time
	ids   map[string]string
}

// unrecorded are requests of the recorder whose answers were not kept, by the
// recording that came next.
var unrecorded = map[string][][4]string{
	"170": {{"system", "POST", "/v1/nodes", `{"driver": "fake-hardware", "name": "gold2", "lessee": "4e47df156e554863b43441325acabeee"}`}},
	"195": {
		{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "replace", "path": "/name", "value": "gold"}]`},
		{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "remove", "path": "/extra/k"}]`},
	},
	"199": {
		{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "add", "path": "/driver_info/B3", "value": "x"}]`},
		{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "add", "path": "/properties/root_device", "value": {"size": 10}}]`},
		{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "add", "path": "/instance_info", "value": {"image_source": "http://127.0.0.1/i", "root_gb": 10, "configdrive": "abc"}}]`},
	},
	"205": {{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "remove", "path": "/instance_uuid"}, {"op": "replace", "path": "/description", "value": "other"}]`}},
	"285": {{"demo", "PUT", "/v1/nodes/" + goldNode + "/states/provision", `{"target": "manage"}`}},
	"299": {
		{"demo", "PUT", "/v1/nodes/" + goldNode + "/states/provision", `{"target": "adopt"}`},
		{"demo", "PUT", "/v1/nodes/" + goldNode + "/states/provision", `{"target": "deleted"}`},
		{"demo", "PUT", "/v1/nodes/" + goldNode + "/states/provision", `{"target": "manage"}`},
	},
	"312": {{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "add", "path": "/protected", "value": true}, {"op": "add", "path": "/protected_reason", "value": "precious"}]`}},
	"315": {{"demo", "PATCH", "/v1/nodes/" + goldNode, `[{"op": "remove", "path": "/protected"}]`}},
	"339": {{"demo", "PUT", "/v1/nodes/" + goldNode + "/states/power", `{"target": "power off"}`}},
	"373": {{"demo", "PUT", "/v1/nodes/" + goldNode + "/states/console", `{"enabled": false}`}},
	"585": {{"demo", "POST", "/v1/allocations", `{"resource_class": "gold-nothing", "uuid": "100071da-990e-419f-986f-039c988b061e"}`}},
	"419": {{"admin", "DELETE", "/v1/nodes/" + goldNode + "/traits/CUSTOM_B", ""}},
}

// before plays what came before a recording.
func (c *ironicCloud) before(t *testing.T, file string) {
	c.clock = c.clock.Add(time.Second)
	for _, x := range unrecorded[file[:3]] {
		c.clock = c.clock.Add(time.Second)
		path, body := x[2], x[3]
		for recorded, ours := range c.ids {
			path, body = strings.ReplaceAll(path, recorded, ours), strings.ReplaceAll(body, recorded, ours)
		}
		req, err := http.NewRequest(x[1], c.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-User", x[0])
		req.Header.Set("X-Auth-Token", "TOKEN")
		req.Header.Set("X-OpenStack-Ironic-API-Version", "1.82")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			t.Fatalf("%v: %d %s", x, resp.StatusCode, text)
		}
	}
	c.clock = c.clock.Add(time.Second)
	switch file[:3] {
	case "266": // long enough to see it
		c.takes = 10 * time.Second
	case "273":
		c.takes = 0
		c.clock = c.clock.Add(time.Minute)
	}
}

// sameHeader compares the header fields that are Ironic's own.
func (c *ironicCloud) sameHeader(t *testing.T, x exchange, h http.Header) {
	t.Helper()
	want := make(http.Header)
	for _, field := range x.Headers {
		want.Add(field[0], field[1])
	}
	for _, name := range []string{
		"X-OpenStack-Ironic-API-Version", "X-OpenStack-Ironic-API-Minimum-Version", "X-OpenStack-Ironic-API-Maximum-Version", "Content-Type", "Allow",
	} {
		if have, want := h.Get(name), want.Get(name); have != want {
			t.Errorf("%s is %q, want %q", name, have, want)
		}
	}
	if x.Status != http.StatusUnauthorized && (h.Get("Openstack-Request-Id") == "") != (want.Get("Openstack-Request-Id") == "") {
		t.Errorf("request id %q, want %q", h.Get("Openstack-Request-Id"), want.Get("Openstack-Request-Id"))
	}
	if (h.Get("Location") == "") != (want.Get("Location") == "") {
		t.Errorf("Location %q, want %q", h.Get("Location"), want.Get("Location"))
	}
}

func ironic(t *testing.T) (*httptest.Server, *ironicCloud) {
	c := &ironicCloud{clock: time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)}
	now := func() time.Time { return c.clock }
	c.metal = newMetal(now, 0)
	c.numbers = 440 // machines that the recorder's database had had
	c.stockMachines(ironicUsers["demo"].ProjectID, ironicUsers["alt_demo"].ProjectID)
	for _, r := range c.records[:3] { // allocations had them once
		r.InstanceInfo = map[string]any{"traits": []any{}}
	}
	c.records[2].Extra = map[string]any{"k": "v"}
	c.ids = map[string]string{
		"3e61304a-7f8d-4881-ad72-f5a87d068534": stableUUID("node", "bm-demo"),
		"4fb45e53-9b48-4c6c-80bc-99c1438e9d3a": stableUUID("node", "bm-alt"),
		"65fa9055-9ba1-4125-af4b-e63bc0e0e391": stableUUID("node", "bm-leased"),
		"7482ca42-ea52-472a-9043-a98df5ae8057": stableUUID("node", "bm-free"),
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Baremetal: {Mount: "/", Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return baremetal.Register(disp, c.metal, baremetal.Options{})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		if user, ok := ironicUsers[r.Header.Get("X-User")]; ok && r.Header.Get("X-Auth-Token") == "TOKEN" {
			r.Env.Principal, r.Env.ProjectID = &user, user.ProjectID
		}
		return nil
	})
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	c.url = server.URL
	return server, c
}
