package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Exchange is a request and its answer.
type Exchange struct {
	Method, Path string // without the service's mount
	Request      []byte // its body
	Status       int
	Header       http.Header
	Body         []byte
}

// Violation is something that a description does not allow.
type Violation struct {
	Operation string // "GET /v2.1/servers/{id}"
	Rule      string // the place in the schema, without alternatives, and what it asks for
	Message   string // where in the answer, and what is wrong
}

func (v Violation) String() string { return v.Operation + ": " + v.Message }

// ErrUndescribed is about a request, or a microversion of it, that a
// description does not have.
var ErrUndescribed = errors.New("not described")

// Check holds an answer against the description. Of faults that are the
// client's it says nothing: no description has all of them, nor their form.
func (d *Description) Check(e Exchange) ([]Violation, error) {
	o := d.find(e.Method, e.Path)
	if o == nil {
		return nil, fmt.Errorf("%s %s is %w", e.Method, e.Path, ErrUndescribed)
	}
	if e.Status >= http.StatusBadRequest && e.Status < http.StatusInternalServerError {
		return nil, nil
	}
	var found []Violation
	add := func(rule, format string, args ...any) {
		found = append(found, Violation{o.String(), rule, fmt.Sprintf(format, args...)})
	}
	response, ok := o.responses[fmt.Sprint(e.Status)]
	if !ok {
		add(fmt.Sprint("status ", e.Status), "status %d, described are %s", e.Status, strings.Join(keys(o.responses), ", "))
	}
	if e.Status >= http.StatusInternalServerError {
		return found, nil
	}
	v := view{version: versionOf(e.Header), action: action(e)}
	if err := d.checkHeader(object(response), v, e.Header, add); err != nil {
		return nil, err
	}
	if e.Method == http.MethodHead || len(e.Body) == 0 {
		return found, nil
	}
	schema := bodyOf(response)
	if schema == nil {
		add("body", "a body of %d bytes, none is described", len(e.Body))
		for _, status := range keys(o.responses) { // it may still be right
			if s := bodyOf(o.responses[status]); s != nil && strings.HasPrefix(status, "2") {
				schema = s
			}
		}
	}
	if schema == nil {
		return found, nil
	}
	compiled, err := d.schema(fmt.Sprint(o, " ", e.Status), schema, v)
	if err != nil {
		return nil, err
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Body))
	if err != nil {
		add("JSON", "no JSON: %v", err)
		return found, nil
	}
	var invalid *jsonschema.ValidationError
	if err := compiled.Validate(body); errors.As(err, &invalid) {
		for _, leaf := range leaves(invalid) {
			for rule, wrong := range rules(leaf) {
				add(rule, "/%s: %s", strings.Join(leaf.InstanceLocation, "/"), wrong)
			}
		}
	} else if err != nil {
		return nil, err
	}
	return found, nil
}

// bodyOf is the schema of a response's JSON, or nil.
func bodyOf(response any) any {
	return object(object(object(response)["content"])["application/json"])["schema"]
}

// checkHeader wants the header fields that are described.
func (d *Description) checkHeader(response map[string]any, v view, h http.Header, add func(rule, format string, args ...any)) error {
	for name, described := range object(response["headers"]) {
		if ref, ok := object(described)["$ref"].(string); ok {
			var err error
			if described, err = d.resolve(ref); err != nil {
				return err
			}
		}
		if !v.includes(object(object(described)["x-openstack"])) || h.Get(name) != "" {
			continue
		}
		add("header "+name, "no %s", name)
	}
	return nil
}

// action is the name of the action that a request asks for.
func action(e Exchange) string {
	if !strings.HasSuffix(e.Path, "/action") {
		return ""
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Request))
	if err != nil {
		return ""
	}
	for name := range object(body) {
		return name
	}
	return ""
}

func keys(m map[string]any) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
