package volume

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// volumesOf asks for all storage of both kinds with one call.
func (d *Volumes) volumesOf(ctx context.Context, mask string) (all struct {
	Storage []records.Storage `json:"iscsiNetworkStorage"`
	Disks   []records.Disk    `json:"portableStorageVolumes"`
}, err error) {
	_, err = d.API.Do(ctx, upstream.Call{Service: "Account", Method: "getObject", Mask: mask}, &all)
	all.Storage = slices.DeleteFunc(all.Storage, func(s records.Storage) bool { return !s.There() })
	all.Disks = slices.DeleteFunc(all.Disks, func(k records.Disk) bool { return !k.Portable() })
	return all, err
}

// ListVolumes lists block storage and portable storage, and what this process
// has ordered and SoftLayer does not show yet.
func (d *Volumes) ListVolumes(ctx context.Context) iter.Seq2[*volume.Volume, error] {
	return func(yield func(*volume.Volume, error) bool) {
		all, err := d.volumesOf(ctx, "mask[id,iscsiNetworkStorage"+records.StorageFields+",portableStorageVolumes"+records.DiskFields+"]")
		if err != nil {
			yield(nil, err)
			return
		}
		var list []*volume.Volume
		for i := range all.Storage {
			d.arrived(ctx, &all.Storage[i])
			list = append(list, OfStorage(&all.Storage[i]))
		}
		for i := range all.Disks {
			d.ordered.take(ctx, all.Disks[i].VolumeID())
			list = append(list, OfDisk(ctx, &all.Disks[i]))
		}
		for _, v := range d.ordered.all(ctx, d.Opts.Now().Add(-OrderAge)) {
			if !slices.ContainsFunc(list, func(o *volume.Volume) bool { return o.ID == v.ID }) {
				list = append(list, v)
			}
		}
		slices.SortFunc(list, func(a, b *volume.Volume) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Volume shows one volume with one call, or with two one that was ordered a
// moment ago through another process.
func (d *Volumes) Volume(ctx context.Context, id string) (*volume.Volume, error) {
	s, k, err := d.Find(ctx, id)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return d.OnOrder(ctx, id)
	case err != nil:
		return nil, err
	case s != nil:
		return OfStorage(s), nil
	}
	return OfDisk(ctx, k), nil
}

// Find finds what an id names: block storage, or portable storage.
func (d *Volumes) Find(ctx context.Context, id string) (*records.Storage, *records.Disk, error) {
	id = strings.ToLower(id)
	_, one := keep.NumberOf(keep.DiskKind, id)
	if _, ok := keep.NumberOf(keep.DiskOrderKind, id); ok || one {
		k, err := records.Disks.Find(ctx, d.API, id)
		if err == nil {
			d.ordered.take(ctx, k.VolumeID())
		}
		return nil, k, err
	}
	s, err := records.Storages.Find(ctx, d.API, id)
	if err == nil {
		d.arrived(ctx, s)
	}
	return s, nil, err
}

// DeleteVolume cancels a volume at once, monthly or hourly. It takes two
// calls.
func (d *Volumes) DeleteVolume(ctx context.Context, id string) error {
	s, k, err := d.Find(ctx, id)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		if _, err := d.OnOrder(ctx, id); err != nil {
			return err
		}
		return jumpgate.Conflict // until it is made there is nothing to cancel
	case err != nil:
		return err
	case s != nil && (storageStatus(s) != "available" || len(s.Snapshots) > 0):
		return jumpgate.Conflict
	case s != nil:
		return d.Cancel(ctx, s.BillingItem)
	case len(k.BlockDevices) > 0:
		return jumpgate.Conflict
	}
	return d.Cancel(ctx, k.BillingItem)
}
