package schema

import (
	"encoding/json"
	"fmt"
	"math"
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
	Enum       []any
	Minimum    *int
	Maximum    *int
	MinLength  int // of a string; 0: not checked
	MaxLength  int // of a string; 0: not checked
	MinItems   int
	MaxItems   int // 0: not checked
	Unique     bool
	Pattern    *regexp.Regexp
	Format     *Format
	Items      *Schema
	Properties []Property
	// PatternProperties names the only members that an object may have
	// besides Properties.
	PatternProperties *PatternProperty
	Required          []string
	// Open objects may have members that are not described.
	Open      bool
	MinFields int
	MaxFields int // 0: not checked
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
// the fault, as Nova's own formats do.
type Format struct {
	Name    string
	Valid   func(v any) bool
	Message string
}

// Fault is the first thing that is wrong with a value.
type Fault struct {
	Path    []string // from the outermost object inwards; empty for the value itself
	Value   any
	Message string
	Whole   bool // Message says it all: nothing is to be added
}

func (f *Fault) Error() string { return f.Message }

// Check returns what is wrong with v, or nil.
func (s *Schema) Check(v any) *Fault { return s.check(v, nil) }

func (s *Schema) check(v any, path []string) *Fault {
	fault := func(format string, args ...any) *Fault {
		return &Fault{Path: slices.Clone(path), Value: v, Message: fmt.Sprintf(format, args...)}
	}
	if len(s.Type) > 0 && !slices.ContainsFunc(s.Type, func(t Type) bool { return is(v, t) }) {
		names := make([]string, len(s.Type))
		for i, t := range s.Type {
			names[i] = "'" + string(t) + "'"
		}
		return fault("%s is not of type %s", Repr(v), strings.Join(names, ", "))
	}
	if s.AnyOf != nil && !slices.ContainsFunc(s.AnyOf, func(o *Schema) bool { return o.Check(v) == nil }) {
		return fault("%s is not valid under any of the given schemas", Repr(v))
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e any) bool { return equal(e, v) }) {
		return fault("%s is not one of %s", Repr(v), Repr(s.Enum))
	}
	switch v := v.(type) {
	case json.Number:
		n, _ := v.Float64()
		if s.Minimum != nil && n < float64(*s.Minimum) {
			return fault("%s is less than the minimum of %d", v, *s.Minimum)
		}
		if s.Maximum != nil && n > float64(*s.Maximum) {
			return fault("%s is greater than the maximum of %d", v, *s.Maximum)
		}
	case string:
		if n := utf8.RuneCountInString(v); n < s.MinLength {
			return fault("%s is too short", Repr(v))
		} else if s.MaxLength > 0 && n > s.MaxLength {
			return fault("%s is too long", Repr(v))
		}
		if s.Pattern != nil && !s.Pattern.MatchString(v) {
			return fault("%s does not match %s", Repr(v), Repr(s.Pattern.String()))
		}
	}
	if s.Format != nil && !s.Format.Valid(v) {
		if s.Format.Message != "" {
			return &Fault{Path: slices.Clone(path), Value: v, Message: s.Format.Message, Whole: true}
		}
		return fault("%s is not a '%s'", Repr(v), s.Format.Name)
	}
	switch v := v.(type) {
	case []any:
		return s.checkList(v, path, fault)
	case Object:
		return s.checkObject(v, path, fault)
	}
	return nil
}

func (s *Schema) checkList(v []any, path []string, fault func(string, ...any) *Fault) *Fault {
	switch {
	case len(v) < s.MinItems:
		return fault("%s is too short", Repr(v))
	case s.MaxItems > 0 && len(v) > s.MaxItems:
		return fault("%s is too long", Repr(v))
	}
	if s.Unique {
		for i := range v {
			if slices.ContainsFunc(v[:i], func(o any) bool { return equal(o, v[i]) }) {
				return fault("%s has non-unique elements", Repr(v))
			}
		}
	}
	if s.Items != nil {
		for i, item := range v {
			if f := s.Items.check(item, append(path, strconv.Itoa(i))); f != nil {
				return f
			}
		}
	}
	return nil
}

func (s *Schema) checkObject(v Object, path []string, fault func(string, ...any) *Fault) *Fault {
	for _, p := range s.Properties {
		if value, ok := v.Get(p.Name); ok && p.Schema != nil {
			if f := p.Schema.check(value, append(path, p.Name)); f != nil {
				return f
			}
		}
	}
	if p := s.PatternProperties; p != nil {
		for _, m := range v {
			if p.Pattern.MatchString(m.Name) {
				if f := p.Schema.check(m.Value, append(path, m.Name)); f != nil {
					return f
				}
			}
		}
	}
	for _, name := range s.Required {
		if !v.Has(name) {
			return fault("%s is a required property", Repr(name))
		}
	}
	if extra := s.Extra(v); !s.Open && len(extra) > 0 {
		if s.PatternProperties != nil {
			verb := "does"
			if len(extra) > 1 {
				verb = "do"
			}
			slices.Sort(extra)
			return fault("%s %s not match any of the regexes: %s", quoted(extra), verb, Repr(s.PatternProperties.Pattern.String()))
		}
		verb := "was"
		if len(extra) > 1 {
			verb = "were"
		}
		return fault("Additional properties are not allowed (%s %s unexpected)", quoted(extra), verb)
	}
	switch {
	case len(v) < s.MinFields:
		return fault("%s does not have enough properties", Repr(v))
	case s.MaxFields > 0 && len(v) > s.MaxFields:
		return fault("%s has too many properties", Repr(v))
	}
	return nil
}

// Extra returns the names of v's members that s, an object's schema, does not
// describe. A schema that describes no members describes all.
func (s *Schema) Extra(v Object) []string {
	if s.Properties == nil && s.PatternProperties == nil && !slices.Contains(s.Type, Map) {
		return nil
	}
	var extra []string
	for _, m := range v {
		if slices.ContainsFunc(s.Properties, func(p Property) bool { return p.Name == m.Name }) ||
			s.PatternProperties != nil && s.PatternProperties.Pattern.MatchString(m.Name) {
			continue
		}
		extra = append(extra, m.Name)
	}
	return extra
}

// Prune returns v without the members that s does not describe, at any depth.
// Nova's /v2 ignores them where /v2.1 refuses them.
func (s *Schema) Prune(v any) any {
	switch v := v.(type) {
	case Object:
		extra := s.Extra(v)
		pruned := make(Object, 0, len(v))
		for _, m := range v {
			if !s.Open && slices.Contains(extra, m.Name) {
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
		if t == Integer {
			f, err := v.Float64()
			return err == nil && f == math.Trunc(f)
		}
		return t == Number
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
