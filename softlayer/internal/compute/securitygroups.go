package compute

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	networks "github.com/softlayer/jumpgate/softlayer/internal/network"
)

// SecurityGroups lists the security groups that the network service has, with
// what they let in; Nova has no words for what they let out.
func (d *Servers) SecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	var list []compute.SecurityGroup
	for g, err := range d.networks.SecurityGroups().List(ctx, network.Query{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, groupOf(g))
	}
	return list, nil
}

// groupOf is g in Nova's terms.
func groupOf(g *network.SecurityGroup) compute.SecurityGroup {
	group := compute.SecurityGroup{ID: g.ID, Name: g.Name, Description: g.Description, ProjectID: g.ProjectID}
	for i := range g.Rules {
		r := &g.Rules[i]
		if r.Direction != network.Ingress {
			continue
		}
		rule := compute.SecurityGroupRule{
			ID: r.ID, Protocol: r.Protocol, PortMin: r.PortMin, PortMax: r.PortMax, RemoteIP: r.RemoteIP, RemoteGroupID: r.RemoteGroupID,
		}
		if r.EtherType == network.IPv6 && r.RemoteIP == "" && r.RemoteGroupID == "" {
			rule.RemoteIP = "::/0"
		}
		group.Rules = append(group.Rules, rule)
	}
	return group
}

// groupBindings are what binds an ordered server to the security groups that
// the order names, by name or id. "default" asks for nothing unless the
// account has a group of that name.
func (d *Servers) groupBindings(ctx context.Context, names []string) ([]any, error) {
	if len(names) == 0 && !d.Opts.EditDefaultGroup {
		return nil, nil
	}
	if len(names) == 0 || len(names) == 1 && isDefault(ctx, names[0]) {
		own, err := d.networks.OwnDefault(ctx)
		if err != nil || own == 0 {
			return nil, err
		}
		return []any{bindingTo(own)}, nil
	}
	all, err := d.networks.FirewallNames(ctx)
	if err != nil {
		return nil, err
	}
	var bindings []any
	for _, name := range names {
		switch g, matches := d.networks.NamedFirewall(ctx, all, name); {
		case matches == 1:
			bindings = append(bindings, bindingTo(g.ID))
		case matches > 1:
			return nil, compute.SecurityGroupAmbiguous(name)
		case !isDefault(ctx, name):
			return nil, compute.SecurityGroupNotFound(name)
		}
	}
	return bindings, nil
}

func bindingTo(group int) any {
	return map[string]any{"securityGroup": map[string]any{"id": group}}
}

// isDefault tells whether a name or an id is that of the group "default".
func isDefault(ctx context.Context, nameOrID string) bool {
	return nameOrID == networks.DefaultGroup || nameOrID == networks.DefaultGroupID(ctx)
}

// CreateSecurityGroup makes a group that lets everything out.
func (d *Servers) CreateSecurityGroup(ctx context.Context, name, description string) (*compute.SecurityGroup, error) {
	made, err := d.networks.MakeFirewall(ctx, name, description)
	if err != nil {
		return nil, overQuota(err, "security_group")
	}
	g := compute.SecurityGroup{ID: keep.IDOf(keep.SecurityGroupKind, made.ID), Name: made.Name, Description: made.Description, ProjectID: keep.Account(ctx)}
	return &g, nil
}

// UpdateSecurityGroup renames a group.
func (d *Servers) UpdateSecurityGroup(ctx context.Context, id, name, description string) error {
	number, ok := keep.NumberOf(keep.SecurityGroupKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	return d.networks.EditFirewall(ctx, number, name, description)
}

// DeleteSecurityGroup deletes a group.
func (d *Servers) DeleteSecurityGroup(ctx context.Context, id string) error {
	number, ok := keep.NumberOf(keep.SecurityGroupKind, id)
	if !ok {
		return jumpgate.NotFound
	}
	return d.networks.RemoveFirewall(ctx, number)
}
