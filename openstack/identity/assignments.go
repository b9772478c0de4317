package identity

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// held is an assignment as the list shows it: with effective=1 one of a user,
// in one scope, with where it comes from.
type held struct {
	Assignment
	from Assignment // as it was granted, if that is something else
	via  string     // the role that implies this one
}

// assignmentFilter is what the query of /v3/role_assignments asks for.
type assignmentFilter struct {
	role, user, group string
	scope             Scope
	inherited         *bool
	effective, names  bool
	subtree           bool
}

func readAssignmentFilter(r *jumpgate.Request) (*assignmentFilter, error) {
	q := r.URL.Query()
	f := &assignmentFilter{
		role: q.Get("role.id"), user: q.Get("user.id"), group: q.Get("group.id"),
		scope:     Scope{ProjectID: q.Get("scope.project.id"), DomainID: q.Get("scope.domain.id"), System: q.Get("scope.system") != ""},
		effective: asked(r, "effective"), names: asked(r, "include_names"), subtree: asked(r, "include_subtree"),
	}
	if q.Has("scope.OS-INHERIT:inherited_to") {
		yes := q.Get("scope.OS-INHERIT:inherited_to") == "projects"
		f.inherited = &yes
	}
	switch {
	case f.scope.DomainID != "" && f.scope.ProjectID != "":
		return nil, badRequest("Specify a domain or project, not both")
	case f.scope.DomainID != "" && f.scope.System:
		return nil, badRequest("Specify system or domain, not both")
	case f.scope.ProjectID != "" && f.scope.System:
		return nil, badRequest("Specify system or project, not both")
	case f.user != "" && f.group != "":
		return nil, badRequest("Specify a user or group, not both")
	case f.effective && f.group != "":
		return nil, badRequest("Combining effective and group filter will always result in an empty list.")
	case f.effective && f.inherited != nil && *f.inherited && f.scope.DomainID != "":
		return nil, badRequest("Combining effective, domain and inherited filters will always result in an empty list.")
	}
	return f, nil
}

// roleAssignments is GET /v3/role_assignments (recordings 079, 080).
func (s *service) roleAssignments(r *jumpgate.Request) (any, error) {
	target, own, action := jumpgate.Target{}, r.Env.Principal.DomainID, "list_role_assignments"
	if own != "" {
		target["target.domain_id"] = own
	}
	tree := asked(r, "include_subtree")
	root := r.URL.Query().Get("scope.project.id")
	if tree {
		action = "list_role_assignments_for_tree"
		if root != "" {
			p, err := s.findProject(r, root)
			if err != nil {
				return nil, err
			}
			if p == nil {
				return nil, noProject(root)
			}
			target["target.domain_id"] = domainOf(p.DomainID)
		}
	}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if tree && root == "" {
		return nil, badRequest("scope.project.id must be specified if include_subtree is also specified")
	}
	f, err := readAssignmentFilter(r)
	if err != nil {
		return nil, err
	}
	if s.assignments == nil {
		return nil, errLacking
	}
	list, err := s.heldBy(r, f)
	if err != nil {
		return nil, err
	}
	items := []jumpgate.Object{}
	for i := range list {
		item, err := s.presentAssignment(r, &list[i], f.names)
		if err != nil {
			return nil, err
		}
		if own == "" || s.inDomain(r, &list[i], own) {
			items = append(items, item)
		}
	}
	return s.collection(r, "role_assignments", items)
}

func (s *service) inDomain(r *jumpgate.Request, a *held, domain string) bool {
	if a.ProjectID == "" {
		return a.DomainID == domain
	}
	p, err := s.findProject(r, a.ProjectID)
	return err == nil && p != nil && domainOf(p.DomainID) == domain
}

// heldBy lists the assignments that f asks for.
func (s *service) heldBy(r *jumpgate.Request, f *assignmentFilter) ([]held, error) {
	all, err := rest.Collect(s.assignments.ListAssignments(r.Context(), AssignmentQuery{}))
	if err != nil {
		return nil, err
	}
	list := make([]held, len(all))
	for i, a := range all {
		list[i] = held{Assignment: a}
	}
	if f.effective {
		for _, expand := range []func(*jumpgate.Request, []held) ([]held, error){s.expandGroups, s.expandInherited, s.expandImplied} {
			if list, err = expand(r, list); err != nil {
				return nil, err
			}
		}
	}
	scopes := []Scope{f.scope}
	if f.subtree {
		below, err := s.below(r, f.scope.ProjectID)
		if err != nil {
			return nil, err
		}
		for _, p := range below {
			scopes = append(scopes, Scope{ProjectID: p.ID})
		}
	}
	list = slices.DeleteFunc(list, func(a held) bool {
		inherited := a.Inherited || a.from.Inherited
		return f.role != "" && a.RoleID != f.role || f.user != "" && a.UserID != f.user || f.group != "" && a.GroupID != f.group ||
			f.inherited != nil && inherited != *f.inherited || f.scope != (Scope{}) && !slices.Contains(scopes, a.Scope)
	})
	slices.SortStableFunc(list, func(a, b held) int {
		return cmp.Or(cmp.Compare(a.UserID+a.GroupID, b.UserID+b.GroupID), cmp.Compare(a.ProjectID+a.DomainID, b.ProjectID+b.DomainID), cmp.Compare(a.RoleID, b.RoleID))
	})
	return list, nil
}

// expandGroups puts the members of a group in its place.
func (s *service) expandGroups(r *jumpgate.Request, list []held) ([]held, error) {
	var out []held
	for _, a := range list {
		if a.GroupID == "" {
			out = append(out, a)
			continue
		}
		for u, err := range s.users.ListUsers(r.Context(), UserQuery{GroupID: a.GroupID}) {
			if err != nil {
				return nil, err
			}
			one := held{Assignment: a.Assignment, from: a.Assignment}
			one.UserID, one.GroupID = u.ID, ""
			out = append(out, one)
		}
	}
	return out, nil
}

// expandInherited puts the projects that inherit in the place of what they
// inherit from.
func (s *service) expandInherited(r *jumpgate.Request, list []held) ([]held, error) {
	if !slices.ContainsFunc(list, func(a held) bool { return a.Inherited }) {
		return list, nil
	}
	var families []*family
	for p, err := range s.projects.ListProjects(r.Context(), ProjectQuery{}) {
		if err != nil {
			return nil, err
		}
		f, err := s.familyOf(r.Context(), p)
		if err != nil {
			return nil, err
		}
		families = append(families, f)
	}
	var out []held
	for _, a := range list {
		if !a.Inherited {
			out = append(out, a)
			continue
		}
		for _, f := range families {
			sc := Scope{ProjectID: f.project.ID}
			if !a.reaches(sc, f) {
				continue
			}
			one := held{Assignment: a.Assignment, from: a.from}
			if one.from == (Assignment{}) {
				one.from = a.Assignment
			}
			one.Scope, one.Inherited = sc, false
			out = append(out, one)
		}
	}
	return out, nil
}

// expandImplied adds what the roles imply. Those of domains go: they count for
// that alone.
func (s *service) expandImplied(r *jumpgate.Request, list []held) ([]held, error) {
	book, err := s.readRoles(r.Context())
	if err != nil {
		return nil, err
	}
	var out []held
	for _, a := range list {
		prior := map[string]string{}
		ids := []string{a.RoleID}
		for i := 0; i < len(ids); i++ {
			for _, id := range book.implied[ids[i]] {
				if !slices.Contains(ids, id) {
					ids, prior[id] = append(ids, id), ids[i]
				}
			}
		}
		for _, id := range ids {
			if role := book.byID[id]; role == nil || role.DomainID != "" {
				continue
			}
			one := a
			one.RoleID, one.via = id, prior[id]
			out = append(out, one)
		}
	}
	return out, nil
}

// presentAssignment is one as Keystone shows it, with the URL of the grant that
// it comes from.
func (s *service) presentAssignment(r *jumpgate.Request, a *held, names bool) (jumpgate.Object, error) {
	base, err := s.disp.EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	granted, named := a.from, func(kind, id string) (jumpgate.Object, error) {
		ref := jumpgate.Object{{Name: "id", Value: id}}
		if !names {
			return ref, nil
		}
		return s.withNames(r, kind, ref, id)
	}
	if granted == (Assignment{}) {
		granted = a.Assignment
	}
	var links, scope jumpgate.Object
	path := "/system"
	switch {
	case granted.ProjectID != "":
		path = "/projects/" + url.PathEscape(granted.ProjectID)
	case granted.DomainID != "":
		path = "/domains/" + url.PathEscape(granted.DomainID)
	}
	switch {
	case a.ProjectID != "":
		ref, err := named("project", a.ProjectID)
		if err != nil {
			return nil, err
		}
		scope = jumpgate.Object{{Name: "project", Value: ref}}
	case a.DomainID != "":
		ref, err := named("domain", a.DomainID)
		if err != nil {
			return nil, err
		}
		scope = jumpgate.Object{{Name: "domain", Value: ref}}
	default:
		scope = jumpgate.Object{{Name: "system", Value: jumpgate.Object{{Name: "all", Value: true}}}}
	}
	kind, id := "user", a.UserID
	if a.GroupID != "" {
		kind, id = "group", a.GroupID
	}
	actor, err := named(kind, id)
	if err != nil {
		return nil, err
	}
	if granted.GroupID != "" {
		path += "/groups/" + url.PathEscape(granted.GroupID)
	} else {
		path += "/users/" + url.PathEscape(granted.UserID)
	}
	path += "/roles/" + url.PathEscape(cmp.Or(a.via, a.RoleID))
	if granted.Inherited {
		scope = append(scope, jumpgate.Member{Name: "OS-INHERIT:inherited_to", Value: "projects"})
		path = "/OS-INHERIT" + path + "/inherited_to_projects"
	}
	links = append(links, jumpgate.Member{Name: "assignment", Value: base + path})
	if granted.GroupID != "" && a.UserID != "" {
		links = append(links, jumpgate.Member{Name: "membership", Value: base + "/groups/" + url.PathEscape(granted.GroupID) + "/users/" + url.PathEscape(a.UserID)})
	}
	if a.via != "" {
		links = append(links, jumpgate.Member{Name: "prior_role", Value: base + "/roles/" + url.PathEscape(a.via)})
	}
	role, err := named("role", a.RoleID)
	return jumpgate.Object{
		{Name: "links", Value: links},
		{Name: "scope", Value: scope},
		{Name: kind, Value: actor},
		{Name: "role", Value: role},
	}, err
}

// withNames adds what something is called, and its domain.
func (s *service) withNames(r *jumpgate.Request, kind string, ref jumpgate.Object, id string) (jumpgate.Object, error) {
	name, domain := "", ""
	switch kind {
	case "user":
		if u, err := s.findUser(r, id); err != nil {
			return nil, err
		} else if u != nil {
			name, domain = u.Name, domainOf(u.DomainID)
		}
	case "group":
		g, err := s.groups.FindGroup(r.Context(), id)
		if err != nil {
			return nil, err
		}
		name, domain = g.Name, domainOf(g.DomainID)
	case "project", "domain":
		p, err := s.findProject(r, id)
		if err != nil {
			return nil, err
		}
		if p != nil {
			name, domain = p.Name, domainOf(p.DomainID)
		}
		if kind == "domain" {
			return append(ref, jumpgate.Member{Name: "name", Value: name}), nil
		}
	case "role":
		role, err := s.findRole(r, id)
		if err != nil || role == nil {
			return ref, err
		}
		if name, domain = role.Name, role.DomainID; domain == "" {
			return append(ref, jumpgate.Member{Name: "name", Value: name}), nil
		}
	}
	d, err := s.domain(r, domain)
	if err != nil || d == nil {
		return append(ref, jumpgate.Member{Name: "name", Value: name}), err
	}
	return append(ref, jumpgate.Member{Name: "name", Value: name},
		jumpgate.Member{Name: "domain", Value: jumpgate.Object{{Name: "id", Value: d.ID}, {Name: "name", Value: d.Name}}}), nil
}
