package rest

import "github.com/softlayer/jumpgate"

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

// in tells whether an answer about item has f.
func (f *Field[T]) in(a Answer, item T) bool {
	return (f.Forms == 0 || f.Forms&a.Form != 0) && f.Right&^a.Rights == 0 &&
		Within(a.Version, f.Since, f.Until) && (f.When == nil || f.When(item))
}

// Show returns the members of an answer about item.
func Show[T any](fields []Field[T], a Answer, item T) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(fields))
	for i := range fields {
		if f := &fields[i]; f.in(a, item) {
			o = append(o, jumpgate.Member{Name: f.Name, Value: f.Value(item)})
		}
	}
	return o
}

// AppendShown appends to b what Show returns, as JSON, for answers that are
// too many to be made first.
func AppendShown[T any](b []byte, fields []Field[T], a Answer, item T) (_ []byte, err error) {
	b = append(b, '{')
	for i := range fields {
		if f := &fields[i]; f.in(a, item) {
			if b, err = jumpgate.AppendMember(b, f.Name, f.Value(item)); err != nil {
				return b, err
			}
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
