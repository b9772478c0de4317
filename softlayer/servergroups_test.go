package softlayer

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestServerGroups plays the life of a group and of the servers in it.
func TestServerGroups(t *testing.T) {
	w := newWorld(t, setup{driver: Options{Datacenter: "dal13"}})
	const path, latest = "/compute/v2.1/os-server-groups", "compute 2.96"
	ask := func(method, path, body string) *answer {
		return w.raw(simulator.DemoUser, method, path, body, "OpenStack-API-Version", latest)
	}
	type group struct {
		ID, Name, Policy string
		Rules            map[string]int
		Members          []string
		Project          string `json:"project_id"`
	}
	var made struct {
		Group group `json:"server_group"`
	}
	a := ask("POST", path, `{"server_group":{"name":"apart","policy":"anti-affinity"}}`)
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.into(a, &made)
	id := made.Group.ID
	if _, ok := keep.NumberOf(keep.ServerGroupKind, id); !ok || made.Group.Name != "apart" || made.Group.Policy != "anti-affinity" || made.Group.Project != "307001" {
		t.Errorf("%+v", made)
	}
	create := func(zone, group string) *answer {
		body := order(map[string]any{"name": "member", "availability_zone": zone, "networks": "auto"})
		return ask("POST", "/compute/v2.1/servers", strings.TrimSuffix(body, "}")+`,"os:scheduler_hints":{"group":"`+group+`"}}`)
	}
	for zone, want := range map[string]int{"dal13": 202, "nova": 202, "ams03": 400} {
		if a := create(zone, id); a.status != want {
			t.Errorf("in %s: %d %s", zone, a.status, a.body)
		}
	}
	unknown := keep.IDOf(keep.ServerGroupKind, 7)
	if _, message := create("nova", unknown).fault(); message != "Instance group "+unknown+" could not be found." {
		t.Error(message)
	}
	w.clock.Advance(20 * step)
	var servers struct {
		Servers []struct {
			ID     string
			Zone   string   `json:"OS-EXT-AZ:availability_zone"`
			Groups []string `json:"server_groups"`
		}
	}
	w.into(ask("GET", "/compute/v2.1/servers/detail", ""), &servers)
	if len(servers.Servers) != 2 || servers.Servers[0].Zone != "dal13" {
		t.Fatalf("%+v", servers)
	}
	var one struct {
		Server struct {
			Groups []string `json:"server_groups"`
		}
	}
	w.into(ask("GET", "/compute/v2.1/servers/"+servers.Servers[0].ID, ""), &one)
	if len(one.Server.Groups) != 1 || one.Server.Groups[0] != id {
		t.Errorf("%+v", one)
	}
	w.into(ask("GET", path+"/"+id, ""), &made)
	if len(made.Group.Members) != 2 {
		t.Errorf("%+v", made)
	}
	if a := w.raw(simulator.AltUser, "DELETE", path+"/"+id, ""); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}
	for _, s := range servers.Servers {
		ask("DELETE", "/compute/v2.1/servers/"+s.ID, "")
	}
	w.into(ask("GET", path+"/"+id, ""), &made)
	if len(made.Group.Members) != 0 {
		t.Errorf("deleted servers are members: %+v", made)
	}
	w.clock.Advance(100 * step)
	if a := ask("DELETE", path+"/"+id, ""); a.status != http.StatusNoContent {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := ask("DELETE", path+"/"+id, ""); a.status != http.StatusNotFound {
		t.Errorf("twice: %d %s", a.status, a.body)
	}
}

// TestDeleteGroupWithMembers: a group is gone for its clients at once, as in
// Nova, and for SoftLayer when its members are.
func TestDeleteGroupWithMembers(t *testing.T) {
	for _, restart := range []bool{false, true} {
		w := newWorld(t, setup{driver: Options{Datacenter: "dal13"}})
		w.driver.core.Later.Pause = time.Millisecond
		if restart {
			w.driver.core.Later.Pause = time.Hour
		}
		const path = "/compute/v2.1/os-server-groups"
		ask := func(method, path, body string) *answer {
			return w.raw(simulator.DemoUser, method, path, body, "OpenStack-API-Version", "compute 2.96")
		}
		group := firstID(ask("POST", path, `{"server_group":{"name":"apart","policy":"anti-affinity"}}`).body)
		member := strings.TrimSuffix(order(map[string]any{"name": "member", "availability_zone": "dal13", "networks": "auto"}), "}") +
			`,"os:scheduler_hints":{"group":"` + group + `"}}`
		server := firstID(ask("POST", "/compute/v2.1/servers", member).body)
		w.clock.Advance(20 * step)
		for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
			if a := ask("DELETE", path+"/"+group, ""); a.status != want {
				t.Errorf("delete: %d %s, want %d", a.status, a.body, want)
			}
		}
		if a := ask("GET", "/compute/v2.1/servers/"+server, ""); strings.Contains(a.body, group) {
			t.Errorf("of the server: %s", a.body)
		}
		if restart { // else who lists the groups would go on with it
			if a := ask("GET", path, ""); strings.Contains(a.body, group) {
				t.Errorf("listed: %s", a.body)
			}
			if a := ask("GET", path+"/"+group, ""); a.status != http.StatusNotFound {
				t.Errorf("shown: %d %s", a.status, a.body)
			}
		}
		if _, message := ask("POST", "/compute/v2.1/servers", member).fault(); message != "Instance group "+group+" could not be found." {
			t.Errorf("join: %s", message)
		}
		ask("DELETE", "/compute/v2.1/servers/"+server, "")
		w.clock.Advance(100 * step)
		if restart {
			w = w.replica()
			w.driver.core.Later.Pause = time.Millisecond
			ask("GET", path, "")
		}
		w.eventually("SoftLayer has deleted it", func() bool {
			var all []struct{ ID int }
			w.call("Account", "getPlacementGroups", "mask[id]", &all)
			return len(all) == 0
		})
	}
}

// TestKeptServerGroups plays groups of which SoftLayer knows nothing.
func TestKeptServerGroups(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Hosts = []simulator.Host{{Name: "h1", Datacenter: "dal13"}, {Name: "h2", Datacenter: "ams03"}}
	w := newWorld(t, setup{driver: Options{Datacenter: "dal13"}, sim: simulator.Options{Accounts: accounts}})
	const path, latest = "/compute/v2.1/os-server-groups", "compute 2.96"
	ask := func(user, method, path, body string) *answer {
		return w.raw(user, method, path, body, "OpenStack-API-Version", latest)
	}
	type group struct {
		ID, Name, Policy string
		Rules            map[string]int
		Members          []string
	}
	make := func(user, rest string) (group, *answer) {
		var made struct {
			Group group `json:"server_group"`
		}
		a := ask(user, "POST", path, `{"server_group":{"name":"x",`+rest+`}}`)
		if a.status == http.StatusOK {
			w.into(a, &made)
		}
		return made.Group, a
	}
	order := func(group, zone string) (string, *answer) {
		body := order(map[string]any{"name": "member", "availability_zone": zone, "networks": "auto"})
		a := ask(simulator.DemoUser, "POST", "/compute/v2.1/servers", strings.TrimSuffix(body, "}")+`,"os:scheduler_hints":{"group":"`+group+`"}}`)
		var made struct{ Server struct{ ID string } }
		if a.status == http.StatusAccepted {
			w.into(a, &made)
		}
		return made.Server.ID, a
	}
	of := func(server string) (groups []string) {
		var one struct {
			Server struct {
				Groups []string `json:"server_groups"`
			}
		}
		w.into(ask(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+server, ""), &one)
		return one.Server.Groups
	}

	if _, a := make(simulator.AltUser, `"policy":"affinity"`); a.status != 400 || !strings.Contains(a.body, "dedicated host") {
		t.Errorf("without hosts: %d %s", a.status, a.body)
	}
	if g, _ := make(simulator.DemoUser, `"policy":"anti-affinity","rules":{"max_server_per_host":3}`); g.Rules["max_server_per_host"] != 3 {
		t.Errorf("%+v", g)
	}
	soft, _ := make(simulator.DemoUser, `"policy":"soft-anti-affinity"`)
	close, _ := make(simulator.DemoUser, `"policy":"affinity"`)
	var ids []string
	for range 2 {
		id, a := order(soft.ID, "nova")
		if a.status != http.StatusAccepted {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if groups := of(id); len(groups) != 1 || groups[0] != soft.ID {
			t.Errorf("%v", groups)
		}
		ids = append(ids, id)
	}
	first, a := order(close.ID, "ams03")
	if a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if _, a := order(close.ID, "dal13"); a.status != 400 || !strings.Contains(a.body, "ams03") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if second, a := order(close.ID, "nova"); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	} else {
		var hosts struct {
			Hypervisors []struct {
				Name    string `json:"hypervisor_hostname"`
				Servers []struct{ UUID string }
			}
		}
		w.into(ask(simulator.DemoUser, "GET", "/compute/v2.1/os-hypervisors/detail?with_servers=true", ""), &hosts)
		for _, h := range hosts.Hypervisors {
			if want := map[string]int{"h2": 2}[h.Name]; len(h.Servers) != want {
				t.Errorf("%s has %v, not %s and %s", h.Name, h.Servers, first, second)
			}
		}
	}

	other := w.replica() // finds all of it
	var all struct {
		Groups []group `json:"server_groups"`
	}
	w.into(other.raw(simulator.DemoUser, "GET", path, "", "OpenStack-API-Version", latest), &all)
	if len(all.Groups) != 3 || all.Groups[0].Rules["max_server_per_host"] != 3 || all.Groups[1].ID != soft.ID || len(all.Groups[1].Members) != 2 || len(all.Groups[2].Members) != 2 {
		t.Errorf("%+v", all)
	}
	if a := ask(simulator.AltUser, "DELETE", path+"/"+soft.ID, ""); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}
	for i, want := range []int{204, 404} {
		if a := ask(simulator.DemoUser, "DELETE", path+"/"+soft.ID, ""); a.status != want {
			t.Errorf("%d: %d %s", i, a.status, a.body)
		}
	}
	if groups := of(ids[0]); len(groups) != 0 {
		t.Errorf("in a group that is gone: %v", groups)
	}
	if _, a := order(soft.ID, "nova"); a.status != 400 {
		t.Errorf("%d %s", a.status, a.body)
	}
}
