package compute

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// attached is a volume of a guest, as Nova shows it and as SoftLayer calls it.
type attached struct {
	compute.VolumeAttachment
	key    string // by which envelope.Volumes names it; empty until SoftLayer has made it
	number int    // of the Network_Storage or Virtual_Disk_Image
	disk   bool
	bill   int
	boot   bool // the disk that the guest boots from, which goes with it
	along  int  // its place among those that are made along with the guest, from 1
}

// bootKey, diskKey and storageKey name a volume in notes.
const bootKey = "b"

func diskKey(number int) string { return "d" + strconv.Itoa(number) }

func storageKey(number int) string { return "s" + strconv.Itoa(number) }

func mappingID(server, volume string) string { return keep.NameID(server + "/" + volume + "/mapping") }

// carrier is a guest with its volumes, holder one that may be marked, too.
type (
	carrier interface {
		Self() *records.Presence
		Tags() []keep.TagReference
		volumes() *volumesOf
	}
	holder interface {
		seen
		carrier
	}
)

// attachedOf are the volumes of g: the disks with a bill of their own, and the
// storage that it may mount, where it finds the device itself; and those that
// are ordered along with it.
func attachedOf(g carrier, kept *keep.Envelope) []attached {
	var list []attached
	all := g.volumes()
	for i := range all.BlockDevices {
		b := &all.BlockDevices[i]
		if b.DiskImage.There() {
			list = append(list, attached{key: diskKey(b.DiskImage.ID), number: b.DiskImage.ID, disk: true, bill: b.DiskImage.BillingItem.ID,
				VolumeAttachment: compute.VolumeAttachment{VolumeID: b.DiskImage.VolumeID(), Device: volumes.DeviceName(b.Device)}})
		}
	}
	for i := range all.Storage {
		if s := &all.Storage[i]; s.BillingItem != nil {
			list = append(list, attached{key: storageKey(s.ID), number: s.ID, bill: s.BillingItem.ID, VolumeAttachment: compute.VolumeAttachment{VolumeID: s.VolumeID()}})
		}
	}
	slices.SortFunc(list, func(a, b attached) int { return strings.Compare(a.key, b.key) }) // relations come in any order
	for i := range list {
		a := &list[i]
		_, a.DeleteOnTermination = slices.BinarySearch(kept.Volumes, a.key)
		a.Tag = kept.DeviceTags[a.key]
	}
	if kept.Boot > 0 {
		list = slices.Insert(list, 0, attached{key: bootKey, number: g.Self().ID, boot: true, VolumeAttachment: compute.VolumeAttachment{
			VolumeID: volumes.BootID(g.Self().ID), Device: volumes.DeviceName(bootDevice), DeleteOnTermination: true, Tag: kept.DeviceTags[bootKey],
		}})
	}
	along, orders := madeAlong(g, kept)
	for i, made := range along {
		if orders[i] <= 0 {
			continue
		}
		id := volumes.ID(made, orders[i])
		at := slices.IndexFunc(list, func(a attached) bool { return a.VolumeID == id })
		if at < 0 {
			at = len(list)
			list = append(list, attached{VolumeAttachment: compute.VolumeAttachment{VolumeID: id}, disk: made.Type == volumes.PortableType})
		}
		a := &list[at]
		a.along, a.DeleteOnTermination, a.Tag = i+1, made.Delete, made.Tag
	}
	for i := range list {
		a, server := &list[i], strings.ToLower(g.Self().GlobalIdentifier)
		a.AttachmentID, a.MappingID = volumes.AttachmentID(server, a.VolumeID), mappingID(server, a.VolumeID)
	}
	return list
}

// ServerVolumes lists what is attached to a guest.
func (d *Servers) ServerVolumes(ctx context.Context, id string) ([]compute.VolumeAttachment, error) {
	g, err := guestAs(ctx, d, volumeForm, id)
	if err != nil {
		return nil, err
	}
	_, kept := keep.Split(g.Notes)
	var list []compute.VolumeAttachment
	for _, a := range attachedOf(g, &kept) {
		a.AttachmentID = d.volumes.AttachmentTo(ctx, strings.ToLower(g.GlobalIdentifier), a.VolumeID)
		list = append(list, a.VolumeAttachment)
	}
	return list, nil
}

// DetachVolume is the inverse of AttachVolume, with one call less: the guest
// tells what is attached.
func (d *Servers) DetachVolume(ctx context.Context, id, volumeID string) (err error) {
	defer d.remember(ctx, id, compute.ActionDetachVolume)(&err)
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, a, err := d.attachedTo(ctx, id, volumeID)
	if err != nil {
		return err
	}
	if a.boot {
		return compute.RootVolume()
	}
	if err := mayDo(g, compute.ActionDetachVolume); err != nil {
		return err
	}
	text, kept := keep.Split(g.Notes)
	a.DeleteOnTermination, a.Tag = false, ""
	keepVolume(&kept, a)
	if err := d.editNotes(ctx, id, compute.ActionDetachVolume, &g.Noted, text, kept); err != nil {
		return err
	}
	if err := d.detach(ctx, id, g.ID, a); err != nil || !a.disk {
		return err
	}
	_ = d.remarkStopped(ctx, id, g, func(*keep.Markers) {}) // if it fails, the server runs afterwards
	return nil
}

// attachedTo fetches a guest and finds a volume of it. Only one that is not
// attached costs more calls.
func (d *Servers) attachedTo(ctx context.Context, id, volumeID string) (*attachGuest, *attached, error) {
	g, err := guestAs(ctx, d, attachForm, id)
	if err != nil {
		return nil, nil, err
	}
	_, kept := keep.Split(g.Notes)
	all := attachedOf(g, &kept)
	if i := slices.IndexFunc(all, func(a attached) bool { return a.VolumeID == keep.Canonical(volumeID) }); i >= 0 {
		return g, &all[i], nil
	}
	_, err = d.volumes.Volume(ctx, volumeID)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, nil, compute.VolumeNotFound(volumeID)
	}
	return nil, nil, cmp.Or(err, compute.VolumeNotAttached(id, volumeID))
}

// ChangeServerVolume changes what is kept of an attachment.
func (d *Servers) ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*compute.VolumeAttachment) error) error {
	unlock, err := d.lockGuest(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	g, err := guestAs(ctx, d, attachForm, id)
	if err != nil {
		return err
	}
	text, kept := keep.Split(g.Notes)
	for _, a := range attachedOf(g, &kept) {
		if a.VolumeID != keep.Canonical(volumeID) {
			continue
		}
		if err := change(&a.VolumeAttachment); err != nil {
			return err
		}
		if a.boot && !a.DeleteOnTermination {
			return compute.InvalidDevice(bootGoes)
		}
		keepVolume(&kept, &a)
		return d.editNotes(ctx, id, 0, &g.Noted, text, kept)
	}
	return compute.VolumeNotAttached(id, volumeID)
}
