package softlayer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// snap saves a server as an image.
func (w *world) snap(server, name string) string {
	w.Helper()
	var made struct {
		Image string `json:"image_id"`
	}
	w.into(w.action(server, `{"createImage":{"name":"`+name+`"}}`, http.StatusAccepted), &made)
	return made.Image
}

func TestDeleteImage(t *testing.T) {
	w := newWorld(t, setup{})
	image := w.snap(w.boot(simulator.DemoUser, "web"), "one")
	remove := func(user, id string, want int) {
		t.Helper()
		if a := w.raw(user, http.MethodDelete, "/image/v2/images/"+id, ""); a.status != want {
			t.Errorf("%s deletes %s: %d %s", user, id, a.status, a.body)
		}
	}
	w.clock.Advance(20 * step)
	remove(simulator.AltUser, image, http.StatusNotFound)
	remove(simulator.DemoUser, core.SystemID(osCode), http.StatusForbidden)
	remove(simulator.DemoUser, "nonsense", http.StatusNotFound)
	w.sim.ResetCalls()
	remove(simulator.DemoUser, image, http.StatusNoContent)
	if n := w.sim.TotalCalls(); n != 2 { // it might be protected
		t.Errorf("%d calls", n)
	}
	remove(simulator.DemoUser, image, http.StatusNotFound)
	if a := w.raw(simulator.DemoUser, http.MethodGet, "/image/v2/images/"+image, ""); a.status != http.StatusNotFound {
		t.Errorf("a deleted image is shown: %d", a.status)
	}
}

// TestDeleteImageBeingSaved: an image that SoftLayer is still saving is gone at
// once, through Glance and through Nova, and later from SoftLayer; so is one
// whose process ended meanwhile.
func TestDeleteImageBeingSaved(t *testing.T) {
	for _, path := range []string{"/image/v2/images", "/compute/v2.1/images"} {
		for _, restart := range []bool{false, true} {
			w := newWorld(t, setup{})
			w.driver.core.Later.Pause = time.Millisecond
			if restart {
				w.driver.core.Later.Pause = time.Hour
			}
			image := w.snap(w.boot(simulator.DemoUser, "web"), "one")
			w.expect("DELETE", path+"/"+image, "", http.StatusNoContent, nil)
			w.expect("GET", path+"/"+image, "", http.StatusNotFound, nil)
			w.expect("DELETE", path+"/"+image, "", http.StatusNotFound, nil)
			if a := w.raw(simulator.DemoUser, "GET", path, ""); a.status != http.StatusOK || strings.Contains(a.body, image) {
				t.Errorf("listed: %d %s", a.status, a.body)
			}
			if n := w.templates(); n != 2 {
				t.Fatalf("SoftLayer has %d templates", n)
			}
			w.clock.Advance(20 * step)
			if restart {
				w.driver.core.Later = core.Later{Pause: time.Millisecond}
				w.expect("GET", path, "", http.StatusOK, nil)
			}
			w.eventually("SoftLayer has deleted it", func() bool { return w.templates() == 1 })
		}
	}
}

// templates is how many templates the account has, that of the start included.
func (w *world) templates() int {
	w.Helper()
	var all []struct {
		ParentID int `json:"parentId"`
	}
	w.call("Account", "getPrivateBlockDeviceTemplateGroups", "mask[id,parentId]", &all)
	n := 0
	for _, t := range all {
		if t.ParentID == 0 {
			n++
		}
	}
	return n
}
