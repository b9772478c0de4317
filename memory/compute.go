package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

var (
	_ compute.FlavorLister       = machines{}
	_ compute.KeypairLister      = machines{}
	_ compute.KeypairCreator     = machines{}
	_ compute.KeypairDeleter     = machines{}
	_ compute.ZoneLister         = machines{}
	_ compute.LimitsGetter       = machines{}
	_ compute.ServerGroupLister  = machines{}
	_ compute.ServerGroupCreator = machines{}
	_ compute.ServerGroupDeleter = machines{}
	_ compute.HypervisorLister   = machines{}
)

// Flavors implements compute.FlavorLister.
func (m machines) Flavors(context.Context) ([]*compute.Flavor, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	return slices.Clone(m.c.flavors), nil
}

// flavor finds a flavor by its id. The lock is held.
func (c *Cloud) flavor(_ context.Context, id string) *compute.Flavor {
	i := slices.IndexFunc(c.flavors, func(f *compute.Flavor) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return c.flavors[i]
}

// Keypairs implements compute.KeypairLister.
func (m machines) Keypairs(ctx context.Context) ([]*compute.Keypair, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	return slices.Clone(m.c.keypairs[caller(ctx).UserID]), nil
}

// keypair finds a user's key pair. The lock is held.
func (c *Cloud) keypair(userID, name string) *compute.Keypair {
	i := slices.IndexFunc(c.keypairs[userID], func(k *compute.Keypair) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return c.keypairs[userID][i]
}

// ImportKeypair implements compute.KeypairCreator.
func (m machines) ImportKeypair(ctx context.Context, name, publicKey string) (*compute.Keypair, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	user := caller(ctx).UserID
	if m.c.keypair(user, name) != nil {
		return nil, jumpgate.Conflict
	}
	if limit := m.c.limits(caller(ctx).ProjectID).MaxKeypairs; limit >= 0 && len(m.c.keypairs[user]) >= limit {
		return nil, jumpgate.Forbidden.New("Quota exceeded, too many key pairs.")
	}
	m.c.serial++
	k := &compute.Keypair{ID: m.c.serial, Name: name, PublicKey: publicKey, Created: m.c.now().UTC()}
	m.c.keypairs[user] = append(m.c.keypairs[user], k)
	return k, nil
}

// DeleteKeypair implements compute.KeypairDeleter.
func (m machines) DeleteKeypair(ctx context.Context, name string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	user := caller(ctx).UserID
	if m.c.keypair(user, name) == nil {
		return jumpgate.NotFound
	}
	m.c.keypairs[user] = slices.DeleteFunc(slices.Clone(m.c.keypairs[user]), func(k *compute.Keypair) bool { return k.Name == name })
	return nil
}

// Zones implements compute.ZoneLister.
func (m machines) Zones(context.Context) ([]compute.Zone, error) {
	return []compute.Zone{{Name: zone, Available: true}}, nil
}

// stockQuota is Nova's default.
var stockQuota = compute.Limits{
	MaxInstances: 10, MaxCores: 20, MaxRAM: 51200, MaxKeypairs: 100, MaxServerGroups: 10, MaxServerGroupMembers: 10, MaxMetadata: 128,
}

// limits are a project's quotas. The lock is held.
func (c *Cloud) limits(projectID string) compute.Limits {
	if l, ok := c.quotas[projectID]; ok {
		return l
	}
	return stockQuota
}

// SetQuota gives a project, by its name, other quotas; -1 is without a limit.
func (c *Cloud) SetQuota(projectName string, l compute.Limits) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quotas[stableID("project", projectName)] = l
}

// Limits implements compute.LimitsGetter.
func (m machines) Limits(ctx context.Context) (*compute.Limits, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	l := m.c.used(caller(ctx).ProjectID)
	return &l, nil
}

// used is a project's quotas with what is used of them. The lock is held.
func (c *Cloud) used(projectID string) compute.Limits {
	l := c.limits(projectID)
	for _, s := range c.servers {
		c.settle(s)
		if s.ProjectID != projectID || s.deleted {
			continue
		}
		l.Instances++
		l.Cores += s.Flavor.VCPUs
		l.RAM += s.Flavor.RAM
	}
	for _, g := range c.groups {
		if g.ProjectID == projectID {
			l.ServerGroups++
		}
	}
	return l
}

// checkQuota refuses n more servers of a flavor where they would be too many;
// with n of 0 it counts the flavor's resources alone, for a resize.
func (c *Cloud) checkQuota(projectID string, f *compute.Flavor, n int) error {
	l, times := c.used(projectID), max(n, 1)
	for _, q := range []struct {
		name              string
		limit, used, want int
	}{
		{"instances", l.MaxInstances, l.Instances, n},
		{"cores", l.MaxCores, l.Cores, f.VCPUs * times},
		{"ram", l.MaxRAM, l.RAM, f.RAM * times},
	} {
		if q.limit >= 0 && q.used+q.want > q.limit && q.want > 0 {
			return jumpgate.Forbidden.New("Quota exceeded for %s: Requested %d, but already used %d of %d %s",
				q.name, q.want, q.used, q.limit, q.name)
		}
	}
	return nil
}

// ServerGroups implements compute.ServerGroupLister.
func (m machines) ServerGroups(ctx context.Context) ([]*compute.ServerGroup, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	var list []*compute.ServerGroup
	for _, g := range m.c.groups {
		if g.ProjectID == caller(ctx).ProjectID {
			list = append(list, m.c.groupShown(g))
		}
	}
	return list, nil
}

// groupShown is g with its members. The lock is held.
func (c *Cloud) groupShown(g *compute.ServerGroup) *compute.ServerGroup {
	shown := *g
	shown.Members = nil
	for _, s := range c.servers {
		if c.settle(s); !s.deleted && slices.Contains(s.ServerGroups, g.ID) {
			shown.Members = append(shown.Members, s.ID)
		}
	}
	slices.Sort(shown.Members)
	return &shown
}

// group finds a group of the principal's project. The lock is held.
func (c *Cloud) group(ctx context.Context, id string) *compute.ServerGroup {
	i := slices.IndexFunc(c.groups, func(g *compute.ServerGroup) bool { return g.ID == id && g.ProjectID == caller(ctx).ProjectID })
	if i < 0 {
		return nil
	}
	return c.groups[i]
}

// CreateServerGroup implements compute.ServerGroupCreator.
func (m machines) CreateServerGroup(ctx context.Context, g compute.ServerGroup) (*compute.ServerGroup, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if l := m.c.used(caller(ctx).ProjectID); l.MaxServerGroups >= 0 && l.ServerGroups >= l.MaxServerGroups {
		return nil, jumpgate.Forbidden.New("Quota exceeded, too many server groups.")
	}
	g.ID, g.ProjectID, g.UserID = jumpgate.NewUUID(), caller(ctx).ProjectID, caller(ctx).UserID
	m.c.groups = append(m.c.groups, &g)
	return m.c.groupShown(&g), nil
}

// DeleteServerGroup implements compute.ServerGroupDeleter.
func (m machines) DeleteServerGroup(ctx context.Context, id string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	g := m.c.group(ctx, id)
	if g == nil {
		return jumpgate.NotFound
	}
	m.c.groups = slices.DeleteFunc(m.c.groups, func(other *compute.ServerGroup) bool { return other == g })
	for _, s := range m.c.servers {
		s.ServerGroups = slices.DeleteFunc(s.ServerGroups, func(other string) bool { return other == id })
	}
	return nil
}

// Hypervisors implements compute.HypervisorLister.
func (m machines) Hypervisors(ctx context.Context, withServers bool) ([]compute.Hypervisor, error) {
	if !caller(ctx).HasRole("admin") {
		return nil, jumpgate.Forbidden
	}
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	var list []compute.Hypervisor
	for i, host := range hosts {
		h := compute.Hypervisor{
			ID: stableUUID("hypervisor", host), Number: i + 1, Name: host, Type: "fake", Version: 1000,
			Service: compute.Service{ID: stableUUID("service", host), Number: i + 1, Host: host, Zone: zone, Updated: m.c.now().UTC().Truncate(time.Second)},
			VCPUs:   1000, MemoryMB: 800000, DiskGB: 600000,
		}
		for _, s := range m.c.servers {
			if m.c.settle(s); s.deleted || s.host != host {
				continue
			}
			h.RunningVMs++
			h.VCPUsUsed += s.Flavor.VCPUs
			h.MemoryMBUsed += s.Flavor.RAM
			h.DiskGBUsed += s.Flavor.Disk
			if withServers {
				h.Servers = append(h.Servers, compute.HypervisorServer{ID: s.ID, Name: s.Name})
			}
		}
		slices.SortFunc(h.Servers, func(a, b compute.HypervisorServer) int { return cmp.Compare(a.ID, b.ID) })
		list = append(list, h)
	}
	return list, nil
}

// computeDriver is all that the compute service asks for: servers, and what
// Nova's proxies show of images and volumes.
type computeDriver struct {
	machines
	*images

	volume.Lister
	volume.Getter
	volume.Creator
	volume.Deleter
	volume.SnapshotLister
	volume.SnapshotGetter
	volume.SnapshotCreator
	volume.SnapshotDeleter
}

func newComputeDriver(c *Cloud) computeDriver {
	v := c.volumes
	return computeDriver{machines{c}, c.images, v, v, v, v, v, v, v, v}
}
