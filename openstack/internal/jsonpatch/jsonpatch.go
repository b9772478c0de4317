// Package jsonpatch applies operations of a JSON patch (RFC 6902) to values
// that package schema read. Faults are worded as by Python's jsonpatch, which
// OpenStack's services use and show.
package jsonpatch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Operation is one of a patch: add, replace or remove.
type Operation struct {
	Op       string
	Path     string // a JSON pointer
	Value    any
	HasValue bool
}

// fault is what clients are told, word for word.
type fault string

func (f fault) Error() string { return string(f) }

const noValue fault = "The operation does not contain a 'value' member"

// Apply returns doc with op done to it. It does not change doc itself.
func Apply(doc any, op Operation) (any, error) {
	if op.Op != "remove" && !op.HasValue {
		return nil, noValue
	}
	if op.Path == "" {
		return op.Value, nil
	}
	parts := strings.Split(strings.TrimPrefix(op.Path, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
	}
	return apply(doc, parts, op)
}

func apply(doc any, parts []string, op Operation) (any, error) {
	name, last := parts[0], len(parts) == 1
	switch doc := doc.(type) {
	case schema.Object:
		i := slices.IndexFunc(doc, func(m schema.Member) bool { return m.Name == name })
		if last {
			return inObject(doc, i, name, op)
		}
		if i < 0 {
			return nil, fmt.Errorf("member '%s' not found in %s", name, schema.Repr(doc))
		}
		inner, err := apply(doc[i].Value, parts[1:], op)
		if err != nil {
			return nil, err
		}
		doc = slices.Clone(doc)
		doc[i].Value = inner
		return doc, nil
	case []any:
		i, err := index(doc, name, op, last)
		if err != nil {
			return nil, err
		}
		if last {
			return inList(doc, i, op)
		}
		inner, err := apply(doc[i], parts[1:], op)
		if err != nil {
			return nil, err
		}
		doc = slices.Clone(doc)
		doc[i] = inner
		return doc, nil
	}
	return nil, fmt.Errorf("unable to fully resolve json pointer /%s, part %s", strings.Join(parts, "/"), name)
}

func inObject(doc schema.Object, i int, name string, op Operation) (any, error) {
	if i < 0 && op.Op != "add" {
		return nil, fmt.Errorf("can't %s a non-existent object '%s'", op.Op, name)
	}
	doc = slices.Clone(doc)
	switch {
	case op.Op == "remove":
		return slices.Delete(doc, i, i+1), nil
	case i < 0:
		return append(doc, schema.Member{Name: name, Value: op.Value}), nil
	}
	doc[i].Value = op.Value
	return doc, nil
}

func inList(doc []any, i int, op Operation) (any, error) {
	doc = slices.Clone(doc)
	switch op.Op {
	case "remove":
		return slices.Delete(doc, i, i+1), nil
	case "add":
		return slices.Insert(doc, i, op.Value), nil
	}
	doc[i] = op.Value
	return doc, nil
}

// index reads the place in a list that a pointer names.
func index(doc []any, name string, op Operation, last bool) (int, error) {
	end := len(doc) - 1
	if last && op.Op == "add" {
		end = len(doc)
		if name == "-" {
			return end, nil
		}
	}
	i, err := strconv.Atoi(name)
	switch {
	case err != nil || name != strconv.Itoa(i):
		return 0, fmt.Errorf("'%s' is not a valid sequence index", name)
	case i > end && last:
		return 0, fmt.Errorf("can't %s outside of list", op.Op)
	case i > end:
		return 0, fmt.Errorf("list index out of range")
	}
	return i, nil
}
