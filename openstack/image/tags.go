package image

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// change changes an image as one step, with Glance's words for one that is not
// there.
func (s *service) change(ctx context.Context, id string, do func(*Image) error) (*Image, error) {
	var refused error
	img, err := s.updater.UpdateImage(ctx, id, func(img *Image) error {
		refused = do(img)
		return refused
	})
	switch {
	case err == nil:
		return img, nil
	case refused != nil:
		return nil, refused
	case errors.Is(err, jumpgate.NotFound):
		return nil, jumpgate.NotFound.Wrap(err, "No image found with ID %s", id)
	}
	return nil, err
}

// addTag answers PUT /v2/images/{image_guid}/tags/{tag}.
func (s *service) addTag(r *jumpgate.Request) (any, error) {
	tag := r.Var("tag")
	if err := checkImage(schema.Object{{Name: "tags", Value: []any{tag}}}); err != nil {
		return nil, err
	}
	return s.changeTags(r, "update", func(img *Image) error {
		if !slices.Contains(img.Tags, tag) {
			img.Tags = append(slices.Clone(img.Tags), tag)
			slices.Sort(img.Tags)
		}
		if n := len(img.Tags); n > maxTags {
			return jumpgate.TooLarge.New("Image tag limit exceeded for image %s: The limit has been exceeded on the number of allowed image tags. "+
				"Attempted: %d, Maximum: %d:", img.ID, n, maxTags)
		}
		return nil
	})
}

// removeTag answers DELETE /v2/images/{image_guid}/tags/{tag}.
func (s *service) removeTag(r *jumpgate.Request) (any, error) {
	tag := r.Var("tag")
	if err := checkImage(schema.Object{{Name: "tags", Value: []any{tag}}}); err != nil {
		return nil, err
	}
	return s.changeTags(r, "delete", func(img *Image) error {
		i := slices.Index(img.Tags, tag)
		if i < 0 {
			return jumpgate.NotFound.New("The resource could not be found.")
		}
		img.Tags = slices.Delete(slices.Clone(img.Tags), i, i+1)
		return nil
	})
}

func (s *service) changeTags(r *jumpgate.Request, verb string, do func(*Image) error) (any, error) {
	id := r.Var("image_guid")
	_, err := s.updater.UpdateImage(r.Context(), id, func(img *Image) error {
		if err := s.allow(r.Context(), "modify_image", img); err != nil {
			return jumpgate.Forbidden.Wrap(err, "Not allowed to %s tags for image %s.", verb, id)
		}
		return do(img)
	})
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound && e.Message != "The resource could not be found." {
		return nil, jumpgate.NotFound.Wrap(err, "Image %s not found.", id)
	}
	if err != nil {
		return nil, err
	}
	return noContent(), nil
}

// noContent is an empty answer of Glance, which has a type.
func noContent() *jumpgate.Response {
	return &jumpgate.Response{Status: http.StatusNoContent, Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}}
}
