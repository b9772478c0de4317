package memory

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"iter"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
)

// directory is what Keystone would keep. Who comes first is listed first.
type directory struct {
	users       []*user
	groups      []*group
	projects    []*identity.Project // and domains
	roles       []*identity.Role
	inferences  []identity.Inference
	assignments []identity.Assignment
}

type user struct {
	identity.User
	password jumpgate.Secret
	era      int // of the credential: another one ends all tokens
}

type group struct {
	identity.Group
	members []string // ids of users
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
	d := directory{projects: []*identity.Project{{
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
	c.dir.users = append(c.dir.users, &user{
		User:     identity.User{ID: id, Name: u.Name, DomainID: "default", DefaultProjectID: p.ID},
		password: cmp.Or(u.Password, "secret"),
	})
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
func (d *directory) userNamed(name string) *user {
	return find(d.users, func(u *user) bool { return u.Name == name && u.DomainID == "default" })
}

func (d *directory) projectNamed(name string) *identity.Project {
	return find(d.projects, func(p *identity.Project) bool { return p.Name == name && !p.IsDomain && p.DomainID == "default" })
}

func (d *directory) user(id string) *user {
	return find(d.users, func(u *user) bool { return u.ID == id })
}

func (d *directory) group(id string) *group {
	return find(d.groups, func(g *group) bool { return g.ID == id })
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

// shown is a copy of the user with the credential of the tokens that count.
func (u *user) shown() *identity.User {
	one := u.User
	one.Credential = jumpgate.Secret(u.ID + "/" + strconv.Itoa(u.era))
	return &one
}

// Authenticate implements identity.Authenticator.
func (p people) Authenticate(_ context.Context, given identity.Credentials) (*identity.User, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := find(p.c.dir.users, func(u *user) bool {
		return u.ID == given.UserID || given.UserID == "" && u.Name == given.UserName && u.DomainID == cmp.Or(given.DomainID, "default")
	})
	var password jumpgate.Secret
	if u != nil {
		password = u.password
	}
	right := subtle.ConstantTimeCompare([]byte(password), []byte(given.Password)) == 1
	if u == nil || !right || password == "" || u.Disabled {
		return nil, jumpgate.Unauthorized.New("unknown user or wrong password")
	}
	return u.shown(), nil
}

// Projects implements identity.ProjectLister, for which a directory has no use.
func (p people) Projects(context.Context) ([]identity.Project, error) { return nil, nil }

// each yields copies of a list's items that match, made under the lock.
func each[T, S any](p people, list func(d *directory) []T, show func(T) *S, match func(T) bool) iter.Seq2[*S, error] {
	return func(yield func(*S, error) bool) {
		var shown []*S
		p.c.mu.Lock()
		for _, item := range list(&p.c.dir) {
			if match(item) {
				shown = append(shown, show(item))
			}
		}
		p.c.mu.Unlock()
		for _, item := range shown {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// fits tells whether a name and a domain are those asked for, if any are.
func fits(name, domain, askedName, askedDomain string) bool {
	return (askedName == "" || name == askedName) && (askedDomain == "" || domain == askedDomain)
}

// ListUsers implements identity.UserLister.
func (p people) ListUsers(_ context.Context, q identity.UserQuery) iter.Seq2[*identity.User, error] {
	var members []string
	if q.GroupID != "" {
		p.c.mu.Lock()
		if g := p.c.dir.group(q.GroupID); g != nil {
			members = slices.Clone(g.members)
		}
		p.c.mu.Unlock()
	}
	return each(p, func(d *directory) []*user { return d.users }, (*user).shown, func(u *user) bool {
		return fits("", u.DomainID, "", q.DomainID) && (q.GroupID == "" || slices.Contains(members, u.ID))
	})
}

// FindUser implements identity.UserKeeper.
func (p people) FindUser(_ context.Context, id string) (*identity.User, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := p.c.dir.user(id)
	if u == nil {
		return nil, jumpgate.NotFound
	}
	return u.shown(), nil
}

// taken tells whether another user of the domain has the name.
func (d *directory) taken(u *identity.User) bool {
	return slices.ContainsFunc(d.users, func(o *user) bool { return o.ID != u.ID && o.DomainID == u.DomainID && o.Name == u.Name })
}

// CreateUser implements identity.UserKeeper.
func (p people) CreateUser(_ context.Context, u *identity.User, password jumpgate.Secret) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	if p.c.dir.taken(u) {
		return jumpgate.Conflict
	}
	p.c.dir.users = append(p.c.dir.users, &user{User: *u, password: password})
	return nil
}

// UpdateUser implements identity.UserKeeper. The tokens of a user who is
// disabled stay invalid afterwards.
func (p people) UpdateUser(_ context.Context, id string, change func(*identity.User) error) (*identity.User, error) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := p.c.dir.user(id)
	if u == nil {
		return nil, jumpgate.NotFound
	}
	next := u.User
	if err := change(&next); err != nil {
		return nil, err
	}
	if p.c.dir.taken(&next) {
		return nil, jumpgate.Conflict
	}
	if next.Disabled && !u.Disabled {
		u.era++
	}
	u.User = next
	return u.shown(), nil
}

// SetPassword implements identity.UserKeeper.
func (p people) SetPassword(_ context.Context, id string, password jumpgate.Secret) error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	u := p.c.dir.user(id)
	if u == nil {
		return jumpgate.NotFound
	}
	u.password, u.era = password, u.era+1
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
	d.users = slices.DeleteFunc(d.users, func(u *user) bool { return u.ID == id })
	for _, g := range d.groups {
		g.members = slices.DeleteFunc(g.members, func(member string) bool { return member == id })
	}
	d.assignments = slices.DeleteFunc(d.assignments, func(a identity.Assignment) bool { return a.UserID == id })
}
