package cloud

import "slices"

// accountService needs no methods for the lists of an account: they are its relations.
func accountService() *service {
	return &service{
		name: "Account", typ: "Account",
		find: func(c *call) node {
			if id, ok := parseInt(c.init); c.init != "" && (!ok || id != c.acct.id()) {
				return nil
			}
			return c.acct.self
		},
		methods: map[string]*method{
			"getObject": self("Account"),
			"getSharedBlockDeviceTemplateGroups": {
				returns: imageTyp, list: true, roots: []string{"sharedBlockDeviceTemplateGroups"},
				run: func(c *call) (any, error) { return nodes(c.acct.sharedImages()), nil },
			},
			"getCurrentUser": {returns: "User_Customer", static: true, run: func(c *call) (any, error) { return c.user, nil }},
		},
	}
}

func userService() *service {
	return &service{
		name: "User_Customer", typ: "User_Customer",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			if i := slices.IndexFunc(c.acct.users, func(u *user) bool { return u.id() == id }); i >= 0 {
				return c.acct.users[i]
			}
			return nil
		},
		methods: map[string]*method{
			"getObject": self("User_Customer"),
			portalLogin: {returns: "Container_User_Customer_Portal_Token", static: true, run: func(c *call) (any, error) {
				return newRecord("Container_User_Customer_Portal_Token", fields{"hash": c.user.portalToken(), "userId": c.user.id()}), nil
			}},
		},
	}
}

func vlanService() *service {
	return &service{
		name: "Network_Vlan", typ: "Network_Vlan",
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(c.acct.vlan(id))
		},
		methods: map[string]*method{
			"getObject": self("Network_Vlan"),
			"editObject": {run: func(c *call) (any, error) {
				v := c.object.(*vlan)
				if name := strAt(c.arg(0), "name"); len(name) > 20 {
					return nil, exception("InvalidDataLength", "The name of a VLAN must not be longer than 20 characters.")
				}
				return true, edit(c, v.record, "name", "note")
			}},
			"setTags":                 {run: func(c *call) (any, error) { return setTags(c, c.object.(*vlan).record) }},
			"getCancelFailureReasons": {run: func(c *call) (any, error) { return c.object.(*vlan).cancelFailures(), nil }},
		},
	}
}
