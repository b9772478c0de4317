package volume

import (
	"context"
	"iter"
)

// GroupTypeKeeper keeps the types of groups.
type GroupTypeKeeper interface {
	// ListGroupTypes yields the types that the principal may use, newest first;
	// an admin may use all.
	ListGroupTypes(ctx context.Context) iter.Seq2[*GroupType, error]

	// CreateGroupType makes a type and returns it with its ID. It returns a
	// bare jumpgate.Conflict if the name is taken.
	CreateGroupType(ctx context.Context, t GroupType) (*GroupType, error)

	// UpdateGroupType works as Updater's UpdateVolume, for all fields but the ID.
	UpdateGroupType(ctx context.Context, id string, change func(*GroupType) error) (*GroupType, error)

	// DeleteGroupType fails with a bare jumpgate.Conflict while there are groups
	// of the type.
	DeleteGroupType(ctx context.Context, id string) error
}

// GroupKeeper keeps groups of volumes.
type GroupKeeper interface {
	// ListGroups yields the groups of the principal's project, or to an admin with
	// all set those of all projects, newest first.
	ListGroups(ctx context.Context, all bool) iter.Seq2[*Group, error]

	// CreateGroup begins to make a group and returns it. With a GroupSnapshotID
	// or a SourceGroupID it copies the volumes of that snapshot or group.
	CreateGroup(ctx context.Context, g Group) (*Group, error)

	// UpdateGroup works as Updater's UpdateVolume: Name, Description and Status
	// are kept.
	UpdateGroup(ctx context.Context, id string, change func(*Group) error) (*Group, error)

	// RegroupVolumes begins to add volumes to a group and to remove others. The
	// added volumes belong to no other group.
	RegroupVolumes(ctx context.Context, id string, add, remove []string) error

	// DeleteGroup begins to delete a group with all its volumes. The package has
	// checked that no volume is attached or has snapshots.
	DeleteGroup(ctx context.Context, id string) error
}

// GroupSnapshotKeeper keeps snapshots of groups.
type GroupSnapshotKeeper interface {
	// ListGroupSnapshots is ListGroups for group snapshots.
	ListGroupSnapshots(ctx context.Context, all bool) iter.Seq2[*GroupSnapshot, error]

	// CreateGroupSnapshot begins to make a snapshot of a group, which has
	// volumes.
	CreateGroupSnapshot(ctx context.Context, g GroupSnapshot) (*GroupSnapshot, error)

	// UpdateGroupSnapshot works as Updater's UpdateVolume: Status is kept.
	UpdateGroupSnapshot(ctx context.Context, id string, change func(*GroupSnapshot) error) (*GroupSnapshot, error)

	// DeleteGroupSnapshot begins to delete a group snapshot with its snapshots.
	DeleteGroupSnapshot(ctx context.Context, id string) error
}
