package softlayer

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// volumesOf asks for all storage of both kinds with one call.
func (d *Driver) volumesOf(ctx context.Context, mask string) (all struct {
	Storage []storage `json:"iscsiNetworkStorage"`
	Disks   []disk    `json:"portableStorageVolumes"`
}, err error) {
	_, err = d.api.do(ctx, call{service: "Account", method: "getObject", mask: mask}, &all)
	all.Storage = slices.DeleteFunc(all.Storage, func(s storage) bool { return !s.there() })
	all.Disks = slices.DeleteFunc(all.Disks, func(k disk) bool { return !k.portable() })
	return all, err
}

// ListVolumes lists block storage and portable storage, and what this process
// has ordered and SoftLayer does not show yet.
func (d *Driver) ListVolumes(ctx context.Context) iter.Seq2[*volume.Volume, error] {
	return func(yield func(*volume.Volume, error) bool) {
		all, err := d.volumesOf(ctx, "mask[id,iscsiNetworkStorage"+storageFields+",portableStorageVolumes"+diskFields+"]")
		if err != nil {
			yield(nil, err)
			return
		}
		var list []*volume.Volume
		for i := range all.Storage {
			d.arrived(ctx, &all.Storage[i])
			list = append(list, all.Storage[i].volume())
		}
		for i := range all.Disks {
			d.ordered.take(all.Disks[i].id())
			list = append(list, all.Disks[i].volume(ctx))
		}
		for _, v := range d.ordered.all(accountKey(ctx), d.opts.Now().Add(-orderAge)) {
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
func (d *Driver) Volume(ctx context.Context, id string) (*volume.Volume, error) {
	s, k, err := d.volume(ctx, id)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return d.onOrder(ctx, id)
	case err != nil:
		return nil, err
	case s != nil:
		return s.volume(), nil
	}
	return k.volume(ctx), nil
}

// volume finds what an id names: block storage, or portable storage.
func (d *Driver) volume(ctx context.Context, id string) (*storage, *disk, error) {
	id = strings.ToLower(id)
	_, one := numberOf(diskKind, id)
	if _, ok := numberOf(diskOrderKind, id); ok || one {
		k, err := disks.find(ctx, d.api, id)
		if err == nil {
			d.ordered.take(k.id())
		}
		return nil, k, err
	}
	s, err := storages.find(ctx, d.api, id)
	if err == nil {
		d.arrived(ctx, s)
	}
	return s, nil, err
}

// DeleteVolume cancels a volume at once, monthly or hourly. It takes two
// calls.
func (d *Driver) DeleteVolume(ctx context.Context, id string) error {
	s, k, err := d.volume(ctx, id)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		if _, err := d.onOrder(ctx, id); err != nil {
			return err
		}
		return jumpgate.Conflict // until it is made there is nothing to cancel
	case err != nil:
		return err
	case s != nil && (s.status() != "available" || len(s.Snapshots) > 0):
		return jumpgate.Conflict
	case s != nil:
		return d.cancel(ctx, s.BillingItem)
	case len(k.BlockDevices) > 0:
		return jumpgate.Conflict
	}
	return d.cancel(ctx, k.BillingItem)
}

// cancel ends a bill at once, and with it what it is for.
func (d *Driver) cancel(ctx context.Context, b *billingItem) error {
	return d.api.order(ctx, call{
		service: "Billing_Item", id: strconv.Itoa(b.ID), method: "cancelItem", args: []any{true, true, "No longer needed", ""},
	})
}
