package softlayer

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// proxied is a volume as compute shows it.
type proxied struct {
	ID, Status, AvailabilityZone, DisplayName, DisplayDescription, VolumeType string
	Size                                                                      int
	Metadata                                                                  map[string]string
	Attachments                                                               []struct{ ServerID, VolumeID, Device string }
}

// expect makes a request as the demo user that must be answered with a status,
// and decodes the answer.
func (w *world) expect(method, path, body string, status int, into any, header ...string) string {
	w.Helper()
	a := w.raw(simulator.DemoUser, method, path, body, header...)
	if a.status != status {
		w.Fatalf("%s %s %s: %d %s, want %d", method, path, body, a.status, a.body, status)
	}
	if into != nil {
		w.into(a, into)
	}
	_, message := a.fault()
	return message
}

// newStorage is a world in which the driver has the simulator's clock: orders
// have an age.
func newStorage(t *testing.T) *world {
	t.Helper()
	return newWorld(t, setup{clockNow: true})
}

const volumes = "/compute/v2.1/os-volumes"

// newVolume orders a volume in dal13 and waits until it is there.
func (w *world) newVolume(members string) string {
	w.Helper()
	var made struct{ Volume proxied }
	w.expect("POST", volumes, `{"volume":{"size":40,"availability_zone":"dal13"`+members+`}}`, http.StatusOK, &made)
	w.clock.Advance(3 * step)
	return made.Volume.ID
}

func (w *world) volume(id string) proxied {
	w.Helper()
	var v struct{ Volume proxied }
	w.expect("GET", volumes+"/"+id, "", http.StatusOK, &v)
	return v.Volume
}

// bootIn creates a server in dal13.
func (w *world) bootIn(extra map[string]any) string {
	w.Helper()
	body := map[string]any{"availability_zone": "dal13"}
	for k, v := range extra {
		body[k] = v
	}
	var made struct{ Server struct{ ID string } }
	w.expect("POST", "/compute/v2.1/servers", order(body), http.StatusAccepted, &made)
	w.clock.Advance(20 * step)
	return made.Server.ID
}

type shownAttachments struct {
	VolumeAttachments []struct {
		VolumeID     string `json:"volumeId"`
		Device, Tag  *string
		Delete       bool   `json:"delete_on_termination"`
		AttachmentID string `json:"attachment_id"`
		MappingID    string `json:"bdm_uuid"`
	}
}

var latest = []string{"OpenStack-API-Version", "compute 2.96"}

// TestVolumeLife follows a volume of each kind from its order to its end.
func TestVolumeLife(t *testing.T) {
	for _, kind := range []struct {
		volumeType string
		size       int
		device     string
	}{{"endurance-2", 40, ""}, {"endurance-0.25", 40, ""}, {"endurance-10", 40, ""}, {"performance", 40, ""}, {"portable", 40, "/dev/xvdc"}} {
		t.Run(kind.volumeType, func(t *testing.T) {
			w := newStorage(t)
			var made struct{ Volume proxied }
			w.expect("POST", volumes, `{"volume":{"size":40,"display_name":"data","display_description":"of Ann","metadata":{"k":"v"},`+
				`"availability_zone":"dal13","volume_type":"`+kind.volumeType+`"}}`, http.StatusOK, &made)
			id := made.Volume.ID
			if v := w.volume(id); v.Status != "creating" || v.DisplayName != "data" || v.Size != 40 || v.VolumeType != kind.volumeType {
				t.Errorf("ordered: %+v", v)
			}
			w.clock.Advance(3 * step)
			v := w.volume(id)
			if v.ID != id || v.Status != "available" || v.DisplayName != "data" || v.DisplayDescription != "of Ann" || v.Metadata["k"] != "v" ||
				v.Size != kind.size || v.VolumeType != kind.volumeType || v.AvailabilityZone != "dal13" {
				t.Errorf("made: %+v", v)
			}
			var list struct{ Volumes []proxied }
			w.expect("GET", volumes, "", http.StatusOK, &list)
			if len(list.Volumes) != 1 || list.Volumes[0].ID != id {
				t.Errorf("list: %+v", list)
			}

			server := w.bootIn(nil)
			path := "/compute/v2.1/servers/" + server
			w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusOK, nil, latest...)
			w.clock.Advance(step)
			var shown shownAttachments
			w.expect("GET", path+"/os-volume_attachments", "", http.StatusOK, &shown, latest...)
			if len(shown.VolumeAttachments) != 1 || shown.VolumeAttachments[0].VolumeID != id || shown.VolumeAttachments[0].Tag != nil ||
				shown.VolumeAttachments[0].AttachmentID == shown.VolumeAttachments[0].MappingID || shown.VolumeAttachments[0].Delete {
				t.Errorf("attached: %+v", shown)
			}
			if device := shown.VolumeAttachments[0].Device; (device != nil) != (kind.device != "") || device != nil && *device != kind.device {
				t.Errorf("device %v, want %q", device, kind.device)
			}
			var s struct {
				Server struct {
					Volumes []struct{ ID string } `json:"os-extended-volumes:volumes_attached"`
				}
			}
			w.expect("GET", path, "", http.StatusOK, &s)
			if len(s.Server.Volumes) != 1 || s.Server.Volumes[0].ID != id {
				t.Errorf("server: %+v", s)
			}
			if v := w.volume(id); v.Status != "in-use" || len(v.Attachments) != 1 || v.Attachments[0].ServerID != server {
				t.Errorf("in use: %+v", v)
			}
			if got := w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusBadRequest, nil); got !=
				"Invalid volume: volume "+id+" is already attached to instances: "+server {
				t.Error(got)
			}
			w.expect("DELETE", volumes+"/"+id, "", http.StatusBadRequest, nil)

			w.expect("DELETE", path+"/os-volume_attachments/"+id, "", http.StatusAccepted, nil)
			w.clock.Advance(step)
			if got := w.expect("DELETE", path+"/os-volume_attachments/"+id, "", http.StatusNotFound, nil); got != "Instance "+server+" is not attached to volume "+id {
				t.Error(got)
			}
			w.expect("GET", path+"/os-volume_attachments/"+id, "", http.StatusNotFound, nil)
			w.expect("DELETE", volumes+"/"+id, "", http.StatusAccepted, nil)
			w.expect("GET", volumes+"/"+id, "", http.StatusNotFound, nil)
			list.Volumes = nil
			w.expect("GET", volumes, "", http.StatusOK, &list)
			if len(list.Volumes) != 0 {
				t.Errorf("still there: %+v", list)
			}
		})
	}
}

// TestVolumeOrderedElsewhere checks what another replica says of a volume,
// from its order on.
func TestVolumeOrderedElsewhere(t *testing.T) {
	w := newStorage(t)
	for _, kind := range []string{"endurance-4", "portable"} {
		var made struct{ Volume proxied }
		w.expect("POST", volumes, `{"volume":{"size":25,"display_name":"x","volume_type":"`+kind+`"}}`, http.StatusOK, &made)
		id := made.Volume.ID
		w.forgetOrders()
		if v := w.volume(id); v.Status != "creating" || v.ID != id {
			t.Errorf("%+v", v)
		}
		w.expect("DELETE", volumes+"/"+id, "", http.StatusBadRequest, nil)
		w.clock.Advance(3 * step)
		if v := w.volume(id); v.Status != "available" || v.ID != id {
			t.Errorf("%+v", v)
		}
		w.expect("DELETE", volumes+"/"+id, "", http.StatusAccepted, nil)
		w.expect("GET", volumes+"/"+id, "", http.StatusNotFound, nil)
		w.clock.Advance(2 * time.Hour)
		w.expect("GET", volumes+"/"+id, "", http.StatusNotFound, nil)
	}
}

// TestVolumeOrders checks sizes and prices, and that nothing is ordered that
// SoftLayer has not.
func TestVolumeOrders(t *testing.T) {
	w := newStorage(t)
	for _, o := range []struct {
		members string
		size    int // 0: refused
	}{
		{`"size":1`, 20},
		{`"size":1,"volume_type":"portable"`, 10},
		{`"size":26,"volume_type":"portable"`, 30},
		{`"size":12000,"volume_type":"endurance-4"`, 12000},
		{`"size":100,"volume_type":"performance","metadata":{"iops":"6000"}`, 100},
		{`"size":100,"metadata":{"snapshot_space":"20"}`, 100},
		{`"size":12001`, 0},
		{`"size":4001,"volume_type":"endurance-10"`, 0},
		{`"size":2001,"volume_type":"portable"`, 0},
		{`"size":99999999999999999999`, 0},
		{`"size":100,"volume_type":"performance","metadata":{"iops":"6001"}`, 0},
		{`"size":100,"volume_type":"performance","metadata":{"iops":"x"}`, 0},
		{`"size":100,"metadata":{"snapshot_space":"7"}`, 0},
		{`"size":100,"volume_type":"gold"`, 0},
		{`"size":100,"availability_zone":"nowhere"`, 0},
		{`"size":100,"metadata":{"k":"` + strings.Repeat("v", 1000) + `"}`, 100}, // the store keeps it
		{`"size":100,"volume_type":"portable","metadata":{"k":"` + strings.Repeat("v", 1000) + `"}`, 100},
	} {
		before := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]
		a := w.raw(simulator.DemoUser, "POST", volumes, `{"volume":{`+o.members+`}}`)
		placed := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"] - before
		if o.size == 0 {
			if a.status < 400 || a.status > 404 || placed != 0 {
				t.Errorf("%s: %d %s, %d orders", o.members, a.status, a.body, placed)
			}
			continue
		}
		var made struct{ Volume proxied }
		if w.into(a, &made); a.status != http.StatusOK || made.Volume.Size != o.size || placed != 1 {
			t.Errorf("%s: %d %s, %d orders", o.members, a.status, a.body, placed)
		}
		w.clock.Advance(3 * step)
		if v := w.volume(made.Volume.ID); v.Size != o.size || !maps.Equal(v.Metadata, made.Volume.Metadata) {
			t.Errorf("%s: %+v", o.members, v)
		}
	}
}

// TestSnapshots makes a snapshot, and a volume of it.
func TestSnapshots(t *testing.T) {
	const snapshots = "/compute/v2.1/os-snapshots"
	w := newStorage(t)
	bare, disk := w.newVolume(``), w.newVolume(`,"volume_type":"portable"`)
	id := w.newVolume(`,"display_name":"data","metadata":{"snapshot_space":"10"}`)
	for volume, want := range map[string]string{bare: "has no room for snapshots", disk: "has no snapshots"} {
		if got := w.expect("POST", snapshots, `{"snapshot":{"volume_id":"`+volume+`"}}`, http.StatusBadRequest, nil); !strings.Contains(got, want) {
			t.Error(got)
		}
	}
	type snapshot struct {
		ID, VolumeID, Status, DisplayName, DisplayDescription string
		Size                                                  int
	}
	var made struct{ Snapshot snapshot }
	w.expect("POST", snapshots, `{"snapshot":{"volume_id":"`+id+`","display_name":"before","display_description":"the move"}}`, http.StatusOK, &made)
	want := snapshot{made.Snapshot.ID, id, "available", "before", "the move", 40}
	if made.Snapshot != want {
		t.Errorf("%+v, want %+v", made.Snapshot, want)
	}
	var one struct{ Snapshot snapshot }
	if w.expect("GET", snapshots+"/"+want.ID, "", http.StatusOK, &one); one.Snapshot != want {
		t.Errorf("%+v, want %+v", one.Snapshot, want)
	}
	var list struct{ Snapshots []snapshot }
	if w.expect("GET", snapshots+"/detail", "", http.StatusOK, &list); len(list.Snapshots) != 1 || list.Snapshots[0] != want {
		t.Errorf("%+v", list)
	}
	w.expect("DELETE", volumes+"/"+id, "", http.StatusBadRequest, nil)

	var copied struct{ Volume proxied }
	w.expect("POST", volumes, `{"volume":{"size":50,"availability_zone":"dal13","snapshot_id":"`+want.ID+`"}}`, http.StatusOK, &copied)
	w.clock.Advance(3 * step)
	if v := w.volume(copied.Volume.ID); v.Size != 50 || v.VolumeType != "endurance-2" {
		t.Errorf("%+v", v)
	}
	w.expect("POST", volumes, `{"volume":{"size":39,"availability_zone":"dal13","snapshot_id":"`+want.ID+`"}}`, http.StatusBadRequest, nil)
	w.expect("POST", volumes, `{"volume":{"size":50,"snapshot_id":"`+bare+`"}}`, http.StatusNotFound, nil)

	w.expect("DELETE", snapshots+"/"+want.ID, "", http.StatusAccepted, nil)
	w.expect("GET", snapshots+"/"+want.ID, "", http.StatusNotFound, nil)
	w.expect("DELETE", snapshots+"/"+want.ID, "", http.StatusNotFound, nil)
	w.expect("DELETE", volumes+"/"+id, "", http.StatusAccepted, nil)
	// The number of a volume is no snapshot's, however it is written.
	number, _ := keep.NumberOf(keep.StorageKind, keep.IDOf(keep.StorageKind, 60500002))
	w.expect("DELETE", snapshots+"/"+keep.IDOf(keep.SnapshotKind, number), "", http.StatusNotFound, nil)
	w.volume(bare)
}

// TestVolumesOfSoftLayer checks volumes that were ordered and named there.
func TestVolumesOfSoftLayer(t *testing.T) {
	w := newStorage(t)
	id := w.newVolume(`,"display_name":"a"`)
	number := 60500002
	w.volume(id) // and it has the name
	if _, err := records.Storages.Find(asDemo(), w.driver.core.API, keep.IDOf(keep.StorageKind, number)); err != nil {
		t.Fatal(err)
	}
	for notes, want := range map[string][2]string{
		"":                     {"SL02SEL307001-1", ""},
		"db of Ann":            {"db of Ann", ""},
		"line\nline":           {"line\nline", ""},
		`--os:{"d":"by hand"}`: {"SL02SEL307001-1", "by hand"},
		`x --os:{"d":"y"}`:     {`x --os:{"d":"y"}`, ""},
	} {
		if err := w.driver.volume.SetNotes(asDemo(), number, notes); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{id, keep.IDOf(keep.StorageKind, number), strings.ToUpper(id)} {
			if v := w.volume(name); v.ID != id || v.DisplayName != want[0] || v.DisplayDescription != want[1] {
				t.Errorf("%q: %+v", notes, v)
			}
		}
	}
}

// TestHostileVolumeIDs asks for what is no volume, in all places for one: it
// does not exist, and nothing is ordered or cancelled.
func TestHostileVolumeIDs(t *testing.T) {
	w := newStorage(t)
	w.newVolume(``)
	server := w.bootIn(nil)
	w.sim.ResetCalls()
	for _, id := range []string{
		"x", "%00", "%2e%2e", "..%2f1", "-1", "60500002", "SL02SEL307001-1", "%F0%9F%99%82", strings.Repeat("a", 5000), "detail%20", "{}",
		keep.IDOf(keep.StorageKind, 0), keep.IDOf(keep.StorageKind, 999999999999), keep.IDOf(keep.StorageOrderKind, 999999999999), keep.IDOf(keep.DiskKind, 77200004), keep.IDOf(keep.DiskKind, 0),
		keep.IDOf(keep.DiskOrderKind, 71000004), keep.IDOf(keep.SnapshotKind, 60500002), keep.IDOf(keep.StorageOrderKind, 0), "6a670110-0000-8000-8000-0000605000021",
	} {
		for _, path := range []string{volumes + "/" + id, "/compute/v2.1/os-snapshots/" + id, "/compute/v2.1/servers/" + server + "/os-volume_attachments/" + id} {
			for _, method := range []string{"GET", "DELETE"} {
				if a := w.raw(simulator.DemoUser, method, path, ""); a.status != http.StatusNotFound {
					t.Errorf("%s %.150s: %d %.200s", method, path, a.status, a.body)
				}
			}
		}
	}
	for method, n := range w.sim.Calls() {
		if strings.Contains(method, "cancel") || strings.Contains(method, "placeOrder") || strings.Contains(method, "Access") {
			t.Errorf("%s called %d times", method, n)
		}
	}
}

// TestVolumeOrderLost checks that an order whose answer is lost is placed once
// and found, with its name, each by the one who placed it.
func TestVolumeOrderLost(t *testing.T) {
	w := newStorage(t)
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Order", Method: "placeOrder", AfterEffect: true, Reset: true})
	ids := make(map[string]string)
	for _, name := range []string{"a", "b", "c"} { // all alike
		var made struct{ Volume proxied }
		w.expect("POST", volumes, `{"volume":{"size":40,"display_name":"`+name+`"}}`, http.StatusOK, &made)
		ids[made.Volume.ID] = name
	}
	if n := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]; n != 3 {
		t.Errorf("ordered %d times", n)
	}
	w.clock.Advance(3 * step)
	var list struct{ Volumes []proxied }
	w.expect("GET", volumes, "", http.StatusOK, &list)
	for _, v := range list.Volumes {
		if v.DisplayName == "" || ids[v.ID] != v.DisplayName || len(list.Volumes) != 3 {
			t.Errorf("%+v of %v", list, ids)
		}
	}
}

// TestOrderNotMade: an order that SoftLayer never got is not taken for another
// one of the same that was there before.
func TestOrderNotMade(t *testing.T) {
	w := newStorage(t)
	w.newVolume(``)
	w.clock.Advance(2 * time.Hour) // nobody's claim is kept any more
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Order", Method: "placeOrder", Reset: true})
	if a := w.raw(simulator.DemoUser, "POST", volumes, `{"volume":{"size":40,"availability_zone":"dal13"}}`); a.status != http.StatusBadGateway || strings.Contains(a.body, "again later") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestImageAndAddressLost: images and addresses are found as well when nobody
// tells of them.
func TestImageAndAddressLost(t *testing.T) {
	w := newPatientWorld(t)
	id := w.boot(simulator.DemoUser, "web")
	w.sim.Inject(simulator.Fault{Method: "createArchiveTemplate", AfterEffect: true, Reset: true})
	image := w.snap(id, "one")
	w.expect("GET", "/image/v2/images/"+image, "", http.StatusOK, nil)
	w.driver.core.Opts.Now = w.clock.Now
	w.sim.Inject(simulator.Fault{Method: "placeOrder", AfterEffect: true, Reset: true})
	if ip := w.floatingIP(); ip.IP == "" {
		t.Errorf("%+v", ip)
	}
	if n := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]; n != 1 {
		t.Errorf("ordered %d times", n)
	}
}

// TestVolumeNameLater checks that a name is written once SoftLayer takes it.
func TestVolumeNameLater(t *testing.T) {
	w := newStorage(t)
	id := w.newVolume(`,"display_name":"data"`)
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Network_Storage", Method: "editObject", Status: 500, Times: 1, Body: simulator.BodyInternalError})
	for _, want := range []int{2, 2, 1} { // refused, taken, and no more to do
		calls := w.calls(func() {
			if v := w.volume(id); v.DisplayName != "data" {
				t.Errorf("%+v", v)
			}
		})
		if calls != want {
			t.Errorf("%d calls, want %d", calls, want)
		}
	}
}

// TestVolumeLimit checks that one volume too many is Nova's 403.
func TestVolumeLimit(t *testing.T) {
	w := newStorage(t)
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Order", Method: "placeOrder", Status: 500,
		Body: `{"error":"You have reached the maximum number of volumes.","code":"SoftLayer_Exception_Public"}`})
	if got := w.expect("POST", volumes, `{"volume":{"size":40}}`, http.StatusForbidden, nil); !strings.HasPrefix(got, "VolumeLimitExceeded") {
		t.Error(got)
	}
}
