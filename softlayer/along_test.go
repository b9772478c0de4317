package softlayer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// alongOrder is an order of servers with volumes that are made with them.
func alongOrder(extra map[string]any, devices ...map[string]any) string {
	all := []any{map[string]any{"uuid": core.SystemID(osCode), "source_type": "image", "destination_type": "local", "boot_index": 0, "delete_on_termination": true}}
	for _, d := range devices {
		d["destination_type"], d["boot_index"] = "volume", -1
		all = append(all, d)
	}
	body := map[string]any{"networks": "auto", "availability_zone": "dal13", "block_device_mapping_v2": all}
	for k, v := range extra {
		body[k] = v
	}
	return order(body)
}

func blank(size int, goes bool) map[string]any {
	return map[string]any{"source_type": "blank", "volume_size": size, "delete_on_termination": goes}
}

// along orders a server with volumes and returns its id.
func (w *world) along(devices ...map[string]any) string {
	w.Helper()
	var made struct{ Server struct{ ID string } }
	w.expect("POST", "/compute/v2.1/servers", alongOrder(nil, devices...), http.StatusAccepted, &made, latest...)
	return made.Server.ID
}

// shownServer is what a server shows of its state and its volumes.
type shownServer struct {
	Status  string
	Task    string   `json:"OS-EXT-STS:task_state"`
	Tags    []string `json:"tags"`
	Volumes []struct {
		ID     string
		Delete bool `json:"delete_on_termination"`
	} `json:"os-extended-volumes:volumes_attached"`
	Fault struct{ Message string }
}

func (w *world) server(id string) shownServer {
	w.Helper()
	var s struct{ Server shownServer }
	w.expect("GET", "/compute/v2.1/servers/"+id, "", http.StatusOK, &s, latest...)
	return s.Server
}

func (w *world) attachedTo(id string) shownAttachments {
	w.Helper()
	var shown shownAttachments
	w.expect("GET", "/compute/v2.1/servers/"+id+"/os-volume_attachments", "", http.StatusOK, &shown, latest...)
	return shown
}

// quick has the driver try things again and again without waiting.
func (w *world) quick() { w.driver.core.Later.Pause = time.Millisecond }

// allVolumes are all volumes.
func (w *world) allVolumes() []proxied {
	w.Helper()
	var list struct{ Volumes []proxied }
	w.expect("GET", volumes, "", http.StatusOK, &list)
	return list.Volumes
}

// TestVolumesAlong follows volumes of each kind that are made along with two
// servers, from their order to their end.
func TestVolumesAlong(t *testing.T) {
	w := newStorage(t)
	w.quick()
	origin := w.newVolume(`,"metadata":{"snapshot_space":"10"}`)
	var snap struct{ Snapshot struct{ ID string } }
	w.expect("POST", "/compute/v2.1/os-snapshots", `{"snapshot":{"volume_id":"`+origin+`"}}`, http.StatusOK, &snap)
	before := w.placed()

	data := blank(30, true)
	data["tag"] = "db"
	disk := blank(9, false)
	disk["volume_type"] = "portable"
	copied := map[string]any{"source_type": "snapshot", "uuid": snap.Snapshot.ID, "tag": "copy"}
	w.expect("POST", "/compute/v2.1/servers", alongOrder(map[string]any{"min_count": 2, "tags": []string{"mine"}}, data, disk, copied), http.StatusAccepted, nil, latest...)
	var list struct{ Servers []struct{ ID string } }
	w.expect("GET", "/compute/v2.1/servers", "", http.StatusOK, &list)
	if len(list.Servers) != 2 {
		t.Fatalf("%+v", list)
	}
	ids := make(map[string]bool)
	for _, one := range list.Servers {
		w.eventually("its volumes are ordered", func() bool { return len(w.server(one.ID).Volumes) == 3 })
		s, shown := w.server(one.ID), w.attachedTo(one.ID).VolumeAttachments
		if s.Status != "BUILD" || !slices.Equal(s.Tags, []string{"mine"}) || !s.Volumes[0].Delete && !s.Volumes[1].Delete && !s.Volumes[2].Delete {
			t.Errorf("%+v", s)
		}
		for _, a := range shown {
			v := w.volume(a.VolumeID)
			if v.Status != "creating" || len(v.Attachments) != 1 || v.Attachments[0].ServerID != one.ID || ids[v.ID] {
				t.Errorf("%+v", v)
			}
			ids[v.ID] = true
			want := map[string]struct {
				size, tag, name string
				goes            bool
			}{"endurance-2": {"30", "db", one.ID + "-blank-vol", true}, "portable": {"10", "", one.ID + "-blank-vol", false}}[v.VolumeType]
			if v.Size == 40 {
				want.size, want.tag, want.name, want.goes = "40", "copy", "", false
			}
			tag := ""
			if a.Tag != nil {
				tag = *a.Tag
			}
			if fmt.Sprint(v.Size) != want.size || tag != want.tag || a.Delete != want.goes || v.DisplayName != want.name {
				t.Errorf("%+v %+v, want %+v", v, a, want)
			}
		}
	}
	if n := w.placed() - before; n != 6 || len(ids) != 6 {
		t.Errorf("%d orders, %d volumes", n, len(ids))
	}
	for _, one := range list.Servers {
		w.eventually("it is up", func() bool {
			w.clock.Advance(step)
			return w.server(one.ID).Status == "ACTIVE"
		})
		notes, kept := keep.Split(w.stored(one.ID).Notes)
		if m := keep.MarkersOf(w.stored(one.ID).TagReferences); m != (keep.Markers{}) || kept.Along != nil || notes != "" || len(kept.Volumes) != 1 || len(kept.DeviceTags) != 2 {
			t.Errorf("%+v %+v", m, kept)
		}
		s, shown := w.server(one.ID), w.attachedTo(one.ID).VolumeAttachments
		if len(s.Volumes) != 3 || len(shown) != 3 {
			t.Fatalf("%+v %+v", s, shown)
		}
		for _, a := range shown {
			v := w.volume(a.VolumeID)
			if v.Status != "in-use" || len(v.Attachments) != 1 || v.Attachments[0].ServerID != one.ID || !ids[v.ID] || a.Delete != (v.Size == 30) || (a.Tag != nil) != (v.VolumeType != "portable") {
				t.Errorf("%+v %+v", v, a)
			}
		}
		w.expect("DELETE", "/compute/v2.1/servers/"+one.ID, "", http.StatusNoContent, nil)
	}
	w.clock.Advance(20 * step)
	for _, v := range w.allVolumes() {
		if v.Size == 30 || v.Status != "available" {
			t.Errorf("left: %+v", v)
		}
		delete(ids, v.ID)
	}
	if len(ids) != 2 || w.placed()-before != 6 {
		t.Errorf("%d are gone, %d orders", len(ids), w.placed()-before)
	}
}

// TestAlongLost: a volume whose order SoftLayer does not answer to is ordered
// once, and is the server's.
func TestAlongLost(t *testing.T) {
	eachLost(t, "Product_Order", "placeOrder", func(t *testing.T, w *world, lose func()) {
		w.quick()
		lose()
		id := w.along(blank(20, true), blank(20, true)) // alike
		w.eventually("they are ordered", func() bool { return len(w.server(id).Volumes) == 2 })
		w.eventually("it is up", func() bool {
			w.clock.Advance(step)
			return w.server(id).Status == "ACTIVE"
		})
		if n := len(w.allVolumes()); n != 2 || w.placed() != 2 {
			t.Errorf("%d volumes, %d orders", n, w.placed())
		}
	})
}

// mortal is a process that dies at a certain call: SoftLayer may get that one,
// but nobody hears of it, and nothing is done after it.
type mortal struct {
	jumpgate.Store
	next   http.RoundTripper
	method string
	heard  bool // SoftLayer gets the last call
	left   atomic.Int64
	closed atomic.Bool
}

var errDead = errors.New("dead")

func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	last := m.mortalAt(r) && m.left.Add(-1) == 0
	if m.closed.Load() || last && !m.heard {
		m.closed.Store(true)
		return nil, errDead
	}
	resp, err := m.next.RoundTrip(r)
	if last && err == nil {
		m.closed.Store(true)
		resp.Body.Close()
		err = errDead
	}
	return resp, err
}

// mortalAt tells whether r calls the method; the URLs of some do not name it.
func (m *mortal) mortalAt(r *http.Request) bool {
	switch m.method {
	case "createObject":
		return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "SoftLayer_Virtual_Guest.json")
	case "editObject":
		return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "SoftLayer_Virtual_Guest/")
	}
	return strings.HasSuffix(r.URL.Path, "/"+m.method+".json")
}

func (m *mortal) Get(ctx context.Context, key jumpgate.StoreKey) (*jumpgate.Record, error) {
	if m.closed.Load() {
		return nil, errDead
	}
	return m.Store.Get(ctx, key)
}

func (m *mortal) Put(ctx context.Context, r jumpgate.Record) (uint64, error) {
	if m.closed.Load() {
		return 0, errDead
	}
	return m.Store.Put(ctx, r)
}

func (m *mortal) Delete(ctx context.Context, key jumpgate.StoreKey, version uint64) error {
	if m.closed.Load() {
		return errDead
	}
	return m.Store.Delete(ctx, key, version)
}

// TestAlongAfterRestart: a process that dies at any call leaves what is not done
// to whoever sees the server next. Nothing is ordered twice, and of a server
// that is deleted nothing is left.
func TestAlongAfterRestart(t *testing.T) {
	for method, times := range map[string]int{"createObject": 1, "setTags": 3, "placeOrder": 2, "allowAccessFromVirtualGuest": 2, "editObject": 1} {
		for n := 1; n <= times; n++ {
			for _, heard := range []bool{false, true} {
				for _, deleted := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %d, heard %v, deleted %v", method, n, heard, deleted), func(t *testing.T) {
						t.Parallel() // each waits most of the time
						dieAlong(t, &mortal{method: method, heard: heard}, n, deleted)
					})
				}
			}
		}
	}
}

// newMortal is a world with a process that dies.
func newMortal(t *testing.T, m *mortal) (*world, *mortal) {
	t.Helper()
	var w *world
	m.Store, m.next = jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: func() time.Time { return w.clock.Now() }}), http.DefaultTransport
	w = newWorld(t, setup{clockNow: true, driver: Options{Store: m, Transport: m}})
	w.quick()
	return w, m
}

// successor is the process after one that has died.
func (w *world) successor(store jumpgate.Store) *world {
	w.Helper()
	opts := w.driver.opts
	opts.Store, opts.Transport = store, nil
	other := &world{TB: w.TB, sim: w.sim, clockNow: true, clock: w.clock, upstream: w.upstream, logs: w.logs, tokens: make(map[string]string)}
	other.serve(setup{driver: opts})
	other.quick()
	return other
}

func dieAlong(t *testing.T, m *mortal, n int, deleted bool) {
	w, _ := newMortal(t, m)
	w.newVolume(``)
	placed, made := w.placed(), w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"]
	m.left.Store(int64(n))
	w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", alongOrder(map[string]any{"name": "new"}, blank(20, true), blank(25, true)), latest...)
	w.eventually("it dies", func() bool {
		w.clock.Advance(step / 10)
		return m.closed.Load()
	})
	other := w.successor(m.Store)
	w.clock.Advance(20 * step)
	var list struct{ Servers []struct{ ID, Status string } }
	other.expect("GET", "/compute/v2.1/servers/detail?name=new", "", http.StatusOK, &list)
	if ordered := w.sim.Calls()["SoftLayer_Virtual_Guest::createObject"] - made; len(list.Servers) != ordered {
		t.Fatalf("%d servers of %d", len(list.Servers), ordered)
	} else if ordered == 0 {
		return
	}
	id := list.Servers[0].ID
	if n := w.placed() - placed; list.Servers[0].Status == "ACTIVE" && n != 2 {
		t.Errorf("it is up at the first look, with %d orders", n)
	}
	if deleted {
		other.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
		other.eventually("all is gone", func() bool {
			w.clock.Advance(step)
			return other.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "").status == http.StatusNotFound && len(other.allVolumes()) == 1
		})
		if n := w.placed() - placed; n > 2 {
			t.Errorf("%d orders", n)
		}
		w.clock.Advance(time.Hour)
		if all := other.allVolumes(); len(all) != 1 {
			t.Errorf("%+v", all)
		}
		return
	}
	other.eventually("it is up", func() bool {
		w.clock.Advance(step)
		return other.server(id).Status == "ACTIVE"
	})
	if shown := other.attachedTo(id).VolumeAttachments; len(shown) != 2 || w.placed()-placed != 2 {
		t.Errorf("%+v, %d orders", shown, w.placed()-placed)
	}
	for _, v := range other.allVolumes() {
		if v.Size != 40 && v.Status != "in-use" {
			t.Errorf("%+v", v)
		}
	}
	if m := keep.MarkersOf(other.stored(id).TagReferences); m != (keep.Markers{}) {
		t.Errorf("%+v", m)
	}
}

// TestAlongDeleted: a server that is deleted before it has its volumes takes
// those with it that are to go, and leaves the others.
func TestAlongDeleted(t *testing.T) {
	for _, after := range []time.Duration{0, step, 2 * step, 3 * step, 7 * step} {
		t.Run(after.String(), func(t *testing.T) {
			w := newWorld(t, setup{clockNow: true, sim: simulator.Options{ReclaimWait: time.Hour}})
			w.quick()
			id := w.along(blank(20, true), blank(25, false))
			w.eventually("its volumes are ordered", func() bool { return len(w.server(id).Volumes) == 2 })
			w.clock.Advance(after)
			w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
			w.eventually("the server is gone, and what is to go with it", func() bool {
				w.clock.Advance(step)
				return w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "").status == http.StatusNotFound && len(w.allVolumes()) == 1
			})
			w.eventually("the other one is free", func() bool {
				w.clock.Advance(10 * step)
				all := w.allVolumes()
				return len(all) == 1 && all[0].Size == 25 && all[0].Status == "available" && all[0].Attachments[0].ServerID == ""
			})
		})
	}
}

// TestAlongForgotten: a process that was cut off within an order, and its store
// with it, leaves an order that belongs to the server all the same.
func TestAlongForgotten(t *testing.T) {
	w, m := newMortal(t, &mortal{method: "placeOrder", heard: true})
	m.left.Store(1)
	id := w.along(blank(20, true))
	w.eventually("it dies", m.closed.Load)
	other := w.successor(jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: w.clock.Now}))
	other.eventually("it is up", func() bool {
		w.clock.Advance(step)
		return other.server(id).Status == "ACTIVE"
	})
	if n := w.placed(); n != 1 || len(other.server(id).Volumes) != 1 {
		t.Errorf("%d orders", n)
	}
}

// TestAlongTogether: while one process orders a volume another one does not.
func TestAlongTogether(t *testing.T) {
	w := newStorage(t)
	w.quick()
	w.sim.Inject(simulator.Fault{Method: "placeOrder", Latency: 300 * time.Millisecond, Times: 1})
	id := w.along(blank(20, true))
	other := w.replica()
	other.quick()
	other.server(id)
	for _, w := range []*world{w, other} {
		w.eventually("it is ordered", func() bool { return len(w.server(id).Volumes) == 1 })
	}
	other.eventually("it is up", func() bool {
		w.clock.Advance(step)
		return other.server(id).Status == "ACTIVE"
	})
	if n := w.placed(); n != 1 {
		t.Errorf("%d orders", n)
	}
}

// TestAlongDeletedUnheard: an order of which nobody has heard is looked for
// before the server goes, and what it made is cancelled.
func TestAlongDeletedUnheard(t *testing.T) {
	w, m := newMortal(t, &mortal{method: "placeOrder", heard: true})
	m.left.Store(1)
	id := w.along(blank(20, true))
	w.eventually("it dies", m.closed.Load)
	w.clock.Advance(20 * step)
	other := w.successor(m.Store)
	other.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
	other.eventually("the server is gone", func() bool {
		w.clock.Advance(step)
		a, err := other.try(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "")
		return err == nil && a.status == http.StatusNotFound
	})
	other.eventually("so is its volume", func() bool {
		w.clock.Advance(step)
		return len(other.allVolumes()) == 0
	})
}

// TestAlongCancelledByWhoSeesIt: a volume that SoftLayer makes after its server was
// deleted, by a process that ended since, is cancelled by who lists it.
func TestAlongCancelledByWhoSeesIt(t *testing.T) {
	w := newStorage(t)
	id := w.newVolume(``)
	w.driver.core.Later.Pause = time.Hour // as if it had ended
	if err := w.driver.volume.Abandon(asDemo(), id, "a server"); err != nil {
		t.Fatal(err)
	}
	other := w.replica()
	other.quick()
	if all := other.allVolumes(); len(all) != 1 || all[0].Status != "deleting" {
		t.Errorf("%+v", all)
	}
	other.eventually("it is gone", func() bool {
		a, err := other.try(simulator.DemoUser, "GET", volumes+"/"+id, "")
		return err == nil && a.status == http.StatusNotFound
	})
	if n := w.sim.Calls()["SoftLayer_Billing_Item::cancelItem"]; n != 1 {
		t.Errorf("%d bills ended", n)
	}
}

// TestAlongRefused: a server whose volume SoftLayer does not make, at once or
// after a while, is in error as in Nova, and keeps the others.
func TestAlongRefused(t *testing.T) {
	for _, late := range []bool{false, true} {
		w := newStorage(t)
		w.quick()
		if !late {
			w.sim.Inject(simulator.Fault{Service: "SoftLayer_Product_Order", Method: "placeOrder", Status: 500, Times: 1,
				Body: `{"error":"The volume limit of the account is reached.","code":"SoftLayer_Exception_Public"}`})
		}
		id := w.along(blank(20, true), blank(25, true))
		if late {
			w.eventually("its volumes are ordered", func() bool { return len(w.server(id).Volumes) == 2 })
			number, _ := keep.NumberOf(keep.StorageOrderKind, w.attachedTo(id).VolumeAttachments[0].VolumeID)
			if !w.sim.RefuseOrder(number) {
				t.Fatal("not refused")
			}
		}
		w.eventually("it is in error, with the other volume", func() bool {
			w.clock.Advance(step)
			s := w.server(id)
			return s.Status == "ERROR" && strings.HasPrefix(s.Fault.Message, "Build of instance "+id+" aborted") && len(s.Volumes) == 1 &&
				w.volume(s.Volumes[0].ID).Status == "in-use"
		})
		w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
		w.eventually("nothing is left", func() bool {
			w.clock.Advance(step)
			return w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "").status == http.StatusNotFound && !slices.ContainsFunc(w.allVolumes(), func(v proxied) bool {
				return v.Status != "error"
			})
		})
	}
}

// TestAlongCosts: an order with volumes takes no longer than one with tags; the
// rest is done behind it.
func TestAlongCosts(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Later.Pause = time.Hour
	w.along(blank(20, true)) // what can be cached is
	if n := w.calls(func() { w.along(blank(20, true), blank(20, true)) }); n != 2 {
		t.Errorf("%d calls", n)
	}
}
