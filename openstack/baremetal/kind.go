package baremetal

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// kind describes one kind of resource: its names, its attributes and where
// its things come from. All that Ironic does with a resource of any kind is
// written once, in the methods of kind.
type kind[T any] struct {
	s         *service
	one, many string // as rules and lists name them: "node", "nodes"
	noun      string // as faults of bodies name it; empty: one
	path      string // below the version: "nodes"
	id        string // the variable of a thing's path
	since     int    // the minor version that brought the kind
	older     tooOld
	attrs     resource.Attributes[T]
	filters   []filter[T]
	from      Lister[T]
	named     func(*T) string // nil: the kind has no names
	title     string          // as faults begin: "Node"

	// namedSince is the minor version from which names may be used.
	namedSince int

	// about returns what rules ask about a thing, and seen is the rule that
	// decides whether there is such a thing for the caller. Without seen a
	// rule is asked before anything is looked for.
	about func(ctx context.Context, item *T) (jumpgate.Target, error)
	seen  string
	// mine tells for a caller who may not list everything which things he may.
	mine func(c *call, project string) (func(*T) bool, error)

	// The following are optional.
	suffix   bool                                               // ".json" may stand behind a name
	may      func(c *call, item *T) error                       // who may make a thing, instead of one:create
	create   func(c *call, item *T, in schema.Object) error     // checks a thing that is to be made
	change   func(c *call, item *T, p patch) error              // checks a change before it is made
	changed  func(c *call, old, item *T, fields []string) error // and the outcome
	leave    func(c *call, item *T) error                       // checks a thing that is to be deleted
	rules    func(p patch) []string                             // of a change, instead of one:update
	sanitize func(c *call, item *T, m *jumpgate.Member)         // hides what the caller may not see
	extras   func(c *call, item *T) jumpgate.Object             // members of a whole thing
	argument []string                                           // more arguments that lists take
	full     bool                                               // lists show all there is
	byName   bool                                               // names are what things are found and marked by
	strict   bool                                               // fields that are always shown can't be asked for
}

// rule is the rule of a verb.
func (k *kind[T]) rule(verb string) string { return "baremetal:" + k.one + ":" + verb }

// get finds a thing that the caller may do to what rule guards. What he may
// not see does not exist.
func (k *kind[T]) get(c *call, ident, rule string) (*T, error) {
	if k.seen == "" {
		if err := c.permit(rule, nil); err != nil {
			return nil, err
		}
	}
	item, err := k.find(c, ident)
	if err != nil || k.seen == "" {
		return item, err
	}
	t, err := k.about(c.Context(), item)
	if err != nil {
		return nil, err
	}
	if !c.allows(k.seen, t) {
		return nil, k.notFound(ident)
	}
	return item, c.permit(rule, t)
}

// find gets a thing by UUID or name. Where ".json" was cut off a name it
// counts if there is nothing without.
func (k *kind[T]) find(c *call, ident string) (*T, error) {
	whole := ident
	ident, cut := strings.CutSuffix(ident, ".json")
	cut = cut && k.suffix
	if !cut {
		ident = whole
	}
	item, err := k.lookup(c, ident)
	if cut && isNotFound(err) {
		return k.lookup(c, whole)
	}
	return item, err
}

func (k *kind[T]) lookup(c *call, ident string) (*T, error) {
	switch {
	case schema.UUIDLike(ident):
		ident = canonical(ident)
	case k.named == nil:
		return nil, badRequest("Expected UUID for %s: %s", k.id, ident)
	case c.minor < k.namedSince:
		return nil, k.notFound(ident)
	case !c.nameable(ident):
		return nil, badRequest("Expected a logical name or UUID but received %s.", ident)
	}
	item, err := k.fetch(c.Context(), ident)
	if err != nil {
		return nil, k.word(err, ident)
	}
	return item, nil
}

// fetch gets a thing, from the list where a driver can't do better.
func (k *kind[T]) fetch(ctx context.Context, ident string) (*T, error) {
	return resource.Find(ctx, k.from, ident, Query{}, func(item *T) bool {
		return recordOf(item).UUID == ident || k.named != nil && k.named(item) == ident
	})
}

func (k *kind[T]) notFound(ident string) error {
	return jumpgate.NotFound.New("%s %s could not be found.", k.title, ident)
}

// word words a bare NotFound.
func (k *kind[T]) word(err error, ident string) error {
	return resource.Missing(err, ident, k.notFound)
}

func isNotFound(err error) bool { return err != nil && jumpgate.AsError(err).Kind == jumpgate.NotFound }

// canonical is a UUID as Ironic keeps it.
func canonical(uuid string) string {
	hex := strings.ToLower(strings.NewReplacer("urn:", "", "uuid:", "", "{", "", "}", "", "-", "").Replace(uuid))
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]
}

// view shows a thing: all there is of it for nil fields, else those and what
// is always shown.
func (k *kind[T]) view(c *call, item *T, fields []string) jumpgate.Object {
	return k.views(c, fields)(item)
}

// views returns the view for many things.
func (k *kind[T]) views(c *call, fields []string) func(*T) jumpgate.Object {
	chosen := k.attrs.Select(func(a *attribute[T]) bool {
		return (a.In(c.minor) || a.Does.Has(visible)) && (fields == nil || a.Does.Has(always) || slices.Contains(fields, a.Name))
	})
	return func(item *T) jumpgate.Object {
		o := chosen.View(item)
		for i := range o {
			o[i].Value = c.linked(o[i].Value)
			if k.sanitize != nil {
				k.sanitize(c, item, &o[i])
			}
		}
		if fields == nil && k.extras != nil {
			o = append(o, k.extras(c, item)...)
		}
		return o
	}
}

// linked puts links in the place of the paths that they lead to.
func (c *call) linked(v any) any {
	switch v := v.(type) {
	case linksTo:
		return c.links(string(v))
	case []any:
		for i := range v {
			v[i] = c.linked(v[i])
		}
	}
	return v
}

// serve gives the endpoints of a kind, of all things and of one, the methods
// that the driver can do.
func (k *kind[T]) serve(all, one string) {
	s := k.s
	complete(k.attrs)
	s.faults = append(s.faults, rest.CheckDriver("baremetal", k.from, listsOf[T]()...))
	if k.noun == "" {
		k.noun = k.one
	}
	s.endpoint(http.MethodGet, all, k.since, k.older, func(c *call) (any, error) { return k.list(c, listing[T]{path: k.path}) })
	s.endpoint(http.MethodGet, one, k.since, k.older, k.show)
	if creator, ok := k.from.(Creator[T]); ok {
		s.endpoint(http.MethodPost, all, k.since, k.older, func(c *call) (any, error) { return k.make(c, creator) })
	}
	if updater, ok := k.from.(Updater[T]); ok {
		s.endpoint(http.MethodPatch, one, k.since, k.older, func(c *call) (any, error) { return k.update(c, updater) })
	}
	if deleter, ok := k.from.(Deleter); ok {
		s.endpoint(http.MethodDelete, one, k.since, k.older, func(c *call) (any, error) { return k.remove(c, deleter) })
	}
}

func (k *kind[T]) show(c *call) (any, error) {
	args, err := c.arguments("fields")
	if err != nil {
		return nil, err
	}
	item, err := k.get(c, c.Var(k.id), k.rule("get"))
	if err != nil {
		return nil, err
	}
	fields, err := k.fields(c, args, true)
	if err != nil {
		return nil, err
	}
	return k.view(c, item, fields), nil
}

func (k *kind[T]) remove(c *call, deleter Deleter) (any, error) {
	item, err := k.get(c, c.Var(k.id), k.rule("delete"))
	if err != nil {
		return nil, err
	}
	if k.leave != nil {
		if err := k.leave(c, item); err != nil {
			return nil, err
		}
	}
	uuid := recordOf(item).UUID
	return nil, k.word(deleter.Delete(c.Context(), uuid), uuid)
}
