package compute

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// orderedVolumes finds the volumes that a new server is to have, each free and
// where the server goes: without a zone in the order that is where they are.
// SoftLayer boots from disks of its own alone.
func (d *Servers) orderedVolumes(ctx context.Context, c *compute.ServerCreate) ([]*candidate, error) {
	var list []*candidate
	for i := range c.BlockDevices {
		b := &c.BlockDevices[i]
		switch {
		case b.Destination != "volume" && b.Source == "image" && !strings.EqualFold(b.UUID, c.ImageRef):
			return nil, compute.InvalidDevice("image " + b.UUID + " is not the one that the server is made of.")
		case b.Destination != "volume" && (b.Source == "image" || b.Source == "blank"):
			continue
		case b.BootIndex == 0 || c.ImageRef == "":
			return nil, d.notBootable(ctx, *b)
		case b.Source != "volume":
			if err := d.checkNewVolume(ctx, c, b); err != nil {
				return nil, err
			}
			continue
		}
		v, err := d.candidate(ctx, b.UUID)
		switch {
		case errors.Is(err, jumpgate.NotFound):
			return nil, fmt.Errorf("%w: %w", compute.OrderedVolumeNotFound(b.UUID), err)
		case err != nil:
			return nil, err
		case v.Status != "available":
			return nil, compute.OrderedVolumeNotAvailable(b.UUID, v.Status)
		case v.disk:
			return nil, compute.InvalidVolume("volume " + b.UUID + " of type " + volumes.PortableType + " can't be attached before the server is built.")
		}
		for _, other := range list {
			if other.ID == v.ID {
				return nil, compute.InvalidVolume("volume " + b.UUID + " is asked for twice.")
			}
		}
		if err := goesWhere(c, v.Zone); err != nil {
			return nil, err
		}
		v.DeleteOnTermination, v.Tag = b.Delete, b.Tag
		list = append(list, v)
	}
	if c.ImageRef == "" {
		return nil, compute.InvalidDevice("this cloud boots servers from images alone.")
	}
	return list, nil
}

// goesWhere has a server go where a volume of it is.
func goesWhere(c *compute.ServerCreate, zone string) error {
	if c.AvailabilityZone == "" || c.AvailabilityZone == "nova" {
		c.AvailabilityZone = zone
	}
	if zone != c.AvailabilityZone {
		return compute.OrderedVolumeElsewhere(c.AvailabilityZone, zone)
	}
	return nil
}

// checkNewVolume looks at what a volume is to be made of that comes with a
// server.
func (d *Servers) checkNewVolume(ctx context.Context, c *compute.ServerCreate, b *compute.BlockDevice) error {
	switch {
	case b.Source == "image" && b.Size == 0:
		return compute.InvalidDevice("Images with destination_type 'volume' need to have a non-zero size specified")
	case b.Source == "image":
		return compute.InvalidDevice("this cloud makes volumes of snapshots, not of images.")
	case b.Source == "blank" && b.Size == 0:
		return compute.InvalidDevice("Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size")
	case b.Source == "blank":
		return nil
	}
	s, zone, err := d.volumes.SnapshotIn(ctx, b.UUID)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return compute.InvalidDevice("failed to get snapshot " + b.UUID + ".")
	case err != nil:
		return err
	}
	b.Size = cmp.Or(b.Size, s.Size)
	return goesWhere(c, zone)
}

// plannedVolumes are the volumes that are made along with one server.
func (d *Servers) plannedVolumes(ctx context.Context, devices []compute.BlockDevice, zone string) ([]keep.Along, error) {
	var list []keep.Along
	for _, b := range devices {
		if b.Destination != "volume" || b.Source != "blank" && b.Source != "snapshot" {
			continue
		}
		order := volume.Create{Size: b.Size, Type: b.VolumeType, Zone: zone}
		if b.Source == "snapshot" {
			order.SnapshotID = b.UUID
		}
		a, err := d.volumes.PlanAlong(ctx, order)
		switch {
		case errors.Is(err, jumpgate.NotFound) && b.VolumeType != "":
			return nil, compute.OrderedTypeNotFound(b.VolumeType)
		case err != nil:
			return nil, err
		}
		a.Delete, a.Tag = b.Delete, b.Tag
		list = append(list, a)
	}
	return list, nil
}

// volumesIn are the ids of the volumes among devices.
func volumesIn(devices []compute.BlockDevice) []string {
	var list []string
	for _, b := range devices {
		if b.Source == "volume" {
			list = append(list, b.UUID)
		}
	}
	return list
}

// notBootable says why a server can't boot from b.
func (d *Servers) notBootable(ctx context.Context, b compute.BlockDevice) error {
	var err error
	switch b.Source {
	case "volume":
		_, err = d.volumes.Volume(ctx, b.UUID)
	case "snapshot":
		_, err = d.volumes.Snapshot(ctx, b.UUID)
	default:
		return compute.InvalidDevice("this cloud boots servers from images, not from volumes.")
	}
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return compute.InvalidDevice("failed to get " + b.Source + " " + b.UUID + ".")
	case err != nil:
		return err
	}
	return compute.NotBootable(b.UUID)
}
