package schema

import (
	"regexp"
	"strconv"
	"strings"
)

// Document is a schema beside the JSON that it was made of, which Keystone and
// Glance quote in faults.
type Document struct {
	Schema *Schema
	text   Object
}

// NewDocument makes a schema of JSON that is part of the program. It knows the
// keywords that Keystone's and Glance's schemas use; others allow all there is.
// A pattern that is none panics.
func NewDocument(text Object) *Document {
	return &Document{compile(text, text.Object("definitions")), text}
}

// resolve follows a reference to a definition.
func resolve(text, definitions Object) Object {
	if ref, ok := strings.CutPrefix(text.String("$ref"), "#/definitions/"); ok {
		return definitions.Object(ref)
	}
	return text
}

func compile(text, definitions Object) *Schema {
	text = resolve(text, definitions)
	s := &Schema{
		MinLength: text.Int("minLength", 0),
		MaxLength: text.Int("maxLength", 0),
		Enum:      text.List("enum"),
		MinItems:  text.Int("minItems", 0),
		MaxItems:  text.Int("maxItems", 0),
		Unique:    text.Bool("uniqueItems", false),
		MinFields: text.Int("minProperties", 0),
		MaxFields: text.Int("maxProperties", 0),
	}
	switch kinds, _ := text.Get("type"); kinds := kinds.(type) {
	case string:
		s.Type = []Type{Type(kinds)}
	case []any:
		for _, kind := range kinds {
			s.Type = append(s.Type, Type(Str(kind)))
		}
	}
	if text.Has("minimum") {
		s.Minimum = Ptr(text.Int("minimum", 0))
	}
	if text.Has("maximum") {
		s.Maximum = Ptr(text.Int("maximum", 0))
	}
	if pattern := text.String("pattern"); pattern != "" {
		s.Pattern = regexp.MustCompile(pattern)
	}
	for _, part := range text.List("allOf") {
		s.AllOf = append(s.AllOf, compile(part.(Object), definitions))
	}
	if items := text.Object("items"); items != nil {
		s.Items = compile(items, definitions)
	}
	for _, p := range text.Object("properties") {
		s.Properties = append(s.Properties, Property{p.Name, compile(p.Value.(Object), definitions)})
	}
	for _, name := range text.List("required") {
		s.Required = append(s.Required, Str(name))
	}
	switch more, _ := text.Get("additionalProperties"); more := more.(type) {
	case Object:
		s.Additional = compile(more, definitions)
	case bool:
		s.Open = more
	default:
		s.Open = true
	}
	return s
}

// Explain words a fault that d's schema found, as jsonschema's ValidationError
// does: what is wrong, the part of the schema that says so, and the value.
func (d *Document) Explain(f *Fault) string {
	definitions := d.text.Object("definitions")
	where, at, part := "", "", d.text
	for _, step := range f.Path {
		name, properties := Repr(step), part.Object("properties")
		switch _, err := strconv.Atoi(step); {
		case err == nil && part.Object("items") != nil:
			name = step
			where, part = where+"['items']", part.Object("items")
		case properties.Has(step):
			where, part = where+"['properties']["+name+"]", properties.Object(step)
		default:
			where, part = where+"['additionalProperties']", part.Object("additionalProperties")
		}
		at += "[" + name + "]"
		part = resolve(part, definitions)
	}
	return f.Message +
		"\n\nFailed validating " + Repr(f.Keyword) + " in schema" + where + ":\n" + indented(Pretty(part)) +
		"\n\nOn instance" + at + ":\n" + indented(Pretty(f.Value))
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
