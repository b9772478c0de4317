package identity

import (
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
)

type handler = func(*jumpgate.Request) (any, error)

// route is a request that needs something which a driver may lack.
type route struct {
	method, endpoint string
	action           string // of the policy
	can              bool   // the driver can do it
	handle           handler
	find             func(*jumpgate.Request) error // what Keystone looks for before it refuses
}

// keeperRoutes are the requests about what the driver keeps.
func (s *service) keeperRoutes() []route {
	users, groups, projects, roles := s.users != nil, s.groups != nil, s.projects != nil, s.roles != nil
	domain := func(r *jumpgate.Request) error {
		d, err := s.domain(r, r.Var("domain_id"))
		if err == nil && d == nil {
			err = noDomain(r.Var("domain_id"))
		}
		return err
	}
	role := func(r *jumpgate.Request) error {
		found, err := s.findRole(r, r.Var("role_id"))
		if err == nil && found == nil {
			err = noRole(r.Var("role_id"))
		}
		return err
	}
	implied := func(r *jumpgate.Request) error {
		_, _, err := s.impliedPair(r)
		return err
	}
	return []route{
		{http.MethodPost, "v3_users", "create_user", users, s.createUser, nil},
		{http.MethodPatch, "v3_user", "update_user", users, s.updateUser, nil},
		{http.MethodDelete, "v3_user", "delete_user", users, s.deleteUser, nil},

		{http.MethodGet, "v3_groups", "list_groups", true, s.listGroups, nil},
		{http.MethodPost, "v3_groups", "create_group", groups, s.createGroup, nil},
		{http.MethodGet, "v3_group", "get_group", groups, s.showGroup, nil},
		{http.MethodPatch, "v3_group", "update_group", groups, s.updateGroup, nil},
		{http.MethodDelete, "v3_group", "delete_group", groups, s.deleteGroup, nil},
		{http.MethodGet, "v3_group_users", "list_users_in_group", groups, s.groupUsers, nil},
		{http.MethodHead, "v3_group_user", "check_user_in_group", groups, s.membership("check_user_in_group", s.isMember), nil},
		{http.MethodPut, "v3_group_user", "add_user_to_group", groups, s.membership("add_user_to_group", s.addMember), nil},
		{http.MethodDelete, "v3_group_user", "remove_user_from_group", groups, s.membership("remove_user_from_group", s.removeMember), nil},

		{http.MethodPost, "v3_projects", "create_project", projects, s.createProject, nil},
		{http.MethodPatch, "v3_projects_with_id", "update_project", projects, s.updateProject, nil},
		{http.MethodDelete, "v3_projects_with_id", "delete_project", projects, s.deleteProject, nil},
		{http.MethodPut, "v3_project_tags", "update_project_tags", projects, s.replaceTags, nil},
		{http.MethodDelete, "v3_project_tags", "delete_project_tags", projects, s.deleteTags, nil},
		{http.MethodPut, "v3_project_tag", "create_project_tag", projects, s.addTag, nil},
		{http.MethodDelete, "v3_project_tag", "delete_project_tag", projects, s.deleteTag, nil},
		{http.MethodPost, "v3_domains", "create_domain", projects, s.createDomain, nil},
		{http.MethodPatch, "v3_domains_with_id", "update_domain", projects, s.updateDomain, domain},
		{http.MethodDelete, "v3_domains_with_id", "delete_domain", projects, s.deleteDomain, domain},

		{http.MethodPost, "v3_roles", "create_role", roles, s.createRole, nil},
		{http.MethodPatch, "v3_role", "update_role", roles, s.updateRole, role},
		{http.MethodDelete, "v3_role", "delete_role", roles, s.deleteRole, role},
		{http.MethodGet, "v3_role_implies", "list_implied_roles", roles, s.listImplied, implied},
		{http.MethodGet, "v3_role_implied_role", "get_implied_role", roles, s.showImplied, implied},
		{http.MethodHead, "v3_role_implied_role", "check_implied_role", roles, s.showImplied, implied},
		{http.MethodPut, "v3_role_implied_role", "create_implied_role", roles, s.createImplied, implied},
		{http.MethodDelete, "v3_role_implied_role", "delete_implied_role", roles, s.deleteImplied, implied},
		{http.MethodGet, "v3_role_inferences", "list_role_inference_rules", roles, s.listInferences, nil},
		{http.MethodGet, "v3_role_assignments", "list_role_assignments", s.assignments != nil, s.roleAssignments, nil},
	}
}

// grantRoutes are the requests about who was granted which role.
func (s *service) grantRoutes() []route {
	can := s.assignments != nil
	var list []route
	for _, name := range []string{
		"v3_domain_group_role_with_id", "v3_domain_user_role_with_id", "v3_project_group_role", "v3_project_user_role",
		"v3_os_inherit_domain_group_role_inherited_to_projects", "v3_os_inherit_domain_user_role_inherited_to_projects",
		"v3_os_inherit_project_group_role_inherited_to_projects", "v3_os_inherit_project_user_role_inherited_to_projects",
		"v3_system_group_role", "v3_system_user_role",
	} {
		check := s.grant("check", s.checkGrant)
		list = append(list,
			route{http.MethodGet, name, "check_grant", can, check, nil},
			route{http.MethodHead, name, "check_grant", can, check, nil},
			route{http.MethodPut, name, "create_grant", can, s.grant("create", s.createGrant), nil},
			route{http.MethodDelete, name, "revoke_grant", can, s.grant("revoke", s.revokeGrant), nil})
	}
	for _, name := range []string{
		"v3_domain_group_roles", "v3_domain_user_roles", "v3_project_group_roles", "v3_project_user_roles",
		"v3_os_inherit_domain_group_roles_inherited_to_projects", "v3_os_inherit_domain_user_roles_inherited_to_projects",
		"v3_system_group_roles", "v3_system_user_roles",
	} {
		list = append(list, route{http.MethodGet, name, "list_grants", can, s.listGrants, nil})
	}
	return list
}

// Of what nobody can set up here, operators see that there is none.
var neverAny = []struct{ endpoint, collection string }{
	{"v3_os_federation_identity_providers", "identity_providers"},
	{"v3_os_federation_mappings", "mappings"},
	{"v3_os_federation_service_providers", "service_providers"},
}

// absentActions are what nobody can do here, by endpoint: methods and actions
// of the policy.
var absentActions = map[string]map[string]string{
	"v3_os_federation_identity_provider":           {http.MethodGet: "get_identity_provider", http.MethodPut: "create_identity_provider", http.MethodPatch: "update_identity_provider", http.MethodDelete: "delete_identity_provider"},
	"v3_os_federation_identity_provider_protocols": {http.MethodGet: "list_protocols"},
	"v3_os_federation_identity_provider_protocol":  {http.MethodGet: "get_protocol", http.MethodPut: "create_protocol", http.MethodPatch: "update_protocol", http.MethodDelete: "delete_protocol"},
	"v3_os_federation_mapping":                     {http.MethodGet: "get_mapping", http.MethodPut: "create_mapping", http.MethodPatch: "update_mapping", http.MethodDelete: "delete_mapping"},
	"v3_os_federation_service_provider":            {http.MethodGet: "get_service_provider", http.MethodPut: "create_service_provider", http.MethodPatch: "update_service_provider", http.MethodDelete: "delete_service_provider"},
	"v3_os_oauth1_authorize":                       {http.MethodPut: "authorize_request_token"},
	"v3_os_revoke_events":                          {http.MethodGet: "list_revoke_events"},
	"v3_user_os_oauth1_access_tokens":              {http.MethodGet: "list_access_tokens"},
	"v3_user_os_oauth1_access_token":               {http.MethodGet: "get_access_token", http.MethodDelete: "ec2_delete_credential"}, // Keystone's own mistake,
	"v3_user_os_oauth1_access_token_roles":         {http.MethodGet: "list_access_token_roles"},
	"v3_user_os_oauth1_access_token_role":          {http.MethodGet: "get_access_token_role"},
}

// serveRoutes sets the handlers of what depends on the driver, and says in the
// coverage what it lacks.
func (s *service) serveRoutes(served map[string]jumpgate.Methods) (faults []error) {
	set := func(method, endpoint string, h handler) {
		if served[endpoint] == nil {
			served[endpoint] = make(jumpgate.Methods)
		}
		served[endpoint][method] = h
		if method == http.MethodHead && served[endpoint][http.MethodGet] == nil { // Keystone takes GET as well, where its reference has HEAD alone
			served[endpoint][http.MethodGet] = h
		}
	}
	for _, r := range append(s.keeperRoutes(), s.grantRoutes()...) {
		h := r.handle
		if !r.can {
			if !isGrant(r.action) && r.action != "list_role_assignments" { // those look first, and refuse by themselves
				h = s.lacking(r.action, r.find)
			}
			faults = append(faults, s.explain(r.endpoint, r.method, r.action))
		}
		set(r.method, r.endpoint, h)
	}
	for _, n := range neverAny {
		set(http.MethodGet, n.endpoint, s.none(n.collection))
		faults = append(faults, s.disp.Explain(n.endpoint, http.MethodGet, "an empty list for operators, and 403 as Keystone answers a member"))
	}
	for endpoint, methods := range absentActions {
		for method, action := range methods {
			set(method, endpoint, s.lacking(action, nil))
			faults = append(faults, s.explain(endpoint, method, action))
		}
	}
	return faults
}

func isGrant(action string) bool {
	switch action {
	case "check_grant", "create_grant", "revoke_grant", "list_grants":
		return true
	}
	return false
}

// explain says in the coverage how something is refused that can't be done.
func (s *service) explain(endpoint, method, action string) error {
	if e := s.disp.Endpoint(endpoint); e == nil || !slices.Contains(e.Methods, method) {
		return nil
	}
	return s.disp.Explain(endpoint, method, "403, as Keystone answers a member: identity:"+action+"; 501 for those whom the policy lets")
}
