package memory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// novaDiffers names the recordings that are answered in another way, and why.
var novaDiffers = map[string]string{
	"013-v2.1-wrong-project-in-path-400.json":  "the words are those of the hook of package identity, and its tests have them",
	"020-mv-too-high-406.json":                 "2.104 is the newest here",
	"021-mv-too-low-406.json":                  "2.104 is the newest here",
	"036-flavor-access-404.json":               "Nova refuses by policy since 2023.1",
	"230-interface-attach-bad-net-500.json":    "Nova falls over; 404 is what it says of other things that are not there",
	"175-servers-detail-limit-marker-200.json": "servers of the same second are in the order of their ids, which are random",
}

// novaReaders are the recordings of what readers may do, too: key pairs belong
// to users, not to projects.
var novaReaders = map[string]string{
	"091-keypair-create-200.json": "own", "092-keypair-import-200.json": "own", "093-keypair-create-2.2-201.json": "own",
	"108-keypair-delete-202.json": "own", "109-keypair-delete-202.json": "own", "110-keypair-delete-2.2-204.json": "own",
}

// TestNovaRecordings plays the requests that were recorded, one after the
// other, and compares status, and the members of bodies and their types. Ids
// that differ are those of what was made on the way.
func TestNovaRecordings(t *testing.T) {
	n := nova(t)
	replay{
		files: "../openstack/compute/testdata/golden/*.json ../openstack/compute/testdata/admin/*.json testdata/compute/*.json", url: n.url, differs: novaDiffers, readers: novaReaders, ids: n.ids, before: n.before,
		check: func(t *testing.T, ids map[string]string, x exchange, _ http.Header, got []byte) {
			var want, have any
			if json.Unmarshal(anyProject.ReplaceAll(x.Body, []byte("ID")), &want) != nil || json.Unmarshal(anyProject.ReplaceAll(got, []byte("ID")), &have) != nil {
				return
			}
			n.learn(want, have)
			if where := differ("", have, want); where != "" {
				t.Errorf("%s\nhave %s\nwant %s", where, got, x.Body)
			}
		},
	}.run(t)
}

// recordedPrivate is demo's own network.
const recordedPrivate = "b944a518-deb3-459b-805e-a48c3db9e079"

// anyProject is the id of a project or of a user.
var anyProject = regexp.MustCompile(`\b[0-9a-f]{32}\b`)

// novaCloud is a cloud like the recorder's.
type novaCloud struct {
	*Cloud
	url   string
	clock time.Time
	ids   map[string]string // recorded id: ours
}

func nova(t *testing.T) *novaCloud {
	n := &novaCloud{clock: time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC), ids: make(map[string]string)}
	var err error
	if n.Cloud, err = New(Options{Now: func() time.Time { return n.clock }, BuildTime: 3 * time.Second}); err != nil {
		t.Fatal(err)
	}
	images := n.Images()
	n.ids["018f906a-f4db-47e5-9d1c-3ab6ac6a82ae"] = images[0].ID
	for _, p := range recordedUsers {
		n.ids[p.ProjectID] = n.ProjectID(p.UserID)
	}
	n.ids["89d3717d-9d46-40f2-ae4a-f376a5f09297"] = images[1].ID
	n.ids[recordedPrivate] = stableUUID("network", "private "+n.ProjectID("demo"))
	admin := network.WithAllProjects(jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: n.ProjectID("admin"), Roles: []string{"admin"}}))
	made, err := n.nets.networks.Create(admin, []*network.Network{{
		Standard: network.Standard{ProjectID: n.ProjectID("admin")}, Name: "shared", AdminStateUp: true, Shared: true, PortSecurity: true,
	}})
	if err == nil {
		n.ids["8fc02247-53fc-4d34-beba-6feafbb6f461"] = made[0].ID
		_, err = n.nets.subnets.Create(admin, []*network.Subnet{{
			Standard: network.Standard{ProjectID: n.ProjectID("admin")}, NetworkID: made[0].ID, IPVersion: 4, CIDR: netip.MustParsePrefix("10.12.0.0/24"), DHCP: true,
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Mount: "/", Driver: n},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		name := r.Header.Get("X-User")
		user, ok := recordedUsers[name]
		if !ok || r.Header.Get("X-Auth-Token") != "TOKEN" {
			switch strings.Trim(r.URL.Path, "/") {
			case "", "v2", "v2.1", "v3":
				return nil
			}
			return jumpgate.Unauthorized
		}
		user.UserID, user.ProjectID = n.UserID(user.UserID), n.ProjectID(user.UserID)
		r.Env.Principal, r.Env.ProjectID = &user, user.ProjectID
		if p, ok := r.PathProject(); ok && p != user.ProjectID {
			return jumpgate.BadRequest.New("Malformed request url")
		}
		return nil
	})
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	n.url = server.URL
	return n
}

// before makes between the requests what the recorder made.
func (n *novaCloud) before(t *testing.T, file string) {
	n.clock = n.clock.Add(2 * time.Second)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	demo := recordedUsers["demo"]
	demo.UserID, demo.ProjectID = n.UserID("demo"), n.ProjectID("demo")
	ctx := jumpgate.WithPrincipal(context.Background(), &demo)
	m := machines{n.Cloud}
	order := func(name string) *compute.Server {
		t.Helper()
		made, err := m.CreateServers(ctx, compute.ServerCreate{
			Name: name, FlavorRef: "42", ImageRef: n.Images()[0].ID, MinCount: 1, MaxCount: 1, Networks: []compute.NetworkRequest{{NetworkID: n.ids[recordedPrivate]}},
		})
		must(err)
		return made[0]
	}
	switch file[:3] {
	case "055": // there was a server once
		s := order("former")
		n.clock = n.clock.Add(time.Minute)
		_, err := m.Server(ctx, s.ID)
		must(err)
		n.clock = n.clock.Add(time.Hour)
		must(m.DeleteServer(ctx, s.ID))
	case "120":
		_, err := m.ImportKeypair(ctx, "goldkey", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDO+Re+0DQC7634HcL36Xp1rNlFMk0fIzRaXV4Vm1lT1fXTNkHKMxHaiMommbkBbcq86Io2dkYgi/e2iOyKYy59H8vjvL1IQFZiwRmPeErpNfFvC+Y/Jl/sOf53teXX3r2N+ckZX62xQ09HFTXXHsy7FPNn2f1+yMFmySvDtqHxQ0Rdii+gag4AYQ6D+wZyiaWuR/DqC1GcRSxMcsHRsrJjB99uF/u+nT0aBYity3keFcACmEDhna3DkRPFnIpX1KGJEIfmnvFpJymd96AnLn+mLejhzbjCKiQVndHpNUx/PVrwRQObSRCXOvNN3HlgWoQ95pX1VRk5NBo01j9qok+F golden")
		must(err)
	case "122": // the first is up
		n.clock = n.clock.Add(10 * time.Second)
		n.ids["4c4b8997-0385-4c1e-89e6-8529a7ff077f"] = order("second").ID
	case "247":
		v, err := n.volumes.CreateVolume(ctx, volume.Create{Name: "forserver", Size: 1})
		must(err)
		n.ids["7bc70a72-051c-40e0-8ba3-7d081ea5b5e9"] = v.ID
	}
}

// learn notes which id of ours stands for a recorded one.
func (n *novaCloud) learn(want, have any) {
	w, ok := want.(map[string]any)
	h, ok2 := have.(map[string]any)
	if !ok || !ok2 {
		return
	}
	if done, ok := w["instanceActions"].([]any); ok {
		ours, _ := h["instanceActions"].([]any)
		last, _ := done[len(done)-1].(map[string]any)
		first, _ := ours[len(ours)-1].(map[string]any)
		n.ids[last["request_id"].(string)] = first["request_id"].(string)
	}
	for kind, a := range w {
		b, _ := h[kind].(map[string]any)
		of, _ := a.(map[string]any)
		for _, name := range []string{"id", "port_id", "net_id"} {
			recorded, _ := of[name].(string)
			if ours, _ := b[name].(string); len(recorded) > 30 && ours != "" && !strings.EqualFold(recorded, ours) && n.ids[recorded] == "" {
				n.ids[recorded] = ours
			}
		}
	}
}
