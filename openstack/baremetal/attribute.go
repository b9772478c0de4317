package baremetal

import (
	"time"

	"github.com/softlayer/jumpgate/openstack/internal/resource"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// attribute is one member of a resource of type T.
type attribute[T any] = resource.Attribute[T]

// The traits of attributes, those of all services and Ironic's own.
const (
	post     = resource.Post
	put      = resource.Put
	required = resource.Required
	unshown  = resource.Hidden

	brief      = resource.Own << iota // short lists show it
	unsortable                        // lists can't be sorted by it
	unlistable                        // a list can't be asked for it by name
	internal                          // not one of the fields that can be asked for
	visible                           // shown to versions that can't set it yet
	always                            // shown whatever fields are asked for
	blank                             // a text that is shown as it is where it is empty, not as null
)

// record returns what all things have.
func (r *Record) record() *Record { return r }

func recordOf[T any](item *T) *Record { return any(item).(interface{ record() *Record }).record() }

// recorded returns the attributes of things that have a Record: before those
// given come the UUID and the times.
func recorded[T any](more []attribute[T]) resource.Attributes[T] {
	return append(resource.Attributes[T]{
		{Name: "uuid", At: func(t *T) any { return &recordOf(t).UUID }, Does: post | brief, Check: aUUID},
		{Name: "created_at", At: func(t *T) any { return &recordOf(t).Created }, Does: internal},
		{Name: "updated_at", At: func(t *T) any { return &recordOf(t).Updated }, Does: internal},
	}, more...)
}

// linksTo is a path below the version, which answers show as two links.
type linksTo string

// itself is the attribute that leads to a thing.
func itself[T any](path string) attribute[T] {
	return attribute[T]{Name: "links", Does: always | internal, View: func(t *T) any { return linksTo(path + "/" + recordOf(t).UUID) }}
}

// complete gives attributes what follows from their form.
func complete[T any](all resource.Attributes[T]) {
	for i := range all {
		a := &all[i]
		if a.Schema == nil {
			a.Schema = new(schema.Schema)
		}
		a.Schema.Type, a.Schema.Open = types(a.Form(), a.Does.Has(required)), true
		switch a.Form() {
		case resource.Text:
			if !a.Does.Has(blank) {
				a.Does |= resource.Null
			}
		case resource.Flag:
			a.Check = aBool
		case resource.Dict, resource.Texts, resource.Dicts:
			a.Does |= unsortable
		case resource.Moment:
			at := a.At
			a.View = func(t *T) any { return shownTime(*at(t).(*time.Time)) }
		}
	}
}

// shownTime is null where it is zero.
func shownTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05-07:00")
}

// types are what schemas allow for a form.
func types(f resource.Form, must bool) []schema.Type {
	all := []schema.Type{schema.String}
	switch f {
	case resource.Flag:
		all = []schema.Type{schema.String, schema.Boolean}
	case resource.Number:
		all = []schema.Type{schema.Integer}
	case resource.Dict:
		all = []schema.Type{schema.Map}
	case resource.Texts, resource.Dicts:
		all = []schema.Type{schema.Array}
	}
	if must {
		return all
	}
	return append(all, schema.Null)
}

func aBool(_ int, name string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return toBool(name, v)
}

func aUUID(_ int, name string, v any) (any, error) {
	if s, ok := v.(string); v != nil && (!ok || !schema.UUIDLike(s)) {
		return nil, badRequest("Expected UUID for %s: %s", name, schema.Str(v))
	}
	return v, nil
}

func aMAC(_ int, name string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return toMAC(name, v)
}
