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
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Rules       []struct {
		ID        int    `json:"id"`
		Direction string `json:"direction"`
		Protocol  string `json:"protocol"`
		PortMin   *int   `json:"portRangeMin"`
		PortMax   *int   `json:"portRangeMax"`
		RemoteIP  string `json:"remoteIp"`
		RemoteID  int    `json:"remoteGroupId"`
	} `json:"rules"`
}

const (
	securityGroupMask = "mask[id,name,description]"
	securityRuleMask  = "mask[id,name,description,rules[id,direction,protocol,portRangeMin,portRangeMax,remoteIp,remoteGroupId]]"
)

func (d *Driver) securityGroups(ctx context.Context, mask string) ([]securityGroup, error) {
	var all []securityGroup
	_, err := d.api.do(ctx, call{service: "Account", method: "getSecurityGroups", mask: mask}, &all)
	all = slices.DeleteFunc(all, func(g securityGroup) bool { return g.ID == 0 })
	slices.SortFunc(all, func(a, b securityGroup) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

// SecurityGroups lists the account's security groups with what they let in;
// Nova has no words for what they let out.
func (d *Driver) SecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	all, err := d.securityGroups(ctx, securityRuleMask)
	if err != nil {
		return nil, err
	}
	project := ""
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		project = p.ProjectID
	}
	list := make([]compute.SecurityGroup, len(all))
	for i, g := range all {
		list[i] = compute.SecurityGroup{ID: idOf(securityGroupKind, g.ID), Name: g.Name, Description: g.Description, ProjectID: project}
		for _, r := range g.Rules {
			if r.Direction != "ingress" {
				continue
			}
			rule := compute.SecurityGroupRule{
				ID: idOf(securityRuleKind, r.ID), Protocol: r.Protocol, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: r.RemoteIP,
			}
			if r.RemoteID != 0 {
				rule.RemoteGroupID = idOf(securityGroupKind, r.RemoteID)
			}
			list[i].Rules = append(list[i].Rules, rule)
		}
	}
	return list, nil
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
		number, _ := numberOf(securityGroupKind, name)
		var fits []securityGroup
		for _, g := range all {
			if g.ID == number || g.Name == name {
				fits = append(fits, g)
			}
		}
		switch {
		case len(fits) == 1:
			bindings = append(bindings, map[string]any{"securityGroup": map[string]any{"id": fits[0].ID}})
		case len(fits) > 1:
			return nil, jumpgate.Conflict.New("Multiple security_groups found matching '%s'. Use an ID to be more specific.", name)
		case name != "default":
			return nil, compute.SecurityGroupNotFound(name)
		}
	}
	return bindings, nil
}
