package identity

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// version is an entry of the list of versions.
func (s *service) version(r *jumpgate.Request, endpoint, id, status, updated, mediaType string) (jumpgate.Object, string, error) {
	url, err := s.disp.EndpointURL(r, endpoint)
	if err != nil {
		return nil, "", err
	}
	url += "/"
	links := []jumpgate.Object{rest.Link("self", url)}
	if id == "v2.0" { // keystone.version.controllers of Pike, the last release that had it
		links = append(links, jumpgate.Object{
			{Name: "rel", Value: "describedby"},
			{Name: "type", Value: "text/html"},
			{Name: "href", Value: "https://docs.openstack.org/"},
		})
	}
	return jumpgate.Object{
		{Name: "id", Value: id},
		{Name: "status", Value: status},
		{Name: "updated", Value: updated},
		{Name: "links", Value: links},
		{Name: "media-types", Value: []jumpgate.Object{{
			{Name: "base", Value: "application/json"},
			{Name: "type", Value: "application/vnd.openstack.identity-" + mediaType + "+json"},
		}}},
	}, url, nil
}

func (s *service) version3(r *jumpgate.Request) (jumpgate.Object, string, error) {
	return s.version(r, "v3_auth_index", "v3.14", "stable", "2020-04-07T00:00:00Z", "v3")
}

// version2 is deprecated, so that gophercloud, which takes only what is
// current or stable, keeps to v3.
func (s *service) version2(r *jumpgate.Request) (jumpgate.Object, string, error) {
	return s.version(r, "v2_auth_index", "v2.0", "deprecated", "2016-08-04T00:00:00Z", "v2.0")
}

// versions is GET /: a choice of several (recording 001, which has v3 alone).
func (s *service) versions(r *jumpgate.Request) (any, error) {
	v3, url, err := s.version3(r)
	if err != nil {
		return nil, err
	}
	v2, _, err := s.version2(r)
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{
		Status: http.StatusMultipleChoices,
		Header: http.Header{"Location": {url}},
		Body: jumpgate.Object{{Name: "versions", Value: jumpgate.Object{
			{Name: "values", Value: []jumpgate.Object{v3, v2}},
		}}},
	}, nil
}

// v3Index is GET /v3 (recordings 002, 003).
func (s *service) v3Index(r *jumpgate.Request) (any, error) {
	v, _, err := s.version3(r)
	return jumpgate.Object{{Name: "version", Value: v}}, err
}

// v2Index is GET /v2.0.
func (s *service) v2Index(r *jumpgate.Request) (any, error) {
	v, _, err := s.version2(r)
	return jumpgate.Object{{Name: "version", Value: v}}, err
}
