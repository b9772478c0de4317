package volume

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// UpdateVolume keeps in SoftLayer what that has a place for, and the rest in
// the store, through which two replicas notice each other. It takes one call
// to look, one where the name, the description or the metadata change, and one
// for each server that is attached or detached.
func (d *Volumes) UpdateVolume(ctx context.Context, id string, change func(*volume.Volume) error) (*volume.Volume, error) {
	unlock, err := d.Lock(ctx, id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for range attempts {
		var v *volume.Volume
		if v, err = d.updateOnce(ctx, id, change); !isConflict(err) {
			return v, err
		}
	}
	return nil, err
}

// isConflict tells whether somebody else got ahead of a change in the store.
func isConflict(err error) bool {
	return errors.Is(err, jumpgate.Conflict) && jumpgate.AsError(err).Message == ""
}

func (d *Volumes) updateOnce(ctx context.Context, id string, change func(*volume.Volume) error) (*volume.Volume, error) {
	v, err := d.Look(ctx, id)
	if err != nil {
		return nil, err
	}
	now := *v.Volume
	now.Metadata, now.ImageMetadata, now.Attachments = maps.Clone(v.Metadata), maps.Clone(v.ImageMetadata), slices.Clone(v.Attachments)
	if err := change(&now); err != nil {
		return nil, err
	}
	if err := d.reattach(ctx, v, &now); err != nil {
		return nil, err
	}
	now.Updated = d.Opts.Now().UTC().Truncate(time.Second)
	k := v.kept.clone()
	k.Bootable, k.ReadOnly, k.ReadOnlySet, k.ImageMetadata, k.Attachments = now.Bootable, now.ReadOnly, now.ReadOnlySet, now.ImageMetadata, remembered(now.Attachments)
	k.Updated = now.Updated
	k.Status, k.Over = "", ""
	base := v.base
	if base != "creating" {
		base = attached(now.Attachments)
	}
	if now.Status != base && k.Change == nil {
		k.Status, k.Over = now.Status, base
	}
	renamed := now.Name != v.Name || now.Description != v.Description || !maps.Equal(now.Metadata, v.Metadata)
	if renamed {
		k.Said = &said{now.Name, now.Description, now.Metadata}
	}
	ctx = context.WithoutCancel(ctx) // what SoftLayer has done, the store must know
	if err := d.put(ctx, volumeRecord, v.ID, k); err != nil {
		return nil, err
	}
	if renamed {
		d.write(ctx, v, k)
	}
	return &now, nil
}

// write moves what users said from the store to SoftLayer, if it fits and the
// volume is there; else who sees it later does it.
func (d *Volumes) write(ctx context.Context, v *Seen, k *kept) {
	if k.Order != nil {
		return
	}
	switch {
	case v.Storage != nil:
		d.arrived(ctx, volumeRecord, v.ID, v.Storage.Notes, k, func(notes string) error { return d.SetNotes(ctx, v.Storage.ID, notes) })
	case v.Disk != nil:
		d.arrived(ctx, volumeRecord, v.ID, v.Disk.Description, k, func(notes string) error { return d.setDescription(ctx, v.Disk.ID, notes) })
	}
}

// remembered are the attachments of which Cinder knows more than SoftLayer
// tells.
func remembered(list []volume.Attachment) []volume.Attachment {
	return slices.DeleteFunc(slices.Clone(list), func(a volume.Attachment) bool {
		return a.Status == "" && a.Mode == "" && a.HostName == "" && a.Connection == nil
	})
}

// reattach attaches and detaches servers as now says: Cinder's attachments are
// SoftLayer's.
func (d *Volumes) reattach(ctx context.Context, v *Seen, now *volume.Volume) error {
	facts := v.servers()
	for _, a := range now.Attachments {
		on := a.Status == "" || a.Status == "attached"
		if on && a.ServerID != "" && !slices.Contains(facts, a.ServerID) {
			if err := d.attach(ctx, v, a.ServerID); err != nil {
				return err
			}
		}
	}
	for _, server := range facts {
		if slices.ContainsFunc(now.Attachments, func(a volume.Attachment) bool { return a.ServerID == server }) {
			continue
		}
		if err := d.detach(ctx, v, server); err != nil {
			return err
		}
	}
	return nil
}

// servers are those that SoftLayer has attached.
func (v *Seen) servers() []string {
	var list []string
	switch {
	case v.Storage != nil:
		list = serversOf(v.Storage)
	case v.Disk != nil:
		for i := range v.Disk.BlockDevices {
			if g := &v.Disk.BlockDevices[i].Guest; !g.Gone() {
				list = append(list, strings.ToLower(g.GlobalIdentifier))
			}
		}
	case v.Boot != nil:
		list = []string{strings.ToLower(v.Boot.GlobalIdentifier)}
	}
	return list
}
