package cloud

import (
	"slices"
	"strings"
)

func guestService() *service {
	return &service{
		name: "Virtual_Guest", typ: "Virtual_Guest",
		find: func(c *call) node { return found(c.acct.guest(c.init)) },
		methods: map[string]*method{
			"getObject":              self("Virtual_Guest"),
			"createObject":           {returns: "Virtual_Guest", static: true, run: createGuest},
			"createObjects":          {returns: "Virtual_Guest", static: true, run: createGuests},
			"generateOrderTemplate":  {returns: "Container_Product_Order_Virtual_Guest", static: true, run: generateOrderTemplate},
			"getCreateObjectOptions": {returns: "Container_Virtual_Guest_Configuration", static: true, run: createObjectOptions},
			"editObject":             idle(editGuest),
			"deleteObject": idle(func(c *call, g *guest) (any, error) {
				g.reclaim()
				c.logEvent("Cancel Service", g)
				return true, nil
			}),
			"powerOn":       idle(from(powerHalted, "power on", switchTo("Power On", powerRunning))),
			"powerOff":      idle(from(powerRunning, "power off", switchTo("Power Off", powerHalted))),
			"powerOffSoft":  idle(from(powerRunning, "power off", switchTo("Power Off", powerHalted))),
			"powerCycle":    idle(switchTo("Power Cycle", powerRunning)),
			"rebootDefault": idle(from(powerRunning, "reboot", switchTo("Reboot", powerRunning))),
			"rebootSoft":    idle(from(powerRunning, "reboot", switchTo("Reboot", powerRunning))),
			"rebootHard":    idle(switchTo("Reboot", powerRunning)),
			"pause":         idle(from(powerRunning, "pause", switchTo("Pause", powerPaused))),
			"resume":        idle(from(powerPaused, "resume", switchTo("Resume", powerRunning))),
			"executeRescueLayer": idle(func(c *call, g *guest) (any, error) {
				g.rescue()
				c.logEvent("Rescue", g)
				return true, nil
			}),
			"reloadOperatingSystem": idle(reloadGuest),
			"createArchiveTemplate": {returns: imageTyp, run: idle(captureGuest).run},
			"setTags": onGuest(func(c *call, g *guest) (any, error) {
				if _, ok := c.arg(0).(string); !ok {
					return nil, badRequest("The method needs a text as its first parameter.")
				}
				g.tags = c.acct.newTagReferences(strings.Split(toStr(c.arg(0)), ","))
				return true, nil
			}),
			"getConsoleData":          {returns: "Container_Virtual_ConsoleData", run: onGuest(consoleData).run},
			"setUserMetadata":         onGuest(setUserMetadata),
			"getReverseDomainRecords": {returns: "Dns_Domain", run: func(*call) (any, error) { return []node{}, nil }},
			"getAttachedNetworkStorages": {returns: storageTyp, run: onGuest(func(c *call, g *guest) (any, error) {
				if kind := strAt(c.arg(0)); kind != "" && kind != "ISCSI" {
					return []node{}, nil
				}
				return nodes(c.acct.storageOf(g)), nil
			}).run},
			"attachDiskImage":           {returns: "Provisioning_Version1_Transaction", run: idle(attachDisk).run},
			"detachDiskImage":           {returns: "Provisioning_Version1_Transaction", run: idle(detachDisk).run},
			"checkHostDiskAvailability": onGuest(func(*call, *guest) (any, error) { return true, nil }),
			"getUpgradeItemPrices":      {returns: "Product_Item_Price", run: upgradePrices},
		},
	}
}

func onGuest(run func(*call, *guest) (any, error)) *method {
	return &method{run: func(c *call) (any, error) { return run(c, c.object.(*guest)) }}
}

// idle is a method that the cloud refuses while a transaction runs on the server.
func idle(run func(*call, *guest) (any, error)) *method {
	return onGuest(func(c *call, g *guest) (any, error) {
		if g.tx != nil {
			return nil, activeTransaction(g.id)
		}
		return run(c, g)
	})
}

func createGuest(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	o, err := c.acct.parseTemplate(t)
	if err != nil {
		return nil, err
	}
	g := c.acct.buy([]*serverOrder{o}, c.user.id())[0]
	c.logEvent("Create", g)
	c.created = textOf(g.id)
	return g, nil
}

func createGuests(c *call) (any, error) {
	list, ok := c.arg(0).([]any)
	if !ok || len(list) == 0 {
		return nil, badRequest("The method needs a list of templates as its first parameter.")
	}
	orders, err := c.acct.parseTemplates(list)
	if err != nil {
		return nil, err
	}
	guests := c.acct.buy(orders, c.user.id())
	for _, g := range guests {
		c.logEvent("Create", g)
	}
	return nodes(guests), nil
}

func (a *account) parseTemplates(list []any) ([]*serverOrder, error) {
	orders := make([]*serverOrder, len(list))
	for i, v := range list {
		t, ok := v.(map[string]any)
		if !ok {
			return nil, badRequest("A template must be an object.")
		}
		var err error
		if orders[i], err = a.parseTemplate(t); err != nil {
			return nil, err
		}
	}
	return orders, nil
}

// editGuest changes the names and the notes. The server itself learns of it with its next reload.
func editGuest(c *call, g *guest) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	hostname, domain := g.hostname, g.domain
	if v, ok := t["hostname"]; ok {
		hostname = toStr(v)
	}
	if v, ok := t["domain"]; ok {
		domain = toStr(v)
	}
	if err := checkName(hostname, domain); err != nil {
		return nil, err
	}
	for name := range t {
		switch name {
		case "hostname", "domain", "notes", "id", "complexType":
		default:
			return nil, invalidValue("The property '%s' cannot be edited.", name)
		}
	}
	g.hostname, g.domain, g.modified = hostname, domain, c.acct.now
	if v, ok := t["notes"]; ok {
		g.notes = toStr(v)
	}
	return true, nil
}

func switchTo(event string, state *record) func(*call, *guest) (any, error) {
	return func(c *call, g *guest) (any, error) {
		g.power, g.modified = state, c.acct.now
		c.logEvent(event, g)
		return true, nil
	}
}

// from is a method that needs a power state. That all but pause and resume do is an assumption.
func from(state *record, what string, run func(*call, *guest) (any, error)) func(*call, *guest) (any, error) {
	return func(c *call, g *guest) (any, error) {
		if g.power != state {
			return nil, public("Unable to %s instance: it is %s.", what, strings.ToLower(g.power.str("keyName")))
		}
		return run(c, g)
	}
}

// setUserMetadata replaces what cloud-init sees. There is nothing to write it to before the server is provisioned.
func setUserMetadata(c *call, g *guest) (any, error) {
	if g.provisioned.IsZero() {
		return nil, exception("NotImplemented", "This functionality is not available until the server is provisioned.")
	}
	if g.tx != nil {
		return nil, activeTransaction(g.id)
	}
	list, ok := c.arg(0).([]any)
	if !ok {
		return nil, badRequest("The method needs a list of texts as its first parameter.")
	}
	g.userData = ""
	for _, v := range list {
		g.userData += toStr(v)
	}
	return true, nil
}

// reloadGuest installs the server anew. Without the word FORCE the API wants its call confirmed by a token first.
func reloadGuest(c *call, g *guest) (any, error) {
	token := toStr(c.arg(0))
	if token == "" {
		g.reloadToken = c.sim.inv.guid()
		return g.reloadToken, nil
	}
	if token != "FORCE" && (token != g.reloadToken) {
		return nil, invalidValue("Invalid confirmation token.")
	}
	image, system := g.image, g.system
	if v := at(c.arg(1), "imageTemplateId"); v != nil {
		if _, ok := toInt(v); !ok {
			return nil, invalidValue("Invalid value provided for 'imageTemplateId'.")
		}
		if image = c.acct.image(textOf(v)); image == nil {
			return nil, notFound(textOf(v))
		}
		system = imageSystemOf(image)
	}
	for _, p := range listAt(c.arg(1), "itemPrices") {
		id, _ := toInt(at(p, "id"))
		price := c.sim.catalog.prices[id]
		if price == nil {
			return nil, invalidValue("Invalid value provided for 'itemPrices'.")
		}
		if s := price.one("item").one("softwareDescription"); s != nil {
			image, system = nil, s
		}
	}
	var keys []node
	for _, v := range listAt(c.arg(1), "sshKeyIds") {
		id, _ := toInt(v)
		key := byID(c.acct.keys, id)
		if key == nil {
			return nil, invalidValue("Invalid value provided for 'sshKeyIds'. The SSH key does not exist.")
		}
		keys = append(keys, key)
	}
	g.reloadToken = ""
	g.reinstall(image, system, keys)
	c.logEvent("OS Reload", g)
	return "1", nil
}

// captureGuest makes a private image template of the server's disks.
func captureGuest(c *call, g *guest) (any, error) {
	name := toStr(c.arg(0))
	if name == "" {
		return nil, missingProperty(imageTyp, "name")
	}
	for _, b := range listAt(c.arg(1)) {
		id, _ := toInt(at(b, "id"))
		i := slices.IndexFunc(g.disks, func(d disk) bool { return d.id == id })
		if i < 0 || g.disks[i].kind == diskSwap {
			return nil, invalidValue("Invalid value provided for 'blockDevices'. The server has no disk %d to capture.", id)
		}
	}
	tx := g.capture()
	img := c.sim.catalog.newImage(c.sim.inv, image{
		account: c.acct.id(), name: name, note: toStr(c.arg(2)), system: g.system, diskGB: g.disks[0].capacity,
		created: c.acct.now, datacenters: []*record{g.datacenter},
		transaction: func() any {
			if g.tx != tx {
				return nil
			}
			return tx.record()
		},
	})
	c.acct.images = append(c.acct.images, img)
	c.logEvent("Capture Image", g)
	return img, nil
}

// consoleData says where the console of a server is to be seen for a while, once there is one.
func consoleData(c *call, g *guest) (any, error) {
	if g.provisioned.IsZero() || g.power == powerHalted {
		return nil, public("The console of the server is not available.")
	}
	return container(c.sim.schema.byName("Container_Virtual_ConsoleData"), fields{
		"websocketHost": "console." + g.datacenter.str("name") + ".example.com", "websocketPort": "8443",
		"websocketPath": "/console/" + g.guid, "websocketToken": c.sim.inv.guid(),
	}), nil
}

// upgradePrices lists what a server's cores and memory can be changed to.
func upgradePrices(c *call) (any, error) {
	list := []node{}
	for _, item := range c.sim.catalog.items {
		switch item.one("itemCategory").str("categoryCode") {
		case "guest_core", "ram", "port_speed":
			list = append(list, item.fields["prices"].([]node)...)
		}
	}
	return list, nil
}
