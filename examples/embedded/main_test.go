package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

func TestEmbedded(t *testing.T) {
	for name, strip := range map[string]bool{"BasePath": false, "StripPrefix": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := httptest.NewServer(simulator.New(simulator.Options{Step: -1}))
			t.Cleanup(cloud.Close)
			api, err := newAPI(cloud.URL+"/rest/v3.1", strip)
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(api)
			t.Cleanup(server.Close)

			ownRoutes(t, server.URL)
			catalog(t, server.URL)
			links(t, signIn(t, server.URL, simulator.DemoUser, simulator.DemoKey), server.URL)

			provider := signIn(t, server.URL, simulator.AltUser, simulator.AltKey)
			err = servers.Create(t.Context(), nova(t, provider), order(t, provider, "B1_1X2X25"), nil).Err
			if !gophercloud.ResponseCodeIs(err, http.StatusForbidden) || !strings.Contains(err.Error(), "Without a plan one may look and not touch.") {
				t.Errorf("a server without a plan: %v", err)
			}
		})
	}
}

func signIn(t *testing.T, url, user, key string) *gophercloud.ProviderClient {
	t.Helper()
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: url + "/openstack/v3", Username: user, Password: key, DomainName: "Default",
	})
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

func nova(t *testing.T, provider *gophercloud.ProviderClient) *gophercloud.ServiceClient {
	t.Helper()
	client, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func order(t *testing.T, provider *gophercloud.ProviderClient, flavor string) servers.CreateOpts {
	t.Helper()
	glance, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := images.List(glance, images.ListOpts{Name: "UBUNTU_22_64"}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := images.ExtractImages(page)
	if err != nil || len(list) != 1 {
		t.Fatalf("images %+v, %v", list, err)
	}
	return servers.CreateOpts{Name: "web", FlavorRef: flavor, ImageRef: list[0].ID}
}

// ownRoutes: the company's routes and middleware are as they would be without
// OpenStack beside them.
func ownRoutes(t *testing.T, url string) {
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/status":       {http.StatusOK, "fine\n"},
		"/v3":           {http.StatusNotFound, "404 page not found\n"},
		"/openstack/v3": {http.StatusOK, url + "/openstack/v3/"},
	} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != want.status || !strings.Contains(string(body), want.body) {
			t.Errorf("%s: %d %s, %v", path, resp.StatusCode, body, err)
		}
		if resp.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s went past the middleware", path)
		}
	}
}

// catalog: every address that a client is told is below the subpath.
func catalog(t *testing.T, url string) {
	provider, err := openstack.NewClient(url + "/openstack/v3")
	if err != nil {
		t.Fatal(err)
	}
	keystone, err := openstack.NewIdentityV3(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := tokens.Create(t.Context(), keystone, &tokens.AuthOptions{
		Username: simulator.DemoUser, Password: simulator.DemoKey, DomainName: "Default",
	}).ExtractServiceCatalog()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"identity": "/v3", "compute": "/compute/v2.1", "image": "/image"}
	for _, e := range entries.Entries {
		for _, endpoint := range e.Endpoints {
			if endpoint.URL != url+"/openstack"+want[e.Type] {
				t.Errorf("catalog has %s at %s", e.Type, endpoint.URL)
			}
		}
		delete(want, e.Type)
	}
	if len(want) > 0 {
		t.Errorf("the catalog lacks %v", want)
	}
}

// links: a server's links lead to it, and the plan holds.
func links(t *testing.T, provider *gophercloud.ProviderClient, url string) {
	client := nova(t, provider)
	made, err := servers.Create(t.Context(), client, order(t, provider, "B1_1X2X25"), nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	got, err := servers.Get(t.Context(), client, made.ID).Extract()
	if err != nil || len(got.Links) == 0 {
		t.Fatalf("server %+v, %v", got, err)
	}
	self := got.Links[0].(map[string]any)["href"]
	if self != url+"/openstack/compute/v2.1/servers/"+made.ID {
		t.Errorf("self link %v", self)
	}
	err = servers.Create(t.Context(), client, order(t, provider, "B1_4X16X100"), nil).Err
	if !gophercloud.ResponseCodeIs(err, http.StatusForbidden) || !strings.Contains(err.Error(), "Servers have at most 2 cores here.") {
		t.Errorf("a large server: %v", err)
	}
}
