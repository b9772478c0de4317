package identity

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// field describes a JSON value as Keystone's schemas do. Keystone puts all
// that jsonschema has to say into a fault, the schema included (recording
// 067), so this keeps what package schema lets go.
type field struct {
	types    []string // one: "type": "x"; several: "type": ["x", "y"]
	enum     []any
	members  []member // "properties"
	items    *field
	required []string
	closed   bool // "additionalProperties": false

	minLength, maxLength         int
	minProperties, maxProperties int
	minItems, maxItems           int
	unique                       bool   // "uniqueItems": true
	least, most                  *int64 // "minimum", "maximum"
	pattern                      string

	inert schema.Object // keywords that allow all there is, for the sake of the text
}

type member struct {
	name string
	*field
}

// check returns Keystone's words for the first thing wrong with v, or "".
// (keystone.common.validation.validators, jsonschema.exceptions)
func (f *field) check(v any) string { return f.at(v, nil, nil) }

// at checks v, which was reached by path through the schema by schemaPath.
func (f *field) at(v any, path, schemaPath []any) string {
	if !slices.ContainsFunc(f.types, func(t string) bool { return hasType(v, t) }) {
		quoted := make([]string, len(f.types))
		for i, t := range f.types {
			quoted[i] = "'" + t + "'"
		}
		return f.report("type", schema.Repr(v)+" is not of type "+strings.Join(quoted, ", "), v, path, schemaPath)
	}
	if f.enum != nil && !slices.Contains(f.enum, v) {
		return f.report("enum", schema.Repr(v)+" is not one of "+schema.Repr(f.enum), v, path, schemaPath)
	}
	if n, ok := v.(json.Number); ok {
		switch i, err := n.Int64(); {
		case err != nil:
		case f.least != nil && i < *f.least:
			return f.report("minimum", fmt.Sprintf("%d is less than the minimum of %d", i, *f.least), v, path, schemaPath)
		case f.most != nil && i > *f.most:
			return f.report("maximum", fmt.Sprintf("%d is greater than the maximum of %d", i, *f.most), v, path, schemaPath)
		}
	}
	if text, ok := v.(string); ok {
		switch n := utf8.RuneCountInString(text); {
		case n < f.minLength:
			return f.report("minLength", schema.Repr(v)+" is too short", v, path, schemaPath)
		case f.maxLength > 0 && n > f.maxLength:
			return f.report("maxLength", schema.Repr(v)+" is too long", v, path, schemaPath)
		case f.pattern != "" && !compiled(f.pattern).MatchString(text):
			return f.report("pattern", schema.Repr(v)+" does not match "+schema.Repr(f.pattern), v, path, schemaPath)
		}
	}
	if object, ok := v.(schema.Object); ok {
		for _, m := range f.members {
			if value, ok := object.Get(m.name); ok {
				if text := m.at(value, append(path, m.name), append(schemaPath, "properties", m.name)); text != "" {
					return text
				}
			}
		}
		for _, name := range f.required {
			if !object.Has(name) {
				return f.report("required", schema.Repr(name)+" is a required property", v, path, schemaPath)
			}
		}
		switch n := len(object); {
		case n < f.minProperties:
			return f.report("minProperties", schema.Repr(v)+" does not have enough properties", v, path, schemaPath)
		case f.maxProperties > 0 && n > f.maxProperties:
			return f.report("maxProperties", schema.Repr(v)+" has too many properties", v, path, schemaPath)
		}
		if extra := f.extra(object); len(extra) == 1 {
			return f.report("additionalProperties", "Additional properties are not allowed ("+extra[0]+" was unexpected)", v, path, schemaPath)
		} else if len(extra) > 1 {
			return f.report("additionalProperties", "Additional properties are not allowed ("+strings.Join(extra, ", ")+" were unexpected)", v, path, schemaPath)
		}
	}
	list, isList := v.([]any)
	switch {
	case isList && len(list) < f.minItems:
		return f.report("minItems", schema.Repr(v)+" is too short", v, path, schemaPath)
	case isList && f.maxItems > 0 && len(list) > f.maxItems:
		return f.report("maxItems", schema.Repr(v)+" is too long", v, path, schemaPath)
	case isList && f.unique && repeats(list):
		return f.report("uniqueItems", schema.Repr(v)+" has non-unique elements", v, path, schemaPath)
	}
	if f.items != nil {
		for i, item := range list {
			if text := f.items.at(item, append(path, i), append(schemaPath, "items")); text != "" {
				return text
			}
		}
	}
	return ""
}

// extra names the members of an object that a closed field does not have.
func (f *field) extra(object schema.Object) []string {
	var extra []string
	for _, m := range object {
		if f.closed && !slices.ContainsFunc(f.members, func(known member) bool { return known.name == m.Name }) {
			extra = append(extra, schema.Repr(m.Name))
		}
	}
	return extra
}

func hasType(v any, t string) bool {
	switch v := v.(type) {
	case bool:
		return t == "boolean"
	case string:
		return t == "string"
	case []any:
		return t == "array"
	case schema.Object:
		return t == "object"
	case nil:
		return t == "null"
	case json.Number:
		return t == "integer" && !strings.ContainsAny(v.String(), ".eE")
	}
	return false
}

// repeats tells whether a list has something twice.
func repeats(list []any) bool {
	seen := make(map[string]bool, len(list))
	for _, item := range list {
		if text := schema.Repr(item); seen[text] {
			return true
		} else {
			seen[text] = true
		}
	}
	return false
}

func (f *field) report(keyword, message string, v any, path, schemaPath []any) string {
	var b strings.Builder
	if len(path) > 0 {
		parts := make([]string, len(path))
		for i, p := range path {
			parts[i] = fmt.Sprint(p)
		}
		b.WriteString("Invalid input for field '" + strings.Join(parts, "/") + "': ")
	}
	b.WriteString(message)
	b.WriteString("\n\nFailed validating '" + keyword + "' in schema" + index(schemaPath) + ":\n    ")
	b.WriteString(strings.ReplaceAll(schema.Pretty(f.literal()), "\n", "\n    "))
	b.WriteString("\n\nOn instance" + index(path) + ":\n    ")
	b.WriteString(strings.ReplaceAll(schema.Pretty(v), "\n", "\n    "))
	return b.String()
}

func index(path []any) string {
	var b strings.Builder
	for _, p := range path {
		if s, ok := p.(string); ok {
			b.WriteString("[" + schema.Repr(s) + "]")
		} else {
			fmt.Fprintf(&b, "[%v]", p)
		}
	}
	return b.String()
}

// literal is f as the value that it has in Keystone's code.
func (f *field) literal() schema.Object {
	var o schema.Object
	list := func(names []string) []any {
		l := make([]any, len(names))
		for i, n := range names {
			l[i] = n
		}
		return l
	}
	if len(f.types) == 1 {
		o = append(o, schema.Member{Name: "type", Value: f.types[0]})
	} else {
		o = append(o, schema.Member{Name: "type", Value: list(f.types)})
	}
	if f.enum != nil {
		o = append(o, schema.Member{Name: "enum", Value: f.enum})
	}
	for _, limit := range [...]struct {
		name  string
		value int
	}{{"minLength", f.minLength}, {"maxLength", f.maxLength}, {"minProperties", f.minProperties}, {"maxProperties", f.maxProperties}, {"minItems", f.minItems}, {"maxItems", f.maxItems}} {
		if limit.value > 0 {
			o = append(o, schema.Member{Name: limit.name, Value: json.Number(strconv.Itoa(limit.value))})
		}
	}
	for _, bound := range [...]struct {
		name  string
		value *int64
	}{{"minimum", f.least}, {"maximum", f.most}} {
		if bound.value != nil {
			o = append(o, schema.Member{Name: bound.name, Value: json.Number(strconv.FormatInt(*bound.value, 10))})
		}
	}
	if f.unique {
		o = append(o, schema.Member{Name: "uniqueItems", Value: true})
	}
	if f.pattern != "" {
		o = append(o, schema.Member{Name: "pattern", Value: f.pattern})
	}
	if f.items != nil {
		o = append(o, schema.Member{Name: "items", Value: f.items.literal()})
	}
	if f.members != nil {
		members := schema.Object{}
		for _, m := range f.members {
			members = append(members, schema.Member{Name: m.name, Value: m.literal()})
		}
		o = append(o, schema.Member{Name: "properties", Value: members})
	}
	if f.required != nil {
		o = append(o, schema.Member{Name: "required", Value: list(f.required)})
	}
	if f.closed {
		o = append(o, schema.Member{Name: "additionalProperties", Value: false})
	}
	return append(o, f.inert...)
}

// patterns are those of Keystone's schemas, compiled once.
var patterns = func() map[string]*regexp.Regexp {
	m := make(map[string]*regexp.Regexp)
	for _, p := range []string{`[\S]+`, `^[a-zA-Z0-9-]+$`, `^[^,/]*$`, `^\/.*`, `^(POST|GET|HEAD|PATCH|PUT|DELETE)$`, `^[a-zA-Z0-9+.-]+:.+`} {
		m[p] = regexp.MustCompile(p)
	}
	return m
}()

func compiled(pattern string) *regexp.Regexp {
	if re := patterns[pattern]; re != nil {
		return re
	}
	return regexp.MustCompile(pattern)
}
