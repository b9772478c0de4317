package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/image"
)

var (
	_ compute.ServerResizer         = machines{}
	_ compute.ServerRebuilder       = machines{}
	_ compute.ServerImager          = machines{}
	_ compute.ServerBackuper        = machines{}
	_ compute.ServerMetadataChanger = machines{}
	_ compute.ServerTagger          = machines{}
)

// ResizeServer implements compute.ServerResizer.
func (m machines) ResizeServer(ctx context.Context, id string, r compute.ServerResize) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s, err := m.c.find(ctx, id)
	if err != nil {
		return err
	}
	flavor := m.c.usable(ctx, r.FlavorRef)
	if flavor == nil {
		return compute.FlavorNotFound(r.FlavorRef)
	}
	if err := m.c.mayDo(ctx, compute.ActionResize, s); err != nil {
		return err
	}
	switch {
	case flavor.ID == s.Flavor.ID:
		return compute.SameFlavor()
	case flavor.Disk == 0 && s.Flavor.Disk > 0 && s.ImageID != "":
		return jumpgate.BadRequest.New("Server disk was unable to be resized because: Resize to zero disk flavor is not allowed.")
	case flavor.Disk < s.Flavor.Disk && s.ImageID != "": // a volume is of its own size
		return jumpgate.BadRequest.New("Flavor's disk is smaller than the one of the server.")
	}
	grown := flavor.Flavor
	grown.VCPUs, grown.RAM = max(0, flavor.VCPUs-s.Flavor.VCPUs), max(0, flavor.RAM-s.Flavor.RAM)
	if err := m.c.checkQuota(s.ProjectID, s.UserID, &grown, 0); err != nil {
		return err
	}
	target, ok := m.c.place(wish{zone: s.PinnedZone, not: s.host})
	if !ok {
		target = s.host // as with allow_resize_to_same_host
	}
	before, move := s.state(), m.c.migrate(ctx, s, "resize", "migrating", target)
	move.NewFlavor = flavor.Number
	m.c.begin(ctx, s, "resize", "RESIZE", "resize_prep", m.c.opts.ActionTime, func(s *server) {
		m.c.arrive(s, move, before, flavor.Flavor)
		set(&s.AutoDisk, r.AutoDisk)
	})
	return nil
}

// ConfirmResize implements compute.ServerResizer.
func (m machines) ConfirmResize(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionConfirmResize, "confirmResize", "", "", func(s *server) {
		s.resized = nil
		m.c.step(s.move, "confirmed")
		s.rest(s.before)
	})
}

// RevertResize implements compute.ServerResizer.
func (m machines) RevertResize(ctx context.Context, id string) error {
	return m.do(ctx, id, compute.ActionRevertResize, "revertResize", "REVERT_RESIZE", "resize_reverting", func(s *server) {
		s.Flavor, s.resized = *s.resized, nil
		m.c.put(s, s.move.Source)
		m.c.step(s.move, "reverted")
		s.rest(s.before)
	})
}

// RebuildServer implements compute.ServerRebuilder. A stopped server is stopped
// again when it is done.
func (m machines) RebuildServer(ctx context.Context, id string, r compute.ServerRebuild) (*compute.Server, error) {
	img, err := m.c.images.Image(ctx, r.ImageRef)
	if err != nil || img.Status != "active" {
		m.c.mu.Lock()
		defer m.c.mu.Unlock()
		if _, err := m.c.find(ctx, id); err != nil {
			return nil, err
		}
		return nil, compute.RebuildImageNotFound()
	}
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	s, err := m.c.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if key := r.KeyName; key != nil && *key != "" && m.c.keypair(s.UserID, *key) == nil {
		return nil, compute.KeypairNotFound()
	}
	if err := m.c.mayDo(ctx, compute.ActionRebuild, s); err != nil {
		return nil, err
	}
	if l := m.c.limits(s.ProjectID, ""); len(r.Files) > 0 {
		if err := compute.CheckFiles(r.Files, &l); err != nil {
			return nil, err
		}
	}
	if err := m.c.reimage(ctx, s, img.ID, r.Reimage); err != nil {
		return nil, err
	}
	before := s.state()
	if before.VMState == failed.VMState {
		before = active
	}
	set(&s.Name, r.Name)
	set(&s.Description, r.Description)
	set(&s.AccessIPv4, r.AccessIPv4)
	set(&s.AccessIPv6, r.AccessIPv6)
	set(&s.Hostname, r.Hostname)
	set(&s.KeyName, r.KeyName)
	set(&s.userData, r.UserData)
	set(&s.AutoDisk, r.AutoDisk)
	if r.Metadata != nil {
		s.Metadata = r.Metadata
	}
	s.Fault = nil
	m.c.note(ctx, s, "rebuild")
	s.Status, s.TaskState = "REBUILD", "rebuilding"
	s.finish, s.due = func(s *server) {
		s.rest(before)
		s.Launched = m.c.now().UTC()
	}, m.c.now().Add(m.c.opts.ActionTime)
	view := s.shown()
	view.UserData = s.userData
	view.AdminPassword = r.AdminPassword
	if view.AdminPassword == "" {
		view.AdminPassword = jumpgate.NewUUID()[:12]
	}
	return view, nil
}

// reimage puts an image on what a server boots from. Of a volume it is the one
// that is there, unless the client knows that it is replaced.
func (c *Cloud) reimage(ctx context.Context, s *server, imageID string, replace bool) error {
	i := slices.IndexFunc(s.mappings, func(m mapping) bool { return m.root })
	switch {
	case i < 0:
		s.ImageID = imageID
	case c.volumes.imageOf(s.mappings[i].VolumeID) == imageID:
	case !replace:
		return jumpgate.BadRequest.New("Unable to rebuild with a different image for a volume-backed server.")
	default:
		return c.volumes.reimage(ctx, s.mappings[i].VolumeID, imageID)
	}
	return nil
}

// CreateServerImage implements compute.ServerImager.
func (m machines) CreateServerImage(ctx context.Context, id string, i compute.ServerImage) (string, error) {
	return m.snapshot(ctx, id, compute.ActionCreateImage, i, nil)
}

// BackUpServer implements compute.ServerBackuper.
func (m machines) BackUpServer(ctx context.Context, id string, b compute.ServerBackup) (string, error) {
	made, err := m.snapshot(ctx, id, compute.ActionCreateBackup, b.ServerImage, map[string]string{"backup_type": b.Type})
	if err != nil {
		return "", err
	}
	var rotated []*image.Image
	for img, err := range m.c.images.ListImages(ctx, image.Query{}) { // newest first
		if err != nil {
			return "", err
		}
		if img.Properties["instance_uuid"] == id && img.Properties["backup_type"] == b.Type {
			rotated = append(rotated, img)
		}
	}
	for _, old := range rotated[min(b.Rotation, len(rotated)):] {
		if err := m.c.images.DeleteImage(ctx, old.ID); err != nil {
			return "", err
		}
	}
	return made, nil
}

// snapshot makes an image of a server, with the properties that Nova gives it.
// It is being saved until what is under way is done.
func (m machines) snapshot(ctx context.Context, id string, doing compute.Action, i compute.ServerImage, more map[string]string) (string, error) {
	var made string
	err := m.with(ctx, id, doing, func(s *server) (err error) {
		made, err = m.c.saveImage(ctx, s, i, more)
		if err != nil {
			return err
		}
		m.c.begin(ctx, s, doing.String(), "", "image_snapshot", m.c.opts.ActionTime, func(s *server) {
			s.TaskState = ""
			m.c.imageSaved(ctx, made)
		})
		return nil
	})
	return made, err
}

// saveImage begins to make an image of a server. The lock is held.
func (c *Cloud) saveImage(ctx context.Context, s *server, i compute.ServerImage, more map[string]string) (string, error) {
	properties := map[string]string{"image_type": "snapshot", "instance_uuid": s.ID, "user_id": caller(ctx).UserID, "base_image_ref": s.ImageID}
	if more != nil {
		properties["image_type"] = "backup"
	}
	maps.Copy(properties, more)
	if len(s.mappings) > 0 && s.mappings[0].root {
		disks, err := c.snapshotVolumes(ctx, s, i.Name)
		if err != nil {
			return "", err
		}
		maps.Copy(properties, disks)
	}
	maps.Copy(properties, i.Metadata)
	img, err := c.images.CreateImage(ctx, &image.Image{
		Name: i.Name, Status: "saving", Visibility: "private", Owner: s.ProjectID, DiskFormat: "raw", ContainerFormat: "bare",
		MinDisk: s.Flavor.Disk, Properties: properties,
	})
	if err != nil {
		return "", err
	}
	return img.ID, nil
}

// imageSaved ends what saveImage began: the image has nothing in it, as the
// server's disk. Somebody may have deleted it meanwhile.
func (c *Cloud) imageSaved(ctx context.Context, id string) {
	_, _ = c.images.UpdateImage(context.WithoutCancel(ctx), id, func(img *image.Image) error {
		size := int64(0)
		img.Status, img.Size, img.VirtualSize, img.Stores = "active", &size, &size, []string{"fast"}
		img.Checksum = "d41d8cd98f00b204e9800998ecf8427e"
		return nil
	})
}

// ChangeServerMetadata implements compute.ServerMetadataChanger.
func (m machines) ChangeServerMetadata(ctx context.Context, id string, doing compute.Action, change func(map[string]string) (map[string]string, error)) (map[string]string, error) {
	var changed map[string]string
	err := m.with(ctx, id, doing, func(s *server) (err error) {
		if changed, err = change(maps.Clone(s.Metadata)); err == nil {
			err = m.c.checkMetadata(s.ProjectID, changed)
		}
		if err != nil {
			return err
		}
		s.Metadata = changed
		m.c.touch(s)
		return nil
	})
	return maps.Clone(changed), err
}

// ChangeServerTags implements compute.ServerTagger.
func (m machines) ChangeServerTags(ctx context.Context, id string, doing compute.Action, change func([]string) ([]string, error)) ([]string, error) {
	var changed []string
	err := m.with(ctx, id, doing, func(s *server) (err error) {
		if changed, err = change(slices.Clone(s.Tags)); err != nil {
			return err
		}
		s.Tags = changed
		m.c.touch(s)
		return nil
	})
	return slices.Clone(changed), err
}

// touch says that a server has changed.
func (c *Cloud) touch(s *server) { s.Updated = c.now().UTC().Truncate(time.Second) }
