package cloud

const componentTyp = "Virtual_Guest_Network_Component"

// componentService is for interfaces of servers.
func componentService() *service {
	toggle := func(off bool) *method {
		return &method{run: func(c *call) (any, error) {
			nic := c.object.(*nic)
			if nic.guest.tx != nil {
				return nil, activeTransaction(nic.guest.id)
			}
			nic.disabled = off
			return true, nil
		}}
	}
	return &service{
		name: componentTyp, typ: componentTyp,
		find: func(c *call) node {
			id, _ := parseInt(c.init)
			return found(c.acct.nic(id))
		},
		methods: map[string]*method{"getObject": self(componentTyp), "enable": toggle(false), "disable": toggle(true)},
	}
}
