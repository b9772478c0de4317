package jumpgatetest_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/jumpgatetest"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// The blocks of docs/testing.md are parts of this file.

func TestBoot(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{BuildTime: time.Hour})
	demo := cloud.User("demo")

	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: cloud.AuthURL, Username: demo.Name, Password: demo.Password, DomainName: "Default", AllowReauth: true,
		Scope: &gophercloud.AuthScope{ProjectID: demo.ProjectID},
	})
	if err != nil {
		t.Fatal(err)
	}
	nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{Region: jumpgatetest.Region})
	if err != nil {
		t.Fatal(err)
	}

	server, err := servers.Create(t.Context(), nova, servers.CreateOpts{
		Name: "web", FlavorRef: cloud.Flavors[0].ID, ImageRef: cloud.Images[0].ID,
	}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	cloud.Clock.Advance(time.Hour)
	server, err = servers.Get(t.Context(), nova, server.ID).Extract()
	if err != nil || server.Status != "ACTIVE" {
		t.Errorf("%v, %v", server, err)
	}
}

func TestManyAndTrouble(t *testing.T) {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{})
	nova := client(t, cloud, "demo")

	ids := cloud.Preload("demo", 3000, compute.Server{Name: "web"})

	cloud.FailNextServer("No valid host was found.")
	cloud.SetBuildTime(time.Hour)
	cloud.FailDeletes(2, "The host is away.")
	cloud.SetQuota("demo", compute.Limits{MaxInstances: 2, MaxCores: -1, MaxRAM: -1, MaxMetadata: 128})
	cloud.ExpireTokens()
	cloud.Break("servers_detail", jumpgatetest.Trouble{Times: 2})
	cloud.Break("server", jumpgatetest.Trouble{Method: "DELETE", Delay: time.Second})
	cloud.Break("flavors", jumpgatetest.Trouble{CutOff: true})
	cloud.Break("servers", jumpgatetest.Trouble{Err: &jumpgate.Error{Kind: jumpgate.OverLimit, RetryAfter: time.Second}})
	cloud.Mend()

	cloud.ForgetRequests()
	if err := servers.Stop(context.Background(), nova, ids[0]).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	for _, r := range cloud.Requests() {
		t.Log(r.Method, r.Endpoint, r.Status)
	}
	if list := cloud.Requests(); list[len(list)-1].Endpoint != "v21_server_action" {
		t.Errorf("the last request is %+v", list[len(list)-1])
	}
}

func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, name := range []string{"docs_test.go", "conformance/conformance_test.go"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources.WriteString("\n" + trimmed(string(text)))
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) < 4 {
		t.Errorf("only %d blocks of Go", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(sources.String(), "\n"+trimmed(block)) {
			t.Errorf("not in the tests:\n%s", block)
		}
	}
}

// trimmed is text without indentation.
func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
