package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// networkIn is the id of the public or private network in a datacenter.
func (w *world) networkIn(prefix string) string {
	w.Helper()
	var list struct{ Networks []shownNetwork }
	w.neutron(simulator.DemoUser, "/networks", &list)
	for _, n := range list.Networks {
		if strings.HasPrefix(n.Name, prefix) {
			return n.ID
		}
	}
	w.Fatalf("no network begins with %s", prefix)
	return ""
}

func (w *world) makePort(members string) shownPort {
	w.Helper()
	var made struct{ Port shownPort }
	w.q("POST", "/ports", `{"port":{`+members+`}}`, 201, &made)
	return made.Port
}

func (w *world) port(id string) shownPort {
	w.Helper()
	var one struct{ Port shownPort }
	w.neutron(simulator.DemoUser, "/ports/"+id, &one)
	return one.Port
}

// TestPortBeforeServer follows a port that is made before the server that
// takes it over, and stays when that goes.
func TestPortBeforeServer(t *testing.T) {
	w := newWorld(t, setup{})
	network := w.networkIn("dal10.fcr01")
	var group neutronGroup
	w.q("POST", "/security-groups", `{"security_group":{"name":"web"}}`, 201, &group)
	p := w.makePort(`"network_id":"` + network + `","name":"front","description":"d","tags":["a, b"],"security_groups":["` + group.Group.ID + `"]`)
	if p.Status != "DOWN" || p.Network != network || p.Name != "front" || len(p.FixedIPs) != 0 || p.Device != "" || !slices.Equal(p.Groups, []string{group.Group.ID}) {
		t.Errorf("%+v", p)
	}
	if all := w.ports("?name=front"); len(all) != 1 || all[0].ID != p.ID {
		t.Errorf("%+v", all)
	}
	if a := w.raw(simulator.AltUser, "GET", "/network/v2.0/ports/"+p.ID, ""); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}

	create := func(port string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"networks": []any{map[string]any{"port": port}}}))
	}
	var made struct{ Server struct{ ID string } }
	w.into(create(p.ID), &made)
	if now := w.port(p.ID); now.Device != made.Server.ID || now.Status != "BUILD" {
		t.Errorf("while it is made: %+v", now)
	}
	create(p.ID).refused(t, 409, "Port "+p.ID+" is still in use.")
	w.clock.Advance(20 * step)
	check := func() {
		t.Helper()
		now := w.port(p.ID)
		if now.Device != made.Server.ID || now.Status != "ACTIVE" || now.Name != "front" || now.Description != "d" || !slices.Equal(now.Tags, []string{"a, b"}) ||
			now.Network != network || len(now.FixedIPs) != 1 || !slices.Equal(now.Groups, []string{group.Group.ID}) {
			t.Errorf("%+v", now)
		}
	}
	check()
	if all := w.ports("?device_id=" + made.Server.ID); len(all) != 2 || all[0].ID != p.ID && all[1].ID != p.ID {
		t.Errorf("%+v", all)
	}
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+made.Server.ID+"/os-interface", ""); !strings.Contains(a.body, p.ID) {
		t.Errorf("compute calls it otherwise: %s", a.body)
	}
	if got := w.q("DELETE", "/ports/"+p.ID, "", 409, nil); !strings.Contains(got, "PortInUse") {
		t.Error(got)
	}
	w.q("PUT", "/ports/"+p.ID, `{"port":{"admin_state_up":false}}`, 200, nil)
	if now := w.port(p.ID); now.Up || now.Status != "DOWN" {
		t.Errorf("%+v", now)
	}
	w.q("PUT", "/ports/"+p.ID, `{"port":{"admin_state_up":true}}`, 200, nil)
	check()

	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+made.Server.ID, "")
	w.clock.Advance(20 * step)
	if now := w.port(p.ID); now.Device != "" || now.Status != "DOWN" || len(now.FixedIPs) != 0 {
		t.Errorf("without its server: %+v", now)
	}
	if a := create(p.ID); a.status != http.StatusAccepted {
		t.Errorf("again: %d %s", a.status, a.body)
	}
}

// TestPortsOfServers names the ports that servers come with.
func TestPortsOfServers(t *testing.T) {
	w := newWorld(t, setup{})
	server := w.boot(simulator.DemoUser, "web")
	id := w.ports("?device_id=" + server)[0].ID
	w.q("PUT", "/ports/"+id, `{"port":{"name":"eth","description":"d"}}`, 200, nil)
	w.q("PUT", "/ports/"+id+"/tags", `{"tags":["x"]}`, 200, nil)
	if p := w.port(id); p.Name != "eth" || p.Description != "d" || !slices.Equal(p.Tags, []string{"x"}) {
		t.Errorf("%+v", p)
	}
	if all := w.ports("?name=eth&tags=x"); len(all) != 1 || all[0].ID != id {
		t.Errorf("%+v", all)
	}
	for _, body := range []string{
		`"fixed_ips":[]`, `"mac_address":"02:00:00:00:00:01"`, `"security_groups":[]`, `"allowed_address_pairs":[{"ip_address":"192.0.2.1"}]`,
		`"port_security_enabled":false`, `"extra_dhcp_opts":[{"opt_name":"a","opt_value":"b"}]`,
	} {
		if a := w.raw(simulator.DemoUser, "PUT", "/network/v2.0/ports/"+id, `{"port":{`+body+`}}`); a.status != 400 && a.status != 403 {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	w.q("DELETE", "/ports/"+id, "", 409, nil)
	router := w.ports("?device_owner=network:router_interface")[0].ID
	w.q("DELETE", "/ports/"+router, "", 409, nil)
	w.q("PUT", "/ports/"+router, `{"port":{"name":"x"}}`, 403, nil)
}

// TestBadPorts: what can't be is refused before anything is kept.
func TestBadPorts(t *testing.T) {
	w := newWorld(t, setup{})
	network := w.networkIn("dal10.fcr01")
	var subnets struct{ Subnets []shownSubnet }
	w.neutron(simulator.DemoUser, "/subnets?network_id="+network, &subnets)
	address := strings.TrimSuffix(subnets.Subnets[0].Gateway, "1")
	for _, test := range []struct {
		members string
		status  int
	}{
		{`"network_id":"` + keep.IDOf(keep.NetworkKind, 7) + `"`, 404},
		{`"network_id":"` + w.networkIn("public") + `"`, 403},
		{`"network_id":"` + network + `","security_groups":["` + keep.IDOf(keep.SecurityGroupKind, 7) + `"]`, 404},
		{`"network_id":"` + network + `","security_groups":[]`, 400},
		{`"network_id":"` + network + `","fixed_ips":[{"subnet_id":"` + keep.IDOf(keep.SubnetKind, 7) + `"}]`, 404},
		{`"network_id":"` + network + `","fixed_ips":[{"ip_address":"192.0.2.1"}]`, 400},
		{`"network_id":"` + network + `","fixed_ips":[{"ip_address":"` + address + `9"}]`, 400}, // SoftLayer gives out those of a primary subnet
		{`"network_id":"` + network + `","admin_state_up":false`, 400},
	} {
		w.q("POST", "/ports", `{"port":{`+test.members+`}}`, test.status, nil)
		w.q("POST", "/ports", `{"ports":[{"network_id":"`+network+`"},{`+test.members+`}]}`, test.status, nil)
	}
	if all := w.ports("?device_id="); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"networks": []any{map[string]any{"port": keep.IDOf(keep.PortKind, 7)}}}))
	a.refused(t, 400, "Port id "+keep.IDOf(keep.PortKind, 7)+" could not be found.")
	var group neutronGroup
	w.q("POST", "/security-groups", `{"security_group":{"name":"held"}}`, 201, &group)
	held := w.makePort(`"network_id":"` + network + `","security_groups":["` + group.Group.ID + `"]`)
	if got := w.q("DELETE", "/security-groups/"+group.Group.ID, "", 409, nil); !strings.Contains(got, "SecurityGroupInUse") {
		t.Error(got)
	}
	w.q("DELETE", "/ports/"+held.ID, "", 204, nil)
	w.q("DELETE", "/security-groups/"+group.Group.ID, "", 204, nil)
	p := w.makePort(`"network_id":"` + network + `"`)
	w.q("PUT", "/ports/"+p.ID, `{"port":{"fixed_ips":[{"subnet_id":"`+subnets.Subnets[0].ID+`"}],"name":"n"}}`, 200, nil)
	a = w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"flavorRef": "nonsense", "networks": []any{map[string]any{"port": p.ID}}}))
	if a.status == 202 || w.port(p.ID).Device != "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.q("DELETE", "/ports/"+p.ID, "", 204, nil) // the order that failed let it go
	w.q("DELETE", "/ports/"+p.ID, "", 404, nil)
}

// TestOnePortForMany: of servers that want one port at the same time one gets it.
func TestOnePortForMany(t *testing.T) {
	w := newWorld(t, setup{})
	p := w.makePort(`"network_id":"` + w.networkIn("dal10.fcr01") + `"`)
	w.token(simulator.DemoUser)
	var wg sync.WaitGroup
	var won atomic.Int32
	for i := range 8 {
		wg.Go(func() {
			a, err := w.try(simulator.DemoUser, "POST", "/compute/v2.1/servers",
				order(map[string]any{"name": fmt.Sprint("s", i), "networks": []any{map[string]any{"port": p.ID}}}))
			switch {
			case err == nil && a.status == http.StatusAccepted:
				won.Add(1)
			case err != nil || a.status != http.StatusConflict:
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d servers got it", won.Load())
	}
}
