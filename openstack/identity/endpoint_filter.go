package identity

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// OS-EP-FILTER keeps which endpoints a project's catalog is to have. As with
// the default of Keystone's return_all_endpoints_if_no_filter the catalog has
// them all: this only keeps what is said.

var filterNames = []string{"service_id", "region_id", "interface"}

// newEndpointGroups is /v3/OS-EP-FILTER/endpoint_groups (recording 087).
func (s *service) newEndpointGroups() *resource {
	members := []member{
		{"description", nullableText()},
		{"filters", &field{types: []string{"object"}}},
		{"name", nameField(255)},
	}
	create := &field{types: []string{"object"}, members: members, required: []string{"name", "filters"}}
	return &resource{
		kind: "endpoint_group", plural: "endpoint_groups", title: "Endpoint Group",
		list: "v3_os_ep_filter_endpoint_groups", one: "v3_os_ep_filter_endpoint_group", variable: "endpoint_group_id",
		create: create, update: changed(&field{types: []string{"object"}, members: members}),
		columns: []column{{"id", nil}, {"name", nil}, {"description", nil}, {"filters", nil}},
		filters: []string{"name"},
		check: func(_ *jumpgate.Request, _, next *record) error {
			for _, m := range next.Object.Object("filters") {
				if !slices.Contains(filterNames, m.Name) {
					return expecting(strings.Join(filterNames, " or "), "endpoint_group")
				}
			}
			return nil
		},
		gone: func(r *jumpgate.Request, id string) error {
			return s.dropPairs(r, "endpoint_group_project", func(p *pair) bool { return p.A == id })
		},
	}
}

// pair is an association of two things, or of three.
type pair struct{ A, B, C string }

func (s *service) pairs(kind string) shelf[pair] { return shelf[pair]{s.store, "identity_" + kind} }

func (p pair) id() string { return stableID(p.A, p.B, p.C) }

// dropPairs forgets the associations that match.
func (s *service) dropPairs(r *jumpgate.Request, kind string, match func(*pair) bool) error {
	all, err := rest.Collect(s.pairs(kind).list(r.Context(), ""))
	for _, p := range all {
		if match(p) {
			err = errors.Join(err, s.pairs(kind).delete(r.Context(), "", p.id()))
		}
	}
	return err
}

// association serves the requests that make, check and end one. read finds both
// sides.
func (s *service) association(kind string, read func(*jumpgate.Request) (pair, error), missing func(pair) error, found func(*jumpgate.Request, pair) (any, error)) jumpgate.Methods {
	with := func(do func(r *jumpgate.Request, p pair) (any, error)) func(*jumpgate.Request) (any, error) {
		return func(r *jumpgate.Request) (any, error) {
			p, err := read(r)
			if err != nil {
				return nil, err
			}
			answer, err := do(r, p)
			if errors.Is(err, jumpgate.NotFound) {
				err = missing(p)
			}
			return answer, err
		}
	}
	check := with(func(r *jumpgate.Request, p pair) (any, error) {
		if _, _, err := s.pairs(kind).get(r.Context(), "", p.id()); err != nil {
			return nil, err
		}
		return found(r, p)
	})
	return jumpgate.Methods{
		http.MethodGet: check, http.MethodHead: check,
		http.MethodPut: with(func(r *jumpgate.Request, p pair) (any, error) {
			err := s.pairs(kind).put(r.Context(), "", p.id(), &p, 0)
			if errors.Is(err, jumpgate.Conflict) { // again
				err = nil
			}
			return nil, err
		}),
		http.MethodDelete: with(func(r *jumpgate.Request, p pair) (any, error) {
			return nil, s.pairs(kind).delete(r.Context(), "", p.id())
		}),
	}
}

func nothingFound(*jumpgate.Request, pair) (any, error) { return nil, nil }

// groupProject are the sides of an endpoint group's association with a project.
func (s *service) groupProject(r *jumpgate.Request) (pair, error) {
	p := pair{A: r.Var("endpoint_group_id"), B: r.Var("project_id")}
	if _, _, err := s.resources.endpointGroups.find(s, r, p.A); err != nil {
		return p, err
	}
	return p, s.mustProject(r, p.B)
}

func (s *service) mustProject(r *jumpgate.Request, id string) error {
	project, err := s.findProject(r, id)
	if err == nil && project == nil {
		err = noProject(id)
	}
	return err
}

// projectEndpoint are the sides of a project's association with an endpoint.
func (s *service) projectEndpoint(r *jumpgate.Request) (pair, error) {
	p := pair{A: r.Var("project_id"), B: r.Var("endpoint_id")}
	if _, _, err := s.resources.endpoints.find(s, r, p.B); err != nil {
		return p, err
	}
	return p, s.mustProject(r, p.A)
}

// projectsOfPairs shows the projects on a side of associations.
func (s *service) projectsOfPairs(r *jumpgate.Request, kind string, side func(*pair) (id string, ok bool)) (any, error) {
	var items []jumpgate.Object
	for p, err := range s.pairs(kind).list(r.Context(), "") {
		if err != nil {
			return nil, err
		}
		id, ok := side(p)
		if !ok {
			continue
		}
		project, err := s.findProject(r, id)
		if err != nil {
			return nil, err
		}
		if project == nil {
			continue
		}
		item, err := s.presentProject(r, project)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.collection(r, "projects", items)
}

// groupMatches tells whether an endpoint is one of a group's.
func groupMatches(group *record, endpoint jumpgate.Object) bool {
	for _, f := range group.Object.Object("filters") {
		if !slices.ContainsFunc(endpoint, func(m jumpgate.Member) bool { return m.Name == f.Name && m.Value == f.Value }) {
			return false
		}
	}
	return true
}

// endpointsOf shows the endpoints that are of a project, or of a group.
func (s *service) endpointsOf(r *jumpgate.Request, match func(endpoint jumpgate.Object) bool) (any, error) {
	items, err := s.resources.endpoints.items(s, r)
	if err != nil {
		return nil, err
	}
	return s.collection(r, "endpoints", slices.DeleteFunc(items, func(e jumpgate.Object) bool { return !match(e) }))
}

// groupsOf are the endpoint groups of a project.
func (s *service) groupsOf(r *jumpgate.Request, project string) ([]*record, error) {
	var groups []*record
	for p, err := range s.pairs("endpoint_group_project").list(r.Context(), "") {
		if err != nil {
			return nil, err
		}
		if p.B != project {
			continue
		}
		rec, _, err := s.resources.endpointGroups.find(s, r, p.A)
		if err != nil && !errors.Is(err, jumpgate.NotFound) {
			return nil, err
		}
		if rec != nil {
			groups = append(groups, rec)
		}
	}
	return groups, nil
}

// serveEndpointFilter sets the handlers of OS-EP-FILTER.
func (s *service) serveEndpointFilter(served map[string]jumpgate.Methods) {
	s.resources.endpointGroups.serve(s, served)
	get := func(name string, f func(*jumpgate.Request) (any, error)) {
		served[name] = jumpgate.Methods{http.MethodGet: f}
	}
	served["v3_os_ep_filter_endpoint_group_project"] = s.association("endpoint_group_project", s.groupProject,
		func(pair) error { return jumpgate.NotFound.New("Endpoint Group Project Association not found") },
		func(_ *jumpgate.Request, p pair) (any, error) {
			return jumpgate.Object{{Name: "endpoint_group", Value: jumpgate.Object{
				{Name: "endpoint_group_id", Value: p.A}, {Name: "project_id", Value: p.B},
			}}}, nil
		})
	served["v3_os_ep_filter_project_endpoint"] = s.association("project_endpoint", s.projectEndpoint,
		func(p pair) error { return jumpgate.NotFound.New("Endpoint %s not found in project %s", p.B, p.A) }, nothingFound)
	get("v3_os_ep_filter_endpoint_group_projects", func(r *jumpgate.Request) (any, error) {
		group := r.Var("endpoint_group_id")
		if _, _, err := s.resources.endpointGroups.find(s, r, group); err != nil {
			return nil, err
		}
		return s.projectsOfPairs(r, "endpoint_group_project", func(p *pair) (string, bool) { return p.B, p.A == group })
	})
	get("v3_os_ep_filter_endpoint_group_endpoints", func(r *jumpgate.Request) (any, error) {
		rec, _, err := s.resources.endpointGroups.find(s, r, r.Var("endpoint_group_id"))
		if err != nil {
			return nil, err
		}
		return s.endpointsOf(r, func(e jumpgate.Object) bool { return groupMatches(rec, e) })
	})
	get("v3_os_ep_filter_endpoint_projects", func(r *jumpgate.Request) (any, error) {
		endpoint := r.Var("endpoint_id")
		if _, _, err := s.resources.endpoints.find(s, r, endpoint); err != nil {
			return nil, err
		}
		return s.projectsOfPairs(r, "project_endpoint", func(p *pair) (string, bool) { return p.A, p.B == endpoint })
	})
	get("v3_os_ep_filter_project_endpoint_groups", func(r *jumpgate.Request) (any, error) {
		groups, err := s.groupsOf(r, r.Var("project_id"))
		var items []jumpgate.Object
		for _, g := range groups {
			item, fault := s.resources.endpointGroups.present(s, r, g)
			items, err = append(items, item), errors.Join(err, fault)
		}
		if err != nil {
			return nil, err
		}
		return s.collection(r, "endpoint_groups", items)
	})
	get("v3_os_ep_filter_project_endpoints", s.projectEndpoints)
}

// projectEndpoints is GET /v3/OS-EP-FILTER/projects/{project_id}/endpoints.
func (s *service) projectEndpoints(r *jumpgate.Request) (any, error) {
	project := r.Var("project_id")
	if err := s.mustProject(r, project); err != nil {
		return nil, err
	}
	groups, err := s.groupsOf(r, project)
	if err != nil {
		return nil, err
	}
	own, err := rest.Collect(s.pairs("project_endpoint").list(r.Context(), ""))
	if err != nil {
		return nil, err
	}
	return s.endpointsOf(r, func(e jumpgate.Object) bool {
		return slices.ContainsFunc(own, func(p *pair) bool { return p.A == project && p.B == idOf(e) }) ||
			slices.ContainsFunc(groups, func(g *record) bool { return groupMatches(g, e) })
	})
}

// policySides are what a policy is associated with: an endpoint, a service, or
// a service in a region.
func (s *service) policySides(r *jumpgate.Request) (pair, error) {
	p := pair{A: r.Var("policy_id")}
	if _, _, err := s.resources.policies.find(s, r, p.A); err != nil {
		return p, err
	}
	for _, side := range []struct {
		of       *resource
		variable string
		into     *string
	}{{s.resources.endpoints, "endpoint_id", &p.B}, {s.resources.services, "service_id", &p.B}, {s.resources.regions, "region_id", &p.C}} {
		if *side.into != "" {
			continue
		}
		if id := pathVar(r, side.variable); id != "" {
			if _, _, err := side.of.find(s, r, id); err != nil {
				return p, err
			}
			*side.into = id
		}
	}
	return p, nil
}

// servePolicyAssociations sets the handlers of OS-ENDPOINT-POLICY.
func (s *service) servePolicyAssociations(served map[string]jumpgate.Methods) {
	missing := func(p pair) error { return jumpgate.NotFound.New("Could not find policy: %s.", p.A) }
	for _, name := range []string{"endpoint", "service", "service_region"} {
		served["v3_policy_os_endpoint_policy_"+name] = s.association("policy_association", s.policySides, missing, nothingFound)
	}
	served["v3_policy_os_endpoint_policy_endpoints"] = jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		id := r.Var("policy_id")
		if _, _, err := s.resources.policies.find(s, r, id); err != nil {
			return nil, err
		}
		all, err := rest.Collect(s.pairs("policy_association").list(r.Context(), ""))
		if err != nil {
			return nil, err
		}
		return s.endpointsOf(r, func(e jumpgate.Object) bool { return policyOf(all, e) == id })
	}}
	served["v3_endpoint_os_endpoint_policy_policy"] = jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		rec, item, err := s.resources.endpoints.find(s, r, r.Var("endpoint_id"))
		if err != nil {
			return nil, err
		}
		if rec != nil {
			item = rec.Object
		}
		all, err := rest.Collect(s.pairs("policy_association").list(r.Context(), ""))
		if err != nil {
			return nil, err
		}
		policy, _, err := s.resources.policies.find(s, r, policyOf(all, item))
		if err != nil {
			return nil, jumpgate.NotFound.New("No policy is associated with endpoint %s.", r.Var("endpoint_id"))
		}
		shown, err := s.resources.policies.present(s, r, policy)
		return jumpgate.Object{{Name: "policy", Value: shown}}, err
	}}
}

// policyOf is the policy of an endpoint: its own, or that of its service in its
// region, or that of its service.
func policyOf(all []*pair, endpoint jumpgate.Object) string {
	value := func(name string) string {
		for _, m := range endpoint {
			if text, ok := m.Value.(string); ok && m.Name == name {
				return text
			}
		}
		return ""
	}
	for _, want := range []pair{{B: value("id")}, {B: value("service_id"), C: value("region_id")}, {B: value("service_id")}} {
		for _, p := range all {
			if p.B == want.B && p.C == want.C {
				return p.A
			}
		}
	}
	return ""
}

// removePolicy forgets the associations of a policy.
func (s *service) removePolicy(r *jumpgate.Request, id string) error {
	return s.dropPairs(r, "policy_association", func(p *pair) bool { return p.A == id })
}
