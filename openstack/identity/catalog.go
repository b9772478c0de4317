package identity

import (
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// templates is the catalog with its variables for projects and users left
// in, as Keystone lists it (recording 074).
func (s *service) templates(r *jumpgate.Request) ([]jumpgate.CatalogEntry, error) {
	return s.disp.Gateway().CatalogFor(r, "$(user_id)s", "$(project_id)s")
}

// ownServices are those of the Gateway's catalog (recording 072).
func (s *service) ownServices(r *jumpgate.Request) ([]jumpgate.Object, error) {
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

// ownEndpoints are those of the Gateway's catalog (recording 074).
func (s *service) ownEndpoints(r *jumpgate.Request) ([]jumpgate.Object, error) {
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

// ownRegions are those of the Gateway's catalog (recording 075).
func (s *service) ownRegions(r *jumpgate.Request) ([]jumpgate.Object, error) {
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

// catalogFor is the catalog for a token: the Gateway's own, and what operators
// added to it.
func (s *service) catalogFor(r *jumpgate.Request, p *jumpgate.Principal) ([]jumpgate.CatalogEntry, error) {
	entries, err := s.disp.Gateway().CatalogFor(r, p.UserID, p.ProjectID)
	if err != nil || s.store == nil {
		return entries, err
	}
	entries = slices.Clone(entries)
	fill := strings.NewReplacer("$(project_id)s", p.ProjectID, "$(tenant_id)s", p.ProjectID, "$(user_id)s", p.UserID,
		"%(project_id)s", p.ProjectID, "%(tenant_id)s", p.ProjectID, "%(user_id)s", p.UserID)
	ctx := r.Context()
	for rec, err := range s.resources.services.shelf(s).list(ctx, "") {
		if err != nil {
			return nil, err
		}
		if rec.Bool("enabled", true) {
			entries = append(entries, jumpgate.CatalogEntry{ID: rec.String("id"), Name: rec.String("name"), Type: rec.String("type")})
		}
	}
	for rec, err := range s.resources.endpoints.shelf(s).list(ctx, "") {
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(entries, func(e jumpgate.CatalogEntry) bool { return e.ID == rec.String("service_id") })
		if i < 0 || !rec.Bool("enabled", true) {
			continue
		}
		entries[i].Endpoints = append(slices.Clone(entries[i].Endpoints), jumpgate.CatalogEndpoint{
			ID: rec.String("id"), Interface: rec.String("interface"), Region: rec.String("region_id"), URL: fill.Replace(rec.String("url")),
		})
	}
	return entries, nil
}
