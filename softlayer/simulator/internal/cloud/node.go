package cloud

import (
	"slices"
	"time"
)

// node is one object of the simulated cloud. Relations are looked up when somebody asks, never copied, so a mask
// may walk any path and pays only for what it names.
type node interface {
	// value returns a property: nil, bool, int, float64, string, time.Time, []string, node or []node.
	// ok is false when the object has no such property or it is left out while unset; nil is a column that is null.
	value(name string) (v any, ok bool)
	// defaults lists the properties written when no mask names a column of the object.
	defaults() []string
}

// record is a node made of a plain table. A value may be a func() any, which is then called: a lazy relation.
type record struct {
	typ    string
	fields map[string]any
	// whole records are containers, which the API always answers in full: relations are defaults, too.
	whole bool
	names []string
}

// fields is the content of a record.
type fields = map[string]any

func newRecord(typ string, f fields) *record {
	return &record{typ: typ, fields: f}
}

// container builds a whole record; nested containers are built from nested fields with the types the schema gives.
func container(t *schemaType, f fields) *record {
	r := &record{typ: t.name, fields: make(fields, len(f)), whole: true}
	for name, v := range f {
		p := t.prop(name)
		if p != nil && p.typ != nil {
			switch v2 := v.(type) {
			case fields:
				v = container(p.typ, v2)
			case []any:
				v = containers(p.typ, v2)
			}
		}
		r.fields[name] = v
	}
	return r
}

func containers(t *schemaType, list []any) []node {
	nodes := make([]node, 0, len(list))
	for _, v := range list {
		if f, ok := v.(fields); ok {
			nodes = append(nodes, container(t, f))
		}
	}
	return nodes
}

func (r *record) value(name string) (any, bool) {
	v, ok := r.fields[name]
	if f, lazy := v.(func() any); lazy {
		v = f()
		if v == nil {
			return nil, false
		}
	}
	return v, ok
}

func (r *record) defaults() []string {
	if r.names != nil {
		return r.names
	}
	names := make([]string, 0, len(r.fields))
	for name, v := range r.fields {
		if r.whole || isColumn(v) && isLocal(r.typ, name) || companions[r.typ] == name {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// freeze remembers the default properties of a record that will not change, which makes it cheap to write often
// and safe to share.
func (r *record) freeze() *record {
	r.names = r.defaults()
	return r
}

func isColumn(v any) bool {
	switch v.(type) {
	case func() any, node, []node:
		return false
	}
	return true
}

func (r *record) id() int          { return r.int("id") }
func (r *record) int(n string) int { i, _ := r.fields[n].(int); return i }
func (r *record) str(n string) string {
	s, _ := r.fields[n].(string)
	return s
}

// one returns the record behind a to-one relation that is not lazy, or nil.
func (r *record) one(n string) *record {
	o, _ := r.fields[n].(*record)
	return o
}

// nodes turns a list of concrete objects into a list for the wire.
func nodes[T node](list []T) []node {
	out := make([]node, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// when is a date column: null until it happened.
func when(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
