package volume

import "context"

// Manager takes what is in the cloud's storage as volumes and snapshots, and
// lets go of it. It is for admins.
type Manager interface {
	// ManageableVolumes returns what is in the storage of the service at host,
	// which may name a pool of it. A host without a service is a bare
	// jumpgate.NotFound.
	ManageableVolumes(ctx context.Context, host string) ([]Manageable, error)

	// ManageableSnapshots is ManageableVolumes for snapshots.
	ManageableSnapshots(ctx context.Context, host string) ([]Manageable, error)

	// ManageVolume begins to take what reference stands for as a volume and
	// returns that, in the status managing. If there is no such thing it becomes
	// error_managing later. A host is unknown as in ManageableVolumes.
	ManageVolume(ctx context.Context, host string, reference map[string]string, c Create, bootable bool) (*Volume, error)

	// ManageSnapshot is ManageVolume for a snapshot of a volume that is there.
	ManageSnapshot(ctx context.Context, reference map[string]string, c SnapshotCreate) (*Snapshot, error)

	// UnmanageVolume begins to forget a volume, and leaves what is on it. One with
	// snapshots is a bare jumpgate.Conflict.
	UnmanageVolume(ctx context.Context, id string) error

	// UnmanageSnapshot is UnmanageVolume for a snapshot.
	UnmanageSnapshot(ctx context.Context, id string) error
}

// Manageable is something in the cloud's storage.
type Manageable struct {
	Reference map[string]string // by which it is told from others: {"source-name": "disk-1"}
	Size      int               // GiB
	Reason    string            // why it can't be taken; empty: it can
	ID        string            // of the volume, or snapshot, that it is already; optional
	Source    map[string]string // of a snapshot: the Reference of what it was made of
}

// BackupRecorder says where backups are kept, so that a service that has never
// heard of one can find it. It is for admins.
type BackupRecorder interface {
	// BackupPlace returns where a backup is kept.
	BackupPlace(ctx context.Context, id string) (service, place string, err error)

	// FindBackup begins to take a backup that is kept at a place, and that has an
	// ID, a Size and whatever else was known of it when it was written down. One
	// that the cloud has is a bare jumpgate.Conflict.
	FindBackup(ctx context.Context, service, place string, b Backup) (*Backup, error)
}
