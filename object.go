package jumpgate

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Get returns the member called name, and whether there is one.
func (o Object) Get(name string) (any, bool) {
	i := slices.IndexFunc(o, func(m Member) bool { return m.Name == name })
	if i < 0 {
		return nil, false
	}
	return o[i].Value, true
}

// Has tells whether there is a member called name.
func (o Object) Has(name string) bool {
	_, ok := o.Get(name)
	return ok
}

// String returns the member called name if it is a string, else "".
func (o Object) String(name string) string {
	v, _ := o.Get(name)
	s, _ := v.(string)
	return s
}

// Object returns the member called name if it is an object, else nil.
func (o Object) Object(name string) Object {
	v, _ := o.Get(name)
	child, _ := v.(Object)
	return child
}

// List returns the member called name if it is a list, else nil.
func (o Object) List(name string) []any {
	v, _ := o.Get(name)
	list, _ := v.([]any)
	return list
}

// Int returns the member called name if it is a whole number or the text of
// one, else otherwise. One that is too large for an int is the largest int.
func (o Object) Int(name string, otherwise int) int {
	v, _ := o.Get(name)
	var text string
	switch v := v.(type) {
	case int:
		return v
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	n, err := strconv.Atoi(text)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return n
	}
	return otherwise
}

// Bool returns the member called name if it is a boolean or one of the words
// for it (see ParseBool), else otherwise.
func (o Object) Bool(name string, otherwise bool) bool {
	v, _ := o.Get(name)
	switch v := v.(type) {
	case bool:
		return v
	case string:
		if b, ok := ParseBool(v); ok {
			return b
		}
	case json.Number:
		return v.String() != "0"
	}
	return otherwise
}

// Strings returns the member called name as a map, if it is an object of
// strings, else nil.
func (o Object) Strings(name string) map[string]string {
	child := o.Object(name)
	if child == nil {
		return nil
	}
	m := make(map[string]string, len(child))
	for _, c := range child {
		if s, ok := c.Value.(string); ok {
			m[c.Name] = s
		}
	}
	return m
}

// ParseBool reads one of the words that OpenStack takes for a boolean, in
// whatever case (oslo.utils strutils). ok is false for another.
func ParseBool(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "1", "t", "true", "on", "y", "yes":
		return true, true
	case "0", "f", "false", "off", "n", "no":
		return false, true
	}
	return false, false
}
