package memory

import (
	"context"
	"iter"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// stillsOf are the snapshots that are in one of a group.
func (s *volumes) stillsOf(id string) []*still {
	var list []*still
	for _, x := range s.snapshots {
		if id != "" && x.GroupSnapshotID == id {
			list = append(list, x)
		}
	}
	return list
}

// ListGroupSnapshots implements volume.GroupSnapshotKeeper.
func (s *volumes) ListGroupSnapshots(ctx context.Context, all bool) iter.Seq2[*volume.GroupSnapshot, error] {
	return newest(s, s.kept, func(x *volume.GroupSnapshot) bool { return isListed(ctx, x.ProjectID, all) }, cloned,
		func(x *volume.GroupSnapshot) (time.Time, string) { return x.Created, x.ID })
}

// CreateGroupSnapshot implements volume.GroupSnapshotKeeper.
func (s *volumes) CreateGroupSnapshot(ctx context.Context, g volume.GroupSnapshot) (*volume.GroupSnapshot, error) {
	s.lock()
	defer s.mu.Unlock()
	p := caller(ctx)
	g.ID, g.ProjectID, g.UserID, g.Status, g.Created = jumpgate.NewUUID(), p.ProjectID, p.UserID, "creating", s.now()
	members := s.members(g.GroupID)
	size := 0
	for _, d := range members {
		size += d.Size
	}
	if err := s.room(p.ProjectID, "snapshots", len(members), size); err != nil {
		return nil, err
	}
	for _, d := range members {
		x, err := s.snapshot(ctx, volume.SnapshotCreate{VolumeID: d.ID, Name: g.Name, Description: g.Description, Force: true})
		if err != nil {
			return nil, err
		}
		s.snapshots[x.ID].GroupSnapshotID = g.ID
	}
	s.kept[g.ID] = &g
	s.later(func() { g.Status, g.Updated = "available", s.now() })
	c := g
	return &c, nil
}

// UpdateGroupSnapshot implements volume.GroupSnapshotKeeper.
func (s *volumes) UpdateGroupSnapshot(ctx context.Context, id string, change func(*volume.GroupSnapshot) error) (*volume.GroupSnapshot, error) {
	s.lock()
	defer s.mu.Unlock()
	x := s.kept[id]
	if x == nil || !mine(ctx, x.ProjectID) {
		return nil, jumpgate.NotFound
	}
	c := *x
	if err := change(&c); err != nil {
		return nil, err
	}
	x.Status, x.Updated = c.Status, s.now()
	c = *x
	return &c, nil
}

// DeleteGroupSnapshot implements volume.GroupSnapshotKeeper.
func (s *volumes) DeleteGroupSnapshot(ctx context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	x := s.kept[id]
	if x == nil || !mine(ctx, x.ProjectID) {
		return jumpgate.NotFound
	}
	x.Status, x.Updated = "deleting", s.now()
	for _, one := range s.stillsOf(id) {
		one.Status, one.Updated = "deleting", s.now()
	}
	s.later(func() {
		for _, one := range s.stillsOf(id) {
			delete(s.snapshots, one.ID)
		}
		delete(s.kept, id)
	})
	return nil
}
