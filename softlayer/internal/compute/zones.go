package compute

import (
	"context"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// Zones are the datacenters in which virtual servers can be ordered.
func (d *Servers) Zones(ctx context.Context) ([]compute.Zone, error) {
	c, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	zones := make([]compute.Zone, len(c.Datacenters))
	for i, name := range c.Datacenters {
		zones[i] = compute.Zone{Name: name, Available: true}
	}
	return zones, nil
}
