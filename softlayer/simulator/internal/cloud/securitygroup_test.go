package cloud

import (
	"strings"
	"testing"
)

// rule is a template for addRules, with changes.
func rule(changes map[string]any) map[string]any {
	t := map[string]any{"direction": "ingress", "protocol": "tcp", "portRangeMin": 80, "portRangeMax": 90}
	for name, v := range changes {
		t[name] = v
	}
	return t
}

// TestSecurityRules: what a rule may be, and what becomes of what is left out.
func TestSecurityRules(t *testing.T) {
	w := newWorld(t)
	id := textOf(at(w.post(securityGroupTyp+".json", map[string]any{"name": "web"}), "id"))
	path := securityGroupTyp + "/" + id
	w.fails(w.do("POST", securityGroupTyp+".json", parameters(t, map[string]any{"nam": "web"})), 500, "InvalidValue", "'nam'")
	for property, changes := range map[string]map[string]any{
		"direction":    {"direction": "inbound"},
		"protocol":     {"protocol": "gre"},
		"portRangeMin": {"portRangeMin": 100},
		"portRangeMax": {"portRangeMax": 70000},
		"remoteIp":     {"remoteIp": "10.0.0.0/33"},
		"ethertype":    {"remoteIp": "2001:db8::/64", "ethertype": "IPv4"},
		"exclusive":    {"remoteIp": "10.0.0.0/8", "remoteGroupId": id},
		"nonsense":     {"nonsense": 1},
	} {
		w.fails(w.do("POST", path+"/addRules.json", parameters(t, []any{rule(changes)})), 500, "InvalidValue", property)
	}
	w.fails(w.do("POST", path+"/addRules.json", parameters(t, []any{rule(map[string]any{"remoteGroupId": 5})})), 404, "ObjectNotFound", "5")
	w.fails(w.do("POST", path+"/addRules.json", parameters(t, []any{})), 400, "WebService_BadRequest", "")
	w.fails(w.do("POST", path+"/addRules.json", parameters(t, []any{map[string]any{
		"direction": "ingress", "protocol": "icmp", "portRangeMax": 0,
	}})), 500, "InvalidValue", "portRangeMin") // a code without a type
	if got := w.text(path + "/getRules.json"); got != "[]" {
		t.Errorf("refused rules left %s", got)
	}

	made := w.post(path+"/addRules.json", []any{rule(nil), rule(map[string]any{"remoteIp": "2001:db8::/64", "protocol": "TCP"})})
	if rules := listAt(made, "rules"); str(made, "requestId") == "" || len(rules) != 2 || str(rules[0], "ethertype") != "IPv4" ||
		str(rules[1], "ethertype") != "IPv6" || str(rules[1], "protocol") != "tcp" {
		t.Errorf("%v", made)
	}
	w.fails(w.do("POST", path+"/addRules.json", parameters(t, []any{rule(nil)})), 500, "Public", "already")
	first := textOf(at(listAt(made, "rules")[0], "id"))
	w.post(path+"/editRules.json", []any{map[string]any{"id": first, "portRangeMin": -1, "portRangeMax": -1, "protocol": ""}})
	if got := w.text(path + "/getRules.json" + query("mask[protocol,portRangeMin]", "", "")); !strings.HasPrefix(got, `[{"portRangeMin":null,"protocol":null}`) {
		t.Error(got)
	}
	w.post(path+"/removeRules.json", []any{first})
	w.fails(w.do("POST", path+"/removeRules.json", parameters(t, []any{first})), 404, "ObjectNotFound", first)
}

// TestSecurityGroupInUse: a group that guards or is let in anywhere stays.
func TestSecurityGroupInUse(t *testing.T) {
	w := newWorld(t, fleet(1))
	web := textOf(at(w.post(securityGroupTyp+".json", map[string]any{"name": "web"}), "id"))
	app := textOf(at(w.post(securityGroupTyp+".json", map[string]any{"name": "app"}), "id"))
	nic := textOf(w.sim.accounts[0].guests[0].nics[0].id)
	use := func(method, id string) { w.post(securityGroupTyp+"/"+web+"/"+method+".json", []any{id}) }

	use("attachNetworkComponents", nic)
	w.fails(w.do("POST", securityGroupTyp+"/"+web+"/attachNetworkComponents.json", parameters(t, []any{nic})), 500, "Public", "already")
	w.fails(w.do("POST", securityGroupTyp+"/"+web+"/attachNetworkComponents.json", parameters(t, []any{"5"})), 404, "ObjectNotFound", "5")
	w.fails(w.do("GET", securityGroupTyp+"/"+web+"/deleteObject.json", ""), 500, "Public", "in use")
	use("detachNetworkComponents", nic)
	w.fails(w.do("POST", securityGroupTyp+"/"+web+"/detachNetworkComponents.json", parameters(t, []any{nic})), 500, "Public", "not attached")

	w.post(securityGroupTyp+"/"+app+"/addRules.json", []any{rule(map[string]any{"remoteGroupId": web})})
	w.fails(w.do("DELETE", securityGroupTyp+"/"+web+".json", ""), 500, "Public", "remote group")
	for _, id := range []string{app, web} {
		if got := w.text(securityGroupTyp + "/" + id + "/deleteObject.json"); got != "true" {
			t.Error(got)
		}
	}
	alt := w.as(altUser, altKey)
	other := textOf(at(alt.post(securityGroupTyp+".json", map[string]any{"name": "x"}), "id"))
	w.fails(w.do("GET", securityGroupTyp+"/"+other+".json", ""), 404, "ObjectNotFound", other)
	alt.fails(alt.do("POST", securityGroupTyp+"/"+other+"/attachNetworkComponents.json", parameters(t, []any{nic})), 404, "ObjectNotFound", nic)
}
