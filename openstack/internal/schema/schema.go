package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Schema describes a JSON value. The zero value accepts anything. The fields
// are checked in their order here, which is the order in which OpenStack
// writes its schemas; the first fault found is the one reported.
type Schema struct {
	Type       []Type
	AnyOf      []*Schema // at least one must accept the value
	AllOf      []*Schema // the first that refuses it is the one reported
	Enum       []any
	MinLength  int // of a string; 0: not checked
	MaxLength  int // of a string; 0: not checked
	Pattern    *regexp.Regexp
	Minimum    *int // of a number or the text of one, as in Nova
	Maximum    *int // likewise
	Format     *Format
	MinItems   int
	MaxItems   int // 0: not checked
	Unique     bool
	Items      *Schema
	Properties []Property
	// PatternProperties names the only members that an object may have
	// besides Properties.
	PatternProperties *PatternProperty
	Required          []string
	// Open objects may have members that are not described.
	Open bool
	// Additional, if not nil, describes the members that are not described
	// otherwise.
	Additional *Schema
	MinFields  int
	MaxFields  int // 0: not checked
}

// Type is a JSON type.
type Type string

// The JSON types. An Integer is a Number too.
const (
	Null    Type = "null"
	Boolean Type = "boolean"
	Integer Type = "integer"
	Number  Type = "number"
	String  Type = "string"
	Array   Type = "array"
	Map     Type = "object"
)

// Property is a named member of an object.
type Property struct {
	Name   string
	Schema *Schema
}

// PatternProperty describes the members whose names match Pattern.
type PatternProperty struct {
	Pattern *regexp.Regexp
	Schema  *Schema
}

// Format is a check with a name: "uuid". A Message replaces the whole text of
// the fault, as Nova's own formats do; in it %s stands for the value.
type Format struct {
	Name    string
	Valid   func(v any) bool
	Message string
}

// Fault is the first thing that is wrong with a value.
type Fault struct {
	Path    []string // from the outermost object inwards; empty for the value itself
	Keyword string   // of the schema, as JSON Schema calls it: "enum"
	Value   any
	Message string
	Whole   bool // Message says it all: nothing is to be added
}

func (f *Fault) Error() string { return f.Message }

// Check returns what is wrong with v, or nil.
func (s *Schema) Check(v any) *Fault { return (&checker{}).check(s, v, nil) }

// CheckRelaxed is Check for /v2 of Nova, which drops members that are not
// described (see Prune) instead of refusing them. Objects with
// PatternProperties are no exception: a name that does not fit is refused.
func (s *Schema) CheckRelaxed(v any) *Fault { return (&checker{relaxed: true}).check(s, v, nil) }

type checker struct{ relaxed bool }

func (c *checker) check(s *Schema, v any, path []string) *Fault {
	fault := func(keyword, format string, args ...any) *Fault {
		return &Fault{Path: slices.Clone(path), Keyword: keyword, Value: v, Message: fmt.Sprintf(format, args...)}
	}
	if len(s.Type) > 0 && !slices.ContainsFunc(s.Type, func(t Type) bool { return is(v, t) }) {
		names := make([]string, len(s.Type))
		for i, t := range s.Type {
			names[i] = "'" + string(t) + "'"
		}
		return fault("type", "%s is not of type %s", Repr(v), strings.Join(names, ", "))
	}
	if s.AnyOf != nil && !slices.ContainsFunc(s.AnyOf, func(o *Schema) bool { return c.check(o, v, path) == nil }) {
		return fault("anyOf", "%s is not valid under any of the given schemas", Repr(v))
	}
	for _, o := range s.AllOf {
		if f := c.check(o, v, path); f != nil {
			return f
		}
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e any) bool { return equal(e, v) }) {
		return fault("enum", "%s is not one of %s", Repr(v), Repr(s.Enum))
	}
	if v, ok := v.(string); ok {
		if n := utf8.RuneCountInString(v); n < s.MinLength {
			return fault("minLength", "%s is too short", Repr(v))
		} else if s.MaxLength > 0 && n > s.MaxLength {
			return fault("maxLength", "%s is too long", Repr(v))
		}
		if s.Pattern != nil && !s.Pattern.MatchString(v) {
			return fault("pattern", "%s does not match %s", Repr(v), Repr(s.Pattern.String()))
		}
	}
	if n, text, ok := numeric(v); ok {
		if s.Minimum != nil && n < float64(*s.Minimum) {
			return fault("minimum", "%s is less than the minimum of %d", text, *s.Minimum)
		}
		if s.Maximum != nil && n > float64(*s.Maximum) {
			return fault("maximum", "%s is greater than the maximum of %d", text, *s.Maximum)
		}
	}
	if s.Format != nil && !s.Format.Valid(v) {
		if s.Format.Message != "" {
			return &Fault{Path: slices.Clone(path), Keyword: "format", Value: v, Message: strings.ReplaceAll(s.Format.Message, "%s", Str(v)), Whole: true}
		}
		return fault("format", "%s is not a '%s'", Repr(v), s.Format.Name)
	}
	switch v := v.(type) {
	case []any:
		return c.checkList(s, v, path, fault)
	case Object:
		return c.checkObject(s, v, path, fault)
	}
	return nil
}

// numeric is what minimum and maximum look at: a number, or a string that
// Python reads as one. text is how Python shows it.
func numeric(v any) (n float64, text string, ok bool) {
	switch v := v.(type) {
	case json.Number:
		n, _ = v.Float64() // out of range is infinite, which is right
		return n, Repr(v), true
	case string:
		digits := strings.TrimSpace(v)
		if digits == "" || strings.Trim(digits, "0123456789") != "" {
			return 0, "", false
		}
		n, _ = strconv.ParseFloat(digits, 64)
		if digits = strings.TrimLeft(digits, "0"); digits == "" {
			digits = "0"
		}
		return n, digits, true
	}
	return 0, "", false
}

func (c *checker) checkList(s *Schema, v []any, path []string, fault func(keyword, format string, args ...any) *Fault) *Fault {
	switch {
	case len(v) < s.MinItems:
		return fault("minItems", "%s is too short", Repr(v))
	case s.MaxItems > 0 && len(v) > s.MaxItems:
		return fault("maxItems", "%s is too long", Repr(v))
	}
	if s.Unique {
		seen := make(map[string]bool, len(v)) // by what Python shows, so that long lists cost little
		for _, item := range v {
			shown := Repr(item)
			if seen[shown] {
				return fault("uniqueItems", "%s has non-unique elements", Repr(v))
			}
			seen[shown] = true
		}
	}
	if s.Items != nil {
		for i, item := range v {
			if f := c.check(s.Items, item, append(path, strconv.Itoa(i))); f != nil {
				return f
			}
		}
	}
	return nil
}

func (c *checker) checkObject(s *Schema, v Object, path []string, fault func(keyword, format string, args ...any) *Fault) *Fault {
	for _, p := range s.Properties {
		if value, ok := v.Get(p.Name); ok && p.Schema != nil {
			if f := c.check(p.Schema, value, append(path, p.Name)); f != nil {
				return f
			}
		}
	}
	if p := s.PatternProperties; p != nil {
		for _, m := range v {
			if p.Pattern.MatchString(m.Name) {
				if f := c.check(p.Schema, m.Value, append(path, m.Name)); f != nil {
					return f
				}
			}
		}
	}
	if s.Additional != nil {
		for _, m := range v {
			if !s.describes(m.Name) {
				if f := c.check(s.Additional, m.Value, append(path, m.Name)); f != nil {
					return f
				}
			}
		}
	}
	for _, name := range s.Required {
		if !v.Has(name) {
			return fault("required", "%s is a required property", Repr(name))
		}
	}
	extra := func() *Fault { return c.checkExtra(s, v, fault) }
	size := func() *Fault {
		switch {
		case len(v) < s.MinFields:
			return fault("minProperties", "%s does not have enough properties", Repr(v))
		case s.MaxFields > 0 && len(v) > s.MaxFields:
			return fault("maxProperties", "%s has too many properties", Repr(v))
		}
		return nil
	}
	if s.PatternProperties == nil { // Keystone writes minProperties before additionalProperties, Nova behind it
		return cmp.Or(size(), extra())
	}
	return cmp.Or(extra(), size())
}

// checkExtra refuses members that s does not describe.
func (c *checker) checkExtra(s *Schema, v Object, fault func(keyword, format string, args ...any) *Fault) *Fault {
	extra := s.Extra(v)
	if s.Open || s.Additional != nil || len(extra) == 0 || c.relaxed && s.PatternProperties == nil {
		return nil
	}
	slices.Sort(extra)
	if s.PatternProperties != nil && !c.relaxed {
		verb := "does"
		if len(extra) > 1 {
			verb = "do"
		}
		return fault("additionalProperties", "%s %s not match any of the regexes: %s", quoted(extra), verb, Repr(s.PatternProperties.Pattern.String()))
	}
	verb := "was"
	if len(extra) > 1 {
		verb = "were"
	}
	return fault("additionalProperties", "Additional properties are not allowed (%s %s unexpected)", quoted(extra), verb)
}

// Extra returns the names of v's members that s, an object's schema, does not
// describe. A schema that describes no members describes all.
func (s *Schema) Extra(v Object) []string {
	var extra []string
	for _, m := range v {
		if !s.describes(m.Name) {
			extra = append(extra, m.Name)
		}
	}
	return extra
}

// describes tells whether s, an object's schema, has a member called name.
func (s *Schema) describes(name string) bool {
	return s.Properties == nil && s.PatternProperties == nil && !slices.Contains(s.Type, Map) ||
		slices.ContainsFunc(s.Properties, func(p Property) bool { return p.Name == name }) ||
		s.PatternProperties != nil && s.PatternProperties.Pattern.MatchString(name)
}

// Prune returns v without the members that s does not describe, at any depth,
// as Nova's /v2 takes a body. Objects with PatternProperties keep all.
func (s *Schema) Prune(v any) any {
	switch v := v.(type) {
	case Object:
		pruned := make(Object, 0, len(v))
		for _, m := range v {
			if !s.Open && s.PatternProperties == nil && !s.describes(m.Name) {
				continue
			}
			for _, p := range s.Properties {
				if p.Name == m.Name && p.Schema != nil {
					m.Value = p.Schema.Prune(m.Value)
				}
			}
			pruned = append(pruned, m)
		}
		return pruned
	case []any:
		if s.Items == nil {
			return v
		}
		pruned := make([]any, len(v))
		for i, item := range v {
			pruned[i] = s.Items.Prune(item)
		}
		return pruned
	}
	return v
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = Repr(n)
	}
	return strings.Join(list, ", ")
}

func is(v any, t Type) bool {
	switch v := v.(type) {
	case nil:
		return t == Null
	case bool:
		return t == Boolean
	case string:
		return t == String
	case []any:
		return t == Array
	case Object:
		return t == Map
	case json.Number:
		// 1.0 is no integer to draft 4 of JSON Schema.
		return t == Number || t == Integer && !strings.ContainsAny(v.String(), ".eE")
	}
	return false
}

func equal(a, b any) bool {
	switch x := a.(type) {
	case int:
		n, ok := b.(json.Number)
		return ok && n.String() == strconv.Itoa(x)
	case []any, Object:
		return Repr(a) == Repr(b)
	}
	switch b.(type) {
	case []any, Object:
		return false
	}
	return a == b
}

// Ptr is for Minimum and Maximum.
func Ptr(n int) *int { return &n }
