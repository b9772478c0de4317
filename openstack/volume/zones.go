package volume

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

// zones serves availability zones.
func zones(_ *service, driver any, t *table) {
	d, ok := driver.(ZoneLister)
	if !ok {
		return
	}
	t.add(http.MethodGet, "os_availability_zone", func(r *jumpgate.Request) (any, error) {
		all, err := d.ListZones(r.Context())
		list := []jumpgate.Object{}
		for _, z := range all {
			list = append(list, jumpgate.Object{{Name: "zoneName", Value: z.Name}, {Name: "zoneState", Value: jumpgate.Object{{Name: "available", Value: !z.Unavailable}}}})
		}
		return jumpgate.Object{{Name: "availabilityZoneInfo", Value: list}}, err
	})
}

// pools serves where volumes are kept.
func pools(s *service, driver any, t *table) {
	d, ok := driver.(PoolLister)
	if !ok {
		return
	}
	s.pools = d
	t.add(http.MethodGet, "scheduler_stats_get_pools", func(r *jumpgate.Request) (any, error) {
		detail, err := boolParam(r.URL.Query(), "detail")
		if err != nil {
			return nil, err
		}
		all, err := s.poolsWanted(r, d)
		list := []jumpgate.Object{}
		for _, p := range all {
			o := jumpgate.Object{{Name: "name", Value: p.Name}}
			if detail {
				o = append(o, jumpgate.Member{Name: "capabilities", Value: p.Capabilities})
			}
			list = append(list, o)
		}
		return jumpgate.Object{{Name: "pools", Value: list}}, err
	})
}

// poolsWanted are the pools that r asks for: from 3.28 on those of a name, and
// from 3.35 on those that a type of volumes may be on.
func (s *service) poolsWanted(r *jumpgate.Request, d PoolLister) ([]Pool, error) {
	all, err := d.ListPools(r.Context())
	if err != nil {
		return nil, err
	}
	q, backend := r.URL.Query(), ""
	if kind := q.Get("volume_type"); kind != "" && minor(r) >= 35 && s.types != nil {
		t, err := s.findType(r.Context(), kind)
		if err != nil {
			return nil, err
		}
		backend = t.ExtraSpecs["volume_backend_name"]
	}
	name := q.Get("name")
	if minor(r) < 28 {
		name = ""
	}
	return slices.DeleteFunc(all, func(p Pool) bool {
		return name != "" && p.Name != name || backend != "" && p.Capabilities["volume_backend_name"] != backend
	}), nil
}
