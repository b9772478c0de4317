package identity

import (
	"context"
	"errors"
	"iter"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
)

// User shows the principal's own user.
func (d *Users) User(ctx context.Context) (*identity.User, error) {
	u, err := d.principal(ctx)
	if err != nil {
		return nil, err
	}
	shown := (&member{person: u.person, AccountID: u.Account.ID}).user()
	return &shown, nil
}

// ListUsers lists the users of the account that the principal may see: itself
// and those it made or, with the permission to manage users, all.
func (d *Users) ListUsers(ctx context.Context, _ identity.UserQuery) iter.Seq2[*identity.User, error] {
	return func(yield func(*identity.User, error) bool) {
		users, err := d.users(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, u := range users {
			if !yield(&u, nil) {
				return
			}
		}
	}
}

func (d *Users) users(ctx context.Context) ([]identity.User, error) {
	all, err := memberForm.All(ctx, d.API, upstream.Call{
		Service: "Account", Method: "getUsers", Filter: upstream.Filter{"users": upstream.Filter{"id": upstream.OrderBy("ASC")}},
	})
	var no *upstream.Refusal
	if errors.As(err, &no) {
		return nil, jumpgate.Forbidden.Wrap(err, "")
	}
	if err != nil {
		return nil, err
	}
	var list []identity.User
	for _, u := range all {
		if u.ID != 0 {
			list = append(list, u.user())
		}
	}
	return list, nil
}

func (u *member) user() identity.User {
	shown := identity.User{ID: u.Username, Name: u.Username, Email: u.Email}
	if u.AccountID != 0 {
		shown.DefaultProjectID = strconv.Itoa(u.AccountID)
	}
	return shown
}
