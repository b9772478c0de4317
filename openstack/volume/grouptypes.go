package volume

import (
	"context"
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// groupTypes serves the types of groups and their specs (3.11).
func groupTypes(s *service, driver any, t *table) {
	d, ok := driver.(GroupTypeKeeper)
	if !ok {
		return
	}
	s.groupTypes = d
	t.add(http.MethodGet, "group_types", s.listGroupTypes)
	t.add(http.MethodGet, "group_types_default", refused(jumpgate.NotFound, "Default group type can not be found."))
	t.add(http.MethodGet, "group_type", func(r *jumpgate.Request) (any, error) {
		found, err := s.groupTypeByID(r)
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "group_type", Value: showGroupType(r, found)}}, nil
	})
	t.add(http.MethodPost, "group_types", s.createGroupType)
	t.add(http.MethodPut, "group_type", s.updateGroupType)
	t.add(http.MethodDelete, "group_type", func(r *jumpgate.Request) (any, error) {
		found, err := s.groupTypeByID(r)
		if err != nil {
			return nil, err
		}
		err = d.DeleteGroupType(r.Context(), found.ID)
		if errors.Is(err, jumpgate.Conflict) {
			return nil, jumpgate.BadRequest.New("Target group type is still in use.")
		}
		return accepted(nil), err
	})
	s.groupSpecs(t)
}

func noGroupType(id string) error {
	return jumpgate.NotFound.New("Group type %s could not be found.", id)
}

// groupTypeByID finds the type that r's path names.
func (s *service) groupTypeByID(r *jumpgate.Request) (*GroupType, error) {
	id := r.Var("group_type_id")
	return rest.Find(s.groupTypes.ListGroupTypes(r.Context()), func(t *GroupType) bool { return t.ID == id }, noGroupType(id))
}

// findGroupType finds the type that a user calls by its id or its name.
func (s *service) findGroupType(ctx context.Context, ref string) (*GroupType, error) {
	missing := noGroupType(ref)
	if !schema.UUIDLike(ref) {
		missing = jumpgate.NotFound.New("Group type with name %s could not be found.", ref)
	}
	return rest.Find(s.groupTypes.ListGroupTypes(ctx), func(t *GroupType) bool { return t.ID == ref || t.Name == ref }, missing)
}

func showGroupType(r *jumpgate.Request, t *GroupType) jumpgate.Object {
	o := jumpgate.Object{
		{Name: "id", Value: t.ID},
		{Name: "name", Value: t.Name},
		{Name: "description", Value: rest.OrNil(t.Description)},
		{Name: "is_public", Value: !t.Private},
	}
	if may(r, "group:access_group_types_specs") {
		o = append(o, jumpgate.Member{Name: "group_specs", Value: rest.Sorted(t.Specs)})
	}
	return o
}

func (s *service) listGroupTypes(r *jumpgate.Request) (any, error) {
	cut, err := typeFilter(r)
	if err != nil {
		return nil, err
	}
	c := &collection[GroupType]{
		key: "group_types", links: "group_type_links", id: func(t *GroupType) string { return t.ID }, unknown: noGroupType, free: true,
		sort: map[string]func(*GroupType) any{
			"id":         func(t *GroupType) any { return t.ID },
			"name":       func(t *GroupType) any { return t.Name },
			"created_at": func(t *GroupType) any { return t.Created },
			"updated_at": func(t *GroupType) any { return t.Updated },
			"is_public":  func(t *GroupType) any { return !t.Private },
		},
		cut: func(t *GroupType) bool { return cut(t.Private, t.Projects) },
	}
	return c.page(s, r, s.groupTypes.ListGroupTypes(r.Context()), func(t *GroupType) (jumpgate.Object, error) { return showGroupType(r, t), nil })
}

func (s *service) createGroupType(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("group_type", object([]string{"name"}, member("name", mandatoryName), member("description", orNull(shortText)),
		member("is_public", booleanSchema), member("group_specs", orNull(metadataSchema)))))
	if err != nil {
		return nil, err
	}
	b := body.Object("group_type")
	made, err := s.groupTypes.CreateGroupType(r.Context(), GroupType{
		Name: b.String("name"), Description: b.String("description"), Private: !b.Bool("is_public", true), Specs: b.Strings("group_specs"),
	})
	if errors.Is(err, jumpgate.Conflict) {
		return nil, groupTypeExists(b.String("name"))
	}
	if err != nil {
		return nil, err
	}
	return accepted(jumpgate.Object{{Name: "group_type", Value: showGroupType(r, made)}}), nil
}

func groupTypeExists(name string) error {
	return jumpgate.Conflict.New("Group Type %s already exists.", name)
}

func (s *service) updateGroupType(r *jumpgate.Request) (any, error) {
	body, err := readBody(r, wrapped("group_type", object(nil, member("name", orNull(shortText)), member("description", orNull(shortText)),
		member("is_public", booleanSchema))))
	if err != nil {
		return nil, err
	}
	b := body.Object("group_type")
	name, newName := givenText(b, "name")
	description, newDescription := givenText(b, "description")
	switch {
	case newName && name == "":
		return nil, jumpgate.BadRequest.New("Group type name can not be empty.")
	case !newName && !newDescription && !b.Has("is_public"):
		return nil, jumpgate.BadRequest.New("Specify group type name, description or a combination thereof.")
	}
	now, err := s.changeGroupType(r, func(t *GroupType) error {
		if newName {
			t.Name = name
		}
		if newDescription {
			t.Description = description
		}
		t.Private = !b.Bool("is_public", !t.Private)
		return nil
	})
	if errors.Is(err, jumpgate.Conflict) {
		return nil, groupTypeExists(name)
	}
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "group_type", Value: showGroupType(r, now)}}, nil
}

func (s *service) changeGroupType(r *jumpgate.Request, change func(*GroupType) error) (*GroupType, error) {
	found, err := s.groupTypeByID(r)
	if err != nil {
		return nil, err
	}
	t, err := s.groupTypes.UpdateGroupType(r.Context(), found.ID, change)
	return t, named(err, noGroupType(found.ID))
}

// groupSpecs serves what admins say of types, one value at a time or some.
func (s *service) groupSpecs(t *table) {
	t.add(http.MethodGet, "group_type_group_specs", func(r *jumpgate.Request) (any, error) {
		found, err := s.groupTypeByID(r)
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "group_specs", Value: rest.Sorted(found.Specs)}}, nil
	})
	t.add(http.MethodPost, "group_type_group_specs", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("group_specs", specsSchema))
		if err != nil {
			return nil, err
		}
		specs := body.Strings("group_specs")
		_, err = s.changeGroupType(r, func(t *GroupType) error { t.Specs = merged(t.Specs, specs); return nil })
		return accepted(jumpgate.Object{{Name: "group_specs", Value: rest.Sorted(specs)}}), err
	})
	t.add(http.MethodGet, "group_type_group_spec", func(r *jumpgate.Request) (any, error) {
		found, err := s.groupTypeByID(r)
		if err != nil {
			return nil, err
		}
		key := r.Var("spec_id")
		value, ok := found.Specs[key]
		if !ok {
			return nil, jumpgate.NotFound.New("Group Type %s has no extra spec with key %s.", found.ID, key)
		}
		return jumpgate.Object{{Name: key, Value: value}}, nil
	})
	t.add(http.MethodPut, "group_type_group_spec", func(r *jumpgate.Request) (any, error) {
		specs, err := readBody(r, specsSchema)
		if err != nil {
			return nil, err
		}
		key := r.Var("spec_id")
		if !specs.Has(key) || len(specs) > 1 {
			return nil, jumpgate.BadRequest.New("Request body and URI mismatch")
		}
		_, err = s.changeGroupType(r, func(t *GroupType) error { t.Specs = with(t.Specs, key, specs.String(key)); return nil })
		return jumpgate.Object{{Name: key, Value: specs.String(key)}}, err
	})
	t.add(http.MethodDelete, "group_type_group_spec", func(r *jumpgate.Request) (any, error) {
		key := r.Var("spec_id")
		_, err := s.changeGroupType(r, func(t *GroupType) error {
			if _, ok := t.Specs[key]; !ok {
				return jumpgate.NotFound.New("Group Type %s has no specs with key %s.", t.ID, key)
			}
			t.Specs = without(t.Specs, key)
			return nil
		})
		return accepted(nil), err
	})
}
