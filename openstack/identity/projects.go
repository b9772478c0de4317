package identity

import (
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
)

// presentProject is a project as Keystone shows it (recording 059).
func (s *service) presentProject(r *jumpgate.Request, p *Project) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_projects_with_id", "project_id", p.ID)
	parent, domain := any(p.ParentID), any(domainOf(p.DomainID))
	switch {
	case p.IsDomain:
		parent, domain = nil, nil
	case p.ParentID == "":
		parent = domain
	}
	options, extra := p.shown()
	body := append(jumpgate.Object{
		{Name: "id", Value: p.ID},
		{Name: "name", Value: p.Name},
		{Name: "domain_id", Value: domain},
		{Name: "description", Value: p.Description},
		{Name: "enabled", Value: p.Enabled},
		{Name: "parent_id", Value: parent},
		{Name: "is_domain", Value: p.IsDomain},
		{Name: "tags", Value: p.Tags},
		options,
	}, extra...)
	return append(body, links), err
}

func (s *service) presentProjects(r *jumpgate.Request, projects []Project, filters ...string) (any, error) {
	q, tags := r.URL.Query(), tagFilter(r)
	var items []jumpgate.Object
	for i := range projects {
		p := &projects[i]
		if p.IsDomain != (q.Has("is_domain") && slices.Contains(filters, "is_domain") && truth(q.Get("is_domain"))) || !tags.fits(p.Tags) {
			continue
		}
		item, err := s.presentProject(r, p)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.list(r, "projects", items, filters...)
}

// ownProjects lists the projects of who asks, all but those that the filters
// leave out.
func (s *service) ownProjects(r *jumpgate.Request, filters ...string) (any, error) {
	projects, err := s.projectsOf(r.Context(), r.Env.Principal)
	if err != nil {
		return nil, err
	}
	return s.presentProjects(r, projects, filters...)
}

// authProjects is GET /v3/auth/projects (recording 047).
func (s *service) authProjects(r *jumpgate.Request) (any, error) { return s.ownProjects(r) }

// userProjects is GET /v3/users/{user_id}/projects (recording 056).
func (s *service) userProjects(r *jumpgate.Request) (any, error) {
	u, err := s.userIn(r, "list_user_projects")
	if err != nil {
		return nil, err
	}
	if u.ID == r.Env.Principal.UserID {
		return s.ownProjects(r, "domain_id", "enabled", "name")
	}
	if !s.directory() {
		return nil, errLacking
	}
	projects, err := s.heldProjects(r.Context(), u.ID, false)
	if err != nil {
		return nil, err
	}
	return s.presentProjects(r, projects, "domain_id", "enabled", "name")
}

// listProjects is GET /v3/projects: 403 for members (recording 061), upon
// which the openstack command asks for the user's own.
func (s *service) listProjects(r *jumpgate.Request) (any, error) {
	target, domain := jumpgate.Target{}, r.Env.Principal.DomainID
	if domain != "" {
		target["target.domain_id"] = domain
	}
	if err := s.allow(r, "list_projects", target); err != nil {
		return nil, err
	}
	filters := []string{"domain_id", "enabled", "name", "parent_id", "is_domain"}
	if s.projects == nil {
		return s.ownProjects(r, filters...)
	}
	q := r.URL.Query()
	query := ProjectQuery{Name: q.Get("name"), DomainID: q.Get("domain_id"), Domains: truth(q.Get("is_domain"))}
	var projects []Project
	for p, err := range s.projects.ListProjects(r.Context(), query) {
		if err != nil {
			return nil, err
		}
		if domain == "" || domainOf(p.DomainID) == domain {
			projects = append(projects, *p)
		}
	}
	return s.presentProjects(r, projects, filters...)
}

// findProject is the project with an id, or nil. A driver without a
// ProjectKeeper knows those of the caller.
func (s *service) findProject(r *jumpgate.Request, id string) (*Project, error) {
	if s.projects != nil {
		p, err := s.projects.FindProject(r.Context(), id)
		if errors.Is(err, jumpgate.NotFound) {
			return nil, nil
		}
		return p, err
	}
	projects, err := s.projectsOf(r.Context(), r.Env.Principal)
	for i := range projects {
		if projects[i].ID == id {
			return &projects[i], err
		}
	}
	return nil, err
}

// projectIn is the project of the path, if the policy lets the caller do action
// with it (recordings 059, 060).
func (s *service) projectIn(r *jumpgate.Request, action string) (*Project, error) {
	id := r.Var("project_id")
	var p *Project
	var err error
	if s.projects != nil || id == r.Env.Principal.ProjectID || r.Env.Principal.HasRole("admin") {
		if p, err = s.findProject(r, id); err != nil {
			return nil, err
		}
	}
	target := jumpgate.Target{}
	if p != nil {
		addTarget(target, "project", p.ID, p.DomainID)
	}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, noProject(id)
	}
	return p, nil
}

func noProject(id string) error { return jumpgate.NotFound.New("Could not find project: %s.", id) }

// showProject is GET /v3/projects/{project_id}.
func (s *service) showProject(r *jumpgate.Request) (any, error) {
	project, err := s.projectIn(r, "get_project")
	if err != nil {
		return nil, err
	}
	p, err := s.presentProject(r, project)
	if err == nil {
		p, err = s.withFamily(r, project, p)
	}
	return jumpgate.Object{{Name: "project", Value: p}}, err
}

func (s *service) oneProject(r *jumpgate.Request, p *Project, status int) (any, error) {
	body, err := s.presentProject(r, p)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "project", Value: body}}}, err
}

// authDomains is GET /v3/auth/domains (recording 048).
func (s *service) authDomains(r *jumpgate.Request) (any, error) {
	if !s.directory() {
		return s.collection(r, "domains", nil)
	}
	domains, err := s.heldProjects(r.Context(), r.Env.Principal.UserID, true)
	if err != nil {
		return nil, err
	}
	var items []jumpgate.Object
	for i := range domains {
		item, err := s.presentDomain(r, &domains[i])
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.list(r, "domains", items, "enabled", "name")
}

// authSystem is GET /v3/auth/system (recording 049).
func (s *service) authSystem(r *jumpgate.Request) (any, error) {
	links, err := s.self(r, "v3_auth_system")
	if err != nil {
		return nil, err
	}
	system := []any{}
	if s.directory() {
		roles, err := s.rolesIn(r.Context(), r.Env.Principal.UserID, Scope{System: true})
		if err != nil {
			return nil, err
		}
		if len(roles) > 0 {
			system = append(system, jumpgate.Object{{Name: "all", Value: true}})
		}
	}
	return jumpgate.Object{{Name: "system", Value: system}, links}, nil
}

// authCatalog is GET /v3/auth/catalog (recording 045).
func (s *service) authCatalog(r *jumpgate.Request) (any, error) {
	t := tokenOf(r)
	if !t.scoped() {
		return nil, jumpgate.Forbidden
	}
	entries, err := s.catalogFor(r, &t.principal)
	if err != nil {
		return nil, err
	}
	links, err := s.self(r, "v3_auth_catalog")
	return jumpgate.Object{{Name: "catalog", Value: jumpgate.CatalogV3(entries)}, links}, err
}
