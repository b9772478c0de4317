package identity

import (
	"github.com/softlayer/jumpgate"
)

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
	if err := s.replacePassword(r, ses, c.Password, new); err != nil {
		return nil, err
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

// replacePassword gives a user who has proved the old password a new one.
func (s *service) replacePassword(r *jumpgate.Request, ses *session, old, new jumpgate.Secret) error {
	if s.users != nil {
		return s.users.SetPassword(r.Context(), ses.principal.UserID, new)
	}
	d, ok := s.driver.(PasswordChanger)
	if !ok {
		return forbidden("change_password")
	}
	return refused(d.ChangePassword(jumpgate.WithPrincipal(r.Context(), &ses.principal), old, new))
}
