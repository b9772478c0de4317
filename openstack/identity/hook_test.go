package identity_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestOpenEndpoints asks every endpoint of every service without a token.
// What does not answer 401 is the list of what is open to everybody.
func TestOpenEndpoints(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	served := jumpgate.Methods{}
	for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
		served[m] = func(*jumpgate.Request) (any, error) { return nil, nil }
	}
	var open []string
	for _, s := range jumpgate.Services() {
		disp := gw.Dispatcher(s)
		for _, e := range jumpgate.Endpoints(s) {
			if s != jumpgate.Identity {
				if err := disp.SetHandler(e.Name, served); err != nil {
					t.Fatal(err)
				}
			}
			path := disp.Mount() + strings.NewReplacer("{", "", "}", "").Replace(e.Path)
			for _, m := range e.Methods {
				if w := do(gw, m, path, ""); w.Code != 401 {
					open = append(open, fmt.Sprintf("%s %s %s", s, m, e.Path))
				}
			}
		}
	}
	want := []string{
		"identity GET /", "identity GET /v2.0", "identity GET /v2.0/extensions", "identity GET /v2.0/extensions/{alias}",
		"identity POST /v2.0/tokens", "identity GET /v3", "identity POST /v3/auth/tokens",
		"identity POST /v3/users/{user_id}/password", "identity GET /v3/OS-SIMPLE-CERT/ca", "identity GET /v3/OS-SIMPLE-CERT/certificates",
		"identity POST /v3/OS-OAUTH1/access_token", "identity POST /v3/OS-OAUTH1/request_token",
		"identity GET /v3/OS-FEDERATION/saml2/metadata", "identity POST /v3/auth/OS-FEDERATION/saml2", "identity POST /v3/auth/OS-FEDERATION/saml2/ecp",
		"identity GET /v3/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso",
		"identity POST /v3/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso",
		"identity GET /healthcheck", "identity HEAD /healthcheck", "image GET /healthcheck", "image HEAD /healthcheck",
		"volume GET /healthcheck", "volume HEAD /healthcheck", "network GET /healthcheck", "network HEAD /healthcheck",
		"compute GET /", "compute GET /v2", "compute GET /v2.1", "compute GET /v3",
		"image GET /", "image GET /versions", "volume GET /", "network GET /",
		"baremetal GET /", "baremetal GET /v1", "baremetal GET /v1/lookup", "baremetal POST /v1/heartbeat/{node_id}",
	}
	// Also open, but they answer 401 whoever asks (see TestFederation,
	// TestOAuth2): OS-OAUTH2/token, .../protocols/{protocol_id}/auth, websso.
	slices.Sort(open)
	slices.Sort(want)
	if !slices.Equal(slices.Compact(open), want) {
		t.Errorf("open:\n%s\nwant:\n%s", strings.Join(open, "\n"), strings.Join(want, "\n"))
	}
}

// TestWiderHandlers: a handler with a method that OpenStack does not have
// there is not open for it.
func TestWiderHandlers(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	err := gw.Dispatcher(jumpgate.Identity).SetHandler("v3_auth_catalog", jumpgate.Methods{
		"POST": func(*jumpgate.Request) (any, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	err = gw.Dispatcher(jumpgate.Compute).SetHandler("index", jumpgate.Forwarder{Handler: http.NotFoundHandler()})
	if err != nil {
		t.Fatal(err)
	}
	check(t, do(gw, "GET", "/compute/", ""), 404, "")
	check(t, do(gw, "ET", "/compute/", ""), 401, "")
	check(t, do(gw, "POST", "/v3/auth/catalog", ""), 401, "")
	check(t, do(gw, "PUT", "/v3/auth/catalog", ""), 405, "")
	check(t, do(gw, "HEAD", "/v3/ec2tokens", ""), 405, "")
	check(t, do(gw, "GET", "/v3/unknown", ""), 404, "<!doctype html>")
	check(t, do(gw, "GET", "/compute/v2.1/unknown", ""), 401, "")
	check(t, do(gw, "POST", "/v3/projects", "{"), 400, "valid JSON")
}

// TestBadTokens: whatever is wrong with a token, the answer is the same.
func TestBadTokens(t *testing.T) {
	clock := newClock()
	ring, err := identity.NewKeyRing([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	foreign := newGateway(t, newCloud(), identity.Options{Now: clock.Now})
	gw := newGateway(t, newCloud(), identity.Options{Now: clock.Now, Keys: ring})
	good := signIn(t, gw, "demo", "")
	ahead := newClock()
	ahead.Move(time.Hour)
	future := signIn(t, newGateway(t, newCloud(), identity.Options{Now: ahead.Now, Keys: ring}), "demo", "")
	clock.Move(-2 * time.Hour)
	expired := signIn(t, gw, "demo", "")
	clock.Move(2 * time.Hour)

	flip := func(i int) string {
		b := []byte(good)
		if b[i] == 'A' {
			b[i] = 'B'
		} else {
			b[i] = 'A'
		}
		return string(b)
	}
	tokens := map[string]string{
		"empty": "", "nonsense": "nonsense", "no base64": "!" + good[1:], "padded": good + "=",
		"foreign": signIn(t, foreign, "demo", ""), "future": future, "expired": expired,
		"longer": good + "AAAA", "very long": strings.Repeat("A", 100_000), "line": good + "\n", "twice": good + "," + good,
	}
	for i := range len(good) {
		tokens[fmt.Sprintf("cut at %d", i)] = good[:i]
		tokens[fmt.Sprintf("changed at %d", i)] = flip(i)
	}
	var body string
	for name, token := range tokens {
		w := do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", token)
		if body == "" {
			body = w.Body.String()
		}
		if w.Code != 401 || w.Body.String() != body {
			t.Errorf("%s: %d %s, want 401 %s", name, w.Code, w.Body, body)
		}
		w = do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", good, "X-Subject-Token", token)
		want := "Could not recognize Fernet token"
		switch name {
		case "expired":
			want = "Failed to validate token"
		case "empty", "cut at 0":
			want = "No token in the request"
		}
		check(t, w, 404, want)
	}
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", good), 200, "")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", good, "X-Auth-Token", good), 401, "")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Subject-Token", good), 401, "")
	check(t, do(gw, "GET", "/v3/auth/tokens?allow_expired=1", "", "X-Auth-Token", good, "X-Subject-Token", expired), 200, "")
	check(t, do(gw, "DELETE", "/v3/auth/tokens?allow_expired=1", "", "X-Auth-Token", good, "X-Subject-Token", expired), 404, "")
}

// TestIdentityHeaders: nobody behind the hook sees a header in which a client
// says who it is.
func TestIdentityHeaders(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	var seen http.Header
	spy := jumpgate.Methods{"GET": func(r *jumpgate.Request) (any, error) {
		seen = r.Header.Clone()
		return nil, nil
	}}
	for s, name := range map[jumpgate.Service]string{jumpgate.Compute: "v21_servers", jumpgate.Image: "versions_index"} {
		if err := gw.Dispatcher(s).SetHandler(name, spy); err != nil {
			t.Fatal(err)
		}
	}
	token := signIn(t, gw, "demo", "")
	kept := []string{"X-Auth-Token", "X-Subject-Token", "X-Openstack-Request-Id", "X-Image-Meta-Name", "Accept", "X-Userdata", "X-Rolex", "Openstack-Api-Version"}
	forged := []string{
		"X-User", "X-User-Id", "X-User-Name", "X-User-Domain-Id", "X-User-Domain-Name", "X-Project-Id", "X-Project-Name",
		"X-Project-Domain-Id", "X-Domain-Id", "X-Domain-Name", "X-Roles", "X-Role", "X-Tenant", "X-Tenant-Id", "X-Tenant-Name",
		"X-Service-Token", "X-Service-Roles", "X-Service-Catalog", "X-Service-Identity-Status", "X-Identity-Status", "X-Auth-User",
		"X-Auth-Key", "X-Is-Admin-Project", "Openstack-System-Scope", "X_auth_token", "X-Auth_token", "X_user_id", "X-User_id", "X_roles", "x-roles", "x_user-ID",
		"X_Is_Admin_Project", "openstack_system_scope",
	}
	for _, path := range []string{"/compute/v2.1/servers", "/image/"} {
		req := httptest.NewRequest("GET", path, nil)
		for _, name := range slices.Concat(kept, forged) {
			req.Header[name] = []string{"admin", "admin"}
		}
		req.Header["X-Auth-Token"] = []string{token}
		seen = nil
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		if w.Code != 204 {
			t.Fatal(w.Code, w.Body)
		}
		for _, name := range kept {
			if seen[name] == nil {
				t.Errorf("%s: %s is gone", path, name)
			}
		}
		if len(seen) != len(kept) {
			t.Errorf("%s: %v is left", path, seen)
		}
	}
}

// TestProjectOfPath holds the project of the token against that of the path
// (recordings compute 013, volume 008).
func TestProjectOfPath(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	var env jumpgate.Env
	ok := jumpgate.Methods{"GET": func(r *jumpgate.Request) (any, error) {
		env = r.Env
		return nil, nil
	}}
	for s, names := range map[jumpgate.Service][]string{
		jumpgate.Compute: {"v21_flavors", "v21_index"}, jumpgate.Volume: {"v3_volumes", "v3_index"},
		jumpgate.Image: {"v2_images"}, jumpgate.Network: {"v2_networks", "v2_index"}, jumpgate.Baremetal: {"v1_nodes"},
	} {
		disp := gw.Dispatcher(s)
		for _, name := range names {
			if err := disp.SetHandler(name, ok); err != nil {
				t.Fatal(err)
			}
		}
		if s == jumpgate.Compute {
			if err := disp.AddRequestHook(jumpgate.Negotiate(jumpgate.Microversion{Major: 2, Minor: 1}, jumpgate.Microversion{Major: 2, Minor: 90})); err != nil {
				t.Fatal(err)
			}
		}
	}
	scoped, unscoped := signIn(t, gw, "demo", ""), signIn(t, gw, "demo", `"unscoped"`)
	for _, c := range []struct {
		path, token string
		status      int
		body        string
	}{
		{"/compute/v2.1/" + demoProject + "/flavors", scoped, 204, ""},
		{"/compute/v2.1/flavors", scoped, 204, ""},
		{"/compute/v2.1/" + altProject + "/flavors", scoped, 400, `{"badRequest": {"code": 400, "message": "Malformed request URL: URL's project_id '` + altProject + `' doesn't match Context's project_id '` + demoProject + `'"}}`},
		{"/compute/v2.1/" + altProject + "/flavors", unscoped, 400, `doesn't match Context's project_id 'None'`},
		{"/compute/v2.1/flavors", unscoped, 403, `"forbidden"`},
		{"/compute/v2.1/", unscoped, 204, ""},
		{"/volume/v3/" + demoProject + "/volumes", scoped, 204, ""},
		{"/volume/v3/" + altProject + "/volumes", scoped, 400, `{"badRequest": {"code": 400, "message": "Malformed request url"}}`},
		{"/volume/v3/", unscoped, 204, ""},
		{"/image/v2/images", scoped, 204, ""},
		{"/image/v2/images", unscoped, 403, ""},
		{"/network/v2.0/networks", unscoped, 403, "NeutronError"},
		{"/network/v2.0/", unscoped, 204, ""},
		{"/baremetal/v1/nodes", unscoped, 403, "error_message"},
	} {
		w := do(gw, "GET", c.path, "", "X-Auth-Token", c.token)
		check(t, w, c.status, c.body)
		if h := w.Header().Get("X-Openstack-Nova-Api-Version"); strings.Contains(c.path, "flavors") && h != "2.1" {
			t.Errorf("%s: compute has read the version %q", c.path, h)
		}
	}
	do(gw, "GET", "/compute/v2.1/flavors", "", "X-Auth-Token", scoped)
	if p := env.Principal; env.ProjectID != demoProject || p == nil || p.UserID != demoID || p.UserName != "demo" || p.UserDomainID != "default" ||
		p.ProjectID != demoProject || p.ProjectName != "demo" || !p.HasRole("member") || p.Credential != "demo:secret" {
		t.Errorf("environment %+v", env)
	}
	w := do(gw, "GET", "/compute/v2.1/flavors", "")
	check(t, w, 401, "")
	if w.Header().Get("X-Openstack-Nova-Api-Version") != "" {
		t.Error("compute has read the version before the token was checked")
	}
}

// TestRevocation covers who may revoke what, and what is refused then.
func TestRevocation(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	a, b, alt := signIn(t, gw, "demo", ""), signIn(t, gw, "demo", ""), signIn(t, gw, "alt_demo", "")
	check(t, do(gw, "DELETE", "/v3/auth/tokens", "", "X-Auth-Token", a), 403, "identity:revoke_token")
	check(t, do(gw, "DELETE", "/v3/auth/tokens", "", "X-Auth-Token", alt, "X-Subject-Token", a), 403, "identity:revoke_token")
	check(t, do(gw, "DELETE", "/v3/auth/tokens", "", "X-Auth-Token", a, "X-Subject-Token", b), 204, "")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", b), 401, "")
	check(t, do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", a, "X-Subject-Token", b), 404, "Failed to validate token")
	check(t, do(gw, "POST", "/v3/auth/tokens", rescope(b, "")), 404, "Failed to validate token")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", a), 200, "")
	admin := signIn(t, gw, "admin", `{"project": {"id": "`+adminProject+`"}}`)
	check(t, do(gw, "DELETE", "/v3/auth/tokens", "", "X-Auth-Token", admin, "X-Subject-Token", alt), 204, "")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", alt), 401, "")
}

// broken is a store that is away.
type broken struct{}

func (broken) Revoke(context.Context, identity.AuditID, time.Time) error {
	return errors.New("connection refused")
}

func (broken) Revoked(context.Context, identity.AuditID) (bool, error) {
	return false, errors.New("connection refused")
}

// TestRevocationsAway: a store that can't be asked refuses.
func TestRevocationsAway(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{Revocations: broken{}})
	token := signIn(t, gw, "demo", "")
	for _, path := range []string{"/v3/auth/catalog", "/compute/v2.1/servers"} {
		w := do(gw, "GET", path, "", "X-Auth-Token", token)
		check(t, w, 503, "")
		if strings.Contains(w.Body.String(), "refused") {
			t.Errorf("%s", w.Body)
		}
	}
}

func BenchmarkHook(b *testing.B) {
	gw := newGateway(b, newCloud(), identity.Options{}, func(o *jumpgate.Options) { o.Logger = nil })
	if err := gw.Dispatcher(jumpgate.Compute).SetHandler("v21_servers", jumpgate.Methods{
		"GET": func(*jumpgate.Request) (any, error) { return nil, nil },
	}); err != nil {
		b.Fatal(err)
	}
	req := httptest.NewRequest("GET", "/compute/v2.1/servers", nil)
	req.Header.Set("X-Auth-Token", signIn(b, gw, "demo", ""))
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "bench")
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		if w.Code != 204 {
			b.Fatal(w.Code)
		}
	}
}
