package cloud

import (
	"strings"
	"testing"
	"time"
)

func TestTemplateValidation(t *testing.T) {
	w := newWorld(t)
	vlan := func(i int) map[string]any {
		return map[string]any{"networkVlan": map[string]any{"id": w.sim.accounts[0].vlans[i].id()}}
	}
	flavor := func(key string) map[string]any { return map[string]any{"flavorKeyName": key} }
	for name, c := range map[string]struct {
		changes        map[string]any
		code, fragment string
	}{
		"no hostname":      {map[string]any{"hostname": nil}, "MissingCreationProperty", "'hostname'"},
		"empty domain":     {map[string]any{"domain": ""}, "MissingCreationProperty", "'domain'"},
		"no billing":       {map[string]any{"hourlyBillingFlag": nil}, "MissingCreationProperty", "'hourlyBillingFlag'"},
		"no datacenter":    {map[string]any{"datacenter": nil}, "MissingCreationProperty", "'datacenter.name'"},
		"no system":        {map[string]any{"operatingSystemReferenceCode": nil}, "MissingCreationProperty", "'operatingSystemReferenceCode'"},
		"no size":          {map[string]any{"supplementalCreateObjectOptions": nil}, "MissingCreationProperty", "'startCpus'"},
		"no memory":        {map[string]any{"supplementalCreateObjectOptions": nil, "startCpus": 2}, "MissingCreationProperty", "'maxMemory'"},
		"underscore":       {map[string]any{"hostname": "a_b"}, "InvalidValue", "hostname"},
		"leading hyphen":   {map[string]any{"hostname": "-ab"}, "InvalidValue", "hostname"},
		"long hostname":    {map[string]any{"hostname": strings.Repeat("a", 64)}, "InvalidDataLength", "63"},
		"bad domain":       {map[string]any{"domain": "nodot"}, "InvalidValue", "domain"},
		"long domain":      {map[string]any{"domain": strings.Repeat("a.", 126) + "com"}, "InvalidDataLength", "253"},
		"flavor and cpu":   {map[string]any{"startCpus": 2, "maxMemory": 4096}, "InvalidValue", "mutually exclusive"},
		"unknown flavor":   {map[string]any{"supplementalCreateObjectOptions": flavor("B1_3X3X3")}, "InvalidValue", "B1_3X3X3"},
		"unknown place":    {map[string]any{"datacenter": map[string]any{"name": "xyz99"}}, "InvalidValue", "xyz99"},
		"unknown system":   {map[string]any{"operatingSystemReferenceCode": "BEOS_5_64"}, "InvalidValue", "BEOS_5_64"},
		"system and image": {map[string]any{"blockDeviceTemplateGroup": map[string]any{"globalIdentifier": "x"}}, "InvalidValue", "mutually exclusive"},
		"unknown image": {map[string]any{"operatingSystemReferenceCode": nil,
			"blockDeviceTemplateGroup": map[string]any{"globalIdentifier": "x"}}, "InvalidValue", "no image"},
		"odd cpu": {map[string]any{"supplementalCreateObjectOptions": nil, "startCpus": 3, "maxMemory": 4096, "localDiskFlag": false},
			"InvalidValue", "startCpus"},
		"odd memory": {map[string]any{"supplementalCreateObjectOptions": nil, "startCpus": 2, "maxMemory": 5000, "localDiskFlag": false},
			"InvalidValue", "maxMemory"},
		"unknown key":     {map[string]any{"sshKeys": []any{map[string]any{"id": 1}}}, "InvalidValue", "SSH key"},
		"unknown vlan":    {map[string]any{"primaryNetworkComponent": map[string]any{"networkVlan": map[string]any{"id": 1}}}, "InvalidValue", "VLAN"},
		"private vlan":    {map[string]any{"primaryNetworkComponent": vlan(1)}, "InvalidValue", "wrong network"},
		"far vlan":        {map[string]any{"primaryBackendNetworkComponent": vlan(3)}, "InvalidValue", "not in dal13"},
		"vlan on private": {map[string]any{"primaryNetworkComponent": vlan(0), "privateNetworkOnlyFlag": true}, "InvalidValue", "public VLAN"},
		"swap device":     {map[string]any{"blockDevices": []any{map[string]any{"device": "1", "diskImage": map[string]any{"capacity": 25}}}}, "InvalidValue", "swap"},
		"bad speed":       {map[string]any{"networkComponents": []any{map[string]any{"maxSpeed": 7}}}, "InvalidValue", "maxSpeed"},
		"typo":            {map[string]any{"hostName": "x"}, "InvalidValue", "hostName"},
		"deep typo":       {map[string]any{"datacenter": map[string]any{"nmae": "x"}}, "InvalidValue", "nmae"},
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.T = t
			w.fails(w.do("POST", "Virtual_Guest.json", parameters(t, template(c.changes))), 500, c.code, c.fragment)
			w.fails(w.do("POST", "Virtual_Guest/createObjects.json", parameters(t, []any{template(nil), template(c.changes)})), 500, c.code, c.fragment)
		})
	}
	if got := w.text("Account/getVirtualGuests.json"); got != "[]" {
		t.Errorf("failed orders left servers: %s", got)
	}
}

func TestTemplateOptions(t *testing.T) {
	w := newWorld(t)
	image := w.sim.accounts[0].images[0].str("globalIdentifier")
	vlans := w.sim.accounts[0].vlans
	id := w.create(map[string]any{
		"operatingSystemReferenceCode": nil, "blockDeviceTemplateGroup": map[string]any{"globalIdentifier": strings.ToUpper(image)},
		"supplementalCreateObjectOptions": nil, "startCpus": "2", "maxMemory": 4, "localDiskFlag": true, "hourlyBillingFlag": "0",
		"primaryNetworkComponent":        map[string]any{"networkVlan": map[string]any{"id": textOf(vlans[0].id())}},
		"primaryBackendNetworkComponent": map[string]any{"networkVlan": map[string]any{"id": vlans[1].id()}},
		"networkComponents":              []any{map[string]any{"maxSpeed": 1000}},
		"blockDevices": []any{
			map[string]any{"device": "0", "diskImage": map[string]any{"capacity": 100}},
			map[string]any{"device": "2", "diskImage": map[string]any{"capacity": 50}},
		},
		"placementGroupId": nil, "dedicatedAccountHostOnlyFlag": true, "notes": "kept",
	})
	if got := w.status(id); got != "ASSIGN_HOST" {
		t.Error(got)
	}
	w.clock.Advance(time.Minute)
	if got := w.status(id); got != "CLONE_CLOUD_TEMPLATE" {
		t.Error(got)
	}
	w.clock.Advance(time.Hour)
	v := w.full(id)
	if at(v, "maxMemory") != 4096.0 || at(v, "hourlyBillingFlag") != false || at(v, "localDiskFlag") != true || len(listAt(v, "blockDevices")) != 3 ||
		str(v, "notes") != "kept" || str(v, "blockDeviceTemplateGroup", "globalIdentifier") != image || at(v, "networkComponents").([]any)[0].(map[string]any)["maxSpeed"] != 1000.0 {
		t.Errorf("%v", v)
	}
	if at(v, "billingItem", "orderItem", "preset") != nil {
		t.Error("a server without a flavor has a preset")
	}
}

func TestCreateObjects(t *testing.T) {
	w := newWorld(t)
	list := w.post("Virtual_Guest/createObjects.json", []any{template(map[string]any{"hostname": "a"}), template(map[string]any{"hostname": "b"})})
	if got := hostnames(list); got != "a b" {
		t.Error(got)
	}
	w.clock.Advance(time.Hour)
	orders := w.get("Account/getVirtualGuests.json" + query("mask[id,billingItem.orderItem.order.id]", "", "")).([]any)
	if a, b := at(orders[0], "billingItem", "orderItem", "order", "id"), at(orders[1], "billingItem", "orderItem", "order", "id"); a == nil || a != b {
		t.Errorf("orders %v and %v", a, b)
	}
}

func TestFirstServerBringsNetworks(t *testing.T) {
	w := newWorld(t)
	before := len(w.get("Account/getNetworkVlans.json").([]any))
	id := w.create(map[string]any{"datacenter": map[string]any{"name": "syd04"}})
	w.create(map[string]any{"datacenter": map[string]any{"name": "syd04"}})
	w.clock.Advance(time.Hour)
	if after := len(w.get("Account/getNetworkVlans.json").([]any)); after != before+2 {
		t.Errorf("%d VLANs before, %d after", before, after)
	}
	if got := str(w.full(id), "primaryIpAddress"); got == "" {
		t.Error("no address")
	}
}

func TestOrderTemplate(t *testing.T) {
	w := newWorld(t)
	tmpl := template(map[string]any{"userData": []any{map[string]any{"value": "forgotten"}}})
	order := w.post("Virtual_Guest/generateOrderTemplate.json", tmpl).(map[string]any)
	if order["packageId"] != 835.0 || order["presetId"] == nil || len(listAt(order, "prices")) < 10 || str(order, "complexType") != "SoftLayer_Container_Product_Order_Virtual_Guest" {
		t.Errorf("template %v", order)
	}
	verified := w.post("Product_Order/verifyOrder.json", order)
	if str(listAt(verified, "prices")[0], "item", "description") == "" || str(verified, "postTaxRecurringHourly") == "" {
		t.Errorf("verified %v", verified)
	}
	if w.text("Account/getVirtualGuests.json") != "[]" {
		t.Fatal("verifying an order placed it")
	}
	at(order, "virtualGuests").([]any)[0].(map[string]any)["userData"] = []any{map[string]any{"value": "mine"}}
	receipt := w.post("Product_Order/placeOrder.json", order, false)
	guest := listAt(receipt, "orderDetails", "virtualGuests")[0]
	if str(guest, "globalIdentifier") == "" || str(receipt, "placedOrder", "status") != "APPROVED" || str(receipt, "orderDate") == "" {
		t.Errorf("receipt %v", receipt)
	}
	w.clock.Advance(time.Hour)
	v := w.full(textOf(at(guest, "id")))
	if str(v, "hostname") != "new" || str(v, "billingItem", "orderItem", "preset", "keyName") != "B1_2X4X25" ||
		str(v, "operatingSystem", "softwareLicense", "softwareDescription", "referenceCode") != "DEBIAN_12_64" || str(listAt(v, "userData")[0], "value") != "mine" {
		t.Errorf("ordered %v", v)
	}
	for _, change := range []func(map[string]any){
		func(o map[string]any) { o["packageId"] = 1 },
		func(o map[string]any) { o["presetId"] = 1 },
		func(o map[string]any) { o["prices"] = []any{map[string]any{"id": 1}} },
		func(o map[string]any) { o["quantity"] = 2 },
		func(o map[string]any) { o["virtualGuests"] = nil },
	} {
		bad := map[string]any{}
		for k, v := range order {
			bad[k] = v
		}
		change(bad)
		w.fails(w.do("POST", "Product_Order/placeOrder.json", parameters(t, bad)), 500, "InvalidValue", "")
	}
	w.fails(w.do("POST", "Product_Order/placeOrder.json", parameters(t, map[string]any{"complexType": "SoftLayer_Container_Product_Order_Network_LoadBalancer"})), 500, "Public", "not available")
	if n := len(w.get("Account/getVirtualGuests.json").([]any)); n != 1 {
		t.Errorf("bad orders left %d servers", n-1)
	}
}

func TestCreateObjectOptions(t *testing.T) {
	w := newWorld(t)
	v := w.get("Virtual_Guest/getCreateObjectOptions.json")
	for name, least := range map[string]int{
		"flavors": 12, "processors": 4, "memory": 6, "operatingSystems": 10, "blockDevices": 4, "datacenters": 6, "networkComponents": 2,
	} {
		if n := len(listAt(v, name)); n < least {
			t.Errorf("%d %s", n, name)
		}
	}
	f := listAt(v, "flavors")[0]
	if str(f, "template", "supplementalCreateObjectOptions", "flavorKeyName") != str(f, "flavor", "keyName") || len(listAt(f, "flavor", "configuration")) != 3 {
		t.Errorf("flavor %v", f)
	}
	masked := w.text("Virtual_Guest/getCreateObjectOptions.json?objectMask=mask[datacenters.template.datacenter.name]")
	if !strings.HasPrefix(masked, `{"datacenters":[{"template":{"id":null,"datacenter":{"name":"dal13"}}}`) {
		t.Error(masked[:min(len(masked), 200)])
	}
	for _, c := range listAt(v, "operatingSystems") {
		w.create(map[string]any{"operatingSystemReferenceCode": str(c, "template", "operatingSystemReferenceCode")})
	}
	for _, c := range listAt(v, "flavors") {
		w.create(map[string]any{"supplementalCreateObjectOptions": at(c, "template", "supplementalCreateObjectOptions")})
	}
	w.create(map[string]any{"operatingSystemReferenceCode": "UBUNTU_LATEST"})
	w.create(map[string]any{"operatingSystemReferenceCode": "WIN_LATEST_64"})
}

func TestPackages(t *testing.T) {
	w := newWorld(t)
	packages := w.get("Product_Package/getAllObjects.json" + query("mask[id,items[prices],activePresets,accountRestrictedActivePresets]",
		`{"keyName":{"operation":"PUBLIC_CLOUD_SERVER"}}`, "")).([]any)
	if len(packages) != 1 || at(packages[0], "id") != 835.0 || len(listAt(packages[0], "activePresets")) < 12 || len(listAt(packages[0], "items")) < 30 {
		t.Errorf("%v", packages)
	}
	for _, p := range w.get("Product_Package/835/getActivePresets.json" + query("mask[keyName,prices[hourlyRecurringFee,item[capacity,itemCategory.categoryCode]],configuration[category.categoryCode,price.item[capacity,units]],locations[id,name]]", "", "")).([]any) {
		if len(listAt(p, "configuration")) != 3 || len(listAt(p, "locations")) != len(places) {
			t.Errorf("%v", p)
		}
		if f := str(listAt(p, "prices")[0], "hourlyRecurringFee"); !strings.HasPrefix(f, ".") {
			t.Errorf("fee %q is not how the API writes money", f)
		}
	}
	if n := len(w.get("Product_Package/835/getRegions.json?objectMask=location[location[priceGroups]]").([]any)); n != len(places) {
		t.Errorf("%d regions", n)
	}
	if got := w.text("Product_Package/835/getAccountRestrictedActivePresets.json"); got != "[]" {
		t.Error(got)
	}
	if got := w.text("Network_Pod/getAllObjects.json" + query("mask[name]", `{"capabilities":{"operation":"in","options":[{"name":"data","value":["CLOSURE_ANNOUNCED"]}]},"name":{"operation":"orderBy","options":[{"name":"sort","value":["DESC"]}]}}`, "")); got != "[]" {
		t.Error(got)
	}
}

func TestExtraDisksAndSubnetsSurviveOrdering(t *testing.T) {
	w := newWorld(t)
	vlan := w.sim.accounts[0].vlans[0]
	second := w.sim.accounts[0].newSubnet(vlan)
	network := func(subnet int) map[string]any {
		return map[string]any{"networkVlan": map[string]any{"id": vlan.id(), "primarySubnet": map[string]any{"id": subnet}}}
	}
	order := w.post("Virtual_Guest/generateOrderTemplate.json", template(map[string]any{
		"primaryNetworkComponent": network(second.id()),
		"blockDevices":            []any{map[string]any{"device": "2", "diskImage": map[string]any{"capacity": 50}}},
	}))
	receipt := w.post("Product_Order/placeOrder.json", order)
	w.clock.Advance(time.Hour)
	v := w.full(textOf(at(listAt(receipt, "orderDetails", "virtualGuests")[0], "id")))
	if len(listAt(v, "blockDevices")) != 3 || str(v, "primaryIpAddress") != second.address(2).String() {
		t.Errorf("%v", v)
	}
	w.fails(w.do("POST", "Virtual_Guest.json", parameters(t, template(map[string]any{"primaryNetworkComponent": network(1)}))), 500, "InvalidValue", "subnet")
}
