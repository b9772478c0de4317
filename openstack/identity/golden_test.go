package identity_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// recording is a request to a real Keystone and its answer.
type recording struct {
	User           *string
	Method, Path   string
	RequestHeaders map[string]string `json:"request_headers"`
	RequestBody    json.RawMessage   `json:"request_body"`
	Status         int
	Header         [][2]string     `json:"response_headers"`
	Body           json.RawMessage `json:"response_body"`
}

// unlike lists the recordings that this Keystone answers in its own way, with
// the status it gives them and the reason.
var unlike = map[string]struct {
	status int
	reason string
}{
	"001-root-versions":               {300, "v2.0 is listed beside v3"},
	"004-v2-gone":                     {200, "v2.0 is served"},
	"011-auth-password-domain-scoped": {401, "nobody has a role in a domain"},
	"013-auth-password-system-scoped": {401, "nobody has a role in the system"},
	"021-auth-unknown-method":         {401, "the methods listed are those there are"},
	"049-auth-system":                 {200, "nobody has a role in the system"},
	"064-project-create-admin":        {501, "this driver keeps no projects"},
	"065-project-create-dup":          {501, "this driver keeps no projects"},
	"067-project-create-invalid":      {501, "this driver keeps no projects"},
	"068-project-delete-admin":        {501, "this driver keeps no projects"},
	"080-role_assignments-admin":      {501, "this driver keeps no assignments"},
	"100-users-put":                   {405, "one class of Keystone's serves the list and its items, so Allow has the methods of both"},
}

const catalogTemplates = `
catalog.RegionOne.identity.publicURL = http://127.0.0.1:15000/v3
catalog.RegionOne.identity.name = keystone
catalog.RegionOne.compute.publicURL = http://127.0.0.1:18774/v2.1
catalog.RegionOne.compute.name = nova
catalog.RegionOne.image.publicURL = http://127.0.0.1:19292
catalog.RegionOne.image.name = glance
catalog.RegionOne.placement.publicURL = http://127.0.0.1:18778
catalog.RegionOne.placement.name = placement
catalog.RegionOne.volumev3.publicURL = http://127.0.0.1:18776/v3/$(project_id)s
catalog.RegionOne.volumev3.name = cinderv3
catalog.RegionOne.network.publicURL = http://127.0.0.1:19696
catalog.RegionOne.network.name = neutron
`

func recordedCatalog(t testing.TB) *jumpgate.Catalog {
	text := catalogTemplates
	for line := range strings.Lines(catalogTemplates) {
		for _, i := range []string{"internalURL", "adminURL"} {
			if strings.Contains(line, "publicURL") {
				text += strings.Replace(line, "publicURL", i, 1)
			}
		}
	}
	c, err := jumpgate.ParseCatalog(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRecordings plays every recorded request and compares the answers.
func TestRecordings(t *testing.T) {
	playRecordings(t, unlike, func(t *testing.T, clock *clock) http.Handler {
		return newGateway(t, newCloud(), identity.Options{
			Expiry: 4 * time.Hour, Now: clock.Now, ApplicationCredentials: &identity.MemoryCredentials{},
		}, func(o *jumpgate.Options) { o.Catalog = recordedCatalog(t) })
	})
}

// unlikeDirectory are those that even a driver with everything has answered in
// another way.
var unlikeDirectory = map[string]struct {
	status int
	reason string
}{
	"001-root-versions":          unlike["001-root-versions"],
	"004-v2-gone":                unlike["004-v2-gone"],
	"021-auth-unknown-method":    unlike["021-auth-unknown-method"],
	"100-users-put":              unlike["100-users-put"],
	"051-users-admin":            {200, "the admin has a default project here"},
	"062-projects-admin":         {200, "the admin's project has no description here"},
	"080-role_assignments-admin": {200, "the order of assignments, and of services' users, is of no matter to anybody"},
}

// TestDirectoryRecordings plays them to a driver that keeps users, projects and
// roles.
func TestDirectoryRecordings(t *testing.T) {
	users := []memory.User{
		{Name: "demo", ID: demoID, ProjectID: demoProject}, {Name: "alt_demo", ID: altID, ProjectID: altProject},
		{Name: "admin", ID: adminID, ProjectID: adminProject, Roles: []string{"admin"}},
	}
	for name, id := range serviceUsers {
		users = append(users, memory.User{Name: name, ID: id, Project: "service", ProjectID: serviceProject, Roles: []string{"admin", "service"}})
	}
	playRecordings(t, unlikeDirectory, func(t *testing.T, clock *clock) http.Handler {
		c, err := memory.New(memory.Options{Users: users, Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return newGateway(t, newCloud(), identity.Options{}, func(o *jumpgate.Options) {
			o.Catalog = recordedCatalog(t)
			o.Services[jumpgate.Identity] = jumpgate.ServiceOptions{Driver: identity.New(c.Identity(), identity.Options{
				Expiry: 4 * time.Hour, Now: clock.Now, Store: jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: clock.Now}),
			})}
		})
	})
}

func playRecordings(t *testing.T, unlike map[string]struct {
	status int
	reason string
}, start func(*testing.T, *clock) http.Handler,
) {
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(files) < 100 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		slug := name[:strings.LastIndexByte(name, '-')]
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var rec recording
			if err := json.Unmarshal(text, &rec); err != nil {
				t.Fatal(err)
			}
			w := replay(t, slug, rec, start)
			if u, ok := unlike[slug]; ok {
				if w.Code != u.status {
					t.Errorf("status %d, want %d (%s): %s", w.Code, u.status, u.reason, w.Body)
				}
				return
			}
			compare(t, rec, w)
		})
	}
}

// replay sends a recorded request with the tokens that it was sent with.
func replay(t *testing.T, slug string, rec recording, start func(*testing.T, *clock) http.Handler) *httptest.ResponseRecorder {
	clock := newClock()
	gw := start(t, clock)

	scope := map[string]string{"admin": `{"project": {"id": "` + adminProject + `"}}`}
	user := "demo"
	if rec.User != nil && *rec.User == "admin" {
		user = "admin"
	}
	token := signIn(t, gw, user, scope[user])
	own := token
	switch slug[4:] {
	case "token-validate-expired", "projects-with-expired-token", "token-revoke-again", "revoked-token":
		own = signIn(t, gw, user, "")
	case "token-validate-other", "token-validate-other-as-admin":
		own = signIn(t, gw, "alt_demo", "")
		if user == "admin" {
			own = signIn(t, gw, "demo", "")
		}
	}
	switch slug[4:] {
	case "token-validate-expired", "projects-with-expired-token":
		clock.Move(5 * time.Hour)
		token = signIn(t, gw, user, "")
	case "token-revoke-again", "revoked-token":
		check(t, do(gw, "DELETE", "/v3/auth/tokens", "", "X-Auth-Token", own, "X-Subject-Token", own), 204, "")
	}
	if slug[4:] == "projects-with-expired-token" || slug[4:] == "revoked-token" {
		token = own
	}

	body := string(rec.RequestBody)
	var raw string
	if json.Unmarshal(rec.RequestBody, &raw) == nil && raw != "" {
		body = raw
	}
	if body == "null" {
		body = ""
	}
	if slug[4:] == "auth-token-to-project" || strings.HasPrefix(slug[4:], "auth-token-") {
		body = strings.ReplaceAll(body, `"TOKEN"`, `"`+token+`"`)
	}
	path := rec.Path
	switch slug[4:] { // those that are about the credential of recording 088
	case "application-credentials", "auth-application-credential", "auth-application-credential-bad", "application-credential-delete":
		id, secret := newCredential(t, gw, token, `{"name": "golden", "description": "x"}`)
		body = strings.NewReplacer(recordedCredential, id, "TOKEN", secret).Replace(body)
		path = strings.ReplaceAll(path, recordedCredential, id)
	}
	switch slug[4:] { // those that are about the project of recording 064
	case "project-create-dup", "project-delete-admin":
		w := do(gw, "POST", "/v3/projects", `{"project": {"name": "golden"}}`, "X-Auth-Token", token)
		if m := projectID.FindSubmatch(w.Body.Bytes()); m != nil {
			path = strings.ReplaceAll(path, recordedProject, string(m[1]))
		}
	}
	req := httptest.NewRequest(rec.Method, path, strings.NewReader(body))
	for name, value := range rec.RequestHeaders {
		if value == "TOKEN" {
			value = map[string]string{"X-Auth-Token": token, "X-Subject-Token": own}[name]
		}
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, req)
	return w
}

// recordedCredential is the id of the application credential of recordings
// 088 to 092.
const recordedCredential = "34d3e9483d7c42028c1d4f871b9df38c"

// recordedProject is the id of the project of recordings 064 to 068.
const recordedProject = "a90adf82fba346949dcd008f6536f54e"

var (
	projectID   = regexp.MustCompile(`"project": \{"id": "([0-9a-f]{32})", "name": "golden"`)
	conflicting = regexp.MustCompile(`project id [0-9a-f]{32}`)
)

var credentialID = regexp.MustCompile(`"application_credentials?": \[?\{"id": "([0-9a-f]{32})"`)

// newCredential makes an application credential for demo.
func newCredential(t *testing.T, gw http.Handler, token, data string) (id, secret string) {
	t.Helper()
	w := do(gw, "POST", "/v3/users/"+demoID+"/application_credentials", `{"application_credential": `+data+`}`, "X-Auth-Token", token)
	var made struct {
		C struct{ ID, Secret string } `json:"application_credential"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return made.C.ID, made.C.Secret
}

// compare holds an answer against a recorded one.
func compare(t *testing.T, rec recording, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != rec.Status {
		t.Errorf("status %d, want %d: %s", w.Code, rec.Status, w.Body)
	}
	want := http.Header{}
	for _, h := range rec.Header {
		want.Add(h[0], h[1])
	}
	for _, name := range []string{"Content-Type", "Vary", "Www-Authenticate", "Location"} {
		if !slices.Equal(w.Header()[name], want[name]) {
			t.Errorf("%s: %q, want %q", name, w.Header()[name], want[name])
		}
	}
	if a, b := allowed(w.Header()), allowed(want); !slices.Equal(a, b) {
		t.Errorf("Allow: %q, want %q", a, b)
	}
	for _, name := range []string{"X-Subject-Token", "X-Openstack-Request-Id"} {
		if (w.Header().Get(name) == "") != (want.Get(name) == "") {
			t.Errorf("%s: %q, want %q", name, w.Header()[name], want[name])
		}
	}
	if strings.HasPrefix(want.Get("Content-Type"), "text/html") {
		var page string
		_ = json.Unmarshal(rec.Body, &page)
		if w.Body.String() != page {
			t.Errorf("page %q, want %q", w.Body, page)
		}
		return
	}
	if string(rec.Body) == "null" {
		if w.Body.Len() != 0 {
			t.Errorf("body %s, want none", w.Body)
		}
		return
	}
	body := w.Body.Bytes()
	if m := credentialID.FindSubmatch(body); m != nil {
		body = bytes.ReplaceAll(body, m[1], []byte(recordedCredential))
	}
	if m := projectID.FindSubmatch(body); m != nil {
		body = bytes.ReplaceAll(body, m[1], []byte(recordedProject))
	}
	body = conflicting.ReplaceAll(body, []byte("project id ID"))
	a, b := normal(t, body), normal(t, conflicting.ReplaceAll(rec.Body, []byte("project id ID")))
	if !reflect.DeepEqual(a, b) {
		x, _ := json.MarshalIndent(a, "", " ")
		y, _ := json.MarshalIndent(b, "", " ")
		t.Errorf("body\n%s\nwant\n%s", x, y)
	}
}

// allowed is the header Allow as a set: Keystone's order is random.
func allowed(h http.Header) []string {
	list := strings.Split(h.Get("Allow"), ", ")
	slices.Sort(list)
	return slices.Compact(list)
}

var (
	hexID   = regexp.MustCompile(`^[0-9a-f]{32}$`)
	isoDate = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z$`)
	auditID = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)
)

// normal puts marks in the place of what differs from one answer to the next,
// and lists without an order into one.
func normal(t *testing.T, text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return normalize(v, "")
}

func normalize(v any, in string) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			v[name] = normalize(value, name)
			s, _ := value.(string)
			switch {
			case name == "id" && (in == "roles" || in == "endpoints" || in == "catalog" || in == "services") && hexID.MatchString(s):
				v[name] = "ID"
			case (name == "expires_at" || name == "issued_at") && isoDate.MatchString(s):
				v[name] = "DATE"
			case name == "secret" && len(s) == 86:
				v[name] = "SECRET"
			case name == "service_id" && hexID.MatchString(s):
				v[name] = "ID"
			case name == "self" && (in == "links") && regexp.MustCompile(`/(services|endpoints|roles)/[0-9a-f]{32}$`).MatchString(s):
				v[name] = s[:len(s)-32] + "ID"
			}
		}
	case []any:
		if in == "roles" { // which Zed had not
			v = slices.DeleteFunc(v, func(role any) bool { r, _ := role.(map[string]any); return r["name"] == "manager" })
		}
		for i := range v {
			v[i] = normalize(v[i], in)
			if s, _ := v[i].(string); in == "audit_ids" && auditID.MatchString(s) {
				v[i] = "AUDIT"
			}
		}
		if in != "methods" {
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		return v
	}
	return v
}
