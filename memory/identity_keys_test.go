package memory_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/identity"
)

const (
	demoUser = `"name": "demo", "domain": {"id": "default"}`
	altUser  = `"name": "alt_demo", "domain": {"id": "default"}`
)

// own signs a user in and returns its token, id and project.
func (k *keystone) own(user string) (token, id, project string) {
	k.t.Helper()
	token, body, status := k.try(user, "secret", "")
	if status != 201 {
		k.t.Fatal(status)
	}
	return token, body["user"].(map[string]any)["id"].(string), body["project"].(map[string]any)["id"].(string)
}

// TestKeystoneCredentials: owners make, read, change and delete their own, see
// no other's, and operators see all.
func TestKeystoneCredentials(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	demo, me, project := k.own(demoUser)
	alt, other, _ := k.own(altUser)
	body := func(user string) string {
		return fmt.Sprintf(`{"credential": {"type": "totp", "blob": "s3cret", "user_id": %q}}`, user)
	}
	made := k.want(201, demo, "POST", "/v3/credentials", body(me))["credential"].(map[string]any)
	id := made["id"].(string)
	if made["blob"] != "s3cret" || made["user_id"] != me || made["project_id"] != nil {
		t.Errorf("made %v", made)
	}
	k.want(403, demo, "POST", "/v3/credentials", body(other))
	k.want(400, demo, "POST", "/v3/credentials", fmt.Sprintf(`{"credential": {"type": "ec2", "blob": "{\"access\": \"a\"}", "user_id": %q}}`, me))
	path := "/v3/credentials/" + id
	k.want(200, demo, "GET", path, nil)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		k.want(403, alt, method, path, `{"credential": {"blob": "x"}}`)
	}
	k.want(403, demo, "PATCH", path, fmt.Sprintf(`{"credential": {"user_id": %q}}`, other))
	changed := k.want(200, demo, "PATCH", path, `{"credential": {"blob": "new"}}`)["credential"].(map[string]any)
	if changed["blob"] != "new" {
		t.Errorf("changed %v", changed)
	}
	count := func(token, query string) int {
		t.Helper()
		return len(k.want(200, token, "GET", "/v3/credentials"+query, nil)["credentials"].([]any))
	}
	admin := k.admin()
	if mine, theirs, all := count(demo, ""), count(alt, ""), count(admin, ""); mine != 1 || theirs != 0 || all != 1 {
		t.Errorf("lists of %d, %d, %d", mine, theirs, all)
	}
	if n := count(demo, "?type=ec2") + count(alt, "?user_id="+me); n != 0 {
		t.Errorf("filters find %d", n)
	}

	// A token of an application credential reaches only those of its project.
	k.want(201, demo, "POST", "/v3/credentials", fmt.Sprintf(`{"credential": {"type": "x", "blob": "b", "user_id": %q, "project_id": %q}}`, me, project))
	delegated := k.delegate(demo, me, `"unrestricted": true`)
	if n := count(delegated, ""); n != 1 {
		t.Errorf("delegated, it sees %d", n)
	}
	k.want(403, delegated, "GET", path, nil)
	k.want(403, delegated, "DELETE", path, nil)
	k.want(403, delegated, "POST", "/v3/credentials", body(me))
	k.want(204, demo, "DELETE", path, nil)
	k.want(404, admin, "GET", path, nil)
	k.want(204, admin, "DELETE", "/v3/users/"+me, nil)
	if n := count(admin, ""); n != 0 {
		t.Errorf("%d outlive their user", n)
	}
}

// delegate makes an application credential and returns a token of it.
func (k *keystone) delegate(token, user, more string) string {
	k.t.Helper()
	made := k.want(201, token, "POST", "/v3/users/"+user+"/application_credentials", fmt.Sprintf(
		`{"application_credential": {"name": "robot %d", %s}}`, time.Now().UnixNano(), more))["application_credential"].(map[string]any)
	_, _, header := k.do("", "POST", "/v3/auth/tokens", fmt.Sprintf(
		`{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": %q, "secret": %q}}}}`, made["id"], made["secret"]))
	return header.Get("X-Subject-Token")
}

// TestEC2Credentials: making and deleting access keys takes a member, and each
// is its owner's.
func TestEC2Credentials(t *testing.T) {
	k := newKeystone(t, memory.Options{Users: []memory.User{
		{Name: "demo"}, {Name: "alt_demo"}, {Name: "admin", Roles: []string{"admin"}}, {Name: "looker", Roles: []string{"reader"}},
	}})
	demo, me, project := k.own(demoUser)
	alt, _, _ := k.own(altUser)
	reader, looker, place := k.own(`"name": "looker", "domain": {"id": "default"}`)
	list := "/v3/users/" + me + "/credentials/OS-EC2"
	body := fmt.Sprintf(`{"tenant_id": %q}`, project)
	made := k.want(201, demo, "POST", list, body)["credential"].(map[string]any)
	access := made["access"].(string)
	if made["tenant_id"] != project || made["user_id"] != me || made["secret"] == "" || made["trust_id"] != nil {
		t.Errorf("made %v", made)
	}
	k.want(404, demo, "POST", list, `{"tenant_id": "nope"}`)
	k.want(403, reader, "POST", "/v3/users/"+looker+"/credentials/OS-EC2", fmt.Sprintf(`{"tenant_id": %q}`, place))
	k.want(403, alt, "POST", list, body)
	k.want(403, alt, "GET", list, nil)
	k.want(403, alt, "GET", list+"/"+access, nil)
	k.want(403, alt, "DELETE", list+"/"+access, nil)
	k.want(404, demo, "GET", list+"/nope", nil)
	if n := len(k.want(200, demo, "GET", list, nil)["credentials"].([]any)); n != 1 {
		t.Errorf("%d keys", n)
	}
	v2 := "/v2.0/users/" + me + "/credentials/OS-EC2"
	if n := len(k.want(200, demo, "GET", v2, nil)["credentials"].([]any)); n != 1 {
		t.Errorf("%d keys in v2.0", n)
	}
	if one := k.want(200, demo, "GET", v2+"/"+access, nil)["credential"].(map[string]any); one["secret"] != made["secret"] || one["links"] != nil {
		t.Errorf("in v2.0: %v", one)
	}
	k.want(403, alt, "GET", v2+"/"+access, nil)
	k.want(403, alt, "DELETE", v2+"/"+access, nil)
	restricted := k.delegate(demo, me, `"unrestricted": false`)
	k.want(403, restricted, "POST", list, body)
	unrestricted := k.delegate(demo, me, `"unrestricted": true`)
	k.want(201, unrestricted, "POST", list, body)
	k.want(204, demo, "DELETE", list+"/"+access, nil)
	k.want(404, demo, "GET", list+"/"+access, nil)
}

// sign2 signs a request as AWS does in version 2.
func sign2(secret, verb, host, path string, params url.Values) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(verb + "\n" + host + "\n" + path + "\n" + strings.ReplaceAll(params.Encode(), "+", "%20")))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// TestEC2Tokens: a signed request yields a token of the key's user for a
// service and an admin alone; what does not fit, or is old, yields none.
func TestEC2Tokens(t *testing.T) {
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	k := newKeystone(t, memory.Options{Now: func() time.Time { return at }, Users: []memory.User{
		{Name: "demo"}, {Name: "admin", Roles: []string{"admin"}}, {Name: "swift", Roles: []string{"service"}},
	}})
	demo, me, project := k.own(demoUser)
	swift, _, _ := k.own(`"name": "swift", "domain": {"id": "default"}`)
	made := k.want(201, demo, "POST", "/v3/users/"+me+"/credentials/OS-EC2", fmt.Sprintf(`{"tenant_id": %q}`, project))["credential"].(map[string]any)
	access, secret := made["access"].(string), made["secret"].(string)

	params := url.Values{"SignatureVersion": {"2"}, "SignatureMethod": {"HmacSHA256"}, "Action": {"Describe It"}, "Timestamp": {"2026-11-29T11:55:00Z"}}
	body := func(secret string) map[string]any {
		flat := map[string]any{}
		for name := range params {
			flat[name] = params.Get(name)
		}
		return map[string]any{"credentials": map[string]any{
			"access": access, "signature": sign2(secret, "GET", "cloud:8773", "/", params), "host": "cloud:8773", "verb": "GET", "path": "/", "params": flat,
		}}
	}
	for name, token := range map[string]string{"service": swift, "admin": k.admin()} {
		status, answer, header := k.do(token, "POST", "/v3/ec2tokens", body(secret))
		got, _ := answer["token"].(map[string]any)
		if status != 200 || got["user"].(map[string]any)["id"] != me || got["project"].(map[string]any)["id"] != project || roleNames(got) != "reader member" {
			t.Fatalf("%s: %d %v", name, status, answer)
		}
		if got := k.valid(header.Get("X-Subject-Token")); got != 200 {
			t.Errorf("%s: the token is answered with %d", name, got)
		}
		k.want(403, header.Get("X-Subject-Token"), "POST", "/v3/users/"+me+"/application_credentials", `{"application_credential": {"name": "x"}}`)
	}
	k.want(403, demo, "POST", "/v3/ec2tokens", body(secret))
	k.want(401, swift, "POST", "/v3/ec2tokens", body("wrong"))
	k.want(401, swift, "POST", "/v3/ec2tokens", map[string]any{"credentials": map[string]any{"access": access}})
	k.want(404, swift, "POST", "/v3/ec2tokens", map[string]any{"credentials": map[string]any{"access": "nobody's", "signature": "x"}})
	k.want(400, swift, "POST", "/v3/ec2tokens", nil)
	params.Set("Timestamp", "2026-11-29T11:44:00Z")
	k.want(401, swift, "POST", "/v3/ec2tokens", body(secret))

	// S3: what was signed comes whole. Version 4.
	text := "AWS4-HMAC-SHA256\n20261129T120000Z\n20261129/RegionOne/s3/aws4_request\n" + strings.Repeat("0", 64)
	key := []byte("AWS4" + secret)
	for _, part := range []string{"20261129", "RegionOne", "s3", "aws4_request", text} {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(part))
		key = m.Sum(nil)
	}
	s3 := func(signature string) map[string]any {
		return map[string]any{"credentials": map[string]any{"access": access, "token": base64.URLEncoding.EncodeToString([]byte(text)), "signature": signature}}
	}
	k.want(200, swift, "POST", "/v3/s3tokens", s3(hex.EncodeToString(key)))
	k.want(401, swift, "POST", "/v3/s3tokens", s3("00"))
	k.want(403, demo, "POST", "/v3/s3tokens", s3(hex.EncodeToString(key)))
}

// TestEC2Bound: an access key made with an application credential grants no
// more than that, and ends with it.
func TestEC2Bound(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	demo, me, project := k.own(demoUser)
	admin := k.admin()
	app := k.want(201, demo, "POST", "/v3/users/"+me+"/application_credentials",
		`{"application_credential": {"name": "robot", "unrestricted": true, "roles": [{"name": "member"}]}}`)["application_credential"].(map[string]any)
	_, _, header := k.do("", "POST", "/v3/auth/tokens", fmt.Sprintf(
		`{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": %q, "secret": %q}}}}`, app["id"], app["secret"]))
	made := k.want(201, header.Get("X-Subject-Token"), "POST", "/v3/users/"+me+"/credentials/OS-EC2", fmt.Sprintf(`{"tenant_id": %q}`, project))["credential"].(map[string]any)
	params := url.Values{"SignatureVersion": {"2"}, "SignatureMethod": {"HmacSHA256"}}
	body := map[string]any{"credentials": map[string]any{
		"access": made["access"], "signature": sign2(made["secret"].(string), "GET", "h", "/", params), "host": "h", "verb": "GET", "path": "/",
		"params": map[string]any{"SignatureVersion": "2", "SignatureMethod": "HmacSHA256"},
	}}
	got := k.want(200, admin, "POST", "/v3/ec2tokens", body)["token"].(map[string]any)
	if roleNames(got) != "member" || got["application_credential"].(map[string]any)["id"] != app["id"] {
		t.Errorf("token %v", got)
	}
	k.want(204, demo, "DELETE", fmt.Sprintf("/v3/users/%s/application_credentials/%s", me, app["id"]), nil)
	k.want(401, admin, "POST", "/v3/ec2tokens", body)
}

// TestCatalogOfOperators: a service that an operator adds is in the next
// catalog, with the project in its address, and goes again; the Gateway's own
// stay as they are.
func TestCatalogOfOperators(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	admin := k.admin()
	service := k.make(admin, "services", "service", `"name": "dns", "type": "dns"`)
	k.want(404, admin, "POST", "/v3/endpoints", fmt.Sprintf(`{"endpoint": {"service_id": %q, "interface": "public", "region_id": "Nowhere", "url": "http://dns/"}}`, service))
	endpoint := k.make(admin, "endpoints", "endpoint", fmt.Sprintf(`"service_id": %q, "interface": "public", "region": "Elsewhere", "url": "http://dns/v1/%%(project_id)s"`, service))
	k.want(200, admin, "GET", "/v3/regions/Elsewhere", nil)
	k.want(403, admin, "DELETE", "/v3/regions/Elsewhere", nil)
	for _, odd := range []string{"a/b", "..", "a\nb"} { // no path names them, but they must not break the list
		k.want(201, admin, "POST", "/v3/regions", fmt.Sprintf(`{"region": {"id": %q}}`, odd))
		k.want(200, admin, "GET", "/v3/regions", nil)
	}
	_, body, _ := k.try(demoUser, "secret", "")
	project := body["project"].(map[string]any)["id"].(string)
	found := ""
	for _, s := range body["catalog"].([]any) {
		if s := s.(map[string]any); s["type"] == "dns" {
			found = s["endpoints"].([]any)[0].(map[string]any)["url"].(string)
		}
	}
	if found != "http://dns/v1/"+project {
		t.Errorf("in the catalog: %q", found)
	}
	k.want(204, admin, "DELETE", "/v3/services/"+service, nil)
	k.want(404, admin, "GET", "/v3/endpoints/"+endpoint, nil)
	own := k.want(200, admin, "GET", "/v3/services?type=compute", nil)["services"].([]any)[0].(map[string]any)["id"].(string)
	k.want(403, admin, "DELETE", "/v3/services/"+own, nil)
	demo := k.signIn(demoUser, "secret", "")
	k.want(403, demo, "POST", "/v3/services", `{"service": {"type": "x"}}`)
}

// TestLimits: limits are of what is registered, and a project sees its own.
func TestLimits(t *testing.T) {
	k := newKeystone(t, memory.Options{})
	admin := k.admin()
	demo, _, project := k.own(demoUser)
	alt, _, _ := k.own(altUser)
	service := k.want(200, admin, "GET", "/v3/services?type=compute", nil)["services"].([]any)[0].(map[string]any)["id"].(string)
	limit := fmt.Sprintf(`{"limits": [{"service_id": %q, "project_id": %q, "resource_name": "cores", "resource_limit": 5}]}`, service, project)
	k.want(403, admin, "POST", "/v3/limits", limit) // not registered
	registered := k.want(201, admin, "POST", "/v3/registered_limits",
		fmt.Sprintf(`{"registered_limits": [{"service_id": %q, "resource_name": "cores", "default_limit": 10}]}`, service))["registered_limits"].([]any)[0].(map[string]any)["id"].(string)
	made := k.want(201, admin, "POST", "/v3/limits", limit)["limits"].([]any)[0].(map[string]any)["id"].(string)
	k.want(409, admin, "POST", "/v3/limits", limit)
	k.want(403, admin, "DELETE", "/v3/registered_limits/"+registered, nil)
	k.want(200, demo, "GET", "/v3/limits/"+made, nil)
	k.want(403, alt, "GET", "/v3/limits/"+made, nil)
	if n := len(k.want(200, demo, "GET", "/v3/limits", nil)["limits"].([]any)); n != 1 {
		t.Errorf("the project sees %d", n)
	}
	if n := len(k.want(200, alt, "GET", "/v3/limits", nil)["limits"].([]any)); n != 0 {
		t.Errorf("another project sees %d", n)
	}
	k.want(403, demo, "PATCH", "/v3/limits/"+made, `{"limit": {"resource_limit": 50}}`)
	k.want(200, admin, "PATCH", "/v3/limits/"+made, `{"limit": {"resource_limit": 6}}`)
	k.want(204, admin, "DELETE", "/v3/limits/"+made, nil)
	k.want(204, admin, "DELETE", "/v3/registered_limits/"+registered, nil)
}

// TestStoreOfKeystone: what is kept in a store that outlives the process is
// sealed there, and at a user's bound the next one is refused and nobody else.
func TestStoreOfKeystone(t *testing.T) {
	store := jumpgate.NewMemoryStore(jumpgate.StoreOptions{MaxRecords: 2})
	cloud, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	services := cloud.Services()
	services[jumpgate.Identity] = jumpgate.ServiceOptions{Driver: identity.New(cloud.Identity(), identity.Options{Store: store})}
	k := serveKeystone(t, services)
	demo, me, _ := k.own(demoUser)
	alt, other, _ := k.own(altUser)
	body := func(user string) string {
		return fmt.Sprintf(`{"credential": {"type": "x", "blob": "b", "user_id": %q}}`, user)
	}
	k.want(201, demo, "POST", "/v3/credentials", body(me))
	k.want(201, demo, "POST", "/v3/credentials", body(me))
	k.want(403, demo, "POST", "/v3/credentials", body(me))
	k.want(201, alt, "POST", "/v3/credentials", body(other))
}
