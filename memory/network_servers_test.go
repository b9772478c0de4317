package memory

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
)

// TestPortsOfDeletedServers: the ports of a server that is deleted by now are
// gone, also where nobody has looked at the server since.
func TestPortsOfDeletedServers(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c, err := New(Options{Now: func() time.Time { return now }, ActionTime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	ids, err := c.AddServers("demo", 1, compute.Server{Name: "s"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: c.ProjectID("demo"), Roles: []string{"member"}})
	count := func() (n int) {
		for p := range c.nets.ports.List(ctx, network.Query{}) {
			if p.DeviceID == ids[0] {
				n++
			}
		}
		return n
	}
	if err := (machines{c}).DeleteServer(ctx, ids[0]); err != nil || count() != 1 {
		t.Errorf("%v, %d ports of a server that is being deleted", err, count())
	}
	now = now.Add(time.Minute)
	if n := count(); n != 0 {
		t.Errorf("%d ports of a deleted server", n)
	}
}

// TestServersInterfaces: what Nova does to a server's interfaces is done to
// ports, and the other way round.
func TestServersInterfaces(t *testing.T) {
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	demo := c.ProjectID("demo")
	ctx := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{UserID: "demo", ProjectID: demo, Roles: []string{"member"}})
	m, n := machines{c}, c.nets
	made, err := m.CreateServers(ctx, compute.ServerCreate{Name: "s", FlavorRef: "42", ImageRef: c.Images()[0].ID, MinCount: 1, MaxCount: 1})
	if err != nil {
		t.Fatal(err)
	}
	id, net := made[0].ID, stableUUID("network", "private "+demo)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	addresses := func() (all []string) {
		t.Helper()
		s, err := m.Server(ctx, id)
		must(err)
		for _, n := range s.Networks {
			for _, a := range n.Addresses {
				all = append(all, a.Addr)
			}
		}
		return all
	}
	kind := func(err error, want jumpgate.Kind) {
		t.Helper()
		if jumpgate.AsError(err).Kind != want {
			t.Errorf("%v, want %v", err, want)
		}
	}
	first := addresses()[0]

	second, err := m.AttachServerInterface(ctx, id, compute.InterfaceAttachment{NetworkID: net, FixedIP: "10.10.0.99"})
	must(err)
	_, err = m.AttachServerInterface(ctx, id, compute.InterfaceAttachment{NetworkID: net, FixedIP: "10.10.0.99"})
	kind(err, jumpgate.Conflict)
	_, err = m.AttachServerInterface(ctx, id, compute.InterfaceAttachment{NetworkID: "elsewhere"})
	kind(err, jumpgate.NotFound)
	_, err = m.AttachServerInterface(ctx, id, compute.InterfaceAttachment{PortID: "elsewhere"})
	kind(err, jumpgate.NotFound)
	own, err := n.ports.Create(ctx, []*network.Port{{Standard: network.Standard{ProjectID: demo}, NetworkID: net, AdminStateUp: true}})
	must(err)
	_, err = m.AttachServerInterface(ctx, id, compute.InterfaceAttachment{PortID: own[0].ID})
	must(err)
	if p, err := n.ports.Get(ctx, own[0].ID); err != nil || p.DeviceID != id || p.Status != "ACTIVE" {
		t.Errorf("an attached port is %+v %v", p, err)
	}
	if got := addresses(); !slices.Equal(got, []string{first, "10.10.0.99", own[0].FixedIPs[0].Address.String()}) {
		t.Errorf("addresses %v", got)
	}
	must(m.DetachServerInterface(ctx, id, own[0].ID))
	must(m.DetachServerInterface(ctx, id, second.PortID))
	kind(m.DetachServerInterface(ctx, id, second.PortID), jumpgate.NotFound)
	if _, err := n.ports.Get(ctx, second.PortID); err == nil {
		t.Error("a port that was made for the server is still there")
	}
	if _, err := n.ports.Get(ctx, own[0].ID); err != nil {
		t.Error("a port that was there before is gone")
	}

	must(m.AddFixedIP(ctx, id, net))
	if got := addresses(); len(got) != 2 {
		t.Fatalf("addresses %v", got)
	}
	more := addresses()[1]
	must(m.RemoveFixedIP(ctx, id, more))
	kind(m.RemoveFixedIP(ctx, id, more), jumpgate.BadRequest)

	f, err := m.AllocateFloatingIP(ctx, n.outside(ctx)[0].ID)
	must(err)
	must(m.AssociateFloatingIP(ctx, id, f.Address, ""))
	if got := addresses(); !slices.Equal(got, []string{first, f.Address}) {
		t.Errorf("addresses %v", got)
	}
	if all, err := m.FloatingIPs(ctx); err != nil || all[0].ServerID != id || all[0].FixedIP != first {
		t.Errorf("floating IPs %+v %v", all, err)
	}
	must(m.DisassociateFloatingIP(ctx, f.ID))

	g, err := m.CreateSecurityGroup(ctx, "web", "")
	must(err)
	must(m.AddServerSecurityGroup(ctx, id, "web"))
	kind(m.AddServerSecurityGroup(ctx, id, g.ID), jumpgate.BadRequest)
	if ports, err := n.ports.Get(ctx, n.devices[id][0].ID); err != nil || !slices.Contains(ports.SecurityGroups, g.ID) {
		t.Errorf("the port is not in the group: %+v %v", ports, err)
	}
	kind(m.DeleteSecurityGroup(ctx, g.ID), jumpgate.Conflict)
	must(m.RemoveServerSecurityGroup(ctx, id, "web"))
	must(m.DeleteSecurityGroup(ctx, g.ID))

	// A port goes, and with it the address.
	must(n.ports.Delete(ctx, n.devices[id][0].ID))
	if got := addresses(); len(got) != 0 {
		t.Errorf("addresses %v", got)
	}
}

// TestNetworkOfItsOwn: a project that has no network gets one where an order
// asks for that, if the cloud has addresses to give.
func TestNetworkOfItsOwn(t *testing.T) {
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	who := jumpgate.Principal{UserID: "new", ProjectID: jumpgate.NewUUID(), Roles: []string{"member"}}
	ctx := jumpgate.WithPrincipal(context.Background(), &who)
	m := machines{c}
	order := func(auto bool) ([]*compute.Server, error) {
		return m.CreateServers(ctx, compute.ServerCreate{Name: "s", FlavorRef: "42", ImageRef: c.Images()[0].ID, MinCount: 2, MaxCount: 2, AutoNetwork: auto})
	}
	networksOf := func(id string) int {
		s, err := m.Server(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return len(s.Networks)
	}
	if made, err := order(false); err != nil || networksOf(made[0].ID) != 0 {
		t.Fatalf("without a word: %v", err)
	}
	if _, err := order(true); jumpgate.AsError(err).Kind != jumpgate.BadRequest {
		t.Errorf("without a pool of addresses: %v, want a bad request", err)
	}
	admin := network.WithAllProjects(jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: c.ProjectID("admin"), Roles: []string{"admin"}}))
	if _, err := c.nets.pools.Create(admin, []*network.SubnetPool{{
		Standard: network.Standard{ProjectID: c.ProjectID("admin")}, Name: "auto", Prefixes: []netip.Prefix{netip.MustParsePrefix("10.64.0.0/16")},
		IPVersion: 4, DefaultLength: 26, MinLength: 8, MaxLength: 32, Shared: true, IsDefault: true,
	}}); err != nil {
		t.Fatal(err)
	}
	made, err := order(true)
	if err != nil || networksOf(made[0].ID) != 1 || networksOf(made[1].ID) != 1 {
		t.Errorf("%v, %v", made, err)
	}
}

// TestAllSecurityGroups: an admin sees those of others where he asks for them.
func TestAllSecurityGroups(t *testing.T) {
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := machines{c}
	demo := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: c.ProjectID("demo"), Roles: []string{"member"}})
	g, err := m.CreateSecurityGroup(demo, "web", "")
	if err != nil {
		t.Fatal(err)
	}
	admin := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: c.ProjectID("admin"), Roles: []string{"admin"}})
	own, err := m.SecurityGroups(admin)
	all, err2 := m.AllSecurityGroups(admin)
	has := func(list []compute.SecurityGroup) bool {
		return slices.ContainsFunc(list, func(x compute.SecurityGroup) bool { return x.ID == g.ID })
	}
	if err != nil || err2 != nil || has(own) || !has(all) {
		t.Errorf("own %v, all %v; %v, %v", own, all, err, err2)
	}
}

// TestForeignDevices: a port that says it is a server's or a router's of
// another project is none of it.
func TestForeignDevices(t *testing.T) {
	c := netStory(t, []step{
		{"alt_demo", "POST", "/ports", `{"port": {"network_id": "$alt_demo_net", "device_id": "$demo_router", "device_owner": "network:router_interface"}}`, 409, "DeviceIDNotOwnedByTenant", ""},
		{"demo", "PUT", "/routers/$demo_router", `{"router": {"name": "r"}}`, 200, "", ""},
	})
	if _, err := c.AddServers("demo", 1, compute.Server{}); err != nil {
		t.Fatal(err)
	}
	ctx := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: c.ProjectID("demo"), Roles: []string{"member"}})
	var victim *compute.Server
	for s := range (machines{c}).ListServers(ctx, compute.ServerQuery{}) {
		victim = s
	}
	alt := c.ProjectID("alt_demo")
	if _, err := c.nets.ports.Create(jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: alt}), []*network.Port{{
		Standard: network.Standard{ProjectID: alt}, NetworkID: stableUUID("network", "private "+alt), DeviceID: victim.ID, DeviceOwner: ownerServer,
	}}); err != nil {
		t.Fatal(err)
	}
	if s, err := (machines{c}).Server(ctx, victim.ID); err != nil || fmt.Sprint(s.Networks) != fmt.Sprint(victim.Networks) {
		t.Errorf("the server has %v, want %v: %v", s.Networks, victim.Networks, err)
	}
}
