// Package softlayer drives IBM Cloud Classic Infrastructure, formerly
// SoftLayer, through softlayer-go.
//
// One Driver serves any number of accounts: every call upstream is made with
// the credentials of the user who asks, which travel sealed in the user's
// token. The driver keeps no state that may not be lost. What SoftLayer has no place for, such as
// a server's metadata, is kept in SoftLayer beside the user's own notes; see
// envelope and markers.
//
// Package simulator is a SoftLayer to try it on.
package softlayer

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/image"
)

// DefaultEndpoint is SoftLayer's public REST API.
const DefaultEndpoint = "https://api.softlayer.com/rest/v3.1"

// Options configure a Driver. The zero value works against the real SoftLayer.
type Options struct {
	// Endpoint is the URL of SoftLayer's REST API. Default DefaultEndpoint.
	Endpoint string

	// Timeout bounds each call upstream, repetitions of reads included.
	// Default 30 s.
	Timeout time.Duration

	// Transport sends the requests. Default: a transport of the driver's own
	// with connections for 64 concurrent calls.
	Transport http.RoundTripper

	// Datacenter is where servers go for which nobody names an availability
	// zone. Default: the first, by name, that sells servers.
	Datacenter string

	// Domain is the domain of new servers; SoftLayer insists on one. Default
	// "jumpgate.local".
	Domain string

	// CacheAge is how long flavors, operating systems, public images and
	// datacenters are kept, for each account apart. Default 10 minutes.
	CacheAge time.Duration

	// VolumeType is the type of volumes for which nobody names one: portable,
	// endurance-0.25, endurance-2, endurance-4, endurance-10 or performance.
	// Default "endurance-2".
	VolumeType string

	// Console is the address of a noVNC page ("https://host/vnc_lite.html"),
	// to which clients are sent who ask for a console; it learns host, port,
	// path and encrypt from its query. Default: clients get the address of
	// SoftLayer's websocket itself, wss://.
	Console string

	// PortalPasswords lets users sign in with the password of SoftLayer's
	// portal where it is no API key: with three calls in place of one. It
	// works for users whom SoftLayer itself knows, not for IBMids, and not
	// where the portal asks for more than a password.
	PortalPasswords bool

	// Identity configures tokens; see there.
	Identity identity.Options

	// Now replaces time.Now.
	Now func() time.Time
}

// Driver is a jumpgate.Driver for identity, compute and image.
type Driver struct {
	opts        Options
	api         *api
	flavors     cache[*sizes]
	templates   cache[[]template]
	catalogue   cache[*catalogue]
	globalPrice cache[int]
	storageSold cache[*storagePackage] // block storage
	disksSold   cache[*storagePackage] // portable storage
	ordered     orders
	places      places
	locks       locks
	sightings   sightings
}

// New returns a Driver. It makes no call.
func New(opts Options) (*Driver, error) {
	opts.Endpoint = cmp.Or(opts.Endpoint, DefaultEndpoint)
	opts.Timeout = cmp.Or(opts.Timeout, 30*time.Second)
	opts.CacheAge = cmp.Or(opts.CacheAge, 10*time.Minute)
	opts.VolumeType = cmp.Or(opts.VolumeType, "endurance-2")
	opts.Domain = cmp.Or(opts.Domain, "jumpgate.local")
	if opts.Now == nil {
		opts.Now = time.Now
	}
	var faults []error
	if u, err := url.Parse(opts.Endpoint); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		faults = append(faults, errors.New("softlayer: Endpoint must be like "+DefaultEndpoint))
	}
	if u, err := url.Parse(opts.Console); opts.Console != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		faults = append(faults, errors.New("softlayer: Console must be like https://host/vnc_lite.html"))
	}
	if !slices.Contains(volumeTypes, opts.VolumeType) {
		faults = append(faults, fmt.Errorf("softlayer: VolumeType %q is none of SoftLayer's", opts.VolumeType))
	}
	if opts.Timeout < 0 {
		faults = append(faults, errors.New("softlayer: Timeout is negative"))
	}
	if !validDomain(opts.Domain) {
		faults = append(faults, fmt.Errorf("softlayer: Domain %q is no domain name", opts.Domain))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	d := &Driver{opts: opts, api: newAPI(opts)}
	d.flavors.age, d.flavors.now = opts.CacheAge, opts.Now
	d.templates.age, d.templates.now = opts.CacheAge, opts.Now
	d.catalogue.age, d.catalogue.now = opts.CacheAge, opts.Now
	d.globalPrice.age, d.globalPrice.now = opts.CacheAge, opts.Now
	d.storageSold.age, d.storageSold.now = opts.CacheAge, opts.Now
	d.disksSold.age, d.disksSold.now = opts.CacheAge, opts.Now
	return d, nil
}

// SetupRoutes implements jumpgate.Driver.
func (d *Driver) SetupRoutes(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	switch s := disp.Service(); s {
	case jumpgate.Identity:
		return identity.Register(disp, d, d.opts.Identity)
	case jumpgate.Compute:
		return errors.Join(compute.Register(disp, d), explainPartly(disp))
	case jumpgate.Image:
		return image.Register(disp, d, image.Options{})
	default:
		return fmt.Errorf("softlayer: no %s service; there are identity, compute and image", s)
	}
}
