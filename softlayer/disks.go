package softlayer

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// disk is SoftLayer_Virtual_Disk_Image: a disk of a guest, or portable
// storage, which is attached to guests by their host. Only the latter has a
// bill of its own.
type disk struct {
	ID          int       `json:"id"`
	Capacity    int       `json:"capacity"` // GiB
	Name        string    `json:"name"`
	Description string    `json:"description"`
	CreateDate  timestamp `json:"createDate"`
	Metadata    bool      `json:"metadataFlag"`
	Type        keyName   `json:"type"`
	Repository  struct {
		Datacenter named `json:"datacenter"`
	} `json:"storageRepository"`
	BlockDevices []diskDevice `json:"blockDevices"`
	BillingItem  *billingItem `json:"billingItem"`
}

// diskDevice is a place where a disk is attached.
type diskDevice struct {
	Device string `json:"device"`
	Guest  guest  `json:"guest"`
}

const diskFields = "[id,capacity,name,description,createDate,storageRepository[id,datacenter[id,name]],blockDevices[device,guest[" + stateFields + "]]," +
	"billingItem[id,orderItem[id,order[id,orderTopLevelItemCount,userRecord[id,username]]]]]"

func (k *disk) id() string { return k.BillingItem.volumeID(diskOrderKind, diskKind, k.ID) }

// portable tells whether k is a disk by itself, and not cancelled.
func (k *disk) portable() bool { return k.ID != 0 && k.BillingItem != nil }

// deviceName is the name that a guest most likely has for a device. 0 boots,
// and 1 is swap.
func deviceName(device string) string {
	n, err := strconv.Atoi(device)
	if err != nil || n < 0 || n > 25 {
		return ""
	}
	return "/dev/xvd" + string(rune('a'+n))
}

// volume is k in Cinder's terms. Its description is its name, with the rest
// beside it.
func (k *disk) volume(ctx context.Context) *volume.Volume {
	name, kept := splitNotes(k.Description)
	v := &volume.Volume{
		ID: k.id(), Name: cmp.Or(name, k.Name), Description: kept.Description, Metadata: kept.Metadata, UserID: k.BillingItem.user(),
		Status: "available", Size: k.Capacity, Type: portableType, Zone: k.Repository.Datacenter.Name, Created: k.CreateDate.Time,
	}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		v.ProjectID = p.ProjectID // a disk does not tell, but others' are not shown
	}
	for i := range k.BlockDevices {
		b := &k.BlockDevices[i]
		if b.Guest.state().gone {
			v.Status = "detaching" // once the server is reclaimed
			continue
		}
		server := strings.ToLower(b.Guest.GlobalIdentifier)
		v.Status = "in-use"
		v.Attachments = append(v.Attachments, volume.Attachment{ID: attachmentID(server, v.ID), ServerID: server, Device: deviceName(b.Device)})
	}
	return v
}

// disks is where portable storage is found.
var disks = bought[disk]{
	service: "Virtual_Disk_Image", getter: "getPortableStorageVolumes", property: "portableStorageVolumes", fields: diskFields,
	own: diskKind, ordered: diskOrderKind, id: (*disk).id, there: (*disk).portable,
}
