package compute

import (
	"errors"
	"maps"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// maxImageMetadata is Nova's default quota of metadata_items.
const maxImageMetadata = 128

// The metadata of an image are its properties in the image service.

func (x *imageProxy) metadata(r *jumpgate.Request) (any, error) {
	i, err := x.image(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "metadata", Value: textMap(i.Properties)}}, nil
}

func (x *imageProxy) metadatum(r *jumpgate.Request) (any, error) {
	i, err := x.image(r)
	if err != nil {
		return nil, err
	}
	value, ok := i.Properties[r.Var("key")]
	if !ok {
		return nil, jumpgate.NotFound
	}
	return jumpgate.Object{{Name: "meta", Value: jumpgate.Object{{Name: r.Var("key"), Value: value}}}}, nil
}

// changeMetadata adds items, or replaces all.
func (x *imageProxy) changeMetadata(replace bool) handler {
	return func(r *jumpgate.Request) (any, error) {
		body, err := readSchema(r, metadataBody)
		if err != nil {
			return nil, err
		}
		items := body.Strings("metadata")
		all, err := x.change(r, func(old map[string]string) (map[string]string, error) {
			if replace {
				return items, nil
			}
			return with(old, items), nil
		})
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "metadata", Value: textMap(all)}}, nil
	}
}

func (x *imageProxy) setMetadatum(r *jumpgate.Request) (any, error) {
	body, err := readSchema(r, metaBody)
	if err != nil {
		return nil, err
	}
	key, item := r.Var("key"), body.Strings("meta")
	if _, ok := item[key]; !ok {
		return nil, jumpgate.BadRequest.New("Request body and URI mismatch")
	}
	if _, err := x.change(r, func(old map[string]string) (map[string]string, error) { return with(old, item), nil }); err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "meta", Value: textMap(item)}}, nil
}

func (x *imageProxy) deleteMetadatum(r *jumpgate.Request) (any, error) {
	_, err := x.change(r, func(old map[string]string) (map[string]string, error) {
		if _, ok := old[r.Var("key")]; !ok {
			return nil, jumpgate.NotFound.New("Invalid metadata key")
		}
		delete(old, r.Var("key"))
		return old, nil
	})
	if err != nil {
		return nil, err
	}
	return empty(http.StatusNoContent), nil
}

func (x *imageProxy) change(r *jumpgate.Request, do func(map[string]string) (map[string]string, error)) (map[string]string, error) {
	refused := error(nil)
	all, err := x.access.ChangeProperties(r.Context(), eitherVar(r, "image_guid", "image_id"), func(old map[string]string) (map[string]string, error) {
		changed, err := do(with(old, nil))
		if err == nil && len(changed) > maxImageMetadata {
			err = jumpgate.Forbidden.New("Image metadata limit exceeded")
		}
		refused = err
		return maps.Clone(changed), err
	})
	if refused == nil && errors.Is(err, jumpgate.NotFound) {
		err = jumpgate.NotFound.Wrap(err, "Image not found.")
	}
	return all, err
}
