package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestMalformed holds the words for bodies that are against the schema
// against those of Keystone's own code (keystone.auth.schema of Zed, run with
// jsonschema).
func TestMalformed(t *testing.T) {
	text, err := os.ReadFile("testdata/malformed.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Body, Message string }
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	gw := newGateway(t, newCloud(), identity.Options{})
	for _, c := range cases {
		w := do(gw, "POST", "/v3/auth/tokens", c.Body)
		var answer struct {
			Error struct{ Message string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 400 || answer.Error.Message != c.Message {
			t.Errorf("%s:\n%d %s\nwant 400 %s", c.Body, w.Code, answer.Error.Message, c.Message)
		}
	}
}

const (
	couldNot     = " The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error."
	unauthorized = "The request you have made requires authentication."
)

// TestAuthBodies covers what is decided after the schema (keystone.auth.core,
// keystone.auth.plugins.core).
func TestAuthBodies(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "demo", "")
	user := func(s string) string {
		return `{"auth": {"identity": {"methods": ["password"], "password": {"user": ` + s + `}}}}`
	}
	const good = `{"id": "` + demoID + `", "password": "secret"}`
	for name, c := range map[string]struct {
		body    string
		status  int
		message string
	}{
		"method without data":     {`{"auth": {"identity": {"methods": ["password"]}}}`, 400, "Expecting to find password in identity." + couldNot},
		"second without data":     {`{"auth": {"identity": {"methods": ["password", "token"], "password": {}}}}`, 400, "Expecting to find token in identity." + couldNot},
		"no user":                 {`{"auth": {"identity": {"methods": ["password"], "password": {}}}}`, 400, "Expecting to find user in None." + couldNot},
		"empty names":             {user(`{"id": "", "name": "", "password": "x"}`), 400, "Expecting to find id or name in user." + couldNot},
		"empty domain":            {user(`{"name": "demo", "domain": {"id": "", "name": ""}, "password": "secret"}`), 400, "Expecting to find id or name in domain." + couldNot},
		"foreign domain":          {user(`{"name": "demo", "domain": {"name": "other"}, "password": "secret"}`), 401, unauthorized},
		"domain by id":            {user(`{"name": "demo", "domain": {"id": "default"}, "password": "secret"}`), 201, `"demo"`},
		"domain in small letters": {user(`{"name": "demo", "domain": {"name": "default"}, "password": "secret"}`), 201, `"demo"`},
		"domain id in capitals":   {user(`{"name": "demo", "domain": {"id": "Default"}, "password": "secret"}`), 401, unauthorized},
		"other spelling":          {`{"AUTH": {"identity": {"methods": []}}}`, 400, "Expecting to find auth in request body." + couldNot},
		"null":                    {`{"auth": null}`, 400, "Expecting to find auth in request body." + couldNot},
		"twice":                   {`{"auth": {"identity": {"methods": ["password", "password"], "password": {"user": ` + good + `}}}}`, 201, `"methods": ["password"]`},
		"other user's token":      {`{"auth": {"identity": {"methods": ["password", "token"], "password": {"user": {"id": "` + altID + `", "password": "secret"}}, "token": {"id": "` + token + `"}}}}`, 401, unauthorized},
		"password and token":      {`{"auth": {"identity": {"methods": ["password", "token"], "password": {"user": ` + good + `}, "token": {"id": "` + token + `"}}}}`, 201, `"methods": ["token", "password"]`},
		"empty token":             {`{"auth": {"identity": {"methods": ["token"], "token": {"id": ""}}}}`, 404, "No token in the request"},
		"project without domain":  {passwordBody("demo", `{"project": {"name": "demo"}}`), 400, "Expecting to find domain in project." + couldNot},
		"project, foreign domain": {passwordBody("demo", `{"project": {"name": "demo", "domain": {"id": "x"}}}`), 401, unauthorized},
		"project in capitals":     {passwordBody("demo", `{"project": {"name": "DEMO", "domain": {"id": "default"}}}`), 201, `"name": "demo"`},
		"project id in capitals":  {passwordBody("demo", `{"project": {"id": "`+strings.ToUpper(demoProject)+`"}}`), 401, unauthorized},
		"empty project":           {passwordBody("demo", `{"project": {"id": ""}}`), 401, unauthorized},
		"old unscoped":            {passwordBody("demo", `{"unscoped": {}}`), 201, `"password_expires_at": null`},
		"two scopes":              {passwordBody("demo", `{"unscoped": {}, "system": {}}`), 400, "Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope." + couldNot},
		"no scope":                {passwordBody("demo", `{}`), 400, "Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope." + couldNot},
		"scope of another name":   {passwordBody("demo", `"other"`), 400, "Expecting to find system, project, domain, OS-TRUST:trust or unscoped in scope." + couldNot},
		"trust without id":        {passwordBody("demo", `{"OS-TRUST:trust": {}}`), 400, "Expecting to find trust_id in trust." + couldNot},
		"trust":                   {passwordBody("demo", `{"OS-TRUST:trust": {"id": "x"}}`), 401, unauthorized},
		"system":                  {passwordBody("demo", `{"system": {"all": true}}`), 401, unauthorized},
		"too large":               {`{"auth": "` + strings.Repeat("x", 16<<10) + `"}`, 413, "too large"},
		"credential with a scope": {`{"auth": {"identity": {"methods": ["application_credential"], "application_credential": {"id": "x"}}, "scope": "unscoped"}}`, 401, "Error authenticating with application credential: Application credentials cannot request a scope."},
	} {
		t.Run(name, func(t *testing.T) {
			w := do(gw, "POST", "/v3/auth/tokens", c.body)
			check(t, w, c.status, c.message)
			if (w.Header().Get("Www-Authenticate") != "") != (c.status == 401) {
				t.Errorf("WWW-Authenticate %q with %d", w.Header().Get("Www-Authenticate"), w.Code)
			}
		})
	}
}

// TestDriverErrors: what the driver says of a refusal is for the log alone,
// and a cloud that is away is no wrong password.
func TestDriverErrors(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c, identity.Options{})
	for _, e := range []struct {
		err    error
		status int
		text   string
	}{
		{jumpgate.Unauthorized.New("user demo has another password"), 401, unauthorized},
		{jumpgate.Unavailable.Wrap(errors.New("dial tcp 10.0.0.1"), ""), 503, ""},
		{jumpgate.Timeout, 504, ""},
		{context.DeadlineExceeded, 504, ""},
		{errors.New("boom"), 500, "An unexpected error"},
	} {
		c.err = e.err
		w := do(gw, "POST", "/v3/auth/tokens", passwordBody("demo", ""))
		check(t, w, e.status, e.text)
		for _, hidden := range []string{"another password", "10.0.0.1", "boom"} {
			if strings.Contains(w.Body.String(), hidden) {
				t.Errorf("%s shows %q", w.Body, hidden)
			}
		}
	}
}

// TestLongCredential: a token that nobody could read is not handed out.
func TestLongCredential(t *testing.T) {
	c := newCloud()
	demo := c.users["demo"]
	demo.Credential = jumpgate.Secret(strings.Repeat("k", 5000))
	c.users["demo"] = demo
	gw := newGateway(t, c, identity.Options{})
	check(t, do(gw, "POST", "/v3/auth/tokens", passwordBody("demo", "")), 500, "An unexpected error")
	check(t, do(gw, "POST", "/v2.0/tokens", `{"auth": {"passwordCredentials": {"username": "demo", "password": "secret"}}}`), 500, "")
}

// TestRescoping: a token made from a token ends when that one ends and names
// the first of its chain.
func TestRescoping(t *testing.T) {
	clock := newClock()
	gw := newGateway(t, newCloud(), identity.Options{Now: clock.Now})
	type token struct {
		Token struct {
			Methods   []string
			AuditIDs  []string  `json:"audit_ids"`
			ExpiresAt time.Time `json:"expires_at"`
			IssuedAt  time.Time `json:"issued_at"`
			Project   struct{ ID string }
			Catalog   []any
		}
	}
	next := func(body string) (token, string) {
		t.Helper()
		w := do(gw, "POST", "/v3/auth/tokens", body)
		var tok token
		if err := json.Unmarshal(w.Body.Bytes(), &tok); err != nil || w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return tok, w.Header().Get("X-Subject-Token")
	}
	first, id := next(passwordBody("demo", `"unscoped"`))
	clock.Move(20 * time.Minute)
	second, id2 := next(rescope(id, `{"project": {"id": "`+demoProject+`"}}`))
	clock.Move(20 * time.Minute)
	third, id3 := next(rescope(id2, `"unscoped"`))

	if first.Token.Project.ID != "" || first.Token.Catalog != nil || second.Token.Project.ID != demoProject || second.Token.Catalog == nil || third.Token.Project.ID != "" {
		t.Errorf("projects: %+v %+v %+v", first, second, third)
	}
	if !second.Token.ExpiresAt.Equal(first.Token.ExpiresAt) || !third.Token.ExpiresAt.Equal(first.Token.ExpiresAt) || !third.Token.IssuedAt.Equal(clock.Now()) {
		t.Errorf("times: %+v %+v %+v", first, second, third)
	}
	if len(first.Token.AuditIDs) != 1 || len(third.Token.AuditIDs) != 2 || third.Token.AuditIDs[1] != first.Token.AuditIDs[0] || second.Token.AuditIDs[1] != first.Token.AuditIDs[0] {
		t.Errorf("audit ids: %+v %+v %+v", first, second, third)
	}
	clock.Move(20 * time.Minute)
	check(t, do(gw, "POST", "/v3/auth/tokens", rescope(id3, "")), 404, "Failed to validate token")
	check(t, do(gw, "GET", "/v3/auth/projects", "", "X-Auth-Token", id3), 401, unauthorized)
}

// TestSignInCalls counts what signing in asks of the cloud.
func TestSignInCalls(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c, identity.Options{})
	calls := func(want int64, f func()) {
		t.Helper()
		before := c.calls.Load()
		f()
		if n := c.calls.Load() - before; n != want {
			t.Errorf("%d calls, want %d", n, want)
		}
	}
	var token string
	calls(1, func() { token = signIn(t, gw, "demo", `{"project": {"id": "`+demoProject+`"}}`) })
	calls(0, func() { check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", token), 200, "catalog") })
	calls(0, func() {
		check(t, do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", token), 200, "token")
	})
	calls(0, func() { post(t, gw, rescope(token, `"unscoped"`)) })
	calls(1, func() { post(t, gw, rescope(token, "")) })
	calls(0, func() { do(gw, "POST", "/v3/auth/tokens", passwordBody("demo", `{"domain": {"id": "default"}}`)) })
}

// TestEmptyPassword: the driver is never asked about one.
func TestEmptyPassword(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c, identity.Options{})
	check(t, do(gw, "POST", "/v3/auth/tokens", strings.Replace(passwordBody("demo", ""), "secret", "", 1)), 401, unauthorized)
	check(t, do(gw, "POST", "/v2.0/tokens", `{"auth": {"passwordCredentials": {"username": "demo", "password": ""}}}`), 401, unauthorized)
	if n := c.calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestSameBody: tempest wants the token that is looked at to be the token
// that was made.
func TestSameBody(t *testing.T) {
	clock := newClock()
	gw := newGateway(t, newCloud(), identity.Options{Now: clock.Now})
	for _, scope := range []string{"", `"unscoped"`, `{"project": {"id": "` + demoProject + `"}}`} {
		made := do(gw, "POST", "/v3/auth/tokens", passwordBody("demo", scope))
		id := made.Header().Get("X-Subject-Token")
		clock.Move(time.Minute)
		shown := do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", id, "X-Subject-Token", id)
		if made.Body.String() != shown.Body.String() || shown.Header().Get("X-Subject-Token") != id {
			t.Errorf("made %s, shown %s", made.Body, shown.Body)
		}
	}
}

// TestNoSecretsInLogs plants a password where faults quote bodies.
func TestNoSecretsInLogs(t *testing.T) {
	var log bytes.Buffer
	gw := newGateway(t, newCloud(), identity.Options{}, func(o *jumpgate.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	token := signIn(t, gw, "demo", "")
	for _, body := range []string{
		`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "x", "password": ["canary"]}}}}}`,
		`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"id": "x", "password": "canary"}}}}}`,
		`{"auth": {"identity": {"methods": ["token"], "token": {"id": "canary"}}}}`,
		`{"auth": {"identity": {"methods": ["canary"]}}}`,
		`{"auth": "canary`,
		`{"auth": canary}`,
	} {
		do(gw, "POST", "/v3/auth/tokens", body)
		do(gw, "POST", "/v2.0/tokens", strings.ReplaceAll(body, "identity", "passwordCredentials"))
	}
	do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", "canary")
	do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", "canary")
	if s := log.String(); strings.Contains(s, "canary") || strings.Contains(s, token) || !strings.Contains(s, "malformed body") {
		t.Errorf("log:\n%s", s)
	}
}

// FuzzAuth: whatever the body, the answer is one that Keystone gives.
func FuzzAuth(f *testing.F) {
	f.Add(passwordBody("demo", ""))
	f.Add(passwordBody("demo", `{"project": {"name": "demo", "domain": {"name": "Default"}}}`))
	f.Add(rescope("x", `{"system": {"all": true}}`))
	f.Add(`{"auth": {"passwordCredentials": {"username": "demo", "password": "secret"}, "tenantName": "demo"}}`)
	if text, err := os.ReadFile("testdata/malformed.json"); err == nil {
		var cases []struct{ Body string }
		if json.Unmarshal(text, &cases) == nil {
			for _, c := range cases {
				f.Add(c.Body)
			}
		}
	}
	clock := newClock()
	gw := newGateway(f, newCloud(), identity.Options{Now: clock.Now})
	f.Fuzz(func(t *testing.T, body string) {
		clock.Move(time.Hour) // failed sign-ins are forgotten
		for path, fine := range map[string]int{"/v3/auth/tokens": http.StatusCreated, "/v2.0/tokens": http.StatusOK} {
			w := do(gw, "POST", path, body)
			switch w.Code {
			case fine, 400, 401, 404, 413:
			default:
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
			if w.Code != 413 && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: no JSON: %s", path, w.Body)
			}
		}
	})
}

func ExampleRegister() {
	// A driver with one user and one project.
	users := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		return identity.Register(disp, &people{"alice": "wonderland"}, identity.Options{})
	})
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: users},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := do(gw, "POST", "/v3/auth/tokens", `{"auth": {"identity": {"methods": ["password"], "password":
		{"user": {"name": "alice", "domain": {"id": "default"}, "password": "wonderland"}}}}}`)
	fmt.Println(w.Code, len(w.Header().Get("X-Subject-Token")) < 255)
	// Output: 201 true
}

// people is a driver in thirty lines: passwords by user name, and one project
// for all.
type people map[string]string

func (p people) Authenticate(_ context.Context, c identity.Credentials) (*identity.User, error) {
	name := c.UserName + c.UserID // one is empty; ids are names here
	if password, ok := p[name]; !ok || password != string(c.Password) {
		return nil, jumpgate.Unauthorized
	}
	return &identity.User{ID: name, Name: name, DefaultProjectID: "main"}, nil
}

func (p people) Projects(ctx context.Context) ([]identity.Project, error) {
	return []identity.Project{{ID: "main", Name: "main", Enabled: true, Roles: []string{"member", "reader"}}}, nil
}
