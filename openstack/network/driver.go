package network

import (
	"context"
	"iter"
	"slices"
)

// Lister lists things of one kind.
type Lister[T any] interface {
	// List yields the things that the principal may see, in any order. It MAY
	// leave out what q does not want; the package filters, sorts and pages
	// itself. An error ends the sequence. The caller does not change the
	// things, and the driver MUST NOT change them later.
	List(ctx context.Context, q Query) iter.Seq2[*T, error]
}

// Getter finds one thing.
type Getter[T any] interface {
	// Get returns the thing that has the id, or a bare jumpgate.NotFound.
	Get(ctx context.Context, id string) (*T, error)
}

// Creator makes things.
type Creator[T any] interface {
	// Create makes all of the things or, with an error, none of them. The
	// package has set ProjectID; the driver sets ID, Revision and the times. It
	// returns the things in the same order.
	Create(ctx context.Context, all []*T) ([]*T, error)
}

// Updater changes things.
type Updater[T any] interface {
	// Update changes the fields that u names and returns the whole thing. The
	// package has checked u.Revision; a driver with several writers MUST
	// check it again and return RevisionMismatch.
	Update(ctx context.Context, id string, u Update[T]) (*T, error)
}

// Deleter deletes things.
type Deleter interface {
	// Delete deletes the thing that has the id. While others need the thing it
	// returns NetworkInUse, SubnetInUse, PortInUse, RouterInUse,
	// SecurityGroupInUse or InterfaceInUse, for other kinds an error made by
	// Fault.
	Delete(ctx context.Context, id string) error
}

// Query is what a client asks a list for.
type Query struct {
	// Filters holds values by the names of Neutron's attributes ("device_id").
	// A thing must have one of the values of each.
	Filters map[string][]string
	// Tags are tags; a thing must have all of them.
	Tags []string
}

// One returns the value that q filters attribute by, and whether there is
// exactly one. A driver uses it to look a thing up instead of listing all.
func (q Query) One(attribute string) (string, bool) {
	values := q.Filters[attribute]
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// Update is a client's change of a thing.
type Update[T any] struct {
	// New holds the new values of the fields that are named.
	New T
	// Fields are Neutron's names of the attributes that change; empty if the
	// client sent none.
	Fields []string
	// Revision is the revision that the thing must have; -1: any.
	Revision int

	apply func(to *T)
}

// Has tells whether attribute changes.
func (u Update[T]) Has(attribute string) bool { return slices.Contains(u.Fields, attribute) }

// Apply writes the fields that change to a thing.
func (u Update[T]) Apply(to *T) {
	if u.apply != nil {
		u.apply(to)
	}
}

// NewUpdate returns an Update for a program's own change: apply writes it to a
// thing, fields are the names of the attributes that apply writes.
func NewUpdate[T any](apply func(*T), fields ...string) Update[T] {
	u := Update[T]{Fields: fields, Revision: -1, apply: apply}
	apply(&u.New)
	return u
}

type allProjectsKey struct{}

// AllProjects tells whether the caller may see the things of all projects: the
// policy's rule context_is_admin.
func AllProjects(ctx context.Context) bool {
	all, _ := ctx.Value(allProjectsKey{}).(bool)
	return all
}

// WithAllProjects returns a context whose caller may see everything. Use it to
// call drivers outside a request.
func WithAllProjects(ctx context.Context) context.Context {
	return context.WithValue(ctx, allProjectsKey{}, true)
}
