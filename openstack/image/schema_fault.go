package image

import (
	"encoding/json"
	"regexp"
	"slices"
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
		"\n\nFailed validating " + schema.Repr(f.Keyword) + " in " + where + ":\n" + indent(pretty(part)) +
		"\n\n" + at + ":\n" + indent(pretty(f.Value))
	return jumpgate.BadRequest.New("%s", message)
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

// prettyWidth is the width in which jsonschema lays values out.
const prettyWidth = 72

// pretty writes v as Python's pprint.pformat does: members by name, a line
// each where the whole does not fit, long texts broken at blanks.
func pretty(v any) string {
	var b strings.Builder
	if text, ok := v.(string); ok && len([]rune(schema.Repr(text))) > prettyWidth { // in parentheses when it is all there is
		b.WriteByte('(')
		prettyString(&b, text, 1, 1)
		b.WriteByte(')')
		return b.String()
	}
	prettyPrint(&b, v, 0, 0)
	return b.String()
}

// prettyPrint writes v, which begins in column indent and is followed by
// allowance characters on its last line.
func prettyPrint(b *strings.Builder, v any, indent, allowance int) {
	flat := schema.Repr(sorted(v))
	if len([]rune(flat)) <= prettyWidth-indent-allowance {
		b.WriteString(flat)
		return
	}
	switch v := v.(type) {
	case schema.Object:
		members := slices.Clone(v)
		slices.SortFunc(members, func(a, b schema.Member) int { return strings.Compare(a.Name, b.Name) })
		b.WriteByte('{')
		for i, m := range members {
			if i > 0 {
				b.WriteString(",\n" + strings.Repeat(" ", indent+1))
			}
			name := schema.Repr(m.Name) + ": "
			b.WriteString(name)
			after := 1
			if i == len(members)-1 {
				after = allowance + 1
			}
			prettyPrint(b, m.Value, indent+1+len([]rune(name)), after)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteString(",\n" + strings.Repeat(" ", indent+1))
			}
			after := 1
			if i == len(v)-1 {
				after = allowance + 1
			}
			prettyPrint(b, item, indent+1, after)
		}
		b.WriteByte(']')
	case string:
		prettyString(b, v, indent, allowance)
	default:
		b.WriteString(flat)
	}
}

// sorted is v with its objects' members by name.
func sorted(v any) any {
	switch v := v.(type) {
	case schema.Object:
		o := make(schema.Object, len(v))
		for i, m := range v {
			o[i] = schema.Member{Name: m.Name, Value: sorted(m.Value)}
		}
		slices.SortFunc(o, func(a, b schema.Member) int { return strings.Compare(a.Name, b.Name) })
		return o
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = sorted(item)
		}
		return list
	case json.Number:
		return v
	}
	return v
}

// wordAndBlank is a word with the white space that follows it.
var wordAndBlank = regexp.MustCompile(`\S*\s*`)

// prettyString breaks a long text into pieces that Python joins again.
func prettyString(b *strings.Builder, text string, indent, allowance int) {
	var pieces []string
	width := prettyWidth - indent
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, line := range lines {
		room := width
		if i == len(lines)-1 {
			room -= allowance
		}
		if len([]rune(schema.Repr(line))) <= room {
			pieces = append(pieces, schema.Repr(line))
			continue
		}
		words := slices.DeleteFunc(wordAndBlank.FindAllString(line, -1), func(w string) bool { return w == "" })
		current := ""
		for j, word := range words {
			room := width
			if j == len(words)-1 && i == len(lines)-1 {
				room -= allowance
			}
			if len([]rune(schema.Repr(current+word))) > room {
				if current != "" {
					pieces = append(pieces, schema.Repr(current))
				}
				current = word
				continue
			}
			current += word
		}
		if current != "" {
			pieces = append(pieces, schema.Repr(current))
		}
	}
	b.WriteString(strings.Join(pieces, "\n"+strings.Repeat(" ", indent)))
}
