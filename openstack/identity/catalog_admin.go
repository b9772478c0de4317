package identity

import (
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// resources are the collections that operators keep in the store.
type resources struct {
	regions, services, endpoints        *resource
	policies, endpointGroups, consumers *resource
	limits, registeredLimits            *resource
}

func regionMembers() []member {
	return []member{{"description", nullableText()}, {"id", stringField()}, {"parent_region_id", nullableText()}}
}

// newRegions is /v3/regions (recording 075).
func (s *service) newRegions() *resource {
	return &resource{
		kind: "region", plural: "regions", title: "region",
		list: "v3_regions", one: "v3_region", variable: "region_id",
		create: openObject(regionMembers()), update: changed(openObject(regionMembers())),
		columns: []column{{"id", nil}, {"description", ""}, {"parent_region_id", nil}},
		filters: []string{"parent_region_id"},
		fixed:   s.ownRegions, idFromBody: true,
		duplicate: func(id string) error {
			return jumpgate.Conflict.New("Conflict occurred attempting to store region - Duplicate ID, %s.", id)
		},
		check: s.checkRegion,
		gone:  s.removeRegion,
	}
}

// checkRegion looks for the region above, which must not be one below.
func (s *service) checkRegion(r *jumpgate.Request, _, next *record) error {
	if v, _ := next.Get("description"); v == nil {
		next.set("description", "")
	}
	id := next.String("id")
	for above := next.String("parent_region_id"); above != ""; {
		if above == id {
			return badRequest("Circular reference or a repeated entry found in region tree - " + id + ".")
		}
		rec, item, err := s.resources.regions.find(s, r, above)
		if err != nil {
			return err
		}
		if above = ""; item == nil {
			above = rec.String("parent_region_id")
		}
	}
	return nil
}

// removeRegion forgets the regions below one, unless there is an endpoint in
// any of them.
func (s *service) removeRegion(r *jumpgate.Request, id string) error {
	regions, err := rest.Collect(s.resources.regions.shelf(s).list(r.Context(), ""))
	if err != nil {
		return err
	}
	all := []string{id}
	for i := 0; i < len(all); i++ {
		for _, rec := range regions {
			if rec.String("parent_region_id") == all[i] {
				all = append(all, rec.String("id"))
			}
		}
	}
	for rec, err := range s.resources.endpoints.shelf(s).list(r.Context(), "") {
		if err != nil {
			return err
		}
		if slices.Contains(all, rec.String("region_id")) {
			return jumpgate.Forbidden.New("Unable to delete region %s because it or its child regions have associated endpoints.", id)
		}
	}
	for _, below := range slices.Backward(all[1:]) {
		if err := s.resources.regions.shelf(s).delete(r.Context(), "", below); err != nil {
			return err
		}
	}
	return nil
}

func serviceMembers() []member {
	return []member{
		{"enabled", booleanField()},
		{"name", nameField(255)},
		{"type", &field{types: []string{"string"}, minLength: 1, maxLength: 255}},
	}
}

// newServices is /v3/services (recordings 071, 072).
func (s *service) newServices() *resource {
	return &resource{
		kind: "service", plural: "services", title: "service",
		list: "v3_services", one: "v3_services_with_id", variable: "service_id",
		create: openObject(serviceMembers(), "type"), update: changed(openObject(serviceMembers())),
		columns: []column{{"name", ""}, {"id", nil}, {"type", nil}, {"enabled", true}},
		filters: []string{"type", "name"},
		fixed:   s.ownServices,
		gone:    s.removeService,
	}
}

// removeService forgets the endpoints of a service.
func (s *service) removeService(r *jumpgate.Request, id string) error {
	endpoints := s.resources.endpoints.shelf(s)
	all, err := rest.Collect(endpoints.list(r.Context(), ""))
	for _, rec := range all {
		if rec.String("service_id") == id {
			err = errors.Join(err, endpoints.delete(r.Context(), "", rec.String("id")))
		}
	}
	return err
}

func endpointMembers() []member {
	return []member{
		{"enabled", booleanField()},
		{"interface", &field{types: []string{"string"}, enum: []any{"admin", "internal", "public"}}},
		{"region_id", stringField()},
		{"region", stringField()},
		{"service_id", stringField()},
		{"url", &field{
			types: []string{"string"}, maxLength: 225, pattern: `^[a-zA-Z0-9+.-]+:.+`,
			inert: schema.Object{{Name: "minLength", Value: number("0")}},
		}},
	}
}

// newEndpoints is /v3/endpoints (recordings 073, 074).
func (s *service) newEndpoints() *resource {
	return &resource{
		kind: "endpoint", plural: "endpoints", title: "endpoint",
		list: "v3_endpoints", one: "v3_endpoints_with_id", variable: "endpoint_id",
		create: openObject(endpointMembers(), "interface", "service_id", "url"), update: changed(openObject(endpointMembers())),
		columns: []column{
			{"id", nil}, {"interface", nil}, {"region_id", nil}, {"service_id", nil}, {"url", nil}, {"enabled", true}, {"region", nil},
		},
		filters: []string{"interface", "service_id", "region_id"},
		fixed:   s.ownEndpoints, looksFirst: true,
		check: s.checkEndpoint,
	}
}

// checkEndpoint looks for the service and the region. One that is named with
// the old member "region" is made.
func (s *service) checkEndpoint(r *jumpgate.Request, now, next *record) error {
	if _, _, err := s.resources.services.find(s, r, next.String("service_id")); err != nil {
		return err
	}
	region, old := next.String("region_id"), next.String("region")
	if now == nil && region != "" || now != nil && (old == now.String("region") || region != now.String("region_id")) {
		old = ""
	}
	if old != "" {
		region = old
	}
	if region != "" {
		_, _, err := s.resources.regions.find(s, r, region)
		if old != "" && errors.Is(err, jumpgate.NotFound) {
			_, err = s.resources.regions.keep(s, r, s.resources.regions.fill(region, nil), region)
		}
		if err != nil {
			return err
		}
		next.set("region_id", region)
	}
	v, _ := next.Get("region_id")
	next.set("region", v)
	return nil
}

func policyMembers() []member {
	return []member{{"blob", stringField()}, {"type", &field{types: []string{"string"}, maxLength: 255}}}
}

// newPolicies is /v3/policies: texts for others, which mean nothing here.
func (s *service) newPolicies() *resource {
	return &resource{
		kind: "policy", plural: "policies", title: "policy",
		list: "v3_policies", one: "v3_policy", variable: "policy_id",
		create: openObject(policyMembers(), "blob", "type"), update: changed(openObject(policyMembers())),
		columns: []column{{"id", nil}, {"type", nil}, {"blob", nil}},
		filters: []string{"type"},
		gone:    s.removePolicy,
	}
}

// newConsumers is /v3/OS-OAUTH1/consumers. Nobody can sign in as one; their
// secrets are shown once.
func (s *service) newConsumers() *resource {
	members := []member{{"description", nullableText()}}
	return &resource{
		kind: "consumer", plural: "consumers", title: "Consumer",
		list: "v3_os_oauth1_consumers", one: "v3_os_oauth1_consumer", variable: "consumer_id",
		create: openObject(members), update: changed(openObject(members)),
		columns: []column{{"id", nil}, {"description", nil}, {"secret", nil}},
		hidden:  []string{"secret"},
		check: func(_ *jumpgate.Request, now, next *record) error {
			if now == nil {
				next.set("secret", newID())
			} else if was, _ := now.Get("secret"); next.String("secret") != was {
				return badRequest("Cannot change consumer secret")
			}
			return nil
		},
	}
}
