package image

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// propertyMembers are the members of a definition, in Glance's order.
var propertyMembers = []string{
	"name", "type", "title", "description", "operators", "default", "readonly", "minimum", "maximum", "enum", "pattern",
	"minLength", "maxLength", "confidential", "items", "uniqueItems", "minItems", "maxItems", "additionalItems",
}

// definition is what Glance keeps of a definition.
func definition(body schema.Object) json.RawMessage {
	kept := jumpgate.Object{}
	for _, name := range propertyMembers {
		if v, ok := body.Get(name); ok {
			kept = append(kept, jumpgate.Member{Name: name, Value: plainJSON(v)})
		}
	}
	text, _ := json.Marshal(kept) // it was JSON
	return text
}

// plainJSON is a parsed value in the form that answers are encoded from.
func plainJSON(v any) any {
	switch v := v.(type) {
	case schema.Object:
		o := make(jumpgate.Object, 0, len(v))
		for _, m := range v {
			o = append(o, jumpgate.Member{Name: m.Name, Value: plainJSON(m.Value)})
		}
		return o
	case []any:
		list := make([]any, 0, len(v))
		for _, item := range v {
			list = append(list, plainJSON(item))
		}
		return list
	}
	return v
}

// presentProperty is the JSON object of a definition; named adds its name.
func presentProperty(p *MetadefProperty, named bool) jumpgate.Object {
	v, _ := schema.Parse(p.Schema)
	o, _ := plainJSON(v).(jumpgate.Object)
	if !named {
		return o
	}
	o = slices.DeleteFunc(o, func(m jumpgate.Member) bool { return m.Name == "name" })
	return append(jumpgate.Object{{Name: "name", Value: p.Name}}, o...)
}

// presentProperties is the JSON object of definitions by their names.
func presentProperties(list []MetadefProperty) jumpgate.Object {
	o := make(jumpgate.Object, 0, len(list))
	for i := range list {
		o = append(o, jumpgate.Member{Name: list[i].Name, Value: presentProperty(&list[i], false)})
	}
	return o
}

// property finds a property of ns.
func (ns *MetadefNamespace) property(name string) (int, error) {
	i := slices.IndexFunc(ns.Properties, func(p MetadefProperty) bool { return p.Name == name })
	if i < 0 {
		return 0, jumpgate.NotFound.New("The metadata definition property with name=%s was not found in namespace=%s.", name, ns.Name)
	}
	return i, nil
}

// listProperties answers GET .../properties.
func (s *service) listProperties(r *jumpgate.Request) (any, error) {
	ns, err := s.namespace(r, "get_metadef_properties", unknownNamespace)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "properties", Value: presentProperties(ns.Properties)}}, nil
}

// createProperty answers POST .../properties.
func (s *service) createProperty(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("property"), "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	p := MetadefProperty{body.String("name"), definition(body)}
	_, err = s.changeNamespace(r, "add_metadef_property", unknownNamespace, func(ns *MetadefNamespace) error {
		if _, err := ns.property(p.Name); err == nil {
			return jumpgate.Conflict.New("A metadata definition property with name=%s already exists in namespace=%s.", p.Name, ns.Name)
		}
		ns.Properties = append(slices.Clone(ns.Properties), p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusCreated, Body: presentProperty(&p, true)}, nil
}

// showProperty answers GET .../properties/{property_name}. With a type of
// resources the name is the one that the property has there.
func (s *service) showProperty(r *jumpgate.Request) (any, error) {
	ns, err := s.namespace(r, "get_metadef_property", unknownNamespace)
	if err != nil {
		return nil, err
	}
	name := r.Var("property_name")
	if kind := r.URL.Query().Get("resource_type"); kind != "" {
		if err := s.allowMetadef(r.Context(), "get_metadef_resource_type", ns); err != nil {
			return nil, err
		}
		i, err := ns.association(kind)
		if err != nil {
			return nil, err
		}
		prefix := ns.ResourceTypes[i].Prefix
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || prefix == "" {
			return nil, jumpgate.NotFound.New("Property %s does not start with the expected resource type association prefix of '%s'.", name, prefix)
		}
		name = rest
	}
	i, err := ns.property(name)
	if err != nil {
		return nil, err
	}
	return presentProperty(&ns.Properties[i], true), nil
}

// updateProperty answers PUT .../properties/{property_name}.
func (s *service) updateProperty(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("property"), "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	p := MetadefProperty{body.String("name"), definition(body)}
	_, err = s.changeNamespace(r, "modify_metadef_property", unknownNamespace, func(ns *MetadefNamespace) error {
		i, err := ns.property(r.Var("property_name"))
		if err != nil {
			return err
		}
		if j, err := ns.property(p.Name); err == nil && i != j {
			return jumpgate.Conflict.New("Invalid update. It would result in a duplicate metadata definition property with the same name=%s"+
				" in namespace=%s.", p.Name, ns.Name)
		}
		ns.Properties = slices.Clone(ns.Properties)
		ns.Properties[i] = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	return presentProperty(&p, true), nil
}

// deleteProperty answers DELETE .../properties/{property_name}.
var deleteProperty = removal[MetadefProperty]{
	kind: "property", rule: "remove_metadef_property", variable: "property_name", missing: unknownNamespace,
	find: (*MetadefNamespace).property,
	list: func(ns *MetadefNamespace) *[]MetadefProperty { return &ns.Properties },
}
