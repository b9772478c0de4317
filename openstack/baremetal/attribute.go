package baremetal

import (
	"encoding/json"
	"time"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// attribute is one member of a resource of type T: how it is shown, checked
// and written.
type attribute[T any] struct {
	name  string
	since int // the minor version that brought it
	is    form
	does  traits
	max   int // characters of a text; 0: as many as there are
	get   func(*T) any
	set   func(*T, any)
	check func(c *call, name string, v any) (any, error) // beyond the form; nil: none
	link  func(c *call, item *T) any                     // for what only requests know, instead of get
}

// traits say what clients may do with an attribute.
type traits int

const (
	post       traits = 1 << iota // may be set when the thing is made
	put                           // may be changed
	required                      // must be set when the thing is made
	brief                         // short lists show it
	unsortable                    // lists can't be sorted by it
	unlistable                    // a list can't be asked for it by name
	internal                      // not one of the fields that can be asked for
	unshown                       // never shown
	visible                       // shown to versions that can't set it yet
	always                        // shown whatever fields are asked for
)

func (t traits) has(some traits) bool { return t&some == some }

// form is the JSON type of an attribute.
type form int

const (
	text form = iota
	flag
	number
	dict
	list
	moment
	links
)

// types are what schemas allow for a form.
func (f form) types() []schema.Type {
	switch f {
	case flag:
		return []schema.Type{schema.String, schema.Boolean, schema.Null}
	case number:
		return []schema.Type{schema.Integer, schema.Null}
	case dict:
		return []schema.Type{schema.Map, schema.Null}
	case list:
		return []schema.Type{schema.Array, schema.Null}
	}
	return []schema.Type{schema.String, schema.Null}
}

// ofText is an attribute that is text, shown as null where it is empty.
func ofText[T any](name string, since int, does traits, at func(*T) *string) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: text, does: does,
		get: func(t *T) any {
			if s := *at(t); s != "" {
				return s
			}
			return nil
		},
		set: func(t *T, v any) { *at(t), _ = v.(string) },
	}
}

// ofFlag is one that is true or false.
func ofFlag[T any](name string, since int, does traits, at func(*T) *bool) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: flag, does: does,
		get:   func(t *T) any { return *at(t) },
		set:   func(t *T, v any) { *at(t), _ = v.(bool) },
		check: aBool,
	}
}

// ofMaybe is a flag that may also be null.
func ofMaybe[T any](name string, since int, does traits, at func(*T) **bool) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: flag, does: does,
		get: func(t *T) any {
			if p := *at(t); p != nil {
				return *p
			}
			return nil
		},
		set: func(t *T, v any) {
			*at(t) = nil
			if b, ok := v.(bool); ok {
				*at(t) = &b
			}
		},
		check: aBool,
	}
}

// ofDict is one that is a JSON object, empty where there is none.
func ofDict[T any](name string, since int, does traits, at func(*T) *map[string]any) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: dict, does: does | unsortable,
		get: func(t *T) any {
			if m := *at(t); m != nil {
				return m
			}
			return map[string]any{}
		},
		set: func(t *T, v any) { *at(t), _ = v.(map[string]any) },
	}
}

// ofTexts is a list of text.
func ofTexts[T any](name string, since int, does traits, at func(*T) *[]string) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: list, does: does | unsortable,
		get: func(t *T) any {
			if l := *at(t); l != nil {
				return l
			}
			return []string{}
		},
		set: func(t *T, v any) {
			all, _ := v.([]any)
			texts := make([]string, 0, len(all))
			for _, item := range all {
				s, _ := item.(string)
				texts = append(texts, s)
			}
			*at(t) = texts
		},
	}
}

// ofMoment is a time, null where it is zero.
func ofMoment[T any](name string, since int, does traits, at func(*T) *time.Time) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: moment, does: does,
		get: func(t *T) any { return shownTime(*at(t)) },
	}
}

func shownTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05-07:00")
}

// times are the attributes that all things have behind their UUID.
func times[T any](at func(*T) *Record) []attribute[T] {
	return []attribute[T]{
		ofMoment("created_at", 0, internal, func(t *T) *time.Time { return &at(t).Created }),
		ofMoment("updated_at", 0, internal, func(t *T) *time.Time { return &at(t).Updated }),
	}
}

// with returns a with something changed.
func (a attribute[T]) with(change func(*attribute[T])) attribute[T] {
	change(&a)
	return a
}

func aBool(_ *call, name string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return toBool(name, v)
}

func aUUID(_ *call, name string, v any) (any, error) {
	if s, ok := v.(string); v != nil && (!ok || !schema.UUIDLike(s)) {
		return nil, badRequest("Expected UUID for %s: %s", name, schema.Str(v))
	}
	return v, nil
}

func aMAC(_ *call, name string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return toMAC(name, v)
}

// ofNumber is a whole number.
func ofNumber[T any](name string, since int, does traits, at func(*T) *int) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: number, does: does,
		get: func(t *T) any { return *at(t) },
		set: func(t *T, v any) {
			n, _ := v.(json.Number)
			i, _ := n.Int64()
			*at(t) = int(i)
		},
	}
}

// ofSteps is a list of JSON objects.
func ofSteps[T any](name string, since int, does traits, at func(*T) *[]map[string]any) attribute[T] {
	return attribute[T]{
		name: name, since: since, is: list, does: does | unsortable,
		get: func(t *T) any {
			all := make([]any, len(*at(t)))
			for i, step := range *at(t) {
				all[i] = step
			}
			return all
		},
		set: func(t *T, v any) {
			*at(t) = nil
			items, _ := v.([]any)
			for _, item := range items {
				step, _ := item.(map[string]any)
				*at(t) = append(*at(t), step)
			}
		},
	}
}
