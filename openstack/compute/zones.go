package compute

import "github.com/softlayer/jumpgate"

func (s *service) listZones(r *jumpgate.Request) (any, error) {
	zones, err := s.zoneLister.Zones(r.Context())
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
