package passthrough

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/softlayer/jumpgate"
)

// session is one account upstream, with the token that all its requests share.
type session struct {
	auth     gophercloud.AuthOptions
	keystone string // ends in "/v3/"
	client   http.Client
	now      func() time.Time

	current atomic.Pointer[token]
	signIn  flight[struct{}, *token]
}

// token is one of upstream's.
type token struct {
	id        string
	projectID string
	catalog   []tokens.CatalogEntry
	renew     time.Time // from then on a new one is wanted
	expires   time.Time // from then on this one is of no use
}

var endsInVersion = regexp.MustCompile(`/v[0-9.]+$`)

func newSession(opts Options, c Cloud) *session {
	tlsConfig := c.TLS
	if tlsConfig == nil {
		tlsConfig = opts.TLS
	}
	// Keystone's version document could name any host; its place is known.
	keystone := endsInVersion.ReplaceAllString(strings.TrimRight(c.Auth.IdentityEndpoint, "/"), "") + "/v3/"
	host := ""
	if u, err := url.Parse(keystone); err == nil {
		host = u.Host
	}
	return &session{
		auth:     c.Auth,
		keystone: keystone,
		client: http.Client{
			Transport:     onlyHost{host, newTransport(opts, tlsConfig)},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       opts.Timeouts.Dial + opts.Timeouts.Header,
		},
		now: time.Now,
	}
}

// onlyHost keeps passwords and tokens away from all hosts but one.
type onlyHost struct {
	host string
	http.RoundTripper
}

func (o onlyHost) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != o.host {
		return nil, fmt.Errorf("host %q is not the configured one", req.URL.Host)
	}
	return o.RoundTripper.RoundTrip(req)
}

// as returns a client of Keystone that acts with a token, or without one.
func (s *session) as(id string) *gophercloud.ServiceClient {
	return &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{TokenID: id, HTTPClient: s.client},
		Endpoint:       s.keystone,
	}
}

// token returns a valid token. While the old one still is, one caller renews
// it and the others go on with it; when that fails they all do.
func (s *session) token(ctx context.Context) (*token, error) {
	now, t := s.now(), s.current.Load()
	if t != nil && now.Before(t.renew) {
		return t, nil
	}
	if t != nil && now.Before(t.expires) {
		later := *t
		later.renew = now.Add(10 * time.Second)
		if !s.current.CompareAndSwap(t, &later) {
			return t, nil
		}
		if renewed, err := s.fresh(ctx); err == nil {
			return renewed, nil
		}
		return t, nil
	}
	return s.fresh(ctx)
}

// fresh signs in. Concurrent callers share one sign-in.
func (s *session) fresh(ctx context.Context) (*token, error) {
	return s.signIn.do(ctx, struct{}{}, func(ctx context.Context) (*token, error) {
		auth := s.auth
		jumpgate.CountUpstreamCall(ctx)
		answer := tokens.Create(ctx, s.as(""), &auth)
		t, err := readToken(answer, s.now())
		if err != nil {
			return nil, fmt.Errorf("sign in upstream: %w", withoutBody(err))
		}
		s.current.Store(t)
		return t, nil
	})
}

// reject says that upstream does not take t any more.
func (s *session) reject(t *token) {
	if current := s.current.Load(); current != nil && current.id == t.id {
		s.current.CompareAndSwap(current, nil)
	}
}

func readToken(answer tokens.CreateResult, now time.Time) (*token, error) {
	granted, err := answer.Extract()
	if err != nil {
		return nil, err
	}
	if granted.ID == "" {
		return nil, errors.New("an answer without a token")
	}
	// A token may be used by a request that takes a while, and clocks differ.
	lifetime := granted.ExpiresAt.Sub(now)
	t := &token{
		id:      granted.ID,
		renew:   granted.ExpiresAt.Add(-min(5*time.Minute, lifetime/5)),
		expires: granted.ExpiresAt.Add(-min(10*time.Second, lifetime/10)),
	}
	if catalog, err := answer.ExtractServiceCatalog(); err == nil && catalog != nil {
		t.catalog = catalog.Entries
	}
	if project, err := answer.ExtractProject(); err == nil && project != nil {
		t.projectID = project.ID
	}
	return t, nil
}

// withoutBody shortens an error to what belongs into a log: gophercloud's
// have the answer's body in them.
func withoutBody(err error) error {
	var status gophercloud.ErrUnexpectedResponseCode
	if errors.As(err, &status) {
		return fmt.Errorf("%s %s: status %d", status.Method, status.URL, status.Actual)
	}
	return err
}
