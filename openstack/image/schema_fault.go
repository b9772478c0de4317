package image

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// imageValidator is the schema of an image as the checker wants it, beside the
// text that faults quote from.
var imageValidator = sync.OnceValues(func() (*schema.Schema, schema.Object) {
	v, err := schema.Parse([]byte(imageSchema))
	if err != nil {
		panic(err) // it is embedded
	}
	text := v.(schema.Object)
	return schemaOf(text), text
})

// schemaOf makes a checker of a JSON schema. It knows the keywords that
// Glance's schemas use.
func schemaOf(text schema.Object) *schema.Schema {
	s := &schema.Schema{
		MinLength: text.Int("minLength", 0),
		MaxLength: text.Int("maxLength", 0),
		Enum:      text.List("enum"),
		MaxItems:  text.Int("maxItems", 0),
	}
	switch kinds, _ := text.Get("type"); kinds := kinds.(type) {
	case string:
		s.Type = []schema.Type{schema.Type(kinds)}
	case []any:
		for _, kind := range kinds {
			s.Type = append(s.Type, schema.Type(schema.Str(kind)))
		}
	}
	if pattern := text.String("pattern"); pattern != "" {
		s.Pattern = regexp.MustCompile(pattern)
	}
	if items := text.Object("items"); items != nil {
		s.Items = schemaOf(items)
	}
	for _, p := range text.Object("properties") {
		s.Properties = append(s.Properties, schema.Property{Name: p.Name, Schema: schemaOf(p.Value.(schema.Object))})
	}
	for _, name := range text.List("required") {
		s.Required = append(s.Required, schema.Str(name))
	}
	switch more, _ := text.Get("additionalProperties"); more := more.(type) {
	case schema.Object:
		s.Additional = schemaOf(more)
	case bool:
		s.Open = more
	default:
		s.Open = true
	}
	return s
}

// checkImage holds members of an image against the schema, in the words of
// Python's jsonschema: what is wrong, the part of the schema that says so, and
// the value.
func checkImage(v schema.Object) error {
	s, text := imageValidator()
	f := s.Check(v)
	if f == nil {
		return nil
	}
	where, part := "schema", text
	for _, step := range f.Path {
		_, index := strconv.Atoi(step)
		switch properties := part.Object("properties"); {
		case index == nil && part.Object("items") != nil:
			where, part = where+"['items']", part.Object("items")
		case properties.Has(step):
			where, part = where+"['properties']["+schema.Repr(step)+"]", properties.Object(step)
		default:
			where, part = where+"['additionalProperties']", part.Object("additionalProperties")
		}
	}
	at := "On instance"
	for _, step := range f.Path {
		if _, err := strconv.Atoi(step); err == nil {
			at += "[" + step + "]"
			continue
		}
		at += "[" + schema.Repr(step) + "]"
	}
	message := "Provided object does not match schema 'image': " + f.Message +
		"\n\nFailed validating " + schema.Repr(f.Keyword) + " in " + where + ":\n" + indent(schema.Pretty(part)) +
		"\n\n" + at + ":\n" + indent(schema.Pretty(f.Value))
	return jumpgate.BadRequest.New("%s", message)
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
