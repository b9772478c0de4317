package jumpgate_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

const policyTable = "# a comment\n" +
	"admin_required\trole:admin\t-\n" +
	"list\trole:reader and project_id:%(project_id)s\tGET v21_servers\n" +
	"create\trole:member and project_id:%(project_id)s\tPOST v21_servers\n" +
	"delete\trule:admin_required or (role:member and project_id:%(project_id)s)\t-\n" +
	"own\tuser_id:%(user_id)s\t-\n" +
	"both\tnot role:reader or @\t-\n" +
	"never\t!\t-\n" +
	"anybody\t\t-\n" +
	"system\trole:reader and system_scope:all\t-\n" +
	"public\t'public':%(visibility)s\t-\n" +
	"nested\t(role:admin and (system_scope:all or project_id:%(target.project_id)s)) or role:service\t-\n"

func policy(t testing.TB, overrides map[string]string) *jumpgate.Policy {
	t.Helper()
	p, err := jumpgate.NewPolicy(policyTable, overrides)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPolicyAllows(t *testing.T) {
	p := policy(t, nil)
	reader := &jumpgate.Principal{UserID: "r", ProjectID: "p", Roles: []string{"reader"}}
	member := &jumpgate.Principal{UserID: "m", ProjectID: "p", Roles: []string{"member"}}
	admin := &jumpgate.Principal{UserID: "a", ProjectID: "q", Roles: []string{"admin"}}
	system := &jumpgate.Principal{UserID: "s", SystemScope: "all", Roles: []string{"reader"}}
	service := &jumpgate.Principal{UserID: "n", ProjectID: "services", Roles: []string{"service"}}
	other := jumpgate.Target{"project_id": "other", "user_id": "other", "visibility": "private", "target.project_id": "other"}
	mine := jumpgate.Target{"project_id": "p", "user_id": "m", "visibility": "public", "target.project_id": "q"}
	for _, c := range []struct {
		rule   string
		who    *jumpgate.Principal
		target jumpgate.Target
		want   bool
	}{
		{"list", reader, nil, true},
		{"list", reader, mine, true},
		{"list", reader, other, false},
		{"list", reader, jumpgate.Target{}, false}, // an attribute that the target lacks is no match
		{"list", member, nil, true},                // member implies reader
		{"create", reader, nil, false},
		{"create", member, nil, true},
		{"create", admin, nil, true}, // admin implies member
		{"create", system, nil, false},
		{"delete", member, other, false},
		{"delete", admin, other, true},
		{"delete", service, nil, false},
		{"own", member, mine, true},
		{"own", member, other, false},
		{"own", reader, nil, true},
		{"both", reader, nil, true},
		{"never", admin, nil, false},
		{"anybody", service, other, true},
		{"system", system, nil, true},
		{"system", reader, nil, false},
		{"public", reader, mine, true},
		{"public", reader, other, false},
		{"nested", admin, mine, true},
		{"nested", admin, other, false},
		{"nested", service, other, true},
		{"no such rule", admin, nil, false},
		{"anybody", nil, nil, false},
	} {
		if got := p.Allows(c.who, c.rule, c.target); got != c.want {
			t.Errorf("%s for %+v and %v: %v, want %v", c.rule, c.who, c.target, got, c.want)
		}
	}
	var none *jumpgate.Policy
	if none.Allows(admin, "anybody", nil) || none.Check(context.Background(), "anybody", nil) == nil {
		t.Error("no policy allows something")
	}
}

func TestPolicyOverrides(t *testing.T) {
	p := policy(t, map[string]string{"create": "role:operator"})
	if p.Allows(&jumpgate.Principal{ProjectID: "p", Roles: []string{"admin"}}, "create", nil) {
		t.Error("the rule was not replaced")
	}
	if got := p.Rules()["create"]; got != "role:operator" {
		t.Errorf("rule %q", got)
	}
}

func TestPolicyRefuses(t *testing.T) {
	for want, c := range map[string]struct {
		table     string
		overrides map[string]string
	}{
		"columns":         {table: "a\tb\n"},
		"twice":           {table: "a\t@\t-\na\t@\t-\n"},
		"no check":        {table: "a\tnonsense\t-\n"},
		"not closed":      {table: "a\t(role:x\t-\n"},
		"at the end":      {table: "a\trole:x and\t-\n"},
		"unexpected":      {table: "a\trole:x role:y\t-\n"},
		"there is not":    {table: "a\trule:b\t-\n"},
		"to itself":       {table: "a\trule:b\t-\nb\tnot rule:a\t-\n"},
		"without an endp": {table: "a\t@\tGET\n"},
		"no rule":         {table: "a\t@\t-\n", overrides: map[string]string{"b": "@"}},
		"no name like":    {table: "a\tproject_id:%(project_id\t-\n"},
	} {
		if _, err := jumpgate.NewPolicy(c.table, c.overrides); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", c.table, err, want)
		}
	}
}

// TestPolicyGuardsEndpoints: the rule of a request is asked before its handler
// runs and after hooks have said who asks.
func TestPolicyGuardsEndpoints(t *testing.T) {
	ran := false
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			disp.SetPolicy(policy(t, nil))
			handler := func(*jumpgate.Request) (any, error) { ran = true; return nil, nil }
			return disp.SetHandler("v21_servers", jumpgate.Methods{"GET": handler, "POST": handler})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"reader"}}
		return nil
	})
	for method, want := range map[string]int{http.MethodGet: 204, http.MethodPost: 403} {
		ran = false
		w := httptest.NewRecorder()
		gw.ServeHTTP(w, httptest.NewRequest(method, "/compute/v2.1/servers", nil))
		if w.Code != want || ran != (want == 204) {
			t.Errorf("%s: %d, handler ran: %v", method, w.Code, ran)
		}
		if want == 403 && !strings.Contains(w.Body.String(), "Policy doesn't allow create to be performed.") {
			t.Errorf("body %s", w.Body)
		}
	}
}

// TestPolicyScopes: a rule that says for which scopes it is refuses tokens of
// others, whatever their roles.
func TestPolicyScopes(t *testing.T) {
	p, err := jumpgate.NewPolicy("a\trole:admin\t-\tsystem,project\nb\trole:admin\t-\nnone\trole:admin and not domain_id:None\t-\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	admin := []string{"admin"}
	for name, c := range map[string]struct {
		who        jumpgate.Principal
		a, b, none bool
	}{
		"project":  {jumpgate.Principal{ProjectID: "p", Roles: admin}, true, true, false},
		"unscoped": {jumpgate.Principal{Roles: admin}, true, true, false},
		"system":   {jumpgate.Principal{SystemScope: "all", Roles: admin}, true, true, false},
		"domain":   {jumpgate.Principal{DomainID: "d", Roles: admin}, false, true, true},
	} {
		if a, b, none := p.Allows(&c.who, "a", nil), p.Allows(&c.who, "b", nil), p.Allows(&c.who, "none", nil); a != c.a || b != c.b || none != c.none {
			t.Errorf("%s: %v %v %v, want %v %v %v", name, a, b, none, c.a, c.b, c.none)
		}
	}
}

// TestServicePolicy: the options of a service replace rules of whichever driver
// serves it, also where there are none to replace.
func TestServicePolicy(t *testing.T) {
	for name, c := range map[string]struct {
		overrides map[string]string
		guarded   bool
		want      string
	}{
		"replaced":  {map[string]string{"list": "role:admin"}, true, ""},
		"unknown":   {map[string]string{"lsit": "role:admin"}, true, `no rule "lsit"`},
		"no policy": {map[string]string{"list": "role:admin"}, false, "has no policy"},
	} {
		gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Compute: {Policy: c.overrides, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				if !c.guarded {
					return nil
				}
				p, err := disp.OverridePolicy(jumpgate.MustPolicy(policyTable), map[string]string{"list": "!", "create": "role:service"})
				disp.SetPolicy(p)
				return err
			})},
		}})
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v", name, err)
		case c.want == "":
			rules := gw.Dispatcher(jumpgate.Compute).Policy().Rules()
			if rules["list"] != "role:admin" || rules["create"] != "role:service" {
				t.Errorf("%s: rules %v", name, rules)
			}
		}
	}
}

func TestPolicyWords(t *testing.T) {
	p := policy(t, nil).Worded("You are not authorized to complete %s action.")
	err := p.Check(context.Background(), "create", nil)
	if !errors.Is(err, jumpgate.Forbidden) || err.Error() != "You are not authorized to complete create action." {
		t.Errorf("error %v", err)
	}
}

// BenchmarkPolicy: a rule without an object costs no allocation.
func BenchmarkPolicy(b *testing.B) {
	p := policy(b, nil)
	who := &jumpgate.Principal{UserID: "m", ProjectID: "0123456789abcdef0123456789abcdef", Roles: []string{"reader", "member"}}
	b.ReportAllocs()
	for b.Loop() {
		if !p.Allows(who, "delete", nil) {
			b.Fatal("refused")
		}
	}
}

func FuzzNewPolicy(f *testing.F) {
	f.Add("role:member and project_id:%(project_id)s")
	f.Add("(not (role:a or @) and ((!)))")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := jumpgate.NewPolicy("a\t"+strings.NewReplacer("\t", " ", "\n", " ").Replace(text)+"\t-\n", nil)
		if err != nil {
			return
		}
		p.Allows(&jumpgate.Principal{ProjectID: "p", Roles: []string{"member"}}, "a", nil)
		p.Allows(&jumpgate.Principal{ProjectID: "p", Roles: []string{"member"}}, "a", jumpgate.Target{"project_id": "p"})
	})
}
