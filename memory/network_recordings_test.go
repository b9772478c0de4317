package memory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// neutronDiffers names the recordings that are answered in another way, and
// why.
var neutronDiffers = map[string]string{
	"117-quotas-403.json":                          "not served yet",
	"118-quota-200.json":                           "not served yet",
	"119-quota-default-200.json":                   "not served yet",
	"120-quota-details-200.json":                   "not served yet",
	"121-quota-other-403.json":                     "not served yet",
	"122-quota-update-403.json":                    "not served yet",
	"123-agents-demo-200.json":                     "not served yet",
	"124-availability_zones-demo-200.json":         "not served yet",
	"125-subnetpools-demo-200.json":                "not served yet",
	"126-address-scopes-demo-200.json":             "not served yet",
	"127-service-providers-demo-200.json":          "not served yet",
	"128-network-ip-availabilities-demo-200.json":  "not served yet",
	"129-rbac-policies-demo-200.json":              "not served yet",
	"130-flavors-demo-200.json":                    "not served yet",
	"131-trunks-demo-404.json":                     "not served yet",
	"132-qos-policies-demo-404.json":               "not served yet",
	"134-agents-admin-200.json":                    "not served yet",
	"135-network-ip-availabilities-admin-200.json": "not served yet",
	"136-auto-allocated-topology-dry-409.json":     "not served yet",
	"138-accept-xml-406.json":                      "not served yet",
}

// newer are attributes that the recorded Neutron (Zed, without some drivers of
// its extensions) did not have.
var newer = []string{"numa_affinity_policy", "propagate_uplink_status", "belongs_to_default_sg"}

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
			dropNewer(have)
			if where := differ("", have, want); where != "" {
				t.Errorf("%s\nhave %s\nwant %s", where, got, x.Body)
			}
		},
	}.run(t)
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
