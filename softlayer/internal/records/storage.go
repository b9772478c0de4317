package records

import (
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Storage is SoftLayer_Network_Storage: block storage that guests reach
// through the network by iSCSI, or a snapshot of some.
type Storage struct {
	ID         int       `json:"id"`
	AccountID  int       `json:"accountId"`
	Username   string    `json:"username"` // the name that SoftLayer gives it
	Capacity   int       `json:"capacityGb"`
	CreateDate Timestamp `json:"createDate"`
	Notes      string    `json:"notes"`
	Type       KeyName   `json:"storageType"`
	Tier       string    `json:"storageTierLevel"`
	IOPS       string    `json:"provisionedIops"` // a number
	Ready      bool      `json:"isReadyToMount"`
	Resource   struct {
		Datacenter Named `json:"datacenter"`
	} `json:"serviceResource"`
	Guests      []Guest      `json:"allowedVirtualGuests"`
	BillingItem *BillingItem `json:"billingItem"`

	SnapshotSpace string    `json:"snapshotCapacityGb"` // a number; empty: none
	Snapshots     []Storage `json:"snapshots"`
	Taken         Timestamp `json:"snapshotCreationTimestamp"`
	Parent        *Storage  `json:"parentVolume"`
}

const (
	// billFields are what volumeID needs, and what is cancelled.
	BillFields = "[id,orderItem[id,order[id,orderTopLevelItemCount]]]"

	// UserFields are those and who ordered it.
	UserFields = "[id,orderItem[id,order[id,orderTopLevelItemCount,userRecord[id,username]]]]"

	StorageFields = "[id,accountId,username,capacityGb,createDate,notes,storageType[id,keyName],storageTierLevel,provisionedIops," +
		"isReadyToMount,snapshotCapacityGb,serviceResource[id,datacenter[id,name]],allowedVirtualGuests[" + StateFields + "],snapshots.id,billingItem" + UserFields + "]"
)

func (s *Storage) VolumeID() string {
	return s.BillingItem.volumeID(keep.StorageOrderKind, keep.StorageKind, s.ID)
}

// There tells whether s is block storage that nobody has cancelled: it stays
// for a while without a bill. So to users who may not see bills there is none.
func (s *Storage) There() bool {
	return s.ID != 0 && s.BillingItem != nil && strings.Contains(s.Type.KeyName, "BLOCK_STORAGE")
}

// Storages is where block storage is found.
var Storages = bought[Storage]{
	service: "Network_Storage", getter: "getIscsiNetworkStorage", property: "iscsiNetworkStorage", fields: StorageFields,
	own: keep.StorageKind, ordered: keep.StorageOrderKind, id: (*Storage).VolumeID, there: (*Storage).There,
}
