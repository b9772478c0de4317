package compute

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// readParams reads r's query, in which ";" separates nothing.
func readParams(r *jumpgate.Request) (rest.Params, error) {
	p, ok := rest.ParseParams(r.URL.RawQuery, "&")
	if !ok {
		return nil, jumpgate.BadRequest.New("Query string is not UTF-8 encoded")
	}
	return p, nil
}

// readQuery reads the parameters of r and refuses those that q does not allow.
func readQuery(r *jumpgate.Request, q *querySchema) (rest.Params, error) {
	p, err := readParams(r)
	if err != nil {
		return nil, err
	}
	return p, q.check(p, minor(r))
}

// after returns p sorted by name, as Nova does, with marker. Unlike Nova's it
// keeps parameters of the same name, in their order, so that the next page has
// the filters and the order of this.
func after(p rest.Params, marker string) rest.Params {
	next := p.Without("marker")
	slices.SortStableFunc(next, func(a, b rest.Param) int { return cmp.Compare(a.Name, b.Name) })
	at := len(next)
	if p.Has("marker") {
		if i := slices.IndexFunc(next, func(one rest.Param) bool { return one.Name > "marker" }); i >= 0 {
			at = i
		}
	}
	return slices.Insert(next, at, rest.Param{Name: "marker", Value: marker})
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

var noConsoleParams = &querySchema{closedSince: directSPICE}

// withoutParams are the endpoints whose GET has none.
var withoutParams = func() map[string]bool {
	names := make(map[string]bool)
	for name := range strings.FieldsSeq("flavor flavor_os_flavor_access os_extra_specs_flavor os_extra_specs_flavor_key " +
		"availability_zone availability_zone_detail server_os_interface server_os_interface_single extensions extension " +
		"os_instance_action server_ips server_ips_network server server_metadata server_metadata_key server_diagnostics " +
		"os_aggregates os_aggregate os_instance_usage_audit_log os_instance_usage_audit_log_single server_migrations server_migration " +
		"os_volumes_boot_single " +
		"server_os_server_password server_topology os_server_security_groups os_server_group os_quota_class_set") {
		names["v21_"+name] = true
	}
	return names
}()

// noUnknownParams refuses parameters where there are none.
func noUnknownParams(r *jumpgate.Request) error {
	if r.URL.RawQuery == "" || r.Method != http.MethodGet {
		return nil
	}
	var err error
	switch name := r.Endpoint().Name; {
	case name == "v21_os_console_auth_token":
		_, err = readQuery(r, noConsoleParams)
	case withoutParams[name]:
		_, err = readQuery(r, noParams)
	}
	return err
}

// closed is the version from which unknown parameters are refused. Before
// they are ignored.
const closed = 75

// check refuses what Nova's schema refuses.
func (q *querySchema) check(p rest.Params, version int) error {
	s := &schema.Schema{Type: mapType, Open: version < cmp.Or(q.closedSince, closed) && !q.strict}
	for _, one := range q.params {
		if rest.Within(version, one.since, one.until) {
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
	f := s.Check(p.Lists())
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
		_, ok := rest.ParseDate(s)
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

// pageSize is how many a page holds: at most maxLimit, and none at all if so
// asked.
func pageSize(p rest.Params) int {
	if !p.Has("limit") {
		return maxLimit
	}
	n, _ := rest.Int(p.Get("limit"))
	return int(min(n, maxLimit))
}

// afterMarker is what of all follows the marker of p, if it has one. unknown is
// what is said of one that is not there.
func afterMarker[T any](p rest.Params, all []T, id func(T) string, unknown string) ([]T, error) {
	if !p.Has("marker") {
		return all, nil
	}
	rest, found := jumpgate.After(all, p.Get("marker"), id)
	if !found {
		return nil, jumpgate.BadRequest.New(unknown, p.Get("marker"))
	}
	return rest, nil
}

// What is said of a marker that is not there.
const (
	noMarker    = "Marker %s could not be found."
	noOldMarker = "marker [%s] not found"
)

// firstPage is as much of all as p has on a page, and where that is full a
// member with the link to the next, as Nova does even if that will be empty.
func firstPage[T any](r *jumpgate.Request, p rest.Params, all []T, id func(T) string, links string) ([]T, jumpgate.Object, error) {
	size := pageSize(p)
	if size == 0 || len(all) < size {
		return all[:min(size, len(all))], nil, nil
	}
	next, err := nextLink(r, p, id(all[size-1]))
	return all[:size], jumpgate.Object{{Name: links, Value: next}}, err
}

// pageByOffset is the part of all that limit and offset ask for, in the few
// lists where a limit of 0 means all.
func pageByOffset[T any](p rest.Params, all []T) []T {
	offset, _ := rest.Int(p.Get("offset"))
	all = all[max(0, min(offset, int64(len(all)))):]
	return all[:min(cmp.Or(pageSize(p), maxLimit), len(all))]
}

// checkLegacyLimit is for lists of /v2 that no schema guards.
func checkLegacyLimit(p rest.Params) error {
	n, ok := rest.Int(p.Get("limit"))
	switch {
	case !p.Has("limit"):
		return nil
	case n < 0:
		return jumpgate.BadRequest.New("Invalid input received: limit must be >= 0")
	case !ok:
		return jumpgate.BadRequest.New("Invalid input received: limit must be an integer")
	}
	return nil
}

// boolean reads a parameter as oslo.utils' bool_from_string does.
func boolean(p rest.Params, name string) (bool, error) {
	if value, ok := rest.Bool(p.Get(name)); ok {
		return value, nil
	}
	return false, jumpgate.BadRequest.New("Invalid input received: Unrecognized value '%s', acceptable values are: "+
		"'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'", p.Get(name))
}

// eitherVar returns the path variable that has one of two names, by the
// version of the API.
func eitherVar(r *jumpgate.Request, a, b string) string {
	if value, ok := r.LookupVar(a); ok {
		return value
	}
	return r.Var(b)
}
