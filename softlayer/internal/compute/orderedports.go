package compute

import (
	"context"
	"fmt"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
)

// orderedPorts are ports that were made before the server that is ordered with
// them.
type orderedPorts []*networks.Claim

// claimPorts keeps the ports that an order names for it. The order then names
// their networks in their place.
func (d *Servers) claimPorts(ctx context.Context, c *compute.ServerCreate) (claims orderedPorts, err error) {
	defer func() {
		if err != nil {
			d.unclaim(ctx, claims)
		}
	}()
	all := slices.Clone(c.Networks)
	for i := range all {
		n := &all[i]
		if n.PortID == "" {
			continue
		}
		if c.MaxCount > 1 {
			return claims, compute.OnePortForMany()
		}
		claim, err := d.networks.Claim(ctx, n.PortID)
		switch e := jumpgate.AsError(err); {
		case err == nil:
		case e.Kind == jumpgate.NotFound:
			return claims, fmt.Errorf("%w: %w", compute.PortNotFound(n.PortID), err)
		case e.Kind == jumpgate.Conflict:
			return claims, fmt.Errorf("%w: %w", compute.PortInUse(n.PortID), err)
		default:
			return claims, err
		}
		claims = append(claims, claim)
		*n = compute.NetworkRequest{NetworkID: keep.IDOf(keep.NetworkKind, claim.VLAN.ID), Tag: n.Tag}
	}
	c.Networks = all
	return claims, nil
}

// unclaim frees ports whose order was not placed.
func (d *Servers) unclaim(ctx context.Context, claims orderedPorts) {
	for _, claim := range claims {
		d.networks.Unclaim(ctx, claim.ID)
	}
}

// adopt gives ports to the guest that was made with them. Where the store does
// not take that, the guest has ports of other ids, and these are free again.
func (d *Servers) adopt(ctx context.Context, claims orderedPorts, guests []*shown) {
	for _, claim := range claims {
		if len(guests) == 0 || d.networks.Adopt(ctx, claim.ID, guests[0].GlobalIdentifier) != nil {
			d.networks.Unclaim(ctx, claim.ID)
		}
	}
}

// putInto puts into the order of a guest what the ports want of its
// interfaces. Their groups count, not those of the server, as with Nova.
func (claims orderedPorts) putInto(t map[string]any) {
	for _, claim := range claims {
		name := "primaryBackendNetworkComponent"
		if claim.VLAN.Public() {
			name = "primaryNetworkComponent"
		}
		vlan := map[string]any{"id": claim.VLAN.ID}
		if claim.Subnet != 0 {
			vlan["primarySubnet"] = map[string]any{"id": claim.Subnet}
		}
		on := map[string]any{"networkVlan": vlan}
		if len(claim.Groups) > 0 {
			var bindings []any
			for _, group := range claim.Groups {
				bindings = append(bindings, bindingTo(group))
			}
			on["securityGroupBindings"] = bindings
		}
		t[name] = on
	}
}
