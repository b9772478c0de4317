package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

func zones(_ *service, driver any, t *table) {
	if d, ok := driver.(ZoneLister); ok {
		t.add(http.MethodGet, "availability_zone", func(r *jumpgate.Request) (any, error) { return listZones(r, d) })
		t.forbid(http.MethodGet, "availability_zone_detail", "os_compute_api:os-availability-zone:detail")
	}
}

func listZones(r *jumpgate.Request, d ZoneLister) (any, error) {
	zones, err := d.Zones(r.Context())
	if err != nil {
		return nil, err
	}
	list := make([]jumpgate.Object, len(zones))
	for i, z := range zones {
		list[i] = jumpgate.Object{
			{Name: "zoneName", Value: z.Name},
			{Name: "zoneState", Value: jumpgate.Object{{Name: "available", Value: z.Available}}},
			{Name: "hosts", Value: nil}, // for admins alone
		}
	}
	return jumpgate.Object{{Name: "availabilityZoneInfo", Value: list}}, nil
}
