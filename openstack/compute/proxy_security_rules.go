package compute

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// createSecurityRule looks at things in Nova's order: at the group, at the
// group that is let in, at the rule.
func createSecurityRule(r *jumpgate.Request, lister SecurityGroupLister, d SecurityGroupRuler) (any, error) {
	in, err := bodyUnder(r, "security_group_rule")
	if err != nil {
		return nil, err
	}
	all, i, err := findSecurityGroup(r.Context(), lister, in.String("parent_group_id"))
	if err != nil {
		return nil, err
	}
	g := &all[i]
	var rule SecurityGroupRule
	if remote, _ := in.Get("group_id"); remote != nil {
		if rule.RemoteGroupID, err = g.remote(all, schema.Str(remote)); err != nil {
			return nil, err
		}
	} else if rule.RemoteIP, err = network(in); err != nil {
		return nil, err
	}
	if err := rule.limit(in); err != nil {
		return nil, err
	}
	if err := g.lacks(&rule); err != nil {
		return nil, err
	}
	if rule.ID, err = d.AddSecurityGroupRule(r.Context(), g.ID, rule); err != nil {
		return nil, missingGroup(err, g.ID)
	}
	return jumpgate.Object{{Name: "security_group_rule", Value: g.ruleView(&rule, all)}}, nil
}

func deleteSecurityRule(r *jumpgate.Request, lister SecurityGroupLister, d SecurityGroupRuler) (any, error) {
	id := r.Var("security_group_rule_id")
	if !schema.UUIDLike(id) {
		return nil, jumpgate.BadRequest.New("Security group id should be uuid")
	}
	all, err := lister.SecurityGroups(r.Context())
	if err != nil {
		return nil, err
	}
	err = jumpgate.NotFound
	for _, g := range all {
		if i := slices.IndexFunc(g.Rules, func(rule SecurityGroupRule) bool { return strings.EqualFold(rule.ID, id) }); i >= 0 {
			err = d.RemoveSecurityGroupRule(r.Context(), g.ID, g.Rules[i].ID)
			break
		}
	}
	if err != nil {
		return nil, missing(err, "Security group rule %s does not exist", id)
	}
	return empty(http.StatusAccepted), nil
}

// remote is the id of the group that a rule of g lets in.
func (g *SecurityGroup) remote(all []SecurityGroup, id string) (string, error) {
	if !schema.UUIDLike(id) {
		return "", jumpgate.BadRequest.New("Security group id should be uuid")
	}
	i := slices.IndexFunc(all, func(o SecurityGroup) bool { return strings.EqualFold(o.ID, id) })
	if i < 0 {
		return "", missingGroup(jumpgate.NotFound, id)
	}
	return all[i].ID, nil
}

// network is the network that a rule lets in: without any, all of IPv4.
func network(in schema.Object) (string, error) {
	value, _ := in.Get("cidr")
	if value == nil || value == "" {
		return "0.0.0.0/0", nil
	}
	text := schema.Str(value)
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		return "", jumpgate.BadRequest.New("%s is not a valid IP network.", text)
	case prefix.Bits() == 0 && !prefix.Addr().IsUnspecified():
		return "", jumpgate.BadRequest.New("Bad prefix for network in cidr %s", text)
	}
	return prefix.String(), nil
}

// limit reads the protocol and the ports of a rule, which a rule for a
// network must have and one for a group may.
func (rule *SecurityGroupRule) limit(in schema.Object) error {
	protocol, _ := in.Get("ip_protocol")
	from, _ := in.Get("from_port")
	to, _ := in.Get("to_port")
	name := schema.Str(protocol)
	upper := strings.ToUpper(name)
	if protocol == nil || protocol == "" {
		name, upper = "", ""
	}
	if rule.RemoteGroupID != "" && from == nil && to == nil {
		switch upper {
		case "ICMP":
			from, to = "-1", "-1"
		case "TCP", "UDP":
			from, to = "1", "65535"
		}
	}
	if name == "" || from == nil || to == nil {
		if rule.RemoteGroupID == "" {
			return jumpgate.BadRequest.New("Not enough parameters to build a valid rule.")
		}
		return nil
	}
	least, leastOK := wholeNumber(from)
	most, mostOK := wholeNumber(to)
	bad := func(why string) error {
		return jumpgate.BadRequest.New("Invalid port range %d:%d. %s", least, most, why)
	}
	switch ports := upper == "TCP" || upper == "UDP"; {
	case !leastOK || !mostOK:
		if upper == "ICMP" {
			return jumpgate.BadRequest.New("Invalid input received: Type and Code must be integers for ICMP protocol type")
		}
		return jumpgate.BadRequest.New("Invalid input received: To and From ports must be integers")
	case !ports && upper != "ICMP":
		return jumpgate.BadRequest.New("Invalid IP protocol %s.", name)
	case ports && least > most:
		return bad("Former value cannot be greater than the later")
	case ports && (least < 1 || most > 65535):
		return bad("Valid " + upper + " ports should be between 1-65535")
	case !ports && (least < -1 || least > 255 || most < -1 || most > 255):
		return bad("For ICMP, the type:code must be valid")
	case least < 0 && most >= 0:
		return jumpgate.BadRequest.New("ICMP code (port-range-max) %d is provided but ICMP type (port-range-min) is missing.", most)
	}
	rule.Protocol = strings.ToLower(name)
	if least >= 0 {
		rule.PortMin = &least
	}
	if most >= 0 {
		rule.PortMax = &most
	}
	return nil
}

// wholeNumber reads a number as Python's int does.
func wholeNumber(v any) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(schema.Str(v)))
	return n, err == nil
}

// lacks refuses a rule that g has already. One for a network Nova finds by
// itself; of one for a group it is told by the network service.
func (g *SecurityGroup) lacks(rule *SecurityGroupRule) error {
	i := slices.IndexFunc(g.Rules, func(r SecurityGroupRule) bool { return r.same(rule) })
	switch {
	case i < 0:
		return nil
	case rule.RemoteGroupID != "":
		return jumpgate.Forbidden.New("Security group rule already exists. Rule id is %s.", g.Rules[i].ID)
	}
	return jumpgate.BadRequest.New("This rule already exists in group %s", g.ID)
}

// same tells whether two rules let the same in.
func (rule *SecurityGroupRule) same(o *SecurityGroupRule) bool {
	from, to := rule.ports()
	otherFrom, otherTo := o.ports()
	return strings.EqualFold(rule.Protocol, o.Protocol) && rule.RemoteGroupID == o.RemoteGroupID && rule.source() == o.source() &&
		equal(from, otherFrom) && equal(to, otherTo)
}

func equal(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }
