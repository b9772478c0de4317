package softlayer

import (
	"net/http"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// An action costs one call after a look, two without; a lock that another
// replica sets holds from the end of the sighting on, one of this replica at
// once.
func TestSightings(t *testing.T) {
	clock := simulator.NewClock(time.Now())
	w := newWorld(t, setup{driver: Options{Now: clock.Now}})
	id := w.boot(simulator.DemoUser, "web")
	server := "/compute/v2.1/servers/" + id
	costs := func(what string, want int, f func()) {
		t.Helper()
		w.sim.ResetCalls()
		f()
		if n := w.sim.TotalCalls(); n != want {
			t.Errorf("%s: %d calls, want %d", what, n, want)
		}
	}
	reboot := func() { w.action(id, `{"reboot":{"type":"SOFT"}}`, http.StatusAccepted) }

	clock.Advance(time.Minute)
	costs("unseen", 2, reboot)
	costs("seen by the action before", 1, reboot)
	clock.Advance(keep.SightAge)
	costs("long ago", 2, reboot)
	for _, look := range []string{server, "/compute/v2.1/servers", "/compute/v2.1/servers/detail"} {
		clock.Advance(time.Minute)
		w.raw(simulator.DemoUser, http.MethodGet, look, "")
		costs("seen by "+look, 1, reboot)
	}

	// Another replica, that is to say somebody at SoftLayer.
	elsewhere := newSightedDriver(t, w)
	if err := elsewhere.compute.LockServer(asDemo(), id, ""); err != nil {
		t.Fatal(err)
	}
	costs("locked elsewhere, not known yet", 1, reboot)
	clock.Advance(keep.SightAge)
	locked := "Instance " + id + " is locked"
	costs("locked elsewhere", 1, func() { w.refuses(id, `{"reboot":{"type":"SOFT"}}`, locked) })

	w.action(id, `{"unlock":null}`, http.StatusAccepted)
	costs("unlocked", 2, reboot)
	w.raw(simulator.DemoUser, http.MethodGet, server, "")
	someone := jumpgate.WithPrincipal(t.Context(), &jumpgate.Principal{
		UserID: "someone", ProjectID: "307001", Credential: Credential(simulator.DemoUser, simulator.DemoKey),
	})
	if err := w.driver.compute.LockServer(someone, id, ""); err != nil {
		t.Fatal(err)
	}
	costs("locked here, by another user", 1, func() { w.refuses(id, `{"reboot":{"type":"SOFT"}}`, locked) })
}

// newSightedDriver is another driver for the same SoftLayer and clock.
func newSightedDriver(t *testing.T, w *world) *Driver {
	t.Helper()
	d, err := New(w.driver.opts)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
