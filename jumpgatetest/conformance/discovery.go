package conformance

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
)

// discovery holds what the cloud says about itself against what it does:
// versions, links, and the names of requests.
func (s *suite) discovery(t *testing.T) {
	nova := s.client(t, 0, openstack.NewComputeV2)
	t.Run("highest version", func(t *testing.T) {
		var document struct {
			Version struct{ Version string } `json:"version"`
		}
		_, err := read(t.Context(), nova, nova.Endpoint, &document, nil)
		must(t, "show the version", err)
		highest := document.Version.Version
		if highest == "" {
			t.Skip("not offered: microversions")
		}
		for _, asked := range []string{highest, "latest"} {
			header, err := read(t.Context(), nova, nova.ServiceURL("flavors"), nil, map[string]string{
				"X-OpenStack-Nova-API-Version": asked, "OpenStack-API-Version": "compute " + asked,
			})
			if must(t, "ask for version "+asked, err); header.Get("X-OpenStack-Nova-API-Version") != highest {
				t.Errorf("asked for %s the answer is version %s; the highest is to be %s", asked, header.Get("X-OpenStack-Nova-API-Version"), highest)
			}
		}
	})
	t.Run("links", func(t *testing.T) {
		var list struct {
			Flavors []struct{ Links []struct{ Rel, Href string } }
		}
		_, err := read(t.Context(), nova, nova.ServiceURL("flavors"), &list, nil)
		must(t, "list flavors", err)
		for _, f := range list.Flavors {
			for _, l := range f.Links {
				if l.Rel != "self" {
					continue
				}
				_, err := read(t.Context(), nova, l.Href, nil, nil)
				must(t, "follow "+l.Href, err)
			}
		}
	})
	t.Run("request ids", func(t *testing.T) {
		seen := make(map[string]bool)
		for range 3 {
			header, err := read(t.Context(), nova, nova.ServiceURL("flavors"), nil, nil)
			must(t, "list flavors", err)
			id := header.Get("X-Openstack-Request-Id")
			if id == "" || seen[id] {
				t.Errorf("a request is called %q", id)
			}
			seen[id] = true
		}
	})
}

// read reads what is at a URL and returns the headers of the answer.
func read(ctx context.Context, client *gophercloud.ServiceClient, url string, into any, headers map[string]string) (http.Header, error) {
	if into == nil {
		into = &struct{}{}
	}
	answer, err := client.Get(ctx, url, into, &gophercloud.RequestOpts{MoreHeaders: headers})
	if err != nil {
		return nil, err
	}
	return answer.Header, answer.Body.Close()
}

// tokens lets time pass until a token has no more.
func (s *suite) tokens(t *testing.T) {
	if s.Advance == nil {
		t.Skip("not offered: a clock that can be moved (Harness.Advance)")
	}
	provider := s.signIn(t, s.Users[0])
	nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{Region: s.Region})
	if err != nil {
		t.Skipf("not offered: %v", err)
	}
	list := func() error { _, err := flavors.ListDetail(nova, nil).AllPages(t.Context()); return err }
	must(t, "list flavors", list())
	provider.ReauthFunc = nil
	s.Advance(48 * time.Hour)
	refused(t, "a token of two days ago", list(), http.StatusUnauthorized)
}
