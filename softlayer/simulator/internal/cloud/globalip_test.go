package cloud

import (
	"strings"
	"testing"
	"time"
)

// orderGlobalIP orders a global IP as slcli does and returns its number.
func (w *world) orderGlobalIP() string {
	w.Helper()
	price := 0
	for _, item := range w.get("Product_Package/0/getItems.json" + query("mask[itemCategory.categoryCode,prices.id]", "", "")).([]any) {
		if str(item, "itemCategory", "categoryCode") == "global_ipv4" {
			price = int(at(listAt(item, "prices")[0], "id").(float64))
		}
	}
	order := map[string]any{"complexType": servicePrefix + subnetOrder, "packageId": 0, "quantity": 1, "prices": []any{map[string]any{"id": price}}}
	w.post("Product_Order/verifyOrder.json", order)
	receipt := w.post("Product_Order/placeOrder.json", order, false)
	if fee := str(listAt(receipt, "orderDetails", "prices")[0], "recurringFee"); fee != "5" {
		w.Errorf("it costs %q", fee)
	}
	filter := `{"globalIpRecords":{"billingItem":{"orderItem":{"order":{"id":{"operation":` + textOf(at(receipt, "orderId")) + `}}}}}}`
	records := "Account/getGlobalIpRecords.json" + query("mask[id]", filter, "")
	if got := w.text(records); got != "[]" {
		w.Errorf("at once there is %s", got)
	}
	w.clock.Advance(time.Minute)
	return textOf(at(w.get(records).([]any)[0], "id"))
}

// TestGlobalIP lives through the life of a global IP.
func TestGlobalIP(t *testing.T) {
	w := newWorld(t, fleet(2))
	id := w.orderGlobalIP()
	path := globalIPTyp + "/" + id
	const mask = "mask[id,destinationIpAddressId,ipAddress[ipAddress,subnetId],destinationIpAddress[ipAddress,virtualGuest[id,globalIdentifier]],billingItem.id]"
	ip := w.get(path + ".json" + query(mask, "", ""))
	if !strings.HasPrefix(str(ip, "ipAddress", "ipAddress"), "198.19.0.") || at(ip, "destinationIpAddress") != nil || at(ip, "destinationIpAddressId") != nil {
		t.Errorf("%v", ip)
	}
	subnet := "Network_Subnet/" + textOf(at(ip, "ipAddress", "subnetId"))
	guests := w.sim.accounts[0].guests
	for _, to := range [][]any{
		{"SoftLayer_Network_Subnet_IpAddress", "192.0.2.1"},
		{"SoftLayer_Network_Subnet_IpAddress", guests[0].nic(0).ip()}, // a private one
		{"SoftLayer_Virtual_Guest", "nonsense"},
		{"SoftLayer_Network_Vlan", "1"},
	} {
		w.fails(w.do("POST", subnet+"/route.json", parameters(t, to...)), 500, "InvalidValue", "")
	}
	if w.post(subnet+"/route.json", "SoftLayer_Virtual_Guest", guests[1].guid) != true {
		t.Error("no change")
	}
	w.fails(w.do("POST", path+"/route.json", parameters(t, guests[0].nic(1).ip())), 500, "Public", "not ready")
	w.clock.Advance(time.Minute)
	if ip = w.get(path + ".json" + query(mask, "", "")); str(ip, "destinationIpAddress", "virtualGuest", "globalIdentifier") != guests[1].guid {
		t.Errorf("%v", ip)
	}
	if w.post(subnet+"/route.json", "SoftLayer_Network_Subnet_IpAddress", guests[1].nic(1).ip()) != false {
		t.Error("the same is a change")
	}
	routed := "Virtual_Guest/" + guests[1].guid + ".json" +
		query("mask[networkComponents[port,primaryIpAddressRecord[id,endpointSubnets[id,networkIdentifier,globalIpRecord.id]]]]", "", "")
	if got := w.text(routed); !strings.Contains(got, `"networkIdentifier":"`+str(ip, "ipAddress", "ipAddress")+`"`) {
		t.Error(got)
	}
	if got := w.text("Account/getSubnets.json" + query("mask[subnetType]", "", "")); !strings.Contains(got, "GLOBAL_IP") {
		t.Error(got)
	}
	w.get(path + "/unroute.json")
	w.clock.Advance(time.Minute)
	if got := w.text(subnet + "/clearRoute.json"); got != "false" {
		t.Error(got)
	}
	w.post(path+"/route.json", guests[0].nic(1).ip())
	w.clock.Advance(time.Minute)
	w.get("Virtual_Guest/" + guests[0].guid + "/deleteObject.json")
	w.clock.Advance(time.Hour)
	if ip = w.get(path + ".json" + query(mask, "", "")); at(ip, "destinationIpAddressId") != nil {
		t.Errorf("routed to a server that is gone: %v", ip)
	}

	alt := w.as(altUser, altKey)
	alt.fails(alt.do("GET", path+".json", ""), 404, "ObjectNotFound", id)
	alt.fails(alt.do("GET", subnet+".json", ""), 404, "ObjectNotFound", "")
	w.get("Billing_Item/" + textOf(at(ip, "billingItem", "id")) + "/cancelService.json")
	if ip = w.get(path + ".json" + query(mask, "", "")); at(ip, "billingItem") != nil {
		t.Errorf("%v", ip)
	}
	w.fails(w.do("GET", subnet+"/clearRoute.json", ""), 500, "Public", "reclaimed")
	w.clock.Advance(time.Minute)
	w.fails(w.do("GET", path+".json", ""), 404, "ObjectNotFound", id)
}
