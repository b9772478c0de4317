package image

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// params are the parameters of a query string, in order. They behave as
// WebOb's MultiDict, for Glance's answers to repeated parameters follow from
// that: pop takes the first value and leaves the others, get reads the last.
type params []param

type param struct{ key, value string }

// parseParams reads a query string as WebOb does (parse_qsl_text in
// webob/compat.py): ";" separates as "&" does, a missing "=" is an empty
// value, and what is no percent escape stays as it is.
func parseParams(query string) (params, error) {
	var p params
	for part := range strings.FieldsFuncSeq(query, func(c rune) bool { return c == '&' || c == ';' }) {
		key, value, _ := strings.Cut(part, "=")
		key, value = unquote(key), unquote(value)
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, jumpgate.BadRequest.New("Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance")
		}
		p = append(p, param{key, value})
	}
	return p, nil
}

func unquote(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b = append(b, hexValue(s[i+1])<<4|hexValue(s[i+2]))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// pop removes the first parameter called key.
func (p *params) pop(key string) (string, bool) {
	for i, x := range *p {
		if x.key == key {
			*p = slices.Delete(*p, i, i+1)
			return x.value, true
		}
	}
	return "", false
}

// get returns the last parameter called key.
func (p params) get(key string) (string, bool) {
	for _, x := range slices.Backward(p) {
		if x.key == key {
			return x.value, true
		}
	}
	return "", false
}

// remove takes all parameters called key out.
func (p *params) remove(key string) {
	*p = slices.DeleteFunc(*p, func(x param) bool { return x.key == key })
}

// single keeps the last of each key's parameters, at the place of the first,
// as Python's dict(p) does.
func (p params) single() params {
	place := make(map[string]int, len(p))
	var out params
	for _, x := range p {
		if i, ok := place[x.key]; ok {
			out[i].value = x.value
			continue
		}
		place[x.key] = len(out)
		out = append(out, x)
	}
	return out
}

// encode is the query string of a link: all parameters but the marker, which
// is replaced by marker unless that is empty.
func (p params) encode(marker string) string {
	var b strings.Builder
	add := func(key, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(key))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(value))
	}
	for _, x := range p.single() {
		if x.key != "marker" {
			add(x.key, x.value)
		}
	}
	if marker != "" {
		add("marker", marker)
	}
	return b.String()
}
