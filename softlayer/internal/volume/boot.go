package volume

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// A server that was ordered to boot from a volume boots from a disk of its own
// in SoftLayer's storage network. It is shown as a volume, by the number of the
// guest: it comes and goes with it, and nobody can detach it. The store has
// which there are, for lists.

// BootID is the id of the disk that a guest boots from.
func BootID(guest int) string { return keep.IDOf(keep.BootDiskKind, guest) }

// bootGuest is a guest that boots from a volume.
type bootGuest struct {
	records.GuestState
	records.Noted
	CreateDate records.Timestamp `json:"createDate"`
	Datacenter records.Named     `json:"datacenter"`
	Template   struct {
		GlobalIdentifier string `json:"globalIdentifier"`
	} `json:"blockDeviceTemplateGroup"`
	Disks []struct {
		Device    string `json:"device"`
		DiskImage struct {
			Capacity int `json:"capacity"`
		} `json:"diskImage"`
	} `json:"blockDevices"`
}

var bootForm = records.FormOf[bootGuest]()

// KeepBoot keeps that a guest boots from a volume of some size.
func (d *Volumes) KeepBoot(ctx context.Context, guest, size int) {
	_, _ = d.amend(ctx, volumeRecord, BootID(guest), func(k *kept) { k.Boot = size }) // else lists lack it
}

// ForgetBoot forgets the disk of a guest that is gone.
func (d *Volumes) ForgetBoot(ctx context.Context, guest int) {
	d.drop(ctx, volumeRecord, BootID(guest))
}

// bootDisk shows the disk that a guest boots from.
func (d *Volumes) bootDisk(ctx context.Context, guest int) (*Seen, error) {
	g, err := bootForm.Get(ctx, d.API, "Virtual_Guest", strconv.Itoa(guest))
	if err != nil {
		return nil, err
	}
	k, err := d.kept(ctx, volumeRecord, BootID(guest))
	if err != nil {
		return nil, err
	}
	v := d.ofBoot(ctx, g, k)
	if v == nil {
		d.ForgetBoot(ctx, guest)
		return nil, jumpgate.NotFound
	}
	if k.Boot == 0 && mayWrite(ctx) { // by somebody who shares no store with us
		d.KeepBoot(ctx, guest, v.Size)
	}
	return v, nil
}

// ofBoot is the disk of g in Cinder's terms; nil: there is none.
func (d *Volumes) ofBoot(ctx context.Context, g *bootGuest, k *kept) *Seen {
	_, notes := keep.Split(g.Notes)
	if !g.There() || g.Gone() || notes.Boot == 0 {
		return nil
	}
	server := strings.ToLower(g.GlobalIdentifier)
	v := &volume.Volume{
		ID: BootID(g.ID), ProjectID: keep.Account(ctx), Size: notes.Boot, Zone: g.Datacenter.Name, Created: g.CreateDate.Time,
		Host: g.Datacenter.Name + "@boot#boot",
	}
	for i := range g.Disks {
		if g.Disks[i].Device == "0" {
			v.Size = g.Disks[i].DiskImage.Capacity
		}
	}
	v.Attachments = []volume.Attachment{{ID: AttachmentID(server, v.ID), ServerID: server, Device: DeviceName("0"), Compute: true}}
	seen := d.seen(ctx, &Seen{Volume: v, Boot: g, kept: k}, !g.ProvisionDate.IsZero())
	v.Bootable = true
	if v.ImageMetadata == nil {
		switch {
		case g.Template.GlobalIdentifier != "":
			v.ImageMetadata = map[string]string{"image_id": strings.ToLower(g.Template.GlobalIdentifier)}
		case notes.System != "":
			v.ImageMetadata = map[string]string{"image_id": core.SystemID(notes.System), "image_name": notes.System}
		}
	}
	return seen
}

// bootDisks are the disks among what is kept of all volumes, with one call if
// there are any.
func (d *Volumes) bootDisks(ctx context.Context, all map[string]*kept) ([]*volume.Volume, error) {
	var numbers []int
	for id, k := range all {
		if k.Boot > 0 {
			number, _ := keep.NumberOf(keep.BootDiskKind, id)
			numbers = append(numbers, number)
		}
	}
	if numbers == nil {
		return nil, nil
	}
	slices.Sort(numbers)
	guests, err := bootForm.All(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getVirtualGuests", Filter: upstream.Filter{"virtualGuests": upstream.Filter{"id": upstream.Among(numbers)}},
	})
	if err != nil {
		return nil, err
	}
	var list []*volume.Volume
	for i := range guests {
		if k := all[BootID(guests[i].ID)]; k != nil {
			if v := d.ofBoot(ctx, &guests[i], k); v != nil {
				list = append(list, v.Volume)
			}
		}
	}
	for _, number := range numbers {
		if !slices.ContainsFunc(list, func(v *volume.Volume) bool { return v.ID == BootID(number) }) {
			d.ForgetBoot(ctx, number)
		}
	}
	return list, nil
}

// errBoot is for what can't be done with a disk that a server boots from.
func errBoot(id string) error {
	return volume.InvalidVolume("Volume %s is the disk that its server boots from: it stays as it is, and goes with it.", id)
}
