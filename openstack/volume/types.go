package volume

import "time"

// Volume is a volume as Cinder knows it. A string documented as optional is
// null on the wire if it is empty.
type Volume struct {
	ID          string // clients expect a UUID
	Name        string // optional
	Description string // optional
	ProjectID   string
	UserID      string

	// Status is what clients wait for: creating, available, reserved, attaching,
	// in-use, detaching, extending, uploading, retyping, reverting, backing-up,
	// awaiting-transfer, deleting, error, or error and what failed:
	// error_deleting, error_extending.
	Status string

	Size    int    // GiB
	Type    string // optional: the name of its type
	TypeID  string // optional: the id of its type
	Zone    string
	Created time.Time
	Updated time.Time // zero: Created

	SnapshotID string // optional: the snapshot it was made from
	SourceID   string // optional: the volume it was copied from
	GroupID    string // optional: the group that it belongs to

	Bootable    bool
	ReadOnly    bool
	ReadOnlySet bool // ReadOnly was set by a client
	Encrypted   bool
	Multiattach bool // can be attached to several servers at once
	Free        bool // counts for no quota
	Metadata    map[string]string
	Attachments []Attachment

	// ImageMetadata are the properties of the image that the volume was made
	// from, and what users changed in them. Nil: the volume was not made from
	// an image.
	ImageMetadata map[string]string

	// Only admins see these.
	Host            string // optional: host@backend#pool
	ServiceID       string // optional: the service that manages it
	ProviderID      string // optional: its id in the cloud
	MigrationStatus string // optional
}

// Attachment is a server, or a host, to which a volume is attached or will be.
type Attachment struct {
	ID       string // clients expect a UUID
	ServerID string // optional
	HostName string // optional
	Device   string // optional

	// Status is reserved, attaching, attached, detaching, detached or one of
	// error_attaching and error_detaching; empty stands for attached.
	Status string
	Mode   string // rw or ro; empty: rw

	// Compute tells that the compute service attached the volume to the server,
	// and alone may detach it.
	Compute bool

	Attached time.Time // zero: not known
	Detached time.Time // zero: not detached

	// Connection is what the host needs to reach the volume: see Connection.
	Connection map[string]any

	// The package sets both from the volume.
	VolumeID  string
	ProjectID string
}

// Snapshot is the content of a volume at one time.
type Snapshot struct {
	ID              string // clients expect a UUID
	VolumeID        string
	Name            string // optional
	Description     string // optional
	ProjectID       string
	UserID          string
	Status          string // creating, available, backing-up, restoring, deleting, error or error_deleting
	Progress        string // optional: "50%"; empty: what Status says
	Size            int    // GiB, of the volume
	Created         time.Time
	Updated         time.Time // zero: Created
	Metadata        map[string]string
	GroupSnapshotID string // optional
	Free            bool   // counts for no quota
}

// Create is an order for a volume.
type Create struct {
	Name        string
	Description string
	Size        int    // GiB; at least 1
	Type        string // name or id; empty: the cloud chooses
	Zone        string // empty: the cloud chooses
	SnapshotID  string // empty: an empty volume
	GroupID     string // empty: none
	Metadata    map[string]string
}

// Source is what a volume is copied from, other than a snapshot. One field is
// set.
type Source struct {
	VolumeID string
	ImageID  string
	BackupID string
}

// SnapshotCreate is an order for a snapshot.
type SnapshotCreate struct {
	VolumeID    string
	Name        string
	Description string
	Force       bool // even if the volume is attached
	Metadata    map[string]string
}

// Type is a type of volumes.
type Type struct {
	ID          string
	Name        string
	Description string // optional
	Private     bool   // only the projects in Projects see it
	Projects    []string
	ExtraSpecs  map[string]string
	QoSID       string // optional: the QoS specs it is associated with
	Encryption  *Encryption
	Created     time.Time
	Updated     time.Time // zero: never
}

// Encryption is how volumes of a type are encrypted.
type Encryption struct {
	ID              string
	Provider        string // luks, luks2, plain
	Cipher          string // optional
	KeySize         int    // bits; 0: not set
	ControlLocation string // front-end or back-end
	Created         time.Time
	Updated         time.Time // zero: never
}

// QoS is a set of limits and guarantees that volume types may be associated
// with.
type QoS struct {
	ID       string
	Name     string
	Consumer string // front-end, back-end or both
	Specs    map[string]string
}

// Transfer is the offer of a volume to another project.
type Transfer struct {
	ID          string
	Name        string // optional
	VolumeID    string
	ProjectID   string // the project that offers it
	ToProjectID string // the project that accepted it
	Accepted    bool
	NoSnapshots bool
	Created     time.Time

	// AuthKey is the secret that accepting the transfer needs. Only
	// CreateTransfer returns it.
	AuthKey string
}

// Backup is a copy of a volume that outlives it.
type Backup struct {
	ID            string
	Name          string // optional
	Description   string // optional
	VolumeID      string
	SnapshotID    string // optional
	ProjectID     string
	UserID        string
	Status        string // creating, available, restoring, deleting, error or error_deleting
	FailReason    string // optional
	Container     string // optional
	Zone          string // optional
	Size          int    // GiB, of the volume
	Objects       int
	Incremental   bool
	HasDependents bool // an incremental backup builds on it
	Metadata      map[string]string
	Created       time.Time
	Updated       time.Time // zero: never
	DataTimestamp time.Time // when the volume had this content; zero: Created
}

// BackupCreate is an order for a backup.
type BackupCreate struct {
	VolumeID    string
	SnapshotID  string // empty: the volume's present content
	Name        string
	Description string
	Container   string // empty: the cloud chooses
	Zone        string // empty: the cloud chooses
	Incremental bool
	Force       bool // even if the volume is attached
	Metadata    map[string]string
}

// Message tells a user what went wrong after a request was accepted.
type Message struct {
	ID           string
	ProjectID    string
	RequestID    string
	ResourceType string // VOLUME, VOLUME_SNAPSHOT, VOLUME_BACKUP
	ResourceID   string
	EventID      string
	Text         string
	Level        string // ERROR
	Created      time.Time
	Until        time.Time // the message is kept at least until then
}

// Quota is one limit of a project and its usage.
type Quota struct {
	Name     string // volumes, gigabytes, snapshots, backups, ..., or with _TYPE at the end
	Limit    int    // -1: none
	InUse    int
	Reserved int
}

// Zone is an availability zone.
type Zone struct {
	Name        string
	Unavailable bool
}

// ServiceInfo is a daemon of the service.
type ServiceInfo struct {
	Binary         string // cinder-volume, cinder-scheduler, cinder-backup
	Host           string
	Zone           string
	Disabled       bool
	DisabledReason string // optional
	Down           bool
	Updated        time.Time
	Frozen         bool
	ClusterName    string // optional
}

// Pool is a place where volumes are kept.
type Pool struct {
	Name         string // host@backend#pool
	Capabilities map[string]any
}

// Upload is an order for an image of a volume.
type Upload struct {
	Name            string
	DiskFormat      string
	ContainerFormat string
	Visibility      string // empty: the image service chooses
	Protected       bool
}

// Connection is how a host reaches a volume.
type Connection struct {
	Driver string         // iscsi, fibre_channel, rbd, nfs, local, ...
	Data   map[string]any // target_portal, target_iqn, target_lun, auth_username, ...
}
