package identity

import (
	"errors"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

func roleMembers() []member {
	return []member{
		{"name", nameField(255)},
		{"description", stringField()},
		{"options", &field{types: []string{"object"}, members: []member{{"immutable", nullableBoolean()}}, closed: true}},
	}
}

var (
	roleCreateSchema = openObject(roleMembers(), "name")
	roleUpdateSchema = changed(openObject(roleMembers()))
)

func (role *Role) take(body schema.Object) {
	if body.Has("name") {
		role.Name = trimmed(body.String("name"))
	}
	textOrNull(body, "description", &role.Description)
	role.set(body, "id", "name", "domain_id", "description", "links")
}

// roleID is the id of a role where the driver keeps none.
func roleID(name string) string { return stableID("role", name) }

// RoleID returns the id of the role called name in clouds without a RoleKeeper.
// It is the same in all of them.
func RoleID(name string) string { return roleID(name) }

// knownRoles are the roles there are, as far as p can know.
func knownRoles(p *jumpgate.Principal) []*Role {
	var list []*Role
	for _, name := range canonicalRoles(append([]string{"admin", "member", "reader", "service"}, p.Roles...)) {
		role := &Role{ID: roleID(name), Name: name}
		if name == "admin" || name == "member" || name == "reader" {
			role.Options = map[string]any{"immutable": true}
		}
		list = append(list, role)
	}
	return list
}

// allRoles are the roles there are.
func (s *service) allRoles(r *jumpgate.Request) ([]*Role, error) {
	if s.roles == nil {
		return knownRoles(r.Env.Principal), nil
	}
	return rest.Collect(s.roles.ListRoles(r.Context()))
}

// roleNamed finds the role that counts everywhere by its name; nil: there is
// none.
func (s *service) roleNamed(r *jumpgate.Request, name string) (*Role, error) {
	roles, err := s.allRoles(r)
	for _, role := range roles {
		if role.Name == name && role.DomainID == "" {
			return role, nil
		}
	}
	return nil, err
}

// namedRoles are roles by their names, in the same order. One that there is
// not, which only a driver without a RoleKeeper can have, has the usual id.
func (s *service) namedRoles(r *jumpgate.Request, names []string) ([]*Role, error) {
	all := knownRoles(&jumpgate.Principal{Roles: names})
	if s.roles != nil {
		var err error
		if all, err = rest.Collect(s.roles.ListRoles(r.Context())); err != nil {
			return nil, err
		}
	}
	list := make([]*Role, 0, len(names))
	for _, name := range names {
		i := slices.IndexFunc(all, func(role *Role) bool { return role.Name == name && role.DomainID == "" })
		if i >= 0 {
			list = append(list, all[i])
		}
	}
	return list, nil
}

// findRole is the role with an id, or nil.
func (s *service) findRole(r *jumpgate.Request, id string) (*Role, error) {
	if s.roles != nil {
		role, err := s.roles.FindRole(r.Context(), id)
		if errors.Is(err, jumpgate.NotFound) {
			return nil, nil
		}
		return role, err
	}
	for _, role := range knownRoles(r.Env.Principal) {
		if role.ID == id {
			return role, nil
		}
	}
	return nil, nil
}

// presentRole is a role as recorded (078, 088), without its link.
func presentRole(role *Role) jumpgate.Object {
	options, extra := role.shown()
	return append(jumpgate.Object{
		{Name: "id", Value: role.ID},
		{Name: "name", Value: role.Name},
		{Name: "domain_id", Value: rest.OrNil(role.DomainID)},
		{Name: "description", Value: rest.OrNil(role.Description)},
		options,
	}, extra...)
}

func (s *service) linkedRole(r *jumpgate.Request, role *Role) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_role", "role_id", role.ID)
	return append(presentRole(role), links), err
}

func (s *service) oneRole(r *jumpgate.Request, role *Role, status int) (any, error) {
	body, err := s.linkedRole(r, role)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "role", Value: body}}}, err
}

// presentRoles shows the roles that pass, those of the domain that the query
// names, or those of none.
func (s *service) presentRoles(r *jumpgate.Request, roles []*Role, pass func(*Role) bool) (any, error) {
	var items []jumpgate.Object
	for _, role := range roles {
		if !pass(role) {
			continue
		}
		item, err := s.linkedRole(r, role)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.list(r, "roles", items, "name")
}

// listRoles is GET /v3/roles (recordings 077, 078).
func (s *service) listRoles(r *jumpgate.Request) (any, error) {
	domain, action := r.URL.Query().Get("domain_id"), "list_roles"
	if domain != "" {
		action = "list_domain_roles"
	}
	if err := s.allow(r, action, nil); err != nil {
		return nil, err
	}
	roles, err := s.allRoles(r)
	if err != nil {
		return nil, err
	}
	return s.presentRoles(r, roles, func(role *Role) bool { return role.DomainID == domain })
}

// roleIn is the role of the path, if the policy lets the caller do verb with
// it. Keystone looks for it first.
func (s *service) roleIn(r *jumpgate.Request, verb string) (*Role, error) {
	role, err := s.findRole(r, r.Var("role_id"))
	if err != nil {
		return nil, err
	}
	if role == nil {
		return nil, noRole(r.Var("role_id"))
	}
	target := jumpgate.Target{"target.role.name": role.Name}
	action := verb + "_role"
	if role.DomainID != "" {
		action = verb + "_domain_role"
	}
	return role, s.allow(r, action, target)
}

func noRole(id string) error { return jumpgate.NotFound.New("Could not find role: %s.", id) }

// showRole is GET /v3/roles/{role_id}.
func (s *service) showRole(r *jumpgate.Request) (any, error) {
	role, err := s.roleIn(r, "get")
	if err != nil {
		return nil, err
	}
	return s.oneRole(r, role, http.StatusOK)
}

// createRole is POST /v3/roles.
func (s *service) createRole(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "role")
	if err != nil {
		return nil, err
	}
	role := &Role{ID: newID(), DomainID: body.String("domain_id")}
	action := "create_role"
	if role.DomainID != "" {
		action = "create_domain_role"
	}
	if err := s.allow(r, action, nil); err != nil {
		return nil, err
	}
	if err := roleCreateSchema.fault(body); err != nil {
		return nil, err
	}
	if s.projects != nil && role.DomainID != "" {
		if d, err := s.findDomain(r.Context(), role.DomainID, ""); d == nil {
			return nil, errors.Join(err, noDomain(role.DomainID))
		}
	}
	role.take(body)
	if err := s.roles.CreateRole(r.Context(), role); err != nil {
		return nil, duplicateRole(err, role)
	}
	return s.oneRole(r, role, http.StatusCreated)
}

func duplicateRole(err error, role *Role) error {
	if errors.Is(err, jumpgate.Conflict) {
		return jumpgate.Conflict.New("Conflict occurred attempting to store role - Duplicate entry found with name %s.", role.Name)
	}
	return err
}

// updateRole is PATCH /v3/roles/{role_id}.
func (s *service) updateRole(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "role")
	if err != nil {
		return nil, err
	}
	role, err := s.roleIn(r, "update")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(roleUpdateSchema.fault(body), sameID(body, role.ID)); err != nil {
		return nil, err
	}
	if err := role.keepsAs("role", role.ID, body); err != nil {
		return nil, err
	}
	if v, ok := body.Get("domain_id"); ok && v != rest.OrNil(role.DomainID) {
		return nil, badRequest("Update of `domain_id` is not allowed.")
	}
	changed, err := s.roles.UpdateRole(r.Context(), role.ID, func(role *Role) error {
		role.take(body)
		return nil
	})
	if err != nil {
		return nil, duplicateRole(err, &Role{Name: body.String("name")})
	}
	return s.oneRole(r, changed, http.StatusOK)
}

// deleteRole is DELETE /v3/roles/{role_id}.
func (s *service) deleteRole(r *jumpgate.Request) (any, error) {
	role, err := s.roleIn(r, "delete")
	if err != nil {
		return nil, err
	}
	if err := role.keepsAs("role", role.ID, nil); err != nil {
		return nil, err
	}
	return nil, s.roles.DeleteRole(r.Context(), role.ID)
}
