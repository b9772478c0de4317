package cloud

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

// prices are the numbers of prices in the package of a number, by the key names of their items.
func (w *world) prices(pkg string, keys ...string) []any {
	w.Helper()
	var list []any
	for _, key := range keys {
		for _, item := range w.get("Product_Package/" + pkg + "/getItems.json" + query("mask[keyName,prices]", "", "")).([]any) {
			if str(item, "keyName") == key {
				list = append(list, map[string]any{"id": at(at(item, "prices").([]any)[0], "id")})
			}
		}
	}
	if len(list) != len(keys) {
		w.Fatalf("prices of %v: %v", keys, list)
	}
	return list
}

// volumeOrder is an order for 40 GB, with changes: a nil value removes a property.
func (w *world) volumeOrder(changes map[string]any) map[string]any {
	o := map[string]any{
		"complexType": "SoftLayer_" + storageOrder, "packageId": storagePackage, "location": "dal13", "volumeSize": 40, "quantity": 1,
		"osFormatType": map[string]any{"keyName": "LINUX"}, "useHourlyPricing": true,
		"prices": w.prices("759", "STORAGE_AS_A_SERVICE", "BLOCK_STORAGE_2", "STORAGE_SPACE_FOR_2_IOPS_PER_GB", "READHEAVY_TIER",
			"10_GB_STORAGE_SPACE_READHEAVY_TIER"),
	}
	maps.Copy(o, changes)
	maps.DeleteFunc(o, func(_ string, v any) bool { return v == nil })
	return o
}

// volumes lists the storage of the account.
func (w *world) volumes(filter string) []any {
	w.Helper()
	return w.get("Account/getIscsiNetworkStorage.json" + query("mask[id,lunId,isReadyToMount,capacityGb,provisionedIops,"+
		"billingItem[id,orderItem.order[id,orderTopLevelItemCount]],allowedVirtualGuests.id,activeTransactionCount]", filter, "")).([]any)
}

func TestVolumeLife(t *testing.T) {
	w := newWorld(t, fleet(1))
	order := int(at(w.post("Product_Order/placeOrder.json", w.volumeOrder(nil), false), "orderId").(float64))
	if list := w.volumes(""); len(list) != 0 {
		t.Errorf("there at once: %v", list)
	}
	w.clock.Advance(time.Minute)
	list := w.volumes(`{"iscsiNetworkStorage":{"billingItem":{"orderItem":{"order":{"id":{"operation":` + textOf(order) + `}}}}}}`)
	if len(list) != 1 || at(list[0], "lunId") != nil || at(list[0], "isReadyToMount") != false || at(list[0], "activeTransactionCount") != 1.0 {
		t.Fatalf("%v", list)
	}
	id, guest := textOf(at(list[0], "id")), textOf(at(w.get("Account/getVirtualGuests.json").([]any)[0], "id"))
	path := "Network_Storage/" + id
	allow := parameters(t, map[string]any{"id": guest})
	w.fails(w.do("POST", path+"/allowAccessFromVirtualGuest.json", allow), 500, "Network_Storage_Group_AccessControlError", "not yet ready for mount")
	w.fails(w.do("POST", path+"/createSnapshot.json", parameters(t, "x")), 500, "Network_Storage_BlockingOperationInProgress", "")

	w.clock.Advance(2 * time.Minute)
	v := w.volumes("")[0]
	if at(v, "lunId") != "0" || at(v, "isReadyToMount") != true || at(v, "capacityGb") != 40.0 || at(v, "provisionedIops") != "80" {
		t.Errorf("%v", v)
	}
	if w.post(path+"/allowAccessFromVirtualGuest.json", map[string]any{"id": guest}) != true {
		t.Error("no access")
	}
	hosts := w.post(path+"/allowAccessFromHostList.json", []any{map[string]any{"objectType": "SoftLayer_Virtual_Guest", "id": guest}}).([]any)
	if len(hosts) != 1 || !strings.HasPrefix(str(hosts[0], "name"), "iqn.") {
		t.Errorf("%v", hosts)
	}
	mine := "Virtual_Guest/" + guest
	if host := w.get(mine + "/getAllowedHost.json" + query("mask[credential]", "", "")); str(host, "credential", "password") == "" {
		t.Errorf("%v", host)
	}
	if got := w.post(mine+"/getAttachedNetworkStorages.json", "ISCSI").([]any); len(got) != 1 {
		t.Errorf("%v", got)
	}
	if got := w.post(mine+"/getAttachedNetworkStorages.json", "NAS").([]any); len(got) != 0 {
		t.Errorf("%v", got)
	}

	snapshot := w.post(path+"/createSnapshot.json", "before the move")
	snap := textOf(at(snapshot, "id"))
	if list := w.get(path + "/getSnapshots.json" + query("mask[notes,snapshotSizeBytes,snapshotCreationTimestamp,parentVolume.id]", "", "")).([]any); len(list) != 1 ||
		str(list[0], "notes") != "before the move" || str(list[0], "snapshotCreationTimestamp") != "2026-03-01T06:03:00-06:00" {
		t.Errorf("%v", list)
	}
	copied := w.volumeOrder(map[string]any{"duplicateOriginVolumeId": id, "duplicateOriginSnapshotId": snap})
	w.post("Product_Order/placeOrder.json", copied, false)
	if w.post(path+"/restoreFromSnapshot.json", snap) != true || w.get("Network_Storage/"+snap+"/deleteObject.json") != true {
		t.Error("restore or delete")
	}
	w.fails(w.do("GET", "Network_Storage/"+snap+".json", ""), http.StatusNotFound, "ObjectNotFound", "")
	w.fails(w.do("DELETE", path+".json", ""), 500, "Public", "cancelled")

	space := w.get(path + ".json" + query("mask[id,billingItem[id,activeChildren[id,categoryCode]]]", "", ""))
	w.get("Billing_Item/" + textOf(at(at(space, "billingItem", "activeChildren").([]any)[0], "id")) + "/cancelService.json")
	w.fails(w.do("POST", path+"/createSnapshot.json", parameters(t, "x")), 500, "Public", "Snapshot space")
	if limits := w.get("Network_Storage/getVolumeCountLimits.json").([]any); at(limits[0], "datacenterName") != "dal13" || at(limits[0], "provisionedCount") != 1.0 {
		t.Errorf("%v", limits)
	}

	bill := "Billing_Item/" + textOf(at(v, "billingItem", "id"))
	if w.post(bill+"/cancelItem.json", true, true, "No longer needed", "") != true {
		t.Error("not cancelled")
	}
	if v := w.get(path + ".json" + query("mask[id,billingItem.id,allowedVirtualGuests.id]", "", "")); at(v, "billingItem") != nil || len(at(v, "allowedVirtualGuests").([]any)) != 0 {
		t.Errorf("%v", v)
	}
	w.fails(w.do("GET", bill+".json", ""), http.StatusNotFound, "ObjectNotFound", "")
	w.clock.Advance(time.Minute)
	w.fails(w.do("GET", path+".json", ""), http.StatusNotFound, "ObjectNotFound", "")
}

func TestStorageOrdersAreChecked(t *testing.T) {
	w := newWorld(t)
	base := []string{"STORAGE_AS_A_SERVICE", "BLOCK_STORAGE_2"}
	with := func(keys ...string) []any { return w.prices("759", append(base[:2:2], keys...)...) }
	for name, change := range map[string]map[string]any{
		"package":    {"packageId": 835},
		"place":      {"location": "nowhere"},
		"size":       {"volumeSize": 19},
		"no size":    {"volumeSize": nil},
		"system":     {"osFormatType": nil},
		"two":        {"quantity": 2},
		"price":      {"prices": []any{map[string]any{"id": 42000}}},
		"no space":   {"prices": with("READHEAVY_TIER")},
		"no speed":   {"prices": with("STORAGE_SPACE_FOR_2_IOPS_PER_GB")},
		"other tier": {"prices": with("STORAGE_SPACE_FOR_2_IOPS_PER_GB", "WRITEHEAVY_TIER")},
		"iops":       {"prices": with("40_79_GBS", "100_2000_IOPS"), "iops": 2001},
		"iops of":    {"prices": with("40_79_GBS", "100_1000_IOPS"), "iops": 100},
		"snapshots":  {"prices": with("STORAGE_SPACE_FOR_2_IOPS_PER_GB", "READHEAVY_TIER", "10_GB_STORAGE_SPACE_WRITEHEAVY_TIER")},
		"origin":     {"duplicateOriginVolumeId": 1},
	} {
		t.Run(name, func(t *testing.T) {
			order := parameters(t, w.volumeOrder(change))
			for _, method := range []string{"placeOrder", "verifyOrder"} {
				if rec := w.do("POST", "Product_Order/"+method+".json", order); rec.Code < 400 {
					t.Errorf("%s: %s", method, rec.Body)
				}
			}
		})
	}
	w.post("Product_Order/verifyOrder.json", w.volumeOrder(map[string]any{"prices": with("40_79_GBS", "100_2000_IOPS"), "iops": 2000}))
	w.clock.Advance(time.Hour)
	if list := w.volumes(""); len(list) != 0 {
		t.Errorf("bought %v", list)
	}
}

func TestPortableStorage(t *testing.T) {
	w := newWorld(t, fleet(2))
	order := map[string]any{
		"complexType": "SoftLayer_" + diskOrder, "packageId": portablePackage, "location": "dal13", "diskDescription": "data",
		"prices": w.prices("198", "GUEST_DISK_25_GB_SAN_PORTABLE"),
	}
	w.post("Product_Order/placeOrder.json", order)
	w.clock.Advance(3 * time.Minute)
	list := w.get("Account/getPortableStorageVolumes.json" + query("mask[id,description,capacity,billingItem.id,blockDevices.id]", "", "")).([]any)
	if len(list) != 1 || str(list[0], "description") != "data" || at(list[0], "capacity") != 25.0 {
		t.Fatalf("%v", list)
	}
	id, bill := textOf(at(list[0], "id")), textOf(at(list[0], "billingItem", "id"))
	guests := w.get("Account/getVirtualGuests.json").([]any)
	one, two := "Virtual_Guest/"+textOf(at(guests[0], "id")), "Virtual_Guest/"+textOf(at(guests[1], "id"))
	w.post(one+"/attachDiskImage.json", id)
	w.fails(w.do("POST", one+"/attachDiskImage.json", parameters(t, id)), 500, "Public", "active transaction")
	w.clock.Advance(time.Minute)
	w.fails(w.do("POST", two+"/attachDiskImage.json", parameters(t, id)), 500, "Public", "another")
	w.fails(w.do("POST", two+"/attachDiskImage.json", parameters(t, 1)), 404, "ObjectNotFound", "")
	w.fails(w.do("GET", "Billing_Item/"+bill+"/cancelService.json", ""), 500, "Public", "attached")
	blocks := w.get(one + "/getBlockDevices.json" + query("mask[device,diskImage[id,billingItem.id]]", "", "")).([]any)
	if len(blocks) != 3 || str(blocks[2], "device") != "2" || textOf(at(blocks[2], "diskImage", "id")) != id || at(blocks[0], "diskImage", "billingItem") != nil {
		t.Errorf("%v", blocks)
	}
	w.post(one+"/detachDiskImage.json", id)
	if g := w.get(one + ".json" + query("mask[id,powerState.keyName]", "", "")); str(g, "powerState", "keyName") != "HALTED" {
		t.Errorf("not switched off: %v", g)
	}
	w.clock.Advance(time.Minute)
	if blocks := w.get(one + "/getBlockDevices.json").([]any); len(blocks) != 2 {
		t.Errorf("%v", blocks)
	}
	w.do("PUT", "Virtual_Disk_Image/"+id+".json", parameters(t, map[string]any{"name": "n", "description": "d"}))
	if d := w.get("Virtual_Disk_Image/" + id + ".json"); str(d, "name") != "n" || str(d, "description") != "d" {
		t.Errorf("%v", d)
	}
	w.get("Billing_Item/" + bill + "/cancelService.json")
	w.clock.Advance(time.Minute)
	w.fails(w.do("GET", "Virtual_Disk_Image/"+id+".json", ""), 404, "ObjectNotFound", "")
}

// TestStorageOfOthers checks that storage of another account does not exist.
func TestStorageOfOthers(t *testing.T) {
	w := newWorld(t)
	w.post("Product_Order/placeOrder.json", w.volumeOrder(nil))
	w.clock.Advance(time.Hour)
	v := w.volumes("")[0]
	alt := w.as(altUser, altKey)
	for _, path := range []string{
		"Network_Storage/" + textOf(at(v, "id")), "Billing_Item/" + textOf(at(v, "billingItem", "id")),
		"Billing_Order/" + textOf(at(v, "billingItem", "orderItem", "order", "id")),
	} {
		w.get(path + ".json")
		alt.fails(alt.do("GET", path+".json", ""), http.StatusNotFound, "ObjectNotFound", "")
	}
	if list := alt.volumes(""); len(list) != 0 {
		t.Errorf("%v", list)
	}
}
