package softlayer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestOthersOrders: however many volumes one account orders, those of another
// keep their names and metadata, before SoftLayer has made them and after.
func TestOthersOrders(t *testing.T) {
	w := newStorage(t)
	const theirs = "/volume/v3/307002/volumes"
	var made struct{ Volume struct{ ID string } }
	w.into(w.raw(simulator.AltUser, "POST", theirs, `{"volume":{"size":40,"name":"precious","metadata":{"colour":"red"}}}`), &made)
	start, orders := time.Now(), 0
	for ; orders < 1001; orders++ { // what one list for all had room for, and one more
		if a := w.raw(simulator.DemoUser, "POST", cinder+"/volumes", `{"volume":{"size":40,"name":"many"}}`); a.status != http.StatusAccepted {
			t.Fatal(orders, a.status, a.body)
		}
	}
	t.Log(orders, "orders in", time.Since(start))
	shown := func() {
		t.Helper()
		a := w.raw(simulator.AltUser, "GET", theirs+"/detail?name=precious", "")
		if !strings.Contains(a.body, made.Volume.ID) || !strings.Contains(a.body, `"colour": "red"`) || strings.Contains(a.body, "many") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	shown()
	w.clock.Advance(3 * step)
	shown()
}
