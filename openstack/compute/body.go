package compute

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/schema"
)

// versionedBody describes the body of one operation: an object under a
// single name, whose members come and go with the microversion.
type versionedBody struct {
	name    string
	members []bodyMember
	beside  []schema.Property // other members of the outermost object
}

type bodyMember struct {
	name         string
	schema       *schema.Schema
	since, until int // minor versions, until exclusive; 0: no bound
	required     int // minor version from which it must be there; 0: never
}

// at returns b's schema at a minor version.
func (b *versionedBody) at(v int) *schema.Schema {
	inner := &schema.Schema{Type: []schema.Type{schema.Map}}
	for _, m := range b.members {
		if v < m.since || m.until > 0 && v >= m.until {
			continue
		}
		inner.Properties = append(inner.Properties, schema.Property{Name: m.name, Schema: m.schema})
		if m.required > 0 && v >= m.required {
			inner.Required = append(inner.Required, m.name)
		}
	}
	return &schema.Schema{
		Type:       []schema.Type{schema.Map},
		Properties: append([]schema.Property{{Name: b.name, Schema: inner}}, b.beside...),
		Required:   []string{b.name},
	}
}

// readBody reads and checks r's body. Through /v2 members that are not
// described are dropped, elsewhere they are refused.
func readBody(r *jumpgate.Request, b *versionedBody) (schema.Object, error) {
	value, err := parseBody(r)
	if err != nil {
		return nil, err
	}
	s := b.at(minor(r))
	if legacy(r) {
		value = s.Prune(value)
	}
	if err := check(s, value); err != nil {
		return nil, err
	}
	return value.(schema.Object), nil
}

func parseBody(r *jumpgate.Request) (any, error) {
	text, err := r.ReadBody(0)
	if err != nil {
		return nil, err
	}
	value, err := schema.Parse(text)
	if err != nil {
		return nil, jumpgate.BadRequest.Wrap(err, "Malformed request body")
	}
	return value, nil
}

// check words a fault as nova.api.validation does.
func check(s *schema.Schema, value any) error {
	f := s.Check(value)
	switch {
	case f == nil:
		return nil
	case f.Whole || len(f.Path) == 0:
		return jumpgate.BadRequest.New("%s", f.Message)
	}
	return jumpgate.BadRequest.New("Invalid input for field/attribute %s. Value: %s. %s", f.Path[len(f.Path)-1], schema.Str(f.Value), f.Message)
}

// The parameter types that several bodies share (nova/api/validation/parameter_types.py).
var (
	stringType = []schema.Type{schema.String}

	nameFormat = &schema.Format{
		Name: "name",
		Valid: func(v any) bool {
			s, ok := v.(string)
			return ok && s == strings.TrimFunc(s, unicode.IsSpace) && !strings.ContainsFunc(s, unprintable)
		},
		Message: "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
	}
	uuidFormat = &schema.Format{Name: "uuid", Valid: func(v any) bool {
		s, ok := v.(string)
		return ok && uuidLike.MatchString(s)
	}}
	ipv4Format = &schema.Format{Name: "ipv4", Valid: func(v any) bool { a, ok := address(v); return ok && a.Is4() }}
	ipv6Format = &schema.Format{Name: "ipv6", Valid: func(v any) bool { a, ok := address(v); return ok && a.Is6() && a.Zone() == "" }}

	uuidLike = regexp.MustCompile(`^(?i:[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})$`)

	anyString       = &schema.Schema{Type: stringType}
	nameSchema      = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255, Format: nameFormat}
	uuidSchema      = &schema.Schema{Type: stringType, Format: uuidFormat}
	ipv4Schema      = &schema.Schema{Type: stringType, Format: ipv4Format}
	ipv6Schema      = &schema.Schema{Type: stringType, Format: ipv6Format}
	flavorRefSchema = &schema.Schema{Type: []schema.Type{schema.String, schema.Integer}, MinLength: 1}
	descriptionText = &schema.Schema{Type: []schema.Type{schema.String, schema.Null}, MaxLength: 255}
	diskConfig      = &schema.Schema{Type: stringType, Enum: []any{"AUTO", "MANUAL"}}
	hostnameSchema  = &schema.Schema{Type: stringType, MinLength: 2, MaxLength: 63,
		Pattern: regexp.MustCompile(`^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$`)}
	fqdnSchema = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255,
		Pattern: regexp.MustCompile(`^[a-zA-Z0-9-._]*$`)}
	imageRefSchema = &schema.Schema{AnyOf: []*schema.Schema{uuidSchema, {Type: stringType, Enum: []any{""}}}}

	booleanSchema = &schema.Schema{Type: []schema.Type{schema.Boolean, schema.String}, Enum: []any{
		true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes",
		false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no",
	}}
	positiveInteger = &schema.Schema{
		Type: []schema.Type{schema.Integer, schema.String}, Minimum: schema.Ptr(1), MinLength: 1,
		Pattern: regexp.MustCompile(`^[0-9]*$`),
	}
	metadataSchema = &schema.Schema{
		Type: []schema.Type{schema.Map},
		PatternProperties: &schema.PatternProperty{
			Pattern: regexp.MustCompile(`^[a-zA-Z0-9-_:. ]{1,255}$`),
			Schema:  &schema.Schema{Type: stringType, MaxLength: 255},
		},
	}
)

// list is the schema of a list of items.
func list(items *schema.Schema) *schema.Schema {
	return &schema.Schema{Type: []schema.Type{schema.Array}, Items: items}
}

// object is the schema of an object of exactly these members, all optional.
func object(members ...schema.Property) *schema.Schema {
	return &schema.Schema{Type: []schema.Type{schema.Map}, Properties: members}
}

func member(name string, s *schema.Schema) schema.Property {
	return schema.Property{Name: name, Schema: s}
}

func unprintable(r rune) bool {
	return r != ' ' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r)
}

func address(v any) (netip.Addr, bool) {
	s, _ := v.(string)
	a, err := netip.ParseAddr(s)
	return a, err == nil
}
