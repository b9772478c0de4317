package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

const nobodysID = "5a1b4ff5-9f0d-4b0f-8d0c-0d7c6b0f5e11" // of no server, image or key

func (s *suite) servers(t *testing.T) {
	nova := s.client(t, 0, openstack.NewComputeV2)
	other := s.client(t, 1, openstack.NewComputeV2)
	before := serverIDs(t, nova, servers.ListOpts{})
	s.materials(t)

	t.Run("unknown ids", func(t *testing.T) { unknownServer(t, nova) })
	t.Run("refusals leave nothing", func(t *testing.T) {
		for what, o := range map[string]servers.CreateOpts{
			"unknown flavor": {Name: "no", FlavorRef: "no-such-flavor", ImageRef: s.ImageID},
			"unknown image":  {Name: "no", FlavorRef: s.FlavorID, ImageRef: nobodysID},
		} {
			_, err := servers.Create(t.Context(), nova, o, nil).Extract()
			refused(t, what, err, http.StatusBadRequest)
		}
		if now := serverIDs(t, nova, servers.ListOpts{}); !slices.Equal(now, before) {
			t.Errorf("servers %v, before %v", now, before)
		}
	})

	t.Run("wishes", s.wishes)

	// Three servers, ordered at once.
	made, faults := make([]*servers.Server, 3), make([]error, 3)
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() {
			made[i], faults[i] = servers.Create(t.Context(), nova, servers.CreateOpts{
				Name: fmt.Sprintf("conformance-%d", i), FlavorRef: s.FlavorID, ImageRef: s.ImageID,
			}, nil).Extract()
		})
	}
	wg.Wait()
	t.Cleanup(func() {
		for _, one := range made {
			if one != nil {
				_ = servers.Delete(context.Background(), nova, one.ID).ExtractErr() // it is gone if all went well
			}
		}
	})
	must(t, "create a server", errors.Join(faults...))
	for i, one := range made {
		s.eventually(t, "become ACTIVE", func(ctx context.Context) bool {
			got, err := servers.Get(ctx, nova, one.ID).Extract()
			must(t, "show a server", err)
			if got.Status == "ERROR" {
				t.Fatalf("server %d is in ERROR: %s", i, got.Fault.Message)
			}
			return got.Status == "ACTIVE"
		})
	}

	t.Run("lists", func(t *testing.T) {
		all := serverIDs(t, nova, servers.ListOpts{})
		if paged := serverIDs(t, nova, servers.ListOpts{Limit: 1}); !slices.Equal(paged, all) {
			t.Errorf("page by page %v, at once %v", paged, all)
		}
		for i, id := range all {
			if rest := serverIDs(t, nova, servers.ListOpts{Marker: id}); !slices.Equal(rest, all[i+1:]) {
				t.Errorf("after number %d: %v, want %v", i, rest, all[i+1:])
			}
		}
		if got := serverIDs(t, nova, servers.ListOpts{Name: "^conformance-1$"}); !slices.Equal(got, []string{made[1].ID}) {
			t.Errorf("by name: %v, want %s", got, made[1].ID)
		}
		_, err := servers.List(nova, servers.ListOpts{Marker: nobodysID}).AllPages(t.Context())
		refused(t, "unknown marker", err, http.StatusBadRequest)
	})
	t.Run("another tenant", func(t *testing.T) {
		for _, one := range made {
			_, err := servers.Get(t.Context(), other, one.ID).Extract()
			refused(t, "show another's server", err, http.StatusNotFound)
			refused(t, "delete another's server", servers.Delete(t.Context(), other, one.ID).ExtractErr(), http.StatusNotFound)
			if slices.Contains(serverIDs(t, other, servers.ListOpts{}), one.ID) {
				t.Error("another's server is in the list")
			}
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := servers.Get(ctx, nova, made[0].ID).Extract(); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want that it was cancelled", err)
		}
	})
	t.Run("delete until gone", func(t *testing.T) {
		for _, one := range made {
			must(t, "delete a server", servers.Delete(t.Context(), nova, one.ID).ExtractErr())
			s.eventually(t, "be gone", func(ctx context.Context) bool {
				_, err := servers.Get(ctx, nova, one.ID).Extract()
				return gophercloud.ResponseCodeIs(err, http.StatusNotFound)
			})
		}
		if now := serverIDs(t, nova, servers.ListOpts{}); !slices.Equal(now, before) {
			t.Errorf("leftovers: servers %v, before %v", now, before)
		}
	})
}

// wishes are orders with more than must be. What changes nothing, as dashboards
// send it along, is taken; what a cloud can't do is refused by its name.
func (s *suite) wishes(t *testing.T) {
	nova := s.client(t, 0, openstack.NewComputeV2)
	plain := servers.CreateOpts{Name: "conformance-wishes", FlavorRef: s.FlavorID, ImageRef: s.ImageID, SecurityGroups: []string{"default"}, DiskConfig: servers.Auto}
	gone := func(made *servers.Server, err error) error {
		if err == nil {
			must(t, "delete a server", servers.Delete(t.Context(), nova, made.ID).ExtractErr())
			s.eventually(t, "be gone", func(ctx context.Context) bool {
				_, err := servers.Get(ctx, nova, made.ID).Extract()
				return gophercloud.ResponseCodeIs(err, http.StatusNotFound)
			})
		}
		return err
	}
	must(t, "order as a dashboard does", gone(servers.Create(t.Context(), nova, plain, nil).Extract()))
	plain.Metadata = map[string]string{"conformance": "yes"}
	err := gone(servers.Create(t.Context(), nova, plain, nil).Extract())
	if gophercloud.ResponseCodeIs(err, http.StatusBadRequest) && strings.Contains(err.Error(), "metadata") {
		t.Log("not offered: metadata of a server")
		return
	}
	must(t, "order with metadata", err)
}

// materials chooses what servers are made of.
func (s *suite) materials(t *testing.T) {
	t.Helper()
	if s.FlavorID == "" {
		pages, err := flavors.ListDetail(s.client(t, 0, openstack.NewComputeV2), nil).AllPages(t.Context())
		must(t, "list flavors", err)
		list, err := flavors.ExtractFlavors(pages)
		if must(t, "read a list of flavors", err); len(list) == 0 {
			t.Skip("not offered: a flavor")
		}
		s.FlavorID = list[0].ID
	}
	if s.ImageID == "" {
		pages, err := images.List(s.client(t, 0, openstack.NewImageV2), images.ListOpts{Status: images.ImageStatusActive}).AllPages(t.Context())
		must(t, "list images", err)
		list, err := images.ExtractImages(pages)
		if must(t, "read a list of images", err); len(list) == 0 {
			t.Skip("not offered: an image")
		}
		s.ImageID = list[0].ID
	}
}

// unknownServer asks for a server that does not exist with each verb.
func unknownServer(t *testing.T, nova *gophercloud.ServiceClient) {
	ctx := t.Context()
	_, err := servers.Get(ctx, nova, nobodysID).Extract()
	refused(t, "show", err, http.StatusNotFound)
	_, err = servers.Update(ctx, nova, nobodysID, servers.UpdateOpts{Name: "x"}).Extract()
	refused(t, "rename", err, http.StatusNotFound)
	_, err = servers.Metadata(ctx, nova, nobodysID).Extract()
	refused(t, "metadata", err, http.StatusNotFound)
	for what, err := range map[string]error{
		"delete":        servers.Delete(ctx, nova, nobodysID).ExtractErr(),
		"start":         servers.Start(ctx, nova, nobodysID).ExtractErr(),
		"stop":          servers.Stop(ctx, nova, nobodysID).ExtractErr(),
		"reboot":        servers.Reboot(ctx, nova, nobodysID, servers.RebootOpts{Type: servers.SoftReboot}).ExtractErr(),
		"pause":         servers.Pause(ctx, nova, nobodysID).ExtractErr(),
		"suspend":       servers.Suspend(ctx, nova, nobodysID).ExtractErr(),
		"lock":          servers.Lock(ctx, nova, nobodysID).ExtractErr(),
		"shelve":        servers.Shelve(ctx, nova, nobodysID).ExtractErr(),
		"confirmResize": servers.ConfirmResize(ctx, nova, nobodysID).ExtractErr(),
		"revertResize":  servers.RevertResize(ctx, nova, nobodysID).ExtractErr(),
	} {
		refused(t, what, err, http.StatusNotFound)
	}
}

func serverIDs(t *testing.T, nova *gophercloud.ServiceClient, o servers.ListOpts) []string {
	t.Helper()
	pages, err := servers.List(nova, o).AllPages(t.Context())
	must(t, "list servers", err)
	list, err := servers.ExtractServers(pages)
	must(t, "read a list of servers", err)
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.ID
	}
	return ids
}
