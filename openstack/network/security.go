package network

import (
	"context"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"github.com/softlayer/jumpgate"
)

// security serves security groups, their rules and the rules that they are
// born with.
func security(s *service, driver any) {
	var groups Lister[SecurityGroup]
	if d, ok := driver.(SecurityGroupDriver); ok {
		groups = d.SecurityGroups()
		provide(s, securityGroupKind(), groups, "security-group", "security-groups-shared-filtering", "stateful-security-group")
	}
	if d, ok := driver.(SecurityGroupRuleDriver); ok && groups != nil {
		provide(s, ruleKind(groups), d.SecurityGroupRules(), "security-groups-normalized-cidr", "security-groups-remote-address-group", "security-groups-rules-belongs-to-default-sg")
	}
	if d, ok := driver.(DefaultRuleDriver); ok {
		provide(s, defaultRuleKind(), d.DefaultSecurityGroupRules(), "security-groups-default-rules")
	}
}

func securityGroupKind() *kind[SecurityGroup] {
	rules := ruleKind(nil)
	k := &kind[SecurityGroup]{
		one: "security_group", many: "security_groups", list: "v2_security_groups", item: "v2_security_group", id: "security_group_id", notFound: SecurityGroupNotFound,
		attrs: []attribute[SecurityGroup]{
			{Name: "name", At: func(t *SecurityGroup) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(groupName), Default: ""},
			{Name: "stateful", At: func(t *SecurityGroup) any { return &t.Stateful }, Does: post | put | filter, Check: is(boolean), Default: true},
			{Name: "shared", At: func(t *SecurityGroup) any { return &t.Shared }, Does: filter},
			{Name: "security_group_rules", View: func(t *SecurityGroup) any {
				views := make([]jumpgate.Object, len(t.Rules))
				for i := range t.Rules {
					views[i] = append(rules.view(&t.Rules[i]), jumpgate.Member{Name: "tags", Value: []any{}},
						jumpgate.Member{Name: "standard_attr_id", Value: int64(crc32.ChecksumIEEE([]byte(t.Rules[i].ID)))}) // the number of a row; nothing takes it
				}
				return views
			}},
		},
	}
	return withTags(ofStandard(k, func(t *SecurityGroup) *Standard { return &t.Standard }))
}

func ruleNotFound(id string) error {
	return fault(jumpgate.NotFound, "SecurityGroupRuleNotFound", "Security group rule %s does not exist", id)
}

func ruleKind(groups Lister[SecurityGroup]) *kind[SecurityGroupRule] {
	k := &kind[SecurityGroupRule]{
		one: "security_group_rule", many: "security_group_rules", list: "v2_security_group_rules", item: "v2_security_group_rule", id: "security_group_rule_id", notFound: ruleNotFound,
		attrs: []attribute[SecurityGroupRule]{
			{Name: "security_group_id", At: func(t *SecurityGroupRule) any { return &t.GroupID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "ethertype", At: func(t *SecurityGroupRule) any { return (*string)(&t.EtherType) }, Does: post | filter | sorted, Check: is(etherType), Default: "IPv4"},
			{Name: "direction", At: func(t *SecurityGroupRule) any { return (*string)(&t.Direction) }, Does: post | filter | sorted | required, Check: is(oneOf("ingress", "egress"))},
			{Name: "protocol", At: func(t *SecurityGroupRule) any { return &t.Protocol }, Does: post | filter | sorted | null, Check: is(protocol)},
			{Name: "port_range_min", At: func(t *SecurityGroupRule) any { return &t.PortMin }, Does: post | filter | sorted, Check: is(orNull(portValue))},
			{Name: "port_range_max", At: func(t *SecurityGroupRule) any { return &t.PortMax }, Does: post | filter | sorted, Check: is(orNull(portValue))},
			{Name: "remote_ip_prefix", At: func(t *SecurityGroupRule) any { return &t.RemoteIP }, Does: post | filter | sorted | null, Check: is(orNull(remoteCIDR))},
			{Name: "remote_group_id", At: func(t *SecurityGroupRule) any { return &t.RemoteGroupID }, Does: post | filter | sorted | null, Check: is(orNull(text(255)))},
			{Name: "remote_address_group_id", At: func(t *SecurityGroupRule) any { return &t.RemoteAddressGroupID }, Does: post | filter | sorted | null, Check: is(orNull(text(255)))},
			{Name: "normalized_cidr", View: func(t *SecurityGroupRule) any {
				if t.RemoteIP == "" {
					return nil
				}
				return prefix(t.RemoteIP).String()
			}, Does: filter},
			{Name: "belongs_to_default_sg", At: func(t *SecurityGroupRule) any { return &t.OfDefault }, Does: filter},
		},
		checks:   func(_ context.Context, t *SecurityGroupRule) error { return completeRule(t) },
		together: distinctRules,
	}
	ofStandard(k, func(t *SecurityGroupRule) *Standard { return &t.Standard })
	k.attrs = slices.DeleteFunc(k.attrs, func(a attribute[SecurityGroupRule]) bool { return a.Name == "tags" })
	description := k.attrs.Named("description")
	description.Does &^= put
	description.View = func(t *SecurityGroupRule) any {
		if t.Born && t.Description == "" {
			return nil
		}
		return t.Description
	}
	k.target = func(ctx context.Context, t *SecurityGroupRule, to target) error {
		to["belongs_to_default_sg"] = yes(t.OfDefault)
		if t.GroupProjectID != "" {
			to["security_group:project_id"], to["security_group:tenant_id"] = t.GroupProjectID, t.GroupProjectID
			return nil
		}
		g, err := one(ctx, groups, t.GroupID, func(g *SecurityGroup) *string { return &g.ID })
		if err != nil {
			if jumpgate.AsError(err).Kind == jumpgate.NotFound {
				return SecurityGroupNotFound(t.GroupID)
			}
			return err
		}
		to["security_group:project_id"], to["security_group:tenant_id"] = g.ProjectID, g.ProjectID
		return nil
	}
	return k
}

// groupName takes all names but "default", which only Neutron gives.
func groupName(v any) (any, error) {
	if s, ok := v.(string); ok && strings.EqualFold(s, "default") {
		return nil, DefaultGroupExists()
	}
	return text(255)(v)
}

func etherType(v any) (any, error) {
	s, _ := v.(string)
	switch {
	case strings.EqualFold(s, "IPv4"):
		return "IPv4", nil
	case strings.EqualFold(s, "IPv6"):
		return "IPv6", nil
	}
	return nil, fault(jumpgate.BadRequest, "SecurityGroupRuleInvalidEtherType", "Security group rule for ethertype '%s' not supported. Allowed values are ['IPv4', 'IPv6'].", show(v))
}

// protocols are the names that rules may have, with IANA's numbers.
var protocols = map[string]int{
	"ah": 51, "dccp": 33, "egp": 8, "esp": 50, "gre": 47, "hopopt": 0, "icmp": 1, "igmp": 2, "ip": 0, "ipip": 4, "ipv6-encap": 41, "ipv6-frag": 44,
	"ipv6-icmp": 58, "icmpv6": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "ipv6-route": 43, "ospf": 89, "pgm": 113, "rsvp": 46, "sctp": 132, "tcp": 6,
	"udp": 17, "udplite": 136, "vrrp": 112,
}

// protocol takes a name or a number. "any" is none.
func protocol(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	s := strings.ToLower(show(v))
	if s == "any" {
		return nil, nil
	}
	if _, ok := protocols[s]; ok {
		return s, nil
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 255 {
		return s, nil
	}
	return nil, fault(jumpgate.BadRequest, "SecurityGroupRuleInvalidProtocol", "Security group rule protocol %s not supported. Only protocol values [None, 'ah', 'dccp', 'egp', 'esp', 'gre', 'hopopt', 'icmp', 'igmp', 'ip', 'ipip', 'ipv6-encap', 'ipv6-frag', 'ipv6-icmp', 'icmpv6', 'ipv6-nonxt', 'ipv6-opts', 'ipv6-route', 'ospf', 'pgm', 'rsvp', 'sctp', 'tcp', 'udp', 'udplite', 'vrrp'] and integer representations [0 to 255] are supported.", show(v))
}

func portValue(v any) (any, error) {
	n, err := integer(v)
	if i, ok := n.(int); err == nil && ok && i >= 0 && i <= 65535 {
		return n, nil
	}
	return nil, fault(jumpgate.BadRequest, "SecurityGroupInvalidPortValue", "Invalid value for port %s", show(v))
}

// ProtocolNumber returns IANA's number for the name of a protocol, -1 for an
// unknown name.
func ProtocolNumber(name string) int {
	if n, ok := protocols[name]; ok {
		return n
	}
	if n, err := strconv.Atoi(name); err == nil {
		return n
	}
	return -1
}

func defaultRuleKind() *kind[DefaultRule] {
	k := &kind[DefaultRule]{
		one: "default_security_group_rule", many: "default_security_group_rules", list: "v2_default_security_group_rules", item: "v2_default_security_group_rule",
		id: "default_security_group_rule_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "DefaultSecurityGroupRuleNotFound", "Default Security Group rule %s does not exist", id)
		},
		key:     func(t *DefaultRule) *string { return &t.ID },
		project: func(*DefaultRule) *string { return new(string) },
		attrs: []attribute[DefaultRule]{
			{Name: "id", At: func(t *DefaultRule) any { return &t.ID }, Does: filter | sorted},
			{Name: "description", At: func(t *DefaultRule) any { return &t.Description }, Does: post | filter, Check: is(text(1024))},
			{Name: "ethertype", At: func(t *DefaultRule) any { return (*string)(&t.EtherType) }, Does: post | filter | sorted, Check: is(etherType), Default: "IPv4"},
			{Name: "direction", At: func(t *DefaultRule) any { return (*string)(&t.Direction) }, Does: post | filter | sorted | required, Check: is(oneOf("ingress", "egress"))},
			{Name: "protocol", At: func(t *DefaultRule) any { return &t.Protocol }, Does: post | filter | sorted | null, Check: is(protocol)},
			{Name: "port_range_min", At: func(t *DefaultRule) any { return &t.PortMin }, Does: post | filter | sorted, Check: is(orNull(portValue))},
			{Name: "port_range_max", At: func(t *DefaultRule) any { return &t.PortMax }, Does: post | filter | sorted, Check: is(orNull(portValue))},
			{Name: "remote_ip_prefix", At: func(t *DefaultRule) any { return &t.RemoteIP }, Does: post | filter | sorted | null, Check: is(orNull(remoteCIDR))},
			{Name: "remote_group_id", At: func(t *DefaultRule) any { return &t.RemoteGroupID }, Does: post | filter | sorted | null, Check: is(orNull(text(36)))},
			{Name: "remote_address_group_id", At: func(t *DefaultRule) any { return &t.RemoteAddressGroupID }, Does: post | filter | sorted | null, Check: is(orNull(uuid))},
			{Name: "used_in_default_sg", At: func(t *DefaultRule) any { return &t.InDefaultGroup }, Does: post | filter, Check: is(boolean), Default: false},
			{Name: "used_in_non_default_sg", At: func(t *DefaultRule) any { return &t.InOtherGroups }, Does: post | filter, Check: is(boolean), Default: true},
		},
		checks: func(_ context.Context, t *DefaultRule) error {
			rule := SecurityGroupRule{EtherType: t.EtherType, Protocol: t.Protocol, PortMin: t.PortMin, PortMax: t.PortMax, RemoteIP: t.RemoteIP, RemoteGroupID: t.RemoteGroupID, RemoteAddressGroupID: t.RemoteAddressGroupID}
			err := completeRule(&rule)
			t.Protocol, t.PortMin, t.PortMax = rule.Protocol, rule.PortMin, rule.PortMax
			return err
		},
	}
	return k
}
