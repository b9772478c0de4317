package openapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// world is a Gateway one of whose services is held against a reference.
type world struct {
	*testing.T
	ref     *reference
	gw      http.Handler
	mount   string
	token   string
	version string // microversion to ask for; empty: none
	clock   *simulator.Clock
	ids     map[string]string // by the segment of the path before them
}

// newWorld has the SoftLayer driver over the simulator, and its user signed in.
func newWorld(t *testing.T, ref *reference, mount string) *world {
	t.Helper()
	clock := simulator.NewClock(time.Now())
	upstream := httptest.NewServer(simulator.New(simulator.Options{Now: clock.Now, Step: time.Second}))
	t.Cleanup(upstream.Close)
	driver, err := softlayer.New(softlayer.Options{
		Endpoint: upstream.URL + "/rest/v3.1",
		Now:      clock.Now,
		Console:  "https://console.example.com/vnc_lite.html",
	})
	if err != nil {
		t.Fatal(err)
	}
	// The clock goes faster than tokens live.
	people := identity.New(driver.Identity(), identity.Options{Store: jumpgate.NewMemoryStore(jumpgate.StoreOptions{})})
	return serve(t, ref, mount, map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: people},
		jumpgate.Compute:  {Driver: driver},
		jumpgate.Image:    {Driver: driver},
	}, clock, simulator.DemoUser, simulator.DemoKey)
}

func serve(t *testing.T, ref *reference, mount string, services map[jumpgate.Service]jumpgate.ServiceOptions, clock *simulator.Clock, user, password string) *world {
	t.Helper()
	gw, err := jumpgate.New(jumpgate.Options{PublicURL: "http://cloud", Services: services})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, ref: ref, gw: gw, mount: mount, clock: clock, ids: make(map[string]string)}
	answer := w.do(http.MethodPost, "/v3/auth/tokens", signIn(user, password))
	if w.token = answer.Header().Get("X-Subject-Token"); w.token == "" {
		t.Fatalf("sign in: %d %s", answer.Code, answer.Body)
	}
	return w
}

func signIn(user, password string) string {
	return `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "` + user +
		`", "password": "` + password + `", "domain": {"id": "default"}}}}}}`
}

// know tells the id of something that there is behind a segment of paths.
func (w *world) know(segment, id string) {
	w.ids[segment] = id
	if _, ok := w.ref.unused[segment]; !ok {
		w.ref.unused[segment] = true
	}
}

// do makes a request.
func (w *world) do(method, path, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Auth-Token", w.token)
	req.Header.Set("X-Subject-Token", w.token)
	if w.version != "" {
		req.Header.Set("OpenStack-API-Version", strings.Trim(w.mount, "/")+" "+w.version)
	}
	answer := httptest.NewRecorder()
	w.gw.ServeHTTP(answer, req)
	return answer
}

// ask makes a request with ids that are known in the path of an operation,
// reports what the reference does not allow in the answer, and tells its
// status. That nobody serves it yet is allowed.
func (w *world) ask(method, of, body string) int {
	w.Helper()
	var known []string
	parts := segments(of)
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		parts[i] = "nothing"
		if id, ok := w.ids[parts[i-1]]; ok {
			parts[i] = id
			known = append(known, parts[i-1])
		}
	}
	path := "/" + strings.Join(parts, "/")
	answer := w.do(method, w.mount+path, body)
	if answer.Code == http.StatusNotImplemented {
		return answer.Code
	}
	violations, err := w.ref.Check(Exchange{method, path, []byte(body), answer.Code, answer.Header(), answer.Body.Bytes()})
	if err != nil && !errors.Is(err, ErrUndescribed) {
		w.Fatal(err)
	}
	for _, v := range violations {
		if !w.ref.allows(v) {
			w.Errorf("%s %s [%s]", w.version, v, v.Rule)
		}
	}
	if answer.Code < http.StatusBadRequest {
		for _, segment := range known {
			w.ref.unused[segment] = false
		}
	}
	return answer.Code
}

// look makes all described requests that only look. What is not there, or not
// for everybody, may be refused.
func (w *world) look() {
	w.Helper()
	for _, o := range w.ref.operations {
		if o.method == http.MethodGet || o.method == http.MethodHead {
			w.ask(o.method, o.path, "")
		}
	}
}

// first is a value of the first item of a list.
func (w *world) first(path, field string) string {
	w.Helper()
	return w.pick(path, field, func(map[string]any) bool { return true })
}

// pick is a field of the first in a list that is wanted.
func (w *world) pick(path, field string, wanted func(map[string]any) bool) string {
	w.Helper()
	answer := w.do(http.MethodGet, path, "")
	var lists map[string]json.RawMessage
	if err := json.Unmarshal(answer.Body.Bytes(), &lists); err != nil {
		w.Fatalf("%s: %d %s", path, answer.Code, answer.Body)
	}
	for _, text := range lists {
		var list []map[string]any
		_ = json.Unmarshal(text, &list) // others are no lists
		if i := slices.IndexFunc(list, wanted); i >= 0 {
			if id, ok := list[i][field].(string); ok {
				return id
			}
		}
	}
	w.Fatalf("no %s in %s: %d %s", field, path, answer.Code, answer.Body)
	return ""
}

// learn asks for the list of what is behind a segment, and knows the first.
func (w *world) learn(segment, path string) {
	w.Helper()
	w.know(segment, w.first(w.mount+path, "id"))
}

// step is a request that changes something, with the status that it gets.
type step struct {
	since, until string // microversions, both inclusive; empty: no bound
	method, of   string
	body         string // with {segment} for the id behind that segment
	status       int
}

// fill puts the ids that are known in place of the segments before them.
func (w *world) fill(text string) string {
	for segment, id := range w.ids {
		text = strings.ReplaceAll(text, "{"+segment+"}", id)
	}
	return text
}

// play makes the requests of a story that are for the world's microversion,
// and lets time pass after each.
func (w *world) play(story []step) {
	w.Helper()
	var v view
	v.version, _ = jumpgate.ParseMicroversion(w.version)
	for _, s := range story {
		if !v.includes(map[string]any{"min-ver": s.since, "max-ver": s.until}) {
			continue
		}
		s.body = w.fill(s.body)
		if status := w.ask(s.method, s.of, s.body); status != s.status {
			w.Errorf("%s %s %s %s: %d, want %d", w.version, s.method, s.of, s.body, status, s.status)
		}
		w.clock.Advance(time.Hour)
	}
}
