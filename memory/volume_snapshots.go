package memory

import (
	"context"
	"iter"
	"maps"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

func (x *still) view() *volume.Snapshot {
	v := x.Snapshot
	v.Metadata = maps.Clone(v.Metadata)
	return &v
}

func (s *volumes) listStills(ctx context.Context, all bool) iter.Seq2[*volume.Snapshot, error] {
	return newest(s, s.snapshots, func(x *still) bool { return isListed(ctx, x.ProjectID, all) }, (*still).view,
		func(x *volume.Snapshot) (time.Time, string) { return x.Created, x.ID })
}

// ListSnapshots implements volume.SnapshotLister.
func (s *volumes) ListSnapshots(ctx context.Context) iter.Seq2[*volume.Snapshot, error] {
	return s.listStills(ctx, false)
}

// ListAllSnapshots implements volume.AllSnapshotLister.
func (s *volumes) ListAllSnapshots(ctx context.Context) iter.Seq2[*volume.Snapshot, error] {
	return s.listStills(ctx, true)
}

func (s *volumes) still(ctx context.Context, id string) (*still, error) {
	x := s.snapshots[id]
	if x == nil || !mine(ctx, x.ProjectID) {
		return nil, jumpgate.NotFound
	}
	return x, nil
}

// Snapshot implements volume.SnapshotGetter.
func (s *volumes) Snapshot(ctx context.Context, id string) (*volume.Snapshot, error) {
	s.lock()
	defer s.mu.Unlock()
	x, err := s.still(ctx, id)
	if err != nil {
		return nil, err
	}
	return x.view(), nil
}

// CreateSnapshot implements volume.SnapshotCreator.
func (s *volumes) CreateSnapshot(ctx context.Context, c volume.SnapshotCreate) (*volume.Snapshot, error) {
	s.lock()
	defer s.mu.Unlock()
	return s.snapshot(ctx, c)
}

// snapshot begins to keep what is on a volume. The lock is held.
func (s *volumes) snapshot(ctx context.Context, c volume.SnapshotCreate) (*volume.Snapshot, error) {
	x, err := s.newSnapshot(ctx, c)
	if err != nil {
		return nil, err
	}
	s.later(func() { x.Status, x.Updated = "available", s.now() })
	return x.view(), nil
}

// newSnapshot is a snapshot that is in creating until somebody puts it into
// another state. The lock is held.
func (s *volumes) newSnapshot(ctx context.Context, c volume.SnapshotCreate) (*still, error) {
	d, err := s.disk(ctx, c.VolumeID)
	if err != nil {
		return nil, err
	}
	if err := s.room(d.ProjectID, "snapshots", 1, d.Size); err != nil {
		return nil, err
	}
	x := &still{data: d.data, Snapshot: volume.Snapshot{
		ID: jumpgate.NewUUID(), VolumeID: d.ID, Name: c.Name, Description: c.Description, ProjectID: d.ProjectID, UserID: caller(ctx).UserID,
		Status: "creating", Size: d.Size, Created: s.now(), Metadata: maps.Clone(c.Metadata),
	}}
	s.snapshots[x.ID] = x
	return x, nil
}

// UpdateSnapshot implements volume.SnapshotUpdater.
func (s *volumes) UpdateSnapshot(ctx context.Context, id string, change func(*volume.Snapshot) error) (*volume.Snapshot, error) {
	s.lock()
	defer s.mu.Unlock()
	x, err := s.still(ctx, id)
	if err != nil {
		return nil, err
	}
	v := x.view()
	if err := change(v); err != nil {
		return nil, err
	}
	v.Updated = s.now()
	x.Snapshot = *v
	return x.view(), nil
}

// DeleteSnapshot implements volume.SnapshotDeleter.
func (s *volumes) DeleteSnapshot(ctx context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	x, err := s.still(ctx, id)
	if err != nil {
		return err
	}
	x.Status, x.Updated = "deleting", s.now()
	s.later(func() { delete(s.snapshots, id) })
	return nil
}
