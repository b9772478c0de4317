package volume

import (
	"context"
	"iter"
)

// All calls act for jumpgate.PrincipalFrom(ctx), and MUST NOT show or touch
// what that principal may not see: to it such a thing does not exist. An id is
// whatever the client sent; one that does not exist is a bare
// jumpgate.NotFound.

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
	// CreateVolume orders a volume and returns it, most likely in the status
	// creating. It MUST NOT send the order twice, and nothing at all for what
	// would fail: TypeNotFound, ZoneNotFound, SnapshotNotFound, a
	// jumpgate.Forbidden for one volume too many, or a jumpgate.BadRequest for
	// what the cloud can't do. A size that the cloud
	// does not sell MAY become the next larger one, never a smaller one. The
	// ID MUST stay good for as long as the volume is there.
	CreateVolume(ctx context.Context, c Create) (*Volume, error)
}

// Deleter deletes volumes.
type Deleter interface {
	// DeleteVolume accepts the deletion of a volume. From then on, or soon
	// after, it MUST be gone from lists and unknown to Getter. One that is
	// attached or has snapshots is a bare jumpgate.Conflict.
	DeleteVolume(ctx context.Context, id string) error
}

// SnapshotLister lists snapshots.
type SnapshotLister interface {
	// ListSnapshots is to snapshots what ListVolumes is to volumes.
	ListSnapshots(ctx context.Context) iter.Seq2[*Snapshot, error]
}

// SnapshotGetter finds one snapshot.
type SnapshotGetter interface {
	Snapshot(ctx context.Context, id string) (*Snapshot, error)
}

// SnapshotCreator makes snapshots.
type SnapshotCreator interface {
	// CreateSnapshot keeps what is on a volume. An unknown volume is a bare
	// jumpgate.NotFound, one in the wrong state a bare jumpgate.Conflict, and
	// one that the cloud can make none of a jumpgate.BadRequest.
	CreateSnapshot(ctx context.Context, c SnapshotCreate) (*Snapshot, error)
}

// SnapshotDeleter deletes snapshots.
type SnapshotDeleter interface {
	DeleteSnapshot(ctx context.Context, id string) error
}
