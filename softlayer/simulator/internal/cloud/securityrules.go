package cloud

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// A rule of a security group lets something in or out; a group without any lets nothing pass.

func rulesOf(g *record) []*record {
	list := g.fields["rules"].([]node)
	rules := make([]*record, len(list))
	for i, r := range list {
		rules[i] = r.(*record)
	}
	return rules
}

// rules are the templates of the first argument.
func (c *call) rules() ([]map[string]any, error) {
	list, _ := c.arg(0).([]any)
	templates := make([]map[string]any, 0, len(list))
	for _, v := range list {
		t, ok := v.(map[string]any)
		if !ok {
			return nil, badRequest("A rule must be an object.")
		}
		templates = append(templates, t)
	}
	if len(templates) == 0 {
		return nil, badRequest("The method needs a list of rules as its first parameter.")
	}
	return templates, nil
}

func addRules(c *call, g *record) (any, error) {
	templates, err := c.rules()
	if err != nil {
		return nil, err
	}
	rules := rulesOf(g)
	var added []*record
	for _, t := range templates {
		rule := newRecord("Network_SecurityGroup_Rule", fields{
			"id": c.sim.inv.id("securityRule"), "securityGroupId": g.id(), "createDate": c.acct.now, "modifyDate": nil,
		})
		if err := c.fillRule(rule, t); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(rules, func(r *record) bool { return sameRule(r, rule) }) { // that this is refused is an assumption
			return nil, public("The security group has this rule already.")
		}
		rules, added = append(rules, rule), append(added, rule)
	}
	return c.request(g, rules, added), nil
}

// editRules changes what the templates name: -1 or an empty text makes a property null.
func editRules(c *call, g *record) (any, error) {
	templates, err := c.rules()
	if err != nil {
		return nil, err
	}
	rules := rulesOf(g)
	var edited []*record
	for _, t := range templates {
		id, _ := toInt(t["id"])
		i := slices.IndexFunc(rules, func(r *record) bool { return r.id() == id })
		if i < 0 {
			return nil, notFound(textOf(t["id"]))
		}
		whole := map[string]any{}
		for _, name := range ruleColumns {
			whole[name] = rules[i].fields[name]
			if v, ok := t[name]; ok {
				whole[name] = v
			}
		}
		rule := newRecord(rules[i].typ, fields{
			"id": id, "securityGroupId": g.id(), "createDate": rules[i].fields["createDate"], "modifyDate": c.acct.now,
		})
		if err := c.fillRule(rule, whole); err != nil {
			return nil, err
		}
		rules[i], edited = rule, append(edited, rule)
	}
	return c.request(g, rules, edited), nil
}

func removeRules(c *call, g *record) (any, error) {
	list, _ := c.arg(0).([]any)
	if len(list) == 0 {
		return nil, badRequest("The method needs a list of ids as its first parameter.")
	}
	rules := rulesOf(g)
	var removed []*record
	for _, v := range list {
		id, _ := toInt(v)
		i := slices.IndexFunc(rules, func(r *record) bool { return r.id() == id })
		if i < 0 {
			return nil, notFound(textOf(v))
		}
		removed = append(removed, rules[i])
		rules = slices.Delete(rules, i, i+1)
	}
	return c.request(g, rules, removed), nil
}

// request gives g its new rules and answers with those that changed. As with interfaces, the cloud is at work on it for
// a moment longer.
func (c *call) request(g *record, rules, changed []*record) node {
	g.fields["rules"] = nodes(rules)
	return &record{typ: "Network_SecurityGroup_RequestRules", whole: true, fields: fields{
		"requestId": c.sim.inv.guid(), "rules": nodes(changed),
	}}
}

var (
	ruleColumns = []string{"direction", "ethertype", "protocol", "portRangeMin", "portRangeMax", "remoteIp", "remoteGroupId"}
	protocols   = []string{"", "icmp", "tcp", "udp", "vrrp"}
)

func sameRule(a, b *record) bool {
	return !slices.ContainsFunc(ruleColumns, func(name string) bool { return a.fields[name] != b.fields[name] })
}

// fillRule checks a template and makes rule of it.
func (c *call) fillRule(rule *record, t map[string]any) error {
	if err := c.sim.checkTemplate(t, c.sim.schema.byName("Network_SecurityGroup_Rule")); err != nil {
		return err
	}
	direction, ethertype, protocol := strAt(t, "direction"), strAt(t, "ethertype"), strings.ToLower(strAt(t, "protocol"))
	remoteIP, remoteGroup := strAt(t, "remoteIp"), number(t["remoteGroupId"])
	low, high := number(t["portRangeMin"]), number(t["portRangeMax"])
	family, err := familyOf(remoteIP)
	if ethertype == "" {
		ethertype = family
	}
	switch {
	case direction != "ingress" && direction != "egress":
		return invalidValue("Invalid value provided for 'direction'.")
	case !slices.Contains(protocols, protocol):
		return invalidValue("Invalid value provided for 'protocol'.")
	case err != nil:
		return invalidValue("Invalid value provided for 'remoteIp'.")
	case ethertype != "IPv4" && ethertype != "IPv6", remoteIP != "" && ethertype != family:
		return invalidValue("Invalid value provided for 'ethertype'.")
	case remoteIP != "" && remoteGroup != nil:
		return invalidValue("The properties 'remoteIp' and 'remoteGroupId' are mutually exclusive.")
	case remoteGroup != nil && byID(c.acct.firewalls, remoteGroup.(int)) == nil:
		return notFound(textOf(remoteGroup))
	case !portsFit(protocol, low, high):
		return invalidValue("Invalid value provided for 'portRangeMin' or 'portRangeMax'.")
	}
	maps.Copy(rule.fields, fields{
		"direction": direction, "ethertype": ethertype, "protocol": orNull(protocol), "portRangeMin": low, "portRangeMax": high,
		"remoteIp": orNull(remoteIP), "remoteGroupId": remoteGroup,
	})
	return nil
}

// familyOf tells the ethertype of an address or a network; of none it is IPv4.
func familyOf(remote string) (string, error) {
	text, _, network := strings.Cut(remote, "/")
	if remote == "" {
		return "IPv4", nil
	}
	addr, err := netip.ParseAddr(text)
	if network && err == nil {
		_, err = netip.ParsePrefix(remote)
	}
	if addr.Is6() {
		return "IPv6", err
	}
	return "IPv4", err
}

// portsFit checks a range of ports or, of ICMP, a type and a code; nil: any.
func portsFit(protocol string, low, high any) bool {
	first, from := low.(int)
	last, to := high.(int)
	switch protocol {
	case "tcp", "udp":
		return from == to && (!from || 1 <= first && first <= last && last <= 65535)
	case "icmp":
		return (from || !to) && first <= 255 && last <= 255
	}
	return !from && !to
}

// number is a column of a number: null without one, or for -1.
func number(v any) any {
	if n, ok := toInt(v); ok && n >= 0 {
		return n
	}
	return nil
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
