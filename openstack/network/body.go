package network

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

func badRequest(format string, args ...any) error {
	return jumpgate.BadRequest.New(format, args...)
}

// readBody reads a JSON object, or nil where there is no body. The type that
// the client says it has does not matter, as in Neutron.
func readBody(r *jumpgate.Request) (map[string]any, error) {
	b, err := r.ReadBody(0)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, badRequest("Body contains invalid data")
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, badRequest("Invalid body format")
	}
	return o, nil
}

// inside returns the object called name in a body.
func inside(body map[string]any, name string) (map[string]any, error) {
	v, ok := body[name]
	if !ok {
		return nil, badRequest("Unable to find '%s' in request body", name)
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, badRequest("Invalid body format")
	}
	return o, nil
}

// items returns the things that a body asks to make, and whether it asks for
// them as a list.
func (k *kind[T]) items(body map[string]any) ([]map[string]any, bool, error) {
	v, bulk := body[k.many]
	if !bulk || k.single {
		o, err := inside(body, k.one)
		return []map[string]any{o}, false, err
	}
	l, ok := v.([]any)
	if !ok || len(l) == 0 {
		return nil, true, badRequest("Resources required")
	}
	all := make([]map[string]any, len(l))
	for i, item := range l {
		if all[i], ok = item.(map[string]any); !ok {
			return nil, true, badRequest("Invalid body format")
		}
		if inner, ok := all[i][k.one].(map[string]any); ok && len(all[i]) == 1 {
			all[i] = inner
		}
	}
	return all, true, nil
}

// known refuses members that are no attributes.
func (k *kind[T]) known(in map[string]any) error {
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if k.attrs.Named(name) == nil {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return badRequest("Unrecognized attribute(s) '%s'", strings.Join(unknown, ", "))
	}
	return nil
}

// owner makes project_id and tenant_id one. A caller that may not see all
// projects can name only its own.
func (k *kind[T]) owner(in map[string]any, own string, everyone bool) (string, error) {
	project, has := in["project_id"]
	tenant, old := in["tenant_id"]
	switch {
	case has && old && project != tenant:
		return "", badRequest("'project_id' and 'tenant_id' must match")
	case old:
		project, has = tenant, true
	}
	if !has {
		return own, nil
	}
	s, ok := project.(string)
	if !ok {
		return "", badRequest("Invalid input for project_id. Reason: '%s' is not a valid string.", show(project))
	}
	if s != own && !everyone {
		return "", badRequest("Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin privileges")
	}
	return s, nil
}

// filled makes a thing of what a client sent. given are the attributes that
// it set itself, apart from those that it set to what they are anyway.
func (k *kind[T]) filled(in map[string]any) (item *T, given []string, err error) {
	item = new(T)
	for i := range k.attrs {
		a := &k.attrs[i]
		v, set := in[a.Name]
		switch {
		case set && !a.Does.Has(post):
			return nil, nil, badRequest("Attribute '%s' not allowed in POST", a.Name)
		case !set && a.Does.Has(required):
			return nil, nil, badRequest("Failed to parse request. Required attribute '%s' not specified", a.Name)
		case !set && a.Default != nil:
			a.Write(item, a.Default)
		}
		if !set {
			continue
		}
		if v, err = a.Read(0, v); err != nil {
			return nil, nil, err
		}
		a.Write(item, v)
		if a.Default == nil || !same(v, a.Default) {
			given = append(given, a.Name)
		}
	}
	return item, given, nil
}

func same(a, b any) bool {
	switch a.(type) {
	case string, bool, int:
		return a == b
	}
	return false
}

// changed makes an Update of what a client sent.
func (k *kind[T]) changed(in map[string]any) (*Update[T], error) {
	var c resource.Changes[T]
	for i := range k.attrs {
		a := &k.attrs[i]
		v, set := in[a.Name]
		if !set {
			continue
		}
		if !a.Does.Has(put) {
			return nil, badRequest("Cannot update read-only attribute %s", a.Name)
		}
		v, err := a.Read(0, v)
		if err != nil {
			return nil, err
		}
		c.Add(a, v)
	}
	u := NewUpdate(c.Apply, c.Names...)
	return &u, nil
}

// constraint reads the revision that a client wants a thing to have, or -1.
func constraint(r *jumpgate.Request) (int, error) {
	text := r.Header.Get("If-Match")
	if text == "" {
		return -1, nil
	}
	number, ok := strings.CutPrefix(strings.Trim(text, `"`), "revision_number=")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return 0, fault(jumpgate.BadRequest, "HTTPBadRequest", "Revision number %s is not an integer", number)
	}
	return n, nil
}
