package volume

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// originOf finds what a volume is to be a copy of. SoftLayer copies within one
// datacenter and one kind of storage, and volumes with space for snapshots.
func (d *Volumes) originOf(ctx context.Context, w *wantedVolume, src volume.Source) error {
	switch {
	case w.SnapshotID != "":
		s, err := d.snapshot(ctx, w.SnapshotID)
		if errors.Is(err, jumpgate.NotFound) {
			err = volume.SnapshotNotFound(w.SnapshotID)
		}
		if err != nil {
			return err
		}
		w.origin = s.Parent
	case src.VolumeID != "":
		v, err := d.Look(ctx, src.VolumeID)
		switch {
		case errors.Is(err, jumpgate.NotFound):
			return volume.NotFound(src.VolumeID)
		case err != nil:
			return err
		case v.Disk != nil:
			return volume.InvalidVolume("The cloud can't copy a volume of type %s.", PortableType)
		case v.Boot != nil:
			return volume.InvalidVolume("The cloud can't copy the disk that a server boots from.")
		case v.Storage == nil || !v.Storage.Ready:
			return volume.SourceNotReady()
		}
		if err := d.makeRoom(ctx, v); err != nil {
			return err
		}
		w.origin = &v.Storage.StorageBase
	default:
		return nil
	}
	own := typeOf(&w.origin.StorageSize)
	w.Type = cmp.Or(w.Type, own)
	switch {
	case w.Size < w.origin.Capacity:
		return volume.InvalidSize("a volume of %d GB is smaller than its source of %d GB.", w.Size, w.origin.Capacity)
	case typeNamed(w.Type) != PortableType && (tierOf(typeNamed(w.Type)) == nil) != (tierOf(own) == nil):
		return volume.InvalidType("the cloud can't make a volume of type %s of one of type %s.", w.Type, own)
	case w.Zone != "" && w.Zone != "nova" && w.origin.Resource.Datacenter.Name != "" && w.Zone != w.origin.Resource.Datacenter.Name:
		return volume.InvalidInput("a copy must be in the availability zone of its source, %s.", w.origin.Resource.Datacenter.Name)
	}
	return nil
}

// hasRoom tells whether snapshots of s can be made.
func hasRoom(s *records.Storage) bool { return s.SnapshotSpace != "" && s.SnapshotSpace != "0" }

// roomAge is how long an order of space may take. Until then none is placed
// again.
const roomAge = time.Hour

// roomPauses are waited until SoftLayer shows the space that was ordered.
var roomPauses = []time.Duration{0, time.Second, 2 * time.Second, 4 * time.Second}

// makeRoom orders space for snapshots of a volume that has none, if the program
// allows it: once, for the order is kept.
func (d *Volumes) makeRoom(ctx context.Context, v *Seen) error {
	switch {
	case hasRoom(v.Storage):
		return nil
	case !d.Opts.SnapshotSpace:
		return volume.InvalidVolume("Volume %s has no room for snapshots. It is ordered with the volume: as the metadata %s, in GB.", v.ID, SnapshotsProperty)
	}
	unlock, err := d.Locks.Lock(ctx, "room/"+v.ID)
	if err != nil {
		return err
	}
	defer unlock()
	k, err := d.kept(ctx, volumeRecord, v.ID)
	if err != nil {
		return err
	}
	if d.Opts.Now().Sub(k.Room) > roomAge {
		if err := d.orderRoom(ctx, v, k); err != nil && !isConflict(err) { // somebody else orders it
			return err
		}
	}
	for _, pause := range roomPauses {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return jumpgate.Unavailable.Wrap(ctx.Err(), "")
		}
		s, _, err := d.find(ctx, v.ID)
		if err != nil {
			return err
		}
		if hasRoom(s) {
			v.Storage = s
			_, _ = d.amend(ctx, volumeRecord, v.ID, func(k *kept) { k.Room = time.Time{} })
			return nil
		}
	}
	return volume.InvalidVolume("The cloud makes room for snapshots of volume %s. Please try again later.", v.ID)
}

// orderRoom orders the space. Two replicas that want to do so at the same time
// meet in the store, which lets one of them.
func (d *Volumes) orderRoom(ctx context.Context, v *Seen, k *kept) error {
	sold, err := d.storageSold.Get(ctx, d.loadStorage)
	if err != nil {
		return err
	}
	level, err := sold.level(v.Type, v.Size, v.Storage.IOPS)
	if err != nil {
		return err
	}
	space, price := sold.spaceFor(v.Size, v.Type, level)
	if price == 0 {
		return volume.InvalidVolume("The cloud has no room for snapshots of volume %s.", v.ID)
	}
	want := core.VolumeChange{SnapshotSpace: space}
	if rule := d.Opts.Ordering.Change; rule != nil {
		if err := rule(ctx, v.ID, &want); err != nil {
			return err
		}
		if price = sold.snapshotSpace(strconv.Itoa(want.SnapshotSpace), v.Type, level); price == 0 {
			return volume.InvalidVolume("The cloud has no room of %d GB for snapshots of volume %s.", want.SnapshotSpace, v.ID)
		}
	}
	mine := k.clone()
	mine.Room = d.Opts.Now()
	if err := d.put(ctx, volumeRecord, v.ID, mine); err != nil {
		return err
	}
	// Between a look and the claim another replica may have made room.
	if s, _, err := d.find(ctx, v.ID); err != nil || hasRoom(s) {
		_, _ = d.amend(ctx, volumeRecord, v.ID, func(k *kept) { k.Room = time.Time{} })
		return err
	}
	_, err = d.Buy(ctx, map[string]any{
		"complexType": "SoftLayer_Container_Product_Order_Network_Storage_Enterprise_SnapshotSpace", "packageId": sold.ID, "quantity": 1,
		"location": sold.location(v.Zone), "volumeId": v.Storage.ID, "prices": core.PriceList(price), "useHourlyPricing": true,
	})
	var unsure *upstream.Unsure
	if err != nil && !errors.As(err, &unsure) { // refused: it may be tried again
		_, _ = d.amend(ctx, volumeRecord, v.ID, func(k *kept) { k.Room = time.Time{} })
	}
	return err
}
