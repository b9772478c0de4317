package compute_test

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	glance "github.com/softlayer/jumpgate/openstack/image"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// The project and the user of the recordings, and of all tests.
const (
	project = "60a20c5592da49719d9e0ddce9adeb3e"
	user    = "a73579bc34254576bc72b597848c94d1"
	image   = "018f906a-f4db-47e5-9d1c-3ab6ac6a82ae"
	network = "b944a518-deb3-459b-805e-a48c3db9e079"
)

// cloud is a driver that keeps all in memory and has every interface. What it
// refuses, it refuses as Nova does.
type cloud struct {
	now func() time.Time

	mu       sync.Mutex
	servers  []*compute.Server
	flavors  []*compute.Flavor
	keypairs []*compute.Keypair
	keys     []string // the keypairs an order may name besides
	networks []string
	ids      []string // of the next servers
	made     int
	past     []compute.Usage // of servers that are gone
	done     []compute.ServerAction
	groups   []*compute.ServerGroup
	glance   []*glance.Image
	firewall []compute.SecurityGroup // nil: the recorded ones
	floating []compute.FloatingIP
	pools    int // of floating addresses; 0: as recorded
	orders   []compute.ServerCreate
	asked    []compute.ServerQuery
	yielded  int // servers of lists

	before     compute.Flavor // the last resize
	rebuilds   []compute.ServerRebuild
	images     []compute.ServerImage
	interfaces []compute.Interface
	token      string // of consoles

	volumes   []*volume.Volume
	attached  map[string][]compute.VolumeAttachment // by server
	snapshots []*volume.Snapshot
}

func newCloud() *cloud {
	return &cloud{
		now: func() time.Time { return time.Date(2026, 11, 23, 16, 7, 51, 0, time.UTC) },
		flavors: []*compute.Flavor{
			{ID: "42", Name: "m1.nano", VCPUs: 1, RAM: 128, Disk: 1},
			{ID: "1", Name: "m1.tiny", VCPUs: 1, RAM: 512, Disk: 1},
			{ID: "2", Name: "m1.small", VCPUs: 1, RAM: 2048, Disk: 20},
			{ID: "3", Name: "m1.medium", VCPUs: 2, RAM: 4096, Disk: 40},
			{ID: "84", Name: "m1.micro", VCPUs: 1, RAM: 192, Disk: 1},
		},
		glance:   cloudImages(),
		attached: make(map[string][]compute.VolumeAttachment),
		networks: []string{network, "11111111-deb3-459b-805e-a48c3db9e079"},
	}
}

// newGateway serves driver at the address of the recordings. The token is the
// name of the user.
func newGateway(t testing.TB, driver any) *jumpgate.Gateway {
	t.Helper()
	return newGatewayAt(t, driver, "http://127.0.0.1:18774")
}

func newGatewayAt(t testing.TB, driver any, publicURL string) *jumpgate.Gateway {
	t.Helper()
	gw, err := jumpgate.New(jumpgate.Options{
		PublicURL: publicURL,
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {
			Mount: "/",
			Driver: jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				gw.AddRequestHook(authenticate)
				return compute.Register(disp, driver, registerOptions(driver))
			}),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

func authenticate(r *jumpgate.Request) error {
	switch name := r.Header.Get("X-Auth-Token"); name {
	case "demo":
		r.Env.Principal = &jumpgate.Principal{UserID: user, ProjectID: project, Roles: []string{"member"}}
	case "alt_demo":
		r.Env.Principal = &jumpgate.Principal{UserID: "alt", ProjectID: "552983f366ca46a288e39dadbd529822", Roles: []string{"member"}}
	default:
		if !slices.Contains([]string{"index", "v2_index", "v21_index", "v3_index"}, r.Endpoint().Name) {
			return jumpgate.Unauthorized
		}
		return nil
	}
	r.Env.ProjectID = r.Env.Principal.ProjectID
	return nil
}

// find returns a server that the principal may see. The lock is held.
func (c *cloud) find(ctx context.Context, id string) (*compute.Server, error) {
	p := jumpgate.PrincipalFrom(ctx)
	for _, s := range c.servers {
		if s.ID == id && s.ProjectID == p.ProjectID {
			return s, nil
		}
	}
	return nil, jumpgate.NotFound
}

func newestFirst(a, b *compute.Server) int {
	return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
}

func (c *cloud) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, q)
	var all []*compute.Server
	for _, s := range c.servers {
		if _, err := c.find(ctx, s.ID); err == nil {
			one := *s
			all = append(all, &one)
		}
	}
	slices.SortFunc(all, newestFirst)
	return func(yield func(*compute.Server, error) bool) {
		if q.Marker != "" {
			i := slices.IndexFunc(all, func(s *compute.Server) bool { return s.ID == q.Marker })
			if i < 0 {
				yield(nil, jumpgate.NotFound)
				return
			}
			all = all[i+1:]
		}
		for _, s := range all {
			c.yielded++
			if !yield(s, nil) {
				return
			}
		}
	}
}

func (c *cloud) Server(ctx context.Context, id string) (*compute.Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(ctx, id)
	if err != nil {
		return nil, err
	}
	one := *s
	return &one, nil
}

func (c *cloud) CreateServers(ctx context.Context, o compute.ServerCreate) ([]*compute.Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.orders = append(c.orders, o)
	i := slices.IndexFunc(c.flavors, func(f *compute.Flavor) bool { return f.ID == o.FlavorRef })
	if i < 0 {
		return nil, compute.FlavorNotFound(o.FlavorRef)
	}
	if err := c.check(o); err != nil {
		return nil, err
	}
	var made []*compute.Server
	for n := range o.MinCount {
		s := &compute.Server{
			ID: c.nextID(), Name: o.Name, ProjectID: project, UserID: user,
			Status: "BUILD", VMState: "building", TaskState: "scheduling",
			Created: c.now(), Updated: c.now(),
			AvailabilityZone: "nova", ImageID: o.ImageRef, Flavor: *c.flavors[i], KeyName: o.KeyName,
			Metadata: o.Metadata, Tags: o.Tags, Description: o.Description, Hostname: cmp.Or(o.Hostname, o.Name),
			AutoDisk: o.AutoDisk, AdminPassword: o.AdminPassword, ConfigDrive: o.ConfigDrive, AccessIPv4: o.AccessIPv4, AccessIPv6: o.AccessIPv6,
		}
		if o.MaxCount > 1 {
			s.Name = fmt.Sprintf("%s-%d", o.Name, n+1)
		}
		c.servers = append(c.servers, s)
		shown := *s
		shown.SecurityGroups = append([]string(nil), cmp.Or(strings.Join(o.SecurityGroups, ","), "default"))
		made = append(made, &shown)
	}
	return made, nil
}

// check refuses what this cloud does not have.
func (c *cloud) check(o compute.ServerCreate) error {
	known := func(key string) bool {
		return slices.Contains(c.keys, key) ||
			slices.ContainsFunc(c.keypairs, func(k *compute.Keypair) bool { return k.Name == key })
	}
	switch {
	case o.ImageRef != "" && o.ImageRef != image:
		return compute.ImageNotFound()
	case o.KeyName != "" && !known(o.KeyName):
		return compute.KeypairNotFound()
	case o.AvailabilityZone != "" && o.AvailabilityZone != "nova":
		return compute.ZoneNotFound()
	case len(o.Networks) == 0 && !o.NoNetwork && len(c.networks) > 1:
		return jumpgate.Conflict.New("Multiple possible networks found, use a Network ID to be more specific.")
	}
	for _, n := range o.Networks {
		if n.NetworkID != "" && !slices.Contains(c.networks, n.NetworkID) {
			return compute.NetworkNotFound(n.NetworkID)
		}
	}
	for _, g := range o.SecurityGroups {
		if g != "default" {
			return compute.SecurityGroupNotFound(g)
		}
	}
	used := len(c.servers)
	switch {
	case o.MinCount > 100:
		return jumpgate.Forbidden.New("Maximum number of ports exceeded")
	case used+o.MinCount > 20:
		return jumpgate.Forbidden.New("Quota exceeded for cores, instances: Requested %[1]d, %[1]d, but already used %[2]d, %[2]d of 20, 10 cores, instances",
			o.MinCount, used)
	}
	return nil
}

func (c *cloud) nextID() string {
	if len(c.ids) > 0 {
		id := c.ids[0]
		c.ids = c.ids[1:]
		return id
	}
	c.made++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", c.made)
}

func (c *cloud) UpdateServer(ctx context.Context, id string, u compute.ServerUpdate) (*compute.Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, change := range []struct{ from, to *string }{
		{u.Name, &s.Name}, {u.Description, &s.Description}, {u.Hostname, &s.Hostname},
		{u.AccessIPv4, &s.AccessIPv4}, {u.AccessIPv6, &s.AccessIPv6},
	} {
		if change.from != nil {
			*change.to = *change.from
		}
	}
	one := *s
	return &one, nil
}

func (c *cloud) DeleteServer(ctx context.Context, id string) error {
	return c.act(ctx, id, func(gone *compute.Server) {
		c.servers = slices.DeleteFunc(c.servers, func(s *compute.Server) bool { return s == gone })
	})
}

func (c *cloud) StartServer(ctx context.Context, id string) error {
	return c.act(ctx, id, func(s *compute.Server) {
		s.Status, s.VMState, s.PowerState = "ACTIVE", "active", compute.PowerRunning
	}, "stopped")
}

func (c *cloud) StopServer(ctx context.Context, id string) error {
	return c.act(ctx, id, func(s *compute.Server) {
		s.Status, s.VMState, s.PowerState = "SHUTOFF", "stopped", compute.PowerShutdown
	}, "active", "error")
}

func (c *cloud) RebootServer(ctx context.Context, id string, how compute.RebootType) error {
	states := []string{"active"}
	if how == compute.HardReboot {
		states = append(states, "stopped", "paused", "suspended", "error")
	}
	return c.act(ctx, id, func(*compute.Server) {}, states...)
}

// act changes a server that is in one of the states, or in any if none is given.
func (c *cloud) act(ctx context.Context, id string, change func(*compute.Server), states ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(ctx, id)
	switch {
	case err != nil:
		return err
	case s.Locked:
		return &compute.StateError{Locked: true}
	case len(states) > 0 && !slices.Contains(states, s.VMState):
		return &compute.StateError{VMState: s.VMState}
	}
	change(s)
	return nil
}

func (c *cloud) Flavors(context.Context) ([]*compute.Flavor, error) { return c.flavors, nil }

func (c *cloud) Keypairs(context.Context) ([]*compute.Keypair, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.keypairs), nil
}

func (c *cloud) ImportKeypair(_ context.Context, name, key string) (*compute.Keypair, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.ContainsFunc(c.keypairs, func(k *compute.Keypair) bool { return k.Name == name }) {
		return nil, jumpgate.Conflict
	}
	k := &compute.Keypair{ID: 36 + len(c.keypairs), Name: name, PublicKey: key, Created: c.now()}
	c.keypairs = append(c.keypairs, k)
	return k, nil
}

func (c *cloud) DeleteKeypair(_ context.Context, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.keypairs)
	c.keypairs = slices.DeleteFunc(c.keypairs, func(k *compute.Keypair) bool { return k.Name == name })
	if len(c.keypairs) == n {
		return jumpgate.NotFound
	}
	return nil
}

func (c *cloud) Zones(context.Context) ([]compute.Zone, error) {
	return []compute.Zone{{Name: "nova", Available: true}}, nil
}

func (c *cloud) Limits(context.Context) (*compute.Limits, error) {
	return &compute.Limits{
		MaxInstances: 10, MaxCores: 20, MaxRAM: 51200, MaxKeypairs: 100, MaxServerGroups: 10, MaxServerGroupMembers: 10,
		MaxMetadata: 128,
	}, nil
}

// registerOptions are the zero Options, with a driver's clock if it has one.
func registerOptions(driver any) compute.Options {
	if c, ok := driver.(interface{ clock() time.Time }); ok {
		return compute.Options{Now: c.clock, OwnHosts: true}
	}
	return compute.Options{OwnHosts: true}
}

func (c *cloud) clock() time.Time { return c.now() }
