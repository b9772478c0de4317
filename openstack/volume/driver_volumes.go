package volume

import (
	"context"
	"iter"
)

// AllLister lists the volumes of all projects, for admins. The rest is as with
// Lister.
type AllLister interface {
	ListAllVolumes(ctx context.Context) iter.Seq2[*Volume, error]
}

// Copier makes volumes of other volumes, of images and of backups.
type Copier interface {
	// CreateVolumeFrom is Creator's CreateVolume for a volume with a content.
	// The size is never smaller than the source's. A source that is not there
	// is NotFound, ImageNotFound or BackupNotFound.
	CreateVolumeFrom(ctx context.Context, src Source, c Create) (*Volume, error)
}

// ImageSnapshotter knows images that stand for a snapshot: Nova makes such of a
// server that boots from a volume.
type ImageSnapshotter interface {
	// ImageSnapshot returns the id of the snapshot that an image stands for; empty
	// if it is an image like others, or none.
	ImageSnapshot(ctx context.Context, imageID string) (string, error)
}

// Destroyer deletes volumes together with their snapshots, or whatever their
// state is.
type Destroyer interface {
	// DestroyVolume is Deleter's DeleteVolume. With snapshots, what the volume
	// has of them goes first. With force its state does not matter.
	DestroyVolume(ctx context.Context, id string, snapshots, force bool) error
}

// Updater keeps what is said about volumes.
type Updater interface {
	// UpdateVolume calls change with a copy of the volume, keeps what change
	// made of it and returns that. It MUST NOT lose what another request keeps at
	// the same time, so it MAY call change again. What change does to Name,
	// Description, Status, Bootable, ReadOnly, Metadata, ImageMetadata and
	// Attachments MUST be kept; the other fields are not touched. The driver
	// sets Updated. An error of change ends the call and is returned as it is.
	UpdateVolume(ctx context.Context, id string, change func(*Volume) error) (*Volume, error)
}

// Extender makes volumes larger.
type Extender interface {
	// ExtendVolume begins to make a volume size GiB large. It is one that is
	// available, or in use.
	ExtendVolume(ctx context.Context, id string, size int) error
}

// Retyper gives volumes another type.
type Retyper interface {
	// RetypeVolume begins to make a volume one of the type with that id. Where
	// it would have to move and migrate is false, the call fails.
	RetypeVolume(ctx context.Context, id, typeID string, migrate bool) error
}

// Reverter puts back on a volume what its latest snapshot has.
type Reverter interface {
	RevertVolume(ctx context.Context, id, snapshotID string) error
}

// Uploader makes images of volumes.
type Uploader interface {
	// UploadVolume begins to make an image of what is on a volume and returns
	// the image's id.
	UploadVolume(ctx context.Context, id string, u Upload) (imageID string, err error)
}

// Reimager puts an image on volumes that there are.
type Reimager interface {
	ReimageVolume(ctx context.Context, id, imageID string) error
}

// Connector lets hosts reach volumes.
type Connector interface {
	// ConnectVolume lets the host that connector describes (host, ip, initiator,
	// wwpns, ...) reach the volume, and says how.
	ConnectVolume(ctx context.Context, id string, connector map[string]any) (*Connection, error)

	// DisconnectVolume takes that back. A nil connector stands for all hosts.
	DisconnectVolume(ctx context.Context, id string, connector map[string]any) error
}

// AllSnapshotLister lists the snapshots of all projects, for admins.
type AllSnapshotLister interface {
	ListAllSnapshots(ctx context.Context) iter.Seq2[*Snapshot, error]
}

// SnapshotUpdater is to snapshots what Updater is to volumes: Name,
// Description, Status, Progress and Metadata are kept.
type SnapshotUpdater interface {
	UpdateSnapshot(ctx context.Context, id string, change func(*Snapshot) error) (*Snapshot, error)
}
