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

const (
	// ofSnapshots is what is asked for of the volume of a snapshot.
	ofSnapshots = "[id,accountId,capacityGb,storageType[id,keyName],storageTierLevel,billingItem" + billFields + "]"

	snapshotFields = "[id,accountId,notes,createDate,snapshotCreationTimestamp]"
)

// snapshotOf is s, a snapshot of parent, in Cinder's terms. Its notes are its
// name, as for volumes.
func (s *storage) snapshotOf(parent *storage) *volume.Snapshot {
	name, kept := splitNotes(s.Notes)
	return &volume.Snapshot{
		ID: idOf(snapshotKind, s.ID), VolumeID: parent.id(), Name: name, Description: kept.Description, ProjectID: strconv.Itoa(parent.AccountID),
		Status: "available", Size: parent.Capacity, Created: cmp.Or(s.Taken, s.CreateDate).Time, Metadata: kept.Metadata,
	}
}

// ListSnapshots lists the snapshots of all block storage.
func (d *Driver) ListSnapshots(ctx context.Context) iter.Seq2[*volume.Snapshot, error] {
	return func(yield func(*volume.Snapshot, error) bool) {
		mask := "mask[id,iscsiNetworkStorage[id,accountId,capacityGb,storageType[id,keyName],billingItem" + billFields + ",snapshots" + snapshotFields + "]]"
		all, err := d.volumesOf(ctx, mask)
		if err != nil {
			yield(nil, err)
			return
		}
		var list []*volume.Snapshot
		for i := range all.Storage {
			for k := range all.Storage[i].Snapshots {
				list = append(list, all.Storage[i].Snapshots[k].snapshotOf(&all.Storage[i]))
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
func (d *Driver) Snapshot(ctx context.Context, id string) (*volume.Snapshot, error) {
	s, err := d.snapshot(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.snapshotOf(s.Parent), nil
}

// snapshot finds a snapshot with its volume.
func (d *Driver) snapshot(ctx context.Context, id string) (*storage, error) {
	number, ok := numberOf(snapshotKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	var s storage
	_, err := d.api.do(ctx, call{
		service: "Network_Storage", id: strconv.Itoa(number), method: "getObject",
		mask: "mask[id,accountId,notes,createDate,snapshotCreationTimestamp,parentVolume" + ofSnapshots + "]",
	}, &s)
	if err == nil && (s.Parent == nil || !s.Parent.there()) {
		err = jumpgate.NotFound
	}
	return &s, err
}

// CreateSnapshot takes two calls. SoftLayer has no room for snapshots but what
// was ordered for them.
func (d *Driver) CreateSnapshot(ctx context.Context, c volume.SnapshotCreate) (*volume.Snapshot, error) {
	v, k, err := d.volume(ctx, c.VolumeID)
	switch {
	case err != nil:
		return nil, err
	case k != nil:
		return nil, jumpgate.BadRequest.New("Invalid volume: a volume of type %s has no snapshots.", portableType)
	case v.status() != "available" && !(c.Force && v.status() == "in-use"):
		return nil, jumpgate.Conflict
	case v.SnapshotSpace == "" || v.SnapshotSpace == "0":
		return nil, jumpgate.BadRequest.New("Invalid volume: volume %s has no room for snapshots. It is ordered with the volume: as the metadata %s, in GB.",
			v.id(), snapshotsProperty)
	}
	notes, err := joinNotes(c.Name, envelope{known: known{Description: c.Description}})
	if err != nil {
		return nil, err
	}
	var s storage
	_, err = d.api.do(ctx, call{
		service: "Network_Storage", id: strconv.Itoa(v.ID), method: "createSnapshot", args: []any{notes}, mask: "mask" + snapshotFields,
	}, &s)
	switch {
	case busyStorage(err):
		return nil, jumpgate.Conflict
	case err != nil:
		return nil, err
	case s.ID == 0:
		return nil, unexpected("Network_Storage::createSnapshot")
	}
	return s.snapshotOf(v), nil
}

// DeleteSnapshot takes two calls: a method of its name deletes volumes as well.
func (d *Driver) DeleteSnapshot(ctx context.Context, id string) error {
	s, err := d.snapshot(ctx, id)
	if err != nil {
		return err
	}
	err = d.api.order(ctx, call{service: "Network_Storage", id: strconv.Itoa(s.ID), method: "deleteObject"})
	if busyStorage(err) {
		return jumpgate.Conflict.New("Snapshot %s is busy. Please try again later.", id)
	}
	return err
}

// busyStorage tells whether SoftLayer refuses something because it is at work
// on the storage.
func busyStorage(err error) bool {
	var no *refusal
	return errors.As(err, &no) && (strings.Contains(no.text, "in progress") || strings.Contains(no.text, "not yet ready"))
}
