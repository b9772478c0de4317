package network

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// page is the part of a list that a client asks for.
type page[T any] struct {
	limit    int // 0: all
	marker   string
	reverse  bool
	keys     []*attribute[T]
	descends []bool
	since    time.Time
	tags     tagFilter
	query    Query
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
	items, err := k.collect(ctx, r, p)
	if err != nil {
		return nil, err
	}
	items, err = k.cut(ctx, r, p, items)
	if err != nil {
		return nil, err
	}
	want := k.wanted(ctx, values["fields"])
	l := &jumpgate.List{Key: k.many, Items: func(yield func(any, error) bool) {
		for _, item := range items {
			if !yield(k.view(item, want), nil) {
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
	for _, name := range slices.Sorted(mapKeys(values)) {
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
			a := k.attribute(name)
			if (a == nil || !a.does.has(filter)) && !slices.Contains(k.extra, name) {
				unknown = append(unknown, name)
				continue
			}
			if a != nil {
				converted := make([]string, len(given))
				for i, v := range given {
					s, err := a.filterValue(v)
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
		return nil, badRequest("%s is invalid attribute for filtering", pythonList(unknown))
	}
	p.query.Tags = p.tags.all
	return p, k.order(values, p)
}

func mapKeys(values url.Values) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range values {
			if !yield(name) {
				return
			}
		}
	}
}

func pythonList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "'" + w + "'"
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// filterValue brings a value of a query to the form in which it is compared.
func (a *attribute[T]) filterValue(v string) (string, error) {
	var zero T
	if a.at == nil {
		return v, nil
	}
	switch a.at(&zero).(type) {
	case *bool:
		b, err := boolean(v)
		if err != nil {
			return "", err
		}
		return show(b), nil
	case *int:
		if v == "" {
			return v, nil
		}
		n, err := integer(v)
		if err != nil {
			return "", err
		}
		return show(n), nil
	}
	return v, nil
}

// order reads how the list is sorted and cut.
func (k *kind[T]) order(values url.Values, p *page[T]) error {
	keys, dirs := values["sort_key"], values["sort_dir"]
	if len(keys) != len(dirs) {
		return badRequest("The number of sort_keys and sort_dirs must be same")
	}
	var unknown []string
	for i, name := range keys {
		a := k.attribute(name)
		if a == nil || !a.does.has(sorted) {
			unknown = append(unknown, name)
			continue
		}
		if dirs[i] != "asc" && dirs[i] != "desc" {
			return badRequest("%s is invalid value for sort_dirs, valid value is 'asc' and 'desc'", pythonList(dirs[i:i+1]))
		}
		p.keys, p.descends = append(p.keys, a), append(p.descends, dirs[i] == "desc")
	}
	if unknown != nil {
		return badRequest("%s is invalid attribute for sort_keys", pythonList(unknown))
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

// collect returns the things that the caller may see and asks for.
func (k *kind[T]) collect(ctx context.Context, r *jumpgate.Request, p *page[T]) ([]*T, error) {
	var items []*T
	for item, err := range k.from(r).List(ctx, p.query) {
		if err != nil {
			return nil, err
		}
		if k.wants(p, item) {
			items = append(items, item)
		}
	}
	if len(items) == 0 { // most rules are about the things themselves; ask where there is one
		return items, nil
	}
	visible := items[:0]
	for _, item := range items {
		ok, err := k.sees(ctx, item)
		if err != nil {
			return nil, err
		}
		if ok {
			visible = append(visible, item)
		}
	}
	return visible, nil
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
		if !slices.Contains(values, k.filterText(item, name)) {
			return false
		}
	}
	if !p.since.IsZero() && !k.since(item, p.since) {
		return false
	}
	if p.tags.none() {
		return true
	}
	a := k.attribute("tags")
	if a == nil {
		return false
	}
	tags, _ := a.at(item).(*[]string)
	return p.tags.matches(*tags)
}

func (k *kind[T]) filterText(item *T, name string) string {
	a := k.attribute(name)
	if a.at != nil {
		if s, ok := a.at(item).(*string); ok {
			return *s
		}
	}
	v, _ := a.value(item)
	if v == nil {
		return ""
	}
	return show(v)
}

// cut sorts the items and returns the page.
func (k *kind[T]) cut(ctx context.Context, r *jumpgate.Request, p *page[T], items []*T) ([]*T, error) {
	compare := func(a, b *T) int { return k.compare(p, a, b) }
	slices.SortFunc(items, compare)
	if p.reverse {
		slices.Reverse(items)
	}
	if p.marker != "" && p.limit > 0 {
		at, err := k.get(ctx, r, p.marker)
		if err != nil {
			return nil, err
		}
		items = slices.DeleteFunc(items, func(item *T) bool {
			if p.reverse {
				return compare(item, at) >= 0
			}
			return compare(item, at) <= 0
		})
	}
	if p.limit > 0 && len(items) > p.limit {
		items = items[:p.limit]
	}
	if p.reverse {
		slices.Reverse(items)
	}
	return items, nil
}

func (k *kind[T]) compare(p *page[T], a, b *T) int {
	for i, key := range p.keys {
		c := compareValues(key.order(a), key.order(b))
		if p.descends[i] {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(*k.key(a), *k.key(b))
}

// order returns the value that things are sorted by.
func (a *attribute[T]) order(item *T) any {
	if a.at != nil {
		switch p := a.at(item).(type) {
		case *string:
			return *p
		case *int:
			return *p
		case *time.Time:
			return *p
		}
	}
	v, _ := a.value(item)
	return show(v)
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case int:
		b, _ := b.(int)
		return cmp.Compare(a, b)
	case time.Time:
		b, _ := b.(time.Time)
		return a.Compare(b)
	}
	return cmp.Compare(show(a), show(b))
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
