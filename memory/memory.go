// Package memory is a driver that is a whole cloud by itself: users, projects,
// servers, images, volumes, networks, bare metal machines and what belongs to
// them live in maps, on a clock that runs or that a test steps.
//
// It is the model for drivers of your own, the cloud behind package
// jumpgatetest, and the test of the protocol: a failure of OpenStack's own
// tests on it is a defect of the protocol packages.
//
//	cloud, err := memory.New(memory.Options{})
//	gw, err := jumpgate.New(jumpgate.Options{Services: cloud.Services()})
//
// Each service has a small type of its own with the methods that its package
// asks a driver for; all of them work on one Cloud. Nothing happens in the
// background: a change that takes time has a due time, and the first request
// after that finds it done.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/baremetal"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/network"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// Options say what a new cloud has. The zero value is a small cloud with the
// users demo, alt_demo and admin, whose password is "secret", each in a project
// of its own name; with a few flavors, two public images, four machines, and
// networks: an external one called public, and for each project one called
// private, 10.10.0.0/16, with a router between both.
type Options struct {
	Users   []User           // default: demo, alt_demo and admin
	Flavors []compute.Flavor // default: those of the small clouds that developers know
	Images  []image.Image    // default: cirros-tiny and cirros-tiny-2

	// BuildTime is how long a new server is in BUILD, and ActionTime how long
	// other changes of a server take. Default: 0, so that every change is done
	// at the next request.
	BuildTime, ActionTime time.Duration

	// Data keeps the data of images. Default: in memory.
	Data imagedata.Store

	// Image configures the image service. Its Now is the cloud's.
	Image image.Options

	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// User is somebody who can sign in.
type User struct {
	Name     string
	Password jumpgate.Secret // default: "secret"
	Project  string          // the name of a project, which is made with its first user; default: Name
	Roles    []string        // default: member

	// ID and ProjectID are 32 hexadecimal digits. Default: derived from the
	// names.
	ID, ProjectID string
}

// Cloud is an OpenStack in memory. It is a jumpgate.Driver for the services
// that it has, safe for concurrent use.
type Cloud struct {
	opts Options
	now  func() time.Time
	kept jumpgate.Store // what identity keeps, for all Gateways

	mu       sync.Mutex // guards what follows
	dir      directory
	flavors  []*flavor
	servers  map[string]*server
	groups   []*compute.ServerGroup
	keypairs map[string][]*compute.Keypair // by user's id
	nets     *nets
	quotas   map[quotaOwner]map[string]int // where they were changed
	classes  map[string]map[string]int     // quotas likewise, by class
	serial   int
	nextFail []string // see FailNextServer

	failDeletes []string // see FailDeletes

	hosts      []*host
	aggregates []*compute.Aggregate
	migrations []*moving
	started    time.Time

	images  *images
	volumes *volumes
	metal   *metal
}

var _ jumpgate.Driver = (*Cloud)(nil)

// New returns a cloud.
func New(opts Options) (*Cloud, error) {
	c := &Cloud{
		opts:     opts,
		now:      opts.Now,
		dir:      newDirectory(),
		servers:  make(map[string]*server),
		keypairs: make(map[string][]*compute.Keypair),
		quotas:   make(map[quotaOwner]map[string]int),
		classes:  make(map[string]map[string]int),
		hosts:    newHosts(),
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.started = c.now()
	c.kept = jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: c.now})
	c.opts.Image.Now = c.now
	c.nets = newNets(c.now)
	c.nets.wake = c.wake
	users := opts.Users
	if users == nil {
		users = []User{{Name: "demo"}, {Name: "alt_demo"}, {Name: "admin", Roles: []string{"admin"}}}
	}
	for _, u := range users {
		if err := c.addUser(u); err != nil {
			return nil, err
		}
	}
	if err := c.nets.stockNetworks(c.dir.projectIDs()); err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	flavors := opts.Flavors
	if flavors == nil {
		flavors = stockFlavors
	}
	for _, f := range flavors {
		c.addFlavor(f)
	}
	data := opts.Data
	if data == nil {
		data = new(imagedata.RAM)
	}
	c.images = newImages(c.now, data, []image.Store{{ID: "fast", Default: true}, {ID: "slow"}})
	c.volumes = newVolumes(c.now, c.images, opts.ActionTime)
	c.metal = newMetal(c.now, opts.ActionTime)
	if demo, alt := c.ProjectID("demo"), c.ProjectID("alt_demo"); demo != "" && alt != "" {
		c.metal.stockMachines(demo, alt)
	}
	c.volumes.wake, c.volumes.grown = c.wake, c.grown
	pictures := opts.Images
	if pictures == nil {
		pictures = stockImages()
	}
	ctx := context.Background()
	for _, img := range pictures {
		made, err := c.images.CreateImage(ctx, &img)
		if err == nil && opts.Images == nil {
			_, err = data.Put(ctx, made.ID, bytes.NewReader(stockData))
		}
		if err != nil && !errors.Is(err, imagedata.ErrDisabled) {
			return nil, fmt.Errorf("memory: image %q: %w", img.Name, err)
		}
	}
	return c, nil
}

// Services are all services of the cloud, for jumpgate.Options.
func (c *Cloud) Services() map[jumpgate.Service]jumpgate.ServiceOptions {
	return map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity:  {Driver: c},
		jumpgate.Compute:   {Driver: c},
		jumpgate.Image:     {Driver: c},
		jumpgate.Volume:    {Driver: c},
		jumpgate.Network:   {Driver: c},
		jumpgate.Baremetal: {Driver: c},
	}
}

// Identity returns the identity driver, for identity.New. The Cloud itself
// serves identity with its own store and clock.
func (c *Cloud) Identity() identity.Driver { return people{c} }

// SetupRoutes implements jumpgate.Driver.
func (c *Cloud) SetupRoutes(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	switch disp.Service() {
	case jumpgate.Identity:
		return identity.Register(disp, people{c}, identity.Options{Now: c.now, Store: c.kept})
	case jumpgate.Compute:
		return compute.Register(disp, newComputeDriver(c), compute.Options{Now: c.now})
	case jumpgate.Image:
		return image.Register(disp, c.gallery(), c.opts.Image)
	case jumpgate.Volume:
		return volume.Register(disp, c.volumes, volume.Options{Now: c.now})
	case jumpgate.Network:
		return network.Register(disp, c.nets, network.Options{})
	case jumpgate.Baremetal:
		return baremetal.Register(disp, c.metal, baremetal.Options{})
	}
	return fmt.Errorf("memory: there is no %s service", disp.Service())
}

// caller is who asks. Calls without a principal come from programs that serve
// without identity, and belong to nobody.
func caller(ctx context.Context) *jumpgate.Principal {
	return cmp.Or(jumpgate.PrincipalFrom(ctx), &jumpgate.Principal{})
}

// stableID is an id made of a name, so that it is the same in every cloud: 32
// hexadecimal digits, as Keystone's.
func stableID(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	return hex.EncodeToString(sum[:16])
}

// stableUUID is stableID in the form of a UUID.
func stableUUID(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x50, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
