package rest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/softlayer/jumpgate"
)

// Params are the parameters of a query in their order, those of one name
// included. They behave as WebOb's MultiDict, since answers to repeated
// parameters follow from that: Get reads the last value, Pop takes the first.
type Params []Param

// Param is a name and a value of a query.
type Param struct{ Name, Value string }

// ParseParams reads a query string as Python does: one of the bytes of
// separators ends a parameter, a missing "=" is an empty value, and what is no
// percent escape stays as it is. It returns false where a name or a value is
// not UTF-8.
func ParseParams(query, separators string) (Params, bool) {
	var p Params
	for query != "" {
		part := query
		if i := strings.IndexAny(query, separators); i >= 0 {
			part, query = query[:i], query[i+1:]
		} else {
			query = ""
		}
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		one := Param{unescape(name), unescape(value)}
		if !utf8.ValidString(one.Name) || !utf8.ValidString(one.Value) {
			return nil, false
		}
		p = append(p, one)
	}
	return p, true
}

func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b = append(b, ' ')
			continue
		case s[i] == '%' && i+2 < len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(n))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// Lookup returns the last parameter called name, and whether there is one.
func (p Params) Lookup(name string) (string, bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// Get returns the last parameter called name, "" if there is none.
func (p Params) Get(name string) string {
	value, _ := p.Lookup(name)
	return value
}

// Has tells whether there is a parameter called name.
func (p Params) Has(name string) bool {
	_, ok := p.Lookup(name)
	return ok
}

// All returns the values of all parameters called name.
func (p Params) All(name string) []string {
	var values []string
	for _, one := range p {
		if one.Name == name {
			values = append(values, one.Value)
		}
	}
	return values
}

// Pop removes the first parameter called name and returns its value.
func (p *Params) Pop(name string) (string, bool) {
	for i, one := range *p {
		if one.Name == name {
			*p = slices.Delete(*p, i, i+1)
			return one.Value, true
		}
	}
	return "", false
}

// Without returns p less the parameters called by one of names. It leaves p
// as it is.
func (p Params) Without(names ...string) Params {
	var rest Params
	for _, one := range p {
		if !slices.Contains(names, one.Name) {
			rest = append(rest, one)
		}
	}
	return rest
}

// Single returns p with the last of each name's parameters alone, at the place
// of the first, as Python's dict(p) does.
func (p Params) Single() Params {
	var single Params
	at := make(map[string]int)
	for _, one := range p {
		if i, ok := at[one.Name]; ok {
			single[i].Value = one.Value
			continue
		}
		at[one.Name] = len(single)
		single = append(single, one)
	}
	return single
}

// Lists returns the values of p by their names, each at the place of its first.
func (p Params) Lists() jumpgate.Object {
	var lists jumpgate.Object
	at := make(map[string]int)
	for _, one := range p {
		i, ok := at[one.Name]
		if !ok {
			i = len(lists)
			at[one.Name] = i
			lists = append(lists, jumpgate.Member{Name: one.Name, Value: []any(nil)})
		}
		lists[i].Value = append(lists[i].Value.([]any), one.Value)
	}
	return lists
}

// Encode writes p as a query string, without the "?".
func (p Params) Encode() string {
	var b strings.Builder
	for i, one := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(one.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(one.Value))
	}
	return b.String()
}
