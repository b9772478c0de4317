package baremetal

import (
	"regexp"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate/openstack/internal/jsonpatch"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// patch is a JSON patch (RFC 6902) of which Ironic takes three operations.
type patch struct {
	ops   []operation
	reset bool // of interfaces
}

type operation struct {
	jsonpatch.Operation
	text schema.Object // as it was sent
}

// root is the attribute that an operation changes.
func (o operation) root() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(o.Path, "/"), "/")
	return first
}

var patchSchema = &schema.Schema{
	Type: []schema.Type{schema.Array},
	Items: &schema.Schema{
		Type: []schema.Type{schema.Map},
		Properties: []schema.Property{
			{Name: "path", Schema: &schema.Schema{Type: []schema.Type{schema.String}, Pattern: regexp.MustCompile(`^(/[\w-]+)+$`)}},
			{Name: "op", Schema: &schema.Schema{Type: []schema.Type{schema.String}, Enum: []any{"add", "replace", "remove"}}},
			{Name: "value", Schema: &schema.Schema{Open: true}},
		},
		Required: []string{"op", "path"},
	},
}

// readPatch reads the patch of a thing and checks what can be told without
// the thing.
func (k *kind[T]) readPatch(c *call) (patch, error) {
	var p patch
	args, err := c.query()
	if err != nil {
		return p, err
	}
	if reset, said, err := args.boolean("reset_interfaces"); err != nil {
		return p, err
	} else if said {
		if c.minor < 45 {
			return p, notAcceptable()
		}
		p.reset = reset
	}
	body, err := c.body()
	if err != nil {
		return p, err
	}
	if body == nil {
		return p, badRequest("Missing mandatory parameter: patch")
	}
	if err := check("patch", patchSchema, body); err != nil {
		return p, err
	}
	ops, _ := body.([]any)
	for _, item := range ops {
		o, _ := item.(schema.Object)
		value, has := o.Get("value")
		p.ops = append(p.ops, operation{jsonpatch.Operation{Op: o.String("op"), Path: o.String("path"), Value: value, HasValue: has}, o})
	}
	return p, k.allowed(c, p)
}

// allowed refuses to change what can't be changed, or not in this version.
func (k *kind[T]) allowed(c *call, p patch) error {
	names := k.attrs.With(put)
	slices.Sort(names)
	for _, o := range p.ops {
		if !slices.Contains(names, o.root()) {
			return badRequest("Cannot patch %s. Only the following can be updated: %s", o.Path, strings.Join(names, ", "))
		}
	}
	for _, o := range p.ops {
		if a := k.attrs.Named(o.root()); c.minor < a.Since && o.Op != "remove" && o.Path == "/"+a.Name {
			return notAcceptable()
		}
	}
	return nil
}

// values are those that a patch gives to an attribute.
func (p patch) values(name string) []any {
	var values []any
	for _, o := range p.ops {
		if o.Path == "/"+name && o.Op != "remove" {
			values = append(values, o.Value)
		}
	}
	return values
}

// apply returns what all operations together make of a thing. It does not
// change doc.
func (p patch) apply(doc schema.Object) (schema.Object, error) {
	var v any = doc
	for _, o := range p.ops {
		next, err := jsonpatch.Apply(v, o.Operation)
		if err != nil {
			return nil, badRequest("Couldn't apply patch '%s'. Reason: %s", schema.Repr(o.text), err)
		}
		v = next
	}
	after, _ := v.(schema.Object)
	return after, nil
}
