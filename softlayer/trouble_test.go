package softlayer

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// canary is in everything that troubled upstreams say.
const canary = "CANARY"

// trouble is what an upstream does, the status that clients get for it, and
// how often a read is tried.
type trouble struct {
	name   string
	fault  simulator.Fault
	status int
	reads  int
}

var troubles = []trouble{
	{"503 page", simulator.Fault{Status: 503, Body: "<html>" + canary + "</html>"}, 503, 5},
	{"502 page", simulator.Fault{Status: 502, Body: "<html>" + canary + "</html>"}, 503, 5},
	{"internal error", simulator.Fault{Status: 500, Body: simulator.BodyInternalError}, 502, 5},
	{"public error", simulator.Fault{Status: 500, Body: `{"error":"` + canary + ` of account 307001","code":"SoftLayer_Exception_Public"}`}, 502, 1},
	{"odd error", simulator.Fault{Status: 500, Body: `{"error":"` + canary + `","code":"` + canary + ` 'x'"}`}, 502, 1},
	{"error with status 200", simulator.Fault{Body: `{"error":"` + canary + `","code":"SoftLayer_Exception_Public"}`}, 502, 1},
	{"spaced error with status 200", simulator.Fault{Body: "\n { \"error\" : \"" + canary + `","code":"SoftLayer_Exception_Public"}`}, 502, 1},
	{"page with status 200", simulator.Fault{Status: 200, Body: "<html>" + canary + "</html>"}, 502, 5},
	{"garbage", simulator.Fault{Body: canary + "}{"}, 502, 5},
	{"wrong types", simulator.Fault{Body: `{"id":"` + canary + `"}`}, 502, 1},
	{"empty", simulator.Fault{Status: 200}, 502, 5},
	{"huge", simulator.Fault{Body: "[" + strings.Repeat(`{"id":1},`, 20000) + `{"id":1}]`}, 502, 1},
	{"404 page", simulator.Fault{Status: 404, Body: "<html>" + canary + "</html>"}, 502, 1},
	{"slow", simulator.Fault{Latency: 3 * time.Second}, 504, 5},
	{"reset", simulator.Fault{Reset: true}, 503, 5},
	{"reset after the effect", simulator.Fault{Reset: true, AfterEffect: true}, 503, 5},
	{"rate limit", simulator.Fault{Status: 500, Body: simulator.BodyRateLimit}, 429, 5},
	{"rate limit with status 429", simulator.Fault{Status: 429, Body: simulator.BodyRateLimit}, 429, 5},
	{"rate limit page", simulator.Fault{Status: 429, Body: "<html>" + canary + "</html>"}, 429, 5},
}

func TestTrouble(t *testing.T) {
	for _, o := range []struct {
		name, method, path, body string
		service, call            string
		read                     bool
		found                    int // status where a look tells that it has happened
	}{
		{"list", "GET", "/compute/v2.1/servers", "", "Account", "getVirtualGuests", true, 0},
		{"detail", "GET", "/compute/v2.1/servers/detail", "", "Account", "getVirtualGuests", true, 0},
		{"show", "GET", "/compute/v2.1/servers/{id}", "", "Virtual_Guest", "getObject", true, 0},
		{"create", "POST", "/compute/v2.1/servers", order(nil), "Virtual_Guest", "createObject", false, 202},
		{"create two", "POST", "/compute/v2.1/servers", order(map[string]any{"min_count": 2}), "Virtual_Guest", "createObjects", false, 202},
		{"reboot", "POST", "/compute/v2.1/servers/{id}/action", `{"reboot":{"type":"HARD"}}`, "Virtual_Guest", "rebootHard", false, 0},
		{"rename", "PUT", "/compute/v2.1/servers/{id}", `{"server":{"name":"new"}}`, "Virtual_Guest", "editObject", false, 0},
		{"delete", "DELETE", "/compute/v2.1/servers/{id}", "", "Virtual_Guest", "deleteObject", false, 204},
		{"flavors", "GET", "/compute/v2.1/flavors", "", "Product_Package", "getAllObjects", true, 0},
		{"images", "GET", "/image/v2/images", "", "Account", "getPrivateBlockDeviceTemplateGroups", true, 0},
		{"keys", "GET", "/compute/v2.1/os-keypairs", "", "Account", "getSshKeys", true, 0},
		{"import", "POST", "/compute/v2.1/os-keypairs", `{"keypair":{"name":"{trouble}"}}`, "Security_Ssh_Key", "createObject", false, 200},
		{"sign in", "POST", "/v3/auth/tokens", signIn(simulator.DemoUser, simulator.DemoKey), "Account", "getCurrentUser", true, 0},
		{"projects", "GET", "/v3/auth/projects", "", "Account", "getCurrentUser", true, 0},
	} {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{})
			w.driver.core.API.Pause = time.Millisecond
			w.driver.core.Later.Pause = time.Hour // what is done later is not counted here
			w.driver.core.API.Rest.(*upstream.RestTransport).Limit = 100 << 10
			for _, tr := range troubles {
				t.Run(tr.name, func(t *testing.T) {
					id := w.boot(simulator.DemoUser, "web")
					timeout := 10 * time.Second
					if tr.status == http.StatusGatewayTimeout {
						timeout = time.Second // long enough for the calls that are not slow, on a busy machine
					}
					w.driver.core.API.Timeout = timeout
					if o.name == "flavors" {
						w.forget()
					}
					w.logs.reset()
					defer w.sim.ClearFaults()
					w.sim.ResetCalls()
					tr.fault.Service, tr.fault.Method = "SoftLayer_"+o.service, o.call
					w.sim.Inject(tr.fault)
					start := time.Now()
					a := w.raw(simulator.DemoUser, o.method, strings.ReplaceAll(o.path, "{id}", id), strings.ReplaceAll(o.body, "{trouble}", tr.name))
					took := time.Since(start)

					status := tr.status
					if !o.read && status == http.StatusServiceUnavailable {
						status = http.StatusBadGateway // it may have happened
					}
					if o.found != 0 && tr.name == "reset after the effect" {
						status = o.found // it has
					}
					if o.name == "delete" && w.marked(id) {
						status = http.StatusNoContent // it will happen
					}
					if a.status != status {
						t.Errorf("%d %.300s, want %d", a.status, a.body, status)
					}
					if !o.read && strings.Contains(a.body, "try again later") && status != http.StatusTooManyRequests {
						t.Errorf("a client that does as told does it twice: %s", a.body)
					}
					if took > timeout+5*time.Second {
						t.Errorf("took %v", took)
					}
					want := 1
					if o.read || tr.status == http.StatusTooManyRequests { // which is refused unseen
						want = tr.reads
					}
					if n := w.sim.Calls()["SoftLayer_"+o.service+"::"+o.call]; n != want && (want == 1 || tr.name != "slow" || n < 1 || n > want) {
						t.Errorf("%d calls, want %d", n, want)
					}
					if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "text/plain") {
						t.Errorf("answer of type %s: %s", kind, a.body)
					}
					if a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
					for where, text := range map[string]string{"body": a.body, "log": w.logs.String(), "header": fmt.Sprint(a.header)} {
						for _, secret := range []string{canary, simulator.DemoKey, w.upstream.URL, w.upstream.Listener.Addr().String(), "objectMask", "Internal Error"} {
							if strings.Contains(text, secret) {
								t.Errorf("%s in the %s: %s", secret, where, text)
							}
						}
					}
					if log := w.logs.String(); status >= 400 && !strings.Contains(log, "SoftLayer_"+o.service+"::"+o.call) {
						t.Errorf("the log does not say what failed: %s", log)
					}
				})
			}
		})
	}
}

// TestDown: nobody listens.
func TestDown(t *testing.T) {
	w := newWorld(t, setup{})
	w.driver.core.API.Pause = time.Millisecond
	w.raw(simulator.DemoUser, "GET", "/compute/v2.1/flavors", "")
	w.upstream.Close()
	for _, r := range []struct{ user, method, path, body string }{
		{"", "POST", "/v3/auth/tokens", signIn(simulator.DemoUser, simulator.DemoKey)},
		{simulator.DemoUser, "GET", "/compute/v2.1/servers", ""},
		{simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil)},
		{simulator.DemoUser, "DELETE", "/compute/v2.1/servers/00000000-dead-4bad-8bad-000000000000", ""},
	} {
		a := w.raw(r.user, r.method, r.path, r.body)
		if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "127.0.0.1") || strings.Contains(a.body, "refused") {
			t.Errorf("%s %s: %d %s", r.method, r.path, a.status, a.body)
		}
	}
	if log := w.logs.String(); !strings.Contains(log, "connection refused") || strings.Contains(log, "127.0.0.1") || strings.Contains(log, simulator.DemoKey) {
		t.Error(log)
	}
}

// TestNull: an empty list may come as null. An object that is null is no
// answer.
func TestNull(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	w.forget()
	w.sim.Inject(simulator.Fault{Body: "null"})
	for path, want := range map[string]string{
		"/compute/v2.1/servers":              `{"servers": []}`,
		"/compute/v2.1/servers/detail":       `{"servers": []}`,
		"/compute/v2.1/os-keypairs":          `{"keypairs": []}`,
		"/compute/v2.1/flavors":              "502",
		"/compute/v2.1/servers/" + id:        "502",
		"/compute/v2.1/os-availability-zone": "502",
		"/image/v2/images":                   "502",
		"/v3/auth/projects":                  "502",
	} {
		if a := w.raw(simulator.DemoUser, "GET", path, ""); a.body != want && fmt.Sprint(a.status) != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := w.raw("", "POST", "/v3/auth/tokens", signIn(simulator.DemoUser, simulator.DemoKey)); a.status != http.StatusBadGateway {
		t.Errorf("sign in: %d %s", a.status, a.body)
	}
	w.sim.ClearFaults()
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/flavors", ""); !strings.Contains(a.body, flavor) {
		t.Errorf("afterwards: %s", a.body)
	}
	w.sim.Inject(simulator.Fault{Method: "createObject", Body: "null"})
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil)); a.status != http.StatusBadGateway {
		t.Errorf("create: %d %s", a.status, a.body)
	}
	w.sim.Inject(simulator.Fault{Method: "rebootHard", Body: "false"})
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"reboot":{"type":"HARD"}}`); a.status != http.StatusBadGateway {
		t.Errorf("a reboot that was not done: %d %s", a.status, a.body)
	}
}

// TestInvalid checks that SoftLayer's words about a value stay behind, but
// not which value it was.
func TestInvalid(t *testing.T) {
	w := newWorld(t, setup{})
	for body, want := range map[string]string{
		`{"error":"Invalid value provided for 'hostname'. ` + canary + `","code":"SoftLayer_Exception_InvalidValue"}`: "The cloud does not accept the name.",
		`{"error":"'` + canary + `'","code":"SoftLayer_Exception_InvalidValue"}`:                                      "The cloud does not accept a value of this request.",
	} {
		w.sim.Inject(simulator.Fault{Method: "createObject", Status: 500, Body: body, Times: 1})
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil))
		if _, message := a.fault(); a.status != http.StatusBadRequest || message != want {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

// TestRedirect: it would carry the key elsewhere.
func TestRedirect(t *testing.T) {
	var visits atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer trap.Close()
	for _, status := range []int{301, 302, 307, 308} {
		var asked atomic.Int32
		upstream := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			http.Redirect(rw, r, trap.URL, status)
		}))
		defer upstream.Close()
		w := newWorld(t, setup{driver: Options{Endpoint: upstream.URL}})
		a := w.raw("", "POST", "/v3/auth/tokens", signIn(simulator.DemoUser, simulator.DemoKey))
		if a.status != http.StatusBadGateway || visits.Load() != 0 || asked.Load() != 1 || strings.Contains(w.logs.String(), trap.URL) {
			t.Errorf("%d %s, %d visits, %d calls, %s", a.status, a.body, visits.Load(), asked.Load(), w.logs)
		}
	}
}

// TestCutAnswer: a body that ends too early is no answer, and a read can be
// repeated.
func TestCutAnswer(t *testing.T) {
	var asked atomic.Int32
	upstream := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < 3 {
			rw.Header().Set("Content-Length", "1000")
		}
		_, _ = io.WriteString(rw, `{"id":1,"username":"demo","account":{"id":2,"companyName":"x","accountStatus":{"name":"Active"}}}`)
	}))
	defer upstream.Close()
	w := newWorld(t, setup{driver: Options{Endpoint: upstream.URL}})
	w.driver.core.API.Pause = time.Millisecond
	if a := w.raw("", "POST", "/v3/auth/tokens", signIn("demo", "key")); a.status != http.StatusCreated || asked.Load() != 3 {
		t.Errorf("%d %s after %d calls", a.status, a.body, asked.Load())
	}
}

// TestLostOrder: a server whose order was never answered is there, once, and
// its client learns of it.
func TestLostOrder(t *testing.T) {
	w := newWorld(t, setup{})
	w.sim.Inject(simulator.Fault{Method: "createObject", Reset: true, AfterEffect: true})
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil)); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
	if ids := w.follow(10, nil); len(ids) != 1 {
		t.Errorf("%d servers", len(ids))
	}
}
