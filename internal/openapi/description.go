// Package openapi holds answers against descriptions of OpenStack's services
// in OpenAPI 3.1, with microversions as the codegenerator of the Rust SDK
// writes them down: x-openstack at a schema says from which microversion to
// which it is the one, and for which action.
//
// It is a module of its own, so that programs which embed Jumpgate don't get
// its dependencies.
package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// Description is what one service answers.
type Description struct {
	document   map[string]any
	operations []*operation
	compiled   map[string]*jsonschema.Schema // by what is asked for, and by their text
}

// operation is a method on a path.
type operation struct {
	method    string
	path      string
	segments  []string
	responses map[string]any
}

func (o *operation) String() string { return o.method + " " + o.path }

// Load reads a description.
func Load(file string) (*Description, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	d := &Description{compiled: make(map[string]*jsonschema.Schema)}
	if d.document, err = parse(text); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	for path, item := range object(d.document["paths"]) {
		for _, method := range methods {
			described, ok := object(item)[strings.ToLower(method)]
			if !ok {
				continue
			}
			d.operations = append(d.operations, &operation{
				method:    method,
				path:      path,
				segments:  segments(path),
				responses: object(object(described)["responses"]),
			})
		}
	}
	if len(d.operations) == 0 {
		return nil, fmt.Errorf("%s: it describes nothing", file)
	}
	return d, nil
}

// parse reads YAML as the values that encoding/json would make of it.
func parse(text []byte) (map[string]any, error) {
	var v map[string]any
	if err := yaml.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	return object(parsed), err
}

// object is v if that is an object, else an empty one.
func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// find returns the operation of a request, or nil. Literals go before
// variables.
func (d *Description) find(method, path string) *operation {
	asked := segments(path)
	var found *operation
	best := -1
	for _, o := range d.operations {
		if o.method != method || len(o.segments) != len(asked) {
			continue
		}
		literals := 0
		fits := true
		for i, s := range o.segments {
			switch {
			case strings.HasPrefix(s, "{"):
			case s == asked[i]:
				literals++
			default:
				fits = false
			}
		}
		if fits && literals > best {
			found, best = o, literals
		}
	}
	return found
}
