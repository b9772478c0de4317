package memory

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
)

// step is a request and what must be answered. In path, body and want $name is
// an id that an earlier step saved under that name.
type step struct {
	who, method, path, body string
	status                  int
	want                    string // is in the answer; "!" before: is not
	save                    string // the name of the id of what was made
}

// netStory plays steps against the network service of a new cloud, whose users
// are who the steps say.
func netStory(t *testing.T, steps []step) *Cloud {
	t.Helper()
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{"public": stableUUID("network", "public")}
	for _, name := range []string{"demo", "alt_demo", "admin"} {
		ids[name] = c.ProjectID(name)
		ids[name+"_net"] = stableUUID("network", "private "+c.ProjectID(name))
		ids[name+"_subnet"] = stableUUID("subnet", ids[name+"_net"])
		ids[name+"_router"] = stableUUID("router", c.ProjectID(name))
		ids[name+"_group"] = stableUUID("security group", c.ProjectID(name))
	}
	server := netServer(t, c)
	for i, s := range steps {
		fill := func(text string) string { return os.Expand(text, func(name string) string { return ids[name] }) }
		method, match, _ := strings.Cut(s.method, " ")
		req, err := http.NewRequest(method, server.URL+"/v2.0"+fill(s.path), strings.NewReader(fill(s.body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-User", s.who)
		if match != "" {
			req.Header.Set("If-Match", match)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		want, not := strings.CutPrefix(fill(s.want), "!")
		if resp.StatusCode != s.status || strings.Contains(string(got), want) == not && s.want != "" {
			t.Errorf("step %d: %s %s %s %s: %d %s; want %d and %q", i, s.who, s.method, s.path, s.body, resp.StatusCode, got, s.status, fill(s.want))
			return c
		}
		if s.save != "" {
			ids[s.save] = madeID(got)
		}
	}
	return c
}

func madeID(body []byte) string {
	var o map[string]any
	if json.Unmarshal(body, &o) != nil {
		return ""
	}
	for _, v := range o {
		switch v := v.(type) {
		case map[string]any:
			id, _ := v["id"].(string)
			return id
		}
	}
	id, _ := o["port_id"].(string) // of an interface
	return id
}

func netServer(t *testing.T, c *Cloud) *httptest.Server {
	t.Helper()
	gw, err := jumpgate.New(jumpgate.Options{
		AccessLog: func(*jumpgate.Request, jumpgate.Outcome) {},
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Network: {Mount: "/", Driver: c}, jumpgate.Compute: {Driver: c},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		name := r.Header.Get("X-User")
		p := &jumpgate.Principal{UserID: name, ProjectID: c.ProjectID(name), Roles: []string{"member", "reader"}}
		switch name {
		case "admin":
			p.Roles = append(p.Roles, "admin")
		case "nova":
			p.ProjectID, p.Roles = stableID("project", "service"), []string{"service"}
		case "alt_demo":
			p.Roles = append(p.Roles, "manager")
		}
		r.Env.Principal, r.Env.ProjectID = p, p.ProjectID
		return nil
	})
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server
}

// TestNetworkBadInput: what can't be is refused in Neutron's words, and leaves
// nothing behind.
func TestNetworkBadInput(t *testing.T) {
	const subnet = `{"subnet": {"network_id": "$n", "ip_version": 4, `
	netStory(t, []step{
		{"demo", "POST", "/networks", `{"network": {"name": "n"}}`, 201, "", "n"},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.0.0/24"}}`, 201, "", "s"},

		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.0.128/25"}}`, 400, "overlaps with another subnet.", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/33"}}`, 400, "10.0.1.0/33 is not in a CIDR format.", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": 7}}`, 400, "'7' is not a valid IP subnet", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "fd00::/64"}}`, 400, "does not match the ip_version '4'", ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 5, "cidr": "10.0.1.0/24"}}`, 400, "is not in valid_values", ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4}}`, 400, "a subnetpool must be specified in the absence of a cidr", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "gateway_ip": "10.0.1.0"}}`, 400, "Gateway is not valid on subnet.", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "gateway_ip": "fd00::1"}}`, 400, "does not match the ip_version", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "gateway_ip": "nonsense"}}`, 400, "'nonsense' is not a valid IP address", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "allocation_pools": [{"start": "10.0.2.1", "end": "10.0.2.9"}]}}`, 400, "OutOfBoundsAllocationPool", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "allocation_pools": [{"start": "10.0.1.9", "end": "10.0.1.2"}]}}`, 400, "InvalidAllocationPool", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "allocation_pools": [{"start": "10.0.1.2", "end": "10.0.1.9"}, {"start": "10.0.1.9", "end": "10.0.1.20"}]}}`, 409, "OverlappingAllocationPools", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "allocation_pools": [{"start": "10.0.1.1", "end": "10.0.1.9"}]}}`, 409, "GatewayConflictWithAllocationPools", ""},
		{"demo", "POST", "/subnets", subnet + `"cidr": "10.0.1.0/24", "allocation_pools": "all"}}`, 400, "Invalid data format for IP pool", ""},
		{"demo", "PUT", "/subnets/$s", `{"subnet": {"gateway_ip": "10.0.0.5"}}`, 409, "GatewayConflictWithAllocationPools", ""},
		{"demo", "GET", "/networks/$n", "", 200, `"subnets": ["$s"]`, ""},

		// Ids of others are ids of nothing.
		{"demo", "POST", "/ports", `{"port": {"network_id": "$alt_demo_net"}}`, 404, "NetworkNotFound", ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$alt_demo_net", "ip_version": 4, "cidr": "10.0.1.0/24"}}`, 404, "NetworkNotFound", ""},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$n", "fixed_ips": [{"subnet_id": "$alt_demo_subnet"}]}}`, 400, "included invalid subnet $alt_demo_subnet.", ""},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$n", "security_groups": ["$alt_demo_group"]}}`, 404, "SecurityGroupNotFound", ""},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$n", "qos_policy_id": "$s"}}`, 404, "QosPolicyNotFound", ""},
		{"demo", "PUT", "/routers/$demo_router/add_router_interface", `{"subnet_id": "$alt_demo_subnet"}`, 404, "SubnetNotFound", ""},
		{"demo", "PUT", "/routers/$alt_demo_router/add_router_interface", `{"subnet_id": "$s"}`, 404, "RouterNotFound", ""},
		{"demo", "PUT", "/routers/$demo_router", `{"router": {"external_gateway_info": {"network_id": "$n"}}}`, 400, "Network $n is not an external network.", ""},
		{"demo", "POST", "/security-group-rules", `{"security_group_rule": {"security_group_id": "$alt_demo_group", "direction": "ingress"}}`, 404, "SecurityGroupNotFound", ""},
		{"demo", "POST", "/security-group-rules", `{"security_group_rule": {"security_group_id": "$demo_group", "direction": "ingress", "remote_group_id": "$alt_demo_group"}}`, 404, "SecurityGroupNotFound", ""},
		{"demo", "DELETE", "/networks/$alt_demo_net", "", 404, "NetworkNotFound", ""},
		{"demo", "PUT", "/networks/$alt_demo_net", `{"network": {"name": "mine"}}`, 404, "NetworkNotFound", ""},
		{"demo", "POST", "/networks", `{"network": {"tenant_id": "$alt_demo"}}`, 400, "other than the authenticated project", ""},

		// The revision that a client saw.
		{"demo", "PUT revision_number=1", "/networks/$n", `{"network": {"name": "x"}}`, 412, "Constrained to 1, but current revision is 2", ""},
		{"demo", "PUT revision_number=2", "/networks/$n", `{"network": {"name": "x"}}`, 200, `"revision_number": 3`, ""},
		{"demo", "DELETE revision_number=2", "/networks/$n", "", 412, "RevisionNumberConstraintFailed", ""},
		{"demo", "DELETE revision_number=two", "/networks/$n", "", 400, "Revision number two is not an integer", ""},

		// All or nothing.
		{"demo", "POST", "/networks", `{"networks": [{"name": "one"}, {"name": "two", "mtu": -1}]}`, 400, "should be non-negative", ""},
		{"demo", "GET", "/networks?name=one", "", 200, `{"networks": []}`, ""},
		{"demo", "POST", "/ports", `{"ports": [{"network_id": "$n", "name": "one"}, {"network_id": "$n", "fixed_ips": [{"ip_address": "10.9.0.1"}]}]}`, 400, "InvalidIpForNetwork", ""},
		{"demo", "GET", "/ports?name=one", "", 200, `{"ports": []}`, ""},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$n", "fixed_ips": [{"ip_address": "10.0.0.2"}]}}`, 201, "", "p"},
		{"demo", "POST", "/subnets", `{"subnets": [{"network_id": "$n", "ip_version": 4, "cidr": "10.3.0.0/24"}, {"network_id": "$n", "ip_version": 4, "cidr": "10.3.0.0/16"}]}`, 400, "overlaps", ""},
		{"demo", "GET", "/networks/$n", "", 200, `"subnets": ["$s"]`, ""},
		{"demo", "POST", "/security-group-rules", `{"security_group_rules": [
			{"security_group_id": "$demo_group", "direction": "ingress", "protocol": "udp"}, {"security_group_id": "$demo_group", "direction": "ingress", "protocol": "17"}]}`, 409, "DuplicateSecurityGroupRuleInPost", ""},
		{"demo", "GET", "/security-group-rules?protocol=udp", "", 200, `{"security_group_rules": []}`, ""},
		{"demo", "POST", "/networks", `{"networks": []}`, 400, "Resources required", ""},

		// Queries.
		{"demo", "GET", "/ports?nonsense=1", "", 400, "['nonsense'] is invalid attribute for filtering", ""},
		{"demo", "GET", "/ports?" + strings.Repeat("id=x&", 2001), "", 400, "Too many filters", ""},
		{"demo", "GET", "/ports?sort_key=name", "", 400, "The number of sort_keys and sort_dirs must be same", ""},
		{"demo", "GET", "/subnets?cidr=10.0.0.0/24&fields=cidr", "", 200, `{"subnets": [{"cidr": "10.0.0.0/24"}]}`, ""},
	})
}

// TestNoAddressTwice: however many ask at once, each gets an address of its
// own, until there are no more.
func TestNoAddressTwice(t *testing.T) {
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := c.nets
	ctx := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: c.ProjectID("demo"), Roles: []string{"member"}})
	net := &network.Network{Standard: network.Standard{ProjectID: c.ProjectID("demo")}, AdminStateUp: true, PortSecurity: true}
	if err := n.stock(ctx, net, "10.7.0.0/25", true); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	given, refused := make(map[string]bool), 0
	for range 150 {
		wg.Go(func() {
			made, err := n.ports.Create(ctx, []*network.Port{{Standard: network.Standard{ProjectID: c.ProjectID("demo")}, NetworkID: net.ID}})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				if refused++; jumpgate.AsError(err).Type != "IpAddressGenerationFailure" {
					t.Error(err)
				}
				return
			}
			a := made[0].FixedIPs[0].Address.String()
			if given[a] {
				t.Errorf("%s is given twice", a)
			}
			given[a] = true
		})
	}
	wg.Wait()
	if len(given) != 125 || refused != 25 { // 126 hosts without the gateway
		t.Errorf("%d addresses and %d refused, want 125 and 25", len(given), refused)
	}
}

// TestServersPorts: a server's interfaces are ports; those that were made for
// it go with it.
func TestServersPorts(t *testing.T) {
	c, err := New(Options{BuildTime: time.Second, Now: func() time.Time { return time.Unix(1000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	demo := c.ProjectID("demo")
	ctx := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{UserID: "demo", ProjectID: demo, Roles: []string{"member"}})
	m := machines{c}
	second := &network.Network{Standard: network.Standard{ProjectID: demo}, Name: "second", AdminStateUp: true, PortSecurity: true}
	if err := c.nets.stock(ctx, second, "10.20.0.0/24", true); err != nil {
		t.Fatal(err)
	}
	order := func(o compute.ServerCreate) (*compute.Server, error) {
		o.Name, o.FlavorRef, o.ImageRef, o.MinCount, o.MaxCount = "s", "42", c.Images()[0].ID, 1, 1
		made, err := m.CreateServers(ctx, o)
		if err != nil {
			return nil, err
		}
		return made[0], nil
	}
	if _, err := order(compute.ServerCreate{}); jumpgate.AsError(err).Kind != jumpgate.Conflict {
		t.Errorf("an order that names none of two networks: %v", err)
	}
	lent, err := c.nets.ports.Create(ctx, []*network.Port{{Standard: network.Standard{ProjectID: demo}, NetworkID: second.ID, AdminStateUp: true}})
	if err != nil {
		t.Fatal(err)
	}
	first := stableUUID("network", "private "+demo)
	wanted := []compute.NetworkRequest{{NetworkID: first, FixedIP: "10.10.0.77"}, {PortID: lent[0].ID}}
	s, err := order(compute.ServerCreate{Networks: wanted})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.Networks[0].Name, s.Networks[0].Addresses[0].Addr, s.Networks[1].Name, s.SecurityGroups); got != "private10.10.0.77second[default]" {
		t.Errorf("the server has %s", got)
	}
	count := func(device string) int {
		found := 0
		for p := range c.nets.ports.List(ctx, network.Query{}) {
			if p.DeviceID == device && p.DeviceOwner == "compute:nova" {
				found++
			}
		}
		return found
	}
	if count(s.ID) != 2 {
		t.Errorf("the server has %d ports", count(s.ID))
	}
	if _, err := order(compute.ServerCreate{Networks: wanted[1:]}); jumpgate.AsError(err).Kind != jumpgate.Conflict {
		t.Errorf("a port of another server: %v", err)
	}
	if _, err := order(compute.ServerCreate{Networks: []compute.NetworkRequest{{NetworkID: first, FixedIP: "10.10.0.78"}, {NetworkID: "elsewhere"}}}); err == nil {
		t.Error("an unknown network is known")
	}
	if err := c.nets.reserve(c.nets.subnets.items[stableUUID("subnet", first)], network.LastAddress(c.nets.subnets.items[stableUUID("subnet", first)].CIDR).Prev(), "x"); err != nil {
		t.Error(err)
	}
	third, err := order(compute.ServerCreate{Networks: []compute.NetworkRequest{{NetworkID: first, FixedIP: "10.10.0.78"}}})
	if err != nil {
		t.Fatalf("an order that failed keeps an address: %v", err)
	}
	none, err := order(compute.ServerCreate{NoNetwork: true})
	if err != nil || len(none.Networks) != 0 || len(none.SecurityGroups) != 0 {
		t.Errorf("a server without networks has %v %v: %v", none.Networks, none.SecurityGroups, err)
	}
	for _, id := range []string{s.ID, third.ID} {
		if err := m.DeleteServer(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if count(s.ID)+count(third.ID) != 0 {
		t.Error("deleted servers have ports")
	}
	if p, err := c.nets.ports.Get(ctx, lent[0].ID); err != nil || p.DeviceID != "" || p.DeviceOwner != "" {
		t.Errorf("a port that was lent does not come back: %+v %v", p, err)
	}
}
