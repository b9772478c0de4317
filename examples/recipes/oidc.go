package recipes

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// tokenUsers signs in who has an access token of an OpenID provider, which is
// sent where OpenStack's clients send a password:
//
//	OS_USERNAME=me OS_PASSWORD=$(oidc-token company)
//
// The provider itself is asked what the token is worth (RFC 7662), so that one
// it took back is worth nothing.
type tokenUsers struct {
	introspection    string // the provider's address for it
	clientID, secret string // of this program, at the provider
	projects         func(groups []string) []identity.Project
}

// Authenticate implements identity.Authenticator.
func (t *tokenUsers) Authenticate(ctx context.Context, c identity.Credentials) (*identity.User, error) {
	form := url.Values{"token": {string(c.Password)}, "token_type_hint": {"access_token"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.introspection, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(t.clientID), url.QueryEscape(t.secret))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, jumpgate.Unavailable.Wrap(err, "") // the token is in the body, and so not in err
	}
	defer resp.Body.Close()
	var said struct {
		Active   bool     `json:"active"`
		Subject  string   `json:"sub"`
		Username string   `json:"username"`
		Groups   []string `json:"groups"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&said); err != nil || resp.StatusCode != http.StatusOK {
		return nil, jumpgate.Unavailable.Wrap(errors.New("the OpenID provider does not tell: "+resp.Status), "")
	}
	if !said.Active || said.Subject == "" || said.Username != c.UserName && said.Subject != c.UserID {
		return nil, jumpgate.Unauthorized
	}
	groups := jumpgate.Secret(strings.Join(said.Groups, " ")) // sealed into the user's tokens
	return &identity.User{ID: said.Subject, Name: said.Username, Credential: groups, Projects: t.projects(said.Groups)}, nil
}

// Projects implements identity.ProjectLister, for a token that changes its
// project later.
func (t *tokenUsers) Projects(ctx context.Context) ([]identity.Project, error) {
	groups := jumpgate.PrincipalFrom(ctx).Credential
	return t.projects(strings.Fields(string(groups))), nil
}
