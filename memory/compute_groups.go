package memory

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
)

var (
	_ compute.SecurityGroupLister    = machines{}
	_ compute.AllSecurityGroupLister = machines{}
	_ compute.SecurityGroupEditor    = machines{}
	_ compute.SecurityGroupRuler     = machines{}
	_ compute.ServerSecurityGrouper  = machines{}
)

// SecurityGroups implements compute.SecurityGroupLister.
func (m machines) SecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	var all []compute.SecurityGroup
	for _, g := range m.c.nets.groups.collect(ctx, network.Query{}) {
		all = append(all, groupView(g))
	}
	slices.SortFunc(all, func(a, b compute.SecurityGroup) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// AllSecurityGroups implements compute.AllSecurityGroupLister.
func (m machines) AllSecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	return m.SecurityGroups(network.WithAllProjects(ctx))
}

// groupView is what Nova shows of a group: what it lets in.
func groupView(g *network.SecurityGroup) compute.SecurityGroup {
	view := compute.SecurityGroup{ID: g.ID, Name: g.Name, Description: g.Description, ProjectID: g.ProjectID}
	for _, r := range g.Rules {
		if r.Direction == network.Ingress {
			view.Rules = append(view.Rules, compute.SecurityGroupRule{
				ID: r.ID, Protocol: r.Protocol, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: r.RemoteIP, RemoteGroupID: r.RemoteGroupID,
			})
		}
	}
	return view
}

// CreateSecurityGroup implements compute.SecurityGroupEditor.
func (m machines) CreateSecurityGroup(ctx context.Context, name, description string) (*compute.SecurityGroup, error) {
	made, err := m.c.nets.groups.Create(ctx, []*network.SecurityGroup{{
		Standard: network.Standard{ProjectID: caller(ctx).ProjectID, Description: description}, Name: name, Stateful: true,
	}})
	if err != nil {
		return nil, overQuota(err)
	}
	g := groupView(made[0])
	return &g, nil
}

// overQuota is a quota that is used up, as Nova refuses it.
func overQuota(err error) error {
	if e := jumpgate.AsError(err); e.Type == "OverQuota" {
		return jumpgate.Forbidden.Wrap(err, "%s", e.Message)
	}
	return err
}

// UpdateSecurityGroup implements compute.SecurityGroupEditor.
func (m machines) UpdateSecurityGroup(ctx context.Context, id, name, description string) error {
	_, err := m.c.nets.groups.Update(ctx, id, network.NewUpdate(func(g *network.SecurityGroup) {
		g.Name, g.Description = name, description
	}, "name", "description"))
	return err
}

// DeleteSecurityGroup implements compute.SecurityGroupEditor.
func (m machines) DeleteSecurityGroup(ctx context.Context, id string) error {
	return m.c.nets.groups.Delete(ctx, id)
}

// AddSecurityGroupRule implements compute.SecurityGroupRuler.
func (m machines) AddSecurityGroupRule(ctx context.Context, groupID string, r compute.SecurityGroupRule) (string, error) {
	rule := &network.SecurityGroupRule{
		Standard: network.Standard{ProjectID: caller(ctx).ProjectID}, GroupID: groupID, Direction: network.Ingress, EtherType: network.IPv4,
		Protocol: r.Protocol, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: r.RemoteIP, RemoteGroupID: r.RemoteGroupID,
	}
	if p, err := netip.ParsePrefix(r.RemoteIP); err == nil && p.Addr().Is6() {
		rule.EtherType = network.IPv6
	}
	made, err := m.c.nets.rules.Create(ctx, []*network.SecurityGroupRule{rule})
	if err != nil {
		return "", overQuota(err)
	}
	return made[0].ID, nil
}

// RemoveSecurityGroupRule implements compute.SecurityGroupRuler.
func (m machines) RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error {
	r, err := m.c.nets.rules.Get(ctx, id)
	if err != nil || r.GroupID != groupID {
		return jumpgate.NotFound
	}
	return m.c.nets.rules.Delete(ctx, id)
}

// AddServerSecurityGroup implements compute.ServerSecurityGrouper.
func (m machines) AddServerSecurityGroup(ctx context.Context, id, group string) error {
	return m.regroup(ctx, id, group, func(g *network.SecurityGroup, have []string) ([]string, error) {
		if slices.Contains(have, g.ID) {
			return nil, compute.SecurityGroupAdded(g.ID)
		}
		return append(slices.Clone(have), g.ID), nil
	})
}

// RemoveServerSecurityGroup implements compute.ServerSecurityGrouper.
func (m machines) RemoveServerSecurityGroup(ctx context.Context, id, group string) error {
	return m.regroup(ctx, id, group, func(g *network.SecurityGroup, have []string) ([]string, error) {
		if !slices.Contains(have, g.ID) {
			return nil, compute.SecurityGroupNotAdded(g.ID, id)
		}
		return slices.DeleteFunc(slices.Clone(have), func(other string) bool { return other == g.ID }), nil
	})
}

// regroup changes the groups of all ports of a server by one of its project's.
func (m machines) regroup(ctx context.Context, id, group string, change func(g *network.SecurityGroup, have []string) ([]string, error)) error {
	return m.wired(ctx, id, 0, func(s *server) error {
		n := m.c.nets
		found := n.groupsNamed(s.ProjectID, group)
		switch {
		case len(found) == 0:
			return compute.NoSecurityGroup(ctx, group)
		case len(found) > 1:
			return compute.ManySecurityGroups(group)
		}
		usable := slices.DeleteFunc(n.portsOf(s), func(p *network.Port) bool { return !p.PortSecurity || len(p.FixedIPs) == 0 })
		if len(usable) == 0 {
			return compute.NoAddressYet()
		}
		for _, p := range usable {
			now, err := change(found[0], p.SecurityGroups)
			if err != nil {
				return err
			}
			u := network.NewUpdate(func(p *network.Port) { p.SecurityGroups = now }, "security_groups")
			if err := n.ports.change(ctx, p, &u); err != nil {
				return err
			}
		}
		m.c.touch(s)
		return nil
	})
}
