package memory

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// checkDevices refuses an order whose disks can't be had, and returns it with
// what the disks' sources say of their sizes. The lock is held.
func (m machines) checkDevices(ctx context.Context, devices []compute.BlockDevice, f *compute.Flavor) ([]compute.BlockDevice, error) {
	if err := compute.CheckLocalDisks(devices, f); err != nil {
		return nil, err
	}
	devices = slices.Clone(devices)
	for i := range devices {
		d := &devices[i]
		if d.Destination == "local" {
			continue
		}
		if err := m.checkDevice(ctx, d); err != nil {
			return nil, err
		}
	}
	return devices, nil
}

func (m machines) checkDevice(ctx context.Context, d *compute.BlockDevice) error {
	switch d.Source {
	case "volume":
		v, err := m.c.volumes.look(ctx, d.UUID)
		switch {
		case err != nil:
			return compute.InvalidDevice("failed to get volume " + d.UUID + ".")
		case d.BootIndex == 0 && !v.Bootable:
			return compute.NotBootable(d.UUID)
		}
	case "snapshot":
		size, bootable, err := m.c.volumes.lookSnapshot(ctx, d.UUID)
		switch {
		case err != nil:
			return compute.InvalidDevice("failed to get snapshot " + d.UUID + ".")
		case d.BootIndex == 0 && !bootable:
			return compute.NotBootable(d.UUID)
		}
		d.Size = max(d.Size, size)
	case "image":
		img, err := m.c.images.Image(ctx, d.UUID)
		switch {
		case err != nil:
			return compute.InvalidDevice("failed to get image " + d.UUID + ".")
		case d.Size == 0:
			return compute.InvalidDevice("Images with destination_type 'volume' need to have a non-zero size specified")
		case d.Size < img.MinDisk:
			return jumpgate.BadRequest.New("Volume is smaller than the minimum size specified in image metadata. "+
				"Volume size is %d bytes, minimum size is %d bytes.", d.Size<<30, img.MinDisk<<30)
		}
	case "blank":
		if d.Size == 0 {
			return compute.InvalidDevice("Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size")
		}
	}
	return nil
}

// bootDevice is the volume among devices that a server boots from.
func bootDevice(devices []compute.BlockDevice) *compute.BlockDevice {
	for i := range devices {
		if d := &devices[i]; d.BootIndex == 0 && d.Destination != "local" {
			return d
		}
	}
	return nil
}

// order notes the volumes that a new server is to have, and keeps those that
// there are already.
func (c *Cloud) orderVolumes(ctx context.Context, s *server, o *compute.ServerCreate) error {
	root := bootDevice(o.BlockDevices)
	for i := range o.BlockDevices {
		d := &o.BlockDevices[i]
		if d.Destination == "local" {
			continue
		}
		m := mapping{root: d == root, make: d, VolumeAttachment: compute.VolumeAttachment{
			Tag: d.Tag, DeleteOnTermination: d.Delete, MappingID: jumpgate.NewUUID(),
		}}
		if m.root {
			m.Device = "/dev/vda"
		}
		if d.Source == "volume" {
			attachment, err := c.volumes.reserve(ctx, d.UUID, s.ID, o.Multiattach)
			if err != nil {
				c.freeVolumes(s)
				return orderFault(err)
			}
			m.make, m.VolumeID, m.AttachmentID = nil, d.UUID, attachment
		}
		s.mappings = append(s.mappings, m)
	}
	next, stop := iter.Pull(s.devices())
	defer stop()
	for i := range s.mappings {
		if m := &s.mappings[i]; m.Device == "" {
			m.Device, _ = next()
		}
	}
	return nil
}

// orderFault words what Cinder refuses as Nova does for an order.
func orderFault(err error) error {
	if e := jumpgate.AsError(err); e.Kind == jumpgate.BadRequest && !errors.Is(err, compute.NoMultiattach()) {
		if rest, ok := cutInput(e.Message); ok {
			return compute.InvalidVolume(rest)
		}
	}
	return err
}

func cutInput(message string) (string, bool) {
	const said = "Invalid input received: "
	return message, len(message) > len(said) && message[:len(said)] == said
}

// buildVolumes makes the volumes that come along with a server and attaches
// all of them. The lock is held.
func (c *Cloud) buildVolumes(ctx context.Context, s *server) error {
	for i := range s.mappings {
		m := &s.mappings[i]
		if d := m.make; d != nil {
			var src volume.Source
			o := volume.Create{Size: d.Size, Type: d.VolumeType}
			switch d.Source {
			case "image":
				src.ImageID = d.UUID
			case "snapshot":
				o.SnapshotID = d.UUID
			default:
				o.Name = s.ID + "-blank-vol"
			}
			id, attachment, err := c.volumes.along(ctx, s.ID, src, o)
			if err != nil {
				return jumpgate.Conflict.Wrap(err, "Build of instance %s aborted: %s", s.ID, jumpgate.AsError(err).Message)
			}
			m.make, m.VolumeID, m.AttachmentID = nil, id, attachment
		}
		c.volumes.connect(m.VolumeID, m.AttachmentID, m.Device, s.host, true)
	}
	return nil
}

// imageDevices are the disks that an image says a server has: one that was made
// of a server which boots from a volume.
func imageDevices(properties map[string]string) []compute.BlockDevice {
	var said []struct {
		Source  string `json:"source_type"`
		To      string `json:"destination_type"`
		ID      string `json:"snapshot_id"`
		Index   *int   `json:"boot_index"`
		Size    int    `json:"volume_size"`
		Delete  bool   `json:"delete_on_termination"`
		Ignored bool   `json:"no_device"`
	}
	if json.Unmarshal([]byte(properties["block_device_mapping"]), &said) != nil {
		return nil
	}
	var list []compute.BlockDevice
	for _, d := range said {
		if d.Ignored || d.ID == "" {
			continue
		}
		index := -1
		if d.Index != nil {
			index = *d.Index
		}
		list = append(list, compute.BlockDevice{Source: "snapshot", Destination: "volume", UUID: d.ID, BootIndex: index, Size: d.Size, Delete: d.Delete})
	}
	return list
}

// snapshotVolumes makes snapshots of the volumes of a server that boots from
// one, and says what an image is to have for properties. The lock is held.
func (c *Cloud) snapshotVolumes(ctx context.Context, s *server, name string) (map[string]string, error) {
	type device struct {
		Source  string  `json:"source_type"`
		To      string  `json:"destination_type"`
		ID      string  `json:"snapshot_id"`
		Index   *int    `json:"boot_index"`
		Size    int     `json:"volume_size"`
		Delete  bool    `json:"delete_on_termination"`
		Name    string  `json:"device_name"`
		Type    string  `json:"device_type"`
		Bus     *string `json:"disk_bus"`
		Ignored *bool   `json:"no_device"`
	}
	var list []device
	for _, m := range s.mappings {
		x, err := c.volumes.snapshotFor(ctx, m.VolumeID, "snapshot for "+name)
		if err != nil {
			return nil, err
		}
		d := device{Source: "snapshot", To: "volume", ID: x.ID, Size: x.Size, Delete: m.DeleteOnTermination, Name: m.Device, Type: "disk"}
		if m.root {
			d.Index = new(int)
		}
		list = append(list, d)
	}
	text, err := json.Marshal(list)
	return map[string]string{"block_device_mapping": string(text), "bdm_v2": "True", "root_device_name": "/dev/vda"}, err
}
