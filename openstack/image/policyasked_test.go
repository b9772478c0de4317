package image

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestRulesAreAsked: a rule that nobody asks would change nothing when it is
// replaced.
func TestRulesAreAsked(t *testing.T) {
	const tasks = "Glance itself asks tasks_api_access alone"
	resttest.RulesAsked(t, policyTable, nil, nil, map[string]string{
		"get_task": tasks, "get_tasks": tasks, "add_task": tasks, "modify_task": tasks,
		"metadef_default":     "for rules of operators to refer to",
		"manage_image_cache":  "it is for the cache's older API, which is not served",
		"download_from_store": "which of an image's stores data comes from is nobody's to choose",
	})
}
