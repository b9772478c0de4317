package baremetal

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// notAsked are rules of Ironic's that nothing here asks: they are other names
// of what the table says, or they are for what came after version 1.82.
var notAsked = []string{
	"admin_api", "public_api", "is_member", "is_observer", "is_node_owner", "is_node_lessee", "is_allocation_owner",
	"baremetal:allocation:create_pre_rbac", "baremetal:driver:ipa_continue_inspection",
	"baremetal:node:set_provision_state:clean_steps", "baremetal:node:set_provision_state:service_steps",
	"baremetal:node:update:parent_node", "baremetal:node:update:disable_power_off", "baremetal:node:firmware:get",
	"baremetal:node:vmedia:attach", "baremetal:node:vmedia:detach", "baremetal:node:vmedia:get",
	"baremetal:runbook:get", "baremetal:runbook:list", "baremetal:runbook:list_all", "baremetal:runbook:create", "baremetal:runbook:delete",
	"baremetal:runbook:update", "baremetal:runbook:update:public", "baremetal:runbook:update:owner", "baremetal:runbook:use",
	"baremetal:inspection_rule:get", "baremetal:inspection_rule:list_all", "baremetal:inspection_rule:create",
	"baremetal:inspection_rule:update", "baremetal:inspection_rule:delete",
}

// TestPolicyAgreesWithIronics asks the table and Ironic's own rules the same of
// every kind of caller. Only an admin of a project may more than Ironic's say.
func TestPolicyAgreesWithIronics(t *testing.T) {
	text, err := os.ReadFile("testdata/policy-ironic.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	var names []string
	for line := range strings.Lines(string(text)) {
		name, check, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		fmt.Fprintf(&table, "%s\t%s\t-\n", name, check)
		names = append(names, name)
	}
	theirs, err := jumpgate.NewPolicy(table.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ours := defaultPolicy()
	for name := range ours.Rules() {
		if strings.HasPrefix(name, "baremetal:") && !slices.Contains(names, name) {
			t.Errorf("Ironic has no rule %s", name)
		}
	}
	target := jumpgate.Target{"node.owner": "owner", "node.lessee": "lessee", "allocation.owner": "owner", "config.service_project_name": "service"}
	for _, name := range names {
		if _, ok := ours.Rules()[name]; ok == slices.Contains(notAsked, name) {
			t.Errorf("rule %s: in the table %v", name, ok)
		}
		if slices.Contains(notAsked, name) {
			continue
		}
		for _, role := range []string{"reader", "member", "manager", "service", "admin"} {
			for _, project := range []string{"", "owner", "lessee", "other", "service"} {
				who := &jumpgate.Principal{UserID: "u", ProjectID: project, ProjectName: project, Roles: []string{role}}
				if project == "" {
					who.SystemScope = "all"
				}
				want := theirs.Allows(who, name, target)
				if got := ours.Allows(who, name, target); got != want && !(got && role == "admin" && project != "") {
					t.Errorf("%s: a %s of project %q may: %v, want %v", name, role, project, got, want)
				}
			}
		}
	}
}
