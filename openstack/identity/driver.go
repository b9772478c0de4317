package identity

import (
	"context"

	"github.com/softlayer/jumpgate"
)

// Driver is what an identity driver must have. Register also finds the optional
// interfaces that it implements: see UserGetter and the others.
//
// A driver with a UserKeeper, ProjectKeeper, RoleKeeper and AssignmentKeeper is
// a full directory like Keystone's: operators manage users, projects, roles and
// assignments, the package does not call Projects, and a token becomes invalid
// with the user, project or role that it was made from. A GroupKeeper adds
// groups to it.
type Driver interface {
	Authenticator
	ProjectLister
}

// Authenticator authenticates users.
type Authenticator interface {
	// Authenticate checks a password and returns its user. The package calls it
	// once for each sign-in, never to validate a token.
	//
	// It MUST return a jumpgate.Unauthorized error for an unknown user and for
	// a wrong password alike, and SHOULD take as long for the one as for the
	// other. It MUST return jumpgate.Unavailable or jumpgate.Timeout, and not
	// Unauthorized, when it can't tell. The message of an Unauthorized error
	// goes only to the log.
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
	// It MUST leave out projects in which the principal has no role. The
	// package calls it when a token is rescoped and for lists of projects.
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
