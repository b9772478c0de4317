package softlayer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestDeleteOnTermination checks that volumes go with their server exactly
// where that was asked for.
func TestDeleteOnTermination(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	path := "/compute/v2.1/servers/" + server
	with := w.newVolume(``)
	disk := w.newVolume(`,"volume_type":"portable"`)
	later, without := w.newVolume(``), w.newVolume(``)
	for id, more := range map[string]string{with: `,"delete_on_termination":true`, disk: `,"delete_on_termination":true`, later: ``, without: `,"delete_on_termination":true`} {
		w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`"`+more+`}}`, http.StatusOK, nil, latest...)
		w.clock.Advance(step)
	}
	for id, value := range map[string]string{later: "true", without: "false"} {
		w.expect("PUT", path+"/os-volume_attachments/"+id, `{"volumeAttachment":{"volumeId":"`+id+`","delete_on_termination":`+value+`}}`,
			http.StatusAccepted, nil, latest...)
	}
	var shown shownAttachments
	w.expect("GET", path+"/os-volume_attachments", "", http.StatusOK, &shown, latest...)
	if len(shown.VolumeAttachments) != 4 {
		t.Fatalf("%+v", shown)
	}
	for _, a := range shown.VolumeAttachments {
		if a.Delete != (a.VolumeID != without) {
			t.Errorf("%+v", a)
		}
	}
	w.expect("DELETE", path, "", http.StatusNoContent, nil)
	for _, id := range []string{with, disk, later} {
		w.expect("GET", volumes+"/"+id, "", http.StatusNotFound, nil)
	}
	if v := w.volume(without); v.Status != "available" { // though SoftLayer reclaims the server for hours
		t.Errorf("%+v", v)
	}
}

// TestDeleteAfterAttach deletes a server that was seen just before a volume
// was to go with it, and one with a disk that stays.
func TestDeleteAfterAttach(t *testing.T) {
	w := newStorage(t)
	path := "/compute/v2.1/servers/" + w.bootIn(nil)
	id, disk := w.newVolume(``), w.newVolume(`,"volume_type":"portable"`)
	w.expect("GET", path, "", http.StatusOK, nil)
	w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`","delete_on_termination":true}}`, http.StatusOK, nil, latest...)
	w.expect("DELETE", path, "", http.StatusNoContent, nil)
	w.expect("GET", volumes+"/"+id, "", http.StatusNotFound, nil)

	path = "/compute/v2.1/servers/" + w.bootIn(nil)
	w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+disk+`"}}`, http.StatusOK, nil)
	w.clock.Advance(step)
	w.expect("DELETE", path, "", http.StatusNoContent, nil)
	if v := w.volume(disk); v.Status != "detaching" {
		t.Errorf("%+v", v)
	}
	w.expect("DELETE", volumes+"/"+disk, "", http.StatusBadRequest, nil)
	w.clock.Advance(20 * step)
	if v := w.volume(disk); v.Status != "available" {
		t.Errorf("%+v", v)
	}
}

// TestAttachRefused checks what can't be attached, and that nothing is left of
// the attempt.
func TestAttachRefused(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	path := "/compute/v2.1/servers/" + server
	attach := func(id string, status int, want string) {
		t.Helper()
		got := w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`","delete_on_termination":true}}`, status, nil, latest...)
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	var young struct{ Volume proxied }
	w.expect("POST", volumes, `{"volume":{"size":40,"availability_zone":"dal13"}}`, http.StatusOK, &young)
	attach(young.Volume.ID, http.StatusBadRequest, "but the current status is creating.")
	w.clock.Advance(step)
	attach(young.Volume.ID, http.StatusBadRequest, "but the current status is creating.")
	var far struct{ Volume proxied }
	w.expect("POST", volumes, `{"volume":{"size":40,"availability_zone":"lon06"}}`, http.StatusOK, &far)
	w.clock.Advance(3 * step)
	attach(far.Volume.ID, http.StatusBadRequest, "are not in the same availability_zone. Instance is in dal13. Volume is in lon06")
	for _, id := range []string{
		"11111111-1111-4111-8111-111111111111", keep.IDOf(keep.StorageKind, 1), keep.IDOf(keep.StorageOrderKind, 1), keep.IDOf(keep.DiskKind, 1), keep.IDOf(keep.DiskOrderKind, 1),
		keep.IDOf(keep.SnapshotKind, 60500002), keep.IDOf(keep.NetworkKind, 60500002), server,
	} {
		attach(id, http.StatusNotFound, "Volume "+id+" could not be found.")
		w.expect("DELETE", path+"/os-volume_attachments/"+id, "", http.StatusNotFound, nil)
	}
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Network_Storage", Method: "allowAccessFromVirtualGuest", Status: 500, Times: 1,
		Body: `{"error":"An operation is in progress.","code":"SoftLayer_Exception_Network_Storage_BlockingOperationInProgress"}`})
	attach(young.Volume.ID, http.StatusConflict, "The cloud is still busy with volume")
	if a := w.raw(simulator.DemoUser, "GET", path, ""); strings.Contains(a.body, young.Volume.ID) {
		t.Error(a.body)
	}
	if g := w.stored(server); strings.Contains(g.Notes, `"v"`) {
		t.Errorf("notes %s", g.Notes)
	}
	for _, state := range []struct{ action, want string }{
		{`{"lock":null}`, "is locked"}, {`{"unlock":null}`, ""}, {`{"rescue":null}`, "while it is in vm_state rescued"},
	} {
		w.raw(simulator.DemoUser, "POST", path+"/action", state.action)
		w.clock.Advance(2 * step)
		if state.want != "" {
			attach(young.Volume.ID, http.StatusConflict, state.want)
		}
	}
	if a := w.raw(simulator.AltUser, "GET", volumes+"/"+young.Volume.ID, ""); a.status != http.StatusNotFound {
		t.Errorf("another account: %d %s", a.status, a.body)
	}
	for _, method := range []string{"DELETE", "GET"} {
		if a := w.raw(simulator.AltUser, method, path+"/os-volume_attachments/"+young.Volume.ID, ""); a.status != http.StatusNotFound {
			t.Errorf("another account: %d %s", a.status, a.body)
		}
	}
}

// TestConcurrentAttaches lets two servers want one volume, and one server many
// volumes.
func TestConcurrentAttaches(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	var ids []string
	for range 8 {
		ids = append(ids, w.newVolume(``))
	}
	path := "/compute/v2.1/servers/" + server + "/os-volume_attachments"
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			body := fmt.Sprintf(`{"volumeAttachment":{"volumeId":%q,"delete_on_termination":%t}}`, id, i%2 == 0)
			if a, err := w.try(simulator.DemoUser, "POST", path, body, latest...); err != nil || a.status != http.StatusOK {
				t.Errorf("%v %+v", err, a)
			}
		})
	}
	wg.Wait()
	var shown shownAttachments
	w.expect("GET", path, "", http.StatusOK, &shown, latest...)
	if len(shown.VolumeAttachments) != len(ids) {
		t.Fatalf("%+v", shown)
	}
	for _, a := range shown.VolumeAttachments {
		for i, id := range ids {
			if a.VolumeID == id && a.Delete != (i%2 == 0) {
				t.Errorf("%d: %+v", i, a)
			}
		}
	}
	others := []string{w.bootIn(map[string]any{"name": "b"}), w.bootIn(map[string]any{"name": "c"})}
	id := w.newVolume(``)
	won := make(chan int, len(others))
	for _, other := range others {
		wg.Go(func() {
			a, err := w.try(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+other+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`"}}`)
			if err != nil {
				t.Error(err)
				return
			}
			won <- a.status
		})
	}
	wg.Wait()
	close(won)
	sum := 0
	for status := range won {
		sum += status
	}
	if sum != http.StatusOK+http.StatusBadRequest {
		t.Errorf("two servers got one volume, or none: %d", sum)
	}
}

// TestCreateWithVolumes orders servers with volumes that there are.
func TestCreateWithVolumes(t *testing.T) {
	w := newStorage(t)
	one, two := w.newVolume(``), w.newVolume(``)
	device := func(id, more string) map[string]any {
		d := map[string]any{"uuid": id, "source_type": "volume", "destination_type": "volume"}
		_ = json.Unmarshal([]byte("{"+more+"}"), &d)
		return d
	}
	body := order(map[string]any{"networks": "auto", "block_device_mapping_v2": []any{
		map[string]any{"uuid": core.SystemID(osCode), "source_type": "image", "destination_type": "local", "boot_index": 0, "delete_on_termination": true},
		map[string]any{"source_type": "blank", "destination_type": "local", "guest_format": "swap"},
		device(one, `"delete_on_termination":true,"tag":"db"`), device(two, ``),
	}})
	var made struct{ Server struct{ ID string } }
	w.expect("POST", "/compute/v2.1/servers", body, http.StatusAccepted, &made, latest...)
	path := "/compute/v2.1/servers/" + made.Server.ID
	var shown shownAttachments
	w.expect("GET", path+"/os-volume_attachments", "", http.StatusOK, &shown, latest...)
	if len(shown.VolumeAttachments) != 2 || !shown.VolumeAttachments[0].Delete || shown.VolumeAttachments[1].Delete ||
		*shown.VolumeAttachments[0].Tag != "db" || shown.VolumeAttachments[1].Tag != nil {
		t.Fatalf("%+v", shown)
	}
	w.clock.Advance(20 * step)
	var s struct {
		Server struct {
			Zone string `json:"OS-EXT-AZ:availability_zone"`
		}
	}
	if w.expect("GET", path, "", http.StatusOK, &s); s.Server.Zone != "dal13" {
		t.Errorf("not where its volumes are: %+v", s)
	}
	w.expect("DELETE", path, "", http.StatusNoContent, nil)
	w.expect("GET", volumes+"/"+one, "", http.StatusNotFound, nil)
	w.clock.Advance(20 * step)
	if v := w.volume(two); v.Status != "available" {
		t.Errorf("%+v", v)
	}
}

// TestVolumeTags: the tag of an attached volume is shown for as long as it is
// attached.
func TestVolumeTags(t *testing.T) {
	w := newStorage(t)
	for _, kind := range []string{"endurance-2", "portable"} {
		server, id := w.bootIn(nil), w.newVolume(`,"volume_type":"`+kind+`"`)
		attachments := "/compute/v2.1/servers/" + server + "/os-volume_attachments"
		tag := func() string {
			t.Helper()
			w.clock.Advance(2 * step)
			shown := w.attachedTo(server).VolumeAttachments
			if len(shown) != 1 || shown[0].Tag == nil {
				return ""
			}
			return *shown[0].Tag
		}
		w.expect("POST", attachments, `{"volumeAttachment":{"volumeId":"`+id+`","tag":"db, \"ä"}}`, http.StatusBadRequest, nil, latest...)
		w.expect("POST", attachments, `{"volumeAttachment":{"volumeId":"`+id+`","tag":"\"ä"}}`, http.StatusOK, nil, latest...)
		if got := tag(); got != `"ä` {
			t.Error(got)
		}
		w.expect("PUT", attachments+"/"+id, `{"volumeAttachment":{"volumeId":"`+id+`","delete_on_termination":true}}`, http.StatusAccepted, nil, latest...)
		if got := tag(); got != `"ä` {
			t.Error(got)
		}
		w.expect("DELETE", attachments+"/"+id, "", http.StatusAccepted, nil)
		w.clock.Advance(2 * step)
		if notes := w.stored(server).Notes; strings.Contains(notes, "ä") {
			t.Error(notes)
		}
		w.expect("POST", attachments, `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusOK, nil, latest...)
		if got := tag(); got != "" {
			t.Error(got)
		}
	}
}

// TestCreateRefusesVolumes checks that no server is ordered for what can't be.
func TestCreateRefusesVolumes(t *testing.T) {
	w := newStorage(t)
	free, used, disk := w.newVolume(``), w.newVolume(``), w.newVolume(`,"volume_type":"portable"`)
	var far struct{ Volume proxied }
	w.expect("POST", volumes, `{"volume":{"size":40,"availability_zone":"lon06"}}`, http.StatusOK, &far)
	w.clock.Advance(3 * step)
	server := w.bootIn(nil)
	w.expect("POST", "/compute/v2.1/servers/"+server+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+used+`"}}`, http.StatusOK, nil)
	var young struct{ Volume proxied }
	w.expect("POST", volumes, `{"volume":{"size":40}}`, http.StatusOK, &young)
	const unknown = "11111111-1111-4111-8111-111111111111"
	for _, c := range []struct {
		name    string
		devices string
		extra   map[string]any
		want    string
	}{
		{"unknown", `[{"uuid":"` + unknown + `","source_type":"volume","destination_type":"volume"}]`, nil, "Volume " + unknown + " could not be found."},
		{"in use", `[{"uuid":"` + used + `","source_type":"volume","destination_type":"volume"}]`, nil, "but the current status is in-use."},
		{"creating", `[{"uuid":"` + young.Volume.ID + `","source_type":"volume","destination_type":"volume"}]`, nil, "but the current status is creating."},
		{"portable", `[{"uuid":"` + disk + `","source_type":"volume","destination_type":"volume"}]`, nil, "can't be attached before the server is built."},
		{"elsewhere", `[{"uuid":"` + far.Volume.ID + `","source_type":"volume","destination_type":"volume"}]`, map[string]any{"availability_zone": "dal13"},
			"Server is in: dal13. Volumes are in: lon06."},
		{"two zones", `[{"uuid":"` + free + `","source_type":"volume","destination_type":"volume"},{"uuid":"` + far.Volume.ID + `","source_type":"volume","destination_type":"volume"}]`, nil,
			"Server is in: dal13. Volumes are in: lon06."},
		{"twice", `[{"uuid":"` + free + `","source_type":"volume","destination_type":"volume"},{"uuid":"` + strings.ToUpper(free) + `","source_type":"volume","destination_type":"volume"}]`, nil,
			"is asked for twice."},
		{"two servers", `[{"uuid":"` + free + `","source_type":"volume","destination_type":"volume"}]`, map[string]any{"min_count": 2},
			"Cannot attach one or more volumes to multiple instances"},
		{"boot", `[{"uuid":"` + free + `","source_type":"volume","destination_type":"volume","boot_index":0}]`, map[string]any{"imageRef": nil}, "Block Device " + free + " is not bootable."},
		{"boot unknown", `[{"uuid":"` + unknown + `","source_type":"volume","destination_type":"volume","boot_index":0}]`, map[string]any{"imageRef": nil},
			"Block Device Mapping is Invalid: failed to get volume " + unknown + "."},
		{"boot snapshot", `[{"uuid":"` + unknown + `","source_type":"snapshot","destination_type":"volume","boot_index":0}]`, map[string]any{"imageRef": nil},
			"Block Device Mapping is Invalid: failed to get snapshot " + unknown + "."},
		{"no size", `[{"source_type":"blank","destination_type":"volume"}]`, nil, "Block Device Mapping is Invalid: Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size"},
		{"too large", `[{"source_type":"blank","destination_type":"volume","volume_size":12001}]`, nil, "Invalid volume size"},
		{"second of them too large", `[{"source_type":"blank","destination_type":"volume","volume_size":10},{"source_type":"blank","destination_type":"volume","volume_size":12001}]`, nil,
			"Invalid volume size"},
		{"type", `[{"source_type":"blank","destination_type":"volume","volume_size":10,"volume_type":"gold"}]`, map[string]any{"networks": "auto"}, "Volume type gold could not be found."},
		{"image", `[{"uuid":"` + core.SystemID(osCode) + `","source_type":"image","destination_type":"volume","volume_size":10}]`, nil,
			"Block Device Mapping is Invalid: this cloud makes volumes of snapshots, not of images."},
		{"image without size", `[{"uuid":"` + core.SystemID(osCode) + `","source_type":"image","destination_type":"volume"}]`, nil,
			"Block Device Mapping is Invalid: Images with destination_type 'volume' need to have a non-zero size specified"},
		{"boot image volume", `[{"uuid":"` + core.SystemID(osCode) + `","source_type":"image","destination_type":"volume","volume_size":10,"boot_index":0}]`, map[string]any{"imageRef": nil},
			"Block Device Mapping is Invalid: what a server boots from goes with it in this cloud"},
		{"snapshot", `[{"uuid":"` + unknown + `","source_type":"snapshot","destination_type":"volume"}]`, nil, "Block Device Mapping is Invalid: failed to get snapshot " + unknown + "."},
		{"other image", `[{"uuid":"` + unknown + `","source_type":"image","destination_type":"local","boot_index":0}]`, nil, "is not the one that the server is made of."},
		{"ephemeral", `[{"source_type":"blank","destination_type":"local","volume_size":10}]`, nil, "Ephemeral disks requested are larger than the instance type allows."},
		{"swap", `[{"source_type":"blank","destination_type":"local","volume_size":1,"guest_format":"swap"}]`, nil, "Swap drive requested is larger than instance type allows."},
	} {
		t.Run(c.name, func(t *testing.T) {
			members := map[string]any{"block_device_mapping_v2": json.RawMessage(c.devices)}
			for k, v := range c.extra {
				members[k] = v
			}
			var header []string
			if members["networks"] != nil {
				header = latest
			}
			got := w.expect("POST", "/compute/v2.1/servers", order(members), http.StatusBadRequest, nil, header...)
			if !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"]; n != 1 {
		t.Errorf("%d servers ordered", n)
	}
	legacy := order(map[string]any{"block_device_mapping": []any{map[string]any{"device_name": "vdb", "volume_id": free, "delete_on_termination": true}}})
	w.expect("POST", "/compute/v2.1/servers", legacy, http.StatusAccepted, nil)
	if v := w.volume(free); v.Status != "in-use" {
		t.Errorf("%+v", v)
	}
}

// TestImageWithoutVolumes: a volume is no part of an image of its server.
func TestImageWithoutVolumes(t *testing.T) {
	w := newStorage(t)
	server, disk := w.bootIn(nil), w.newVolume(`,"volume_type":"portable"`)
	path := "/compute/v2.1/servers/" + server
	w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+disk+`"}}`, http.StatusOK, nil)
	if got := w.expect("POST", path+"/action", `{"os-stop":null}`, http.StatusConflict, nil); !strings.Contains(got, "still busy") {
		t.Error(got) // with the disk
	}
	w.clock.Advance(step)
	w.expect("POST", path+"/action", `{"createImage":{"name":"x"}}`, http.StatusAccepted, nil)
}

// TestGophercloudVolumes attaches volumes with gophercloud.
func TestGophercloudVolumes(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	for _, kind := range []string{"endurance-2", "portable"} {
		id := w.newVolume(`,"volume_type":"` + kind + `"`)
		for _, version := range []string{"", "2.79", "2.96"} {
			ctx, api := t.Context(), w.compute(simulator.DemoUser)
			api.Microversion = version
			made, err := volumeattach.Create(ctx, api, server, volumeattach.CreateOpts{VolumeID: id}).Extract()
			if err != nil || made.VolumeID != id || made.ServerID != server {
				t.Fatalf("%+v, %v", made, err)
			}
			w.clock.Advance(step)
			if got, err := volumeattach.Get(ctx, api, server, id).Extract(); err != nil || got.VolumeID != id || (got.Device == "") != (kind != "portable") {
				t.Errorf("%+v, %v", got, err)
			}
			if got, err := servers.Get(ctx, api, server).Extract(); err != nil || len(got.AttachedVolumes) != 1 || got.AttachedVolumes[0].ID != id {
				t.Errorf("%+v, %v", got, err)
			}
			if err := volumeattach.Delete(ctx, api, server, id).ExtractErr(); err != nil {
				t.Error(err)
			}
			w.clock.Advance(step)
		}
	}
}
