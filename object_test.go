package jumpgate_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestObject: the members of a body are read leniently, as OpenStack reads them.
func TestObject(t *testing.T) {
	o := jumpgate.Object{
		{Name: "s", Value: "text"}, {Name: "n", Value: json.Number("5")}, {Name: "int", Value: 6}, {Name: "digits", Value: "007"},
		{Name: "huge", Value: json.Number("99999999999999999999")}, {Name: "float", Value: json.Number("1.5")},
		{Name: "yes", Value: "Yes"}, {Name: "off", Value: "OFF"}, {Name: "true", Value: true}, {Name: "zero", Value: json.Number("0")},
		{Name: "maybe", Value: "maybe"}, {Name: "list", Value: []any{1}}, {Name: "null", Value: nil},
		{Name: "map", Value: jumpgate.Object{{Name: "a", Value: "b"}, {Name: "c", Value: json.Number("1")}}},
	}
	const maxInt = int(^uint(0) >> 1)
	for name, want := range map[string]int{"n": 5, "int": 6, "digits": 7, "huge": maxInt, "float": -1, "s": -1, "null": -1, "none": -1} {
		if got := o.Int(name, -1); got != want {
			t.Errorf("Int(%s) = %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]bool{"yes": true, "true": true, "n": true} {
		if got := o.Bool(name, false); got != want {
			t.Errorf("Bool(%s) = %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{"off", "zero"} {
		if o.Bool(name, true) {
			t.Errorf("Bool(%s) is true", name)
		}
	}
	for _, name := range []string{"maybe", "list", "none"} {
		if !o.Bool(name, true) || o.Bool(name, false) {
			t.Errorf("Bool(%s) is not the default", name)
		}
	}
	if o.String("s") != "text" || o.String("n") != "" || !o.Has("null") || o.Has("none") {
		t.Error("String or Has is wrong")
	}
	if len(o.List("list")) != 1 || o.List("map") != nil || o.Object("list") != nil {
		t.Error("List or Object is wrong")
	}
	if got := o.Strings("map"); !maps.Equal(got, map[string]string{"a": "b"}) {
		t.Error(got)
	}
	if o.Strings("s") != nil {
		t.Error("Strings of no object is not nil")
	}
	var none jumpgate.Object
	if none.String("a") != "" || none.Has("a") || none.Object("a").List("b") != nil {
		t.Error("an Object that is nil has members")
	}
}
