package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.ServerLister  = machines{}
	_ compute.ServerGetter  = machines{}
	_ compute.ServerMarker  = machines{}
	_ compute.ServerCreator = machines{}
	_ compute.ServerUpdater = machines{}
	_ compute.ServerDeleter = machines{}
	_ compute.ActionLister  = machines{}
	_ compute.UsageLister   = machines{}
)

// ListServers implements compute.ServerLister.
func (m machines) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		list, err := m.list(ctx, q)
		if err != nil {
			yield(nil, err)
			return
		}
		yieldAll(list, yield)
	}
}

func (m machines) list(ctx context.Context, q compute.ServerQuery) ([]*compute.Server, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	who := caller(ctx)
	var all []*server
	for _, s := range m.c.servers {
		m.c.settle(s)
		if s.ProjectID != who.ProjectID && !(q.AllProjects && who.HasRole("admin")) {
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, newestFirst)
	if q.Marker != "" {
		i := slices.IndexFunc(all, func(s *server) bool { return s.ID == q.Marker })
		if i < 0 {
			return nil, jumpgate.NotFound
		}
		all = all[i+1:]
	}
	var list []*compute.Server
	for _, s := range all {
		hidden := s.deleted && q.ChangedSince.IsZero() && q.ChangedBefore.IsZero()
		if q.Deleted {
			hidden = !s.deleted
		}
		if hidden || !q.Matches(&s.Server) {
			continue
		}
		list = append(list, s.shown())
	}
	return list, nil
}

func newestFirst(a, b *server) int {
	return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
}

// Server implements compute.ServerGetter.
func (m machines) Server(ctx context.Context, id string) (*compute.Server, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s, err := m.c.find(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.shown(), nil
}

// ServerMarker implements compute.ServerMarker.
func (m machines) ServerMarker(ctx context.Context, id string) (*compute.Server, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s := m.c.servers[id]
	if s == nil || s.ProjectID != caller(ctx).ProjectID {
		return nil, jumpgate.NotFound
	}
	return s.shown(), nil
}

// UpdateServer implements compute.ServerUpdater.
func (m machines) UpdateServer(ctx context.Context, id string, u compute.ServerUpdate) (*compute.Server, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s, err := m.c.find(ctx, id)
	if err != nil {
		return nil, err
	}
	set(&s.Name, u.Name)
	set(&s.Description, u.Description)
	set(&s.AccessIPv4, u.AccessIPv4)
	set(&s.AccessIPv6, u.AccessIPv6)
	set(&s.Hostname, u.Hostname)
	set(&s.AutoDisk, u.AutoDisk)
	set(&s.PinnedZone, u.PinnedZone)
	m.c.touch(s)
	return s.shown(), nil
}

// set gives to a new value if there is one.
func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// DeleteServer implements compute.ServerDeleter.
func (m machines) DeleteServer(ctx context.Context, id string) error {
	return m.with(ctx, id, compute.ActionDelete, func(s *server) error {
		end := m.c.remove
		if list := m.c.failDeletes; len(list) > 0 {
			end = func(s *server) { m.c.fail(s, list[0]) }
			m.c.failDeletes = list[1:]
		}
		m.c.begin(ctx, s, "delete", "", "deleting", m.c.opts.ActionTime, end)
		return nil
	})
}

// remove ends a server and what belongs to it. The lock is held.
func (c *Cloud) remove(s *server) {
	c.nets.release(s)
	c.freeVolumes(s)
	s.rest(removed)
	s.Terminated, s.deleted = c.now().UTC(), true
	c.put(s, "")
}

// ServerActions implements compute.ActionLister.
func (m machines) ServerActions(ctx context.Context, id string) ([]compute.ServerAction, error) {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s := m.c.servers[id]
	who := caller(ctx)
	if s == nil || s.ProjectID != who.ProjectID && !who.HasRole("admin") {
		return nil, jumpgate.NotFound
	}
	m.c.settle(s)
	return slices.Clone(s.actions), nil
}

// Usages implements compute.UsageLister.
func (m machines) Usages(ctx context.Context, _, _ time.Time) ([]compute.Usage, error) {
	return m.usages(caller(ctx).ProjectID), nil
}

// usages are of a project's servers or, without a project, of all.
func (m machines) usages(projectID string) []compute.Usage {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	var list []compute.Usage
	for _, s := range m.c.servers {
		if projectID != "" && s.ProjectID != projectID {
			continue
		}
		m.c.settle(s)
		list = append(list, compute.Usage{
			ServerID: s.ID, Name: s.Name, FlavorName: s.Flavor.Name, VCPUs: s.Flavor.VCPUs, RAM: s.Flavor.RAM, Disk: s.Flavor.Disk,
			VMState: s.VMState, Launched: s.Launched, Terminated: s.Terminated, ProjectID: s.ProjectID,
		})
	}
	slices.SortFunc(list, func(a, b compute.Usage) int { return cmp.Compare(a.ServerID, b.ServerID) })
	return list
}
