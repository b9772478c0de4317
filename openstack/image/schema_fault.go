package image

import (
	"slices"
	"sync"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// validator is a JSON schema with a name.
type validator struct {
	name string // as Glance calls it in faults
	schema.Document
}

// newValidator reads a JSON schema that is part of the program.
func newValidator(name, text string) *validator {
	v, err := schema.Parse([]byte(text))
	if err != nil {
		panic(err) // it is embedded
	}
	return &validator{name, *schema.NewDocument(v.(schema.Object))}
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
	unnamed, whole := *all["property"], *all["property"].Schema
	whole.Required = slices.DeleteFunc(slices.Clone(whole.Required), func(name string) bool { return name == "name" })
	unnamed.Schema = &whole
	all["unnamed property"] = &unnamed
	all["tag list"] = newValidator("tags", `{"name": "tags", "properties": {"tags": {"type": "array", "items": {"type": "object",`+
		`"properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": false}}}, "additionalProperties": false}`)
	return all
})

func metadefValidator(name string) *validator { return metadefValidators()[name] }

// checkImage holds members of an image against the schema.
func checkImage(v schema.Object) error { return imageValidator().check(v) }

// check holds a value against the schema, in the words of Python's jsonschema:
// what is wrong, the part of the schema that says so, and the value.
func (c *validator) check(v any) error {
	f := c.first(v)
	if f == nil {
		return nil
	}
	return jumpgate.BadRequest.New("%s", "Provided object does not match schema '"+c.name+"': "+c.Explain(f))
}

// first is the fault that jsonschema reports: of several the one that is least
// deep.
func (c *validator) first(v any) *schema.Fault {
	o, ok := v.(schema.Object)
	if !ok {
		return c.Schema.Check(v)
	}
	shallow := *c.Schema
	shallow.Additional = nil
	shallow.Open = c.Schema.Open || c.Schema.Additional != nil
	shallow.Properties = slices.Clone(shallow.Properties)
	for i := range shallow.Properties {
		shallow.Properties[i].Schema = nil
	}
	if f := shallow.Check(o); f != nil {
		return f
	}
	return c.Schema.Check(o)
}
