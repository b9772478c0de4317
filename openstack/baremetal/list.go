package baremetal

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// maxLimit is how many things a page has at most, and where a client names no
// limit.
const maxLimit = 1000

// filter is a parameter that a list is filtered by. Where it says no more it
// is text, or a boolean, that the attribute of its name must be.
type filter[T any] struct {
	name  string
	since int
	is    func(c *call, a arguments, name string) (v any, err error) // reads it
	keep  func(item *T, v any) bool
	push  bool // the driver may do it
}

// listing is what a path makes of a list.
type listing[T any] struct {
	path   string // below the version, for the link to the next page
	detail bool
	within func(*T) bool // nil: everything
	drop   []string      // parameters that the path leaves out
}

// list answers with the things that the caller may see and asks for.
func (k *kind[T]) list(c *call, l listing[T]) (any, error) {
	known := append([]string{"fields", "detail", "sort_key", "sort_dir", "limit", "marker"}, k.argument...)
	for _, f := range k.filters {
		known = append(known, f.name)
	}
	if l.detail {
		l.drop = append(l.drop, "fields", "detail")
	}
	known = slices.DeleteFunc(known, func(name string) bool { return slices.Contains(l.drop, name) })
	args, err := c.arguments(known...)
	if err != nil {
		return nil, err
	}
	p := page[T]{listing: l}
	if err := k.page(c, args, &p); err != nil {
		return nil, err
	}
	items, err := k.collect(c, &p)
	if err != nil {
		return nil, err
	}
	views, view := make([]jumpgate.Object, len(items)), k.views(c, p.fields)
	for i, item := range items {
		views[i] = view(item)
	}
	o := jumpgate.Object{{Name: k.many, Value: views}}
	if len(items) == p.limit { // also where nothing is left, as Ironic
		o = append(o, jumpgate.Member{Name: "next", Value: c.url(p.next(recordOf(items[len(items)-1]).UUID))})
	}
	return o, nil
}

// page is what a client asks a list for.
type page[T any] struct {
	listing[T]
	fields       []string // nil: all
	sortKey, dir string
	limit        int
	marker       string
	query        Query
	keep         []func(*T) bool
}

// page reads the parameters of a list.
func (k *kind[T]) page(c *call, args arguments, p *page[T]) (err error) {
	if err := k.scope(c, args, p); err != nil {
		return err
	}
	p.sortKey, p.dir, p.limit = "id", "asc", maxLimit
	if err := k.wanted(c, args, p); err != nil {
		return err
	}
	for _, name := range []string{"sort_key", "sort_dir"} {
		if s, ok, err := args.text(name); err != nil {
			return err
		} else if ok && name == "sort_key" {
			p.sortKey = s
		} else if ok {
			p.dir = s
		}
	}
	if a := k.attrs.Named(p.sortKey); a != nil && !a.In(c.minor) {
		return notAcceptable()
	}
	for _, f := range k.filters {
		if err := k.filtered(c, args, f, p); err != nil {
			return err
		}
	}
	if n, ok, err := args.integer("limit"); err != nil {
		return err
	} else if ok && n <= 0 {
		return badRequest("Limit must be positive")
	} else if ok {
		p.limit = min(n, maxLimit)
	}
	if p.dir != "asc" && p.dir != "desc" {
		return badRequest("Invalid sort direction: %s. Acceptable values are 'asc' or 'desc'", p.dir)
	}
	if k.byName {
		p.marker, _, err = args.text("marker")
	} else {
		p.marker, _, err = args.uuid("marker")
	}
	if err != nil {
		return err
	}
	return k.sortable(p.sortKey)
}

// scope restricts a list to what the caller may see.
func (k *kind[T]) scope(c *call, args arguments, p *page[T]) error {
	if k.mine == nil {
		return c.permit(k.rule("get"), nil)
	}
	project, _, err := args.text("project")
	if err != nil {
		return err
	}
	if !c.allows(k.listRule()+"_all", nil) {
		own := c.project()
		if own == "" || project != "" && project != own {
			return c.permit(k.listRule()+"_all", nil)
		}
		if err := c.permit(k.listRule(), nil); err != nil {
			return err
		}
		project = own
	}
	p.query.Project = project
	if project == "" {
		return nil
	}
	keep, err := k.mine(c, project)
	p.keep = append(p.keep, keep)
	return err
}

func (k *kind[T]) listRule() string { return "baremetal:" + strings.Split(k.one, "_")[0] + ":list" }

// wanted reads which fields are shown.
func (k *kind[T]) wanted(c *call, args arguments, p *page[T]) error {
	fields, err := k.fields(c, args, false)
	if err != nil {
		return err
	}
	detail, said, err := args.boolean("detail")
	switch {
	case err != nil:
		return err
	case said && c.minor < 43:
		shown := "False"
		if detail {
			shown = "True"
		}
		return badRequest("Invalid query parameter ?detail=%s received.", shown)
	case detail && fields != nil:
		return badRequest("Can not specify ?detail=True and fields in the same request.")
	case fields != nil:
		p.fields = fields
	case !detail && !p.detail && !k.full:
		p.fields = k.attrs.With(brief)
	}
	return nil
}

// fields reads the fields that the client asks for; nil: none in particular.
func (k *kind[T]) fields(c *call, args arguments, one bool) ([]string, error) {
	fields, ok, err := args.list("fields")
	if err != nil || !ok {
		return nil, err
	}
	if c.minor < 8 {
		return nil, notAcceptable()
	}
	for _, name := range fields {
		if a := k.attrs.Named(name); a != nil && !a.In(c.minor) {
			return nil, notAcceptable()
		}
	}
	for _, name := range fields {
		a := k.attrs.Named(name)
		switch {
		case a == nil && !k.strict:
			return nil, badRequest("Field(s) \"%s\" are not valid", name)
		case !k.strict:
		case a == nil && !one:
			return nil, jumpgate.Internal.New("there is no field %s", name) // a fault of Ironic's, too
		case a == nil, a.Does.Has(internal):
			return nil, badRequest("Field %s is not a valid field.", name)
		case a.Does.Has(unlistable) && !one:
			return nil, jumpgate.Internal.New("lists don't have the field %s", name)
		}
	}
	return fields, nil
}

func (k *kind[T]) sortable(name string) error {
	a := k.attrs.Named(name)
	if name != "id" && (a == nil || a.Does.Has(unsortable) || a.At == nil) {
		if a != nil && a.Does.Has(unsortable) {
			return badRequest("The sort_key value %s is an invalid field for sorting", name)
		}
		return badRequest("The sort_key value %q is an invalid field for sorting", name)
	}
	return nil
}

// filtered reads one filter.
func (k *kind[T]) filtered(c *call, args arguments, f filter[T], p *page[T]) error {
	if _, given := args[f.name]; !given {
		return nil
	}
	a, read := k.attrs.Named(f.name), f.is
	switch {
	case read != nil:
	case a != nil && a.Form() == resource.Flag:
		read = boolArgument
	default:
		read = textArgument
	}
	v, err := read(c, args, f.name)
	switch {
	case err != nil || v == nil:
		return err
	case c.minor < f.since:
		return needs(f.since)
	}
	keep := f.keep
	if keep == nil {
		keep = a.Is
	}
	p.keep = append(p.keep, func(item *T) bool { return keep(item, v) })
	if s, ok := v.(string); ok && f.push {
		if p.query.Filters == nil {
			p.query.Filters = make(map[string]string)
		}
		p.query.Filters[f.name] = s
	}
	return nil
}

// collect asks the driver, and returns the page. Things that are alike are in
// the order in which they were made.
func (k *kind[T]) collect(c *call, p *page[T]) ([]*T, error) {
	ctx := c.Context()
	if p.marker != "" {
		if _, err := k.fetch(ctx, p.marker); err != nil {
			return nil, k.word(err, p.marker)
		}
	}
	if p.sortKey == "id" && p.dir == "asc" && p.within == nil && len(p.keep) == 0 {
		p.query.Marker, p.query.Limit = p.marker, p.limit
	}
	all, err := rest.Collect(k.from.List(ctx, p.query))
	if err != nil {
		return nil, err
	}
	page := rest.Page[T]{Limit: p.limit, Keep: func(item *T) bool {
		return (p.within == nil || p.within(item)) && !slices.ContainsFunc(p.keep, func(keep func(*T) bool) bool { return !keep(item) })
	}}
	at := make(map[*T]int, len(all))
	for i, item := range all {
		if at[item] = i; recordOf(item).UUID == p.marker {
			page.Marker = item
		}
	}
	order := k.attrs.Order()
	if k.attrs.Named(p.sortKey) != nil {
		order = k.attrs.Order(rest.SortKey{Key: p.sortKey})
	}
	page.Order = func(a, b *T) int {
		n := cmp.Or(order(a, b), cmp.Compare(at[a], at[b]))
		if p.dir == "desc" {
			return -n
		}
		return n
	}
	return rest.Collect(page.Of(rest.Items(all)))
}

// next is the path of the next page. Filters are not in it: Ironic forgets
// them, and clients repeat them.
func (p *page[T]) next(last string) string {
	query := "sort_key=" + p.sortKey + "&sort_dir=" + p.dir
	if p.fields != nil {
		query += "&fields=" + strings.Join(p.fields, ",")
	}
	return fmt.Sprintf("%s?%s&limit=%d&marker=%s", p.path, query, p.limit, last)
}
