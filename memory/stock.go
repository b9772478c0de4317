package memory

import (
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/image"
)

// stockFlavors are those of the small OpenStack that the recordings are of.
var stockFlavors = []compute.Flavor{
	{ID: "1", Name: "m1.nano", VCPUs: 1, RAM: 64, Disk: 1},
	{ID: "2", Name: "m1.micro", VCPUs: 1, RAM: 128, Disk: 1},
	{ID: "3", Name: "m1.small", VCPUs: 1, RAM: 2048, Disk: 20},
	{ID: "4", Name: "m1.medium", VCPUs: 2, RAM: 4096, Disk: 40},
}

// stockImages are two public images without data of their own: their size and
// checksums are said, as if they had been imported.
func stockImages() []image.Image {
	size := int64(32768)
	var list []image.Image
	for _, name := range []string{"cirros-tiny", "cirros-tiny-2"} {
		list = append(list, image.Image{
			ID: stableUUID("image", name), Name: name, Status: "active", Visibility: "public", Owner: stableID("project", "admin"),
			Size: &size, VirtualSize: &size, DiskFormat: "raw", ContainerFormat: "bare", Stores: []string{"fast"},
			Checksum: "bb7df04e1b0a2570657527a7e108ae23", HashAlgo: "sha512",
			HashValue: "5d5e65dd4ab0e0d8d2c6b3ae46a4e6e3a0d0e0f3e7c4a2f8c1f6d8bfa2dd0c0d" +
				"1c8f3f0b5a7be5d5d4a33c1a17e6b8b5d9b8f1e2b6ac1a46b23e4f4a9d1a7c11",
			Properties: map[string]string{},
		})
	}
	return list
}
