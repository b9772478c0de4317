package identity

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// session is what signing in has found out so far.
type session struct {
	principal      jumpgate.Principal // its project is that of the token shown
	defaultProject string
	projects       []Project // nil: not known yet
	methods        method
	expires        int64 // of the token shown; 0: none was
	parent         AuditID
	grant          *grant // what the principal is limited to; nil: nothing
}

// place is what a token is for: a project, a domain or the system, and the
// roles there. Nil is a token without a scope.
type place struct {
	project, domain *Project
	system          bool
	roles           []string
}

// signIn makes the token that a asks for.
func (s *service) signIn(r *jumpgate.Request, a *auth) (*token, error) {
	ctx := r.Context()
	if !s.scopeIsHere(a.scope) {
		return nil, jumpgate.Unauthorized // recordings 022, 012
	}
	var ses session
	for _, name := range a.methods {
		if err := s.prove(r, &ses, a, name); err != nil {
			return nil, err
		}
	}
	if ses.principal.UserID == "" {
		return nil, jumpgate.Unauthorized
	}
	if a.scope.kind == trustScope {
		return s.signInByTrust(ctx, &ses, a.scope.trustID)
	}
	at, err := s.place(ctx, &ses, a.scope)
	if err != nil {
		return nil, err
	}
	return s.issue(&ses, at), nil
}

// scopeIsHere tells whether the cloud can have a scope. Where the driver is no
// directory there are projects alone, in one domain.
func (s *service) scopeIsHere(sc scope) bool {
	switch sc.kind {
	case domainScope, systemScope, trustScope:
		return s.directory()
	case projectScope:
		return s.directory() || sc.projectName == "" || ourDomain(schema.Object{{Name: "id", Value: sc.domainID}, {Name: "name", Value: sc.domainName}})
	}
	return true
}

// prove checks one method's proof and adds what it says to ses.
func (s *service) prove(r *jumpgate.Request, ses *session, a *auth, name string) error {
	switch methods[name] {
	case password:
		c, err := parseUser(a.data.Object(name))
		if err != nil {
			return err
		}
		return s.provePassword(r, ses, c)
	case byToken:
		return s.proveToken(r, ses, a.data.Object(name).String("id"), a.scope)
	}
	return s.proveCredential(r, ses, a.data.Object(name))
}

// credentialsDomain puts the id of the user's domain into c. It is false for a domain
// that there is not, or that is disabled.
func (s *service) credentialsDomain(ctx context.Context, c *Credentials) (bool, error) {
	if c.UserName == "" {
		return true, nil
	}
	if c.DomainID == "" && c.DomainName == "" { // v2.0
		c.DomainID = domainID
	}
	if s.projects == nil {
		return ourDomain(schema.Object{{Name: "id", Value: c.DomainID}, {Name: "name", Value: c.DomainName}}), nil
	}
	d, err := s.findDomain(ctx, c.DomainID, c.DomainName)
	if err != nil || d == nil || !d.Enabled {
		return false, err
	}
	c.DomainID = d.ID
	return true, nil
}

func (s *service) provePassword(r *jumpgate.Request, ses *session, c Credentials) error {
	known, err := s.credentialsDomain(r.Context(), &c)
	if err != nil {
		return err
	}
	if !known {
		return jumpgate.Unauthorized // whatever the driver would say
	}
	user, err := s.checkPassword(r, c)
	if err != nil {
		return err
	}
	if user.Disabled {
		return jumpgate.Unauthorized
	}
	return ses.join(session{
		principal: jumpgate.Principal{
			UserID:       user.ID,
			UserName:     user.Name,
			UserDomainID: domainOf(user.DomainID),
			Credential:   user.Credential,
		},
		defaultProject: user.DefaultProjectID,
		projects:       user.Projects,
		methods:        password,
	})
}

// proveToken takes the token of that id for a proof, unless it may not make one
// for sc.
func (s *service) proveToken(r *jumpgate.Request, ses *session, id string, sc scope) error {
	t, err := s.validate(r.Context(), id, 0)
	if err != nil {
		return err
	}
	if err := t.mayMake(sc); err != nil {
		return err
	}
	if t.grant != nil && t.grant.rules { // Keystone: this method does not know access rules
		return errInvalidToken
	}
	first := t.parent
	if first == (AuditID{}) {
		first = t.audit
	}
	return ses.join(session{
		principal:      t.principal,
		defaultProject: t.defaultProject,
		methods:        byToken | t.methods,
		expires:        t.expires,
		parent:         first,
		grant:          t.grant,
	})
}

// mayMake refuses tokens that make others: with one for a trust or of an
// application credential somebody would get more than was delegated (Keystone's
// token_authenticate).
func (t *token) mayMake(sc scope) error {
	refuse := func(action string) error {
		return jumpgate.Forbidden.New("You are not authorized to perform the requested action: %s.", action)
	}
	switch {
	case t.trust != "":
		return refuse("Using trust-scoped token to create another token. Create a new trust-scoped token instead")
	case t.principal.SystemScope != "" && (sc.kind == projectScope || sc.kind == domainScope):
		return refuse("Using a system-scoped token to create a project-scoped or domain-scoped token is not allowed.")
	case t.grant != nil && sc.kind != noScope:
		return refuse("Using an application credential token to create a scoped token is not allowed.")
	}
	return nil
}

// join adds another proof, which must be of the same user.
func (ses *session) join(next session) error {
	if ses.principal.UserID == "" {
		*ses = next
		return nil
	}
	if ses.principal.UserID != next.principal.UserID {
		return jumpgate.Unauthorized // AuthContext: conflicting values
	}
	ses.methods |= next.methods
	if next.grant != nil && ses.grant == nil { // the narrower of the two counts
		ses.grant = next.grant
		ses.principal = next.principal
	}
	if next.projects != nil {
		ses.projects = next.projects
	}
	if next.expires != 0 && (ses.expires == 0 || next.expires < ses.expires) {
		ses.expires = next.expires
	}
	if next.parent != (AuditID{}) {
		ses.parent = next.parent
	}
	return nil
}

// refused hides from clients why a driver refused somebody. Whether the user
// or the password was wrong is nobody's business.
func refused(err error) error {
	if errors.Is(err, jumpgate.Unauthorized) {
		return jumpgate.Unauthorized.Wrap(err, "")
	}
	return err
}

// place finds what sc asks for, or nil for a token without a scope.
func (s *service) place(ctx context.Context, ses *session, sc scope) (*place, error) {
	if ses.grant != nil {
		// An application credential is for one project, and so is every token
		// that comes from it (CVE-2026-33551, CVE-2026-43001).
		if own := ses.principal.ProjectID; sc.kind == noScope || sc.kind == projectScope && sc.projectID == own {
			sc = scope{kind: projectScope, projectID: own}
		} else {
			return nil, jumpgate.Unauthorized
		}
	}
	switch {
	case sc.kind == unscoped, sc.kind == noScope && ses.defaultProject == "":
		return nil, nil
	case sc.kind == domainScope:
		return s.domainPlace(ctx, ses, sc)
	case sc.kind == systemScope:
		roles, err := s.rolesIn(ctx, ses.principal.UserID, Scope{System: true})
		if err == nil && len(roles) == 0 {
			err = jumpgate.Unauthorized
		}
		return &place{system: true, roles: roles}, err
	}
	found, err := s.projectFor(ctx, ses, sc)
	if err != nil {
		return nil, err
	}
	usable := found != nil && found.Enabled && len(canonicalRoles(found.Roles)) > 0
	if usable && s.directory() {
		if usable, err = s.enabled(ctx, found); err != nil {
			return nil, err
		}
	}
	if !usable {
		if sc.kind == noScope {
			return nil, nil
		}
		return nil, jumpgate.Unauthorized // recordings 016, 020
	}
	if ses.grant != nil {
		if found, err = ses.granted(found); err != nil {
			return nil, err
		}
	}
	return &place{project: found, roles: canonicalRoles(found.Roles)}, nil
}

// domainPlace finds a domain in which the user has a role (recording 011).
func (s *service) domainPlace(ctx context.Context, ses *session, sc scope) (*place, error) {
	d, err := s.findDomain(ctx, sc.domainID, sc.domainName)
	if err != nil {
		return nil, err
	}
	if d == nil || !d.Enabled {
		return nil, jumpgate.Unauthorized
	}
	roles, err := s.rolesIn(ctx, ses.principal.UserID, Scope{DomainID: d.ID})
	if err == nil && len(roles) == 0 {
		err = jumpgate.Unauthorized
	}
	return &place{domain: d, roles: roles}, err
}

// projectFor finds the project of sc among those of the user; nil: there is
// none.
func (s *service) projectFor(ctx context.Context, ses *session, sc scope) (*Project, error) {
	if id := cmp.Or(sc.projectID, ses.defaultProject); s.directory() && sc.projectName == "" {
		p, err := s.projects.FindProject(ctx, id)
		if errors.Is(err, jumpgate.NotFound) || err == nil && p.IsDomain {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		one := *p
		one.Roles, err = s.rolesIn(ctx, ses.principal.UserID, Scope{ProjectID: id})
		return &one, err
	}
	if ses.projects == nil {
		var err error
		if ses.projects, err = s.projectsOf(ctx, &ses.principal); err != nil {
			return nil, err
		}
	}
	domain := domainID
	if s.projects != nil && sc.projectName != "" {
		d, err := s.findDomain(ctx, cmp.Or(sc.domainID, domainID), sc.domainName)
		if err != nil || d == nil {
			return nil, err
		}
		domain = d.ID
	}
	var found *Project
	for i := range ses.projects {
		p := &ses.projects[i]
		switch {
		case sc.kind == noScope && p.ID == ses.defaultProject,
			sc.projectName != "" && p.Name == sc.projectName && domainOf(p.DomainID) == domain,
			sc.projectName == "" && sc.projectID != "" && p.ID == sc.projectID:
			found = p
		case found == nil && sc.projectName != "" && strings.EqualFold(p.Name, sc.projectName) && domainOf(p.DomainID) == domain:
			found = p
		}
	}
	return found, nil
}

// projectsOf are the projects of p.
func (s *service) projectsOf(ctx context.Context, p *jumpgate.Principal) ([]Project, error) {
	if s.directory() {
		return s.heldProjects(ctx, p.UserID, false)
	}
	projects, err := s.driver.Projects(jumpgate.WithPrincipal(ctx, p))
	return projects, refused(err)
}

// issue makes a token for a place, or for none. One that comes from another
// token ends with it: otherwise nobody would ever have to prove who they are
// again.
func (s *service) issue(ses *session, at *place) *token {
	now := s.now().Unix()
	t := &token{
		principal:      ses.principal,
		defaultProject: ses.defaultProject,
		methods:        ses.methods,
		issued:         now,
		expires:        ses.expires,
		parent:         ses.parent,
		grant:          ses.grant,
	}
	_, _ = rand.Read(t.audit[:]) // never fails
	if t.expires == 0 {
		t.expires = now + int64(s.expiry/time.Second)
	}
	p := &t.principal
	p.ProjectID, p.ProjectName, p.ProjectDomainID, p.DomainID, p.SystemScope, p.Roles = "", "", "", "", "", nil
	if at == nil {
		return t
	}
	p.Roles = at.roles
	switch {
	case at.project != nil:
		p.ProjectID, p.ProjectName, p.ProjectDomainID = at.project.ID, at.project.Name, domainOf(at.project.DomainID)
	case at.domain != nil:
		p.DomainID = at.domain.ID
	case at.system:
		p.SystemScope = "all"
	}
	return t
}

// mint seals t. A credential of the driver that makes it too long to be read
// again is a mistake of the driver's.
func (s *service) mint(t *token) (string, error) {
	id := t.seal(s.keys)
	if len(id) > maxTokenLength {
		return "", fmt.Errorf("identity: a token of %d characters; the driver's credential is too long", len(id))
	}
	return id, nil
}
