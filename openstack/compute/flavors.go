package compute

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
)

// flavorField says when a member is part of a flavor.
type flavorField struct {
	name  string
	brief int // minor version from which GET /flavors has it; 0: never
	since int // minor version from which the other forms have it
	value func(f *Flavor) any
}

var flavorFields = []flavorField{
	{"id", 1, 1, func(f *Flavor) any { return f.ID }},
	{"name", 1, 1, func(f *Flavor) any { return f.Name }},
	{"ram", 0, 1, func(f *Flavor) any { return f.RAM }},
	{"disk", 0, 1, func(f *Flavor) any { return f.Disk }},
	{"swap", 0, 1, nil}, // see flavorView
	{"OS-FLV-EXT-DATA:ephemeral", 0, 1, func(f *Flavor) any { return f.Ephemeral }},
	{"OS-FLV-DISABLED:disabled", 0, 1, func(f *Flavor) any { return f.Disabled }},
	{"vcpus", 0, 1, func(f *Flavor) any { return f.VCPUs }},
	{"os-flavor-access:is_public", 0, 1, func(f *Flavor) any { return !f.Private }},
	{"rxtx_factor", 0, 1, func(*Flavor) any { return 1.0 }},
	{"description", 55, 55, func(f *Flavor) any { return orNil(f.Description) }},
	{"extra_specs", 0, 61, func(f *Flavor) any { return stringMap(f.ExtraSpecs) }},
}

func (s *service) flavorView(r *jumpgate.Request, f *Flavor, brief bool) (jumpgate.Object, error) {
	v := minor(r)
	var o jumpgate.Object
	for _, field := range flavorFields {
		since := field.since
		if brief {
			since = field.brief
		}
		if since == 0 || v < since {
			continue
		}
		if field.name == "swap" { // "" for none until 2.75
			var swap any = f.Swap
			if f.Swap == 0 && v < 75 {
				swap = ""
			}
			o = append(o, jumpgate.Member{Name: field.name, Value: swap})
			continue
		}
		o = append(o, jumpgate.Member{Name: field.name, Value: field.value(f)})
	}
	links, err := s.links(r, flavorResource, f.ID)
	return append(o, jumpgate.Member{Name: "links", Value: links}), err
}

func (s *service) listFlavors(r *jumpgate.Request) (any, error)       { return s.flavorList(r, true) }
func (s *service) listFlavorsDetail(r *jumpgate.Request) (any, error) { return s.flavorList(r, false) }

func (s *service) flavorList(r *jumpgate.Request, brief bool) (any, error) {
	values := r.URL.Query()
	limit, err := limit(values)
	if err != nil {
		return nil, err
	}
	flavors, err := s.flavorLister.Flavors(r.Context())
	if err != nil {
		return nil, err
	}
	flavors, err = filterFlavors(flavors, values)
	if err != nil {
		return nil, err
	}
	if marker := values.Get("marker"); marker != "" {
		i := slices.IndexFunc(flavors, func(f *Flavor) bool { return f.ID == marker })
		if i < 0 {
			return nil, jumpgate.BadRequest.New("marker [%s] not found", marker)
		}
		flavors = flavors[i+1:]
	}
	page := flavors[:min(limit, len(flavors))]
	list := make([]jumpgate.Object, len(page))
	for i, f := range page {
		if list[i], err = s.flavorView(r, f, brief); err != nil {
			return nil, err
		}
	}
	answer := jumpgate.Object{{Name: "flavors", Value: list}}
	if len(page) == limit {
		next, err := s.next(r, page[len(page)-1].ID)
		if err != nil {
			return nil, err
		}
		answer = append(answer, jumpgate.Member{Name: "flavors_links", Value: next})
	}
	return answer, nil
}

// filterFlavors applies the filters and the order that a client asked for.
// By default the order is by id, as Nova's is by flavorid.
func filterFlavors(flavors []*Flavor, values url.Values) ([]*Flavor, error) {
	least := func(name string) (int, error) {
		text := values.Get(name)
		n, err := strconv.Atoi(cmp.Or(text, "0"))
		if err != nil {
			return 0, jumpgate.BadRequest.New("Invalid %s filter [%s]", name, text)
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
	flavors = slices.DeleteFunc(slices.Clone(flavors), func(f *Flavor) bool { return f.RAM < ram || f.Disk < disk })

	order := flavorOrder[cmp.Or(values.Get("sort_key"), "flavorid")]
	if order == nil {
		return nil, jumpgate.BadRequest.New("Invalid input for query parameters sort_key. Value: %s.", values.Get("sort_key"))
	}
	slices.SortStableFunc(flavors, order)
	switch dir := values.Get("sort_dir"); dir {
	case "", "asc":
	case "desc":
		slices.Reverse(flavors)
	default:
		return nil, jumpgate.BadRequest.New("Unknown sort direction, must be one of: asc, desc")
	}
	return flavors, nil
}

var flavorOrder = map[string]func(a, b *Flavor) int{
	"flavorid":     func(a, b *Flavor) int { return cmp.Compare(a.ID, b.ID) },
	"id":           func(a, b *Flavor) int { return cmp.Compare(a.ID, b.ID) },
	"name":         func(a, b *Flavor) int { return cmp.Compare(a.Name, b.Name) },
	"memory_mb":    func(a, b *Flavor) int { return cmp.Compare(a.RAM, b.RAM) },
	"vcpus":        func(a, b *Flavor) int { return cmp.Compare(a.VCPUs, b.VCPUs) },
	"root_gb":      func(a, b *Flavor) int { return cmp.Compare(a.Disk, b.Disk) },
	"ephemeral_gb": func(a, b *Flavor) int { return cmp.Compare(a.Ephemeral, b.Ephemeral) },
	"swap":         func(a, b *Flavor) int { return cmp.Compare(a.Swap, b.Swap) },
	"created_at":   func(a, b *Flavor) int { return 0 },
	"updated_at":   func(a, b *Flavor) int { return 0 },
	"disabled":     func(a, b *Flavor) int { return 0 },
	"is_public":    func(a, b *Flavor) int { return 0 },
	"rxtx_factor":  func(a, b *Flavor) int { return 0 },
	"vcpu_weight":  func(a, b *Flavor) int { return 0 },
}

// flavor finds the flavor that r's path names.
func (s *service) flavor(r *jumpgate.Request) (*Flavor, error) {
	id := r.Var("flavor_id")
	flavors, err := s.flavorLister.Flavors(r.Context())
	if err != nil {
		return nil, err
	}
	for _, f := range flavors {
		if f.ID == id {
			return f, nil
		}
	}
	if s.flavorGetter != nil {
		f, err := s.flavorGetter.Flavor(r.Context(), id)
		return f, missing(err, "Flavor %s could not be found.", id)
	}
	return nil, jumpgate.NotFound.New("Flavor %s could not be found.", id)
}

func (s *service) showFlavor(r *jumpgate.Request) (any, error) {
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	view, err := s.flavorView(r, f, false)
	return jumpgate.Object{{Name: "flavor", Value: view}}, err
}

func (s *service) listExtraSpecs(r *jumpgate.Request) (any, error) {
	f, err := s.flavor(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "extra_specs", Value: stringMap(f.ExtraSpecs)}}, nil
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
