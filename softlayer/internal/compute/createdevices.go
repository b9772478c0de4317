package compute

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	volumes "github.com/softlayer/jumpgate/softlayer/internal/volume"
)

// orderedVolumes finds the volumes that a new server is to have, each free and
// where the server goes: without a zone in the order that is where they are.
// SoftLayer boots from disks of its own alone, and makes no volume with a
// server.
func (d *Servers) orderedVolumes(ctx context.Context, c *compute.ServerCreate) ([]*candidate, error) {
	var list []*candidate
	for _, b := range c.BlockDevices {
		switch {
		case b.Destination != "volume" && b.Source == "image" && !strings.EqualFold(b.UUID, c.ImageRef):
			return nil, compute.InvalidDevice("image " + b.UUID + " is not the one that the server is made of.")
		case b.Destination != "volume" && (b.Source == "image" || b.Source == "blank"):
			continue
		case b.BootIndex == 0 || c.ImageRef == "":
			return nil, d.notBootable(ctx, b)
		case b.Source != "volume":
			return nil, compute.InvalidDevice("this cloud makes no volumes along with servers; they are made before.")
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
		if c.AvailabilityZone == "" || c.AvailabilityZone == "nova" {
			c.AvailabilityZone = v.Zone
		}
		if v.Zone != c.AvailabilityZone {
			return nil, compute.OrderedVolumeElsewhere(c.AvailabilityZone, v.Zone)
		}
		v.DeleteOnTermination = b.Delete
		list = append(list, v)
	}
	if c.ImageRef == "" {
		return nil, compute.InvalidDevice("this cloud boots servers from images alone.")
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
