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
	// jumpgate.Conflict error where the domain has a project of that name, or
	// there is a domain of that name.
	CreateProject(ctx context.Context, p *Project) error
	// UpdateProject is as UserKeeper.UpdateUser.
	UpdateProject(ctx context.Context, id string, change func(*Project) error) (*Project, error)
	// DeleteProject forgets a project and what is assigned in it; of a domain
	// also its users, groups, roles and projects.
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
	// ListRoles yields all roles, those of domains among them.
	ListRoles(ctx context.Context) iter.Seq2[*Role, error]
	// FindRole returns a role, or a jumpgate.NotFound error.
	FindRole(ctx context.Context, id string) (*Role, error)
	// CreateRole makes r, which has an ID. It MUST return a jumpgate.Conflict
	// error where there is a role of that name in the same domain, or in none.
	CreateRole(ctx context.Context, r *Role) error
	// UpdateRole is as UserKeeper.UpdateUser.
	UpdateRole(ctx context.Context, id string, change func(*Role) error) (*Role, error)
	// DeleteRole forgets a role with its assignments and inferences.
	DeleteRole(ctx context.Context, id string) error

	// ListInferences yields which roles imply which, each step alone.
	ListInferences(ctx context.Context) iter.Seq2[Inference, error]
	// Imply keeps an inference, of roles that there are.
	Imply(ctx context.Context, i Inference) error
	// Unimply forgets one, or returns a jumpgate.NotFound error.
	Unimply(ctx context.Context, i Inference) error
}

// AssignmentKeeper may be implemented by a Driver with a ProjectKeeper and a
// RoleKeeper.
type AssignmentKeeper interface {
	// ListAssignments yields what was granted, as it was granted: what follows
	// from groups, inheritance and inferences is not its business.
	ListAssignments(ctx context.Context, q AssignmentQuery) iter.Seq2[Assignment, error]
	// Grant keeps an assignment, which may be there already.
	Grant(ctx context.Context, a Assignment) error
	// Revoke forgets one, or returns a jumpgate.NotFound error.
	Revoke(ctx context.Context, a Assignment) error
}

// AssignmentQuery narrows a list of assignments. A driver MUST heed it.
type AssignmentQuery struct{ UserID, GroupID string } // of one of them; empty: of all
