package memory

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// neutronDiffers names the recordings that are answered in another way, and
// why.
var neutronDiffers = map[string]string{
	"130-flavors-demo-200.json":      "the extension flavors is not loaded here",
	"131-trunks-demo-404.json":       "trunks are served here",
	"132-qos-policies-demo-404.json": "policies are served here",
}

// newer are members that the recorded Neutron (Zed, without trunks, policies
// and some drivers of its extensions) did not have.
var newer = []string{"numa_affinity_policy", "propagate_uplink_status", "belongs_to_default_sg", "qos_policy_id", "trunk"}

// TestNeutronRecordings plays the requests that were recorded, one after the
// other, and compares status, and the members of bodies and their types. Ids
// that differ are those of what was made on the way.
func TestNeutronRecordings(t *testing.T) {
	server, n := neutron(t)
	ids := make(map[string]string)
	replay{
		files: "testdata/network/*.json", url: server.URL, differs: neutronDiffers, ids: ids,
		before: func(_ *testing.T, file string) { n.before(file) },
		check: func(t *testing.T, ids map[string]string, x exchange, _ http.Header, got []byte) {
			var want, have any
			if json.Unmarshal(x.Body, &want) != nil || json.Unmarshal(got, &have) != nil {
				return
			}
			learnNetwork(ids, want, have)
			if strings.HasSuffix(x.Path, "/extensions") {
				checkExtensions(t, have, want)
			}
			dropNewer(have)
			if where := differ("", have, want); where != "" {
				t.Errorf("%s\nhave %s\nwant %s", where, got, x.Body)
			}
		},
	}.run(t)
}

// checkExtensions holds those extensions that both have against each other,
// and their order.
func checkExtensions(t *testing.T, have, want any) {
	texts := func(v any) (aliases []string, by map[string]string) {
		by = make(map[string]string)
		list, _ := v.(map[string]any)["extensions"].([]any)
		for _, e := range list {
			e, _ := e.(map[string]any)
			alias, _ := e["alias"].(string)
			aliases = append(aliases, alias)
			by[alias] = fmt.Sprint(e)
		}
		return aliases, by
	}
	ours, our := texts(have)
	theirs, their := texts(want)
	both := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(alias string) bool { return our[alias] == "" || their[alias] == "" })
	}
	if a, b := both(ours), both(theirs); !slices.Equal(a, b) || len(a) < 50 {
		t.Errorf("%d extensions in the order %v, want %v", len(a), a, b)
	}
	for alias, text := range our {
		if their[alias] != "" && their[alias] != text {
			t.Errorf("%s, want %s", text, their[alias])
		}
	}
	t.Logf("without %v", slices.DeleteFunc(theirs, func(alias string) bool { return our[alias] != "" }))
}

func dropNewer(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range newer {
			delete(v, name)
		}
		for _, inner := range v {
			dropNewer(inner)
		}
	case []any:
		for _, inner := range v {
			dropNewer(inner)
		}
	}
}

// learnNetwork notes which id of ours stands for a recorded one.
func learnNetwork(ids map[string]string, want, have any) {
	w, ok := want.(map[string]any)
	h, ok2 := have.(map[string]any)
	if !ok || !ok2 {
		return
	}
	note := func(w, h any) {
		a, _ := w.(map[string]any)
		b, _ := h.(map[string]any)
		recorded, _ := a["id"].(string)
		if ours, _ := b["id"].(string); recorded != "" && ours != "" && ids[recorded] == "" {
			ids[recorded] = ours
		}
	}
	for _, kind := range []string{"network", "subnet", "port", "router", "floatingip", "security_group", "security_group_rule"} {
		note(w[kind], h[kind])
	}
}

// neutronCloud is the network service of the recordings, as it was at first.
type neutronCloud struct {
	*nets
	clock *time.Time
}

func (c *neutronCloud) before(string) { *c.clock = c.clock.Add(time.Second) }

const recordedAdmin = "552983f366ca46a288e39dadbd529822"

func neutron(t *testing.T) (*httptest.Server, *neutronCloud) {
	clock := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	n := newNets(func() time.Time { return clock })
	ctx := network.WithAllProjects(context.Background())
	demo := recordedUsers["demo"].ProjectID
	for _, of := range []struct {
		network.Network
		subnet, cidr string
	}{
		{network.Network{
			Standard: network.Standard{ID: "6006a723-4114-4eda-a571-ada9c2e922cb", ProjectID: recordedAdmin}, Name: "public", External: true,
			Provider: network.Provider{Type: "flat", PhysicalNetwork: "public"},
		}, "d7893b79-3e3b-4fa9-acf8-207066ca21ed", "172.24.4.0/24"},
		{network.Network{Standard: network.Standard{ID: "8fc02247-53fc-4d34-beba-6feafbb6f461", ProjectID: recordedAdmin}, Name: "shared", Shared: true},
			"08c819d7-f093-456d-b712-c630b7f01d16", "192.168.233.0/24"},
		{network.Network{Standard: network.Standard{ID: "b944a518-deb3-459b-805e-a48c3db9e079", ProjectID: demo}, Name: "private"},
			"d67a0b20-44db-4116-88d3-d725d9e294d4", "10.11.12.0/24"},
	} {
		of.AdminStateUp, of.PortSecurity = true, true
		if _, err := n.networks.Create(ctx, []*network.Network{&of.Network}); err != nil {
			t.Fatal(err)
		}
		if _, err := n.subnets.Create(ctx, []*network.Subnet{{
			Standard: network.Standard{ID: of.subnet, ProjectID: of.ProjectID}, Name: of.Name + "-subnet", NetworkID: of.ID, IPVersion: 4,
			CIDR: netip.MustParsePrefix(of.cidr), DHCP: true,
		}}); err != nil {
			t.Fatal(err)
		}
	}
	router := &network.Router{
		Standard: network.Standard{ID: "3425a1c1-ebbf-48c9-a97f-c5c124fbd726", ProjectID: demo}, Name: "router1", AdminStateUp: true,
		Gateway: &network.Gateway{NetworkID: "6006a723-4114-4eda-a571-ada9c2e922cb", EnableSNAT: true},
	}
	if _, err := n.routers.Create(ctx, []*network.Router{router}); err != nil {
		t.Fatal(err)
	}
	if _, err := n.routers.AddInterface(ctx, router.ID, "d67a0b20-44db-4116-88d3-d725d9e294d4", ""); err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Network: {Mount: "/", Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return network.Register(disp, n, network.Options{})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		user, ok := recordedUsers[r.Header.Get("X-User")]
		if user.UserID == "admin" {
			user.ProjectID = recordedAdmin
		}
		if !ok || r.Header.Get("X-Auth-Token") != "TOKEN" {
			if r.Endpoint().Version == "" {
				return nil
			}
			return jumpgate.Unauthorized
		}
		r.Env.Principal, r.Env.ProjectID = &user, user.ProjectID
		return nil
	})
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server, &neutronCloud{n, &clock}
}
