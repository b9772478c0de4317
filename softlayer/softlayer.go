// Package softlayer drives IBM Cloud Classic Infrastructure, formerly
// SoftLayer, through softlayer-go.
//
// One Driver serves any number of accounts: every call upstream is made with the
// credentials of the user who asks, which travel sealed in the user's token. The
// driver keeps data that SoftLayer has no place for, such as a server's
// metadata, in SoftLayer beside the user's own notes, or else in Options.Store.
// The process itself holds no state that must not be lost.
//
// The rooms of the driver are below internal. Each may import those before it:
//
//	upstream   the way to SoftLayer: calls, filters, errors, credentials
//	keep       what is kept in SoftLayer: notes, tags, ids; and in the process: caches, locks
//	records    what SoftLayer says of its objects
//	core       what the services share, orders included
//	identity, image, volume, network, baremetal, compute   a service each; compute attaches volumes, boots images and is connected to networks
//	mixed      compute with bare metal servers among its servers, where Options.HardwareServers says so
//
// Package simulator is a simulated SoftLayer for trying the driver and for
// tests.
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
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/openstack/volume"
	slbaremetal "github.com/softlayer/jumpgate/softlayer/internal/baremetal"
	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	slidentity "github.com/softlayer/jumpgate/softlayer/internal/identity"
	slimage "github.com/softlayer/jumpgate/softlayer/internal/image"
	"github.com/softlayer/jumpgate/softlayer/internal/mixed"
	slnetwork "github.com/softlayer/jumpgate/softlayer/internal/network"
	slvolume "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// DefaultEndpoint is SoftLayer's public REST API.
const DefaultEndpoint = "https://api.softlayer.com/rest/v3.1"

// Options configure a Driver. The zero value works against the real SoftLayer.
type Options struct {
	// Endpoint is the URL of SoftLayer's REST API. Default DefaultEndpoint.
	Endpoint string

	// Timeout bounds each call upstream, including repetitions of reads.
	// Default 30 s.
	Timeout time.Duration

	// Transport sends the requests. Default: a transport of the driver's own
	// with connections for 64 concurrent calls.
	Transport http.RoundTripper

	// Datacenter is where servers go that are ordered without an availability
	// zone. Default: the first, by name, that sells servers.
	Datacenter string

	// Domain is the domain of new servers; SoftLayer insists on one. Default
	// "jumpgate.local".
	Domain string

	// CacheAge is how long flavors, operating systems, public images and
	// datacenters are cached, separately for each account. Default 10 minutes.
	CacheAge time.Duration

	// VolumeType is the type of volumes that are ordered without a type:
	// portable, endurance-0.25, endurance-2, endurance-4, endurance-10 or
	// performance. Default "endurance-2".
	VolumeType string

	// SnapshotSpace lets the driver order snapshot space, which SoftLayer sells
	// separately, for a volume without any: once, for its first snapshot or
	// copy, the smallest size on sale that holds the whole volume. Default: a
	// volume without space can't have snapshots; users order space with the
	// volume, by the metadata "snapshot_space" in GB.
	SnapshotSpace bool

	// Store keeps what SoftLayer has no place for, or not yet: the names of
	// volumes on order, reservations of volumes, messages, images that wait for
	// their data. Replicas must share one. Default: a jumpgate.MemoryStore, which
	// ends with the process; then volumes still on order lose their names, and
	// images without data are lost.
	Store jumpgate.Store

	// ImageData keeps the data of images that clients upload. Default:
	// imagedata.None, which refuses uploads.
	ImageData imagedata.Store

	// ImageBucket is SoftLayer's address of the place where ImageData keeps its
	// data: "cos://us-south/bucket/" for imagedata/s3 with that bucket and no
	// prefix. SoftLayer makes templates from uploads there, and copies templates
	// there for downloads. Default: clients can download uploaded data but not
	// boot servers from it, and other images have no data.
	ImageBucket string

	// ImageKey is the IBM Cloud API key with which SoftLayer reads and writes
	// ImageBucket.
	ImageKey jumpgate.Secret

	// Image configures the image service. Its Now is the driver's.
	Image image.Options

	// Console is the address of a noVNC page ("https://host/vnc_lite.html").
	// Clients that ask for a console get this address with host, port, path and
	// encrypt in its query. Default: no consoles, because browsers can't show
	// the bare websocket.
	Console string

	// PortalPasswords lets users sign in with their password of SoftLayer's
	// portal instead of an API key; such a sign-in costs three calls instead of
	// one. It works only for SoftLayer's own users, not for IBMids, and not if
	// the portal asks for more than a password.
	PortalPasswords bool

	// EditDefaultGroup lets users change the rules of the security group
	// "default". SoftLayer has no such group: a server in no group is open, and
	// the rules shown say so. The first change makes a group of that name. It
	// holds the servers that are ordered with it or added to it from then on;
	// all others stay open. Default: such changes are refused.
	EditDefaultGroup bool

	// OrderNetworks lets users order VLANs and portable subnets, which are
	// billed by the month, by making networks and subnets. Default: only
	// servers bring networks and subnets.
	OrderNetworks bool

	// OrderHardware lets users order bare metal servers, by making nodes: each
	// POST of a node is an order, which is billed by the hour unless it asks for
	// the month. By default members of the account may then order, by the rule
	// baremetal:node:create:self_owned_node. Default: such orders are refused.
	OrderHardware bool

	// HardwareServers shows bare metal servers as servers of compute, too: in
	// lists, with their flavors, addresses, tags and metadata, with power
	// changes, rebuild, rescue and deletion. A list costs one more call.
	// Default: they are only nodes of the bare metal service.
	HardwareServers bool

	// Ordering are rules for orders. Default: none.
	Ordering Ordering

	// Now replaces time.Now.
	Now func() time.Time
}

// Driver is a jumpgate.Driver for identity, compute, image, volume,
// network and baremetal.
type Driver struct {
	opts     Options
	kept     jumpgate.Store // Options.Store
	core     *core.Core
	identity *slidentity.Users
	image    *slimage.Images
	volume   *slvolume.Volumes
	network  *slnetwork.Networks
	metal    *slbaremetal.Hardware
	compute  *slcompute.Servers
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
	kept := opts.Store // nil: nobody can make application credentials that would end with the process
	if opts.Store == nil {
		opts.Store = jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: opts.Now})
	}
	if opts.ImageData == nil {
		opts.ImageData = imagedata.None{}
	}
	opts.Image.Now = opts.Now
	var faults []error
	if u, err := url.Parse(opts.ImageBucket); opts.ImageBucket != "" && (err != nil || u.Scheme != "cos" || u.Host == "" || opts.ImageKey == "") {
		faults = append(faults, errors.New("softlayer: ImageBucket must be like cos://region/bucket/ and needs ImageKey"))
	}
	if u, err := url.Parse(opts.Endpoint); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		faults = append(faults, errors.New("softlayer: Endpoint must be like "+DefaultEndpoint))
	}
	if u, err := url.Parse(opts.Console); opts.Console != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		faults = append(faults, errors.New("softlayer: Console must be like https://host/vnc_lite.html"))
	}
	if !slices.Contains(slvolume.Types, opts.VolumeType) {
		faults = append(faults, fmt.Errorf("softlayer: VolumeType %q is none of SoftLayer's", opts.VolumeType))
	}
	if opts.Timeout < 0 {
		faults = append(faults, errors.New("softlayer: Timeout is negative"))
	}
	if !slcompute.ValidDomain(opts.Domain) {
		faults = append(faults, fmt.Errorf("softlayer: Domain %q is no domain name", opts.Domain))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	c := core.New(core.Config{
		Endpoint: opts.Endpoint, Timeout: opts.Timeout, Transport: opts.Transport, Datacenter: opts.Datacenter, Domain: opts.Domain,
		CacheAge: opts.CacheAge, VolumeType: opts.VolumeType, SnapshotSpace: opts.SnapshotSpace, Store: opts.Store, Console: opts.Console, PortalPasswords: opts.PortalPasswords,
		EditDefaultGroup: opts.EditDefaultGroup, OrderNetworks: opts.OrderNetworks, OrderHardware: opts.OrderHardware, HardwareServers: opts.HardwareServers,
		Images:   core.ImageData{Data: opts.ImageData, Bucket: opts.ImageBucket, Key: opts.ImageKey},
		Ordering: core.Ordering(opts.Ordering), Now: opts.Now,
	})
	d := &Driver{opts: opts, kept: kept, core: c, identity: slidentity.New(c), image: slimage.New(c), volume: slvolume.New(c), network: slnetwork.New(c), metal: slbaremetal.New(c)}
	d.compute = slcompute.New(c, d.volume, d.image, d.network)
	return d, nil
}

// computeDriver is what compute's own API needs: servers, and the images and
// volumes that it passes on.
type computeDriver struct {
	*slcompute.Servers
	*slimage.Images
	slvolume.Proxied
}

func (d *Driver) computeDriver() any {
	if d.opts.HardwareServers {
		return struct {
			*mixed.Servers
			*slimage.Images
			slvolume.Proxied
		}{mixed.New(d.compute, d.metal), d.image, d.volume}
	}
	return computeDriver{d.compute, d.image, d.volume}
}

// Identity returns the identity driver, for identity.New. The Driver itself
// serves identity with default options and with Options.Store if that is set.
func (d *Driver) Identity() identity.Driver { return d.identity }

// SetupRoutes implements jumpgate.Driver.
func (d *Driver) SetupRoutes(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	if err := disp.AddRequestHook(currentIDs); err != nil {
		return err
	}
	switch s := disp.Service(); s {
	case jumpgate.Identity:
		return identity.Register(disp, d.identity, identity.Options{Store: d.kept, Now: d.opts.Now})
	case jumpgate.Compute:
		return errors.Join(compute.Register(disp, d.computeDriver(), compute.Options{Now: d.opts.Now, OwnHosts: true}), slcompute.ExplainPartly(disp))
	case jumpgate.Network:
		return errors.Join(network.Register(disp, d.network, network.Options{}), slnetwork.ExplainPartly(disp))
	case jumpgate.Image:
		return errors.Join(image.Register(disp, d.image, d.opts.Image), slimage.ExplainPartly(disp))
	case jumpgate.Volume:
		return errors.Join(volume.Register(disp, d.volume, volume.Options{Now: d.opts.Now}), slvolume.ExplainPartly(disp))
	case jumpgate.Baremetal:
		return errors.Join(baremetal.Register(disp, d.metal, baremetal.Options{Policy: d.metal.Policy()}), slbaremetal.ExplainPartly(disp))
	default:
		return fmt.Errorf("softlayer: no %s service; there are identity, compute, image, volume, network and baremetal", s)
	}
}
