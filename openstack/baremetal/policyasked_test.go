package baremetal

import (
	"testing"

	"github.com/softlayer/jumpgate/openstack/internal/jsonpatch"
	"github.com/softlayer/jumpgate/openstack/internal/resttest"
)

// TestRulesAreAsked: a rule that nobody asks would change nothing when it is
// replaced.
func TestRulesAreAsked(t *testing.T) {
	var composed []string
	for _, name := range []string{
		"extra", "instance_info", "driver_info", "properties", "chassis_uuid", "instance_uuid", "lessee", "owner", "network_data", "conductor_group", "name", "shard",
	} {
		composed = append(composed, nodeRules(patch{ops: []operation{{Operation: jsonpatch.Operation{Op: "replace", Path: "/" + name}}}})...)
	}
	for _, name := range []string{"last_error", "reservation", "driver_internal_info", "driver_info"} {
		composed = append(composed, "baremetal:node:get:"+name)
	}
	for _, k := range []*kind[Node]{{one: "node"}, {one: "port"}, {one: "portgroup"}, {one: "chassis"}, {one: "allocation"}, {one: "deploy_template"}, {one: "volume"}, {one: "conductor"}} {
		composed = append(composed, k.rule("get"), k.rule("create"), k.rule("update"), k.rule("delete"), k.listRule(), k.listRule()+"_all")
	}
	resttest.RulesAsked(t, policyTable, []string{"baremetal:node:", "baremetal:driver:"}, composed, nil)
}
