package image

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// validator is a JSON schema as the checker wants it, beside the text that
// faults quote from.
type validator struct {
	name   string // as Glance calls it in faults
	schema *schema.Schema
	text   schema.Object
}

// newValidator reads a JSON schema that is part of the program.
func newValidator(name, text string) *validator {
	v, err := schema.Parse([]byte(text))
	if err != nil {
		panic(err) // it is embedded
	}
	o := v.(schema.Object)
	return &validator{name, schemaOf(o, o.Object("definitions")), o}
}

var imageValidator = sync.OnceValue(func() *validator { return newValidator("image", imageSchema) })

// metadefValidators are the validators of metadata definitions by the names
// that metadefValidator knows.
var metadefValidators = sync.OnceValue(func() map[string]*validator {
	all := make(map[string]*validator)
	for _, name := range []string{"namespace", "object", "property", "resource_type", "tag"} {
		text, err := metadefSchemas.ReadFile("schemas/metadefs/" + name + ".json")
		if err != nil {
			panic(err) // it is embedded
		}
		all[name] = newValidator(name, string(text))
	}
	all["resource_type"].name = "resource_type_association"
	unnamed, whole := *all["property"], *all["property"].schema
	whole.Required = slices.DeleteFunc(slices.Clone(whole.Required), func(name string) bool { return name == "name" })
	unnamed.schema = &whole
	all["unnamed property"] = &unnamed
	all["tag list"] = newValidator("tags", `{"name": "tags", "properties": {"tags": {"type": "array", "items": {"type": "object",`+
		`"properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": false}}}, "additionalProperties": false}`)
	return all
})

func metadefValidator(name string) *validator { return metadefValidators()[name] }

// resolve follows a reference to a definition.
func resolve(text, definitions schema.Object) schema.Object {
	if ref, ok := strings.CutPrefix(text.String("$ref"), "#/definitions/"); ok {
		return definitions.Object(ref)
	}
	return text
}

// schemaOf makes a checker of a JSON schema. It knows the keywords that
// Glance's schemas use.
func schemaOf(text, definitions schema.Object) *schema.Schema {
	text = resolve(text, definitions)
	s := &schema.Schema{
		MinLength: text.Int("minLength", 0),
		MaxLength: text.Int("maxLength", 0),
		Enum:      text.List("enum"),
		MinItems:  text.Int("minItems", 0),
		MaxItems:  text.Int("maxItems", 0),
		Unique:    text.Bool("uniqueItems", false),
	}
	switch kinds, _ := text.Get("type"); kinds := kinds.(type) {
	case string:
		s.Type = []schema.Type{schema.Type(kinds)}
	case []any:
		for _, kind := range kinds {
			s.Type = append(s.Type, schema.Type(schema.Str(kind)))
		}
	}
	if text.Has("minimum") {
		s.Minimum = schema.Ptr(text.Int("minimum", 0))
	}
	if pattern := text.String("pattern"); pattern != "" {
		s.Pattern = regexp.MustCompile(pattern)
	}
	for _, part := range text.List("allOf") {
		s.AllOf = append(s.AllOf, schemaOf(part.(schema.Object), definitions))
	}
	if items := text.Object("items"); items != nil {
		s.Items = schemaOf(items, definitions)
	}
	for _, p := range text.Object("properties") {
		s.Properties = append(s.Properties, schema.Property{Name: p.Name, Schema: schemaOf(p.Value.(schema.Object), definitions)})
	}
	for _, name := range text.List("required") {
		s.Required = append(s.Required, schema.Str(name))
	}
	switch more, _ := text.Get("additionalProperties"); more := more.(type) {
	case schema.Object:
		s.Additional = schemaOf(more, definitions)
	case bool:
		s.Open = more
	default:
		s.Open = true
	}
	return s
}

// checkImage holds members of an image against the schema.
func checkImage(v schema.Object) error { return imageValidator().check(v) }

// check holds a value against the schema, in the words of Python's jsonschema:
// what is wrong, the part of the schema that says so, and the value.
func (c *validator) check(v any) error {
	f := c.first(v)
	if f == nil {
		return nil
	}
	definitions := c.text.Object("definitions")
	where, part := "schema", c.text
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
		part = resolve(part, definitions)
	}
	at := "On instance"
	for _, step := range f.Path {
		if _, err := strconv.Atoi(step); err == nil {
			at += "[" + step + "]"
			continue
		}
		at += "[" + schema.Repr(step) + "]"
	}
	message := "Provided object does not match schema '" + c.name + "': " + f.Message +
		"\n\nFailed validating " + schema.Repr(f.Keyword) + " in " + where + ":\n" + indent(schema.Pretty(part)) +
		"\n\n" + at + ":\n" + indent(schema.Pretty(f.Value))
	return jumpgate.BadRequest.New("%s", message)
}

// first is the fault that jsonschema reports: of several the one that is least
// deep.
func (c *validator) first(v any) *schema.Fault {
	o, ok := v.(schema.Object)
	if !ok {
		return c.schema.Check(v)
	}
	shallow := *c.schema
	shallow.Additional = nil
	shallow.Open = c.schema.Open || c.schema.Additional != nil
	shallow.Properties = slices.Clone(shallow.Properties)
	for i := range shallow.Properties {
		shallow.Properties[i].Schema = nil
	}
	if f := shallow.Check(o); f != nil {
		return f
	}
	return c.schema.Check(o)
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
