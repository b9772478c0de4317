package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

const defaultName = "default"

func (n *nets) groupShelf() *shelf[network.SecurityGroup] {
	return &shelf[network.SecurityGroup]{
		n: n, items: make(map[string]*network.SecurityGroup), head: func(t *network.SecurityGroup) head { return headOf(&t.Standard) }, first: 1, quota: "security_group",
		sees: func(ctx context.Context, t *network.SecurityGroup) bool { return n.granted(ctx, t.ID, shared) },
		show: func(ctx context.Context, t *network.SecurityGroup) {
			t.Shared, t.Rules = n.granted(ctx, t.ID, shared), n.rulesOf(t.ID)
		},
		add: func(_ context.Context, t *network.SecurityGroup) error {
			if t.Name == defaultName {
				return network.DefaultGroupExists()
			}
			n.born(t)
			return nil
		},
		alter: func(ctx context.Context, old, now *network.SecurityGroup, u *network.Update[network.SecurityGroup]) error {
			switch {
			case u.Has("name") && (old.Name == defaultName) != (now.Name == defaultName):
				return network.DefaultGroupStays()
			case u.Has("stateful") && now.Stateful != old.Stateful && n.grouped(old.ID):
				return network.SecurityGroupInUse(old.ID)
			}
			return nil
		},
		leave: func(ctx context.Context, t *network.SecurityGroup) error {
			switch {
			case t.Name == defaultName && !network.AllProjects(ctx):
				return network.DefaultGroupNotDeleted()
			case n.grouped(t.ID):
				return network.SecurityGroupInUse(t.ID)
			}
			return nil
		},
		erase: func(t *network.SecurityGroup) {
			for _, id := range slices.Clone(n.members[t.ID]) {
				n.rules.take(n.rules.items[id])
			}
			for _, rule := range n.rules.items { // those of others that let it in
				if rule.RemoteGroupID == t.ID {
					n.rules.take(rule)
				}
			}
			delete(n.members, t.ID)
			n.unshare(t.ID)
		},
	}
}

// grouped tells whether a port is in a group.
func (n *nets) grouped(id string) bool {
	for _, p := range n.ports.items {
		if slices.Contains(p.SecurityGroups, id) {
			return true
		}
	}
	return false
}

// born gives a new group the rules that groups are born with.
func (n *nets) born(g *network.SecurityGroup) {
	for _, id := range slices.Sorted(maps.Keys(n.templates.items)) {
		t := n.templates.items[id]
		if g.Name == defaultName && !t.InDefaultGroup || g.Name != defaultName && !t.InOtherGroups {
			continue
		}
		rule := ruleOf(t)
		if rule.RemoteGroupID == parent {
			rule.RemoteGroupID = g.ID
		}
		n.giveRule(g, rule)
	}
}

func (n *nets) giveRule(g *network.SecurityGroup, rule network.SecurityGroupRule) {
	rule.ID, rule.ProjectID, rule.GroupID, rule.OfDefault = jumpgate.NewUUID(), g.ProjectID, g.ID, g.Name == defaultName
	rule.Created, rule.Updated = g.Created, g.Updated
	n.rules.items[rule.ID] = &rule
	n.members[g.ID] = append(n.members[g.ID], rule.ID)
}

// defaultGroup is the group that every project has: it lets its own ports talk
// to each other.
func (n *nets) defaultGroup(project string) *network.SecurityGroup {
	id := stableUUID("security group", project)
	if g := n.groups.items[id]; g != nil {
		return g
	}
	now := n.seconds()
	g := &network.SecurityGroup{
		Standard: network.Standard{ID: id, ProjectID: project, Description: "Default security group", Created: now, Updated: now, Revision: 1},
		Name:     defaultName, Stateful: true,
	}
	n.groups.items[id] = g
	n.born(g)
	n.changes++
	return g
}

// rulesOf returns the rules of a group, oldest first.
func (n *nets) rulesOf(id string) []network.SecurityGroupRule {
	all := make([]network.SecurityGroupRule, len(n.members[id]))
	for i, rule := range n.members[id] {
		all[i] = *n.rules.items[rule]
	}
	return all
}

// groupsExist says which of groups a project can't put a port into.
func (n *nets) groupsExist(ctx context.Context, project string, ids []string) error {
	for _, id := range ids {
		g := n.groups.items[id]
		if g == nil || g.ProjectID != project && !network.AllProjects(ctx) && !n.grantedTo(project, id, shared) {
			return network.SecurityGroupNotFound(id)
		}
	}
	return nil
}

func (n *nets) ruleShelf() *shelf[network.SecurityGroupRule] {
	return &shelf[network.SecurityGroupRule]{
		n: n, items: make(map[string]*network.SecurityGroupRule), head: func(t *network.SecurityGroupRule) head { return headOf(&t.Standard) }, quota: "security_group_rule",
		sees: func(ctx context.Context, t *network.SecurityGroupRule) bool { // whose the group is
			g := n.groups.items[t.GroupID]
			return g != nil && n.groups.may(ctx, g)
		},
		add: func(ctx context.Context, t *network.SecurityGroupRule) error {
			g := n.groups.visible(ctx, t.GroupID)
			if g == nil {
				return network.SecurityGroupNotFound(t.GroupID)
			}
			if t.RemoteGroupID != "" && n.groups.visible(ctx, t.RemoteGroupID) == nil {
				return network.SecurityGroupNotFound(t.RemoteGroupID)
			}
			if err := n.addressGroupExists(ctx, t.RemoteAddressGroupID); err != nil {
				return err
			}
			for _, id := range n.members[g.ID] {
				if network.SameRule(n.rules.items[id], t) {
					return network.RuleExists(id)
				}
			}
			t.OfDefault = g.Name == defaultName
			n.members[g.ID] = append(n.members[g.ID], t.ID)
			n.groups.touch(g)
			return nil
		},
		erase: func(t *network.SecurityGroupRule) {
			n.members[t.GroupID] = slices.DeleteFunc(slices.Clone(n.members[t.GroupID]), func(id string) bool { return id == t.ID })
			if g := n.groups.items[t.GroupID]; g != nil {
				n.groups.touch(g)
			}
		},
	}
}
