package memory

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// metadefCall is a request about metadata definitions and what its answer says.
type metadefCall struct {
	user, method, path, body string
	status                   int
	says                     string
}

// TestMetadefs goes through the life of a namespace: admins make and change
// definitions, members read public ones, and nobody deletes protected ones.
func TestMetadefs(t *testing.T) {
	var minutes atomic.Int64
	server, _ := imageServer(t, &minutes)
	long := strings.Repeat("x", 81)
	for _, c := range []metadefCall{
		{"demo", "GET", "resource_types", "", 200, `"name": "OS::Glance::Image"`},
		{"demo", "GET", "namespaces", "", 200, `"namespaces": []`},
		{"demo", "POST", "namespaces", `{"namespace": "A"}`, 403, "add_metadef_namespace"},
		{"demo", "POST", "namespaces", ``, 400, "Body expected in request."},
		{"admin", "POST", "namespaces", `{}`, 400, "'namespace' is a required property"},
		{"admin", "POST", "namespaces", `[]`, 400, "is not of type 'object'"},
		{"admin", "POST", "namespaces", `{"namespace": "A", "x": 1}`, 400, "('x' was unexpected)"},
		{"admin", "POST", "namespaces", `{"namespace": 7}`, 400, "Failed validating 'type' in schema['properties']['namespace']"},
		{"admin", "POST", "namespaces", `{"namespace": "` + long + `"}`, 400, "is too long"},
		{"admin", "POST", "namespaces", `{"namespace": "A", "visibility": "shared"}`, 400, "is not one of ['public', 'private']"},
		{"admin", "POST", "namespaces", `{"namespace": "A", "self": "x"}`, 403, "Attribute 'self' is read-only."},
		{"admin", "POST", "namespaces", `{"namespace": "A", "objects": [{"name": "o", "required": ["a", "a"]}]}`, 400, "has non-unique elements"},
		{"admin", "POST", "namespaces", `{"namespace": "A", "visibility": "public", "protected": true, "description": "d",
			"resource_type_associations": [{"name": "OS::New", "prefix": "p_"}], "properties": {"q": {"title": "Q", "type": "string"}},
			"objects": [{"name": "o", "required": ["q"], "properties": {"q": {"title": "Q", "type": "integer", "minimum": 1}}}],
			"tags": [{"name": "t"}]}`, 201, `"self": "/v2/metadefs/namespaces/A", "schema": "/v2/schemas/metadefs/namespace"`},
		{"admin", "POST", "namespaces", `{"namespace": "A"}`, 409, "The metadata definition namespace=A already exists."},
		{"admin", "POST", "namespaces", `{"namespace": "B"}`, 201, `"visibility": "private", "protected": false`},

		{"demo", "GET", "namespaces", "", 200, `[{"namespace": "A"`},
		{"demo", "GET", "namespaces?limit=x", "", 400, "limit param must be an integer"},
		{"demo", "GET", "namespaces?limit=-1", "", 400, "limit param must be positive"},
		{"demo", "GET", "namespaces?sort_dir=up", "", 400, "Invalid sort direction: up"},
		{"demo", "GET", "namespaces?visibility=shared", "", 400, "Invalid visibility value: shared"},
		{"demo", "GET", "namespaces?marker=Z", "", 404, "Metadata definition namespace=Z was not found."},
		{"demo", "GET", "namespaces?resource_types=OS::Other", "", 200, `"namespaces": []`},
		{"admin", "GET", "namespaces?limit=1&sort_key=namespace&sort_dir=asc", "", 200, `"next": "/v2/metadefs/namespaces?limit=1&sort_key=namespace&sort_dir=asc&marker=A"`},
		{"admin", "GET", "namespaces?limit=1&sort_key=namespace&sort_dir=asc&marker=A", "", 200, `[{"namespace": "B"`},
		{"demo", "GET", "resource_types", "", 200, `"name": "OS::New"`},
		{"demo", "GET", "namespaces/A", "", 200, `"properties": {"q": {"type": "string", "title": "Q"}}`},
		{"demo", "GET", "namespaces/A?resource_type=OS::New", "", 200, `"required": ["p_q"]`},
		{"demo", "GET", "namespaces/B", "", 404, "Namespace B not found"},
		{"demo", "GET", "namespaces/Z", "", 404, "Metadata definition namespace=Z was not found."},
		{"demo", "PUT", "namespaces/A", `{"namespace": "A"}`, 403, "modify_metadef_namespace"},
		{"demo", "DELETE", "namespaces/A", "", 403, "delete_metadef_namespace"},
		{"demo", "DELETE", "namespaces/B", "", 404, "Namespace B not found"},
		{"admin", "DELETE", "namespaces/A", "", 403, "Metadata definition namespace A is protected and cannot be deleted."},

		{"demo", "GET", "namespaces/A/objects", "", 200, `"self": "/v2/metadefs/namespaces/A/objects/o"`},
		{"demo", "GET", "namespaces/A/objects/o", "", 200, `"properties": {"q": {"type": "integer", "title": "Q", "minimum": 1}}`},
		{"demo", "GET", "namespaces/A/objects/z", "", 404, "The metadata definition object with name=z was not found in namespace=A."},
		{"demo", "POST", "namespaces/A/objects", `{"name": "p"}`, 403, "add_metadef_object"},
		{"admin", "POST", "namespaces/A/objects", `{"name": "o"}`, 409, "A metadata definition object with name=o already exists in namespace=A."},
		{"admin", "POST", "namespaces/A/objects", `{"name": "p", "properties": {"x": {"title": "X"}}}`, 400, "'type' is a required property"},
		{"admin", "POST", "namespaces/A/objects", `{"name": "p"}`, 201, `"name": "p"`},
		{"admin", "PUT", "namespaces/A/objects/p", `{"name": "o"}`, 409, "duplicate metadata definition object"},
		{"admin", "PUT", "namespaces/A/objects/p", `{"name": "r", "description": "D"}`, 200, `"description": "D"`},
		{"admin", "DELETE", "namespaces/A/objects/r", "", 403, "Metadata definition object r is protected and cannot be deleted."},

		{"demo", "GET", "namespaces/A/properties/q", "", 200, `{"name": "q", "type": "string", "title": "Q"}`},
		{"demo", "GET", "namespaces/A/properties/p_q?resource_type=OS::New", "", 200, `{"name": "q"`},
		{"demo", "GET", "namespaces/A/properties/q?resource_type=OS::New", "", 404, "does not start with the expected resource type association prefix of 'p_'"},
		{"admin", "POST", "namespaces/A/properties", `{"name": "q", "title": "Q", "type": "string"}`, 409, "already exists in namespace=A."},
		{"admin", "POST", "namespaces/A/properties", `{"name": "r", "title": "R", "type": "text"}`, 400, "is not one of"},
		{"admin", "POST", "namespaces/A/properties", `{"name": "r", "title": "R", "type": "string", "default": "é<"}`, 201, `"default": "é<"`},
		{"admin", "PUT", "namespaces/A/properties/r", `{"name": "q", "title": "R", "type": "string"}`, 409, "duplicate"},
		{"admin", "DELETE", "namespaces/A/properties/r", "", 403, "is protected"},

		{"demo", "GET", "namespaces/A/resource_types", "", 200, `{"resource_type_associations": [{"name": "OS::New", "prefix": "p_"`},
		{"admin", "POST", "namespaces/A/resource_types", `{"name": "OS::New"}`, 409, "already exists."},
		{"admin", "DELETE", "namespaces/A/resource_types/OS::No", "", 404, "Failed to find resource type OS::No to delete"},

		{"demo", "POST", "namespaces/A/tags/u", "", 403, "add_metadef_tag"},
		{"admin", "POST", "namespaces/A/tags/" + long, "", 400, "is too long"},
		{"admin", "POST", "namespaces/A/tags/t", "", 409, "A metadata tag with name=t already exists"},
		{"admin", "POST", "namespaces/A/tags/u", "", 201, `"name": "u"`},
		{"demo", "GET", "namespaces/A/tags", "", 200, `{"tags": [{"name": "u"}, {"name": "t"}]}`},
		{"demo", "GET", "namespaces/A/tags?sort_key=name&sort_dir=asc&marker=t", "", 200, `{"tags": [{"name": "u"}]}`},
		{"admin", "PUT", "namespaces/A/tags/u", `{"name": "t"}`, 409, "already exists"},
		{"admin", "PUT", "namespaces/A/tags/u", `{"name": "v"}`, 200, `"name": "v"`},
		{"admin", "POST", "namespaces/A/tags", `{"tags": [{"name": "1"}, {"name": "2"}]}`, 201, `{"tags": [{"name": "1"}, {"name": "2"}]}`},
		{"demo", "GET", "namespaces/A/tags", "", 200, `{"tags": [{"name": "2"}, {"name": "1"}]}`},
		{"admin", "DELETE", "namespaces/A/tags", "", 403, "is protected"},

		{"admin", "PUT", "namespaces/A", `{"namespace": "B"}`, 409, "duplicate metadata definition namespace with the same name of B"},
		{"admin", "PUT", "namespaces/A", `{"namespace": "C", "visibility": "public"}`, 200, `"namespace": "C"`},
		{"admin", "DELETE", "namespaces/C/objects/o", "", 204, ""},
		{"admin", "DELETE", "namespaces/C/properties/q", "", 204, ""},
		{"admin", "DELETE", "namespaces/C/resource_types/OS::New", "", 204, ""},
		{"admin", "DELETE", "namespaces/C/tags/1", "", 204, ""},
		{"admin", "DELETE", "namespaces/C/tags", "", 204, ""},
		{"admin", "DELETE", "namespaces/C/objects", "", 204, ""},
		{"admin", "DELETE", "namespaces/C/properties", "", 204, ""},
		{"demo", "GET", "namespaces/C/properties", "", 200, `{"properties": {}}`},
		{"admin", "DELETE", "namespaces/C", "", 204, ""},
		{"admin", "GET", "namespaces/C", "", 404, "was not found"},
	} {
		req, err := http.NewRequest(c.method, server.URL+"/v2/metadefs/"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-User", c.user)
		if c.status < 300 {
			refuseReader(t, req)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if said := strings.NewReplacer("&#x27;", "'", "&quot;", `"`).Replace(string(text)); resp.StatusCode != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%s %s %s %s: %d %s; want %d %s", c.user, c.method, c.path, c.body, resp.StatusCode, said, c.status, c.says)
		}
	}
}
