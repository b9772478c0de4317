package image

import (
	"os"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestPolicyIsGlances holds the table against Glance's own rules.
func TestPolicyIsGlances(t *testing.T) {
	p, err := jumpgate.NewPolicy(policyTable, nil)
	if err != nil {
		t.Fatal(err)
	}
	rules := p.Rules()
	text, err := os.ReadFile("testdata/policy-glance.tsv")
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
	for name := range rules {
		t.Errorf("Glance has no rule %s", name)
	}
}
