package compute_test

import (
	"context"
	"slices"
	"testing"

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

// AttachServerInterface attaches the interface of recording 227.
func (c *cloud) AttachServerInterface(ctx context.Context, id string, a compute.InterfaceAttachment) (*compute.Interface, error) {
	if _, err := c.may(ctx, id, compute.ActionAttachInterface); err != nil {
		return nil, err
	}
	if a.NetworkID != interfaces[1].NetworkID {
		return nil, jumpgate.NotFound.New("Network %s could not be found.", a.NetworkID)
	}
	c.interfaces = interfaces
	return &interfaces[1], nil
}

func (c *cloud) DetachServerInterface(ctx context.Context, id, port string) error {
	if _, err := c.may(ctx, id, compute.ActionDetachInterface); err != nil {
		return err
	}
	if !slices.ContainsFunc(c.interfaces, func(i compute.Interface) bool { return i.PortID == port }) {
		return jumpgate.NotFound.New("Port id %s could not be found.", port)
	}
	c.interfaces = interfaces[:1]
	return nil
}

// TestInterfaceChanges: what Nova says of attaching and detaching, with a
// hypervisor that can and one that can't.
func TestInterfaceChanges(t *testing.T) {
	const attach = "/servers/1/os-interface"
	body := func(in string) string { return `{"interfaceAttachment": {` + in + `}}` }
	able, unable := withServer(nil), getter{withServer(nil)}
	for _, test := range []struct {
		driver             any
		version            string
		method, path, body string
		want               string
	}{
		{able, "2.48", "POST", attach, body(`"tag": "a"`), "badRequest: Invalid input for field/attribute interfaceAttachment. Value: {'tag': 'a'}. Additional properties are not allowed ('tag' was unexpected)"},
		{able, "2.49", "POST", attach, body(`"tag": "a/b"`), "badRequest: Invalid input for field/attribute tag. Value: a/b. 'a/b' does not match '^[^,/]*$'"},
		{able, "2.1", "POST", attach, body(`"fixed_ips": []`), "badRequest: Invalid input for field/attribute fixed_ips. Value: []. [] is too short"},
		{able, "2.1", "POST", attach, `{"a": 1}`, "badRequest: Additional properties are not allowed ('a' was unexpected)"},
		{able, "2.1", "POST", attach, body(`"net_id": "` + network + `", "port_id": "` + network + `"`), "badRequest: Must not input both network_id and port_id"},
		{able, "2.1", "POST", attach, body(`"fixed_ips": [{"ip_address": "10.0.0.1"}]`), "badRequest: Must input network_id when request IP address"},
		{able, "2.1", "POST", "/servers/x/os-interface", body(`"fixed_ips": [{"ip_address": "10.0.0.1"}]`), "itemNotFound: Instance x could not be found."},
		{able, "2.1", "POST", attach, body(`"net_id": "` + network + `"`), "itemNotFound: Network " + network + " could not be found."},
		{able, "2.1", "DELETE", attach + "/" + network, "", "itemNotFound: Port id " + network + " could not be found."},
		{unable, "2.96", "POST", attach, body(""), "badRequest: Attaching interfaces is not supported for instance 1."},
		{unable, "2.1", "POST", attach, `{}`, "badRequest: Attaching interfaces is not supported for instance 1."},
		{unable, "2.1", "POST", "/servers/x/os-interface", body(""), "itemNotFound: Instance x could not be found."},
		{unable, "2.1", "DELETE", attach + "/" + network, "", "notImplemented: The requested functionality is not supported."},
		{unable, "2.1", "DELETE", "/servers/x/os-interface/" + network, "", "itemNotFound: Instance x could not be found."},
		{getter{withServer(func(s *compute.Server) { s.Locked = true })}, "2.1", "POST", attach, body(""), "conflictingRequest: Instance 1 is locked"},
		{getter{withServer(func(s *compute.Server) { s.VMState = "suspended" })}, "2.1", "POST", attach, body(""),
			"conflictingRequest: Cannot 'attach_interface' instance 1 while it is in vm_state suspended"},
		{getter{withServer(func(s *compute.Server) { s.TaskState = "rebooting" })}, "2.1", "DELETE", attach + "/" + network, "",
			"conflictingRequest: Cannot 'detach_interface' instance 1 while it is in task_state rebooting"},
	} {
		if w := do(newGateway(t, test.driver), test.method, "/v2.1"+test.path, test.body, at(test.version)...); keyedFault(w) != test.want {
			t.Errorf("%s %s %s at %s: %d %s\nwant %s", test.method, test.path, test.body, test.version, w.Code, w.Body, test.want)
		}
	}
}
