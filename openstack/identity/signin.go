package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
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

// signIn makes the token that a asks for.
func (s *service) signIn(r *jumpgate.Request, a *auth) (*token, error) {
	ctx := r.Context()
	if a.scope.kind == noSuchProject {
		return nil, jumpgate.Unauthorized
	}
	var ses session
	for _, name := range a.methods {
		if err := s.prove(r, &ses, a, name); err != nil {
			return nil, err
		}
	}
	if ses.principal.UserID == "" || a.scope.kind == foreignScope {
		return nil, jumpgate.Unauthorized // recordings 022, 012
	}
	project, err := s.project(ctx, &ses, a.scope)
	if err != nil {
		return nil, err
	}
	return s.issue(&ses, project), nil
}

// prove checks one method's proof and adds what it says to ses.
func (s *service) prove(r *jumpgate.Request, ses *session, a *auth, name string) error {
	switch methods[name] {
	case password:
		c, known, err := parseUser(a.data.Object(name))
		if err != nil {
			return err
		}
		if !known || a.scope.kind == foreignScope {
			return jumpgate.Unauthorized // whatever the driver would say
		}
		return s.provePassword(r, ses, c)
	case byToken:
		return s.proveToken(r, ses, a.data.Object(name).String("id"))
	}
	return s.proveCredential(r, ses, a.data.Object(name))
}

func (s *service) provePassword(r *jumpgate.Request, ses *session, c Credentials) error {
	user, err := s.checkPassword(r, c)
	if err != nil {
		return err
	}
	return ses.join(session{
		principal: jumpgate.Principal{
			UserID:       user.ID,
			UserName:     user.Name,
			UserDomainID: domainID,
			Credential:   user.Credential,
		},
		defaultProject: user.DefaultProjectID,
		projects:       user.Projects,
		methods:        password,
	})
}

func (s *service) proveToken(r *jumpgate.Request, ses *session, id string) error {
	t, err := s.validate(r.Context(), id, 0)
	if err != nil {
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

// project finds the project for sc, or nil for a token without one.
func (s *service) project(ctx context.Context, ses *session, sc scope) (*Project, error) {
	if ses.grant != nil {
		// An application credential is for one project, and so is every token
		// that comes from it (CVE-2026-33551, CVE-2026-43001).
		if own := ses.principal.ProjectID; sc.kind == noScope || sc.kind == projectScope && sc.projectID == own {
			sc = scope{kind: projectScope, projectID: own}
		} else {
			return nil, jumpgate.Unauthorized
		}
	}
	if sc.kind == unscoped || sc.kind == noScope && ses.defaultProject == "" {
		return nil, nil
	}
	if ses.projects == nil {
		var err error
		if ses.projects, err = s.projectsOf(ctx, &ses.principal); err != nil {
			return nil, err
		}
	}
	var found *Project
	for i := range ses.projects {
		p := &ses.projects[i]
		switch {
		case sc.kind == noScope && p.ID == ses.defaultProject,
			sc.projectName != "" && p.Name == sc.projectName,
			sc.projectName == "" && sc.projectID != "" && p.ID == sc.projectID:
			found = p
		case found == nil && sc.projectName != "" && strings.EqualFold(p.Name, sc.projectName):
			found = p
		}
	}
	if found == nil || !found.Enabled || len(canonicalRoles(found.Roles)) == 0 {
		if sc.kind == noScope {
			return nil, nil
		}
		return nil, jumpgate.Unauthorized // recordings 016, 020
	}
	if ses.grant != nil {
		return ses.granted(found)
	}
	return found, nil
}

// projectsOf asks the driver for the projects of p.
func (s *service) projectsOf(ctx context.Context, p *jumpgate.Principal) ([]Project, error) {
	projects, err := s.driver.Projects(jumpgate.WithPrincipal(ctx, p))
	return projects, refused(err)
}

// issue makes a token for a project, or for none. One that comes from another
// token ends with it: otherwise nobody would ever have to prove who they are
// again.
func (s *service) issue(ses *session, project *Project) *token {
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
	p.ProjectID, p.ProjectName, p.Roles = "", "", nil
	if project != nil {
		p.ProjectID, p.ProjectName, p.Roles = project.ID, project.Name, canonicalRoles(project.Roles)
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
