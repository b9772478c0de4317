package conformance

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

func (s *suite) identity(t *testing.T) {
	wrong := s.Users[0]
	wrong.Password += "x"
	_, err := openstack.AuthenticatedClient(t.Context(), s.options(wrong))
	refused(t, "a wrong password", err, http.StatusUnauthorized)
	unknown := s.Users[0]
	unknown.Name += "-nobody"
	_, err = openstack.AuthenticatedClient(t.Context(), s.options(unknown))
	refused(t, "an unknown user", err, http.StatusUnauthorized)

	nova := s.client(t, 0, openstack.NewComputeV2)
	for _, token := range []string{"", "rubbish"} {
		stranger := *s.providers[0]
		nobody := gophercloud.ServiceClient{ProviderClient: &stranger, Endpoint: nova.Endpoint, Type: nova.Type}
		stranger.TokenID, stranger.ReauthFunc = token, nil
		_, err := flavors.ListDetail(&nobody, nil).AllPages(t.Context())
		refused(t, "token "+token, err, http.StatusUnauthorized)
	}
}

func (s *suite) flavors(t *testing.T) {
	nova := s.client(t, 0, openstack.NewComputeV2)
	list := func(limit int) (ids []string) {
		pages, err := flavors.ListDetail(nova, flavors.ListOpts{Limit: limit}).AllPages(t.Context())
		must(t, "list flavors", err)
		all, err := flavors.ExtractFlavors(pages)
		must(t, "read a list of flavors", err)
		for _, f := range all {
			ids = append(ids, f.ID)
		}
		return ids
	}
	all := list(0)
	if paged := list(1); !slices.Equal(paged, all) {
		t.Errorf("page by page %v, at once %v", paged, all)
	}
	for _, id := range all {
		if f, err := flavors.Get(t.Context(), nova, id).Extract(); err != nil || f.ID != id {
			t.Errorf("flavor %s of the list: %v", id, err)
		}
	}
	_, err := flavors.Get(t.Context(), nova, "no-such-flavor").Extract()
	refused(t, "show an unknown flavor", err, http.StatusNotFound)
}

func (s *suite) keypairs(t *testing.T) {
	nova := s.client(t, 0, openstack.NewComputeV2)
	const name = "conformance"
	_, err := keypairs.Get(t.Context(), nova, name, nil).Extract()
	refused(t, "show an unknown key", err, http.StatusNotFound)
	made, err := keypairs.Create(t.Context(), nova, keypairs.CreateOpts{Name: name}).Extract()
	must(t, "create a key", err)
	if made.PrivateKey == "" {
		t.Error("a new key has no private part")
	}
	_, err = keypairs.Create(t.Context(), nova, keypairs.CreateOpts{Name: name}).Extract()
	refused(t, "create it again", err, http.StatusConflict)
	got, err := keypairs.Get(t.Context(), nova, name, nil).Extract()
	if must(t, "show a key", err); got.PublicKey != made.PublicKey || got.Fingerprint != made.Fingerprint {
		t.Errorf("key %+v, created as %+v", got, made)
	}
	must(t, "delete a key", keypairs.Delete(t.Context(), nova, name, nil).ExtractErr())
	refused(t, "delete it again", keypairs.Delete(t.Context(), nova, name, nil).ExtractErr(), http.StatusNotFound)
}

func (s *suite) images(t *testing.T) {
	glance := s.client(t, 0, openstack.NewImageV2)
	list := func(limit int) (ids []string) {
		pages, err := images.List(glance, images.ListOpts{Limit: limit}).AllPages(t.Context())
		must(t, "list images", err)
		all, err := images.ExtractImages(pages)
		must(t, "read a list of images", err)
		for _, i := range all {
			ids = append(ids, i.ID)
		}
		return ids
	}
	before := list(0)
	for range 4 { // an order that changes may be the same once
		if paged := list(1); !slices.Equal(paged, before) {
			t.Errorf("page by page %v, at once %v", paged, before)
		}
	}
	_, err := images.Get(t.Context(), glance, nobodysID).Extract()
	refused(t, "show an unknown image", err, http.StatusNotFound)
	refused(t, "delete an unknown image", images.Delete(t.Context(), glance, nobodysID).ExtractErr(), http.StatusNotFound)

	made, err := images.Create(t.Context(), glance, images.CreateOpts{Name: "conformance"}).Extract()
	must(t, "create an image", err)
	_, err = images.Get(t.Context(), s.client(t, 1, openstack.NewImageV2), made.ID).Extract()
	refused(t, "show another's image", err, http.StatusNotFound)
	must(t, "delete an image", images.Delete(t.Context(), glance, made.ID).ExtractErr())
	_, err = images.Get(t.Context(), glance, made.ID).Extract()
	refused(t, "show a deleted image", err, http.StatusNotFound)
	if now := list(0); !slices.Equal(now, before) {
		t.Errorf("leftovers: images %v, before %v", now, before)
	}
}
