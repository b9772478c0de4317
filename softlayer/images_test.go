package softlayer

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// glanceImage is what tests look at of an image.
type glanceImage struct {
	ID, Name, Status, Visibility, Owner, Checksum, Color string
	Failed                                               *string `json:"os_glance_failed_import"`
	DiskFormat                                           string  `json:"disk_format"`
	Description                                          string
	Protected                                            bool
	MinDisk                                              int `json:"min_disk"`
	Size                                                 *int64
	Tags                                                 []string
}

// as makes a request of a user and wants a status; into is decoded into.
func (w *world) as(user, method, path, body string, status int, into any) {
	w.Helper()
	a := w.raw(user, method, path, body)
	if a.status != status {
		w.Fatalf("%s %s %s: %d %s, want %d", user, method, path, a.status, a.body, status)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(a.body), into); err != nil {
			w.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
}

// send makes a request with a body of another type than JSON.
func (w *world) send(user, method, path, kind, body string) (int, string) {
	w.Helper()
	a := w.raw(user, method, path, body, "Content-Type", kind)
	return a.status, a.body
}

func (w *world) image(user, id string) (i glanceImage) {
	w.Helper()
	w.as(user, "GET", "/image/v2/images/"+id, "", http.StatusOK, &i)
	return i
}

// queued makes an image that waits for its data.
func (w *world) queued(body string) (i glanceImage) {
	w.Helper()
	w.as(simulator.DemoUser, "POST", "/image/v2/images", body, http.StatusCreated, &i)
	if i.Status != "queued" {
		w.Fatalf("a new image is %s", i.Status)
	}
	return i
}

func (w *world) patch(user, id, changes string) (int, string) {
	w.Helper()
	return w.send(user, "PATCH", "/image/v2/images/"+id, "application/openstack-images-v2.1-json-patch", changes)
}

// imported makes an image of what is in object storage, and waits for it.
func (w *world) imported(name string) glanceImage {
	w.Helper()
	i := w.queued(`{"name":"` + name + `","disk_format":"vhd","container_format":"bare","softlayer_reference_code":"UBUNTU_22_64"}`)
	w.importFrom(i.ID, "swift://SLOS1-2@dal05/images/disk.vhd")
	w.eventually("SoftLayer imports", func() bool { return w.lastTask(i.ID) == "success" })
	if got := w.image(simulator.DemoUser, i.ID); got.Status != "importing" {
		w.Errorf("while SoftLayer is at it: %s", got.Status)
	}
	w.clock.Advance(3 * step)
	return w.image(simulator.DemoUser, i.ID)
}

func (w *world) importFrom(id, uri string) {
	w.Helper()
	w.as(simulator.DemoUser, "POST", "/image/v2/images/"+id+"/import", `{"method":{"name":"web-download","uri":"`+uri+`"}}`, http.StatusAccepted, nil)
}

// lastTask is the status of the last import of an image.
func (w *world) lastTask(id string) string {
	w.Helper()
	var tasks struct{ Tasks []struct{ Status string } }
	w.as(simulator.DemoUser, "GET", "/image/v2/images/"+id+"/tasks", "", http.StatusOK, &tasks)
	return tasks.Tasks[len(tasks.Tasks)-1].Status
}

// listed are the ids of the images in a list.
func (w *world) listed(user, query string) []string {
	w.Helper()
	var list struct{ Images []glanceImage }
	w.as(user, "GET", "/image/v2/images?limit=1000&"+query, "", http.StatusOK, &list)
	var ids []string
	for _, i := range list.Images {
		ids = append(ids, i.ID)
	}
	return ids
}

const oneID = "11111111-2222-4333-8444-555555555555"

// TestQueuedImage: an image without data is there for every replica and for no
// other account, changes, and goes.
func TestQueuedImage(t *testing.T) {
	w := newWorld(t, setup{})
	other := w.replica()
	i := w.queued(`{"id":"` + oneID + `","name":"one","disk_format":"vhd","container_format":"bare","color":"red","tags":["a"],"min_disk":3}`)
	if i.ID != oneID || i.Owner == "" || i.Color != "red" {
		t.Errorf("%+v", i)
	}
	w.as(simulator.DemoUser, "POST", "/image/v2/images", `{"id":"`+oneID+`"}`, http.StatusConflict, nil)
	if got := other.image(simulator.DemoUser, oneID); got.Name != "one" || got.Status != "queued" || got.MinDisk != 3 {
		t.Errorf("another replica sees %+v", got)
	}
	if !slices.Contains(other.listed(simulator.DemoUser, "name=one"), oneID) {
		t.Error("another replica does not list it")
	}
	w.as(simulator.AltUser, "GET", "/image/v2/images/"+oneID, "", http.StatusNotFound, nil)
	if code, body := other.patch(simulator.DemoUser, oneID, `[{"op":"replace","path":"/color","value":"blue"}]`); code != http.StatusOK {
		t.Errorf("patch: %d %s", code, body)
	}
	if got := w.image(simulator.DemoUser, oneID); got.Color != "blue" {
		t.Errorf("%+v", got)
	}
	w.as(simulator.DemoUser, "POST", "/image/v2/images", `{"visibility":"community"}`, http.StatusForbidden, nil)
	if code, body := w.send(simulator.DemoUser, "PUT", "/image/v2/images/"+oneID+"/file", "application/octet-stream", "data"); code != http.StatusForbidden {
		t.Errorf("data without a place for it: %d %s", code, body)
	}
	if got := w.image(simulator.DemoUser, oneID); got.Status != "queued" {
		t.Errorf("after that it is %s", got.Status)
	}
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+oneID, "", http.StatusNoContent, nil)
	other.as(simulator.DemoUser, "GET", "/image/v2/images/"+oneID, "", http.StatusNotFound, nil)
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+oneID, "", http.StatusNotFound, nil)
}

// TestImageImport: SoftLayer makes a template of what is in object storage, and
// it appears under the id that was promised, even if the store is lost.
func TestImageImport(t *testing.T) {
	w := newWorld(t, setup{})
	i := w.imported("web")
	if i.Status != "active" || i.Failed == nil || *i.Failed != "" {
		t.Errorf("%+v", i)
	}
	if ids := w.listed(simulator.DemoUser, "name=web"); len(ids) != 1 || ids[0] != i.ID {
		t.Errorf("listed %v", ids)
	}
	var all []records.Template
	w.call("Account", "getPrivateBlockDeviceTemplateGroups", "mask[name,globalIdentifier,parentId]", &all)
	template := all[slices.IndexFunc(all, func(t records.Template) bool { return t.Name == "web" && t.ParentID == 0 })]
	if got := w.image(simulator.DemoUser, template.GlobalIdentifier); got.ID != i.ID {
		t.Errorf("the template's own id finds %+v", got)
	}
	var made struct{ Server struct{ ID string } }
	w.as(simulator.DemoUser, "POST", "/compute/v2.1/servers", `{"server":{"name":"s","imageRef":"`+i.ID+`","flavorRef":"`+flavor+`"}}`, http.StatusAccepted, &made)

	lost := w.driver.opts
	lost.Store = nil
	forgetful := &world{TB: t, sim: w.sim, clock: w.clock, upstream: w.upstream, logs: w.logs, tokens: make(map[string]string)}
	forgetful.serve(setup{driver: lost})
	if got := forgetful.image(simulator.DemoUser, i.ID); got.Name != "web" || got.Status != "active" {
		t.Errorf("without the store: %+v", got)
	}
	forgetful.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+i.ID, "", http.StatusNoContent, nil)
	w.as(simulator.DemoUser, "GET", "/image/v2/images/"+i.ID, "", http.StatusNotFound, nil)
}

// TestImageImportFails: what SoftLayer does not import leaves the image queued,
// and the import says so.
func TestImageImportFails(t *testing.T) {
	w := newWorld(t, setup{})
	i := w.queued(`{"name":"x","disk_format":"vhd","container_format":"bare"}`)
	for _, uri := range []string{
		"swift://SLOS1-2@dal05/images/disk.txt", // no disk
		"swift://SLOS1-2@dal05/images/disk.vhd", // nobody says which system it is
		"cos://us-south/bucket/disk.vhd",        // the user has no key for it
		"http://127.0.0.1:80/disk.vhd",          // an internal address
	} {
		w.importFrom(i.ID, uri)
		w.eventually(uri+" fails", func() bool { return w.lastTask(i.ID) == "failure" })
		if got := w.image(simulator.DemoUser, i.ID); got.Status != "queued" {
			t.Errorf("%s: %s", uri, got.Status)
		}
	}
	w.as(simulator.DemoUser, "POST", "/image/v2/images/"+i.ID+"/import", `{"method":{"name":"web-download","uri":"ftp://example.com/x.vhd"}}`, http.StatusBadRequest, nil)
}

// TestImageUpload: uploaded data is kept where SoftLayer finds it, becomes a
// template, boots servers, and can be downloaded.
func TestImageUpload(t *testing.T) {
	data := new(imagedata.RAM)
	w := newWorld(t, setup{driver: Options{ImageData: data, ImageBucket: "cos://us-south/images/", ImageKey: "operators-key"}})
	i := w.queued(`{"name":"up","disk_format":"vhd","container_format":"bare","softlayer_reference_code":"UBUNTU_22_64","tags":["t"]}`)
	file := "/image/v2/images/" + i.ID + "/file"
	if code, body := w.send(simulator.DemoUser, "PUT", file, "application/octet-stream", "disk"); code != http.StatusNoContent {
		t.Fatalf("%d %s", code, body)
	}
	if got := w.image(simulator.DemoUser, i.ID); got.Status != "saving" || got.Checksum == "" {
		t.Errorf("after the upload: %+v", got)
	}
	w.clock.Advance(3 * step)
	got := w.image(simulator.DemoUser, i.ID)
	if got.Status != "active" || got.Size == nil || *got.Size != 4 || got.DiskFormat != "vhd" || !slices.Equal(got.Tags, []string{"t"}) {
		t.Errorf("in the end: %+v", got)
	}
	if code, body := w.send(simulator.DemoUser, "GET", file, "", ""); code != http.StatusOK || body != "disk" {
		t.Errorf("download: %d %q", code, body)
	}
	w.as(simulator.DemoUser, "POST", "/compute/v2.1/servers", `{"server":{"name":"s","imageRef":"`+i.ID+`","flavorRef":"`+flavor+`"}}`, http.StatusAccepted, nil)
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+i.ID, "", http.StatusNoContent, nil)
	if _, err := data.Open(t.Context(), i.ID+".vhd", 0, -1); err == nil {
		t.Error("the data of a deleted image is still there")
	}

	raw := w.queued(`{"disk_format":"raw","container_format":"bare"}`)
	if code, body := w.send(simulator.DemoUser, "PUT", "/image/v2/images/"+raw.ID+"/file", "application/octet-stream", "disk"); code != http.StatusBadRequest {
		t.Errorf("a format that SoftLayer does not import: %d %s", code, body)
	}
	if got := w.image(simulator.DemoUser, raw.ID); got.Status != "queued" {
		t.Errorf("after that: %s", got.Status)
	}
}

// TestChangeTemplate: name, properties, tags and marks of a template are kept
// in SoftLayer.
func TestChangeTemplate(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.imported("web").ID
	other := w.replica()
	if code, body := w.patch(simulator.DemoUser, id, `[{"op":"replace","path":"/name","value":"db"},{"op":"add","path":"/color","value":"red"},
		{"op":"add","path":"/description","value":"people's text"},{"op":"replace","path":"/protected","value":true},
		{"op":"replace","path":"/min_disk","value":7},{"op":"replace","path":"/tags","value":["x","y"]}]`); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	got := other.image(simulator.DemoUser, id)
	if got.Name != "db" || got.Color != "red" || got.Description != "people's text" || !got.Protected || got.MinDisk != 7 || !slices.Equal(got.Tags, []string{"x", "y"}) {
		t.Errorf("%+v", got)
	}
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id, "", http.StatusForbidden, nil)
	if code, body := w.patch(simulator.DemoUser, id, `[{"op":"remove","path":"/color"},{"op":"replace","path":"/protected","value":false}]`); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	w.as(simulator.DemoUser, "PUT", "/image/v2/images/"+id+"/tags/z", "", http.StatusNoContent, nil)
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id+"/tags/x", "", http.StatusNoContent, nil)
	got = other.image(simulator.DemoUser, id)
	if got.Color != "" || got.Protected || !slices.Equal(got.Tags, []string{"y", "z"}) {
		t.Errorf("%+v", got)
	}
	a := w.raw(simulator.DemoUser, "POST", "/image/v2/images/"+id+"/actions/deactivate", "")
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "can't be deactivated here") {
		t.Errorf("deactivate: %d %s", a.status, a.body)
	}
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id, "", http.StatusNoContent, nil)
}

// TestShareTemplate: members are accounts that SoftLayer shares a template
// with; how they answer is kept in the store.
func TestShareTemplate(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.imported("web").ID
	members := "/image/v2/images/" + id + "/members"
	var me struct{ Owner string }
	w.as(simulator.AltUser, "POST", "/image/v2/images", `{}`, http.StatusCreated, &me)
	alt := me.Owner

	w.as(simulator.DemoUser, "POST", members, `{"member":"nobody"}`, http.StatusBadRequest, nil)
	w.as(simulator.DemoUser, "POST", members, `{"member":"99"}`, http.StatusBadRequest, nil)
	w.as(simulator.AltUser, "GET", "/image/v2/images/"+id, "", http.StatusNotFound, nil)
	var member struct {
		Member string `json:"member_id"`
		Status string
	}
	w.as(simulator.DemoUser, "POST", members, `{"member":"`+alt+`"}`, http.StatusOK, &member)
	if member.Member != alt || member.Status != "accepted" {
		t.Errorf("%+v", member)
	}
	w.as(simulator.DemoUser, "POST", members, `{"member":"`+alt+`"}`, http.StatusConflict, nil)
	seen := w.image(simulator.AltUser, id)
	if seen.Name != "web" || seen.Visibility != "shared" {
		t.Errorf("alt sees %+v", seen)
	}
	if !slices.Contains(w.listed(simulator.AltUser, "visibility=shared"), id) {
		t.Error("alt does not list it")
	}
	w.as(simulator.AltUser, "PUT", members+"/"+alt, `{"status":"rejected"}`, http.StatusOK, nil)
	if slices.Contains(w.listed(simulator.AltUser, ""), id) {
		t.Error("alt lists what it rejected")
	}
	w.as(simulator.DemoUser, "GET", members+"/"+alt, "", http.StatusOK, &member)
	if member.Status != "rejected" {
		t.Errorf("%+v", member)
	}
	if code, body := w.patch(simulator.AltUser, id, `[{"op":"replace","path":"/name","value":"mine"}]`); code != http.StatusForbidden {
		t.Errorf("a member renames: %d %s", code, body)
	}
	w.as(simulator.AltUser, "DELETE", "/image/v2/images/"+id, "", http.StatusForbidden, nil)
	w.as(simulator.DemoUser, "DELETE", members+"/"+alt, "", http.StatusNoContent, nil)
	w.as(simulator.AltUser, "GET", "/image/v2/images/"+id, "", http.StatusNotFound, nil)
}

// TestImageOptions: what can't work is refused at the start.
func TestImageOptions(t *testing.T) {
	for _, o := range []Options{{ImageBucket: "cos://us-south/b/"}, {ImageBucket: "s3://b/", ImageKey: "k"}} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "ImageBucket") {
			t.Errorf("%+v: %v", o.ImageBucket, err)
		}
	}
	if _, err := New(Options{ImageBucket: "cos://us-south/b/", ImageKey: "k", Store: jumpgate.NewMemoryStore(jumpgate.StoreOptions{})}); err != nil {
		t.Error(err)
	}
}
