package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/secgroups"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

// serve returns the address of a gateway in front of c.
func serve(t *testing.T, c *cloud) string {
	t.Helper()
	gw, err := newGateway(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server.URL
}

// signIn returns gophercloud's client for one user.
func signIn(t *testing.T, url, user, password string) (*gophercloud.ProviderClient, error) {
	t.Helper()
	return openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: url + "/v3", Username: user, Password: password, DomainName: "Default",
	})
}

func TestDriver(t *testing.T) {
	c := newCloud()
	c.bootTime = 0
	url := serve(t, c)
	ctx := t.Context()
	provider, err := signIn(t, url, "ada", "lovelace")
	if err != nil {
		t.Fatal(err)
	}
	nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	glance, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}

	page, err := flavors.ListDetail(nova, nil).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := flavors.ExtractFlavors(page); err != nil || len(list) != 2 || list[1].ID != "small" || list[1].RAM != 1024 {
		t.Fatalf("flavors %+v, %v", list, err)
	}
	page, err = images.List(glance, images.ListOpts{Name: "debian"}).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	systems, err := images.ExtractImages(page)
	if err != nil || len(systems) != 1 {
		t.Fatalf("images %+v, %v", systems, err)
	}

	order := servers.CreateOpts{Name: "web", FlavorRef: "small", ImageRef: systems[0].ID}
	made, err := servers.Create(ctx, nova, order, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	got, err := servers.Get(ctx, nova, made.ID).Extract()
	if err != nil || got.Name != "web" || got.Status != "ACTIVE" || got.TenantID != "engines" {
		t.Fatalf("server %+v, %v", got, err)
	}

	// The endpoint made by hand.
	page, err = secgroups.ListByServer(nova, made.ID).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if groups, err := secgroups.ExtractSecurityGroups(page); err != nil || len(groups) != 1 || groups[0].Name != "default" {
		t.Errorf("security groups %+v, %v", groups, err)
	}
	if _, err := secgroups.ListByServer(nova, "m-9999").AllPages(ctx); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("security groups of no server: %v", err)
	}

	order.Metadata = map[string]string{"role": "web"}
	if err := servers.Create(ctx, nova, order, nil).Err; !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("an order with more than this cloud has: %v", err)
	}
	order.Metadata = nil
	order.Min = 2
	if err := servers.Create(ctx, nova, order, nil).Err; !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) ||
		!strings.Contains(err.Error(), "nothing else: min_count.") {
		t.Errorf("an order for two servers at least: %v", err)
	}
	order.Min = 0
	for range 2 {
		if err := servers.Create(ctx, nova, order, nil).Err; err != nil {
			t.Fatal(err)
		}
	}
	if err := servers.Create(ctx, nova, order, nil).Err; !gophercloud.ResponseCodeIs(err, http.StatusForbidden) ||
		!strings.Contains(err.Error(), `{"forbidden": {"code": 403, "message": "Quota exceeded for instances."}}`) {
		t.Errorf("a fourth server: %v", err)
	}
	page, err = servers.List(nova, servers.ListOpts{Limit: 1}).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := servers.ExtractServers(page); err != nil || len(list) != 3 || list[2].ID != made.ID {
		t.Errorf("servers %+v, %v", list, err)
	}

	if err := servers.Delete(ctx, nova, made.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if err := servers.Get(ctx, nova, made.ID).Err; !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("a deleted server: %v", err)
	}
}

// TestTenants: what is somebody else's does not exist.
func TestTenants(t *testing.T) {
	c := newCloud()
	m, err := c.boot("engines", "web", c.sizes[0], "")
	if err != nil {
		t.Fatal(err)
	}
	url := serve(t, c)
	if _, err := signIn(t, url, "grace", "lovelace"); !gophercloud.ResponseCodeIs(err, http.StatusUnauthorized) {
		t.Errorf("a wrong password: %v", err)
	}
	provider, err := signIn(t, url, "grace", "hopper")
	if err != nil {
		t.Fatal(err)
	}
	nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{servers.Get(t.Context(), nova, m.id).Err, servers.Delete(t.Context(), nova, m.id).Err} {
		if !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			t.Error(err)
		}
	}
	page, err := servers.List(nova, nil).AllPages(t.Context())
	if empty, _ := page.IsEmpty(); err != nil || !empty {
		t.Errorf("grace sees ada's servers: %v", err)
	}
}

// anImage returns the id of some image.
func anImage(t *testing.T, provider *gophercloud.ProviderClient) string {
	t.Helper()
	glance, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := images.List(glance, images.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := images.ExtractImages(page)
	if err != nil || len(list) == 0 {
		t.Fatalf("images %+v, %v", list, err)
	}
	return list[0].ID
}
