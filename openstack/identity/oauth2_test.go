package identity_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestOAuth2: an application credential is a client of OAuth 2.0. The faults
// are those of a Keystone 22.
func TestOAuth2(t *testing.T) {
	clock := newClock()
	gw := newGateway(t, newCloud(), identity.Options{ApplicationCredentials: &identity.MemoryCredentials{}, Now: clock.Now})
	token := signIn(t, gw, "demo", "")
	w := do(gw, "POST", "/v3/users/"+demoID+"/application_credentials", `{"application_credential": {"name": "robot", "secret": "s3cret"}}`, "X-Auth-Token", token)
	var made struct {
		Credential struct{ ID string } `json:"application_credential"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 {
		t.Fatal(w.Code, w.Body)
	}
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	}
	const (
		path   = "/v3/OS-OAUTH2/token"
		grant  = "grant_type=client_credentials"
		form   = "application/x-www-form-urlencoded"
		needed = `{"error": "invalid_client", "error_description": "OAuth2.0 client authorization is required."}`
	)
	ask := func(method, contentType, body, authorization string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		return w
	}
	good := basic(made.Credential.ID, "s3cret")
	for _, tt := range []struct {
		method, contentType, body, authorization string
		status                                   int
		answer                                   string
	}{
		{"POST", form, grant, "", 401, needed},
		{"POST", form, grant, "Bearer x", 401, needed},
		{"POST", form, grant, "Basic !!", 401, needed},
		{"POST", form, grant, basic("", "x"), 401, `{"error": "invalid_client", "error_description": "OAuth2.0 client authorization is invalid."}`},
		{"POST", form, grant, basic("x", ""), 401, `{"error": "invalid_client", "error_description": "OAuth2.0 client authorization is invalid."}`},
		{"POST", form, "a=b", good, 400, `{"error": "invalid_request", "error_description": "The parameter grant_type is required."}`},
		{"POST", form, "", good, 400, `{"error": "invalid_request", "error_description": "The parameter grant_type is required."}`},
		{"POST", "text/plain", grant, good, 400, `{"error": "invalid_request", "error_description": "The parameter grant_type is required."}`},
		{"POST", form, "grant_type=x", good, 400, `{"error": "unsupported_grant_type", "error_description": "The parameter grant_type x is not supported."}`},
		{"POST", form, grant, basic("x", "y"), 404, `{"error": "other_error", "error_description": "An unknown error occurred and failed to get an OAuth2.0 access token."}`},
		{"POST", form, grant, basic(made.Credential.ID, "wrong"), 401, `{"error": "invalid_client", "error_description": "The request you have made requires authentication."}`},
		{"POST", form, strings.Repeat("x", 17<<10), good, 413, ""},
		{"GET", form, "", good, 405, `{"error": "other_error", "error_description": "The method is not allowed for the requested URL."}`},
		{"PATCH", form, grant, good, 405, `{"error": "other_error", "error_description": "The method is not allowed for the requested URL."}`},
		{"HEAD", form, "", good, 405, ""},
	} {
		w := ask(tt.method, tt.contentType, tt.body, tt.authorization)
		if check(t, w, tt.status, tt.answer); tt.status == 401 && w.Header().Get("Www-Authenticate") != `Keystone uri="http://127.0.0.1:15000/v3"` {
			t.Errorf("%v", w.Header())
		}
	}
	var answer struct {
		Token  string `json:"access_token"`
		Type   string `json:"token_type"`
		Expiry int    `json:"expires_in"`
	}
	w = ask("POST", form, grant, good)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != 200 || answer.Type != "Bearer" || answer.Expiry != int(time.Hour/time.Second) {
		t.Fatal(w.Code, w.Body)
	}
	check(t, do(gw, "GET", "/v3/auth/tokens", "", "X-Auth-Token", token, "X-Subject-Token", answer.Token), 200, `"methods": ["application_credential"]`)
}
