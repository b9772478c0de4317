package cloud

import (
	"slices"
	"strconv"
)

// spreadRule is the only rule there is: each member on a host of its own.
const spreadRule = 1

func placementRule() *record {
	return newRecord("Virtual_PlacementGroup_Rule", fields{"id": spreadRule, "keyName": "SPREAD", "name": "SPREAD"}).freeze()
}

func placementGroupService() *service {
	return &service{
		name: "Virtual_PlacementGroup", typ: "Virtual_PlacementGroup",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(byID(c.acct.groups, id))
		},
		methods: map[string]*method{
			"getObject":    self("Virtual_PlacementGroup"),
			"createObject": {returns: "Virtual_PlacementGroup", static: true, run: createPlacementGroup},
			"editObject":   {run: func(c *call) (any, error) { return true, edit(c, c.object.(*record), "name") }},
			"deleteObject": {run: func(c *call) (any, error) {
				g := c.object.(*record)
				if len(c.acct.members(g)) > 0 {
					return nil, public("Unable to delete a placement group that has members.")
				}
				c.acct.groups = slices.DeleteFunc(c.acct.groups, func(o *record) bool { return o == g })
				return true, nil
			}},
			"getAvailableRouters": listed("Hardware_Router", func(c *call) []node {
				var routers []node
				dc, one := toInt(c.arg(0))
				for _, place := range c.sim.catalog.datacenters {
					if !one || place.id() == dc {
						routers = append(routers, c.sim.catalog.backRouter[place.id()])
					}
				}
				return routers
			}),
		},
	}
}

func placementRuleService() *service {
	rule := placementRule()
	return &service{
		name: "Virtual_PlacementGroup_Rule", typ: "Virtual_PlacementGroup_Rule",
		find: func(c *call) node {
			if id, _ := parseInt(c.init); id != spreadRule {
				return nil
			}
			return rule
		},
		methods: map[string]*method{
			"getObject":     self("Virtual_PlacementGroup_Rule"),
			"getAllObjects": listed("Virtual_PlacementGroup_Rule", func(*call) []node { return []node{rule} }),
		},
	}
}

func createPlacementGroup(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	name := strAt(t, "name")
	if name == "" {
		return nil, missingProperty("Virtual_PlacementGroup", "name")
	}
	routerID, ok := toInt(t["backendRouterId"])
	if !ok {
		return nil, missingProperty("Virtual_PlacementGroup", "backendRouterId")
	}
	if rule, ok := toInt(t["ruleId"]); !ok || rule != spreadRule {
		return nil, invalidValue("Invalid value provided for 'ruleId'.")
	}
	var router *record
	for _, r := range c.sim.catalog.backRouter {
		if r.id() == routerID {
			router = r
		}
	}
	if router == nil {
		return nil, invalidValue("Invalid value provided for 'backendRouterId'.")
	}
	acct := c.acct
	g := newRecord("Virtual_PlacementGroup", fields{
		"id": c.sim.inv.id("placementGroup"), "accountId": acct.id(), "name": name, "ruleId": spreadRule, "rule": placementRule(),
		"backendRouterId": routerID, "backendRouter": router, "createDate": acct.now, "modifyDate": nil, "account": acct.self,
	})
	g.fields["guests"] = func() any { return nodes(acct.members(g)) }
	acct.groups = append(acct.groups, g)
	c.created = textOf(g.id())
	return g, nil
}

// members are the guests in a placement group.
func (a *account) members(g *record) []*guest {
	var list []*guest
	for _, member := range a.guests {
		if member.placementGroup == g.id() {
			list = append(list, member)
		}
	}
	return list
}

// joinGroup puts an order in a placement group, whose router must be the
// datacenter's.
func (a *account) joinGroup(o *serverOrder, id int) error {
	g := byID(a.groups, id)
	switch {
	case g == nil:
		return notFound(strconv.Itoa(id))
	case g.one("backendRouter").one("datacenter") != o.datacenter:
		return public("The placement group is not on a router in the datacenter of the order.")
	}
	o.placementGroup = id
	return nil
}
