package identity

import (
	"context"
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
	id, err := s.mint(t)
	if err != nil {
		return nil, err
	}
	return s.tokenAnswer(r, t, id, http.StatusCreated)
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

// present is the body of a token (keystone.common.render_token).
func (s *service) present(r *jumpgate.Request, t *token, catalog bool) (jumpgate.Object, error) {
	p := &t.principal
	audits := []string{t.audit.String()}
	if t.parent != (AuditID{}) {
		audits = append(audits, t.parent.String())
	}
	domain, err := s.domainRef(r, p.UserDomainID)
	if err != nil {
		return nil, err
	}
	body := jumpgate.Object{
		{Name: "methods", Value: t.methods.names()},
		{Name: "user", Value: jumpgate.Object{
			{Name: "domain", Value: domain},
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
	named, err := s.namedRoles(r, p.Roles)
	if err != nil {
		return nil, err
	}
	roles := make([]jumpgate.Object, len(named))
	for i, role := range named {
		roles[i] = jumpgate.Object{{Name: "id", Value: role.ID}, {Name: "name", Value: role.Name}}
	}
	switch {
	case p.ProjectID != "":
		domain, err := s.domainRef(r, p.ProjectDomainID)
		if err != nil {
			return nil, err
		}
		body = append(body,
			jumpgate.Member{Name: "project", Value: jumpgate.Object{
				{Name: "domain", Value: domain},
				{Name: "id", Value: p.ProjectID},
				{Name: "name", Value: p.ProjectName},
			}},
			jumpgate.Member{Name: "is_domain", Value: false},
			jumpgate.Member{Name: "roles", Value: roles},
		)
	case p.DomainID != "": // recording 011
		domain, err := s.domainRef(r, p.DomainID)
		if err != nil {
			return nil, err
		}
		body = append(body, jumpgate.Member{Name: "domain", Value: domain}, jumpgate.Member{Name: "roles", Value: roles})
	default: // recording 013
		body = append(body, jumpgate.Member{Name: "roles", Value: roles},
			jumpgate.Member{Name: "system", Value: jumpgate.Object{{Name: "all", Value: true}}})
	}
	if t.trust != "" {
		trust, err := s.trustRef(r, t)
		if err != nil {
			return nil, err
		}
		body = append(body, trust)
	}
	if catalog {
		entries, err := s.catalogFor(r, p)
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

// domainRef names a domain.
func (s *service) domainRef(r *jumpgate.Request, id string) (jumpgate.Object, error) {
	if s.projects == nil {
		return domainRef, nil
	}
	d, err := s.projects.FindProject(r.Context(), domainOf(id))
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "id", Value: d.ID}, {Name: "name", Value: d.Name}}, nil
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
	return unrevoked(s.revocations.Revoke(ctx, t.audit, until))
}

// unrevoked is the answer where something could not be revoked: the list's own
// where it has too much of one account, else that it is away.
func unrevoked(err error) error {
	if err == nil || errors.Is(err, jumpgate.OverLimit) {
		return err
	}
	return jumpgate.Unavailable.Wrap(err, "")
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
	t, err := s.validate(r.Context(), ids[0], window)
	if err != nil {
		return nil, err
	}
	if t.grant != nil && t.grant.rules && mayAllowExpired && r.Header.Get("OpenStack-Identity-Access-Rules") == "" {
		return nil, errInvalidToken // for one who would not keep the rules
	}
	return t, s.allow(r, action, jumpgate.Target{"target.token.user_id": t.principal.UserID})
}

// truth reads a boolean parameter. What is none is false.
func truth(s string) bool {
	value, _ := jumpgate.ParseBool(strings.TrimSpace(s))
	return value
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
	var e *pluginError
	if !errors.As(err, &e) {
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
