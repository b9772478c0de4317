package image

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// v1Changes reads what the header fields of a request say of an image, as the
// members of version 2. property tells whether a name is a property's.
func v1Changes(h http.Header) (o schema.Object, properties map[string]string, err error) {
	properties = make(map[string]string)
	for field := range h {
		value := h.Get(field)
		if name, ok := cutPrefixFold(field, propertyPrefix); ok {
			properties[strings.ReplaceAll(strings.ToLower(name), "-", "_")] = value
			continue
		}
		name, ok := cutPrefixFold(field, metaPrefix)
		if !ok {
			continue
		}
		switch name = strings.ReplaceAll(strings.ToLower(name), "-", "_"); name {
		case "id", "name", "disk_format", "container_format", "owner":
			o = append(o, schema.Member{Name: name, Value: value})
		case "min_disk", "min_ram":
			n, ok := rest.Int(value)
			if !ok || n < 0 {
				return nil, nil, jumpgate.BadRequest.New("Cannot convert image %s '%s' to an integer.", name, value)
			}
			o = append(o, schema.Member{Name: name, Value: json.Number(value)})
		case "protected":
			o = append(o, schema.Member{Name: name, Value: v1Bool(value)})
		case "is_public":
			visibility := "private"
			if v1Bool(value) {
				visibility = "public"
			}
			o = append(o, schema.Member{Name: "visibility", Value: visibility})
		}
	}
	return o, properties, nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

func v1Bool(text string) bool { return schema.Object{{Name: "v", Value: text}}.Bool("v", false) }

// v1Create answers POST /v1/images: it makes an image, and saves its data if
// the request brings some.
func (s *service) v1Create(r *jumpgate.Request) (any, error) {
	o, properties, err := v1Changes(r.Header)
	if err != nil {
		return nil, err
	}
	for name, value := range properties {
		o = append(o, schema.Member{Name: name, Value: value})
	}
	if !o.Has("visibility") {
		o = append(o, schema.Member{Name: "visibility", Value: "private"})
	}
	img, err := s.newImage(r.Context(), o)
	if err != nil {
		return nil, err
	}
	made, err := s.creator.CreateImage(r.Context(), img)
	if errors.Is(err, jumpgate.Conflict) {
		return nil, jumpgate.Conflict.Wrap(err, "Image with identifier %s already exists!", img.ID)
	}
	if err != nil {
		return nil, err
	}
	if made, err = s.v1Save(r, made); err != nil {
		return nil, err
	}
	location, err := s.disp.EndpointURL(r, "v1_image", "image_guid", made.ID)
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{
		Status: http.StatusCreated,
		Header: http.Header{"Location": {location}, "Etag": {made.Checksum}},
		Body:   jumpgate.Object{{Name: "image", Value: v1View(made, false)}},
	}, nil
}

// bringsData tells whether a request has the data of an image.
func bringsData(r *jumpgate.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == "application/octet-stream" && r.ContentLength != 0
}

// v1Save saves the data of a request, if it brings any.
func (s *service) v1Save(r *jumpgate.Request, img *Image) (*Image, error) {
	if !bringsData(r) {
		return img, nil
	}
	ctx := r.Context()
	holder, err := s.beginUpload(ctx, img.ID)
	if err != nil {
		return nil, err
	}
	if err := s.save(ctx, img.ID, holder, r.Body, r.ContentLength, func(*Image) {}); err != nil {
		return nil, err
	}
	if wanted := r.Header.Get(metaPrefix + "Checksum"); wanted != "" {
		return s.v1Checked(r, img.ID, wanted)
	}
	return s.getter.Image(ctx, img.ID)
}

// v1Checked holds the checksum of saved data against the one that the client
// promised, and lets go of data that differs.
func (s *service) v1Checked(r *jumpgate.Request, id, wanted string) (*Image, error) {
	img, err := s.getter.Image(r.Context(), id)
	if err != nil || img.Checksum == wanted {
		return img, err
	}
	later, cancel := afterwards(r.Context())
	defer cancel()
	_, err = s.updater.UpdateImage(later, id, func(img *Image) error {
		img.Status, img.Size, img.VirtualSize, img.Checksum, img.HashAlgo, img.HashValue = "killed", nil, nil, "", "", ""
		return nil
	})
	return nil, errors.Join(jumpgate.BadRequest.New("Supplied checksum %s and computed checksum %s do not match.", wanted, img.Checksum),
		err, s.keeper.DeleteImageData(later, id))
}

// v1Update answers PUT /v1/images/{image_guid}. Properties that the request
// does not name go, unless it says not to purge them, or brings data.
func (s *service) v1Update(r *jumpgate.Request) (any, error) {
	o, properties, err := v1Changes(r.Header)
	if err != nil {
		return nil, err
	}
	if err := checkImage(o); err != nil {
		return nil, err
	}
	purge := !bringsData(r)
	if text := r.Header.Get("X-Glance-Registry-Purge-Props"); text != "" {
		purge = purge && v1Bool(text)
	}
	ctx := r.Context()
	img, err := s.change(ctx, r.Var("image_guid"), func(img *Image) error {
		for _, m := range o {
			if err := s.apply(ctx, img, change{op: "replace", path: []string{m.Name}, value: m.Value}); err != nil {
				return err
			}
		}
		if err := s.allowChange(ctx, "modify_image", img); err != nil {
			return err
		}
		changed := make(map[string]string)
		for name, value := range img.Properties {
			if !purge || strings.HasPrefix(name, reservedPrefix) {
				changed[name] = value
			}
		}
		for name, value := range properties {
			changed[name] = value
		}
		had := img.Properties
		img.Properties = changed
		return img.checkQuotas(had)
	})
	if err != nil {
		return nil, err
	}
	if img, err = s.v1Save(r, img); err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "image", Value: v1View(img, false)}}, nil
}
