package volume

import "time"

// GroupType is a kind of group that the cloud has.
type GroupType struct {
	ID          string // clients expect a UUID
	Name        string
	Description string   // optional
	Private     bool     // only the projects in Projects see it
	Projects    []string // the projects that see a private type
	Specs       map[string]string
	Created     time.Time
	Updated     time.Time // zero: never
}

// Group is a set of volumes that are handled together: the volumes with its ID
// as their GroupID.
type Group struct {
	ID          string // clients expect a UUID
	Name        string // optional
	Description string // optional
	ProjectID   string
	UserID      string
	Status      string   // creating, available, updating, deleting, error, error_deleting
	Zone        string   // optional
	TypeID      string   // of a GroupType
	VolumeTypes []string // the ids of the types that its volumes may have
	Created     time.Time
	Updated     time.Time // zero: never

	GroupSnapshotID string // optional: the snapshot it was made from
	SourceGroupID   string // optional: the group it was copied from

	ReplicationStatus string // empty: disabled
}

// GroupSnapshot is a snapshot of all volumes of a group: the snapshots with its
// ID as their GroupSnapshotID.
type GroupSnapshot struct {
	ID          string // clients expect a UUID
	Name        string // optional
	Description string // optional
	ProjectID   string
	UserID      string
	Status      string // creating, available, deleting, error, error_deleting
	GroupID     string
	GroupTypeID string
	Created     time.Time
	Updated     time.Time // zero: never
}
