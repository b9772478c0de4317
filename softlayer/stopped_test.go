package softlayer

import (
	"net/http"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// TestStoppedStays: a server that was stopped is so after whatever SoftLayer
// boots it at the end of, as in Nova, whichever process sees that end.
func TestStoppedStays(t *testing.T) {
	for name, during := range map[string]string{
		"resize":  "RESIZE active resize_migrating 1",
		"revert":  "REVERT_RESIZE resized resize_reverting 1",
		"rebuild": "REBUILD active rebuilding 1",
		"detach":  "SHUTOFF stopped  4",
	} {
		for _, restart := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newStorage(t)
				w.driver.core.Later.Pause = time.Millisecond
				if restart {
					w.driver.core.Later.Pause = time.Hour
				}
				id := w.bootIn(nil)
				path := "/compute/v2.1/servers/" + id
				disk := w.newVolume(`,"volume_type":"portable"`)
				if name == "detach" {
					w.expect("POST", path+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+disk+`"}}`, http.StatusOK, nil)
					w.clock.Advance(step)
				}
				w.action(id, `{"os-stop":null}`, 202)
				w.is(id, "SHUTOFF stopped  4")
				after := "SHUTOFF stopped  4"
				switch name {
				case "rebuild":
					w.action(id, `{"rebuild":{"imageRef":"`+w.seedImage()+`"}}`, 202)
				case "detach":
					w.expect("DELETE", path+"/os-volume_attachments/"+disk, "", http.StatusAccepted, nil)
				default:
					w.action(id, `{"resize":{"flavorRef":"B1_2X8X25"}}`, 202)
					after = "VERIFY_RESIZE resized  4"
				}
				stopped := func() bool {
					g := w.stored(id)
					return g.PowerState.KeyName == "HALTED" && !keep.MarkersOf(g.TagReferences).Off
				}
				if name == "revert" {
					w.clock.Advance(20 * step)
					w.is(id, after)
					if !restart {
						w.eventually("SoftLayer has stopped it after the resize", stopped)
					}
					w.action(id, `{"revertResize":null}`, 202)
					after = "SHUTOFF stopped  4"
				}
				w.is(id, during)
				w.clock.Advance(20 * step)
				if restart {
					w = w.replica()
					w.driver.core.Later.Pause = time.Millisecond
				}
				w.is(id, after)
				w.eventually("SoftLayer has stopped it", stopped)
				w.is(id, after)
				if name == "resize" {
					w.action(id, `{"confirmResize":null}`, 204)
					w.is(id, "SHUTOFF stopped  4")
				}
			})
		}
	}
}

// TestStartedMeanwhile: what the user says last counts.
func TestStartedMeanwhile(t *testing.T) {
	for _, action := range []string{`{"os-start":null}`, `{"reboot":{"type":"HARD"}}`} {
		w := newStorage(t)
		w.driver.core.Later.Pause = time.Hour
		id := w.bootIn(nil)
		w.action(id, `{"os-stop":null}`, 202)
		w.action(id, `{"rebuild":{"imageRef":"`+w.seedImage()+`"}}`, 202)
		w.clock.Advance(20 * step)
		w.action(id, action, 202)
		w.clock.Advance(step)
		w.is(id, "ACTIVE active  1")
		if g := w.stored(id); keep.MarkersOf(g.TagReferences).Off {
			t.Error("the mark is left")
		}
	}
}
