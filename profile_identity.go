package jumpgate

import (
	"net/http"
	"slices"
	"strings"
)

// identityProfile is Keystone's.
func identityProfile() *profile {
	return &profile{
		service: Identity,
		catalog: []catalogShape{{"identity", "keystone", "/v3"}},

		clean:       withoutEnd, // keystone.server.flask's URLNormalizingMiddleware
		headLikeGet: true,
		health:      []string{},

		open: map[string]string{
			"versions":           http.MethodGet,
			"healthcheck":        everyMethod,
			"v2_auth_index":      http.MethodGet,
			"v3_auth_index":      http.MethodGet,
			"v2_tokens":          http.MethodPost,
			"v3_auth_tokens":     http.MethodPost,
			"v2_extensions":      http.MethodGet,
			"v2_extension_alias": http.MethodGet,

			"v3_user_password":                                        http.MethodPost,
			"v3_os_simple_cert_ca":                                    http.MethodGet,
			"v3_os_simple_cert_certificates":                          http.MethodGet,
			"v3_os_oauth1_request_token":                              http.MethodPost,
			"v3_os_oauth1_access_token":                               http.MethodPost,
			"v3_os_oauth2_token":                                      everyMethod,
			"v3_auth_os_federation_saml2":                             http.MethodPost,
			"v3_auth_os_federation_saml2_ecp":                         http.MethodPost,
			"v3_os_federation_saml2_metadata":                         http.MethodGet,
			"v3_auth_os_federation_websso":                            "GET POST",
			"v3_auth_os_federation_identity_provider_protocol_websso": "GET POST",
			"v3_os_federation_identity_provider_protocol_auth":        "GET POST",
		},
		alsoOpen:     beforeKeystone,
		wrongProject: malformedURL,

		requestIDs: []string{"X-Openstack-Request-Id"},
		vary:       "X-Auth-Token",

		usual: map[Kind]string{Internal: "An unexpected error prevented the server from fulfilling your request."},
		fault: func(_ *Request, said *spoken) fault {
			return jsonFault(said.status, Object{{"error", Object{
				{"code", said.status}, {"message", said.message}, {"title", http.StatusText(said.status)},
			}}})
		},
		noRoute: func(*Request) fault { // Flask's page
			return fault{http.StatusNotFound, "text/html; charset=utf-8", []byte(`<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`)}
		},
		wrongMethod: func(_ *Request, allow []string, h http.Header) fault {
			h.Set("Allow", flaskAllow(allow))
			return jsonFault(http.StatusMethodNotAllowed, Object{{"message", "The method is not allowed for the requested URL."}})
		},
	}
}

// beforeKeystone tells whether Keystone's framework answers, before the code
// that asks for a token: unknown paths, wrong methods and OPTIONS (recordings
// identity/031 and 101).
func beforeKeystone(r *Request) bool {
	e := r.endpoint
	if e.Name == "" || r.Method == http.MethodOptions {
		return true
	}
	if slices.Contains(e.Methods, r.Method) ||
		r.Method == http.MethodHead && slices.Contains(e.Methods, http.MethodGet) {
		return false
	}
	m, _ := r.disp.Handler(e.Name).(Methods)
	return m[r.Method] == nil // served only if a driver went beyond OpenStack
}

// flaskAllow adds the methods that Flask gives to every resource.
func flaskAllow(methods []string) string {
	allow := []string{http.MethodOptions}
	if slices.Contains(methods, http.MethodGet) && !slices.Contains(methods, http.MethodHead) {
		allow = append(allow, http.MethodHead)
	}
	return strings.Join(append(allow, methods...), ", ")
}
