// Package volume holds what drivers of block storage have in common: what
// OpenStack's Block Storage service (Cinder) knows of a volume and a
// snapshot, and the interfaces that a driver may have for them. The compute
// service shows volumes by these interfaces, too.
package volume

import (
	"context"
	"iter"
	"time"

	"github.com/softlayer/jumpgate"
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

// Volume is a volume as Cinder knows it. Strings that are documented as
// optional are null on the wire when they are empty.
type Volume struct {
	ID          string // clients expect a UUID
	Name        string // optional
	Description string // optional
	ProjectID   string
	UserID      string

	// Status is what clients wait for: creating, available, attaching,
	// in-use, detaching, extending, deleting or error.
	Status string

	Size    int    // GiB
	Type    string // optional: the name of its type
	Zone    string
	Created time.Time
	Updated time.Time // zero: Created

	SnapshotID string // optional: what it was made of
	SourceID   string // optional: the volume that it is a copy of

	Bootable    bool
	Encrypted   bool
	Multiattach bool // to several servers at once
	Metadata    map[string]string
	Attachments []Attachment
}

// Attachment is a server to which a volume is attached.
type Attachment struct {
	ID       string // clients expect a UUID
	ServerID string
	Device   string // optional
}

// Snapshot is what was on a volume at some time.
type Snapshot struct {
	ID          string // clients expect a UUID
	VolumeID    string
	Name        string // optional
	Description string // optional
	ProjectID   string
	Status      string // creating, available, deleting or error
	Size        int    // GiB, of the volume
	Created     time.Time
	Metadata    map[string]string
}

// Create is an order for a volume.
type Create struct {
	Name        string
	Description string
	Size        int    // GiB; at least 1
	Type        string // empty: the cloud's choice
	Zone        string // empty: the cloud's choice
	SnapshotID  string // empty: begin with nothing
	Metadata    map[string]string
}

// SnapshotCreate is an order for a snapshot.
type SnapshotCreate struct {
	VolumeID    string
	Name        string
	Description string
	Force       bool // even of a volume that is attached
}

// The errors for parts of an order that don't exist, in Cinder's words.

// TypeNotFound is for an unknown type of volumes.
func TypeNotFound(name string) error {
	return jumpgate.NotFound.New("Volume type with name %s could not be found.", name)
}

// ZoneNotFound is for an unknown availability zone.
func ZoneNotFound(name string) error {
	return jumpgate.BadRequest.New("Availability zone '%s' is invalid.", name)
}

// SnapshotNotFound is for an unknown snapshot.
func SnapshotNotFound(id string) error {
	return jumpgate.NotFound.New("Snapshot %s could not be found.", id)
}
