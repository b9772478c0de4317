package memory

import (
	"context"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// loose is something in the storage that is no volume, and no snapshot, any
// more.
type loose struct {
	size     int
	snapshot bool
	of       string // of a snapshot: the name of its volume
	data     []byte
	bootable bool
}

// The names of volumes and snapshots in the storage, as LVM has them.
func volumeName(id string) string   { return "volume-" + id }
func snapshotName(id string) string { return "_snapshot-" + id }

func named(name string) map[string]string { return map[string]string{"source-name": name} }

// ManageableVolumes implements volume.Manager.
func (s *volumes) ManageableVolumes(_ context.Context, host string) ([]volume.Manageable, error) {
	s.lock()
	defer s.mu.Unlock()
	if err := hasBackend(host); err != nil {
		return nil, err
	}
	var list []volume.Manageable
	for _, d := range s.records {
		list = append(list, volume.Manageable{Reference: named(volumeName(d.ID)), Size: d.Size, Reason: "already managed", ID: d.ID})
	}
	for name, x := range s.loose {
		if !x.snapshot {
			list = append(list, volume.Manageable{Reference: named(name), Size: x.size})
		}
	}
	return list, nil
}

// ManageableSnapshots implements volume.Manager.
func (s *volumes) ManageableSnapshots(_ context.Context, host string) ([]volume.Manageable, error) {
	s.lock()
	defer s.mu.Unlock()
	if err := hasBackend(host); err != nil {
		return nil, err
	}
	var list []volume.Manageable
	for _, x := range s.snapshots {
		list = append(list, volume.Manageable{Reference: named(snapshotName(x.ID)), Size: x.Size, Reason: "already managed", ID: x.ID, Source: named(volumeName(x.VolumeID))})
	}
	for name, x := range s.loose {
		if x.snapshot {
			list = append(list, volume.Manageable{Reference: named(name), Size: x.size, Source: named(x.of)})
		}
	}
	return list, nil
}

// take finds something in the storage and takes it out of what is loose.
func (s *volumes) take(reference map[string]string, snapshot bool, of string) *loose {
	name := reference["source-name"]
	x := s.loose[name]
	if x == nil || x.snapshot != snapshot || snapshot && x.of != of {
		return nil
	}
	delete(s.loose, name)
	return x
}

// ManageVolume implements volume.Manager.
func (s *volumes) ManageVolume(ctx context.Context, host string, reference map[string]string, c volume.Create, bootable bool) (*volume.Volume, error) {
	s.lock()
	defer s.mu.Unlock()
	if err := hasBackend(host); err != nil {
		return nil, err
	}
	if x := s.loose[reference["source-name"]]; x != nil {
		c.Size = x.size
	}
	for id := range s.records {
		if reference["source-name"] == volumeName(id) {
			return nil, volume.InvalidVolume("Unable to manage existing volume. The volume is already managed")
		}
	}
	d, _, err := s.order(ctx, volume.Source{}, c)
	if err != nil {
		return nil, err
	}
	size := d.Size
	d.Status, d.Size = "managing", 0 // as long as nobody has looked
	s.later(func() {
		x := s.take(reference, false, "")
		if x == nil {
			d.Status, d.Updated = "error_managing", s.now()
			s.tell(d.ProjectID, "", "VOLUME", d.ID, "VOLUME_VOLUME_001_001", "manage existing volume: there is no such volume in the storage")
			return
		}
		d.Size, d.data, d.Bootable = size, x.data, bootable || x.bootable
		d.settle(s.now())
	})
	return d.view(), nil
}

// ManageSnapshot implements volume.Manager.
func (s *volumes) ManageSnapshot(ctx context.Context, reference map[string]string, c volume.SnapshotCreate) (*volume.Snapshot, error) {
	s.lock()
	defer s.mu.Unlock()
	made, err := s.newSnapshot(ctx, c)
	if err != nil {
		return nil, err
	}
	s.later(func() {
		x := s.take(reference, true, volumeName(c.VolumeID))
		if x == nil {
			made.Status, made.Updated = "error", s.now()
			return
		}
		made.data, made.Size = x.data, x.size
		made.Status, made.Updated = "available", s.now()
	})
	return made.view(), nil
}

// UnmanageVolume implements volume.Manager.
func (s *volumes) UnmanageVolume(ctx context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, id)
	if err != nil {
		return err
	}
	if s.hasSnapshots(id) {
		return jumpgate.Conflict
	}
	d.Status, d.Updated = "unmanaging", s.now()
	s.later(func() {
		delete(s.records, id)
		if d.Size > 0 { // else there never was one
			s.loose[volumeName(id)] = &loose{size: d.Size, data: d.data, bootable: d.Bootable}
		}
	})
	return nil
}

// UnmanageSnapshot implements volume.Manager.
func (s *volumes) UnmanageSnapshot(ctx context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	x, err := s.still(ctx, id)
	if err != nil {
		return err
	}
	x.Status, x.Updated = "unmanaging", s.now()
	s.later(func() {
		delete(s.snapshots, id)
		s.loose[snapshotName(id)] = &loose{size: x.Size, snapshot: true, of: volumeName(x.VolumeID), data: x.data}
	})
	return nil
}
