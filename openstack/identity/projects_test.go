package identity_test

import (
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/identity"
)

// TestMemberQueries: what a member asks with a query, or of the domain, and
// what a Keystone 22 says to it.
func TestMemberQueries(t *testing.T) {
	gw := newGateway(t, newCloud(), identity.Options{})
	token := signIn(t, gw, "demo", "")
	const both = "query params at the same time."
	for path, want := range map[string]struct {
		status  int
		message string
	}{
		"/projects/{project}?parents_as_ids":                                                {200, `"options": {}, "parents": {"default": null}, "links"`},
		"/projects/{project}?parents_as_ids=0":                                              {200, `"options": {}, "links"`},
		"/projects/{project}?parents_as_list=false":                                         {200, `"parents": [], "links"`},
		"/projects/{project}?subtree_as_ids":                                                {200, `"subtree": null, "links"`},
		"/projects/{project}?subtree_as_list&parents_as_list":                               {200, `"parents": [], "subtree": [], "links"`},
		"/projects/{project}?subtree_as_list&subtree_as_ids":                                {400, "Cannot use subtree_as_list and subtree_as_ids " + both},
		"/projects/{project}?subtree_as_list&subtree_as_ids&parents_as_list&parents_as_ids": {400, "Cannot use parents_as_list and parents_as_ids " + both},

		"/auth/projects?enabled=0":                                     {200, `"name": "demo"`}, // no filters there
		"/users/{user}/projects?enabled=0":                             {200, `"projects": []`},
		"/users/{user}/projects?name=DEMO":                             {200, `"name": "demo"`},
		"/users/{user}/projects?domain_id=x":                           {200, `"projects": []`},
		"/users/{user}/projects?parent_id=x":                           {200, `"name": "demo"`}, // no filter
		"/users/{user}/projects?enabled=":                              {200, `"name": "demo"`},
		"/users/{user}/projects?name=demo&name=other":                  {200, `"projects": []`},
		"/users/{user}/projects?name__contains=em&name__startswith=d":  {200, `"name": "demo"`},
		"/users/{user}/projects?name__contains=EM":                     {200, `"projects": []`},
		"/users/{user}/projects?name__icontains=EM&name__iendswith=MO": {200, `"name": "demo"`},
		"/users/{user}/projects?name__endswith=em":                     {200, `"projects": []`},
		"/users/{user}/projects?name__equals=Demo":                     {200, `"projects": []`},
		"/users/{user}/projects?name__nonsense=x&enabled__contains=x":  {200, `"name": "demo"`},

		"/role_assignments?user.id={user}&effective":                   {403, "identity:list_role_assignments."},
		"/role_assignments?scope.project.id={project}&include_subtree": {403, "identity:list_role_assignments_for_tree."},
		"/role_assignments?include_subtree=0":                          {403, "identity:list_role_assignments."},

		"/domains/default/config/security_compliance":                            {200, `{"config": {"security_compliance": {"password_regex": null, "password_regex_description": null}}}`},
		"/domains/default/config/security_compliance/password_regex":             {200, `{"config": {"password_regex": null}}`},
		"/domains/default/config/security_compliance/password_regex_description": {200, `{"config": {"password_regex_description": null}}`},
		"/domains/default/config/security_compliance/lockout_duration":           {403, "Reading security compliance values other than password_regex and password_regex_description is not allowed.."},
		"/domains/other/config/security_compliance":                              {403, "for any domain other than the default domain is not allowed or supported.."},
		"/domains/default/config/identity":                                       {403, "identity:get_domain_config."},
		"/domains/default/config/identity/driver":                                {403, "identity:get_domain_config."},
	} {
		w := do(gw, "GET", "/v3"+strings.NewReplacer("{project}", demoProject, "{user}", demoID).Replace(path), "", "X-Auth-Token", token)
		if check(t, w, want.status, want.message); t.Failed() {
			t.Fatal(path)
		}
	}

	for trust, want := range map[string]struct {
		status  int
		message string
	}{
		`{}`: {403, "identity:create_trust"},
		`{"trustor_user_id": "` + altID + `", "trustee_user_id": "nobody", "impersonation": false}`:          {403, "identity:create_trust"},
		`{"trustor_user_id": "` + demoID + `", "trustee_user_id": "nobody", "impersonation": false}`:         {404, "Could not find user: nobody."},
		`{"trustor_user_id": "` + demoID + `", "trustee_user_id": "` + demoID + `", "impersonation": false}`: {403, "identity:create_trust"},
	} {
		check(t, do(gw, "POST", "/v3/OS-TRUST/trusts", `{"trust": `+trust+`}`, "X-Auth-Token", token), want.status, want.message)
	}
	check(t, do(gw, "PUT", "/v3/regions/x", `{"region": {}}`, "X-Auth-Token", token), 403, "identity:create_region")
}
