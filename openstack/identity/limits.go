package identity

import (
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Limits are kept for services that ask for them. Those of this cloud have
// quotas of their own, which these don't change.

func bound(n int64) *int64 { return &n }

func limitField() *field {
	return &field{types: []string{"integer"}, least: bound(-1), most: bound(0x7FFFFFFF)}
}

func limitMembers(amount string, more ...member) []member {
	return append([]member{
		{"service_id", idField()},
		{"region_id", &field{types: []string{"null", "string"}}},
		{"resource_name", &field{types: []string{"string"}, minLength: 1, maxLength: 255}},
		{amount, limitField()},
		{"description", nullableText()},
	}, more...)
}

func closedObject(members []member, required ...string) *field {
	return &field{types: []string{"object"}, members: members, required: required, closed: true}
}

// newRegisteredLimits is /v3/registered_limits (recording 084).
func (s *service) newRegisteredLimits() *resource {
	return &resource{
		kind: "registered_limit", plural: "registered_limits", title: "registered limit for",
		list: "v3_registered_limits", one: "v3_registered_limit", variable: "registered_limit_id",
		create:  closedObject(limitMembers("default_limit"), "service_id", "resource_name", "default_limit"),
		update:  closedObject(limitMembers("default_limit")),
		columns: []column{{"id", nil}, {"service_id", nil}, {"region_id", nil}, {"resource_name", nil}, {"default_limit", nil}, {"description", nil}},
		filters: []string{"service_id", "region_id", "resource_name"},
		check:   s.checkRegistered,
		gone: func(r *jumpgate.Request, id string) error {
			registered, _, err := s.resources.registeredLimits.find(s, r, id)
			if err == nil {
				err = s.unlessLimited(r, id, registered)
			}
			return err
		},
	}
}

// newLimits is /v3/limits (recordings 085, 086).
func (s *service) newLimits() *resource {
	return &resource{
		kind: "limit", plural: "limits", title: "limit for",
		list: "v3_limits", one: "v3_limit", variable: "limit_id",
		create: closedObject(limitMembers("resource_limit", member{"project_id", idField()}, member{"domain_id", idField()}), "service_id", "resource_name", "resource_limit"),
		update: closedObject([]member{{"resource_limit", limitField()}, {"description", nullableText()}}),
		columns: []column{
			{"id", nil}, {"project_id", nil}, {"domain_id", nil}, {"service_id", nil}, {"region_id", nil}, {"resource_name", nil}, {"resource_limit", nil}, {"description", nil},
		},
		filters:    []string{"service_id", "region_id", "resource_name", "project_id", "domain_id"},
		looksFirst: true,
		check:      s.checkLimit,
	}
}

// sameLimit tells whether two limits are of the same thing.
func sameLimit(a, b *record, names ...string) bool {
	return !slices.ContainsFunc(append([]string{"service_id", "region_id", "resource_name"}, names...), func(name string) bool {
		return a.String(name) != b.String(name)
	})
}

// limitedPlaces looks for what a limit names.
func (s *service) limitedPlaces(r *jumpgate.Request, rec *record) error {
	if _, _, err := s.resources.services.find(s, r, rec.String("service_id")); err != nil {
		return badRequest("Service " + rec.String("service_id") + " could not be found.")
	}
	if id := rec.String("region_id"); id != "" {
		if _, _, err := s.resources.regions.find(s, r, id); err != nil {
			return badRequest("Region " + id + " could not be found.")
		}
	}
	return nil
}

func (s *service) checkRegistered(r *jumpgate.Request, now, next *record) error {
	if err := s.limitedPlaces(r, next); err != nil {
		return err
	}
	if now != nil && !sameLimit(now, next) {
		if err := s.unlessLimited(r, now.String("id"), now); err != nil {
			return err
		}
	}
	for other, err := range s.resources.registeredLimits.shelf(s).list(r.Context(), "") {
		if err != nil {
			return err
		}
		if other.String("id") != next.String("id") && sameLimit(other, next) {
			return jumpgate.Conflict.New("Conflict occurred attempting to store registered_limit - Duplicate entry.")
		}
	}
	return nil
}

// unlessLimited refuses while projects have limits in the place of a
// registered one.
func (s *service) unlessLimited(r *jumpgate.Request, id string, registered *record) error {
	for limit, err := range s.resources.limits.shelf(s).list(r.Context(), "") {
		if err != nil {
			return err
		}
		if sameLimit(limit, registered) {
			return jumpgate.Forbidden.New("Unable to update or delete registered limit %s because there are project limits associated with it.", id)
		}
	}
	return nil
}

func (s *service) checkLimit(r *jumpgate.Request, now, next *record) error {
	if now != nil {
		return nil
	}
	project, domain := next.String("project_id"), next.String("domain_id")
	if (project == "") == (domain == "") {
		return jumpgate.BadRequest.New("%s is not valid under any of the given schemas", schema.Repr(next.Object))
	}
	if err := s.limitedPlaces(r, next); err != nil {
		return err
	}
	if project != "" {
		if err := s.mustProject(r, project); err != nil {
			return badRequest("Project " + project + " could not be found.")
		}
	}
	registered := false
	for other, err := range s.resources.registeredLimits.shelf(s).list(r.Context(), "") {
		if err != nil {
			return err
		}
		registered = registered || sameLimit(other, next)
	}
	if !registered {
		return jumpgate.Forbidden.New("Unable to create a limit that has no corresponding registered limit.")
	}
	for other, err := range s.resources.limits.shelf(s).list(r.Context(), "") {
		if err != nil {
			return err
		}
		if sameLimit(other, next, "project_id", "domain_id") {
			return jumpgate.Conflict.New("Conflict occurred attempting to store limit - Duplicate entry.")
		}
	}
	return nil
}

// createLimits is POST of a list of limits.
func (s *service) createLimits(c *resource) func(*jumpgate.Request) (any, error) {
	list := &field{types: []string{"array"}, items: c.create, minItems: 1}
	return func(r *jumpgate.Request) (any, error) {
		body, err := readBody(r)
		if err != nil {
			return nil, err
		}
		if err := s.allow(r, "create_"+c.plural, nil); err != nil {
			return nil, err
		}
		value, ok := body.Get(c.plural)
		if !ok {
			value = schema.Object{}
		}
		if err := list.fault(value); err != nil {
			return nil, err
		}
		if s.store == nil {
			return nil, errLacking
		}
		var items []jumpgate.Object
		var made []string
		for _, v := range value.([]any) {
			rec := c.fill(newID(), v.(schema.Object))
			answer, err := c.keep(s, r, rec, rec.String("id"))
			if err != nil { // all or none
				for _, id := range made {
					err = errors.Join(err, c.shelf(s).delete(r.Context(), "", id))
				}
				return nil, err
			}
			made = append(made, rec.String("id"))
			items = append(items, answer.(*jumpgate.Response).Body.(jumpgate.Object)[0].Value.(jumpgate.Object))
		}
		return &jumpgate.Response{Status: http.StatusCreated, Body: jumpgate.Object{{Name: c.plural, Value: items}}}, nil
	}
}

// listLimits is GET /v3/limits: a project's own, but for operators and
// services.
func (s *service) listLimits(r *jumpgate.Request) (any, error) {
	if err := s.allow(r, "list_limits", nil); err != nil {
		return nil, err
	}
	items, err := s.resources.limits.items(s, r)
	if err != nil {
		return nil, err
	}
	p := r.Env.Principal
	if p.SystemScope == "" && !s.disp.Policy().Allows(p, "service_or_admin", jumpgate.Target{}) {
		items = slices.DeleteFunc(items, func(item jumpgate.Object) bool {
			return !slices.ContainsFunc(item, func(m jumpgate.Member) bool {
				return m.Name == "project_id" && m.Value == p.ProjectID && p.ProjectID != "" || m.Name == "domain_id" && m.Value == p.DomainID && p.DomainID != ""
			})
		})
	}
	return s.list(r, "limits", items, s.resources.limits.filters...)
}

// showLimit is GET /v3/limits/{limit_id}, also for whom it limits.
func (s *service) showLimit(r *jumpgate.Request) (any, error) {
	rec, _, err := s.resources.limits.find(s, r, r.Var("limit_id"))
	if err != nil && !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	target := jumpgate.Target{}
	if err == nil {
		target["target.limit.project_id"] = "None"
		if id := rec.String("project_id"); id != "" {
			target["target.limit.project_id"] = id
		}
		if id := rec.String("domain_id"); id != "" {
			target["target.limit.domain.id"] = id
		}
	}
	if denied := s.allow(r, "get_limit", target); denied != nil || err != nil {
		return nil, errors.Join(denied, err)
	}
	item, err := s.resources.limits.present(s, r, rec)
	return jumpgate.Object{{Name: "limit", Value: item}}, err
}

// serveLimits sets the handlers of both kinds.
func (s *service) serveLimits(served map[string]jumpgate.Methods) {
	s.resources.limits.serve(s, served)
	s.resources.registeredLimits.serve(s, served)
	served["v3_limits"] = jumpgate.Methods{http.MethodGet: s.listLimits, http.MethodPost: s.createLimits(s.resources.limits)}
	served["v3_registered_limits"][http.MethodPost] = s.createLimits(s.resources.registeredLimits)
	served["v3_limit"][http.MethodGet] = s.showLimit
	served["v3_limits_model"] = jumpgate.Methods{http.MethodGet: limitModel}
}

// limitModel is GET /v3/limits/model.
func limitModel(*jumpgate.Request) (any, error) {
	return jumpgate.Object{{Name: "model", Value: jumpgate.Object{
		{Name: "name", Value: "flat"},
		{Name: "description", Value: "Limit enforcement and validation does not take project hierarchy into consideration."},
	}}}, nil
}
