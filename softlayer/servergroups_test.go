package softlayer

import (
	"net/http"
	"strings"
	"testing"

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
	for _, policy := range []string{"affinity", "soft-affinity", "soft-anti-affinity"} {
		a := ask("POST", path, `{"server_group":{"name":"x","policy":"`+policy+`"}}`)
		if _, message := a.fault(); a.status != 400 || !strings.HasPrefix(message, "ServerGroup policy is not supported: ") {
			t.Errorf("%s: %d %s", policy, a.status, a.body)
		}
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
	if a := ask("DELETE", path+"/"+id, ""); a.status != http.StatusConflict {
		t.Errorf("with members: %d %s", a.status, a.body)
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
