package network

import (
	"context"
	"iter"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// DefaultGroup is the group that every project of OpenStack has. SoftLayer has
// none: an interface in no group lets everything pass. So that is what this
// one says, and servers in no group are in it. Where the program lets users
// change it, the first change makes a group of that name, which is then the
// one; else a group that somebody called so in SoftLayer is one of many.
const DefaultGroup = "default"

const openDescription = "This cloud lets everything in and out of servers that are in no other group"

// ownAmong is the number of the account's own group "default" among all, the
// oldest of that name; 0: it has none.
func (d *Networks) ownAmong(all []records.GroupName) int {
	own := 0
	if !d.Opts.EditDefaultGroup {
		return own
	}
	for i := range all {
		if all[i].Name == DefaultGroup && (own == 0 || all[i].ID < own) {
			own = all[i].ID
		}
	}
	return own
}

// OwnDefault is the same, from what was known a moment ago.
func (d *Networks) OwnDefault(ctx context.Context) (int, error) {
	if !d.Opts.EditDefaultGroup {
		return 0, nil
	}
	return d.ownDefault.Get(ctx, func(ctx context.Context) (int, error) {
		all, err := d.FirewallNames(ctx, DefaultGroup)
		return d.ownAmong(all), err
	})
}

// HasOwnDefault tells whether the account has a group of its own called
// "default", or may have one: whether who is in no group is in none.
func (d *Networks) HasOwnDefault(ctx context.Context) bool {
	own, err := d.OwnDefault(ctx)
	return err != nil || own != 0
}

// DefaultGroupID is the id of the group "default", whoever it is at present.
func DefaultGroupID(ctx context.Context) string { return accountID(ctx, keep.DefaultGroupKind) }

// groupID is the id of the group with a number; own is that of the account's
// own "default".
func groupID(ctx context.Context, number, own int) string {
	if number == own {
		return DefaultGroupID(ctx)
	}
	return keep.IDOf(keep.SecurityGroupKind, number)
}

// openGroup is the "default" that SoftLayer does not know.
func openGroup(ctx context.Context) *network.SecurityGroup {
	g := &network.SecurityGroup{
		Standard: network.Standard{
			ID: DefaultGroupID(ctx), ProjectID: keep.Account(ctx), Description: openDescription, Tags: []string{}, Revision: 1,
		},
		Name: DefaultGroup, Stateful: true,
	}
	for i, r := range bornWith {
		g.Rules = append(g.Rules, network.SecurityGroupRule{
			Standard: network.Standard{
				ID: keep.IDOf(keep.DefaultRuleKind, len(bornWith)*accountNumber(ctx)+i), ProjectID: g.ProjectID, Revision: 1,
			},
			GroupID: g.ID, GroupProjectID: g.ProjectID, Direction: r.Direction, EtherType: r.EtherType, OfDefault: true, Born: true,
		})
	}
	return g
}

// Changeable is the number of the group that an id names, for those who want to
// change its rules. The first change of "default" makes a group of that name,
// if the program lets it: servers that are in none stay as open as they were,
// so it would close nothing that anybody who sees its rules thinks it does.
func (d *Networks) Changeable(ctx context.Context, id string) (int, error) {
	if number, ok := keep.NumberOf(keep.SecurityGroupKind, id); ok {
		return number, nil
	}
	if id != DefaultGroupID(ctx) {
		return 0, jumpgate.NotFound
	}
	if !d.Opts.EditDefaultGroup {
		return 0, jumpgate.Forbidden.New("The rules of security group default can't be changed: %s, and a rule would change nothing for those that exist. "+
			"Please use a group of another name.", openDescription)
	}
	unlock, err := d.Locks.Lock(ctx, "default/"+keep.Account(ctx))
	if err != nil {
		return 0, err
	}
	defer unlock()
	all, err := d.FirewallNames(ctx, DefaultGroup)
	if err != nil {
		return 0, err
	}
	if own := d.ownAmong(all); own != 0 {
		return own, nil
	}
	made, err := d.MakeFirewall(ctx, DefaultGroup, "Default security group")
	if err != nil {
		return 0, err
	}
	d.ownDefault.Forget()
	_, err = d.GroupRequest(ctx, made.ID, "addRules", []records.SecurityRule{{Direction: "ingress", Ethertype: "IPv4"}, {Direction: "ingress", Ethertype: "IPv6"}})
	return made.ID, err
}

// bornWith are the rules of groups that nobody has changed: all of them that
// of "default", those that let something out that of others.
var bornWith = [...]network.DefaultRule{
	{Direction: network.Ingress, EtherType: network.IPv4, InDefaultGroup: true},
	{Direction: network.Ingress, EtherType: network.IPv6, InDefaultGroup: true},
	{Direction: network.Egress, EtherType: network.IPv4, InDefaultGroup: true, InOtherGroups: true},
	{Direction: network.Egress, EtherType: network.IPv6, InDefaultGroup: true, InOtherGroups: true},
}

// defaultRules are what groups are born with.
type defaultRules struct{}

// DefaultSecurityGroupRules implements network.DefaultRuleDriver.
func (d *Networks) DefaultSecurityGroupRules() network.Lister[network.DefaultRule] {
	return defaultRules{}
}

// List implements network.Lister.
func (defaultRules) List(context.Context, network.Query) iter.Seq2[*network.DefaultRule, error] {
	return all(func() ([]*network.DefaultRule, error) {
		list := make([]*network.DefaultRule, len(bornWith))
		for i := range bornWith {
			r := bornWith[i]
			r.ID = keep.IDOf(keep.DefaultRuleKind, i+1)
			list[i] = &r
		}
		return list, nil
	})
}

// Get implements network.Getter.
func (d defaultRules) Get(ctx context.Context, id string) (*network.DefaultRule, error) {
	for r, err := range d.List(ctx, network.Query{}) {
		if err != nil || r.ID == id {
			return r, err
		}
	}
	return nil, jumpgate.NotFound
}

// groupsOf are the groups of an interface of g.
func (d *Networks) groupsOf(ctx context.Context, g *owner, c *connection) ([]string, error) {
	list := make([]string, 0, 1)
	own, asked := 0, false
	know := func() (err error) {
		if !asked {
			own, err = d.OwnDefault(ctx)
			asked = true
		}
		return err
	}
	for _, b := range c.SecurityGroups {
		if b.Group.Name == DefaultGroup {
			if err := know(); err != nil {
				return nil, err
			}
		}
		list = append(list, groupID(ctx, b.Group.ID, own))
	}
	if len(list) > 0 || keep.MarkersOf(g.TagReferences).Groupless {
		return list, nil
	}
	if err := know(); err != nil {
		return nil, err
	}
	if own == 0 {
		list = append(list, DefaultGroupID(ctx))
	}
	return list, nil
}
