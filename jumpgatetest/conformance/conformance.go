// Package conformance tests a driver through the protocol, with gophercloud as
// the client: what every cloud must do that offers a thing at all.
//
//	func TestDriver(t *testing.T) {
//		server := httptest.NewServer(gateway)
//		defer server.Close()
//		conformance.Run(t, conformance.Harness{AuthURL: server.URL + "/v3", ...})
//	}
//
// What a driver does not offer, an endpoint that answers 501 or a service that
// is not in the catalog, is a skipped test that says so, not a failed one.
package conformance

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
)

// Harness is the cloud to test. It needs two users of different projects, whose
// projects the tests leave as they found them.
type Harness struct {
	AuthURL string // with /v3
	Users   [2]User
	Region  string // default: any

	// ImageID and FlavorID are what servers are made of. Default: the first
	// active image and the first flavor of the lists.
	ImageID, FlavorID string

	// VolumeSize is how many GiB volumes have. Default: 1.
	VolumeSize int

	// Pause is how long the tests wait between two looks at something that is
	// under way, and Patience how long they wait in all. Defaults: 50 ms and a
	// minute. With Advance a minute passes in the cloud at each look.
	Pause, Patience time.Duration

	// Advance moves the cloud's clock, if it has one that can be moved.
	Advance func(time.Duration)
}

// User is somebody of the domain Default. The scope is the project with
// ProjectID or else, in the same domain, ProjectName; without either it is the
// user's default project.
type User struct{ Name, Password, ProjectID, ProjectName string }

// suite is one run.
type suite struct {
	Harness
	providers [2]*gophercloud.ProviderClient
}

// Run tests the cloud of h.
func Run(t *testing.T, h Harness) {
	if h.Pause == 0 {
		h.Pause = 50 * time.Millisecond
	}
	if h.Patience == 0 {
		h.Patience = time.Minute
	}
	if h.VolumeSize == 0 {
		h.VolumeSize = 1
	}
	s := &suite{Harness: h}
	for i, u := range h.Users {
		s.providers[i] = s.signIn(t, u)
	}
	t.Run("identity", s.identity)
	t.Run("discovery", s.discovery)
	t.Run("flavors", s.flavors)
	t.Run("keypairs", s.keypairs)
	t.Run("servers", s.servers)
	t.Run("images", s.images)
	t.Run("volumes", s.volumes)
	t.Run("snapshots", s.snapshots)
	t.Run("network lists", s.networkLists)
	t.Run("networks", s.networks)
	t.Run("tokens", s.tokens) // the last: those of the others are then too old
}

// options sign u in for good: a clock that is moved may be past a token's end.
func (s *suite) options(u User) gophercloud.AuthOptions {
	opts := gophercloud.AuthOptions{IdentityEndpoint: s.AuthURL, Username: u.Name, Password: u.Password, DomainName: "Default", AllowReauth: true}
	switch {
	case u.ProjectID != "":
		opts.Scope = &gophercloud.AuthScope{ProjectID: u.ProjectID}
	case u.ProjectName != "":
		opts.Scope = &gophercloud.AuthScope{ProjectName: u.ProjectName, DomainName: opts.DomainName}
	}
	return opts
}

func (s *suite) signIn(t *testing.T, u User) *gophercloud.ProviderClient {
	t.Helper()
	provider, err := openstack.AuthenticatedClient(t.Context(), s.options(u))
	if err != nil {
		t.Fatalf("%s can't sign in: %v", u.Name, err)
	}
	return provider
}

// client is one of user number i for a service that open finds; without the
// service the test is skipped.
func (s *suite) client(t *testing.T, i int, open func(*gophercloud.ProviderClient, gophercloud.EndpointOpts) (*gophercloud.ServiceClient, error)) *gophercloud.ServiceClient {
	t.Helper()
	c, err := open(s.providers[i], gophercloud.EndpointOpts{Region: s.Region})
	if err != nil {
		t.Skipf("not offered: %v", err)
	}
	return c
}

// must ends the test with an error, or skips it where the cloud does not offer
// what was asked for.
func must(t *testing.T, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case gophercloud.ResponseCodeIs(err, http.StatusNotImplemented):
		t.Skipf("not offered: %s", what)
	default:
		t.Fatalf("%s: %v", what, err)
	}
}

// refused checks that an error is an answer of a status. An endpoint that the
// driver does not offer is reported and passes.
func refused(t *testing.T, what string, err error, status int) {
	t.Helper()
	switch {
	case gophercloud.ResponseCodeIs(err, status):
	case gophercloud.ResponseCodeIs(err, http.StatusNotImplemented):
		t.Logf("not offered: %s", what)
	default:
		t.Errorf("%s: %v, want %d", what, err, status)
	}
}

// eventually waits until done says so.
func (s *suite) eventually(t *testing.T, what string, done func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), s.Patience)
	defer cancel()
	for !done(ctx) {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %v", what, s.Patience)
		case <-time.After(s.Pause):
			if s.Advance != nil {
				s.Advance(time.Minute)
			}
		}
	}
}
