package volume

import (
	"context"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// DeviceName is the name that a guest most likely has for a device. 0 boots,
// and 1 is swap.
func DeviceName(device string) string {
	n, err := strconv.Atoi(device)
	if err != nil || n < 0 || n > 25 {
		return ""
	}
	return "/dev/xvd" + string(rune('a'+n))
}

// ofDisk is k in Cinder's terms, and what is kept of it; nil: nothing. Its
// description is its name, with the rest beside it.
func (d *Volumes) ofDisk(ctx context.Context, k *records.Disk, own *kept) *Seen {
	if own == nil {
		own = new(kept)
	}
	name, notes := named(k.Description, k.Name)
	v := &volume.Volume{
		ID: k.VolumeID(), Name: name, Description: notes.Description, Metadata: notes.Metadata, UserID: k.BillingItem.User(),
		ProjectID: keep.Account(ctx), // a disk does not tell, but others' are not shown
		Status:    "available", Size: k.Capacity, Type: PortableType, TypeID: typeID(PortableType), Zone: k.Repository.Datacenter.Name,
		Created: k.CreateDate.Time, Host: k.Repository.Datacenter.Name + "@" + PortableType + "#" + PortableType,
	}
	for i := range k.BlockDevices {
		b := &k.BlockDevices[i]
		if b.Guest.Gone() {
			v.Status = "detaching" // once the server is reclaimed
			continue
		}
		server := strings.ToLower(b.Guest.GlobalIdentifier)
		v.Attachments = append(v.Attachments, volume.Attachment{ID: AttachmentID(server, v.ID), ServerID: server, Device: DeviceName(b.Device), Compute: true})
	}
	if len(v.Attachments) > 0 {
		v.Status = "available" // of its own; seen has the last word
	}
	own = d.arrived(ctx, volumeRecord, v.ID, k.Description, own, func(notes string) error { return d.setDescription(ctx, k.ID, notes) })
	return d.seen(ctx, &Seen{Volume: v, Disk: k, kept: own}, true)
}
