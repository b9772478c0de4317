package identity

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// userMembers are those of keystone.identity.schema's users.
func userMembers() []member {
	return []member{
		{"default_project_id", nullableID()},
		{"description", nullableText()},
		{"domain_id", idField()},
		{"enabled", booleanField()},
		{"federated", federated()},
		{"name", nameField(255)},
		{"password", nullableText()},
		{"options", userOptions()},
	}
}

// federated is by whom else somebody is known.
func federated() *field {
	protocol := &field{types: []string{"object"}, members: []member{{"protocol_id", stringField()}, {"unique_id", stringField()}}, required: []string{"protocol_id", "unique_id"}}
	provider := &field{types: []string{"object"}, required: []string{"idp_id", "protocols"},
		members: []member{{"idp_id", stringField()}, {"protocols", &field{types: []string{"array"}, items: protocol, minItems: 1}}}}
	return &field{types: []string{"array"}, items: provider}
}

// userOptions are those of keystone.identity.backends.resource_options; null
// ends one.
func userOptions() *field {
	options := &field{types: []string{"object"}, closed: true}
	for _, name := range []string{"ignore_change_password_upon_first_use", "ignore_password_expiry", "ignore_lockout_failure_attempts", "lock_password", "ignore_user_inactivity", "multi_factor_auth_enabled"} {
		options.members = append(options.members, member{name, nullableBoolean()})
	}
	rule := &field{types: []string{"array"}, items: &field{types: []string{"string"}}, minItems: 1, unique: true}
	options.members = append(options.members, member{"multi_factor_auth_rules", &field{types: []string{"array", "null"}, items: rule, unique: true}})
	return options
}

var (
	userCreateSchema = openObject(userMembers(), "name")
	userUpdateSchema = changed(openObject(userMembers()))
)

// userColumns are the members that the service means something by.
var userColumns = []string{"id", "name", "domain_id", "enabled", "default_project_id", "password", "email", "links", "password_expires_at"}

// createUser is POST /v3/users.
func (s *service) createUser(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "user")
	if err != nil {
		return nil, err
	}
	target := jumpgate.Target{}
	addTarget(target, "user", "", body.String("domain_id"))
	if err := s.allow(r, "create_user", target); err != nil {
		return nil, err
	}
	if err := userCreateSchema.fault(body); err != nil {
		return nil, quiet{err}
	}
	u := &User{ID: newID()}
	if u.DomainID, err = s.newDomain(r, body); err != nil {
		return nil, err
	}
	u.take(body)
	if err := s.checkDefaultProject(r, u.DefaultProjectID, body); err != nil {
		return nil, err
	}
	if err := s.users.CreateUser(r.Context(), u, jumpgate.Secret(body.String("password"))); err != nil {
		return nil, duplicateIn(err, "user", u.Name, u.DomainID)
	}
	return s.oneUser(r, u, http.StatusCreated)
}

// take sets what a body says of the user, but for the password and the domain.
func (u *User) take(body schema.Object) {
	if body.Has("name") {
		u.Name = trimmed(body.String("name"))
	}
	textOrNull(body, "default_project_id", &u.DefaultProjectID)
	textOrNull(body, "email", &u.Email)
	u.Disabled = !body.Bool("enabled", !u.Disabled)
	u.set(body, userColumns...)
}

// checkDefaultProject refuses a domain as somebody's project.
func (s *service) checkDefaultProject(r *jumpgate.Request, id string, body schema.Object) error {
	if s.projects == nil || id == "" || !body.Has("default_project_id") {
		return nil
	}
	p, err := s.projects.FindProject(r.Context(), id)
	switch {
	case errors.Is(err, jumpgate.NotFound):
		return nil // Keystone takes it
	case err != nil:
		return err
	case p.IsDomain:
		return badRequest("User's default project ID cannot be a domain ID: " + id)
	}
	return nil
}

// updateUser is PATCH /v3/users/{user_id}.
func (s *service) updateUser(r *jumpgate.Request) (any, error) {
	body, err := s.bodyFor(r, "user")
	if err != nil {
		return nil, err
	}
	u, err := s.userIn(r, "update_user")
	if err != nil {
		return nil, err
	}
	if err := userUpdateSchema.fault(body); err != nil {
		return nil, quiet{err}
	}
	if err := sameID(body, u.ID); err != nil {
		return nil, err
	}
	if err := sameDomain(body, u.DomainID); err != nil {
		return nil, err
	}
	if err := s.checkDefaultProject(r, body.String("default_project_id"), body); err != nil {
		return nil, err
	}
	changed, err := s.users.UpdateUser(r.Context(), u.ID, func(u *User) error {
		u.take(body)
		return nil
	})
	if err != nil {
		return nil, duplicateIn(err, "user", body.String("name"), u.DomainID)
	}
	if body.Has("password") {
		if err := s.users.SetPassword(r.Context(), u.ID, jumpgate.Secret(body.String("password"))); err != nil {
			return nil, err
		}
	}
	return s.oneUser(r, changed, http.StatusOK)
}

// deleteUser is DELETE /v3/users/{user_id}.
func (s *service) deleteUser(r *jumpgate.Request) (any, error) {
	u, err := s.userIn(r, "delete_user")
	if err != nil {
		return nil, err
	}
	if err := s.users.DeleteUser(r.Context(), u.ID); err != nil {
		return nil, err
	}
	return nil, s.forgetUser(r, u)
}
