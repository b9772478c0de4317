package jumpgatetest_test

import (
	"context"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/jumpgatetest"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// client signs in as a user.
func client(t testing.TB, c *jumpgatetest.Cloud, user string) *gophercloud.ServiceClient {
	t.Helper()
	u := c.User(user)
	provider, err := openstack.AuthenticatedClient(context.Background(), gophercloud.AuthOptions{
		IdentityEndpoint: c.AuthURL, Username: u.Name, Password: u.Password, DomainName: "Default", AllowReauth: true,
		Scope: &gophercloud.AuthScope{ProjectID: u.ProjectID},
	})
	if err != nil {
		t.Fatal(err)
	}
	nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{Region: jumpgatetest.Region})
	if err != nil {
		t.Fatal(err)
	}
	return nova
}

func create(nova *gophercloud.ServiceClient, c *jumpgatetest.Cloud) (*servers.Server, error) {
	return servers.Create(context.Background(), nova, servers.CreateOpts{
		Name: "web", FlavorRef: c.Flavors[0].ID, ImageRef: c.Images[0].ID,
	}, nil).Extract()
}

func get(t testing.TB, nova *gophercloud.ServiceClient, id string) *servers.Server {
	t.Helper()
	s, err := servers.Get(context.Background(), nova, id).Extract()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServerLives(t *testing.T) {
	t.Parallel()
	c := jumpgatetest.New(t, jumpgatetest.Options{BuildTime: time.Hour})
	nova := client(t, c, "demo")
	s, err := create(nova, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, nova, s.ID); got.Status != "BUILD" {
		t.Errorf("status %s before the hour, want BUILD", got.Status)
	}
	c.Clock.Advance(59 * time.Minute)
	if got := get(t, nova, s.ID); got.Status != "BUILD" {
		t.Errorf("status %s before the hour, want BUILD", got.Status)
	}
	c.Clock.Advance(time.Minute)
	if got := get(t, nova, s.ID); got.Status != "ACTIVE" {
		t.Errorf("status %s after the hour, want ACTIVE", got.Status)
	}
	if _, err := servers.Get(context.Background(), client(t, c, "alt_demo"), s.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("another tenant gets %v, want 404", err)
	}
	if err := servers.Delete(context.Background(), nova, s.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := servers.Get(context.Background(), nova, s.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("a deleted server is %v, want 404", err)
	}
}

func TestTroubleWithServers(t *testing.T) {
	t.Parallel()
	c := jumpgatetest.New(t, jumpgatetest.Options{})
	nova := client(t, c, "demo")

	c.FailNextServer("No valid host was found.")
	s, err := create(nova, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, nova, s.ID); got.Status != "ERROR" || got.Fault.Message != "No valid host was found." {
		t.Errorf("server is %s, %q", got.Status, got.Fault.Message)
	}

	c.FailDeletes(1, "the host is away")
	for i, want := range []string{"ERROR", ""} {
		if err := servers.Delete(context.Background(), nova, s.ID).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		got, err := servers.Get(context.Background(), nova, s.ID).Extract()
		switch {
		case want == "" && !gophercloud.ResponseCodeIs(err, http.StatusNotFound):
			t.Errorf("deletion %d: %v, want 404", i, err)
		case want != "" && (err != nil || got.Status != want || got.Fault.Message != "the host is away"):
			t.Errorf("deletion %d: %+v, %v", i, got, err)
		}
	}

	c.SetQuota("demo", compute.Limits{MaxInstances: 2, MaxCores: -1, MaxRAM: -1, MaxMetadata: 128})
	for i := range 3 {
		_, err := create(nova, c)
		if tooMany := gophercloud.ResponseCodeIs(err, http.StatusForbidden); tooMany != (i == 2) {
			t.Errorf("server %d: %v", i, err)
		}
	}
}

// TestQuotaOfGivenID: a quota counts for the project that has the name, whatever
// its id is; a name that no project has is told.
func TestQuotaOfGivenID(t *testing.T) {
	t.Parallel()
	c := jumpgatetest.New(t, jumpgatetest.Options{Users: []memory.User{
		{Name: "ada", Password: "secret", ProjectID: "0123456789abcdef0123456789abcdef"},
	}})
	nova := client(t, c, "ada")
	c.SetQuota("ada", compute.Limits{MaxInstances: 0, MaxCores: -1, MaxRAM: -1, MaxMetadata: 128})
	if _, err := create(nova, c); !gophercloud.ResponseCodeIs(err, http.StatusForbidden) {
		t.Errorf("a server over the quota: %v", err)
	}
	if err := c.Cloud.SetQuota("nobody", compute.Limits{}); err == nil {
		t.Error("a project that is not there has a quota")
	}
}

func TestTroubleWithEndpoints(t *testing.T) {
	t.Parallel()
	c := jumpgatetest.New(t, jumpgatetest.Options{})
	nova := client(t, c, "demo")
	list := func() error {
		_, err := servers.List(nova, nil).AllPages(context.Background())
		return err
	}
	c.Break("servers_detail", jumpgatetest.Trouble{Method: "GET", Times: 2})
	for i := range 3 {
		if down := gophercloud.ResponseCodeIs(list(), http.StatusServiceUnavailable); down != (i < 2) {
			t.Errorf("list %d: down is %v", i, down)
		}
	}
	c.Break("v21_servers_detail", jumpgatetest.Trouble{Err: jumpgate.OverLimit.New("Slow down.")})
	if err := list(); !gophercloud.ResponseCodeIs(err, http.StatusTooManyRequests) {
		t.Errorf("%v, want 429", err)
	}
	c.Break("servers_detail", jumpgatetest.Trouble{Delay: 30 * time.Millisecond})
	start := time.Now()
	if err := list(); err != nil || time.Since(start) < 30*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(start))
	}
	c.Break("servers_detail", jumpgatetest.Trouble{CutOff: true, Times: -1})
	if err := list(); err == nil {
		t.Error("an answer came over a connection that was cut off")
	}
	c.Mend()
	if err := list(); err != nil {
		t.Error(err)
	}
}

func TestExpireTokens(t *testing.T) {
	t.Parallel()
	c := jumpgatetest.New(t, jumpgatetest.Options{})
	nova := client(t, c, "demo")
	c.ForgetRequests()
	c.ExpireTokens()
	if _, err := servers.List(nova, nil).AllPages(context.Background()); err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, r := range c.Requests() {
		if r.Endpoint == "v21_servers_detail" || r.Endpoint == "v3_auth_tokens" {
			got = append(got, r.Status)
		}
	}
	if len(got) != 3 || got[0] != 401 || got[1] != 201 || got[2] != 200 {
		t.Errorf("answers %v, want 401, a new token, 200", got)
	}
}

func TestPreload(t *testing.T) {
	t.Parallel()
	c := jumpgatetest.New(t, jumpgatetest.Options{Users: []memory.User{{Name: "robot", Password: "beep", Project: "factory"}}})
	ids := c.Preload("factory", 1200, compute.Server{Name: "web", Metadata: map[string]string{"made": "before"}})
	pages, err := servers.List(client(t, c, "robot"), servers.ListOpts{Limit: 500}).AllPages(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	list, err := servers.ExtractServers(pages)
	if err != nil || len(list) != 1200 || len(ids) != 1200 {
		t.Fatalf("%d servers, %d ids, %v", len(list), len(ids), err)
	}
	seen := make(map[string]bool)
	for _, s := range list {
		if seen[s.ID] || s.Status != "ACTIVE" || s.Metadata["made"] != "before" {
			t.Fatalf("%+v", s)
		}
		seen[s.ID] = true
	}
}

func TestEnvironment(t *testing.T) {
	c := jumpgatetest.New(t, jumpgatetest.Options{})
	c.Setenv("demo")
	opts, err := openstack.AuthOptionsFromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openstack.AuthenticatedClient(context.Background(), opts); err != nil {
		t.Error(err)
	}
	if env := c.Env("demo"); len(env) != 9 {
		t.Errorf("%v", env)
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		jumpgatetest.New(b, jumpgatetest.Options{})
	}
}

func BenchmarkPreload3000(b *testing.B) {
	for b.Loop() {
		jumpgatetest.New(b, jumpgatetest.Options{}).Preload("demo", 3000, compute.Server{})
	}
}

// TestNewIsSmall: a cloud takes less than 2 MB, so that a test may have one of
// its own. The first of a process reads the tables that all share.
func TestNewIsSmall(t *testing.T) {
	jumpgatetest.New(t, jumpgatetest.Options{})
	const clouds = 10
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range clouds {
		jumpgatetest.New(t, jumpgatetest.Options{})
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / clouds; each > 2_000_000 {
		t.Errorf("a cloud takes %d bytes", each)
	}
}
