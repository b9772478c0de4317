package cloud

import "slices"

const securityGroupTyp = "Network_SecurityGroup"

func securityGroupService() *service {
	return &service{
		name: securityGroupTyp, typ: securityGroupTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(byID(c.acct.firewalls, id))
		},
		methods: map[string]*method{
			"getObject":               self(securityGroupTyp),
			"getAllObjects":           listed(securityGroupTyp, func(c *call) []node { return nodes(c.acct.firewalls) }),
			"createObject":            {returns: securityGroupTyp, static: true, run: createSecurityGroup},
			"editObject":              onFirewall(editSecurityGroup),
			"deleteObject":            onFirewall(deleteSecurityGroup),
			"addRules":                onFirewall(addRules),
			"editRules":               onFirewall(editRules),
			"removeRules":             onFirewall(removeRules),
			"attachNetworkComponents": onFirewall(attachNICs),
			"detachNetworkComponents": onFirewall(detachNICs),
		},
	}
}

func onFirewall(run func(*call, *record) (any, error)) *method {
	return &method{run: func(c *call) (any, error) { return run(c, c.object.(*record)) }}
}

func createSecurityGroup(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	if err := c.sim.checkTemplate(t, c.sim.schema.byName(securityGroupTyp)); err != nil {
		return nil, err
	}
	g := newRecord(securityGroupTyp, fields{
		"id": c.sim.inv.id("securityGroup"), "name": t["name"], "description": t["description"], "createDate": c.acct.now,
		"modifyDate": nil, "account": c.acct.self, "rules": []node{},
	})
	g.fields["networkComponentBindings"] = func() any { return c.acct.bindingsOf(g) }
	c.acct.firewalls = append(c.acct.firewalls, g)
	c.created = textOf(g.id())
	return g, nil
}

func editSecurityGroup(c *call, g *record) (any, error) {
	g.fields["modifyDate"] = c.acct.now
	return true, edit(c, g, "name", "description")
}

// deleteSecurityGroup needs that no interface is bound to the group, and no rule of another lets it in.
func deleteSecurityGroup(c *call, g *record) (any, error) {
	if len(c.acct.bindingsOf(g)) > 0 {
		return nil, public("Security group is in use.")
	}
	for _, other := range c.acct.firewalls {
		for _, rule := range rulesOf(other) {
			if other != g && rule.int("remoteGroupId") == g.id() {
				return nil, public("Security group is the remote group of a rule.")
			}
		}
	}
	c.acct.firewalls = slices.DeleteFunc(c.acct.firewalls, func(o *record) bool { return o == g })
	return true, nil
}

func attachNICs(c *call, g *record) (any, error) {
	return c.eachNIC(func(nic *nic) error {
		if slices.Contains(nic.firewalls, g) { // that this is refused is an assumption
			return public("The network component %d is attached to the security group already.", nic.id)
		}
		nic.firewalls = append(slices.Clone(nic.firewalls), g)
		return nil
	})
}

func detachNICs(c *call, g *record) (any, error) {
	return c.eachNIC(func(nic *nic) error {
		i := slices.Index(nic.firewalls, g)
		if i < 0 {
			return public("The network component %d is not attached to the security group.", nic.id)
		}
		nic.firewalls = slices.Delete(slices.Clone(nic.firewalls), i, i+1)
		return nil
	})
}

// eachNIC does something to the interfaces that the first argument lists by their ids. The answer is the number of a
// request: the cloud works on it for a moment, but shows the result at once.
func (c *call) eachNIC(do func(*nic) error) (any, error) {
	list, ok := c.arg(0).([]any)
	if !ok || len(list) == 0 {
		return nil, badRequest("The method needs a list of ids as its first parameter.")
	}
	nics := make([]*nic, len(list))
	for i, v := range list {
		id, _ := toInt(v)
		if nics[i] = c.acct.nic(id); nics[i] == nil {
			return nil, notFound(textOf(v))
		}
	}
	for _, nic := range nics {
		if err := do(nic); err != nil {
			return nil, err
		}
	}
	return newRecord("Network_SecurityGroup_Request", fields{"requestId": c.sim.inv.guid()}), nil
}

// nic finds an interface by its id.
func (a *account) nic(id int) *nic {
	for _, g := range a.guests {
		for _, c := range g.nics {
			if c.id == id {
				return c
			}
		}
	}
	return nil
}

// bind is the binding of an interface to a group.
func (c *nic) bind(g *record) *record {
	return newRecord("Virtual_Network_SecurityGroup_NetworkComponentBinding", fields{
		"id": 10*c.id + 1, "networkComponentId": c.id, "networkComponent": c, "securityGroupId": g.id(), "securityGroup": g,
	})
}

func (a *account) bindingsOf(g *record) []node {
	list := []node{}
	for _, guest := range a.guests {
		for _, c := range guest.nics {
			if slices.Contains(c.firewalls, g) {
				list = append(list, c.bind(g))
			}
		}
	}
	return list
}
