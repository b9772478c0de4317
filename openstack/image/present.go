package image

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// imageMembers are the members that every image has, in Glance's order
// (ResponseSerializer._format_image in glance/api/v2/images.py). Its properties
// are before them.
var imageMembers = rest.Select([]rest.Field[*Image]{
	{Name: "name", Value: func(i *Image) any { return textOrNull(&i.Name) }},
	{Name: "disk_format", Value: func(i *Image) any { return textOrNull(&i.DiskFormat) }},
	{Name: "container_format", Value: func(i *Image) any { return textOrNull(&i.ContainerFormat) }},
	{Name: "visibility", Value: func(i *Image) any { return &i.Visibility }},
	{Name: "size", Value: func(i *Image) any { return numberOrNil(i.Size) }},
	{Name: "virtual_size", Value: func(i *Image) any { return numberOrNil(i.VirtualSize) }},
	{Name: "status", Value: func(i *Image) any { return &i.Status }},
	{Name: "checksum", Value: func(i *Image) any { return textOrNull(&i.Checksum) }},
	{Name: "protected", Value: func(i *Image) any { return i.Protected }},
	{Name: "min_ram", Value: func(i *Image) any { return i.MinRAM }},
	{Name: "min_disk", Value: func(i *Image) any { return i.MinDisk }},
	{Name: "owner", Value: func(i *Image) any { return textOrNull(&i.Owner) }},
	{Name: "os_hidden", Value: func(i *Image) any { return i.Hidden }},
	{Name: "os_hash_algo", Value: func(i *Image) any { return textOrNull(&i.HashAlgo) }},
	{Name: "os_hash_value", Value: func(i *Image) any { return textOrNull(&i.HashValue) }},
	{Name: "id", Value: func(i *Image) any { return &i.ID }},
	{Name: "created_at", Value: func(i *Image) any { return date(i.Created) }},
	{Name: "updated_at", Value: func(i *Image) any { return date(i.updated()) }},
	{Name: "tags", Value: func(i *Image) any { return i.Tags }},
	{Name: "self", Value: func(i *Image) any { return "/v2/images/" + i.ID }},
	{Name: "file", Value: func(i *Image) any { return "/v2/images/" + i.ID + "/file" }},
	{Name: "schema", Value: func(*Image) any { return "/v2/schemas/image" }},
	{Name: "stores", When: func(i *Image) bool { return len(i.Stores) > 0 }, Value: func(i *Image) any { return strings.Join(i.Stores, ",") }},
}, rest.Answer{})

// view shows an image.
type view struct{ *Image }

// present is the JSON object of an image.
func present(img *Image) jumpgate.Appender { return view{img} }

// AppendJSON implements jumpgate.Appender.
func (v view) AppendJSON(b []byte) ([]byte, error) {
	if v.frozen != nil && v.frozen.image == v.Image {
		text, err := v.frozen.json()
		return append(b, text...), err
	}
	return v.Image.appendJSON(b)
}

func (img *Image) appendJSON(b []byte) (_ []byte, err error) {
	names := make([]string, 0, len(img.Properties))
	for name := range img.Properties {
		if !reserved(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	b = append(b, '{')
	for _, name := range names {
		if b, err = jumpgate.AppendMember(b, name, img.Properties[name]); err != nil {
			return b, err
		}
	}
	return imageMembers.AppendMembers(b, img)
}

// frozen is what is made once of an image that does not change.
type frozen struct {
	image *Image // whose it is: a copy of the image may be changed
	json  func() ([]byte, error)
}

// Freeze promises that img never changes from now on, so that the package
// encodes it only once. It is for images that a driver lists often. Copies may
// change.
func (img *Image) Freeze() {
	img.frozen = &frozen{img, sync.OnceValues(func() ([]byte, error) { return img.appendJSON(nil) })}
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

// textOrNull is what s points to, or null if that is empty. It costs no copy.
func textOrNull(s *string) any {
	if *s == "" {
		return nil
	}
	return s
}

func numberOrNil(n *int64) any {
	switch {
	case n == nil:
		return nil
	case int64(int(*n)) == *n:
		return int(*n) // which encodes without reflection
	}
	return *n
}
