package cloud

import (
	"encoding/json"
	"strconv"
	"time"
)

// dateFormat is how the API writes dates: the zone of the user as an offset, no fraction.
const dateFormat = "2006-01-02T15:04:05-07:00"

// encoder writes results as the API does: no newline at the end, because clients parse a bare true as it stands.
type encoder struct {
	buf  []byte
	zone *time.Location
}

func (e *encoder) value(v any, p *plan) {
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case bool:
		e.buf = strconv.AppendBool(e.buf, v)
	case int:
		e.buf = strconv.AppendInt(e.buf, int64(v), 10)
	case float64:
		e.buf = strconv.AppendFloat(e.buf, v, 'f', -1, 64)
	case string:
		e.string(v)
	case time.Time:
		e.buf = append(e.buf, '"')
		e.buf = v.In(e.zone).AppendFormat(e.buf, dateFormat)
		e.buf = append(e.buf, '"')
	case []string:
		e.buf = append(e.buf, '[')
		for i, s := range v {
			e.comma(i)
			e.string(s)
		}
		e.buf = append(e.buf, ']')
	case []node:
		e.buf = append(e.buf, '[')
		for i, n := range v {
			e.comma(i)
			e.object(n, p)
		}
		e.buf = append(e.buf, ']')
	case node:
		e.object(v, p)
	default: // what a client sent and gets back
		b, err := json.Marshal(v)
		if err != nil {
			b = []byte("null")
		}
		e.buf = append(e.buf, b...)
	}
}

func (e *encoder) comma(i int) {
	if i > 0 {
		e.buf = append(e.buf, ',')
	}
}

func (e *encoder) object(n node, p *plan) {
	e.buf = append(e.buf, '{')
	start := len(e.buf)
	if p == nil || p.columns {
		for _, name := range n.defaults() {
			if p != nil && p.has(name) {
				continue
			}
			if v, ok := n.value(name); ok {
				e.name(name, start)
				e.value(v, nil)
			}
		}
	}
	if p != nil {
		for i := range p.fields {
			e.field(n, &p.fields[i], start)
		}
	}
	e.buf = append(e.buf, '}')
}

// field writes a property that was masked by name. What an object does not have is left out, except that a list
// of objects is then empty, and a count zero.
func (e *encoder) field(n node, f *planField, start int) {
	v, ok := n.value(f.name)
	switch {
	case ok:
	case f.countOf != "":
		list, _ := n.value(f.countOf)
		v = lengthOf(list)
	case f.kind == toMany || f.kind == scalars:
		v = []node{}
	default:
		return
	}
	e.name(f.name, start)
	e.value(v, f.sub)
}

func lengthOf(list any) int {
	switch l := list.(type) {
	case []node:
		return len(l)
	case []string:
		return len(l)
	}
	return 0
}

func (e *encoder) name(name string, start int) {
	e.comma(len(e.buf) - start)
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, name...)
	e.buf = append(e.buf, '"', ':')
}

func (e *encoder) string(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			b, _ := json.Marshal(s) // a string always encodes
			e.buf = append(e.buf, b...)
			return
		}
	}
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, s...)
	e.buf = append(e.buf, '"')
}
