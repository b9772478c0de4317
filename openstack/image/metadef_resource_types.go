package image

import (
	"net/http"
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// presentAssociation is the JSON object of a namespace's resource type.
func presentAssociation(a *MetadefAssociation) jumpgate.Object {
	o := addText(jumpgate.Object{{Name: "name", Value: a.Name}}, "prefix", a.Prefix)
	return addDates(addText(o, "properties_target", a.PropertiesTarget), a.Created, a.Updated)
}

// association finds a resource type of ns.
func (ns *MetadefNamespace) association(name string) (int, error) {
	i := slices.IndexFunc(ns.ResourceTypes, func(a MetadefAssociation) bool { return a.Name == name })
	if i < 0 {
		return 0, jumpgate.NotFound.New("The metadata definition resource-type association of resource-type=%s to namespace=%s, was not found.",
			name, ns.Name)
	}
	return i, nil
}

// associate adds the resource type that a request describes.
func (ns *MetadefNamespace) associate(body schema.Object, now time.Time) error {
	a := MetadefAssociation{
		Name: body.String("name"), Prefix: body.String("prefix"), PropertiesTarget: body.String("properties_target"), Created: now, Updated: now,
	}
	if _, err := ns.association(a.Name); err == nil {
		return jumpgate.Conflict.New("The metadata definition resource-type association of resource-type=%s to namespace=%s already exists.",
			a.Name, ns.Name)
	}
	ns.ResourceTypes = append(slices.Clone(ns.ResourceTypes), a)
	return nil
}

// listResourceTypes answers GET /v2/metadefs/resource_types.
func (s *service) listResourceTypes(r *jumpgate.Request) (any, error) {
	if err := s.allowMetadef(r.Context(), "list_metadef_resource_types", nil); err != nil {
		return nil, err
	}
	list := []jumpgate.Object{}
	for t, err := range s.metadefs.ListMetadefResourceTypes(r.Context()) {
		if err != nil {
			return nil, err
		}
		list = append(list, addDates(jumpgate.Object{{Name: "name", Value: t.Name}}, t.Created, time.Time{}))
	}
	return jumpgate.Object{{Name: "resource_types", Value: list}}, nil
}

// listAssociations answers GET .../resource_types of a namespace.
func (s *service) listAssociations(r *jumpgate.Request) (any, error) {
	ns, err := s.namespace(r, "list_metadef_resource_types", unknownNamespace)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "resource_type_associations", Value: presentAll(ns.ResourceTypes, presentAssociation)}}, nil
}

// createAssociation answers POST .../resource_types of a namespace.
func (s *service) createAssociation(r *jumpgate.Request) (any, error) {
	body, err := readMetadef(r, metadefValidator("resource_type"), "created_at", "updated_at")
	if err != nil {
		return nil, err
	}
	ns, err := s.changeNamespace(r, "add_metadef_resource_type_association", unknownNamespace, func(ns *MetadefNamespace) error {
		return ns.associate(body, s.now().UTC())
	})
	if err != nil {
		return nil, err
	}
	i, err := ns.association(body.String("name"))
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{Status: http.StatusCreated, Body: presentAssociation(&ns.ResourceTypes[i])}, nil
}

// deleteAssociation answers DELETE .../resource_types/{name} of a namespace.
var deleteAssociation = removal[MetadefAssociation]{
	kind: "resource-type-association", rule: "remove_metadef_resource_type_association", variable: "name", missing: unknownNamespace,
	find: func(ns *MetadefNamespace, name string) (int, error) {
		i, err := ns.association(name)
		if err != nil {
			err = jumpgate.NotFound.Wrap(err, "Failed to find resource type %s to delete", name)
		}
		return i, err
	},
	list: func(ns *MetadefNamespace) *[]MetadefAssociation { return &ns.ResourceTypes },
}
