package network

import (
	"os"
	"strings"
	"testing"
)

// fields writes Neutron's checks of a field as the table does, as ones of the
// target.
var fields = strings.NewReplacer(
	"(not field:rbac_policy:target_tenant=* and not field:rbac_policy:target_project=*)", "not True:%(wildcard)s",
	"not field:rbac_policy:target_project=*", "not True:%(wildcard)s",
	"field:port:device_owner=~^network:", "True:%(network_device)s",
	"field:networks:router:external=True", "True:%(external)s",
	"field:subnets:router:external=True", "True:%(external)s",
	"field:security_group_rules:belongs_to_default_sg=True", "True:%(belongs_to_default_sg)s",
	"field:address_groups:shared=True", "True:%(shared)s",
	"field:address_scopes:shared=True", "True:%(shared)s",
	"field:networks:shared=True", "True:%(shared)s",
	"field:policies:shared=True", "True:%(shared)s",
	"field:security_groups:shared=True", "True:%(shared)s",
	"field:subnetpools:shared=True", "True:%(shared)s",
)

// TestPolicyIsNeutrons holds the table against Neutron's own rules.
func TestPolicyIsNeutrons(t *testing.T) {
	rules := defaultPolicy().Rules()
	rules["regular_user"] = strings.TrimPrefix(rules["regular_user"], "@") // the empty check string allows as @ does
	text, err := os.ReadFile("testdata/policy-neutron.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, check, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		want := fields.Replace(strings.Join(strings.Fields(check), " "))
		if got, ok := rules[name]; !ok || strings.Join(strings.Fields(got), " ") != want {
			t.Errorf("rule %s is %q, want %q", name, got, want)
		}
		delete(rules, name)
	}
	for name := range rules {
		t.Errorf("Neutron has no rule %s", name)
	}
}
