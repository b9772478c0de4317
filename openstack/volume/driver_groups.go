package volume

import (
	"context"
	"iter"
)

// GroupTypeKeeper keeps the types of groups.
type GroupTypeKeeper interface {
	// ListGroupTypes yields the types that the principal may use, newest first:
	// to an admin all.
	ListGroupTypes(ctx context.Context) iter.Seq2[*GroupType, error]

	// CreateGroupType makes a type and returns it with its ID. A name that is
	// taken is a bare jumpgate.Conflict.
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

	// CreateGroup begins to make a group and returns it. One with a
	// GroupSnapshotID or a SourceGroupID gets copies of the volumes there.
	CreateGroup(ctx context.Context, g Group) (*Group, error)

	// UpdateGroup works as Updater's UpdateVolume: Name, Description and Status
	// are kept.
	UpdateGroup(ctx context.Context, id string, change func(*Group) error) (*Group, error)

	// RegroupVolumes begins to put volumes into a group, and to take others out
	// of it. Those that come belong to no group.
	RegroupVolumes(ctx context.Context, id string, add, remove []string) error

	// DeleteGroup begins to delete a group with all its volumes. None of them is
	// attached or has snapshots.
	DeleteGroup(ctx context.Context, id string) error
}

// GroupSnapshotKeeper keeps snapshots of groups.
type GroupSnapshotKeeper interface {
	// ListGroupSnapshots is to snapshots what ListGroups is to groups.
	ListGroupSnapshots(ctx context.Context, all bool) iter.Seq2[*GroupSnapshot, error]

	// CreateGroupSnapshot begins to keep what is on the volumes of a group, which
	// has some.
	CreateGroupSnapshot(ctx context.Context, g GroupSnapshot) (*GroupSnapshot, error)

	// UpdateGroupSnapshot works as Updater's UpdateVolume: Status is kept.
	UpdateGroupSnapshot(ctx context.Context, id string, change func(*GroupSnapshot) error) (*GroupSnapshot, error)

	// DeleteGroupSnapshot begins to delete it with the snapshots that are in it.
	DeleteGroupSnapshot(ctx context.Context, id string) error
}
