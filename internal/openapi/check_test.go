package openapi

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const sample = `
paths:
  /v2.1/things/detail:
    get: {responses: {'200': {content: {application/json: {schema: {type: array}}}}}}
  /v2.1/things/{id}:
    get:
      responses:
        '200':
          content:
            application/json:
              schema:
                oneOf:
                - $ref: '#/components/schemas/Old'
                - $ref: '#/components/schemas/New'
          headers:
            X-Always: {schema: {type: string}}
            X-Once: {schema: {type: string}, x-openstack: {max-ver: '2.9'}}
    delete: {responses: {'204': {}}}
  /v2.1/things/{id}/action:
    post:
      responses:
        '200':
          content:
            application/json:
              schema:
                oneOf:
                - {x-openstack: {action-name: open}, properties: {key: {type: string}}, additionalProperties: false}
                - {x-openstack: {action-name: close}, properties: {door: {type: string}}, additionalProperties: false}
components:
  schemas:
    Old:
      x-openstack: {max-ver: '2.9'}
      type: object
      required: [thing]
      properties:
        thing:
          oneOf:
          - {type: object, properties: {id: {type: string, format: uuid}}, required: [id], additionalProperties: false}
          - {type: object, properties: {id: {type: string}, when: {type: string, format: date-time}, who: {}}, required: [id, when, who], additionalProperties: false}
    New:
      x-openstack: {min-ver: '2.10'}
      type: object
      properties: {thing: {type: object, properties: {oneOf: {enum: [1, 2]}}, additionalProperties: false}}
`

// TestCheck: what is wrong is found, in the view of the answer's microversion.
func TestCheck(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "sample.yaml")
	if err := os.WriteFile(file, []byte(sample), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		request, version string
		status           int
		body             string
		rules            []string
	}{
		{"GET /v2.1/things/1", "2.9", 200, `{"thing": {"id": "any"}}`, nil},
		{"GET /v2.1/things/1/", "2.9", 200, `{"thing": {"id": "any", "when": "2026-11-23T19:17:28.000000", "who": "me"}}`, nil},
		{"GET /v2.1/things/1", "2.9", 200, `{"thing": {"id": "any", "when": "yesterday", "who": "me"}}`, []string{"properties/thing/properties/when: format"}},
		{"GET /v2.1/things/1", "2.9", 200, `{"thing": {"id": 1}}`, []string{"properties/thing/properties/id: number for type"}},
		{"GET /v2.1/things/1", "2.9", 200, `{"thing": {"id": "1", "x": 1, "y": 1}}`, []string{"properties/thing: unknown x", "properties/thing: unknown y"}},
		{"GET /v2.1/things/1", "2.9", 200, `{}`, []string{": missing thing"}},
		{"GET /v2.1/things/1", "2.10", 200, `{}`, nil},
		{"GET /v2.1/things/1", "2.10", 200, `{"thing": {"id": "1"}}`, []string{"properties/thing: unknown id"}},
		{"GET /v2.1/things/1", "2.10", 200, `{"thing": {"oneOf": 3}}`, []string{"properties/thing/properties/oneOf: enum"}},
		{"GET /v2.1/things/1", "2.10", 200, `{`, []string{"JSON"}},
		{"GET /v2.1/things/1", "2.10", 404, `{"nothing": 1}`, nil},
		{"GET /v2.1/things/1", "2.10", 500, `{"nothing": 1}`, []string{"status 500"}},
		{"GET /v2.1/things/1", "2.10", 203, `{"thing": {"id": "1"}}`, []string{"body", "properties/thing: unknown id", "status 203"}},
		{"GET /v2.1/things/detail", "2.1", 200, `[]`, nil},
		{"GET /v2.1/things/detail", "2.1", 200, `{}`, []string{": object for type"}},
		{"DELETE /v2.1/things/1", "2.1", 204, ``, nil},
		{"DELETE /v2.1/things/1", "2.1", 202, ``, []string{"status 202"}},
		{"DELETE /v2.1/things/1", "2.1", 204, `{}`, []string{"body"}},
		{`POST /v2.1/things/1/action {"open": null}`, "2.1", 200, `{"key": "1"}`, nil},
		{`POST /v2.1/things/1/action {"close": null}`, "2.1", 200, `{"key": "1"}`, []string{": unknown key"}},
	} {
		method, rest, _ := strings.Cut(tt.request, " ")
		path, request, _ := strings.Cut(rest, " ")
		e := Exchange{method, path, []byte(request), tt.status, http.Header{"X-Always": {"1"}, "X-Once": {"1"}}, []byte(tt.body)}
		e.Header.Set("OpenStack-API-Version", "compute "+tt.version)
		found, err := d.Check(e)
		if err != nil {
			t.Errorf("%s: %v", tt.request, err)
		}
		var rules []string
		for _, v := range found {
			rules = append(rules, v.Rule)
		}
		if slices.Sort(rules); !slices.Equal(rules, tt.rules) {
			t.Errorf("%s at %s, %d %s: %q, want %q", tt.request, tt.version, tt.status, tt.body, rules, tt.rules)
		}
	}

	bare := Exchange{Method: "GET", Path: "/v2.1/things/1", Status: 200, Header: http.Header{}, Body: []byte(`{"thing": {"id": "1"}}`)}
	for version, want := range map[string]int{"2.9": 2, "2.10": 2} {
		bare.Header.Set("OpenStack-API-Version", "compute "+version)
		if found, err := d.Check(bare); len(found) != want || err != nil {
			t.Errorf("headers at %s: %v, %v", version, found, err)
		}
	}
	if _, err := d.Check(Exchange{Method: "PUT", Path: "/v2.1/things/1"}); !errors.Is(err, ErrUndescribed) {
		t.Error(err)
	}
	lock := Exchange{Method: "POST", Path: "/v2.1/things/1/action", Request: []byte(`{"lock": null}`), Status: 200, Body: []byte(`{}`)}
	if _, err := d.Check(lock); !errors.Is(err, ErrUndescribed) {
		t.Error(err)
	}

	recording := `{"method": "GET", "path": "/v2.1/things/detail?limit=1", "status": 200, "response_headers": [["X-Always", "1"]], "response_body": {}}`
	if err := os.WriteFile(filepath.Join(folder, "001-things-200.json"), []byte(recording), 0o600); err != nil {
		t.Fatal(err)
	}
	mistakes, err := d.Mistakes(folder)
	if shown := mistakes[rule{"GET /v2.1/things/detail", ": object for type"}]; len(mistakes) != 1 || shown != "001-things-200.json" || err != nil {
		t.Error(mistakes, err)
	}
	if _, err := d.Mistakes(t.TempDir()); err == nil {
		t.Error("no recordings, and no error")
	}
}
