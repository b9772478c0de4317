package identity

import (
	"slices"

	"github.com/softlayer/jumpgate"
)

// presentProject is a project as Keystone shows it (recording 059).
func (s *service) presentProject(r *jumpgate.Request, p *Project) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_projects_with_id", "project_id", p.ID)
	return jumpgate.Object{
		{Name: "id", Value: p.ID},
		{Name: "name", Value: p.Name},
		{Name: "domain_id", Value: domainID},
		{Name: "description", Value: p.Description},
		{Name: "enabled", Value: p.Enabled},
		{Name: "parent_id", Value: domainID},
		{Name: "is_domain", Value: false},
		{Name: "tags", Value: []string{}},
		{Name: "options", Value: jumpgate.Object{}},
		links,
	}, err
}

// ownProjects lists the projects of who asks, all but those that the filters
// leave out.
func (s *service) ownProjects(r *jumpgate.Request, filters ...string) (any, error) {
	projects, err := s.projectsOf(r.Context(), r.Env.Principal)
	if err != nil {
		return nil, err
	}
	items := make([]jumpgate.Object, len(projects))
	for i := range projects {
		if items[i], err = s.presentProject(r, &projects[i]); err != nil {
			return nil, err
		}
	}
	return s.list(r, "projects", items, filters...)
}

// authProjects is GET /v3/auth/projects (recording 047).
func (s *service) authProjects(r *jumpgate.Request) (any, error) { return s.ownProjects(r) }

// userProjects is GET /v3/users/{user_id}/projects (recording 056).
func (s *service) userProjects(r *jumpgate.Request) (any, error) {
	if id := r.Var("user_id"); id != r.Env.Principal.UserID {
		if operator(r.Env.Principal) {
			if _, err := s.user(r, id); err != nil {
				return nil, err
			}
		}
		return nil, forbidden("list_user_projects")
	}
	return s.ownProjects(r, "domain_id", "enabled", "name")
}

// listProjects is GET /v3/projects: 403 for members (recording 061), upon
// which the openstack command asks for the user's own.
func (s *service) listProjects(r *jumpgate.Request) (any, error) {
	if !operator(r.Env.Principal) {
		return nil, forbidden("list_projects")
	}
	return s.ownProjects(r, "domain_id", "enabled", "name", "parent_id", "is_domain")
}

// pathProject is that of the path, which must be the token's (recordings 059,
// 060).
func (s *service) pathProject(r *jumpgate.Request, action string) (*Project, error) {
	id, by := r.Var("project_id"), r.Env.Principal
	if id != by.ProjectID && !operator(by) {
		return nil, forbidden(action)
	}
	projects, err := s.projectsOf(r.Context(), by)
	if err != nil {
		return nil, err
	}
	for i := range projects {
		if projects[i].ID == id {
			return &projects[i], nil
		}
	}
	return nil, jumpgate.NotFound.New("Could not find project: %s.", id)
}

// showProject is GET /v3/projects/{project_id}.
func (s *service) showProject(r *jumpgate.Request) (any, error) {
	project, err := s.pathProject(r, "get_project")
	if err != nil {
		return nil, err
	}
	p, err := s.presentProject(r, project)
	if err == nil {
		p, err = withFamily(r, p)
	}
	return jumpgate.Object{{Name: "project", Value: p}}, err
}

// withFamily puts the projects above and below p before its links, as far as the query asks for
// them. There are none: above a project is the domain, which counts as an id
// alone.
func withFamily(r *jumpgate.Request, p jumpgate.Object) (jumpgate.Object, error) {
	for _, relatives := range []struct {
		name string
		ids  any
	}{
		{"parents", jumpgate.Object{{Name: domainID, Value: nil}}},
		{"subtree", nil},
	} {
		list, ids := asked(r, relatives.name+"_as_list"), asked(r, relatives.name+"_as_ids")
		switch {
		case list && ids:
			return nil, jumpgate.BadRequest.New("Cannot use %s_as_list and %[1]s_as_ids query params at the same time.", relatives.name)
		case list:
			p = slices.Insert(p, len(p)-1, jumpgate.Member{Name: relatives.name, Value: []any{}})
		case ids:
			p = slices.Insert(p, len(p)-1, jumpgate.Member{Name: relatives.name, Value: relatives.ids})
		}
	}
	return p, nil
}

// projectTags is GET /v3/projects/{project_id}/tags.
func (s *service) projectTags(r *jumpgate.Request) (any, error) {
	if r.Var("project_id") != r.Env.Principal.ProjectID { // whose owner need not be asked
		if _, err := s.pathProject(r, "list_project_tags"); err != nil {
			return nil, err
		}
	}
	self, err := requestURL(r)
	return jumpgate.Object{
		{Name: "links", Value: jumpgate.Object{{Name: "self", Value: self}}},
		{Name: "tags", Value: []string{}},
	}, err
}

// projectTag is GET /v3/projects/{project_id}/tags/{tag}.
func (s *service) projectTag(r *jumpgate.Request) (any, error) {
	if r.Var("project_id") != r.Env.Principal.ProjectID {
		return nil, forbidden("get_project_tag")
	}
	return nil, jumpgate.NotFound.New("Could not find project tag: %s.", r.Var("tag"))
}

// authDomains is GET /v3/auth/domains: nobody has a role in the domain
// (recording 048).
func (s *service) authDomains(r *jumpgate.Request) (any, error) {
	return s.collection(r, "domains", nil)
}

// authSystem is GET /v3/auth/system (recording 049, for one who has a role).
func (s *service) authSystem(r *jumpgate.Request) (any, error) {
	links, err := s.self(r, "v3_auth_system")
	return jumpgate.Object{{Name: "system", Value: []any{}}, links}, err
}

// authCatalog is GET /v3/auth/catalog (recording 045).
func (s *service) authCatalog(r *jumpgate.Request) (any, error) {
	p := r.Env.Principal
	if p.ProjectID == "" {
		return nil, jumpgate.Forbidden
	}
	entries, err := s.disp.Gateway().CatalogFor(r, p.UserID, p.ProjectID)
	if err != nil {
		return nil, err
	}
	links, err := s.self(r, "v3_auth_catalog")
	return jumpgate.Object{{Name: "catalog", Value: jumpgate.CatalogV3(entries)}, links}, err
}
