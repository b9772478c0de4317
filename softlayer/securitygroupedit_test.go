package softlayer

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/attachinterfaces"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/secgroups"

	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	slnetwork "github.com/softlayer/jumpgate/softlayer/internal/network"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

type shownRule struct {
	ID       string
	Parent   string                `json:"parent_group_id"`
	Protocol *string               `json:"ip_protocol"`
	From     *int                  `json:"from_port"`
	To       *int                  `json:"to_port"`
	Range    struct{ CIDR string } `json:"ip_range"`
	Group    struct{ Name string } `json:"group"`
}

type shownGroup struct {
	ID, Name, Description string
	Rules                 []shownRule
}

// makeGroup makes a security group as a client of Nova does.
func (w *world) makeGroup(name string) shownGroup {
	w.Helper()
	var made struct {
		Group shownGroup `json:"security_group"`
	}
	w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-security-groups",
		`{"security_group":{"name":"`+name+`","description":"for tests"}}`), &made)
	return made.Group
}

// refused checks the status and the message of a fault.
func (a *answer) refused(t testing.TB, status int, message string) {
	t.Helper()
	if _, got := a.fault(); a.status != status || got != message {
		t.Errorf("%d %s\nwant %d %s", a.status, got, status, message)
	}
}

// TestSecurityGroupLife makes, fills, changes and deletes groups, through both
// versions of the API.
func TestSecurityGroupLife(t *testing.T) {
	for _, root := range []string{"/compute/v2.1", "/compute/v2/307001"} {
		t.Run(root, func(t *testing.T) {
			w := newWorld(t, setup{})
			do := func(method, path, body string) *answer { return w.raw(simulator.DemoUser, method, root+path, body) }
			web, app := w.makeGroup("web"), w.makeGroup("app")
			if web.Name != "web" || web.Description != "for tests" || len(web.Rules) != 0 {
				t.Errorf("%+v", web)
			}
			var rules []records.SecurityRule
			number, _ := keep.NumberOf(keep.SecurityGroupKind, web.ID)
			if _, err := w.driver.core.API.Do(asDemo(), upstream.Call{Service: slnetwork.GroupService, ID: fmt.Sprint(number), Method: "getRules"}, &rules); err != nil ||
				len(rules) != 2 || rules[0].Direction != "egress" || rules[1].Ethertype != "IPv6" {
				t.Errorf("a new group lets out %+v, %v", rules, err)
			}
			add := func(group, rest string) *answer {
				return do("POST", "/os-security-group-rules", `{"security_group_rule":{"parent_group_id":"`+group+`",`+rest+`}}`)
			}
			var made struct {
				Rule shownRule `json:"security_group_rule"`
			}
			w.into(add(web.ID, `"ip_protocol":"TCP","from_port":"443","to_port":443,"cidr":"192.0.2.7/24"`), &made)
			if r := made.Rule; *r.Protocol != "tcp" || *r.From != 443 || *r.To != 443 || r.Range.CIDR != "192.0.2.7/24" || r.Parent != web.ID {
				t.Errorf("%+v", r)
			}
			https := made.Rule.ID
			w.into(add(app.ID, `"group_id":"`+web.ID+`"`), &made)
			if r := made.Rule; r.Protocol != nil || r.From != nil || r.Group.Name != "web" {
				t.Errorf("%+v", r)
			}
			w.into(add(app.ID, `"ip_protocol":"icmp","from_port":-1,"to_port":-1`), &made)
			w.into(add(app.ID, `"ip_protocol":"udp","from_port":53,"to_port":53,"cidr":"2001:db8::/32"`), &made)
			add(web.ID, `"ip_protocol":"tcp","from_port":443,"to_port":443,"cidr":"192.0.2.7/24"`).
				refused(t, 400, "This rule already exists in group "+web.ID)

			w.into(do("PUT", "/os-security-groups/"+web.ID, `{"security_group":{"name":"www","description":""}}`), new(any))
			var one struct {
				Group shownGroup `json:"security_group"`
			}
			w.into(do("GET", "/os-security-groups/"+web.ID, ""), &one)
			if one.Group.Name != "www" || len(one.Group.Rules) != 1 || one.Group.Rules[0].ID != https {
				t.Errorf("%+v", one)
			}
			w.into(do("GET", "/os-security-groups/"+app.ID, ""), &one)
			if len(one.Group.Rules) != 3 || *one.Group.Rules[1].From != -1 || one.Group.Rules[2].Range.CIDR != "2001:db8::/32" {
				t.Errorf("%+v", one)
			}

			if a := do("DELETE", "/os-security-group-rules/"+https, ""); a.status != http.StatusAccepted {
				t.Errorf("%d %s", a.status, a.body)
			}
			do("DELETE", "/os-security-group-rules/"+https, "").refused(t, 404, "Security group rule "+https+" does not exist")
			for _, id := range []string{web.ID, app.ID} {
				w.into(do("GET", "/os-security-groups/"+app.ID, ""), &one)
				if want := map[string]int{web.ID: 3, app.ID: 2}[id]; len(one.Group.Rules) != want { // the one that named it went with web
					t.Errorf("%d rules, want %d", len(one.Group.Rules), want)
				}
				if a := do("DELETE", "/os-security-groups/"+id, ""); a.status != http.StatusAccepted {
					t.Errorf("%d %s", a.status, a.body)
				}
				do("GET", "/os-security-groups/"+id, "").refused(t, 404, "Security group "+id+" does not exist")
			}
		})
	}
}

// TestServerSecurityGroups adds groups to servers and takes them away.
func TestServerSecurityGroups(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	web := w.makeGroup("web")
	w.firewall("twice")
	w.firewall("twice")
	act := func(action, group string) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"`+action+`":{"name":"`+group+`"}}`)
	}
	groups := func() string {
		var shown struct {
			Server struct {
				Groups []struct{ Name string } `json:"security_groups"`
			}
		}
		w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, ""), &shown)
		var names []string
		for _, g := range shown.Server.Groups {
			names = append(names, g.Name)
		}
		return strings.Join(names, " ")
	}
	act("addSecurityGroup", "nonsense").refused(t, 404, "Security group nonsense is not found for project 307001")
	act("addSecurityGroup", "twice").refused(t, 409, "Multiple security_group matches found for name 'twice', use an ID to be more specific.")
	act("removeSecurityGroup", "web").refused(t, 404, "Security group web not associated with the instance "+id)
	if a := act("addSecurityGroup", "web"); a.status != http.StatusAccepted || groups() != "web" {
		t.Errorf("%d %s, groups %s", a.status, a.body, groups())
	}
	act("addSecurityGroup", web.ID).refused(t, 400, "Invalid input for security_groups. Reason: Duplicate items in the list: '"+web.ID+"'.")
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/os-security-groups/"+web.ID, "").refused(t, 400, "Security Group "+web.ID+" in use.")
	if a := act("removeSecurityGroup", web.ID); a.status != http.StatusAccepted || groups() != "" {
		t.Errorf("%d %s, groups %s", a.status, a.body, groups())
	}

	// What was deleted holds no group, though SoftLayer keeps it for hours.
	lost := w.makeGroup("lost")
	id, kept := w.boot(simulator.DemoUser, "lost"), id
	act("addSecurityGroup", "lost")
	w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/servers/"+id, "")
	if a := w.raw(simulator.DemoUser, "DELETE", "/compute/v2.1/os-security-groups/"+lost.ID, ""); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
	id = kept

	// One interface behind the group is half the way.
	var g struct {
		records.Numbered
		NetworkComponents []records.Numbered `json:"networkComponents"`
	}
	if _, err := w.driver.core.API.Do(asDemo(), upstream.Call{Service: "Virtual_Guest", ID: id, Method: "getObject", Mask: "mask[id,networkComponents.id]"}, &g); err != nil {
		t.Fatal(err)
	}
	number, _ := keep.NumberOf(keep.SecurityGroupKind, web.ID)
	if _, err := w.driver.network.GroupRequest(asDemo(), number, "attachNetworkComponents", []int{g.NetworkComponents[0].ID}); err != nil {
		t.Fatal(err)
	}
	if a := act("addSecurityGroup", "web"); a.status != http.StatusAccepted || groups() != "web" {
		t.Errorf("%d %s, groups %s", a.status, a.body, groups())
	}

	// An interface without a network is none.
	act("removeSecurityGroup", "web")
	w.sim.Inject(simulator.Fault{Service: "SoftLayer_Virtual_Guest", Method: "getObject", Times: 1, Body: fmt.Sprintf(`{"id":%d,"globalIdentifier":"%s",
		"provisionDate":"2026-01-01T00:00:00Z","powerState":{"keyName":"RUNNING"},"networkComponents":[{"id":5},{"id":%d,"primaryIpAddress":"10.0.0.1"}],
		"account":{"securityGroups":[{"id":%d,"name":"web"}]}}`, g.ID, id, g.NetworkComponents[1].ID, number)})
	if a := act("addSecurityGroup", "web"); a.status != http.StatusAccepted || groups() != "web" {
		t.Errorf("%d %s, groups %s", a.status, a.body, groups())
	}

	// Of many who add a group at once one does it, and nobody breaks it.
	act("removeSecurityGroup", "web")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if a, err := w.try(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"addSecurityGroup":{"name":"web"}}`); err != nil ||
				a.status != http.StatusAccepted && a.status != http.StatusBadRequest {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	wg.Wait()
	if groups() != "web" {
		t.Error(groups())
	}

	id = "00000000-dead-4bad-8bad-000000000000"
	act("addSecurityGroup", "web").refused(t, 404, "Instance "+id+" could not be found.")
	act("addSecurityGroup", "").refused(t, 404, "Instance "+id+" could not be found.")
	var made struct{ Server struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers", order(nil)), &made)
	id = made.Server.ID
	act("addSecurityGroup", "web").refused(t, 400, "Network requires port_security_enabled and subnet associated in order to apply security groups.")
	w.raw(simulator.AltUser, "POST", "/compute/v2.1/servers/"+id+"/action", `{"addSecurityGroup":{"name":"web"}}`).
		refused(t, 404, "Instance "+id+" could not be found.")
}

// TestSecurityGroupClient is gophercloud's way to the same.
func TestSecurityGroupClient(t *testing.T) {
	w := newWorld(t, setup{})
	ctx, client := context.Background(), w.compute(simulator.DemoUser)
	id := w.boot(simulator.DemoUser, "web")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	group, err := secgroups.Create(ctx, client, secgroups.CreateOpts{Name: "web", Description: "for tests"}).Extract()
	must(err)
	description := ""
	group, err = secgroups.Update(ctx, client, group.ID, secgroups.UpdateOpts{Name: "www", Description: &description}).Extract()
	must(err)
	rule, err := secgroups.CreateRule(ctx, client, secgroups.CreateRuleOpts{
		ParentGroupID: group.ID, FromPort: 22, ToPort: 22, IPProtocol: "TCP", CIDR: "0.0.0.0/0",
	}).Extract()
	must(err)
	must(secgroups.AddServer(ctx, client, id, "www").ExtractErr())
	pages, err := secgroups.ListByServer(client, id).AllPages(ctx)
	must(err)
	if list, err := secgroups.ExtractSecurityGroups(pages); err != nil || len(list) != 1 || list[0].Name != "www" || len(list[0].Rules) != 1 || list[0].Rules[0].ID != rule.ID {
		t.Errorf("%+v, %v", list, err)
	}
	if err := secgroups.Delete(ctx, client, group.ID).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("one in use: %v", err)
	}
	must(secgroups.RemoveServer(ctx, client, id, "www").ExtractErr())
	must(secgroups.DeleteRule(ctx, client, rule.ID).ExtractErr())
	must(secgroups.Delete(ctx, client, group.ID).ExtractErr())
	if _, err := secgroups.Get(ctx, client, group.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("one that is gone: %v", err)
	}
	if _, err := attachinterfaces.Create(ctx, client, id, attachinterfaces.CreateOpts{}).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("another interface: %v", err)
	}
}

// TestSecurityGroupTrouble: limits, half-made groups, and answers that say too
// little.
func TestSecurityGroupTrouble(t *testing.T) {
	w := newWorld(t, setup{})
	limit := `{"error":"You have reached the security group limit.","code":"SoftLayer_Exception_Public"}`
	create := func() *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-security-groups", `{"security_group":{"name":"x","description":""}}`)
	}
	rule := func(group string, port int) *answer {
		return w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-security-group-rules",
			fmt.Sprintf(`{"security_group_rule":{"parent_group_id":"%s","ip_protocol":"tcp","from_port":%d,"to_port":%[2]d,"cidr":"192.0.2.9/24"}}`, group, port))
	}
	w.sim.Inject(simulator.Fault{Method: "createObject", Times: 1, Status: 500, Body: limit})
	create().refused(t, 403, "Quota exceeded for resources: ['security_group'].")
	w.sim.Inject(simulator.Fault{Method: "addRules", Times: 1, Status: 500, Body: simulator.BodyInternalError})
	if a := create(); a.status != http.StatusBadGateway {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-security-groups", ""); strings.Count(a.body, `"parent_group_id"`) != 2 || !strings.Contains(a.body, `"default"`) || strings.Contains(a.body, `"x"`) {
		t.Errorf("a half-made group stays: %s", a.body)
	}

	group := w.makeGroup("web").ID
	w.sim.Inject(simulator.Fault{Method: "addRules", Times: 1, Status: 500, Body: limit})
	rule(group, 1).refused(t, 403, "Quota exceeded for resources: ['security_group_rule'].")
	w.sim.Inject(simulator.Fault{Method: "addRules", Times: 1, AfterEffect: true, Body: `{"requestId":"x","rules":"[{u'id': 5}]"}`})
	var made struct {
		Rule shownRule `json:"security_group_rule"`
	}
	w.into(rule(group, 2), &made)
	var shown struct {
		Group shownGroup `json:"security_group"`
	}
	if w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/os-security-groups/"+group, ""), &shown); len(shown.Group.Rules) != 1 || shown.Group.Rules[0].ID != made.Rule.ID {
		t.Errorf("%+v, %+v", made, shown)
	}
	w.sim.Inject(simulator.Fault{Method: "addRules", Times: 1, Body: `{}`})
	if a := rule(group, 3); a.status != http.StatusBadGateway {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, id := range []string{"x", keep.IDOf(keep.SecurityRuleKind, 60301), keep.IDOf(keep.SecurityGroupKind, 5)} {
		if a := w.raw(simulator.AltUser, "DELETE", "/compute/v2.1/os-security-groups/"+id, ""); a.status != 400 && a.status != 404 {
			t.Errorf("%s: %d %s", id, a.status, a.body)
		}
	}
	w.raw(simulator.AltUser, "DELETE", "/compute/v2.1/os-security-groups/"+group, "").refused(t, 404, "Security group "+group+" does not exist")
	w.raw(simulator.AltUser, "DELETE", "/compute/v2.1/os-security-group-rules/"+made.Rule.ID, "").refused(t, 404, "Security group rule "+made.Rule.ID+" does not exist")
}
