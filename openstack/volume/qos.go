package volume

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// qosSpecs serves QoS specs and which types they are for.
func qosSpecs(s *service, driver any, t *table) {
	if s.qos == nil {
		return
	}
	t.add(http.MethodGet, "qos_specs", func(r *jumpgate.Request) (any, error) {
		c := &collection[QoS]{
			key: "qos_specs", id: func(q *QoS) string { return q.ID }, unknown: noQoS, free: true,
			sort: map[string]func(*QoS) any{"id": func(q *QoS) any { return q.ID }, "created_at": func(*QoS) any { return "" }, "name": func(q *QoS) any { return q.Name }},
		}
		return c.page(s, r, s.qos.ListQoS(r.Context()), func(q *QoS) (jumpgate.Object, error) { return showQoS(q), nil })
	})
	t.add(http.MethodGet, "qos_spec", func(r *jumpgate.Request) (any, error) {
		q, err := s.qosByID(r)
		if err != nil {
			return nil, err
		}
		return s.qosAnswer(r, q)
	})
	t.add(http.MethodPost, "qos_specs", s.createQoS)
	t.add(http.MethodPut, "qos_spec", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, wrapped("qos_specs", specsSchema))
		if err != nil {
			return nil, err
		}
		given := body.Strings("qos_specs")
		err = s.changeQoS(r, func(q *QoS) error {
			for k, v := range given {
				if k == "consumer" {
					q.Consumer = v
					continue
				}
				q.Specs = with(q.Specs, k, v)
			}
			return nil
		})
		return jumpgate.Object{{Name: "qos_specs", Value: rest.Sorted(given)}}, err
	})
	t.add(http.MethodPut, "qos_spec_delete_keys", func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r, object([]string{"keys"}, member("keys", &schema.Schema{Type: []schema.Type{schema.Array}})))
		if err != nil {
			return nil, err
		}
		err = s.changeQoS(r, func(q *QoS) error {
			for _, k := range body.List("keys") {
				key, _ := k.(string)
				if _, ok := q.Specs[key]; !ok {
					return jumpgate.NotFound.New("QoS spec %s has no spec with key %s.", q.ID, key)
				}
				q.Specs = without(q.Specs, key)
			}
			return nil
		})
		return accepted(nil), err
	})
	t.add(http.MethodDelete, "qos_spec", func(r *jumpgate.Request) (any, error) { return s.deleteQoS(r, driver) })
	s.associations(driver, t)
}

func noQoS(id string) error { return jumpgate.NotFound.New("No such QoS spec %s.", id) }

func showQoS(q *QoS) jumpgate.Object {
	return jumpgate.Object{{Name: "id", Value: q.ID}, {Name: "name", Value: q.Name}, {Name: "consumer", Value: q.Consumer}, {Name: "specs", Value: rest.Sorted(q.Specs)}}
}

func (s *service) qosAnswer(r *jumpgate.Request, q *QoS) (any, error) {
	return jumpgate.Object{{Name: "qos_specs", Value: showQoS(q)}, {Name: "links", Value: s.links(r, "qos_spec", "qos_id", q.ID)}}, nil
}

func (s *service) qosByID(r *jumpgate.Request) (*QoS, error) {
	id := r.Var("qos_id")
	return rest.Find(s.qos.ListQoS(r.Context()), func(q *QoS) bool { return q.ID == id }, noQoS(id))
}

func (s *service) changeQoS(r *jumpgate.Request, change func(*QoS) error) error {
	_, err := s.qos.UpdateQoS(r.Context(), r.Var("qos_id"), change)
	return named(err, noQoS(r.Var("qos_id")))
}

func (s *service) createQoS(r *jumpgate.Request) (any, error) {
	inner := texts(`^[a-zA-Z0-9-_:.]{1,255}$`, orNull(shortText))
	inner.Properties = []schema.Property{member("name", mandatoryName), member("consumer", &schema.Schema{Type: stringType, Enum: []any{"back-end", "front-end", "both"}})}
	inner.Required = []string{"name"}
	body, err := readBody(r, wrapped("qos_specs", inner))
	if err != nil {
		return nil, err
	}
	given := body.Strings("qos_specs")
	q := QoS{Name: given["name"], Consumer: given["consumer"], Specs: without(without(given, "name"), "consumer")}
	if q.Consumer == "" {
		q.Consumer = "back-end"
	}
	made, err := s.qos.CreateQoS(r.Context(), q)
	if errors.Is(err, jumpgate.Conflict) {
		return nil, jumpgate.Conflict.New("QoS Specs %s already exists.", q.Name)
	}
	if err != nil {
		return nil, err
	}
	return s.qosAnswer(r, made)
}

func (s *service) deleteQoS(r *jumpgate.Request, driver any) (any, error) {
	force, err := boolParam(r.URL.Query(), "force")
	if err != nil {
		return nil, err
	}
	q, err := s.qosByID(r)
	if err != nil {
		return nil, err
	}
	used, err := s.typesWith(r, q.ID)
	if err != nil {
		return nil, err
	}
	if len(used) > 0 && !force {
		return nil, jumpgate.BadRequest.New("Qos specs still in use.")
	}
	if d, ok := driver.(TypeEditor); ok {
		for _, t := range used {
			if _, err := d.UpdateType(r.Context(), t.ID, func(t *Type) error { t.QoSID = ""; return nil }); err != nil {
				return nil, err
			}
		}
	}
	return accepted(nil), s.qos.DeleteQoS(r.Context(), q.ID)
}

// typesWith returns the types that are associated with specs.
func (s *service) typesWith(r *jumpgate.Request, id string) ([]*Type, error) {
	var list []*Type
	if s.types == nil {
		return nil, nil
	}
	for t, err := range s.types.ListTypes(r.Context()) {
		if err != nil {
			return nil, err
		}
		if t.QoSID == id {
			list = append(list, t)
		}
	}
	return list, nil
}

// associations serves what types specs are for.
func (s *service) associations(driver any, t *table) {
	d, ok := driver.(TypeEditor)
	if !ok {
		return
	}
	t.add(http.MethodGet, "qos_spec_associations", func(r *jumpgate.Request) (any, error) {
		q, err := s.qosByID(r)
		if err != nil {
			return nil, err
		}
		used, err := s.typesWith(r, q.ID)
		list := []jumpgate.Object{}
		for _, t := range used {
			list = append(list, jumpgate.Object{{Name: "association_type", Value: "volume_type"}, {Name: "name", Value: t.Name}, {Name: "id", Value: t.ID}})
		}
		return jumpgate.Object{{Name: "qos_associations", Value: list}}, err
	})
	set := func(change func(t *Type, id string) error) handler {
		return func(r *jumpgate.Request) (any, error) {
			id := r.URL.Query().Get("vol_type_id")
			if id == "" {
				return nil, jumpgate.BadRequest.New("Volume Type id must not be None.")
			}
			q, err := s.qosByID(r)
			if err != nil {
				return nil, err
			}
			_, err = d.UpdateType(r.Context(), id, func(t *Type) error { return change(t, q.ID) })
			return accepted(nil), named(err, noType(id))
		}
	}
	t.add(http.MethodGet, "qos_spec_associate", set(func(t *Type, id string) error {
		if t.QoSID != "" && t.QoSID != id {
			return jumpgate.BadRequest.New("Invalid volume type: Type %s is already associated with another qos specs: %s", t.ID, t.QoSID)
		}
		t.QoSID = id
		return nil
	}))
	t.add(http.MethodGet, "qos_spec_disassociate", set(func(t *Type, id string) error {
		if t.QoSID == id {
			t.QoSID = ""
		}
		return nil
	}))
	t.add(http.MethodGet, "qos_spec_disassociate_all", func(r *jumpgate.Request) (any, error) {
		q, err := s.qosByID(r)
		if err != nil {
			return nil, err
		}
		used, err := s.typesWith(r, q.ID)
		for _, t := range used {
			if _, err := d.UpdateType(r.Context(), t.ID, func(t *Type) error { t.QoSID = ""; return nil }); err != nil {
				return nil, err
			}
		}
		return accepted(nil), err
	})
}
