package compute

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// AttachVolume lets a guest mount block storage, or has its host attach
// portable storage. It takes three calls: the guest and the volume are looked
// at first; and one more to keep that the volume goes with the server.
func (d *Servers) AttachVolume(ctx context.Context, id string, a compute.VolumeAttach) (_ *compute.VolumeAttachment, err error) {
	defer d.remember(ctx, id, compute.ActionAttachVolume)(&err)
	g, unlock, err := lockReady(ctx, d, attachForm, id, compute.ActionAttachVolume)
	if err != nil {
		return nil, err
	}
	defer unlock()
	free, err := d.lockVolumes(ctx, a.VolumeID)
	if err != nil {
		return nil, err
	}
	defer free()
	wanted, err := d.candidate(ctx, a.VolumeID)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil, compute.VolumeNotFound(a.VolumeID)
	case err != nil:
		return nil, err
	case wanted.Status == "in-use":
		return nil, compute.VolumeInUse(a.VolumeID, wanted.servers()...)
	case wanted.Status != "available":
		return nil, compute.VolumeNotAvailable(a.VolumeID, wanted.Status)
	case wanted.Zone != g.Datacenter.Name:
		return nil, compute.VolumeElsewhere(id, a.VolumeID, g.Datacenter.Name, wanted.Zone)
	}
	wanted.DeleteOnTermination, wanted.Tag = a.DeleteOnTermination, a.Tag
	text, kept := keep.Split(g.Notes)
	before := kept
	// What is kept is written first: while SoftLayer attaches a disk it lets
	// nothing be changed.
	keepVolume(&kept, &wanted.attached)
	if err := d.editNotes(ctx, id, compute.ActionAttachVolume, &g.Noted, text, kept); err != nil {
		return nil, err
	}
	if err := d.attach(ctx, id, g.ID, &wanted.attached); err != nil {
		// Else it would count once somebody attaches the volume.
		_ = d.editNotes(context.WithoutCancel(ctx), id, compute.ActionAttachVolume, &g.Noted, text, before)
		return nil, err
	}
	if wanted.disk {
		wanted.Device = nextDevice(&g.volumesOf)
	}
	return &wanted.VolumeAttachment, nil
}

// lockVolumes waits until nobody else, in whichever replica, attaches any of some
// volumes: SoftLayer lets two guests mount one.
func (d *Servers) lockVolumes(ctx context.Context, ids ...string) (unlock func(), err error) {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = keep.Canonical(id)
	}
	slices.Sort(names) // in one order, so that no two wait for each other
	var held []func()
	unlock = func() {
		for _, release := range held {
			release()
		}
	}
	for _, id := range slices.Compact(names) {
		release, err := d.volumes.Lock(ctx, id)
		if err != nil {
			unlock()
			return nil, err
		}
		held = append(held, release)
	}
	return unlock, nil
}

// candidate is a volume that somebody wants to attach.
type candidate struct {
	attached
	*volume.Volume
}

func (d *Servers) candidate(ctx context.Context, id string) (*candidate, error) {
	v, err := d.volumes.Look(ctx, id)
	if err != nil {
		return nil, err
	}
	c := &candidate{Volume: v.Volume, attached: attached{VolumeAttachment: compute.VolumeAttachment{VolumeID: v.ID}}}
	switch {
	case v.Storage != nil:
		c.key, c.number = storageKey(v.Storage.ID), v.Storage.ID
	case v.Disk != nil:
		c.key, c.number, c.disk = diskKey(v.Disk.ID), v.Disk.ID, true
	}
	return c, nil
}

// servers are those to which c is attached.
func (c *candidate) servers() []string {
	var list []string
	for _, a := range c.Attachments {
		list = append(list, a.ServerID)
	}
	return list
}

// keepVolume notes whether a volume goes with the server, and its tag.
func keepVolume(e *keep.Envelope, a *attached) {
	if a.along > 0 {
		e.Along = slices.Clone(e.Along)
		e.Along[a.along-1].Delete = a.DeleteOnTermination
		return
	}
	if a.boot {
		e.DeviceTags = withTag(e.DeviceTags, a)
		return
	}
	volumes := slices.DeleteFunc(slices.Clone(e.Volumes), func(key string) bool { return key == a.key })
	if a.DeleteOnTermination {
		volumes = append(volumes, a.key)
		slices.Sort(volumes)
	}
	e.Volumes = volumes
	e.DeviceTags = withTag(e.DeviceTags, a)
}

// withTag is tags with that of a volume.
func withTag(tags map[string]string, a *attached) map[string]string {
	tags = maps.Clone(tags)
	delete(tags, a.key)
	if a.Tag != "" {
		if tags == nil {
			tags = make(map[string]string)
		}
		tags[a.key] = a.Tag
	}
	return tags
}

// attach attaches a volume to the guest with an id and a number.
func (d *Servers) attach(ctx context.Context, id string, number int, a *attached) error {
	return d.connect(ctx, id, compute.ActionAttachVolume, number, a, "attachDiskImage", "allowAccessFromVirtualGuest")
}

// detach is the inverse of attach. SoftLayer switches a guest off
// for a disk.
func (d *Servers) detach(ctx context.Context, id string, number int, a *attached) error {
	return d.connect(ctx, id, compute.ActionDetachVolume, number, a, "detachDiskImage", "removeAccessFromVirtualGuest")
}

// connect changes how a volume is attached to a guest, by a method for disks or one
// for storage.
func (d *Servers) connect(ctx context.Context, id string, doing compute.Action, number int, a *attached, ofDisks, ofStorage string) error {
	if a.disk {
		_, err := d.API.Do(ctx, upstream.Call{Service: "Virtual_Guest", ID: id, Method: ofDisks, Args: []any{a.number}}, new(any))
		var unsure *upstream.Unsure
		if errors.As(err, &unsure) && d.connects(context.WithoutCancel(ctx), id, a, doing) {
			return nil
		}
		return d.explain(ctx, id, doing, err)
	}
	err := d.API.Order(ctx, upstream.Call{
		Service: "Network_Storage", ID: strconv.Itoa(a.number), Method: ofStorage, Args: []any{map[string]any{"id": number}}, Again: true,
	})
	switch {
	case volumes.BusyStorage(err):
		return jumpgate.Conflict.Wrap(err, "The cloud is still busy with volume %s. Please try again later.", a.VolumeID)
	case err != nil && d.connects(context.WithoutCancel(ctx), id, a, doing): // it did not say so
		return nil
	}
	return err
}

// connects tells whether SoftLayer does to a disk what it was asked for, or has
// done it.
func (d *Servers) connects(ctx context.Context, id string, a *attached, doing compute.Action) bool {
	g, err := guestAs(ctx, d, attachForm, id)
	if err != nil {
		return false
	}
	has := slices.ContainsFunc(attachedOf(g, new(keep.Envelope)), func(other attached) bool { return other.key == a.key })
	step := ""
	if tx := g.Self().Transaction; tx != nil {
		step = tx.Status.Name
	}
	if doing == compute.ActionDetachVolume {
		return !has || strings.Contains(step, "DETACH")
	}
	return has || strings.Contains(step, "ATTACH_DISK")
}

// nextDevice is the name of the first device of a guest that is free.
func nextDevice(v *volumesOf) string {
	n := 2
	for slices.ContainsFunc(v.BlockDevices, func(b attachedDisk) bool { return b.Device == strconv.Itoa(n) }) {
		n++
	}
	return volumes.DeviceName(strconv.Itoa(n))
}
