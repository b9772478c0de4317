package identity

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// grant is the application credential that a token was made with.
type grant struct {
	id           AuditID // the same 16 bytes name it in Revocations
	name         string
	unrestricted bool
	rules        bool // it has access rules
}

func (g *grant) hex() string { return hex.EncodeToString(g.id[:]) }

// proveCredential checks an application credential
// (keystone.auth.core, _lookup_app_cred; recordings 090, 091).
func (s *service) proveCredential(r *jumpgate.Request, ses *session, data schema.Object) error {
	c, err := s.findCredential(r, data)
	if err != nil {
		return err
	}
	from := address(r)
	one := s.throttle.try("application credential\x00"+c.ID, from)
	if wait := s.throttle.begin(one); wait > 0 {
		return tooManyFailures(wait)
	}
	credential, ok := c.unlock(data.String("secret"))
	if !ok || !c.ExpiresAt.IsZero() && !s.now().Before(c.ExpiresAt) {
		return jumpgate.Unauthorized
	}
	s.throttle.done(one, true)
	g := &grant{name: c.Name, unrestricted: c.Unrestricted != nil && *c.Unrestricted, rules: len(c.AccessRules) > 0}
	if n, err := hex.Decode(g.id[:], []byte(c.ID)); err != nil || n != len(g.id) {
		return errors.New("identity: the id of an application credential is not 32 hexadecimal digits")
	}
	next := session{
		principal: jumpgate.Principal{
			UserID: c.UserID, UserName: c.UserName, UserDomainID: domainID,
			ProjectID: c.ProjectID, ProjectName: c.ProjectName, Roles: c.Roles,
			Credential: credential,
		},
		defaultProject: c.DefaultProjectID,
		methods:        applicationCredential,
		grant:          g,
	}
	if err := s.ownerNow(r.Context(), &next.principal); err != nil {
		return err
	}
	if !c.ExpiresAt.IsZero() { // CVE-2022-2447
		if at := s.now().Add(s.expiry); c.ExpiresAt.Before(at) {
			next.expires = c.ExpiresAt.Unix()
		}
	}
	return ses.join(next)
}

// findCredential finds the credential that data names: by id, or by name and
// user.
func (s *service) findCredential(r *jumpgate.Request, data schema.Object) (*ApplicationCredential, error) {
	if id := data.String("id"); id != "" {
		return s.credential(r, id)
	}
	name := data.String("name")
	if name == "" {
		return nil, expecting("name or ID", "application credential")
	}
	user := data.Object("user")
	if user == nil {
		return nil, expecting("user", "application credential")
	}
	userID, userName := user.String("id"), ""
	if userID == "" {
		if !user.Has("domain") {
			return nil, expecting("domain", "user")
		}
		userName = user.String("name")
		if userName == "" || !s.directory() && !ourDomain(user.Object("domain")) {
			return nil, jumpgate.Unauthorized
		}
		if s.directory() {
			id, err := s.userCalled(r.Context(), userName, user.Object("domain"))
			if err != nil || id == "" {
				return nil, cmp.Or[error](err, jumpgate.Unauthorized)
			}
			userID, userName = id, ""
		}
	}
	if s.credentials == nil {
		return nil, jumpgate.Unauthorized
	}
	list, err := s.credentials.List(r.Context(), userID, userName)
	if err != nil {
		return nil, stored(err)
	}
	for i := range list {
		if list[i].Name == name {
			return &list[i], nil
		}
	}
	return nil, jumpgate.Unauthorized
}

// userCalled is the id of the user of a domain who has a name; "": there is
// none.
func (s *service) userCalled(ctx context.Context, name string, domain schema.Object) (string, error) {
	d, err := s.findDomain(ctx, domain.String("id"), domain.String("name"))
	if err != nil || d == nil {
		return "", err
	}
	for u, err := range s.users.ListUsers(ctx, UserQuery{Name: name, DomainID: d.ID}) {
		if err != nil {
			return "", err
		}
		if domainOf(u.DomainID) == d.ID && sameName(u.Name, name) {
			return u.ID, nil
		}
	}
	return "", nil
}

// credential returns one by its id.
func (s *service) credential(r *jumpgate.Request, id string) (*ApplicationCredential, error) {
	missing := jumpgate.NotFound.New("Could not find Application Credential: %s.", id)
	if s.credentials == nil {
		return nil, missing
	}
	c, err := s.credentials.Get(r.Context(), id)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, missing
	}
	return c, stored(err)
}

// stored is an error of the store for clients. What it has no kind for is
// trouble of its own.
func stored(err error) error {
	if err == nil {
		return nil
	}
	switch jumpgate.AsError(err).Kind {
	case jumpgate.Internal, jumpgate.Timeout:
		return jumpgate.Unavailable.Wrap(err, "")
	}
	return err
}

// granted narrows what the user has in a project to what a credential grants.
func (ses *session) granted(project *Project) (*Project, error) {
	p := *project
	p.Roles = slices.DeleteFunc(canonicalRoles(p.Roles), func(role string) bool { return !ses.principal.HasRole(role) })
	if len(p.Roles) == 0 {
		return nil, jumpgate.Unauthorized
	}
	return &p, nil
}
