package volume

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// versions answers what versions there are. Only version 3 is named, as in
// Cinder; versions 2 and 1 are for clients that know of them.
func versions(s *service, _ any, t *table) {
	for _, name := range []string{"versions", "v1_index", "v2_index", "v3_index"} {
		status := http.StatusOK
		if name == "versions" {
			status = http.StatusMultipleChoices
		}
		t.One(http.MethodGet, name, func(r *jumpgate.Request) (any, error) {
			list, err := s.versionList(r)
			return &jumpgate.Response{Status: status, Body: list}, err
		})
	}
}

func (s *service) versionList(r *jumpgate.Request) (jumpgate.Object, error) {
	id, index, status, low, high := "v3.0", "v3_index", "CURRENT", MinVersion.String(), MaxVersion.String()
	media := "application/vnd.openstack.volume+json;version=3"
	switch v := r.Endpoint().Version; v {
	case "v1", "v2":
		id, index, status, low, high = v+".0", v+"_index", "DEPRECATED", "", ""
		media = "application/vnd.openstack.volume+json;version=" + v[1:]
	}
	href, err := s.disp.EndpointURL(r, index)
	return jumpgate.Object{{Name: "versions", Value: []jumpgate.Object{{
		{Name: "id", Value: id},
		{Name: "status", Value: status},
		{Name: "version", Value: high},
		{Name: "min_version", Value: low},
		{Name: "updated", Value: "2023-08-31T00:00:00Z"},
		{Name: "links", Value: []jumpgate.Object{
			{{Name: "rel", Value: "describedby"}, {Name: "type", Value: "text/html"}, {Name: "href", Value: "https://docs.openstack.org/"}},
			rest.Link("self", href+"/"),
		}},
		{Name: "media-types", Value: []jumpgate.Object{{{Name: "base", Value: "application/json"}, {Name: "type", Value: media}}}},
	}}}}, err
}
