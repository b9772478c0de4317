package identity

import (
	"slices"

	"github.com/softlayer/jumpgate"
)

// operatorOnly wraps a list for the operator alone.
func operatorOnly(r *jumpgate.Request, action string) error {
	if operator(r.Env.Principal) {
		return nil
	}
	return forbidden(action)
}

// templates is the catalog with its variables for projects and users left
// in, as Keystone lists it (recording 074).
func (s *service) templates(r *jumpgate.Request) ([]jumpgate.CatalogEntry, error) {
	return s.disp.Gateway().CatalogFor(r, "$(user_id)s", "$(project_id)s")
}

// find returns the item whose id is in the path.
func find(r *jumpgate.Request, kind, variable string, items []jumpgate.Object) (any, error) {
	for _, item := range items {
		for _, m := range item {
			if m.Name == "id" && m.Value == r.Var(variable) {
				return jumpgate.Object{{Name: kind, Value: item}}, nil
			}
		}
	}
	return nil, jumpgate.NotFound.New("Could not find %s: %s.", kind, r.Var(variable))
}

// services are those of the catalog (recording 072).
func (s *service) services(r *jumpgate.Request) ([]jumpgate.Object, error) {
	entries, err := s.templates(r)
	if err != nil {
		return nil, err
	}
	items := make([]jumpgate.Object, len(entries))
	for i, e := range entries {
		links, err := s.self(r, "v3_services_with_id", "service_id", e.ID)
		if err != nil {
			return nil, err
		}
		items[i] = jumpgate.Object{
			{Name: "name", Value: e.Name},
			{Name: "id", Value: e.ID},
			{Name: "type", Value: e.Type},
			{Name: "enabled", Value: true},
			links,
		}
	}
	return items, nil
}

// listServices is GET /v3/services (recordings 071, 072).
func (s *service) listServices(r *jumpgate.Request) (any, error) {
	if err := operatorOnly(r, "list_services"); err != nil {
		return nil, err
	}
	items, err := s.services(r)
	if err != nil {
		return nil, err
	}
	return s.list(r, "services", items, "type", "name")
}

// showService is GET /v3/services/{service_id}.
func (s *service) showService(r *jumpgate.Request) (any, error) {
	if err := operatorOnly(r, "get_service"); err != nil {
		return nil, err
	}
	items, err := s.services(r)
	if err != nil {
		return nil, err
	}
	return find(r, "service", "service_id", items)
}

// endpoints are those of the catalog (recording 074).
func (s *service) endpoints(r *jumpgate.Request) ([]jumpgate.Object, error) {
	entries, err := s.templates(r)
	if err != nil {
		return nil, err
	}
	var items []jumpgate.Object
	for _, e := range entries {
		for _, p := range e.Endpoints {
			links, err := s.self(r, "v3_endpoints_with_id", "endpoint_id", p.ID)
			if err != nil {
				return nil, err
			}
			items = append(items, jumpgate.Object{
				{Name: "id", Value: p.ID},
				{Name: "interface", Value: p.Interface},
				{Name: "region_id", Value: p.Region},
				{Name: "service_id", Value: e.ID},
				{Name: "url", Value: p.URL},
				{Name: "enabled", Value: true},
				{Name: "region", Value: p.Region},
				links,
			})
		}
	}
	return items, nil
}

// listEndpoints is GET /v3/endpoints (recordings 073, 074).
func (s *service) listEndpoints(r *jumpgate.Request) (any, error) {
	if err := operatorOnly(r, "list_endpoints"); err != nil {
		return nil, err
	}
	items, err := s.endpoints(r)
	if err != nil {
		return nil, err
	}
	return s.list(r, "endpoints", items, "interface", "service_id", "region_id")
}

// endpointByID finds the endpoint of the path for whoever asks.
func (s *service) endpointByID(r *jumpgate.Request) (any, error) {
	items, err := s.endpoints(r)
	if err != nil {
		return nil, err
	}
	return find(r, "endpoint", "endpoint_id", items)
}

// showEndpoint is GET /v3/endpoints/{endpoint_id}. Keystone looks for it
// before it asks who wants to know.
func (s *service) showEndpoint(r *jumpgate.Request) (any, error) {
	e, err := s.endpointByID(r)
	if err != nil {
		return nil, err
	}
	return e, operatorOnly(r, "get_endpoint")
}

// regions are those of the catalog (recording 075).
func (s *service) regions(r *jumpgate.Request) ([]jumpgate.Object, error) {
	entries, err := s.templates(r)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		for _, p := range e.Endpoints {
			names = append(names, p.Region)
		}
	}
	slices.Sort(names)
	var items []jumpgate.Object
	for _, name := range slices.Compact(names) {
		links, err := s.self(r, "v3_region", "region_id", name)
		if err != nil {
			return nil, err
		}
		items = append(items, jumpgate.Object{
			{Name: "id", Value: name},
			{Name: "description", Value: ""},
			{Name: "parent_region_id", Value: nil},
			links,
		})
	}
	return items, nil
}

// listRegions is GET /v3/regions, for everybody (recording 075).
func (s *service) listRegions(r *jumpgate.Request) (any, error) {
	items, err := s.regions(r)
	if err != nil {
		return nil, err
	}
	return s.list(r, "regions", items, "parent_region_id")
}

// showRegion is GET /v3/regions/{region_id}.
func (s *service) showRegion(r *jumpgate.Request) (any, error) {
	items, err := s.regions(r)
	if err != nil {
		return nil, err
	}
	return find(r, "region", "region_id", items)
}

// roleNames are the roles there are, as far as p can know.
func roleNames(p *jumpgate.Principal) []string {
	return canonicalRoles(append([]string{"admin", "member", "reader", "service"}, p.Roles...))
}

// knownRole tells whether id is one of them.
func knownRole(p *jumpgate.Principal, id string) bool {
	return slices.ContainsFunc(roleNames(p), func(name string) bool { return roleID(name) == id })
}

// presentRole is a role as recorded (078, 088), without its link.
func presentRole(name string) jumpgate.Object {
	options := jumpgate.Object{}
	if name == "admin" || name == "member" || name == "reader" {
		options = jumpgate.Object{{Name: "immutable", Value: true}}
	}
	return jumpgate.Object{
		{Name: "id", Value: roleID(name)},
		{Name: "name", Value: name},
		{Name: "domain_id", Value: nil},
		{Name: "description", Value: nil},
		{Name: "options", Value: options},
	}
}

func (s *service) roles(r *jumpgate.Request) ([]jumpgate.Object, error) {
	var items []jumpgate.Object
	for _, name := range roleNames(r.Env.Principal) {
		links, err := s.self(r, "v3_role", "role_id", roleID(name))
		if err != nil {
			return nil, err
		}
		items = append(items, append(presentRole(name), links))
	}
	return items, nil
}

// listRoles is GET /v3/roles (recordings 077, 078).
func (s *service) listRoles(r *jumpgate.Request) (any, error) {
	if r.URL.Query().Get("domain_id") != "" {
		if err := operatorOnly(r, "list_domain_roles"); err != nil {
			return nil, err
		}
		return s.collection(r, "roles", nil)
	}
	if err := operatorOnly(r, "list_roles"); err != nil {
		return nil, err
	}
	items, err := s.roles(r)
	if err != nil {
		return nil, err
	}
	return s.list(r, "roles", items, "name")
}

// showRole is GET /v3/roles/{role_id}.
func (s *service) showRole(r *jumpgate.Request) (any, error) {
	items, err := s.roles(r)
	if err != nil {
		return nil, err
	}
	role, err := find(r, "role", "role_id", items)
	if err != nil {
		return nil, err
	}
	return role, operatorOnly(r, "get_role")
}
