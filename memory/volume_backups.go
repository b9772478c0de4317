package memory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// ListBackups implements volume.BackupKeeper.
func (s *volumes) ListBackups(ctx context.Context, all bool) iter.Seq2[*volume.Backup, error] {
	return newest(s, s.backups, func(b *copied) bool { return isListed(ctx, b.ProjectID, all) }, s.viewBackup,
		func(b *volume.Backup) (time.Time, string) { return b.Created, b.ID })
}

func (s *volumes) viewBackup(b *copied) *volume.Backup {
	v := b.Backup
	v.Metadata, v.HasDependents = maps.Clone(v.Metadata), s.buildsOn(b.ID)
	return &v
}

// buildsOn tells whether another backup builds on the one called id.
func (s *volumes) buildsOn(id string) bool {
	for _, b := range s.backups {
		if b.parent == id {
			return true
		}
	}
	return false
}

// CreateBackup implements volume.BackupKeeper.
func (s *volumes) CreateBackup(ctx context.Context, c volume.BackupCreate) (*volume.Backup, error) {
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, c.VolumeID)
	if err != nil {
		return nil, volume.NotFound(c.VolumeID)
	}
	if err := s.room(d.ProjectID, "backups", 1, d.Size); err != nil {
		return nil, err
	}
	b := &copied{Backup: volume.Backup{
		ID: jumpgate.NewUUID(), Name: c.Name, Description: c.Description, VolumeID: d.ID, SnapshotID: c.SnapshotID, ProjectID: d.ProjectID, UserID: caller(ctx).UserID,
		Status: "creating", Container: cmp.Or(c.Container, "backups"), Zone: cmp.Or(c.Zone, volumeZone), Size: d.Size, Incremental: c.Incremental,
		Metadata: maps.Clone(c.Metadata), Created: s.now(),
	}}
	b.place, b.of = b.ID, *d.view()
	s.objects[b.place] = d.data
	if x := s.snapshots[c.SnapshotID]; x != nil {
		s.objects[b.place], b.DataTimestamp = x.data, x.Created
	}
	if c.Incremental {
		var last *copied
		for _, o := range s.backups {
			if o.VolumeID == d.ID && (last == nil || o.Created.After(last.Created)) {
				last = o
			}
		}
		if last != nil {
			b.parent = last.ID
		}
	}
	if c.SnapshotID == "" {
		d.Status = "backing-up"
	}
	s.backups[b.ID] = b
	s.later(func() {
		if d.Status == "backing-up" {
			d.settle(s.now())
		}
		if b.Status == "creating" {
			b.Status, b.Updated, b.Objects = "available", s.now(), 1
		}
	})
	return s.viewBackup(b), nil
}

// UpdateBackup implements volume.BackupKeeper.
func (s *volumes) UpdateBackup(ctx context.Context, id string, change func(*volume.Backup) error) (*volume.Backup, error) {
	s.lock()
	defer s.mu.Unlock()
	b := s.backups[id]
	if b == nil || !mine(ctx, b.ProjectID) {
		return nil, jumpgate.NotFound
	}
	v := s.viewBackup(b)
	if err := change(v); err != nil {
		return nil, err
	}
	v.Updated = s.now()
	b.Backup = *v
	return s.viewBackup(b), nil
}

// DeleteBackup implements volume.BackupKeeper.
func (s *volumes) DeleteBackup(ctx context.Context, id string) error {
	s.lock()
	defer s.mu.Unlock()
	b := s.backups[id]
	if b == nil || !mine(ctx, b.ProjectID) {
		return jumpgate.NotFound
	}
	if s.buildsOn(id) {
		return jumpgate.Conflict
	}
	b.Status = "deleting"
	s.later(func() {
		delete(s.backups, id)
		if !slices.ContainsFunc(slices.Collect(maps.Values(s.backups)), func(o *copied) bool { return o.place == b.place }) {
			delete(s.objects, b.place)
		}
	})
	return nil
}

// RestoreBackup implements volume.BackupKeeper.
func (s *volumes) RestoreBackup(ctx context.Context, id, volumeID, name string) (*volume.Volume, error) {
	if volumeID == "" {
		s.lock()
		b := s.backups[id]
		s.mu.Unlock()
		if b == nil {
			return nil, jumpgate.NotFound
		}
		v, err := s.CreateVolume(ctx, volume.Create{Name: cmp.Or(name, "restore_backup_"+id), Size: b.Size})
		if err != nil {
			return nil, err
		}
		volumeID = v.ID
	}
	s.lock()
	defer s.mu.Unlock()
	d, err := s.disk(ctx, volumeID)
	if err != nil {
		return nil, volume.NotFound(volumeID)
	}
	b := s.backups[id]
	if b == nil {
		return nil, jumpgate.NotFound
	}
	d.Status, b.Status = "restoring-backup", "restoring"
	s.later(func() {
		d.data = s.objects[b.place]
		d.Metadata, d.Bootable, d.ImageMetadata = maps.Clone(b.of.Metadata), b.of.Bootable, maps.Clone(b.of.ImageMetadata)
		d.settle(s.now())
		b.Status, b.Updated = "available", s.now()
	})
	return d.view(), nil
}

// backupService is the driver of Cinder that keeps backups in files.
const backupService = "cinder.backup.drivers.posix.PosixBackupDriver"

// BackupPlace implements volume.BackupRecorder.
func (s *volumes) BackupPlace(ctx context.Context, id string) (service, place string, err error) {
	s.lock()
	defer s.mu.Unlock()
	b := s.backups[id]
	if b == nil || !mine(ctx, b.ProjectID) {
		return "", "", jumpgate.NotFound
	}
	return backupService, b.place, nil
}

// FindBackup implements volume.BackupRecorder.
func (s *volumes) FindBackup(ctx context.Context, service, place string, b volume.Backup) (*volume.Backup, error) {
	s.lock()
	defer s.mu.Unlock()
	if s.backups[b.ID] != nil {
		return nil, jumpgate.Conflict
	}
	p := caller(ctx)
	if err := s.room(p.ProjectID, "backups", 1, b.Size); err != nil {
		return nil, err
	}
	b.ProjectID, b.UserID, b.Status, b.Zone, b.Created, b.Metadata = p.ProjectID, p.UserID, "creating", volumeZone, s.now(), maps.Clone(b.Metadata)
	made := &copied{Backup: b, place: place}
	s.backups[b.ID] = made
	s.later(func() {
		_, there := s.objects[place]
		switch made.Updated = s.now(); {
		case service != backupService:
			made.Status, made.FailReason = "error", "Import record failed, cannot find backup service to perform the import. Request service "+service+"."
		case !there:
			made.Status, made.FailReason = "error", "There is no backup at "+place+"."
		default:
			made.Status = "available"
		}
	})
	return s.viewBackup(made), nil
}
