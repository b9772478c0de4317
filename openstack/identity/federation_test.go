package identity_test

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestFederation: other ways to sign in are refused, with or without a token,
// as a Keystone 22 does where nobody has set them up.
func TestFederation(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "demo", "")
	const (
		protocol = "/v3/OS-FEDERATION/identity_providers/x/protocols/y/auth"
		websso   = "/v3/auth/OS-FEDERATION/identity_providers/x/protocols/y/websso"
		saml     = "/v3/auth/OS-FEDERATION/saml2"
		request  = "/v3/OS-OAUTH1/request_token"
		access   = "/v3/OS-OAUTH1/access_token"
		key      = `OAuth realm="", oauth_consumer_key="x"`
	)
	for _, tt := range []struct {
		method, path, body, authorization string
		status                            int
		message                           string
	}{
		{"GET", protocol, "", "", 401, "Attempted to authenticate with an unsupported method."},
		{"POST", protocol, "", "", 401, "Attempted to authenticate with an unsupported method."},
		{"GET", websso, "", "", 400, "Request must have an origin query parameter"},
		{"POST", websso + "?origin=http://x", "", "", 401, unauthorized},
		{"GET", "/v3/auth/OS-FEDERATION/websso/y", "", "", 401, unauthorized},
		{"POST", "/v3/auth/OS-FEDERATION/websso/y?origin=http://x", "", "", 401, unauthorized},
		{"GET", "/v3/OS-FEDERATION/saml2/metadata", "", "", 500, "An unexpected error prevented the server"},

		{"POST", saml, `{"auth": {"identity": {"token": {"id": "x"}}, "scope": {"service_provider": {"id": "sp"}}}}`, "", 404, "Could not find Service Provider: sp."},
		{"POST", saml + "/ecp", `{"auth": {"identity": {"token": {"id": "x"}}, "scope": {"service_provider": {"id": "sp"}}}}`, "", 404, "Could not find Service Provider: sp."},
		{"POST", saml, ``, "", 400, "None is not of type 'object'"},
		{"POST", saml, `{"auth": {}}`, "", 400, "'identity' is a required property\\n\\nFailed validating 'required' in schema:\\n    {'additionalProperties': False"},
		{"POST", saml, `{"auth": {"identity": {"token": {"id": "x", "y": 1}}, "scope": {}}}`, "", 400, "Invalid input for field 'identity/token': Additional properties are not allowed ('y' was unexpected)"},
		{"POST", saml, `{"auth": {"identity": {"token": {"id": "x"}}, "scope": {"service_provider": {"id": "sp"}}, "a": 1, "b": 2}}`, "", 400, "Additional properties are not allowed ('a', 'b' were unexpected)"},
		{"GET", saml, "", "", 405, ""},

		{"POST", request, "", "", 400, "Expecting to find oauth_consumer_key in request."},
		{"POST", request, "", "Basic eDp5", 400, "Expecting to find oauth_consumer_key in request."},
		{"POST", request, "", `OAuth oauth_token="x"`, 400, "Expecting to find oauth_consumer_key in request."},
		{"POST", request, "", key, 404, "Consumer not found"},
		{"POST", access, "", key, 400, "Expecting to find oauth_token in request."},
		{"POST", access, "", key + `,oauth_token="t"`, 400, "Expecting to find oauth_verifier in request."},
		{"POST", access, "", key + `, oauth_token="t", oauth_verifier="v"`, 404, "Request token not found"},
	} {
		headers := []string{"Requested-Project-Id", demoProject}
		if tt.authorization != "" {
			headers = append(headers, "Authorization", tt.authorization)
		}
		check(t, do(gw, tt.method, tt.path, tt.body, headers...), tt.status, tt.message)
		check(t, do(gw, tt.method, tt.path, tt.body, append(headers, "X-Auth-Token", token)...), tt.status, tt.message)
	}
	check(t, do(gw, "POST", request, "", "Authorization", key), 400, "Expecting to find Requested-Project-Id in request.")
}
