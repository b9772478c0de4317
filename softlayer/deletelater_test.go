package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// call asks SoftLayer itself.
func (w *world) call(service, method, mask string, out any) {
	w.Helper()
	if _, err := w.driver.core.API.Do(asDemo(), upstream.Call{Service: service, Method: method, Mask: mask}, out); err != nil {
		w.Fatal(err)
	}
}

// storedGuest is what SoftLayer has of a server.
type storedGuest struct {
	records.GuestState
	records.Tagged
	records.Noted
}

var storedForm = records.FormOf[storedGuest]()

func (w *world) stored(id string) *storedGuest {
	w.Helper()
	g, err := storedForm.Get(asDemo(), w.driver.core.API, "Virtual_Guest", id)
	if err != nil {
		w.Fatal(err)
	}
	return g
}

// marked tells whether SoftLayer keeps that a server is to be deleted.
func (w *world) marked(id string) bool {
	g, err := storedForm.Get(asDemo(), w.driver.core.API, "Virtual_Guest", id)
	return err == nil && keep.MarkersOf(g.TagReferences).Deleting
}

// busyWith are the ways to keep SoftLayer busy with a server.
var busyWith = map[string]string{
	"rebuild":      `{"rebuild":{"imageRef":"IMAGE"}}`,
	"resize":       `{"resize":{"flavorRef":"B1_2X8X25"}}`,
	"createImage":  `{"createImage":{"name":"i"}}`,
	"createBackup": `{"createBackup":{"name":"b","backup_type":"daily","rotation":1}}`,
	"rescue":       `{"rescue":null}`,
}

// TestDeleteInAnyState: a server that SoftLayer works on is deleted as soon as
// it lets go of it, and so is what goes with the server.
func TestDeleteInAnyState(t *testing.T) {
	for _, doing := range []string{"build", "rebuild", "resize", "createImage", "createBackup", "rescue"} {
		t.Run(doing, func(t *testing.T) {
			t.Parallel()
			w := newStorage(t)
			w.driver.core.Later.Pause = time.Millisecond
			var id, volume string
			if doing == "build" {
				id = w.order(nil)
			} else {
				id, volume = w.withVolume()
				body := strings.ReplaceAll(busyWith[doing], "IMAGE", w.seedImage())
				if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", body); a.status/100 != 2 {
					t.Fatal(a.status, a.body)
				}
				w.clock.Advance(step / 2)
			}
			path := "/compute/v2.1/servers/" + id
			var before shown
			w.expect("GET", path, "", http.StatusOK, &before)
			w.expect("DELETE", path, "", http.StatusNoContent, nil)
			w.expect("DELETE", path, "", http.StatusNoContent, nil) // as in Nova
			var s shown
			w.expect("GET", path, "", http.StatusOK, &s)
			if s.Server.TaskState != "deleting" || s.Server.VMState != before.Server.VMState {
				t.Errorf("%+v, before %+v", s, before)
			}
			if message := w.expect("POST", path+"/action", `{"pause":null}`, http.StatusConflict, nil); doing != "build" && !strings.HasSuffix(message, "task_state deleting") {
				t.Error(message)
			}
			w.clock.Advance(20 * step)
			w.eventually("it is gone", func() bool { return w.raw(simulator.DemoUser, "GET", path, "").status == http.StatusNotFound })
			if volume != "" {
				w.eventually("its volume is gone", func() bool {
					return w.raw(simulator.DemoUser, "GET", volumes+"/"+volume, "").status == http.StatusNotFound
				})
			}
		})
	}
}

// order orders a server and returns its id.
func (w *world) order(extra map[string]any) string {
	w.Helper()
	var created struct{ Server struct{ ID string } }
	w.expect("POST", "/compute/v2.1/servers", order(extra), http.StatusAccepted, &created)
	return created.Server.ID
}

// TestDeleteAfterRestart: the wish outlives the process that took it: whoever
// sees the server next carries it out, by its id or in a list.
func TestDeleteAfterRestart(t *testing.T) {
	for _, path := range []string{"/compute/v2.1/servers/ID", "/compute/v2.1/servers", "/compute/v2.1/servers?limit=5", "/compute/v2.1/servers/detail"} {
		w := newStorage(t)
		w.driver.core.Later.Pause = time.Hour // as if it had ended
		id := w.order(map[string]any{"name": "x"})
		w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
		if m := keep.MarkersOf(w.stored(id).TagReferences); m != (keep.Markers{Deleting: true}) {
			t.Errorf("%+v", m)
		}
		w.clock.Advance(20 * step)
		other := w.replica()
		other.driver.core.Later.Pause = time.Millisecond
		other.expect("GET", strings.ReplaceAll(path, "ID", id), "", http.StatusOK, nil)
		other.eventually("it is gone", func() bool {
			return other.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "").status == http.StatusNotFound
		})
	}
}

// TestDeleteOfLocked: a lock is the one thing that keeps a server, whatever
// SoftLayer does with it.
func TestDeleteOfLocked(t *testing.T) {
	w := newStorage(t)
	id := w.boot(simulator.DemoUser, "web")
	w.expect("POST", "/compute/v2.1/servers/"+id+"/action", `{"lock":null}`, http.StatusAccepted, nil)
	for range 2 {
		if message := w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusConflict, nil); message != "Instance "+id+" is locked" {
			t.Error(message)
		}
		w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"createImage":{"name":"i"}}`)
	}
}

// TestDeleteTakenBack: a tag that somebody removes in SoftLayer deletes
// nothing, and the users' tags stay with it and without it.
func TestDeleteTakenBack(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Later.Pause = time.Millisecond
	id := w.order(map[string]any{"name": "x"})
	tags := func(list string) {
		t.Helper()
		if err := w.driver.core.API.Order(asDemo(), upstream.Call{Service: "Virtual_Guest", ID: id, Method: "setTags", Args: []any{list}}); err != nil {
			t.Fatal(err)
		}
	}
	tags("a,b")
	w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
	if got, m := keep.SplitTags(w.stored(id).TagReferences); !m.Deleting || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q %+v", got, m)
	}
	tags("a,b")
	time.Sleep(20 * time.Millisecond) // for an attempt
	w.clock.Advance(20 * step)
	time.Sleep(20 * time.Millisecond)
	w.expect("GET", "/compute/v2.1/servers/"+id, "", http.StatusOK, nil)
	if n := w.sim.Calls()["SoftLayer_Virtual_Guest::deleteObject"]; n != 0 {
		t.Errorf("%d deletes", n)
	}
}

// TestDeletesAreBounded: what one process tries at a time is; the rest is left
// to whoever sees it.
func TestDeletesAreBounded(t *testing.T) {
	w := newWorld(t, setup{})
	w.driver.core.Later.Pause = time.Hour
	for i := range 501 {
		if ok := w.driver.core.Later.Try(asDemo(), fmt.Sprint(i), nil); ok != (i < 500) {
			t.Fatalf("%d: %v", i, ok)
		}
	}
	if !w.driver.core.Later.Try(asDemo(), "3", nil) {
		t.Error("what is tried is refused")
	}
}

// TestDeleteBeforeTags: the tags that belong to an order don't take a wish away
// that somebody had meanwhile.
func TestDeleteBeforeTags(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Later.Pause = time.Hour
	w.order(map[string]any{"name": "before"}) // what can be cached is
	w.sim.Inject(simulator.Fault{Method: "setTags", Latency: 300 * time.Millisecond, Times: 1})
	made := make(chan string)
	go func() {
		made <- w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"tags": []string{"a"}, "networks": "auto"}), latest...).body
	}()
	id := ""
	w.eventually("it is there", func() bool {
		for s, err := range w.replica().driver.compute.ListServers(asDemo(), compute.ServerQuery{}) {
			if err == nil && s.Name == "web" {
				id = s.ID
			}
		}
		return id != ""
	})
	w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
	<-made
	if tags, m := keep.SplitTags(w.stored(id).TagReferences); !m.Deleting || !slices.Equal(tags, []string{"a"}) {
		t.Errorf("%q %+v", tags, m)
	}
}
