// Package schema reads JSON request bodies as OpenStack's services do and
// checks them against schemas with the same words for what is wrong.
//
// Nova and its siblings validate with Python's jsonschema and quote values in
// Python's notation: {'name': None, 'tags': []} has too many properties.
// Clients and people match on these texts, so they are made here exactly, from
// the first fault that jsonschema would have met.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// Object is a JSON object in the order of its text.
type Object = jumpgate.Object

// Member is a name and a value of an Object.
type Member = jumpgate.Member

// Plain is a value of Parse as encoding/json would have read it: maps in the
// place of Objects. Numbers stay json.Number.
func Plain(v any) any {
	switch v := v.(type) {
	case Object:
		m := make(map[string]any, len(v))
		for _, member := range v {
			m[member.Name] = Plain(member.Value)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = Plain(item)
		}
		return list
	}
	return v
}

// maxDepth is deeper than any OpenStack body.
const maxDepth = 64

// ErrSyntax says that a body is no JSON text, or a hostile one.
var ErrSyntax = errors.New("schema: malformed JSON")

// Parse reads one JSON text. Values are Object, []any, string, json.Number,
// bool and nil. Nothing at all is nil, as a missing body is None to Nova. Of
// members with one name the last counts.
func Parse(text []byte) (any, error) {
	if len(text) == 0 {
		return nil, nil
	}
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("%w: not UTF-8", ErrSyntax)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := parse(d, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: text after the value", ErrSyntax)
	}
	return v, nil
}

func parse(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := Object{}
		index := make(map[string]int)
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := parse(d, depth+1)
			if err != nil {
				return nil, err
			}
			m := Member{Name: name.(string), Value: value}
			if i, ok := index[m.Name]; ok {
				object[i] = m
				continue
			}
			index[m.Name] = len(object)
			object = append(object, m)
		}
		_, err := d.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := parse(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

// Repr writes v in Python's notation.
func Repr(v any) string {
	var b strings.Builder
	repr(&b, v)
	return b.String()
}

func repr(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		if v {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case json.Number:
		reprNumber(b, v.String())
	case string:
		reprString(b, v)
	case Object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			reprString(b, m.Name)
			b.WriteString(": ")
			repr(b, m.Value)
		}
		b.WriteByte('}')
	case map[string]any: // as of Plain: the order of the text is lost
		var o Object
		for _, name := range slices.Sorted(maps.Keys(v)) {
			o = append(o, Member{Name: name, Value: v[name]})
		}
		repr(b, o)
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			repr(b, item)
		}
		b.WriteByte(']')
	default:
		fmt.Fprint(b, v)
	}
}

func reprString(b *strings.Builder, s string) {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b.WriteByte(quote)
	for _, c := range s {
		switch {
		case c == rune(quote) || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(c):
			b.WriteRune(c)
		case c < 0x100:
			fmt.Fprintf(b, `\x%02x`, c)
		case c < 0x10000:
			fmt.Fprintf(b, `\u%04x`, c)
		default:
			fmt.Fprintf(b, `\U%08x`, c)
		}
	}
	b.WriteByte(quote)
}

// reprNumber writes the number that JSON spells as text: an int of any size
// or a float in its shortest form, with an exponent from 1e16 on and below
// 1e-4.
func reprNumber(b *strings.Builder, text string) {
	if !strings.ContainsAny(text, ".eE") {
		if text == "-0" {
			text = "0"
		}
		b.WriteString(text)
		return
	}
	f, _ := strconv.ParseFloat(text, 64) // too large is infinite, to Python too
	if math.IsInf(f, 0) {
		b.WriteString(strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, 64), "+")))
		return
	}
	form := byte('f')
	if size := math.Abs(f); size != 0 && (size < 1e-4 || size >= 1e16) {
		form = 'e'
	}
	text = strconv.FormatFloat(f, form, -1, 64)
	if form == 'f' && !strings.Contains(text, ".") {
		text += ".0"
	}
	b.WriteString(text)
}

// Str writes v as Python's str: a string is itself, all else is Repr.
func Str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

// UUID is the format of what UUIDLike takes.
var UUID = &Format{Name: "uuid", Valid: func(v any) bool {
	s, ok := v.(string)
	return ok && UUIDLike(s)
}}

// UUIDLike tells whether s has a form that OpenStack takes for a UUID
// (oslo.utils is_uuid_like): also without dashes, in braces, after "urn:".
func UUIDLike(s string) bool {
	s = strings.NewReplacer("urn:", "", "uuid:", "").Replace(s)
	s = strings.ReplaceAll(strings.Trim(s, "{}"), "-", "")
	return len(s) == 32 && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}
