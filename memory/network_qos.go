package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

var _ network.QoSDriver = (*nets)(nil)

// QoSPolicies implements network.QoSDriver.
func (n *nets) QoSPolicies() network.Lister[network.QoSPolicy] { return n.policies }

// QoSRules implements network.QoSDriver.
func (n *nets) QoSRules(policyID, ruleType string) network.Lister[network.QoSRule] {
	return &qosRules{n, policyID, ruleType}
}

func (n *nets) policyShelf() *shelf[network.QoSPolicy] {
	return &shelf[network.QoSPolicy]{
		n: n, items: make(map[string]*network.QoSPolicy), head: func(t *network.QoSPolicy) head { return headOf(&t.Standard) },
		sees: func(ctx context.Context, t *network.QoSPolicy) bool { return n.granted(ctx, t.ID, shared) },
		show: func(ctx context.Context, t *network.QoSPolicy) { t.Shared = n.granted(ctx, t.ID, shared) },
		add: func(_ context.Context, t *network.QoSPolicy) error {
			if err := n.onlyDefault(t); err != nil {
				return err
			}
			if t.Shared {
				n.share(t.ProjectID, "qos_policy", t.ID, shared)
			}
			return nil
		},
		alter: func(_ context.Context, old, now *network.QoSPolicy, u *network.Update[network.QoSPolicy]) error {
			if err := n.onlyDefault(now); err != nil {
				return err
			}
			return n.reshare("qos_policy", old.ID, old.ProjectID, u.Has("shared"), now.Shared)
		},
		leave: func(_ context.Context, t *network.QoSPolicy) error { return n.policyUnused(t.ID) },
		erase: func(t *network.QoSPolicy) { n.unshare(t.ID) },
	}
}

// onlyDefault refuses a second default policy of a project.
func (n *nets) onlyDefault(t *network.QoSPolicy) error {
	for _, other := range n.policies.items {
		if t.IsDefault && other.IsDefault && other.ID != t.ID && other.ProjectID == t.ProjectID {
			return network.Fault(jumpgate.Conflict, "QoSPolicyDefaultAlreadyExists", "A default QoS policy exists for project %s.", t.ProjectID)
		}
	}
	return nil
}

// policyUnused says who has a policy.
func (n *nets) policyUnused(id string) error {
	used := func(kind, by string) error {
		return network.Fault(jumpgate.Conflict, "QosPolicyInUse", "QoS Policy %s is used by %s %s.", id, kind, by)
	}
	for _, t := range n.networks.items {
		if t.QoSPolicyID == id {
			return used("network", t.ID)
		}
	}
	for _, t := range n.ports.items {
		if t.QoSPolicyID == id {
			return used("port", t.ID)
		}
	}
	for _, t := range n.floating.items {
		if t.QoSPolicyID == id {
			return used("floatingip", t.ID)
		}
	}
	for _, t := range n.routers.items {
		if t.Gateway != nil && t.Gateway.QoSPolicyID == id {
			return used("router", t.ID)
		}
	}
	return nil
}

// policyExists says that the caller has no such policy.
func (n *nets) policyExists(ctx context.Context, id string) error {
	if id == "" || n.policies.visible(ctx, id) != nil {
		return nil
	}
	return network.Fault(jumpgate.NotFound, "QosPolicyNotFound", "QoS policy %s could not be found.", id)
}

// qosRules are the rules of one type of a policy or, where policy is empty, of
// all policies.
type qosRules struct {
	n            *nets
	policy, kind string
}

// List implements network.Lister.
func (s *qosRules) List(ctx context.Context, _ network.Query) iter.Seq2[*network.QoSRule, error] {
	return func(yield func(*network.QoSRule, error) bool) {
		s.n.mu.Lock()
		var all []*network.QoSRule
		err := error(nil)
		if s.policy != "" {
			err = s.n.policyExists(ctx, s.policy)
		}
		for _, p := range s.n.policies.items {
			if err != nil || !s.n.policies.may(ctx, p) || s.policy != "" && s.policy != p.ID {
				continue
			}
			for _, r := range p.Rules {
				if r.Type == s.kind {
					all = append(all, &r)
				}
			}
		}
		s.n.mu.Unlock()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// find returns a rule's policy and its place there.
func (s *qosRules) find(ctx context.Context, id string) (*network.QoSPolicy, int, error) {
	if s.policy != "" {
		if err := s.n.policyExists(ctx, s.policy); err != nil {
			return nil, 0, err
		}
	}
	for _, p := range s.n.policies.items {
		if !s.n.policies.may(ctx, p) || s.policy != "" && s.policy != p.ID {
			continue
		}
		if i := slices.IndexFunc(p.Rules, func(r network.QoSRule) bool { return r.ID == id && r.Type == s.kind }); i >= 0 {
			return p, i, nil
		}
	}
	if s.policy != "" {
		return nil, 0, network.Fault(jumpgate.NotFound, "QosRuleNotFound", "QoS rule %s for policy %s could not be found.", id, s.policy)
	}
	return nil, 0, jumpgate.NotFound
}

// Get implements network.Getter.
func (s *qosRules) Get(ctx context.Context, id string) (*network.QoSRule, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	p, i, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	r := p.Rules[i]
	return &r, nil
}

// Create implements network.Creator.
func (s *qosRules) Create(ctx context.Context, all []*network.QoSRule) ([]*network.QoSRule, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	if err := s.n.policyExists(ctx, s.policy); err != nil {
		return nil, err
	}
	p := s.n.policies.items[s.policy]
	rules := slices.Clone(p.Rules)
	for _, r := range all {
		r.ID = jumpgate.NewUUID()
		if err := alone(rules, r); err != nil {
			return nil, err
		}
		rules = append(rules, *r)
	}
	p.Rules = rules
	s.n.policies.touch(p)
	return all, nil
}

// alone refuses a second rule of a type in the same direction.
func alone(have []network.QoSRule, r *network.QoSRule) error {
	for _, other := range have {
		if other.ID != r.ID && other.Type == r.Type && cmp.Or(other.Direction, "any") == cmp.Or(r.Direction, "any") {
			return network.Fault(jumpgate.Conflict, "QoSRulesConflict", "Rule %s conflicts with rule %s which already exists in QoS Policy %s.", r.Type, other.ID, r.PolicyID)
		}
	}
	return nil
}

// Update implements network.Updater.
func (s *qosRules) Update(ctx context.Context, id string, u network.Update[network.QoSRule]) (*network.QoSRule, error) {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	p, i, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	r := p.Rules[i]
	u.Apply(&r)
	if err := alone(p.Rules, &r); err != nil {
		return nil, err
	}
	p.Rules = slices.Clone(p.Rules)
	p.Rules[i] = r
	s.n.policies.touch(p)
	return &r, nil
}

// Delete implements network.Deleter.
func (s *qosRules) Delete(ctx context.Context, id string) error {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	p, i, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	p.Rules = slices.Delete(slices.Clone(p.Rules), i, i+1)
	s.n.policies.touch(p)
	return nil
}
