package volume

import (
	"cmp"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// maxLimit is the most that one page has (osapi_max_limit).
const maxLimit = 1000

// collection says how things of one kind are filtered, sorted and paged.
type collection[T any] struct {
	key     string // of the list in the answer: "volumes"
	links   string // of the links to further pages; empty: key + "_links"
	filter  string // resource whose filters the API knows: "volume"; empty: none
	id      func(*T) string
	unknown func(id string) error // for a marker that is not there
	sort    map[string]func(*T) any
	match   map[string]func(*T, string) (bool, error)
	since   map[string]int // the microversion that brought a filter
	sorted  map[string]int // the microversion that brought a key to sort by
	old     []string       // the filters of members before 3.31; nil: those that resource_filters has
	free    bool           // unknown filters are never refused
	counted bool           // with_count is known from 3.45
	beside  string         // a parameter that is no filter, besides those of all lists
	cut     func(*T) bool  // leaves out what is not to be shown; may be nil
}

// page answers a list of what items yields, as r's query says.
func (c *collection[T]) page(s *service, r *jumpgate.Request, items iter.Seq2[*T, error], view func(*T) (jumpgate.Object, error)) (any, error) {
	q := r.URL.Query()
	order, err := sortOrder(q)
	if err != nil {
		return nil, err
	}
	limit, offset, err := bounds(q)
	if err != nil {
		return nil, err
	}
	count, err := c.count(r, q)
	if err != nil {
		return nil, err
	}
	marker := q.Get("marker")
	filters, err := c.filters(r, q)
	if err != nil {
		return nil, err
	}
	var list []*T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if c.cut != nil && c.cut(item) {
			continue
		}
		keep, err := passes(item, filters)
		if err != nil {
			return nil, err
		}
		if keep {
			list = append(list, item)
		}
	}
	for _, k := range order {
		if minor(r) < c.sorted[k.name] {
			return nil, jumpgate.BadRequest.New("Invalid input received: Invalid sort key")
		}
	}
	if err := c.order(list, order); err != nil {
		return nil, err
	}
	total := len(list)
	if marker != "" {
		var found bool
		if list, found = jumpgate.After(list, marker, c.id); !found {
			return nil, c.unknown(marker)
		}
	}
	list = list[min(offset, len(list)):]
	list = list[:min(limit, len(list))]

	shown := make([]jumpgate.Object, 0, len(list))
	for _, item := range list {
		o, err := view(item)
		if err != nil {
			return nil, err
		}
		shown = append(shown, o)
	}
	answer := jumpgate.Object{{Name: c.key, Value: shown}}
	full := len(list)
	if count {
		full = total
	}
	if len(list) > 0 && limit <= full {
		next, err := s.nextURL(r, c.id(list[len(list)-1]))
		if err != nil {
			return nil, err
		}
		name := c.links
		if name == "" {
			name = c.key + "_links"
		}
		answer = append(answer, jumpgate.Member{Name: name, Value: []jumpgate.Object{rest.Link("next", next)}})
	}
	if count {
		answer = append(answer, jumpgate.Member{Name: "count", Value: total})
	}
	return answer, nil
}

// count tells whether the answer is to have the number of all items.
func (c *collection[T]) count(r *jumpgate.Request, q url.Values) (bool, error) {
	if !c.counted || minor(r) < 45 || !q.Has("with_count") {
		return false, nil
	}
	v, err := boolParam(q, "with_count")
	q.Del("with_count")
	return v, err
}

// bounds reads limit and offset.
func bounds(q url.Values) (limit, offset int, err error) {
	limit = maxLimit
	if q.Has("limit") {
		if limit, err = rest.Limit(q.Get("limit"), maxLimit); err != nil {
			return 0, 0, err
		}
	}
	if q.Has("offset") {
		n, ok := rest.Int(q.Get("offset"))
		switch {
		case !ok:
			return 0, 0, jumpgate.BadRequest.New("offset must be an integer")
		case n < 0:
			return 0, 0, jumpgate.BadRequest.New("offset must be >= 0")
		case n > 1<<31-1:
			return 0, 0, jumpgate.BadRequest.New("offset must be <= %d", 1<<31-1)
		}
		offset = int(n)
	}
	return limit, offset, nil
}

type sortKey struct{ name, dir string }

// sortOrder reads sort, or sort_key and sort_dir.
func sortOrder(q url.Values) ([]sortKey, error) {
	if !q.Has("sort") {
		k := sortKey{"created_at", "desc"}
		if q.Has("sort_key") {
			k.name = strings.TrimSpace(q.Get("sort_key"))
		}
		if q.Has("sort_dir") {
			k.dir = strings.TrimSpace(q.Get("sort_dir"))
		}
		return []sortKey{k}, nil
	}
	if q.Has("sort_key") || q.Has("sort_dir") {
		return nil, jumpgate.BadRequest.New("The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' parameter.")
	}
	var keys []sortKey
	names, dirs := rest.SplitSort(q.Get("sort"))
	for i, name := range names {
		keys = append(keys, sortKey{name, dirs[i]})
	}
	return keys, nil
}

// order sorts list. Things that are equal by all keys are told apart by age
// and id, in the direction of the first key, as in Cinder.
func (c *collection[T]) order(list []*T, keys []sortKey) error {
	for _, name := range []string{"created_at", "id"} {
		if !slices.ContainsFunc(keys, func(k sortKey) bool { return k.name == name }) && c.sort[name] != nil {
			keys = append(keys, sortKey{name, keys[0].dir})
		}
	}
	columns, order := make(rest.Columns[T]), make([]rest.SortKey, len(keys))
	for i, k := range keys {
		value := c.sort[k.name]
		if value == nil {
			return jumpgate.BadRequest.New("Invalid input received: Invalid sort key")
		}
		if k.dir != "asc" && k.dir != "desc" {
			return jumpgate.BadRequest.New("Invalid input received: Unknown sort direction, must be 'desc' or 'asc'.")
		}
		columns[k.name] = func(a, b *T) int { return compare(value(a), value(b)) }
		order[i] = rest.SortKey{Key: k.name, Descending: k.dir == "desc"}
	}
	slices.SortStableFunc(list, columns.Order(order))
	return nil
}

func compare(a, b any) int {
	switch a := a.(type) {
	case string:
		return cmp.Compare(a, b.(string))
	case int:
		return cmp.Compare(a, b.(int))
	case time.Time:
		return a.Compare(b.(time.Time))
	case bool:
		return cmp.Compare(strconv.FormatBool(a), strconv.FormatBool(b.(bool)))
	}
	return 0
}

// notFilters are the parameters that say something else.
var notFilters = []string{"limit", "marker", "offset", "sort", "sort_key", "sort_dir", "all_tenants"}

// filters returns what an item must satisfy.
func (c *collection[T]) filters(r *jumpgate.Request, q url.Values) ([]func(*T) (bool, error), error) {
	var all []func(*T) (bool, error)
	var refused []string
	known := resourceFilters[c.filter]
	for _, name := range queryOrder(r.URL.RawQuery) {
		if slices.Contains(notFilters, name) || !q.Has(name) || name == c.beside {
			continue
		}
		if strings.ContainsFunc(name, func(c rune) bool { return c > 127 }) {
			return nil, jumpgate.BadRequest.New("Filter keys can only contain ASCII characters.")
		}
		plain, like := strings.CutSuffix(name, "~")
		like = like && minor(r) >= 34
		if !like {
			plain = name
		}
		switch {
		case admin(r):
		case minor(r) >= 31 && !c.free:
			if !slices.Contains(known, plain) {
				refused = append(refused, name)
				continue
			}
		case c.old != nil:
			if !slices.Contains(c.old, name) {
				continue
			}
		case !slices.Contains(known, plain):
			continue
		}
		match := c.match[plain]
		if match == nil || c.since[plain] > minor(r) {
			continue
		}
		value := q.Get(name)
		all = append(all, func(item *T) (bool, error) {
			if like {
				return c.like(item, plain, value)
			}
			return match(item, value)
		})
	}
	if refused != nil {
		return nil, jumpgate.BadRequest.New("Invalid filters %s are found in query options.", strings.Join(refused, ","))
	}
	return all, nil
}

// passes tells whether item satisfies all filters.
func passes[T any](item *T, filters []func(*T) (bool, error)) (bool, error) {
	for _, f := range filters {
		if keep, err := f(item); err != nil || !keep {
			return false, err
		}
	}
	return true, nil
}

// like is a filter that wants value within the field (3.34).
func (c *collection[T]) like(item *T, name, value string) (bool, error) {
	key := c.sort[name]
	if key == nil {
		return c.match[name](item, value)
	}
	s, ok := key(item).(string)
	return ok && strings.Contains(strings.ToLower(s), strings.ToLower(value)), nil
}

// queryOrder returns the names of a query's parameters, in its order.
func queryOrder(raw string) []string {
	var names []string
	for part := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name, err := url.QueryUnescape(name); err == nil && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// nextURL is r's own URL with another marker.
func (s *service) nextURL(r *jumpgate.Request, marker string) (string, error) {
	href, err := s.disp.EndpointURL(r, r.Endpoint().Name)
	if err != nil {
		return "", err
	}
	var params []string
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if name, _, _ := strings.Cut(part, "="); name != "marker" && part != "" {
			params = append(params, part)
		}
	}
	params = append(params, "marker="+url.QueryEscape(marker))
	return href + "?" + strings.Join(params, "&"), nil
}

// boolParam reads a boolean parameter (cinder.utils.get_bool_param).
func boolParam(q url.Values, name string) (bool, error) {
	if !q.Has(name) {
		return false, nil
	}
	v := q.Get(name)
	value, ok := rest.Bool(v)
	if !ok {
		return false, jumpgate.BadRequest.New("Invalid input received: Value '%s' for %s is not a valid boolean. Valid values are: True/1/t/true/yes/y/on, False/0/f/false/no/n/off.", v, name)
	}
	return value, nil
}

// equal is a filter that wants a text to be the field.
func equal[T any](field func(*T) string) func(*T, string) (bool, error) {
	return func(item *T, value string) (bool, error) { return field(item) == value, nil }
}
