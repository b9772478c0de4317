package volume

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// volumeTypes serves the types of volumes to those who choose one.
func volumeTypes(s *service, _ any, t *table) {
	if s.types == nil {
		return
	}
	t.add(http.MethodGet, "volume_types", s.listTypes)
	t.add(http.MethodGet, "volume_types_default", func(r *jumpgate.Request) (any, error) {
		d, err := s.types.DefaultType(r.Context())
		if err != nil {
			return nil, err
		}
		if d == nil {
			return nil, jumpgate.NotFound.New("Default volume type can not be found.")
		}
		return jumpgate.Object{{Name: "volume_type", Value: showType(r, d, false)}}, nil
	})
	t.add(http.MethodGet, "volume_type", func(r *jumpgate.Request) (any, error) {
		d, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "volume_type", Value: showType(r, d, true)}}, nil
	})
	t.add(http.MethodGet, "volume_type_extra_specs", func(r *jumpgate.Request) (any, error) {
		d, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "extra_specs", Value: rest.Sorted(visibleSpecs(r, d))}}, nil
	})
	t.add(http.MethodGet, "volume_type_extra_spec", func(r *jumpgate.Request) (any, error) {
		d, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		key := r.Var("key")
		value, ok := visibleSpecs(r, d)[key]
		if !ok {
			return nil, noSpec(d.ID, key)
		}
		return jumpgate.Object{{Name: key, Value: value}}, nil
	})
}

func noSpec(id, key string) error {
	return jumpgate.NotFound.New("Volume Type %s has no extra specs with key %s.", id, key)
}

func noType(id string) error { return jumpgate.NotFound.New("Volume type %s could not be found.", id) }

// multiattach tells whether several servers may use a volume of type t.
func (t *Type) multiattach() bool { return t.ExtraSpecs["multiattach"] == "<is> True" }

// findType finds the type that a user calls by its id or its name.
func (s *service) findType(ctx context.Context, ref string) (*Type, error) {
	var byName *Type
	for t, err := range s.types.ListTypes(ctx) {
		switch {
		case err != nil:
			return nil, err
		case t.ID == ref:
			return t, nil
		case t.Name == ref:
			byName = t
		}
	}
	if byName == nil {
		if schema.UUIDLike(ref) {
			return nil, noType(ref)
		}
		return nil, TypeNotFound(ref)
	}
	return byName, nil
}

// typeByID finds the type that r's path names.
func (s *service) typeByID(r *jumpgate.Request) (*Type, error) {
	id := r.Var("volume_type_id")
	if id == "" {
		id = r.Var("type_id")
	}
	return rest.Find(s.types.ListTypes(r.Context()), func(t *Type) bool { return t.ID == id }, noType(id))
}

// userVisible are the extra specs that are no secret of the admins.
var userVisible = []string{"multiattach", "replication_enabled", "RESKEY:availability_zones"}

func visibleSpecs(r *jumpgate.Request, t *Type) map[string]string {
	if may(r, "volume_extension:types_extra_specs:read_sensitive") {
		return t.ExtraSpecs
	}
	m := make(map[string]string)
	for _, k := range userVisible {
		if v, ok := t.ExtraSpecs[k]; ok {
			m[k] = v
		}
	}
	return m
}

// showType shows a type; extended with what extensions of the API add.
func showType(r *jumpgate.Request, t *Type, extended bool) jumpgate.Object {
	if v1(r) {
		return jumpgate.Object{{Name: "id", Value: t.ID}, {Name: "name", Value: t.Name}, {Name: "extra_specs", Value: rest.Sorted(visibleSpecs(r, t))}}
	}
	o := jumpgate.Object{
		{Name: "id", Value: t.ID},
		{Name: "name", Value: t.Name},
		{Name: "is_public", Value: !t.Private},
		{Name: "description", Value: rest.OrNil(t.Description)},
	}
	if may(r, "volume_extension:access_types_extra_specs") {
		o = append(o, jumpgate.Member{Name: "extra_specs", Value: rest.Sorted(visibleSpecs(r, t))})
	}
	if may(r, "volume_extension:access_types_qos_specs_id") {
		o = append(o, jumpgate.Member{Name: "qos_specs_id", Value: rest.OrNil(t.QoSID)})
	}
	if extended && may(r, "volume_extension:volume_type_access") {
		o = append(o, jumpgate.Member{Name: "os-volume-type-access:is_public", Value: !t.Private})
	}
	return o
}

// showTypeMade is what an admin is shown of a type that was just made or
// changed, in an older form.
func showTypeMade(t *Type) jumpgate.Object {
	return jumpgate.Object{{Name: "id", Value: t.ID}, {Name: "name", Value: t.Name}, {Name: "is_public", Value: !t.Private},
		{Name: "extra_specs", Value: rest.Sorted(t.ExtraSpecs)}, {Name: "description", Value: rest.OrNil(t.Description)}}
}

// typeFilter reads which types r asks for: to members those for everybody and
// those of their project, and to admins who don't ask for others, or for both,
// those for everybody. It returns what tells whether r's list leaves one out.
func typeFilter(r *jumpgate.Request) (cut func(private bool, projects []string) bool, err error) {
	if !admin(r) {
		project := ""
		if p := r.Env.Principal; p != nil {
			project = p.ProjectID
		}
		return func(private bool, projects []string) bool { return private && !slices.Contains(projects, project) }, nil
	}
	switch v := r.URL.Query().Get("is_public"); v {
	case "None", "none":
		return func(bool, []string) bool { return false }, nil
	case "False", "false", "0", "f", "no":
		return func(private bool, _ []string) bool { return !private }, nil
	case "", "True", "true", "1", "t", "yes":
		return func(private bool, _ []string) bool { return private }, nil
	default:
		return nil, jumpgate.BadRequest.New("Invalid is_public filter [%s]", v)
	}
}

func (s *service) listTypes(r *jumpgate.Request) (any, error) {
	cut, err := typeFilter(r)
	if err != nil {
		return nil, err
	}
	c := &collection[Type]{
		key: "volume_types", links: "volume_type_links", filter: "volume_type", id: func(t *Type) string { return t.ID }, unknown: noType,
		free: minor(r) < 52,
		sort: map[string]func(*Type) any{
			"id":         func(t *Type) any { return t.ID },
			"name":       func(t *Type) any { return t.Name },
			"created_at": func(t *Type) any { return t.Created },
			"updated_at": func(t *Type) any { return t.Updated },
			"is_public":  func(t *Type) any { return !t.Private },
		},
		match: map[string]func(*Type, string) (bool, error){
			"extra_specs": matchMetadata(func(t *Type) map[string]string { return visibleSpecs(r, t) }),
		},
		since: map[string]int{"extra_specs": 52},
		cut:   func(t *Type) bool { return cut(t.Private, t.Projects) },
	}
	return c.page(s, r, s.types.ListTypes(r.Context()), func(t *Type) (jumpgate.Object, error) { return showType(r, t, true), nil })
}

// typeEdit serves what admins do with types.
func typeEdit(s *service, driver any, t *table) {
	d, ok := driver.(TypeEditor)
	if !ok || s.types == nil {
		return
	}
	t.add(http.MethodPost, "volume_types", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("volume_type", object([]string{"name"}, member("name", mandatoryName), member("description", orNull(shortText)),
			member("extra_specs", orNull(specsSchema)), member("os-volume-type-access:is_public", booleanSchema))))
		if err != nil {
			return nil, err
		}
		b := body.Object("volume_type")
		made, err := d.CreateType(r.Context(), Type{
			Name: b.String("name"), Description: b.String("description"), Private: !b.Bool("os-volume-type-access:is_public", true), ExtraSpecs: b.Strings("extra_specs"),
		})
		if errors.Is(err, jumpgate.Conflict) {
			return nil, jumpgate.Conflict.New("Volume Type %s already exists.", b.String("name"))
		}
		if err != nil {
			return nil, err
		}
		return jumpgate.Object{{Name: "volume_type", Value: append(showTypeMade(made), jumpgate.Member{Name: "os-volume-type-access:is_public", Value: !made.Private})}}, nil
	})
	t.add(http.MethodPut, "volume_type", func(r *jumpgate.Request) (any, error) { return s.updateType(r, d) })
	t.add(http.MethodDelete, "volume_type", func(r *jumpgate.Request) (any, error) {
		found, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		err = d.DeleteType(r.Context(), found.ID)
		if errors.Is(err, jumpgate.Conflict) && jumpgate.AsError(err).Message == "" {
			return nil, jumpgate.BadRequest.New("Target volume type is still in use.")
		}
		return accepted(nil), err
	})
	t.add(http.MethodPost, "volume_type_extra_specs", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("extra_specs", specsSchema))
		if err != nil {
			return nil, err
		}
		given := body.Strings("extra_specs")
		_, err = s.changeType(r, d, func(t *Type) error {
			for k, v := range given {
				t.ExtraSpecs = with(t.ExtraSpecs, k, v)
			}
			return nil
		})
		return jumpgate.Object{{Name: "extra_specs", Value: rest.Sorted(given)}}, err
	})
	t.add(http.MethodPut, "volume_type_extra_spec", func(r *jumpgate.Request) (any, error) {
		value, err := readBody(r, specsSchema)
		if err != nil {
			return nil, err
		}
		key := r.Var("key")
		if !value.Has(key) {
			return nil, jumpgate.BadRequest.New("Request body and URI mismatch")
		}
		if len(value) > 1 {
			return nil, jumpgate.BadRequest.New("Request body contains too many items")
		}
		_, err = s.changeType(r, d, func(t *Type) error { t.ExtraSpecs = with(t.ExtraSpecs, key, value.String(key)); return nil })
		return jumpgate.Object{{Name: key, Value: value.String(key)}}, err
	})
	t.add(http.MethodDelete, "volume_type_extra_spec", func(r *jumpgate.Request) (any, error) {
		key := r.Var("key")
		_, err := s.changeType(r, d, func(t *Type) error {
			if _, ok := t.ExtraSpecs[key]; !ok {
				return noSpec(t.ID, key)
			}
			t.ExtraSpecs = without(t.ExtraSpecs, key)
			return nil
		})
		return accepted(nil), err
	})
}

func (s *service) changeType(r *jumpgate.Request, d TypeEditor, change func(*Type) error) (*Type, error) {
	found, err := s.typeByID(r)
	if err != nil {
		return nil, err
	}
	t, err := d.UpdateType(r.Context(), found.ID, change)
	return t, named(err, noType(found.ID))
}

func (s *service) updateType(r *jumpgate.Request, d TypeEditor) (any, error) {
	body, err := readBody(r, wrapped("volume_type", object(nil, member("name", orNull(&schema.Schema{Type: stringType, MaxLength: 255})),
		member("description", orNull(shortText)), member("is_public", booleanSchema))))
	if err != nil {
		return nil, err
	}
	b := body.Object("volume_type")
	name, description := naming(b)
	if name == nil && description == nil && !b.Has("is_public") {
		return nil, jumpgate.BadRequest.New("Specify volume type name, description, is_public or a combination thereof.")
	}
	if v, ok := b.Get("name"); ok && v != nil && *name == "" {
		return nil, jumpgate.BadRequest.New("Volume type name can not be empty.")
	}
	t, err := s.changeType(r, d, func(t *Type) error {
		if v, ok := b.Get("name"); ok && v != nil {
			t.Name = *name
		}
		if description != nil {
			t.Description = *description
		}
		t.Private = !b.Bool("is_public", !t.Private)
		return nil
	})
	if errors.Is(err, jumpgate.Conflict) {
		return nil, jumpgate.Conflict.New("Volume Type %s already exists.", text(name))
	}
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "volume_type", Value: showTypeMade(t)}}, nil
}

// typeExtras serves who may use a type, and how its volumes are encrypted.
func typeExtras(s *service, driver any, t *table) {
	d, ok := driver.(TypeEditor)
	if !ok || s.types == nil {
		return
	}
	t.add(http.MethodGet, "volume_type_os_volume_type_access", func(r *jumpgate.Request) (any, error) {
		found, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		if !found.Private {
			return nil, jumpgate.NotFound.New("Access list not available for public volume types.")
		}
		list := []jumpgate.Object{}
		for _, p := range found.Projects {
			list = append(list, jumpgate.Object{{Name: "volume_type_id", Value: found.ID}, {Name: "project_id", Value: p}})
		}
		return jumpgate.Object{{Name: "volume_type_access", Value: list}}, nil
	})
	project := object([]string{"project"}, member("project", filledText))
	access := func(change func(t *Type, project string) error) func(*jumpgate.Request, *Type, schema.Object) (any, error) {
		return func(r *jumpgate.Request, _ *Type, arg schema.Object) (any, error) {
			_, err := s.changeType(r, d, func(t *Type) error { return change(t, arg.String("project")) })
			return nil, err
		}
	}
	a := &actionsOf[*Type]{kind: "type", variable: "volume_type_id",
		find: func(r *jumpgate.Request, _ string) (*Type, error) { return s.typeByID(r) },
		actions: map[string]action[*Type]{
			"addProjectAccess": {schema: project, run: access(func(t *Type, project string) error {
				switch {
				case !t.Private:
					return jumpgate.Conflict.New("Invalid volume type: Type access modification is not applicable to public volume type.")
				case slices.Contains(t.Projects, project):
					return jumpgate.Conflict.New("Volume type access for %s / %s combination already exists.", t.ID, project)
				}
				t.Projects = append(slices.Clone(t.Projects), project)
				return nil
			})},
			"removeProjectAccess": {schema: project, run: access(func(t *Type, project string) error {
				if !t.Private {
					return jumpgate.Conflict.New("Invalid volume type: Type access modification is not applicable to public volume type.")
				}
				if !slices.Contains(t.Projects, project) {
					return jumpgate.NotFound.New("Volume type access not found for %s / %s combination.", t.ID, project)
				}
				t.Projects = slices.DeleteFunc(slices.Clone(t.Projects), func(p string) bool { return p == project })
				return nil
			})},
		}}
	t.add(http.MethodPost, "volume_type_action", a.serve)
	s.encryption(d, t)
}

// encryption serves how the volumes of a type are encrypted.
func (s *service) encryption(d TypeEditor, t *table) {
	size := &schema.Schema{Type: []schema.Type{schema.String, schema.Integer, schema.Null}, Minimum: schema.Ptr(0), Maximum: schema.Ptr(1<<31 - 1)}
	members := []schema.Property{member("key_size", size), member("provider", filledText),
		member("control_location", &schema.Schema{Type: stringType, Enum: []any{"front-end", "back-end"}}), member("cipher", orNull(shortText))}
	noEncryption := func(id string) error {
		return jumpgate.NotFound.New("Volume type encryption for type %s does not exist.", id)
	}
	t.add(http.MethodGet, "volume_type_encryption", func(r *jumpgate.Request) (any, error) {
		found, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		return showEncryption(found), nil
	})
	t.add(http.MethodGet, "volume_type_encryption_single", func(r *jumpgate.Request) (any, error) {
		found, err := s.typeByID(r)
		if err != nil {
			return nil, err
		}
		for _, m := range showEncryption(found) {
			if m.Name == r.Var("encryption_id") {
				return jumpgate.Object{m}, nil
			}
		}
		return nil, noEncryption(found.ID)
	})
	t.add(http.MethodPost, "volume_type_encryption", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("encryption", object([]string{"provider", "control_location"}, members...)))
		if err != nil {
			return nil, err
		}
		b := body.Object("encryption")
		made, err := s.changeType(r, d, func(t *Type) error {
			if t.Encryption != nil {
				return jumpgate.BadRequest.New("Volume type encryption for type %s already exists.", t.ID)
			}
			t.Encryption = &Encryption{ID: jumpgate.NewUUID(), Provider: b.String("provider"), Cipher: b.String("cipher"), KeySize: b.Int("key_size", 0),
				ControlLocation: b.String("control_location"), Created: s.now()}
			return nil
		})
		if err != nil {
			return nil, err
		}
		e := made.Encryption
		return jumpgate.Object{{Name: "encryption", Value: jumpgate.Object{
			{Name: "volume_type_id", Value: made.ID}, {Name: "encryption_id", Value: e.ID}, {Name: "provider", Value: e.Provider},
			{Name: "cipher", Value: rest.OrNil(e.Cipher)}, {Name: "key_size", Value: e.KeySize}, {Name: "control_location", Value: e.ControlLocation},
		}}}, nil
	})
	t.add(http.MethodPut, "volume_type_encryption_single", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("encryption", object(nil, members...)))
		if err != nil {
			return nil, err
		}
		b := body.Object("encryption")
		_, err = s.changeType(r, d, func(t *Type) error {
			if t.Encryption == nil {
				return noEncryption(t.ID)
			}
			e := *t.Encryption
			if p := b.String("provider"); p != "" {
				e.Provider = p
			}
			if c := b.String("cipher"); c != "" {
				e.Cipher = c
			}
			if l := b.String("control_location"); l != "" {
				e.ControlLocation = l
			}
			e.KeySize, e.Updated = b.Int("key_size", e.KeySize), s.now()
			t.Encryption = &e
			return nil
		})
		return jumpgate.Object{{Name: "encryption", Value: plain(b)}}, err
	})
	t.add(http.MethodDelete, "volume_type_encryption_single", func(r *jumpgate.Request) (any, error) {
		_, err := s.changeType(r, d, func(t *Type) error {
			if t.Encryption == nil {
				return noEncryption(t.ID)
			}
			t.Encryption = nil
			return nil
		})
		return accepted(nil), err
	})
}

func showEncryption(t *Type) jumpgate.Object {
	e := t.Encryption
	if e == nil {
		return jumpgate.Object{}
	}
	return jumpgate.Object{
		{Name: "volume_type_id", Value: t.ID}, {Name: "encryption_id", Value: e.ID}, {Name: "provider", Value: e.Provider},
		{Name: "cipher", Value: rest.OrNil(e.Cipher)}, {Name: "key_size", Value: e.KeySize}, {Name: "control_location", Value: e.ControlLocation},
		{Name: "created_at", Value: date(e.Created)}, {Name: "updated_at", Value: date(e.Updated)}, {Name: "deleted", Value: false}, {Name: "deleted_at", Value: nil},
	}
}
