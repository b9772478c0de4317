package network

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

// kind describes one kind of resource: its names, its attributes and where
// its things come from. All that Neutron does with a resource of any kind is
// written once, in the methods of kind.
type kind[T any] struct {
	s         *service
	one, many string // as bodies name them: "network", "networks"
	rule      string // as rules of the policy name it; empty: one
	// list and item are the endpoints of all and of one, id is the variable of
	// the latter. item may be empty.
	list, item, id string
	attrs          resource.Attributes[T]
	key            func(*T) *string // the id
	project        func(*T) *string
	revision       func(*T) *int // nil: it has none
	notFound       func(id string) error
	from           func(*jumpgate.Request) Lister[T]

	// The following are optional.
	target   func(ctx context.Context, item *T, t target) error // adds what rules ask for
	checks   func(ctx context.Context, item *T) error           // of a new thing as a whole
	together func(ctx context.Context, all []*T) error          // of the new things of one request
	changes  func(ctx context.Context, old *T, u *Update[T]) error
	extra    []string // filters that are no attributes
	matches  func(item *T, name string, values []string) bool
	parent   func(r *jumpgate.Request, item *T) // writes the parent's id, of the path
	single   bool                               // no bulk
}

// standard returns the attributes that all resources have.
func standard[T any](at func(*T) *Standard) []attribute[T] {
	return []attribute[T]{
		{Name: "description", At: func(t *T) any { return &at(t).Description }, Does: post | put | filter | sorted, Check: is(text(1024))},
		{Name: "tags", At: func(t *T) any { return &at(t).Tags }},
		{Name: "created_at", At: func(t *T) any { return &at(t).Created }, Does: sorted},
		{Name: "updated_at", At: func(t *T) any { return &at(t).Updated }, Does: sorted},
		{Name: "revision_number", At: func(t *T) any { return &at(t).Revision }, Does: filter | sorted},
	}
}

// identity returns the attributes that say which thing it is, and whose.
func identity[T any](id, project func(*T) *string) []attribute[T] {
	return []attribute[T]{
		{Name: "id", At: func(t *T) any { return id(t) }, Does: filter | sorted, Check: is(uuid)},
		{Name: "tenant_id", At: func(t *T) any { return project(t) }, Does: post | filter | sorted, Check: is(text(255))},
		{Name: "project_id", At: func(t *T) any { return project(t) }, Does: post | filter | sorted, Check: is(text(255))},
	}
}

// ofStandard gives k the parts that follow from T having a Standard.
func ofStandard[T any](k *kind[T], at func(*T) *Standard) *kind[T] {
	k.key = func(t *T) *string { return &at(t).ID }
	k.project = func(t *T) *string { return &at(t).ProjectID }
	k.revision = func(t *T) *int { return &at(t).Revision }
	k.attrs = append(append(identity(k.key, k.project), k.attrs...), standard(at)...)
	return k
}

// serve gives the endpoints of k the methods that lister can do.
func (k *kind[T]) serve(lister Lister[T]) {
	if k.rule == "" {
		k.rule = k.one
	}
	if k.from == nil {
		k.from = func(*jumpgate.Request) Lister[T] { return lister }
	}
	all := jumpgate.Methods{
		http.MethodGet: k.listAll,
		http.MethodPut: func(*jumpgate.Request) (any, error) { return nil, k.notFound("None") }, // Neutron looks for what the path does not name
	}
	if _, ok := lister.(Creator[T]); ok {
		all[http.MethodPost] = k.create
	}
	k.s.add(k.list, all)
	k.serveOne(lister)
}

// serveOne gives the endpoint of one thing the methods that lister can do.
func (k *kind[T]) serveOne(lister Lister[T]) {
	if k.item == "" {
		return
	}
	one := jumpgate.Methods{}
	if _, ok := lister.(Getter[T]); ok {
		one[http.MethodGet] = k.show
	}
	if _, ok := lister.(Updater[T]); ok {
		one[http.MethodPut] = k.update
	}
	if _, ok := lister.(Deleter); ok {
		one[http.MethodDelete] = k.remove
	}
	k.s.add(k.item, one)
}

// get finds the thing that has the id, for the caller.
func (k *kind[T]) get(ctx context.Context, r *jumpgate.Request, id string) (*T, error) {
	item, err := one(ctx, k.from(r), id, k.key)
	return item, k.found(err, id)
}

// found words a bare NotFound about the thing that was asked for.
func (k *kind[T]) found(err error, id string) error { return resource.Missing(err, id, k.notFound) }

// one gets a thing, from the list where a driver can't do better.
func one[T any](ctx context.Context, l Lister[T], id string, key func(*T) *string) (*T, error) {
	q := Query{Filters: map[string][]string{"id": {id}}}
	return resource.Find(ctx, l, id, q, func(item *T) bool { return *key(item) == id })
}

// view shows all of item.
func (k *kind[T]) view(item *T) jumpgate.Object { return k.attrs.Select(nil).View(item) }

// born shows item as it is shown when it is made.
func (k *kind[T]) born(item *T, shown resource.Selection[T]) jumpgate.Object {
	o := shown.View(item)
	for _, a := range shown {
		if a.Does.Has(echoed) && a.Get(item) == nil {
			o = append(o, jumpgate.Member{Name: a.Name, Value: resource.Load(a.At(item), false)})
		}
	}
	return o
}

// having drops the attribute of an extension that is not served.
func (k *kind[T]) having(name string, served bool) *kind[T] {
	if !served {
		k.attrs = slices.DeleteFunc(k.attrs, func(a attribute[T]) bool { return a.Name == name })
	}
	return k
}

// since tells whether item was changed at or after t.
func (k *kind[T]) since(item *T, t time.Time) bool {
	a := k.attrs.Named("updated_at")
	if a == nil {
		return true
	}
	at, ok := a.Get(item).(time.Time)
	return ok && !at.Before(t)
}

// withTags lets clients set tags when they make a thing.
func withTags[T any](k *kind[T]) *kind[T] {
	a := k.attrs.Named("tags")
	a.Does |= post
	a.Check = is(func(v any) (any, error) {
		tags, err := tagList(v)
		slices.Sort(tags)
		return tags, err
	})
	return k
}
