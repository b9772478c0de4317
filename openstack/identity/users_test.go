package identity_test

import (
	"context"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// city is a cloud whose one user can change its password and has an address.
type city struct {
	*cloud
	password jumpgate.Secret
}

func (c *city) Authenticate(ctx context.Context, cr identity.Credentials) (*identity.User, error) {
	if cr.Password != c.password {
		return nil, jumpgate.Unauthorized
	}
	cr.Password = "secret"
	return c.cloud.Authenticate(ctx, cr)
}

func (c *city) ChangePassword(ctx context.Context, old, new jumpgate.Secret) error {
	if old != c.password || jumpgate.PrincipalFrom(ctx).UserID != demoID {
		return jumpgate.Internal
	}
	if len(new) < 4 {
		return jumpgate.BadRequest.New("Password validation error: too short.")
	}
	c.password = new
	return nil
}

func (c *city) User(context.Context) (*identity.User, error) {
	return &identity.User{ID: demoID, Name: "demo", Email: "demo@example.com"}, nil
}

func TestPassword(t *testing.T) {
	c := &city{newCloud(), "secret"}
	gw := newGateway(t, c, identity.Options{})
	token := signIn(t, gw, "demo", "")
	path := "/v3/users/" + demoID + "/password"
	for body, want := range map[string]struct {
		status  int
		message string
	}{
		`{}`:                            {400, "'original_password' is a required property"},
		`{"user": {"password": "new"}}`: {400, "'original_password' is a required property"},
		`{"user": {"password": 1, "original_password": "secret"}}`:               {400, "Invalid input for field 'password': 1 is not of type 'string'"},
		`{"user": {"password": "fresh", "original_password": "wrong"}}`:          {401, unauthorized},
		`{"user": {"password": "fresh", "original_password": "secret", "x": 1}}`: {400, "Additional properties are not allowed ('x' was unexpected)"},
		`{"user": {"password": "x", "original_password": "secret"}}`:             {400, "Password validation error"},
	} {
		check(t, do(gw, "POST", path, body, "X-Auth-Token", token), want.status, want.message)
	}
	const change = `{"user": {"password": "fresh", "original_password": "secret"}}`
	check(t, do(gw, "POST", "/v3/users/nobody/password", change, "X-Auth-Token", token), 401, "")
	check(t, do(gw, "POST", path, change, "X-Auth-Token", token), 204, "")
	check(t, do(gw, "GET", "/v3/users/"+demoID, "", "X-Auth-Token", token), 401, "")

	// A user whose password has run out has no token.
	check(t, do(gw, "POST", path, strings.NewReplacer("secret", "fresh", "fresh", "older").Replace(change)), 204, "")
	check(t, do(gw, "POST", path, strings.NewReplacer("secret", "older").Replace(change)), 204, "")

	token = post(t, gw, strings.Replace(passwordBody("demo", ""), "secret", "fresh", 1))
	check(t, do(gw, "GET", "/v3/users/"+demoID, "", "X-Auth-Token", token), 200, `"email": "demo@example.com"`)
	check(t, do(gw, "GET", "/v2.0/users/"+demoID, "", "X-Auth-Token", token), 200, `"email": "demo@example.com"`)
	v2 := "/v2.0/OS-KSCRUD/users/" + demoID
	check(t, do(gw, "PATCH", v2, `{"user": {"password": "newest"}}`, "X-Auth-Token", token), 400, "Expecting to find original_password in user.")
	fresh := readAccess(t, do(gw, "PATCH", v2, `{"user": {"password": "newest", "original_password": "fresh"}}`, "X-Auth-Token", token))
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", fresh.Access.Token.ID), 200, "")
	check(t, do(gw, "GET", "/v3/auth/catalog", "", "X-Auth-Token", token), 401, "")
}

// TestPasswordsStay: without a PasswordChanger a right password changes
// nothing, and a wrong one is still a wrong one.
func TestPasswordsStay(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "demo", "")
	path := "/v3/users/" + demoID + "/password"
	check(t, do(gw, "POST", path, `{"user": {"password": "fresh", "original_password": "secret"}}`, "X-Auth-Token", token), 403, "identity:change_password")
	check(t, do(gw, "POST", path, `{"user": {"password": "fresh", "original_password": "x"}}`, "X-Auth-Token", token), 401, "")
}
