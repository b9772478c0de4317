package volume

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
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

// OfDisk is k in Cinder's terms. Its description is its name, with the rest
// beside it.
func OfDisk(ctx context.Context, k *records.Disk) *volume.Volume {
	name, kept := keep.Split(k.Description)
	v := &volume.Volume{
		ID: k.VolumeID(), Name: cmp.Or(name, k.Name), Description: kept.Description, Metadata: kept.Metadata, UserID: k.BillingItem.User(),
		Status: "available", Size: k.Capacity, Type: PortableType, Zone: k.Repository.Datacenter.Name, Created: k.CreateDate.Time,
	}
	if p := jumpgate.PrincipalFrom(ctx); p != nil {
		v.ProjectID = p.ProjectID // a disk does not tell, but others' are not shown
	}
	for i := range k.BlockDevices {
		b := &k.BlockDevices[i]
		if b.Guest.Gone() {
			v.Status = "detaching" // once the server is reclaimed
			continue
		}
		server := strings.ToLower(b.Guest.GlobalIdentifier)
		v.Status = "in-use"
		v.Attachments = append(v.Attachments, volume.Attachment{ID: AttachmentID(server, v.ID), ServerID: server, Device: DeviceName(b.Device)})
	}
	return v
}
