package schema

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// prettyWidth is the width in which jsonschema lays values out.
const prettyWidth = 72

// Pretty writes v as Python's pprint.pformat does: members by name, a line
// each where the whole does not fit, long texts broken at blanks.
func Pretty(v any) string {
	var b strings.Builder
	if text, ok := v.(string); ok && utf8.RuneCountInString(Repr(text)) > prettyWidth { // in parentheses when it is all there is
		b.WriteByte('(')
		prettyString(&b, text, 1, 1)
		b.WriteByte(')')
		return b.String()
	}
	prettyPrint(&b, sorted(v), 0, 0)
	return b.String()
}

// prettyPrint writes v, whose objects are sorted. It begins in column
// indent and is followed by allowance characters on its last line.
func prettyPrint(b *strings.Builder, v any, indent, allowance int) {
	flat := Repr(v)
	if utf8.RuneCountInString(flat) <= prettyWidth-indent-allowance {
		b.WriteString(flat)
		return
	}
	switch v := v.(type) {
	case Object:
		b.WriteByte('{')
		for i, m := range v {
			if i > 0 {
				b.WriteString(",\n" + strings.Repeat(" ", indent+1))
			}
			name := Repr(m.Name) + ": "
			b.WriteString(name)
			after := 1
			if i == len(v)-1 {
				after = allowance + 1
			}
			prettyPrint(b, m.Value, indent+1+utf8.RuneCountInString(name), after)
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
	case Object:
		o := make(Object, len(v))
		for i, m := range v {
			o[i] = Member{Name: m.Name, Value: sorted(m.Value)}
		}
		slices.SortFunc(o, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		return o
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = sorted(item)
		}
		return list
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
		if utf8.RuneCountInString(Repr(line)) <= room {
			pieces = append(pieces, Repr(line))
			continue
		}
		words := slices.DeleteFunc(wordAndBlank.FindAllString(line, -1), func(w string) bool { return w == "" })
		current := ""
		for j, word := range words {
			room := width
			if j == len(words)-1 && i == len(lines)-1 {
				room -= allowance
			}
			if utf8.RuneCountInString(Repr(current+word)) > room {
				if current != "" {
					pieces = append(pieces, Repr(current))
				}
				current = word
				continue
			}
			current += word
		}
		if current != "" {
			pieces = append(pieces, Repr(current))
		}
	}
	b.WriteString(strings.Join(pieces, "\n"+strings.Repeat(" ", indent)))
}
