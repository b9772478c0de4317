package identity

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestRulesAreAsked: a rule that nobody asks would change nothing when it is
// replaced.
func TestRulesAreAsked(t *testing.T) {
	composed := []string{"identity:create_limits"}
	for _, verb := range []string{"get", "update", "delete"} {
		for _, kind := range []string{"role", "domain_role", "endpoint", "limit"} {
			composed = append(composed, "identity:"+verb+"_"+kind)
		}
	}
	for _, verb := range []string{"list", "check", "create", "revoke"} {
		var a Assignment
		a.System = true
		composed = append(composed, "identity:"+grantAction(verb, &a))
		a.GroupID = "g"
		composed = append(composed, "identity:"+grantAction(verb, &a))
	}
	const nobody = "Keystone itself asks it nowhere"
	resttest.RulesAsked(t, policyTable, []string{"identity:"}, composed, map[string]string{
		"admin_or_token_subject":         "for rules of operators to refer to",
		"service_admin_or_token_subject": "as admin_or_token_subject",
		"identity:delete_access_token":   "Keystone asks ec2_delete_credential in its place",
		"identity:list_domains_for_user": nobody, "identity:list_projects_for_user": nobody, "identity:revocation_list": nobody,
	})
}
