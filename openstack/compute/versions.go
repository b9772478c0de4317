package compute

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// version is one of the versions that there are.
type version struct {
	id, status, index string // index is the endpoint of its document
	minimum, maximum  string // microversions, empty where it has none
	updated, media    string
}

func allVersions(opts Options) []version {
	return []version{
		{"v2.0", "SUPPORTED", "v2_index", "", "", "2011-01-21T11:33:21Z", "application/vnd.openstack.compute+json;version=2"},
		{"v2.1", "CURRENT", "v21_index", opts.MinVersion.String(), opts.MaxVersion.String(), "2013-07-23T11:33:21Z", "application/vnd.openstack.compute+json;version=2.1"},
	}
}

// versions answers every method alike: Nova looks at none here.
func versions(s *service, _ any, t *table) {
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		t.One(method, "index", s.listVersions)
		for _, v := range allVersions(s.opts) {
			t.One(method, v.index, s.showVersion(v))
		}
		for _, name := range []string{"v1_os_quota_sets_target", "v1_os_quota_sets_target_defaults", "v3_index"} {
			t.One(method, name, s.choices)
		}
	}
	for _, name := range []string{"v1_os_quota_sets_target", "v1_os_quota_sets_target_defaults"} {
		t.Explain(http.MethodGet, name, "300: Nova has no version 1; the answer names those it has")
	}
}

// listVersions answers GET /: what versions there are.
func (s *service) listVersions(r *jumpgate.Request) (any, error) {
	var list []jumpgate.Object
	for _, v := range allVersions(s.opts) {
		doc, err := s.document(r, v)
		if err != nil {
			return nil, err
		}
		list = append(list, doc)
	}
	return jumpgate.Object{{Name: "versions", Value: list}}, nil
}

// showVersion answers GET /v2 and /v2.1.
func (s *service) showVersion(v version) handler {
	return func(r *jumpgate.Request) (any, error) {
		describedBy := append(rest.Link("describedby", "http://docs.openstack.org/"), jumpgate.Member{Name: "type", Value: "text/html"})
		doc, err := s.document(r, v, describedBy)
		if err != nil {
			return nil, err
		}
		doc = append(doc, v.mediaTypes())
		return jumpgate.Object{{Name: "version", Value: doc}}, nil
	}
}

// choices answers a path of a version that there is not with where it might be
// in those that there are.
func (s *service) choices(r *jumpgate.Request) (any, error) {
	var list []jumpgate.Object
	for _, v := range allVersions(s.opts) {
		href, err := s.disp.EndpointURL(r, v.index)
		if err != nil {
			return nil, err
		}
		list = append(list, jumpgate.Object{
			{Name: "id", Value: v.id},
			{Name: "status", Value: v.status},
			{Name: "links", Value: []jumpgate.Object{rest.Link("self", href+"/"+strings.Trim(r.RawPath(), "/"))}},
			v.mediaTypes(),
		})
	}
	// The list is made in front of the middleware that names requests.
	r.ResponseHeader().Del("X-Openstack-Request-Id")
	r.ResponseHeader().Del("X-Compute-Request-Id")
	return &jumpgate.Response{Status: http.StatusMultipleChoices, Body: jumpgate.Object{{Name: "choices", Value: list}}}, nil
}

func (s *service) document(r *jumpgate.Request, v version, links ...jumpgate.Object) (jumpgate.Object, error) {
	href, err := s.disp.EndpointURL(r, v.index)
	self := rest.Link("self", href+"/") // clients join paths to it
	return jumpgate.Object{
		{Name: "id", Value: v.id},
		{Name: "status", Value: v.status},
		{Name: "version", Value: v.maximum},
		{Name: "min_version", Value: v.minimum},
		{Name: "updated", Value: v.updated},
		{Name: "links", Value: append([]jumpgate.Object{self}, links...)},
	}, err
}

func (v version) mediaTypes() jumpgate.Member {
	return jumpgate.Member{Name: "media-types", Value: []jumpgate.Object{
		{{Name: "base", Value: "application/json"}, {Name: "type", Value: v.media}},
	}}
}
