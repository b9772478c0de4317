package softlayer

import (
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

const exportBucket = "cos://us-south/images/"

// exporter is a world with a bucket into which SoftLayer copies templates.
type exporter struct {
	*world
	data *imagedata.RAM

	mu   sync.Mutex
	onIt map[string]string // what is being copied, by the names that SoftLayer was told
}

func newExporter(t *testing.T) *exporter {
	e := &exporter{data: new(imagedata.RAM), onIt: make(map[string]string)}
	e.world = newWorld(t, setup{
		clockNow: true,
		sim: simulator.Options{ObjectStorage: func(uri string, disk io.Reader) error {
			e.mu.Lock()
			defer e.mu.Unlock()
			text, err := io.ReadAll(disk)
			e.onIt[path.Base(uri)] = string(text)
			return err
		}},
		driver: Options{ImageData: e.data, ImageBucket: exportBucket, ImageKey: "operators-key"},
	})
	return e
}

// deliver ends what is being copied, with the names that rename makes.
func (e *exporter) deliver(rename func(string) string) {
	e.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, text := range e.onIt {
		if _, err := e.data.Put(e.Context(), rename(name), strings.NewReader(text)); err != nil {
			e.Fatal(err)
		}
	}
	clear(e.onIt)
	e.clock.Advance(3 * step)
}

func asTold(name string) string { return name }

func (w *world) download(user, id string) *answer {
	w.Helper()
	return w.raw(user, "GET", "/image/v2/images/"+id+"/file", "")
}

// notYet wants the answer for data that is on its way.
func (w *world) notYet(what string, a *answer) {
	w.Helper()
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "is being copied") {
		w.Errorf("%s: %d, Retry-After %q, %s", what, a.status, a.header.Get("Retry-After"), a.body)
	}
}

// TestExportImage: the first download of a template has SoftLayer copy it; the
// image stays active, and the copy is there for every replica and for those
// whom the image is shared with, until the image is deleted.
func TestExportImage(t *testing.T) {
	w := newExporter(t)
	other := w.replica()
	server := w.boot(simulator.DemoUser, "web")
	id := w.snap(server, "saved")
	if a := w.download(simulator.DemoUser, id); a.status != http.StatusNoContent {
		t.Errorf("an image that is still being saved: %d", a.status)
	}
	w.clock.Advance(20 * step)
	var me struct{ Owner string }
	w.as(simulator.AltUser, "POST", "/image/v2/images", `{}`, http.StatusCreated, &me)
	if code, body := w.patch(simulator.DemoUser, id, `[{"op":"replace","path":"/visibility","value":"shared"}]`); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	w.as(simulator.DemoUser, "POST", "/image/v2/images/"+id+"/members", `{"member":"`+me.Owner+`"}`, http.StatusOK, nil)
	if a := w.download(simulator.AltUser, id); a.status != http.StatusNoContent {
		t.Errorf("a member can't have SoftLayer copy it: %d", a.status)
	}

	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { w.notYet("download", []*world{w.world, other}[i%2].download(simulator.DemoUser, id)) })
	}
	all.Wait()
	w.notYet("download by a member", other.download(simulator.AltUser, id))
	if got := w.sim.Exports(); !slices.Equal(got, []string{exportBucket + id + ".vhd"}) {
		t.Errorf("exports %v", got)
	}
	updated := w.image(simulator.DemoUser, id)
	if updated.Status != "active" || !slices.Contains(w.listed(simulator.DemoUser, "status=active"), id) {
		t.Errorf("while it is copied: %+v", updated)
	}

	w.deliver(asTold)
	if got := other.image(simulator.DemoUser, id); got.Status != "active" || got.Size == nil || *got.Size != 512 || got.DiskFormat != "vhd" {
		t.Errorf("after that: %+v", got)
	}
	for _, user := range []string{simulator.DemoUser, simulator.AltUser} {
		for _, replica := range []*world{w.world, other} {
			a := replica.download(user, id)
			if a.status != http.StatusOK || len(a.body) != 512 || !strings.HasPrefix(a.body, "conectix") || a.header.Get("Content-Length") != "512" {
				t.Errorf("download by %s: %d %d bytes", user, a.status, len(a.body))
			}
		}
	}
	if n := len(w.sim.Exports()); n != 1 {
		t.Errorf("%d exports", n)
	}
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id, "", http.StatusNoContent, nil)
	if _, err := w.data.Size(t.Context(), id+".vhd"); err == nil {
		t.Error("the copy of a deleted image is still there")
	}
}

// TestExportNumbered: SoftLayer may number the disks of a template.
func TestExportNumbered(t *testing.T) {
	w := newExporter(t)
	id := w.imported("web").ID
	w.notYet("first", w.download(simulator.DemoUser, id))
	w.deliver(func(name string) string { return strings.TrimSuffix(name, ".vhd") + "-0.vhd" })
	if a := w.download(simulator.DemoUser, id); a.status != http.StatusOK || len(a.body) != 512 {
		t.Errorf("download: %d %d bytes", a.status, len(a.body))
	}
	w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id, "", http.StatusNoContent, nil)
	if _, err := w.data.Size(t.Context(), id+"-0.vhd"); err == nil {
		t.Error("the copy of a deleted image is still there")
	}
}

// TestExportTrouble: what goes wrong with a copy is told, and is no reason to
// make it twice or never.
func TestExportTrouble(t *testing.T) {
	fault := func(f simulator.Fault) simulator.Fault {
		f.Method, f.Times = "copyToIcos", 1
		return f
	}
	begun := func(w *exporter, n int) {
		t.Helper()
		if got := len(w.sim.Exports()); got != n {
			t.Errorf("%d exports, want %d", got, n)
		}
	}
	t.Run("refused", func(t *testing.T) {
		w := newExporter(t)
		id := w.imported("web").ID
		w.sim.Inject(fault(simulator.Fault{Status: 500, Body: `{"error":"No.","code":"SoftLayer_Exception_Public"}`}))
		if a := w.download(simulator.DemoUser, id); a.status != http.StatusBadGateway {
			t.Errorf("%d %s", a.status, a.body)
		}
		w.notYet("again", w.download(simulator.DemoUser, id))
		begun(w, 1)
	})
	t.Run("unsure", func(t *testing.T) {
		w := newExporter(t)
		id := w.imported("web").ID
		w.sim.Inject(fault(simulator.Fault{AfterEffect: true, Reset: true}))
		w.notYet("first", w.download(simulator.DemoUser, id))
		w.notYet("again", w.download(simulator.DemoUser, id))
		w.deliver(asTold)
		if a := w.download(simulator.DemoUser, id); a.status != http.StatusOK {
			t.Errorf("%d %s", a.status, a.body)
		}
		begun(w, 1)
	})
	t.Run("came to nothing", func(t *testing.T) {
		w := newExporter(t)
		id := w.imported("web").ID
		w.notYet("first", w.download(simulator.DemoUser, id))
		w.clock.Advance(3 * step)
		w.notYet("soon after", w.download(simulator.DemoUser, id))
		begun(w, 1)
		w.clock.Advance(time.Hour)
		w.notYet("much later", w.download(simulator.DemoUser, id))
		begun(w, 2)
	})
	t.Run("record lost", func(t *testing.T) {
		w := newExporter(t)
		id := w.imported("web").ID
		w.notYet("first", w.download(simulator.DemoUser, id))
		w.deliver(asTold)
		w.driver.core.Opts.Store = jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: w.clock.Now})
		w.notYet("found again", w.download(simulator.DemoUser, id))
		if a := w.download(simulator.DemoUser, id); a.status != http.StatusOK || len(a.body) != 512 {
			t.Errorf("%d %d bytes", a.status, len(a.body))
		}
		begun(w, 1)
	})
	t.Run("deleted meanwhile", func(t *testing.T) {
		w := newExporter(t)
		w.driver.core.Later.Pause = time.Millisecond
		id := w.imported("web").ID
		w.notYet("first", w.download(simulator.DemoUser, id))
		w.as(simulator.DemoUser, "DELETE", "/image/v2/images/"+id, "", http.StatusNoContent, nil)
		w.as(simulator.DemoUser, "GET", "/image/v2/images/"+id, "", http.StatusNotFound, nil)
		w.deliver(asTold)
		w.eventually("the copy is gone", func() bool {
			_, err := w.data.Size(t.Context(), id+".vhd")
			return err != nil
		})
	})
}

// TestNoExport: what SoftLayer can't copy as what it is, or has no place for,
// has no w.data.
func TestNoExport(t *testing.T) {
	without := newWorld(t, setup{})
	id := without.imported("web").ID
	if a := without.download(simulator.DemoUser, id); a.status != http.StatusNoContent {
		t.Errorf("without a bucket: %d %s", a.status, a.body)
	}
	w := newExporter(t)
	public := w.listed(simulator.DemoUser, "visibility=public")[0]
	if a := w.download(simulator.DemoUser, public); a.status != http.StatusNoContent {
		t.Errorf("a public image: %d %s", a.status, a.body)
	}
	i := w.queued(`{"name":"q","disk_format":"qcow2","container_format":"bare","softlayer_reference_code":"UBUNTU_22_64"}`)
	w.importFrom(i.ID, "swift://SLOS1-2@dal05/images/disk.vhd")
	w.eventually("SoftLayer imports", func() bool { return w.lastTask(i.ID) == "success" })
	w.clock.Advance(3 * step)
	if a := w.download(simulator.DemoUser, i.ID); a.status != http.StatusNoContent {
		t.Errorf("another format: %d %s", a.status, a.body)
	}
	if got := w.sim.Exports(); len(got) != 0 {
		t.Errorf("exports %v", got)
	}
}

// TestSharedUpload: a member downloads what the owner has uploaded, and sees
// its checksum, but not how it came.
func TestSharedUpload(t *testing.T) {
	w := newExporter(t)
	i := w.queued(`{"name":"up","disk_format":"vhd","container_format":"bare","softlayer_reference_code":"UBUNTU_22_64"}`)
	if code, body := w.send(simulator.DemoUser, "PUT", "/image/v2/images/"+i.ID+"/file", "application/octet-stream", "disk"); code != http.StatusNoContent {
		t.Fatalf("%d %s", code, body)
	}
	w.clock.Advance(3 * step)
	var me struct{ Owner string }
	w.as(simulator.AltUser, "POST", "/image/v2/images", `{}`, http.StatusCreated, &me)
	w.as(simulator.DemoUser, "POST", "/image/v2/images/"+i.ID+"/members", `{"member":"`+me.Owner+`"}`, http.StatusOK, nil)
	if a := w.download(simulator.AltUser, i.ID); a.status != http.StatusOK || a.body != "disk" || a.header.Get("Content-Md5") == "" {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	if got, want := w.image(simulator.AltUser, i.ID), w.image(simulator.DemoUser, i.ID); got.Checksum != want.Checksum || *got.Size != 4 {
		t.Errorf("%+v, want the checksum of %+v", got, want)
	}
}
