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

	// DefaultProjectID is the project of tokens that were asked for without
	// a scope. Empty, or a project without a role for the user: such tokens
	// have no project.
	DefaultProjectID string

	// Credential is sealed into the tokens of the user and handed back as
	// Principal.Credential. It SHOULD be short: a token carries it whole. A
	// UserKeeper MUST return it with each user, and MUST change it when the
	// tokens of the user are to end: with each new password.
	Credential jumpgate.Secret

	// Projects is what ProjectLister would answer; with it a sign-in costs
	// one call. Nil: Projects is called.
	Projects []Project

	Attributes // all that OpenStack keeps and does not look at
}

// Attributes are what else an operator said of something: it is kept and shown.
type Attributes struct {
	Options map[string]any // "immutable": true, of projects, domains and roles, keeps them as they are
	Extra   map[string]any // by the names in JSON; values as encoding/json reads them
}

// Project is a place where things are owned, or a domain.
type Project struct {
	ID, Name, Description string
	DomainID              string // empty: the default domain; of a domain: its own ID
	ParentID              string // the project above; empty: there is the domain alone
	IsDomain              bool   // where users, groups and projects belong

	// Enabled must be true for a token to be scoped to the project.
	Enabled bool

	// Roles are names: "reader", "member". The role "admin" makes its owner
	// the operator of the whole cloud in every OpenStack service: a driver
	// MUST NOT hand it out for being the master of one account.
	Roles []string

	Tags []string
	Attributes
}

// Group is a number of users who have roles together.
type Group struct {
	ID, Name, Description string
	DomainID              string // empty: the default domain
	Attributes
}

// Role is what somebody may be in a project, a domain or the system. Policies
// know it by its name.
type Role struct {
	ID, Name    string
	Description string
	DomainID    string // of a role that counts for what it implies alone; empty: a role for everywhere
	Attributes
}

// Inference says that who has one role has another.
type Inference struct{ PriorID, ImpliedID string }

// Assignment gives a role to a user or a group.
type Assignment struct {
	RoleID          string
	UserID, GroupID string // one of them is set
	Scope

	// Inherited gives the role in all projects below, and not in the scope
	// itself, which is a project or a domain.
	Inherited bool
}

// Scope is where a role counts. One member is set.
type Scope struct {
	ProjectID string
	DomainID  string
	System    bool
}
