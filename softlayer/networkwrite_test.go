package softlayer

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// q makes a request of the network service, which must be answered with a
// status, and decodes what it answers.
func (w *world) q(method, path, body string, status int, v any) string {
	w.Helper()
	a := w.raw(simulator.DemoUser, method, "/network/v2.0"+path, body)
	if a.status != status {
		w.Errorf("%s %s %s: %d %s, want %d", method, path, body, a.status, a.body, status)
		return a.body
	}
	if v != nil {
		w.into(a, v)
	}
	return a.body
}

type neutronGroup struct {
	Group struct {
		ID, Name, Description string
		Tags                  []string
		Rules                 []neutronRule `json:"security_group_rules"`
	} `json:"security_group"`
}

type neutronRule struct {
	ID, Direction, Ethertype, Description string
	Group                                 string  `json:"security_group_id"`
	Protocol                              *string `json:"protocol"`
	Prefix                                *string `json:"remote_ip_prefix"`
	Remote                                *string `json:"remote_group_id"`
}

// TestNeutronGroups makes, changes and deletes groups and rules as Neutron does.
func TestNeutronGroups(t *testing.T) {
	w := newWorld(t, setup{})
	var web, app neutronGroup
	w.q("POST", "/security-groups", `{"security_group":{"name":"web","description":"d","tags":["ünlimited, tags"]}}`, 201, &web)
	w.q("POST", "/security-groups", `{"security_group":{"name":"app"}}`, 201, &app)
	if g := web.Group; g.Name != "web" || g.Description != "d" || len(g.Rules) != 2 || g.Rules[0].Direction != "egress" || len(g.Tags) != 1 {
		t.Errorf("%+v", web)
	}
	var rule struct {
		Rule neutronRule `json:"security_group_rule"`
	}
	body := `{"security_group_rule":{"security_group_id":"` + web.Group.ID + `","direction":"ingress",`
	w.q("POST", "/security-group-rules", body+`"protocol":"6","port_range_min":80,"port_range_max":80,"remote_ip_prefix":"192.0.2.7/24","description":"the web"}}`, 201, &rule)
	check := func(r neutronRule) {
		t.Helper()
		if *r.Protocol != "6" || *r.Prefix != "192.0.2.7/24" || r.Description != "the web" || r.Group != web.Group.ID {
			t.Errorf("%+v", r)
		}
	}
	check(rule.Rule)
	id := rule.Rule.ID
	w.q("GET", "/security-group-rules/"+id, "", 200, &rule)
	check(rule.Rule)
	if got := w.q("POST", "/security-group-rules", body+`"protocol":"tcp","port_range_min":80,"port_range_max":80,"remote_ip_prefix":"192.0.2.0/24"}}`, 409, nil); !strings.Contains(got, id) || !strings.Contains(got, "SecurityGroupRuleExists") {
		t.Error(got)
	}
	w.q("POST", "/security-group-rules", body+`"protocol":"sctp","port_range_min":80,"port_range_max":80}}`, 400, nil)
	w.q("POST", "/security-group-rules", body+`"remote_group_id":"`+keep.IDOf(keep.SecurityGroupKind, 7)+`"}}`, 404, nil)
	w.q("POST", "/security-group-rules", body+`"remote_group_id":"`+app.Group.ID+`","ethertype":"IPv6","protocol":"icmpv6"}}`, 201, &rule)
	if r := rule.Rule; *r.Remote != app.Group.ID || *r.Protocol != "ipv6-icmp" || r.Ethertype != "IPv6" {
		t.Errorf("%+v", r)
	}
	w.q("PUT", "/security-groups/"+web.Group.ID, `{"security_group":{"name":"www"}}`, 200, &web)
	w.q("PUT", "/security-groups/"+web.Group.ID+"/tags", `{"tags":["a"]}`, 200, nil)
	w.q("GET", "/security-groups/"+web.Group.ID, "", 200, &web)
	if g := web.Group; g.Name != "www" || g.Description != "d" || len(g.Rules) != 4 || !slices.Equal(g.Tags, []string{"a"}) {
		t.Errorf("%+v", web)
	}
	w.q("DELETE", "/security-group-rules/"+id, "", 204, nil)
	w.q("DELETE", "/security-group-rules/"+id, "", 404, nil)
	w.q("DELETE", "/security-groups/"+app.Group.ID, "", 204, nil) // with the rule that names it
	w.q("GET", "/security-groups/"+web.Group.ID, "", 200, &web)
	if len(web.Group.Rules) != 2 {
		t.Errorf("%+v", web)
	}
	if a := w.raw(simulator.AltUser, "DELETE", "/network/v2.0/security-groups/"+web.Group.ID, ""); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}
	server := w.boot(simulator.DemoUser, "web")
	port := w.ports("?device_id=" + server)[0]
	w.q("PUT", "/ports/"+port.ID, `{"port":{"security_groups":["`+web.Group.ID+`"]}}`, 200, nil)
	if got := w.q("DELETE", "/security-groups/"+web.Group.ID, "", 409, nil); !strings.Contains(got, "SecurityGroupInUse") {
		t.Error(got)
	}
	w.q("PUT", "/ports/"+port.ID, `{"port":{"security_groups":["`+port.Groups[0]+`"]}}`, 200, nil)
	w.q("DELETE", "/security-groups/"+web.Group.ID, "", 204, nil)
}

// TestNeutronDefaultGroup: every project has a group "default", which says that
// servers in no group are open.
func TestNeutronDefaultGroup(t *testing.T) {
	find := func(w *world) neutronGroup {
		var list struct {
			Groups []struct{ ID, Name string } `json:"security_groups"`
		}
		w.neutron(simulator.DemoUser, "/security-groups?name=default", &list)
		if len(list.Groups) != 1 {
			t.Fatalf("%+v", list)
		}
		var one neutronGroup
		w.neutron(simulator.DemoUser, "/security-groups/"+list.Groups[0].ID, &one)
		return one
	}
	w := newWorld(t, setup{})
	g := find(w).Group
	if len(g.Rules) != 4 {
		t.Errorf("%+v", g)
	}
	rule := `{"security_group_rule":{"security_group_id":"` + g.ID + `","direction":"ingress","protocol":"tcp","port_range_min":22,"port_range_max":22}}`
	calls := w.calls(func() { w.q("GET", "/security-groups/"+g.ID, "", 200, nil) })
	if calls != 1 {
		t.Errorf("it costs %d calls", calls)
	}
	for _, r := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/security-groups", `{"security_group":{"name":"default"}}`, 409},
		{"PUT", "/security-groups/" + g.ID, `{"security_group":{"name":"other"}}`, 409},
		{"DELETE", "/security-groups/" + g.ID, "", 409},
		{"POST", "/security-group-rules", rule, 403},
		{"DELETE", "/security-group-rules/" + g.Rules[0].ID, "", 403},
	} {
		w.q(r.method, r.path, r.body, r.status, nil)
	}
	if n := len(w.sim.Calls()); w.sim.Calls()["SoftLayer_Network_SecurityGroup::createObject"] != 0 {
		t.Errorf("%d, a group was made", n)
	}

	w = newWorld(t, setup{driver: Options{EditDefaultGroup: true}})
	old := w.boot(simulator.DemoUser, "old")
	groups := func(server string) []string { return w.ports("?device_id=" + server)[0].Groups }
	if got := groups(old); !slices.Equal(got, []string{g.ID}) {
		t.Errorf("%v", got)
	}
	var wg sync.WaitGroup
	for i := range 5 { // one group is made, whoever is first
		wg.Go(func() {
			body := fmt.Sprintf(`{"security_group_rule":{"security_group_id":"%s","direction":"ingress","protocol":"tcp","port_range_min":%d,"port_range_max":%[2]d}}`, g.ID, 22+i)
			w.q("POST", "/security-group-rules", body, 201, nil)
		})
	}
	wg.Wait()
	if n := w.sim.Calls()["SoftLayer_Network_SecurityGroup::createObject"]; n != 1 {
		t.Errorf("%d groups made", n)
	}
	now := find(w).Group
	if now.ID != g.ID || len(now.Rules) != 9 {
		t.Errorf("%+v", now)
	}
	fresh := w.boot(simulator.DemoUser, "fresh")
	if got := groups(old); len(got) != 0 {
		t.Errorf("a server of before is in it: %v", got)
	}
	if got := groups(fresh); !slices.Equal(got, []string{g.ID}) {
		t.Errorf("%v", got)
	}
	w.q("DELETE", "/security-groups/"+g.ID, "", 409, nil)
	for _, r := range now.Rules {
		w.q("DELETE", "/security-group-rules/"+r.ID, "", 204, nil)
	}
	if left := find(w).Group.Rules; len(left) != 0 {
		t.Errorf("%+v", left)
	}
}

// newShop is a world in which networks may be ordered, whose clock goes on
// when somebody waits for what was ordered.
func newShop(t *testing.T, driver Options) *world {
	var w *world
	driver.OrderNetworks = true
	driver.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		for _, list := range []string{"getNetworkVlans", "getSubnets", "getGlobalIpRecords"} {
			if strings.Contains(req.URL.Path, list) {
				defer w.clock.Advance(step)
			}
		}
		return http.DefaultTransport.RoundTrip(req)
	})
	w = newWorld(t, setup{driver: driver})
	w.driver.core.API.Pause = time.Millisecond
	return w
}

// TestNetworkOrders orders a VLAN and a subnet, reserves an address, and gives
// it all back.
func TestNetworkOrders(t *testing.T) {
	w := newShop(t, Options{})
	var n struct{ Network shownNetwork }
	const name = "the back of everything"
	w.q("POST", "/networks", `{"network":{"name":"`+name+`","description":"d","availability_zone_hints":["dal10"],"tags":["a","ü"]}}`, 201, &n)
	if n.Network.Name != name || n.Network.External || !slices.Equal(n.Network.Zones, []string{"dal10"}) {
		t.Errorf("%+v", n)
	}
	id := n.Network.ID
	var found struct{ Networks []shownNetwork }
	if w.neutron(simulator.DemoUser, "/networks?tags=%C3%BC", &found); len(found.Networks) != 1 || found.Networks[0].ID != id {
		t.Errorf("by tag: %+v", found)
	}
	w.q("GET", "/networks?name="+strings.ReplaceAll(name, " ", "%20"), "", 200, nil)
	var s struct{ Subnet shownSubnet }
	w.q("POST", "/subnets", `{"subnet":{"network_id":"`+id+`","ip_version":4,"use_default_subnetpool":true,"prefixlen":28,"name":"app","tags":["a, b"]}}`, 201, &s)
	if s.Subnet.Name != "app" || !strings.HasSuffix(s.Subnet.CIDR, "/28") || s.Subnet.DHCP || s.Subnet.Network != id {
		t.Errorf("%+v", s)
	}
	address := netip.MustParsePrefix(s.Subnet.CIDR).Addr().Next().Next().Next().String()
	p := w.makePort(`"network_id":"` + id + `","fixed_ips":[{"ip_address":"` + address + `"}]`)
	if len(p.FixedIPs) != 1 || p.FixedIPs[0].IP != address || p.FixedIPs[0].Subnet != s.Subnet.ID {
		t.Errorf("%+v", p)
	}
	if got := w.q("POST", "/ports", `{"port":{"network_id":"`+id+`","fixed_ips":[{"subnet_id":"`+s.Subnet.ID+`","ip_address":"`+address+`"}]}}`, 409, nil); !strings.Contains(got, "IpAddressAlreadyAllocated") {
		t.Error(got)
	}
	w.q("DELETE", "/subnets/"+s.Subnet.ID, "", 409, nil)
	w.q("DELETE", "/networks/"+id, "", 409, nil)

	var made struct{ Server struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"networks": []any{map[string]any{"port": p.ID}}})), &made)
	w.clock.Advance(20 * step)
	if now := w.port(p.ID); now.Device != made.Server.ID || len(now.FixedIPs) != 2 || now.FixedIPs[0].IP != address {
		t.Errorf("%+v", now)
	}
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+made.Server.ID, "")
	w.clock.Advance(20 * step)
	w.q("DELETE", "/ports/"+p.ID, "", 204, nil)
	p = w.makePort(`"network_id":"` + id + `","fixed_ips":[{"ip_address":"` + address + `"}]`) // it is free again
	w.q("DELETE", "/ports/"+p.ID, "", 204, nil)
	w.q("DELETE", "/subnets/"+s.Subnet.ID, "", 204, nil)
	w.clock.Advance(2 * step)
	w.q("GET", "/subnets/"+s.Subnet.ID, "", 404, nil)
	w.q("DELETE", "/networks/"+id, "", 204, nil)
	w.clock.Advance(2 * step)
	w.q("GET", "/networks/"+id, "", 404, nil)
	for _, things := range []string{"network", "subnet"} {
		if all, live := w.allOverflows(things), w.overflows(things); len(all) != 1 || len(live) != 0 {
			t.Errorf("%d records of a %s, %d stay", len(all), things, len(live))
		}
	}

	given := w.networkIn("dal13.bcr01")
	if got := w.q("DELETE", "/networks/"+given, "", 409, nil); !strings.Contains(got, "came with a server") {
		t.Error(got)
	}
	for _, r := range []struct {
		path, body string
		status     int
	}{
		{"/networks", `{"network":{"availability_zone_hints":["nonsense"]}}`, 404},
		{"/networks", `{"network":{"admin_state_up":false}}`, 400},
		{"/networks", `{"network":{"mtu":1400}}`, 400},
		{"/networks", `{"networks":[{},{}]}`, 400},
		{"/networks", `{"network":{"router:external":true}}`, 403},
		{"/subnets", `{"subnet":{"network_id":"` + given + `","ip_version":4,"cidr":"192.0.2.0/24"}}`, 400},
		{"/subnets", `{"subnet":{"network_id":"` + given + `","ip_version":4,"use_default_subnetpool":true,"prefixlen":20}}`, 400},
		{"/subnets", `{"subnet":{"network_id":"` + keep.IDOf(keep.NetworkKind, 7) + `","ip_version":4,"use_default_subnetpool":true}}`, 404},
	} {
		w.q("POST", r.path, r.body, r.status, nil)
	}
	if n := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]; n != 2 {
		t.Errorf("%d orders", n)
	}
}

// TestOrdersRefused: nobody pays for a network whom the configuration does not
// let, and the refusal says so.
func TestOrdersRefused(t *testing.T) {
	w := newWorld(t, setup{})
	given := w.networkIn("dal13.bcr01")
	for path, body := range map[string]string{
		"/networks": `{"network":{"name":"x"}}`,
		"/subnets":  `{"subnet":{"network_id":"` + given + `","ip_version":4,"use_default_subnetpool":true}}`,
	} {
		if got := w.q("POST", path, body, 403, nil); !strings.Contains(got, "billed by the month") {
			t.Error(got)
		}
	}
	if n := w.sim.Calls()["SoftLayer_Product_Order::placeOrder"]; n != 0 {
		t.Errorf("%d orders", n)
	}
}

// TestNames gives networks and subnets names and descriptions that SoftLayer
// has no room for.
func TestNames(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.networkIn("dal13.bcr01")
	long := strings.Repeat("name ", 20) + "Ä"
	var n struct {
		Network struct{ Name, Description string }
	}
	w.q("PUT", "/networks/"+id, `{"network":{"name":"`+long+`","description":"of Ann"}}`, 200, &n)
	w.q("GET", "/networks/"+id, "", 200, &n)
	if n.Network.Name != long || n.Network.Description != "of Ann" {
		t.Errorf("%+v", n)
	}
	var nova struct{ Networks []struct{ ID, Label string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-networks", ""), &nova)
	if !slices.ContainsFunc(nova.Networks, func(n struct{ ID, Label string }) bool { return n.ID == id && n.Label == long }) {
		t.Errorf("%+v", nova)
	}
	var s struct{ Subnets []shownSubnet }
	w.neutron(simulator.DemoUser, "/subnets?network_id="+id, &s)
	w.q("PUT", "/subnets/"+s.Subnets[0].ID, `{"subnet":{"name":"`+long+`"}}`, 200, nil)
	w.q("PUT", "/subnets/"+s.Subnets[0].ID+"/tags", `{"tags":["a"]}`, 200, nil)
	if w.neutron(simulator.DemoUser, "/subnets?tags=a", &s); len(s.Subnets) != 1 || s.Subnets[0].Name != long {
		t.Errorf("%+v", s)
	}
	for _, body := range []string{
		`"gateway_ip":null`, `"enable_dhcp":false`, `"dns_nameservers":["192.0.2.1"]`, `"host_routes":[{"destination":"192.0.2.0/24","nexthop":"10.0.0.1"}]`,
	} {
		w.q("PUT", "/subnets/"+s.Subnets[0].ID, `{"subnet":{`+body+`}}`, 400, nil)
	}
	w.q("PUT", "/networks/"+id, `{"network":{"admin_state_up":false}}`, 400, nil)
	w.q("PUT", "/networks/"+w.networkIn("public"), `{"network":{"name":"x"}}`, 403, nil)
}

type neutronIP struct {
	IP struct {
		ID, Status, Description string
		Address                 string  `json:"floating_ip_address"`
		Port                    *string `json:"port_id"`
		Fixed                   *string `json:"fixed_ip_address"`
		Router                  *string `json:"router_id"`
		Tags                    []string
	} `json:"floatingip"`
}

// TestNeutronFloatingIPs orders an address, moves it as fast as clients do, and
// gives it back.
func TestNeutronFloatingIPs(t *testing.T) {
	w := newShop(t, Options{})
	w.driver.core.Later.Pause = time.Millisecond
	one, two := w.boot(simulator.DemoUser, "one"), w.boot(simulator.DemoUser, "two")
	public := func(server string) (public, private shownPort) {
		for _, p := range w.ports("?device_id=" + server) {
			if strings.HasPrefix(p.FixedIPs[0].IP, "198.18.") {
				public = p
			} else {
				private = p
			}
		}
		return public, private
	}
	first, inside := public(one)
	second, _ := public(two)
	pool := w.networkIn("public")
	orders := func() int { return w.sim.Calls()["SoftLayer_Product_Order::placeOrder"] }

	for _, r := range []struct {
		members string
		status  int
	}{
		{`"floating_network_id":"` + w.networkIn("dal13.bcr01") + `"`, 400},
		{`"floating_network_id":"` + w.networkIn("dal13.fcr01") + `"`, 400},
		{`"floating_network_id":"` + keep.IDOf(keep.NetworkKind, 7) + `"`, 404},
		{`"floating_network_id":"` + pool + `","port_id":"` + keep.IDOf(keep.PortKind, 7) + `"`, 404},
		{`"floating_network_id":"` + pool + `","port_id":"` + inside.ID + `"`, 404}, // not reachable
		{`"floating_network_id":"` + pool + `","port_id":"` + first.ID + `","fixed_ip_address":"192.0.2.1"`, 400},
	} {
		w.q("POST", "/floatingips", `{"floatingip":{`+r.members+`}}`, r.status, nil)
	}
	if orders() != 0 {
		t.Errorf("%d orders", orders())
	}
	var ip neutronIP
	w.q("POST", "/floatingips", `{"floatingip":{"floating_network_id":"`+pool+`","port_id":"`+first.ID+`","description":"d","tags":["a","ü"]}}`, 201, &ip)
	id := ip.IP.ID
	check := func(port *shownPort) {
		t.Helper()
		var got neutronIP
		w.q("GET", "/floatingips/"+id, "", 200, &got)
		switch {
		case got.IP.Description != "d" || !slices.Equal(got.IP.Tags, []string{"a", "ü"}):
			t.Errorf("%+v", got)
		case port == nil && (got.IP.Port != nil || got.IP.Status != "DOWN" || got.IP.Router != nil):
			t.Errorf("%+v", got)
		case port != nil && (got.IP.Port == nil || *got.IP.Port != port.ID || *got.IP.Fixed != port.FixedIPs[0].IP || got.IP.Status != "ACTIVE" || got.IP.Router == nil):
			t.Errorf("%+v, want %+v", got, port)
		}
	}
	check(&first)
	w.q("PUT", "/floatingips/"+id, `{"floatingip":{"port_id":"`+second.ID+`"}}`, 200, nil) // SoftLayer is still at work on the first
	check(&second)
	w.q("PUT", "/floatingips/"+id, `{"floatingip":{"port_id":null}}`, 200, nil)
	check(nil)
	w.q("PUT", "/floatingips/"+id, `{"floatingip":{"port_id":"`+second.ID+`"}}`, 200, nil)
	check(&second)
	for deadline := time.Now().Add(10 * time.Second); ; {
		w.clock.Advance(step)
		if all, err := w.driver.network.GlobalIPs(asDemo()); err == nil && all[0].Destination != nil && all[0].Destination.IP == second.FixedIPs[0].IP {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("SoftLayer was never told")
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.driver.network.Forget()
	check(&second)

	var other neutronIP
	w.q("POST", "/floatingips", `{"floatingip":{"floating_network_id":"`+pool+`"}}`, 201, &other)
	if got := w.q("PUT", "/floatingips/"+other.IP.ID, `{"floatingip":{"port_id":"`+second.ID+`"}}`, 409, nil); !strings.Contains(got, "FloatingIPPortAlreadyAssociated") {
		t.Error(got)
	}
	if a := w.raw(simulator.AltUser, "PUT", "/network/v2.0/floatingips/"+id, `{"floatingip":{"port_id":null}}`); a.status != http.StatusNotFound {
		t.Errorf("another account's: %d %s", a.status, a.body)
	}
	for _, one := range []string{id, other.IP.ID} {
		w.q("DELETE", "/floatingips/"+one, "", 204, nil)
		w.q("GET", "/floatingips/"+one, "", 404, nil)
	}
	if orders() != 2 {
		t.Errorf("%d orders", orders())
	}
}

// TestNeutronRuleAtOnce: of those who ask for one rule at the same time one gets
// it, and the others are told which it is.
func TestNeutronRuleAtOnce(t *testing.T) {
	w := newWorld(t, setup{})
	var web neutronGroup
	w.q("POST", "/security-groups", `{"security_group":{"name":"web"}}`, 201, &web)
	body := `{"security_group_rule":{"security_group_id":"` + web.Group.ID + `","direction":"ingress","protocol":"tcp","port_range_min":80,"port_range_max":80}}`
	w.token(simulator.DemoUser)
	answers := make([]*answer, 8)
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() { answers[i] = w.raw(simulator.DemoUser, "POST", "/network/v2.0/security-group-rules", body) })
	}
	wait.Wait()
	made := 0
	for _, a := range answers {
		switch {
		case a.status == http.StatusCreated:
			made++
		case a.status != http.StatusConflict || !strings.Contains(a.body, "SecurityGroupRuleExists"):
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}
