package memory

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// directory is what Keystone would keep. Who comes first is listed first.
type directory struct {
	users       []*identity.User
	passwords   map[string]jumpgate.Secret // by the user's id
	groups      []*identity.Group
	members     map[string][]string // ids of users, by the group's id
	projects    []*identity.Project // and domains
	roles       []*identity.Role
	inferences  []identity.Inference
	assignments []identity.Assignment
}

// people is the driver of the identity service.
type people struct{ c *Cloud }

var (
	_ identity.Driver           = people{}
	_ identity.UserKeeper       = people{}
	_ identity.GroupKeeper      = people{}
	_ identity.ProjectKeeper    = people{}
	_ identity.RoleKeeper       = people{}
	_ identity.AssignmentKeeper = people{}
)

// newDirectory has what Keystone is born with: the default domain, and the
// roles of which each implies the next.
func newDirectory() directory {
	d := directory{passwords: map[string]jumpgate.Secret{}, members: map[string][]string{}, projects: []*identity.Project{{
		ID: "default", Name: "Default", Description: "The default domain", DomainID: "default", IsDomain: true, Enabled: true,
	}}}
	for _, name := range []string{"admin", "manager", "member", "reader", "service"} {
		role := &identity.Role{ID: identity.RoleID(name), Name: name}
		if name != "service" {
			role.Options = map[string]any{"immutable": true}
		}
		d.roles = append(d.roles, role)
	}
	for i := range d.roles[:3] {
		d.inferences = append(d.inferences, identity.Inference{PriorID: d.roles[i].ID, ImpliedID: d.roles[i+1].ID})
	}
	return d
}

// addUser makes a user of the options. The cloud is not in use yet.
func (c *Cloud) addUser(u User) error {
	if u.Name == "" {
		return errors.New("memory: a user has no name")
	}
	id, name := cmp.Or(u.ID, stableID("user", u.Name)), cmp.Or(u.Project, u.Name)
	if c.dir.userNamed(u.Name) != nil || c.dir.user(id) != nil {
		return errors.New("memory: there are two users called " + u.Name + ", or two with the id " + id)
	}
	p := c.dir.projectNamed(name)
	if p == nil {
		p = &identity.Project{ID: cmp.Or(u.ProjectID, stableID("project", name)), Name: name, DomainID: "default", Enabled: true}
		c.dir.projects = append(c.dir.projects, p)
	}
	roles := u.Roles
	if roles == nil {
		roles = []string{"member"}
	}
	for _, role := range roles {
		c.dir.grantByName(id, p.ID, role)
	}
	c.dir.users = append(c.dir.users, &identity.User{
		ID: id, Name: u.Name, DomainID: "default", DefaultProjectID: p.ID, Credential: jumpgate.Secret(id),
	})
	c.dir.passwords[id] = cmp.Or(u.Password, "secret")
	return nil
}

// grantByName gives a user of the options a role in its project, and makes the
// role if need be. Who is admin there is so of the domain and the system, as
// the admin that Keystone is born with.
func (d *directory) grantByName(userID, projectID, name string) {
	role := identity.RoleID(name)
	if d.role(role) == nil {
		d.roles = append(d.roles, &identity.Role{ID: role, Name: name})
	}
	scopes := []identity.Scope{{ProjectID: projectID}}
	if name == "admin" {
		scopes = append(scopes, identity.Scope{DomainID: "default"}, identity.Scope{System: true})
	}
	for _, sc := range scopes {
		d.assignments = append(d.assignments, identity.Assignment{RoleID: role, UserID: userID, Scope: sc})
	}
}

func find[T any](list []T, match func(T) bool) (none T) {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i]
	}
	return none
}

// userNamed and projectNamed find what is in the default domain.
func (d *directory) userNamed(name string) *identity.User {
	return find(d.users, func(u *identity.User) bool { return u.Name == name && u.DomainID == "default" })
}

func (d *directory) projectNamed(name string) *identity.Project {
	return find(d.projects, func(p *identity.Project) bool { return p.Name == name && !p.IsDomain && p.DomainID == "default" })
}

func (d *directory) user(id string) *identity.User {
	return find(d.users, func(u *identity.User) bool { return u.ID == id })
}

func (d *directory) group(id string) *identity.Group {
	return find(d.groups, func(g *identity.Group) bool { return g.ID == id })
}

func (d *directory) project(id string) *identity.Project {
	return find(d.projects, func(p *identity.Project) bool { return p.ID == id })
}

// projectIDs are the ids of all projects, in order.
func (d *directory) projectIDs() []string {
	var ids []string
	for _, p := range d.projects {
		if !p.IsDomain {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (d *directory) role(id string) *identity.Role {
	return find(d.roles, func(r *identity.Role) bool { return r.ID == id })
}

// Authenticate implements identity.Authenticator.
func (p people) Authenticate(_ context.Context, given identity.Credentials) (*identity.User, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := find(p.c.dir.users, func(u *identity.User) bool {
		return u.ID == given.UserID || given.UserID == "" && u.Name == given.UserName && u.DomainID == cmp.Or(given.DomainID, "default")
	})
	var password jumpgate.Secret
	if u != nil {
		password = p.c.dir.passwords[u.ID]
	}
	right := subtle.ConstantTimeCompare([]byte(password), []byte(given.Password)) == 1
	if u == nil || !right || password == "" || u.Disabled {
		return nil, jumpgate.Unauthorized.New("unknown user or wrong password")
	}
	return cloned(u), nil
}

// Projects implements identity.ProjectLister, for which a directory has no use.
func (p people) Projects(context.Context) ([]identity.Project, error) { return nil, nil }

func cloned[T any](item *T) *T {
	one := *item
	return &one
}

// each yields copies of a list's items that match, made under the lock.
func each[T any](p people, list func(*directory) []*T, clone func(*T) *T, match func(*T) bool) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		var all []*T
		p.c.mu.Lock()
		for _, item := range list(&p.c.dir) {
			if match(item) {
				all = append(all, clone(item))
			}
		}
		p.c.mu.Unlock()
		yieldAll(all, yield)
	}
}

// copyOf returns a copy of what has an id.
func copyOf[T any](p people, id string, of func(*directory, string) *T, clone func(*T) *T) (*T, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	item := of(&p.c.dir, id)
	if item == nil {
		return nil, jumpgate.NotFound
	}
	return clone(item), nil
}

// update changes what has an id, unless change fails or makes it one that is
// taken, and returns a copy.
func update[T any](p people, id string, of func(*directory, string) *T, clone func(*T) *T, taken func(*directory, *T) bool, change func(*T) error) (*T, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	item := of(&p.c.dir, id)
	if item == nil {
		return nil, jumpgate.NotFound
	}
	next := clone(item)
	if err := change(next); err != nil {
		return nil, err
	}
	if taken(&p.c.dir, next) {
		return nil, jumpgate.Conflict
	}
	*item = *next
	return clone(next), nil
}

// fits tells whether a name and a domain are those asked for, if any are.
func fits(name, domain, askedName, askedDomain string) bool {
	return (askedName == "" || name == askedName) && (askedDomain == "" || domain == askedDomain)
}

// ListUsers implements identity.UserLister.
func (p people) ListUsers(_ context.Context, q identity.UserQuery) iter.Seq2[*identity.User, error] {
	return each(p, func(d *directory) []*identity.User { return d.users }, cloned, func(u *identity.User) bool {
		return fits("", u.DomainID, "", q.DomainID) && (q.GroupID == "" || slices.Contains(p.c.dir.members[q.GroupID], u.ID))
	})
}

// FindUser implements identity.UserKeeper.
func (p people) FindUser(_ context.Context, id string) (*identity.User, error) {
	return copyOf(p, id, (*directory).user, cloned)
}

// taken tells whether another user of the domain has the name.
func (d *directory) taken(u *identity.User) bool {
	return slices.ContainsFunc(d.users, func(o *identity.User) bool { return o.ID != u.ID && o.DomainID == u.DomainID && o.Name == u.Name })
}

// CreateUser implements identity.UserKeeper.
func (p people) CreateUser(_ context.Context, u *identity.User, password jumpgate.Secret) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.taken(u) {
		return jumpgate.Conflict
	}
	made := cloned(u)
	made.Credential = jumpgate.Secret(u.ID)
	p.c.dir.users = append(p.c.dir.users, made)
	p.c.dir.passwords[u.ID] = password
	return nil
}

// UpdateUser implements identity.UserKeeper. The tokens of a user who is
// disabled stay invalid afterwards.
func (p people) UpdateUser(_ context.Context, id string, change func(*identity.User) error) (*identity.User, error) {
	return update(p, id, (*directory).user, cloned, (*directory).taken, func(u *identity.User) error {
		before := u.Disabled
		err := change(u)
		if u.Disabled && !before {
			endTokens(u)
		}
		return err
	})
}

func endTokens(u *identity.User) { u.Credential = jumpgate.Secret(jumpgate.NewUUID()) }

// SetPassword implements identity.UserKeeper.
func (p people) SetPassword(_ context.Context, id string, password jumpgate.Secret) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := p.c.dir.user(id)
	if u == nil {
		return jumpgate.NotFound
	}
	p.c.dir.passwords[id] = password
	endTokens(u)
	return nil
}

// DeleteUser implements identity.UserKeeper.
func (p people) DeleteUser(_ context.Context, id string) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.user(id) == nil {
		return jumpgate.NotFound
	}
	p.c.dir.forgetUser(id)
	return nil
}

func (d *directory) forgetUser(id string) {
	d.users = slices.DeleteFunc(d.users, func(u *identity.User) bool { return u.ID == id })
	delete(d.passwords, id)
	for group, members := range d.members {
		d.members[group] = slices.DeleteFunc(members, func(member string) bool { return member == id })
	}
	d.assignments = slices.DeleteFunc(d.assignments, func(a identity.Assignment) bool { return a.UserID == id })
}
