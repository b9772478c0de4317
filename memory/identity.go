package memory

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// user and project are what Keystone would keep.
type user struct {
	identity.User
	password jumpgate.Secret
	enabled  bool
}

type project struct {
	identity.Project
	roles map[string][]string // by user's id
}

// addUser makes a user of the options. The cloud is not in use yet.
func (c *Cloud) addUser(u User) error {
	if u.Name == "" {
		return errors.New("memory: a user has no name")
	}
	id := stableID("user", u.Name)
	if c.users[id] != nil {
		return errors.New("memory: there are two users called " + u.Name)
	}
	name := cmp.Or(u.Project, u.Name)
	p := c.projects[stableID("project", name)]
	if p == nil {
		p = &project{
			Project: identity.Project{ID: stableID("project", name), Name: name, Enabled: true},
			roles:   make(map[string][]string),
		}
		c.projects[p.ID] = p
	}
	roles := u.Roles
	if roles == nil {
		roles = []string{"member"}
	}
	p.roles[id] = roles
	c.users[id] = &user{
		User:     identity.User{ID: id, Name: u.Name, DefaultProjectID: p.ID},
		password: cmp.Or(u.Password, "secret"),
		enabled:  true,
	}
	return nil
}

// people is the driver of the identity service.
type people struct{ c *Cloud }

var (
	_ identity.Driver          = people{}
	_ identity.UserGetter      = people{}
	_ identity.UserLister      = people{}
	_ identity.PasswordChanger = people{}
)

// Authenticate implements identity.Authenticator.
func (p people) Authenticate(_ context.Context, given identity.Credentials) (*identity.User, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	var found *user
	for _, u := range p.c.users {
		if u.ID == given.UserID || given.UserID == "" && u.Name == given.UserName {
			found = u
		}
	}
	var password jumpgate.Secret
	if found != nil {
		password = found.password
	}
	right := subtle.ConstantTimeCompare([]byte(password), []byte(given.Password)) == 1
	if found == nil || !right || !found.enabled {
		return nil, jumpgate.Unauthorized.New("unknown user or wrong password")
	}
	u := found.User
	u.Credential = jumpgate.Secret(found.ID)
	u.Projects = p.c.projectsOf(found.ID)
	return &u, nil
}

// projectsOf lists the projects in which a user has a role. The lock is held.
func (c *Cloud) projectsOf(userID string) []identity.Project {
	list := []identity.Project{}
	for _, p := range c.projects {
		if roles := p.roles[userID]; len(roles) > 0 {
			one := p.Project
			one.Roles = expand(roles)
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b identity.Project) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// expand adds the roles that roles imply, as Keystone's bootstrap has it.
func expand(roles []string) []string {
	order := []string{"admin", "manager", "member", "reader"}
	all := slices.Clone(roles)
	for i, role := range order {
		if slices.Contains(roles, role) {
			all = append(all, order[i+1:]...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Projects implements identity.ProjectLister.
func (p people) Projects(ctx context.Context) ([]identity.Project, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return p.c.projectsOf(caller(ctx).UserID), nil
}

// User implements identity.UserGetter.
func (p people) User(ctx context.Context) (*identity.User, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := p.c.users[caller(ctx).UserID]
	if u == nil {
		return nil, jumpgate.NotFound
	}
	shown := u.User
	return &shown, nil
}

// Users implements identity.UserLister.
func (p people) Users(ctx context.Context) ([]identity.User, error) {
	if !caller(ctx).HasRole("admin") {
		return nil, jumpgate.Forbidden
	}
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	var list []identity.User
	for _, u := range p.c.users {
		list = append(list, u.User)
	}
	slices.SortFunc(list, func(a, b identity.User) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// ChangePassword implements identity.PasswordChanger.
func (p people) ChangePassword(ctx context.Context, _, password jumpgate.Secret) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := p.c.users[caller(ctx).UserID]
	if u == nil {
		return jumpgate.NotFound
	}
	u.password = password
	return nil
}
