package softlayer

import (
	"cmp"
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// securityGroup is SoftLayer_Network_SecurityGroup. One without rules lets
// nothing pass, in or out.
type securityGroup struct {
	ID          int            `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Rules       []securityRule `json:"rules"`
	Bindings    []struct {
		Component struct {
			ID    int   `json:"id"`
			Guest guest `json:"guest"`
		} `json:"networkComponent"`
	} `json:"networkComponentBindings"`
}

// securityRule is SoftLayer_Network_SecurityGroup_Rule. In templates for new
// ones what is empty is left out.
type securityRule struct {
	ID        int    `json:"id,omitempty"`
	Direction string `json:"direction"`
	Ethertype string `json:"ethertype,omitempty"`
	Protocol  string `json:"protocol,omitempty"`
	PortMin   *int   `json:"portRangeMin,omitempty"`
	PortMax   *int   `json:"portRangeMax,omitempty"`
	RemoteIP  string `json:"remoteIp,omitempty"`
	RemoteID  int    `json:"remoteGroupId,omitempty"`
}

const (
	ingress = "ingress"
	egress  = "egress"

	securityGroupMask  = "mask[id,name,description]"
	securityRuleFields = "id,direction,protocol,portRangeMin,portRangeMax,remoteIp,remoteGroupId"
	securityRulesMask  = "mask[id,name,description,rules[" + securityRuleFields + "]]"
)

func (d *Driver) securityGroups(ctx context.Context, mask string) ([]securityGroup, error) {
	var all []securityGroup
	_, err := d.api.do(ctx, call{service: "Account", method: "getSecurityGroups", mask: mask}, &all)
	slices.SortFunc(all, func(a, b securityGroup) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// SecurityGroups lists the account's security groups with what they let in;
// Nova has no words for what they let out.
func (d *Driver) SecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	all, err := d.securityGroups(ctx, securityRulesMask)
	if err != nil {
		return nil, err
	}
	list := make([]compute.SecurityGroup, len(all))
	for i := range all {
		list[i] = all[i].group(ctx)
	}
	return list, nil
}

// group is g in Nova's terms.
func (g *securityGroup) group(ctx context.Context) compute.SecurityGroup {
	group := compute.SecurityGroup{ID: idOf(securityGroupKind, g.ID), Name: g.Name, Description: g.Description}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		group.ProjectID = p.ProjectID
	}
	for i := range g.Rules {
		if g.Rules[i].Direction == ingress {
			group.Rules = append(group.Rules, g.Rules[i].rule())
		}
	}
	return group
}

func (r *securityRule) rule() compute.SecurityGroupRule {
	rule := compute.SecurityGroupRule{
		ID: idOf(securityRuleKind, r.ID), Protocol: r.Protocol, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: r.RemoteIP,
	}
	if r.RemoteID != 0 {
		rule.RemoteGroupID = idOf(securityGroupKind, r.RemoteID)
	}
	return rule
}

// groupBindings are what binds an ordered server to the security groups that
// the order names, by name or id. "default", which every project of OpenStack
// has, asks for nothing unless the account has a group of that name.
func (d *Driver) groupBindings(ctx context.Context, names []string) ([]any, error) {
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
func namedGroup(all []securityGroup, nameOrID string) (g *securityGroup, matches int) {
	number, isID := numberOf(securityGroupKind, nameOrID)
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
