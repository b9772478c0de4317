// Package recordstest checks forms of records.
package recordstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// Check tells whether a form asks for each field of its record, and for
// nothing else: it answers what the mask asks for, with a value at each place,
// and looks for what the record did not get or does not have.
func Check[T any](t *testing.T, form records.Form[T]) {
	t.Helper()
	text, ok := strings.CutPrefix(form.Mask(), "mask")
	if !ok {
		t.Fatalf("%T: %s", form, form.Mask())
	}
	p := &parser{text: text}
	asked := p.below()
	if p.text != "" {
		t.Fatalf("%T: left of the mask: %s", form, p.text)
	}
	record := new(T)
	answer, err := json.Marshal(object(asked, reflect.TypeFor[T]()))
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(answer))
		d.DisallowUnknownFields()
		err = d.Decode(record)
	}
	if err != nil {
		t.Errorf("%T asks for what it does not hold: %v", *record, err)
	}
	for _, field := range empty(reflect.ValueOf(record).Elem(), "") {
		t.Errorf("%T does not ask for %s", *record, field)
	}
}

// property is what a mask names, with what it names below.
type property struct {
	name  string
	below []property
}

type parser struct{ text string }

// below reads ".name", "[a,b]" or nothing.
func (p *parser) below() (list []property) {
	switch {
	case strings.HasPrefix(p.text, "."):
		p.text = p.text[1:]
		return []property{p.property()}
	case strings.HasPrefix(p.text, "["):
		for p.text != "" && p.text[0] != ']' {
			p.text = p.text[1:]
			list = append(list, p.property())
		}
		p.text = strings.TrimPrefix(p.text, "]")
	}
	return list
}

func (p *parser) property() property {
	end := strings.IndexAny(p.text+"]", ".[],")
	one := property{name: p.text[:end]}
	p.text = p.text[end:]
	one.below = p.below()
	return one
}

// object answers with what is asked for of a record.
func object(asked []property, t reflect.Type) any {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		if t.Kind() == reflect.Slice {
			return []any{object(asked, t.Elem())}
		}
		t = t.Elem()
	}
	answer := make(map[string]any)
	own := false
	for _, p := range asked {
		own = own || p.below == nil && p.name != "id"
	}
	for _, p := range asked {
		f, ok := fieldOf(t, p.name)
		switch {
		case !ok && p.name == "id" && !own: // names the object, so that SoftLayer adds nothing of its own
		case !ok:
			answer[p.name] = nil // nobody asked
		case p.below != nil:
			answer[p.name] = object(p.below, f)
		default:
			answer[p.name] = value(f)
		}
	}
	return answer
}

// fieldOf is the type of the field of t with a JSON name.
func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return f.Type, true
		}
	}
	return nil, false
}

// value is a text that a field of a type reads as something.
func value(t reflect.Type) any {
	if t.Kind() == reflect.Slice {
		return []any{value(t.Elem())}
	}
	for _, candidate := range []string{`7`, `"2026-03-01T12:00:00-06:00"`, `true`} {
		v := reflect.New(t)
		if json.Unmarshal([]byte(candidate), v.Interface()) == nil && !v.Elem().IsZero() {
			return json.RawMessage(candidate)
		}
	}
	panic(fmt.Sprintf("no value for a %s", t))
}

// empty are the fields of v that have no value.
func empty(v reflect.Value, at string) (list []string) {
	switch {
	case v.IsZero():
		return []string{at}
	case v.Kind() == reflect.Pointer:
		return empty(v.Elem(), at)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		return empty(v.Index(0), at)
	case v.Kind() != reflect.Struct, reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return nil
	}
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.Tag.Get("json") != "-" {
			list = append(list, empty(v.Field(i), at+"/"+field.Name)...)
		}
	}
	return list
}
