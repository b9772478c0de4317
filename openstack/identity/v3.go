package identity

import (
	"maps"
	"net/http"

	"github.com/softlayer/jumpgate"
)

// absent are names of the original Jumpgate for paths that Keystone does not
// have.
var absent = []string{
	"v3_domain_group_role", "v3_domain_user_role", "v3_project_users", "v3_project_role",
	"v3_role_users", "v3_user_roles", "v3_policy_os_endpoint_policy_policy",
}

// partial says of endpoints that are served why they have less to say than
// Keystone's.
var partial = map[string]string{
	"v3_auth_tokens_os_pki_revoked":  "403: there are no PKI tokens",
	"v3_os_simple_cert_ca":           "410, as Keystone answers: there are no PKI tokens",
	"v3_os_simple_cert_certificates": "410, as Keystone answers: there are no PKI tokens",

	"v3_os_oauth1_request_token":                              "404: nobody signs in as a consumer",
	"v3_os_oauth1_access_token":                               "404: nobody signs in as a consumer",
	"v3_os_federation_identity_provider_protocol_auth":        "401, as Keystone answers where no identity provider is set up",
	"v3_os_federation_saml2_metadata":                         "500, as Keystone answers where none are set up",
	"v3_auth_os_federation_saml2":                             "404: there are no service providers",
	"v3_auth_os_federation_saml2_ecp":                         "404: there are no service providers",
	"v3_auth_os_federation_websso":                            "401, as Keystone answers where no identity provider is set up",
	"v3_auth_os_federation_identity_provider_protocol_websso": "401, as Keystone answers where no dashboard is trusted",
}

// partialWithout says the same of a driver that is no directory.
var partialWithout = map[string]string{
	"v3_auth_domains":          "an empty list: nobody has a role in a domain",
	"v3_auth_system":           "an empty list: nobody has a role in the system",
	"v3_os_federation_domains": "an empty list: nobody has a role in a domain",
	"v3_user_groups":           "an empty list: there are no groups",
	"v3_os_trust_trusts":       "nobody can make a trust, so that lists are empty",
	"v3_os_trust_trust":        "404: there are no trusts",
	"v3_os_trust_trust_roles":  "404: there are no trusts",
	"v3_os_trust_trust_role":   "404: there are no trusts",
}

// nowhere is Flask's page for a path that there is not.
func nowhere(*jumpgate.Request) (any, error) {
	return &jumpgate.Response{
		Status: http.StatusNotFound,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: []byte(`<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`),
	}, nil
}

// serveV3 sets the handlers of v3, the refusals among them.
func (s *service) serveV3() []error {
	get := func(f func(*jumpgate.Request) (any, error)) jumpgate.Methods {
		return jumpgate.Methods{http.MethodGet: f}
	}
	served := map[string]jumpgate.Methods{
		"v3_auth_index":    get(s.v3Index),
		"v3_auth_catalog":  get(s.authCatalog),
		"v3_auth_projects": get(s.authProjects),
		"v3_auth_domains":  get(s.authDomains),
		"v3_auth_system":   get(s.authSystem),
		"v3_auth_tokens": {
			http.MethodPost:   s.createToken,
			http.MethodGet:    s.showToken,
			http.MethodDelete: s.revokeToken,
		},
		"v3_auth_tokens_os_pki_revoked": get(func(*jumpgate.Request) (any, error) { return nil, jumpgate.Forbidden }),
		"v3_os_federation_projects":     get(s.authProjects),
		"v3_os_federation_domains":      get(s.authDomains),

		"v3_projects":             get(s.listProjects),
		"v3_projects_with_id":     get(s.showProject),
		"v3_project_tags":         get(s.projectTags),
		"v3_project_tag":          get(s.projectTag),
		"v3_domains":              get(s.listDomains),
		"v3_domains_with_id":      get(s.showDomain),
		"v3_domain_config":        {http.MethodGet: s.showConfig, http.MethodPut: s.createConfig, http.MethodPatch: s.updateConfig, http.MethodDelete: s.deleteConfig},
		"v3_domain_config_group":  {http.MethodGet: s.showConfig, http.MethodPatch: s.updateConfig, http.MethodDelete: s.deleteConfig},
		"v3_domain_config_option": {http.MethodGet: s.showConfig, http.MethodPatch: s.updateConfig, http.MethodDelete: s.deleteConfig},

		"v3_domains_config_default":        get(s.defaultConfig),
		"v3_domains_config_group_default":  get(s.defaultConfig),
		"v3_domains_config_option_default": get(s.defaultConfig),

		"v3_users":         get(s.listUsers),
		"v3_user":          get(s.showUser),
		"v3_user_projects": get(s.userProjects),
		"v3_user_password": {http.MethodPost: s.userPassword},
		"v3_user_groups":   get(s.userGroups),

		"v3_user_access_rules":              get(s.listAccessRules),
		"v3_user_access_rule":               {http.MethodGet: s.showAccessRule, http.MethodDelete: s.deleteAccessRule},
		"v3_user_application_credentials":   {http.MethodGet: s.listCredentials, http.MethodPost: s.createCredential},
		"v3_user_application_credential":    {http.MethodGet: s.showCredential, http.MethodDelete: s.deleteCredential},
		"v3_user_credentials_os_ec2":        {http.MethodGet: s.listAccess, http.MethodPost: s.createAccess},
		"v3_user_credentials_os_ec2_single": {http.MethodGet: s.showAccess, http.MethodDelete: s.deleteAccess},
		"v3_credentails":                    {http.MethodGet: s.listKeys, http.MethodPost: s.createKey},
		"v3_credentail":                     {http.MethodGet: s.showKey, http.MethodPatch: s.updateKey, http.MethodDelete: s.deleteKey},
		"v3_ec2tokens":                      {http.MethodPost: s.signedToken(ec2Signatures, true)},
		"v3_s3tokens":                       {http.MethodPost: s.signedToken(s3Signatures, false)},
		"v3_os_trust_trusts":                {http.MethodGet: s.listTrusts, http.MethodPost: s.createTrust},
		"v3_os_trust_trust":                 {http.MethodGet: s.showTrust, http.MethodDelete: s.deleteTrust},
		"v3_os_trust_trust_roles":           get(s.listTrustRoles),
		"v3_os_trust_trust_role":            get(s.showTrustRole),
		"v3_os_simple_cert_ca":              get(noPKI),
		"v3_os_simple_cert_certificates":    get(noPKI),

		"v3_os_oauth1_request_token":                              {http.MethodPost: noConsumer},
		"v3_os_oauth1_access_token":                               {http.MethodPost: noRequestToken},
		"v3_os_oauth2_token":                                      s.oauth2Token(),
		"v3_os_federation_identity_provider_protocol_auth":        {http.MethodGet: s.noProtocol, http.MethodPost: s.noProtocol},
		"v3_os_federation_saml2_metadata":                         get(noMetadata),
		"v3_auth_os_federation_saml2":                             {http.MethodPost: noServiceProvider},
		"v3_auth_os_federation_saml2_ecp":                         {http.MethodPost: noServiceProvider},
		"v3_auth_os_federation_websso":                            {http.MethodGet: noSignOn, http.MethodPost: noSignOn},
		"v3_auth_os_federation_identity_provider_protocol_websso": {http.MethodGet: noDashboard, http.MethodPost: noDashboard},

		"v3_roles": get(s.listRoles),
		"v3_role":  get(s.showRole),
	}
	for _, c := range []*resource{s.resources.regions, s.resources.services, s.resources.endpoints, s.resources.policies, s.resources.consumers} {
		c.serve(s, served)
	}
	served["v3_region"][http.MethodPut] = s.resources.regions.make(s)
	s.serveEndpointFilter(served)
	s.servePolicyAssociations(served)
	s.serveLimits(served)
	faults := s.serveRoutes(served)
	reasons := maps.Clone(partial)
	if !s.directory() {
		maps.Copy(reasons, partialWithout)
	}
	for name, reason := range reasons {
		for method := range served[name] {
			faults = append(faults, s.disp.Explain(name, method, reason))
		}
	}
	if _, ok := s.driver.(PasswordChanger); !ok && s.users == nil {
		const reason = "403: nobody can change a password here"
		faults = append(faults, s.disp.Explain("v3_user_password", http.MethodPost, reason), s.disp.Explain("v2_os_kscrud_user", http.MethodPatch, reason))
	}
	for _, name := range absent {
		served[name] = make(jumpgate.Methods)
		for _, method := range [...]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			served[name][method] = nowhere
		}
		for _, method := range s.disp.Endpoint(name).Methods {
			served[name][method] = nowhere
			faults = append(faults, s.disp.Explain(name, method, "404: Keystone has no such path"))
		}
	}
	for name, m := range served {
		faults = append(faults, s.set(name, m))
	}
	return faults
}
