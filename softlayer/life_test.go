package softlayer

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/availabilityzones"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ5bnQ1dGVzdGtleWZvcmp1bXBnYXRldGVzdHMwMDAw"

// TestLife plays a client that knows nothing of Jumpgate, wherever the
// Gateway is mounted.
func TestLife(t *testing.T) {
	for name, s := range map[string]setup{
		"root":        {},
		"base path":   {gateway: jumpgate.Options{BasePath: "/openstack"}},
		"StripPrefix": {strip: "/cloud/stack"},
	} {
		t.Run(name, func(t *testing.T) { newWorld(t, s).life() })
	}
}

func (w *world) life() {
	ctx := context.Background()
	c := w.compute(simulator.DemoUser)
	must := func(what string, err error) {
		w.Helper()
		if err != nil {
			w.Fatalf("%s: %v", what, err)
		}
	}
	get := func(id string) *servers.Server {
		w.Helper()
		s, err := servers.Get(ctx, c, id).Extract()
		must("show", err)
		return s
	}
	status := func(id, want, task string) {
		w.Helper()
		if s := get(id); s.Status != want || s.TaskState != task {
			w.Fatalf("status %s %q, want %s %q", s.Status, s.TaskState, want, task)
		}
	}

	_, err := keypairs.Create(ctx, c, keypairs.CreateOpts{Name: "mine", PublicKey: publicKey}).Extract()
	must("key", err)
	zones, err := availabilityzones.List(c).AllPages(ctx)
	must("zones", err)
	if list, err := availabilityzones.ExtractAvailabilityZones(zones); err != nil || len(list) < 2 || !list[0].ZoneState.Available {
		w.Fatalf("zones %v, %v", list, err)
	}

	const realName = "Wéb server #1 (blue)"
	s, err := servers.Create(ctx, c, keypairs.CreateOptsExt{
		CreateOptsBuilder: servers.CreateOpts{
			Name: realName, FlavorRef: flavor, ImageRef: core.SystemID(osCode), AvailabilityZone: "dal13",
			Metadata: map[string]string{"role": "web"}, UserData: []byte("#cloud-config\n"),
			SecurityGroups: []string{"default"},
		},
		KeyName: "mine",
	}, nil).Extract()
	must("create", err)
	for _, link := range s.Links {
		if href := link.(map[string]any)["href"].(string); !strings.HasPrefix(href, w.url+"/compute/") || !strings.HasSuffix(href, s.ID) {
			w.Errorf("link %s of a Gateway at %s", href, w.url)
		}
	}
	id := s.ID
	status(id, "BUILD", "scheduling")
	if s := get(id); s.Flavor["id"] != flavor || s.Image["id"] != core.SystemID(osCode) || s.UserID != "demo" {
		w.Errorf("while it is made it is a %v of %v of user %q", s.Flavor, s.Image, s.UserID)
	}
	w.clock.Advance(20 * step)
	status(id, "ACTIVE", "")
	s = get(id)
	if s.Name != realName || s.KeyName != "mine" || s.Metadata["role"] != "web" || s.AvailabilityZone != "dal13" ||
		s.Flavor["id"] != flavor || s.Image["id"] != core.SystemID(osCode) || s.TenantID != "307001" || s.UserID != "demo" || s.HostID == "" {
		w.Errorf("server %+v", s)
	}
	for network, value := range s.Addresses {
		if list, _ := value.([]any); len(list) != 1 || list[0].(map[string]any)["addr"] == "" || !strings.HasPrefix(network, "dal13.") || len(s.Addresses) != 2 {
			w.Errorf("addresses %v", s.Addresses)
		}
	}
	var stored []struct {
		Hostname string `json:"hostname"`
		Notes    string `json:"notes"`
		UserData []struct {
			Value string `json:"value"`
		} `json:"userData"`
	}
	if _, err := w.driver.core.API.Do(asDemo(), upstream.Call{Service: "Account", Method: "getVirtualGuests", Mask: "mask[hostname,notes,userData.value]"}, &stored); err != nil ||
		len(stored) != 1 || stored[0].Hostname != "W-b-server-1-blue" || stored[0].UserData[0].Value != "#cloud-config\n" {
		w.Errorf("SoftLayer has %+v, %v", stored, err)
	}

	pages, err := servers.List(c, servers.ListOpts{}).AllPages(ctx)
	must("list", err)
	if list, err := servers.ExtractServers(pages); err != nil || len(list) != 1 || list[0].ID != id || list[0].Name != realName {
		w.Errorf("list %+v, %v", list, err)
	}
	s, err = servers.Update(ctx, c, id, servers.UpdateOpts{Name: "plain"}).Extract()
	must("rename", err)
	if s.Name != "plain" || get(id).Name != "plain" || get(id).Metadata["role"] != "web" {
		w.Errorf("renamed %+v", s)
	}
	must("stop", servers.Stop(ctx, c, id).ExtractErr())
	status(id, "SHUTOFF", "")
	err = servers.Stop(ctx, c, id).ExtractErr()
	if !gophercloud.ResponseCodeIs(err, http.StatusConflict) || !strings.Contains(err.Error(), "Cannot 'stop' instance "+id+" while it is in vm_state stopped") {
		w.Errorf("stopped twice: %v", err)
	}
	must("start", servers.Start(ctx, c, id).ExtractErr())
	status(id, "ACTIVE", "")
	w.driver.core.Opts.Now = w.clock.Now
	must("soft", servers.Reboot(ctx, c, id, servers.RebootOpts{Type: servers.SoftReboot}).ExtractErr())
	status(id, "REBOOT", "rebooting")
	must("hard", servers.Reboot(ctx, c, id, servers.RebootOpts{Type: servers.HardReboot}).ExtractErr())
	status(id, "HARD_REBOOT", "rebooting_hard")
	w.clock.Advance(5 * time.Second)
	status(id, "ACTIVE", "")
	must("delete", servers.Delete(ctx, c, id).ExtractErr())
	if _, err := servers.Get(ctx, c, id).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		w.Errorf("deleted: %v", err)
	}
	if err := servers.Delete(ctx, c, id).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		w.Errorf("deleted twice: %v", err)
	}
	must("key", keypairs.Delete(ctx, c, "mine", nil).ExtractErr())

	i := w.images(simulator.DemoUser)
	pages, err = images.List(i, images.ListOpts{Limit: 3}).AllPages(ctx)
	must("images", err)
	list, err := images.ExtractImages(pages)
	must("images", err)
	names := make(map[string]images.Image)
	for _, img := range list {
		names[img.Name] = img
	}
	if own, system := names["demo web server"], names[osCode]; own.Visibility != "private" || system.Visibility != "public" || system.ID != core.SystemID(osCode) {
		w.Errorf("images %+v, %+v", own, system)
	}
	for _, name := range []string{"demo web server", osCode} {
		if img, err := images.Get(ctx, i, names[name].ID).Extract(); err != nil || img.Name != name || string(img.Status) != "active" {
			w.Errorf("image %+v, %v", img, err)
		}
	}
}

func TestIdentity(t *testing.T) {
	w := newWorld(t, setup{})
	ctx := context.Background()
	provider := w.client(simulator.DemoUser)
	v3, err := openstack.NewIdentityV3(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	n := w.calls(func() {
		user, err := tokens.Get(ctx, v3, provider.TokenID).ExtractUser()
		if err != nil || user.Name != simulator.DemoUser || user.ID != "demo" {
			t.Errorf("user %+v, %v", user, err)
		}
		if ok, err := tokens.Validate(ctx, v3, provider.TokenID); err != nil || !ok {
			t.Errorf("validate: %v, %v", ok, err)
		}
	})
	if n != 0 {
		t.Errorf("looking at a token cost %d calls", n)
	}
	pages, err := projects.ListAvailable(v3).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := projects.ExtractProjects(pages); err != nil || len(list) != 1 || list[0].ID != "307001" || list[0].Name != "Demo" {
		t.Errorf("projects %+v, %v", list, err)
	}
	if err := tokens.Revoke(ctx, v3, provider.TokenID).Err; err != nil {
		t.Errorf("revoke: %v", err)
	}
	if ok, _ := tokens.Validate(ctx, v3, provider.TokenID); ok {
		t.Error("a revoked token is valid")
	}

	old, err := openstack.NewClient(w.url + "/v2.0")
	if err != nil {
		t.Fatal(err)
	}
	opts := gophercloud.AuthOptions{IdentityEndpoint: w.url + "/v2.0", Username: simulator.DemoUser, Password: simulator.DemoKey, TenantID: "307001"}
	if err := openstack.AuthenticateV2(ctx, old, opts, gophercloud.EndpointOpts{}); err != nil {
		t.Fatal(err)
	}
	if c, err := openstack.NewComputeV2(old, gophercloud.EndpointOpts{Region: "RegionOne"}); err != nil || !strings.HasPrefix(c.Endpoint, w.url+"/compute/") {
		t.Errorf("compute from a v2.0 catalog: %+v, %v", c, err)
	}
}

// TestPublicURL checks that answers have no other address.
func TestPublicURL(t *testing.T) {
	const public = "https://api.example.com/base"
	w := newWorld(t, setup{gateway: jumpgate.Options{PublicURL: public, BasePath: "/base"}})
	id := w.boot(simulator.DemoUser, "web")
	for _, path := range []string{
		"/v3", "/v3/auth/tokens", "/v3/auth/projects", "/compute/v2.1", "/compute/v2.1/servers?limit=1", "/compute/v2.1/servers/detail",
		"/compute/v2.1/servers/" + id, "/compute/v2.1/flavors", "/image/v2/images?limit=1", "/image/",
	} {
		a := w.raw(simulator.DemoUser, "GET", path, "", "X-Subject-Token", w.token(simulator.DemoUser))
		if a.status/100 != 2 && a.status != http.StatusMultipleChoices {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if strings.Contains(a.body, "127.0.0.1") {
			t.Errorf("%s: %s", path, a.body)
		}
		if strings.HasPrefix(path, "/compute") && !strings.Contains(a.body, public+"/compute/v2.1") {
			t.Errorf("%s: no link in %s", path, a.body)
		}
	}
}

// TestTimes checks that dates of another time zone come out as UTC.
func TestTimes(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	var show struct{ Server map[string]json.RawMessage }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, ""), &show)
	for name, want := range map[string]string{
		"created": `"2026-03-01T12:00:00Z"`, "updated": `"2026-03-01T12:05:00Z"`, "OS-SRV-USG:launched_at": `"2026-03-01T12:05:00.000000"`,
	} {
		if got := string(show.Server[name]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for text, want := range map[string]string{
		`"2021-04-01T09:22:18-05:00"`: "2021-04-01T14:22:18Z", `"2021-04-01T09:22:18.000000+02:00"`: "2021-04-01T07:22:18Z",
		`null`: "0001-01-01T00:00:00Z", `""`: "0001-01-01T00:00:00Z", `"0000-00-00T00:00:00-06:00"`: "0001-01-01T00:00:00Z", `"soon"`: "0001-01-01T00:00:00Z",
	} {
		var got records.Timestamp
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Format("2006-01-02T15:04:05Z07:00") != want {
			t.Errorf("%s is %v, %v; want %s", text, got, err, want)
		}
	}
}

// TestClockOfTokens: tokens end by the driver's clock.
func TestClockOfTokens(t *testing.T) {
	w := newWorld(t, setup{clockNow: true})
	token := w.token(simulator.DemoUser)
	ask := func() int { return w.raw("", "GET", "/compute/v2.1/servers", "", "X-Auth-Token", token).status }
	if status := ask(); status != http.StatusOK {
		t.Errorf("at once: %d", status)
	}
	w.clock.Advance(25 * time.Hour)
	if status := ask(); status != http.StatusUnauthorized {
		t.Errorf("a day later: %d", status)
	}
}
