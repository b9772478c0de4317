package compute

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// BindMask has the interfaces of a guest and the security groups of its
// account: one call tells all that a change needs.
const BindMask = "mask[" + records.StateFields + ",networkComponents[id,primaryIpAddress,securityGroupBindings[id,securityGroup.id]]," +
	"account[id,securityGroups[id,name]]]"

// AddServerSecurityGroup puts all interfaces of a guest that are connected
// behind a group.
func (d *Servers) AddServerSecurityGroup(ctx context.Context, id, group string) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, firewall, err := d.guestAndGroup(ctx, id, group)
	if err != nil {
		return err
	}
	connected := slices.DeleteFunc(g.NetworkComponents, func(c records.Component) bool { return c.PrimaryIP == "" })
	if len(connected) == 0 {
		return compute.NoAddressYet()
	}
	var free []int
	for _, c := range connected {
		if !behind(&c, firewall.ID) {
			free = append(free, c.ID)
		}
	}
	if free == nil {
		return compute.SecurityGroupAdded(keep.IDOf(keep.SecurityGroupKind, firewall.ID))
	}
	_, err = d.networks.GroupRequest(ctx, firewall.ID, "attachNetworkComponents", free)
	return d.explain(ctx, id, compute.ActionAddSecurityGroup, err)
}

// RemoveServerSecurityGroup takes all interfaces of a guest from behind a
// group.
func (d *Servers) RemoveServerSecurityGroup(ctx context.Context, id, group string) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, firewall, err := d.guestAndGroup(ctx, id, group)
	if err != nil {
		return err
	}
	var bound []int
	for _, c := range g.NetworkComponents {
		if behind(&c, firewall.ID) {
			bound = append(bound, c.ID)
		}
	}
	if bound == nil {
		return compute.SecurityGroupNotAdded(group, id)
	}
	_, err = d.networks.GroupRequest(ctx, firewall.ID, "detachNetworkComponents", bound)
	return d.explain(ctx, id, compute.ActionRemoveSecurityGroup, err)
}

// guestAndGroup fetches a guest and a group by its name or id.
func (d *Servers) guestAndGroup(ctx context.Context, id, group string) (*records.Guest, *records.SecurityGroup, error) {
	g, err := d.Guest(ctx, id, BindMask)
	if err != nil {
		return nil, nil, err
	}
	switch firewall, matches := networks.NamedFirewall(ctx, g.Account.SecurityGroups, group); {
	case matches == 0:
		return nil, nil, compute.NoSecurityGroup(ctx, group)
	case matches > 1:
		return nil, nil, compute.ManySecurityGroups(group)
	default:
		return g, firewall, nil
	}
}

func behind(c *records.Component, group int) bool {
	for _, b := range c.SecurityGroups {
		if b.Group.ID == group {
			return true
		}
	}
	return false
}
