package identity

import (
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
	"v3_auth_domains":                   "an empty list: nobody has a role in a domain",
	"v3_auth_system":                    "an empty list: nobody has a role in the system",
	"v3_os_federation_domains":          "an empty list: nobody has a role in a domain",
	"v3_auth_tokens_os_pki_revoked":     "403: there are no PKI tokens",
	"v3_user_groups":                    "an empty list: there are no groups",
	"v3_user_credentials_os_ec2_single": "404: there are no EC2 credentials",
	"v3_domain_config_group":            "403 but for security_compliance, as Keystone answers a member",
	"v3_domain_config_option":           "403 but for security_compliance, as Keystone answers a member",
	"v3_role_assignments":               "403, as Keystone answers a member: identity:list_role_assignments",
	"v3_limits":                         "an empty list: limits are the cloud's behind",
	"v3_limit":                          "404: limits are the cloud's behind",
	"v3_registered_limits":              "an empty list: limits are the cloud's behind",
	"v3_registered_limit":               "404: limits are the cloud's behind",
	"v3_os_trust_trusts":                "nobody can make a trust, so that lists are empty",
	"v3_os_trust_trust":                 "404: there are no trusts",
	"v3_os_trust_trust_roles":           "404: there are no trusts",
	"v3_os_trust_trust_role":            "404: there are no trusts",
	"v3_os_simple_cert_ca":              "410, as Keystone answers: there are no PKI tokens",
	"v3_os_simple_cert_certificates":    "410, as Keystone answers: there are no PKI tokens",

	"v3_os_oauth1_request_token":                              "404: there are no consumers",
	"v3_os_oauth1_access_token":                               "404: there are no consumers",
	"v3_os_federation_identity_provider_protocol_auth":        "401, as Keystone answers where no identity provider is set up",
	"v3_os_federation_saml2_metadata":                         "500, as Keystone answers where none are set up",
	"v3_auth_os_federation_saml2":                             "404: there are no service providers",
	"v3_auth_os_federation_saml2_ecp":                         "404: there are no service providers",
	"v3_auth_os_federation_websso":                            "401, as Keystone answers where no identity provider is set up",
	"v3_auth_os_federation_identity_provider_protocol_websso": "401, as Keystone answers where no dashboard is trusted",
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
		"v3_domain_config_group":  get(s.domainConfig),
		"v3_domain_config_option": get(s.domainConfig),
		"v3_role_assignments":     get(roleAssignments),

		"v3_users":         get(s.listUsers),
		"v3_user":          get(s.showUser),
		"v3_user_projects": get(s.userProjects),
		"v3_user_password": {http.MethodPost: s.userPassword},
		"v3_user_groups":   s.ownOnly("groups", "list_groups_for_user"),

		"v3_user_access_rules":              get(s.listAccessRules),
		"v3_user_access_rule":               {http.MethodGet: s.showAccessRule, http.MethodDelete: s.deleteAccessRule},
		"v3_user_application_credentials":   {http.MethodGet: s.listCredentials, http.MethodPost: s.createCredential},
		"v3_user_application_credential":    {http.MethodGet: s.showCredential, http.MethodDelete: s.deleteCredential},
		"v3_user_credentials_os_ec2":        s.ownOnly("credentials", "ec2_list_credentials"),
		"v3_user_credentials_os_ec2_single": {http.MethodGet: noEC2Credential, http.MethodDelete: noEC2Credential},
		"v3_credentails":                    get(s.empty("credentials")),
		"v3_limits":                         get(s.empty("limits")),
		"v3_limits_model":                   get(limitModel),
		"v3_limit":                          {http.MethodPatch: noLimit, http.MethodDelete: noLimit},
		"v3_registered_limits":              get(s.empty("registered_limits")),
		"v3_registered_limit":               get(noRegisteredLimit),
		"v3_os_trust_trusts":                {http.MethodGet: s.listTrusts, http.MethodPost: s.createTrust},
		"v3_os_trust_trust":                 {http.MethodGet: noTrust, http.MethodDelete: noTrust},
		"v3_os_trust_trust_roles":           get(noTrust),
		"v3_os_trust_trust_role":            get(noTrust),
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

		"v3_roles":             get(s.listRoles),
		"v3_role":              get(s.showRole),
		"v3_services":          get(s.listServices),
		"v3_services_with_id":  get(s.showService),
		"v3_endpoints":         get(s.listEndpoints),
		"v3_endpoints_with_id": get(s.showEndpoint),
		"v3_regions":           get(s.listRegions),
		"v3_region":            get(s.showRegion),
	}
	var faults []error
	for name, reason := range partial {
		for method := range served[name] {
			faults = append(faults, s.disp.Explain(name, method, reason))
		}
	}
	if _, ok := s.driver.(PasswordChanger); !ok {
		const reason = "403: nobody can change a password here"
		faults = append(faults, s.disp.Explain("v3_user_password", http.MethodPost, reason), s.disp.Explain("v2_os_kscrud_user", http.MethodPatch, reason))
	}
	for name, methods := range parsePolicy() {
		if served[name] == nil {
			served[name] = make(jumpgate.Methods)
		}
		for method, action := range methods {
			served[name][method] = s.refuse(action)
			faults = append(faults, s.disp.Explain(name, method, "403, as Keystone answers a member: identity:"+action))
		}
		if check, ok := methods[http.MethodHead]; ok && methods[http.MethodGet] == "" { // Keystone takes GET as well, where its reference has HEAD alone
			served[name][http.MethodGet] = s.refuse(check)
		}
	}
	for _, name := range absent {
		served[name] = make(jumpgate.Methods)
		for _, e := range jumpgate.Endpoints(jumpgate.Identity) {
			if e.Name != name {
				continue
			}
			for _, method := range [...]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				served[name][method] = nowhere
			}
			for _, method := range e.Methods {
				served[name][method] = nowhere
				faults = append(faults, s.disp.Explain(name, method, "404: Keystone has no such path"))
			}
		}
	}
	for name, m := range served {
		faults = append(faults, s.set(name, m))
	}
	return faults
}
