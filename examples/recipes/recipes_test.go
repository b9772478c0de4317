package recipes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/passthrough"
)

// cloud is a Gateway with the memory cloud behind, and signIn signs demo in.
func cloud(t *testing.T, drivers map[jumpgate.Service]jumpgate.Driver, opts memory.Options) *jumpgate.Gateway {
	t.Helper()
	c, err := memory.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	services := map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: c}, jumpgate.Compute: {Driver: c}}
	for s, d := range drivers {
		services[s] = jumpgate.ServiceOptions{Driver: d}
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: services, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

func ask(gw http.Handler, method, path, token, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("X-Auth-Token", token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, r)
	return w
}

func signIn(t *testing.T, gw http.Handler, user, password string) string {
	t.Helper()
	w := ask(gw, "POST", "/v3/auth/tokens", "", fmt.Sprintf(
		`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": %q, "domain": {"id": "default"}, "password": %q}}}}}`, user, password))
	if w.Code != http.StatusCreated {
		t.Fatalf("sign in as %s: %d %s", user, w.Code, w.Body)
	}
	return w.Header().Get("X-Subject-Token")
}

const keypair = `{"keypair": {"name": %q}}`

func TestRateLimit(t *testing.T) {
	now := time.Now()
	gw := cloud(t, nil, memory.Options{})
	l := &limiter{every: time.Second, burst: 2, now: func() time.Time { return now }}
	gw.AddRequestHook(l.hook)
	mine, other := signIn(t, gw, "demo", "secret"), signIn(t, gw, "alt_demo", "secret")
	add := func(token, name string) *httptest.ResponseRecorder {
		return ask(gw, "POST", "/compute/v2.1/os-keypairs", token, fmt.Sprintf(keypair, name))
	}
	for i, want := range []int{200, 200, 429} {
		if w := add(mine, fmt.Sprint("k", i)); w.Code != want {
			t.Errorf("write %d: %d %s", i, w.Code, w.Body)
		} else if want == 429 && w.Header().Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
		}
	}
	if w := ask(gw, "GET", "/compute/v2.1/os-keypairs", mine, ""); w.Code != 200 {
		t.Errorf("a read: %d", w.Code)
	}
	if w := add(other, "k"); w.Code != 200 {
		t.Errorf("another project: %d", w.Code)
	}
	now = now.Add(time.Second)
	if w := add(mine, "later"); w.Code != 200 {
		t.Errorf("a second later: %d", w.Code)
	}
}

func TestAudit(t *testing.T) {
	gw := cloud(t, nil, memory.Options{})
	token := signIn(t, gw, "demo", "secret")
	var log bytes.Buffer
	gw.AddResponseHook(audit(slog.New(slog.NewJSONHandler(&log, nil))))
	for _, c := range []struct{ method, path, token, body, action, outcome string }{
		{"GET", "/compute/v2.1/servers", token, "", "", ""},
		{"POST", "/compute/v2.1/os-keypairs", token, fmt.Sprintf(keypair, "k"), "create/v21_os_keypairs", "success"},
		{"POST", "/compute/v2.1/servers", token, "{}", "create/v21_servers", "failure"},
		{"GET", "/compute/v2.1/servers", "guess", "", "read/v21_servers", "failure"},
	} {
		log.Reset()
		ask(gw, c.method, c.path, c.token, c.body)
		if c.action == "" {
			if log.Len() > 0 {
				t.Errorf("a read was recorded: %s", &log)
			}
			continue
		}
		var record struct {
			Action, Outcome, ID string
			Initiator           struct {
				Host, ID string
			}
			Target struct{ TypeURI string }
		}
		if err := json.Unmarshal(log.Bytes(), &record); err != nil {
			t.Fatalf("%v: %s", err, &log)
		}
		if record.Action != c.action || record.Outcome != c.outcome || !strings.HasPrefix(record.ID, "req-") ||
			record.Target.TypeURI != "service/compute" || record.Initiator.Host == "" || (record.Initiator.ID == "") != (c.token == "guess") {
			t.Errorf("%s %s: %+v", c.method, c.path, record)
		}
	}
}

func TestCORS(t *testing.T) {
	gw := cors(cloud(t, nil, memory.Options{}), "https://panel.example.com")
	preflight := func(origin, method string) http.Header {
		w := ask(gw, "OPTIONS", "/compute/v2.1/servers", "", "", "Origin", origin, "Access-Control-Request-Method", method)
		return w.Header()
	}
	if h := preflight("https://panel.example.com", "POST"); h.Get("Access-Control-Allow-Origin") != "https://panel.example.com" ||
		!strings.Contains(h.Get("Access-Control-Allow-Headers"), "X-Auth-Token") || h.Get("Access-Control-Max-Age") != "3600" {
		t.Errorf("%v", h)
	}
	for _, h := range []http.Header{preflight("https://evil.example.com", "POST"), preflight("https://panel.example.com", "TRACE")} {
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%v", h)
		}
	}
	w := ask(gw, "GET", "/", "", "", "Origin", "https://panel.example.com")
	if w.Code != 300 || !strings.Contains(w.Header().Get("Access-Control-Expose-Headers"), "X-Subject-Token") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// TestServed: all of it at once.
func TestServed(t *testing.T) {
	c, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var records bytes.Buffer
	h, err := served(jumpgate.Options{Services: c.Services(), Logger: slog.New(slog.DiscardHandler)},
		slog.New(slog.NewJSONHandler(&records, nil)), "https://panel.example.com")
	if err != nil {
		t.Fatal(err)
	}
	token, limited := signIn(t, h, "demo", "secret"), 0
	for i := range 40 {
		w := ask(h, "POST", "/compute/v2.1/os-keypairs", token, fmt.Sprintf(keypair, fmt.Sprint("k", i)), "Origin", "https://panel.example.com")
		if w.Code == http.StatusTooManyRequests {
			limited++
		}
		if w.Header().Get("Access-Control-Allow-Origin") == "" {
			t.Errorf("a page may not read the answer: %v", w.Header())
		}
	}
	if limited == 0 || strings.Count(records.String(), `"reasonCode":429`) != limited {
		t.Errorf("%d writes were refused; the records are %s", limited, &records)
	}
}

func TestTokenUsers(t *testing.T) {
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		switch {
		case id != "jumpgate" || secret != "s3cret":
			w.WriteHeader(http.StatusUnauthorized)
		case r.FormValue("token") == "good":
			_, _ = io.WriteString(w, `{"active": true, "sub": "u-1", "username": "ann", "groups": ["builders"]}`)
		default:
			_, _ = io.WriteString(w, `{"active": false}`)
		}
	}))
	defer provider.Close()
	users := &tokenUsers{provider.URL, "jumpgate", "s3cret", func(groups []string) (list []identity.Project) {
		if slices.Contains(groups, "builders") {
			list = append(list, identity.Project{ID: "p-1", Name: "building", Enabled: true, Roles: []string{"member", "reader"}})
		}
		return list
	}}
	gw, err := jumpgate.New(jumpgate.Options{
		Logger: slog.New(slog.DiscardHandler),
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: jumpgate.DriverFunc(
			func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				return identity.Register(disp, users, identity.Options{})
			})}},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := func(name, token string) int {
		return ask(gw, "POST", "/v3/auth/tokens", "", fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user":
			{"name": %q, "domain": {"id": "default"}, "password": %q}}}, "scope": {"project": {"name": "building", "domain": {"id": "default"}}}}}`, name, token)).Code
	}
	for _, c := range []struct {
		name, token string
		want        int
	}{{"ann", "good", 201}, {"ann", "stale", 401}, {"bob", "good", 401}} {
		if got := in(c.name, c.token); got != c.want {
			t.Errorf("%s with a token that is %s: %d, want %d", c.name, c.token, got, c.want)
		}
	}
	provider.Close()
	if got := in("ann", "good"); got != 503 {
		t.Errorf("a provider that is away: %d", got)
	}
}

// stopped is a driver with servers that do as they are told.
type stopped struct{}

func (stopped) Server(ctx context.Context, id string) (*compute.Server, error) {
	return &compute.Server{ID: id, ProjectID: jumpgate.PrincipalFrom(ctx).ProjectID, Status: "SHUTOFF", VMState: "stopped", PowerState: compute.PowerShutdown}, nil
}
func (stopped) StartServer(context.Context, string) error                      { return nil }
func (stopped) RebootServer(context.Context, string, compute.RebootType) error { return nil }
func (stopped) DeleteServer(context.Context, string) error                     { return nil }

func TestPolicy(t *testing.T) {
	users := []memory.User{
		{Name: "op", Password: "secret", Project: "p", Roles: []string{"operator"}}, {Name: "demo", Password: "secret", Project: "p", Roles: []string{"member"}},
	}
	gw := cloud(t, map[jumpgate.Service]jumpgate.Driver{jumpgate.Compute: narrow(stopped{})}, memory.Options{Users: users})
	if err := guard(gw); err != nil {
		t.Fatal(err)
	}
	op := signIn(t, gw, "op", "secret")
	const id = "/compute/v2.1/servers/5ef8bf7c-5f5a-4a5e-9a3a-5c1a54e1a6c3"
	if w := ask(gw, "POST", id+"/action", op, `{"os-start": null}`); w.Code != 202 {
		t.Errorf("start: %d %s", w.Code, w.Body)
	}
	if w := ask(gw, "POST", id+"/action", op, `{"reboot": {"type": "SOFT"}}`); w.Code != 403 {
		t.Errorf("reboot: %d %s", w.Code, w.Body)
	}
	if w := ask(gw, "GET", id, op, ""); w.Code != 200 {
		t.Errorf("show: %d %s", w.Code, w.Body)
	}
	if w := ask(gw, "POST", id+"/action", signIn(t, gw, "demo", "secret"), `{"forceDelete": null}`); w.Code != 403 {
		t.Errorf("the way round the guard: %d %s", w.Code, w.Body)
	}
	if w := ask(gw, "GET", "/compute/v2.1/", op, ""); !strings.Contains(w.Body.String(), `"version": "2.79"`) {
		t.Errorf("%s", w.Body)
	}
	r := httptest.NewRequest("DELETE", id, nil)
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr("203.0.113.7"), 40000).String()
	r.Header.Set("X-Auth-Token", signIn(t, gw, "demo", "secret"))
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, r)
	if w.Code != 403 || !strings.Contains(w.Body.String(), "from the office alone") {
		t.Errorf("delete from far away: %d %s", w.Code, w.Body)
	}
}

func TestPorting(t *testing.T) {
	d := &byHand{map[string]jumpgate.Secret{"ann": "pw"}, map[string]string{"ann": "t-1"}, func(user string) string { return "token-of-" + user }}
	gw, err := jumpgate.New(jumpgate.Options{
		Logger: slog.New(slog.DiscardHandler),
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Identity: {Driver: d, Open: true}, jumpgate.Compute: {Driver: jumpgate.DriverFunc(prices)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(tenantHook(func(token string) (user, tenant string) {
		user, _ = strings.CutPrefix(token, "token-of-")
		return user, d.tenant[user]
	}))
	if w := ask(gw, "GET", "/v2.0", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"href":"http://example.com/v2.0"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	login := `{"auth": {"passwordCredentials": {"username": "ann", "password": %q}}}`
	if w := ask(gw, "POST", "/v2.0/tokens", "", fmt.Sprintf(login, "pw")); w.Code != 200 || !strings.Contains(w.Body.String(), `"id":"token-of-ann"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(gw, "POST", "/v2.0/tokens", "", fmt.Sprintf(login, "guess")); w.Code != 401 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(gw, "GET", "/compute/v2.1/flavors/small/x-price", "token-of-ann", ""); w.Code != 200 || w.Body.String() != `{"hourly":"0.01"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(gw, "GET", "/compute/v2.1/flavors/small/x-price", "", ""); w.Code != 401 {
		t.Errorf("without a token: %d %s", w.Code, w.Body)
	}
	if names := unused(gw); !slices.Contains(names, "compute: v21_servers") || slices.Contains(names, "identity: v2_tokens") || slices.Contains(names, "compute: v21_flavor_price") {
		t.Errorf("%d unused", len(names))
	}
}

// TestBehindKeystone has another Gateway for the Keystone that is elsewhere.
func TestBehindKeystone(t *testing.T) {
	elsewhere := httptest.NewServer(cloud(t, nil, memory.Options{}))
	defer elsewhere.Close()
	gw, err := behindKeystone(passthrough.Options{
		Endpoints: map[jumpgate.Service]string{jumpgate.Identity: elsewhere.URL},
		Cloud: &passthrough.Cloud{Auth: gophercloud.AuthOptions{
			IdentityEndpoint: elsewhere.URL + "/v3", Username: "admin", Password: "secret", DomainID: "default",
			Scope: &gophercloud.AuthScope{ProjectName: "admin", DomainID: "default"},
		}},
		Logger: slog.New(slog.DiscardHandler),
	}, jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return compute.Register(disp, stopped{}, compute.Options{})
	}))
	if err != nil {
		t.Fatal(err)
	}
	token := signIn(t, gw, "demo", "secret")
	if w := ask(gw, "POST", "/compute/v2.1/servers/5ef8bf7c-5f5a-4a5e-9a3a-5c1a54e1a6c3/action", token, `{"os-start": null}`); w.Code != 202 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(gw, "GET", "/compute/v2.1/servers/1", "guess", ""); w.Code != 401 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
