package identity

import (
	"errors"
	"strconv"

	"github.com/softlayer/jumpgate"
)

// v2Tenants is GET /v2.0/tenants and /v2.0/tokens/tenants: the caller's own,
// with limit and marker.
func (s *service) v2Tenants(r *jumpgate.Request) (any, error) {
	projects, err := s.projectsOf(r.Context(), r.Env.Principal)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	if marker := q.Get("marker"); marker != "" {
		i := 0
		for i < len(projects) && projects[i].ID != marker {
			i++
		}
		if i == len(projects) {
			return nil, jumpgate.BadRequest.New("Marker could not be found")
		}
		projects = projects[i+1:]
	}
	if limit := q.Get("limit"); limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil || n < 0 {
			return nil, jumpgate.BadRequest.New("Invalid limit value")
		}
		projects = projects[:min(n, len(projects))]
	}
	list := make([]jumpgate.Object, len(projects))
	for i := range projects {
		list[i] = v2PresentTenant(&projects[i])
	}
	return jumpgate.Object{{Name: "tenants", Value: list}, {Name: "tenants_links", Value: []any{}}}, nil
}

func v2PresentTenant(p *Project) jumpgate.Object {
	return jumpgate.Object{
		{Name: "id", Value: p.ID},
		{Name: "name", Value: p.Name},
		{Name: "description", Value: p.Description},
		{Name: "enabled", Value: p.Enabled},
	}
}

// v2Tenant is GET /v2.0/tenants/{tenant_id}: one of the caller's own.
func (s *service) v2Tenant(r *jumpgate.Request) (any, error) {
	projects, err := s.projectsOf(r.Context(), r.Env.Principal)
	if err != nil {
		return nil, err
	}
	for i := range projects {
		if projects[i].ID == r.Var("tenant_id") {
			return jumpgate.Object{{Name: "tenant", Value: v2PresentTenant(&projects[i])}}, nil
		}
	}
	if s.mayAll(r.Env.Principal) {
		return nil, jumpgate.NotFound.New("Could not find project: %s.", r.Var("tenant_id"))
	}
	return nil, errAdminRequired
}

// v2Users is GET /v2.0/users.
func (s *service) v2Users(r *jumpgate.Request) (any, error) {
	var users []User
	for u, err := range s.usersFor(r, UserQuery{DomainID: domainID}) {
		if err != nil {
			return nil, v2Refused(err)
		}
		if domainOf(u.DomainID) == domainID {
			users = append(users, *u)
		}
	}
	list := make([]jumpgate.Object, len(users))
	for i := range users {
		list[i] = v2PresentUser(&users[i])
	}
	if name := r.URL.Query().Get("name"); name != "" { // one user, then
		for i := range users {
			if users[i].Name == name {
				return jumpgate.Object{{Name: "user", Value: list[i]}}, nil
			}
		}
		return nil, jumpgate.NotFound.New("Could not find user: %s.", name)
	}
	return jumpgate.Object{{Name: "users", Value: list}}, nil
}

// v2User is GET /v2.0/users/{user_id}.
func (s *service) v2User(r *jumpgate.Request) (any, error) {
	u, err := s.userIn(r, "get_user")
	if err != nil {
		return nil, v2Refused(err)
	}
	return jumpgate.Object{{Name: "user", Value: v2PresentUser(u)}}, nil
}

func v2PresentUser(u *User) jumpgate.Object {
	body := jumpgate.Object{
		{Name: "id", Value: u.ID},
		{Name: "name", Value: u.Name},
		{Name: "username", Value: u.Name},
		{Name: "enabled", Value: !u.Disabled},
		{Name: "email", Value: nil},
	}
	if u.Email != "" {
		body[4].Value = u.Email
	}
	if u.DefaultProjectID != "" {
		body = append(body, jumpgate.Member{Name: "tenantId", Value: u.DefaultProjectID})
	}
	return body
}

// v2Refused words a refusal as v2.0 does.
func v2Refused(err error) error {
	if errors.Is(err, jumpgate.Forbidden) {
		return errAdminRequired
	}
	return err
}

// v2UserRoles is GET /v2.0/users/{user_id}/roles, for the tenant of the
// token, and /v2.0/tenants/{tenant_id}/users/{user_id}/roles.
func (s *service) v2UserRoles(r *jumpgate.Request) (any, error) {
	by := r.Env.Principal
	if r.Var("user_id") != by.UserID {
		return nil, errAdminRequired
	}
	roles, tenant := by.Roles, r.Var("tenant_id")
	if tenant != "" && tenant != by.ProjectID {
		projects, err := s.projectsOf(r.Context(), by)
		if err != nil {
			return nil, err
		}
		found := false
		for i := range projects {
			if projects[i].ID == tenant {
				roles, found = canonicalRoles(projects[i].Roles), true
			}
		}
		if !found {
			return nil, errAdminRequired
		}
	}
	named, err := s.namedRoles(r, roles)
	if err != nil {
		return nil, err
	}
	list := make([]jumpgate.Object, len(named))
	for i, role := range named {
		list[i] = jumpgate.Object{{Name: "id", Value: role.ID}, {Name: "name", Value: role.Name}}
	}
	return jumpgate.Object{{Name: "roles", Value: list}}, nil
}

// v2ChangePassword is PATCH /v2.0/OS-KSCRUD/users/{user_id}, which answers
// with a new token.
func (s *service) v2ChangePassword(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	user := body.Object("user")
	for _, name := range [...]string{"password", "original_password"} {
		if user.String(name) == "" {
			return nil, expecting(name, "user")
		}
	}
	t := tokenOf(r)
	if r.Var("user_id") != t.principal.UserID {
		return nil, jumpgate.Forbidden
	}
	c := Credentials{UserID: t.principal.UserID, Password: jumpgate.Secret(user.String("original_password"))}
	ses, err := s.changePassword(r, c, jumpgate.Secret(user.String("password")))
	if err != nil {
		return nil, err
	}
	sc := scope{kind: unscoped}
	if t.scoped() {
		sc = scope{kind: projectScope, projectID: t.principal.ProjectID}
	}
	at, err := s.place(r.Context(), ses, sc)
	if err != nil {
		return nil, err
	}
	return s.v2Issue(r, ses, at)
}

// v2EC2Credentials is GET /v2.0/users/{user_id}/credentials/OS-EC2.
func (s *service) v2EC2Credentials(r *jumpgate.Request) (any, error) {
	if r.Var("user_id") != r.Env.Principal.UserID {
		return nil, errAdminRequired
	}
	items, err := s.accessOf(r, r.Var("user_id"))
	if err != nil {
		return nil, err
	}
	list := []jumpgate.Object{}
	for _, item := range items {
		list = append(list, item[:len(item)-1]) // v2.0 has no links
	}
	return jumpgate.Object{{Name: "credentials", Value: list}}, nil
}

// v2EC2Credential is GET of one of the caller's own.
func (s *service) v2EC2Credential(r *jumpgate.Request) (any, error) {
	if r.Var("user_id") != r.Env.Principal.UserID {
		return nil, errAdminRequired
	}
	c, err := s.accessIn(r, "ec2_get_credential")
	if err != nil {
		return nil, v2Missing(r, err)
	}
	shown, err := s.presentAccess(r, c)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "credential", Value: shown[:len(shown)-1]}}, nil
}

// v2DeleteEC2Credential is DELETE of one.
func (s *service) v2DeleteEC2Credential(r *jumpgate.Request) (any, error) {
	if r.Var("user_id") != r.Env.Principal.UserID {
		return nil, errAdminRequired
	}
	c, err := s.accessIn(r, "ec2_delete_credential")
	if err != nil {
		return nil, v2Missing(r, err)
	}
	return nil, s.keycreds.delete(r.Context(), c.UserID, c.ID)
}

// v2Missing names a credential by its access key, as v2.0 does.
func v2Missing(r *jumpgate.Request, err error) error {
	if errors.Is(err, jumpgate.NotFound) {
		return jumpgate.NotFound.New("Could not find credential: %s.", r.Var("credential_id"))
	}
	return v2Refused(err)
}

// noAccessKey is the answer to one who signs in with an EC2 access key.
func noAccessKey(r *jumpgate.Request) (any, error) {
	if _, err := readBody(r); err != nil {
		return nil, err
	}
	return nil, jumpgate.Unauthorized
}
