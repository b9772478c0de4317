package simulator

import (
	"slices"
)

const securityGroupTyp = "Network_SecurityGroup"

func securityGroupService() *service {
	return &service{
		name: securityGroupTyp, typ: securityGroupTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(byID(c.acct.firewalls, id))
		},
		methods: map[string]*method{
			"getObject":     self(securityGroupTyp),
			"getAllObjects": listed(securityGroupTyp, func(c *call) []node { return nodes(c.acct.firewalls) }),
			"createObject":  {returns: securityGroupTyp, static: true, run: createSecurityGroup},
			"editObject": {run: func(c *call) (any, error) {
				g := c.object.(*record)
				g.fields["modifyDate"] = c.acct.now
				return true, edit(c, g, "name", "description")
			}},
			"deleteObject": {run: func(c *call) (any, error) {
				g := c.object.(*record)
				if len(c.acct.bindingsOf(g)) > 0 {
					return nil, public("Security group is in use.")
				}
				c.acct.firewalls = slices.DeleteFunc(c.acct.firewalls, func(o *record) bool { return o == g })
				return true, nil
			}},
			"addRules": {run: addRules},
		},
	}
}

func createSecurityGroup(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	name := strAt(t, "name")
	if name == "" {
		return nil, missingProperty(securityGroupTyp, "name")
	}
	g := newRecord(securityGroupTyp, fields{
		"id": c.sim.inv.id("securityGroup"), "name": name, "description": t["description"], "createDate": c.acct.now,
		"modifyDate": nil, "account": c.acct.self, "rules": []node{},
	})
	g.fields["networkComponentBindings"] = func() any { return c.acct.bindingsOf(g) }
	c.acct.firewalls = append(c.acct.firewalls, g)
	c.created = textOf(g.id())
	return g, nil
}

// addRules lets more into a group, which lets nothing in at first.
func addRules(c *call) (any, error) {
	list, ok := c.arg(0).([]any)
	if !ok || len(list) == 0 {
		return nil, badRequest("The method needs a list of rules as its first parameter.")
	}
	g := c.object.(*record)
	rules := slices.Clone(g.fields["rules"].([]node))
	for _, t := range list {
		direction, ethertype := strAt(t, "direction"), strAt(t, "ethertype")
		if direction != "ingress" && direction != "egress" {
			return nil, invalidValue("Invalid value provided for 'direction'.")
		}
		if ethertype == "" {
			ethertype = "IPv4"
		}
		rules = append(rules, newRecord("Network_SecurityGroup_Rule", fields{
			"id": c.sim.inv.id("securityRule"), "securityGroupId": g.id(), "direction": direction, "ethertype": ethertype,
			"protocol": at(t, "protocol"), "portRangeMin": number(at(t, "portRangeMin")), "portRangeMax": number(at(t, "portRangeMax")),
			"remoteIp": at(t, "remoteIp"), "remoteGroupId": number(at(t, "remoteGroupId")), "createDate": c.acct.now, "modifyDate": nil,
		}).freeze())
	}
	g.fields["rules"] = rules
	return newRecord("Network_SecurityGroup_RequestRules", fields{"requestId": c.sim.inv.guid(), "rules": rules}), nil
}

// number is a column of a number: null unless there is one.
func number(v any) any {
	if n, ok := toInt(v); ok {
		return n
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
