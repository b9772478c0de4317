package network

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate/openstack/network"
)

// zones are datacenters.
type zones struct{ *Networks }

// AvailabilityZones implements network.ZoneDriver.
func (d *Networks) AvailabilityZones() network.Lister[network.Zone] { return zones{d} }

// List implements network.Lister, from what is kept of the catalogue.
func (d zones) List(ctx context.Context, _ network.Query) iter.Seq2[*network.Zone, error] {
	return all(func() ([]*network.Zone, error) {
		cat, err := d.CatalogueOf(ctx)
		if err != nil {
			return nil, err
		}
		var list []*network.Zone
		for _, name := range cat.Datacenters {
			for _, resource := range []string{"network", "router"} {
				list = append(list, &network.Zone{Name: name, Resource: resource, State: "available"})
			}
		}
		return list, nil
	})
}
