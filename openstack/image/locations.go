package image

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

// listLocations answers GET /v2/images/{image_id}/locations, which policy
// leaves to other services. Data is never addressed from outside, so there are
// none.
func (s *service) listLocations(r *jumpgate.Request) (any, error) {
	img, err := s.find(r.Context(), r.Var("image_id"))
	if err != nil {
		return nil, err
	}
	if err := s.allow(r.Context(), "fetch_image_location", img); err != nil {
		return nil, err
	}
	return []jumpgate.Object{}, nil
}

// addLocation answers POST /v2/images/{image_id}/locations.
func (s *service) addLocation(r *jumpgate.Request) (any, error) {
	img, err := s.find(r.Context(), r.Var("image_id"))
	if err != nil {
		return nil, err
	}
	if err := s.allow(r.Context(), "add_image_location", img); err != nil {
		return nil, err
	}
	return nil, jumpgate.Forbidden.New("It's not allowed to update locations if locations are invisible.")
}

// deleteFromStore answers DELETE /v2/stores/{store_id}/{image_id}: one of
// several copies goes.
func (s *service) deleteFromStore(r *jumpgate.Request) (any, error) {
	if s.stores == nil {
		return nil, jumpgate.NotFound.New("The resource could not be found.")
	}
	ctx, store, id := r.Context(), r.Var("store_id"), r.Var("image_id")
	ids, err := s.storeIDs(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(ids, store) {
		return nil, jumpgate.Conflict.New("The selected store %s is not available on this node.", store)
	}
	_, err = s.updater.UpdateImage(ctx, id, func(img *Image) error {
		for _, rule := range []string{"get_image_location", "delete_image_location"} {
			if err := s.allow(ctx, rule, img); err != nil {
				return err
			}
		}
		i := slices.Index(img.Stores, store)
		switch {
		case img.Status != "active":
			return jumpgate.Conflict.New("It's not allowed to remove image data from store if image status is not 'active'")
		case len(img.Stores) == 1:
			return jumpgate.Forbidden.New("Cannot delete image data from the only store containing it. Consider deleting the image instead.")
		case i < 0:
			return jumpgate.NotFound.New("Image %s is not stored in store %s.", id, store)
		}
		img.Stores = slices.Delete(slices.Clone(img.Stores), i, i+1)
		return nil
	})
	if e := jumpgate.AsError(err); err != nil && e.Kind == jumpgate.NotFound && e.Message == "" {
		return nil, jumpgate.NotFound.Wrap(err, "Failed to find image %s", id)
	}
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusNoContent}, nil
}
