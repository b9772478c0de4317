package identity_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// access is a v2.0 token as keystoneauth and gophercloud read it.
type access struct {
	Access struct {
		Token struct {
			ID, Expires string
			IssuedAt    string `json:"issued_at"`
			Tenant      *struct {
				ID, Name, Description string
				Enabled               bool
			}
		}
		User struct {
			ID, Name, Username string
			Roles              []struct{ Name string }
		}
		ServiceCatalog []struct {
			Type, Name string
			Endpoints  []struct{ Region, PublicURL, InternalURL, AdminURL, ID string }
		}
	}
}

func readAccess(t *testing.T, w *httptest.ResponseRecorder) access {
	t.Helper()
	var a access
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return a
}

func v2Body(tenant string) string {
	return `{"auth": {"passwordCredentials": {"username": "demo", "password": "secret"}` + tenant + `}}`
}

func TestV2Tokens(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	a := readAccess(t, do(gw, "POST", "/v2.0/tokens", v2Body(`, "tenantName": "demo"`)))
	if tenant := a.Access.Token.Tenant; tenant == nil || tenant.ID != demoProject || tenant.Name != "demo" || !tenant.Enabled {
		t.Errorf("tenant %+v", tenant)
	}
	if u := a.Access.User; u.ID != demoID || u.Name != "demo" || u.Username != "demo" || len(u.Roles) != 2 {
		t.Errorf("user %+v", u)
	}
	if c := a.Access.ServiceCatalog; len(c) < 6 || c[0].Type != "identity" || c[0].Endpoints[0].PublicURL != "http://127.0.0.1:15000/v2.0" {
		t.Errorf("catalog %+v", c)
	}
	id := a.Access.Token.ID
	for _, h := range []string{"GET", "HEAD"} {
		check(t, do(gw, h, "/v2.0/tokens/"+id, "", "X-Auth-Token", id), 200, "")
	}
	if b := readAccess(t, do(gw, "GET", "/v2.0/tokens/"+id, "", "X-Auth-Token", id)); b.Access.Token.ID != id || b.Access.Token.Expires != a.Access.Token.Expires || b.Access.Token.Tenant.ID != demoProject {
		t.Errorf("%+v, shown %+v", a, b)
	}
	check(t, do(gw, "GET", "/v2.0/tokens/"+id+"?belongsTo="+demoProject, "", "X-Auth-Token", id), 200, "")
	check(t, do(gw, "GET", "/v2.0/tokens/"+id+"?belongsTo="+altProject, "", "X-Auth-Token", id), 401, "")
	check(t, do(gw, "GET", "/v2.0/tokens/nonsense", "", "X-Auth-Token", id), 404, "Could not recognize Fernet token")
	check(t, do(gw, "GET", "/v2.0/tokens/"+id+"/endpoints", "", "X-Auth-Token", id), 200, `"publicURL": "http://127.0.0.1:15000/compute/v2.1"`)
	alt := signIn(t, gw, "alt_demo", "")
	check(t, do(gw, "GET", "/v2.0/tokens/"+id, "", "X-Auth-Token", alt), 403, "admin_required")

	unscoped := readAccess(t, do(gw, "POST", "/v2.0/tokens", v2Body("")))
	if unscoped.Access.Token.Tenant != nil || unscoped.Access.ServiceCatalog == nil || len(unscoped.Access.ServiceCatalog) != 0 {
		t.Errorf("unscoped %+v", unscoped)
	}
	rescoped := readAccess(t, do(gw, "POST", "/v2.0/tokens", `{"auth": {"token": {"id": "`+unscoped.Access.Token.ID+`"}, "tenantId": "`+demoProject+`"}}`))
	if rescoped.Access.Token.Tenant == nil || rescoped.Access.Token.Expires != unscoped.Access.Token.Expires {
		t.Errorf("rescoped %+v", rescoped)
	}
	// One token for both versions.
	check(t, do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", id, "X-Subject-Token", id), 200, `"project"`)
	check(t, do(gw, "DELETE", "/v2.0/tokens/"+id, "", "X-Auth-Token", id), 204, "")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", id), 401, "")
}

func TestV2Bodies(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	for body, want := range map[string]struct {
		status  int
		message string
	}{
		``:                                      {400, "Expecting to find auth in request body."},
		`{}`:                                    {400, "Expecting to find auth in request body."},
		`{`:                                     {400, "Expecting to find valid JSON in request body."},
		`[]`:                                    {400, "Expecting to find valid JSON in request body."},
		`{"auth": {}}`:                          {400, "Expecting to find passwordCredentials or token in auth."},
		`{"auth": {"token": {}}}`:               {400, "Expecting to find id in token."},
		`{"auth": {"token": {"id":1}}}`:         {400, "Expecting to find id in token."},
		`{"auth": {"passwordCredentials": {}}}`: {400, "Expecting to find password in passwordCredentials."},
		`{"auth": {"passwordCredentials": {"password": "secret"}}}`:                             {400, "Expecting to find username or userId in passwordCredentials."},
		`{"auth": {"passwordCredentials": {"username": "demo", "password": "x"}}}`:              {401, unauthorized},
		`{"auth": {"passwordCredentials": {"username": "nobody", "password": "x"}}}`:            {401, unauthorized},
		`{"auth": {"token": {"id": "nonsense"}}}`:                                               {404, "Could not recognize Fernet token"},
		v2Body(`, "tenantName": "alt_demo"`):                                                    {401, unauthorized},
		v2Body(`, "tenantId": "` + altProject + `"`):                                            {401, unauthorized},
		`{"auth": {"passwordCredentials": {"userId": "` + demoID + `", "password": "secret"}}}`: {200, demoID},
	} {
		check(t, do(gw, "POST", "/v2.0/tokens", body), want.status, want.message)
	}
}

// TestV2Served asks every endpoint of v2.0 as a member: each is served, or
// refused in Keystone's words.
func TestV2Served(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "demo", "")
	want := map[string]int{
		"GET /v2.0":            200,
		"GET /v2.0/extensions": 200, "GET /v2.0/extensions/OS-KSCRUD": 200,
		"GET /v2.0/certificates/ca": 410, "GET /v2.0/certificates/signing": 410,
		"POST /v2.0/ec2tokens": 401, "POST /v2.0/tokens": 400,
		"GET /v2.0/tenants": 200, "GET /v2.0/tokens/tenants": 200, "GET /v2.0/tenants/" + demoProject: 200,
		"GET /v2.0/tokens/TOKEN": 404, "HEAD /v2.0/tokens/TOKEN": 404, "DELETE /v2.0/tokens/TOKEN": 404, "GET /v2.0/tokens/TOKEN/endpoints": 404,
		"GET /v2.0/users/" + demoID: 200, "GET /v2.0/users/" + demoID + "/roles": 200,
		"GET /v2.0/tenants/" + demoProject + "/users/" + demoID + "/roles": 200,
		"GET /v2.0/users/" + demoID + "/credentials/OS-EC2":                200,
		"GET /v2.0/users/" + demoID + "/credentials/OS-EC2/x":              404, "DELETE /v2.0/users/" + demoID + "/credentials/OS-EC2/x": 404,
		"PATCH /v2.0/OS-KSCRUD/users/" + demoID: 400,
	}
	n := 0
	for _, e := range jumpgate.Endpoints(jumpgate.Identity) {
		if e.Version != "v2.0" {
			continue
		}
		n++
		path := strings.NewReplacer("{tenant_id}", demoProject, "{user_id}", demoID, "{token_id}", "TOKEN", "{alias}", "OS-KSCRUD",
			"{role_id}", "x", "{service_id}", "x", "{endpoint_id}", "x", "{credential_id}", "x", "{type}", "x").Replace(e.Path)
		for _, m := range e.Methods {
			status := want[m+" "+path]
			if status == 0 {
				status = 403
			}
			w := do(gw, m, path, "", "X-Auth-Token", token)
			message := ""
			if status == 403 {
				message = "You are not authorized to perform the requested action: admin_required."
			}
			if check(t, w, status, message); w.Code != status {
				t.Log(m, path)
			}
		}
	}
	if n < 34 {
		t.Errorf("%d endpoints", n)
	}
	other := strings.NewReplacer("ME", demoID, "OTHER", altID, "MINE", demoProject, "THEIRS", altProject)
	for _, path := range []string{"/users/OTHER", "/users/OTHER/roles", "/tenants/THEIRS", "/tenants/THEIRS/users/ME/roles", "/tenants/MINE/users/OTHER/roles", "/users/OTHER/credentials/OS-EC2"} {
		check(t, do(gw, "GET", "/v2.0"+other.Replace(path), "", "X-Auth-Token", token), 403, "admin_required")
	}
}

// TestV2Tenants pages through the operator's tenants.
func TestV2Tenants(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "admin", `{"project": {"id": "`+adminProject+`"}}`)
	var seen []string
	for marker := ""; ; {
		w := do(gw, "GET", "/v2.0/tenants?limit=3&marker="+marker, "", "X-Auth-Token", token)
		var page struct{ Tenants []struct{ ID string } }
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
		if len(page.Tenants) == 0 {
			break
		}
		for _, tenant := range page.Tenants {
			seen = append(seen, tenant.ID)
		}
		marker = seen[len(seen)-1]
	}
	if strings.Join(seen, " ") != strings.Join([]string{serviceProject, adminProject, demoProject, altProject}, " ") {
		t.Error(seen)
	}
	check(t, do(gw, "GET", "/v2.0/tenants?marker=x", "", "X-Auth-Token", token), 400, "Marker could not be found")
	check(t, do(gw, "GET", "/v2.0/tenants?limit=x", "", "X-Auth-Token", token), 400, "")
	check(t, do(gw, "GET", "/v2.0/users?name=demo", "", "X-Auth-Token", token), 200, `{"user": {"id": "`+demoID)
}
