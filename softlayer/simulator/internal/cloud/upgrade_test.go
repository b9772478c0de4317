package cloud

import (
	"net/http"
	"testing"
	"time"
)

// TestVolumeUpgrade changes the size and the tier of a volume, and refuses what the cloud does.
func TestVolumeUpgrade(t *testing.T) {
	w := newWorld(t)
	w.post("Product_Order/placeOrder.json", w.volumeOrder(nil), false)
	w.clock.Advance(3 * time.Minute)
	id := at(w.volumes("")[0], "id")
	upgrade := func(size int, space, tier string) map[string]any {
		return map[string]any{
			"complexType": "SoftLayer_" + upgradeOrder, "packageId": storagePackage, "volume": map[string]any{"id": id}, "volumeSize": size,
			"prices": w.prices("759", "STORAGE_AS_A_SERVICE", space, tier),
		}
	}
	place := func(order map[string]any) int {
		return w.do("POST", "Product_Order/placeOrder.json", parameters(t, order, false)).Code
	}
	const two, four = "STORAGE_SPACE_FOR_2_IOPS_PER_GB", "STORAGE_SPACE_FOR_4_IOPS_PER_GB"
	for _, bad := range []map[string]any{
		upgrade(39, two, "READHEAVY_TIER"), upgrade(12001, two, "READHEAVY_TIER"), upgrade(40, two, "READHEAVY_TIER"), upgrade(60, two, "WRITEHEAVY_TIER"),
	} {
		if code := place(bad); code == http.StatusOK {
			t.Errorf("taken: %v", bad)
		}
	}
	if code := place(upgrade(60, four, "WRITEHEAVY_TIER")); code != http.StatusOK {
		t.Fatal(code)
	}
	if v := w.volumes("")[0]; at(v, "capacityGb") != 40.0 || at(v, "activeTransactionCount") != 1.0 {
		t.Errorf("at once: %v", v)
	}
	if code := place(upgrade(80, four, "WRITEHEAVY_TIER")); code == http.StatusOK {
		t.Error("a second one was taken meanwhile")
	}
	w.clock.Advance(3 * time.Minute)
	if v := w.volumes("")[0]; at(v, "capacityGb") != 60.0 || at(v, "provisionedIops") != "240" || at(v, "activeTransactionCount") != 0.0 {
		t.Errorf("later: %v", v)
	}
}

// TestRefuseOrder: what is refused never comes to be, and what is made can't be refused.
func TestRefuseOrder(t *testing.T) {
	w := newWorld(t)
	order := func() int {
		return int(at(w.post("Product_Order/placeOrder.json", w.volumeOrder(nil), false), "orderId").(float64))
	}
	refused, made := order(), order()
	if !w.sim.RefuseOrder(refused) || w.sim.RefuseOrder(refused) || w.sim.RefuseOrder(1) {
		t.Error("one order can be refused once")
	}
	w.clock.Advance(time.Hour)
	if w.sim.RefuseOrder(made) {
		t.Error("what is made was refused")
	}
	if list := w.volumes(""); len(list) != 1 || at(list[0], "billingItem", "orderItem", "order", "id") != float64(made) {
		t.Errorf("%v", list)
	}
	states := map[float64]string{}
	for _, o := range w.get("Account/getOrders.json" + query("mask[id,status,orderTopLevelItems.billingItem.id]", "", "")).([]any) {
		states[at(o, "id").(float64)] = str(o, "status")
	}
	if len(states) != 2 || states[float64(refused)] != "CANCELLED" || states[float64(made)] != "APPROVED" {
		t.Errorf("%v", states)
	}
}
