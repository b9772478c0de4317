package identity

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// The domain that every Keystone is born with, and the only one where the
// driver keeps none.
const (
	domainID   = "default"
	domainName = "Default"
)

var defaultDomain = &Project{
	ID: domainID, Name: domainName, Description: "The default domain", DomainID: domainID, IsDomain: true, Enabled: true,
}

var domainRef = jumpgate.Object{{Name: "id", Value: domainID}, {Name: "name", Value: domainName}}

// ourDomain tells whether d names the default domain. As in Keystone the name
// goes before the id, and names are compared as MySQL compares them: without
// regard to case.
func ourDomain(d schema.Object) bool {
	if name := d.String("name"); name != "" {
		return strings.EqualFold(name, domainName)
	}
	return d.String("id") == domainID
}

func noDomain(id string) error { return jumpgate.NotFound.New("Could not find domain: %s.", id) }

func domainMembers() []member {
	return []member{
		{"description", nullableText()},
		{"enabled", booleanField()},
		{"name", nameField(64)},
		{"tags", tagsField},
	}
}

var (
	domainCreateSchema = openObject(domainMembers(), "name")
	domainUpdateSchema = changed(openObject(domainMembers()))
)

// presentDomain is a domain as Keystone shows it (recording 070).
func (s *service) presentDomain(r *jumpgate.Request, d *Project) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_domains_with_id", "domain_id", d.ID)
	options, extra := d.shown()
	body := append(jumpgate.Object{
		{Name: "id", Value: d.ID},
		{Name: "name", Value: d.Name},
		{Name: "description", Value: d.Description},
		{Name: "enabled", Value: d.Enabled},
		{Name: "tags", Value: d.Tags},
		options,
	}, extra...)
	return append(body, links), err
}

func (s *service) oneDomain(r *jumpgate.Request, d *Project, status int) (any, error) {
	body, err := s.presentDomain(r, d)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "domain", Value: body}}}, err
}

// domain is one by its id, or nil.
func (s *service) domain(r *jumpgate.Request, id string) (*Project, error) {
	if s.projects != nil {
		return s.findDomain(r.Context(), id, "")
	}
	if id == domainID {
		return defaultDomain, nil
	}
	return nil, nil
}

// listDomains is GET /v3/domains (recordings 069, 070).
func (s *service) listDomains(r *jumpgate.Request) (any, error) {
	target, own := jumpgate.Target{}, r.Env.Principal.DomainID
	if own != "" {
		target["target.domain.id"] = own
	}
	if err := s.allow(r, "list_domains", target); err != nil {
		return nil, err
	}
	domains := []*Project{defaultDomain}
	if s.projects != nil {
		var err error
		if domains, err = rest.Collect(s.projects.ListProjects(r.Context(), ProjectQuery{Domains: true, Name: r.URL.Query().Get("name")})); err != nil {
			return nil, err
		}
	}
	var items []jumpgate.Object
	for _, d := range domains {
		if own != "" && d.ID != own {
			continue
		}
		item, err := s.presentDomain(r, d)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.list(r, "domains", items, "name", "enabled")
}

// domainIn is the domain of the path, if the policy lets the caller do action
// with it. But for who shows one, Keystone looks for it first.
func (s *service) domainIn(r *jumpgate.Request, action string) (*Project, error) {
	id := r.Var("domain_id")
	d, err := s.domain(r, id)
	if err != nil {
		return nil, err
	}
	target := jumpgate.Target{}
	if d != nil {
		target["target.domain.id"] = d.ID
	} else if action != "get_domain" {
		return nil, noDomain(id)
	}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if d == nil {
		return nil, noDomain(id)
	}
	return d, nil
}

// showDomain is GET /v3/domains/{domain_id}: also for everybody whose token has
// a project in the domain.
func (s *service) showDomain(r *jumpgate.Request) (any, error) {
	d, err := s.domainIn(r, "get_domain")
	if err != nil {
		return nil, err
	}
	return s.oneDomain(r, d, http.StatusOK)
}

var plainID = regexp.MustCompile(`^[a-fA-F0-9]{32}$`)

// createDomain is POST /v3/domains.
func (s *service) createDomain(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "domain")
	if err != nil {
		return nil, err
	}
	if err := s.allow(r, "create_domain", nil); err != nil {
		return nil, err
	}
	if err := domainCreateSchema.fault(body); err != nil {
		return nil, err
	}
	d := &Project{ID: newID(), IsDomain: true, Enabled: true}
	if id := body.String("explicit_domain_id"); id != "" {
		if d.ID = id; !plainID.MatchString(id) {
			return nil, badRequest("Domain ID does not conform to required UUID format.")
		}
	}
	d.DomainID = d.ID
	d.take(body)
	if err := s.projects.CreateProject(r.Context(), d); err != nil {
		return nil, duplicateProject(err, d)
	}
	return s.oneDomain(r, d, http.StatusCreated)
}

// updateDomain is PATCH /v3/domains/{domain_id}.
func (s *service) updateDomain(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "domain")
	if err != nil {
		return nil, err
	}
	d, err := s.domainIn(r, "update_domain")
	if err != nil {
		return nil, err
	}
	if err := domainUpdateSchema.fault(body); err != nil {
		return nil, err
	}
	d, err = s.changeProject(r, d, body)
	if err != nil {
		return nil, err
	}
	return s.oneDomain(r, d, http.StatusOK)
}

// deleteDomain is DELETE /v3/domains/{domain_id}.
func (s *service) deleteDomain(r *jumpgate.Request) (any, error) {
	d, err := s.domainIn(r, "delete_domain")
	if err != nil {
		return nil, err
	}
	return nil, s.removeDomain(r, d)
}

// removeDomain forgets a domain with all that is in it.
func (s *service) removeDomain(r *jumpgate.Request, d *Project) error {
	if err := d.keepsAs("domain", d.ID, nil); err != nil {
		return err
	}
	switch {
	case d.Enabled:
		return jumpgate.Forbidden.New("Cannot delete a domain that is enabled, please disable it first.")
	case d.ID == domainID:
		return jumpgate.Forbidden.New("Cannot delete the default domain.")
	}
	var users []*User
	for u, err := range s.usersFor(r, UserQuery{DomainID: d.ID}) {
		if err != nil {
			return err
		}
		if domainOf(u.DomainID) == d.ID {
			users = append(users, u)
		}
	}
	var projects []string
	for p, err := range s.projects.ListProjects(r.Context(), ProjectQuery{DomainID: d.ID}) {
		if err != nil {
			return err
		}
		if domainOf(p.DomainID) == d.ID {
			projects = append(projects, p.ID)
		}
	}
	if err := s.projects.DeleteProject(r.Context(), d.ID); err != nil {
		return err
	}
	for _, u := range users {
		if err := s.forgetUser(r, u); err != nil {
			return err
		}
	}
	for _, id := range projects {
		if err := s.forgetProject(r, id); err != nil {
			return err
		}
	}
	return s.forgetDomain(r, d.ID)
}
