package image

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// readBody reads a JSON body. Glance does not look at its type.
func readBody(r *jumpgate.Request) (any, error) {
	text, err := r.ReadBody(0)
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, jumpgate.BadRequest.New("Body expected in request.")
	}
	v, err := schema.Parse(text)
	if err != nil {
		return nil, jumpgate.BadRequest.Wrap(err, "Malformed JSON in request body.")
	}
	return v, nil
}
