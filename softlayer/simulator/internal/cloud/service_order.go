package cloud

import (
	"encoding/json"
	"strconv"
	"strings"
)

const (
	orderType   = "Container_Product_Order_Virtual_Guest"
	upgradeType = "Container_Product_Order_Virtual_Guest_Upgrade"
)

func orderService() *service {
	return &service{
		name: "Product_Order", typ: "Container_Product_Order",
		methods: map[string]*method{
			"placeOrder":  {returns: "Container_Product_Order_Receipt", static: true, run: placeOrder},
			"verifyOrder": {returns: orderType, static: true, run: verifyOrder},
		},
	}
}

// generateOrderTemplate turns a template for createObject into an order for placeOrder. Like the cloud it forgets user data.
func generateOrderTemplate(c *call) (any, error) {
	t, err := c.template()
	if err != nil {
		return nil, err
	}
	o, err := c.acct.parseTemplate(t)
	if err != nil {
		return nil, err
	}
	return container(c.sim.schema.byName(orderType), c.sim.orderFields(o, t)), nil
}

func (sim *Cloud) orderFields(o *serverOrder, t map[string]any) fields {
	pkg := legacyPackage
	f := fields{
		"complexType": servicePrefix + orderType, "quantity": 1, "location": textOf(o.datacenter.id()),
		"useHourlyPricing": o.hourly, "prices": sim.orderPrices(o), "containerIdentifier": nil,
		"imageTemplateGlobalIdentifier": nil, "imageTemplateId": nil, "provisionScripts": []any{}, "sshKeys": []any{},
	}
	if o.preset != nil {
		pkg = publicPackage
		f["presetId"] = o.preset.id()
	}
	f["packageId"] = pkg
	if o.image != nil {
		f["imageTemplateGlobalIdentifier"] = o.image.str("globalIdentifier")
		f["imageTemplateId"] = o.image.id()
	}
	if len(o.keys) > 0 {
		ids := []any{}
		for _, k := range o.keys {
			ids = append(ids, k.(*record).id())
		}
		f["sshKeys"] = []any{fields{"sshKeyIds": ids}}
	}
	if o.postInstall != "" {
		f["provisionScripts"] = []any{o.postInstall}
	}
	g := fields{"hostname": o.hostname, "domain": o.domain}
	for _, name := range []string{
		"privateNetworkOnlyFlag", "localDiskFlag", "dedicatedAccountHostOnlyFlag", "primaryNetworkComponent",
		"primaryBackendNetworkComponent", "placementGroupId",
	} {
		if t[name] != nil {
			g[name] = t[name]
		}
	}
	f["virtualGuests"] = []any{g}
	return f
}

// orderPrices are the items of an order as data.
func (sim *Cloud) orderPrices(o *serverOrder) []any {
	c := sim.catalog
	place := diskPlace(o.localDisk)
	keys := []string{
		"GUEST_CORE_" + strconv.Itoa(o.cpu), "RAM_" + strconv.Itoa(o.memory/1024) + "_GB",
		"GUEST_DISK_" + strconv.Itoa(o.disks[0]) + "_GB_" + place, "BANDWIDTH_0_GB", "MONITORING_HOST_PING",
		"NOTIFICATION_EMAIL", "RESPONSE_AUTOMATED", "REMOTE_REBOOT_CONSOLE",
	}
	switch {
	case o.privateOnly:
		keys = append(keys, "1_GBPS_PRIVATE")
	case o.speed == 1000:
		keys = append(keys, "1_GBPS_PUBLIC_PRIVATE", "1_IP_ADDRESS")
	default:
		keys = append(keys, "100_MBPS_PUBLIC_PRIVATE", "1_IP_ADDRESS")
	}
	for _, capacity := range o.disks[2:] {
		keys = append(keys, "GUEST_DISK_1_"+strconv.Itoa(capacity)+"_GB_SAN")
	}
	var prices []any
	for _, key := range keys {
		if item := c.item(key); item != nil { // an image's disk may have a size of its own
			prices = append(prices, priceFields(c.price(key)))
		}
	}
	if o.image == nil {
		item := o.system.fields["productItems"].([]node)[0].(*record)
		prices = append(prices, priceFields(c.price(item.str("keyName"))))
	}
	return prices
}

func priceFields(price *record) fields {
	item := price.one("item")
	category := item.one("itemCategory")
	return fields{
		"id": price.id(), "itemId": item.id(), "hourlyRecurringFee": price.fields["hourlyRecurringFee"],
		"recurringFee": price.fields["recurringFee"], "setupFee": "0", "laborFee": "0", "oneTimeFee": "0",
		"item": fields{
			"id": item.id(), "keyName": item.fields["keyName"], "description": item.fields["description"],
			"capacity": item.fields["capacity"], "units": item.fields["units"],
		},
		"categories": []any{fields{
			"id": category.id(), "categoryCode": category.fields["categoryCode"], "name": category.fields["name"],
		}},
	}
}

// parseOrder validates an order for servers and returns them, and the order completed with what it left open.
func (c *call) parseOrder() ([]*serverOrder, fields, error) {
	order, err := c.template()
	if err != nil {
		return nil, nil, err
	}
	if list := listAt(order, "orderContainers"); len(list) == 1 {
		order, _ = list[0].(map[string]any)
	}
	switch kind := strings.TrimPrefix(strAt(order, "complexType"), servicePrefix); kind {
	case "", orderType, "Container_Product_Order":
	default:
		return nil, nil, public("Orders of type '%s%s' are not available.", servicePrefix, kind)
	}
	id, ok := toInt(order["packageId"])
	if !ok || c.sim.catalog.pkg(id) == nil {
		return nil, nil, invalidValue("Invalid value provided for 'packageId'.")
	}
	guests := listAt(order, "virtualGuests")
	if quantity, ok := toInt(order["quantity"]); ok && quantity != len(guests) || len(guests) == 0 {
		return nil, nil, invalidValue("The order must name as many virtualGuests as its quantity says.")
	}
	templates := make([]any, len(guests))
	for i, g := range guests {
		if templates[i], err = c.templateOf(order, g); err != nil {
			return nil, nil, err
		}
	}
	orders, err := c.acct.parseTemplates(templates)
	if err != nil {
		return nil, nil, err
	}
	f := c.sim.orderFields(orders[0], templates[0].(map[string]any))
	names := make([]any, len(orders))
	for i, o := range orders {
		names[i] = fields{"hostname": o.hostname, "domain": o.domain}
	}
	f["quantity"], f["virtualGuests"] = len(orders), names
	c.addTotals(f, orders)
	return orders, f, nil
}

// templateOf writes one server of an order as a template of createObject. What the server says itself takes precedence.
func (c *call) templateOf(order map[string]any, guest any) (map[string]any, error) {
	t := map[string]any{"hourlyBillingFlag": toBool(order["useHourlyPricing"])}
	where := strAt(order, "location")
	dc := c.sim.catalog.datacenter(where)
	if id, ok := parseInt(where); ok {
		dc = byID(c.sim.catalog.datacenters, id)
	}
	if dc != nil {
		t["datacenter"] = map[string]any{"name": dc.str("name")}
	}
	if err := c.sizeOf(order, t); err != nil {
		return nil, err
	}
	if guid := strAt(order, "imageTemplateGlobalIdentifier"); guid != "" {
		delete(t, "operatingSystemReferenceCode")
		t["blockDeviceTemplateGroup"] = map[string]any{"globalIdentifier": guid}
	} else if id, ok := toInt(order["imageTemplateId"]); ok {
		delete(t, "operatingSystemReferenceCode")
		t["blockDeviceTemplateGroup"] = map[string]any{"id": textOf(id)}
	}
	var keys []any
	for _, k := range listAt(order, "sshKeys") {
		for _, id := range listAt(k, "sshKeyIds") {
			keys = append(keys, map[string]any{"id": id})
		}
	}
	t["sshKeys"] = keys
	for _, uri := range listAt(order, "provisionScripts") {
		t["postInstallScriptUri"] = uri
	}
	own, _ := guest.(map[string]any)
	for name, v := range own {
		if v == nil {
			continue
		}
		switch name {
		case "blockDeviceTemplateGroup":
			delete(t, "operatingSystemReferenceCode")
		case "operatingSystemReferenceCode":
			delete(t, "blockDeviceTemplateGroup")
		case "supplementalCreateObjectOptions", "startCpus", "maxMemory":
			if t["supplementalCreateObjectOptions"] != nil && name != "supplementalCreateObjectOptions" {
				continue
			}
			if strAt(v, "flavorKeyName") == "" && name == "supplementalCreateObjectOptions" {
				continue
			}
		}
		t[name] = v
	}
	return t, nil
}

// sizeOf reads preset and prices of an order into a template.
func (c *call) sizeOf(order, t map[string]any) error {
	preset := (*record)(nil)
	if id, ok := toInt(order["presetId"]); ok {
		if preset = byID(c.sim.catalog.presets, id); preset == nil {
			return invalidValue("Invalid value provided for 'presetId'.")
		}
		t["supplementalCreateObjectOptions"] = map[string]any{"flavorKeyName": preset.str("keyName")}
	}
	t["localDiskFlag"] = false
	disks, extra := []any{}, 0
	for _, p := range listAt(order, "prices") {
		id, _ := toInt(at(p, "id"))
		price := c.sim.catalog.prices[id]
		if price == nil {
			return invalidValue("Invalid price %d.", id)
		}
		item := price.one("item")
		n, _ := parseInt(item.str("capacity"))
		switch item.one("itemCategory").str("categoryCode") {
		case "os":
			t["operatingSystemReferenceCode"] = item.one("softwareDescription").str("referenceCode")
		case "guest_core":
			if preset == nil {
				t["startCpus"] = n
			}
		case "ram":
			if preset == nil {
				t["maxMemory"] = n * 1024
			}
		case "guest_disk0":
			t["localDiskFlag"] = strings.HasSuffix(item.str("keyName"), "LOCAL")
			if preset == nil {
				disks = append(disks, blockDevice(0, n))
			}
		case "guest_disk1":
			extra++
			disks = append(disks, blockDevice(1+extra, n))
		case "port_speed":
			t["networkComponents"] = []any{map[string]any{"maxSpeed": n}}
		}
	}
	t["blockDevices"] = disks
	return nil
}

func blockDevice(device, capacityGB int) any {
	return map[string]any{"device": device, "diskImage": map[string]any{"capacity": capacityGB}}
}

func (c *call) addTotals(f fields, orders []*serverOrder) {
	var hourly, monthly float64
	for _, p := range f["prices"].([]any) {
		price := c.sim.catalog.prices[p.(fields)["id"].(int)]
		hourly += fee(price, "hourlyRecurringFee")
		monthly += fee(price, "recurringFee")
	}
	n := float64(len(orders))
	f["postTaxRecurringHourly"], f["preTaxRecurringHourly"] = money(hourly*n), money(hourly*n)
	f["postTaxRecurringMonthly"], f["preTaxRecurringMonthly"] = money(monthly*n), money(monthly*n)
	f["postTaxRecurring"], f["preTaxRecurring"] = money(monthly*n), money(monthly*n)
	f["postTaxSetup"], f["preTaxSetup"] = "0", "0"
}

func verifyOrder(c *call) (any, error) {
	if _, parse := itemOrderOf(c.arg(0)); parse != nil {
		return verifyItems(c)
	}
	if isUpgrade(c.arg(0)) {
		_, _, err := c.parseUpgrade()
		return echo(c.arg(0)), err
	}
	_, f, err := c.parseOrder()
	if err != nil {
		return nil, err
	}
	return container(c.sim.schema.byName(orderType), f), nil
}

func placeOrder(c *call) (any, error) {
	if _, parse := itemOrderOf(c.arg(0)); parse != nil {
		return placeItems(c)
	}
	if isUpgrade(c.arg(0)) {
		return placeUpgrade(c)
	}
	orders, f, err := c.parseOrder()
	if err != nil {
		return nil, err
	}
	guests := c.acct.buy(orders, c.user.id())
	list := make([]any, len(guests))
	for i, g := range guests {
		list[i] = fields{
			"id": g.id, "globalIdentifier": g.guid, "accountId": c.acct.id(), "hostname": g.hostname, "domain": g.domain,
			"fullyQualifiedDomainName": g.fqdn(), "createDate": g.created, "maxCpu": g.cpu, "maxMemory": g.memory,
		}
		c.logEvent("Create", g)
	}
	f["virtualGuests"] = list
	return c.receipt(guests[0].orderID, f), nil
}

func (c *call) receipt(orderID int, order fields) node {
	return container(c.sim.schema.byName("Container_Product_Order_Receipt"), fields{
		"orderId": orderID, "orderDate": c.acct.now, "orderDetails": order,
		"placedOrder": fields{
			"id": orderID, "accountId": c.acct.id(), "status": "APPROVED", "createDate": c.acct.now, "userRecordId": c.user.id(),
		},
	})
}

func isUpgrade(order any) bool {
	return strings.TrimPrefix(strAt(order, "complexType"), servicePrefix) == upgradeType
}

// parseUpgrade validates an order for more, or fewer, cores and memory.
func (c *call) parseUpgrade() (*guest, func(*guest), error) {
	order, err := c.template()
	if err != nil {
		return nil, nil, err
	}
	list := listAt(order, "virtualGuests")
	if len(list) != 1 {
		return nil, nil, invalidValue("An upgrade order must name one virtual guest.")
	}
	id := strAt(list[0], "id")
	g := c.acct.guest(id)
	if g == nil {
		return nil, nil, notFound(id)
	}
	if g.tx != nil {
		return nil, nil, activeTransaction(g.id)
	}
	preset, cpu, memory, speed := g.preset, g.cpu, g.memory, g.nics[0].speed
	if id, ok := toInt(order["presetId"]); ok {
		if preset = byID(c.sim.catalog.presets, id); preset == nil {
			return nil, nil, invalidValue("Invalid value provided for 'presetId'.")
		}
		disk := 0
		if cpu, memory, disk = sizeOf(preset); disk < g.disks[0].capacity {
			return nil, nil, invalidValue("Invalid value provided for 'presetId'. The disk of a server cannot shrink.")
		}
		if g.preset == nil {
			return nil, nil, public("A server without a flavor is upgraded with prices, not with a preset.")
		}
	}
	for _, p := range listAt(order, "prices") {
		id, _ := toInt(at(p, "id"))
		price := c.sim.catalog.prices[id]
		if price == nil {
			return nil, nil, invalidValue("Invalid price %d.", id)
		}
		item := price.one("item")
		n, _ := parseInt(item.str("capacity"))
		switch category := item.one("itemCategory").str("categoryCode"); category {
		case "guest_core", "ram":
			if preset != nil {
				return nil, nil, public("A server with a flavor is upgraded with a preset, not with prices of cores or memory.")
			}
			if category == "ram" {
				memory = n * 1024
			} else {
				cpu = n
			}
		case "port_speed":
			speed = n
		}
	}
	if preset == g.preset && cpu == g.cpu && memory == g.memory && speed == g.nics[0].speed {
		return nil, nil, public("A current price was provided for the upgrade order.")
	}
	return g, func(g *guest) {
		g.preset, g.cpu, g.memory = preset, cpu, memory
		if preset != nil {
			_, _, g.disks[0].capacity = sizeOf(preset)
		}
		for _, c := range g.nics {
			c.speed = speed
		}
	}, nil
}

func placeUpgrade(c *call) (any, error) {
	g, change, err := c.parseUpgrade()
	if err != nil {
		return nil, err
	}
	g.upgrade(change)
	g.upgradeOrder, g.upgradeAsked = c.sim.inv.id("order"), c.acct.now
	c.logEvent("Upgrade", g)
	return c.receipt(g.upgradeOrder, fields{
		"complexType": servicePrefix + upgradeType, "packageId": g.packageID(), "quantity": 1,
		"virtualGuests": []any{fields{"id": g.id, "globalIdentifier": g.guid, "hostname": g.hostname, "domain": g.domain}},
		"prices":        []any{},
	}), nil
}

// upgradeRequest is what was last asked for of g; nil: nothing.
func (g *guest) upgradeRequest() *record {
	if g.upgradeOrder == 0 {
		return nil
	}
	return newRecord("Product_Upgrade_Request", fields{
		"id": g.upgradeOrder, "orderId": g.upgradeOrder, "guestId": g.id, "accountId": g.account.id(), "createDate": g.upgradeAsked,
		"modifyDate": nil, "completedFlag": g.tx == nil,
	})
}

// echo answers what the client sent.
func echo(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return json.RawMessage(b)
}
