package softlayer

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// placeOrder puts into an order where the server goes: in the zone asked for, or
// else where the group that it joins is.
func (d *Driver) placeOrder(ctx context.Context, c compute.ServerCreate, cat *catalogue, t map[string]any) error {
	asked := c.AvailabilityZone
	if asked == "nova" { // Nova's default zone is nobody's choice
		asked = ""
	}
	if c.ServerGroup != "" {
		g, err := d.placementGroup(ctx, c.ServerGroup)
		if err != nil {
			return err
		}
		at := g.Router.Datacenter.Name
		if asked != "" && asked != at {
			return jumpgate.BadRequest.New("Instance group %s is in availability zone %s; its servers can't be in %s.", c.ServerGroup, at, asked)
		}
		asked = at
		t["placementGroupId"] = g.ID
	}
	zone, err := d.zone(cat, asked)
	if err != nil {
		return err
	}
	t["datacenter"] = map[string]any{"name": zone}
	return nil
}
