package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// createToken is POST /v3/auth/tokens.
func (s *service) createToken(r *jumpgate.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	a, err := parseAuth(body)
	if err != nil {
		return s.pluginFault(r, err)
	}
	t, err := s.signIn(r, a)
	if err != nil {
		return s.pluginFault(r, err)
	}
	return s.tokenAnswer(r, t, t.seal(s.keys), http.StatusCreated)
}

// tokenAnswer shows t, the same way when it is made and when it is looked at.
func (s *service) tokenAnswer(r *jumpgate.Request, t *token, id string, status int) (any, error) {
	_, noCatalog := r.URL.Query()["nocatalog"]
	body, err := s.present(r, t, !noCatalog)
	if err != nil {
		return nil, err
	}
	return &jumpgate.Response{
		Status: status,
		Header: http.Header{"X-Subject-Token": {id}},
		Body:   jumpgate.Object{{Name: "token", Value: body}},
	}, nil
}

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

// present is the body of a token (keystone.common.render_token).
func (s *service) present(r *jumpgate.Request, t *token, catalog bool) (jumpgate.Object, error) {
	p := &t.principal
	audits := []string{t.audit.String()}
	if t.parent != (AuditID{}) {
		audits = append(audits, t.parent.String())
	}
	body := jumpgate.Object{
		{Name: "methods", Value: t.methods.names()},
		{Name: "user", Value: jumpgate.Object{
			{Name: "domain", Value: domainRef},
			{Name: "id", Value: p.UserID},
			{Name: "name", Value: p.UserName},
			{Name: "password_expires_at", Value: nil},
		}},
		{Name: "audit_ids", Value: audits},
		{Name: "expires_at", Value: date(t.expires)},
		{Name: "issued_at", Value: date(t.issued)},
	}
	if !t.scoped() {
		return body, nil
	}
	roles := make([]jumpgate.Object, len(p.Roles))
	for i, name := range p.Roles {
		roles[i] = jumpgate.Object{{Name: "id", Value: roleID(name)}, {Name: "name", Value: name}}
	}
	body = append(body,
		jumpgate.Member{Name: "project", Value: jumpgate.Object{
			{Name: "domain", Value: domainRef},
			{Name: "id", Value: p.ProjectID},
			{Name: "name", Value: p.ProjectName},
		}},
		jumpgate.Member{Name: "is_domain", Value: false},
		jumpgate.Member{Name: "roles", Value: roles},
	)
	if catalog {
		entries, err := s.disp.Gateway().CatalogFor(r, p.UserID, p.ProjectID)
		if err != nil {
			return nil, err
		}
		body = append(body, jumpgate.Member{Name: "catalog", Value: jumpgate.CatalogV3(entries)})
	}
	if g := t.grant; g != nil {
		made := jumpgate.Object{
			{Name: "id", Value: g.hex()},
			{Name: "name", Value: g.name},
			{Name: "restricted", Value: !g.unrestricted},
		}
		if g.rules {
			rules, err := s.rulesOf(r, t)
			if err != nil {
				return nil, err
			}
			made = append(made, presentRules(rules))
		}
		body = append(body, jumpgate.Member{Name: "application_credential", Value: made})
	}
	return body, nil
}

func date(unix int64) string { return jumpgate.Date(time.Unix(unix, 0), jumpgate.DateMicrosZ) }

// showToken is GET and HEAD /v3/auth/tokens.
func (s *service) showToken(r *jumpgate.Request) (any, error) {
	action := "validate_token"
	if r.Method == http.MethodHead {
		action = "check_token"
	}
	t, err := s.subject(r, action, true)
	if err != nil {
		return nil, err
	}
	return s.tokenAnswer(r, t, r.Header.Get("X-Subject-Token"), http.StatusOK)
}

// revokeToken is DELETE /v3/auth/tokens.
func (s *service) revokeToken(r *jumpgate.Request) (any, error) {
	t, err := s.subject(r, "revoke_token", false)
	if err != nil {
		return nil, err
	}
	return nil, s.revoke(r.Context(), t)
}

// revoke ends t, for as long as anybody would look at it. Tokens made from it
// live on, as they do in Keystone.
func (s *service) revoke(ctx context.Context, t *token) error {
	until := time.Unix(t.expires, 0).Add(max(s.window, 0))
	if err := s.revocations.Revoke(ctx, t.audit, until); err != nil {
		return jumpgate.Unavailable.Wrap(err, "")
	}
	return nil
}

// subject is the token in X-Subject-Token, if the one in X-Auth-Token may do
// action with it: its owner and the operator may. Keystone looks at the token
// first and at the right second (recordings 036 to 038).
func (s *service) subject(r *jumpgate.Request, action string, mayAllowExpired bool) (*token, error) {
	ids := r.Header["X-Subject-Token"]
	if len(ids) == 0 {
		return nil, forbidden(action)
	}
	window := time.Duration(0)
	if mayAllowExpired && truth(r.URL.Query().Get("allow_expired")) {
		window = max(s.window, 0)
	}
	if ids[0] == "" {
		return nil, jumpgate.NotFound.New("No token in the request")
	}
	t, err := s.validate(r.Context(), ids[0], window)
	if err != nil {
		return nil, err
	}
	if t.grant != nil && t.grant.rules && mayAllowExpired && r.Header.Get("OpenStack-Identity-Access-Rules") == "" {
		return nil, errInvalidToken // for one who would not keep the rules
	}
	if by := r.Env.Principal; t.principal.UserID != by.UserID && !operator(by) {
		return nil, forbidden(action)
	}
	return t, nil
}

// truth is oslo's strutils.bool_from_string.
func truth(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "t", "true", "on", "y", "yes":
		return true
	}
	return false
}

// pluginError is a fault of an authentication method, Keystone's
// AuthPluginException: a 401 that says more (recording 021).
type pluginError struct {
	message string
	detail  jumpgate.Object
}

func (e *pluginError) Error() string { return e.message }

var (
	errUnsupportedMethod = &pluginError{
		"Attempted to authenticate with an unsupported method.",
		jumpgate.Object{{Name: "methods", Value: []string{"password", "token", "application_credential"}}},
	}
	errCredentialScope = &pluginError{
		"Error authenticating with application credential: Application credentials cannot request a scope.",
		jumpgate.Object{},
	}
)

// pluginFault answers a pluginError, and returns every other error as it is.
func (s *service) pluginFault(r *jumpgate.Request, err error) (any, error) {
	e, ok := err.(*pluginError)
	if !ok {
		return nil, err
	}
	uri, err := s.disp.EndpointURL(r, "v3_auth_index")
	if err != nil {
		return nil, err
	}
	const status = http.StatusUnauthorized
	return &jumpgate.Response{
		Status: status,
		Header: http.Header{"Www-Authenticate": {`Keystone uri="` + uri + `"`}},
		Body: jumpgate.Object{{Name: "error", Value: jumpgate.Object{
			{Name: "code", Value: status},
			{Name: "identity", Value: e.detail},
			{Name: "message", Value: e.message},
			{Name: "title", Value: http.StatusText(status)},
		}}},
	}, nil
}
