package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestV3AsMember asks every endpoint of v3 as a member who names itself, its
// project and things that there are not. The statuses are those that
// Keystone's policies and code give (see policy.go); 403 where no other is
// listed.
func TestV3AsMember(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{ApplicationCredentials: &identity.MemoryCredentials{}})
	token := signIn(t, gw, "demo", "")
	want := map[string]int{
		"GET /v3": 200, "POST /v3/auth/tokens": 400, "GET /v3/auth/catalog": 200, "GET /v3/auth/projects": 200,
		"GET /v3/auth/domains": 200, "GET /v3/auth/system": 200,
		"GET /v3/OS-FEDERATION/projects": 200, "GET /v3/OS-FEDERATION/domains": 200,
		"GET /v3/projects/{project_id}": 200, "GET /v3/projects/{project_id}/tags": 200, "GET /v3/projects/{project_id}/tags/{tag}": 404,
		"GET /v3/domains/{domain_id}": 200, "GET /v3/regions": 200, "GET /v3/regions/{region_id}": 404,
		"GET /v3/users/{user_id}": 200, "GET /v3/users/{user_id}/projects": 200, "GET /v3/users/{user_id}/groups": 200,
		"POST /v3/users/{user_id}/password":                                              400,
		"GET /v3/users/{user_id}/access_rules":                                           200,
		"GET /v3/users/{user_id}/access_rules/{access_rule_id}":                          404,
		"DELETE /v3/users/{user_id}/access_rules/{access_rule_id}":                       404,
		"GET /v3/users/{user_id}/application_credentials":                                200,
		"POST /v3/users/{user_id}/application_credentials":                               400,
		"GET /v3/users/{user_id}/application_credentials/{application_credential_id}":    404,
		"DELETE /v3/users/{user_id}/application_credentials/{application_credential_id}": 404,
		"GET /v3/users/{user_id}/credentials/OS-EC2":                                     200,
		"GET /v3/users/{user_id}/credentials/OS-EC2/{credential_id}":                     404,
		"DELETE /v3/users/{user_id}/credentials/OS-EC2/{credential_id}":                  404,
		"GET /v3/credentials": 200, "GET /v3/limits": 200, "GET /v3/limits/model": 200,
		"PATCH /v3/limits/{limit_id}": 404, "DELETE /v3/limits/{limit_id}": 404,
		"GET /v3/registered_limits": 200, "GET /v3/registered_limits/{registered_limit_id}": 404,
		"POST /v3/OS-OAUTH1/access_token": 400, "POST /v3/OS-OAUTH1/request_token": 400, "POST /v3/OS-OAUTH2/token": 401,
		"GET /v3/OS-FEDERATION/saml2/metadata":                                                   500,
		"GET /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth":         401,
		"POST /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth":        401,
		"GET /v3/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso":  400,
		"POST /v3/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso": 400,
		"POST /v3/auth/OS-FEDERATION/saml2":                                                      400, "POST /v3/auth/OS-FEDERATION/saml2/ecp": 400,
		"GET /v3/auth/OS-FEDERATION/websso/{protocol_id}": 401, "HEAD /v3/auth/OS-FEDERATION/websso/{protocol_id}": 401,
		"POST /v3/auth/OS-FEDERATION/websso/{protocol_id}": 401,
		"GET /v3/OS-SIMPLE-CERT/ca":                        410, "GET /v3/OS-SIMPLE-CERT/certificates": 410,
		// Keystone looks for these before it looks at its policies.
		"GET /v3/roles/{role_id}": 404, "PATCH /v3/roles/{role_id}": 404, "DELETE /v3/roles/{role_id}": 404,
		"GET /v3/endpoints/{endpoint_id}": 404, "PATCH /v3/endpoints/{endpoint_id}": 404, "DELETE /v3/endpoints/{endpoint_id}": 404,
	}
	prefixes := map[string]int{ // of "METHOD path" with the longest match
		"OS-TRUST/trusts/{trust_id}": 404,
		"roles/{prior_role_id}":      404,
	}
	vars := strings.NewReplacer("{project_id}", demoProject, "{user_id}", demoID, "{domain_id}", "default")
	for _, e := range jumpgate.Endpoints(jumpgate.Identity) {
		if e.Version != "v3" {
			continue
		}
		path := strings.NewReplacer("{", "", "}", "").Replace(vars.Replace(e.Path))
		for _, m := range e.Methods {
			w := do(gw, m, path, "", "X-Auth-Token", token)
			name := m + " " + e.Path
			status := want[name]
			for p, s := range prefixes {
				if strings.HasPrefix(strings.TrimPrefix(e.Path, "/v3/"), p) {
					status = s
				}
			}
			named := func(v string) bool { return strings.Contains(e.Path, v) }
			switch {
			case status != 0:
			case named("/role/{role_id}"), named("/projects/{project_id}/users") && !named("{user_id}"), named("/projects/{project_id}/{role_id}"),
				named("/roles/{role_id}/users"), strings.HasSuffix(e.Path, "/users/{user_id}/roles") && !named("{project_id}") && !named("{domain_id}") && !named("system"),
				strings.HasSuffix(e.Path, "OS-ENDPOINT-POLICY/policy") && named("{policy_id}"):
				status = 404 // no path of Keystone's
			case named("{group_id}") && named("role") || named("{role_id}") && !named("access_token"):
				status = 404
			default:
				status = 403
			}
			if w.Code != status {
				t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, status)
			}
			if m == "HEAD" {
				if w := do(gw, "GET", path, "", "X-Auth-Token", token); w.Code != status {
					t.Errorf("GET %s: %d %s, want %d as for HEAD", e.Path, w.Code, w.Body, status)
				}
			}
			if w.Code == 403 && m != "HEAD" && !strings.Contains(w.Body.String(), "You are not authorized to perform the requested action") {
				t.Errorf("%s: %s", name, w.Body)
			}
		}
	}
}

// TestOptions: every endpoint answers OPTIONS without a token (recording 101).
func TestOptions(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	for path, allow := range map[string]string{"/v3": "GET HEAD OPTIONS", "/v3/auth/tokens": "DELETE GET HEAD OPTIONS POST"} {
		w := do(gw, "OPTIONS", path, "")
		if got := strings.Join(allowed(w.Header()), " "); w.Code != 200 || got != allow || w.Body.Len() != 0 {
			t.Errorf("%s: %d, Allow %s, %s", path, w.Code, got, w.Body)
		}
	}
}

// TestRegister refuses what can't work.
func TestRegister(t *testing.T) {
	for name, f := range map[string]func(disp *jumpgate.Dispatcher) error{
		"no driver": func(d *jumpgate.Dispatcher) error { return identity.Register(d, nil, identity.Options{}) },
		"negative": func(d *jumpgate.Dispatcher) error {
			return identity.Register(d, newCloud(), identity.Options{Expiry: -1})
		},
		"another service": func(d *jumpgate.Dispatcher) error {
			return identity.Register(d.Gateway().Dispatcher(jumpgate.Compute), newCloud(), identity.Options{})
		},
	} {
		services := map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Compute:  {Driver: nothing},
			jumpgate.Identity: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error { return f(d) })},
		}
		if _, err := jumpgate.New(jumpgate.Options{Services: services}); err == nil || !strings.Contains(fmt.Sprint(err), "identity:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlaces: links are right wherever the Gateway is.
func TestPlaces(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{}, func(o *jumpgate.Options) {
		o.PublicURL, o.BasePath = "", "/openstack"
		s := o.Services[jumpgate.Identity]
		s.Mount = "/id"
		o.Services[jumpgate.Identity] = s
	})
	w := do(gw, "GET", "/openstack/id/", "")
	check(t, w, 300, `"href": "http://example.com/openstack/id/v3/"`)
	if l := w.Header().Get("Location"); l != "http://example.com/openstack/id/v3/" {
		t.Error(l)
	}
	w = do(gw, "POST", "/openstack/id/v3/auth/tokens", passwordBody("demo", ""))
	check(t, w, 201, `http://example.com/openstack/compute/v2.1`)
	w = do(gw, "GET", "/openstack/id/v3/auth/projects?x=1", "", "X-Auth-Token", w.Header().Get("X-Subject-Token"))
	check(t, w, 200, `"self": "http://example.com/openstack/id/v3/auth/projects?x=1"`)
	w = do(gw, "GET", "/openstack/id/v3/auth/projects", "")
	if h := w.Header().Get("Www-Authenticate"); h != `Keystone uri="http://example.com/openstack/id/v3"` {
		t.Error(h)
	}
}

// TestPolicyOverrides: a rule that the options replace counts, and a name that
// there is not is refused.
func TestPolicyOverrides(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{Policy: map[string]string{
		"identity:list_regions": "rule:admin_required", "identity:list_domains": "role:member",
	}})
	token := signIn(t, gw, "demo", "")
	check(t, do(gw, "GET", "/v3/regions", "", "X-Auth-Token", token), 403, "identity:list_regions.")
	check(t, do(gw, "GET", "/v3/domains", "", "X-Auth-Token", token), 200, `"id": "default"`)

	_, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
			return identity.Register(d, newCloud(), identity.Options{Policy: map[string]string{"identity:list_region": "@"}})
		})},
	}})
	if err == nil || !strings.Contains(err.Error(), `no rule "identity:list_region"`) {
		t.Error(err)
	}
}

// TestBodyFirst: Keystone finds fault with a body before it refuses anybody.
func TestBodyFirst(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "demo", "")
	check(t, do(gw, "POST", "/v3/regions", "{", "X-Auth-Token", token), 400, "valid JSON in request body")
	check(t, do(gw, "POST", "/v3/regions", "{}", "X-Auth-Token", token), 403, "identity:create_region.")
	check(t, do(gw, "HEAD", "/v3/services", "", "X-Auth-Token", token), 403, "")
}
