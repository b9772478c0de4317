package image

import (
	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// readParams reads r's query as WebOb does for Glance (parse_qsl_text in
// webob/compat.py): ";" separates as "&" does.
func readParams(r *jumpgate.Request) (rest.Params, error) {
	p, ok := rest.ParseParams(r.URL.RawQuery, "&;")
	if !ok {
		return nil, jumpgate.BadRequest.New("Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance")
	}
	return p, nil
}

// pageQuery is the query string of a link: all parameters but the marker,
// which is replaced by marker unless that is empty.
func pageQuery(p rest.Params, marker string) string {
	p = p.Single().Without("marker")
	if marker != "" {
		p = append(p, rest.Param{Name: "marker", Value: marker})
	}
	return p.Encode()
}
