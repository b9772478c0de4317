package memory

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

func copyProject(p *identity.Project) *identity.Project {
	one := cloned(p)
	one.Tags = slices.Clone(p.Tags)
	return one
}

// ListProjects implements identity.ProjectKeeper.
func (p people) ListProjects(_ context.Context, q identity.ProjectQuery) iter.Seq2[*identity.Project, error] {
	return each(p, func(d *directory) []*identity.Project { return d.projects }, copyProject, func(o *identity.Project) bool {
		return o.IsDomain == q.Domains && fits("", o.DomainID, "", q.DomainID) && (q.ParentID == "" || o.ParentID == q.ParentID)
	})
}

// FindProject implements identity.ProjectKeeper.
func (p people) FindProject(_ context.Context, id string) (*identity.Project, error) {
	return copyOf(p, id, (*directory).project, copyProject)
}

// projectTaken tells whether another one has the id, or the name in the same
// place. As in Keystone's database "Default" and "default" are one name.
func (d *directory) projectTaken(p *identity.Project) bool {
	return slices.ContainsFunc(d.projects, func(o *identity.Project) bool {
		return o != p && o.ID != p.ID && o.IsDomain == p.IsDomain && strings.EqualFold(o.Name, p.Name) && (p.IsDomain || o.DomainID == p.DomainID)
	})
}

// CreateProject implements identity.ProjectKeeper.
func (p people) CreateProject(_ context.Context, made *identity.Project) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.project(made.ID) != nil || p.c.dir.projectTaken(made) {
		return jumpgate.Conflict
	}
	p.c.dir.projects = append(p.c.dir.projects, copyProject(made))
	return nil
}

// UpdateProject implements identity.ProjectKeeper.
func (p people) UpdateProject(_ context.Context, id string, change func(*identity.Project) error) (*identity.Project, error) {
	return update(p, id, (*directory).project, copyProject, (*directory).projectTaken, change)
}

// DeleteProject implements identity.ProjectKeeper.
func (p people) DeleteProject(_ context.Context, id string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	d := &p.c.dir
	found := d.project(id)
	if found == nil {
		return jumpgate.NotFound
	}
	if found.IsDomain {
		d.forgetDomain(id)
	}
	d.forgetProject(id)
	return nil
}

func (d *directory) forgetProject(id string) {
	d.projects = slices.DeleteFunc(d.projects, func(p *identity.Project) bool { return p.ID == id })
	d.assignments = slices.DeleteFunc(d.assignments, func(a identity.Assignment) bool { return a.ProjectID == id || a.DomainID == id })
}

// forgetDomain forgets all that is in a domain.
func (d *directory) forgetDomain(id string) {
	for _, u := range slices.Clone(d.users) {
		if u.DomainID == id {
			d.forgetUser(u.ID)
		}
	}
	for _, g := range slices.Clone(d.groups) {
		if g.DomainID == id {
			d.forgetGroup(g.ID)
		}
	}
	for _, r := range slices.Clone(d.roles) {
		if r.DomainID == id {
			d.forgetRole(r.ID)
		}
	}
	for _, p := range slices.Clone(d.projects) {
		if p.DomainID == id && p.ID != id {
			d.forgetProject(p.ID)
		}
	}
}
