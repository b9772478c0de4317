package identity

import (
	"maps"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// set takes from a body what is none of the members that it means something by.
// A member that is null goes, as in Keystone.
func (a *Attributes) set(body schema.Object, known ...string) {
	extra, options := maps.Clone(a.Extra), maps.Clone(a.Options)
	for _, m := range body {
		switch {
		case m.Name == "options":
			for _, o := range body.Object("options") {
				if options == nil {
					options = make(map[string]any)
				}
				if options[o.Name] = schema.Plain(o.Value); o.Value == nil {
					delete(options, o.Name)
				}
			}
		case slices.Contains(known, m.Name):
		default:
			if extra == nil {
				extra = make(map[string]any)
			}
			extra[m.Name] = schema.Plain(m.Value)
		}
	}
	a.Extra, a.Options = extra, options
}

// shown are the options and what else was said, in the order of names.
func (a *Attributes) shown() (options jumpgate.Member, extra jumpgate.Object) {
	return jumpgate.Member{Name: "options", Value: rest.Sorted(a.Options)}, rest.Sorted(a.Extra)
}

func (a *Attributes) immutable() bool { return a.Options["immutable"] == true }

// keepsAs refuses to change what is immutable, unless the change ends just that
// (keystone.common.resource_options.core).
func (a *Attributes) keepsAs(kind, id string, body schema.Object) error {
	if !a.immutable() {
		return nil
	}
	if options := body.Object("options"); body != nil && options.Has("immutable") {
		if v, _ := options.Get("immutable"); v != true {
			return nil
		}
	}
	what := "delete"
	if body != nil {
		what = "update"
	}
	return jumpgate.Forbidden.New("Unable to %s immutable %s resource: `%s. Set resource option \"immutable\" to false first.", what, kind, id)
}

// textOrNull reads a nullable text of a body into what it is kept as.
func textOrNull(body schema.Object, name string, into *string) {
	if v, ok := body.Get(name); ok {
		*into, _ = v.(string)
	}
}
