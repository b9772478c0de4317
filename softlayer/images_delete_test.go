package softlayer

import (
	"net/http"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func TestDeleteImage(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	snap := func(name string) string {
		var made struct {
			Image string `json:"image_id"`
		}
		w.into(w.action(id, `{"createImage":{"name":"`+name+`"}}`, http.StatusAccepted), &made)
		return made.Image
	}
	image := snap("one")
	remove := func(user, id string, want int) {
		t.Helper()
		if a := w.raw(user, http.MethodDelete, "/image/v2/images/"+id, ""); a.status != want {
			t.Errorf("%s deletes %s: %d %s", user, id, a.status, a.body)
		}
	}
	remove(simulator.DemoUser, image, http.StatusConflict) // still being saved
	w.clock.Advance(20 * step)
	remove(simulator.AltUser, image, http.StatusNotFound)
	remove(simulator.DemoUser, core.SystemID(osCode), http.StatusForbidden)
	remove(simulator.DemoUser, "nonsense", http.StatusNotFound)
	w.sim.ResetCalls()
	remove(simulator.DemoUser, image, http.StatusNoContent)
	if n := w.sim.TotalCalls(); n != 1 {
		t.Errorf("%d calls", n)
	}
	remove(simulator.DemoUser, image, http.StatusNotFound)
	if a := w.raw(simulator.DemoUser, http.MethodGet, "/image/v2/images/"+image, ""); a.status != http.StatusNotFound {
		t.Errorf("a deleted image is shown: %d", a.status)
	}
}
