package compute

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// bootGoes says why a server can't leave behind what it boots from.
const bootGoes = "what a server boots from goes with it in this cloud: delete_on_termination has to be true."

// bootVolume finds the volume that a server is to boot from and that is made of
// an image; nil: none. SoftLayer makes no such volumes, but boots a server from
// a disk of that image in its storage network, of the size that goes with the
// flavor: which is ordered, and shown as a volume.
func (d *Servers) bootVolume(ctx context.Context, c *compute.ServerCreate) (*compute.BlockDevice, error) {
	i := slices.IndexFunc(c.BlockDevices, func(b compute.BlockDevice) bool {
		return b.BootIndex == 0 && b.Source == "image" && b.Destination == "volume"
	})
	if i < 0 {
		return nil, nil
	}
	b := c.BlockDevices[i]
	sold, err := d.sizesOf(ctx)
	if err != nil {
		return nil, err
	}
	f := sold.flavor(c.FlavorRef)
	switch {
	case f == nil:
		return nil, compute.FlavorNotFound(c.FlavorRef)
	case b.Size == 0:
		return nil, compute.InvalidDevice("Images with destination_type 'volume' need to have a non-zero size specified")
	case b.VolumeType != "":
		return nil, compute.InvalidDevice("a volume that this cloud boots a server from has no type.")
	case !b.Delete:
		return nil, compute.InvalidDevice(bootGoes)
	case sold.local[f.ID] || b.Size > f.Disk:
		return nil, compute.InvalidDevice(sold.instead(f, b.Size))
	}
	b.Size = f.Disk
	c.ImageRef = b.UUID
	c.BlockDevices = slices.Delete(slices.Clone(c.BlockDevices), i, i+1)
	return &b, nil
}

// instead says which flavors boot from a volume of some size, where f does not.
func (s *sizes) instead(f *compute.Flavor, size int) string {
	var names []string
	for _, other := range s.flavors {
		if other.VCPUs == f.VCPUs && other.RAM == f.RAM && other.Disk >= size && !s.local[other.ID] {
			names = append(names, other.ID)
		}
	}
	text := fmt.Sprintf("servers of flavor %s boot from a volume of %d GB.", f.ID, f.Disk)
	if s.local[f.ID] {
		text = fmt.Sprintf("servers of flavor %s boot from a disk of their host.", f.ID)
	}
	if names == nil {
		return text + fmt.Sprintf(" There is none like it with %d GB.", size)
	}
	return text + fmt.Sprintf(" With %d GB: %s.", size, strings.Join(names, ", "))
}
