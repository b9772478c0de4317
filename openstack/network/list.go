package network

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// page is the part of a list that a client asks for.
type page[T any] struct {
	limit   int // 0: all
	marker  string
	reverse bool
	keys    []rest.SortKey
	since   time.Time
	tags    tagFilter
	query   Query
}

// maxFilters bounds how many values a query may have, so that a list is not
// compared with a library.
const maxFilters = 2000

func (k *kind[T]) listAll(r *jumpgate.Request) (any, error) {
	values := r.URL.Query()
	p, err := k.page(values)
	if err != nil {
		return nil, err
	}
	ctx := k.s.context(r)
	items, err := k.cut(ctx, r, p)
	if err != nil {
		return nil, err
	}
	want := k.wanted(ctx, values["fields"])
	l := &jumpgate.List{Key: k.many, Items: func(yield func(any, error) bool) {
		for _, item := range items {
			if !yield(want.View(item), nil) {
				return
			}
		}
	}}
	if p.limit > 0 {
		l.Tail = func() (jumpgate.Object, error) { return k.links(r, p, items) }
	}
	return l, nil
}

// page reads the query of a list.
func (k *kind[T]) page(values url.Values) (*page[T], error) {
	p := &page[T]{query: Query{Filters: make(map[string][]string)}}
	var unknown []string
	n := 0
	for _, name := range slices.Sorted(maps.Keys(values)) {
		given := values[name]
		if n += len(given); n > maxFilters {
			return nil, badRequest("Too many filters: there may be %d", maxFilters)
		}
		switch name {
		case "fields", "sort_key", "sort_dir", "page_reverse", "limit", "marker":
		case "changed_since":
			t, err := time.Parse(time.RFC3339, given[0])
			if err != nil {
				if t, err = time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(given[0], "Z")); err != nil {
					return nil, Invalid("The input changed_since must be in the following format: YYYY-MM-DDTHH:MM:SS[Z]")
				}
			}
			p.since = t
		case "tags", "tags-any", "not-tags", "not-tags-any":
			p.tags.add(name, given)
		default:
			a := k.attrs.Named(name)
			if (a == nil || !a.Does.Has(filter)) && !slices.Contains(k.extra, name) {
				unknown = append(unknown, name)
				continue
			}
			if a != nil {
				converted := make([]string, len(given))
				for i, v := range given {
					s, err := filterValue(a.Form(), v)
					if err != nil {
						return nil, err
					}
					converted[i] = s
				}
				given = converted
			}
			if name == "tenant_id" {
				name = "project_id"
			}
			p.query.Filters[name] = append(p.query.Filters[name], given...)
		}
	}
	if unknown != nil {
		return nil, badRequest("%s is invalid attribute for filtering", quoted(unknown))
	}
	p.query.Tags = p.tags.all
	return p, k.order(values, p)
}

// filterValue brings a value of a query to the form in which it is compared.
func filterValue(form resource.Form, text string) (string, error) {
	var v any = text
	var err error
	switch {
	case form == resource.Flag:
		v, err = boolean(text)
	case form == resource.Number && text != "":
		v, err = integer(text)
	}
	return show(v), err
}

// order reads how the list is sorted and cut.
func (k *kind[T]) order(values url.Values, p *page[T]) error {
	keys, dirs := values["sort_key"], values["sort_dir"]
	if len(keys) != len(dirs) {
		return badRequest("The number of sort_keys and sort_dirs must be same")
	}
	var unknown []string
	for i, name := range keys {
		a := k.attrs.Named(name)
		if a == nil || !a.Does.Has(sorted) {
			unknown = append(unknown, name)
			continue
		}
		if dirs[i] != "asc" && dirs[i] != "desc" {
			return badRequest("%s is invalid value for sort_dirs, valid value is 'asc' and 'desc'", quoted(dirs[i:i+1]))
		}
		p.keys = append(p.keys, rest.SortKey{Key: name, Descending: dirs[i] == "desc"})
	}
	if unknown != nil {
		return badRequest("%s is invalid attribute for sort_keys", quoted(unknown))
	}
	if text := values.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return BadRequest("limit", "Limit must be an integer 0 or greater and not '%s'.", text)
		}
		p.limit = n
	}
	p.marker = values.Get("marker")
	p.reverse = strings.EqualFold(values.Get("page_reverse"), "true")
	return nil
}

// visible yields the things that the caller may see and asks for.
func (k *kind[T]) visible(ctx context.Context, r *jumpgate.Request, p *page[T]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for item, err := range k.from(r).List(ctx, p.query) {
			seen := false
			if err == nil && k.wants(p, item) { // most rules are about the things themselves; ask where there is one
				seen, err = k.sees(ctx, item)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if seen && !yield(item, nil) {
				return
			}
		}
	}
}

// wants tells whether item passes the filters.
func (k *kind[T]) wants(p *page[T], item *T) bool {
	for name, values := range p.query.Filters {
		if slices.Contains(k.extra, name) {
			if !k.matches(item, name, values) {
				return false
			}
			continue
		}
		text := ""
		if v := k.attrs.Named(name).Get(item); v != nil {
			text = show(v)
		}
		if !slices.Contains(values, text) {
			return false
		}
	}
	if !p.since.IsZero() && !k.since(item, p.since) {
		return false
	}
	if p.tags.none() {
		return true
	}
	a := k.attrs.Named("tags")
	if a == nil {
		return false
	}
	tags, _ := a.Get(item).([]string)
	return p.tags.matches(tags)
}

// cut returns the page that the client asks for.
func (k *kind[T]) cut(ctx context.Context, r *jumpgate.Request, p *page[T]) ([]*T, error) {
	order := k.attrs.Order(p.keys...)
	page := rest.Page[T]{Limit: p.limit, Order: func(a, b *T) int {
		c := cmp.Or(order(a, b), cmp.Compare(*k.key(a), *k.key(b)))
		if p.reverse {
			return -c
		}
		return c
	}}
	if p.marker != "" && p.limit > 0 {
		var err error
		if page.Marker, err = k.get(ctx, r, p.marker); err != nil {
			return nil, err
		}
	}
	items, err := rest.Collect(page.Of(k.visible(ctx, r, p)))
	if p.reverse {
		slices.Reverse(items)
	}
	return items, err
}

// links leads to the pages before and after this one.
func (k *kind[T]) links(r *jumpgate.Request, p *page[T], items []*T) (jumpgate.Object, error) {
	base, err := k.s.disp.EndpointURL(r, k.list, pathVars(r)...)
	if err != nil {
		return nil, err
	}
	link := func(rel, marker string, reverse bool) jumpgate.Object {
		query := without(r.URL.RawQuery, "marker", "page_reverse")
		if marker != "" {
			query = append(query, "marker="+url.QueryEscape(marker))
		}
		if reverse {
			query = append(query, "page_reverse=True")
		}
		return jumpgate.Object{{Name: "rel", Value: rel}, {Name: "href", Value: fmt.Sprintf("%s?%s", base, strings.Join(query, "&"))}}
	}
	first, last := "", ""
	if len(items) > 0 {
		first, last = *k.key(items[0]), *k.key(items[len(items)-1])
	}
	var links []jumpgate.Object
	full := len(items) >= p.limit
	if full || p.reverse {
		links = append(links, link("next", last, false))
	}
	if full || !p.reverse {
		links = append(links, link("previous", first, true))
	}
	return jumpgate.Object{{Name: k.many + "_links", Value: links}}, nil
}

// without returns the parameters of a query but those named.
func without(query string, names ...string) []string {
	var keep []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part != "" && !slices.Contains(names, name) {
			keep = append(keep, part)
		}
	}
	return keep
}
