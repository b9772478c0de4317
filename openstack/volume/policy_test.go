package volume

import (
	"os"
	"strings"
	"testing"
)

// TestPolicyIsCinders holds the table against Cinder's own rules.
func TestPolicyIsCinders(t *testing.T) {
	rules := defaultPolicy().Rules()
	text, err := os.ReadFile("testdata/policy-cinder.tsv")
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
		t.Errorf("Cinder has no rule %s", name)
	}
}
