package volume

import "time"

// GroupType is a kind of group that the cloud has.
type GroupType struct {
	ID          string // clients expect a UUID
	Name        string
	Description string   // optional
	Private     bool     // only the projects in Projects see it
	Projects    []string // that see it although it is private
	Specs       map[string]string
	Created     time.Time
	Updated     time.Time // zero: never
}

// Group is a number of volumes that are handled together. Which ones is said by
// their GroupID.
type Group struct {
	ID          string // clients expect a UUID
	Name        string // optional
	Description string // optional
	ProjectID   string
	UserID      string
	Status      string   // creating, available, updating, deleting, error, error_deleting
	Zone        string   // optional
	TypeID      string   // of a GroupType
	VolumeTypes []string // the ids of those that its volumes may have
	Created     time.Time
	Updated     time.Time // zero: never

	GroupSnapshotID string // optional: what it was made of
	SourceGroupID   string // optional: the group that it is a copy of

	ReplicationStatus string // empty: disabled
}

// GroupSnapshot is what was on the volumes of a group at some time: the
// snapshots with its id as their GroupSnapshotID.
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
