package compute

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
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
	legacy       *schema.Schema // through /v2; nil: the same
	since, until int            // minor versions, until exclusive; 0: no bound
	required     int            // minor version from which it must be there; 0: never
}

// at returns b's schema at a minor version.
func (b *versionedBody) at(v int, legacy bool) *schema.Schema {
	return &schema.Schema{
		Type:       []schema.Type{schema.Map},
		Properties: append([]schema.Property{{Name: b.name, Schema: b.value(v, legacy)}}, b.beside...),
		Required:   []string{b.name},
	}
}

// value returns the schema of the object under b's name.
func (b *versionedBody) value(v int, legacy bool) *schema.Schema {
	inner := &schema.Schema{Type: []schema.Type{schema.Map}}
	for _, m := range b.members {
		if !rest.Within(v, m.since, m.until) {
			continue
		}
		s := m.schema
		if legacy && m.legacy != nil {
			s = m.legacy
		}
		inner.Properties = append(inner.Properties, schema.Property{Name: m.name, Schema: s})
		if m.required > 0 && v >= m.required {
			inner.Required = append(inner.Required, m.name)
		}
	}
	return inner
}

// readBody reads and checks r's body.
func readBody(r *jumpgate.Request, b *versionedBody) (schema.Object, error) {
	return readSchema(r, b.at(minor(r), legacy(r)))
}

// resourceBody describes a body whose only member sets attributes of a
// resource.
func resourceBody[T any](name string, all resource.Attributes[T], minor int) *schema.Schema {
	s := object(member(name, all.Schema(minor, resource.Post)))
	s.Required = []string{name}
	return s
}

// checkBody returns value if it satisfies s. Through /v2 members that are not
// described are dropped, elsewhere they are refused.
func checkBody(r *jumpgate.Request, s *schema.Schema, value any) (any, error) {
	if legacy(r) {
		if err := rest.WordFault(s.CheckRelaxed(value)); err != nil {
			return nil, err
		}
		return s.Prune(value), nil
	}
	return value, rest.WordFault(s.Check(value))
}

// The parameter types that several bodies share (nova/api/validation/parameter_types.py).
var (
	stringType = []schema.Type{schema.String}
	listType   = []schema.Type{schema.Array}
	mapType    = []schema.Type{schema.Map}

	nameFormat = &schema.Format{
		Name: "name",
		Valid: func(v any) bool {
			s, ok := v.(string)
			return ok && s == strings.TrimFunc(s, unicode.IsSpace) && !strings.ContainsFunc(s, unprintable)
		},
		Message: "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
	}
	spacedNameFormat = &schema.Format{
		Name: "name_with_leading_trailing_spaces",
		Valid: func(v any) bool {
			s, ok := v.(string)
			return ok && strings.TrimFunc(s, unicode.IsSpace) != "" && !strings.ContainsFunc(s, unprintable)
		},
		Message: "An invalid 'name' value was provided. The name must be: printable characters with at least one non space character",
	}
	ipv4Format   = &schema.Format{Name: "ipv4", Valid: func(v any) bool { a, ok := address(v); return ok && a.Is4() }}
	ipv6Format   = &schema.Format{Name: "ipv6", Valid: func(v any) bool { a, ok := address(v); return ok && a.Is6() && a.Zone() == "" }}
	base64Format = &schema.Format{Name: "base64", Valid: func(v any) bool {
		s, ok := v.(string)
		_, err := lenientBase64(s)
		return ok && err == nil
	}}

	anyString        = &schema.Schema{Type: stringType}
	nullSchema       = &schema.Schema{Type: []schema.Type{schema.Null}}
	nameSchema       = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255, Format: nameFormat}
	spacedName       = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255, Format: spacedNameFormat}
	uuidSchema       = &schema.Schema{Type: stringType, Format: schema.UUID}
	uuidOrNull       = &schema.Schema{AnyOf: []*schema.Schema{uuidSchema, nullSchema}}
	ipv4Schema       = &schema.Schema{Type: stringType, Format: ipv4Format}
	ipv6Schema       = &schema.Schema{Type: stringType, Format: ipv6Format}
	ipSchema         = &schema.Schema{Type: stringType, AnyOf: []*schema.Schema{{Format: ipv4Format}, {Format: ipv6Format}}}
	diskConfigSchema = &schema.Schema{Type: stringType, Enum: []any{"AUTO", "MANUAL"}}
	hostnameSchema   = &schema.Schema{Type: stringType, MinLength: 2, MaxLength: 63,
		Pattern: regexp.MustCompile(`^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$`)}
	fqdnSchema = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 255,
		Pattern: regexp.MustCompile(`^[a-zA-Z0-9-._]*$`)}
	tagSchema = &schema.Schema{Type: stringType, MinLength: 1, MaxLength: 60, Pattern: regexp.MustCompile(`^[^,/]*$`)}

	// Nova quotes a pattern of all printable characters at the client.
	descriptionText = &schema.Schema{
		Type: []schema.Type{schema.String, schema.Null}, MaxLength: 255,
		Format: &schema.Format{Name: "text of printable characters", Valid: func(v any) bool {
			s, _ := v.(string)
			return !strings.ContainsFunc(s, unprintable)
		}},
	}

	booleanSchema = &schema.Schema{Type: []schema.Type{schema.Boolean, schema.String}, Enum: []any{
		true, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes",
		false, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no",
	}}
	positiveInteger = &schema.Schema{
		Type: []schema.Type{schema.Integer, schema.String}, Pattern: regexp.MustCompile(`^[0-9]*$`),
		Minimum: schema.Ptr(1), MinLength: 1,
	}
	metadataSchema = &schema.Schema{
		Type: mapType,
		PatternProperties: &schema.PatternProperty{
			Pattern: regexp.MustCompile(`^[a-zA-Z0-9-_:. ]{1,255}$`),
			Schema:  &schema.Schema{Type: stringType, MaxLength: 255},
		},
	}
)

// list is the schema of a list of items.
func list(items *schema.Schema) *schema.Schema {
	return &schema.Schema{Type: listType, Items: items}
}

// object is the schema of an object of exactly these members, all optional.
func object(members ...schema.Property) *schema.Schema {
	return &schema.Schema{Type: mapType, Properties: members}
}

func member(name string, s *schema.Schema) schema.Property {
	return schema.Property{Name: name, Schema: s}
}

// unprintable finds what Nova takes for no printable character: besides the
// usual all above U+FFFE, emoji among them.
func unprintable(r rune) bool {
	return r > 0xfffe || r != ' ' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r)
}

// shortIPv6 is the form of an IPv6 address in which Nova keeps it (RFC 5952).
func shortIPv6(s string) string {
	if a, err := netip.ParseAddr(s); err == nil && a.Is6() {
		return a.String()
	}
	return s
}

func address(v any) (netip.Addr, bool) {
	s, _ := v.(string)
	a, err := netip.ParseAddr(s)
	return a, err == nil
}
