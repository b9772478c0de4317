package identity

import (
	"context"
	"iter"
)

// ProjectKeeper may be implemented by a Driver whose operators manage its
// projects and domains. A domain is a project with IsDomain. The default
// domain, whose id is "default", MUST be among them.
type ProjectKeeper interface {
	// ListProjects yields projects, and domains with q.Domains.
	ListProjects(ctx context.Context, q ProjectQuery) iter.Seq2[*Project, error]
	// FindProject returns a project or a domain, or a jumpgate.NotFound error.
	FindProject(ctx context.Context, id string) (*Project, error)
	// CreateProject makes p, which has an ID. It MUST return a
	// jumpgate.Conflict error if the domain has a project of that name or, for
	// a domain, if another domain has the name.
	CreateProject(ctx context.Context, p *Project) error
	// UpdateProject is UserKeeper.UpdateUser for projects and domains.
	UpdateProject(ctx context.Context, id string, change func(*Project) error) (*Project, error)
	// DeleteProject deletes a project with its assignments, and a domain also
	// with its users, groups, roles and projects.
	DeleteProject(ctx context.Context, id string) error
}

// ProjectQuery narrows a list of projects. A driver MUST heed Domains and MAY
// heed the others.
type ProjectQuery struct {
	Domains        bool // domains, in place of projects
	Name, DomainID string
	ParentID       string
}

// RoleKeeper may be implemented by a Driver whose operators manage its roles.
type RoleKeeper interface {
	// ListRoles yields all roles, including those of domains.
	ListRoles(ctx context.Context) iter.Seq2[*Role, error]
	// FindRole returns a role, or a jumpgate.NotFound error.
	FindRole(ctx context.Context, id string) (*Role, error)
	// CreateRole makes r, which has an ID. It MUST return a jumpgate.Conflict
	// error if the name is taken in r's domain or, for a global role, among the
	// global roles.
	CreateRole(ctx context.Context, r *Role) error
	// UpdateRole is UserKeeper.UpdateUser for roles.
	UpdateRole(ctx context.Context, id string, change func(*Role) error) (*Role, error)
	// DeleteRole deletes a role with its assignments and inferences.
	DeleteRole(ctx context.Context, id string) error

	// ListInferences yields the inferences as they were made, without those
	// that follow from several.
	ListInferences(ctx context.Context) iter.Seq2[Inference, error]
	// Imply stores an inference between existing roles.
	Imply(ctx context.Context, i Inference) error
	// Unimply deletes an inference, or returns a jumpgate.NotFound error.
	Unimply(ctx context.Context, i Inference) error
}

// AssignmentKeeper may be implemented by a Driver with a ProjectKeeper and a
// RoleKeeper.
type AssignmentKeeper interface {
	// ListAssignments yields assignments as they were granted. The package
	// itself resolves groups, inheritance and inferences.
	ListAssignments(ctx context.Context, q AssignmentQuery) iter.Seq2[Assignment, error]
	// Grant stores an assignment; it succeeds if the assignment exists already.
	Grant(ctx context.Context, a Assignment) error
	// Revoke deletes an assignment, or returns a jumpgate.NotFound error.
	Revoke(ctx context.Context, a Assignment) error
}

// AssignmentQuery narrows a list of assignments. A driver MUST heed it.
type AssignmentQuery struct{ UserID, GroupID string } // at most one is set; both empty: all assignments
