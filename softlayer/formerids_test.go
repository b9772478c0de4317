package softlayer

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestFormerIDs: an id that was given out in the form of before is good
// wherever an id may stand, and answers have those of today, of a version
// that clients take.
func TestFormerIDs(t *testing.T) {
	w := newStorage(t)
	server, volume := w.bootIn(nil), w.newVolume(``)
	former := func(id string) string {
		if !strings.Contains(id, "-0000-4000-8000-") {
			t.Fatalf("%s is of no form known", id)
		}
		return strings.Replace(id, "-0000-4000-8000-", "-0000-8000-8000-", 1)
	}
	same := func(what, id string, got string) {
		t.Helper()
		if !regexp.MustCompile(`^6a6701[0-9a-f]{2}-0000-[1-5][0-9a-f]{3}-[89ab]000-[0-9]{12}$`).MatchString(got) || got != id {
			t.Errorf("%s %s is shown as %s", what, id, got)
		}
	}
	var v struct{ Volume struct{ ID string } }
	w.expect("GET", volumes+"/"+former(volume), "", http.StatusOK, &v)
	same("volume", volume, v.Volume.ID)
	attachments := "/compute/v2.1/servers/" + server + "/os-volume_attachments"
	var a struct {
		VolumeAttachment struct{ VolumeID string }
	}
	w.expect("POST", attachments, `{"volumeAttachment":{"volumeId":"`+former(volume)+`"}}`, http.StatusOK, &a)
	same("attached volume", volume, a.VolumeAttachment.VolumeID)
	w.expect("GET", attachments+"/"+former(volume), "", http.StatusOK, nil)
	w.expect("DELETE", attachments+"/"+former(volume), "", http.StatusAccepted, nil)

	web := w.makeGroup("web")
	var g struct {
		Group shownGroup `json:"security_group"`
	}
	w.expect("GET", "/compute/v2.1/os-security-groups/"+former(web.ID), "", http.StatusOK, &g)
	same("group", web.ID, g.Group.ID)
	w.expect("POST", "/compute/v2.1/os-security-group-rules",
		`{"security_group_rule":{"parent_group_id":"`+former(web.ID)+`","ip_protocol":"tcp","from_port":1,"to_port":2}}`, http.StatusOK, nil)

	var list struct{ Networks []struct{ ID string } }
	w.expect("GET", "/compute/v2.1/os-networks", "", http.StatusOK, &list)
	w.expect("GET", "/compute/v2.1/os-networks/"+former(list.Networks[0].ID), "", http.StatusOK, nil)
	w.expect("POST", "/compute/v2.1/servers", order(map[string]any{"networks": []any{map[string]any{"uuid": former(list.Networks[0].ID)}}}), http.StatusAccepted, nil)

	var made struct {
		Group struct{ ID string } `json:"server_group"`
	}
	w.expect("POST", "/compute/v2.1/os-server-groups", `{"server_group":{"name":"a","policies":["anti-affinity"]}}`, http.StatusOK, &made)
	w.expect("GET", "/compute/v2.1/os-server-groups/"+former(made.Group.ID), "", http.StatusOK, nil)
	var snapshots struct{ Volumes []struct{ ID string } }
	w.expect("GET", volumes+"?limit=1", "", http.StatusOK, &snapshots)
	w.raw(simulator.AltUser, "GET", volumes+"/"+former(volume), "").refused(t, 404, "Volume "+volume+" could not be found.")
}
