package volume

import (
	"context"
	"iter"
)

// Lister lists volumes.
type Lister interface {
	// ListVolumes yields the volumes of the principal's project, newest first
	// (Created, then ID, descending). It MUST NOT yield deleted ones. An error
	// ends the sequence.
	ListVolumes(ctx context.Context) iter.Seq2[*Volume, error]
}

// Getter finds one volume.
type Getter interface {
	Volume(ctx context.Context, id string) (*Volume, error)
}

// Creator makes volumes.
type Creator interface {
	// CreateVolume orders a volume and returns it, usually in the status
	// creating. It MUST NOT send the order twice, nor an order that will fail:
	// then it returns TypeNotFound, ZoneNotFound, SnapshotNotFound, a
	// jumpgate.Forbidden if the quota is used up, or a jumpgate.BadRequest for
	// what the cloud can't do. A size that the cloud does not sell MAY become
	// the next larger one, never a smaller one. The ID MUST stay the same for
	// the volume's life.
	CreateVolume(ctx context.Context, c Create) (*Volume, error)
}

// Deleter deletes volumes.
type Deleter interface {
	// DeleteVolume accepts the deletion of a volume. From then on, or soon
	// after, it MUST be gone from lists and unknown to Getter. It returns a
	// bare jumpgate.Conflict if the volume is attached or has snapshots.
	DeleteVolume(ctx context.Context, id string) error
}

// SnapshotLister lists snapshots.
type SnapshotLister interface {
	// ListSnapshots is ListVolumes for snapshots.
	ListSnapshots(ctx context.Context) iter.Seq2[*Snapshot, error]
}

// SnapshotGetter finds one snapshot.
type SnapshotGetter interface {
	Snapshot(ctx context.Context, id string) (*Snapshot, error)
}

// SnapshotCreator makes snapshots.
type SnapshotCreator interface {
	// CreateSnapshot makes a snapshot of a volume. It returns a bare
	// jumpgate.NotFound for an unknown volume, a bare jumpgate.Conflict for one
	// in the wrong state, and a jumpgate.BadRequest for one that the cloud
	// can't make snapshots of.
	CreateSnapshot(ctx context.Context, c SnapshotCreate) (*Snapshot, error)
}

// SnapshotDeleter deletes snapshots.
type SnapshotDeleter interface {
	DeleteSnapshot(ctx context.Context, id string) error
}
