package rest

import (
	"bytes"

	"github.com/softlayer/jumpgate"
)

// Field is a member of the answers about a T: when an answer has it, and what
// it shows. A service lists the fields of a T once, in the order of its
// members. Two fields of one name are one member that changed at a version.
type Field[T any] struct {
	Name         string
	Forms        Set          // the forms of an answer that have the member; 0: all
	Since, Until int          // minor versions, Until exclusive; 0: no bound
	Right        Set          // what the caller must have to see it; 0: nothing
	When         func(T) bool // whether this T has it; nil: always

	// Value is what the member shows; an error says that it can't be made.
	Value func(T) any
}

// Set is a set of things that a service numbers as 1 << iota.
type Set uint16

// Answer says which members an answer is to have.
type Answer struct {
	Form    Set // the form it has; several where one stands for all of them
	Version int // minor
	Rights  Set // what the caller has
}

// Within tells whether a minor version is one from since on, and before until;
// 0 is no bound.
func Within(version, since, until int) bool {
	return version >= since && (until == 0 || version < until)
}

// offered tells whether answers such as a have f, if their item has it.
func (f *Field[T]) offered(a Answer) bool {
	return (f.Forms == 0 || f.Forms&a.Form != 0) && f.Right&^a.Rights == 0 && Within(a.Version, f.Since, f.Until)
}

// Show returns the members of an answer about item.
func Show[T any](fields []Field[T], a Answer, item T) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(fields))
	for i := range fields {
		if f := &fields[i]; f.offered(a) && (f.When == nil || f.When(item)) {
			o = append(o, jumpgate.Member{Name: f.Name, Value: f.Value(item)})
		}
	}
	return o
}

// A Selection are the fields that answers of one kind have. They are chosen
// once for a list, whose items are too many to be made first.
type Selection[T any] []selected[T]

type selected[T any] struct {
	*Field[T]
	text []byte // the name as JSON, up to its value
}

// Select returns the fields that answers such as a have.
func Select[T any](fields []Field[T], a Answer) Selection[T] {
	s := make(Selection[T], 0, len(fields))
	for i := range fields {
		if f := &fields[i]; f.offered(a) {
			text, _ := jumpgate.AppendMember(nil, f.Name, nil)
			s = append(s, selected[T]{f, bytes.TrimSuffix(text, []byte("null"))})
		}
	}
	return s
}

// Append appends to b what Show returns, as JSON.
func (s Selection[T]) Append(b []byte, item T) ([]byte, error) {
	return s.AppendMembers(append(b, '{'), item)
}

// AppendMembers is Append for an object that b ends within.
func (s Selection[T]) AppendMembers(b []byte, item T) (_ []byte, err error) {
	first := b[len(b)-1] == '{'
	for i := range s {
		f := &s[i]
		if f.When != nil && !f.When(item) {
			continue
		}
		if !first {
			b = append(b, ", "...)
		}
		first = false
		if b, err = jumpgate.AppendJSON(append(b, f.text...), f.Value(item)); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// OrError is v for a Value whose making may fail: the error if it did.
func OrError(v any, err error) any {
	if err != nil {
		return err
	}
	return v
}
