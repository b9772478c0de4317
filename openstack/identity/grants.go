package identity

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// grantOf is the assignment that a path names, with what rules want to know of
// it. Keystone looks for all of it before it asks the policy; who revokes a
// grant need not name a user or group that there is.
func (s *service) grantOf(r *jumpgate.Request, revoke bool) (a Assignment, target jumpgate.Target, err error) {
	var role *Role
	target = jumpgate.Target{}
	if id := pathVar(r, "role_id"); id != "" {
		if role, err = s.findRole(r, id); err != nil {
			return a, nil, err
		}
		if role == nil {
			return a, nil, noRole(id)
		}
		a.RoleID = id
		target["target.role.name"], target["target.role.domain_id"] = role.Name, "None"
		if role.DomainID != "" {
			target["target.role.domain_id"] = role.DomainID
		}
	}
	a.UserID, a.GroupID = pathVar(r, "user_id"), pathVar(r, "group_id")
	if err = s.actorOf(r, &a, target, revoke); err != nil {
		return a, nil, err
	}
	a.ProjectID, a.DomainID = pathVar(r, "project_id"), pathVar(r, "domain_id")
	a.System = a.ProjectID == "" && a.DomainID == ""
	a.Inherited = strings.HasSuffix(r.Endpoint().Path, "/inherited_to_projects")
	return a, target, s.placeOf(r, &a, role, target)
}

// pathVar is a variable of the path; empty where the template has none.
func pathVar(r *jumpgate.Request, name string) string {
	if strings.Contains(r.Endpoint().Path, "{"+name+"}") {
		return r.Var(name)
	}
	return ""
}

func (s *service) actorOf(r *jumpgate.Request, a *Assignment, target jumpgate.Target, mayLack bool) error {
	if a.UserID != "" {
		u, err := s.findUser(r, a.UserID)
		switch {
		case err != nil:
			return err
		case u != nil:
			addTarget(target, "user", u.ID, u.DomainID)
		case !mayLack:
			return noUser(a.UserID)
		}
		return nil
	}
	if s.groups != nil {
		g, err := s.groups.FindGroup(r.Context(), a.GroupID)
		if err == nil {
			addTarget(target, "group", g.ID, g.DomainID)
			return nil
		}
		if !errors.Is(err, jumpgate.NotFound) {
			return err
		}
	}
	if mayLack && s.groups != nil {
		return nil
	}
	return noGroup(a.GroupID)
}

func (s *service) placeOf(r *jumpgate.Request, a *Assignment, role *Role, target jumpgate.Target) error {
	switch {
	case a.DomainID != "":
		d, err := s.domain(r, a.DomainID)
		if err != nil {
			return err
		}
		if d == nil {
			return noDomain(a.DomainID)
		}
		target["target.domain.id"] = d.ID
	case a.ProjectID != "":
		p, err := s.findProject(r, a.ProjectID)
		if err != nil {
			return err
		}
		if p == nil {
			return noProject(a.ProjectID)
		}
		addTarget(target, "project", p.ID, p.DomainID)
		if role != nil && r.Method == http.MethodPut && role.DomainID != "" && role.DomainID != domainOf(p.DomainID) {
			return jumpgate.Forbidden.New("Project %s must be in the same domain as the role %s being assigned.", p.ID, role.ID)
		}
	}
	return nil
}

// grantAction is the rule's name for what is done to a grant.
func grantAction(verb string, a *Assignment) string {
	suffix := "grant"
	if verb == "list" {
		suffix = "grants"
	}
	if !a.System {
		return verb + "_" + suffix
	}
	if a.GroupID != "" {
		return verb + "_system_" + suffix + "_for_group"
	}
	return verb + "_system_" + suffix + "_for_user"
}

// grant is a request about one assignment.
func (s *service) grant(verb string, do func(r *jumpgate.Request, a Assignment) error) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		a, target, err := s.grantOf(r, verb == "revoke")
		if err != nil {
			return nil, err
		}
		if err := s.allow(r, grantAction(verb, &a), target); err != nil {
			return nil, err
		}
		if s.assignments == nil {
			return nil, errLacking
		}
		return nil, do(r, a)
	}
}

func (s *service) createGrant(r *jumpgate.Request, a Assignment) error {
	return s.assignments.Grant(r.Context(), a)
}

func (s *service) revokeGrant(r *jumpgate.Request, a Assignment) error {
	err := s.assignments.Revoke(r.Context(), a)
	if errors.Is(err, jumpgate.NotFound) {
		return noGrant(&a)
	}
	return err
}

func (s *service) checkGrant(r *jumpgate.Request, a Assignment) error {
	list, err := rest.Collect(s.assignments.ListAssignments(r.Context(), AssignmentQuery{UserID: a.UserID, GroupID: a.GroupID}))
	if err == nil && !slices.Contains(list, a) {
		err = noGrant(&a)
	}
	return err
}

func noGrant(a *Assignment) error {
	target := a.ProjectID + a.DomainID
	if a.System {
		target = "system"
	}
	return jumpgate.NotFound.New("Could not find role assignment with role: %s, user or group: %s, project, domain, or system: %s.", a.RoleID, a.UserID+a.GroupID, target)
}

// listGrants is GET of the roles that somebody was granted somewhere.
func (s *service) listGrants(r *jumpgate.Request) (any, error) {
	asked, target, err := s.grantOf(r, false)
	if err != nil {
		return nil, err
	}
	if err := s.allow(r, grantAction("list", &asked), target); err != nil {
		return nil, err
	}
	if s.assignments == nil {
		return nil, errLacking
	}
	list, err := rest.Collect(s.assignments.ListAssignments(r.Context(), AssignmentQuery{UserID: asked.UserID, GroupID: asked.GroupID}))
	if err != nil {
		return nil, err
	}
	roles, err := s.allRoles(r)
	if err != nil {
		return nil, err
	}
	return s.presentRoles(r, roles, func(role *Role) bool {
		asked.RoleID = role.ID
		return slices.Contains(list, asked)
	})
}
