package softlayer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// neutron decodes what GET of a path of the network service answers.
func (w *world) neutron(user, path string, v any) {
	w.Helper()
	a := w.raw(user, "GET", "/network/v2.0"+path, "")
	if a.status != http.StatusOK {
		w.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	w.into(a, v)
}

type shownNetwork struct {
	ID, Name, Status string
	Project          string `json:"project_id"`
	External         bool   `json:"router:external"`
	Subnets          []string
	Zones            []string `json:"availability_zones"`
}

type shownSubnet struct {
	ID, Name, CIDR string
	Network        string `json:"network_id"`
	Gateway        string `json:"gateway_ip"`
	DHCP           bool   `json:"enable_dhcp"`
	Pools          []struct{ Start, End string }
}

type shownPort struct {
	ID, Name, Status string
	Network          string   `json:"network_id"`
	Device           string   `json:"device_id"`
	Owner            string   `json:"device_owner"`
	MAC              string   `json:"mac_address"`
	Groups           []string `json:"security_groups"`
	Up               bool     `json:"admin_state_up"`
	Description      string
	Tags             []string
	FixedIPs         []struct {
		Subnet string `json:"subnet_id"`
		IP     string `json:"ip_address"`
	} `json:"fixed_ips"`
}

func (w *world) ports(query string) []shownPort {
	w.Helper()
	var list struct{ Ports []shownPort }
	w.neutron(simulator.DemoUser, "/ports"+query, &list)
	return list.Ports
}

// TestOneWorld: the network service and compute tell the same story.
func TestOneWorld(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")

	var networks struct{ Networks []shownNetwork }
	w.neutron(simulator.DemoUser, "/networks", &networks)
	names := make(map[string]string)
	for _, n := range networks.Networks {
		names[n.ID] = n.Name
		if n.Name == "public" && (!n.External || len(n.Subnets) != 0) || n.Name != "public" && (n.Project != "307001" || len(n.Subnets) != 1) {
			t.Errorf("%+v", n)
		}
		var one struct{ Network shownNetwork }
		if w.neutron(simulator.DemoUser, "/networks/"+n.ID, &one); one.Network.Name != n.Name {
			t.Errorf("%+v, in the list %+v", one, n)
		}
		if a := w.raw(simulator.AltUser, "GET", "/network/v2.0/networks/"+n.ID, ""); a.status != http.StatusNotFound || !strings.Contains(a.body, "NetworkNotFound") {
			t.Errorf("another account's: %d %s", a.status, a.body)
		}
	}
	var nova struct{ Networks []struct{ ID, Label string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-networks", ""), &nova)
	if len(nova.Networks) != 8 || len(names) != 9 {
		t.Errorf("%+v and %+v", nova, names)
	}
	for _, n := range nova.Networks {
		if names[n.ID] != n.Label {
			t.Errorf("compute calls %s %s, not %s", n.ID, n.Label, names[n.ID])
		}
	}

	var subnets struct{ Subnets []shownSubnet }
	w.neutron(simulator.DemoUser, "/subnets", &subnets)
	prefix := make(map[string]string)
	for _, s := range subnets.Subnets {
		prefix[s.ID] = s.CIDR
		if names[s.Network] == "" || s.Name != s.CIDR || !strings.HasSuffix(s.CIDR, "/26") || s.Gateway == "" {
			t.Errorf("%+v", s)
		}
		var one struct{ Subnet shownSubnet }
		if w.neutron(simulator.DemoUser, "/subnets/"+s.ID, &one); one.Subnet.CIDR != s.CIDR {
			t.Errorf("%+v, in the list %+v", one, s)
		}
	}
	if len(prefix) != 8 {
		t.Errorf("%+v", subnets)
	}

	var attached struct {
		Ports []struct {
			Port string `json:"port_id"`
			Net  string `json:"net_id"`
			MAC  string `json:"mac_addr"`
			IPs  []struct {
				IP string `json:"ip_address"`
			} `json:"fixed_ips"`
		} `json:"interfaceAttachments"`
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id+"/os-interface", ""), &attached)
	ports := make(map[string]shownPort)
	for _, p := range w.ports("?device_id=" + id) {
		ports[p.ID] = p
		if p.Device != id || !strings.HasPrefix(p.Owner, "compute:") || p.Status != "ACTIVE" || prefix[p.FixedIPs[0].Subnet] == "" || len(p.Groups) != 1 {
			t.Errorf("%+v", p)
		}
		var one struct{ Port shownPort }
		if w.neutron(simulator.DemoUser, "/ports/"+p.ID, &one); one.Port.MAC != p.MAC {
			t.Errorf("%+v, in the list %+v", one, p)
		}
	}
	if len(ports) != 2 || len(attached.Ports) != 2 {
		t.Errorf("%+v and %+v", ports, attached)
	}
	for _, a := range attached.Ports {
		if p := ports[a.Port]; p.Network != a.Net || p.MAC != a.MAC || p.FixedIPs[0].IP != a.IPs[0].IP {
			t.Errorf("compute says %+v, not %+v", a, p)
		}
	}
	if all := w.ports(""); len(all) != 6 { // and the gateways of four public subnets
		t.Errorf("%+v", all)
	}
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+id, "")
	if left := w.ports("?device_id=" + id); len(left) != 0 {
		t.Errorf("ports of a server that is gone: %+v", left)
	}
}

// TestNetworkCalls: a list costs one call for a kind of thing.
func TestNetworkCalls(t *testing.T) {
	w := newWorld(t, setup{sim: guests(20)})
	for range 5 {
		w.firewall("many", map[string]any{"direction": "ingress", "protocol": "tcp", "portRangeMin": 80, "portRangeMax": 80})
	}
	device := w.ports("?limit=1&device_owner=compute:dal13")[0].Device
	for path, want := range map[string]int{
		"/networks":                              1,
		"/subnets":                               1,
		"/ports?device_owner=compute:dal13":      1, // whether the account has a "default" is known
		"/ports?device_id=" + device:             1,
		"/ports":                                 2, // of servers, of routers
		"/routers":                               1,
		"/floatingips":                           1,
		"/security-groups":                       1,
		"/security-group-rules":                  1,
		"/security-groups?name=many&fields=name": 1,
	} {
		if n := w.calls(func() { w.neutron(simulator.DemoUser, path, new(any)) }); n != want {
			t.Errorf("%s: %d calls, want %d", path, n, want)
		}
	}
}

// TestRouters shows the backbone and gateways.
func TestRouters(t *testing.T) {
	accounts := simulator.DemoAccounts()
	accounts[0].Gateways = []simulator.Gateway{{Name: "edge", Datacenter: "dal13", Inside: true}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	var list struct {
		Routers []struct {
			ID, Name, Description string
			Gateway               *struct {
				Network string `json:"network_id"`
				IPs     []struct {
					IP string `json:"ip_address"`
				} `json:"external_fixed_ips"`
			} `json:"external_gateway_info"`
		}
	}
	w.neutron(simulator.DemoUser, "/routers?sort_key=name&sort_dir=asc", &list)
	if len(list.Routers) != 2 || list.Routers[0].Name != "backbone" || list.Routers[1].Name != "edge" ||
		list.Routers[1].Gateway == nil || len(list.Routers[1].Gateway.IPs) != 1 {
		t.Fatalf("%+v", list)
	}
	count := make(map[string]int)
	for _, p := range w.ports("?device_owner=network:router_interface") {
		count[p.Device]++
		if p.Owner != "network:router_interface" || len(p.FixedIPs) != 1 {
			t.Errorf("%+v", p)
		}
	}
	for i, want := range []int{3, 2} { // public subnets that are not behind it, and its own; both subnets inside
		id := list.Routers[i].ID
		if count[id] != want || len(w.ports("?device_id="+id)) != want {
			t.Errorf("%s has %d ports, want %d", list.Routers[i].Name, count[id], want)
		}
		var one struct{ Router struct{ Name string } }
		if w.neutron(simulator.DemoUser, "/routers/"+id, &one); one.Router.Name != list.Routers[i].Name {
			t.Errorf("%+v", one)
		}
		if a := w.raw(simulator.AltUser, "GET", "/network/v2.0/routers/"+id, ""); a.status != http.StatusNotFound {
			t.Errorf("another account's: %d %s", a.status, a.body)
		}
	}
}
