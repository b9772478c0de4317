package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

func (g *group) shown() *identity.Group {
	one := g.Group
	return &one
}

// ListGroups implements identity.GroupKeeper.
func (p people) ListGroups(_ context.Context, q identity.GroupQuery) iter.Seq2[*identity.Group, error] {
	return each(p, func(d *directory) []*group { return d.groups }, (*group).shown, func(g *group) bool {
		return fits("", g.DomainID, "", q.DomainID) && (q.UserID == "" || slices.Contains(g.members, q.UserID))
	})
}

// FindGroup implements identity.GroupKeeper.
func (p people) FindGroup(_ context.Context, id string) (*identity.Group, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	g := p.c.dir.group(id)
	if g == nil {
		return nil, jumpgate.NotFound
	}
	return g.shown(), nil
}

func (d *directory) groupTaken(g *identity.Group) bool {
	return slices.ContainsFunc(d.groups, func(o *group) bool { return o.ID != g.ID && o.DomainID == g.DomainID && o.Name == g.Name })
}

// CreateGroup implements identity.GroupKeeper.
func (p people) CreateGroup(_ context.Context, g *identity.Group) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.groupTaken(g) {
		return jumpgate.Conflict
	}
	p.c.dir.groups = append(p.c.dir.groups, &group{Group: *g})
	return nil
}

// UpdateGroup implements identity.GroupKeeper.
func (p people) UpdateGroup(_ context.Context, id string, change func(*identity.Group) error) (*identity.Group, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	g := p.c.dir.group(id)
	if g == nil {
		return nil, jumpgate.NotFound
	}
	next := g.Group
	if err := change(&next); err != nil {
		return nil, err
	}
	if p.c.dir.groupTaken(&next) {
		return nil, jumpgate.Conflict
	}
	g.Group = next
	return g.shown(), nil
}

// DeleteGroup implements identity.GroupKeeper.
func (p people) DeleteGroup(_ context.Context, id string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.group(id) == nil {
		return jumpgate.NotFound
	}
	p.c.dir.forgetGroup(id)
	return nil
}

func (d *directory) forgetGroup(id string) {
	d.groups = slices.DeleteFunc(d.groups, func(g *group) bool { return g.ID == id })
	d.assignments = slices.DeleteFunc(d.assignments, func(a identity.Assignment) bool { return a.GroupID == id })
}

// AddMember implements identity.GroupKeeper.
func (p people) AddMember(_ context.Context, groupID, userID string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	g := p.c.dir.group(groupID)
	switch {
	case g == nil, p.c.dir.user(userID) == nil:
		return jumpgate.NotFound
	case !slices.Contains(g.members, userID):
		g.members = append(g.members, userID)
	}
	return nil
}

// RemoveMember implements identity.GroupKeeper.
func (p people) RemoveMember(_ context.Context, groupID, userID string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	g := p.c.dir.group(groupID)
	if g == nil || !slices.Contains(g.members, userID) {
		return jumpgate.NotFound
	}
	g.members = slices.DeleteFunc(g.members, func(id string) bool { return id == userID })
	return nil
}
