package compute

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

func flavors(s *service, driver any, t *table) {
	s.flavorGetter, _ = driver.(FlavorGetter)
	d, ok := driver.(FlavorLister)
	if !ok {
		return
	}
	s.flavorLister = d
	for _, name := range []string{"v2_flavors", "v2_tenant_flavors", "v21_flavors"} {
		t.One(http.MethodGet, name, s.listFlavors)
		t.One(http.MethodGet, name+"_detail", s.listFlavorsDetail)
	}
	for _, name := range []string{"v2_flavor", "v2_tenant_flavor", "v21_flavor"} {
		t.One(http.MethodGet, name, s.showFlavor)
	}
	t.add(http.MethodGet, "os_extra_specs_flavor", s.listExtraSpecs)
	t.add(http.MethodGet, "os_extra_specs_flavor_key", s.showExtraSpec)
}

// flavorFields lists the members of a flavor in Nova's order. The description is
// in the brief form, too.
var flavorFields = []rest.Field[*flavorView]{
	{Name: "id", Value: func(v *flavorView) any { return &v.ID }},
	{Name: "name", Value: func(v *flavorView) any { return &v.Name }},
	{Name: "ram", Forms: showForm, Value: func(v *flavorView) any { return v.RAM }},
	{Name: "disk", Forms: showForm, Value: func(v *flavorView) any { return v.Disk }},
	{Name: "swap", Forms: showForm, Until: 75, Value: func(v *flavorView) any {
		if v.Swap == 0 {
			return ""
		}
		return v.Swap
	}},
	{Name: "swap", Forms: showForm, Since: 75, Value: func(v *flavorView) any { return v.Swap }},
	{Name: "OS-FLV-EXT-DATA:ephemeral", Forms: showForm, Value: func(v *flavorView) any { return v.Ephemeral }},
	{Name: "OS-FLV-DISABLED:disabled", Forms: showForm, Until: 102, Value: func(v *flavorView) any { return v.Disabled }},
	{Name: "vcpus", Forms: showForm, Value: func(v *flavorView) any { return v.VCPUs }},
	{Name: "os-flavor-access:is_public", Forms: showForm, Value: func(v *flavorView) any { return !v.Private }},
	{Name: "rxtx_factor", Forms: showForm, Until: 102, Value: func(v *flavorView) any { return float(cmp.Or(v.RxTxFactor, 1)) }},
	{Name: "links", Value: func(v *flavorView) any { return (*flavorLinks)(v) }},
	{Name: "description", Since: 55, Value: func(v *flavorView) any { return rest.OrNil(v.Description) }},
	{Name: "extra_specs", Forms: showForm, Since: 61, Value: func(v *flavorView) any { return textMap(v.ExtraSpecs) }},
}

// flavorView is a flavor on its way to a client.
type flavorView struct {
	*Flavor
	link  *linker
	shown rest.Selection[*flavorView]
}

// AppendJSON implements jumpgate.Appender.
func (v *flavorView) AppendJSON(b []byte) ([]byte, error) { return v.shown.Append(b, v) }

// flavorLinks are the links of a flavor.
type flavorLinks flavorView

func (v *flavorLinks) AppendJSON(b []byte) ([]byte, error) {
	return v.link.appendLinks(b, flavorResource, v.ID)
}

// flavors shows flavors in one of the forms.
func (l *linker) flavors(list []*Flavor, form rest.Set) []jumpgate.Appender {
	shown := rest.Select(flavorFields, rest.Answer{Form: form, Version: minor(l.r)})
	views := make([]jumpgate.Appender, len(list))
	for i, f := range list {
		views[i] = &flavorView{f, l, shown}
	}
	return views
}

// flavor shows f in full.
func (l *linker) flavor(f *Flavor) jumpgate.Appender { return l.flavors([]*Flavor{f}, showForm)[0] }

func (s *service) listFlavors(r *jumpgate.Request) (any, error) { return s.flavorList(r, briefForm) }
func (s *service) listFlavorsDetail(r *jumpgate.Request) (any, error) {
	return s.flavorList(r, showForm)
}

func (s *service) flavorList(r *jumpgate.Request, form rest.Set) (any, error) {
	p, err := readQuery(r, flavorParams)
	if err != nil {
		return nil, err
	}
	flavors, err := s.flavorLister.Flavors(r.Context())
	if err != nil {
		return nil, err
	}
	flavors, err = filterFlavors(flavors, p, allow(r, "context_is_admin", nil) == nil)
	if err != nil {
		return nil, err
	}
	id := func(f *Flavor) string { return f.ID }
	if flavors, err = afterMarker(p, flavors, id, noOldMarker); err != nil {
		return nil, err
	}
	if p.Has("marker") && p.Get("marker") == "" { // which elsewhere is none
		return nil, jumpgate.BadRequest.New(noOldMarker, "")
	}
	page, next, err := firstPage(r, p, flavors, id, "flavors_links")
	return append(jumpgate.Object{{Name: "flavors", Value: s.linker(r).flavors(page, form)}}, next...), err
}

// filterFlavors applies the filters and the order that a client asked for. By
// default the order is by id. As in Nova, only an admin sees disabled flavors
// in lists, and private ones that his project has no access to.
func filterFlavors(flavors []*Flavor, p rest.Params, admin bool) ([]*Flavor, error) {
	public, err := publicFilter(p, admin)
	if err != nil {
		return nil, err
	}
	least := func(name string) (int, error) {
		if !p.Has(name) {
			return 0, nil
		}
		n, err := strconv.Atoi(strings.TrimSpace(p.Get(name)))
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return 0, jumpgate.BadRequest.New("Invalid %s filter [%s]", name, p.Get(name))
		}
		return n, nil
	}
	ram, err := least("minRam")
	if err != nil {
		return nil, err
	}
	disk, err := least("minDisk")
	if err != nil {
		return nil, err
	}
	name := p.Get("name") // which the schema has let pass from 2.102 on alone
	flavors = slices.DeleteFunc(slices.Clone(flavors), func(f *Flavor) bool {
		hidden := !admin && (f.Disabled || f.Foreign)
		wanted := public == nil || *public != f.Private || *public && !f.Foreign
		return hidden || !wanted || f.RAM < ram || f.Disk < disk || name != "" && f.Name != name
	})

	back := p.Get("sort_dir") == "desc"
	slices.SortStableFunc(flavors, flavorColumns.Order([]rest.SortKey{{Key: p.Get("sort_key"), Descending: back}, {Key: "flavorid", Descending: back}}))
	return flavors, nil
}

// publicFilter tells whether an admin asks for flavors that he may use, for
// private ones, or with nil for all. Others get what they may use.
func publicFilter(p rest.Params, admin bool) (*bool, error) {
	public := true
	switch text := p.Get("is_public"); {
	case !admin || !p.Has("is_public"):
		return &public, nil
	case strings.EqualFold(text, "none"):
		return nil, nil
	default:
		value, ok := jumpgate.ParseBool(strings.TrimSpace(text))
		if !ok {
			return nil, jumpgate.BadRequest.New("Invalid is_public filter [%s]", text)
		}
		return &value, nil
	}
}

// flavorSortKeys are the columns that Nova takes.
var flavorSortKeys = strings.Fields("created_at description disabled ephemeral_gb flavorid id is_public memory_mb name " +
	"root_gb rxtx_factor swap updated_at vcpu_weight vcpus")

// flavorColumns are those in which flavors differ.
var flavorColumns = rest.Columns[Flavor]{
	"flavorid":     rest.By(func(f *Flavor) string { return f.ID }),
	"description":  rest.By(func(f *Flavor) string { return f.Description }),
	"ephemeral_gb": rest.By(func(f *Flavor) int { return f.Ephemeral }),
	"is_public":    rest.ByBool(func(f *Flavor) bool { return !f.Private }),
	"memory_mb":    rest.By(func(f *Flavor) int { return f.RAM }),
	"name":         rest.By(func(f *Flavor) string { return f.Name }),
	"root_gb":      rest.By(func(f *Flavor) int { return f.Disk }),
	"swap":         rest.By(func(f *Flavor) int { return f.Swap }),
	"vcpus":        rest.By(func(f *Flavor) int { return f.VCPUs }),
}

// flavor finds the flavor that r's path names.
func (s *service) flavor(r *jumpgate.Request) (*Flavor, error) {
	id := r.Var("flavor_id")
	flavors, err := s.flavorLister.Flavors(r.Context())
	if err != nil {
		return nil, err
	}
	for _, f := range flavors {
		if f.ID == id && !hidden(r, f) {
			return f, nil
		}
	}
	if s.flavorGetter != nil {
		f, err := s.flavorGetter.Flavor(r.Context(), id)
		if err != nil || !hidden(r, f) {
			return f, missing(err, "Flavor %s could not be found.", id)
		}
	}
	return nil, jumpgate.NotFound.New("Flavor %s could not be found.", id)
}

// hidden tells whether r's principal must not know of a flavor.
func hidden(r *jumpgate.Request, f *Flavor) bool {
	return f.Foreign && allow(r, "context_is_admin", nil) != nil
}

func (s *service) showFlavor(r *jumpgate.Request) (any, error) {
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "flavor", Value: s.linker(r).flavor(f)}}, nil
}

func (s *service) listExtraSpecs(r *jumpgate.Request) (any, error) {
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "extra_specs", Value: textMap(f.ExtraSpecs)}}, nil
}

func (s *service) showExtraSpec(r *jumpgate.Request) (any, error) {
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	key := r.Var("key_id")
	value, ok := f.ExtraSpecs[key]
	if !ok {
		return nil, jumpgate.NotFound.New("Flavor %s has no extra specs with key %s.", f.ID, key)
	}
	return jumpgate.Object{{Name: key, Value: value}}, nil
}
