package softlayer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// shelved are the names of the images that were made to shelve servers.
func (w *world) shelved() []string {
	var all struct {
		Images []struct{ Name string }
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/image/v2/images?visibility=private", ""), &all)
	var names []string
	for _, i := range all.Images {
		if strings.HasSuffix(i.Name, "-shelved") {
			names = append(names, i.Name)
		}
	}
	return names
}

// TestShelve: an image is made, then the server is off, whichever process sees
// the end of the image; its addresses stay, and the image goes with the mark or
// with the server.
func TestShelve(t *testing.T) {
	for _, restart := range []bool{false, true} {
		w := newStorage(t)
		w.driver.core.Later.Pause = time.Millisecond
		if restart {
			w.driver.core.Later.Pause = time.Hour
		}
		id := w.bootIn(nil)
		show := func() (s struct {
			Server struct {
				Addresses map[string]any
				HostID    string
				Zone      string `json:"OS-EXT-AZ:availability_zone"`
			}
		}) {
			w.expect("GET", "/compute/v2.1/servers/"+id, "", http.StatusOK, &s)
			return s
		}
		before := show()
		w.action(id, `{"shelve":null}`, 202)
		w.is(id, "ACTIVE active shelving_image_uploading 1")
		w.action(id, `{"unshelve":null}`, 409)
		w.clock.Advance(20 * step)
		if restart {
			w.is(id, "SHELVED shelved shelving_offloading 1")
			w = w.replica()
			w.driver.core.Later.Pause = time.Millisecond
		}
		w.eventually("it is off", func() bool { return w.look(id).Status == "SHELVED_OFFLOADED" })
		w.is(id, "SHELVED_OFFLOADED shelved_offloaded  4")
		after := show()
		if len(after.Server.Addresses) != len(before.Server.Addresses) || after.Server.HostID != "" || after.Server.Zone != "" {
			t.Errorf("%+v, before %+v", after, before)
		}
		if got := w.shelved(); len(got) != 1 {
			t.Errorf("images: %v", got)
		}
		for action, want := range map[string]int{
			`{"os-start":null}`: 409, `{"os-stop":null}`: 409, `{"reboot":{"type":"HARD"}}`: 409, `{"shelve":null}`: 409,
		} {
			w.action(id, action, want)
		}
		if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"unshelve":{"availability_zone":"ams03"}}`, "OpenStack-API-Version", "compute 2.77"); a.status != 400 {
			t.Errorf("elsewhere: %d %s", a.status, a.body)
		}
		w.action(id, `{"unshelve":null}`, 202)
		w.is(id, "ACTIVE active  1")
		if got := w.shelved(); len(got) != 0 {
			t.Errorf("images: %v", got)
		}

		w.action(id, `{"shelve":null}`, 202)
		w.clock.Advance(20 * step)
		w.eventually("it is shelved", func() bool { return strings.HasPrefix(w.look(id).Status, "SHELVED") }) // or off already
		w.expect("DELETE", "/compute/v2.1/servers/"+id, "", http.StatusNoContent, nil)
		w.eventually("the image is gone with the server", func() bool { return len(w.shelved()) == 0 })
	}
}

// TestShelveLostAnswers: what SoftLayer does not answer to is looked for, and
// the image is made once.
func TestShelveLostAnswers(t *testing.T) {
	for _, method := range []string{"createArchiveTemplate", "setTags"} {
		w := newStorage(t)
		w.driver.core.Later.Pause = time.Millisecond
		id := w.bootIn(nil)
		w.sim.Inject(simulator.Fault{Method: method, Reset: true, AfterEffect: true, Times: 1})
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"shelve":null}`)
		if a.status != 202 {
			t.Errorf("%s: %d %s", method, a.status, a.body)
		}
		w.clock.Advance(20 * step)
		w.eventually("it is off", func() bool { return w.look(id).Status == "SHELVED_OFFLOADED" })
		w.is(id, "SHELVED_OFFLOADED shelved_offloaded  4")
		if got := w.shelved(); len(got) != 1 {
			t.Errorf("%s: images: %v", method, got)
		}
	}
}
