package network

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
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
	attrs          []attribute[T]
	key            func(*T) *string // the id
	project        func(*T) *string
	revision       func(*T) *int // nil: it has none
	notFound       func(id string) error
	from           func(*jumpgate.Request) Lister[T]

	// The following are optional.
	target  func(ctx context.Context, item *T, t target) error // adds what rules ask for
	checks  func(ctx context.Context, item *T) error           // of a new thing as a whole
	changes func(ctx context.Context, old *T, u *Update[T]) error
	extra   []string // filters that are no attributes
	matches func(item *T, name string, values []string) bool
	parent  func(r *jumpgate.Request, item *T) // writes the parent's id, of the path
	single  bool                               // no bulk
}

// standard returns the attributes that all resources have.
func standard[T any](at func(*T) *Standard) []attribute[T] {
	return []attribute[T]{
		{name: "description", at: func(t *T) any { return &at(t).Description }, does: post | put | filter | sorted, is: text(1024)},
		{name: "tags", at: func(t *T) any { return &at(t).Tags }},
		{name: "created_at", at: func(t *T) any { return &at(t).Created }, does: sorted},
		{name: "updated_at", at: func(t *T) any { return &at(t).Updated }, does: sorted},
		{name: "revision_number", at: func(t *T) any { return &at(t).Revision }, does: filter | sorted},
	}
}

// identity returns the attributes that say which thing it is, and whose.
func identity[T any](id, project func(*T) *string) []attribute[T] {
	return []attribute[T]{
		{name: "id", at: func(t *T) any { return id(t) }, does: filter | sorted, is: uuid},
		{name: "tenant_id", at: func(t *T) any { return project(t) }, does: post | filter | sorted, is: text(255)},
		{name: "project_id", at: func(t *T) any { return project(t) }, does: post | filter | sorted, is: text(255)},
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
func (k *kind[T]) found(err error, id string) error {
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound && e.Message == "" {
		return k.notFound(id)
	}
	return err
}

// one gets a thing, from the list where a driver can't do better.
func one[T any](ctx context.Context, l Lister[T], id string, key func(*T) *string) (*T, error) {
	if g, ok := l.(Getter[T]); ok {
		return g.Get(ctx, id)
	}
	for item, err := range l.List(ctx, Query{Filters: map[string][]string{"id": {id}}}) {
		if err != nil {
			return nil, err
		}
		if *key(item) == id {
			return item, nil
		}
	}
	return nil, jumpgate.NotFound
}

// view shows item: the attributes that the caller may see and wants.
func (k *kind[T]) view(item *T, want func(name string) bool) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(k.attrs))
	for i := range k.attrs {
		a := &k.attrs[i]
		if a.does.has(hidden) || want != nil && !want(a.name) {
			continue
		}
		if v, ok := a.value(item); ok {
			o = append(o, jumpgate.Member{Name: a.name, Value: v})
		}
	}
	return o
}

// born shows item as it is shown when it is made.
func (k *kind[T]) born(item *T, want func(name string) bool) jumpgate.Object {
	o := k.view(item, want)
	for i := range k.attrs {
		a := &k.attrs[i]
		if _, there := a.value(item); a.does.has(echoed) && !there && want(a.name) {
			o = append(o, jumpgate.Member{Name: a.name, Value: shown(a.at(item), false)})
		}
	}
	return o
}

// having drops the attribute of an extension that is not served.
func (k *kind[T]) having(name string, served bool) *kind[T] {
	if !served {
		k.attrs = slices.DeleteFunc(k.attrs, func(a attribute[T]) bool { return a.name == name })
	}
	return k
}

// attribute returns the attribute called name, or nil.
func (k *kind[T]) attribute(name string) *attribute[T] {
	for i := range k.attrs {
		if k.attrs[i].name == name {
			return &k.attrs[i]
		}
	}
	return nil
}

// since tells whether item was changed at or after t.
func (k *kind[T]) since(item *T, t time.Time) bool {
	a := k.attribute("updated_at")
	if a == nil {
		return true
	}
	at, ok := a.at(item).(*time.Time)
	return ok && !at.Before(t)
}

// withTags lets clients set tags when they make a thing.
func withTags[T any](k *kind[T]) *kind[T] {
	a := k.attribute("tags")
	a.does |= post
	a.is = func(v any) (any, error) {
		l, err := list(v)
		if err != nil {
			return nil, err
		}
		tags := make([]string, len(l))
		for i, item := range l {
			tag, err := checkTag(item)
			if err != nil {
				return nil, err
			}
			tags[i], _ = tag.(string)
		}
		slices.Sort(tags)
		return slices.Compact(tags), nil
	}
	return k
}
