// Package softlayer drives IBM Cloud Classic Infrastructure, formerly
// SoftLayer, through softlayer-go.
//
// One Driver serves any number of accounts: every call upstream is made with
// the credentials of the user who asks, which travel sealed in the user's
// token. What SoftLayer has no place for, such as a server's metadata, is kept
// in SoftLayer beside the user's own notes, or else in Options.Store. The driver
// keeps no state that may not be lost.
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

	// SnapshotSpace lets the driver order space for snapshots, which SoftLayer
	// sells apart, for a volume that has none: once, when its first snapshot or
	// copy is asked for, the smallest on sale that holds the whole volume.
	// Default: without space there are no snapshots; who wants some orders the
	// volume with the metadata "snapshot_space", in GB.
	SnapshotSpace bool

	// Store keeps what SoftLayer has no place for, or not yet: the names of
	// volumes on order, what a volume is reserved for, messages, images that wait
	// for their data. Replicas must share one. Default: a jumpgate.MemoryStore,
	// which ends with the process; then volumes whose order was not carried out
	// yet lose their names, and images without data are gone.
	Store jumpgate.Store

	// ImageData keeps the data of images that clients upload. Default:
	// imagedata.None, with which uploads are refused.
	ImageData imagedata.Store

	// ImageBucket is how SoftLayer calls the place where ImageData keeps what it
	// keeps: "cos://us-south/bucket/" for imagedata/s3 with that bucket and no
	// prefix. SoftLayer makes templates of what is uploaded there, and copies
	// templates there for those who download them. Default: uploaded data can be
	// downloaded again, no server boots from it, and other images have no data.
	ImageBucket string

	// ImageKey is the IBM Cloud API key with which SoftLayer reads and writes
	// ImageBucket.
	ImageKey jumpgate.Secret

	// Image configures the image service. Its Now is the driver's.
	Image image.Options

	// Console is the address of a noVNC page ("https://host/vnc_lite.html"),
	// to which clients are sent who ask for a console; it learns host, port,
	// path and encrypt from its query. Default: there are no consoles, for no
	// browser shows the bare websocket.
	Console string

	// PortalPasswords lets users sign in with the password of SoftLayer's
	// portal where it is no API key: with three calls in place of one. It
	// works for users whom SoftLayer itself knows, not for IBMids, and not
	// where the portal asks for more than a password.
	PortalPasswords bool

	// EditDefaultGroup lets users change the rules of the security group
	// "default". SoftLayer has none: servers that are in no group are open,
	// and its rules say so. The first change then makes a group of that name,
	// in which the servers are that are ordered with it, or added to it, from
	// then on; all others stay open. Default: such changes are refused.
	EditDefaultGroup bool

	// OrderNetworks lets users order VLANs and portable subnets, which are
	// billed by the month, by making networks and subnets. Default: networks
	// and subnets are those that come with servers.
	OrderNetworks bool

	// OrderHardware lets users order bare metal servers, by making nodes: each
	// POST of a node is an order, which is billed by the hour unless it asks for
	// the month. It changes who may by default: members of the account, by the
	// rule baremetal:node:create:self_owned_node. Default: such orders are
	// refused.
	OrderHardware bool

	// HardwareServers shows bare metal servers as servers of compute, too: in
	// lists, with their flavors, addresses, tags and metadata, to be switched,
	// rebuilt, rescued and deleted there. A list costs a call more. Default:
	// they are nodes of the bare metal service alone.
	HardwareServers bool

	// Ordering are rules about what is ordered. Default: none.
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

// Identity says who there is, for identity.New. The driver itself serves
// identity with the default options and, where it was given one, its Store.
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
