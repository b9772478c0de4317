package volume

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestRulesAreAsked: a rule that nobody asks would change nothing when it is
// replaced.
func TestRulesAreAsked(t *testing.T) {
	resttest.RulesAsked(t, policyTable, nil, nil, map[string]string{
		"admin_or_owner":                          "Cinder's older rule, for rules of operators to refer to",
		"system_or_domain_or_project_admin":       "as admin_or_owner",
		"group:update_group_snapshot":             "Cinder's API has no request that updates a snapshot of a group",
		"volume_extension:volume_type_encryption": "in Cinder it is what the four rules below it once were by default",
	})
}
