package identity

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// keepers are what a driver keeps, by what it can do. An interface that it
// lacks is nil.
type keepers struct {
	userLister  UserLister
	users       UserKeeper
	groups      GroupKeeper
	projects    ProjectKeeper
	roles       RoleKeeper
	assignments AssignmentKeeper
}

// keepersOf finds what driver can do.
func keepersOf(driver Driver) (k keepers, err error) {
	k.userLister, _ = driver.(UserLister)
	k.users, _ = driver.(UserKeeper)
	k.groups, _ = driver.(GroupKeeper)
	k.projects, _ = driver.(ProjectKeeper)
	k.roles, _ = driver.(RoleKeeper)
	k.assignments, _ = driver.(AssignmentKeeper)
	switch {
	case k.groups != nil && k.users == nil:
		err = errors.New("identity: a GroupKeeper must be a UserKeeper")
	case k.assignments != nil && !k.directory():
		err = errors.New("identity: an AssignmentKeeper must be a UserKeeper, ProjectKeeper and RoleKeeper")
	}
	return k, err
}

// directory tells whether the driver knows at any time who may do what.
func (k *keepers) directory() bool {
	return k.users != nil && k.projects != nil && k.roles != nil && k.assignments != nil
}

// roleBook is what there is to know about roles.
type roleBook struct {
	byID    map[string]*Role
	implied map[string][]string
}

func (s *service) readRoles(ctx context.Context) (*roleBook, error) {
	b := &roleBook{make(map[string]*Role), make(map[string][]string)}
	for r, err := range s.roles.ListRoles(ctx) {
		if err != nil {
			return nil, err
		}
		b.byID[r.ID] = r
	}
	for i, err := range s.roles.ListInferences(ctx) {
		if err != nil {
			return nil, err
		}
		b.implied[i.PriorID] = append(b.implied[i.PriorID], i.ImpliedID)
	}
	return b, nil
}

// closure adds what ids imply, each once.
func (b *roleBook) closure(ids ...string) []string {
	all := slices.Compact(slices.Sorted(slices.Values(ids)))
	for i := 0; i < len(all); i++ {
		for _, id := range b.implied[all[i]] {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	return all
}

// names are those of the roles that count everywhere, in a token's order.
func (b *roleBook) names(ids []string) []string {
	var names []string
	for _, id := range ids {
		if r := b.byID[id]; r != nil && r.DomainID == "" {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	return canonicalRoles(names)
}

// assigned lists what a user was granted, alone or with a group. The
// assignments of groups keep their GroupID and get the UserID besides.
func (s *service) assigned(ctx context.Context, userID string) ([]Assignment, error) {
	list, err := rest.Collect(s.assignments.ListAssignments(ctx, AssignmentQuery{UserID: userID}))
	if err != nil || s.groups == nil {
		return list, err
	}
	for g, err := range s.groups.ListGroups(ctx, GroupQuery{UserID: userID}) {
		if err != nil {
			return nil, err
		}
		for a, err := range s.assignments.ListAssignments(ctx, AssignmentQuery{GroupID: g.ID}) {
			if err != nil {
				return nil, err
			}
			a.UserID = userID
			list = append(list, a)
		}
	}
	return list, nil
}

// domainOf is the domain that something without one is in.
func domainOf(id string) string { return cmp.Or(id, domainID) }

// family is a project with those above it.
type family struct {
	project *Project
	above   []string // the nearest first
}

func (s *service) familyOf(ctx context.Context, p *Project) (*family, error) {
	f := &family{project: p}
	for at := p; at.ParentID != "" && !slices.Contains(f.above, at.ParentID); {
		f.above = append(f.above, at.ParentID)
		var err error
		if at, err = s.projects.FindProject(ctx, at.ParentID); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// reaches tells whether an assignment counts in a scope; f is the family of its
// project.
func (a *Assignment) reaches(sc Scope, f *family) bool {
	switch {
	case !a.Inherited:
		return a.Scope == sc
	case f == nil:
		return false
	}
	return a.DomainID != "" && a.DomainID == domainOf(f.project.DomainID) || slices.Contains(f.above, a.ProjectID)
}

// rolesIn are the names of the roles that a user has in a scope.
func (s *service) rolesIn(ctx context.Context, userID string, sc Scope) ([]string, error) {
	list, err := s.assigned(ctx, userID)
	if err != nil {
		return nil, err
	}
	var f *family
	if sc.ProjectID != "" && slices.ContainsFunc(list, func(a Assignment) bool { return a.Inherited }) {
		p, err := s.projects.FindProject(ctx, sc.ProjectID)
		if err != nil {
			return nil, err
		}
		if f, err = s.familyOf(ctx, p); err != nil {
			return nil, err
		}
	}
	var ids []string
	for _, a := range list {
		if a.reaches(sc, f) {
			ids = append(ids, a.RoleID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	book, err := s.readRoles(ctx)
	if err != nil {
		return nil, err
	}
	return book.names(book.closure(ids...)), nil
}

// heldProjects are the projects in which a user has a role, or the domains.
func (s *service) heldProjects(ctx context.Context, userID string, domains bool) ([]Project, error) {
	list, err := s.assigned(ctx, userID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	book, err := s.readRoles(ctx)
	if err != nil {
		return nil, err
	}
	var held []Project
	for p, err := range s.projects.ListProjects(ctx, ProjectQuery{Domains: domains}) {
		if err != nil {
			return nil, err
		}
		sc, f := Scope{ProjectID: p.ID}, (*family)(nil)
		if domains {
			sc = Scope{DomainID: p.ID}
		} else if f, err = s.familyOf(ctx, p); err != nil {
			return nil, err
		}
		var ids []string
		for _, a := range list {
			if a.reaches(sc, f) {
				ids = append(ids, a.RoleID)
			}
		}
		if one := *p; len(ids) > 0 {
			one.Roles = book.names(book.closure(ids...))
			held = append(held, one)
		}
	}
	return held, nil
}

// enabled tells whether a project or a domain is, and its domain.
func (s *service) enabled(ctx context.Context, p *Project) (bool, error) {
	if !p.Enabled || p.IsDomain {
		return p.Enabled, nil
	}
	return s.domainEnabled(ctx, domainOf(p.DomainID))
}

func (s *service) domainEnabled(ctx context.Context, id string) (bool, error) {
	d, err := s.projects.FindProject(ctx, id)
	if errors.Is(err, jumpgate.NotFound) {
		return false, nil
	}
	return err == nil && d.Enabled && d.IsDomain, err
}

// findDomain finds a domain by name or, without one, by id; nil: there is none.
func (s *service) findDomain(ctx context.Context, id, name string) (*Project, error) {
	if name == "" {
		d, err := s.projects.FindProject(ctx, id)
		if errors.Is(err, jumpgate.NotFound) || err == nil && !d.IsDomain {
			return nil, nil
		}
		return d, err
	}
	for d, err := range s.projects.ListProjects(ctx, ProjectQuery{Domains: true, Name: name}) {
		if err != nil || sameName(d.Name, name) {
			return d, err
		}
	}
	return nil, nil
}
