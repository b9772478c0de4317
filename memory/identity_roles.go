package memory

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// ListRoles implements identity.RoleKeeper.
func (p people) ListRoles(context.Context) iter.Seq2[*identity.Role, error] {
	return each(p, func(d *directory) []*identity.Role { return d.roles }, cloned, func(*identity.Role) bool { return true })
}

// FindRole implements identity.RoleKeeper.
func (p people) FindRole(_ context.Context, id string) (*identity.Role, error) {
	return copyOf(p, id, (*directory).role, cloned)
}

func (d *directory) roleTaken(r *identity.Role) bool {
	return slices.ContainsFunc(d.roles, func(o *identity.Role) bool {
		return o.ID != r.ID && o.DomainID == r.DomainID && strings.EqualFold(o.Name, r.Name)
	})
}

// CreateRole implements identity.RoleKeeper.
func (p people) CreateRole(_ context.Context, r *identity.Role) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.roleTaken(r) {
		return jumpgate.Conflict
	}
	p.c.dir.roles = append(p.c.dir.roles, cloned(r))
	return nil
}

// UpdateRole implements identity.RoleKeeper.
func (p people) UpdateRole(_ context.Context, id string, change func(*identity.Role) error) (*identity.Role, error) {
	return update(p, id, (*directory).role, cloned, (*directory).roleTaken, change)
}

// DeleteRole implements identity.RoleKeeper.
func (p people) DeleteRole(_ context.Context, id string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.role(id) == nil {
		return jumpgate.NotFound
	}
	p.c.dir.forgetRole(id)
	return nil
}

func (d *directory) forgetRole(id string) {
	d.roles = slices.DeleteFunc(d.roles, func(r *identity.Role) bool { return r.ID == id })
	d.inferences = slices.DeleteFunc(d.inferences, func(i identity.Inference) bool { return i.PriorID == id || i.ImpliedID == id })
	d.assignments = slices.DeleteFunc(d.assignments, func(a identity.Assignment) bool { return a.RoleID == id })
}

// entries yields the items of a list as it is now.
func entries[T any](p people, list func(*directory) []T, match func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p.c.mu.Lock()
		all := slices.DeleteFunc(slices.Clone(list(&p.c.dir)), func(item T) bool { return !match(item) })
		p.c.mu.Unlock()
		for _, item := range all {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// ListInferences implements identity.RoleKeeper.
func (p people) ListInferences(context.Context) iter.Seq2[identity.Inference, error] {
	return entries(p, func(d *directory) []identity.Inference { return d.inferences }, func(identity.Inference) bool { return true })
}

// Imply implements identity.RoleKeeper.
func (p people) Imply(_ context.Context, i identity.Inference) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if !slices.Contains(p.c.dir.inferences, i) {
		p.c.dir.inferences = append(p.c.dir.inferences, i)
	}
	return nil
}

// Unimply implements identity.RoleKeeper.
func (p people) Unimply(_ context.Context, i identity.Inference) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return drop(&p.c.dir.inferences, i)
}

// drop takes an item out of a list, in which it has to be.
func drop[T comparable](list *[]T, item T) error {
	i := slices.Index(*list, item)
	if i < 0 {
		return jumpgate.NotFound
	}
	*list = slices.Delete(*list, i, i+1)
	return nil
}

// ListAssignments implements identity.AssignmentKeeper.
func (p people) ListAssignments(_ context.Context, q identity.AssignmentQuery) iter.Seq2[identity.Assignment, error] {
	return entries(p, func(d *directory) []identity.Assignment { return d.assignments }, func(a identity.Assignment) bool {
		return (q.UserID == "" || a.UserID == q.UserID) && (q.GroupID == "" || a.GroupID == q.GroupID)
	})
}

// Grant implements identity.AssignmentKeeper.
func (p people) Grant(_ context.Context, a identity.Assignment) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if !slices.Contains(p.c.dir.assignments, a) {
		p.c.dir.assignments = append(p.c.dir.assignments, a)
	}
	return nil
}

// Revoke implements identity.AssignmentKeeper.
func (p people) Revoke(_ context.Context, a identity.Assignment) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return drop(&p.c.dir.assignments, a)
}
