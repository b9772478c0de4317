package compute_test

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// volume finds a volume that the principal may see. The lock is held.
func (c *cloud) volume(ctx context.Context, id string) (*volume.Volume, error) {
	for _, v := range c.volumes {
		if v.ID == id && v.ProjectID == jumpgate.PrincipalFrom(ctx).ProjectID {
			return v, nil
		}
	}
	return nil, jumpgate.NotFound
}

func yieldAll[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, one := range list {
			if !yield(one, nil) {
				return
			}
		}
	}
}

func (c *cloud) ListVolumes(ctx context.Context) iter.Seq2[*volume.Volume, error] {
	c.mu.Lock()
	defer c.mu.Unlock()
	return yieldAll(slices.DeleteFunc(slices.Clone(c.volumes), func(v *volume.Volume) bool {
		_, err := c.volume(ctx, v.ID)
		return err != nil
	}))
}

func (c *cloud) Volume(ctx context.Context, id string) (*volume.Volume, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.volume(ctx, id)
}

func (c *cloud) CreateVolume(ctx context.Context, o volume.Create) (*volume.Volume, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case o.Type == "none":
		return nil, volume.TypeNotFound(o.Type)
	case o.Zone == "none":
		return nil, volume.ZoneNotFound(o.Zone)
	case o.SnapshotID != "" && !slices.ContainsFunc(c.snapshots, func(s *volume.Snapshot) bool { return s.ID == o.SnapshotID }):
		return nil, volume.SnapshotNotFound(o.SnapshotID)
	}
	v := &volume.Volume{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", len(c.volumes)+1), ProjectID: jumpgate.PrincipalFrom(ctx).ProjectID,
		Name: o.Name, Description: o.Description, Size: o.Size, Type: o.Type, Zone: o.Zone, SnapshotID: o.SnapshotID, Metadata: o.Metadata,
		Status: "creating", Created: c.now(),
	}
	c.volumes = append(c.volumes, v)
	return v, nil
}

func (c *cloud) DeleteVolume(ctx context.Context, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, err := c.volume(ctx, id)
	switch {
	case err != nil:
		return err
	case len(v.Attachments) > 0:
		return jumpgate.Conflict
	}
	c.volumes = slices.DeleteFunc(c.volumes, func(o *volume.Volume) bool { return o == v })
	return nil
}

func (c *cloud) ListSnapshots(context.Context) iter.Seq2[*volume.Snapshot, error] {
	return yieldAll(c.snapshots)
}

func (c *cloud) Snapshot(_ context.Context, id string) (*volume.Snapshot, error) {
	if i := slices.IndexFunc(c.snapshots, func(s *volume.Snapshot) bool { return s.ID == id }); i >= 0 {
		return c.snapshots[i], nil
	}
	return nil, jumpgate.NotFound
}

func (c *cloud) CreateSnapshot(ctx context.Context, o volume.SnapshotCreate) (*volume.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, err := c.volume(ctx, o.VolumeID)
	switch {
	case err != nil:
		return nil, err
	case len(v.Attachments) > 0 && !o.Force:
		return nil, jumpgate.Conflict
	}
	s := &volume.Snapshot{
		ID: fmt.Sprintf("00000000-0000-4000-9000-%012d", len(c.snapshots)+1), VolumeID: v.ID, Name: o.Name, Description: o.Description,
		Status: "creating", Size: v.Size, Created: c.now(),
	}
	c.snapshots = append(c.snapshots, s)
	return s, nil
}

func (c *cloud) DeleteSnapshot(ctx context.Context, id string) error {
	s, err := c.Snapshot(ctx, id)
	c.snapshots = slices.DeleteFunc(c.snapshots, func(o *volume.Snapshot) bool { return o == s })
	return err
}

func (c *cloud) ServerVolumes(ctx context.Context, id string) ([]compute.VolumeAttachment, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.find(ctx, id)
	return c.attached[id], err
}

// reattach keeps what is attached to a server.
func (c *cloud) reattach(s *compute.Server, all []compute.VolumeAttachment) {
	c.attached[s.ID], s.Volumes = all, nil
	for _, a := range all {
		s.Volumes = append(s.Volumes, compute.AttachedVolume{ID: a.VolumeID, DeleteOnTermination: a.DeleteOnTermination})
	}
}

func (c *cloud) AttachVolume(ctx context.Context, id string, a compute.VolumeAttach) (*compute.VolumeAttachment, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.may(ctx, id, compute.ActionAttachVolume)
	if err != nil {
		return nil, err
	}
	v, err := c.volume(ctx, a.VolumeID)
	switch {
	case err != nil:
		return nil, compute.VolumeNotFound(a.VolumeID)
	case len(v.Attachments) > 0 && !v.Multiattach:
		return nil, compute.VolumeInUse(v.ID, v.Attachments[0].ServerID)
	case v.Multiattach && !a.Multiattach:
		return nil, compute.NoMultiattach()
	}
	made := compute.VolumeAttachment{
		VolumeID: v.ID, Device: "/dev/sd" + string(rune('c'+len(c.attached[id]))), Tag: a.Tag, DeleteOnTermination: a.DeleteOnTermination,
		AttachmentID: "d0e20b94-3463-4cb1-bd3e-07479c5a7775", MappingID: "77ee5c08-906e-43bf-a47e-7dc89ffbf15d",
	}
	v.Attachments = append(v.Attachments, volume.Attachment{ID: made.AttachmentID, ServerID: id, Device: made.Device})
	c.reattach(s, append(c.attached[id], made))
	return &made, nil
}

func (c *cloud) DetachVolume(ctx context.Context, id, volumeID string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(ctx, id)
	if err != nil {
		return err
	}
	v, err := c.volume(ctx, volumeID)
	switch {
	case err != nil:
		return compute.VolumeNotFound(volumeID)
	case !slices.ContainsFunc(c.attached[id], func(a compute.VolumeAttachment) bool { return a.VolumeID == volumeID }):
		return compute.VolumeNotAttached(id, volumeID)
	}
	if err := compute.MayDo(compute.ActionDetachVolume, s); err != nil {
		return err
	}
	v.Attachments = slices.DeleteFunc(v.Attachments, func(a volume.Attachment) bool { return a.ServerID == id })
	c.reattach(s, slices.DeleteFunc(slices.Clone(c.attached[id]), func(a compute.VolumeAttachment) bool { return a.VolumeID == volumeID }))
	return nil
}

func (c *cloud) ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*compute.VolumeAttachment) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.find(ctx, id)
	if err != nil {
		return err
	}
	all := slices.Clone(c.attached[id])
	i := slices.IndexFunc(all, func(a compute.VolumeAttachment) bool { return a.VolumeID == volumeID })
	if i < 0 {
		return compute.VolumeNotAttached(id, volumeID)
	}
	if err := change(&all[i]); err != nil {
		return err
	}
	c.reattach(s, all)
	return nil
}
