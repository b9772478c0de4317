package memory

import (
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/image"
)

// stockFlavors are those of the small OpenStack that the recordings are of.
var stockFlavors = []compute.Flavor{
	{ID: "1", Name: "m1.tiny", VCPUs: 1, RAM: 512, Disk: 1},
	{ID: "2", Name: "m1.small", VCPUs: 1, RAM: 2048, Disk: 20},
	{ID: "3", Name: "m1.medium", VCPUs: 2, RAM: 4096, Disk: 40},
	{ID: "42", Name: "m1.nano", VCPUs: 1, RAM: 128, Disk: 1},
	{ID: "84", Name: "m1.micro", VCPUs: 1, RAM: 192, Disk: 1},
}

// stockData is the data of the stock images: an empty disk.
var stockData = make([]byte, 32<<10)

// stockImages are two public images with stockData.
func stockImages() []image.Image {
	size := int64(len(stockData))
	checksum, hash := md5.Sum(stockData), sha512.Sum512(stockData)
	var list []image.Image
	for _, name := range []string{"cirros-tiny", "cirros-tiny-2"} {
		list = append(list, image.Image{
			ID: stableUUID("image", name), Name: name, Status: "active", Visibility: "public", Owner: stableID("project", "admin"),
			Size: &size, VirtualSize: &size, DiskFormat: "raw", ContainerFormat: "bare", Stores: []string{"fast"},
			Checksum: hex.EncodeToString(checksum[:]), HashAlgo: "sha512", HashValue: hex.EncodeToString(hash[:]),
			Properties: map[string]string{},
		})
	}
	return list
}
