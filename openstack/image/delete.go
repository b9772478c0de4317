package image

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

// deleteImage answers DELETE /v2/images/{image_id}.
func deleteImage(r *jumpgate.Request, d Deleter) (any, error) {
	id := r.Var("image_guid")
	err := d.DeleteImage(r.Context(), id)
	switch e := jumpgate.AsError(err); {
	case err == nil:
		// Glance's empty answers have a type.
		return &jumpgate.Response{
			Status: http.StatusNoContent,
			Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}},
		}, nil
	case e.Kind == jumpgate.NotFound:
		return nil, jumpgate.NotFound.Wrap(err, "Failed to find image %s to delete", id)
	case e.Kind == jumpgate.Forbidden && e.Message == "":
		return nil, jumpgate.Forbidden.Wrap(err, "You do not own this image")
	case e.Kind == jumpgate.Conflict && e.Message == "":
		return nil, jumpgate.Conflict.Wrap(err, "Image %s could not be deleted because it is in use.", id)
	}
	return nil, err
}
