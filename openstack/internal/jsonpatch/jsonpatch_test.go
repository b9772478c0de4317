package jsonpatch

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

func TestApply(t *testing.T) {
	const doc = `{"a": 1, "l": [1, 2], "o": {"x~y": {"z": 0}}}`
	for _, tt := range []struct{ op, path, value, want string }{
		{"add", "/b", `2`, `{'a': 1, 'l': [1, 2], 'o': {'x~y': {'z': 0}}, 'b': 2}`},
		{"add", "/a", `null`, `{'a': None, 'l': [1, 2], 'o': {'x~y': {'z': 0}}}`},
		{"replace", "/o", `{}`, `{'a': 1, 'l': [1, 2], 'o': {}}`},
		{"remove", "/a", "", `{'l': [1, 2], 'o': {'x~y': {'z': 0}}}`},
		{"add", "/l/-", `3`, `{'a': 1, 'l': [1, 2, 3], 'o': {'x~y': {'z': 0}}}`},
		{"add", "/l/0", `0`, `{'a': 1, 'l': [0, 1, 2], 'o': {'x~y': {'z': 0}}}`},
		{"replace", "/l/1", `9`, `{'a': 1, 'l': [1, 9], 'o': {'x~y': {'z': 0}}}`},
		{"remove", "/l/0", "", `{'a': 1, 'l': [2], 'o': {'x~y': {'z': 0}}}`},
		{"replace", "/o/x~0y/z", `1`, `{'a': 1, 'l': [1, 2], 'o': {'x~y': {'z': 1}}}`},

		{"remove", "/b", "", `can't remove a non-existent object 'b'`},
		{"replace", "/o/b", `1`, `can't replace a non-existent object 'b'`},
		{"add", "/b/c", `1`, `member 'b' not found in ` + `{'a': 1, 'l': [1, 2], 'o': {'x~y': {'z': 0}}}`},
		{"add", "/l/x", `1`, `'x' is not a valid sequence index`},
		{"add", "/l/3", `1`, `can't add outside of list`},
		{"remove", "/l/2", "", `can't remove outside of list`},
		{"add", "/b", "", `The operation does not contain a 'value' member`},
	} {
		before, err := schema.Parse([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		op := Operation{Op: tt.op, Path: tt.path, HasValue: tt.value != ""}
		if op.Value, err = schema.Parse([]byte(tt.value)); err != nil {
			t.Fatal(err)
		}
		after, err := Apply(before, op)
		got := schema.Repr(after)
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.op, tt.path, got, tt.want)
		}
		if again, _ := schema.Parse([]byte(doc)); schema.Repr(again) != schema.Repr(before) {
			t.Errorf("%s %s changed the document itself: %s", tt.op, tt.path, schema.Repr(before))
		}
	}
}
