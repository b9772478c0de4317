package softlayer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// overflows are the records of the store that hold what the notes of things
// can't, without those that are kept a while for who has just read old notes.
func (w *world) overflows(things string) []*jumpgate.Record {
	w.Helper()
	return slices.DeleteFunc(w.allOverflows(things), func(r *jumpgate.Record) bool { return !r.Expires.IsZero() })
}

func (w *world) allOverflows(things string) (list []*jumpgate.Record) {
	w.Helper()
	for r, err := range w.driver.core.Opts.Store.List(asDemo(), "307001", "softlayer_"+things+"_overflow") {
		if err != nil {
			w.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// much is all the metadata that a server may have, as much as Nova takes.
func much(mark string) map[string]any {
	m := make(map[string]any)
	for i := range 128 {
		m[fmt.Sprintf("%s%03d%s", mark, i, strings.Repeat("k", 250-len(mark)))] = strings.Repeat("v", 255)
	}
	return m
}

func (w *world) said(id string) (s struct {
	Server struct {
		Name, Description string
		Metadata          map[string]string
	}
}) {
	w.Helper()
	w.expect("GET", "/compute/v2.1/servers/"+id, "", http.StatusOK, &s, "OpenStack-API-Version", "compute 2.19")
	return s
}

// TestOverflow: what Nova keeps of a server and its notes don't hold is in the
// store: none of it is lost, any replica has it, and it goes with the server.
func TestOverflow(t *testing.T) {
	w := newStorage(t)
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{
		"name": "the ünlikely one", "description": strings.Repeat("d", 255), "metadata": much("a"),
	}), "OpenStack-API-Version", "compute 2.19")
	if a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var made struct{ Server struct{ ID string } }
	w.into(a, &made)
	id := made.Server.ID
	path := "/compute/v2.1/servers/" + id
	w.clock.Advance(20 * step)
	whole := func(w *world, mark, description string, n int) {
		t.Helper()
		s := w.said(id).Server
		if s.Name != "the ünlikely one" || s.Description != description || len(s.Metadata) != n {
			t.Errorf("%q %q and %d items, want %d", s.Name, s.Description, len(s.Metadata), n)
		}
		for name := range much(mark) {
			if s.Metadata[name] != strings.Repeat("v", 255) {
				t.Fatalf("%s is %q", name, s.Metadata[name])
			}
		}
	}
	whole(w, "a", strings.Repeat("d", 255), 128)
	whole(w.replica(), "a", strings.Repeat("d", 255), 128)
	if _, e := keep.Split(w.stored(id).Notes); e.Request == "" || e.Overflow == "" {
		t.Errorf("the notes don't tell who made it: %+v", e)
	}

	// What changes neither leaves them alone.
	w.action(id, `{"lock":{"locked_reason":"Ann's"}}`, 202)
	w.action(id, `{"unlock":null}`, 202)
	whole(w, "a", strings.Repeat("d", 255), 128)
	w.expect("PUT", path, `{"server":{"description":"short"}}`, http.StatusOK, nil, "OpenStack-API-Version", "compute 2.19")
	whole(w, "a", "short", 128)
	body, _ := json.Marshal(map[string]any{"metadata": much("b")})
	w.expect("PUT", path+"/metadata", string(body), http.StatusOK, nil)
	whole(w, "b", "short", 128)
	if got := w.overflows("server"); len(got) != 1 {
		t.Errorf("%d records", len(got))
	}
	if a := w.raw(simulator.DemoUser, "PUT", path+"/metadata/one", `{"meta":{"one":"more"}}`); a.status != http.StatusForbidden {
		t.Errorf("129 items: %d %s", a.status, a.body)
	}

	// A change that SoftLayer refuses changes nothing, and leaves nothing.
	remove := w.sim.Inject(simulator.Fault{Method: "editObject", Status: 500, Body: `{"error":"No.","code":"SoftLayer_Exception_Public"}`})
	body, _ = json.Marshal(map[string]any{"metadata": much("c")})
	if a := w.raw(simulator.DemoUser, "PUT", path+"/metadata", string(body)); a.status < 400 {
		t.Errorf("%d %s", a.status, a.body)
	}
	remove()
	whole(w, "b", "short", 128)
	if got := w.overflows("server"); len(got) != 1 {
		t.Errorf("%d records", len(got))
	}

	w.expect("PUT", path+"/metadata", `{"metadata":{"a":"b"}}`, http.StatusOK, nil)
	if s := w.said(id).Server; len(s.Metadata) != 1 || len(w.overflows("server")) != 0 {
		t.Errorf("%+v, %d records", s, len(w.overflows("server")))
	}
	body, _ = json.Marshal(map[string]any{"metadata": much("d")})
	w.expect("PUT", path+"/metadata", string(body), http.StatusOK, nil)
	w.expect("DELETE", path, "", http.StatusNoContent, nil)
	w.clock.Advance(49 * time.Hour)
	if got := w.allOverflows("server"); len(got) != 0 {
		t.Errorf("%d records of a server that is gone", len(got))
	}
}

// TestOverflowBound: a project may have 1,000 of them, without those of servers
// that were deleted elsewhere; then an order is refused that needs one more,
// before it costs anything.
func TestOverflowBound(t *testing.T) {
	w := newStorage(t)
	ask := func() *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"metadata": much("a")}))
	}
	if a := ask(); a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	put := func(i int, at time.Time) {
		value, _ := json.Marshal(map[string]any{"Kept": at})
		key := jumpgate.StoreKey{Project: "307001", Kind: "softlayer_server_overflow", ID: fmt.Sprint("x", i)}
		if _, err := w.driver.core.Opts.Store.Put(asDemo(), jumpgate.Record{StoreKey: key, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 999 { // which may be about to be named
		put(i, w.clock.Now())
	}
	if a := ask(); a.status != http.StatusForbidden || !strings.Contains(a.body, "1000 characters") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := len(w.overflows("server")); n != 1000 {
		t.Errorf("%d records", n)
	}
	w.clock.Advance(2 * time.Hour) // nobody is
	if a := ask(); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := len(w.overflows("server")); n != 2 {
		t.Errorf("%d records", n)
	}
}

// TestVolumeOverflow: what SoftLayer can't keep of volumes and snapshots goes a
// week after a list lacks them, and stays if one has them again.
func TestVolumeOverflow(t *testing.T) {
	w := newStorage(t)
	id := w.newVolume(`,"metadata":{"snapshot_space":"40"}`)
	body, _ := json.Marshal(map[string]any{"volume": map[string]any{"metadata": much("a")}})
	w.expect("PUT", cinder+"/volumes/"+id, string(body), http.StatusOK, nil, latestVolume...)
	body, _ = json.Marshal(map[string]any{"snapshot": map[string]any{"volume_id": id, "metadata": much("a")}})
	w.expect("POST", cinder+"/snapshots", string(body), http.StatusAccepted, nil, latestVolume...)
	list := func() {
		t.Helper()
		w.expect("GET", cinder+"/volumes/detail", "", http.StatusOK, nil, latestVolume...)
		w.expect("GET", cinder+"/snapshots/detail", "", http.StatusOK, nil, latestVolume...)
	}
	kept := func(whole bool) (n int) {
		t.Helper()
		for _, kind := range []string{"softlayer_volume", "softlayer_snapshot"} {
			for r, err := range w.driver.core.Opts.Store.List(asDemo(), "307001", kind) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; r.Expires.IsZero() != whole {
					t.Errorf("%s %s expires %s", kind, r.ID, r.Expires)
				}
			}
		}
		return n
	}
	list()
	if n := kept(true); n != 2 {
		t.Fatalf("%d records", n)
	}
	v, err := w.driver.volume.Look(asDemo(), id)
	if err != nil {
		t.Fatal(err)
	}
	remove := w.sim.Inject(simulator.Fault{Method: "getIscsiNetworkStorage", Body: "[]"}) // as one sees it who may see none
	list()
	remove()
	if n := kept(false); n != 2 {
		t.Errorf("%d records of what is not seen", n)
	}
	list()
	if n := kept(true); n != 2 {
		t.Errorf("%d records of what is seen again", n)
	}
	if err := w.driver.core.Cancel(asDemo(), v.Storage.BillingItem.ID); err != nil {
		t.Fatal(err)
	}
	list()
	w.clock.Advance(6 * 24 * time.Hour)
	if n := kept(false); n != 2 {
		t.Errorf("%d records, soon after", n)
	}
	w.clock.Advance(2 * 24 * time.Hour)
	if n := kept(false); n != 0 {
		t.Errorf("%d records in the end", n)
	}
}
