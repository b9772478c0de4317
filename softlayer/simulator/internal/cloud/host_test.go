package cloud

import (
	"testing"
	"time"
)

// TestDedicatedHosts: what is on an account's own host, and what may go there.
func TestDedicatedHosts(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Accounts = demoAccounts()
		o.Accounts[0].Hosts = append(o.Accounts[0].Hosts, Host{Name: "far", Datacenter: "fra05"})
		o.Accounts[0].Guests = []Guest{{Host: "demo-host"}, {}}
	})
	hosts := w.get("Account/getDedicatedHosts.json" + query("mask[id,name,datacenter.name,guestCount,allocationStatus]", "", "")).([]any)
	if len(hosts) != 2 || str(hosts[0], "name") != "demo-host" || at(hosts[0], "guestCount") != 1.0 ||
		at(hosts[0], "allocationStatus", "cpuAllocated") != 2.0 || at(hosts[0], "allocationStatus", "memoryAvailable") != 238.0 || str(hosts[1], "datacenter", "name") != "fra05" {
		t.Errorf("%v", hosts)
	}
	near, far := textOf(at(hosts[0], "id")), textOf(at(hosts[1], "id"))
	on := func(id string) map[string]any {
		return template(map[string]any{"dedicatedHost": map[string]any{"id": id}})
	}
	w.fails(w.do("POST", "Virtual_Guest.json", parameters(t, on(far))), 500, "Public", "not in the datacenter")
	w.fails(w.do("POST", "Virtual_Guest.json", parameters(t, on("5"))), 404, "ObjectNotFound", "5")
	w.fails(w.as(altUser, altKey).do("POST", "Virtual_Guest.json", parameters(t, on(near))), 404, "ObjectNotFound", near)
	id := w.create(on(near))
	path := hostTyp + "/" + near
	if got := w.text(path + "/getGuests.json" + query("mask[id]", "", "")); got != `[{"id":`+textOf(w.sim.accounts[0].guests[0].id)+`},{"id":`+id+`}]` {
		t.Error(got)
	}
	w.clock.Advance(time.Hour)
	if got := w.get("Virtual_Guest/" + id + ".json" + query("mask[dedicatedHost.name]", "", "")); str(got, "dedicatedHost", "name") != "demo-host" {
		t.Errorf("%v", got)
	}
	w.do("PUT", path+".json", parameters(t, map[string]any{"name": "renamed"}))
	if got := w.get(path + ".json"); str(got, "name") != "renamed" {
		t.Errorf("%v", got)
	}
	w.as(altUser, altKey).fails(w.as(altUser, altKey).do("GET", path+".json", ""), 404, "ObjectNotFound", near)
}
