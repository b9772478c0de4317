package identity_test

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// The people and places of the recordings.
const (
	demoID         = "a73579bc34254576bc72b597848c94d1"
	demoProject    = "60a20c5592da49719d9e0ddce9adeb3e"
	altID          = "4c625eea05a2400bb4d1efacffd6b53f"
	altProject     = "fcc43ae4c9b14adf8398454e1b8a7300"
	adminID        = "4ea038c300574e94a560b41b769a79f1"
	adminProject   = "552983f366ca46a288e39dadbd529822"
	serviceProject = "4ea4baaa16d249ce99e564596675226f"
)

// cloud is a driver made of a map.
type cloud struct {
	users map[string]identity.User // by name; the password is "secret"
	calls atomic.Int64
	err   error
}

func newCloud() *cloud {
	member := []string{"member", "reader"}
	demo := identity.Project{ID: demoProject, Name: "demo", Enabled: true, Roles: member}
	alt := identity.Project{ID: altProject, Name: "alt_demo", Enabled: true, Roles: member}
	return &cloud{users: map[string]identity.User{
		"demo":     {ID: demoID, Name: "demo", DefaultProjectID: demoProject, Credential: "demo:secret", Projects: []identity.Project{demo}},
		"alt_demo": {ID: altID, Name: "alt_demo", DefaultProjectID: altProject, Credential: "alt_demo:secret", Projects: []identity.Project{alt}},
		"admin": {ID: adminID, Name: "admin", Credential: "admin:secret", Projects: []identity.Project{
			{ID: serviceProject, Name: "service", Enabled: true, Roles: []string{"admin"}},
			{
				ID: adminProject, Name: "admin", Enabled: true, Roles: []string{"admin", "member", "reader"},
				Description: "Bootstrap project for initializing the cloud.",
			},
			{ID: demoProject, Name: "demo", Enabled: true, Roles: []string{"admin"}},
			{ID: altProject, Name: "alt_demo", Enabled: true, Roles: []string{"admin"}},
		}},
	}}
}

func (c *cloud) Authenticate(_ context.Context, cr identity.Credentials) (*identity.User, error) {
	c.calls.Add(1)
	if c.err != nil {
		return nil, c.err
	}
	for _, u := range c.users {
		if (u.Name == cr.UserName || u.ID == cr.UserID) && cr.Password == "secret" {
			return &u, nil
		}
	}
	return nil, jumpgate.Unauthorized.New("no such user as %s, or a wrong password", cr.UserName)
}

func (c *cloud) Projects(ctx context.Context) ([]identity.Project, error) {
	c.calls.Add(1)
	if c.err != nil {
		return nil, c.err
	}
	p := jumpgate.PrincipalFrom(ctx)
	if string(p.Credential) != p.UserName+":secret" {
		return nil, jumpgate.Unauthorized
	}
	return c.users[p.UserName].Projects, nil
}

// serviceUsers are the users of the services of the recordings.
var serviceUsers = map[string]string{
	"neutron":   "05f08b06c9ac4f48b14da9b08fc49793",
	"nova":      "5b5a235afadf49d0b6dada6154ecfe64",
	"cinder":    "7bd3139be0c94957b4c6272a9209b4fe",
	"glance":    "8aacdc82cd174891b31f6f542a5c4d21",
	"placement": "c6e5e5774bbd4cb79f1b0f7b4be67620",
}

// ListUsers lists the users of the recordings to the operator.
func (c *cloud) ListUsers(ctx context.Context, _ identity.UserQuery) iter.Seq2[*identity.User, error] {
	var list []identity.User
	for _, u := range c.users {
		list = append(list, u)
	}
	for name, id := range serviceUsers {
		list = append(list, identity.User{ID: id, Name: name, DefaultProjectID: serviceProject})
	}
	return func(yield func(*identity.User, error) bool) {
		if !jumpgate.PrincipalFrom(ctx).HasRole("admin") {
			yield(nil, jumpgate.Forbidden)
			return
		}
		for _, u := range list {
			if !yield(&u, nil) {
				return
			}
		}
	}
}

// clock stands still until it is moved.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 23, 16, 3, 23, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) Now() time.Time        { return time.Unix(0, c.at.Load()) }
func (c *clock) Move(by time.Duration) { c.at.Add(int64(by)) }

// nothing is a driver that serves no endpoint.
var nothing = jumpgate.DriverFunc(func(*jumpgate.Gateway, *jumpgate.Dispatcher) error { return nil })

// newGateway is one with all services and d as its identity.
func newGateway(t testing.TB, d identity.Driver, opts identity.Options, change ...func(*jumpgate.Options)) *jumpgate.Gateway {
	t.Helper()
	all := jumpgate.Options{
		PublicURL: "http://127.0.0.1:15000", Services: make(map[jumpgate.Service]jumpgate.ServiceOptions),
		Logger: slog.New(slog.NewTextHandler(canary{t}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, s := range jumpgate.Services() {
		all.Services[s] = jumpgate.ServiceOptions{Driver: nothing}
	}
	all.Services[jumpgate.Identity] = jumpgate.ServiceOptions{
		Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return identity.Register(disp, d, opts)
		}),
	}
	for _, f := range change {
		f(&all)
	}
	gw, err := jumpgate.New(all)
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

// canary is the log of every test: a secret in it fails the test.
type canary struct{ testing.TB }

var secrets = regexp.MustCompile(`secret|s3cret|\bg[A-Za-z0-9_-]{100,}`) // passwords, upstream's credentials, tokens

func (c canary) Write(line []byte) (int, error) {
	if found := secrets.Find(line); found != nil {
		c.Errorf("%.20q... in the log: %s", found, line)
	}
	return len(line), nil
}

// do serves a request without a network. headers are pairs of name and value.
func do(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header[headers[i]] = append(req.Header[headers[i]], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// passwordBody signs a user in, with a scope such as `"unscoped"` or none.
func passwordBody(user, scope string) string {
	b := `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "` + user +
		`", "domain": {"name": "Default"}, "password": "secret"}}}`
	if scope != "" {
		b += `, "scope": ` + scope
	}
	return b + "}}"
}

// signIn returns a token.
func signIn(t testing.TB, h http.Handler, user, scope string) string {
	t.Helper()
	return post(t, h, passwordBody(user, scope))
}

// post returns the token for a body.
func post(t testing.TB, h http.Handler, body string) string {
	t.Helper()
	w := do(h, "POST", "/v3/auth/tokens", body)
	if w.Code != http.StatusCreated {
		t.Fatalf("sign-in: %d %s", w.Code, w.Body)
	}
	return w.Header().Get("X-Subject-Token")
}

// rescope is the body that changes the project of a token.
func rescope(token, scope string) string {
	b := `{"auth": {"identity": {"methods": ["token"], "token": {"id": "` + token + `"}}`
	if scope != "" {
		b += `, "scope": ` + scope
	}
	return b + "}}"
}

func check(t testing.TB, w *httptest.ResponseRecorder, status int, message string) {
	t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), message) {
		t.Errorf("answer %d %.500s, want %d %s", w.Code, w.Body, status, message)
	}
}
