package image_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/pagination"
)

// TestGophercloud is a client that follows next links, below a mount too.
func TestGophercloud(t *testing.T) {
	gw := gateway(t, variety(), "me")
	for _, prefix := range []string{"", "/cloud/image"} {
		server := httptest.NewServer(http.StripPrefix(prefix, gw))
		defer server.Close()
		client := &gophercloud.ServiceClient{
			ProviderClient: &gophercloud.ProviderClient{TokenID: "token"},
			Endpoint:       server.URL + prefix + "/",
			ResourceBase:   server.URL + prefix + "/v2/",
		}
		ctx := context.Background()

		var ids []string
		pages := 0
		err := images.List(client, images.ListOpts{Limit: 2, Sort: "created_at:asc"}).EachPage(ctx, func(_ context.Context, p pagination.Page) (bool, error) {
			pages++
			list, err := images.ExtractImages(p)
			for _, img := range list {
				ids = append(ids, img.ID)
			}
			return true, err
		})
		if want := []string{"a", "b", "c", "e", "g"}; err != nil || !slices.Equal(ids, want) || pages != 3 {
			t.Errorf("%d pages %v, %v; want 3 pages %v", pages, ids, err, want)
		}

		img, err := images.Get(ctx, client, "a").Extract()
		if err != nil {
			t.Fatal(err)
		}
		if img.Name != "debian" || img.SizeBytes != 100 || img.MinDiskGigabytes != 10 || !img.CreatedAt.Equal(day) ||
			!slices.Equal(img.Tags, []string{"linux", "stable"}) || img.Properties["os_distro"] != "debian" || img.File != "/v2/images/a/file" {
			t.Errorf("image %+v", img)
		}
		if _, err := images.Get(ctx, client, "nonsense").Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			t.Errorf("unknown image: %v", err)
		}
	}
}
