package identity

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// maxDepth is Keystone's max_project_tree_depth.
const maxDepth = 5

// tagField is a project's tag: anything without a slash or a comma.
var tagField = &field{types: []string{"string"}, minLength: 1, maxLength: 255, pattern: "^[^,/]*$"}

// maxTags of a project.
const maxTags = 80

var tagsField = &field{
	types: []string{"array"}, items: tagField, maxItems: maxTags, unique: true,
	inert: schema.Object{{Name: "required", Value: []any{}}},
}

// projectMembers are those of keystone.resource.schema's projects.
func projectMembers() []member {
	return []member{
		{"description", nullableText()},
		{"domain_id", nullableID()},
		{"enabled", booleanField()},
		{"is_domain", booleanField()},
		{"parent_id", nullableID()},
		{"name", nameField(64)},
		{"tags", tagsField},
		{"options", &field{types: []string{"object"}, members: []member{{"immutable", nullableBoolean()}}, closed: true}},
	}
}

var (
	projectCreateSchema = openObject(projectMembers(), "name")
	projectUpdateSchema = changed(openObject(projectMembers()))
)

func (p *Project) take(body schema.Object) {
	if body.Has("name") {
		p.Name = trimmed(body.String("name"))
	}
	textOrNull(body, "description", &p.Description)
	p.Enabled = body.Bool("enabled", p.Enabled)
	if body.Has("tags") {
		p.Tags = nil
		for _, tag := range body.List("tags") {
			p.Tags = append(p.Tags, tag.(string))
		}
	}
	p.set(body, "id", "name", "domain_id", "description", "enabled", "is_domain", "parent_id", "tags", "links", "explicit_domain_id")
}

// createProject is POST /v3/projects (recordings 064 to 067).
func (s *service) createProject(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "project")
	if err != nil {
		return nil, err
	}
	target := jumpgate.Target{}
	if id, ok := body.Get("domain_id"); ok {
		target["target.project.domain_id"] = "None"
		if text, isText := id.(string); isText {
			target["target.project.domain_id"] = text
		}
	}
	if err := s.allow(r, "create_project", target); err != nil {
		return nil, err
	}
	if err := projectCreateSchema.fault(body); err != nil {
		return nil, err
	}
	p := &Project{ID: newID(), Enabled: true, IsDomain: body.Bool("is_domain", false)}
	p.take(body)
	if err := s.placeProject(r, p, body); err != nil {
		return nil, err
	}
	if err := s.projects.CreateProject(r.Context(), p); err != nil {
		return nil, duplicateProject(err, p)
	}
	return s.oneProject(r, p, http.StatusCreated)
}

// placeProject says which domain and project are above a new one
// (keystone.resource.core, _enforce_project_constraints).
func (s *service) placeProject(r *jumpgate.Request, p *Project, body schema.Object) error {
	if p.IsDomain {
		if body.String("parent_id") != "" {
			return badRequest("project acting as a domain must be a root project: parent_id: " + body.String("parent_id")) // only the default_domain has none
		}
		p.DomainID = p.ID
		return nil
	}
	parent := body.String("parent_id")
	if body.String("domain_id") == "" && parent != "" {
		above, err := s.projects.FindProject(r.Context(), parent)
		if err != nil {
			return noSuchParent(err, parent)
		}
		if p.DomainID = domainOf(above.DomainID); above.IsDomain {
			p.DomainID = above.ID
		}
	} else {
		var err error
		if p.DomainID, err = s.newDomain(r, body); err != nil {
			return badRequest(jumpgate.AsError(err).Message)
		}
	}
	if parent == p.DomainID {
		parent = ""
	}
	p.ParentID = parent
	return s.checkBranch(r, p)
}

func noSuchParent(err error, id string) error {
	if errors.Is(err, jumpgate.NotFound) {
		return badRequest(noProject(id).Error())
	}
	return err
}

// checkBranch looks at all that is above a new project.
func (s *service) checkBranch(r *jumpgate.Request, p *Project) error {
	above, err := s.above(r, p)
	if err != nil {
		return noSuchParent(err, p.ParentID)
	}
	domain, err := s.projects.FindProject(r.Context(), p.DomainID)
	if err != nil {
		return err
	}
	for _, parent := range append(above, domain) {
		switch {
		case !parent.Enabled:
			return badRequest("cannot create a project in a branch containing a disabled project: " + parent.ID)
		case parent != domain && domainOf(parent.DomainID) != p.DomainID:
			return badRequest("Cannot create project, the parent (" + parent.ID + ") is in a different domain " + domainOf(parent.DomainID) + ".")
		}
	}
	if len(above)+1 >= maxDepth {
		return jumpgate.Forbidden.New("Max hierarchy depth reached for %s branch.", p.ParentID)
	}
	return nil
}

func duplicateProject(err error, p *Project) error {
	switch {
	case !errors.Is(err, jumpgate.Conflict):
		return err
	case p.IsDomain:
		return jumpgate.Conflict.New("Conflict occurred attempting to store project - it is not permitted to have two projects acting as domains with the same name: %s.", p.Name)
	}
	return jumpgate.Conflict.New("Conflict occurred attempting to store project - it is not permitted to have two projects with either the same name or same id in the same domain: name is %s, project id %s.", p.Name, p.ID)
}

// updateProject is PATCH /v3/projects/{project_id}.
func (s *service) updateProject(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "project")
	if err != nil {
		return nil, err
	}
	p, err := s.projectIn(r, "update_project")
	if err != nil {
		return nil, err
	}
	if err := projectUpdateSchema.fault(body); err != nil {
		return nil, err
	}
	changed, err := s.changeProject(r, p, body)
	if err != nil {
		return nil, err
	}
	return s.oneProject(r, changed, http.StatusOK)
}

// changeProject gives a project or a domain what a body says.
func (s *service) changeProject(r *jumpgate.Request, p *Project, body schema.Object) (*Project, error) {
	kind := "project"
	if p.IsDomain {
		kind = "domain"
	}
	if err := sameID(body, p.ID); err != nil {
		return nil, err
	}
	if !p.IsDomain {
		if err := sameDomain(body, p.DomainID); err != nil {
			return nil, err
		}
	}
	if err := p.keepsAs(kind, p.ID, body); err != nil {
		return nil, err
	}
	if v, ok := body.Get("parent_id"); ok && v != parentOf(p) {
		return nil, jumpgate.Forbidden.New("Update of `parent_id` is not allowed.")
	}
	if body.Bool("is_domain", p.IsDomain) != p.IsDomain {
		return nil, badRequest("Update of `is_domain` is not allowed.")
	}
	if err := s.checkEnabled(r, p, body.Bool("enabled", p.Enabled)); err != nil {
		return nil, err
	}
	changed, err := s.projects.UpdateProject(r.Context(), p.ID, func(p *Project) error {
		p.take(body)
		return nil
	})
	named := *p
	named.Name = body.String("name")
	return changed, duplicateProject(err, &named)
}

// parentOf is the parent's id as it is shown.
func parentOf(p *Project) any {
	switch {
	case p.IsDomain:
		return nil
	case p.ParentID == "":
		return domainOf(p.DomainID)
	}
	return p.ParentID
}

// checkEnabled keeps what is enabled below what is enabled.
func (s *service) checkEnabled(r *jumpgate.Request, p *Project, enabled bool) error {
	switch {
	case p.IsDomain, enabled == p.Enabled:
		return nil
	case enabled:
		above, err := s.above(r, p)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(above, func(p *Project) bool { return !p.Enabled }) {
			return jumpgate.Forbidden.New("Cannot enable project %s since it has disabled parents", p.ID)
		}
		return nil
	}
	below, err := s.below(r, p.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(below, func(p *Project) bool { return p.Enabled }) {
		return jumpgate.Forbidden.New("Cannot disable project %s since its subtree contains enabled projects.", p.ID)
	}
	return nil
}

// deleteProject is DELETE /v3/projects/{project_id} (recording 068).
func (s *service) deleteProject(r *jumpgate.Request) (any, error) {
	p, err := s.projectIn(r, "delete_project")
	if err != nil {
		return nil, err
	}
	if p.IsDomain {
		return nil, s.removeDomain(r, p)
	}
	if err := p.keepsAs("project", p.ID, nil); err != nil {
		return nil, err
	}
	children, err := s.children(r, p.ID)
	if err != nil {
		return nil, err
	}
	if len(children) > 0 {
		return nil, jumpgate.Forbidden.New("Cannot delete the project %s since it is not a leaf in the hierarchy. Use the cascade option if you want to delete a whole subtree.", p.ID)
	}
	if err := s.projects.DeleteProject(r.Context(), p.ID); err != nil {
		return nil, err
	}
	return nil, s.forgetProject(r, p.ID)
}

// number is an integer of a schema's text.
func number(n string) json.Number { return json.Number(n) }
