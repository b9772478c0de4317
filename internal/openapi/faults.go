package openapi

import (
	"cmp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// leaves are the faults at the bottom of a fault. Of alternatives none of
// which fits, the one with the fewest faults counts.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	if _, ok := e.ErrorKind.(*kind.AnyOf); ok {
		alternatives := make([][]*jsonschema.ValidationError, len(e.Causes))
		for i, cause := range e.Causes {
			alternatives[i] = leaves(cause)
		}
		return slices.MinFunc(alternatives, func(a, b []*jsonschema.ValidationError) int { return cmp.Compare(faults(a), faults(b)) })
	}
	var list []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		list = append(list, leaves(cause)...)
	}
	return list
}

// faults counts what is wrong in leaves.
func faults(leaves []*jsonschema.ValidationError) int {
	n := 0
	for _, leaf := range leaves {
		n += len(rules(leaf))
	}
	return n
}

// rules names what a leaf offends, the same in all views of a schema and for
// all values of a kind, each with what is wrong.
func rules(leaf *jsonschema.ValidationError) map[string]string {
	_, path, _ := strings.Cut(leaf.SchemaURL, "#")
	var place []string
	for parts := strings.Split(strings.Trim(path, "/"), "/"); len(parts) > 0; parts = parts[1:] {
		if parts[0] == "anyOf" || parts[0] == "allOf" {
			parts = parts[1:] // and which
			continue
		}
		place = append(place, parts[0])
	}
	at := strings.Join(place, "/") + ": "
	named := make(map[string]string)
	switch k := leaf.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			named[at+"unknown "+name] = "unknown " + name
		}
		return named
	case *kind.Required:
		for _, name := range k.Missing {
			named[at+"missing "+name] = "missing " + name
		}
		return named
	case *kind.Type:
		at += k.Got + " for "
	}
	named[at+strings.Join(leaf.ErrorKind.KeywordPath(), "/")] = leaf.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	return named
}
