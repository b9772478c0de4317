package network

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

var _ interface {
	network.Creator[network.SecurityGroup]
	network.Updater[network.SecurityGroup]
	network.Deleter
} = groups{}

// Create implements network.Creator.
func (d groups) Create(ctx context.Context, all []*network.SecurityGroup) ([]*network.SecurityGroup, error) {
	for _, g := range all {
		if err := makeable(g); err != nil {
			return nil, err
		}
	}
	made := make([]*network.SecurityGroup, 0, len(all))
	for _, g := range all {
		one, err := d.make(ctx, g)
		if err != nil {
			for _, g := range made {
				_ = d.Delete(context.WithoutCancel(ctx), g.ID) // all or none
			}
			return nil, err
		}
		made = append(made, one)
	}
	return made, nil
}

// makeable tells whether there can be such a group.
func makeable(g *network.SecurityGroup) error {
	switch {
	case g.Name == DefaultGroup:
		return network.DefaultGroupExists()
	case !g.Stateful:
		return network.Invalid("Security groups of this cloud are stateful.")
	}
	return nil
}

func (d groups) make(ctx context.Context, g *network.SecurityGroup) (*network.SecurityGroup, error) {
	f, err := d.MakeFirewall(ctx, g.Name, g.Description)
	if err != nil {
		return nil, groupFault(err)
	}
	f.Name, f.Description = cmp.Or(f.Name, g.Name), cmp.Or(f.Description, g.Description)
	one := groupOf(ctx, f, 0)
	if len(g.Tags) > 0 {
		err = d.tag(ctx, f.ID, one, g.Tags)
	}
	return one, err
}

func (d groups) tag(ctx context.Context, number int, g *network.SecurityGroup, tags []string) error {
	n, err := d.groupNotes().edit(ctx, strconv.Itoa(number), func(n *groupNote) error {
		n.Tags = tags
		return nil
	})
	if err == nil {
		n.tell(g)
	}
	return err
}

// Update implements network.Updater.
func (d groups) Update(ctx context.Context, id string, u network.Update[network.SecurityGroup]) (*network.SecurityGroup, error) {
	f, own, err := d.firewall(ctx, id)
	if err != nil {
		return nil, err
	}
	number, now := 0, openGroup(ctx)
	if f != nil {
		number, now = f.ID, groupOf(ctx, f, own)
	}
	isDefault := f == nil || number == own
	before := *now
	u.Apply(now)
	switch {
	case isDefault && now.Name != before.Name:
		return nil, network.DefaultGroupStays()
	case !isDefault && u.Has("name") && now.Name == DefaultGroup:
		return nil, network.DefaultGroupExists()
	case !now.Stateful:
		return nil, network.Invalid("Security groups of this cloud are stateful.")
	case f == nil && now.Description != before.Description:
		return nil, jumpgate.Forbidden.New("The description of security group default can't be changed: it is none of the cloud's groups.")
	}
	if now.Name != before.Name || now.Description != before.Description {
		if err := d.EditFirewall(ctx, number, now.Name, now.Description); err != nil {
			return nil, groupFault(err)
		}
		f.Name, f.Description = now.Name, now.Description
		now = groupOf(ctx, f, own)
	}
	if u.Has("tags") {
		return now, d.tag(ctx, number, now, u.New.Tags)
	}
	return now, d.notedOne(ctx, now, number)
}

// Delete implements network.Deleter.
func (d groups) Delete(ctx context.Context, id string) error {
	f, own, err := d.firewall(ctx, id)
	switch {
	case err != nil:
		return err
	case f == nil || f.ID == own:
		return network.DefaultGroupNotDeleted()
	}
	book, err := d.PortBook(ctx)
	if err != nil {
		return err
	}
	if len(book.waiting(func(p *keptPort) bool { return slices.Contains(p.Groups, id) })) > 0 {
		return network.SecurityGroupInUse(id)
	}
	err = d.RemoveFirewall(ctx, f.ID)
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.Conflict {
		return network.SecurityGroupInUse(id)
	}
	if err == nil {
		d.groupNotes().drop(ctx, strconv.Itoa(f.ID))
	}
	return err
}

// groupFault words SoftLayer's no to a group.
func groupFault(err error) error {
	if OverLimit(err) {
		return network.OverQuota("security_group")
	}
	return err
}

var _ interface {
	network.Creator[network.SecurityGroupRule]
	network.Deleter
} = rules{}

// Create implements network.Creator. SoftLayer's rules know a few
// protocols alone.
func (d rules) Create(ctx context.Context, all []*network.SecurityGroupRule) ([]*network.SecurityGroupRule, error) {
	made := make([]*network.SecurityGroupRule, 0, len(all))
	for _, r := range all {
		one, err := d.make(ctx, r)
		if err != nil {
			for _, r := range made {
				_ = d.RemoveRule(context.WithoutCancel(ctx), r.GroupID, r.ID) // all or none
			}
			return nil, err
		}
		made = append(made, one)
	}
	return made, nil
}

func (d rules) make(ctx context.Context, r *network.SecurityGroupRule) (*network.SecurityGroupRule, error) {
	wanted, err := wireRule(r)
	if err != nil {
		return nil, err
	}
	g, err := groups(d).Get(ctx, r.GroupID)
	switch e := jumpgate.AsError(err); {
	case err != nil && e.Kind == jumpgate.NotFound:
		return nil, network.SecurityGroupNotFound(r.GroupID)
	case err != nil:
		return nil, err
	}
	for i := range g.Rules {
		if network.SameRule(&g.Rules[i], r) {
			return nil, network.RuleExists(g.Rules[i].ID)
		}
	}
	if r.RemoteGroupID != "" {
		if wanted.RemoteID, err = d.remote(ctx, r); err != nil {
			return nil, err
		}
	}
	number, err := d.Changeable(ctx, r.GroupID)
	if err != nil {
		return nil, err
	}
	if wanted.ID, err = d.AddRule(ctx, number, wanted); err != nil {
		if OverLimit(err) {
			return nil, network.OverQuota("security_group_rule")
		}
		return nil, err
	}
	own := 0
	if r.GroupID == DefaultGroupID(ctx) {
		own = number
	}
	made := *r
	made.Standard = ruleStandard(ctx, wanted.ID, d.Opts.Now())
	made.Revision, made.Description, made.OfDefault, made.GroupProjectID = revision(wanted), r.Description, own != 0, keep.Account(ctx)
	note := ruleNote{Description: r.Description}
	if shown := ruleOf(ctx, new(records.SecurityGroup), &wanted, own); shown.Protocol != r.Protocol {
		note.Protocol = r.Protocol
	}
	if asPrefix(wanted.RemoteIP) != r.RemoteIP {
		note.RemoteIP = r.RemoteIP
	}
	if note.empty() {
		return &made, nil
	}
	_, err = d.groupNotes().edit(ctx, strconv.Itoa(number), func(n *groupNote) error {
		if n.Rules == nil {
			n.Rules = make(map[int]ruleNote)
		}
		n.Rules[wanted.ID] = note
		return nil
	})
	return &made, err
}

// remote is the number of the group that r names.
func (d rules) remote(ctx context.Context, r *network.SecurityGroupRule) (int, error) {
	number, err := d.RemoteFirewall(ctx, r.RemoteGroupID)
	if err == nil && r.RemoteGroupID != r.GroupID {
		_, err = groupNameForm.Get(ctx, d.API, GroupService, strconv.Itoa(number))
	}
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound {
		return 0, network.SecurityGroupNotFound(r.RemoteGroupID)
	}
	return number, err
}

// Delete implements network.Deleter.
func (d rules) Delete(ctx context.Context, id string) error {
	r, err := d.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := d.RemoveRule(ctx, r.GroupID, id); err != nil {
		return err
	}
	rule, ok := keep.NumberOf(keep.SecurityRuleKind, id)
	group, known := keep.NumberOf(keep.SecurityGroupKind, r.GroupID)
	if !ok || !known {
		return nil
	}
	n, err := d.groupNotes().get(ctx, strconv.Itoa(group))
	if err != nil || n.Rules[rule] == (ruleNote{}) {
		return nil //nolint:nilerr // a note that stays only takes room
	}
	_, err = d.groupNotes().edit(ctx, strconv.Itoa(group), func(n *groupNote) error {
		delete(n.Rules, rule)
		return nil
	})
	return err
}

// Get implements network.Getter. It looks among those of all groups: nothing says which has it.
func (d rules) Get(ctx context.Context, id string) (*network.SecurityGroupRule, error) {
	for r, err := range d.List(ctx, network.Query{}) {
		if err != nil {
			return nil, err
		}
		if r.ID == id {
			return r, nil
		}
	}
	return nil, jumpgate.NotFound
}
