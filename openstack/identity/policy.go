package identity

import (
	"net/http"
	"strings"

	"github.com/softlayer/jumpgate"
)

// members lists the endpoints of v3 that are not a member's: the action that
// Keystone's default policies (keystone.common.policies) refuse, for each
// method. What an operator finds behind them is in catalog.go and in
// listUsers; nobody can change anything through this service, because the
// cloud behind it has its own people for that.
const members = `
v3_credentails        POST create_credential
v3_credentail         GET get_credential, PATCH update_credential, DELETE delete_credential
v3_domains            POST create_domain
v3_domains_with_id    PATCH update_domain, DELETE delete_domain
v3_domains_config_default        GET get_domain_config_default
v3_domains_config_group_default  GET get_domain_config_default
v3_domains_config_option_default GET get_domain_config_default
v3_domain_config        GET get_domain_config, PUT create_domain_config, PATCH update_domain_config, DELETE delete_domain_config
v3_domain_config_group  PATCH update_domain_config, DELETE delete_domain_config
v3_domain_config_option PATCH update_domain_config, DELETE delete_domain_config

v3_domain_group_roles        GET list_grants
v3_domain_group_role_with_id HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_domain_user_roles         GET list_grants
v3_domain_user_role_with_id  HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_project_group_roles       GET list_grants
v3_project_group_role        HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_project_user_roles        GET list_grants
v3_project_user_role         HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_os_inherit_domain_group_roles_inherited_to_projects GET list_grants
v3_os_inherit_domain_group_role_inherited_to_projects  HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_os_inherit_domain_user_roles_inherited_to_projects  GET list_grants
v3_os_inherit_domain_user_role_inherited_to_projects   HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_os_inherit_project_group_role_inherited_to_projects HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_os_inherit_project_user_role_inherited_to_projects  HEAD check_grant, PUT create_grant, DELETE revoke_grant
v3_system_group_roles GET list_system_grants_for_group
v3_system_group_role  GET check_system_grant_for_group, HEAD check_system_grant_for_group, PUT create_system_grant_for_group, DELETE revoke_system_grant_for_group
v3_system_user_roles  GET list_system_grants_for_user
v3_system_user_role   GET check_system_grant_for_user, HEAD check_system_grant_for_user, PUT create_system_grant_for_user, DELETE revoke_system_grant_for_user
v3_role_inferences    GET list_role_inference_rules

v3_endpoints          POST create_endpoint
v3_endpoints_with_id  PATCH update_endpoint, DELETE delete_endpoint
v3_services           POST create_service
v3_services_with_id   PATCH update_service, DELETE delete_service
v3_regions            POST create_region
v3_region             PUT create_region, PATCH update_region, DELETE delete_region
v3_groups             GET list_groups, POST create_group
v3_group              GET get_group, PATCH update_group, DELETE delete_group
v3_group_users        GET list_users_in_group
v3_group_user         HEAD check_user_in_group, PUT add_user_to_group, DELETE remove_user_from_group
v3_limits             POST create_limits
v3_limit              GET get_limit
v3_registered_limits  POST create_registered_limits
v3_registered_limit   PATCH update_registered_limit, DELETE delete_registered_limit
v3_roles              POST create_role
v3_role               PATCH update_role, DELETE delete_role
v3_role_implies       GET list_implied_roles
v3_role_implied_role  GET get_implied_role, HEAD check_implied_role, PUT create_implied_role, DELETE delete_implied_role

v3_policies GET list_policies, POST create_policy
v3_policy   GET get_policy, PATCH update_policy, DELETE delete_policy
v3_policy_os_endpoint_policy_endpoints GET list_endpoints_for_policy
v3_policy_os_endpoint_policy_endpoint  GET check_policy_association_for_endpoint, PUT create_policy_association_for_endpoint, DELETE delete_policy_association_for_endpoint
v3_policy_os_endpoint_policy_service   GET check_policy_association_for_service, PUT create_policy_association_for_service, DELETE delete_policy_association_for_service
v3_policy_os_endpoint_policy_service_region GET check_policy_association_for_region_and_service, PUT create_policy_association_for_region_and_service, DELETE delete_policy_association_for_region_and_service
v3_endpoint_os_endpoint_policy_policy  GET get_policy_for_endpoint

v3_projects         POST create_project
v3_projects_with_id PATCH update_project, DELETE delete_project
v3_project_tags     PUT update_project_tags, DELETE delete_project_tags
v3_project_tag      PUT create_project_tag, DELETE delete_project_tag
v3_ec2tokens        POST ec2tokens_validate
v3_s3tokens         POST s3tokens_validate
v3_users            POST create_user
v3_user             PATCH update_user, DELETE delete_user
v3_user_credentials_os_ec2 POST ec2_create_credential
v3_user_os_oauth1_access_tokens      GET list_access_tokens
v3_user_os_oauth1_access_token       GET get_access_token, DELETE ec2_delete_credential
v3_user_os_oauth1_access_token_roles GET list_access_token_roles
v3_user_os_oauth1_access_token_role  GET get_access_token_role

v3_os_ep_filter_endpoint_groups          GET list_endpoint_groups, POST create_endpoint_group
v3_os_ep_filter_endpoint_group           GET get_endpoint_group, HEAD get_endpoint_group, PATCH update_endpoint_group, DELETE delete_endpoint_group
v3_os_ep_filter_endpoint_group_endpoints GET list_endpoints_associated_with_endpoint_group
v3_os_ep_filter_endpoint_group_projects  GET list_projects_associated_with_endpoint_group
v3_os_ep_filter_endpoint_group_project   GET get_endpoint_group_in_project, HEAD get_endpoint_group_in_project, PUT add_endpoint_group_to_project, DELETE remove_endpoint_group_from_project
v3_os_ep_filter_endpoint_projects        GET list_projects_for_endpoint
v3_os_ep_filter_project_endpoint_groups  GET list_endpoint_groups_for_project
v3_os_ep_filter_project_endpoints        GET list_endpoints_for_project
v3_os_ep_filter_project_endpoint         HEAD check_endpoint_in_project, PUT add_endpoint_to_project, DELETE remove_endpoint_from_project

v3_os_federation_identity_providers         GET list_identity_providers
v3_os_federation_identity_provider          GET get_identity_provider, PUT create_identity_provider, PATCH update_identity_provider, DELETE delete_identity_provider
v3_os_federation_identity_provider_protocols GET list_protocols
v3_os_federation_identity_provider_protocol GET get_protocol, PUT create_protocol, PATCH update_protocol, DELETE delete_protocol
v3_os_federation_mappings          GET list_mappings
v3_os_federation_mapping           GET get_mapping, PUT create_mapping, PATCH update_mapping, DELETE delete_mapping
v3_os_federation_service_providers GET list_service_providers
v3_os_federation_service_provider  GET get_service_provider, PUT create_service_provider, PATCH update_service_provider, DELETE delete_service_provider
v3_os_oauth1_authorize PUT authorize_request_token
v3_os_oauth1_consumers GET list_consumers, POST create_consumer
v3_os_oauth1_consumer  GET get_consumer, PATCH update_consumer, DELETE delete_consumer
v3_os_revoke_events    GET list_revoke_events
`

// looksFirst are the endpoints where Keystone looks for what the path names
// before it looks at its policies: 404 goes before 403 there. (Those whose
// enforcement gets a target that raises NotFound, or whose resource class has
// a get_member_from_driver.)
var looksFirst = map[string]bool{
	"v3_domain_group_roles": true, "v3_domain_group_role_with_id": true,
	"v3_domain_user_roles": true, "v3_domain_user_role_with_id": true,
	"v3_project_group_roles": true, "v3_project_group_role": true,
	"v3_project_user_roles": true, "v3_project_user_role": true,
	"v3_os_inherit_domain_group_roles_inherited_to_projects": true,
	"v3_os_inherit_domain_group_role_inherited_to_projects":  true,
	"v3_os_inherit_domain_user_roles_inherited_to_projects":  true,
	"v3_os_inherit_domain_user_role_inherited_to_projects":   true,
	"v3_os_inherit_project_group_role_inherited_to_projects": true,
	"v3_os_inherit_project_user_role_inherited_to_projects":  true,
	"v3_system_group_roles":                                  true, "v3_system_group_role": true,
	"v3_system_user_roles": true, "v3_system_user_role": true,
	"v3_domains_with_id": true, "v3_endpoints_with_id": true,
	"v3_role": true, "v3_role_implies": true, "v3_role_implied_role": true,
}

// parsePolicy reads members: by endpoint and method, the action.
func parsePolicy() map[string]map[string]string {
	all := make(map[string]map[string]string)
	for line := range strings.Lines(members) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		all[name] = make(map[string]string)
		for part := range strings.SplitSeq(rest, ",") {
			f := strings.Fields(part)
			all[name][f[0]] = f[1]
		}
	}
	return all
}

// refuse answers with 403, or with 404 where Keystone looks first.
func (s *service) refuse(action string) func(*jumpgate.Request) (any, error) {
	return func(r *jumpgate.Request) (any, error) {
		if _, err := readBody(r); err != nil {
			return nil, err
		}
		if looksFirst[r.Endpoint().Name] {
			if err := s.missing(r); err != nil {
				return nil, err
			}
		}
		e := r.Endpoint()
		if name := none[e.Name]; name != "" && operator(r.Env.Principal) && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			return s.collection(r, name, nil)
		}
		return nil, forbidden(action)
	}
}

// roleAssignments refuses the list of who has which role where.
func roleAssignments(r *jumpgate.Request) (any, error) {
	if asked(r, "include_subtree") {
		return nil, forbidden("list_role_assignments_for_tree")
	}
	return nil, forbidden("list_role_assignments")
}

// missing finds what a path names and there is not, as far as the caller may
// know: everybody but the caller is nobody.
func (s *service) missing(r *jumpgate.Request) error {
	notFound := func(kind, id string) error { return jumpgate.NotFound.New("Could not find %s: %s.", kind, id) }
	has := func(name string) (string, bool) {
		id := r.Var(name)
		return id, id != ""
	}
	by := r.Env.Principal
	if id, ok := has("domain_id"); ok && id != domainID {
		return notFound("domain", id)
	}
	if id, ok := has("project_id"); ok && id != by.ProjectID {
		return notFound("project", id)
	}
	for _, name := range [...]string{"role_id", "prior_role_id", "implies_role_id"} {
		if id, ok := has(name); ok && !knownRole(by, id) {
			return notFound("role", id)
		}
	}
	if _, ok := has("endpoint_id"); ok {
		if _, err := s.endpointByID(r); err != nil {
			return err
		}
	}
	if id, ok := has("user_id"); ok && id != by.UserID {
		return notFound("user", id)
	}
	if id, ok := has("group_id"); ok {
		return notFound("group", id)
	}
	return nil
}
