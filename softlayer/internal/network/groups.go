package network

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// GroupService is what SoftLayer's security groups are asked of.
const GroupService = "Network_SecurityGroup"

// groupAmong is a group with its rules, and the names of all of its account.
type groupAmong struct {
	records.SecurityGroup
	Account struct {
		SecurityGroups []records.GroupName `json:"securityGroups"`
	} `json:"account"`
}

// How groups and their rules are asked for.
var (
	groupForm      = records.FormOf[records.SecurityGroup]()
	groupNameForm  = records.FormOf[records.GroupName]()
	groupAmongForm = records.FormOf[groupAmong]()
	ruleForm       = records.FormOf[records.SecurityRule]()
)

// groups are security groups.
type groups struct{ *Networks }

var _ interface {
	network.Getter[network.SecurityGroup]
	network.Lister[network.SecurityGroup]
} = groups{}

// SecurityGroups implements network.SecurityGroupDriver.
func (d *Networks) SecurityGroups() network.Lister[network.SecurityGroup] { return groups{d} }

// Firewalls fetches the account's security groups with their rules in the
// order of their numbers, with one call; those of a name where one is given.
func (d *Networks) Firewalls(ctx context.Context, name ...string) ([]records.SecurityGroup, error) {
	return firewalls(ctx, d, groupForm, func(g *records.SecurityGroup) int { return g.ID }, name...)
}

// FirewallNames fetches only what they are called by.
func (d *Networks) FirewallNames(ctx context.Context, name ...string) ([]records.GroupName, error) {
	return firewalls(ctx, d, groupNameForm, func(g *records.GroupName) int { return g.ID }, name...)
}

func firewalls[G any](ctx context.Context, d *Networks, form records.Form[G], number func(*G) int, name ...string) ([]G, error) {
	c := upstream.Call{Service: "Account", Method: "getSecurityGroups"}
	if name != nil {
		c.Filter = upstream.Filter{"securityGroups": upstream.Filter{"name": upstream.Among(name)}}
	}
	all, err := form.All(ctx, d.API, c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(g G) bool { return number(&g) == 0 })
	slices.SortFunc(all, func(a, b G) int { return cmp.Compare(number(&a), number(&b)) })
	return all, nil
}

// List implements network.Lister.
func (d groups) List(ctx context.Context, _ network.Query) iter.Seq2[*network.SecurityGroup, error] {
	return all(func() ([]*network.SecurityGroup, error) {
		found, err := d.Firewalls(ctx)
		if err != nil {
			return nil, err
		}
		own := d.ownAmong(namesOf(found))
		list := make([]*network.SecurityGroup, 0, len(found)+1)
		numbers := make([]int, 0, len(found)+1)
		if own == 0 {
			list, numbers = append(list, openGroup(ctx)), append(numbers, 0)
		}
		for i := range found {
			list, numbers = append(list, groupOf(ctx, &found[i], own)), append(numbers, found[i].ID)
		}
		return list, d.noted(ctx, list, numbers)
	})
}

// Get implements network.Getter.
func (d groups) Get(ctx context.Context, id string) (*network.SecurityGroup, error) {
	f, own, err := d.firewall(ctx, id)
	if err != nil {
		return nil, err
	}
	g, number := openGroup(ctx), 0
	if f != nil {
		g, number = groupOf(ctx, f, own), f.ID
	}
	return g, d.notedOne(ctx, g, number)
}

// firewall fetches the group that an id names with its rules, nil for the
// "default" that SoftLayer does not know; and the number of the account's own.
func (d *Networks) firewall(ctx context.Context, id string) (g *records.SecurityGroup, own int, err error) {
	if id == DefaultGroupID(ctx) {
		all, err := d.Firewalls(ctx, DefaultGroup)
		own := d.ownAmong(namesOf(all))
		i := slices.IndexFunc(all, func(g records.SecurityGroup) bool { return g.ID == own })
		if err != nil || i < 0 {
			return nil, 0, err
		}
		return &all[i], own, nil
	}
	number, ok := keep.NumberOf(keep.SecurityGroupKind, id)
	if !ok {
		return nil, 0, jumpgate.NotFound
	}
	found, err := groupAmongForm.Get(ctx, d.API, GroupService, strconv.Itoa(number))
	return &found.SecurityGroup, d.ownAmong(found.Account.SecurityGroups), err
}

// namesOf are the names of groups.
func namesOf(all []records.SecurityGroup) []records.GroupName {
	names := make([]records.GroupName, len(all))
	for i := range all {
		names[i] = all[i].GroupName
	}
	return names
}

// groupOf is g in Neutron's terms; own is the number of the account's own
// "default".
func groupOf(ctx context.Context, g *records.SecurityGroup, own int) *network.SecurityGroup {
	group := &network.SecurityGroup{
		Standard: network.Standard{
			ID: groupID(ctx, g.ID, own), ProjectID: keep.Account(ctx), Description: g.Description, Tags: []string{},
			Created: g.Created.Time, Updated: g.Modified.Time,
		},
		Name: g.Name, Stateful: true, Rules: make([]network.SecurityGroupRule, len(g.Rules)),
	}
	if group.Updated.IsZero() {
		group.Updated = group.Created
	}
	rules := slices.SortedFunc(slices.Values(g.Rules), func(a, b records.SecurityRule) int { return cmp.Compare(a.ID, b.ID) })
	for i := range rules {
		group.Rules[i] = ruleOf(ctx, g, &rules[i], own)
	}
	group.Revision = revision(g.Name, g.Description, g.Rules)
	return group
}

// rules are rules of security groups.
type rules struct{ *Networks }

var _ network.Lister[network.SecurityGroupRule] = rules{}

// SecurityGroupRules implements network.SecurityGroupRuleDriver.
func (d *Networks) SecurityGroupRules() network.Lister[network.SecurityGroupRule] { return rules{d} }

// List implements network.Lister. The rules of one group cost a call for that
// alone, all of them one for all groups.
func (d rules) List(ctx context.Context, q network.Query) iter.Seq2[*network.SecurityGroupRule, error] {
	return func(yield func(*network.SecurityGroupRule, error) bool) {
		of := groups(d).List(ctx, q)
		if id, ok := q.One("security_group_id"); ok {
			of = only(groups(d).Get(ctx, id))
		}
		for g, err := range of {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range g.Rules {
				if !yield(&g.Rules[i], nil) {
					return
				}
			}
		}
	}
}

// only is a list of what a Get returned.
func only[T any](item *T, err error) iter.Seq2[*T, error] {
	return all(func() ([]*T, error) {
		if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound {
			return nil, nil
		}
		return []*T{item}, err
	})
}

// ruleOf is r of g in Neutron's terms.
func ruleOf(ctx context.Context, g *records.SecurityGroup, r *records.SecurityRule, own int) network.SecurityGroupRule {
	rule := network.SecurityGroupRule{
		Standard: ruleStandard(ctx, r.ID, g.Created.Time),
		GroupID:  groupID(ctx, g.ID, own), GroupProjectID: keep.Account(ctx),
		Direction: network.Direction(r.Direction),
		EtherType: network.EtherType(r.Ether()),
		Protocol:  r.Protocol,
		PortMin:   r.PortMin, PortMax: r.PortMax,
		RemoteIP:  asPrefix(r.RemoteIP),
		OfDefault: g.ID == own,
	}
	rule.Revision = revision(r)
	if r.Protocol == "icmp" && rule.EtherType == network.IPv6 {
		rule.Protocol = "ipv6-icmp"
	}
	if r.RemoteID != 0 {
		rule.RemoteGroupID = groupID(ctx, r.RemoteID, own)
	}
	return rule
}

func ruleStandard(ctx context.Context, number int, created time.Time) network.Standard {
	return network.Standard{ID: keep.IDOf(keep.SecurityRuleKind, number), ProjectID: keep.Account(ctx), Created: created, Updated: created}
}
