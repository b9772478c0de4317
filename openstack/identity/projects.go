package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/softlayer/jumpgate"
)

// stableID makes an id in the form of Keystone's, the same in every replica.
func stableID(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func roleID(name string) string { return stableID("role", name) }

// collection is a list as Keystone shows it: with links, whose self is the
// URL of the request, query included (recording 052).
func (s *service) collection(r *jumpgate.Request, name string, items []jumpgate.Object) (any, error) {
	self, err := s.requestURL(r)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{
		{Name: name, Value: items},
		{Name: "links", Value: jumpgate.Object{
			{Name: "next", Value: nil},
			{Name: "self", Value: self},
			{Name: "previous", Value: nil},
		}},
	}, nil
}

// requestURL is the URL of the request as the client knows it.
func (s *service) requestURL(r *jumpgate.Request) (string, error) {
	e := r.Endpoint()
	var vars []string
	for _, name := range pathVars(e.Path) {
		vars = append(vars, name, r.Var(name))
	}
	url, err := s.disp.EndpointURL(r, e.Name, vars...)
	if err != nil {
		return "", err
	}
	if q := r.URL.RawQuery; q != "" {
		url += "?" + q
	}
	return url, nil
}

// self is the link of an item to itself.
func (s *service) self(r *jumpgate.Request, endpoint string, vars ...string) (jumpgate.Member, error) {
	url, err := s.disp.EndpointURL(r, endpoint, vars...)
	return jumpgate.Member{Name: "links", Value: jumpgate.Object{{Name: "self", Value: url}}}, err
}

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

// ownProjects lists the projects of who asks.
func (s *service) ownProjects(r *jumpgate.Request) (any, error) {
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
	return s.collection(r, "projects", items)
}

// authProjects is GET /v3/auth/projects (recording 047).
func (s *service) authProjects(r *jumpgate.Request) (any, error) { return s.ownProjects(r) }

// userProjects is GET /v3/users/{user_id}/projects (recording 056).
func (s *service) userProjects(r *jumpgate.Request) (any, error) {
	if r.Var("user_id") != r.Env.Principal.UserID {
		return nil, forbidden("list_user_projects")
	}
	return s.ownProjects(r)
}

// listProjects is GET /v3/projects: 403 for members (recording 061), upon
// which the openstack command asks for the user's own.
func (s *service) listProjects(r *jumpgate.Request) (any, error) {
	if !operator(r.Env.Principal) {
		return nil, forbidden("list_projects")
	}
	return s.ownProjects(r)
}

// showProject is GET /v3/projects/{project_id}: the project of the token
// (recordings 059, 060).
func (s *service) showProject(r *jumpgate.Request) (any, error) {
	id, by := r.Var("project_id"), r.Env.Principal
	if id != by.ProjectID && !operator(by) {
		return nil, forbidden("get_project")
	}
	projects, err := s.projectsOf(r.Context(), by)
	if err != nil {
		return nil, err
	}
	for i := range projects {
		if projects[i].ID == id {
			p, err := s.presentProject(r, &projects[i])
			return jumpgate.Object{{Name: "project", Value: p}}, err
		}
	}
	return nil, jumpgate.NotFound.New("Could not find project: %s.", id)
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

// showUser is GET /v3/users/{user_id}: oneself (recordings 053, 054).
func (s *service) showUser(r *jumpgate.Request) (any, error) {
	t, id := tokenOf(r), r.Var("user_id")
	if id != t.principal.UserID {
		if operator(&t.principal) {
			return nil, jumpgate.NotFound.New("Could not find user: %s.", id)
		}
		return nil, forbidden("get_user")
	}
	u := &User{ID: id, Name: t.principal.UserName, DefaultProjectID: t.defaultProject}
	if g, ok := s.driver.(UserGetter); ok {
		var err error
		if u, err = g.User(r.Context()); err != nil {
			return nil, refused(err)
		}
	}
	body, err := s.presentUser(r, u)
	return jumpgate.Object{{Name: "user", Value: body}}, err
}

func (s *service) presentUser(r *jumpgate.Request, u *User) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_user", "user_id", u.ID)
	body := jumpgate.Object{
		{Name: "id", Value: u.ID},
		{Name: "name", Value: u.Name},
		{Name: "domain_id", Value: domainID},
		{Name: "enabled", Value: true},
	}
	if u.DefaultProjectID != "" {
		body = append(body, jumpgate.Member{Name: "default_project_id", Value: u.DefaultProjectID})
	}
	body = append(body,
		jumpgate.Member{Name: "password_expires_at", Value: nil},
		jumpgate.Member{Name: "options", Value: jumpgate.Object{}},
	)
	if u.Email != "" {
		body = append(body, jumpgate.Member{Name: "email", Value: u.Email})
	}
	return append(body, links), err
}

// pathVars lists the variables of an endpoint's path.
func pathVars(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if i := strings.IndexByte(part, '{'); i >= 0 {
			names = append(names, strings.TrimSuffix(part[i+1:], "}"))
		}
	}
	return names
}
