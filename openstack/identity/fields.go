package identity

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// field describes a JSON value as Keystone's schemas do, in whose words it is
// quoted in faults (recording 067).
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

	compile  sync.Once
	document *schema.Document // of what is said above
}

type member struct {
	name string
	*field
}

// check returns Keystone's words for the first thing wrong with v, or "".
// (keystone.common.validation.validators)
func (f *field) check(v any) string {
	f.compile.Do(func() { f.document = schema.NewDocument(f.literal()) })
	fault := f.document.Schema.Check(v)
	switch {
	case fault == nil:
		return ""
	case len(fault.Path) == 0:
		return f.document.Explain(fault)
	}
	return "Invalid input for field '" + strings.Join(fault.Path, "/") + "': " + f.document.Explain(fault)
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
