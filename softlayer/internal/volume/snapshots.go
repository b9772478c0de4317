package volume

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
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

const (
	// ofSnapshots is what is asked for of the volume of a snapshot.
	ofSnapshots = "[id,accountId,capacityGb,storageType[id,keyName],storageTierLevel,billingItem" + records.BillFields + "]"

	snapshotFields = "[id,accountId,notes,createDate,snapshotCreationTimestamp]"
)

// snapshotOf is s, a snapshot of parent, in Cinder's terms. Its notes are its
// name, as for volumes.
func snapshotOf(s *records.Storage, parent *records.Storage) *volume.Snapshot {
	name, kept := keep.Split(s.Notes)
	return &volume.Snapshot{
		ID: keep.IDOf(keep.SnapshotKind, s.ID), VolumeID: parent.VolumeID(), Name: name, Description: kept.Description, ProjectID: strconv.Itoa(parent.AccountID),
		Status: "available", Size: parent.Capacity, Created: cmp.Or(s.Taken, s.CreateDate).Time, Metadata: kept.Metadata,
	}
}

// ListSnapshots lists the snapshots of all block storage.
func (d *Volumes) ListSnapshots(ctx context.Context) iter.Seq2[*volume.Snapshot, error] {
	return func(yield func(*volume.Snapshot, error) bool) {
		mask := "mask[id,iscsiNetworkStorage[id,accountId,capacityGb,storageType[id,keyName],billingItem" + records.BillFields + ",snapshots" + snapshotFields + "]]"
		all, err := d.volumesOf(ctx, mask)
		if err != nil {
			yield(nil, err)
			return
		}
		var list []*volume.Snapshot
		for i := range all.Storage {
			for k := range all.Storage[i].Snapshots {
				list = append(list, snapshotOf(&all.Storage[i].Snapshots[k], &all.Storage[i]))
			}
		}
		slices.SortFunc(list, func(a, b *volume.Snapshot) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
		for _, s := range list {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Snapshot shows one snapshot.
func (d *Volumes) Snapshot(ctx context.Context, id string) (*volume.Snapshot, error) {
	s, err := d.snapshot(ctx, id)
	if err != nil {
		return nil, err
	}
	return snapshotOf(s, s.Parent), nil
}

// snapshot finds a snapshot with its volume.
func (d *Volumes) snapshot(ctx context.Context, id string) (*records.Storage, error) {
	number, ok := keep.NumberOf(keep.SnapshotKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	var s records.Storage
	_, err := d.API.Do(ctx, upstream.Call{
		Service: "Network_Storage", ID: strconv.Itoa(number), Method: "getObject",
		Mask: "mask[id,accountId,notes,createDate,snapshotCreationTimestamp,parentVolume" + ofSnapshots + "]",
	}, &s)
	if err == nil && (s.Parent == nil || !s.Parent.There()) {
		err = jumpgate.NotFound
	}
	return &s, err
}

// CreateSnapshot takes two calls. SoftLayer has no room for snapshots but what
// was ordered for them.
func (d *Volumes) CreateSnapshot(ctx context.Context, c volume.SnapshotCreate) (*volume.Snapshot, error) {
	v, k, err := d.Find(ctx, c.VolumeID)
	switch {
	case err != nil:
		return nil, err
	case k != nil:
		return nil, jumpgate.BadRequest.New("Invalid volume: a volume of type %s has no snapshots.", PortableType)
	case storageStatus(v) != "available" && !(c.Force && storageStatus(v) == "in-use"):
		return nil, jumpgate.Conflict
	case v.SnapshotSpace == "" || v.SnapshotSpace == "0":
		return nil, jumpgate.BadRequest.New("Invalid volume: volume %s has no room for snapshots. It is ordered with the volume: as the metadata %s, in GB.",
			v.VolumeID(), SnapshotsProperty)
	}
	notes, err := keep.Join(c.Name, keep.Envelope{Known: keep.Known{Description: c.Description}})
	if err != nil {
		return nil, err
	}
	var s records.Storage
	_, err = d.API.Do(ctx, upstream.Call{
		Service: "Network_Storage", ID: strconv.Itoa(v.ID), Method: "createSnapshot", Args: []any{notes}, Mask: "mask" + snapshotFields,
	}, &s)
	switch {
	case BusyStorage(err):
		return nil, jumpgate.Conflict
	case err != nil:
		return nil, err
	case s.ID == 0:
		return nil, upstream.Unexpected("Network_Storage::createSnapshot")
	}
	return snapshotOf(&s, v), nil
}

// DeleteSnapshot takes two calls: a method of its name deletes volumes as well.
func (d *Volumes) DeleteSnapshot(ctx context.Context, id string) error {
	s, err := d.snapshot(ctx, id)
	if err != nil {
		return err
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Network_Storage", ID: strconv.Itoa(s.ID), Method: "deleteObject"})
	if BusyStorage(err) {
		return jumpgate.Conflict.New("Snapshot %s is busy. Please try again later.", id)
	}
	return err
}

// BusyStorage tells whether SoftLayer refuses something because it is at work
// on the storage.
func BusyStorage(err error) bool {
	var no *upstream.Refusal
	return errors.As(err, &no) && (strings.Contains(no.Text, "in progress") || strings.Contains(no.Text, "not yet ready"))
}
