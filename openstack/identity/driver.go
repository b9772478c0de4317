package identity

import (
	"context"

	"github.com/softlayer/jumpgate"
)

// Driver is what an identity driver must have. What it may have besides is
// found when Register runs: see UserGetter and the other small interfaces.
type Driver interface {
	Authenticator
	ProjectLister
}

// Authenticator checks who somebody is.
type Authenticator interface {
	// Authenticate checks a password and says whose it is. It is asked once
	// for each sign-in, never for the validation of a token.
	//
	// It MUST return a jumpgate.Unauthorized error for an unknown user and
	// for a wrong password alike, and SHOULD take as long for the one as for
	// the other. It MUST return jumpgate.Unavailable or jumpgate.Timeout, and
	// not Unauthorized, when it can't tell. The words of an Unauthorized
	// error reach the log alone.
	//
	// c.Password is never empty. It MUST NOT be kept, except within
	// User.Credential.
	Authenticate(ctx context.Context, c Credentials) (*User, error)
}

// ProjectLister knows which projects a user may act for.
type ProjectLister interface {
	// Projects lists the projects that the principal in ctx (see
	// jumpgate.PrincipalFrom) may use, with its roles in each. The principal
	// has the Credential that Authenticate made and may be without a project.
	//
	// It MUST leave out projects in which the principal has no role. It is
	// asked when a token changes its project and for lists of projects.
	Projects(ctx context.Context) ([]Project, error)
}

// UserGetter may be implemented by a Driver. Without it users see of
// themselves what their token says.
type UserGetter interface {
	// User returns the principal's own user in full. Its Credential and
	// Projects are not looked at.
	User(ctx context.Context) (*User, error)
}

// UserLister may be implemented by a Driver. Without it nobody sees another
// user, which Keystone answers with 403.
type UserLister interface {
	// Users lists the users that the principal may see, itself among them.
	// It MUST return a jumpgate.Forbidden error for a principal that may not
	// list users. Their Credential and Projects are not looked at.
	Users(ctx context.Context) ([]User, error)
}

// PasswordChanger may be implemented by a Driver. Without it nobody can
// change a password, which Keystone answers with 403.
type PasswordChanger interface {
	// ChangePassword gives the principal a new password. The old one was
	// checked with Authenticate. It MAY return a jumpgate.BadRequest error
	// for a password that the cloud does not take.
	ChangePassword(ctx context.Context, old, new jumpgate.Secret) error
}

// Credentials are what a user signs in with.
type Credentials struct {
	UserID, UserName     string // one of them is set
	DomainID, DomainName string // of the user, as the client named it; both empty in v2.0
	Password             jumpgate.Secret
}

// User is somebody who can sign in.
type User struct {
	// ID and Name MUST be set and MUST stay the same from one sign-in to the
	// next.
	ID, Name string
	Email    string // may be empty

	// DefaultProjectID is the project of tokens that were asked for without
	// a scope. Empty, or a project without a role for the user: such tokens
	// have no project.
	DefaultProjectID string

	// Credential is sealed into the tokens of the user and handed back as
	// Principal.Credential. It SHOULD be short: a token carries it whole.
	Credential jumpgate.Secret

	// Projects is what ProjectLister would answer; with it a sign-in costs
	// one call. Nil: Projects is called.
	Projects []Project
}

// Project is a place where things are owned.
type Project struct {
	ID, Name, Description string

	// Enabled must be true for a token to be scoped to the project.
	Enabled bool

	// Roles are names: "reader", "member". The role "admin" makes its owner
	// the operator of the whole cloud in every OpenStack service: a driver
	// MUST NOT hand it out for being the master of one account.
	Roles []string
}
