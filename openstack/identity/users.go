package identity

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// listUsers is GET /v3/users (recordings 050 to 052).
func (s *service) listUsers(r *jumpgate.Request) (any, error) {
	target := jumpgate.Target{"target.domain_id": r.Env.Principal.DomainID}
	if err := s.allow(r, "list_users", target); err != nil {
		return nil, err
	}
	domain := r.Env.Principal.DomainID // a token of a domain sees no other
	return s.presentUsers(r, UserQuery{Name: r.URL.Query().Get("name"), DomainID: domain}, domain)
}

// presentUsers shows the users that q asks for, of a domain, if it is given.
func (s *service) presentUsers(r *jumpgate.Request, q UserQuery, domain string) (any, error) {
	var items []jumpgate.Object
	for u, err := range s.usersFor(r, q) {
		if err != nil {
			return nil, err
		}
		if domain != "" && domainOf(u.DomainID) != domain {
			continue
		}
		item, err := s.presentUser(r, u)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return s.list(r, "users", items, "domain_id", "enabled", "name")
}

// usersFor yields the users that the driver shows.
func (s *service) usersFor(r *jumpgate.Request, q UserQuery) func(func(*User, error) bool) {
	return func(yield func(*User, error) bool) {
		if s.userLister == nil {
			yield(nil, errLacking)
			return
		}
		for u, err := range s.userLister.ListUsers(r.Context(), q) {
			if errors.Is(err, jumpgate.Forbidden) {
				err = forbidden("list_users")
			}
			if !yield(u, refused(err)) || err != nil {
				return
			}
		}
	}
}

// findUser is the user with an id, or nil.
func (s *service) findUser(r *jumpgate.Request, id string) (*User, error) {
	t := tokenOf(r)
	if s.users != nil {
		u, err := s.users.FindUser(r.Context(), id)
		if errors.Is(err, jumpgate.NotFound) {
			return nil, nil
		}
		return u, err
	}
	if id == t.principal.UserID {
		if g, ok := s.driver.(UserGetter); ok {
			u, err := g.User(r.Context())
			return u, refused(err)
		}
		return &User{ID: id, Name: t.principal.UserName, DefaultProjectID: t.defaultProject}, nil
	}
	if s.userLister == nil {
		return nil, nil
	}
	for u, err := range s.userLister.ListUsers(r.Context(), UserQuery{}) {
		switch {
		case errors.Is(err, jumpgate.Forbidden):
			return nil, nil
		case err != nil:
			return nil, refused(err)
		case u.ID == id:
			return u, nil
		}
	}
	return nil, nil
}

// userIn is the user of the path, if the policy lets the caller do action with
// it. Like Keystone it asks the policy first, and of a user that there is not
// it knows the id at most.
func (s *service) userIn(r *jumpgate.Request, action string) (*User, error) {
	id := r.Var("user_id")
	u, err := s.findUser(r, id)
	if err != nil {
		return nil, err
	}
	target := jumpgate.Target{"user_id": id}
	if u != nil {
		addTarget(target, "user", u.ID, u.DomainID)
	}
	if err := s.allow(r, action, target); err != nil {
		return nil, err
	}
	if u == nil {
		return nil, noUser(id)
	}
	return u, nil
}

func noUser(id string) error { return jumpgate.NotFound.New("Could not find user: %s.", id) }

// showUser is GET /v3/users/{user_id} (recordings 053 to 055).
func (s *service) showUser(r *jumpgate.Request) (any, error) {
	u, err := s.userIn(r, "get_user")
	if err != nil {
		return nil, err
	}
	return s.oneUser(r, u, http.StatusOK)
}

func (s *service) oneUser(r *jumpgate.Request, u *User, status int) (any, error) {
	body, err := s.presentUser(r, u)
	return &jumpgate.Response{Status: status, Body: jumpgate.Object{{Name: "user", Value: body}}}, err
}

func (s *service) presentUser(r *jumpgate.Request, u *User) (jumpgate.Object, error) {
	links, err := s.self(r, "v3_user", "user_id", u.ID)
	options, extra := u.shown()
	body := jumpgate.Object{
		{Name: "id", Value: u.ID},
		{Name: "name", Value: u.Name},
		{Name: "domain_id", Value: domainOf(u.DomainID)},
		{Name: "enabled", Value: !u.Disabled},
	}
	if u.DefaultProjectID != "" {
		body = append(body, jumpgate.Member{Name: "default_project_id", Value: u.DefaultProjectID})
	}
	body = append(body, jumpgate.Member{Name: "password_expires_at", Value: nil}, options)
	if u.Email != "" {
		body = append(body, jumpgate.Member{Name: "email", Value: u.Email})
	}
	return append(append(body, extra...), links), err
}

// userGroups is GET /v3/users/{user_id}/groups (recording 057).
func (s *service) userGroups(r *jumpgate.Request) (any, error) {
	u, err := s.userIn(r, "list_groups_for_user")
	if err != nil {
		return nil, err
	}
	return s.presentGroups(r, GroupQuery{UserID: u.ID}, "name")
}
