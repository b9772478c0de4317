package volume

import (
	"context"
	"iter"
)

// AllLister lists the volumes of all projects, for admins, as Lister does those
// of one.
type AllLister interface {
	ListAllVolumes(ctx context.Context) iter.Seq2[*Volume, error]
}

// Copier makes volumes from other volumes, images and backups.
type Copier interface {
	// CreateVolumeFrom is Creator's CreateVolume for a copy of src. The size is
	// never smaller than the source's. It returns NotFound, ImageNotFound or
	// BackupNotFound for an unknown source.
	CreateVolumeFrom(ctx context.Context, src Source, c Create) (*Volume, error)
}

// ImageSnapshotter knows images that stand for a snapshot. Nova makes them when
// it images a server that boots from a volume.
type ImageSnapshotter interface {
	// ImageSnapshot returns the id of the snapshot that an image stands for, ""
	// for any other image and for an unknown one.
	ImageSnapshot(ctx context.Context, imageID string) (string, error)
}

// Destroyer deletes volumes with their snapshots, or in any state.
type Destroyer interface {
	// DestroyVolume is Deleter's DeleteVolume. With snapshots set it deletes
	// the volume's snapshots first. With force set the volume's state does not
	// matter.
	DestroyVolume(ctx context.Context, id string, snapshots, force bool) error
}

// Updater changes records of volumes.
type Updater interface {
	// UpdateVolume calls change with a copy of the volume, keeps the changed copy
	// and returns it. It MUST NOT lose a simultaneous change of another request,
	// so it MAY call change again. It MUST keep Name, Description, Status,
	// Bootable, ReadOnly, Metadata, ImageMetadata and Attachments; change touches
	// no other field. The driver sets Updated. An error of change ends the call
	// and is returned as it is.
	UpdateVolume(ctx context.Context, id string, change func(*Volume) error) (*Volume, error)
}

// Extender makes volumes larger.
type Extender interface {
	// ExtendVolume begins to extend a volume, which is available or in use, to
	// size GiB.
	ExtendVolume(ctx context.Context, id string, size int) error
}

// Retyper gives volumes another type.
type Retyper interface {
	// RetypeVolume begins to change a volume's type. It fails if the volume
	// would have to move and migrate is false.
	RetypeVolume(ctx context.Context, id, typeID string, migrate bool) error
}

// Reverter reverts volumes to their latest snapshots.
type Reverter interface {
	RevertVolume(ctx context.Context, id, snapshotID string) error
}

// Uploader makes images from volumes.
type Uploader interface {
	// UploadVolume begins to make an image of a volume and returns the image's
	// id.
	UploadVolume(ctx context.Context, id string, u Upload) (imageID string, err error)
}

// Reimager writes images to existing volumes.
type Reimager interface {
	ReimageVolume(ctx context.Context, id, imageID string) error
}

// Connector lets hosts reach volumes.
type Connector interface {
	// ConnectVolume lets the host that connector describes (host, ip, initiator,
	// wwpns, ...) reach the volume, and says how.
	ConnectVolume(ctx context.Context, id string, connector map[string]any) (*Connection, error)

	// DisconnectVolume undoes ConnectVolume. A nil connector means all hosts.
	DisconnectVolume(ctx context.Context, id string, connector map[string]any) error
}

// AllSnapshotLister lists the snapshots of all projects, for admins.
type AllSnapshotLister interface {
	ListAllSnapshots(ctx context.Context) iter.Seq2[*Snapshot, error]
}

// SnapshotUpdater is Updater for snapshots: it keeps Name, Description, Status,
// Progress and Metadata.
type SnapshotUpdater interface {
	UpdateSnapshot(ctx context.Context, id string, change func(*Snapshot) error) (*Snapshot, error)
}
