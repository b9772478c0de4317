package softlayer

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// firewall makes a security group in the account of the demo user.
func (w *world) firewall(name string, rules ...any) int {
	w.Helper()
	var made records.Numbered
	create := upstream.Call{Service: "Network_SecurityGroup", Method: "createObject", Args: []any{map[string]any{"name": name, "description": "for tests"}}}
	if _, err := w.driver.core.API.Do(asDemo(), create, &made); err != nil {
		w.Fatal(err)
	}
	if len(rules) > 0 {
		var added any
		add := upstream.Call{Service: "Network_SecurityGroup", ID: strconv.Itoa(made.ID), Method: "addRules", Args: []any{rules}}
		if _, err := w.driver.core.API.Do(asDemo(), add, &added); err != nil {
			w.Fatal(err)
		}
	}
	return made.ID
}

// TestSecurityGroups shows groups, and binds servers to them by name and id.
func TestSecurityGroups(t *testing.T) {
	w := newWorld(t, setup{})
	web := w.firewall("web",
		map[string]any{"direction": "ingress", "protocol": "tcp", "portRangeMin": 80, "portRangeMax": 443, "remoteIp": "192.0.2.0/24"},
		map[string]any{"direction": "egress"})
	app := w.firewall("app", map[string]any{"direction": "ingress", "remoteGroupId": web})
	w.firewall("twice")
	w.firewall("twice")

	type group struct {
		ID, Name, Description string
		Rules                 []struct {
			Protocol string                `json:"ip_protocol"`
			From     int                   `json:"from_port"`
			To       int                   `json:"to_port"`
			Range    struct{ CIDR string } `json:"ip_range"`
			Group    struct{ Name string }
		}
	}
	var list struct {
		Groups []group `json:"security_groups"`
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-security-groups", ""), &list)
	if len(list.Groups) != 5 || list.Groups[1].Name != "default" || len(list.Groups[1].Rules) != 2 || list.Groups[0].Name != "app" || len(list.Groups[0].Rules) != 1 || list.Groups[0].Rules[0].Group.Name != "web" {
		t.Errorf("%+v", list)
	}
	if g := list.Groups[4]; g.Name != "web" || len(g.Rules) != 1 || g.Rules[0].From != 80 || g.Rules[0].To != 443 || g.Rules[0].Range.CIDR != "192.0.2.0/24" {
		t.Errorf("%+v", g)
	}

	for _, test := range []struct {
		groups  []string
		status  int
		message string
		want    string
	}{
		{[]string{"web"}, 202, "", "web"},
		{[]string{keep.IDOf(keep.SecurityGroupKind, app), "web"}, 202, "", "app web"},
		{[]string{"default"}, 202, "", "default"},
		{[]string{"default", "app"}, 202, "", "app"},
		{[]string{"nonsense"}, 400, "Unable to find security_group with name or id 'nonsense'", ""},
		{[]string{"twice"}, 409, "Multiple security_groups found matching 'twice'. Use an ID to be more specific.", ""},
	} {
		var groups []any
		for _, g := range test.groups {
			groups = append(groups, map[string]any{"name": g})
		}
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(map[string]any{"security_groups": groups}))
		if _, message := a.fault(); a.status != test.status || test.message != "" && message != test.message {
			t.Errorf("%v: %d %s", test.groups, a.status, a.body)
			continue
		}
		if a.status != http.StatusAccepted {
			continue
		}
		var made struct{ Server struct{ ID string } }
		w.into(a, &made)
		w.clock.Advance(20 * step)
		w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+made.Server.ID+"/os-security-groups", ""), &list)
		var names []string
		for _, g := range list.Groups {
			names = append(names, g.Name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%v: %s, want %s", test.groups, got, test.want)
		}
	}
	if w.into(w.raw(simulator.AltUser, "GET", "/compute/v2.1/os-security-groups", ""), &list); len(list.Groups) != 1 || list.Groups[0].Name != "default" {
		t.Errorf("another account's: %+v", list)
	}
}
