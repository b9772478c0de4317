package openapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/softlayer/jumpgate"
)

// view is what a schema is looked at for.
type view struct {
	version jumpgate.Microversion // zero: all
	action  string                // of a request to …/action; empty: none
}

// versionOf is the microversion that an answer says it is of.
func versionOf(h http.Header) jumpgate.Microversion {
	_, text, _ := strings.Cut(h.Get("OpenStack-API-Version"), " ")
	v, _ := jumpgate.ParseMicroversion(text)
	return v
}

// schema compiles what a description says, as far as it is for v. where names
// it in errors.
func (d *Description) schema(where string, described any, v view) (*jsonschema.Schema, error) {
	url := fmt.Sprintf("openapi:///%s?%s&%s", strings.ReplaceAll(where, " ", "/"), v.version, v.action)
	if s := d.compiled[url]; s != nil {
		return s, nil
	}
	flat, err := d.flatten(described, v, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	text, err := json.Marshal(flat)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where, err)
	}
	if s := d.compiled[string(text)]; s != nil { // most microversions change nothing
		d.compiled[url] = s
		return s, nil
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, f := range formats {
		c.RegisterFormat(f)
	}
	if err := c.AddResource(url, flat); err != nil {
		return nil, err
	}
	s, err := c.Compile(url)
	if err == nil {
		d.compiled[url], d.compiled[string(text)] = s, s
	}
	return s, err
}

// flatten copies a schema with its references resolved and the alternatives
// for other views left out. Those that remain may overlap, because a machine
// wrote them: so "oneOf" becomes "anyOf". within are the references on the
// way to the schema.
func (d *Description) flatten(schema any, v view, within []string) (any, error) {
	switch s := schema.(type) {
	case []any:
		list := make([]any, len(s))
		for i := range s {
			var err error
			if list[i], err = d.flatten(s[i], v, within); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		if ref, ok := s["$ref"].(string); ok {
			target, err := d.resolve(ref)
			if err != nil {
				return nil, err
			}
			if slices.Contains(within, ref) {
				return nil, fmt.Errorf("%s refers to itself", ref)
			}
			return d.flatten(target, v, append(slices.Clip(within), ref))
		}
		return d.flattenObject(s, v, within)
	}
	return schema, nil
}

func (d *Description) flattenObject(schema map[string]any, v view, within []string) (any, error) {
	copied := make(map[string]any, len(schema))
	for keyword, value := range schema {
		var err error
		switch keyword {
		case "x-openstack", "title", "description", "default", "example":
			continue
		case "oneOf":
			keyword = "anyOf"
			if value, err = d.alternatives(value, v); err != nil {
				return nil, err
			}
			fallthrough
		case "anyOf", "allOf", "items", "prefixItems", "additionalProperties", "not", "if", "then", "else":
			copied[keyword], err = d.flatten(value, v, within)
		case "properties", "patternProperties":
			named := make(map[string]any)
			for name, one := range object(value) {
				if named[name], err = d.flatten(one, v, within); err != nil {
					return nil, err
				}
			}
			copied[keyword] = named
		default:
			copied[keyword] = value
		}
		if err != nil {
			return nil, err
		}
	}
	return copied, nil
}

// resolve follows a reference within the document.
func (d *Description) resolve(ref string) (any, error) {
	at := any(d.document)
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		next, ok := object(at)[part]
		if !ok {
			return nil, fmt.Errorf("%s leads nowhere", ref)
		}
		at = next
	}
	return at, nil
}

// alternatives are those for v.
func (d *Description) alternatives(list any, v view) (any, error) {
	all, _ := list.([]any)
	var fit []any
	for _, one := range all {
		schema := one
		if ref, ok := object(one)["$ref"].(string); ok {
			var err error
			if schema, err = d.resolve(ref); err != nil {
				return nil, err
			}
		}
		if v.includes(object(object(schema)["x-openstack"])) {
			fit = append(fit, one)
		}
	}
	if len(fit) == 0 {
		return nil, fmt.Errorf("microversion %s, action %q: %w", v.version, v.action, ErrUndescribed)
	}
	return fit, nil
}

// includes tells whether a schema with this x-openstack is for v.
func (v view) includes(x map[string]any) bool {
	if action, ok := x["action-name"].(string); ok && action != v.action {
		return false
	}
	if v.version == (jumpgate.Microversion{}) {
		return true
	}
	bound := func(name string) (jumpgate.Microversion, bool) {
		text, _ := x[name].(string)
		return jumpgate.ParseMicroversion(text)
	}
	if since, ok := bound("min-ver"); ok && !v.version.AtLeast(since) {
		return false
	}
	until, ok := bound("max-ver")
	return !ok || until.AtLeast(v.version)
}

// formats are those that mean something else in OpenStack: ids are what each
// service makes them, and most of its dates have no time zone.
var formats = []*jsonschema.Format{
	{Name: "uuid", Validate: func(any) error { return nil }},
	{Name: "date-time", Validate: validDate},
}

func validDate(v any) error {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return nil
	}
	_, err := time.Parse("2006-01-02T15:04:05.999999", strings.TrimSuffix(text, "Z"))
	return err
}
