package baremetal

import (
	"context"
	"iter"
	"slices"
)

// Ironic's resources are all alike, so this package has one small set of
// interfaces for things of any kind: Lister, Getter, Creator, Updater and
// Deleter. A driver says which kinds it has by methods that return a Lister
// ("Nodes"; see NodeDriver and its siblings). What that value can do besides
// is found once, when Register runs.
//
// All calls act for jumpgate.PrincipalFrom(ctx). Who may see and change what
// is decided by this package, by owner and lessee of the node; a driver shows
// everything that the caller's credential reaches.

// Lister lists things of one kind.
type Lister[T any] interface {
	// List yields the things in the order in which they were made. It MAY
	// leave out what q does not want; the package filters, sorts and pages
	// itself. An error ends the sequence. The things belong to the caller.
	List(ctx context.Context, q Query) iter.Seq2[*T, error]
}

// Getter finds one thing.
type Getter[T any] interface {
	// Get returns the thing with the UUID or, if its kind has names, the name
	// ident. It returns a bare jumpgate.NotFound if there is none. The result
	// belongs to the caller.
	Get(ctx context.Context, ident string) (*T, error)
}

// Creator makes things.
type Creator[T any] interface {
	// Create makes a thing and returns it. The driver chooses the UUID if it is
	// empty, the times and whatever else clients can't set.
	Create(ctx context.Context, item *T) (*T, error)
}

// Updater changes things.
type Updater[T any] interface {
	// Update changes a thing and returns it whole.
	Update(ctx context.Context, uuid string, u Update[T]) (*T, error)
}

// Deleter deletes things.
type Deleter interface {
	Delete(ctx context.Context, uuid string) error
}

// Query is what a client asks a list for.
type Query struct {
	// Project, if not empty, narrows the list to nodes that the project owns or
	// leases, and to allocations that it owns.
	Project string
	// Filters has values by Ironic's names of attributes ("instance_uuid"). A
	// thing must have all of them.
	Filters map[string]string
	// Marker is the UUID of the thing before the first one wanted, Limit how
	// many are wanted. Both are zero if the client sorts by anything but age.
	Marker string
	Limit  int
}

// Update is a client's change of a thing.
type Update[T any] struct {
	// Fields are Ironic's names of the attributes that change.
	Fields []string
	// ResetInterfaces says that a node that gets another driver gets that
	// driver's default interfaces.
	ResetInterfaces bool

	apply func(to *T)
}

// Has tells whether an attribute changes.
func (u Update[T]) Has(attribute string) bool { return slices.Contains(u.Fields, attribute) }

// Apply writes the change to a thing.
func (u Update[T]) Apply(to *T) {
	if u.apply != nil {
		u.apply(to)
	}
}

// NewUpdate returns an Update for a program's own change: apply writes it,
// fields are the names of the attributes that apply writes.
func NewUpdate[T any](apply func(*T), fields ...string) Update[T] {
	return Update[T]{Fields: fields, apply: apply}
}
