package volume

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
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

// operations serves what operators look at.
func operations(_ *service, driver any, t *table) {
	if d, ok := driver.(ServiceLister); ok {
		t.add(http.MethodGet, "os_services", func(r *jumpgate.Request) (any, error) { return listServices(r, d) })
	}
	d, ok := driver.(PoolLister)
	if !ok {
		return
	}
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

func listServices(r *jumpgate.Request, d ServiceLister) (any, error) {
	all, err := d.ListServices(r.Context())
	q, list := r.URL.Query(), []jumpgate.Object{}
	for _, x := range all {
		if h := q.Get("host"); h != "" && h != x.Host {
			continue
		}
		if b := q.Get("binary"); b != "" && b != x.Binary {
			continue
		}
		status, state := "enabled", "up"
		if x.Disabled {
			status = "disabled"
		}
		if x.Down {
			state = "down"
		}
		o := jumpgate.Object{{Name: "binary", Value: x.Binary}, {Name: "host", Value: x.Host}, {Name: "zone", Value: x.Zone}, {Name: "status", Value: status},
			{Name: "state", Value: state}, {Name: "updated_at", Value: date(x.Updated)}, {Name: "disabled_reason", Value: rest.OrNil(x.DisabledReason)}}
		if minor(r) >= 7 {
			o = append(o, jumpgate.Member{Name: "cluster", Value: rest.OrNil(x.ClusterName)})
		}
		if x.Binary == "cinder-volume" {
			o = append(o, jumpgate.Member{Name: "replication_status", Value: "disabled"}, jumpgate.Member{Name: "active_backend_id", Value: nil},
				jumpgate.Member{Name: "frozen", Value: x.Frozen})
			if minor(r) >= 49 {
				o = append(o, jumpgate.Member{Name: "backend_state", Value: "up"})
			}
		}
		list = append(list, o)
	}
	return jumpgate.Object{{Name: "services", Value: list}}, err
}
