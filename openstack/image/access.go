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

// Access is the image service for other services of the same cloud that pass
// requests on to it, such as Nova's proxies: its rules, without its HTTP.
type Access struct{ s *service }

// NewAccess returns the image service of a driver that lists images, nil for
// another one. The policy is that of gw's image service, or Glance's default
// where gw has none.
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

// Lister returns what lists images.
func (a *Access) Lister() Lister { return a.s.lister }

// Getter returns what finds images, nil if the driver can't.
func (a *Access) Getter() Getter { return a.s.getter }

// Deletes and Updates tell what the driver is able to.
func (a *Access) Deletes() bool { return a.s.deleter != nil }
func (a *Access) Updates() bool { return a.s.updater != nil }

// Delete deletes an image with its data, as DELETE /v2/images/{image_id}. Errors
// of the kinds NotFound, Forbidden and Conflict may have words of Glance.
func (a *Access) Delete(ctx context.Context, id string) error { return a.s.remove(ctx, id) }

// ChangeProperties calls change with the properties of an image and keeps what
// it returns, by the rules of PATCH /v2/images/{image_id}. It returns the
// image's properties from now on.
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
		img.Properties = changed
		return img.checkQuotas()
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
