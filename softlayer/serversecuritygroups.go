package softlayer

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// bindMask has the interfaces of a guest and the security groups of its
// account: one call tells all that a change needs.
const bindMask = "mask[" + stateFields + ",networkComponents[id,primaryIpAddress,securityGroupBindings[id,securityGroup.id]]," +
	"account[id,securityGroups[id,name]]]"

// AddServerSecurityGroup puts all interfaces of a guest that are connected
// behind a group.
func (d *Driver) AddServerSecurityGroup(ctx context.Context, id, group string) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, firewall, err := d.guestAndGroup(ctx, id, group)
	if err != nil {
		return err
	}
	connected := slices.DeleteFunc(g.NetworkComponents, func(c component) bool { return c.PrimaryIP == "" })
	if len(connected) == 0 {
		return compute.NoAddressYet()
	}
	var free []int
	for _, c := range connected {
		if !c.behind(firewall.ID) {
			free = append(free, c.ID)
		}
	}
	if free == nil {
		return compute.SecurityGroupAdded(idOf(securityGroupKind, firewall.ID))
	}
	_, err = d.groupRequest(ctx, firewall.ID, "attachNetworkComponents", free)
	return d.explain(ctx, id, "addSecurityGroup", err)
}

// RemoveServerSecurityGroup takes all interfaces of a guest from behind a
// group.
func (d *Driver) RemoveServerSecurityGroup(ctx context.Context, id, group string) error {
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
		if c.behind(firewall.ID) {
			bound = append(bound, c.ID)
		}
	}
	if bound == nil {
		return compute.SecurityGroupNotAdded(group, id)
	}
	_, err = d.groupRequest(ctx, firewall.ID, "detachNetworkComponents", bound)
	return d.explain(ctx, id, "removeSecurityGroup", err)
}

// guestAndGroup fetches a guest and a group by its name or id.
func (d *Driver) guestAndGroup(ctx context.Context, id, group string) (*guest, *securityGroup, error) {
	g, err := d.guest(ctx, id, bindMask)
	if err != nil {
		return nil, nil, err
	}
	switch firewall, matches := namedGroup(g.Account.SecurityGroups, group); {
	case matches == 0:
		return nil, nil, compute.NoSecurityGroup(ctx, group)
	case matches > 1:
		return nil, nil, compute.ManySecurityGroups(group)
	default:
		return g, firewall, nil
	}
}

func (c *component) behind(group int) bool {
	for _, b := range c.SecurityGroups {
		if b.Group.ID == group {
			return true
		}
	}
	return false
}
