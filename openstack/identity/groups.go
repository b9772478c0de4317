package identity

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

func groupMembers() []member {
	return []member{{"description", nullableText()}, {"domain_id", idField()}, {"name", nameField(255)}}
}

var (
	groupCreateSchema = openObject(groupMembers(), "name")
	groupUpdateSchema = changed(openObject(groupMembers()))
)

func (g *Group) take(body schema.Object) {
	if body.Has("name") {
		g.Name = trimmed(body.String("name"))
	}
	textOrNull(body, "description", &g.Description)
	g.set(body, "id", "name", "domain_id", "description", "links")
}

func (s *service) presentGroup(r *jumpgate.Request, g *Group) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_group", "group_id", g.ID)
	_, extra := g.shown()
	body := append(jumpgate.Object{
		{Name: "id", Value: g.ID},
		{Name: "name", Value: g.Name},
		{Name: "domain_id", Value: domainOf(g.DomainID)},
		{Name: "description", Value: g.Description},
	}, extra...)
	return append(body, links), err
}

func (s *service) oneGroup(r *jumpgate.Request, g *Group, status int) (any, error) {
	body, err := s.presentGroup(r, g)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "group", Value: body}}}, err
}

func (s *service) presentGroups(r *jumpgate.Request, q GroupQuery, filters ...string) (any, error) {
	var items []jumpgate.Object
	domain := r.Env.Principal.DomainID
	if s.groups == nil {
		return s.list(r, "groups", nil, filters...)
	}
	for g, err := range s.groups.ListGroups(r.Context(), q) {
		if err != nil {
			return nil, err
		}
		if domain != "" && domainOf(g.DomainID) != domain {
			continue
		}
		item, err := s.presentGroup(r, g)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.list(r, "groups", items, filters...)
}

// listGroups is GET /v3/groups.
func (s *service) listGroups(r *jumpgate.Request) (any, error) {
	target := jumpgate.Target{}
	if d := r.Env.Principal.DomainID; d != "" {
		target["target.group.domain_id"] = d
	}
	if err := s.allow(r, "list_groups", target); err != nil {
		return nil, err
	}
	q := r.URL.Query()
	return s.presentGroups(r, GroupQuery{Name: q.Get("name"), DomainID: q.Get("domain_id")}, "domain_id", "name")
}

// groupIn is the group of the path, if the policy lets the caller do action
// with it, as userIn.
func (s *service) groupIn(r *jumpgate.Request, action string, more ...func(jumpgate.Target) error) (*Group, error) {
	id := r.Var("group_id")
	var g *Group
	err := error(jumpgate.NotFound)
	if s.groups != nil {
		g, err = s.groups.FindGroup(r.Context(), id)
	}
	if err != nil && !errors.Is(err, jumpgate.NotFound) {
		return nil, err
	}
	target := jumpgate.Target{}
	if err == nil {
		addTarget(target, "group", g.ID, g.DomainID)
	}
	for _, f := range more {
		if err := f(target); err != nil {
			return nil, err
		}
	}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, noGroup(id)
	}
	return g, nil
}

func noGroup(id string) error { return jumpgate.NotFound.New("Could not find group: %s.", id) }

// showGroup is GET /v3/groups/{group_id}.
func (s *service) showGroup(r *jumpgate.Request) (any, error) {
	g, err := s.groupIn(r, "get_group")
	if err != nil {
		return nil, err
	}
	return s.oneGroup(r, g, http.StatusOK)
}

// createGroup is POST /v3/groups.
func (s *service) createGroup(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "group")
	if err != nil {
		return nil, err
	}
	target := jumpgate.Target{}
	addTarget(target, "group", "", body.String("domain_id"))
	if err := s.allow(r, "create_group", target); err != nil {
		return nil, err
	}
	if err := groupCreateSchema.fault(body); err != nil {
		return nil, err
	}
	g := &Group{ID: newID()}
	if g.DomainID, err = s.newDomain(r, body); err != nil {
		return nil, err
	}
	g.take(body)
	if err := s.groups.CreateGroup(r.Context(), g); err != nil {
		return nil, duplicateIn(err, "group", g.Name, g.DomainID)
	}
	return s.oneGroup(r, g, http.StatusCreated)
}

// updateGroup is PATCH /v3/groups/{group_id}.
func (s *service) updateGroup(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "group")
	if err != nil {
		return nil, err
	}
	g, err := s.groupIn(r, "update_group")
	if err != nil {
		return nil, err
	}
	err = errors.Join(groupUpdateSchema.fault(body), sameID(body, g.ID), sameDomain(body, g.DomainID))
	if err != nil {
		return nil, err
	}
	changed, err := s.groups.UpdateGroup(r.Context(), g.ID, func(g *Group) error {
		g.take(body)
		return nil
	})
	if err != nil {
		return nil, duplicateIn(err, "group", body.String("name"), g.DomainID)
	}
	return s.oneGroup(r, changed, http.StatusOK)
}

// deleteGroup is DELETE /v3/groups/{group_id}.
func (s *service) deleteGroup(r *jumpgate.Request) (any, error) {
	g, err := s.groupIn(r, "delete_group")
	if err != nil {
		return nil, err
	}
	return nil, s.groups.DeleteGroup(r.Context(), g.ID)
}

// groupUsers is GET /v3/groups/{group_id}/users.
func (s *service) groupUsers(r *jumpgate.Request) (any, error) {
	g, err := s.groupIn(r, "list_users_in_group")
	if err != nil {
		return nil, err
	}
	return s.presentUsers(r, UserQuery{GroupID: g.ID}, r.Env.Principal.DomainID)
}

// membership is a request about a user in a group.
func (s *service) membership(action string, do func(r *jumpgate.Request, g *Group, u *User) error) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		u, err := s.findUser(r, r.Var("user_id"))
		if err != nil {
			return nil, err
		}
		g, err := s.groupIn(r, action, func(t jumpgate.Target) error {
			if u != nil {
				addTarget(t, "user", u.ID, u.DomainID)
			}
			return nil
		})
		switch {
		case err != nil:
			return nil, err
		case u == nil:
			return nil, noUser(r.Var("user_id"))
		}
		return nil, do(r, g, u)
	}
}

func notInGroup(g *Group, u *User) error {
	return jumpgate.NotFound.New("User '%s' not found in group '%s'.", u.ID, g.ID)
}

func (s *service) addMember(r *jumpgate.Request, g *Group, u *User) error {
	return s.groups.AddMember(r.Context(), g.ID, u.ID)
}

func (s *service) removeMember(r *jumpgate.Request, g *Group, u *User) error {
	err := s.groups.RemoveMember(r.Context(), g.ID, u.ID)
	if errors.Is(err, jumpgate.NotFound) {
		return notInGroup(g, u)
	}
	return err
}

func (s *service) isMember(r *jumpgate.Request, g *Group, u *User) error {
	for one, err := range s.groups.ListGroups(r.Context(), GroupQuery{UserID: u.ID}) {
		if err != nil || one.ID == g.ID {
			return err
		}
	}
	return notInGroup(g, u)
}
