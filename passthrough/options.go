package passthrough

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/softlayer/jumpgate"
)

// Options configure a Driver.
type Options struct {
	// Endpoints are the addresses of upstream services: "http://nova:8774". A
	// version and all that follows it ("/v2.1", "/v3/%(project_id)s") is cut
	// off: requests have their own.
	Endpoints map[jumpgate.Service]string

	// Aliases are further addresses of upstream services in links and in
	// Keystone's catalog, such as the public address of a service whose
	// internal one is in Endpoints. Jumpgate replaces them by its own in
	// answers. The addresses of Endpoints need not be repeated.
	Aliases map[jumpgate.Service][]string

	// Cloud is the gateway's own account upstream. Its catalog, which is read
	// once, supplies the addresses missing from Endpoints, and all aliases;
	// TokenHook validates with it. Nil: everything is in Endpoints and Aliases.
	Cloud *Cloud

	// Accounts are for a Gateway whose tokens upstream does not know: requests
	// of a project (the key is its id in Jumpgate) go upstream with a token of
	// its account instead of the client's. A project that is not among them is
	// refused with 403. Nil: clients' own tokens go upstream as they are.
	Accounts map[string]Cloud

	// Modes say what is passed through. Nil: what no other driver serves.
	Modes Modes

	// OnDifference is called when the answers of the two drivers of an endpoint
	// in mode Shadow differ. Calls may overlap. Nil: differences are logged.
	OnDifference func(Difference)

	// TLS is for connections to upstream: RootCAs, Certificates. Nil:
	// Cloud.TLS, or the system's.
	TLS *tls.Config

	// Timeouts bound the phases of a request.
	Timeouts Timeouts

	// MaxIdleConns is how many connections to each host are kept for reuse:
	// as many as requests are expected at a time. Default 256.
	MaxIdleConns int

	// Logger receives failures outside of requests. Nil: slog.Default().
	Logger *slog.Logger
}

// Timeouts bound the phases of a request upstream; none bounds the whole
// request, because an image may take any time.
type Timeouts struct {
	Dial time.Duration // to connect, and then for TLS. Default 5 s
	// Header is from the end of the request to the answer's header. Default 2
	// min: services answer 500 themselves after they waited a minute for
	// another service.
	Header time.Duration
	Stall  time.Duration // until upstream sends more of an answer or accepts more of a request. Default 60 s
	// Idle is how long an unused connection is kept. It must be shorter than
	// upstream's own limit, or requests may use connections that upstream is
	// closing. Default 4 s, for Apache's 5.
	Idle time.Duration
}

// Cloud is an account at an OpenStack. Its fields are what clouds.Parse of
// gophercloud's openstack/config/clouds reads from a clouds.yaml.
type Cloud struct {
	Auth gophercloud.AuthOptions
	// Endpoint says which region and interface of the catalog to use. Default
	// any region, public.
	Endpoint gophercloud.EndpointOpts
	TLS      *tls.Config
}

func (o Options) withDefaults() Options {
	o.Timeouts.Dial = cmp.Or(o.Timeouts.Dial, 5*time.Second)
	o.Timeouts.Header = cmp.Or(o.Timeouts.Header, 2*time.Minute)
	o.Timeouts.Stall = cmp.Or(o.Timeouts.Stall, time.Minute)
	o.Timeouts.Idle = cmp.Or(o.Timeouts.Idle, 4*time.Second)
	o.MaxIdleConns = cmp.Or(o.MaxIdleConns, 256)
	if o.TLS == nil && o.Cloud != nil {
		o.TLS = o.Cloud.TLS
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

func (o Options) validate() error {
	var faults []error
	if min(o.Timeouts.Dial, o.Timeouts.Header, o.Timeouts.Stall, o.Timeouts.Idle) < 0 {
		faults = append(faults, errors.New("passthrough: a timeout is negative"))
	}
	if o.MaxIdleConns < 0 {
		faults = append(faults, errors.New("passthrough: MaxIdleConns is negative"))
	}
	if o.Cloud != nil {
		faults = append(faults, o.Cloud.validate("Cloud"))
	}
	for project, c := range o.Accounts {
		faults = append(faults, c.validate(fmt.Sprintf("Accounts[%q]", project)))
	}
	return errors.Join(append(faults, o.Modes.validate())...)
}

func (c *Cloud) validate(field string) error {
	u, err := url.Parse(c.Auth.IdentityEndpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("passthrough: %s.Auth.IdentityEndpoint must be like https://keystone:5000/v3", field)
	}
	if !slices.Contains([]gophercloud.Availability{"", gophercloud.AvailabilityPublic,
		gophercloud.AvailabilityInternal, gophercloud.AvailabilityAdmin}, c.Endpoint.Availability) {
		return fmt.Errorf("passthrough: %s.Endpoint.Availability must be public, internal or admin", field)
	}
	return nil
}
