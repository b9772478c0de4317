package records

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// Form is one way to ask for objects of SoftLayer: the record type that
// answers are decoded into, and the object mask that is made from it. So what
// is asked for is what the record holds, for whoever needs less there is a
// smaller type, and a record never has a field that stayed empty because its
// mask forgot it.
//
// Where a mask names nothing but relations of an object, SoftLayer adds all of
// the object's own properties. So a form asks for the id where its record has
// nothing else of the object's own. A record that is read by the thousand holds
// the id: the decoder takes long for what has no place. The few objects without
// one are marked by the tag `mask:"noid"` of the field that holds them.
//
// A form is made once, of a type that does not change:
//
//	var keys = records.FormOf[SSHKey]()
type Form[T any] struct{ fields string }

// FormOf is the form that asks for what T holds: a struct whose fields have
// json tags. It panics if T holds itself: there is no end to ask for.
func FormOf[T any]() Form[T] {
	return Form[T]{fieldsOf(reflect.TypeFor[T](), nil, "")}
}

// Mask is f for SoftLayer.
func (f Form[T]) Mask() string { return "mask" + f.fields }

// MaskOf is Mask for lists of a type of which T is only one kind, which must
// be named: "Hardware_Server".
func (f Form[T]) MaskOf(kind string) string { return "mask(SoftLayer_" + kind + ")" + f.fields }

// Get asks for one object. The error is jumpgate.NotFound for one that is not
// there. An answer of null is none: nobody may take it for that.
func (f Form[T]) Get(ctx context.Context, a *upstream.API, service, id string) (*T, error) {
	one, err := f.One(ctx, a, upstream.Call{Service: service, ID: id, Method: "getObject"})
	if err == nil && reflect.ValueOf(one).Elem().IsZero() {
		err = upstream.Unexpected(service + "::getObject")
	}
	return one, err
}

// One makes a call that answers with one object.
func (f Form[T]) One(ctx context.Context, a *upstream.API, c upstream.Call) (*T, error) {
	c.Mask = f.Mask()
	one := new(T)
	_, err := a.Do(ctx, c, one)
	return one, err
}

// All makes a call that answers with a list.
func (f Form[T]) All(ctx context.Context, a *upstream.API, c upstream.Call) ([]T, error) {
	list, _, err := f.Page(ctx, a, c)
	return list, err
}

// Page is All of a call with a limit, with the number of objects that there
// are.
func (f Form[T]) Page(ctx context.Context, a *upstream.API, c upstream.Call) (page []T, total int, err error) {
	if c.Mask == "" {
		c.Mask = f.Mask()
	}
	total, err = a.Do(ctx, c, &page)
	return page, total, err
}

var readsItself = reflect.TypeFor[json.Unmarshaler]()

// recordIn is the struct in t whose fields have to be asked for one by one;
// nil: there is none, t is one value.
func recordIn(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(readsItself) {
		return nil
	}
	return t
}

// fieldsOf is what a mask says below an object, of which t holds a part:
// "[id,name]", or ".name" for one.
func fieldsOf(t reflect.Type, above []reflect.Type, tag string) string {
	if slices.Contains(above, t) {
		panic("records: " + t.String() + " holds itself")
	}
	names, own := namesOf(t, append(above, t))
	if !own && tag != "noid" {
		names = append([]string{"id"}, names...)
	}
	if len(names) == 1 {
		return "." + names[0]
	}
	return "[" + strings.Join(names, ",") + "]"
}

// namesOf are the fields of t, each with what is asked for below it, and
// whether any is the object's own.
func namesOf(t reflect.Type, above []reflect.Type) (names []string, own bool) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		record := recordIn(field.Type)
		switch {
		case name == "-":
		case name == "" && field.Anonymous: // its fields are t's
			more, some := namesOf(record, above)
			names, own = append(names, more...), own || some
		case record == nil:
			names, own = append(names, name), true
		default:
			names = append(names, name+fieldsOf(record, above, field.Tag.Get("mask")))
		}
	}
	return names, own
}
