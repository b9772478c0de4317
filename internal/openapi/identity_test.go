package openapi

import (
	"testing"
	"time"

	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

const (
	tokens      = "/v3/auth/tokens"
	credentials = "/v3/users/{user_id}/application_credentials"
)

var identityMistakes = map[rule]string{
	{"GET /v3/policies", "body"}:            "a Keystone 22 has one: openstack/identity/testdata/answers.jsonl",
	{"GET /v3/OS-OAUTH1/consumers", "body"}: "a Keystone 22 has one: openstack/identity/testdata/answers.jsonl",
	{"GET /v3/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/inherited_to_projects", "body"}:                          "the list is in the API reference, OS-INHERIT",
	{"GET /v3/OS-EP-FILTER/endpoints/{endpoint_id}/projects", "body"}:                                                       "the list is in the API reference, OS-EP-FILTER",
	{"GET /v3/OS-EP-FILTER/projects/{project_id}/endpoint_groups", "body"}:                                                  "likewise",
	{"GET /v3/OS-EP-FILTER/projects/{project_id}/endpoints", "body"}:                                                        "likewise",
	{"GET /v3/auth/domains", "properties/domains/items/properties/links: object for type"}:                                  "a link to itself, as in every resource of Keystone",
	{"GET /v3/OS-FEDERATION/domains", "properties/domains/items/properties/links: object for type"}:                         "likewise",
	{"GET /v3/projects/{project_id}/users/{user_id}/roles", "properties/roles/items/properties/description: null for type"}: "a role without a description has null",
	{"HEAD /", "status 300"}:                                                                          "as for GET, of which nothing is described either",
	{"GET /v3/OS-FEDERATION/saml2/metadata", "status 500"}:                                            "without a file, in keystone.federation.idp",
	{"HEAD /v3/OS-FEDERATION/saml2/metadata", "status 500"}:                                           "as for GET",
	{"GET /v3/OS-FEDERATION/domains", "properties/links: object for type"}:                            "as GET /v3/auth/domains in recording 048",
	{"GET /v3/OS-FEDERATION/projects", "properties/links: object for type"}:                           "as GET /v3/auth/projects in recording 047",
	{"GET /v3/OS-FEDERATION/projects", "properties/projects/items/properties/links: object for type"}: "as GET /v3/auth/projects in recording 047",
}

// TestIdentity asks as a member and as the operator.
func TestIdentity(t *testing.T) {
	ref := load(t, "identity-v3.14.yaml", "../../openstack/identity/testdata/golden", identityMistakes)
	t.Run("member", func(t *testing.T) {
		w := newWorld(t, ref, "")
		w.know("users", simulator.DemoUser)
		w.know("projects", "307001")
		w.know("domains", "default")
		w.know("regions", "RegionOne")
		byToken := `{"auth": {"identity": {"methods": ["token"], "token": {"id": "` + w.token + `"}}`
		w.play([]step{
			{"", "", "POST", tokens, byToken + `}}`, 201},
			{"", "", "POST", tokens, byToken + `, "scope": "unscoped"}}`, 201},
			{"", "", "POST", tokens, byToken + `, "scope": {"project": {"id": "{projects}"}}}}`, 201},
			{"", "", "POST", credentials, `{"application_credential": {"name": "robot", "secret": "s3cret", "expires_at": "2100-01-01T00:00:00Z",
				"access_rules": [{"service": "compute", "path": "/v2.1/servers", "method": "GET"}]}}`, 201},
			{"", "", "POST", credentials, `{"application_credential": {"name": "other"}}`, 201},
			{"", "", "POST", tokens, `{"auth": {"identity": {"methods": ["application_credential"],
				"application_credential": {"name": "robot", "user": {"id": "{users}"}, "secret": "s3cret"}}}}`, 201},
			{"", "", "POST", "/v3/users/{user_id}/password", `{"user": {"original_password": "` + simulator.DemoKey + `", "password": "new"}}`, 403},
		})
		of := "/v3/users/" + simulator.DemoUser
		w.know("application_credentials", w.first(of+"/application_credentials?name=robot", "id"))
		w.know("access_rules", w.first(of+"/access_rules", "id"))
		w.look()
		w.play([]step{
			{"", "", "DELETE", credentials + "/{application_credential_id}", ``, 204},
			{"", "", "DELETE", "/v3/users/{user_id}/access_rules/{access_rule_id}", ``, 204},
			{"", "", "DELETE", tokens, ``, 204},
		})
	})
	t.Run("operator", func(t *testing.T) {
		cloud, err := memory.New(memory.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w := serve(t, ref, "", cloud.Services(), simulator.NewClock(time.Now()), "admin", "secret")
		for segment, path := range map[string]string{
			"users": "/v3/users", "projects": "/v3/projects", "domains": "/v3/domains",
			"roles": "/v3/roles", "services": "/v3/services", "endpoints": "/v3/endpoints", "regions": "/v3/regions",
		} {
			w.know(segment, w.first(path, "id"))
		}
		w.look()
	})
}
