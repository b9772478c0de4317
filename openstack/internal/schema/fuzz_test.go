package schema_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// FuzzParse: Parse takes what encoding/json takes, keeps every value, and
// nothing that it returns makes the rest of the package panic.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", " ", "null", "[]", `{"a": {"b": [1, 2.5, "x", null, true]}}`, `{"a": 1, "a": 2}`, `"\ud800"`, "1e999", "-0", `{"server": {"name": "x"}}`,
		"[[[[[[1]]]]]]", "{", "\"\xff\"", `{"a":`,
	} {
		f.Add([]byte(text))
	}
	inner := &schema.Schema{
		Type: []schema.Type{schema.Map}, Required: []string{"name"}, MinFields: 1, MaxFields: 3,
		Properties: []schema.Property{
			{Name: "name", Schema: &schema.Schema{Type: []schema.Type{schema.String}, MinLength: 1, MaxLength: 5}},
			{Name: "n", Schema: &schema.Schema{
				Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]*$`), Minimum: schema.Ptr(1), Maximum: schema.Ptr(5),
			}},
			{Name: "list", Schema: &schema.Schema{Type: []schema.Type{schema.Array}, Unique: true, MinItems: 1, MaxItems: 3}},
		},
	}
	s := &schema.Schema{
		AnyOf:             []*schema.Schema{{Type: []schema.Type{schema.Map}}, {Enum: []any{"x", 1, nil}}},
		Properties:        []schema.Property{{Name: "server", Schema: inner}, {Name: "list", Schema: &schema.Schema{Items: inner}}},
		PatternProperties: &schema.PatternProperty{Pattern: regexp.MustCompile(`^[a-z]`), Schema: &schema.Schema{}},
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := schema.Parse(text)
		valid := len(text) == 0 || json.Valid(text) && utf8.Valid(text)
		if deep := strings.Count(string(text), "[")+strings.Count(string(text), "{") > 60; (err == nil) != valid && !(deep && err != nil) {
			t.Fatalf("Parse(%q): %v, encoding/json says valid: %v", text, err, valid)
		}
		if err != nil {
			return
		}
		if repr := schema.Repr(v); repr == "" || !utf8.ValidString(repr) {
			t.Errorf("Repr(%q) = %q", text, repr)
		}
		for _, s := range []*schema.Schema{s, inner} {
			fault := s.Check(v)
			if fault != nil && (fault.Message == "" || len(fault.Path) > 64) {
				t.Errorf("fault %+v", fault)
			}
			relaxed, pruned := s.CheckRelaxed(v), s.Prune(v)
			if fault == nil && relaxed != nil {
				t.Errorf("%q is accepted, but not when relaxed: %v", text, relaxed)
			}
			if relaxed == nil && s == inner {
				if fault := s.Check(pruned); fault != nil && !strings.Contains(fault.Message, "enough") {
					t.Errorf("%q is accepted when relaxed, but not pruned: %v", text, fault)
				}
			}
		}
	})
}
