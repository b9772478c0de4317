package volume

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Seen is a volume as it is now. One that is on order has neither Storage nor
// Disk nor Boot.
type Seen struct {
	*volume.Volume
	Storage *records.Storage
	Disk    *records.Disk
	Boot    *bootGuest

	kept *kept
	base string // what SoftLayer's facts amount to, as a status
}

// blockStorage filters the storage that is reached by iSCSI blocks.
var blockStorage = upstream.Filter{"storageType": upstream.Filter{"keyName": upstream.Contains("BLOCK_STORAGE")}}

// both asks for what there is of both kinds, with one call each at the same
// time, and for what became of orders, if there are any.
func (d *Volumes) both(ctx context.Context, orders []int) (s []records.Storage, k []records.Disk, fates map[int]fate, err error) {
	calls := []func() error{
		func() (err error) { s, err = records.Storages.List(ctx, d.API, blockStorage); return err },
		func() (err error) { k, err = records.Disks.List(ctx, d.API, nil); return err },
	}
	if len(orders) > 0 {
		// Not knowing is no reason to show nothing: some may not see orders.
		calls = append(calls, func() error { fates, _ = d.fates(ctx, orders); return nil })
	}
	err = core.Together(calls...)
	return s, k, fates, err
}

// ListVolumes lists block storage and portable storage, and what was ordered
// and SoftLayer does not show yet.
func (d *Volumes) ListVolumes(ctx context.Context) iter.Seq2[*volume.Volume, error] {
	return func(yield func(*volume.Volume, error) bool) {
		err := d.comeTrue(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		all, err := d.allKept(ctx, volumeRecord)
		if err != nil {
			yield(nil, err)
			return
		}
		var orders []int
		for _, k := range all {
			orders = append(orders, k.pending()...)
		}
		storage, disks, fates, err := d.both(ctx, orders)
		if err != nil {
			yield(nil, err)
			return
		}
		boot, err := d.bootDisks(ctx, all)
		if err != nil {
			yield(nil, err)
			return
		}
		list := make([]*volume.Volume, 0, len(storage)+len(disks)+len(orders))
		here := make(map[string]bool)
		for i := range storage {
			v := d.ofStorage(ctx, &storage[i], all[storage[i].VolumeID()], fates)
			list, here[v.ID] = append(list, v.Volume), true
		}
		for i := range disks {
			v := d.ofDisk(ctx, &disks[i], all[disks[i].VolumeID()])
			list, here[v.ID] = append(list, v.Volume), true
		}
		d.meet(ctx, volumeRecord, all, here)
		for id, k := range all {
			if k.Order == nil || here[id] {
				continue
			}
			v := d.awaited(ctx, id, k, fates[k.Order.Number])
			if v == nil {
				d.drop(ctx, volumeRecord, id)
				continue
			}
			list = append(list, v)
		}
		list = append(list, boot...)
		slices.SortFunc(list, func(a, b *volume.Volume) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Volume shows one volume with one call, or with two one that is on order.
func (d *Volumes) Volume(ctx context.Context, id string) (*volume.Volume, error) {
	v, err := d.Look(ctx, id)
	if err != nil {
		return nil, err
	}
	return v.Volume, nil
}

// Look finds what an id names.
func (d *Volumes) Look(ctx context.Context, id string) (*Seen, error) {
	if guest, ok := keep.NumberOf(keep.BootDiskKind, id); ok {
		return d.bootDisk(ctx, guest)
	}
	s, k, err := d.find(ctx, id)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return d.onOrder(ctx, id)
	case err != nil:
		return nil, err
	case s != nil:
		kept, err := d.kept(ctx, volumeRecord, s.VolumeID())
		if err != nil {
			return nil, err
		}
		var fates map[int]fate
		if c := kept.Change; c != nil && !c.done(s) {
			fates, _ = d.fates(ctx, []int{c.Number}) // not knowing, it goes on
		}
		return d.ofStorage(ctx, s, kept, fates), nil
	}
	kept, err := d.kept(ctx, volumeRecord, k.VolumeID())
	if err != nil {
		return nil, err
	}
	return d.ofDisk(ctx, k, kept), nil
}

// find finds block storage, or portable storage.
func (d *Volumes) find(ctx context.Context, id string) (*records.Storage, *records.Disk, error) {
	_, one := keep.NumberOf(keep.DiskKind, id)
	if _, ok := keep.NumberOf(keep.DiskOrderKind, id); ok || one {
		k, err := records.Disks.Find(ctx, d.API, id)
		return nil, k, err
	}
	s, err := records.Storages.Find(ctx, d.API, id)
	return s, nil, err
}

// DeleteVolume cancels a volume at once, monthly or hourly. It takes two
// calls.
func (d *Volumes) DeleteVolume(ctx context.Context, id string) error {
	return d.DestroyVolume(ctx, id, false, false)
}

// DestroyVolume cancels a volume, and with it its snapshots.
func (d *Volumes) DestroyVolume(ctx context.Context, id string, snapshots, force bool) error {
	v, err := d.Look(ctx, id)
	switch {
	case err != nil:
		return err
	case v.Storage == nil && v.Disk == nil && v.Status == "error":
		d.drop(ctx, volumeRecord, v.ID) // nothing was made, and nothing is paid
		return nil
	case v.Storage == nil && v.Disk == nil: // and what a server boots from goes with it
		return jumpgate.Conflict // until it is made there is nothing to cancel
	case !force && (v.base != "available" || v.Status == "attaching" || v.Status == "detaching"):
		return jumpgate.Conflict
	case v.Disk != nil && len(v.Disk.BlockDevices) > 0:
		return jumpgate.Conflict
	case v.Storage != nil && len(v.Storage.Snapshots) > 0 && !snapshots && !force:
		return jumpgate.Conflict
	}
	if err := d.Cancel(ctx, v.bill()); err != nil {
		return err
	}
	d.drop(ctx, volumeRecord, v.ID)
	return nil
}

// bill is the number of the bill of a volume that SoftLayer has made.
func (v *Seen) bill() int {
	if v.Storage != nil {
		return v.Storage.BillingItem.ID
	}
	return v.Disk.BillingItem.ID
}
