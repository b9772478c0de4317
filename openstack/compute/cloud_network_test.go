package compute_test

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

const group = "c2bad2fc-5a49-4c29-9523-ef1ec63a0822"

// SecurityGroups are those of recording 86, unless a test has its own.
func (c *cloud) SecurityGroups(context.Context) ([]compute.SecurityGroup, error) {
	if c.firewall == nil {
		c.firewall = []compute.SecurityGroup{{
			ID: group, Name: "default", Description: "Default security group", ProjectID: project,
			Rules: []compute.SecurityGroupRule{
				{ID: "5a8b700a-ca52-43ff-9bfd-f2f697e80dc3", RemoteGroupID: group},
				{ID: "72d7e7ca-9716-4ea8-9cff-800d4b36ed4a", RemoteGroupID: group},
			},
		}}
	}
	return slices.Clone(c.firewall), nil
}

func (c *cloud) securityGroup(id string) (*compute.SecurityGroup, error) {
	i := slices.IndexFunc(c.firewall, func(g compute.SecurityGroup) bool { return g.ID == id })
	if i < 0 {
		return nil, jumpgate.NotFound
	}
	return &c.firewall[i], nil
}

func (c *cloud) CreateSecurityGroup(_ context.Context, name, description string) (*compute.SecurityGroup, error) {
	if name == "one too many" {
		return nil, jumpgate.Forbidden.New("Quota exceeded for resources: ['security_group'].")
	}
	g := compute.SecurityGroup{ID: c.nextID(), Name: name, Description: description, ProjectID: project}
	c.firewall = append(c.firewall, g)
	return &g, nil
}

func (c *cloud) UpdateSecurityGroup(_ context.Context, id, name, description string) error {
	g, err := c.securityGroup(id)
	if err == nil {
		g.Name, g.Description = name, description
	}
	return err
}

func (c *cloud) DeleteSecurityGroup(_ context.Context, id string) error {
	g, err := c.securityGroup(id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.servers, func(s *compute.Server) bool { return slices.Contains(s.SecurityGroups, g.Name) }) {
		return jumpgate.Conflict
	}
	c.firewall = slices.DeleteFunc(c.firewall, func(g compute.SecurityGroup) bool { return g.ID == id })
	return nil
}

func (c *cloud) AddSecurityGroupRule(_ context.Context, groupID string, rule compute.SecurityGroupRule) (string, error) {
	g, err := c.securityGroup(groupID)
	if err != nil {
		return "", err
	}
	rule.ID = c.nextID()
	g.Rules = append(g.Rules, rule)
	return rule.ID, nil
}

func (c *cloud) RemoveSecurityGroupRule(_ context.Context, groupID, id string) error {
	g, err := c.securityGroup(groupID)
	if err == nil {
		g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r compute.SecurityGroupRule) bool { return r.ID == id })
	}
	return err
}

// groupOf finds a server, a group by its name, and whether it has that.
func (c *cloud) groupOf(ctx context.Context, id, name string) (*compute.Server, *compute.SecurityGroup, int, error) {
	s, err := c.find(ctx, id)
	if err != nil {
		return nil, nil, 0, err
	}
	all, _ := c.SecurityGroups(ctx)
	i := slices.IndexFunc(all, func(g compute.SecurityGroup) bool { return g.Name == name })
	if i < 0 {
		return nil, nil, 0, compute.NoSecurityGroup(ctx, name)
	}
	return s, &all[i], slices.Index(s.SecurityGroups, name), nil
}

func (c *cloud) AddServerSecurityGroup(ctx context.Context, id, name string) error {
	s, g, i, err := c.groupOf(ctx, id, name)
	switch {
	case err != nil:
		return err
	case i >= 0:
		return compute.SecurityGroupAdded(g.ID)
	}
	s.SecurityGroups = append(s.SecurityGroups, name)
	return nil
}

func (c *cloud) RemoveServerSecurityGroup(ctx context.Context, id, name string) error {
	s, _, i, err := c.groupOf(ctx, id, name)
	switch {
	case err != nil:
		return err
	case i < 0:
		return compute.SecurityGroupNotAdded(name, id)
	}
	s.SecurityGroups = slices.Delete(s.SecurityGroups, i, i+1)
	return nil
}
