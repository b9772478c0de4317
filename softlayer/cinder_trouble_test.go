package softlayer

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// refuse has SoftLayer refuse the order of a volume, long after it took it.
func (w *world) refuse(id string) {
	w.Helper()
	number, ok := keep.NumberOf(keep.StorageOrderKind, id)
	if !ok {
		number, ok = keep.NumberOf(keep.DiskOrderKind, id)
	}
	if !ok || !w.sim.RefuseOrder(number) {
		w.Fatalf("no order of %s to refuse", id)
	}
}

type shownMessages struct {
	Messages []struct {
		ID       string
		Text     string `json:"user_message"`
		Level    string `json:"message_level"`
		Resource string `json:"resource_uuid"`
		Request  string `json:"request_id"`
	}
}

// TestOrderRefusedLater: the user is told, once, and pays nothing.
func TestOrderRefusedLater(t *testing.T) {
	for _, kind := range []string{"endurance-2", "portable"} {
		w := newStorage(t)
		v := w.orderVolume(`,"name":"data","volume_type":"` + kind + `"`)
		w.refuse(v.ID)
		w.clock.Advance(48 * time.Hour)
		var list struct{ Volumes []cinderVolume }
		w.expect("GET", cinder+"/volumes/detail", "", http.StatusOK, &list)
		if len(list.Volumes) != 1 || list.Volumes[0].Status != "error" || list.Volumes[0].Name != "data" {
			t.Errorf("%+v", list)
		}
		for range 2 {
			if v := w.cinderVolume(v.ID); v.Status != "error" || v.Size != 40 {
				t.Errorf("%+v", v)
			}
		}
		if v := w.volume(v.ID); v.Status != "error" {
			t.Errorf("compute shows %+v", v)
		}
		var told shownMessages
		w.expect("GET", cinder+"/messages", "", http.StatusOK, &told, latestVolume...)
		if len(told.Messages) != 1 || told.Messages[0].Resource != v.ID || told.Messages[0].Level != "ERROR" || !strings.HasPrefix(told.Messages[0].Request, "req-") ||
			!strings.Contains(told.Messages[0].Text, "refused") {
			t.Fatalf("%+v", told)
		}
		w.expect("DELETE", cinder+"/messages/"+told.Messages[0].ID, "", http.StatusNoContent, nil, latestVolume...)
		w.cinderVolume(v.ID)
		if w.expect("GET", cinder+"/messages", "", http.StatusOK, &told, latestVolume...); len(told.Messages) != 0 {
			t.Errorf("told again: %+v", told)
		}
		w.expect("DELETE", cinder+"/volumes/"+v.ID, "", http.StatusAccepted, nil)
		w.expect("GET", cinder+"/volumes/"+v.ID, "", http.StatusNotFound, nil)
		if w.expect("GET", cinder+"/volumes", "", http.StatusOK, &list); len(list.Volumes) != 0 {
			t.Errorf("%+v", list)
		}
		if n := w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"]; n != 0 {
			t.Errorf("%d bills were cancelled, and there was none", n)
		}
	}
}

// TestChangeRefusedLater: a volume that SoftLayer does not make larger after
// all is as it was, and says so.
func TestChangeRefusedLater(t *testing.T) {
	w := newStorage(t)
	id := w.orderVolume("").ID
	w.clock.Advance(3 * step)
	w.does(id, `{"os-extend":{"new_size":60}}`, http.StatusAccepted)
	number, _ := keep.NumberOf(keep.StorageOrderKind, id)
	for number++; !w.sim.RefuseOrder(number); number++ { // the latest
		if number > 72_000_000 {
			t.Fatal("nothing to refuse")
		}
	}
	w.clock.Advance(time.Hour)
	if v := w.cinderVolume(id); v.Status != "error_extending" || v.Size != 40 {
		t.Errorf("%+v", v)
	}
	var told shownMessages
	if w.expect("GET", cinder+"/messages", "", http.StatusOK, &told, latestVolume...); len(told.Messages) != 1 {
		t.Errorf("%+v", told)
	}
	w.expect("DELETE", cinder+"/volumes/"+id, "", http.StatusAccepted, nil)
}

// otherDriver is that of another process that serves the same cloud with the same store.
func (w *world) otherDriver() *Driver {
	w.Helper()
	d, err := New(Options{Endpoint: w.driver.opts.Endpoint, Store: w.driver.core.Opts.Store, Now: w.clock.Now})
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// TestTwoReplicas: what one does the other knows, and neither loses what the
// other keeps.
func TestTwoReplicas(t *testing.T) {
	w := newStorage(t)
	other := w.otherDriver()
	id := w.orderVolume(`,"name":"data","metadata":{"k":"v"}`).ID
	v, err := other.volume.Volume(asDemo(), id)
	if err != nil || v.Status != "creating" || v.Name != "data" || v.Metadata["k"] != "v" || v.Size != 40 {
		t.Fatalf("%+v, %v", v, err)
	}
	_, err = other.volume.UpdateVolume(asDemo(), id, func(v *volume.Volume) error { v.Name = "renamed"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(3 * step)
	if v := w.cinderVolume(id); v.Name != "renamed" || v.Status != "available" || v.Metadata["k"] != "v" {
		t.Errorf("%+v", v)
	}
	var changes sync.WaitGroup
	for i := range 8 {
		changes.Go(func() {
			d := []*Driver{w.driver, other}[i%2]
			_, err := d.volume.UpdateVolume(asDemo(), id, func(v *volume.Volume) error {
				v.Attachments = append(v.Attachments, volume.Attachment{ID: fmt.Sprint(i), HostName: "h", Status: "reserved"})
				v.Status = "reserved"
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	changes.Wait()
	if v, err := other.volume.Volume(asDemo(), id); err != nil || len(v.Attachments) != 8 || v.Status != "reserved" {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestSnapshotSpaceOnce: space is ordered once, whoever asks how often, and
// not without the program's leave.
func TestSnapshotSpaceOnce(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Opts.SnapshotSpace = true
	other := w.otherDriver()
	other.core.Opts.SnapshotSpace = true
	var asked []VolumeChange
	w.driver.core.Opts.Ordering.Change = func(_ context.Context, _ string, c *VolumeChange) error {
		if asked = append(asked, *c); len(asked) == 1 {
			return jumpgate.Forbidden.New("Not today.")
		}
		return nil
	}
	id := w.orderVolume("").ID
	w.clock.Advance(3 * step)
	before := w.placed()
	if got := w.expect("POST", cinder+"/snapshots", `{"snapshot":{"volume_id":"`+id+`"}}`, http.StatusForbidden, nil); got != "Not today." || w.placed() != before {
		t.Errorf("%s, %d orders", got, w.placed()-before)
	}
	var snapshots sync.WaitGroup
	for i := range 4 {
		snapshots.Go(func() {
			d := []*Driver{w.driver, other}[i%2]
			_, _ = d.volume.CreateSnapshot(asDemo(), volume.SnapshotCreate{VolumeID: id})
		})
	}
	snapshots.Wait()
	if n := w.placed() - before; n != 1 {
		t.Errorf("ordered %d times", n)
	}
	if len(asked) > 0 && asked[0].SnapshotSpace != 40 {
		t.Errorf("asked for %+v", asked)
	}
}

// TestSnapshotSpaceLost: an order of space whose answer is lost is found, and
// not placed again.
func TestSnapshotSpaceLost(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Opts.SnapshotSpace = true
	id := w.orderVolume("").ID
	w.clock.Advance(3 * step)
	before := w.placed()
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Order", Method: "placeOrder", AfterEffect: true, Reset: true, Times: 1})
	w.expect("POST", cinder+"/snapshots", `{"snapshot":{"volume_id":"`+id+`"}}`, http.StatusAccepted, nil)
	w.expect("POST", cinder+"/snapshots", `{"snapshot":{"volume_id":"`+id+`"}}`, http.StatusAccepted, nil)
	if n := w.placed() - before; n != 1 {
		t.Errorf("ordered %d times", n)
	}
}

// TestVolumeOrderOfOneWhoLeft: the order goes on, once, and its name is kept.
func TestVolumeOrderOfOneWhoLeft(t *testing.T) {
	w := newStorage(t)
	w.orderVolume("") // prices are known
	before := w.placed()
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Order", Method: "placeOrder", Latency: 200 * time.Millisecond, Times: 1})
	ctx, leave := context.WithTimeout(asDemo(), 50*time.Millisecond)
	defer leave()
	v, err := w.driver.volume.CreateVolume(ctx, volume.Create{Name: "data", Size: 40, Zone: "dal13"})
	if err != nil || w.placed() != before+1 {
		t.Fatalf("%v, %d orders", err, w.placed()-before)
	}
	w.clock.Advance(3 * step)
	if v := w.cinderVolume(v.ID); v.Name != "data" {
		t.Errorf("%+v", v)
	}
}

// TestFullStore: what can't be kept is not ordered, and others don't notice.
func TestFullStore(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Opts.Store = jumpgate.NewMemoryStore(jumpgate.StoreOptions{MaxRecords: 1, Now: w.clock.Now})
	w.orderVolume("")
	a := w.raw(simulator.DemoUser, "POST", cinder+"/volumes", `{"volume":{"size":40}}`)
	if name, message := a.fault(); a.status != http.StatusRequestEntityTooLarge || name != "overLimit" || !strings.HasPrefix(message, "VolumeLimitExceeded") || w.placed() != 1 {
		t.Errorf("%d %s, %d orders", a.status, a.body, w.placed())
	}
	w.expect("POST", volumes, `{"volume":{"size":40}}`, http.StatusForbidden, nil) // as Nova passes it on
	if a := w.raw(simulator.AltUser, "POST", "/volume/v3/307002/volumes", `{"volume":{"size":40}}`); a.status != http.StatusAccepted {
		t.Errorf("another account: %d %s", a.status, a.body)
	}
}

// TestCinderCalls counts what requests cost.
func TestCinderCalls(t *testing.T) {
	w := newStorage(t)
	id := w.orderVolume(`,"metadata":{"snapshot_space":"40"}`).ID
	w.orderVolume(`,"volume_type":"portable"`)
	w.clock.Advance(3 * step)
	w.expect("POST", cinder+"/snapshots", `{"snapshot":{"volume_id":"`+id+`"}}`, http.StatusAccepted, nil)
	w.expect("GET", cinder+"/volumes/detail", "", http.StatusOK, nil) // and SoftLayer has the names
	for _, c := range []struct {
		path  string
		calls int
	}{
		{"/volumes", 2}, {"/volumes/detail", 2}, {"/volumes/summary", 2}, {"/volumes/" + id, 1}, {"/attachments", 2},
		{"/snapshots", 1}, {"/snapshots/detail", 1}, {"/limits", 2}, {"/os-quota-sets/307001?usage=true", 2}, {"/os-quota-sets/307001/defaults", 0},
		{"/types", 0}, {"/os-availability-zone", 0}, {"/messages", 0}, {"/extensions", 0},
	} {
		if n := w.calls(func() { w.expect("GET", cinder+c.path, "", http.StatusOK, nil, latestVolume...) }); n != c.calls {
			t.Errorf("%s: %d calls, want %d", c.path, n, c.calls)
		}
	}
	w.expect("GET", cinder+"/os-quota-sets/307002", "", http.StatusForbidden, nil)
	var quota struct {
		Set map[string]any `json:"quota_set"`
	}
	w.expect("GET", cinder+"/os-quota-sets/307001?usage=true", "", http.StatusOK, &quota)
	for name, want := range map[string]float64{"volumes": 2, "volumes_portable": 1, "snapshots": 1, "gigabytes": 120, "gigabytes_endurance-2": 80} {
		if got := quota.Set[name].(map[string]any)["in_use"]; got != want {
			t.Errorf("%s: %v in use, want %v", name, got, want)
		}
	}
}

// TestCancelledUnseen: a volume that somebody cancels in SoftLayer before
// anybody here has seen it is gone, and so is what was kept of it.
func TestCancelledUnseen(t *testing.T) {
	w := newStorage(t)
	id := w.orderVolume(`,"name":"data"`).ID
	w.clock.Advance(3 * step)
	elsewhere := w.otherDriver()
	elsewhere.core.Opts.Store = jumpgate.NewMemoryStore(jumpgate.StoreOptions{})
	if err := elsewhere.volume.DeleteVolume(asDemo(), id); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(time.Hour)
	var list struct{ Volumes []cinderVolume }
	if w.expect("GET", cinder+"/volumes", "", http.StatusOK, &list); len(list.Volumes) != 0 {
		t.Errorf("%+v", list)
	}
	for r, err := range w.driver.core.Opts.Store.List(t.Context(), "307001", "softlayer_volume") {
		t.Errorf("still kept: %+v, %v", r, err)
	}
	w.expect("GET", cinder+"/volumes/"+id, "", http.StatusNotFound, nil)
}

// TestChangeForgotten: a change of which nothing is heard blocks a volume for
// some days, not for ever; and orders that can't be looked at hide nothing.
func TestChangeForgotten(t *testing.T) {
	w := newStorage(t)
	id := w.orderVolume("").ID
	w.clock.Advance(3 * step)
	w.does(id, `{"os-extend":{"new_size":60}}`, http.StatusAccepted)
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Account", Method: "getOrders", Status: http.StatusForbidden, Body: `{"error":"no","code":"SoftLayer_Exception_Public"}`})
	if v := w.cinderVolume(id); v.Status != "extending" {
		t.Errorf("%+v", v)
	}
	var list struct{ Volumes []cinderVolume }
	if w.expect("GET", cinder+"/volumes/detail", "", http.StatusOK, &list); len(list.Volumes) != 1 || list.Volumes[0].Status != "extending" {
		t.Errorf("%+v", list)
	}
	number, _ := keep.NumberOf(keep.StorageOrderKind, id)
	for number++; !w.sim.RefuseOrder(number) && number < 72_000_000; number++ { // and nobody learns of it
	}
	w.clock.Advance(8 * 24 * time.Hour)
	if v := w.cinderVolume(id); v.Status != "available" || v.Size != 40 {
		t.Errorf("%+v", v)
	}
}

// TestAttachByTwoReplicas: of two that attach one volume to two servers, one
// does, whichever processes they ask.
func TestAttachByTwoReplicas(t *testing.T) {
	w := newStorage(t)
	other := w.otherDriver()
	servers := []string{w.bootIn(nil), w.bootIn(nil)}
	for range 5 {
		id := w.orderVolume("").ID
		w.clock.Advance(3 * step)
		w.sim.Inject(simulator.Fault{Service: "SoftLayer_Network_Storage", Method: "allowAccessFromVirtualGuest", Latency: 20 * time.Millisecond, AfterEffect: true, Times: 1})
		var (
			attaching sync.WaitGroup
			failed    [2]error
		)
		for i, d := range []*Driver{w.driver, other} {
			attaching.Go(func() {
				_, failed[i] = d.compute.AttachVolume(asDemo(), servers[i], compute.VolumeAttach{VolumeID: id})
			})
		}
		attaching.Wait()
		v := w.cinderVolume(id)
		if (failed[0] == nil) == (failed[1] == nil) || len(v.Attachments) != 1 {
			t.Errorf("%v, %v: %+v", failed[0], failed[1], v)
		}
	}
}
