package openapi

import (
	"context"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

const (
	tokens      = "/v3/auth/tokens"
	credentials = "/v3/users/{user_id}/application_credentials"
)

var identityMistakes = map[rule]string{
	{"GET /v3/policies", "body"}:                                                                      "a Keystone 22 has one: openstack/identity/testdata/answers.jsonl",
	{"GET /v3/OS-OAUTH1/consumers", "body"}:                                                           "a Keystone 22 has one: openstack/identity/testdata/answers.jsonl",
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
		w.know("application_credentials", w.first(of+"/application_credentials", "id"))
		w.know("access_rules", w.first(of+"/access_rules", "id"))
		w.look()
		w.play([]step{
			{"", "", "DELETE", credentials + "/{application_credential_id}", ``, 204},
			{"", "", "DELETE", "/v3/users/{user_id}/access_rules/{access_rule_id}", ``, 204},
			{"", "", "DELETE", tokens, ``, 204},
		})
	})
	t.Run("operator", func(t *testing.T) {
		driver := jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			if disp.Service() != jumpgate.Identity {
				return nil
			}
			return identity.Register(disp, operator{}, identity.Options{})
		})
		w := serve(t, ref, "", driver, simulator.NewClock(time.Now()), "root", "secret")
		for segment, path := range map[string]string{
			"users": "/v3/users", "projects": "/v3/projects", "domains": "/v3/domains",
			"roles": "/v3/roles", "services": "/v3/services", "endpoints": "/v3/endpoints", "regions": "/v3/regions",
		} {
			w.know(segment, w.first(path, "id"))
		}
		w.look()
	})
}

// operator is a driver whose one user runs the cloud.
type operator struct{}

var root = identity.User{
	ID: "4ea038c300574e94a560b41b769a79f1", Name: "root", Email: "root@example.com", DefaultProjectID: "ops",
	Projects: []identity.Project{{ID: "ops", Name: "Operations", Enabled: true, Roles: []string{"admin", "member", "reader"}}},
}

func (operator) Authenticate(context.Context, identity.Credentials) (*identity.User, error) {
	return &root, nil
}

func (operator) Projects(context.Context) ([]identity.Project, error) { return root.Projects, nil }

func (operator) Users(context.Context) ([]identity.User, error) { return []identity.User{root}, nil }
