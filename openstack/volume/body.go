package volume

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// readBody reads r's body and checks it against s. Without a body Cinder's
// handlers fail (recorded: 500).
func readBody(r *jumpgate.Request, s *schema.Schema) (schema.Object, error) {
	value, err := rest.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	if value == nil && r.ContentLength == 0 {
		return nil, jumpgate.Internal.Wrap(fmt.Errorf("no body"), "")
	}
	if err := rest.WordFault(s.Check(value)); err != nil {
		return nil, err
	}
	o, ok := value.(schema.Object)
	if !ok {
		return nil, jumpgate.BadRequest.New("%s is not of type 'object'", schema.Repr(value))
	}
	return o, nil
}

// wrapped is the schema of an object under a single name.
func wrapped(name string, inner *schema.Schema, beside ...schema.Property) *schema.Schema {
	return &schema.Schema{
		Type:       []schema.Type{schema.Map},
		Properties: append([]schema.Property{{Name: name, Schema: inner}}, beside...),
		Required:   []string{name},
	}
}

func object(required []string, members ...schema.Property) *schema.Schema {
	return &schema.Schema{Type: mapType, Properties: members, Required: required}
}

func member(name string, s *schema.Schema) schema.Property {
	return schema.Property{Name: name, Schema: s}
}

func orNull(s *schema.Schema) *schema.Schema {
	c := *s
	c.Type = append(append([]schema.Type{}, s.Type...), schema.Null)
	return &c
}

// The parameter types that several bodies share (cinder/api/validation/parameter_types.py).
var (
	stringType = []schema.Type{schema.String}
	mapType    = []schema.Type{schema.Map}

	anyValue   = &schema.Schema{}
	anyString  = &schema.Schema{Type: stringType}
	nullValue  = &schema.Schema{Type: []schema.Type{schema.Null}}
	shortText  = &schema.Schema{Type: stringType, MaxLength: 255}
	filledText = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255}

	nameText        = optionalText("name")
	descriptionText = optionalText("description")

	mandatoryName = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255, Format: &schema.Format{
		Name:    "name",
		Valid:   func(v any) bool { s, ok := v.(string); return ok && strings.TrimSpace(s) != "" },
		Message: "Name can not be null or empty.",
	}}

	uuidText   = &schema.Schema{Type: stringType, Format: schema.UUID}
	uuidOrNull = &schema.Schema{AnyOf: []*schema.Schema{uuidText, nullValue}}

	booleanSchema = &schema.Schema{Type: []schema.Type{schema.Boolean, schema.String}, Enum: []any{
		true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes", "y", "t",
		false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no", "n", "f",
	}}
	booleanOrNull = &schema.Schema{AnyOf: []*schema.Schema{booleanSchema, nullValue}}

	sizeSchema = &schema.Schema{
		Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]+$`),
		Minimum: schema.Ptr(1), Maximum: schema.Ptr(1<<31 - 1),
	}
	metadataSchema = texts(`^[a-zA-Z0-9-_:. /]{1,255}$`, shortText)
	specsSchema    = texts(`^[a-zA-Z0-9-_:.]{1,255}$`, orNull(shortText))
	imageText      = texts(`^[a-zA-Z0-9-_:. /]{1,255}$`, &schema.Schema{Type: stringType, MaxLength: 65535})
)

// texts is the schema of an object whose names match pattern.
func texts(pattern string, value *schema.Schema) *schema.Schema {
	return &schema.Schema{Type: mapType, PatternProperties: &schema.PatternProperty{Pattern: regexp.MustCompile(pattern), Schema: value}}
}

// optionalText is a name or description, which may be null, of at most 255
// characters without the blanks around it.
func optionalText(what string) *schema.Schema {
	return &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, Format: &schema.Format{
		Name:    what,
		Valid:   func(v any) bool { s, _ := v.(string); return len([]rune(strings.TrimFunc(s, unicode.IsSpace))) <= 255 },
		Message: what + " has more than 255 characters.",
	}}
}

// naming reads a name and a description, by their names of version 2 and of
// version 1, without the blanks around them. Nil stands for not given.
func naming(o schema.Object) (name, description *string) {
	read := func(names ...string) *string {
		for _, n := range names {
			if v, ok := o.Get(n); ok {
				s, _ := v.(string)
				s = strings.TrimFunc(s, unicode.IsSpace)
				return &s
			}
		}
		return nil
	}
	return read("name", "display_name"), read("description", "display_description")
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// givenText is a text without the blanks around it, and whether there is one.
func givenText(o schema.Object, name string) (text string, ok bool) {
	v, _ := o.Get(name)
	s, ok := v.(string)
	return strings.TrimFunc(s, unicode.IsSpace), ok
}
