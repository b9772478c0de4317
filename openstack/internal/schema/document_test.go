package schema_test

import (
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

func TestDocument(t *testing.T) {
	const text = `{
		"type": "object", "title": "ignored", "required": ["name"], "minProperties": 1, "maxProperties": 3, "additionalProperties": {"type": "integer", "maximum": 9},
		"properties": {
			"name": {"type": ["string", "null"], "minLength": 1, "pattern": "^a"},
			"tags": {"type": "array", "uniqueItems": true, "maxItems": 2, "items": {"$ref": "#/definitions/tag"}},
			"size": {"allOf": [{"type": "integer"}, {"minimum": 0}]},
			"one": {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": {"a": {}}}
		},
		"definitions": {"tag": {"enum": ["x", "y"]}}
	}`
	parse := func(text string) schema.Object {
		v, err := schema.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return v.(schema.Object)
	}
	d := schema.NewDocument(parse(text))
	for value, want := range map[string]string{
		`{"name": null, "tags": ["x", "y"], "size": 0}`: "",
		`{"name": "b"}`:                "'b' does not match '^a'\n\nFailed validating 'pattern' in schema['properties']['name']:\n    {'minLength': 1, 'pattern': '^a', 'type': ['string', 'null']}\n\nOn instance['name']:\n    'b'",
		`{"name": "a", "tags": ["z"]}`: "'z' is not one of ['x', 'y']\n\nFailed validating 'enum' in schema['properties']['tags']['items']:\n    {'enum': ['x', 'y']}\n\nOn instance['tags'][0]:\n    'z'",
		`{"name": "a", "7": 10}`:       "10 is greater than the maximum of 9\n\nFailed validating 'maximum' in schema['additionalProperties']:\n    {'maximum': 9, 'type': 'integer'}\n\nOn instance['7']:\n    10",
		// Of too many members and strange ones the number comes first, as Keystone has it.
		`{"name": "a", "one": {"c": 1, "b": 2}}`: "{'c': 1, 'b': 2} has too many properties\n\nFailed validating 'maxProperties' in schema['properties']['one']:\n" +
			"    {'additionalProperties': False,\n     'maxProperties': 1,\n     'minProperties': 1,\n     'properties': {'a': {}},\n     'type': 'object'}\n\nOn instance['one']:\n    {'b': 2, 'c': 1}",
	} {
		f := d.Schema.Check(parse(value))
		got := ""
		if f != nil {
			got = d.Explain(f)
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", value, got, want)
		}
	}
	const whole = "'text' is not of type 'object'\n\nFailed validating 'type' in schema:\n    {'additionalProperties': {"
	if f := d.Schema.Check("text"); f == nil || !strings.HasPrefix(d.Explain(f), whole) {
		t.Errorf("%v, want %s", f, whole)
	}
}
