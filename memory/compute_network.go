package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.NetworkLister           = machines{}
	_ compute.ServerInterfaceLister   = machines{}
	_ compute.ServerInterfaceAttacher = machines{}
	_ compute.ServerAddresser         = machines{}
	_ compute.SecurityGroupLister     = machines{}
	_ compute.SecurityGroupEditor     = machines{}
	_ compute.SecurityGroupRuler      = machines{}
	_ compute.ServerSecurityGrouper   = machines{}
)

// Networks implements compute.NetworkLister.
func (m machines) Networks(context.Context) ([]compute.Network, error) {
	return []compute.Network{{ID: private.id, Label: private.name}}, nil
}

// ServerInterfaces implements compute.ServerInterfaceLister.
func (m machines) ServerInterfaces(ctx context.Context, id string) ([]compute.Interface, error) {
	var ports []compute.Interface
	err := m.with(ctx, id, 0, func(s *server) error {
		ports = slices.Clone(s.ports)
		return nil
	})
	return ports, err
}

// AttachServerInterface implements compute.ServerInterfaceAttacher.
func (m machines) AttachServerInterface(ctx context.Context, id string, a compute.InterfaceAttachment) (*compute.Interface, error) {
	var made *compute.Interface
	err := m.with(ctx, id, compute.ActionAttachInterface, func(s *server) error {
		switch {
		case a.PortID != "":
			return jumpgate.NotFound.New("Port %s could not be found.", a.PortID)
		case a.NetworkID != "" && a.NetworkID != private.id:
			return jumpgate.NotFound.New("Network %s could not be found.", a.NetworkID)
		}
		port, err := m.c.plug(ctx, s, a.FixedIP, "attach_interface")
		made = port
		return err
	})
	return made, err
}

// DetachServerInterface implements compute.ServerInterfaceAttacher.
func (m machines) DetachServerInterface(ctx context.Context, id, portID string) error {
	return m.with(ctx, id, 0, func(s *server) error {
		i := slices.IndexFunc(s.ports, func(p compute.Interface) bool { return p.PortID == portID })
		if i < 0 {
			return jumpgate.NotFound.New("Port %s could not be found.", portID)
		}
		if err := m.c.mayDo(ctx, compute.ActionDetachInterface, s); err != nil {
			return err
		}
		m.c.unplug(ctx, s, i, "detach_interface")
		return nil
	})
}

// plug gives a server another interface. The lock is held.
func (c *Cloud) plug(ctx context.Context, s *server, fixed, name string) (*compute.Interface, error) {
	if err := c.nets.plug(s, fixed); err != nil {
		return nil, err
	}
	c.note(ctx, s, name)
	c.touch(s)
	port := s.ports[len(s.ports)-1]
	return &port, nil
}

// unplug takes an interface away. The lock is held.
func (c *Cloud) unplug(ctx context.Context, s *server, i int, name string) {
	gone := server{ports: s.ports[i : i+1 : i+1]}
	s.ports = slices.Delete(slices.Clone(s.ports), i, i+1)
	c.nets.release(&gone)
	s.readdress()
	c.note(ctx, s, name)
	c.touch(s)
}

// AddFixedIP implements compute.ServerAddresser.
func (m machines) AddFixedIP(ctx context.Context, id, network string) error {
	return m.with(ctx, id, 0, func(s *server) error {
		if network != private.id {
			return jumpgate.BadRequest.New("Network %s could not be found.", network)
		}
		_, err := m.c.plug(ctx, s, "", "addFixedIp")
		return err
	})
}

// RemoveFixedIP implements compute.ServerAddresser.
func (m machines) RemoveFixedIP(ctx context.Context, id, address string) error {
	return m.with(ctx, id, 0, func(s *server) error {
		i := slices.IndexFunc(s.ports, func(p compute.Interface) bool { return p.FixedIPs[0].Address == address })
		if i < 0 {
			return jumpgate.BadRequest.New("Fixed IP %s has not been found for the instance.", address)
		}
		m.c.unplug(ctx, s, i, "removeFixedIp")
		return nil
	})
}

// SecurityGroups implements compute.SecurityGroupLister.
func (m machines) SecurityGroups(ctx context.Context) ([]compute.SecurityGroup, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	return slices.Clone(m.c.nets.of(caller(ctx).ProjectID)), nil
}

// CreateSecurityGroup implements compute.SecurityGroupEditor.
func (m machines) CreateSecurityGroup(ctx context.Context, name, description string) (*compute.SecurityGroup, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	project := caller(ctx).ProjectID
	groups := m.c.nets.of(project)
	if len(groups) >= 10 {
		return nil, jumpgate.Forbidden.New("Quota exceeded for resources: ['security_group'].")
	}
	g := compute.SecurityGroup{ID: jumpgate.NewUUID(), Name: name, Description: description, ProjectID: project}
	m.c.nets.groups[project] = append(groups, g)
	return &g, nil
}

// UpdateSecurityGroup implements compute.SecurityGroupEditor.
func (m machines) UpdateSecurityGroup(ctx context.Context, id, name, description string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	g := m.c.nets.securityGroup(caller(ctx).ProjectID, id)
	if g == nil {
		return jumpgate.NotFound
	}
	g.Name, g.Description = name, description
	return nil
}

// DeleteSecurityGroup implements compute.SecurityGroupEditor.
func (m machines) DeleteSecurityGroup(ctx context.Context, id string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	project := caller(ctx).ProjectID
	g := m.c.nets.securityGroup(project, id)
	if g == nil {
		return jumpgate.NotFound
	}
	for _, s := range m.c.servers {
		if s.TenantID == project && !s.deleted && slices.Contains(s.SecurityGroups, g.Name) {
			return jumpgate.Conflict
		}
	}
	m.c.nets.groups[project] = slices.DeleteFunc(slices.Clone(m.c.nets.groups[project]), func(other compute.SecurityGroup) bool { return other.ID == id })
	return nil
}

// AddSecurityGroupRule implements compute.SecurityGroupRuler.
func (m machines) AddSecurityGroupRule(ctx context.Context, groupID string, rule compute.SecurityGroupRule) (string, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	g := m.c.nets.securityGroup(caller(ctx).ProjectID, groupID)
	if g == nil {
		return "", jumpgate.NotFound
	}
	rule.ID = jumpgate.NewUUID()
	g.Rules = append(slices.Clone(g.Rules), rule)
	return rule.ID, nil
}

// RemoveSecurityGroupRule implements compute.SecurityGroupRuler.
func (m machines) RemoveSecurityGroupRule(ctx context.Context, groupID, id string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	g := m.c.nets.securityGroup(caller(ctx).ProjectID, groupID)
	if g == nil || !slices.ContainsFunc(g.Rules, func(r compute.SecurityGroupRule) bool { return r.ID == id }) {
		return jumpgate.NotFound
	}
	g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r compute.SecurityGroupRule) bool { return r.ID == id })
	return nil
}

// AddServerSecurityGroup implements compute.ServerSecurityGrouper.
func (m machines) AddServerSecurityGroup(ctx context.Context, id, group string) error {
	return m.regroup(ctx, id, group, func(s *server, g *compute.SecurityGroup) error {
		if slices.Contains(s.SecurityGroups, g.Name) {
			return compute.SecurityGroupAdded(g.ID)
		}
		s.SecurityGroups = append(slices.Clone(s.SecurityGroups), g.Name)
		return nil
	})
}

// RemoveServerSecurityGroup implements compute.ServerSecurityGrouper.
func (m machines) RemoveServerSecurityGroup(ctx context.Context, id, group string) error {
	return m.regroup(ctx, id, group, func(s *server, g *compute.SecurityGroup) error {
		if !slices.Contains(s.SecurityGroups, g.Name) {
			return compute.SecurityGroupNotAdded(g.ID, id)
		}
		s.SecurityGroups = slices.DeleteFunc(slices.Clone(s.SecurityGroups), func(name string) bool { return name == g.Name })
		return nil
	})
}

// regroup changes the security groups of a server by one of its project's.
func (m machines) regroup(ctx context.Context, id, group string, change func(*server, *compute.SecurityGroup) error) error {
	return m.with(ctx, id, 0, func(s *server) error {
		g := m.c.nets.securityGroup(caller(ctx).ProjectID, group)
		if g == nil {
			return compute.NoSecurityGroup(ctx, group)
		}
		if err := change(s, g); err != nil {
			return err
		}
		m.c.touch(s)
		return nil
	})
}
