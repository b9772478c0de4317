package softlayer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// attachedFields are what attached needs of a guest, besides its notes.
const attachedFields = "blockDevices[device,diskImage[id,capacity,billingItem" + billFields + "]],allowedNetworkStorage[id,billingItem" + billFields + "]"

// attachMask is for what is done with the volumes of a guest.
const attachMask = "mask[" + stateFields + ",maxCpu,maxMemory,notes,hostname,datacenter.name,tagReferences[id,tag.name]," + attachedFields +
	",billingItem[id,orderItem[id,preset.keyName]]]"

// attached is a volume of a guest, as Nova shows it and as SoftLayer calls it.
type attached struct {
	compute.VolumeAttachment
	key    string // by which envelope.Volumes names it
	number int    // of the Network_Storage or Virtual_Disk_Image
	disk   bool
	bill   *billingItem
}

// diskKey and storageKey name a volume in notes.
func diskKey(number int) string    { return "d" + strconv.Itoa(number) }
func storageKey(number int) string { return "s" + strconv.Itoa(number) }

// attachmentID and mappingID are of a volume that is attached to a server.
func attachmentID(server, volume string) string { return nameID(server + "/" + volume) }
func mappingID(server, volume string) string    { return nameID(server + "/" + volume + "/mapping") }

// attached are the volumes of g: the disks with a bill of their own, and the
// storage that it may mount, where it finds the device itself.
func (g *guest) attached(kept *envelope) []attached {
	var list []attached
	for i := range g.BlockDevices {
		b := &g.BlockDevices[i]
		if b.DiskImage.portable() {
			list = append(list, attached{key: diskKey(b.DiskImage.ID), number: b.DiskImage.ID, disk: true, bill: b.DiskImage.BillingItem,
				VolumeAttachment: compute.VolumeAttachment{VolumeID: b.DiskImage.id(), Device: deviceName(b.Device)}})
		}
	}
	for i := range g.Storage {
		if s := &g.Storage[i]; s.BillingItem != nil {
			list = append(list, attached{key: storageKey(s.ID), number: s.ID, bill: s.BillingItem, VolumeAttachment: compute.VolumeAttachment{VolumeID: s.id()}})
		}
	}
	slices.SortFunc(list, func(a, b attached) int { return strings.Compare(a.key, b.key) }) // relations come in any order
	for i := range list {
		a, server := &list[i], strings.ToLower(g.GlobalIdentifier)
		_, a.DeleteOnTermination = slices.BinarySearch(kept.Volumes, a.key)
		a.AttachmentID, a.MappingID = attachmentID(server, a.VolumeID), mappingID(server, a.VolumeID)
	}
	return list
}

// ServerVolumes lists what is attached to a guest.
func (d *Driver) ServerVolumes(ctx context.Context, id string) ([]compute.VolumeAttachment, error) {
	g, err := d.guest(ctx, id, "mask["+stateFields+",notes,"+attachedFields+"]")
	if err != nil {
		return nil, err
	}
	_, kept := splitNotes(g.Notes)
	var list []compute.VolumeAttachment
	for _, a := range g.attached(&kept) {
		list = append(list, a.VolumeAttachment)
	}
	return list, nil
}

// DetachVolume is the inverse of AttachVolume, with one call less: the guest
// tells what is attached.
func (d *Driver) DetachVolume(ctx context.Context, id, volumeID string) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, a, err := d.attachedTo(ctx, id, volumeID)
	if err != nil {
		return err
	}
	if err := g.may("detach_volume"); err != nil {
		return err
	}
	text, kept := splitNotes(g.Notes)
	a.DeleteOnTermination = false
	kept.keep(a)
	if err := d.edit(ctx, id, "detach_volume", g, g.host(), text, kept); err != nil {
		return err
	}
	return d.detach(ctx, id, g, a)
}

// attachedTo fetches a guest and finds a volume of it. Only one that is not
// attached costs more calls.
func (d *Driver) attachedTo(ctx context.Context, id, volumeID string) (*guest, *attached, error) {
	g, err := d.guest(ctx, id, attachMask)
	if err != nil {
		return nil, nil, err
	}
	_, kept := splitNotes(g.Notes)
	all := g.attached(&kept)
	if i := slices.IndexFunc(all, func(a attached) bool { return a.VolumeID == strings.ToLower(volumeID) }); i >= 0 {
		return g, &all[i], nil
	}
	_, err = d.Volume(ctx, volumeID)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, nil, compute.VolumeNotFound(volumeID)
	}
	return nil, nil, cmp.Or(err, compute.VolumeNotAttached(id, volumeID))
}

// ChangeServerVolume changes what is kept of an attachment.
func (d *Driver) ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*compute.VolumeAttachment) error) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, err := d.guest(ctx, id, attachMask)
	if err != nil {
		return err
	}
	text, kept := splitNotes(g.Notes)
	for _, a := range g.attached(&kept) {
		if a.VolumeID != strings.ToLower(volumeID) {
			continue
		}
		if err := change(&a.VolumeAttachment); err != nil {
			return err
		}
		kept.keep(&a)
		return d.edit(ctx, id, "", g, g.host(), text, kept)
	}
	return compute.VolumeNotAttached(id, volumeID)
}
