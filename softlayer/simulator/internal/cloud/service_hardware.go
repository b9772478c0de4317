package cloud

// hardwareService serves bare metal servers under one of the names of their type.
func hardwareService(name string) *service {
	return &service{
		name: name, typ: hardwareTyp,
		find: func(c *call) node { return found(c.acct.metal(c.init)) },
		methods: map[string]*method{
			"getObject":    self(hardwareTyp),
			"createObject": {returns: hardwareTyp, static: true, run: createHardware},
			"toggleManagementInterface": still("Toggle Management Interface", func(c *call, m *metal) (any, error) {
				m.management.fields["status"] = "USER_OFF"
				if toBool(c.arg(0)) {
					m.management.fields["status"] = "ACTIVE"
				}
				return true, nil
			}),
			"editObject": onMetal(func(c *call, m *metal) (any, error) {
				return true, edit(c, m.record, "hostname", "domain", "notes")
			}),
			"setTags": onMetal(func(c *call, m *metal) (any, error) { return setTags(c, m.record) }),
			"getServerPowerState": onMetal(func(_ *call, m *metal) (any, error) {
				if m.on {
					return "on", nil
				}
				return "off", nil
			}),
			"powerOn":       still("Power On", turn(func(bool) bool { return true })),
			"powerOff":      still("Power Off", turn(func(bool) bool { return false })),
			"powerCycle":    still("Power Cycle", turn(func(bool) bool { return true })),
			"rebootDefault": still("Reboot", turn(func(on bool) bool { return on })),
			"rebootSoft":    still("Reboot", turn(func(on bool) bool { return on })),
			"rebootHard":    still("Reboot", turn(func(bool) bool { return true })),
			"bootToRescueLayer": still("Rescue", func(_ *call, m *metal) (any, error) {
				m.begin(&job{group: "Rescue Boot", name: "RESCUE_BOOT", friendly: "Rescue kernel is booting", steps: 1, done: func() { m.on = true }})
				return true, nil
			}),
			"reloadOperatingSystem": still("OS Reload", reloadMetal),
			"deleteObject": still("Cancel Service", func(_ *call, m *metal) (any, error) {
				if hourly, _ := m.fields["hourlyBillingFlag"].(bool); !hourly {
					return nil, public("Only servers that are billed by the hour can be deleted; cancel the billing item of others.")
				}
				m.reclaim()
				return true, nil
			}),
		},
	}
}

func onMetal(run func(*call, *metal) (any, error)) *method {
	return &method{run: func(c *call) (any, error) { return run(c, c.object.(*metal)) }}
}

// still is a method that the cloud refuses while a transaction runs on the server, and logs under a name.
func still(name string, run func(*call, *metal) (any, error)) *method {
	return onMetal(func(c *call, m *metal) (any, error) {
		if m.job != nil {
			return nil, activeTransaction(m.id())
		}
		answer, err := run(c, m)
		if err == nil {
			c.log(name, "Hardware", m.id(), m.str("hostname")+"."+m.str("domain"))
		}
		return answer, err
	})
}

// turn switches the server.
func turn(to func(on bool) bool) func(*call, *metal) (any, error) {
	return func(_ *call, m *metal) (any, error) {
		m.on = to(m.on)
		return true, nil
	}
}

// reloadMetal installs the operating system anew, which takes an hour in the cloud.
func reloadMetal(c *call, m *metal) (any, error) {
	if token := toStr(c.arg(0)); token != "FORCE" {
		return nil, invalidValue("Invalid confirmation token.")
	}
	system := m.system
	for _, p := range listAt(c.arg(1), "itemPrices") {
		id, _ := toInt(at(p, "id"))
		price := c.sim.catalog.prices[id]
		if price == nil {
			return nil, invalidValue("Invalid value provided for 'itemPrices'.")
		}
		if s := price.one("item").one("softwareDescription"); s != nil {
			system = s
		}
	}
	m.reload = m.begin(&job{group: "OS Reload", name: "RELOAD_OS", friendly: "Reload operating system", steps: 3, done: func() { m.on, m.system = true, system }})
	return "1", nil
}
