package softlayer

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestNetworkQuotas counts what an account has, with one call.
func TestNetworkQuotas(t *testing.T) {
	w := newWorld(t, setup{sim: guests(2)})
	w.token(simulator.DemoUser)
	var quota struct {
		Quota map[string]struct{ Limit, Used int }
	}
	if n := w.calls(func() { w.neutron(simulator.DemoUser, "/quotas/307001/details.json", &quota) }); n != 1 {
		t.Errorf("%d calls", n)
	}
	for resource, used := range map[string]int{
		"network": 6, "subnet": 6, "port": 4, "router": 1, "floatingip": 0, "security_group": 1, "security_group_rule": 4,
	} {
		if q := quota.Quota[resource]; q.Used != used || q.Limit != -1 {
			t.Errorf("%s: %+v, want %d used", resource, q, used)
		}
	}
	if a := w.raw(simulator.DemoUser, "GET", "/network/v2.0/quotas/307002", ""); a.status == http.StatusOK {
		t.Errorf("another account's: %s", a.body)
	}
}

// TestNetworkZones: they are datacenters.
func TestNetworkZones(t *testing.T) {
	w := newWorld(t, setup{})
	var list struct {
		Zones []struct{ Name, Resource, State string } `json:"availability_zones"`
	}
	w.neutron(simulator.DemoUser, "/availability_zones?name=dal13", &list)
	if len(list.Zones) != 2 || list.Zones[0].State != "available" {
		t.Errorf("%+v", list)
	}
}

// TestGatewayInterfaces puts networks behind a gateway and takes them away.
func TestGatewayInterfaces(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Gateways = []simulator.Gateway{{Name: "edge", Datacenter: "dal13"}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	var list struct{ Routers []struct{ ID, Name string } }
	w.neutron(simulator.DemoUser, "/routers?sort_key=name&sort_dir=asc", &list)
	backbone, edge := list.Routers[0].ID, list.Routers[1].ID
	var subnets struct{ Subnets []shownSubnet }
	w.neutron(simulator.DemoUser, "/subnets?network_id="+w.networkIn("dal13.bcr01"), &subnets)
	subnet := `{"subnet_id":"` + subnets.Subnets[0].ID + `"}`
	var in struct {
		ID   string
		Port string `json:"port_id"`
	}
	w.q("PUT", "/routers/"+edge+"/add_router_interface", subnet, 200, &in)
	if p := w.port(in.Port); p.Device != edge || in.ID != edge || p.FixedIPs[0].Subnet != subnets.Subnets[0].ID {
		t.Errorf("%+v, %+v", in, p)
	}
	w.q("PUT", "/routers/"+edge+"/add_router_interface", subnet, 400, nil)
	w.q("PUT", "/routers/"+edge+"/remove_router_interface", subnet, 200, nil)
	w.q("PUT", "/routers/"+edge+"/remove_router_interface", subnet, 404, nil)
	w.q("GET", "/ports/"+in.Port, "", 404, nil)
	w.q("PUT", "/routers/"+backbone+"/add_router_interface", subnet, 403, nil)
	w.q("PUT", "/routers/"+edge+"/add_router_interface", `{"subnet_id":"`+keep.IDOf(keep.SubnetKind, 7)+`"}`, 404, nil)
	w.q("PUT", "/routers/"+edge, `{"router":{"name":"frontier"}}`, 200, nil)
	w.q("PUT", "/routers/"+edge, `{"router":{"admin_state_up":false}}`, 403, nil)
	w.q("DELETE", "/routers/"+edge, "", 403, nil)
	if got := w.q("POST", "/routers", `{"router":{"name":"x"}}`, 403, nil); !strings.Contains(got, "machines") {
		t.Error(got)
	}
	var one struct{ Router struct{ Name string } }
	if w.neutron(simulator.DemoUser, "/routers/"+edge, &one); one.Router.Name != "frontier" {
		t.Errorf("%+v", one)
	}
}

// TestManyRules: the rules of 500 groups are one call.
func TestManyRules(t *testing.T) {
	w := newWorld(t, setup{})
	w.token(simulator.DemoUser)
	for range 500 {
		w.firewall("g", map[string]any{"direction": "ingress", "protocol": "tcp", "portRangeMin": 80, "portRangeMax": 80})
	}
	var list struct {
		Rules []struct{ ID string } `json:"security_group_rules"`
	}
	if n := w.calls(func() { w.neutron(simulator.DemoUser, "/security-group-rules", &list) }); n != 1 || len(list.Rules) != 504 {
		t.Errorf("%d calls for %d rules", n, len(list.Rules))
	}
	if n := w.calls(func() { w.neutron(simulator.DemoUser, "/security-groups?limit=10", new(any)) }); n != 1 {
		t.Errorf("%d calls for a page", n)
	}
}

// TestRevisions: a change gives a thing another revision, which If-Match holds
// it to.
func TestRevisions(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.networkIn("dal13.bcr01")
	var n struct {
		Network struct {
			Revision int `json:"revision_number"`
		}
	}
	w.q("GET", "/networks/"+id, "", 200, &n)
	old := n.Network.Revision
	w.q("PUT", "/networks/"+id, `{"network":{"description":"d"}}`, 200, &n)
	if n.Network.Revision == old {
		t.Errorf("still %d", old)
	}
	match := func(revision string) int {
		return w.raw(simulator.DemoUser, "PUT", "/network/v2.0/networks/"+id, `{"network":{"description":"e"}}`, "If-Match", "revision_number="+revision).status
	}
	if got := match("7"); got != http.StatusPreconditionFailed {
		t.Errorf("%d", got)
	}
	w.q("GET", "/networks/"+id, "", 200, &n)
	if got := match(strconv.Itoa(n.Network.Revision)); got != http.StatusOK {
		t.Errorf("%d", got)
	}
}
