package compute

import (
	"cmp"
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const (
	ingress = "ingress"
	Egress  = "egress"

	securityGroupMask  = "mask[id,name,description]"
	securityRuleFields = "id,direction,protocol,portRangeMin,portRangeMax,remoteIp,remoteGroupId"
	securityRulesMask  = "mask[id,name,description,rules[" + securityRuleFields + "]]"
)

func (d *Servers) securityGroups(ctx context.Context, mask string) ([]records.SecurityGroup, error) {
	var all []records.SecurityGroup
	_, err := d.API.Do(ctx, upstream.Call{Service: "Account", Method: "getSecurityGroups", Mask: mask}, &all)
	slices.SortFunc(all, func(a, b records.SecurityGroup) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// SecurityGroups lists the account's security groups with what they let in;
// Nova has no words for what they let out.
func (d *Servers) SecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	all, err := d.securityGroups(ctx, securityRulesMask)
	if err != nil {
		return nil, err
	}
	list := make([]compute.SecurityGroup, len(all))
	for i := range all {
		list[i] = groupOf(ctx, &all[i])
	}
	return list, nil
}

// groupOf is g in Nova's terms.
func groupOf(ctx context.Context, g *records.SecurityGroup) compute.SecurityGroup {
	group := compute.SecurityGroup{ID: keep.IDOf(keep.SecurityGroupKind, g.ID), Name: g.Name, Description: g.Description}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		group.ProjectID = p.ProjectID
	}
	for i := range g.Rules {
		if g.Rules[i].Direction == ingress {
			group.Rules = append(group.Rules, ruleOf(&g.Rules[i]))
		}
	}
	return group
}

func ruleOf(r *records.SecurityRule) compute.SecurityGroupRule {
	rule := compute.SecurityGroupRule{
		ID: keep.IDOf(keep.SecurityRuleKind, r.ID), Protocol: r.Protocol, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: r.RemoteIP,
	}
	if r.RemoteID != 0 {
		rule.RemoteGroupID = keep.IDOf(keep.SecurityGroupKind, r.RemoteID)
	}
	return rule
}

// groupBindings are what binds an ordered server to the security groups that
// the order names, by name or id. "default", which every project of OpenStack
// has, asks for nothing unless the account has a group of that name.
func (d *Servers) groupBindings(ctx context.Context, names []string) ([]any, error) {
	if len(names) == 0 || len(names) == 1 && names[0] == "default" {
		return nil, nil
	}
	all, err := d.securityGroups(ctx, securityGroupMask)
	if err != nil {
		return nil, err
	}
	var bindings []any
	for _, name := range names {
		switch g, matches := namedGroup(all, name); {
		case matches == 1:
			bindings = append(bindings, map[string]any{"securityGroup": map[string]any{"id": g.ID}})
		case matches > 1:
			return nil, jumpgate.Conflict.New("Multiple security_groups found matching '%s'. Use an ID to be more specific.", name)
		case name != "default":
			return nil, compute.SecurityGroupNotFound(name)
		}
	}
	return bindings, nil
}

// namedGroup finds a group by its id or else its name, and tells how many
// there are of that name.
func namedGroup(all []records.SecurityGroup, nameOrID string) (g *records.SecurityGroup, matches int) {
	number, isID := keep.NumberOf(keep.SecurityGroupKind, nameOrID)
	for i := range all {
		switch {
		case isID && all[i].ID == number:
			return &all[i], 1
		case all[i].Name == nameOrID:
			g, matches = &all[i], matches+1
		}
	}
	return g, matches
}
