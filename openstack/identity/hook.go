package identity

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
)

// open lists the endpoints that need no token, with the methods for which
// that is so (HEAD and OPTIONS with GET): those that come before one can have
// a token, and those that ask for another proof. Everything else asks for a
// token. (api-paste.ini of the services; unenforced_api of Keystone.)
var open = map[jumpgate.Service]map[string]string{
	jumpgate.Identity: {
		"versions":           "GET",
		"v2_auth_index":      "GET",
		"v3_auth_index":      "GET",
		"v2_tokens":          "POST",
		"v3_auth_tokens":     "POST",
		"v2_extensions":      "GET",
		"v2_extension_alias": "GET",

		"v3_user_password":                                        "POST",
		"v3_os_simple_cert_ca":                                    "GET",
		"v3_os_simple_cert_certificates":                          "GET",
		"v3_os_oauth1_request_token":                              "POST",
		"v3_os_oauth1_access_token":                               "POST",
		"v3_os_oauth2_token":                                      every,
		"v3_auth_os_federation_saml2":                             "POST",
		"v3_auth_os_federation_saml2_ecp":                         "POST",
		"v3_os_federation_saml2_metadata":                         "GET",
		"v3_auth_os_federation_websso":                            "GET POST",
		"v3_auth_os_federation_identity_provider_protocol_websso": "GET POST",
		"v3_os_federation_identity_provider_protocol_auth":        "GET POST",
	},
	jumpgate.Compute:   {"index": every, "v2_index": every, "v21_index": every, "v3_index": every},
	jumpgate.Image:     {"versions_index": every, "versions": every},
	jumpgate.Volume:    {"versions": "GET"},
	jumpgate.Network:   {"versions": "GET"},
	jumpgate.Baremetal: {"versions_index": "GET", "v1_index": "GET"},
}

const every = "GET POST PUT PATCH DELETE"

// isOpen tells whether a request is answered without a token.
func isOpen(r *jumpgate.Request) bool {
	e, asked := r.Endpoint(), r.Method
	if asked == http.MethodHead || asked == http.MethodOptions {
		asked = http.MethodGet
	}
	for method := range strings.FieldsSeq(open[e.Service][e.Name]) {
		if method == asked {
			return true
		}
	}
	if e.Service != jumpgate.Identity {
		return false
	}
	// Keystone's framework answers unknown paths, wrong methods and OPTIONS
	// before the code that asks for a token (recordings 031, 101).
	if e.Name == "" || r.Method == http.MethodOptions {
		return true
	}
	known := slices.Contains(e.Methods, r.Method) ||
		r.Method == http.MethodHead && slices.Contains(e.Methods, http.MethodGet)
	if known {
		return false
	}
	m, _ := r.Dispatcher().Handler(e.Name).(jumpgate.Methods)
	return m[r.Method] == nil // served only if a driver went beyond OpenStack
}

// guard adds the hooks that Register speaks of.
func (s *service) guard() error {
	gw := s.disp.Gateway()
	gw.AddRequestHook(s.authenticated)
	for _, svc := range jumpgate.Services() {
		disp := gw.Dispatcher(svc)
		if disp == nil || svc == jumpgate.Identity {
			continue
		}
		var names []string
		for _, e := range jumpgate.Endpoints(svc) {
			names = append(names, e.Name)
		}
		if err := disp.AddRequestHook(inProject, names...); err != nil {
			return err
		}
	}
	return nil
}

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
	if ours {
		r.ResponseHeader().Set("Vary", "X-Auth-Token")
	}
	if isOpen(r) {
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
	r.Env.TenantID = t.principal.ProjectID
	if ours {
		r.Env.Set(tokenKey{}, t)
	}
	return nil
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
	return t, nil
}

// inProject is the request hook of all other services. A token without a
// project passes through the middleware of each of them and fails at the
// policies, whose default since Zed asks for a role in a project: 403. Only
// documents of versions have no policy; keystoneauth asks for those with any
// token.
func inProject(r *jumpgate.Request) error {
	p, e := r.Env.Principal, r.Endpoint()
	if p == nil || e.Version == "" || e.Path == "/"+e.Version {
		return nil
	}
	if project, ok := r.PathProject(); ok && project != p.ProjectID {
		if e.Service == jumpgate.Volume { // recorded: volume 008
			return jumpgate.BadRequest.New("Malformed request url")
		}
		own := p.ProjectID
		if own == "" {
			own = "None"
		}
		return jumpgate.BadRequest.New("Malformed request URL: URL's project_id '%s' doesn't match Context's project_id '%s'", project, own)
	}
	if p.ProjectID == "" {
		return jumpgate.Forbidden.New("This token has no project. Ask for one that is scoped to a project.")
	}
	return nil
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
