// Package rest is what the protocols share: routes, bodies, and the values
// that all of OpenStack reads alike.
package rest

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// ReadJSON reads r's body, whatever type it says it has, as Nova's and
// Cinder's WSGI layer does. Without a body it returns nil.
func ReadJSON(r *jumpgate.Request) (any, error) {
	text, err := r.ReadBody(0)
	if err != nil {
		return nil, err
	}
	value, err := schema.Parse(text)
	if err != nil {
		return nil, jumpgate.BadRequest.Wrap(err, "Malformed request body")
	}
	return value, nil
}

// MediaTypes refuses requests whose body has another type than application/json,
// none, or one of others, as the WSGI layer of Nova and Cinder does.
func MediaTypes(others ...string) jumpgate.RequestHook {
	known := append([]string{"", "application/json"}, others...)
	return func(r *jumpgate.Request) error {
		media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if r.Endpoint().Name == "" || slices.Contains(known, strings.ToLower(strings.TrimSpace(media))) {
			return nil
		}
		return jumpgate.UnsupportedMedia.New("Unsupported Content-Type")
	}
}

// WordFault words a fault as the api.validation of Nova and Cinder does. It
// returns nil for none.
func WordFault(f *schema.Fault) error {
	switch {
	case f == nil:
		return nil
	case f.Whole || len(f.Path) == 0:
		return jumpgate.BadRequest.New("%s", f.Message)
	}
	return jumpgate.BadRequest.New("Invalid input for field/attribute %s. Value: %s. %s", f.Path[len(f.Path)-1], schema.Str(f.Value), f.Message)
}
