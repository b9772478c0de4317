package volume

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// snapshotOf is s, a snapshot of parent, in Cinder's terms, with what is kept
// of it; nil: nothing. Its notes are its name, as for volumes.
func (d *Volumes) snapshotOf(ctx context.Context, s *records.Snapshot, parent *records.StorageBase, k *kept) (*volume.Snapshot, *kept) {
	if k == nil {
		k = new(kept)
	}
	name, notes := named(s.Notes, "")
	x := &volume.Snapshot{
		ID: keep.IDOf(keep.SnapshotKind, s.ID), VolumeID: parent.VolumeID(), Name: name, Description: notes.Description, ProjectID: keep.Account(ctx),
		UserID: parent.BillingItem.User(), Status: "available", Size: parent.Capacity, Created: cmp.Or(s.Taken, s.CreateDate).Time, Metadata: notes.Metadata,
	}
	k = d.arrived(ctx, snapshotRecord, x.ID, s.Notes, k, func(notes string) error { return d.SetNotes(ctx, s.ID, notes) })
	if k.Said != nil {
		x.Name, x.Description, x.Metadata = k.Said.Name, k.Said.Description, k.Said.Metadata
	}
	x.Status, x.Progress, x.Updated = cmp.Or(k.Status, x.Status), k.Progress, k.Updated
	return x, k
}

// ListSnapshots lists the snapshots of all block storage, with one call.
func (d *Volumes) ListSnapshots(ctx context.Context) iter.Seq2[*volume.Snapshot, error] {
	return func(yield func(*volume.Snapshot, error) bool) {
		kept, err := d.allKept(ctx, snapshotRecord)
		if err != nil {
			yield(nil, err)
			return
		}
		all, err := records.StoragesSnapped.List(ctx, d.API, blockStorage)
		if err != nil {
			yield(nil, err)
			return
		}
		var list []*volume.Snapshot
		here := make(map[string]bool)
		for i := range all {
			for j := range all[i].Snapshots {
				s := &all[i].Snapshots[j]
				x, _ := d.snapshotOf(ctx, s, &all[i].StorageBase, kept[keep.IDOf(keep.SnapshotKind, s.ID)])
				list, here[x.ID] = append(list, x), true
			}
		}
		d.meet(ctx, snapshotRecord, kept, here)
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
	x, _, _, err := d.lookAtSnapshot(ctx, id)
	return x, err
}

// SnapshotIn shows one snapshot, and where it is.
func (d *Volumes) SnapshotIn(ctx context.Context, id string) (s *volume.Snapshot, zone string, err error) {
	s, all, _, err := d.lookAtSnapshot(ctx, id)
	if err != nil {
		return nil, "", err
	}
	return s, all.Parent.Resource.Datacenter.Name, nil
}

func (d *Volumes) lookAtSnapshot(ctx context.Context, id string) (*volume.Snapshot, *records.SnapshotOf, *kept, error) {
	s, err := d.snapshot(ctx, id)
	if err != nil {
		return nil, nil, nil, err
	}
	k, err := d.kept(ctx, snapshotRecord, keep.Canonical(id))
	if err != nil {
		return nil, nil, nil, err
	}
	x, k := d.snapshotOf(ctx, &s.Snapshot, s.Parent, k)
	return x, s, k, nil
}

// snapshot finds a snapshot with its volume.
func (d *Volumes) snapshot(ctx context.Context, id string) (*records.SnapshotOf, error) {
	number, ok := keep.NumberOf(keep.SnapshotKind, id)
	if !ok {
		return nil, jumpgate.NotFound
	}
	s, err := records.SnapshotsOf.Get(ctx, d.API, "Network_Storage", strconv.Itoa(number))
	if err == nil && (s.Parent == nil || !s.Parent.There()) {
		err = jumpgate.NotFound
	}
	return s, err
}

// CreateSnapshot takes two calls. SoftLayer has no room for snapshots but what
// was ordered for them: see makeRoom.
func (d *Volumes) CreateSnapshot(ctx context.Context, c volume.SnapshotCreate) (*volume.Snapshot, error) {
	v, err := d.Look(ctx, c.VolumeID)
	switch {
	case err != nil:
		return nil, err
	case v.Disk != nil:
		return nil, volume.InvalidVolume("a volume of type %s has no snapshots.", PortableType)
	case v.Boot != nil:
		return nil, volume.InvalidVolume("the disk that a server boots from has no snapshots; an image of the server has what is on it.")
	case v.Storage == nil || v.Status != "available" && !(c.Force && v.Status == "in-use"):
		return nil, jumpgate.Conflict
	}
	if err := d.makeRoom(ctx, v); err != nil {
		return nil, err
	}
	words := &said{c.Name, c.Description, c.Metadata}
	notes, err := words.notes()
	if err != nil { // too long: the store keeps it all
		notes = ""
		free, err := d.reserve(ctx)
		if err != nil {
			return nil, err
		}
		defer free()
	}
	s, err := records.Snapshots.One(ctx, d.API, upstream.Call{
		Service: "Network_Storage", ID: strconv.Itoa(v.Storage.ID), Method: "createSnapshot", Args: []any{notes},
	})
	switch {
	case BusyStorage(err):
		return nil, jumpgate.Conflict
	case err != nil:
		return nil, err
	case s.ID == 0:
		return nil, upstream.Unexpected("Network_Storage::createSnapshot")
	}
	k := new(kept)
	if notes == "" {
		k, err = d.amend(ctx, snapshotRecord, keep.IDOf(keep.SnapshotKind, s.ID), func(k *kept) { k.Said = words })
		if err != nil {
			return nil, err
		}
	}
	x, _ := d.snapshotOf(ctx, s, &v.Storage.StorageBase, k)
	return x, nil
}

// UpdateSnapshot is to snapshots what UpdateVolume is to volumes.
func (d *Volumes) UpdateSnapshot(ctx context.Context, id string, change func(*volume.Snapshot) error) (*volume.Snapshot, error) {
	unlock, err := d.Locks.Lock(ctx, "snapshot/"+keep.Canonical(id))
	if err != nil {
		return nil, err
	}
	defer unlock()
	for range attempts {
		var x *volume.Snapshot
		if x, err = d.updateSnapshotOnce(ctx, id, change); !isConflict(err) {
			return x, err
		}
	}
	return nil, err
}

func (d *Volumes) updateSnapshotOnce(ctx context.Context, id string, change func(*volume.Snapshot) error) (*volume.Snapshot, error) {
	x, s, k, err := d.lookAtSnapshot(ctx, id)
	if err != nil {
		return nil, err
	}
	now := *x
	now.Metadata = maps.Clone(x.Metadata)
	if err := change(&now); err != nil {
		return nil, err
	}
	now.Updated = d.Opts.Now().UTC().Truncate(time.Second)
	k = k.clone()
	k.Updated, k.Status, k.Progress = now.Updated, "", now.Progress
	if now.Status != "available" {
		k.Status = now.Status
	}
	renamed := now.Name != x.Name || now.Description != x.Description || !maps.Equal(now.Metadata, x.Metadata)
	if renamed {
		k.Said = &said{now.Name, now.Description, now.Metadata}
	}
	ctx = context.WithoutCancel(ctx)
	if err := d.put(ctx, snapshotRecord, x.ID, k); err != nil {
		return nil, err
	}
	if renamed {
		d.arrived(ctx, snapshotRecord, x.ID, s.Notes, k, func(notes string) error { return d.SetNotes(ctx, s.ID, notes) })
	}
	return &now, nil
}

// RevertVolume puts back what a snapshot has.
func (d *Volumes) RevertVolume(ctx context.Context, id, snapshotID string) error {
	v, err := d.Look(ctx, id)
	if err != nil {
		return err
	}
	number, ok := keep.NumberOf(keep.SnapshotKind, snapshotID)
	if !ok || v.Storage == nil {
		return volume.SnapshotNotFound(snapshotID)
	}
	err = d.API.Order(ctx, upstream.Call{Service: "Network_Storage", ID: strconv.Itoa(v.Storage.ID), Method: "restoreFromSnapshot", Args: []any{number}})
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return volume.SnapshotNotFound(snapshotID)
	case BusyStorage(err):
		return jumpgate.Conflict.New("Invalid volume: The cloud is busy with volume %s. Please try again later.", id)
	}
	return err
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
	if err == nil {
		d.drop(ctx, snapshotRecord, keep.Canonical(id))
	}
	return err
}

// BusyStorage tells whether SoftLayer refuses something because it is at work
// on the storage.
func BusyStorage(err error) bool {
	var no *upstream.Refusal
	return errors.As(err, &no) && (strings.Contains(no.Text, "in progress") || strings.Contains(no.Text, "not yet ready"))
}
