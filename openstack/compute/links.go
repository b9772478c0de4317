package compute

import (
	"net/url"

	"github.com/softlayer/jumpgate"
)

func link(rel, href string) jumpgate.Object {
	return jumpgate.Object{{Name: "rel", Value: rel}, {Name: "href", Value: href}}
}

// resource names the endpoint that shows one of something, and its variable.
type resource struct{ endpoint, variable string }

var (
	serverResource = resource{"server", "server_id"}
	flavorResource = resource{"flavor", "flavor_id"}
	imageResource  = resource{"image", "image_guid"}
)

// name is the endpoint's full name in the form of r's path: 2.0 has names of
// their own for flavors within a project.
func (res resource) name(r *jumpgate.Request) string {
	if legacy(r) && res == flavorResource {
		if _, ok := r.PathProject(); ok {
			return "v2_tenant_flavor"
		}
	}
	return endpoint(r, res.endpoint)
}

// links are the self and bookmark links of the res called id.
func (s *service) links(r *jumpgate.Request, res resource, id string) ([]jumpgate.Object, error) {
	self, err := s.disp.EndpointURL(r, res.name(r), res.variable, id)
	if err != nil {
		return nil, err
	}
	bookmark, err := s.bookmark(r, res, id)
	if err != nil {
		return nil, err
	}
	return []jumpgate.Object{link("self", self), bookmark}, nil
}

func (s *service) bookmark(r *jumpgate.Request, res resource, id string) (jumpgate.Object, error) {
	href, err := s.disp.BookmarkURL(r, res.name(r), res.variable, id)
	return link("bookmark", href), err
}

// next is the link to the page after marker, with the query of r.
func (s *service) next(r *jumpgate.Request, marker string) ([]jumpgate.Object, error) {
	href, err := s.disp.EndpointURL(r, r.Endpoint().Name)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	query.Set("marker", marker)
	u := url.URL{RawQuery: query.Encode()}
	return []jumpgate.Object{link("next", href+u.String())}, nil
}
