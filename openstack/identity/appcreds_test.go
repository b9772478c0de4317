package identity_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

func credentialBody(data string) string {
	return `{"auth": {"identity": {"methods": ["application_credential"], "application_credential": ` + data + `}}}`
}

func TestApplicationCredentials(t *testing.T) {
	clock, c := newClock(), newCloud()
	gw := newGateway(t, c, identity.Options{Now: clock.Now, ApplicationCredentials: &identity.MemoryCredentials{}})
	demo, alt := signIn(t, gw, "demo", ""), signIn(t, gw, "alt_demo", "")
	path := "/v3/users/" + demoID + "/application_credentials"
	create := func(token, data string) (int, string) {
		w := do(gw, "POST", path, `{"application_credential": `+data+`}`, "X-Auth-Token", token)
		return w.Code, w.Body.String()
	}
	id, secret := newCredential(t, gw, demo, `{"name": "full"}`)
	byID := credentialBody(`{"id": "` + id + `", "secret": "` + secret + `"}`)

	t.Run("sign in", func(t *testing.T) {
		for name, body := range map[string]string{
			"by id":            byID,
			"by name and user": credentialBody(`{"name": "full", "user": {"id": "` + demoID + `"}, "secret": "` + secret + `"}`),
			"by names":         credentialBody(`{"name": "full", "user": {"name": "demo", "domain": {"id": "default"}}, "secret": "` + secret + `"}`),
		} {
			w := do(gw, "POST", "/v3/auth/tokens", body)
			check(t, w, 201, `"restricted": true`)
			if !strings.Contains(w.Body.String(), `"methods": ["application_credential"]`) || !strings.Contains(w.Body.String(), demoProject) {
				t.Errorf("%s: %s", name, w.Body)
			}
			token := w.Header().Get("X-Subject-Token")
			shown := do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", token)
			if shown.Body.String() != w.Body.String() {
				t.Errorf("%s: made %s, shown %s", name, w.Body, shown.Body)
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		for body, want := range map[string]struct {
			status  int
			message string
		}{
			credentialBody(`{"id": "` + id + `", "secret": "x"}`):                                {401, unauthorized},
			credentialBody(`{"id": "` + id + `"}`):                                               {401, unauthorized},
			credentialBody(`{"id": "nonsense", "secret": "x"}`):                                  {404, "Could not find Application Credential: nonsense."},
			credentialBody(`{"name": "other", "user": {"id": "` + demoID + `"}, "secret": "x"}`): {401, unauthorized},
			credentialBody(`{"name": "full", "user": {"id": "` + altID + `"}, "secret": "x"}`):   {401, unauthorized},
			credentialBody(`{"name": "full", "secret": "x"}`):                                    {400, "Expecting to find user in application credential."},
			credentialBody(`{"name": "full", "user": {"name": "demo"}, "secret": "x"}`):          {400, "Expecting to find domain in user."},
			credentialBody(`{}`):  {400, "Expecting to find name or ID in application credential."},
			credentialBody(`"x"`): {400, "Expecting to find name or ID in application credential."},
		} {
			check(t, do(gw, "POST", "/v3/auth/tokens", body), want.status, want.message)
		}
	})
	t.Run("bounds", func(t *testing.T) {
		token := post(t, gw, byID)
		if code, body := create(token, `{"name": "another"}`); code != 403 || !strings.Contains(body, "Using method 'application_credential' is not allowed") {
			t.Errorf("%d %s", code, body)
		}
		check(t, do(gw, "DELETE", path+"/"+id, "", "X-Auth-Token", token), 403, "Using method")
		// What comes from the token is bound as well.
		for _, scope := range []string{`"unscoped"`, `{"project": {"id": "` + altProject + `"}}`, `{"project": {"id": "` + demoProject + `"}}`} {
			check(t, do(gw, "POST", "/v3/auth/tokens", rescope(token, scope)), 403, "Using an application credential token to create a scoped token is not allowed.")
		}
		again := post(t, gw, rescope(token, ""))
		if code, _ := create(again, `{"name": "another"}`); code != 403 {
			t.Errorf("rescoped token makes another: %d", code)
		}
		reader, readerSecret := newCredential(t, gw, demo, `{"name": "reader", "roles": [{"name": "reader"}], "unrestricted": true}`)
		token = post(t, gw, credentialBody(`{"id": "`+reader+`", "secret": "`+readerSecret+`"}`))
		w := do(gw, "GET", "/v3/auth/tokens?nocatalog", "", "X-Auth-Token", token, "X-Subject-Token", token)
		if s := w.Body.String(); !strings.Contains(s, `"reader"`) || strings.Contains(s, `"member"`) || !strings.Contains(s, `"restricted": false`) {
			t.Error(s)
		}
		token = post(t, gw, rescope(token, ""))
		w = do(gw, "GET", "/v3/auth/tokens?nocatalog", "", "X-Auth-Token", token, "X-Subject-Token", token)
		if strings.Contains(w.Body.String(), `"member"`) {
			t.Error("a rescoped token has more roles: ", w.Body)
		}
		if code, body := create(token, `{"name": "another", "roles": [{"name": "member"}]}`); code != 400 || !strings.Contains(body, "unassigned role") {
			t.Errorf("%d %s", code, body)
		}
	})
	t.Run("others", func(t *testing.T) {
		check(t, do(gw, "GET", path, "", "X-Auth-Token", alt), 403, "identity:list_application_credentials")
		check(t, do(gw, "GET", path+"/"+id, "", "X-Auth-Token", alt), 403, "identity:get_application_credential")
		own := "/v3/users/" + altID + "/application_credentials/"
		check(t, do(gw, "GET", own+id, "", "X-Auth-Token", alt), 403, "identity:get_application_credential")
		check(t, do(gw, "DELETE", own+id, "", "X-Auth-Token", alt), 403, "identity:delete_application_credential")
		check(t, do(gw, "GET", own+"nonsense", "", "X-Auth-Token", alt), 404, "Could not find Application Credential: nonsense.")
	})
	t.Run("bodies", func(t *testing.T) {
		for data, want := range map[string]struct {
			status  int
			message string
		}{
			`{}`:               {400, "'name' is a required property"},
			`{"name": 1}`:      {400, "Invalid input for field 'name': 1 is not of type 'string'"},
			`{"name": ""}`:     {400, "Invalid input for field 'name': '' is too short\\n\\nFailed validating 'minLength' in schema['properties']['name']:\\n    {'maxLength': 255,\\n     'minLength': 1,\\n     'pattern': '[\\\\\\\\S]+',\\n     'type': 'string'}"},
			`{"name": "full"}`: {409, "Conflict occurred attempting to store application_credential - Duplicate entry found with name full."},
			`{"name": "a", "expires_at": "tomorrow"}`:                                               {400, "Timestamp not in expected format."},
			`{"name": "a", "expires_at": "2020-01-01T00:00:00"}`:                                    {400, "The 'expires_at' must not be before now."},
			`{"name": "a", "roles": [{"name": "king"}]}`:                                            {404, "Role king is not defined"},
			`{"name": "a", "roles": [{"name": "admin"}]}`:                                           {400, "Invalid application credential: Cannot create an application credential with unassigned role"},
			`{"name": "a", "roles": ["reader"]}`:                                                    {400, "Invalid input for field 'roles/0'"},
			`{"name": "a", "roles": [{}]}`:                                                          {400, "Invalid input for field 'roles/0': {} does not have enough properties\\n\\nFailed validating 'minProperties'"},
			`{"name": "a", "roles": [{"id": "a", "name": "b"}]}`:                                    {400, "Invalid input for field 'roles/0': {'id': 'a', 'name': 'b'} has too many properties"},
			`{"name": "a", "roles": [{"domain": "x"}]}`:                                             {400, "Invalid input for field 'roles/0': Additional properties are not allowed ('domain' was unexpected)"},
			`{"name": "a", "color": "red"}`:                                                         {400, "'color' is an invalid keyword argument for ApplicationCredentialModel"},
			`{"name": "a", "access_rules": [{"path": "x", "method": "GET", "service": "compute"}]}`: {400, "'x' does not match '^\\\\\\\\/.*'\\n\\nFailed validating 'pattern' in schema['properties']['access_rules']['items']['properties']['path']:\\n    {'maxLength': 225,\\n     'minLength': 0,"},
			`null`: {400, "None is not of type 'object'\\n\\nFailed validating 'type' in schema:\\n    {'additionalProperties': True,"},
		} {
			if code, body := create(demo, data); code != want.status || !strings.Contains(body, want.message) {
				t.Errorf("%s: %d %s, want %d %s", data, code, body, want.status, want.message)
			}
		}
	})
	t.Run("expiry", func(t *testing.T) {
		at := clock.Now().Add(30 * time.Minute).UTC()
		soon, soonSecret := newCredential(t, gw, demo, `{"name": "soon", "secret": "chosen", "expires_at": "`+at.Format("2006-01-02T15:04:05Z")+`"}`)
		if soonSecret != "chosen" {
			t.Error(soonSecret)
		}
		body := credentialBody(`{"id": "` + soon + `", "secret": "chosen"}`)
		var tok struct {
			Token struct {
				ExpiresAt time.Time `json:"expires_at"`
			}
		}
		w := do(gw, "POST", "/v3/auth/tokens", body)
		if err := json.Unmarshal(w.Body.Bytes(), &tok); err != nil || !tok.Token.ExpiresAt.Equal(at) {
			t.Errorf("%s, want expiry %v", w.Body, at)
		}
		check(t, do(gw, "GET", path+"/"+soon, "", "X-Auth-Token", demo), 200, `"expires_at": "`+at.Format("2006-01-02T15:04:05.000000")+`"`)
		clock.Move(30 * time.Minute)
		check(t, do(gw, "POST", "/v3/auth/tokens", body), 401, unauthorized)
	})
	t.Run("delete", func(t *testing.T) {
		token := post(t, gw, byID)
		check(t, do(gw, "DELETE", path+"/"+id, "", "X-Auth-Token", demo), 204, "")
		check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", token), 401, "")
		check(t, do(gw, "POST", "/v3/auth/tokens", byID), 404, "Could not find Application Credential")
		check(t, do(gw, "DELETE", path+"/"+id, "", "X-Auth-Token", demo), 404, "Could not find Application Credential")
	})
	t.Run("limit", func(t *testing.T) {
		code, body := 0, ""
		for i := range 101 {
			if code, body = create(demo, fmt.Sprintf(`{"name": "n%d"}`, i)); code != http.StatusCreated {
				break
			}
		}
		if code != 403 || !strings.Contains(body, "maximum of 100 already exceeded") {
			t.Errorf("%d %s", code, body)
		}
	})
}

// TestCredentialNeedsCloud: a credential is no better than the user's own,
// which the cloud behind may have taken away.
func TestCredentialNeedsCloud(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c, identity.Options{ApplicationCredentials: &identity.MemoryCredentials{}})
	id, secret := newCredential(t, gw, signIn(t, gw, "demo", ""), `{"name": "a"}`)
	body := credentialBody(`{"id": "` + id + `", "secret": "` + secret + `"}`)
	post(t, gw, body)
	demo := c.users["demo"]
	demo.Projects = []identity.Project{{ID: demoProject, Name: "demo", Enabled: true, Roles: []string{"other"}}}
	c.users["demo"] = demo
	check(t, do(gw, "POST", "/v3/auth/tokens", body), 401, unauthorized)
}

// TestAccessRules: a credential with access rules is good for nothing else.
func TestAccessRules(t *testing.T) {
	for _, base := range []string{"", "/openstack"} {
		t.Run(base, func(t *testing.T) { testAccessRules(t, base) })
	}
}

func testAccessRules(t *testing.T, base string) {
	whole := newGateway(t, newCloud(), identity.Options{ApplicationCredentials: &identity.MemoryCredentials{}}, func(o *jumpgate.Options) {
		o.BasePath = base
		o.PublicURL += base
	})
	gw := below{whole, base}
	ok := jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { return nil, nil }, "DELETE": func(*jumpgate.Request) (any, error) { return nil, nil }}
	for _, name := range []string{"v21_servers", "v21_server", "v21_servers_detail", "v21_server_ips"} {
		if err := whole.Dispatcher(jumpgate.Compute).SetHandler(name, ok); err != nil {
			t.Fatal(err)
		}
	}
	demo := signIn(t, gw, "demo", "")
	const rule = `{"service": "compute", "path": "/v2.1/servers/*/ips", "method": "GET"}`
	id, secret := newCredential(t, gw, demo, `{"name": "ips", "access_rules": [`+rule+`]}`)
	again, _ := newCredential(t, gw, demo, `{"name": "again", "access_rules": [`+rule+`, {"service": "compute", "path": "/v2.1/**", "method": "DELETE"}]}`)
	body := credentialBody(`{"id": "` + id + `", "secret": "` + secret + `"}`)
	w := do(gw, "POST", "/v3/auth/tokens", body)
	check(t, w, 201, `"access_rules": [{"id": "`)
	token := w.Header().Get("X-Subject-Token")
	for path, status := range map[string]int{
		"GET /compute/v2.1/servers/x/ips":     204,
		"GET /compute/v2.1/servers/a%2Eb/ips": 204,
		"GET /compute/v2.1/servers/x":         401,
		"GET /compute/v2.1/servers":           401,
		"GET /compute/v2.1/servers/detail":    401,
		"DELETE /compute/v2.1/servers/x":      401,
		"GET /compute/v2.1/servers/x%2Fips":   401,
		"GET /image/v2.1/servers/x/ips":       401,
		"GET /v3/auth/projects":               401,
		"GET /compute/v2.1/servers/x/y/ips":   401,
		"GET /compute/v2.1/servers/../x/ips":  401,
	} {
		method, target, _ := strings.Cut(path, " ")
		if w := do(gw, method, target, "", "X-Auth-Token", token); w.Code != status {
			t.Errorf("%s: %d %s, want %d", path, w.Code, w.Body, status)
		}
	}
	check(t, do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", token), 404, "Failed to validate token")
	shown := do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", token, "Openstack-Identity-Access-Rules", "1.0")
	if shown.Body.String() != w.Body.String() {
		t.Errorf("made %s, shown %s", w.Body, shown.Body)
	}
	check(t, do(gw, "POST", "/v3/auth/tokens", rescope(token, "")), 404, "Failed to validate token")

	path := "/v3/users/" + demoID + "/access_rules"
	var rules struct {
		List []struct{ ID, Path string } `json:"access_rules"`
	}
	list := func(n int) {
		t.Helper()
		w := do(gw, "GET", path, "", "X-Auth-Token", demo)
		if err := json.Unmarshal(w.Body.Bytes(), &rules); err != nil || len(rules.List) != n {
			t.Errorf("%d %s, want %d rules", w.Code, w.Body, n)
		}
	}
	list(2)
	first := path + "/" + rules.List[0].ID
	check(t, do(gw, "GET", first, "", "X-Auth-Token", demo), 200, `"path": "/v2.1/servers/*/ips"`)
	check(t, do(gw, "DELETE", first, "", "X-Auth-Token", demo), 403, "May not delete access rule in use")
	for _, c := range []string{id, again} {
		check(t, do(gw, "DELETE", "/v3/users/"+demoID+"/application_credentials/"+c, "", "X-Auth-Token", demo), 204, "")
	}
	list(2)
	check(t, do(gw, "DELETE", first, "", "X-Auth-Token", demo), 204, "")
	check(t, do(gw, "DELETE", first, "", "X-Auth-Token", demo), 404, "Could not find Access Rule")
	list(1)
	alt := signIn(t, gw, "alt_demo", "")
	check(t, do(gw, "GET", path, "", "X-Auth-Token", alt), 403, "identity:list_access_rules")
	check(t, do(gw, "GET", "/v3/users/"+altID+"/access_rules/"+rules.List[0].ID, "", "X-Auth-Token", alt), 404, "Could not find Access Rule")
	check(t, do(gw, "GET", "/compute/v2.1/servers/x/ips", "", "X-Auth-Token", token), 401, "")
}

// below puts a base path before the paths of requests.
type below struct {
	http.Handler
	base string
}

func (b below) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.URL.Path, r.RequestURI = b.base+r.URL.Path, b.base+r.RequestURI
	if r.URL.RawPath != "" {
		r.URL.RawPath = b.base + r.URL.RawPath
	}
	b.Handler.ServeHTTP(w, r)
}
