package identity

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate"
)

// UserGetter may be implemented by a Driver. Without it users see only what
// their token says about them.
type UserGetter interface {
	// User returns the principal's own user in full. The package ignores its
	// Credential and Projects.
	User(ctx context.Context) (*User, error)
}

// UserLister may be implemented by a Driver. Without it users see only
// themselves.
type UserLister interface {
	// ListUsers yields the users that the principal may see, including itself.
	// It MUST yield a jumpgate.Forbidden error for a principal that may not
	// list users. It MAY leave out users that q does not ask for. The package
	// ignores their Credential and Projects.
	ListUsers(ctx context.Context, q UserQuery) iter.Seq2[*User, error]
}

// UserQuery narrows a list of users. Empty members ask for all.
type UserQuery struct {
	Name, DomainID string

	// GroupID asks for the members of a group. It is empty for a driver that
	// keeps no groups, and MUST be heeded by one that does.
	GroupID string
}

// UserKeeper may be implemented by a Driver whose operators manage its users.
// The package asks the policy who may do so.
type UserKeeper interface {
	UserLister

	// FindUser returns a user with its Credential, or a jumpgate.NotFound
	// error. The package calls it for each request with a token of the user.
	FindUser(ctx context.Context, id string) (*User, error)

	// CreateUser makes u, which has an ID. Without a password the user can't
	// sign in. It MUST return a jumpgate.Conflict error where the domain has a
	// user of that name.
	CreateUser(ctx context.Context, u *User, password jumpgate.Secret) error

	// UpdateUser calls change with a copy of the user and stores the changed
	// copy, unless change returns an error. It returns the errors of FindUser
	// and CreateUser.
	UpdateUser(ctx context.Context, id string, change func(*User) error) (*User, error)

	// SetPassword sets the user's password; empty: the user has none and can't
	// sign in.
	SetPassword(ctx context.Context, id string, password jumpgate.Secret) error

	// DeleteUser deletes a user with its memberships and assignments.
	DeleteUser(ctx context.Context, id string) error
}

// PasswordChanger may be implemented by a Driver. Without it, and without a
// UserKeeper, nobody can change a password, which Keystone answers with 403.
type PasswordChanger interface {
	// ChangePassword sets the principal's password. The package has checked the
	// old one with Authenticate. It MAY return a jumpgate.BadRequest error for
	// a password that the cloud does not accept.
	ChangePassword(ctx context.Context, old, new jumpgate.Secret) error
}

// GroupKeeper may be implemented by a Driver with a UserKeeper.
type GroupKeeper interface {
	// ListGroups yields the groups that q asks for.
	ListGroups(ctx context.Context, q GroupQuery) iter.Seq2[*Group, error]
	// FindGroup returns a group, or a jumpgate.NotFound error.
	FindGroup(ctx context.Context, id string) (*Group, error)
	// CreateGroup makes g, which has an ID. It MUST return a jumpgate.Conflict
	// error where the domain has a group of that name.
	CreateGroup(ctx context.Context, g *Group) error
	// UpdateGroup is UserKeeper.UpdateUser for groups.
	UpdateGroup(ctx context.Context, id string, change func(*Group) error) (*Group, error)
	// DeleteGroup deletes a group with its memberships and assignments.
	DeleteGroup(ctx context.Context, id string) error

	// AddMember puts a user into a group; it may be in it already.
	AddMember(ctx context.Context, groupID, userID string) error
	// RemoveMember takes a user out, or returns a jumpgate.NotFound error for
	// one who is not in the group.
	RemoveMember(ctx context.Context, groupID, userID string) error
}

// GroupQuery narrows a list of groups. A driver MUST heed UserID and MAY heed
// the others.
type GroupQuery struct {
	Name, DomainID string
	UserID         string // the groups that the user is in
}
