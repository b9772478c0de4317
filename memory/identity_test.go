package memory_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
)

// keystone is a client of the identity service of a cloud in memory.
type keystone struct {
	t  *testing.T
	gw http.Handler
}

func newKeystone(t *testing.T, opts memory.Options) *keystone {
	t.Helper()
	cloud, err := memory.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return serveKeystone(t, cloud.Services())
}

func serveKeystone(t *testing.T, services map[jumpgate.Service]jumpgate.ServiceOptions) *keystone {
	t.Helper()
	gw, err := jumpgate.New(jumpgate.Options{Services: services})
	if err != nil {
		t.Fatal(err)
	}
	return &keystone{t, gw}
}

// do sends a request and returns the status and the answer.
func (k *keystone) do(token, method, path string, body any) (int, map[string]any, http.Header) {
	k.t.Helper()
	text := []byte(nil)
	if s, ok := body.(string); ok {
		text = []byte(s)
	} else if body != nil {
		text, _ = json.Marshal(body)
	}
	req := httptest.NewRequest(method, path, bytes.NewReader(text))
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
	}
	w := httptest.NewRecorder()
	k.gw.ServeHTTP(w, req)
	var answer map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &answer)
	return w.Code, answer, w.Header()
}

// want sends a request that must be answered with a status, and returns what is
// in the answer under a dotted path.
func (k *keystone) want(status int, token, method, path string, body any) map[string]any {
	k.t.Helper()
	got, answer, _ := k.do(token, method, path, body)
	if got != status {
		k.t.Fatalf("%s %s: %d %v, want %d", method, path, got, answer, status)
	}
	return answer
}

// make creates something and returns its id.
func (k *keystone) make(token, plural, kind, body string) string {
	k.t.Helper()
	return k.want(201, token, "POST", "/v3/"+plural, fmt.Sprintf(`{%q: {%s}}`, kind, body))[kind].(map[string]any)["id"].(string)
}

// try signs in; scope is JSON, or empty.
func (k *keystone) try(user, password, scope string) (string, map[string]any, int) {
	k.t.Helper()
	if scope != "" {
		scope = `, "scope": ` + scope
	}
	status, answer, header := k.do("", "POST", "/v3/auth/tokens", fmt.Sprintf(
		`{"auth": {"identity": {"methods": ["password"], "password": {"user": {%s, "password": %q}}}%s}}`, user, password, scope))
	token, _ := answer["token"].(map[string]any)
	return header.Get("X-Subject-Token"), token, status
}

func (k *keystone) signIn(user, password, scope string) string {
	k.t.Helper()
	token, _, status := k.try(user, password, scope)
	if status != 201 {
		k.t.Fatalf("sign-in of %s for %s: %d", user, scope, status)
	}
	return token
}

const adminUser = `"name": "admin", "domain": {"id": "default"}`

func (k *keystone) admin() string {
	k.t.Helper()
	return k.signIn(adminUser, "secret", `{"project": {"name": "admin", "domain": {"id": "default"}}}`)
}

func byID(id string) string      { return fmt.Sprintf(`"id": %q`, id) }
func inProject(id string) string { return fmt.Sprintf(`{"project": {"id": %q}}`, id) }

// roleNames are the roles of a token.
func roleNames(token map[string]any) string {
	var names []string
	for _, role := range token["roles"].([]any) {
		names = append(names, role.(map[string]any)["name"].(string))
	}
	return strings.Join(names, " ")
}

// remakes makes a token of a token, which must be answered with a status.
func (k *keystone) remakes(status int, token, scope string) {
	k.t.Helper()
	if scope != "" {
		scope = `, "scope": ` + scope
	}
	k.want(status, "", "POST", "/v3/auth/tokens", fmt.Sprintf(`{"auth": {"identity": {"methods": ["token"], "token": {"id": %q}}%s}}`, token, scope))
}

// TestCredentialsOfDomains: what a user of another domain made to sign in with is
// found by names, and no good while the user or the domain is disabled.
func TestCredentialsOfDomains(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	admin := k.admin()
	domain := k.make(admin, "domains", "domain", `"name": "d"`)
	user := k.make(admin, "users", "user", fmt.Sprintf(`"name": "u", "password": "p", "domain_id": %q`, domain))
	project := k.make(admin, "projects", "project", fmt.Sprintf(`"name": "p", "domain_id": %q`, domain))
	k.want(204, admin, "PUT", "/v3/projects/"+project+"/users/"+user+"/roles/"+k.role(admin, "member"), nil)
	own := k.signIn(byID(user), "p", inProject(project))
	made := k.want(201, own, "POST", "/v3/users/"+user+"/application_credentials", `{"application_credential": {"name": "c", "secret": "s"}}`)
	byCredential := fmt.Sprintf(`{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": %q, "secret": "s"}}}}`,
		made["application_credential"].(map[string]any)["id"])
	token := k.want(201, "", "POST", "/v3/auth/tokens", byCredential)["token"].(map[string]any)
	if of := token["user"].(map[string]any)["domain"].(map[string]any)["id"]; of != domain {
		t.Errorf("the user is of domain %v", of)
	}
	byName := func(domain string) string {
		return `{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"name": "c", "secret": "s",
			"user": {"name": "u", "domain": {"name": "` + domain + `"}}}}}}`
	}
	k.want(201, "", "POST", "/v3/auth/tokens", byName("d"))
	k.want(401, "", "POST", "/v3/auth/tokens", byName("Default"))
	k.want(401, "", "POST", "/v3/auth/tokens", byName("nowhere"))
	for path, body := range map[string]string{"/v3/users/" + user: `{"user": {"enabled": %t}}`, "/v3/domains/" + domain: `{"domain": {"enabled": %t}}`} {
		k.want(200, admin, "PATCH", path, fmt.Sprintf(body, false))
		k.want(401, "", "POST", "/v3/auth/tokens", byCredential)
		k.want(200, admin, "PATCH", path, fmt.Sprintf(body, true))
		k.want(201, "", "POST", "/v3/auth/tokens", byCredential)
	}
}

func (k *keystone) role(token, name string) string {
	k.t.Helper()
	return k.want(200, token, "GET", "/v3/roles?name="+name, nil)["roles"].([]any)[0].(map[string]any)["id"].(string)
}

// valid tells whether a token is good for a request to another service.
func (k *keystone) valid(token string) int {
	k.t.Helper()
	status, _, _ := k.do(token, "GET", "/compute/v2.1/servers", nil)
	return status
}

// TestOperatorMakesUsers: a user made gets tokens, its roles count, and a token
// ends with whatever it was made of.
func TestOperatorMakesUsers(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	admin := k.admin()
	project := k.make(admin, "projects", "project", `"name": "new"`)
	user := k.make(admin, "users", "user", `"name": "new", "password": "p1", "email": "n@example.com", "colour": "red"`)
	shown := k.want(200, admin, "GET", "/v3/users/"+user, nil)["user"].(map[string]any)
	if shown["email"] != "n@example.com" || shown["colour"] != "red" || shown["password"] != nil {
		t.Errorf("user %v", shown)
	}
	if _, _, status := k.try(byID(user), "p1", inProject(project)); status != 401 {
		t.Errorf("without a role: %d", status)
	}
	grant := "/v3/projects/" + project + "/users/" + user + "/roles/"
	k.want(204, admin, "PUT", grant+k.role(admin, "reader"), nil)
	reader := k.signIn(byID(user), "p1", inProject(project))
	if got := k.valid(reader); got != 200 {
		t.Errorf("a reader's list: %d", got)
	}
	if status, _, _ := k.do(reader, "POST", "/compute/v2.1/servers", `{"server": {"name": "x", "flavorRef": "42"}}`); status != 403 {
		t.Errorf("a reader's new server: %d", status)
	}
	k.want(204, admin, "PUT", grant+k.role(admin, "member"), nil)
	_, body, _ := k.try(byID(user), "p1", inProject(project))
	if got := roleNames(body); got != "reader member" {
		t.Errorf("roles %s", got)
	}

	// Each of these ends the token, and what undoes it does not bring it back,
	// unless it is the place that was away.
	again := func() string { t.Helper(); return k.signIn(byID(user), "p1", inProject(project)) }
	for name, c := range map[string]struct {
		method, path, body string
		undo, undoBody     string
		back               int
	}{
		"user disabled":    {"PATCH", "/v3/users/" + user, `{"user": {"enabled": false}}`, "PATCH", `{"user": {"enabled": true}}`, 401},
		"project disabled": {"PATCH", "/v3/projects/" + project, `{"project": {"enabled": false}}`, "PATCH", `{"project": {"enabled": true}}`, 200},
		"password reset":   {"PATCH", "/v3/users/" + user, `{"user": {"password": "p2"}}`, "PATCH", `{"user": {"password": "p1"}}`, 401},
	} {
		token := again()
		k.want(200, admin, c.method, c.path, c.body)
		if got := k.valid(token); got != 401 {
			t.Errorf("%s: the token is answered with %d", name, got)
		}
		k.want(200, admin, c.undo, c.path, c.undoBody)
		if got := k.valid(token); got != c.back {
			t.Errorf("%s, undone: the token is answered with %d, want %d", name, got, c.back)
		}
	}
	token := again()
	k.want(204, admin, "DELETE", grant+k.role(admin, "member"), nil)
	k.want(204, admin, "DELETE", grant+k.role(admin, "reader"), nil)
	if got := k.valid(token); got != 401 {
		t.Errorf("without roles the token is answered with %d", got)
	}
	k.want(404, admin, "DELETE", grant+k.role(admin, "reader"), nil)
	k.want(204, admin, "PUT", grant+k.role(admin, "reader"), nil)
	token = again()
	k.want(204, admin, "DELETE", "/v3/projects/"+project, nil)
	if got := k.valid(token); got != 401 {
		t.Errorf("without a project the token is answered with %d", got)
	}
	unscoped := k.signIn(byID(user), "p1", `"unscoped"`)
	k.want(200, unscoped, "GET", "/v3/auth/projects", nil)
	k.want(204, admin, "DELETE", "/v3/users/"+user, nil)
	k.want(401, unscoped, "GET", "/v3/auth/projects", nil)
	k.want(404, admin, "GET", "/v3/users/"+user, nil)
}

// TestOwnPassword: who changes the own password signs in with the new one, and
// the old tokens end.
func TestOwnPassword(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	const demo = `"name": "demo", "domain": {"name": "Default"}`
	token, body, _ := k.try(demo, "secret", "")
	path := "/v3/users/" + body["user"].(map[string]any)["id"].(string) + "/password"
	k.want(401, "", "POST", path, `{"user": {"original_password": "wrong", "password": "new"}}`)
	k.want(204, token, "POST", path, `{"user": {"original_password": "secret", "password": "new"}}`)
	if got := k.valid(token); got != 401 {
		t.Errorf("the old token is answered with %d", got)
	}
	if _, _, status := k.try(demo, "secret", ""); status != 401 {
		t.Errorf("the old password: %d", status)
	}
	k.signIn(demo, "new", "")
}

// TestGroupsAndInheritance: roles come with groups, from domains and projects
// above, and from other roles, and the list of effective ones says so.
func TestGroupsAndInheritance(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	admin := k.admin()
	domain := k.make(admin, "domains", "domain", `"name": "d"`)
	parent := k.make(admin, "projects", "project", fmt.Sprintf(`"name": "parent", "domain_id": %q`, domain))
	child := k.make(admin, "projects", "project", fmt.Sprintf(`"name": "child", "parent_id": %q`, parent))
	user := k.make(admin, "users", "user", fmt.Sprintf(`"name": "u", "password": "p", "domain_id": %q`, domain))
	group := k.make(admin, "groups", "group", fmt.Sprintf(`"name": "g", "domain_id": %q`, domain))
	prior, implied := k.make(admin, "roles", "role", `"name": "prior"`), k.make(admin, "roles", "role", `"name": "implied"`)
	k.want(201, admin, "PUT", "/v3/roles/"+prior+"/implies/"+implied, nil)
	k.want(204, admin, "PUT", "/v3/OS-INHERIT/projects/"+parent+"/groups/"+group+"/roles/"+prior+"/inherited_to_projects", nil)
	scope := inProject(child)
	if _, _, status := k.try(byID(user), "p", scope); status != 401 {
		t.Errorf("not in the group yet: %d", status)
	}
	k.want(204, admin, "PUT", "/v3/groups/"+group+"/users/"+user, nil)
	token, body, status := k.try(byID(user), "p", scope)
	if status != 201 || roleNames(body) != "implied prior" {
		t.Fatalf("%d %v", status, body)
	}
	if u := body["user"].(map[string]any)["domain"].(map[string]any); u["name"] != "d" || u["id"] != domain {
		t.Errorf("domain %v", u)
	}
	if _, _, status := k.try(byID(user), "p", inProject(parent)); status != 401 {
		t.Errorf("what is inherited counts where it was granted: %d", status)
	}
	if _, _, status := k.try(`"name": "u", "domain": {"name": "d"}`, "p", `{"project": {"name": "child", "domain": {"name": "D"}}}`); status != 201 {
		t.Errorf("by names: %d", status)
	}
	list := k.want(200, admin, "GET", "/v3/role_assignments?effective&include_names&user.id="+user, nil)["role_assignments"].([]any)
	if len(list) != 2 {
		t.Fatalf("effective %v", list)
	}
	seen := map[string]bool{}
	for _, item := range list {
		a := item.(map[string]any)
		links := a["links"].(map[string]any)
		seen[a["role"].(map[string]any)["name"].(string)] = true
		if a["scope"].(map[string]any)["OS-INHERIT:inherited_to"] != "projects" || links["membership"] == nil ||
			!strings.Contains(links["assignment"].(string), "/OS-INHERIT/projects/"+parent+"/groups/"+group+"/roles/"+prior) {
			t.Errorf("assignment %v", a)
		}
	}
	if !seen["prior"] || !seen["implied"] {
		t.Errorf("roles %v", seen)
	}
	k.want(204, admin, "DELETE", "/v3/groups/"+group+"/users/"+user, nil)
	if got := k.valid(token); got != 401 {
		t.Errorf("out of the group the token is answered with %d", got)
	}
	k.want(403, admin, "DELETE", "/v3/projects/"+parent, nil) // it has a child
	k.want(403, admin, "DELETE", "/v3/domains/"+domain, nil)  // it is enabled
	k.want(200, admin, "PATCH", "/v3/domains/"+domain, `{"domain": {"enabled": false}}`)
	k.want(204, admin, "DELETE", "/v3/domains/"+domain, nil)
	k.want(404, admin, "GET", "/v3/users/"+user, nil)
	k.want(404, admin, "GET", "/v3/projects/"+child, nil)
}

// TestScopes: tokens for a domain and for the system do what Keystone's rules
// let them, and nothing at services that want a project.
func TestScopes(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	admin := k.admin()
	domain := k.make(admin, "domains", "domain", `"name": "d"`)
	boss := k.make(admin, "users", "user", fmt.Sprintf(`"name": "boss", "password": "p", "domain_id": %q`, domain))
	k.want(204, admin, "PUT", "/v3/domains/"+domain+"/users/"+boss+"/roles/"+k.role(admin, "manager"), nil)
	manager := k.signIn(byID(boss), "p", fmt.Sprintf(`{"domain": {"id": %q}}`, domain))
	made := k.make(manager, "users", "user", fmt.Sprintf(`"name": "x", "domain_id": %q`, domain))
	k.want(403, manager, "POST", "/v3/users", `{"user": {"name": "y", "domain_id": "default"}}`)
	k.want(403, manager, "POST", "/v3/domains", `{"domain": {"name": "e"}}`)
	if users := k.want(200, manager, "GET", "/v3/users", nil)["users"].([]any); len(users) != 2 {
		t.Errorf("a domain's token sees %v", users)
	}
	project := k.make(manager, "projects", "project", fmt.Sprintf(`"name": "p", "domain_id": %q`, domain))
	k.want(204, manager, "PUT", "/v3/projects/"+project+"/users/"+made+"/roles/"+k.role(admin, "member"), nil)
	k.want(403, manager, "PUT", "/v3/projects/"+project+"/users/"+made+"/roles/"+k.role(admin, "admin"), nil)

	system, body, status := k.try(adminUser, "secret", `{"system": {"all": true}}`)
	if status != 201 || body["system"] == nil || body["project"] != nil {
		t.Fatalf("%d %v", status, body)
	}
	k.remakes(201, system, "")
	k.remakes(403, system, `{"domain": {"id": "default"}}`)
	k.remakes(403, system, `{"project": {"name": "admin", "domain": {"id": "default"}}}`)
	k.want(200, system, "GET", "/v3/users", nil)
	k.make(system, "domains", "domain", `"name": "by-system"`)
	if got := k.valid(system); got != 403 && got != 401 {
		t.Errorf("Nova answers the system's token with %d", got)
	}
	if _, _, status := k.try(byID(boss), "p", `{"system": {"all": true}}`); status != 401 {
		t.Errorf("the system for somebody without a role there: %d", status)
	}
}

// TestTrusts: a trustee acts for the trustor with the roles that were trusted,
// as long as the trust, the trustor and the role are there.
func TestTrusts(t *testing.T) {
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	k := newKeystone(t, memory.Options{Now: func() time.Time { return at }})
	const demo, alt = `"name": "demo", "domain": {"id": "default"}`, `"name": "alt_demo", "domain": {"id": "default"}`
	trustor, mine, _ := k.try(demo, "secret", "")
	trustee, theirs, _ := k.try(alt, "secret", "")
	me, you := mine["user"].(map[string]any)["id"].(string), theirs["user"].(map[string]any)["id"].(string)
	project := mine["project"].(map[string]any)["id"].(string)
	body := func(more string) string {
		return fmt.Sprintf(`{"trust": {"trustor_user_id": %q, "trustee_user_id": %q, "project_id": %q, "impersonation": true, "roles": [{"name": "reader"}]%s}}`, me, you, project, more)
	}
	k.want(403, trustee, "POST", "/v3/OS-TRUST/trusts", body(""))
	trust := k.want(201, trustor, "POST", "/v3/OS-TRUST/trusts", body(`, "remaining_uses": 1`))["trust"].(map[string]any)
	scope := fmt.Sprintf(`{"OS-TRUST:trust": {"id": %q}}`, trust["id"])
	if _, _, status := k.try(demo, "secret", scope); status != 403 {
		t.Errorf("the trustor by its own trust: %d", status)
	}
	token, shown, status := k.try(alt, "secret", scope)
	if status != 201 || shown["user"].(map[string]any)["id"] != me || roleNames(shown) != "reader" || shown["OS-TRUST:trust"] == nil {
		t.Fatalf("%d %v", status, shown)
	}
	if got := k.valid(token); got != 200 {
		t.Errorf("the token is answered with %d", got)
	}
	k.want(403, token, "POST", "/v3/users/"+me+"/application_credentials", `{"application_credential": {"name": "x"}}`)
	for _, scope := range []string{"", `"unscoped"`, inProject(project), scope} {
		k.remakes(403, token, scope)
	}
	if _, _, status := k.try(alt, "secret", scope); status == 201 {
		t.Error("used twice")
	}
	again := k.want(201, trustor, "POST", "/v3/OS-TRUST/trusts", body(`, "expires_at": "2026-11-29T00:10:00.000000Z"`))["trust"].(map[string]any)
	id := again["id"].(string)
	k.want(403, k.signIn(alt, "secret", `"unscoped"`), "DELETE", "/v3/OS-TRUST/trusts/"+id, nil)
	token = k.signIn(alt, "secret", fmt.Sprintf(`{"OS-TRUST:trust": {"id": %q}}`, id))
	at = at.Add(11 * time.Minute)
	if got := k.valid(token); got != 401 {
		t.Errorf("after the trust the token is answered with %d", got)
	}
	third := k.want(201, trustor, "POST", "/v3/OS-TRUST/trusts", body(""))["trust"].(map[string]any)["id"].(string)
	token = k.signIn(alt, "secret", fmt.Sprintf(`{"OS-TRUST:trust": {"id": %q}}`, third))
	k.want(204, trustor, "DELETE", "/v3/OS-TRUST/trusts/"+third, nil)
	if got := k.valid(token); got != 401 {
		t.Errorf("without the trust the token is answered with %d", got)
	}
}
