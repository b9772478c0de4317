package identity

import "github.com/softlayer/jumpgate"

// User is somebody who can sign in.
type User struct {
	// ID and Name MUST be set and MUST stay the same from one sign-in to the
	// next.
	ID, Name string
	DomainID string // empty: the default domain
	Email    string // may be empty
	Disabled bool   // can't sign in, and has no valid token

	// DefaultProjectID is the project of tokens that are requested without a
	// scope. If it is empty or the user has no role in it, such tokens have no
	// project.
	DefaultProjectID string

	// Credential is sealed into the tokens of the user and handed back as
	// Principal.Credential. It SHOULD be short: a token carries it whole. A
	// UserKeeper MUST return it with each user, and MUST change it with each
	// new password: that ends the user's tokens.
	Credential jumpgate.Secret

	// Projects is what ProjectLister would return; if it is set a sign-in costs
	// one call. Nil: the package calls ProjectLister.
	Projects []Project

	Attributes // what OpenStack stores but does not interpret
}

// Attributes are further attributes that an operator gave a thing. They are
// stored and shown.
type Attributes struct {
	Options map[string]any // "immutable": true protects projects, domains and roles from changes
	Extra   map[string]any // by the names in JSON; values as encoding/json reads them
}

// Project is a project, which owns resources, or a domain.
type Project struct {
	ID, Name, Description string
	DomainID              string // empty: the default domain; of a domain: its own ID
	ParentID              string // the parent project; empty: the domain is the parent
	IsDomain              bool   // it is a domain: users, groups and projects belong to it

	// Enabled must be true for a token to be scoped to the project.
	Enabled bool

	// Roles are names: "reader", "member". The role "admin" makes its owner the
	// operator of the whole cloud in every OpenStack service: a driver MUST NOT
	// give it to the owner of a single account.
	Roles []string

	Tags []string
	Attributes
}

// Group is a set of users who share role assignments.
type Group struct {
	ID, Name, Description string
	DomainID              string // empty: the default domain
	Attributes
}

// Role is a role that users have in a project, a domain or the system. Policies
// refer to it by its name.
type Role struct {
	ID, Name    string
	Description string
	DomainID    string // of a domain's role, which only gives the roles it implies; empty: a global role
	Attributes
}

// Inference says that whoever has the prior role also has the implied one.
type Inference struct{ PriorID, ImpliedID string }

// Assignment gives a role to a user or a group.
type Assignment struct {
	RoleID          string
	UserID, GroupID string // one of them is set
	Scope

	// Inherited gives the role in all projects below the scope, a project or a
	// domain, and not in the scope itself.
	Inherited bool
}

// Scope is where a role applies. One member is set.
type Scope struct {
	ProjectID string
	DomainID  string
	System    bool
}
