package volume

import "context"

// Manager manages volumes and snapshots that are in the cloud's storage
// already, and stops managing them. It is for admins.
type Manager interface {
	// ManageableVolumes returns the volumes in the storage of the service at
	// host, which may name a pool. It returns a bare jumpgate.NotFound if no
	// service is at host.
	ManageableVolumes(ctx context.Context, host string) ([]Manageable, error)

	// ManageableSnapshots is ManageableVolumes for snapshots.
	ManageableSnapshots(ctx context.Context, host string) ([]Manageable, error)

	// ManageVolume begins to manage what reference identifies and returns the
	// new volume, in the status managing. If there is no such thing the status
	// becomes error_managing later. host is as in ManageableVolumes.
	ManageVolume(ctx context.Context, host string, reference map[string]string, c Create, bootable bool) (*Volume, error)

	// ManageSnapshot is ManageVolume for a snapshot of an existing volume.
	ManageSnapshot(ctx context.Context, reference map[string]string, c SnapshotCreate) (*Snapshot, error)

	// UnmanageVolume begins to forget a volume but keeps its data in the storage.
	// It returns a bare jumpgate.Conflict if the volume has snapshots.
	UnmanageVolume(ctx context.Context, id string) error

	// UnmanageSnapshot is UnmanageVolume for a snapshot.
	UnmanageSnapshot(ctx context.Context, id string) error
}

// Manageable is a volume or snapshot in the cloud's storage, managed by the
// service or not.
type Manageable struct {
	Reference map[string]string // identifies it in the storage: {"source-name": "disk-1"}
	Size      int               // GiB
	Reason    string            // why it can't be managed; empty: it can
	ID        string            // optional: the volume or snapshot that it is already
	Source    map[string]string // of a snapshot: the Reference of its volume
}

// BackupRecorder exports where backups are kept, so that another service can
// import them. It is for admins.
type BackupRecorder interface {
	// BackupPlace returns where a backup is kept.
	BackupPlace(ctx context.Context, id string) (service, place string, err error)

	// FindBackup begins to import the backup that is kept at a place. b has an
	// ID, a Size and whatever else its export recorded. It returns a bare
	// jumpgate.Conflict if the cloud has the backup already.
	FindBackup(ctx context.Context, service, place string, b Backup) (*Backup, error)
}
