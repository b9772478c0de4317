package softlayer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// cinder is where the volume service is for the demo user.
const cinder = "/volume/v3/307001"

var latestVolume = []string{"OpenStack-API-Version", "volume 3.71"}

// cinderVolume is a volume as the volume service shows it.
type cinderVolume struct {
	ID, Status, Name, Description string
	Type                          string `json:"volume_type"`
	Zone                          string `json:"availability_zone"`
	Size                          int
	Bootable                      string
	SourceID                      string `json:"source_volid"`
	SnapshotID                    string `json:"snapshot_id"`
	Metadata                      map[string]string
	Attachments                   []struct {
		ID     string `json:"attachment_id"`
		Server string `json:"server_id"`
	}
}

// orderVolume orders a volume in dal13.
func (w *world) orderVolume(members string) cinderVolume {
	w.Helper()
	var made struct{ Volume cinderVolume }
	w.expect("POST", cinder+"/volumes", `{"volume":{"size":40,"availability_zone":"dal13"`+members+`}}`, http.StatusAccepted, &made, latestVolume...)
	return made.Volume
}

func (w *world) cinderVolume(id string) cinderVolume {
	w.Helper()
	var v struct{ Volume cinderVolume }
	w.expect("GET", cinder+"/volumes/"+id, "", http.StatusOK, &v, latestVolume...)
	return v.Volume
}

// does has a volume do something, which must be answered with a status.
func (w *world) does(id, action string, status int) string {
	w.Helper()
	return w.expect("POST", cinder+"/volumes/"+id+"/action", action, status, nil, latestVolume...)
}

func (w *world) placed() int { return w.sim.Calls()["SoftLayer_Product_Order::placeOrder"] }

// TestCinderLife follows a volume of each kind through Cinder.
func TestCinderLife(t *testing.T) {
	for _, kind := range []string{"endurance-0.25", "endurance-2", "performance", "portable"} {
		t.Run(kind, func(t *testing.T) {
			w := newStorage(t)
			v := w.orderVolume(`,"name":"data","description":"of Ann","metadata":{"k":"v"},"volume_type":"` + kind + `"`)
			if v.Status != "creating" || v.Name != "data" || v.Type != kind || v.Zone != "dal13" {
				t.Errorf("ordered: %+v", v)
			}
			w.clock.Advance(3 * step)
			if v := w.cinderVolume(v.ID); v.Status != "available" || v.Name != "data" || v.Description != "of Ann" || v.Metadata["k"] != "v" {
				t.Errorf("made: %+v", v)
			}
			w.expect("PUT", cinder+"/volumes/"+v.ID, `{"volume":{"name":"new","description":null}}`, http.StatusOK, nil)
			w.expect("POST", cinder+"/volumes/"+v.ID+"/metadata", `{"metadata":{"a.b":"Ä"}}`, http.StatusOK, nil)
			w.does(v.ID, `{"os-set_bootable":{"bootable":true}}`, http.StatusOK)
			w.does(v.ID, `{"os-update_readonly_flag":{"readonly":true}}`, http.StatusAccepted)
			got := w.cinderVolume(v.ID)
			if got.Name != "new" || got.Description != "" || got.Metadata["a.b"] != "Ä" || got.Metadata["k"] != "v" || got.Metadata["readonly"] != "True" || got.Bootable != "true" {
				t.Errorf("changed: %+v", got)
			}
			proxy := w.volume(v.ID)
			if proxy.DisplayName != "new" || proxy.VolumeType != kind {
				t.Errorf("compute shows %+v", proxy)
			}

			if kind == "portable" {
				w.does(v.ID, `{"os-extend":{"new_size":50}}`, http.StatusBadRequest)
			} else {
				w.does(v.ID, `{"os-extend":{"new_size":40}}`, http.StatusBadRequest)
				w.does(v.ID, `{"os-extend":{"new_size":50}}`, http.StatusAccepted)
				if v := w.cinderVolume(v.ID); v.Status != "extending" || v.Size != 40 {
					t.Errorf("extending: %+v", v)
				}
				w.clock.Advance(3 * step)
				if v := w.cinderVolume(v.ID); v.Status != "available" || v.Size != 50 {
					t.Errorf("extended: %+v", v)
				}
			}
			if kind == "endurance-2" {
				w.does(v.ID, `{"os-retype":{"new_type":"performance"}}`, http.StatusBadRequest)
				w.does(v.ID, `{"os-retype":{"new_type":"endurance-4"}}`, http.StatusAccepted)
				w.clock.Advance(3 * step)
				if v := w.cinderVolume(v.ID); v.Status != "available" || v.Type != "endurance-4" {
					t.Errorf("retyped: %+v", v)
				}
			}
			w.expect("DELETE", cinder+"/volumes/"+v.ID, "", http.StatusAccepted, nil)
			w.expect("GET", cinder+"/volumes/"+v.ID, "", http.StatusNotFound, nil)
			w.expect("GET", volumes+"/"+v.ID, "", http.StatusNotFound, nil)
		})
	}
}

// TestUnnamedVolume: one that was ordered without a name has none, whatever
// SoftLayer calls it; and an id of before still names it.
func TestUnnamedVolume(t *testing.T) {
	w := newStorage(t)
	for _, kind := range []string{"endurance-2", "portable"} {
		id := w.orderVolume(`,"volume_type":"` + kind + `"`).ID
		w.clock.Advance(3 * step)
		for _, name := range []string{id, strings.ToUpper(id[:14] + "8" + id[15:])} {
			for range 2 { // before and after SoftLayer has the notes
				if v := w.cinderVolume(name); v.Name != "" || v.ID != id {
					t.Errorf("%+v", v)
				}
			}
		}
	}
}

// TestDetachOnEitherSide: what compute attaches Cinder detaches, and the other
// way round, under the same ids.
func TestDetachOnEitherSide(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	path := "/compute/v2.1/servers/" + server + "/os-volume_attachments"
	for _, kind := range []string{"endurance-2", "portable"} {
		id := w.orderVolume(`,"volume_type":"` + kind + `"`).ID
		w.clock.Advance(3 * step)
		list := func() []string {
			var shown shownAttachments
			w.expect("GET", path, "", http.StatusOK, &shown, latest...)
			var ids []string
			for _, a := range shown.VolumeAttachments {
				ids = append(ids, a.AttachmentID)
			}
			return ids
		}
		w.expect("POST", path, `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusOK, nil)
		w.clock.Advance(2 * step)
		v := w.cinderVolume(id)
		if ids := list(); v.Status != "in-use" || len(v.Attachments) != 1 || v.Attachments[0].Server != server || len(ids) != 1 || ids[0] != v.Attachments[0].ID {
			t.Errorf("attached by compute: %+v, compute has %v", v, ids)
		}
		w.expect("DELETE", cinder+"/volumes/"+id, "", http.StatusBadRequest, nil)
		w.does(id, `{"os-begin_detaching":{}}`, http.StatusAccepted)
		if v := w.cinderVolume(id); v.Status != "detaching" {
			t.Errorf("%+v", v)
		}
		w.does(id, `{"os-roll_detaching":{}}`, http.StatusAccepted)
		if v := w.cinderVolume(id); v.Status != "in-use" {
			t.Errorf("%+v", v)
		}
		// What Cinder began and compute ended does not come back.
		w.does(id, `{"os-begin_detaching":{}}`, http.StatusAccepted)
		w.expect("DELETE", path+"/"+id, "", http.StatusAccepted, nil)
		w.clock.Advance(3 * step)
		w.expect("POST", path, `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusOK, nil)
		w.clock.Advance(2 * step)
		if v := w.cinderVolume(id); v.Status != "in-use" {
			t.Errorf("attached again: %+v", v)
		}
		w.does(id, `{"os-begin_detaching":{}}`, http.StatusAccepted)
		w.does(id, `{"os-detach":{"attachment_id":"`+v.Attachments[0].ID+`"}}`, http.StatusConflict) // compute attached it
		w.expect("DELETE", cinder+"/attachments/"+v.Attachments[0].ID, "", http.StatusConflict, nil, latestVolume...)
		w.does(id, `{"os-terminate_connection":{"connector":{}}}`, http.StatusConflict)
		if len(list()) != 1 {
			t.Errorf("compute has %v", list())
		}
		w.expect("DELETE", path+"/"+id, "", http.StatusAccepted, nil)
		w.clock.Advance(3 * step)
		if v := w.cinderVolume(id); v.Status != "available" || len(list()) != 0 {
			t.Errorf("detached by compute: %+v, compute has %v", v, list())
		}

		w.does(id, `{"os-reserve":{}}`, http.StatusAccepted)
		if v := w.cinderVolume(id); v.Status != "attaching" {
			t.Errorf("%+v", v)
		}
		w.expect("POST", path, `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusBadRequest, nil)
		w.does(id, `{"os-unreserve":{}}`, http.StatusAccepted)
		w.does(id, `{"os-attach":{"instance_uuid":"`+server+`","mountpoint":"/dev/vdb"}}`, http.StatusAccepted)
		w.clock.Advance(2 * step)
		v = w.cinderVolume(id)
		if ids := list(); v.Status != "in-use" || len(v.Attachments) != 1 || len(ids) != 1 || ids[0] != v.Attachments[0].ID {
			t.Errorf("attached by Cinder: %+v, compute has %v", v, ids)
		}
		w.expect("DELETE", path+"/"+id, "", http.StatusAccepted, nil)
		w.clock.Advance(3 * step)
		if v := w.cinderVolume(id); v.Status != "available" || len(v.Attachments) != 0 {
			t.Errorf("detached by compute: %+v", v)
		}
	}
	w.does(w.orderVolume("").ID, `{"os-attach":{"instance_uuid":"`+server+`","mountpoint":"/dev/vdb"}}`, http.StatusBadRequest)
}

// addressOf is the address of a server that begins so.
func (w *world) addressOf(server, beginning string) string {
	w.Helper()
	var shown struct {
		Server struct {
			Addresses map[string][]struct{ Addr string }
		}
	}
	w.expect("GET", "/compute/v2.1/servers/"+server, "", http.StatusOK, &shown)
	for _, list := range shown.Server.Addresses {
		for _, a := range list {
			if strings.HasPrefix(a.Addr, beginning) {
				return a.Addr
			}
		}
	}
	w.Fatalf("no address begins with %s: %+v", beginning, shown)
	return ""
}

// shownAttachment is an attachment as Cinder shows it.
type shownAttachment struct {
	Attachment struct {
		ID, Status, Instance string
		Info                 map[string]any `json:"connection_info"`
	}
}

// TestAttachmentsAPI attaches by attachments of their own.
func TestAttachmentsAPI(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	address := w.addressOf(server, "10.")
	for _, owner := range []string{`"` + server + `"`, "null"} {
		id := w.orderVolume("").ID
		w.clock.Advance(3 * step)
		var a shownAttachment
		w.expect("POST", cinder+"/attachments", `{"attachment":{"volume_uuid":"`+id+`","instance_uuid":`+owner+`}}`, http.StatusOK, &a, latestVolume...)
		if v := w.cinderVolume(id); v.Status != "reserved" || a.Attachment.Status != "reserved" {
			t.Errorf("%+v, %+v", v, a)
		}
		w.expect("POST", "/compute/v2.1/servers/"+server+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusBadRequest, nil)
		one := cinder + "/attachments/" + a.Attachment.ID
		if owner == "null" { // else it is for the server, whichever host speaks for it
			w.expect("PUT", one, `{"attachment":{"connector":{"ip":"203.0.113.9","host":"elsewhere"}}}`, http.StatusBadRequest, nil, latestVolume...)
		}
		w.expect("PUT", one, `{"attachment":{"connector":{"ip":"`+address+`","host":"h","initiator":"iqn.x"}}}`, http.StatusOK, &a, latestVolume...)
		info := a.Attachment.Info
		if portal, _ := info["target_portal"].(string); a.Attachment.Status != "attaching" || a.Attachment.Instance != server || info["driver_volume_type"] != "iscsi" ||
			!strings.HasSuffix(portal, ":3260") || info["auth_method"] != "CHAP" || info["auth_username"] == "" || info["auth_password"] == "" ||
			!strings.HasPrefix(info["initiator_iqn"].(string), "iqn.") {
			t.Errorf("%+v", a)
		}
		w.expect("POST", one+"/action", `{"os-complete":{}}`, http.StatusNoContent, nil, latestVolume...)
		if v := w.cinderVolume(id); v.Status != "in-use" || len(v.Attachments) != 1 || v.Attachments[0].ID != a.Attachment.ID || v.Attachments[0].Server != server {
			t.Errorf("%+v", v)
		}
		var attached shownAttachments
		w.expect("GET", "/compute/v2.1/servers/"+server+"/os-volume_attachments", "", http.StatusOK, &attached, latest...)
		if len(attached.VolumeAttachments) != 1 || attached.VolumeAttachments[0].AttachmentID != a.Attachment.ID {
			t.Errorf("compute has %+v", attached)
		}
		var list struct{ Attachments []struct{ ID string } }
		w.expect("GET", cinder+"/attachments", "", http.StatusOK, &list, latestVolume...)
		if len(list.Attachments) != 1 || list.Attachments[0].ID != a.Attachment.ID {
			t.Errorf("%+v", list)
		}
		w.expect("DELETE", one, "", http.StatusOK, nil, latestVolume...)
		w.expect("GET", one, "", http.StatusNotFound, nil, latestVolume...)
		w.expect("GET", "/compute/v2.1/servers/"+server+"/os-volume_attachments", "", http.StatusOK, &attached, latest...)
		if v := w.cinderVolume(id); v.Status != "available" || len(attached.VolumeAttachments) != 0 {
			t.Errorf("%+v, compute has %+v", v, attached)
		}
		w.expect("DELETE", cinder+"/volumes/"+id, "", http.StatusAccepted, nil)
	}
}

// TestConnections gives a host what it needs, and takes it back.
func TestConnections(t *testing.T) {
	w := newStorage(t)
	server := w.bootIn(nil)
	connector := `{"connector":{"ip":"` + w.addressOf(server, "198.") + `"}}`
	id, disk := w.orderVolume("").ID, w.orderVolume(`,"volume_type":"portable"`).ID
	w.does(id, `{"os-initialize_connection":`+connector+`}`, http.StatusBadRequest) // it is not made yet
	w.clock.Advance(3 * step)
	var got struct {
		Info struct {
			Driver string `json:"driver_volume_type"`
			Data   map[string]any
		} `json:"connection_info"`
	}
	w.expect("POST", cinder+"/volumes/"+id+"/action", `{"os-initialize_connection":`+connector+`}`, http.StatusOK, &got, latestVolume...)
	if got.Info.Driver != "iscsi" || got.Info.Data["auth_password"] == "" || got.Info.Data["volume_id"] != id || got.Info.Data["access_mode"] != "rw" {
		t.Errorf("%+v", got)
	}
	if v := w.cinderVolume(id); v.Status != "in-use" {
		t.Errorf("%+v", v)
	}
	if got := w.does(disk, `{"os-initialize_connection":`+connector+`}`, http.StatusBadRequest); !strings.Contains(got, "compute service") {
		t.Error(got)
	}
	w.does(id, `{"os-terminate_connection":`+connector+`}`, http.StatusAccepted)
	if v := w.cinderVolume(id); v.Status != "available" {
		t.Errorf("%+v", v)
	}
	if a := w.raw(simulator.AltUser, "POST", "/volume/v3/307002/volumes/"+id+"/action", `{"os-initialize_connection":`+connector+`}`); a.status != http.StatusNotFound {
		t.Errorf("another account: %d %s", a.status, a.body)
	}
}

// TestCinderCopies makes volumes of snapshots and of volumes.
func TestCinderCopies(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Opts.SnapshotSpace = true
	id := w.orderVolume("").ID
	w.clock.Advance(3 * step)
	var made struct {
		Snapshot struct{ ID, Name, Status string }
	}
	w.expect("POST", cinder+"/snapshots", `{"snapshot":{"volume_id":"`+id+`","name":"before","metadata":{"k":"v"}}}`, http.StatusAccepted, &made)
	if n := w.placed(); made.Snapshot.Status != "available" || n != 2 {
		t.Errorf("%+v after %d orders", made, n)
	}
	snapshot := cinder + "/snapshots/" + made.Snapshot.ID
	w.expect("POST", cinder+"/snapshots", `{"snapshot":{"volume_id":"`+id+`"}}`, http.StatusAccepted, nil)
	if n := w.placed(); n != 2 {
		t.Errorf("space was ordered twice: %d orders", n)
	}
	w.expect("PUT", snapshot, `{"snapshot":{"name":"`+strings.Repeat("n", 255)+`","description":"`+strings.Repeat("d", 255)+`"}}`, http.StatusOK, nil)
	w.expect("PUT", snapshot+"/metadata", `{"metadata":{"long":"`+strings.Repeat("l", 255)+`","more":"`+strings.Repeat("m", 255)+`"}}`, http.StatusOK, nil)
	var one struct {
		Snapshot struct {
			Name, Description string
			Metadata          map[string]string
		}
	}
	if w.expect("GET", snapshot, "", http.StatusOK, &one); len(one.Snapshot.Name) != 255 || len(one.Snapshot.Description) != 255 || len(one.Snapshot.Metadata) != 2 {
		t.Errorf("%+v", one)
	}
	for source, want := range map[string]cinderVolume{
		`,"snapshot_id":"` + made.Snapshot.ID + `"`: {SnapshotID: made.Snapshot.ID},
		`,"source_volid":"` + id + `"`:              {SourceID: id},
	} {
		w.expect("POST", cinder+"/volumes", `{"volume":{"size":39,"availability_zone":"dal13"`+source+`}}`, http.StatusBadRequest, nil)
		w.expect("POST", cinder+"/volumes", `{"volume":{"size":40,"volume_type":"performance"`+source+`}}`, http.StatusBadRequest, nil)
		w.expect("POST", cinder+"/volumes", `{"volume":{"size":40,"availability_zone":"lon06"`+source+`}}`, http.StatusBadRequest, nil)
		v := w.orderVolume(source)
		w.clock.Advance(3 * step)
		if v = w.cinderVolume(v.ID); v.Status != "available" || v.SnapshotID != want.SnapshotID || v.SourceID != want.SourceID || v.Type != "endurance-2" {
			t.Errorf("%+v", v)
		}
	}
	w.expect("POST", cinder+"/volumes", `{"volume":{"size":40,"imageRef":"`+keep.NameID("x")+`"}}`, http.StatusBadRequest, nil)
	w.does(id, `{"revert":{"snapshot_id":"`+made.Snapshot.ID+`"}}`, http.StatusBadRequest) // it is not the latest
	w.expect("DELETE", cinder+"/volumes/"+id, "", http.StatusBadRequest, nil)
	w.expect("DELETE", cinder+"/volumes/"+id+"?cascade=true", "", http.StatusAccepted, nil)
	w.expect("GET", snapshot, "", http.StatusNotFound, nil)
}

// TestWhatSoftLayerHasNot answers as a Cinder that has none of it, and leaves
// to admins what is theirs.
func TestWhatSoftLayerHasNot(t *testing.T) {
	w := newStorage(t)
	id := w.orderVolume("").ID
	w.clock.Advance(3 * step)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/backups", "", 200, `"backups": []`},
		{"POST", "/backups", `{"backup":{"volume_id":"` + id + `"}}`, 503, "Service cinder-backup could not be found."},
		{"GET", "/backups/" + id, "", 404, "Backup " + id + " could not be found."},
		{"GET", "/os-volume-transfer/detail", "", 200, `"transfers": []`},
		{"POST", "/volume-transfers", `{"transfer":{"volume_id":"` + id + `"}}`, 400, "The cloud gives no volume to another project."},
		{"POST", "/os-volume-transfer/" + id + "/accept", `{"accept":{"auth_key":"x"}}`, 404, "could not be found"},
		{"GET", "/groups", "", 200, `"groups": []`},
		{"POST", "/groups/action", `{"create-from-src":{}}`, 400, "The cloud has no groups of volumes."},
		{"GET", "/qos-specs", "", 403, "qos_specs_manage:get_all"},
		{"GET", "/os-services", "", 403, "services:index"},
		{"GET", "/scheduler-stats/get_pools", "", 403, "get_pools"},
		{"GET", "/os-hosts", "", 403, "hosts"},
		{"GET", "/manageable_volumes", "", 403, "list_manageable"},
		{"POST", "/types", `{"volume_type":{"name":"x"}}`, 403, "type_create"},
		{"PUT", "/os-quota-sets/307001", `{"quota_set":{"volumes":1}}`, 403, "quotas:update"},
		{"POST", "/volumes/" + id + "/action", `{"os-volume_upload_image":{"image_name":"x"}}`, 400, "The cloud can't make an image of a volume."},
		{"POST", "/volumes/" + id + "/action", `{"os-reset_status":{"status":"error"}}`, 403, "reset_status"},
	} {
		a := w.raw(simulator.DemoUser, c.method, cinder+c.path, c.body, latestVolume...)
		if a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%s %s: %d %s, want %d with %q", c.method, c.path, a.status, a.body, c.status, c.want)
		}
	}
}
