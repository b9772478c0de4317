package cloud

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

var t0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a simulator under test: minutes long steps and a clock that only the test moves.
type world struct {
	*testing.T
	sim   *Cloud
	clock *stoppedClock
	user  string
	key   string
}

func newWorld(t *testing.T, change ...func(*Options)) *world {
	t.Helper()
	w := &world{T: t, clock: &stoppedClock{now: t0}, user: demoUser, key: demoKey}
	opts := Options{Accounts: demoAccounts(), Now: w.clock.Now, Step: time.Minute}
	for _, c := range change {
		c(&opts)
	}
	w.sim = New(opts)
	return w
}

// Who may sign in to the accounts of tests.
const (
	demoUser = "demo"
	demoKey  = "demo-api-key"
	altUser  = "alt"
	altKey   = "alt-api-key"
)

func demoAccounts() []Account {
	return []Account{
		{
			ID: 307001, Company: "Demo", Users: []User{{ID: 411001, Name: demoUser, Key: demoKey, Master: true}},
			Images: []string{"demo web server"}, Hosts: []Host{{Name: "demo-host"}},
			Hardware: []Hardware{{Hostname: "bm-demo"}, {Hostname: "bm-big", Cores: 32, Off: true}},
		},
		{
			ID: 307002, Company: "Alternative", Users: []User{{ID: 411002, Name: altUser, Key: altKey, Master: true}},
			Images: []string{"alt golden image"},
		},
	}
}

// stoppedClock stands still until a test moves it.
type stoppedClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stoppedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stoppedClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fleet preseeds n servers in the demo account.
func fleet(n int) func(*Options) {
	return func(o *Options) {
		o.Accounts = demoAccounts()
		o.Accounts[0].Guests = make([]Guest, n)
	}
}

func lenient(o *Options) { o.Lenient = true }

// as returns the same world seen by another user.
func (w *world) as(user, key string) *world {
	c := *w
	c.user, c.key = user, key
	return &c
}

func (w *world) do(verb, path, body string) *httptest.ResponseRecorder {
	w.Helper()
	r := httptest.NewRequest(verb, "/rest/v3.1/SoftLayer_"+path, strings.NewReader(body))
	r.SetBasicAuth(w.user, w.key)
	rec := httptest.NewRecorder()
	w.sim.ServeHTTP(rec, r)
	return rec
}

// query writes mask, filter and limit as URL parameters; empty ones are left out.
func query(mask, filter, limit string) string {
	v := url.Values{}
	for name, value := range map[string]string{"objectMask": mask, "objectFilter": filter, "resultLimit": limit} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return "?" + v.Encode()
}

// get calls a method without arguments and decodes the answer, which has to be 200.
func (w *world) get(path string) any {
	w.Helper()
	return w.decode(w.do("GET", path, ""), http.StatusOK)
}

// text is get for answers whose bytes matter.
func (w *world) text(path string) string {
	w.Helper()
	rec := w.do("GET", path, "")
	if rec.Code != http.StatusOK {
		w.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	return rec.Body.String()
}

// post calls a method with arguments; a new object answers 201.
func (w *world) post(path string, args ...any) any {
	w.Helper()
	rec := w.do("POST", path, parameters(w.T, args...))
	want := http.StatusOK
	if rec.Code == http.StatusCreated {
		want = http.StatusCreated
	}
	return w.decode(rec, want)
}

func parameters(t *testing.T, args ...any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{"parameters": args})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (w *world) decode(rec *httptest.ResponseRecorder, status int) any {
	w.Helper()
	if rec.Code != status {
		w.Fatalf("status %d, want %d: %s", rec.Code, status, rec.Body)
	}
	body := rec.Body.Bytes()
	if !bytes.Equal(body, bytes.TrimSpace(body)) {
		w.Errorf("white space around the answer %q", body)
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		w.Fatalf("%v: %s", err, body)
	}
	return v
}

// fails checks that an answer is an error of a code (without the common prefix) whose text has a fragment.
func (w *world) fails(rec *httptest.ResponseRecorder, status int, code, fragment string) {
	w.Helper()
	var e struct{ Error, Code string }
	if err := json.Unmarshal(rec.Body.Bytes(), &e); err != nil {
		w.Fatalf("not an error: %d %s", rec.Code, rec.Body)
	}
	if rec.Code != status || e.Code != "SoftLayer_Exception_"+code || !strings.Contains(e.Error, fragment) {
		w.Errorf("got %d %s %q, want %d %s with %q", rec.Code, e.Code, e.Error, status, code, fragment)
	}
}

// template is a valid server, with changes: a nil value removes a property.
func template(changes map[string]any) map[string]any {
	t := map[string]any{
		"hostname": "new", "domain": "example.com", "hourlyBillingFlag": true, "datacenter": map[string]any{"name": "dal13"},
		"operatingSystemReferenceCode":    "DEBIAN_12_64",
		"supplementalCreateObjectOptions": map[string]any{"flavorKeyName": "B1_2X4X25"},
	}
	for name, v := range changes {
		if v == nil {
			delete(t, name)
		} else {
			t[name] = v
		}
	}
	return t
}

// create orders a server and returns its number.
func (w *world) create(changes map[string]any) string {
	w.Helper()
	g := w.post("Virtual_Guest.json", template(changes))
	return textOf(int(at(g, "id").(float64)))
}

// str follows a path of names in a decoded answer to a string.
func str(v any, path ...string) string {
	s, _ := at(v, path...).(string)
	return s
}
