package softlayer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// bootDevice is an order to boot from a volume that is made of an image.
func bootDevice(size int, more map[string]any) map[string]any {
	d := map[string]any{
		"uuid": core.SystemID(osCode), "source_type": "image", "destination_type": "volume", "boot_index": 0, "volume_size": size, "delete_on_termination": true,
	}
	for k, v := range more {
		d[k] = v
	}
	return d
}

// TestBootVolume follows servers that boot from a volume, one more of which is
// made along with each, in Nova and in Cinder.
func TestBootVolume(t *testing.T) {
	w := newStorage(t)
	w.quick()
	data := blank(20, true)
	data["destination_type"], data["boot_index"] = "volume", -1
	w.expect("POST", "/compute/v2.1/servers", order(map[string]any{
		"imageRef": nil, "networks": "auto", "availability_zone": "dal13", "min_count": 2,
		"block_device_mapping_v2": []any{bootDevice(20, map[string]any{"tag": "root"}), data},
	}), http.StatusAccepted, nil, latest...)
	w.sim.ResetCalls()
	type cinderVolume struct {
		ID, Status, Bootable string
		Size                 int
		Type                 *string           `json:"volume_type"`
		Image                map[string]string `json:"volume_image_metadata"`
		Attachments          []struct {
			Server string `json:"server_id"`
			Device string
		}
	}
	all := func() map[string]cinderVolume {
		var list struct{ Volumes []cinderVolume }
		w.expect("GET", cinder+"/volumes/detail", "", http.StatusOK, &list)
		byID := make(map[string]cinderVolume)
		for _, v := range list.Volumes {
			byID[v.ID] = v
		}
		return byID
	}
	var list struct{ Servers []struct{ ID string } }
	w.expect("GET", "/compute/v2.1/servers", "", http.StatusOK, &list)
	if len(list.Servers) != 2 {
		t.Fatalf("%+v", list)
	}
	for _, s := range list.Servers {
		id := w.server(s.ID).Volumes[0].ID
		if v := all()[id]; v.Status != "creating" || len(v.Attachments) != 1 {
			t.Errorf("%+v", v)
		}
	}
	for _, one := range list.Servers {
		w.eventually("it is up", func() bool {
			w.clock.Advance(step)
			return w.server(one.ID).Status == "ACTIVE"
		})
		path := "/compute/v2.1/servers/" + one.ID
		if a := w.raw(simulator.DemoUser, "GET", path, "", latest...); !strings.Contains(a.body, `"image": ""`) || !strings.Contains(a.body, `"original_name": "`+flavor+`"`) {
			t.Error(a.body)
		}
		s, shown := w.server(one.ID), w.attachedTo(one.ID).VolumeAttachments
		if len(s.Volumes) != 2 || len(shown) != 2 || s.Volumes[0].ID != shown[0].VolumeID {
			t.Fatalf("%+v %+v", s, shown)
		}
		a, id := shown[0], shown[0].VolumeID
		if *a.Device != "/dev/xvda" || !a.Delete || *a.Tag != "root" || a.AttachmentID == "" {
			t.Errorf("%+v", a)
		}
		var v struct{ Volume cinderVolume }
		w.expect("GET", cinder+"/volumes/"+id, "", http.StatusOK, &v)
		for _, v := range []cinderVolume{v.Volume, all()[id]} {
			if v.Status != "in-use" || v.Bootable != "true" || v.Size != 25 || v.Type != nil || v.Image["image_id"] != core.SystemID(osCode) ||
				len(v.Attachments) != 1 || v.Attachments[0].Server != one.ID || v.Attachments[0].Device != "/dev/xvda" {
				t.Errorf("%+v", v)
			}
		}
		w.expect("PUT", cinder+"/volumes/"+id, `{"volume":{"name":"root of Ann","metadata":{"k":"v"}}}`, http.StatusOK, nil)
		if v := w.volume(id); v.DisplayName != "root of Ann" || v.Metadata["k"] != "v" || v.Status != "in-use" {
			t.Errorf("%+v", v)
		}
		// It stays where it is.
		for _, no := range []struct {
			method, path, body string
			status             int
		}{
			{"DELETE", cinder + "/volumes/" + id, "", 400},
			{"POST", cinder + "/volumes/" + id + "/action", `{"os-extend":{"new_size":30}}`, 400},
			{"POST", cinder + "/volumes/" + id + "/action", `{"os-detach":{}}`, 409},
			{"POST", cinder + "/volumes/" + id + "/action", `{"os-force_delete":{}}`, 403},
			{"POST", cinder + "/volumes", `{"volume":{"size":30,"source_volid":"` + id + `"}}`, 400},
			{"POST", cinder + "/snapshots", `{"snapshot":{"volume_id":"` + id + `","force":true}}`, 400},
			{"DELETE", path + "/os-volume_attachments/" + id, "", 403},
			{"PUT", path + "/os-volume_attachments/" + id, `{"volumeAttachment":{"volumeId":"` + id + `","delete_on_termination":false}}`, 400},
		} {
			if a := w.raw(simulator.DemoUser, no.method, no.path, no.body, latest...); a.status != no.status {
				t.Errorf("%s %s %s: %d %s", no.method, no.path, no.body, a.status, a.body)
			}
		}
		other := w.bootIn(nil)
		w.expect("POST", "/compute/v2.1/servers/"+other+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+id+`"}}`, http.StatusBadRequest, nil, latest...)
		if a := w.raw(simulator.AltUser, "GET", "/volume/v3/307002/volumes/"+id, ""); a.status != http.StatusNotFound {
			t.Error(a.status, a.body)
		}
		if v := w.volume(id); v.Status != "in-use" {
			t.Errorf("%+v", v)
		}
		w.forgetOrders() // the store is lost, the disk is not
		if v := w.volume(id); v.Status != "in-use" {
			t.Errorf("%+v", v)
		}
		w.expect("GET", cinder+"/volumes/"+keep.IDOf(keep.BootDiskKind, w.stored(other).ID), "", http.StatusNotFound, nil) // which has an image
		cancelled := w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"]
		w.expect("DELETE", path, "", http.StatusNoContent, nil)
		if n := w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"] - cancelled; n != 1 {
			t.Errorf("%d bills ended, want that of the data", n)
		}
		w.expect("GET", cinder+"/volumes/"+id, "", http.StatusNotFound, nil)
		if v, ok := all()[id]; ok {
			t.Errorf("%+v", v)
		}
	}
	if n := len(all()); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// TestBootVolumeRefused: nothing is ordered that boots otherwise than asked for.
func TestBootVolumeRefused(t *testing.T) {
	w := newStorage(t)
	for _, c := range []struct {
		flavor string
		device map[string]any
		want   string
	}{
		{flavor, bootDevice(0, nil), "Images with destination_type 'volume' need to have a non-zero size specified"},
		{flavor, bootDevice(25, map[string]any{"delete_on_termination": false}), "what a server boots from goes with it in this cloud"},
		{flavor, bootDevice(25, map[string]any{"volume_type": "portable"}), "has no type"},
		{flavor, bootDevice(26, nil), "servers of flavor B1_2X4X25 boot from a volume of 25 GB. There is none like it with 26 GB."},
		{flavor, bootDevice(101, nil), "servers of flavor B1_2X4X25 boot from a volume of 25 GB. There is none like it with 101 GB."},
		{"BL2_2X4X100", bootDevice(25, nil), "servers of flavor BL2_2X4X100 boot from a disk of their host. With 25 GB: B1_2X4X25"},
		{"none", bootDevice(25, nil), "Flavor none could not be found."},
		{flavor, bootDevice(25, map[string]any{"uuid": "11111111-1111-4111-8111-111111111111"}), "mage"},
	} {
		if size := c.device["volume_size"]; size == 0 {
			delete(c.device, "volume_size")
		}
		got := w.expect("POST", "/compute/v2.1/servers", order(map[string]any{
			"imageRef": nil, "flavorRef": c.flavor, "networks": "auto", "block_device_mapping_v2": []any{c.device},
		}), http.StatusBadRequest, nil, latest...)
		if !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"]; n != 0 {
		t.Errorf("%d orders", n)
	}
}
