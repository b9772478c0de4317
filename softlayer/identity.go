package softlayer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// user is SoftLayer_User_Customer.
type user struct {
	ID          int       `json:"id"`
	Username    string    `json:"username"`
	Email       string    `json:"email"`
	Master      bool      `json:"isMasterUserFlag"`
	AccountID   int       `json:"accountId"`
	Account     account   `json:"account"`
	Permissions []keyName `json:"permissions"`
}

// account is SoftLayer_Account.
type account struct {
	ID          int    `json:"id"`
	CompanyName string `json:"companyName"`
	Status      struct {
		Name string `json:"name"`
	} `json:"accountStatus"`
}

type keyName struct {
	KeyName string `json:"keyName"`
}

const userMask = "mask[id,username,email,isMasterUserFlag,account[id,companyName,accountStatus.name],permissions.keyName]"

// Authenticate signs in with a SoftLayer user name and API key. One call
// tells who that is, the account, and what the user may do there.
//
// A user's id is the user name: SoftLayer's own ids are numbers, with which
// nobody can sign in, and OpenStack clients sign in with either.
func (d *Driver) Authenticate(ctx context.Context, c identity.Credentials) (*identity.User, error) {
	cred := credential{cmp.Or(c.UserName, c.UserID), string(c.Password)}
	if cred.user == "" || cred.key == "" || strings.ContainsAny(cred.user, ":\x00") || strings.Contains(cred.key, "\x00") {
		return nil, jumpgate.Unauthorized
	}
	u, err := d.currentUser(ctx, cred)
	if d.opts.PortalPasswords && errors.Is(err, jumpgate.Unauthorized) {
		if cred, err = d.portalLogin(ctx, cred); err == nil {
			u, err = d.currentUser(ctx, cred)
		}
	}
	if err != nil {
		return nil, err
	}
	project := u.project()
	return &identity.User{
		ID:               u.Username,
		Name:             u.Username,
		Email:            u.Email,
		DefaultProjectID: project.ID,
		Credential:       cred.seal(),
		Projects:         []identity.Project{project},
	}, nil
}

// portalLogin trades the portal's password for a token, which signs in with
// the user's number.
func (d *Driver) portalLogin(ctx context.Context, c credential) (credential, error) {
	var token struct {
		Hash   string `json:"hash"`
		UserID int    `json:"userId"`
	}
	_, err := d.api.doAs(ctx, credential{}, call{
		service: "User_Customer", method: "getPortalLoginToken", args: []any{c.user, c.key, nil, nil},
	}, &token)
	if err == nil && (token.Hash == "" || token.UserID == 0) {
		err = unexpected("User_Customer::getPortalLoginToken")
	}
	return credential{strconv.Itoa(token.UserID), token.Hash}, err
}

// Projects returns the one project of the principal: the account.
func (d *Driver) Projects(ctx context.Context) ([]identity.Project, error) {
	u, err := d.principal(ctx)
	if err != nil {
		return nil, err
	}
	return []identity.Project{u.project()}, nil
}

// principal asks who ctx's principal is.
func (d *Driver) principal(ctx context.Context) (*user, error) {
	cred, err := credentialOf(ctx)
	if err != nil {
		return nil, err
	}
	return d.currentUser(ctx, cred)
}

// currentUser asks whose cred is.
func (d *Driver) currentUser(ctx context.Context, cred credential) (*user, error) {
	var u user
	if _, err := d.api.doAs(ctx, cred, call{service: "Account", method: "getCurrentUser", mask: userMask}, &u); err != nil {
		return nil, err
	}
	if u.ID == 0 || u.Account.ID == 0 {
		return nil, unexpected("Account::getCurrentUser")
	}
	return &u, nil
}

func (u *user) project() identity.Project {
	id := strconv.Itoa(u.Account.ID)
	return identity.Project{
		ID:      id,
		Name:    cmp.Or(u.Account.CompanyName, id),
		Enabled: u.Account.Status.Name == "Active",
		Roles:   u.roles(),
	}
}

// roles derives OpenStack's roles from SoftLayer's permissions: whoever may
// add or manage anything is a member. Nobody is an admin: that would be the
// admin of the whole cloud.
func (u *user) roles() []string {
	changes := func(p keyName) bool {
		return strings.HasSuffix(p.KeyName, "_ADD") || strings.HasSuffix(p.KeyName, "_MANAGE")
	}
	if u.Master || slices.ContainsFunc(u.Permissions, changes) {
		return []string{"member", "reader"}
	}
	return []string{"reader"}
}
