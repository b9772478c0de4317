package compute

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// placeOrder puts into an order where the server goes: in the zone asked for,
// or else where the networks that it joins are, or its group.
func (d *Servers) placeOrder(ctx context.Context, c compute.ServerCreate, cat *core.Catalogue, t map[string]any) error {
	zone := c.AvailabilityZone
	if zone == "nova" { // Nova's default zone is nobody's choice
		zone = ""
	}
	public, private, err := d.networksOf(ctx, c)
	if err != nil {
		return err
	}
	for _, v := range []*records.VLAN{public, private} {
		if v == nil {
			continue
		}
		if at := v.Router.Datacenter.Name; zone == "" {
			zone = at
		} else if zone != at {
			return jumpgate.BadRequest.New("Network %s is in availability zone %s; the server can't be in %s.", keep.IDOf(keep.NetworkKind, v.ID), at, zone)
		}
	}
	bindings, err := d.groupBindings(ctx, c.SecurityGroups)
	if err != nil {
		return err
	}
	alone := private != nil && public == nil
	if alone {
		t["privateNetworkOnlyFlag"] = true
	}
	if on := connection(public, bindings); on != nil && !alone {
		t["primaryNetworkComponent"] = on
	}
	if on := connection(private, bindings); on != nil {
		t["primaryBackendNetworkComponent"] = on
	}
	if host, ok := keep.NumberOf(keep.HostKind, c.Hypervisor); ok {
		t["dedicatedHost"] = map[string]any{"id": host}
	}
	if _, placement := keep.NumberOf(keep.ServerGroupKind, c.ServerGroup); !placement && c.ServerGroup != "" {
		if zone, err = d.joinKept(ctx, &c, zone, t); err != nil {
			return err
		}
	} else if placement {
		g, err := d.placementGroup(ctx, c.ServerGroup)
		if err != nil {
			return err
		}
		if at := g.Router.Datacenter.Name; zone == "" {
			zone = at
		} else if zone != at {
			return jumpgate.BadRequest.New("Instance group %s is in availability zone %s; its servers can't be in %s.", c.ServerGroup, at, zone)
		}
		if private != nil && private.Router.ID != g.Router.ID {
			return jumpgate.BadRequest.New("Instance group %s can't be reached from network %s.", c.ServerGroup, keep.IDOf(keep.NetworkKind, private.ID))
		}
		t["placementGroupId"] = g.ID
	}
	if zone, err = d.Zone(cat, zone); err != nil {
		return err
	}
	t["datacenter"] = map[string]any{"name": zone}
	return nil
}

// zoneOf is where an order that placeOrder has seen is to go.
func zoneOf(t map[string]any) string {
	datacenter, _ := t["datacenter"].(map[string]any)
	zone, _ := datacenter["name"].(string)
	return zone
}

// connection is what an order says of an interface; nil: nothing.
func connection(v *records.VLAN, bindings []any) map[string]any {
	if v == nil && bindings == nil {
		return nil
	}
	on := make(map[string]any)
	if v != nil {
		on["networkVlan"] = map[string]any{"id": v.ID}
	}
	if bindings != nil {
		on["securityGroupBindings"] = bindings
	}
	return on
}

// networksOf finds the VLANs that an order names: at most one public and one
// private, for a server has no more interfaces. One that names none gets
// SoftLayer's choice of both; one that names a private one alone gets no
// public one, while a private one there always is.
func (d *Servers) networksOf(ctx context.Context, c compute.ServerCreate) (public, private *records.VLAN, err error) {
	if len(c.Networks) == 0 {
		return nil, nil, nil
	}
	for _, n := range c.Networks {
		if n.FixedIP != "" {
			return nil, nil, jumpgate.BadRequest.New("Fixed IP address %s can't be had: this cloud chooses addresses itself.", n.FixedIP)
		}
		if _, ok := keep.NumberOf(keep.NetworkKind, n.NetworkID); !ok {
			return nil, nil, compute.NetworkNotFound(n.NetworkID)
		}
	}
	all, err := d.networks.VLANs(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range c.Networks {
		number, _ := keep.NumberOf(keep.NetworkKind, n.NetworkID)
		i := slices.IndexFunc(all, func(v records.VLAN) bool { return v.ID == number })
		if i < 0 {
			return nil, nil, compute.NetworkNotFound(n.NetworkID)
		}
		place := &private
		if all[i].Public() {
			place = &public
		}
		if *place != nil {
			return nil, nil, jumpgate.BadRequest.New("Network %s is one too many: a server of this cloud has one public network and one private.", n.NetworkID)
		}
		*place = &all[i]
	}
	return public, private, nil
}
