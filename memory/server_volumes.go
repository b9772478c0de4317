package memory

import (
	"context"
	"iter"
	"math"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

var (
	_ compute.ServerVolumeLister   = machines{}
	_ compute.ServerVolumeAttacher = machines{}
	_ compute.ServerVolumeChanger  = machines{}
	_ compute.ServerVolumeSwapper  = machines{}
)

// mapping is what Nova's database has of a volume of a server. Whether it still
// is attached is for Cinder to say: see live.
type mapping struct {
	compute.VolumeAttachment
	root bool
	make *compute.BlockDevice // the volume comes with the server, which is not built yet
}

// live drops the mappings of volumes that Cinder no longer attaches. The lock
// is held.
func (c *Cloud) live(s *server) {
	if len(s.mappings) == 0 {
		s.Volumes = nil
		return
	}
	s.mappings = slices.DeleteFunc(slices.Clone(s.mappings), func(m mapping) bool {
		return m.make == nil && !c.volumes.attached(m.VolumeID, m.AttachmentID)
	})
	s.Volumes = nil
	for _, m := range s.mappings {
		if m.make == nil {
			s.Volumes = append(s.Volumes, compute.AttachedVolume{ID: m.VolumeID, DeleteOnTermination: m.DeleteOnTermination})
		}
	}
}

// mapped finds a volume of a server.
func (s *server) mapped(volumeID string) *mapping {
	i := slices.IndexFunc(s.mappings, func(m mapping) bool { return m.VolumeID == volumeID })
	if i < 0 {
		return nil
	}
	return &s.mappings[i]
}

// device is the next free one.
func (s *server) device() string {
	for name := range s.devices() {
		return name
	}
	return ""
}

// devices are the names that are free: /dev/vda to /dev/vdz, then /dev/vdaa.
func (s *server) devices() iter.Seq[string] {
	taken := make(map[string]bool, len(s.mappings))
	for _, m := range s.mappings {
		taken[m.Device] = true
	}
	return func(yield func(string) bool) {
		for n := range math.MaxInt {
			letters := ""
			for rest := n; rest >= 0; rest = rest/26 - 1 {
				letters = string(rune('a'+rest%26)) + letters
			}
			name := "/dev/vd" + letters
			root := n == 0 && s.ImageID != ""
			if !root && !taken[name] && !yield(name) {
				return
			}
		}
	}
}

// ServerVolumes implements compute.ServerVolumeLister.
func (m machines) ServerVolumes(ctx context.Context, id string) ([]compute.VolumeAttachment, error) {
	var list []compute.VolumeAttachment
	err := m.with(ctx, id, 0, func(s *server) error {
		for _, one := range s.mappings {
			if one.make == nil {
				list = append(list, one.VolumeAttachment)
			}
		}
		return nil
	})
	return list, err
}

// AttachVolume implements compute.ServerVolumeAttacher.
func (m machines) AttachVolume(ctx context.Context, id string, a compute.VolumeAttach) (*compute.VolumeAttachment, error) {
	var made compute.VolumeAttachment
	err := m.with(ctx, id, compute.ActionAttachVolume, func(s *server) error {
		v, err := m.c.volumes.look(ctx, a.VolumeID)
		switch {
		case err != nil:
			return compute.VolumeNotFound(a.VolumeID)
		case v.Multiattach && s.state() == offloaded:
			return jumpgate.BadRequest.New("Attaching multiattach volumes is not supported for shelved-offloaded instances.")
		}
		attachment, err := m.c.volumes.reserve(ctx, a.VolumeID, id, a.Multiattach)
		if err != nil {
			return err
		}
		made = compute.VolumeAttachment{
			VolumeID: a.VolumeID, Device: s.device(), Tag: a.Tag, DeleteOnTermination: a.DeleteOnTermination,
			AttachmentID: attachment, MappingID: jumpgate.NewUUID(),
		}
		s.mappings = append(s.mappings, mapping{VolumeAttachment: made})
		m.c.volumes.connect(a.VolumeID, attachment, made.Device, s.host, false)
		m.c.note(ctx, s, "attach_volume")
		return nil
	})
	return &made, err
}

// DetachVolume implements compute.ServerVolumeAttacher.
func (m machines) DetachVolume(ctx context.Context, id, volumeID string) error {
	return m.with(ctx, id, 0, func(s *server) error {
		if _, err := m.c.volumes.look(ctx, volumeID); err != nil {
			return compute.VolumeNotFound(volumeID)
		}
		one := s.mapped(volumeID)
		switch {
		case one == nil:
			return compute.VolumeNotAttached(id, volumeID)
		case one.root:
			return compute.RootVolume()
		}
		if err := m.c.mayDo(ctx, compute.ActionDetachVolume, s); err != nil {
			return err
		}
		m.c.volumes.disconnect(volumeID, one.AttachmentID, false, false)
		m.c.note(ctx, s, "detach_volume")
		return nil
	})
}

// ChangeServerVolume implements compute.ServerVolumeChanger.
func (m machines) ChangeServerVolume(ctx context.Context, id, volumeID string, change func(*compute.VolumeAttachment) error) error {
	return m.with(ctx, id, 0, func(s *server) error {
		one := s.mapped(volumeID)
		if one == nil {
			return compute.VolumeNotAttached(id, volumeID)
		}
		changed := one.VolumeAttachment
		if err := change(&changed); err != nil {
			return err
		}
		one.DeleteOnTermination = changed.DeleteOnTermination
		return nil
	})
}

// SwapServerVolume implements compute.ServerVolumeSwapper.
func (m machines) SwapServerVolume(ctx context.Context, id, oldID, newID string) error {
	return m.with(ctx, id, 0, func(s *server) error {
		from, err := m.c.volumes.look(ctx, oldID)
		if err != nil {
			return compute.VolumeNotFound(oldID)
		}
		to, err := m.c.volumes.look(ctx, newID)
		if err != nil {
			return compute.VolumeNotFound(newID)
		}
		if err := m.c.mayDo(ctx, compute.ActionSwapVolume, s); err != nil {
			return err
		}
		one := s.mapped(oldID)
		switch {
		case one == nil:
			return compute.VolumeNotAttached(id, oldID)
		case to.Status == "in-use":
			return compute.InvalidVolume("New volume must be detached in order to swap.")
		case to.Size < from.Size:
			return compute.InvalidVolume("New volume must be the same size or larger.")
		case from.Multiattach && len(from.Attachments) > 1:
			return jumpgate.BadRequest.New("Swapping multi-attach volumes with more than one read/write attachment is not supported.")
		}
		attachment, err := m.c.volumes.reserve(ctx, newID, id, true)
		if err != nil {
			return err
		}
		m.c.volumes.copyOnto(oldID, newID)
		m.c.volumes.connect(newID, attachment, one.Device, s.host, false)
		m.c.volumes.disconnect(oldID, one.AttachmentID, false, false)
		one.VolumeID, one.AttachmentID = newID, attachment
		m.c.note(ctx, s, "swap_volume")
		return nil
	})
}

// freeVolumes takes a server's volumes away, and deletes those that go with it.
// The lock is held.
func (c *Cloud) freeVolumes(s *server) {
	for _, m := range s.mappings {
		if m.make == nil {
			c.volumes.disconnect(m.VolumeID, m.AttachmentID, true, m.DeleteOnTermination)
		}
	}
	s.mappings, s.Volumes = nil, nil
}

// grown notes that Cinder has extended a volume of a server.
func (c *Cloud) grown(ctx context.Context, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.servers[id]; s != nil && !s.deleted {
		c.note(ctx, s, "extend_volume")
		a := &s.actions[len(s.actions)-1]
		a.Events = []compute.ServerEvent{{Name: "compute_extend_volume", Started: a.Started, Finished: a.Started, HostID: hostID(s.ProjectID, s.host), Host: s.host}}
	}
}

// wake does what is due in the compute service.
func (c *Cloud) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.servers {
		if s.finish != nil {
			c.settle(s)
		}
	}
}
