package image

import (
	"context"

	"github.com/softlayer/jumpgate"
)

// delete answers DELETE /v2/images/{image_guid}.
func (s *service) delete(r *jumpgate.Request) (any, error) {
	id := r.Var("image_guid")
	err := s.remove(r.Context(), id)
	switch e := jumpgate.AsError(err); {
	case err == nil:
		return noContent(), nil
	case e.Kind == jumpgate.NotFound:
		return nil, jumpgate.NotFound.Wrap(err, "Failed to find image %s to delete", id)
	case e.Kind == jumpgate.Forbidden && e.Message == "":
		return nil, jumpgate.Forbidden.Wrap(err, "You do not own this image")
	case e.Kind == jumpgate.Conflict && e.Message == "":
		return nil, jumpgate.Conflict.Wrap(err, "Image %s could not be deleted because it is in use.", id)
	}
	return nil, err
}

// remove deletes an image that the principal in ctx may delete, with its data.
func (s *service) remove(ctx context.Context, id string) error {
	if err := s.mayDelete(ctx, id); err != nil {
		return err
	}
	if err := s.deleter.DeleteImage(ctx, id); err != nil {
		return err
	}
	if s.keeper == nil {
		return nil
	}
	later, cancel := afterwards(ctx)
	defer cancel()
	for _, name := range []string{id, id + StagedSuffix} {
		if err := s.keeper.DeleteImageData(later, name); err != nil {
			s.log().Warn("the data of a deleted image could not be removed", "name", name, "err", err)
		}
	}
	return nil
}

// mayDelete asks the policy, and protects protected images. Of a driver that
// finds no images the policy knows no owner; such a driver knows itself whose an
// image is.
func (s *service) mayDelete(ctx context.Context, id string) error {
	if s.getter == nil {
		return s.check(ctx, "delete_image", nil)
	}
	img, err := s.getter.Image(ctx, id)
	if err != nil {
		return err
	}
	if err := s.allowChange(ctx, "delete_image", img); err != nil {
		return err
	}
	if img.Protected {
		return jumpgate.Forbidden.New("Image %s is protected and cannot be deleted.", id)
	}
	return nil
}
