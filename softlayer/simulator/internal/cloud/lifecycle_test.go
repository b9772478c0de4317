package cloud

import (
	"strings"
	"testing"
	"time"
)

// status returns the name of a server's transaction step; "" for none.
func (w *world) status(id string) string {
	w.Helper()
	return str(w.get("Virtual_Guest/"+id+".json"+query("mask[id,activeTransaction.transactionStatus.name]", "", "")),
		"activeTransaction", "transactionStatus", "name")
}

func (w *world) full(id string) any {
	w.Helper()
	return w.get("Virtual_Guest/" + id + ".json" + query(fullMask, "", ""))
}

func TestProvisioning(t *testing.T) {
	w := newWorld(t)
	g := w.post("Virtual_Guest.json", template(map[string]any{"userData": []any{map[string]any{"value": "#!/bin/sh"}}}))
	if at(g, "modifyDate") != nil || at(g, "provisionDate") != nil || str(g, "primaryIpAddress") != "" || at(g, "statusId") != 1001.0 {
		t.Errorf("a new server: %v", g)
	}
	if got := str(g, "createDate"); got != "2026-03-01T06:00:00-06:00" {
		t.Errorf("createDate %s", got)
	}
	id := textOf(int(at(g, "id").(float64)))
	v := w.full(id)
	if at(v, "billingItem") != nil || at(v, "operatingSystem") != nil || str(v, "powerState", "keyName") != "HALTED" {
		t.Errorf("before provisioning: %v", v)
	}
	type moment struct {
		status          string
		ip, provisioned bool
		power           string
	}
	for i, want := range []moment{
		{"ASSIGN_HOST", false, false, "HALTED"},
		{"ATTACH_PRIMARY_DISK", false, false, "HALTED"},
		{"CLOUD_PROVISION_SETUP", true, false, "HALTED"},
		{"CLOUD_CONFIGURE_METADATA_DISK", true, false, "HALTED"},
		{"POWER_ON", true, false, "HALTED"},
		{"INSTALL_COMPLETE", true, true, "RUNNING"},
		{"SERVICE_SETUP", true, true, "RUNNING"},
		{"", true, true, "RUNNING"},
	} {
		v := w.full(id)
		got := moment{
			str(v, "activeTransaction", "transactionStatus", "name"), str(v, "primaryIpAddress") != "",
			str(v, "provisionDate") != "", str(v, "powerState", "keyName"),
		}
		if got != want {
			t.Errorf("minute %d: %+v, want %+v", i, got, want)
		}
		if want.status != "" {
			w.fails(w.do("GET", "Virtual_Guest/"+id+"/deleteObject.json", ""), 500, "Public", "active transaction")
			w.fails(w.do("GET", "Virtual_Guest/"+id+"/powerOff.json", ""), 500, "Public", "active transaction")
			w.fails(w.do("PUT", "Virtual_Guest/"+id+".json", parameters(t, map[string]any{"hostname": "x"})), 500, "Public", "active transaction")
		}
		if !want.provisioned {
			rec := w.do("POST", "Virtual_Guest/"+id+"/setUserMetadata.json", parameters(t, []string{"x"}))
			w.fails(rec, 500, "NotImplemented", "provisioned")
		}
		w.clock.Advance(time.Minute)
	}
	v = w.full(id)
	if str(v, "provisionDate") != "2026-03-01T06:05:00-06:00" || str(v, "billingItem", "orderItem", "preset", "keyName") != "B1_2X4X25" ||
		at(v, "billingItem", "orderItem", "order", "userRecordId") != 411001.0 || str(listAt(v, "userData")[0], "value") != "#!/bin/sh" {
		t.Errorf("provisioned: %v", v)
	}
}

// What a server is depends on the time alone, not on how often somebody looked.
func TestTimeDoesNotNeedWitnesses(t *testing.T) {
	watched, alone := newWorld(t), newWorld(t)
	id := watched.create(nil)
	alone.create(nil)
	for range 30 {
		watched.clock.Advance(17 * time.Second)
		watched.full(id)
	}
	alone.clock.Advance(30 * 17 * time.Second)
	path := "Virtual_Guest/" + id + ".json" + query(fullMask, "", "")
	if a, b := watched.text(path), alone.text(path); a != b {
		t.Errorf("watched:\n%s\nalone:\n%s", a, b)
	}
}

func TestElapsedSeconds(t *testing.T) {
	w := newWorld(t)
	id := w.create(nil)
	w.clock.Advance(90 * time.Second)
	tx := w.get("Virtual_Guest/" + id + "/getActiveTransaction.json")
	if at(tx, "elapsedSeconds") != 30.0 || str(tx, "statusChangeDate") != "2026-03-01T06:01:00-06:00" || str(tx, "createDate") != "2026-03-01T06:00:00-06:00" {
		t.Errorf("%v", tx)
	}
	if str(tx, "transactionStatus", "averageDuration") != ".51" {
		t.Errorf("the status does not come along: %v", tx)
	}
}

func TestDelete(t *testing.T) {
	w := newWorld(t, oneGuest)
	const id = "104500012"
	guid := str(w.full(id), "globalIdentifier")
	w.text("Virtual_Guest/" + id + "/deleteObject.json")
	for _, want := range []string{"RECLAIM_WAIT", "CLOUD_ISO_BOOT_TEAR_DOWN", "CLOUD_INSTANCE_NETWORK_RECLAIM"} {
		v := w.full(id)
		if got := str(v, "activeTransaction", "transactionStatus", "name"); got != want || at(v, "billingItem") != nil {
			t.Errorf("%s, want %s without a billing item: %v", got, want, v)
		}
		if n := len(w.get("Account/getVirtualGuests.json").([]any)); n != 1 {
			t.Errorf("%d servers during %s", n, want)
		}
		w.fails(w.do("GET", "Virtual_Guest/"+id+"/deleteObject.json", ""), 500, "Public", "active transaction")
		w.clock.Advance(time.Minute)
	}
	w.fails(w.do("GET", "Virtual_Guest/"+id+".json", ""), 404, "ObjectNotFound", id)
	w.fails(w.do("GET", "Virtual_Guest/"+guid+".json", ""), 404, "ObjectNotFound", guid)
	if got := w.text("Account/getVirtualGuests.json"); got != "[]" {
		t.Error(got)
	}
	// The address is free again.
	id2 := w.create(nil)
	w.clock.Advance(time.Hour)
	if got := str(w.full(id2), "primaryIpAddress"); got != "198.18.0.2" {
		t.Errorf("address %s", got)
	}
}

func TestReclaimWait(t *testing.T) {
	w := newWorld(t, oneGuest, func(o *Options) { o.ReclaimWait = 9 * time.Hour })
	w.text("Virtual_Guest/104500012/deleteObject.json")
	w.clock.Advance(8 * time.Hour)
	if got := w.status("104500012"); got != "RECLAIM_WAIT" {
		t.Error(got)
	}
	w = newWorld(t, oneGuest, func(o *Options) { o.ReclaimWait = -1 })
	w.text("Virtual_Guest/104500012/deleteObject.json")
	if got := w.status("104500012"); got != "CLOUD_ISO_BOOT_TEAR_DOWN" {
		t.Error(got)
	}
	w = newWorld(t, func(o *Options) { o.Step = -1 })
	id := w.create(nil)
	if got := w.status(id); got != "" {
		t.Errorf("without steps: %s", got)
	}
}

func TestPower(t *testing.T) {
	w := newWorld(t, oneGuest)
	const id = "104500012"
	for _, c := range []struct{ method, state, refused string }{
		{"powerOff", "HALTED", ""}, {"powerOff", "HALTED", "power off"}, {"powerOffSoft", "HALTED", "power off"},
		{"rebootSoft", "HALTED", "reboot"}, {"rebootDefault", "HALTED", "reboot"}, {"pause", "HALTED", "pause"},
		{"powerOn", "RUNNING", ""}, {"powerOn", "RUNNING", "power on"}, {"resume", "RUNNING", "resume"},
		{"pause", "PAUSED", ""}, {"pause", "PAUSED", "pause"}, {"resume", "RUNNING", ""},
		{"rebootSoft", "RUNNING", ""}, {"rebootDefault", "RUNNING", ""}, {"powerOffSoft", "HALTED", ""},
		{"rebootHard", "RUNNING", ""}, {"powerOff", "HALTED", ""}, {"powerCycle", "RUNNING", ""},
	} {
		rec := w.do("GET", "Virtual_Guest/"+id+"/"+c.method+".json", "")
		if c.refused != "" {
			w.fails(rec, 500, "Public", "Unable to "+c.refused+" instance")
		} else if rec.Body.String() != "true" {
			t.Errorf("%s: %s", c.method, rec.Body)
		}
		if got := str(w.full(id), "powerState", "keyName"); got != c.state {
			t.Errorf("%s: %s, want %s", c.method, got, c.state)
		}
	}
}

func TestReload(t *testing.T) {
	w := newWorld(t, oneGuest)
	const id = "104500012"
	image := at(w.get("Account/getPrivateBlockDeviceTemplateGroups.json").([]any)[0], "id")
	w.post("Virtual_Guest/"+id+"/reloadOperatingSystem.json", "FORCE", map[string]any{"imageTemplateId": textOf(image)})
	v := w.full(id)
	if at(v, "activeTransaction", "id") != at(v, "lastOperatingSystemReload", "id") || at(v, "provisionDate") == nil {
		t.Errorf("reloading: %v", v)
	}
	w.clock.Advance(time.Hour)
	v = w.full(id)
	if at(v, "activeTransaction") != nil || at(v, "lastOperatingSystemReload", "id") == nil || at(v, "blockDeviceTemplateGroup", "id") != image || str(v, "powerState", "keyName") != "RUNNING" {
		t.Errorf("reloaded: %v", v)
	}
	// Without FORCE a token has to confirm.
	token := w.post("Virtual_Guest/" + id + "/reloadOperatingSystem.json").(string)
	if w.status(id) != "" {
		t.Error("reloaded without confirmation")
	}
	w.fails(w.do("POST", "Virtual_Guest/"+id+"/reloadOperatingSystem.json", parameters(t, "wrong")), 500, "InvalidValue", "token")
	w.post("Virtual_Guest/"+id+"/reloadOperatingSystem.json", token)
	if !strings.Contains(w.status(id), "RELOAD") {
		t.Error("the token did not confirm")
	}
}

func TestUpgrade(t *testing.T) {
	w := newWorld(t, oneGuest)
	const id = "104500012"
	preset := at(w.get("Product_Package/835/getActivePresets.json" + query("", `{"activePresets":{"keyName":{"operation":"B1_4X16X100"}}}`, "")).([]any)[0], "id")
	order := map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Virtual_Guest_Upgrade", "packageId": 835, "presetId": preset,
		"virtualGuests": []any{map[string]any{"id": 104500012}}, "properties": []any{map[string]any{"name": "MAINTENANCE_WINDOW", "value": "now"}},
	}
	w.post("Product_Order/verifyOrder.json", order)
	if w.status(id) != "" {
		t.Error("verifying changed something")
	}
	if r := w.post("Product_Order/placeOrder.json", order, false); at(r, "orderId") == nil {
		t.Errorf("receipt %v", r)
	}
	if got := w.status(id); !strings.Contains(got, "UPGRADE") {
		t.Error(got)
	}
	w.clock.Advance(time.Hour)
	if v := w.full(id); at(v, "maxCpu") != 4.0 || at(v, "maxMemory") != 16384.0 || at(listAt(v, "blockDevices")[0], "diskImage", "capacity") != 100.0 {
		t.Errorf("upgraded: %v", v)
	}
	w.fails(w.do("POST", "Product_Order/placeOrder.json", parameters(t, order)), 500, "Public", "A current price was provided for the upgrade order")
}

func TestCapture(t *testing.T) {
	w := newWorld(t, oneGuest)
	img := w.post("Virtual_Guest/104500012/createArchiveTemplate.json", "copy", []any{}, "a note")
	path := imageTyp + "/" + str(img, "globalIdentifier") + ".json" + query("mask[id,note,transaction.transactionStatus.name,datacenters.name]", "", "")
	if v := w.get(path); at(v, "transaction") == nil || str(v, "note") != "a note" {
		t.Errorf("saving: %v", v)
	}
	w.clock.Advance(time.Hour)
	if v := w.get(path); at(v, "transaction") != nil {
		t.Errorf("saved: %v", v)
	}
	if n := len(w.get("Account/getPrivateBlockDeviceTemplateGroups.json").([]any)); n != 2 {
		t.Errorf("%d images", n)
	}
}

func TestRescue(t *testing.T) {
	w := newWorld(t, oneGuest)
	w.text("Virtual_Guest/104500012/executeRescueLayer.json")
	if got := w.status("104500012"); got != "RESCUE_BOOT" {
		t.Error(got)
	}
}
