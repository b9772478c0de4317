package compute

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// boundGuest is a guest with its interfaces and the security groups of its
// account: one call tells all that a change needs.
type boundGuest struct {
	records.GuestState
	records.Tagged
	NetworkComponents []boundInterface `json:"networkComponents"`
	Account           struct {
		SecurityGroups []records.GroupName `json:"securityGroups"`
	} `json:"account"`
}

// boundInterface is an interface with the groups that it is behind.
type boundInterface struct {
	ID             int       `json:"id"`
	PrimaryIP      string    `json:"primaryIpAddress"`
	SecurityGroups []binding `json:"securityGroupBindings"`
}

// binding is that of an interface to a security group.
type binding struct {
	Group records.Numbered `json:"securityGroup"`
}

var boundForm = records.FormOf[boundGuest]()

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
	if firewall == nil {
		return d.enterDefault(ctx, id, g)
	}
	connected := slices.DeleteFunc(g.NetworkComponents, func(c boundInterface) bool { return c.PrimaryIP == "" })
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
	if err := d.explain(ctx, id, compute.ActionAddSecurityGroup, err); err != nil {
		return err
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Groupless = false })
}

// enterDefault puts a guest into the group "default" that SoftLayer does not
// know: that of servers in no other, which are open. One in another can't be
// open, too.
func (d *Servers) enterDefault(ctx context.Context, id string, g *boundGuest) error {
	switch {
	case bound(g):
		return jumpgate.BadRequest.New("Security group default can't be added to instance %s: it stands for servers of this cloud that are in no other group, which are open.", id)
	case !keep.MarkersOf(g.TagReferences).Groupless:
		return compute.SecurityGroupAdded(networks.DefaultGroupID(ctx))
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Groupless = false })
}

// leaveDefault takes a guest out of it. Nothing changes in SoftLayer, but what
// is shown.
func (d *Servers) leaveDefault(ctx context.Context, id, group string, g *boundGuest) error {
	if bound(g) || keep.MarkersOf(g.TagReferences).Groupless {
		return compute.SecurityGroupNotAdded(group, id)
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Groupless = true })
}

// bound tells whether any interface of g is behind a group.
func bound(g *boundGuest) bool {
	return slices.ContainsFunc(g.NetworkComponents, func(c boundInterface) bool { return len(c.SecurityGroups) > 0 })
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
	if firewall == nil {
		return d.leaveDefault(ctx, id, group, g)
	}
	var those []int
	others := false
	for _, c := range g.NetworkComponents {
		if behind(&c, firewall.ID) {
			those = append(those, c.ID)
		}
		others = others || slices.ContainsFunc(c.SecurityGroups, func(b binding) bool { return b.Group.ID != firewall.ID })
	}
	if those == nil {
		return compute.SecurityGroupNotAdded(group, id)
	}
	_, err = d.networks.GroupRequest(ctx, firewall.ID, "detachNetworkComponents", those)
	if err := d.explain(ctx, id, compute.ActionRemoveSecurityGroup, err); err != nil || others {
		return err
	}
	return d.remark(ctx, id, g, func(m *keep.Markers) { m.Groupless = true }) // it is in none then, not in "default"
}

// guestAndGroup fetches a guest and a group by its name or id; nil is the group
// "default" that SoftLayer does not know.
func (d *Servers) guestAndGroup(ctx context.Context, id, group string) (*boundGuest, *records.GroupName, error) {
	g, err := guestAs(ctx, d, boundForm, id)
	if err != nil {
		return nil, nil, err
	}
	switch firewall, matches := d.networks.NamedFirewall(ctx, g.Account.SecurityGroups, group); {
	case matches == 0 && isDefault(ctx, group):
		return g, nil, nil
	case matches == 0:
		return nil, nil, compute.NoSecurityGroup(ctx, group)
	case matches > 1:
		return nil, nil, compute.ManySecurityGroups(group)
	default:
		return g, firewall, nil
	}
}

func behind(c *boundInterface, group int) bool {
	for _, b := range c.SecurityGroups {
		if b.Group.ID == group {
			return true
		}
	}
	return false
}
