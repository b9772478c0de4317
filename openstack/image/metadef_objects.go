package image

import (
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// presentObject is the JSON object of an object in a namespace.
func presentObject(namespace string, m *MetadefObject) jumpgate.Object {
	o := jumpgate.Object{{Name: "name", Value: m.Name}}
	if m.Required != nil {
		o = append(o, jumpgate.Member{Name: "required", Value: m.Required})
	}
	o = addText(o, "description", m.Description)
	if m.Properties != nil {
		o = append(o, jumpgate.Member{Name: "properties", Value: presentProperties(m.Properties)})
	}
	return append(addDates(o, m.Created, m.Updated),
		jumpgate.Member{Name: "self", Value: namespacesPath + "/" + namespace + "/objects/" + m.Name},
		jumpgate.Member{Name: "schema", Value: "/v2/schemas/metadefs/object"})
}

// object finds an object of ns.
func (ns *MetadefNamespace) object(name string) (int, error) {
	i := slices.IndexFunc(ns.Objects, func(m MetadefObject) bool { return m.Name == name })
	if i < 0 {
		return 0, jumpgate.NotFound.New("The metadata definition object with name=%s was not found in namespace=%s.", name, ns.Name)
	}
	return i, nil
}

// addObject adds the object that a request describes.
func (ns *MetadefNamespace) addObject(body schema.Object, now time.Time) (*MetadefObject, error) {
	m := MetadefObject{Created: now, Updated: now}
	m.describe(body)
	if _, err := ns.object(m.Name); err == nil {
		return nil, jumpgate.Conflict.New("A metadata definition object with name=%s already exists in namespace=%s.", m.Name, ns.Name)
	}
	ns.Objects = append(slices.Clone(ns.Objects), m)
	return &m, nil
}

func (m *MetadefObject) describe(body schema.Object) {
	m.Name, m.Description = body.String("name"), body.String("description")
	m.Required, m.Properties = nil, nil
	if body.Has("required") {
		m.Required = []string{}
	}
	for _, v := range body.List("required") {
		m.Required = append(m.Required, schema.Str(v))
	}
	if body.Has("properties") {
		m.Properties = []MetadefProperty{}
	}
	for _, p := range body.Object("properties") {
		o, _ := p.Value.(schema.Object)
		m.Properties = append(m.Properties, MetadefProperty{p.Name, definition(o)})
	}
}

// listObjects answers GET .../objects.
func (s *service) listObjects(r *jumpgate.Request) (any, error) {
	params, err := readParams(r)
	if err != nil {
		return nil, err
	}
	q, err := readMetadefQuery(params, "public", "private", "shared")
	if err != nil {
		return nil, err
	}
	if q.limit == 0 {
		return nil, jumpgate.BadRequest.New("limit param must be positive")
	}
	ns, err := s.namespace(r, "get_metadef_objects", undefinedNamespace)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{
		{Name: "objects", Value: presentAll(ns.Objects, func(m *MetadefObject) jumpgate.Object { return presentObject(ns.Name, m) })},
		{Name: "schema", Value: "/v2/schemas/metadefs/objects"},
	}, nil
}

// createObject answers POST .../objects.
func (s *service) createObject(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("object"), "self", "schema", "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	for _, p := range body.Object("properties") {
		if err := metadefValidator("unnamed property").check(p.Value); err != nil {
			return nil, err
		}
	}
	var made *MetadefObject
	ns, err := s.changeNamespace(r, "add_metadef_object", undefinedNamespace, func(ns *MetadefNamespace) error {
		made, err = ns.addObject(body, s.now().UTC())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusCreated, Body: presentObject(ns.Name, made)}, nil
}

// showObject answers GET .../objects/{object_name}.
func (s *service) showObject(r *jumpgate.Request) (any, error) {
	ns, err := s.namespace(r, "get_metadef_object", undefinedNamespace)
	if err != nil {
		return nil, err
	}
	i, err := ns.object(r.Var("object_name"))
	if err != nil {
		return nil, err
	}
	return presentObject(ns.Name, &ns.Objects[i]), nil
}

// updateObject answers PUT .../objects/{object_name}.
func (s *service) updateObject(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("object"), "self", "schema", "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	var changed MetadefObject
	ns, err := s.changeNamespace(r, "modify_metadef_object", undefinedNamespace, func(ns *MetadefNamespace) error {
		i, err := ns.object(r.Var("object_name"))
		if err != nil {
			return err
		}
		ns.Objects = slices.Clone(ns.Objects)
		m := &ns.Objects[i]
		m.describe(body)
		m.Updated = s.now().UTC()
		if slices.ContainsFunc(ns.Objects[:i], m.sameName) || slices.ContainsFunc(ns.Objects[i+1:], m.sameName) {
			return jumpgate.Conflict.New("Invalid update. It would result in a duplicate metadata definition object with the same name=%s"+
				" in namespace=%s.", m.Name, ns.Name)
		}
		changed = *m
		return nil
	})
	if err != nil {
		return nil, err
	}
	return presentObject(ns.Name, &changed), nil
}

func (m *MetadefObject) sameName(o MetadefObject) bool { return o.Name == m.Name }

// deleteObject answers DELETE .../objects/{object_name}.
var deleteObject = removal[MetadefObject]{
	kind: "object", rule: "delete_metadef_object", variable: "object_name", missing: undefinedNamespace,
	find: (*MetadefNamespace).object,
	list: func(ns *MetadefNamespace) *[]MetadefObject { return &ns.Objects },
}
