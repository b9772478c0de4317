package image

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Version 1, which Glance had until Rocky: what an image is travels in header
// fields, and one request makes it and brings its data.

const (
	metaPrefix     = "X-Image-Meta-"
	propertyPrefix = "X-Image-Meta-Property-"
)

// v1Endpoints is the API, version 1, with the same driver and the same rules.
func (s *service) v1Endpoints() []endpoint {
	const get, head, post, put, del = http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete
	list, show, create, update := s.lister != nil, s.getter != nil, s.creator != nil, s.updater != nil
	return []endpoint{
		{"v1_images", []method{{list, get, s.v1List}, {create && update && s.keeper != nil, post, s.v1Create}}},
		{"v1_images_detail", []method{{list, get, s.v1ListDetail}}},
		{"v1_image", []method{
			{show, get, s.v1Show}, {show, head, s.v1Head}, {update && s.keeper != nil, put, s.v1Update}, {s.deleter != nil, del, s.v1Delete},
		}},
		{"v1_image_members", []method{{show && update, get, s.v1Members}, {show && update, put, s.v1ReplaceMembers}}},
		{"v1_image_owner", []method{{show && update, put, s.v1AddMember}, {show && update, del, s.v1RemoveMember}}},
		{"v1_shared_image_owner", []method{{list, get, s.v1SharedImages}}},
	}
}

// v1View is the JSON object of an image. In brief it has what a list shows.
func v1View(img *Image, brief bool) jumpgate.Object {
	if brief {
		return jumpgate.Object{
			{Name: "name", Value: rest.OrNil(img.Name)},
			{Name: "container_format", Value: rest.OrNil(img.ContainerFormat)},
			{Name: "disk_format", Value: rest.OrNil(img.DiskFormat)},
			{Name: "checksum", Value: rest.OrNil(img.Checksum)},
			{Name: "id", Value: img.ID},
			{Name: "size", Value: v1Size(img)},
		}
	}
	properties := jumpgate.Object{}
	for _, name := range slices.Sorted(maps.Keys(img.Properties)) {
		properties = append(properties, jumpgate.Member{Name: name, Value: img.Properties[name]})
	}
	return jumpgate.Object{
		{Name: "status", Value: img.Status},
		{Name: "name", Value: rest.OrNil(img.Name)},
		{Name: "deleted", Value: false},
		{Name: "container_format", Value: rest.OrNil(img.ContainerFormat)},
		{Name: "created_at", Value: jumpgate.Date(img.Created, jumpgate.DateMicros)},
		{Name: "disk_format", Value: rest.OrNil(img.DiskFormat)},
		{Name: "updated_at", Value: jumpgate.Date(img.updated(), jumpgate.DateMicros)},
		{Name: "min_disk", Value: img.MinDisk},
		{Name: "protected", Value: img.Protected},
		{Name: "id", Value: img.ID},
		{Name: "min_ram", Value: img.MinRAM},
		{Name: "checksum", Value: rest.OrNil(img.Checksum)},
		{Name: "owner", Value: rest.OrNil(img.Owner)},
		{Name: "is_public", Value: img.Visibility == "public"},
		{Name: "virtual_size", Value: numberOrNil(img.VirtualSize)},
		{Name: "deleted_at", Value: nil},
		{Name: "properties", Value: properties},
		{Name: "size", Value: v1Size(img)},
	}
}

// v1Size is the size of an image, which is 0 until it has data.
func v1Size(img *Image) any {
	if img.Size == nil {
		return 0
	}
	return numberOrNil(img.Size)
}

func (s *service) v1List(r *jumpgate.Request) (any, error)       { return s.v1Page(r, true) }
func (s *service) v1ListDetail(r *jumpgate.Request) (any, error) { return s.v1Page(r, false) }

// v1Filters are the parameters that select, as version 2 calls them.
var v1Filters = map[string]string{
	"name": "name", "status": "status", "container_format": "container_format", "disk_format": "disk_format",
	"size_min": "size_min", "size_max": "size_max", "min_ram": "min_ram", "min_disk": "min_disk", "protected": "protected", "owner": "owner",
}

// v1Page lists images: public ones unless is_public says otherwise, and the
// project's own.
func (s *service) v1Page(r *jumpgate.Request, brief bool) (any, error) {
	given, err := readParams(r)
	if err != nil {
		return nil, err
	}
	var wanted rest.Params
	for _, p := range given.Single() {
		switch name, property := strings.CutPrefix(p.Name, "property-"); {
		case property:
			wanted = append(wanted, rest.Param{Name: name, Value: p.Value})
		case slices.Contains([]string{"limit", "marker", "sort_key", "sort_dir"}, p.Name):
			wanted = append(wanted, p)
		case v1Filters[p.Name] != "" && p.Value != "":
			wanted = append(wanted, rest.Param{Name: v1Filters[p.Name], Value: p.Value})
		case p.Name == "is_public" && schema.Object{{Name: "v", Value: p.Value}}.Bool("v", false):
			wanted = append(wanted, rest.Param{Name: "visibility", Value: "public"})
		}
	}
	q, err := parseQuery(wanted)
	if err != nil {
		return nil, err
	}
	if p := jumpgate.PrincipalFrom(r.Context()); p != nil {
		q.project, q.admin = p.ProjectID, p.HasRole("admin")
	}
	return &jumpgate.List{Key: "images", Items: func(yield func(any, error) bool) {
		for img, err := range s.page(r.Context(), q) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(v1View(img, brief), nil) {
				return
			}
		}
	}}, nil
}

// v1Find finds an image, in the words of version 1.
func (s *service) v1Find(r *jumpgate.Request) (*Image, error) {
	img, err := s.find(r.Context(), r.Var("image_guid"))
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound {
		return nil, jumpgate.NotFound.Wrap(err, "Image with identifier %s not found", r.Var("image_guid"))
	}
	return img, err
}

// v1Headers are the header fields that describe img.
func v1Headers(img *Image) http.Header {
	h := make(http.Header)
	for _, m := range v1View(img, false) {
		if m.Name == "properties" || m.Value == nil {
			continue
		}
		value := schema.Str(m.Value)
		if n, ok := m.Value.(int); ok {
			value = strconv.Itoa(n)
		}
		h.Set(metaPrefix+m.Name, value)
	}
	for name, value := range img.Properties {
		h.Set(propertyPrefix+name, value)
	}
	if img.Checksum != "" {
		h.Set("Etag", img.Checksum)
	}
	return h
}

// v1Head answers HEAD /v1/images/{image_guid}.
func (s *service) v1Head(r *jumpgate.Request) (any, error) {
	img, err := s.v1Find(r)
	if err != nil {
		return nil, err
	}
	h := v1Headers(img)
	h.Set("Content-Type", "text/html; charset=UTF-8")
	return &jumpgate.Response{Status: http.StatusOK, Header: h, Body: []byte{}}, nil
}

// v1Show answers GET /v1/images/{image_guid}: the description and the data.
func (s *service) v1Show(r *jumpgate.Request) (any, error) {
	img, err := s.v1Find(r)
	if err != nil {
		return nil, err
	}
	if img.Status == "deactivated" {
		return nil, jumpgate.Forbidden.New("Access to image %s is denied because it is deactivated", img.ID)
	}
	if s.keeper == nil || img.Size == nil {
		return nil, jumpgate.NotFound.New("Image %s is not active", img.ID)
	}
	if err := s.allow(r.Context(), "download_image", img); err != nil {
		return nil, err
	}
	data, err := s.keeper.ImageData(r.Context(), img.ID, 0, -1)
	if err != nil {
		return nil, err
	}
	h := v1Headers(img)
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.FormatInt(*img.Size, 10))
	return &jumpgate.Response{Status: http.StatusOK, Header: h, Body: data}, nil
}

// v1Delete answers DELETE /v1/images/{image_guid}.
func (s *service) v1Delete(r *jumpgate.Request) (any, error) {
	if _, err := s.delete(r); err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, Body: []byte{}}, nil
}
