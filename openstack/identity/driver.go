package identity

import (
	"context"

	"github.com/softlayer/jumpgate"
)

// Driver is what an identity driver must have. What it may have besides is
// found when Register runs: see UserGetter and the other small interfaces.
//
// A driver with a UserKeeper, ProjectKeeper, RoleKeeper and AssignmentKeeper is
// a directory, and a Keystone in full: operators manage who there is and who
// may do what, Projects is not asked, and a token ends with what it was made
// of. A GroupKeeper adds groups to it.
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

// Credentials are what a user signs in with.
type Credentials struct {
	UserID, UserName string // one of them is set

	// DomainID and DomainName are the user's domain, as the client named it;
	// both are empty with UserID and in v2.0. A driver that keeps domains (see
	// ProjectKeeper) gets the id in either case, which is never empty then.
	DomainID, DomainName string
	Password             jumpgate.Secret
}
