package records

import (
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
)

// DiskSize is SoftLayer_Virtual_Disk_Image: a disk of a guest, or portable
// storage, which is attached to guests by their host. Only the latter has a
// bill of its own.
type DiskSize struct {
	ID       int `json:"id"`
	Capacity int `json:"capacity"` // GiB
}

// Disk is portable storage, all of it.
type Disk struct {
	DiskSize
	Name        string    `json:"name"`
	Description string    `json:"description"`
	CreateDate  Timestamp `json:"createDate"`
	Repository  struct {
		Datacenter Named `json:"datacenter"`
	} `json:"storageRepository"`
	BlockDevices []struct { // where it is attached
		Device string   `json:"device"`
		Guest  Presence `json:"guest"`
	} `json:"blockDevices"`
	BillingItem *UserBill `json:"billingItem"`
}

func (k *Disk) VolumeID() string {
	return k.BillingItem.volumeID(keep.DiskOrderKind, keep.DiskKind, k.ID)
}

// There tells whether k is a disk by itself, and not cancelled.
func (k *Disk) There() bool { return k.ID != 0 && k.BillingItem != nil }

// AttachedDisk is a disk of a guest, or what is counted of portable storage.
type AttachedDisk struct {
	DiskSize
	BillingItem *VolumeBill `json:"billingItem"`
}

func (k *AttachedDisk) VolumeID() string {
	return k.BillingItem.volumeID(keep.DiskOrderKind, keep.DiskKind, k.ID)
}

// There tells whether k is a disk by itself, and not cancelled.
func (k *AttachedDisk) There() bool { return k.ID != 0 && k.BillingItem != nil }

// Where portable storage is found, in its forms.
var (
	Disks        = disksIn[Disk]()
	DisksCounted = disksIn[AttachedDisk]()
)

func disksIn[T any, P volume[T]]() bought[T, P] {
	return bought[T, P]{
		Form: FormOf[T](), service: "Virtual_Disk_Image", getter: "getPortableStorageVolumes", property: "portableStorageVolumes",
		own: keep.DiskKind, ordered: keep.DiskOrderKind,
	}
}
