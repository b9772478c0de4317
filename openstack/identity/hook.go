package identity

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// tokenKey is where the environment of a request to this service has its token.
type tokenKey struct{}

func tokenOf(r *jumpgate.Request) *token {
	t, _ := r.Env.Value(tokenKey{}).(*token)
	return t
}

// authenticated is the request hook that finds out who asks.
func (s *service) authenticated(r *jumpgate.Request) error {
	strip(r.Header)
	ours := r.Endpoint().Service == jumpgate.Identity
	if !r.NeedsToken() {
		return nil
	}
	t, err := s.bearer(r)
	if err == nil {
		err = s.permitted(r, t)
	}
	if err != nil {
		if ours { // Keystone finds fault with a body first
			if _, fault := readBody(r); fault != nil {
				return fault
			}
		}
		return err
	}
	r.Env.Principal = &t.principal
	r.Env.ProjectID = t.principal.ProjectID
	if !ours {
		return nil
	}
	r.Env.Set(tokenKey{}, t)
	_, err = readBody(r) // before anybody is refused
	return err
}

// bearer validates the token of a request.
func (s *service) bearer(r *jumpgate.Request) (*token, error) {
	ids := r.Header["X-Auth-Token"]
	if len(ids) != 1 {
		return nil, jumpgate.Unauthorized
	}
	t, err := s.validate(r.Context(), ids[0], 0)
	if errors.Is(err, jumpgate.NotFound) {
		return nil, jumpgate.Unauthorized
	}
	return t, err
}

// Keystone's words for a token that it did not make, and for one that it made
// but does not accept (recordings 037, 040, 043).
var (
	errNoToken      = jumpgate.NotFound.New("Could not recognize Fernet token")
	errInvalidToken = jumpgate.NotFound.New("Failed to validate token")
)

// validate reads a token and tells whether it is valid, or was within window.
func (s *service) validate(ctx context.Context, id string, window time.Duration) (*token, error) {
	if id == "" {
		return nil, jumpgate.NotFound.New("No token in the request")
	}
	t, ok := unseal(s.keys, id)
	if !ok {
		return nil, errNoToken
	}
	if valid, expired := t.checkTime(s.now(), window); !valid {
		if expired {
			return nil, errInvalidToken
		}
		return nil, errNoToken
	}
	revoked, err := s.revocations.Revoked(ctx, t.audit)
	if err == nil && !revoked && t.grant != nil {
		revoked, err = s.revocations.Revoked(ctx, t.grant.id)
	}
	if err != nil {
		return nil, jumpgate.Unavailable.Wrap(err, "")
	}
	if revoked {
		return nil, errInvalidToken
	}
	return t, s.refresh(ctx, t)
}

// strip takes away the header fields in which OpenStack's own middleware
// tells services who asks. Who sends them would be whom they name
// (OSSA-2026-001). The spellings that a server behind us may take for the
// same go as well.
func strip(h http.Header) {
	for name := range h {
		if isIdentityHeader(name) {
			delete(h, name)
		}
	}
}

var identityHeaders = [...]string{"X-Roles", "X-Role", "X-User", "X-Identity-Status", "X-Is-Admin-Project", "Openstack-System-Scope"}

var identityPrefixes = [...]string{"X-User-", "X-Project-", "X-Domain-", "X-Tenant", "X-Service-", "X-Auth-"}

func isIdentityHeader(name string) bool {
	if name == "" || name == "X-Auth-Token" || name[0]|0x20 != 'x' && name[0]|0x20 != 'o' {
		return false
	}
	if strings.IndexByte(name, '_') >= 0 {
		name = strings.ReplaceAll(name, "_", "-")
	}
	for _, h := range identityHeaders {
		if strings.EqualFold(name, h) {
			return true
		}
	}
	for _, p := range identityPrefixes {
		if len(name) >= len(p) && strings.EqualFold(name[:len(p)], p) {
			return true
		}
	}
	return false
}
