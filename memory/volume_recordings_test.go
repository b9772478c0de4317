package memory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// cinderDiffers names the recordings that are answered in another way, and why.
var cinderDiffers = map[string]string{
	"004-v2-gone-404.json":               "version 2 is served here",
	"014-microversion-too-high-406.json": "3.71 is the newest here",
}

// TestCinderRecordings plays the requests that were recorded, one after the
// other, and compares status, and the members of bodies and their types. Ids
// that differ are those of what was made on the way.
func TestCinderRecordings(t *testing.T) {
	server, cloud := cinder(t)
	ids := map[string]string{"e7849468-c646-4696-b3b5-aa070978040b": stableUUID("volume type", "files")}
	replay{
		files: "testdata/volume/*.json", url: server.URL, differs: cinderDiffers, ids: ids,
		readers: map[string]string{"082-action-show-image-metadata-200.json": "it changes nothing"},
		before:  func(_ *testing.T, file string) { cloud.before(file, ids) },
		check: func(t *testing.T, ids map[string]string, x exchange, _ http.Header, got []byte) {
			var want, have any
			if json.Unmarshal(x.Body, &want) != nil || json.Unmarshal(got, &have) != nil {
				return
			}
			learn(ids, want, have)
			if where := differ("", have, want); where != "" {
				t.Errorf("%s\nhave %s\nwant %s", where, got, x.Body)
			}
		},
	}.run(t)
}

// learn notes which id of ours stands for a recorded one.
func learn(ids map[string]string, want, have any) {
	w, ok := want.(map[string]any)
	h, ok2 := have.(map[string]any)
	if !ok || !ok2 {
		return
	}
	for _, kind := range []string{"volume", "snapshot", "transfer", "backup"} {
		a, _ := w[kind].(map[string]any)
		b, _ := h[kind].(map[string]any)
		recorded, _ := a["id"].(string)
		if ours, _ := b["id"].(string); recorded != "" && ours != "" && ids[recorded] == "" {
			ids[recorded] = ours
		}
	}
}

// cinderCloud makes between the requests what the recorder made.
type cinderCloud struct {
	*volumes
	clock *time.Time
}

func (c *cinderCloud) before(file string, ids map[string]string) {
	*c.clock = c.clock.Add(time.Second)
	demo := recordedUsers["demo"]
	ctx := jumpgate.WithPrincipal(context.Background(), &demo)
	switch file[:3] {
	case "038": // there is a second volume by now
		v, _ := c.CreateVolume(ctx, volume.Create{Name: "filler", Size: 1})
		ids["cc5d6531-3116-43cd-92b4-e0b12025201c"] = v.ID
	case "061": // what 060 made is away
		for _, d := range c.records {
			if d.Name == "" {
				_ = c.DeleteVolume(ctx, d.ID)
			}
		}
	case "131": // a look later it is still there
		c.takes = 2 * time.Second
	case "134":
		v, _ := c.CreateVolume(ctx, volume.Create{Name: "forserver", Size: 1})
		ids["7bc70a72-051c-40e0-8ba3-7d081ea5b5e9"] = v.ID
		info := map[string]any{
			"target_discovered": false, "target_portal": "127.0.0.1:3260", "target_iqn": "iqn", "target_lun": 1, "volume_id": v.ID, "access_mode": "rw",
			"qos_specs": nil, "encrypted": false, "cacheable": false, "driver_volume_type": "iscsi", "attachment_id": "a",
		}
		_, _ = c.UpdateVolume(ctx, v.ID, func(v *volume.Volume) error {
			v.Status = "in-use"
			v.Attachments = []volume.Attachment{{ID: jumpgate.NewUUID(), ServerID: jumpgate.NewUUID(), Device: "/dev/sdc", Attached: *c.clock, Connection: info}}
			return nil
		})
	}
}

func cinder(t *testing.T) (*httptest.Server, *cinderCloud) {
	clock := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	pictures := newImages(now, new(imagedata.RAM), []image.Store{{ID: "fast", Default: true}})
	size := int64(32768)
	pictures.records["018f906a-f4db-47e5-9d1c-3ab6ac6a82ae"] = &image.Image{
		ID: "018f906a-f4db-47e5-9d1c-3ab6ac6a82ae", Name: "cirros-tiny", Status: "active", Visibility: "public", Size: &size, DiskFormat: "raw",
		ContainerFormat: "bare", Checksum: "a9ab613dcfcd605013eccd686ace8922",
	}
	records := newVolumes(now, pictures, 0)
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Volume: {Mount: "/", Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return volume.Register(disp, records, volume.Options{Now: now})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		user, ok := recordedUsers[r.Header.Get("X-User")]
		if user.UserID == "admin" {
			user.ProjectID = "552983f366ca46a288e39dadbd529822"
		}
		if !ok || r.Header.Get("X-Auth-Token") != "TOKEN" {
			if r.Endpoint().Version == "" {
				return nil
			}
			return jumpgate.Unauthorized
		}
		r.Env.Principal, r.Env.ProjectID = &user, user.ProjectID
		if p, ok := r.PathProject(); ok && p != user.ProjectID {
			return jumpgate.BadRequest.New("Malformed request url")
		}
		return nil
	})
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server, &cinderCloud{records, &clock}
}
