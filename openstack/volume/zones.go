package volume

import (
	"net/http"

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
		all, err := d.ListPools(r.Context())
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
