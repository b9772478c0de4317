package image

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// present is the JSON object of an image, its members in Glance's order
// (ResponseSerializer._format_image in glance/api/v2/images.py): first the
// properties, then the members of every image.
func present(img *Image) jumpgate.Object {
	o := make(jumpgate.Object, 0, 23+len(img.Properties))
	for _, name := range slices.Sorted(maps.Keys(img.Properties)) {
		if !reserved(name) {
			o = append(o, jumpgate.Member{Name: name, Value: img.Properties[name]})
		}
	}
	self := "/v2/images/" + img.ID
	o = append(o, jumpgate.Object{
		{Name: "name", Value: rest.OrNil(img.Name)},
		{Name: "disk_format", Value: rest.OrNil(img.DiskFormat)},
		{Name: "container_format", Value: rest.OrNil(img.ContainerFormat)},
		{Name: "visibility", Value: img.Visibility},
		{Name: "size", Value: numberOrNil(img.Size)},
		{Name: "virtual_size", Value: numberOrNil(img.VirtualSize)},
		{Name: "status", Value: img.Status},
		{Name: "checksum", Value: rest.OrNil(img.Checksum)},
		{Name: "protected", Value: img.Protected},
		{Name: "min_ram", Value: img.MinRAM},
		{Name: "min_disk", Value: img.MinDisk},
		{Name: "owner", Value: rest.OrNil(img.Owner)},
		{Name: "os_hidden", Value: img.Hidden},
		{Name: "os_hash_algo", Value: rest.OrNil(img.HashAlgo)},
		{Name: "os_hash_value", Value: rest.OrNil(img.HashValue)},
		{Name: "id", Value: img.ID},
		{Name: "created_at", Value: date(img.Created)},
		{Name: "updated_at", Value: date(img.updated())},
		{Name: "tags", Value: img.Tags},
		{Name: "self", Value: self},
		{Name: "file", Value: self + "/file"},
		{Name: "schema", Value: "/v2/schemas/image"},
	}...)
	if len(img.Stores) > 0 {
		o = append(o, jumpgate.Member{Name: "stores", Value: strings.Join(img.Stores, ",")})
	}
	return o
}

// reserved tells whether a member of that name is Glance's own.
func reserved(name string) bool {
	switch name {
	case "name", "disk_format", "container_format", "visibility", "size", "virtual_size", "status", "checksum",
		"protected", "min_ram", "min_disk", "owner", "os_hidden", "os_hash_algo", "os_hash_value", "id",
		"created_at", "updated_at", "tags", "self", "file", "schema", "stores", "locations", "direct_url":
		return true
	}
	return false
}

func date(t time.Time) string { return jumpgate.Date(t, jumpgate.DateSeconds) }

func numberOrNil(n *int64) any {
	switch {
	case n == nil:
		return nil
	case int64(int(*n)) == *n:
		return int(*n) // which encodes without reflection
	}
	return *n
}
