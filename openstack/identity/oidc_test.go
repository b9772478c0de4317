package identity_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// oidc takes access tokens of an OpenID provider for passwords, and asks the
// provider's introspection endpoint (RFC 7662) whose they are. Its groups are
// the projects.
type oidc struct {
	introspect       string // URL
	client, password string // of this program at the provider
	http             *http.Client
}

func (o *oidc) Authenticate(ctx context.Context, c identity.Credentials) (*identity.User, error) {
	form := url.Values{"token": {string(c.Password)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.introspect, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(o.client, o.password)
	resp, err := o.http.Do(req)
	if err != nil {
		return nil, jumpgate.Unavailable.Wrap(err, "")
	}
	defer resp.Body.Close()
	var claims struct {
		Active   bool     `json:"active"`
		Subject  string   `json:"sub"`
		Username string   `json:"username"`
		Groups   []string `json:"groups"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&claims); err != nil || resp.StatusCode != http.StatusOK {
		return nil, jumpgate.BadGateway.Wrap(err, "")
	}
	if !claims.Active || claims.Username != c.UserName && claims.Subject != c.UserID {
		return nil, jumpgate.Unauthorized
	}
	credential := jumpgate.Secret(strings.Join(claims.Groups, ","))
	return &identity.User{ID: claims.Subject, Name: claims.Username, Credential: credential, Projects: projectsOf(credential)}, nil
}

func (o *oidc) Projects(ctx context.Context) ([]identity.Project, error) {
	return projectsOf(jumpgate.PrincipalFrom(ctx).Credential), nil
}

func projectsOf(groups jumpgate.Secret) (list []identity.Project) {
	for _, g := range strings.Split(string(groups), ",") {
		list = append(list, identity.Project{ID: g, Name: g, Enabled: true, Roles: []string{"member", "reader"}})
	}
	return list
}

// An Authenticator that asks an OpenID provider.
func ExampleAuthenticator() {
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"active": %t, "sub": "u-1", "username": "alice", "groups": ["web", "data"]}`, r.FormValue("token") == "an-access-token")
	}))
	defer provider.Close()
	driver := &oidc{provider.URL, "jumpgate", "secret", &http.Client{Timeout: 5 * time.Second}}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return identity.Register(disp, driver, identity.Options{})
		})},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, token := range []string{"an-access-token", "another"} {
		body := fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user":
			{"name": "alice", "domain": {"id": "default"}, "password": %q}}}, "scope": {"project": {"id": "data"}}}}`, token)
		req := httptest.NewRequest(http.MethodPost, "/v3/auth/tokens", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, req)
		fmt.Println(w.Code)
	}
	// Output:
	// 201
	// 401
}
