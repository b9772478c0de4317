package schema_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

var (
	text    = []schema.Type{schema.String}
	mapping = []schema.Type{schema.Map}
	digits  = regexp.MustCompile(`^[0-9]*$`)
	never   = &schema.Format{Name: "uuid", Valid: func(v any) bool { return v == "ok" }}
)

func property(name string, s *schema.Schema) schema.Property {
	return schema.Property{Name: name, Schema: s}
}

// TestCheck holds the first fault of a value against that of Python's
// jsonschema 4.10 for the schema of the same words.
func TestCheck(t *testing.T) {
	count := &schema.Schema{Type: []schema.Type{schema.Integer, schema.String}, Pattern: digits, Minimum: schema.Ptr(1), Maximum: schema.Ptr(9), MinLength: 1}
	name := &schema.Schema{Type: text, MinLength: 1, MaxLength: 3}
	closed := &schema.Schema{Type: mapping, Properties: []schema.Property{property("b", name), property("a", count)}, Required: []string{"a", "b"}}
	tags := &schema.Schema{Type: []schema.Type{schema.Array, schema.Null}, MinItems: 1, MaxItems: 3, Unique: true, Items: name}
	meta := &schema.Schema{Type: mapping, PatternProperties: &schema.PatternProperty{Pattern: regexp.MustCompile(`^[a-z]+$`), Schema: name}}
	either := &schema.Schema{AnyOf: []*schema.Schema{name, {Type: []schema.Type{schema.Null}}}}
	both := &schema.Schema{AllOf: []*schema.Schema{name, {Pattern: digits}}}
	for _, c := range []struct {
		schema  *schema.Schema
		value   string
		path    string
		message string
	}{
		{name, `"abc"`, "", ""},
		{name, `"äöü"`, "", ""},
		{name, `5`, "", "5 is not of type 'string'"},
		{name, `null`, "", "None is not of type 'string'"},
		{name, `""`, "", "'' is too short"},
		{name, `"it's"`, "", `"it's" is too long`},
		{count, `1`, "", ""},
		{count, `"9"`, "", ""},
		{count, `1.0`, "", "1.0 is not of type 'integer', 'string'"},
		{count, `true`, "", "True is not of type 'integer', 'string'"},
		{count, `0`, "", "0 is less than the minimum of 1"},
		{count, `-5`, "", "-5 is less than the minimum of 1"},
		{count, `"00"`, "", "0 is less than the minimum of 1"},
		{count, `"010"`, "", "10 is greater than the maximum of 9"},
		{count, `99999999999999999999`, "", "99999999999999999999 is greater than the maximum of 9"},
		{count, `"99999999999999999999"`, "", "99999999999999999999 is greater than the maximum of 9"},
		{count, `"-1"`, "", "'-1' does not match '^[0-9]*$'"},
		{count, `""`, "", "'' is too short"},
		{&schema.Schema{Type: []schema.Type{schema.Number}}, `1.5`, "", ""},
		{&schema.Schema{Type: []schema.Type{schema.Number}}, `"1.5"`, "", "'1.5' is not of type 'number'"},
		{&schema.Schema{Type: []schema.Type{schema.Boolean}}, `0`, "", "0 is not of type 'boolean'"},
		{closed, `{"a": 1, "b": "x"}`, "", ""},
		{closed, `[]`, "", "[] is not of type 'object'"},
		{closed, `{}`, "", "'a' is a required property"},
		{closed, `{"a": 1}`, "", "'b' is a required property"},
		{closed, `{"a": 0, "b": ""}`, "b", "'' is too short"}, // by the schema's order, not the value's
		{closed, `{"z": 1, "y": 2, "a": 1, "b": "x"}`, "", "Additional properties are not allowed ('y', 'z' were unexpected)"},
		{closed, `{"it's": 1, "a": 1, "b": "x"}`, "", `Additional properties are not allowed ("it's" was unexpected)`},
		{tags, `null`, "", ""},
		{tags, `["a", "b"]`, "", ""},
		{tags, `[]`, "", "[] is too short"},
		{tags, `["a", "b", "c", "d"]`, "", "['a', 'b', 'c', 'd'] is too long"},
		{tags, `["a", "b", "a"]`, "", "['a', 'b', 'a'] has non-unique elements"},
		{tags, `["a", {"x": 1.50}]`, "1", "{'x': 1.5} is not of type 'string'"},
		{meta, `{"k": "v"}`, "", ""},
		{meta, `{"k": null}`, "k", "None is not of type 'string'"},
		{meta, `{"K": "v"}`, "", "'K' does not match any of the regexes: '^[a-z]+$'"},
		{meta, `{"Z": "v", "B": "v"}`, "", "'B', 'Z' do not match any of the regexes: '^[a-z]+$'"},
		{either, `null`, "", ""},
		{either, `"long"`, "", "'long' is not valid under any of the given schemas"},
		{either, `{"a": [true]}`, "", "{'a': [True]} is not valid under any of the given schemas"},
		{both, `"12"`, "", ""},
		{both, `""`, "", "'' is too short"},
		{both, `"a"`, "", "'a' does not match '^[0-9]*$'"},
		{&schema.Schema{Enum: []any{"HARD", true, 5, nil}}, `5`, "", ""},
		{&schema.Schema{Enum: []any{"HARD", true, 5, nil}}, `null`, "", ""},
		{&schema.Schema{Enum: []any{"HARD", true, 5}}, `"hard"`, "", "'hard' is not one of ['HARD', True, 5]"},
		{&schema.Schema{Enum: []any{"HARD"}}, `{}`, "", "{} is not one of ['HARD']"},
		{&schema.Schema{Type: text, Format: never}, `"ok"`, "", ""},
		{&schema.Schema{Type: text, Format: never}, `"no"`, "", "'no' is not a 'uuid'"},
		{&schema.Schema{Type: mapping, MinFields: 1, MaxFields: 1, Open: true}, `{}`, "", "{} does not have enough properties"},
		{&schema.Schema{Type: mapping, MinFields: 1, MaxFields: 1, Open: true}, `{"a": 1, "b": 2}`, "", "{'a': 1, 'b': 2} has too many properties"},
		{&schema.Schema{Type: mapping, Properties: []schema.Property{property("in", closed)}}, `{"in": {"a": "x", "b": "y"}}`, "in.a", "'x' does not match '^[0-9]*$'"},
		{&schema.Schema{}, `{"anything": [1]}`, "", ""},
	} {
		v, err := schema.Parse([]byte(c.value))
		if err != nil {
			t.Fatal(err)
		}
		f := c.schema.Check(v)
		if f == nil {
			f = &schema.Fault{}
		}
		if f.Error() != c.message || strings.Join(f.Path, ".") != c.path {
			t.Errorf("%s: %q at %q, want %q at %q", c.value, f.Message, strings.Join(f.Path, "."), c.message, c.path)
		}
	}
}

func TestFormatWithWordsOfItsOwn(t *testing.T) {
	s := &schema.Schema{Format: &schema.Format{Name: "name", Valid: func(any) bool { return false }, Message: "No."}}
	if f := s.Check("x"); f == nil || f.Message != "No." || !f.Whole {
		t.Errorf("fault %+v, want the format's own words alone", f)
	}
}

// TestRelaxed: /v2 drops what is not described, but for names that match no
// pattern.
func TestRelaxed(t *testing.T) {
	inner := &schema.Schema{Type: mapping, Properties: []schema.Property{property("a", nil)}}
	s := &schema.Schema{Type: mapping, Properties: []schema.Property{
		property("one", inner),
		property("list", &schema.Schema{Type: []schema.Type{schema.Array}, Items: inner}),
		property("meta", &schema.Schema{Type: mapping, PatternProperties: &schema.PatternProperty{
			Pattern: regexp.MustCompile(`^[a-z]$`), Schema: &schema.Schema{Type: text},
		}}),
		property("open", &schema.Schema{Type: mapping, Open: true, Properties: []schema.Property{property("in", inner)}}),
		property("any", &schema.Schema{}),
	}, Required: []string{"one"}}
	for _, c := range []struct{ value, pruned, message string }{
		{
			`{"x": 1, "one": {"a": 1, "b": 2}, "list": [{"b": 1}, {"a": {"b": 1}}], "meta": {"k": "v"}, "open": {"o": 1, "in": {"c": 1}}, "any": {"d": 1}}`,
			`{'one': {'a': 1}, 'list': [{}, {'a': {'b': 1}}], 'meta': {'k': 'v'}, 'open': {'o': 1, 'in': {}}, 'any': {'d': 1}}`, "",
		},
		{`{"x": 1}`, `{}`, "'one' is a required property"},
		{`{"one": {}, "meta": {"K": "v"}}`, `{'one': {}, 'meta': {'K': 'v'}}`, "Additional properties are not allowed ('K' was unexpected)"},
		{`[{"x": 1}]`, `[{'x': 1}]`, "[{'x': 1}] is not of type 'object'"},
	} {
		v, err := schema.Parse([]byte(c.value))
		if err != nil {
			t.Fatal(err)
		}
		before := schema.Repr(v)
		message := ""
		if f := s.CheckRelaxed(v); f != nil {
			message = f.Message
		}
		if message != c.message {
			t.Errorf("%s: %q, want %q", c.value, message, c.message)
		}
		if got := schema.Repr(s.Prune(v)); got != c.pruned {
			t.Errorf("%s pruned is\n%s, want\n%s", c.value, got, c.pruned)
		}
		if diff := cmp.Diff(before, schema.Repr(v)); diff != "" {
			t.Errorf("Prune changed its argument: %s", diff)
		}
	}
}

// TestHostileSize: a body of a million bytes takes no more than a moment,
// whatever is in it.
func TestHostileSize(t *testing.T) {
	members := make(map[string]int)
	for i := range 60_000 {
		members[string(rune('a'+i%26))+strings.Repeat("x", i%3)+string(rune(0x4e00+i%20000))+string(rune('a'+i%7))] = i
	}
	body, _ := json.Marshal(members)
	s := &schema.Schema{Type: mapping, Properties: []schema.Property{property("server", &schema.Schema{})}}
	start := time.Now()
	v, err := schema.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	if s.Check(v) == nil {
		t.Error("accepted")
	}
	if p := s.Prune(v).(schema.Object); len(p) != 0 {
		t.Errorf("%d members are left", len(p))
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("%d members took %v", len(members), d)
	}
}
