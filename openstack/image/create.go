package image

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Glance's quotas: image_property_quota, image_tag_quota and
// image_member_quota.
const (
	maxProperties = 128
	maxTags       = 128
	maxMembers    = 128
)

var (
	// disallowed are members that nobody sets; Glance looks for them first.
	disallowed = []string{"direct_url", "self", "file", "schema", "stores"}
	// unwritable are members that the service sets itself.
	unwritable = []string{"created_at", "updated_at", "status", "checksum", "os_hash_algo", "os_hash_value", "size", "virtual_size"}
	// reservedNames may not be names of properties.
	reservedNames = []string{"location", "deleted", "deleted_at"}
)

// reservedPrefix begins the names of properties that the service sets itself.
const reservedPrefix = "os_glance"

// create answers POST /v2/images.
func (s *service) create(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	object, ok := body.(schema.Object)
	if !ok {
		return nil, jumpgate.Internal.New("an image that is no object") // as Glance, which fails
	}
	img, err := s.newImage(r.Context(), object)
	if err != nil {
		return nil, err
	}
	made, err := s.creator.CreateImage(r.Context(), img)
	if errors.Is(err, jumpgate.Conflict) {
		return nil, jumpgate.Conflict.Wrap(err, "Image ID %s already exists!", img.ID)
	}
	if err != nil {
		return nil, err
	}
	location, err := s.disp.EndpointURL(r, "v2_image", "image_guid", made.ID)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Location": {location}}
	if s.keeper != nil {
		header.Set("Openstack-Image-Import-Methods", strings.Join(importMethods, ","))
	}
	if s.stores != nil {
		ids, err := s.storeIDs(r.Context())
		if err != nil {
			return nil, err
		}
		header.Set("Openstack-Image-Store-Ids", strings.Join(append(ids, "os_glance_staging_store", "os_glance_tasks_store"), ","))
	}
	return &jumpgate.Response{Status: http.StatusCreated, Header: header, Body: present(made)}, nil
}

// newImage makes an image of a request, with Glance's checks in Glance's
// order.
func (s *service) newImage(ctx context.Context, o schema.Object) (*Image, error) {
	for _, name := range disallowed {
		if o.Has(name) {
			return nil, readOnly(name)
		}
	}
	if err := checkImage(o); err != nil {
		return nil, err
	}
	img := &Image{Status: "queued", Visibility: "shared", Owner: projectID(ctx), Properties: make(map[string]string)}
	for _, m := range o {
		if baseMember(m.Name) {
			continue
		}
		switch {
		case utf8.RuneCountInString(m.Name) > 255:
			return nil, jumpgate.BadRequest.New("Custom property should not be greater than 255 characters.")
		case slices.Contains(reservedNames, m.Name), strings.HasPrefix(m.Name, reservedPrefix):
			return nil, &jumpgate.Error{
				Kind: jumpgate.Forbidden, Message: accessDenied, Detail: "Attribute '" + m.Name + "' is reserved.",
			}
		}
		img.Properties[m.Name] = schema.Str(m.Value)
	}
	if v, ok := o.Get("owner"); ok {
		img.Owner = schema.Str(v)
	}
	if v := o.String("visibility"); v != "" {
		img.Visibility = v
	}
	if err := s.allow(ctx, "add_image", img); err != nil {
		if img.Owner != projectID(ctx) {
			return nil, jumpgate.Forbidden.Wrap(err, "You are not permitted to create images owned by '%s'", img.Owner)
		}
		return nil, err
	}
	if err := s.allowVisibility(ctx, img); err != nil {
		return nil, err
	}
	for _, name := range unwritable {
		if o.Has(name) {
			return nil, readOnly(name)
		}
	}
	if o.Has("locations") {
		return nil, jumpgate.Forbidden.New("Attribute 'locations' is reserved.")
	}
	for _, m := range o {
		if baseMember(m.Name) && m.Name != "id" && m.Name != "owner" {
			if err := img.set(m.Name, m.Value); err != nil {
				return nil, err
			}
		}
	}
	img.ID = o.String("id")
	return img, img.checkQuotas(nil)
}

// accessDenied is what WebOb says above the detail of a 403.
const accessDenied = "Access was denied to this resource."

func readOnly(name string) error {
	return jumpgate.Forbidden.New("Attribute '%s' is read-only.", name)
}

// baseMember tells whether an image has a member of its own called name, so
// that it is no property.
func baseMember(name string) bool {
	switch name {
	case "checksum", "created_at", "container_format", "disk_format", "id", "min_disk", "min_ram", "name", "size", "virtual_size",
		"status", "tags", "owner", "updated_at", "visibility", "protected", "os_hidden", "os_hash_algo", "os_hash_value", "locations":
		return true
	}
	return false
}

// set gives a member that a client may change the value v, which fits the
// schema.
func (img *Image) set(name string, v any) error {
	text, _ := v.(string) // null is empty
	switch name {
	case "name":
		img.Name = text
	case "owner":
		img.Owner = text
	case "visibility":
		img.Visibility = text
	case "disk_format":
		img.DiskFormat = text
	case "container_format":
		img.ContainerFormat = text
	case "protected":
		img.Protected, _ = v.(bool)
	case "os_hidden":
		img.Hidden, _ = v.(bool)
	case "min_disk":
		return setSize(&img.MinDisk, name, v)
	case "min_ram":
		return setSize(&img.MinRAM, name, v)
	case "tags":
		list, _ := v.([]any)
		img.Tags = make([]string, 0, len(list))
		for _, tag := range list {
			img.Tags = append(img.Tags, schema.Str(tag))
		}
		slices.Sort(img.Tags)
		img.Tags = slices.Compact(img.Tags)
	}
	return nil
}

// maxSize is what fits into Glance's columns of min_disk and min_ram.
const maxSize = 1<<31 - 1

func setSize(to *int, name string, v any) error {
	n := schema.Object{{Name: name, Value: v}}.Int(name, 0)
	switch {
	case n < 0:
		return jumpgate.BadRequest.New("Invalid value '%s' for parameter '%s': Cannot be a negative value", schema.Repr(v), name)
	case n > maxSize:
		return jumpgate.BadRequest.New("Invalid value '%s' for parameter '%s': Cannot be larger than %d", schema.Repr(v), name, maxSize)
	}
	*to = n
	return nil
}

// checkQuotas refuses more tags than Glance takes, and more properties if some
// are new: Glance adds some of its own, over its quota.
func (img *Image) checkQuotas(had map[string]string) error {
	if n := len(img.Tags); n > maxTags {
		return jumpgate.TooLarge.New("The limit has been exceeded on the number of allowed image tags. Attempted: %d, Maximum: %d", n, maxTags)
	}
	added := false
	for name := range img.Properties {
		_, old := had[name]
		added = added || !old
	}
	if n := len(img.Properties); added && n > maxProperties {
		return jumpgate.TooLarge.New("The limit has been exceeded on the number of allowed image properties. Attempted: %d, Maximum: %d", n, maxProperties)
	}
	return nil
}
