package softlayer

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestNetworksOfServers orders servers on networks by their ids.
func TestNetworksOfServers(t *testing.T) {
	w := newWorld(t, setup{})
	var body struct{ Networks []struct{ ID, Label string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-networks", ""), &body)
	ids, labels := make(map[string]string), make(map[string]string)
	var zones []string
	for _, n := range body.Networks {
		labels[n.ID] = n.Label
		zone, rest, _ := strings.Cut(n.Label, ".")
		role, _, _ := strings.Cut(rest, ".")
		ids[zone+"."+role] = n.ID
		if role == "fcr01" {
			zones = append(zones, zone)
		}
	}
	if len(zones) < 2 {
		t.Fatalf("%+v", body)
	}
	public, private, other := ids[zones[1]+".fcr01"], ids[zones[1]+".bcr01"], ids[zones[0]+".bcr01"]
	network := func(ids ...string) []any {
		var list []any
		for _, id := range ids {
			list = append(list, map[string]any{"uuid": id})
		}
		return list
	}
	unknown := keep.IDOf(keep.NetworkKind, 7)
	for i, test := range []struct {
		networks []any
		zone     string
		message  string // else the addresses, below
		want     string
	}{
		{network(private, public), "", "", "private public"},
		{network(private), "", "", "private"},
		{network(public), zones[1], "", "private public"},
		{network(private), zones[0], "Network " + private + " is in availability zone " + zones[1] + "; the server can't be in " + zones[0] + ".", ""},
		{network(public, other), "", "Network " + other + " is in availability zone " + zones[0] + "; the server can't be in " + zones[1] + ".", ""},
		{network(private, other), "", "Network " + other + " is one too many: a server of this cloud has one public network and one private.", ""},
		{network(unknown), "", "Network " + unknown + " could not be found.", ""},
		{network(keep.IDOf(keep.SubnetKind, 7)), "", "Network " + keep.IDOf(keep.SubnetKind, 7) + " could not be found.", ""},
		{[]any{map[string]any{"port": keep.IDOf(keep.PortKind, 7)}}, "", "Port id " + keep.IDOf(keep.PortKind, 7) + " could not be found.", ""},
		{[]any{map[string]any{"uuid": private, "fixed_ip": "10.0.0.9"}}, "", "Fixed IP address 10.0.0.9 can't be had: this cloud chooses addresses itself.", ""},
	} {
		extra := map[string]any{"name": fmt.Sprint("web-", i), "networks": test.networks}
		if test.zone != "" {
			extra["availability_zone"] = test.zone
		}
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(extra))
		if test.message != "" {
			if _, message := a.fault(); a.status != http.StatusBadRequest || message != test.message {
				t.Errorf("%v: %d %s", test.networks, a.status, a.body)
			}
			continue
		}
		if a.status != http.StatusAccepted {
			t.Errorf("%v: %d %s", test.networks, a.status, a.body)
			continue
		}
		var made struct{ Server struct{ ID string } }
		w.into(a, &made)
		w.clock.Advance(20 * step)
		var shown struct {
			Server struct {
				Zone      string `json:"OS-EXT-AZ:availability_zone"`
				Addresses map[string]any
			}
		}
		w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+made.Server.ID, ""), &shown)
		var got []string
		for _, side := range []string{"private", "public"} {
			label := labels[map[string]string{"private": private, "public": public}[side]]
			if shown.Server.Addresses[label] == nil {
				continue
			}
			got = append(got, side)
			var one map[string][]any
			w.expect("GET", "/compute/v2.1/servers/"+made.Server.ID+"/ips/"+label, "", http.StatusOK, &one)
			if len(one[label]) != 1 {
				t.Errorf("addresses in %s: %v", label, one)
			}
		}
		if len(got) != len(shown.Server.Addresses) {
			t.Errorf("%v are no networks", shown.Server.Addresses)
		}
		if strings.Join(got, " ") != test.want || shown.Server.Zone != zones[1] {
			t.Errorf("%v: %+v", test.networks, shown)
		}
		var ports struct {
			Ports []struct {
				Network string `json:"net_id"`
			} `json:"interfaceAttachments"`
		}
		w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+made.Server.ID+"/os-interface", ""), &ports)
		for _, p := range ports.Ports {
			if p.Network != private && p.Network != public {
				t.Errorf("%v: on network %s", test.networks, p.Network)
			}
		}
	}
}
