package records

import (
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// Disk is SoftLayer_Virtual_Disk_Image: a disk of a guest, or portable
// storage, which is attached to guests by their host. Only the latter has a
// bill of its own.
type Disk struct {
	ID          int       `json:"id"`
	Capacity    int       `json:"capacity"` // GiB
	Name        string    `json:"name"`
	Description string    `json:"description"`
	CreateDate  Timestamp `json:"createDate"`
	Metadata    bool      `json:"metadataFlag"`
	Type        KeyName   `json:"type"`
	Repository  struct {
		Datacenter Named `json:"datacenter"`
	} `json:"storageRepository"`
	BlockDevices []diskDevice `json:"blockDevices"`
	BillingItem  *BillingItem `json:"billingItem"`
}

// diskDevice is a place where a disk is attached.
type diskDevice struct {
	Device string `json:"device"`
	Guest  Guest  `json:"guest"`
}

const DiskFields = "[id,capacity,name,description,createDate,storageRepository[id,datacenter[id,name]],blockDevices[device,guest[" + StateFields + "]]," +
	"billingItem" + UserFields + "]"

func (k *Disk) VolumeID() string {
	return k.BillingItem.volumeID(keep.DiskOrderKind, keep.DiskKind, k.ID)
}

// Portable tells whether k is a disk by itself, and not cancelled.
func (k *Disk) Portable() bool { return k.ID != 0 && k.BillingItem != nil }

// Disks is where portable storage is found.
var Disks = bought[Disk]{
	service: "Virtual_Disk_Image", getter: "getPortableStorageVolumes", property: "portableStorageVolumes", fields: DiskFields,
	own: keep.DiskKind, ordered: keep.DiskOrderKind, id: (*Disk).VolumeID, there: (*Disk).Portable,
}
