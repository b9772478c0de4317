package identity

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// listUsers is GET /v3/users (recordings 050 to 052).
func (s *service) listUsers(r *jumpgate.Request) (any, error) {
	users, err := s.users(r)
	if err != nil {
		return nil, err
	}
	items := make([]jumpgate.Object, len(users))
	for i := range users {
		if items[i], err = s.presentUser(r, &users[i]); err != nil {
			return nil, err
		}
	}
	return s.list(r, "users", items, "domain_id", "enabled", "name")
}

// users are all users that the caller may see.
func (s *service) users(r *jumpgate.Request) ([]User, error) {
	l, ok := s.driver.(UserLister)
	if !ok {
		return nil, forbidden("list_users")
	}
	users, err := l.Users(r.Context())
	if errors.Is(err, jumpgate.Forbidden) {
		return nil, forbidden("list_users")
	}
	return users, refused(err)
}

// user is the user with an id, as far as the caller may see.
func (s *service) user(r *jumpgate.Request, id string) (*User, error) {
	t := tokenOf(r)
	if id == t.principal.UserID {
		if g, ok := s.driver.(UserGetter); ok {
			u, err := g.User(r.Context())
			return u, refused(err)
		}
		return &User{ID: id, Name: t.principal.UserName, DefaultProjectID: t.defaultProject}, nil
	}
	users, err := s.users(r)
	switch {
	case errors.Is(err, jumpgate.Forbidden):
		return nil, forbidden("get_user")
	case err != nil:
		return nil, err
	}
	for i := range users {
		if users[i].ID == id {
			return &users[i], nil
		}
	}
	if operator(&t.principal) {
		return nil, jumpgate.NotFound.New("Could not find user: %s.", id)
	}
	return nil, forbidden("get_user")
}

// showUser is GET /v3/users/{user_id} (recordings 053 to 055).
func (s *service) showUser(r *jumpgate.Request) (any, error) {
	u, err := s.user(r, r.Var("user_id"))
	if err != nil {
		return nil, err
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

// passwordSchema is keystone.identity.schema.password_change.
var passwordSchema = &field{
	types: []string{"object"},
	members: []member{
		{"original_password", &field{types: []string{"string"}}},
		{"password", &field{types: []string{"string"}}},
	},
	required: []string{"original_password", "password"},
	closed:   true,
}

// userPassword is POST /v3/users/{user_id}/password (recording 058). It needs
// no token: the old password says who asks.
func (s *service) userPassword(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	user, ok := body.Get("user")
	if !ok {
		user = body.Object("user")
	}
	if text := passwordSchema.check(user); text != "" {
		return nil, quiet{jumpgate.BadRequest.New("%s", text)}
	}
	o := body.Object("user")
	c := Credentials{UserID: r.Var("user_id"), Password: jumpgate.Secret(o.String("original_password"))}
	_, err = s.changePassword(r, c, jumpgate.Secret(o.String("password")))
	return nil, err
}

// changePassword gives the user of c a new password and returns a session
// with it.
func (s *service) changePassword(r *jumpgate.Request, c Credentials, new jumpgate.Secret) (*session, error) {
	ses := &session{}
	if err := s.provePassword(r, ses, c); err != nil {
		return nil, err
	}
	d, ok := s.driver.(PasswordChanger)
	if !ok {
		return nil, forbidden("change_password")
	}
	if err := d.ChangePassword(jumpgate.WithPrincipal(r.Context(), &ses.principal), c.Password, new); err != nil {
		return nil, refused(err)
	}
	// The user's tokens are worth nothing now: what they hold is the old
	// credential. If the client showed one it can be told at once.
	if t, err := s.bearer(r); err == nil && t.principal.UserID == ses.principal.UserID {
		if err := s.revoke(jumpgate.WithPrincipal(r.Context(), &t.principal), t); err != nil {
			return nil, err
		}
	}
	c.Password = new
	after := &session{}
	return after, s.provePassword(r, after, c)
}

// ownOnly lists a collection that is empty for everybody: for the caller's
// own user with 200, for others with 403, unless the operator asks.
func (s *service) ownOnly(collection, action string) jumpgate.Methods {
	return jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		if id := r.Var("user_id"); id != r.Env.Principal.UserID {
			if !operator(r.Env.Principal) {
				return nil, forbidden(action)
			}
			if _, err := s.user(r, id); err != nil {
				return nil, err
			}
		}
		return s.collection(r, collection, nil)
	}}
}
