package softlayer

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestDefaultGroupOfServers: a server in no group of SoftLayer's is in
// "default", which can be taken away and given back.
func TestDefaultGroupOfServers(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	path := "/compute/v2.1/servers/" + id
	web := w.makeGroup("web")
	is := func(want string) {
		t.Helper()
		var s struct {
			Server struct {
				Groups []struct{ Name string } `json:"security_groups"`
			}
		}
		w.expect("GET", path, "", http.StatusOK, &s)
		var of struct {
			Groups []shownGroup `json:"security_groups"`
		}
		w.expect("GET", path+"/os-security-groups", "", http.StatusOK, &of)
		var shown, listed []string
		for _, g := range s.Server.Groups {
			shown = append(shown, g.Name)
		}
		for _, g := range of.Groups {
			listed = append(listed, g.Name)
		}
		if strings.Join(shown, " ") != want || !slices.Equal(shown, listed) {
			t.Errorf("shown %q, listed %q, want %s", shown, listed, want)
		}
	}
	act := func(action, group string) *answer {
		return w.raw(simulator.DemoUser, "POST", path+"/action", `{"`+action+`":{"name":"`+group+`"}}`)
	}
	accepted := func(a *answer) {
		t.Helper()
		if a.status != http.StatusAccepted {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	var all struct {
		Groups []shownGroup `json:"security_groups"`
	}
	w.expect("GET", "/compute/v2.1/os-security-groups", "", http.StatusOK, &all)
	i := slices.IndexFunc(all.Groups, func(g shownGroup) bool { return g.Name == "default" })
	if i < 0 || len(all.Groups) != 2 || len(all.Groups[i].Rules) != 2 {
		t.Fatalf("%+v", all)
	}
	theDefault := all.Groups[i].ID

	is("default")
	if a := act("addSecurityGroup", "default"); a.status != http.StatusBadRequest || !strings.Contains(a.body, "Duplicate items in the list: '"+theDefault+"'") {
		t.Errorf("%d %s", a.status, a.body)
	}
	accepted(act("removeSecurityGroup", "default"))
	is("")
	if m := keep.MarkersOf(w.stored(id).TagReferences); !m.Groupless {
		t.Errorf("%+v", m)
	}
	act("removeSecurityGroup", "default").refused(t, 404, "Security group default not associated with the instance "+id)
	accepted(act("addSecurityGroup", theDefault)) // by its id, too
	is("default")
	accepted(act("addSecurityGroup", "web"))
	is("web")
	if a := act("addSecurityGroup", "default"); a.status != http.StatusBadRequest || !strings.Contains(a.body, "which are open") {
		t.Errorf("%d %s", a.status, a.body)
	}
	act("removeSecurityGroup", "default").refused(t, 404, "Security group default not associated with the instance "+id)
	accepted(act("removeSecurityGroup", web.ID))
	is("")
	accepted(act("addSecurityGroup", "web"))
	is("web")
	accepted(act("removeSecurityGroup", "web"))
	accepted(act("addSecurityGroup", "default"))
	is("default")
}

// TestFloatingIPAtOnce: what was asked of an address is shown before SoftLayer
// has done it, and can be changed before.
func TestFloatingIPAtOnce(t *testing.T) {
	w := newPatientWorld(t)
	w.driver.core.Later.Pause = time.Millisecond
	one, two := w.boot(simulator.DemoUser, "one"), w.boot(simulator.DemoUser, "two")
	first, second := w.floatingIP(), w.floatingIP()
	act := func(server, action, address string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+server+"/action", `{"`+action+`":{"address":"`+address+`"}}`)
	}
	is := func(where string) {
		t.Helper()
		for _, id := range []string{one, two} {
			if body := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "").body; strings.Contains(body, `"`+first.IP+`"`) != (id == where) {
				t.Errorf("at %s: %s", id, body)
			}
		}
		var list struct {
			Servers []struct {
				ID        string          `json:"id"`
				Addresses json.RawMessage `json:"addresses"`
			} `json:"servers"`
		}
		w.expect("GET", "/compute/v2.1/servers/detail", "", http.StatusOK, &list)
		for _, s := range list.Servers {
			if strings.Contains(string(s.Addresses), `"`+first.IP+`"`) != (s.ID == where) {
				t.Errorf("in the list, at %s: %s", s.ID, s.Addresses)
			}
		}
		var shown struct { // last, for the clock goes on with it
			IP shownIP `json:"floating_ip"`
		}
		w.expect("GET", "/compute/v2.1/os-floating-ips/"+first.ID, "", http.StatusOK, &shown)
		if shown.IP.Server != where {
			t.Errorf("%+v, want server %s", shown, where)
		}
	}
	for _, step := range []struct{ server, action, then string }{
		{one, "addFloatingIp", one}, {one, "removeFloatingIp", ""}, {two, "addFloatingIp", two}, {one, "addFloatingIp", one}, {two, "addFloatingIp", two},
	} {
		if a := act(step.server, step.action, first.IP); a.status != http.StatusAccepted {
			t.Fatalf("%+v: %d %s", step, a.status, a.body)
		}
		is(step.then)
	}
	if a := act(two, "addFloatingIp", second.IP); a.status != http.StatusBadRequest || !strings.Contains(a.body, "already has a floating IP on external network") {
		t.Errorf("a second address: %d %s", a.status, a.body)
	}
	w.eventually("SoftLayer has done what was said last", func() bool {
		w.clock.Advance(step)
		var all []struct {
			Address struct {
				IP string `json:"ipAddress"`
			} `json:"ipAddress"`
			To *struct {
				Guest struct {
					ID string `json:"globalIdentifier"`
				} `json:"virtualGuest"`
			} `json:"destinationIpAddress"`
		}
		w.call("Account", "getGlobalIpRecords", "mask[ipAddress.ipAddress,destinationIpAddress.virtualGuest.globalIdentifier]", &all)
		for _, g := range all {
			if g.Address.IP == first.IP && g.To != nil && g.To.Guest.ID == two {
				return true
			}
		}
		return false
	})
	is(two)
}

// TestSecondFloatingIP: what was told a moment ago decides whether an address
// has a floating IP, whatever SoftLayer has come to.
func TestSecondFloatingIP(t *testing.T) {
	w := newPatientWorld(t)
	server := w.boot(simulator.DemoUser, "one")
	first, second := w.floatingIP(), w.floatingIP()
	for _, step := range []struct {
		action, address string
		status          int
		shown           string // that leads to the server
	}{
		{"addFloatingIp", first.IP, http.StatusAccepted, first.IP},
		{"addFloatingIp", second.IP, http.StatusBadRequest, first.IP},
		{"removeFloatingIp", first.IP, http.StatusAccepted, ""},
		{"addFloatingIp", second.IP, http.StatusAccepted, second.IP},
		{"addFloatingIp", first.IP, http.StatusBadRequest, second.IP},
	} {
		if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+server+"/action", `{"`+step.action+`":{"address":"`+step.address+`"}}`); a.status != step.status {
			t.Errorf("%+v: %d %s", step, a.status, a.body)
		}
		body := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+server, "").body
		for _, address := range []string{first.IP, second.IP} {
			if strings.Contains(body, `"`+address+`"`) != (address == step.shown) {
				t.Errorf("after %+v: %s", step, body)
			}
		}
	}
}
