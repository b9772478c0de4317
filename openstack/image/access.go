package image

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// Access is the image service without HTTP, but with its rules. It is for
// services of the same cloud that proxy it, such as Nova.
type Access struct{ s *service }

// NewAccess returns the image service of a driver, nil if the driver does not
// list images. It uses the policy of gw's image service, or Glance's default if
// gw has no image service.
func NewAccess(gw *jumpgate.Gateway, driver any, opts Options) *Access {
	s := newService(driver, opts)
	if s.lister == nil {
		return nil
	}
	s.policy = func() *jumpgate.Policy {
		if disp := gw.Dispatcher(jumpgate.Image); disp != nil && disp.Policy() != nil {
			return disp.Policy()
		}
		return defaultPolicy()
	}
	s.log = func() *slog.Logger { return gw.Logger() }
	return &Access{s}
}

// Lister returns the driver's Lister.
func (a *Access) Lister() Lister { return a.s.lister }

// Getter returns the driver's Getter, nil if it has none.
func (a *Access) Getter() Getter { return a.s.getter }

// Deletes and Updates tell whether the driver can delete and update images.
func (a *Access) Deletes() bool { return a.s.deleter != nil }
func (a *Access) Updates() bool { return a.s.updater != nil }

// Delete deletes an image with its data, as DELETE /v2/images/{image_id}. Errors
// of the kinds NotFound, Forbidden and Conflict may have Glance's messages.
func (a *Access) Delete(ctx context.Context, id string) error { return a.s.remove(ctx, id) }

// ChangeProperties calls change with the properties of an image and stores what
// change returns, by the rules of PATCH /v2/images/{image_id}. It returns the
// stored properties.
func (a *Access) ChangeProperties(
	ctx context.Context, id string, change func(map[string]string) (map[string]string, error),
) (map[string]string, error) {
	img, err := a.s.change(ctx, id, func(img *Image) error {
		if err := a.s.allowChange(ctx, "modify_image", img); err != nil {
			return err
		}
		changed, err := change(maps.Clone(img.Properties))
		if err != nil {
			return err
		}
		for name, value := range changed {
			if old, ok := img.Properties[name]; ok && old == value {
				continue
			}
			if err := writable(name); err != nil {
				return err
			}
		}
		had := img.Properties
		img.Properties = changed
		return img.checkQuotas(had)
	})
	if err != nil {
		return nil, err
	}
	return img.Properties, nil
}

// writable refuses names of properties that nobody sets.
func writable(name string) error {
	switch {
	case utf8.RuneCountInString(name) > 255:
		return jumpgate.BadRequest.New("Custom property should not be greater than 255 characters.")
	case slices.Contains(disallowed, name), slices.Contains(unwritable, name):
		return readOnly(name)
	case baseMember(name), slices.Contains(reservedNames, name), strings.HasPrefix(name, reservedPrefix):
		return jumpgate.Forbidden.New("Attribute '%s' is reserved.", name)
	}
	return nil
}
