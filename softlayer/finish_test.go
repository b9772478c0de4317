package softlayer

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// withVolume boots a server with a volume that goes with it.
func (w *world) withVolume() (server, volume string) {
	w.Helper()
	server, volume = w.bootIn(nil), w.newVolume(``)
	w.expect("POST", "/compute/v2.1/servers/"+server+"/os-volume_attachments",
		`{"volumeAttachment":{"volumeId":"`+volume+`","delete_on_termination":true}}`, http.StatusOK, nil, latest...)
	return server, volume
}

// leaveAt is the context of a client that leaves as soon as SoftLayer is called.
func (w *world) leaveAt(ctx context.Context, call string) context.Context {
	ctx, leave := context.WithCancel(ctx)
	before := w.sim.Calls()[call]
	go func() {
		defer leave()
		for ctx.Err() == nil && w.sim.Calls()[call] == before {
			time.Sleep(time.Millisecond)
		}
	}()
	w.Cleanup(leave)
	return ctx
}

// orderAndLeave orders a server for a client that leaves as soon as SoftLayer
// is told of the order.
func (w *world) orderAndLeave(body string) {
	w.Helper()
	w.sim.Inject(simulator.Fault{Method: "createObject", Latency: 200 * time.Millisecond})
	ctx := w.leaveAt(w.Context(), "SoftLayer_Virtual_Guest::createObject")
	req, err := http.NewRequestWithContext(ctx, "POST", w.url+"/compute/v2.1/servers", strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Auth-Token", w.token(simulator.DemoUser))
	req.Header.Set("OpenStack-API-Version", "compute 2.96")
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		w.Fatal("the client did not leave")
	}
}

// TestDeleteIsFinished: whatever happens to a delete, the volumes that go with
// the server end with it, or as soon as somebody sees the server again.
func TestDeleteIsFinished(t *testing.T) {
	for name, do := range map[string]func(w *world, server, path string){
		"answer lost": func(w *world, _, path string) {
			w.sim.Inject(simulator.Fault{Method: "deleteObject", Reset: true, AfterEffect: true, Times: 1})
			w.expect("DELETE", path, "", http.StatusNoContent, nil)
		},
		"client leaves": func(w *world, server, _ string) {
			w.sim.Inject(simulator.Fault{Method: "deleteObject", Latency: 100 * time.Millisecond})
			ctx := w.leaveAt(asDemo(), "SoftLayer_Virtual_Guest::deleteObject")
			if err := w.driver.compute.DeleteServer(ctx, server); err != nil {
				w.Error(err)
			}
		},
		"cancel fails, deleted again": func(w *world, _, path string) {
			w.sim.Inject(simulator.Fault{Method: "cancelItem", Status: 503, Body: "x", Times: 1})
			w.expect("DELETE", path, "", http.StatusNoContent, nil)
			w.expect("DELETE", path, "", http.StatusNotFound, nil)
		},
		"cancel fails, listed": func(w *world, _, path string) {
			w.sim.Inject(simulator.Fault{Method: "cancelItem", Status: 503, Body: "x", Times: 1})
			w.expect("DELETE", path, "", http.StatusNoContent, nil)
			w.expect("GET", "/compute/v2.1/servers/detail", "", http.StatusOK, nil)
		},
		"cancel fails, done later": func(w *world, _, path string) {
			w.sim.Inject(simulator.Fault{Method: "cancelItem", Status: 503, Body: "x", Times: 2})
			w.expect("DELETE", path, "", http.StatusNoContent, nil)
		},
		"call lost, done later": func(w *world, _, path string) {
			w.sim.Inject(simulator.Fault{Method: "deleteObject", Reset: true, Times: 2})
			w.expect("DELETE", path, "", http.StatusNoContent, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newStorage(t)
			w.driver.core.Later.Pause = time.Hour
			if strings.HasSuffix(name, "later") {
				w.driver.core.Later.Pause = time.Millisecond
			}
			server, volume := w.withVolume()
			do(w, server, "/compute/v2.1/servers/"+server)
			w.eventually("the volume is gone", func() bool {
				return w.raw(simulator.DemoUser, "GET", volumes+"/"+volume, "").status == http.StatusNotFound
			})
		})
	}
}

// TestDeleteLooks: a volume that another replica attached a moment ago goes,
// too.
func TestDeleteLooks(t *testing.T) {
	w := newStorage(t)
	server, volume := w.bootIn(nil), w.newVolume(``)
	w.expect("GET", "/compute/v2.1/servers/"+server, "", http.StatusOK, nil)
	other, err := New(w.driver.opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.compute.AttachVolume(asDemo(), server, compute.VolumeAttach{VolumeID: volume, DeleteOnTermination: true}); err != nil {
		t.Fatal(err)
	}
	w.expect("DELETE", "/compute/v2.1/servers/"+server, "", http.StatusNoContent, nil)
	w.expect("GET", volumes+"/"+volume, "", http.StatusNotFound, nil)
}

// TestFinishSparesOthers: a volume that outlived its server and was attached
// to another one is nobody's to delete.
func TestFinishSparesOthers(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Later.Pause = time.Hour
	server, volume := w.withVolume()
	w.sim.Inject(simulator.Fault{Method: "cancelItem", Status: 503, Body: "x", Times: 1})
	w.expect("DELETE", "/compute/v2.1/servers/"+server, "", http.StatusNoContent, nil)
	other := w.bootIn(nil)
	w.expect("POST", "/compute/v2.1/servers/"+other+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+volume+`"}}`, http.StatusOK, nil)
	w.expect("DELETE", "/compute/v2.1/servers/"+server, "", http.StatusNotFound, nil)
	if v := w.volume(volume); v.Status != "in-use" {
		t.Errorf("%+v", v)
	}
}

// TestCreateIsFinished: of several servers with tags, one that could not be
// tagged keeps the others from nothing, and all of them are named.
func TestCreateIsFinished(t *testing.T) {
	w := newWorld(t, setup{})
	w.driver.core.API.Pause = time.Millisecond
	w.sim.Inject(simulator.Fault{Method: "setTags", Status: 503, Body: "x", Times: 5}) // tags are tried so often
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"min_count": 3, "tags": []string{"a"}, "networks": "auto"}), latest...)
	if a.status != http.StatusBadGateway {
		t.Fatal(a.status, a.body)
	}
	w.clock.Advance(20 * step)
	tagged := 0
	for s, err := range w.driver.compute.ListServers(asDemo(), compute.ServerQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(a.body, s.ID) {
			t.Errorf("%s is not named in %s", s.ID, a.body)
		}
		tagged += len(s.Tags)
	}
	if tagged != 2 {
		t.Errorf("%d are tagged", tagged)
	}
}

// TestCreateWithoutClient: a client that leaves during its order gets what it
// ordered, with all that belongs to it.
func TestCreateWithoutClient(t *testing.T) {
	w := newWorld(t, setup{})
	w.token(simulator.DemoUser)
	w.raw(simulator.DemoUser, "GET", "/compute/v2.1/flavors", "")
	w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-availability-zone", "")
	w.orderAndLeave(order(map[string]any{"tags": []string{"a"}, "networks": "auto"}))
	for deadline := time.Now().Add(5 * time.Second); w.sim.Calls()["SoftLayer_Virtual_Guest::setTags"] == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no tags")
		}
	}
}

// TestAlongWithoutClient: a client that leaves during its order gets the volumes.
func TestAlongWithoutClient(t *testing.T) {
	w := newStorage(t)
	w.quick()
	w.bootIn(nil)
	w.newVolume(``)
	w.orderAndLeave(alongOrder(nil, blank(20, true)))
	w.eventually("it is attached", func() bool {
		w.clock.Advance(step)
		return slices.ContainsFunc(w.allVolumes(), func(v proxied) bool { return v.Size == 20 && v.Status == "in-use" })
	})
}

// TestRateLimitedOrder: what SoftLayer refused unseen is ordered again.
func TestRateLimitedOrder(t *testing.T) {
	w := newWorld(t, setup{})
	w.driver.core.API.Pause = time.Millisecond
	w.sim.Inject(simulator.Fault{Method: "createObject", Status: 500, Body: simulator.BodyRateLimit, Times: 2})
	w.expect("POST", "/compute/v2.1/servers", order(nil), http.StatusAccepted, nil)
	if ids := w.follow(10, nil); len(ids) != 1 {
		t.Errorf("%d servers", len(ids))
	}
}

// TestReadsGoOn: neither errors nor a hang make a read fail while there is
// time.
func TestReadsGoOn(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	w.driver.core.API.Pause = time.Millisecond
	w.driver.core.API.Timeout = 2 * time.Second
	for _, f := range []simulator.Fault{
		{Status: 500, Body: simulator.BodyInternalError, Times: 4}, {Body: simulator.BodyInternalError, Times: 4},
		{Status: 500, Body: "x", Times: 4}, {Reset: true, Times: 4}, {Latency: 1500 * time.Millisecond, Times: 1},
	} {
		w.sim.Inject(f)
		start := time.Now()
		w.expect("GET", "/compute/v2.1/servers/"+id, "", http.StatusOK, nil)
		if took := time.Since(start); took > 1400*time.Millisecond {
			t.Errorf("%+v: took %v", f, took)
		}
		w.sim.ClearFaults()
	}
}

// TestFewerThanOrdered: of two servers SoftLayer makes one, which is told.
func TestFewerThanOrdered(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "the one")
	w.sim.Inject(simulator.Fault{Method: "createObjects", Times: 1, Body: `[{"id":1,"globalIdentifier":"` + id + `","hostname":"a","createDate":"2026-11-29T00:00:00-06:00"}]`})
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"min_count": 2}))
	if a.status != http.StatusBadGateway || !strings.Contains(a.body, "Created: "+id) || !strings.Contains(a.body, "fewer than were ordered") {
		t.Errorf("%d %s", a.status, a.body)
	}
}
