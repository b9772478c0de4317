package softlayer

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// largeImage is an image with all that Glance takes: 128 properties, 128 tags
// and a name of 255 characters.
func largeImage(mark string) map[string]any {
	m := map[string]any{
		"name": strings.Repeat("ü", 255), "disk_format": "vhd", "container_format": "bare", "softlayer_reference_code": "UBUNTU_22_64",
		"description": strings.Repeat("d", 4000), "color": "red",
	}
	for i := range 128 - 3 {
		m[fmt.Sprintf("%s%03d%s", mark, i, strings.Repeat("k", 250-len(mark)))] = strings.Repeat("v", 255)
	}
	tags := []string{"a", "A", "os:locked", "with, comma"}
	for i := range 128 - len(tags) {
		tags = append(tags, fmt.Sprintf("%03d%s", i, strings.Repeat("ö", 252)))
	}
	slices.Sort(tags)
	m["tags"] = tags
	return m
}

// wholeImage is an image as it is shown.
func (w *world) wholeImage(user, id string) (shown map[string]any) {
	w.Helper()
	w.as(user, "GET", "/image/v2/images/"+id, "", http.StatusOK, &shown)
	return shown
}

// hasAll tells what an image that is shown lacks of one that was wanted.
func hasAll(t *testing.T, what string, shown, wanted map[string]any) {
	t.Helper()
	for name, value := range wanted {
		a, _ := json.Marshal(shown[name])
		if name == "tags" {
			list, _ := shown[name].([]any)
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			a, _ = json.Marshal(list)
		}
		if b, _ := json.Marshal(value); string(a) != string(b) {
			t.Errorf("%s: %.40s is %.100s, want %.100s", what, name, a, b)
			return
		}
	}
}

// templateNote is what SoftLayer keeps of the template of an image.
func (w *world) templateNote(id string) string {
	w.Helper()
	var all []struct {
		Note string `json:"note"`
	}
	w.call("Account", "getPrivateBlockDeviceTemplateGroups", "mask[note]", &all)
	for _, t := range all {
		if strings.Contains(t.Note, id) {
			return t.Note
		}
	}
	w.Fatalf("no template of %s: %+v", id, all)
	return ""
}

// importLarge makes a template of largeImage.
func (w *world) importLarge(mark string) (id string, wanted map[string]any) {
	w.Helper()
	wanted = largeImage(mark)
	body, _ := json.Marshal(wanted)
	id = w.queued(string(body)).ID
	w.importFrom(id, "swift://SLOS1-2@dal05/images/disk.vhd")
	w.eventually("SoftLayer imports", func() bool { return w.lastTask(id) == "success" })
	w.clock.Advance(3 * step)
	return id, wanted
}

// TestImageOverflow: what Glance keeps of an image and its template has no place
// for is in the store: any replica shows it, one by one and in lists, others
// with whom it is shared do, and it goes with the image.
func TestImageOverflow(t *testing.T) {
	w := newWorld(t, setup{clockNow: true})
	small := w.calls(func() { w.listed(simulator.DemoUser, "") })
	id, wanted := w.importLarge("a")
	hasAll(t, "shown", w.wholeImage(simulator.DemoUser, id), wanted)
	hasAll(t, "another replica", w.replica().wholeImage(simulator.DemoUser, id), wanted)
	if note := w.templateNote(id); utf8.RuneCountInString(note) > 1000 {
		t.Errorf("a note of %d characters", utf8.RuneCountInString(note))
	}
	var list struct{ Images []map[string]any }
	if n := w.calls(func() { w.as(simulator.DemoUser, "GET", "/image/v2/images?color=red", "", http.StatusOK, &list) }); n > small || len(list.Images) != 1 {
		t.Errorf("%d images for %d calls, want %d", len(list.Images), n, small)
	}
	hasAll(t, "listed", list.Images[0], wanted)
	if got := w.listed(simulator.DemoUser, "tag="+url.QueryEscape("with, comma")+"&tag=a"); !slices.Equal(got, []string{id}) {
		t.Errorf("by tag: %v", got)
	}

	// A change keeps the rest, and one of something else leaves the note alone.
	change := func(changes string, status int) {
		t.Helper()
		if code, body := w.patch(simulator.DemoUser, id, changes); code != status {
			t.Fatalf("%s: %d %s", changes, code, body)
		}
	}
	note := w.templateNote(id)
	change(`[{"op":"replace","path":"/name","value":"short"}]`, http.StatusOK)
	if w.templateNote(id) != note {
		t.Error("a new name has changed the note")
	}
	change(`[{"op":"replace","path":"/color","value":"blue"}]`, http.StatusOK)
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id+"/tags/os:locked", "", http.StatusNoContent, nil)
	wanted["name"], wanted["color"] = "short", "blue"
	wanted["tags"] = slices.DeleteFunc(wanted["tags"].([]string), func(tag string) bool { return tag == "os:locked" })
	hasAll(t, "changed", w.replica().wholeImage(simulator.DemoUser, id), wanted)
	if n := len(w.overflows("image")); n != 1 {
		t.Errorf("%d records", n)
	}
	w.clock.Advance(5 * time.Minute)
	if n := len(w.allOverflows("image")); n != 1 {
		t.Errorf("%d records are left", n)
	}

	// One that SoftLayer refuses changes nothing, and one whose answer is lost
	// is carried out.
	remove := w.sim.Inject(simulator.Fault{Method: "editObject", Status: 500, Body: `{"error":"No.","code":"SoftLayer_Exception_Public"}`})
	if code, _ := w.patch(simulator.DemoUser, id, `[{"op":"replace","path":"/color","value":"green"}]`); code < 400 {
		t.Errorf("refused: %d", code)
	}
	remove()
	hasAll(t, "after a refusal", w.wholeImage(simulator.DemoUser, id), wanted)
	if n := len(w.overflows("image")); n != 1 {
		t.Errorf("%d records after a refusal", n)
	}
	w.sim.Inject(simulator.Fault{Method: "editObject", Reset: true, AfterEffect: true, Times: 1})
	change(`[{"op":"replace","path":"/color","value":"green"}]`, http.StatusOK)
	wanted["color"] = "green"
	hasAll(t, "after a lost answer", w.wholeImage(simulator.DemoUser, id), wanted)

	var me struct{ Owner string }
	w.as(simulator.AltUser, "POST", "/image/v2/images", `{}`, http.StatusCreated, &me)
	w.as(simulator.DemoUser, "POST", "/image/v2/images/"+id+"/members", `{"member":"`+me.Owner+`"}`, http.StatusOK, nil)
	hasAll(t, "shared", w.wholeImage(simulator.AltUser, id), wanted)
	w.as(simulator.AltUser, "GET", "/image/v2/images?visibility=shared&color=green", "", http.StatusOK, &list)
	if len(list.Images) != 1 {
		t.Fatalf("%d shared images", len(list.Images))
	}
	hasAll(t, "listed by a member", list.Images[0], wanted)

	w.sim.Inject(simulator.Fault{Method: "deleteObject", Reset: true, AfterEffect: true, Times: 1})
	w.expect("DELETE", "/image/v2/images/"+id, "", http.StatusNoContent, nil)
	w.clock.Advance(5 * time.Minute)
	if n := len(w.allOverflows("image")); n != 0 {
		t.Errorf("%d records of an image that is gone", n)
	}
}

// TestImageImportOverflow: an import that SoftLayer refuses leaves nothing, and
// one whose answer is lost is found with all that it has.
func TestImageImportOverflow(t *testing.T) {
	w := newWorld(t, setup{clockNow: true})
	w.sim.Inject(simulator.Fault{Method: "createFromExternalSource", Status: 500, Times: 1, Body: `{"error":"No.","code":"SoftLayer_Exception_Public"}`})
	body, _ := json.Marshal(largeImage("a"))
	id := w.queued(string(body)).ID
	w.importFrom(id, "swift://SLOS1-2@dal05/images/disk.vhd")
	w.eventually("SoftLayer refuses", func() bool { return w.lastTask(id) == "failure" })
	if n := len(w.allOverflows("image")); n != 0 {
		t.Errorf("%d records", n)
	}
	w.sim.Inject(simulator.Fault{Method: "createFromExternalSource", Reset: true, AfterEffect: true, Times: 1})
	id, wanted := w.importLarge("b")
	hasAll(t, "shown", w.wholeImage(simulator.DemoUser, id), wanted)
	w.sim.ResetCalls()
}

// TestSnapshotOverflow: images of servers take as much metadata as Nova does,
// and what backups are counted by is found among it.
func TestSnapshotOverflow(t *testing.T) {
	w := newWorld(t, setup{clockNow: true})
	server := w.boot(simulator.DemoUser, "web")
	w.clock.Advance(20 * step)
	make := func(action string, more map[string]any) (id string) {
		t.Helper()
		args := map[string]any{"name": strings.Repeat("ü", 255), "metadata": much("a")}
		maps.Copy(args, more)
		body, _ := json.Marshal(map[string]any{action: args})
		var made struct {
			Image string `json:"image_id"`
		}
		w.into(w.action(server, string(body), http.StatusAccepted), &made)
		w.clock.Advance(20 * step)
		return made.Image
	}
	id := make("createImage", nil)
	hasAll(t, "a snapshot", w.wholeImage(simulator.DemoUser, id), much("a"))
	var shown struct {
		Image struct{ Metadata map[string]any }
	}
	w.expect("GET", "/compute/v2.1/images/"+id, "", http.StatusOK, &shown)
	hasAll(t, "in Nova", shown.Image.Metadata, much("a"))

	w.sim.Inject(simulator.Fault{Method: "createArchiveTemplate", Reset: true, AfterEffect: true, Times: 1})
	backup := map[string]any{"backup_type": "daily", "rotation": 1}
	first := make("createBackup", backup)
	hasAll(t, "a backup", w.wholeImage(simulator.DemoUser, first), much("a"))
	second := make("createBackup", backup)
	w.expect("GET", "/image/v2/images/"+first, "", http.StatusNotFound, nil)
	hasAll(t, "the next backup", w.wholeImage(simulator.DemoUser, second), much("a"))
	w.sim.Inject(simulator.Fault{Method: "createArchiveTemplate", Status: 500, Times: 1, Body: `{"error":"No.","code":"SoftLayer_Exception_Public"}`})
	body, _ := json.Marshal(map[string]any{"createImage": map[string]any{"name": "x", "metadata": much("a")}})
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+server+"/action", string(body)); a.status < 400 {
		t.Errorf("refused: %d %s", a.status, a.body)
	}
	if n := len(w.overflows("image")); n != 2 {
		t.Errorf("%d records for two images", n)
	}
}

// TestImageOverflowBound: a project may have 1,000 such images, without those
// that were deleted elsewhere.
func TestImageOverflowBound(t *testing.T) {
	w := newWorld(t, setup{clockNow: true})
	id, wanted := w.importLarge("a")
	for i := range 999 { // which may be about to be named
		value, _ := json.Marshal(map[string]any{"Kept": w.clock.Now()})
		key := jumpgate.StoreKey{Project: "307001", Kind: "softlayer_image_overflow", ID: fmt.Sprint("x", i)}
		if _, err := w.driver.core.Opts.Store.Put(asDemo(), jumpgate.Record{StoreKey: key, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	change := `[{"op":"replace","path":"/color","value":"blue"}]`
	if code, body := w.patch(simulator.DemoUser, id, change); code != http.StatusForbidden || !strings.Contains(body, "1000 characters") {
		t.Errorf("%d %s", code, body)
	}
	w.clock.Advance(2 * time.Hour) // nobody is
	if code, body := w.patch(simulator.DemoUser, id, change); code != http.StatusOK {
		t.Errorf("%d %s", code, body)
	}
	wanted["color"] = "blue"
	hasAll(t, "in the end", w.wholeImage(simulator.DemoUser, id), wanted)
	if n := len(w.overflows("image")); n != 1 {
		t.Errorf("%d records", n)
	}
	if _, e := keep.Split(w.templateNote(id)); e.Overflow == "" {
		t.Error("the note names none")
	}
}

// TestLongDescription: the description of a template alone may be too long for
// its note.
func TestLongDescription(t *testing.T) {
	w := newWorld(t, setup{driver: Options{Transport: noLongTexts(t)}})
	var private struct{ Images []struct{ ID string } }
	w.as(simulator.DemoUser, "GET", "/image/v2/images?visibility=private", "", http.StatusOK, &private)
	long, id := strings.Repeat("ü", 1001), private.Images[0].ID
	if status, body := w.patch(simulator.DemoUser, id, `[{"op": "add", "path": "/description", "value": "`+long+`"}]`); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if got := w.wholeImage(simulator.DemoUser, id)["description"]; got != long {
		t.Errorf("%.60s", got)
	}
}
