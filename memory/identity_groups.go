package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// ListGroups implements identity.GroupKeeper.
func (p people) ListGroups(_ context.Context, q identity.GroupQuery) iter.Seq2[*identity.Group, error] {
	return each(p, func(d *directory) []*identity.Group { return d.groups }, cloned, func(g *identity.Group) bool {
		return fits("", g.DomainID, "", q.DomainID) && (q.UserID == "" || slices.Contains(p.c.dir.members[g.ID], q.UserID))
	})
}

// FindGroup implements identity.GroupKeeper.
func (p people) FindGroup(_ context.Context, id string) (*identity.Group, error) {
	return copyOf(p, id, (*directory).group, cloned)
}

func (d *directory) groupTaken(g *identity.Group) bool {
	return slices.ContainsFunc(d.groups, func(o *identity.Group) bool { return o.ID != g.ID && o.DomainID == g.DomainID && o.Name == g.Name })
}

// CreateGroup implements identity.GroupKeeper.
func (p people) CreateGroup(_ context.Context, g *identity.Group) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.groupTaken(g) {
		return jumpgate.Conflict
	}
	p.c.dir.groups = append(p.c.dir.groups, cloned(g))
	return nil
}

// UpdateGroup implements identity.GroupKeeper.
func (p people) UpdateGroup(_ context.Context, id string, change func(*identity.Group) error) (*identity.Group, error) {
	return update(p, id, (*directory).group, cloned, (*directory).groupTaken, change)
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
	d.groups = slices.DeleteFunc(d.groups, func(g *identity.Group) bool { return g.ID == id })
	delete(d.members, id)
	d.assignments = slices.DeleteFunc(d.assignments, func(a identity.Assignment) bool { return a.GroupID == id })
}

// AddMember implements identity.GroupKeeper.
func (p people) AddMember(_ context.Context, groupID, userID string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	d := &p.c.dir
	switch {
	case d.group(groupID) == nil, d.user(userID) == nil:
		return jumpgate.NotFound
	case !slices.Contains(d.members[groupID], userID):
		d.members[groupID] = append(d.members[groupID], userID)
	}
	return nil
}

// RemoveMember implements identity.GroupKeeper.
func (p people) RemoveMember(_ context.Context, groupID, userID string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	members := p.c.dir.members[groupID]
	if err := drop(&members, userID); err != nil {
		return err
	}
	p.c.dir.members[groupID] = members
	return nil
}
