package records

import (
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// StorageSize is what kind of SoftLayer_Network_Storage something is: block
// storage that guests reach through the network by iSCSI.
type StorageSize struct {
	ID       int     `json:"id"`
	Capacity int     `json:"capacityGb"`
	Type     KeyName `json:"storageType"`
	Tier     string  `json:"storageTierLevel"`
}

// isBlock tells whether s is block storage.
func (s *StorageSize) isBlock() bool {
	return s.ID != 0 && strings.Contains(s.Type.KeyName, "BLOCK_STORAGE")
}

// StorageBase is block storage with what a copy of it has to know.
type StorageBase struct {
	StorageSize
	IOPS     string `json:"provisionedIops"` // a number
	Resource struct {
		Datacenter Named `json:"datacenter"`
	} `json:"serviceResource"`
	BillingItem *UserBill `json:"billingItem"`
}

func (s *StorageBase) VolumeID() string {
	return s.BillingItem.volumeID(keep.StorageOrderKind, keep.StorageKind, s.ID)
}

// There tells whether s is block storage that nobody has cancelled: it stays
// for a while without a bill. So to users who may not see bills there is none.
func (s *StorageBase) There() bool { return s.isBlock() && s.BillingItem != nil }

// Storage is block storage, all of it.
type Storage struct {
	StorageBase
	Username      string     `json:"username"` // the name that SoftLayer gives it
	CreateDate    Timestamp  `json:"createDate"`
	Notes         string     `json:"notes"`
	Ready         bool       `json:"isReadyToMount"`
	Guests        []Presence `json:"allowedVirtualGuests"`
	SnapshotSpace string     `json:"snapshotCapacityGb"` // a number; empty: none
	Snapshots     []Numbered `json:"snapshots"`
}

// Snapshot is a snapshot of block storage.
type Snapshot struct {
	ID         int       `json:"id"`
	Notes      string    `json:"notes"`
	CreateDate Timestamp `json:"createDate"`
	Taken      Timestamp `json:"snapshotCreationTimestamp"`
}

// SnapshotOf is a snapshot and the storage that it was made of.
type SnapshotOf struct {
	Snapshot
	Parent *StorageBase `json:"parentVolume"`
}

// StorageSnapshots is block storage with its snapshots.
type StorageSnapshots struct {
	StorageBase
	Snapshots []Snapshot `json:"snapshots"`
}

// CountedStorage is block storage with what of it is counted.
type CountedStorage struct {
	StorageSize
	Snapshots   []Numbered  `json:"snapshots"`
	BillingItem *VolumeBill `json:"billingItem"`
}

func (s *CountedStorage) VolumeID() string {
	return s.BillingItem.volumeID(keep.StorageOrderKind, keep.StorageKind, s.ID)
}

func (s *CountedStorage) There() bool { return s.isBlock() && s.BillingItem != nil }

// AttachedStorage is storage that a guest may mount.
type AttachedStorage struct {
	ID          int         `json:"id"`
	BillingItem *VolumeBill `json:"billingItem"`
}

func (s *AttachedStorage) VolumeID() string {
	return s.BillingItem.volumeID(keep.StorageOrderKind, keep.StorageKind, s.ID)
}

// Where block storage is found, in its forms, and one snapshot.
var (
	Storages        = storageIn[Storage]()
	StoragesSnapped = storageIn[StorageSnapshots]()
	StoragesCounted = storageIn[CountedStorage]()
	Snapshots       = FormOf[Snapshot]()
	SnapshotsOf     = FormOf[SnapshotOf]()
)

func storageIn[T any, P volume[T]]() bought[T, P] {
	return bought[T, P]{
		Form: FormOf[T](), service: "Network_Storage", getter: "getIscsiNetworkStorage", property: "iscsiNetworkStorage",
		own: keep.StorageKind, ordered: keep.StorageOrderKind,
	}
}
