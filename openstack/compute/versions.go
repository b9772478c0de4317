package compute

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

type versionDocument struct {
	ID         string            `json:"id"`
	Status     string            `json:"status"`
	Version    string            `json:"version"` // the highest microversion
	MinVersion string            `json:"min_version"`
	Updated    string            `json:"updated"`
	Links      []jumpgate.Object `json:"links"`
	MediaTypes []mediaType       `json:"media-types,omitempty"`
}

type mediaType struct {
	Base string `json:"base"`
	Type string `json:"type"`
}

func versions(s *service, _ any, t *table) {
	t.one(http.MethodGet, "index", s.listVersions)
	t.one(http.MethodGet, "v2_index", s.showVersion)
	t.one(http.MethodGet, "v21_index", s.showVersion)
}

// listVersions answers GET /: what versions there are.
func (s *service) listVersions(r *jumpgate.Request) (any, error) {
	v2, err := s.versionDocument(r, "v2_index")
	if err != nil {
		return nil, err
	}
	v21, err := s.versionDocument(r, "v21_index")
	if err != nil {
		return nil, err
	}
	return map[string]any{"versions": []versionDocument{v2, v21}}, nil
}

// showVersion answers GET /v2 and /v2.1.
func (s *service) showVersion(r *jumpgate.Request) (any, error) {
	doc, err := s.versionDocument(r, r.Endpoint().Name)
	if err != nil {
		return nil, err
	}
	describedBy := link("describedby", "http://docs.openstack.org/")
	doc.Links = append(doc.Links, append(describedBy, jumpgate.Member{Name: "type", Value: "text/html"}))
	media := "application/vnd.openstack.compute+json;version=2"
	if doc.Version != "" {
		media += ".1"
	}
	doc.MediaTypes = []mediaType{{"application/json", media}}
	return map[string]any{"version": doc}, nil
}

func (s *service) versionDocument(r *jumpgate.Request, name string) (versionDocument, error) {
	href, err := s.disp.EndpointURL(r, name)
	doc := versionDocument{
		ID:         "v2.1",
		Status:     "CURRENT",
		Version:    MaxVersion.String(),
		MinVersion: MinVersion.String(),
		Updated:    "2013-07-23T11:33:21Z",
		Links:      []jumpgate.Object{link("self", href+"/")}, // clients join paths to it
	}
	if name == "v2_index" {
		doc.ID, doc.Status, doc.Version, doc.MinVersion, doc.Updated = "v2.0", "SUPPORTED", "", "", "2011-01-21T11:33:21Z"
	}
	return doc, err
}
