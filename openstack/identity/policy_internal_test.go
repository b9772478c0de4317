package identity

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

func keystonePolicy(t *testing.T) *jumpgate.Policy {
	t.Helper()
	p, err := jumpgate.NewPolicy(policyTable, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPolicyIsKeystones holds the table against Keystone's own rules: names,
// check strings and scopes.
func TestPolicyIsKeystones(t *testing.T) {
	text, err := os.ReadFile("testdata/policy-keystone.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		want[name] = strings.TrimSuffix(rest, "\t")
	}
	if len(want) < 200 {
		t.Fatalf("%d rules of Keystone", len(want))
	}
	for line := range strings.Lines(policyTable) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		got := strings.TrimSuffix(strings.Join(append([]string{f[1]}, f[3:]...), "\t"), "\t")
		if w, ok := want[f[0]]; !ok || w != got {
			t.Errorf("rule %s is %q, want %q", f[0], got, w)
		}
		delete(want, f[0])
	}
	for name := range want {
		t.Errorf("no rule %s", name)
	}
}

// TestWhoseOwn: what the defaults leave to each user himself is his whatever
// his role, and a reader may do nothing else that changes anything.
func TestWhoseOwn(t *testing.T) {
	p := keystonePolicy(t)
	reader := &jumpgate.Principal{UserID: "u", ProjectID: "p", ProjectDomainID: "default", Roles: []string{"reader"}}
	own := jumpgate.Target{
		"user_id": "u", "target.user.id": "u", "target.user.domain_id": "default", "target.credential.user_id": "u", "target.token.user_id": "u",
		"target.trust.trustor_user_id": "u", "target.trust.trustee_user_id": "x", "target.project.id": "p", "target.project.domain_id": "default",
		"target.domain.id": "default", "target.group.domain_id": "default", "target.role.name": "reader", "target.role.domain_id": "None",
		"target.domain_id": "default", "target.limit.project_id": "p",
	}
	var may []string
	for name := range p.Rules() {
		verb, _, _ := strings.Cut(strings.TrimPrefix(name, "identity:"), "_")
		if strings.HasPrefix(name, "identity:") && !slices.Contains([]string{"get", "list", "check", "validate"}, verb) && p.Allows(reader, name, own) {
			may = append(may, name)
		}
	}
	slices.Sort(may)
	want := []string{
		"identity:create_application_credential", "identity:create_credential", "identity:create_trust",
		"identity:delete_access_rule", "identity:delete_application_credential", "identity:delete_credential", "identity:delete_trust",
		"identity:ec2_get_credential", "identity:ec2_list_credentials",
		"identity:revoke_token", "identity:update_credential",
	}
	if !slices.Equal(may, want) {
		t.Errorf("a reader may do with its own\n%v\nwant\n%v", may, want)
	}
	other := jumpgate.Target{}
	for name := range own {
		other[name] = "other"
	}
	for _, name := range want {
		if p.Allows(reader, name, other) {
			t.Errorf("%s with what is another's", name)
		}
	}
}

// TestGuardsNeedNoObject: a rule that guards a request by itself says nothing
// of an object, which the guard would take for the caller's own.
func TestGuardsNeedNoObject(t *testing.T) {
	p := keystonePolicy(t)
	guards := 0
	for _, e := range jumpgate.Endpoints(jumpgate.Identity) {
		for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			rule := p.EndpointRule(e.Name, m)
			if rule == "" {
				continue
			}
			guards++
			if text := p.Rules()[rule]; strings.Contains(text, "%(") || strings.Contains(text, "owner") || strings.Contains(text, "subject") {
				t.Errorf("%s %s is guarded by %s: %s", m, e.Name, rule, text)
			}
		}
	}
	if guards < 90 {
		t.Errorf("%d requests are guarded", guards)
	}
}
