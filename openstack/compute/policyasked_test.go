package compute

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestRulesAreAsked: a rule that nobody asks would change nothing when it is
// replaced.
func TestRulesAreAsked(t *testing.T) {
	resttest.RulesAsked(t, policyTable, []string{"os_compute_api:"}, nil, map[string]string{
		"admin_api":                                          "Nova's older name of context_is_admin, for rules of operators to refer to",
		"admin_or_owner":                                     "as admin_api",
		"compute:server:topology:host:index":                 "no server has a NUMA topology that hosts could be told of",
		"compute:servers:resize:cross_cell":                  "there are no cells to resize between",
		"network:attach_external_network":                    "which networks servers may be on is the driver's to say",
		"os_compute_api:os-server-groups:index:all_projects": "drivers list the groups of one project",
		"os_compute_api:servers:migrations:index:host":       "the migrations under way of one server are listed to nobody",
	})
}
