package network

import (
	"context"
	"net/http"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

// ruleType is a type of rules about the quality of traffic.
type ruleType struct {
	name, id   string // id is the variable of its endpoints
	extensions []string
	attrs      []attribute[QoSRule]
}

var dscpMarks = []int{0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56}

func ruleTypes() []ruleType {
	const most = 1<<31 - 1
	number := func(name string, at func(*QoSRule) *int, does resource.Traits) attribute[QoSRule] {
		return attribute[QoSRule]{Name: name, At: func(t *QoSRule) any { return at(t) }, Does: does | post | put | filter | sorted, Check: is(between(0, most))}
	}
	direction := func(words ...string) attribute[QoSRule] {
		return attribute[QoSRule]{
			Name: "direction", At: func(t *QoSRule) any { return &t.Direction }, Does: post | put | filter | sorted, Check: is(oneOf(words...)), Default: "egress",
		}
	}
	return []ruleType{
		{"bandwidth_limit", "rule_id", []string{"qos", "qos-bw-limit-direction"}, []attribute[QoSRule]{
			number("max_kbps", func(t *QoSRule) *int { return &t.MaxKbps }, required),
			number("max_burst_kbps", func(t *QoSRule) *int { return &t.MaxBurst }, 0),
			direction("egress", "ingress"),
		}},
		{"dscp_marking", "dscp_rule_id", []string{"qos"}, []attribute[QoSRule]{
			{Name: "dscp_mark", At: func(t *QoSRule) any { return &t.DSCPMark }, Does: post | put | filter | sorted | required, Check: is(func(v any) (any, error) {
				n, err := integer(v)
				if i, ok := n.(int); err != nil || !ok || !slices.Contains(dscpMarks, i) {
					return nil, because("%s is not in valid_values", show(v))
				}
				return n, nil
			})},
		}},
		{"minimum_bandwidth", "rule_id", []string{"qos", "qos-bw-minimum-ingress"}, []attribute[QoSRule]{
			number("min_kbps", func(t *QoSRule) *int { return &t.MinKbps }, required),
			direction("egress", "ingress"),
		}},
		{"minimum_packet_rate", "rule_id", []string{"qos-pps-minimum"}, []attribute[QoSRule]{
			number("min_kpps", func(t *QoSRule) *int { return &t.MinKpps }, required),
			direction("egress", "ingress", "any"),
		}},
		{"packet_rate_limit", "rule_id", []string{"qos-pps"}, []attribute[QoSRule]{
			number("max_kpps", func(t *QoSRule) *int { return &t.MaxKpps }, required),
			number("max_burst_kpps", func(t *QoSRule) *int { return &t.MaxBurstKpps }, 0),
			direction("egress", "ingress"),
		}},
	}
}

// qos serves policies about the quality of traffic, their rules and the types
// that these have.
func qos(s *service, driver any) {
	d, ok := driver.(QoSDriver)
	if !ok {
		return
	}
	policies := d.QoSPolicies()
	types := ruleTypes()
	views := make(map[string]*kind[QoSRule])
	for _, t := range types {
		views[t.name] = qosRuleKind(t)
	}
	p := provide(s, qosPolicyKind(views), policies, "qos", "qos-default", "qos-rules-alias")
	for _, t := range types {
		k := qosRuleKind(t)
		k.s = s
		k.from = func(r *jumpgate.Request) Lister[QoSRule] { return d.QoSRules(r.Var("policy_id"), t.name) }
		k.parent = func(r *jumpgate.Request, rule *QoSRule) { rule.PolicyID, rule.Type = r.Var("policy_id"), t.name }
		k.target = func(ctx context.Context, rule *QoSRule, to target) error {
			policy, err := one(ctx, policies, rule.PolicyID, p.key)
			if err != nil {
				return p.found(err, rule.PolicyID)
			}
			to["project_id"], to["tenant_id"], to["ext_parent:project_id"] = policy.ProjectID, policy.ProjectID, policy.ProjectID
			return nil
		}
		k.serve(d.QoSRules("", t.name))
		for _, alias := range t.extensions {
			s.extensions[alias] = true
		}
		if t.name == "packet_rate_limit" { // it has no alias
			continue
		}
		alias := qosRuleKind(t)
		alias.s, alias.target = s, k.target
		alias.one, alias.rule = "alias_"+k.one, "alias_"+t.name+"_rule"
		alias.item = "v2_qos_alias_" + t.name + "_rule"
		alias.from = func(*jumpgate.Request) Lister[QoSRule] { return d.QoSRules("", t.name) }
		alias.serveOne(d.QoSRules("", t.name))
		s.extensions["qos-pps-minimum-rule-alias"] = true
	}
	s.add("v2_qos_rule_types", jumpgate.Methods{http.MethodGet: func(r *jumpgate.Request) (any, error) {
		if err := s.need(s.context(r), "get_rule_type", nil); err != nil {
			return nil, err
		}
		all := make([]jumpgate.Object, len(types))
		for i, t := range types {
			all[i] = jumpgate.Object{{Name: "type", Value: t.name}}
		}
		return jumpgate.Object{{Name: "rule_types", Value: all}}, nil
	}})
}

func qosPolicyKind(rules map[string]*kind[QoSRule]) *kind[QoSPolicy] {
	k := &kind[QoSPolicy]{
		one: "policy", many: "policies", list: "v2_qos_policies", item: "v2_qos_policy", id: "policy_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "QosPolicyNotFound", "QoS policy %s could not be found.", id)
		},
		attrs: []attribute[QoSPolicy]{
			{Name: "name", At: func(t *QoSPolicy) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "shared", At: func(t *QoSPolicy) any { return &t.Shared }, Does: post | put | filter, Check: is(boolean), Default: false},
			{Name: "is_default", At: func(t *QoSPolicy) any { return &t.IsDefault }, Does: post | put | filter | sorted, Check: is(boolean), Default: false},
			{Name: "rules", View: func(t *QoSPolicy) any {
				views := make([]jumpgate.Object, len(t.Rules))
				for i := range t.Rules {
					views[i] = append(rules[t.Rules[i].Type].view(&t.Rules[i]), jumpgate.Member{Name: "qos_policy_id", Value: t.ID}, jumpgate.Member{Name: "type", Value: t.Rules[i].Type})
				}
				return views
			}},
		},
	}
	return ofStandard(k, func(t *QoSPolicy) *Standard { return &t.Standard })
}

func qosRuleKind(t ruleType) *kind[QoSRule] {
	return &kind[QoSRule]{
		one: t.name + "_rule", many: t.name + "_rules", rule: "policy_" + t.name + "_rule",
		list: "v2_qos_policy_" + t.name + "_rules", item: "v2_qos_policy_" + t.name + "_rule", id: t.id,
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "QosRuleNotFound", "QoS rule %s could not be found.", id)
		},
		key: func(t *QoSRule) *string { return &t.ID }, project: nobodys[QoSRule], single: true,
		attrs: append([]attribute[QoSRule]{{Name: "id", At: func(t *QoSRule) any { return &t.ID }, Does: filter | sorted}}, t.attrs...),
	}
}
