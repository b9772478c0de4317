package compute

import (
	"cmp"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

func novaPolicy(t *testing.T) *jumpgate.Policy {
	t.Helper()
	p, err := jumpgate.NewPolicy(policyTable, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPolicyIsNovas holds the table against Nova's own rules. What the table
// has besides stands for the image service behind Nova's proxies.
func TestPolicyIsNovas(t *testing.T) {
	rules := novaPolicy(t).Rules()
	text, err := os.ReadFile("testdata/policy-nova.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, check, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if got, ok := rules[name]; !ok || got != check {
			t.Errorf("rule %s is %q, want %q", name, got, check)
		}
		delete(rules, name)
	}
	delete(rules, "delete_image")
	delete(rules, "modify_image")
	for name := range rules {
		t.Errorf("Nova has no rule %s", name)
	}
}

// TestEveryActionHasARule: an action without a rule could not be refused.
func TestEveryActionHasARule(t *testing.T) {
	p := novaPolicy(t)
	for name, a := range actionTable {
		rule := p.EndpointRule("action:"+name, http.MethodPost)
		switch {
		case a.gone:
		case rule == "":
			t.Errorf("%s has no rule", name)
		case a.rule != "" && a.rule != rule:
			t.Errorf("%s has the rule %s, and %s in the policy", name, a.rule, rule)
		case p.Allows(&jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}, rule, nil):
			t.Errorf("a reader may do %s", name)
		}
	}
}

// TestReaderChangesNothing: of what changes something, the policy lets a reader
// do what concerns the user alone. What has no rule of its own is refused to
// everybody but admins, or asks its rule itself.
func TestReaderChangesNothing(t *testing.T) {
	p := novaPolicy(t)
	reader := &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}
	own := []string{"os_keypairs", "os_keypair"}
	var unguarded []string
	for _, row := range refusals {
		unguarded = append(unguarded, row.name)
	}
	unguarded = append(unguarded, "server_action", "os_volumes_boot_action",
		// answered in the same way to everybody: nothing is done
		"index", "v3_index", "flavor_action")
	for _, e := range jumpgate.Endpoints(jumpgate.Compute) {
		name := strings.TrimPrefix(strings.TrimPrefix(e.Name, "v21_"), "v2_")
		for _, method := range e.Methods {
			if method == http.MethodGet || method == http.MethodHead || slices.Contains(unguarded, name) {
				continue
			}
			rule := cmp.Or(p.EndpointRule(e.Name, method), p.EndpointRule("body:"+e.Name, method))
			switch {
			case rule == "" && forbiddenToMembers[method+" "+name]:
			case rule == "":
				t.Errorf("%s %s has no rule", method, e.Name)
			case p.Allows(reader, rule, nil) != slices.Contains(own, name):
				t.Errorf("%s %s: a reader may: %v", method, e.Name, p.Allows(reader, rule, nil))
			}
		}
	}
}

// forbiddenToMembers are requests whose handlers refuse everybody but admins
// (table.forbid and quotas).
var forbiddenToMembers = map[string]bool{
	"POST flavors": true, "PUT flavor": true, "DELETE flavor": true, "POST tenant_flavors": true, "PUT tenant_flavor": true, "DELETE tenant_flavor": true,
	"POST os_extra_specs_flavor": true, "PUT os_extra_specs_flavor_key": true, "DELETE os_extra_specs_flavor_key": true,
	"PUT os_quota_sets_user": true, "DELETE os_quota_sets_user": true, "PUT os_quota_sets_target": true, "DELETE os_quota_sets_target": true,
	"PUT os_tenant_quota_sets": true, "DELETE os_tenant_quota_sets": true,
}
