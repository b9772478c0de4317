package compute

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// params are the parameters of a query in their order. They are read as
// Python reads them: ";" separates nothing, and a wrong escape stands for
// itself.
type params []param

type param struct{ name, value string }

func readParams(r *jumpgate.Request) (params, error) {
	var p params
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		one := param{unescape(name), unescape(value)}
		if !utf8.ValidString(one.name) || !utf8.ValidString(one.value) {
			return nil, jumpgate.BadRequest.New("Query string is not UTF-8 encoded")
		}
		p = append(p, one)
	}
	return p, nil
}

// readQuery reads the parameters of r and refuses those that q does not allow.
func readQuery(r *jumpgate.Request, q *querySchema) (params, error) {
	p, err := readParams(r)
	if err != nil {
		return nil, err
	}
	return p, q.check(p, minor(r))
}

func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
			continue
		case s[i] == '%' && i+2 < len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(n))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// get returns the value of the parameter called name, "" if there is none. Of
// several the last counts, as in Nova.
func (p params) get(name string) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].name == name {
			return p[i].value
		}
	}
	return ""
}

func (p params) has(name string) bool {
	return slices.ContainsFunc(p, func(one param) bool { return one.name == name })
}

func (p params) all(name string) []string {
	var values []string
	for _, one := range p {
		if one.name == name {
			values = append(values, one.value)
		}
	}
	return values
}

// after returns p sorted by name, as Nova does, with marker. Unlike Nova's it
// keeps parameters of the same name, in their order, so that the next page has
// the filters and the order of this.
func (p params) after(marker string) params {
	next := slices.DeleteFunc(slices.Clone(p), func(one param) bool { return one.name == "marker" })
	slices.SortStableFunc(next, func(a, b param) int { return cmp.Compare(a.name, b.name) })
	at := len(next)
	if p.has("marker") {
		if i := slices.IndexFunc(next, func(one param) bool { return one.name > "marker" }); i >= 0 {
			at = i
		}
	}
	return slices.Insert(next, at, param{"marker", marker})
}

func (p params) encode() string {
	var b strings.Builder
	for i, one := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(one.name) + "=" + url.QueryEscape(one.value))
	}
	return b.String()
}

// querySchema describes the parameters of one operation. Most may come
// several times.
type querySchema struct {
	params []queryParam
	// internal lets parameters like "_x" pass, to be ignored later on.
	internal bool
	// strict refuses unknown parameters at every version.
	strict bool
	// closedSince is the minor version from which unknown parameters are
	// refused; 0: closed.
	closedSince int
}

type queryParam struct {
	name         string
	since, until int // minor versions, until exclusive; 0: no bound
	schema       *schema.Schema
	single       bool // may come but once
}

// leanFlavors is the minor version from which flavors have no rxtx_factor, and
// from which operations without parameters refuse all: see noParams.
const leanFlavors = 102

// noParams is for the operations that have no parameters. Before 2.102 they
// ignore any.
var noParams = &querySchema{closedSince: leanFlavors}

// withoutParams are the endpoints whose GET has none.
var withoutParams = func() map[string]bool {
	names := make(map[string]bool)
	for name := range strings.FieldsSeq("flavor flavor_os_flavor_access os_extra_specs_flavor os_extra_specs_flavor_key " +
		"availability_zone availability_zone_detail server_os_interface server_os_interface_single extensions extension " +
		"os_instance_action server_ips server_ips_network server server_metadata server_metadata_key server_diagnostics " +
		"server_os_server_password server_topology os_server_security_groups os_server_group os_quota_class_set") {
		names["v21_"+name] = true
	}
	return names
}()

// noUnknownParams refuses parameters where there are none.
func noUnknownParams(r *jumpgate.Request) error {
	if r.URL.RawQuery == "" || r.Method != http.MethodGet || !withoutParams[r.Endpoint().Name] {
		return nil
	}
	_, err := readQuery(r, noParams)
	return err
}

// closed is the version from which unknown parameters are refused. Before
// they are ignored.
const closed = 75

// check refuses what Nova's schema refuses.
func (q *querySchema) check(p params, version int) error {
	s := &schema.Schema{Type: mapType, Open: version < cmp.Or(q.closedSince, closed) && !q.strict}
	for _, one := range q.params {
		if version >= one.since && (one.until == 0 || version < one.until) {
			values := list(one.schema)
			if one.single {
				values = &schema.Schema{AllOf: []*schema.Schema{values, {MaxItems: 1}}}
			}
			s.Properties = append(s.Properties, member(one.name, values))
		}
	}
	if q.internal {
		s.PatternProperties = &schema.PatternProperty{Pattern: internalParam, Schema: list(anyString)}
	}
	var lists schema.Object
	for _, one := range p {
		i := slices.IndexFunc(lists, func(m schema.Member) bool { return m.Name == one.name })
		if i < 0 {
			i = len(lists)
			lists = append(lists, schema.Member{Name: one.name, Value: []any(nil)})
		}
		lists[i].Value = append(lists[i].Value.([]any), one.value)
	}
	f := s.Check(lists)
	switch {
	case f == nil:
		return nil
	case f.Whole || len(f.Path) == 0:
		return jumpgate.BadRequest.New("%s", f.Message)
	}
	return jumpgate.BadRequest.New("Invalid input for query parameters %s. Value: %s. %s", f.Path[0], schema.Str(f.Value), f.Message)
}

var internalParam = regexp.MustCompile(`^_`)

var (
	regexFormat = &schema.Format{Name: "regex", Valid: func(v any) bool {
		s, _ := v.(string)
		_, err := compilePattern(s)
		return s != "" && err == nil
	}}
	dateFormat = &schema.Format{Name: "date-time", Valid: func(v any) bool {
		s, _ := v.(string)
		_, ok := parseDate(s)
		return ok
	}}
	regexSchema       = &schema.Schema{Type: stringType, Format: regexFormat}
	dateSchema        = &schema.Schema{Type: stringType, Format: dateFormat}
	naturalNumber     = &schema.Schema{Type: stringType, Pattern: regexp.MustCompile(`^[0-9]*$`), Minimum: schema.Ptr(0), MinLength: 1}
	sortDirection     = &schema.Schema{Type: stringType, Enum: []any{"asc", "desc"}}
	flavorSortKey     = &schema.Schema{Type: stringType, Enum: anys(flavorSortKeys...)}
	leanFlavorSortKey = &schema.Schema{Type: stringType, Enum: anys(slices.DeleteFunc(slices.Clone(flavorSortKeys), func(name string) bool {
		return name == "rxtx_factor"
	})...)}
	flavorParams = &querySchema{params: []queryParam{
		{name: "limit", schema: naturalNumber}, {name: "marker", schema: anyString}, {name: "is_public", schema: anyString},
		{name: "minRam", schema: anyString}, {name: "minDisk", schema: anyString},
		{name: "sort_key", until: leanFlavors, schema: flavorSortKey}, {name: "sort_key", since: leanFlavors, schema: leanFlavorSortKey},
		{name: "sort_dir", schema: sortDirection}, {name: "name", since: leanFlavors, schema: anyString},
	}}
	keypairListParams = &querySchema{params: []queryParam{
		{name: "user_id", since: 10, schema: anyString},
		{name: "limit", since: 35, schema: naturalNumber}, {name: "marker", since: 35, schema: anyString},
	}}
	keypairParams = &querySchema{params: []queryParam{{name: "user_id", since: 10, schema: anyString}}}
	limitsParams  = &querySchema{params: []queryParam{{name: "tenant_id", schema: anyString}}}
)

func anys(texts ...string) []any {
	list := make([]any, len(texts))
	for i, t := range texts {
		list[i] = t
	}
	return list
}

// maxLimit is Nova's max_limit: the most that one page holds.
const maxLimit = 1000

// limit is how many a page holds: at most maxLimit, and none at all if so
// asked.
func (p params) limit() int {
	if !p.has("limit") {
		return maxLimit
	}
	n, _ := strconv.Atoi(strings.TrimSpace(p.get("limit"))) // too large is the largest int
	return min(n, maxLimit)
}

// afterMarker is what of all follows the marker of p, if it has one.
func afterMarker[T any](p params, all []T, id func(T) string) ([]T, error) {
	if !p.has("marker") {
		return all, nil
	}
	rest, found := jumpgate.After(all, p.get("marker"), id)
	if !found {
		return nil, jumpgate.BadRequest.New("Marker %s could not be found.", p.get("marker"))
	}
	return rest, nil
}

// pageByOffset is the part of all that limit and offset ask for, in the few
// lists where a limit of 0 means all.
func pageByOffset[T any](p params, all []T) []T {
	offset, _ := strconv.Atoi(strings.TrimSpace(p.get("offset")))
	all = all[min(offset, len(all)):]
	limit := p.limit()
	if limit == 0 {
		limit = maxLimit
	}
	return all[:min(limit, len(all))]
}

// checkLegacyLimit is for lists of /v2 that no schema guards.
func (p params) checkLegacyLimit() error {
	n, err := strconv.Atoi(strings.TrimSpace(p.get("limit")))
	switch {
	case !p.has("limit"):
		return nil
	case n < 0:
		return jumpgate.BadRequest.New("Invalid input received: limit must be >= 0")
	case err != nil && n == 0:
		return jumpgate.BadRequest.New("Invalid input received: limit must be an integer")
	}
	return nil
}

// boolean reads a parameter as oslo.utils' bool_from_string does.
func (p params) boolean(name string) (bool, error) {
	if value, ok := schema.ParseBool(strings.TrimSpace(p.get(name))); ok {
		return value, nil
	}
	return false, jumpgate.BadRequest.New("Invalid input received: Unrecognized value '%s', acceptable values are: "+
		"'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'", p.get(name))
}

// eitherVar returns the path variable that has one of two names, by the
// version of the API.
func eitherVar(r *jumpgate.Request, a, b string) string {
	if value, ok := r.LookupVar(a); ok {
		return value
	}
	return r.Var(b)
}
