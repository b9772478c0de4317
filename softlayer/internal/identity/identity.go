package identity

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// person is what SoftLayer_User_Customer is called by.
type person struct {
	ID       int    `json:"id"`
	Username string `json:"username"`
	Email    string `json:"email"`
}

// user is who signs in, with what they may do.
type user struct {
	person
	Master      bool              `json:"isMasterUserFlag"`
	Account     account           `json:"account"`
	Permissions []records.KeyName `json:"permissions"`
}

// member is a user of an account.
type member struct {
	person
	AccountID int `json:"accountId"`
}

var (
	userForm   = records.FormOf[user]()
	memberForm = records.FormOf[member]()
)

// account is SoftLayer_Account.
type account struct {
	ID          int    `json:"id"`
	CompanyName string `json:"companyName"`
	Status      struct {
		Name string `json:"name"`
	} `json:"accountStatus"`
}

// Authenticate signs in with a SoftLayer user name and API key. One call
// tells who that is, the account, and what the user may do there.
//
// A user's id is the user name: SoftLayer's own ids are numbers, with which
// nobody can sign in, and OpenStack clients sign in with either.
func (d *Users) Authenticate(ctx context.Context, c identity.Credentials) (*identity.User, error) {
	cred := upstream.Credential{User: cmp.Or(c.UserName, c.UserID), Key: string(c.Password)}
	if cred.User == "" || cred.Key == "" || strings.ContainsAny(cred.User, ":\x00") || strings.Contains(cred.Key, "\x00") {
		return nil, jumpgate.Unauthorized
	}
	u, err := d.currentUser(ctx, cred)
	if d.Opts.PortalPasswords && errors.Is(err, jumpgate.Unauthorized) {
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
		Credential:       cred.Seal(),
		Projects:         []identity.Project{project},
	}, nil
}

// portalLogin trades the portal's password for a token, which signs in with
// the user's number.
func (d *Users) portalLogin(ctx context.Context, c upstream.Credential) (upstream.Credential, error) {
	var token struct {
		Hash   string `json:"hash"`
		UserID int    `json:"userId"`
	}
	_, err := d.API.DoAs(ctx, upstream.Credential{}, upstream.Call{
		Service: "User_Customer", Method: "getPortalLoginToken", Args: []any{c.User, c.Key, nil, nil},
	}, &token)
	if err == nil && (token.Hash == "" || token.UserID == 0) {
		err = upstream.Unexpected("User_Customer::getPortalLoginToken")
	}
	return upstream.Credential{User: strconv.Itoa(token.UserID), Key: token.Hash}, err
}

// Projects returns the one project of the principal: the account.
func (d *Users) Projects(ctx context.Context) ([]identity.Project, error) {
	u, err := d.principal(ctx)
	if err != nil {
		return nil, err
	}
	return []identity.Project{u.project()}, nil
}

// principal asks who ctx's principal is.
func (d *Users) principal(ctx context.Context) (*user, error) {
	cred, err := upstream.CredentialOf(ctx)
	if err != nil {
		return nil, err
	}
	return d.currentUser(ctx, cred)
}

// currentUser asks whose cred is.
func (d *Users) currentUser(ctx context.Context, cred upstream.Credential) (*user, error) {
	var u user
	if _, err := d.API.DoAs(ctx, cred, upstream.Call{Service: "Account", Method: "getCurrentUser", Mask: userForm.Mask()}, &u); err != nil {
		return nil, err
	}
	if u.ID == 0 || u.Account.ID == 0 {
		return nil, upstream.Unexpected("Account::getCurrentUser")
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
	changes := func(p records.KeyName) bool {
		return strings.HasSuffix(p.KeyName, "_ADD") || strings.HasSuffix(p.KeyName, "_MANAGE")
	}
	if u.Master || slices.ContainsFunc(u.Permissions, changes) {
		return []string{"member", "reader"}
	}
	return []string{"reader"}
}
