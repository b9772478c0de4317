package memory

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

var (
	_ compute.ServerGroupLister  = machines{}
	_ compute.ServerGroupCreator = machines{}
	_ compute.ServerGroupDeleter = machines{}
)

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
	if l := m.c.used(caller(ctx).ProjectID, ""); l.MaxServerGroups >= 0 && l.ServerGroups >= l.MaxServerGroups {
		return nil, compute.TooManyServerGroups()
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

// computeDriver is all that the compute service asks for: servers, and what
// Nova's proxies show of images and volumes.
type computeDriver struct {
	machines
	gallery

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
	return computeDriver{machines{c}, c.gallery(), v, v, v, v, v, v, v, v}
}
