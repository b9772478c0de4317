package schema_test

import (
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// The texts are what Python's pprint.pformat(v, width=72) writes.
func TestPretty(t *testing.T) {
	for _, c := range []struct{ json, want string }{
		{`{"b": 1, "a": [null, true]}`, `{'a': [None, True], 'b': 1}`},
		{`"` + strings.Repeat("word ", 16) + `"`, "('" + strings.Repeat("word ", 13) + "'\n 'word word word ')"},
		{
			`{"description": "A set of URLs to access the image file kept in external store", "type": "array"}`,
			"{'description': 'A set of URLs to access the image file kept in '\n                'external store',\n 'type': 'array'}",
		},
		{
			`{"enum": [null, "aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccc"]}`,
			"{'enum': [None,\n          'aaaaaaaaaaaaaaaaaaaa',\n          'bbbbbbbbbbbbbbbbbbbb',\n          'cccccccccccccccccccc']}",
		},
	} {
		v, err := schema.Parse([]byte(c.json))
		if err != nil {
			t.Fatal(err)
		}
		if got := schema.Pretty(v); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.json, got, c.want)
		}
	}
}
