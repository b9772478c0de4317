package volume

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// updateBody describes a change of a volume at a microversion.
func updateBody(v int) *schema.Schema {
	inner := object(nil,
		member("name", nameText),
		member("description", descriptionText),
		member("display_name", nameText),
		member("display_description", descriptionText),
		member("metadata", metadataSchema),
	)
	if v >= 53 {
		for _, name := range []string{"name", "description", "display_name", "display_description", "metadata"} {
			inner.AnyOf = append(inner.AnyOf, &schema.Schema{Required: []string{name}, Open: true})
		}
	}
	return wrapped("volume", inner)
}

// volumeEdit serves changes of volumes.
func volumeEdit(s *service, _ any, t *table) {
	if s.updater == nil {
		return
	}
	t.add(http.MethodPut, "volume", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, updateBody(minor(r)))
		if err != nil {
			return nil, err
		}
		b := body.Object("volume")
		name, description := naming(b)
		v, err := s.change(r, r.Var("volume_id"), func(v *Volume) error {
			if name != nil {
				v.Name = *name
			}
			if description != nil {
				v.Description = *description
			}
			if b.Has("metadata") {
				v.Metadata = b.Strings("metadata")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "volume", Value: s.showVolume(r, v, fullForm)}}, nil
	})
}

// change changes a volume.
func (s *service) change(r *jumpgate.Request, id string, change func(*Volume) error) (*Volume, error) {
	v, err := s.updater.UpdateVolume(r.Context(), id, change)
	return v, named(err, NotFound(id))
}
