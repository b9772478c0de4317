package network

import (
	"context"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/resource"
)

// target is what rules of the policy are about.
type target = jumpgate.Target

// targetOf returns what rules may ask about item.
func (k *kind[T]) targetOf(ctx context.Context, item *T) (target, error) {
	t := k.ownTarget(item)
	if k.target == nil {
		return t, nil
	}
	return t, k.target(ctx, item, t)
}

// ownTarget is the part of it that item says itself.
func (k *kind[T]) ownTarget(item *T) target {
	t := target{"project_id": *k.project(item), "tenant_id": *k.project(item)}
	if a := k.attrs.Named("shared"); a != nil {
		t["shared"] = show(resource.Load(a.At(item), false))
	}
	return t
}

// sees tells whether the caller may see item. What belongs to him he mostly
// may, so what rules ask about other things is looked up only where that does
// not do: else a list would look up as many things as it has.
func (k *kind[T]) sees(ctx context.Context, item *T) (bool, error) {
	t := k.ownTarget(item)
	if k.s.allows(ctx, "get_"+k.rule, t) {
		return true, nil
	}
	if k.target == nil {
		return false, nil
	}
	if err := k.target(ctx, item, t); err != nil {
		if jumpgate.AsError(err).Kind == jumpgate.NotFound { // what it belongs to has gone meanwhile
			err = nil
		}
		return false, err
	}
	return k.s.allows(ctx, "get_"+k.rule, t), nil
}

// parts are the members of attributes that have rules of their own, in
// Neutron's order.
var parts = map[string][]string{
	"fixed_ips":             {"subnet_id", "ip_address"},
	"allowed_address_pairs": {"mac_address", "ip_address"},
	"external_gateway_info": {"network_id", "enable_snat", "external_fixed_ips"},
}

// allow asks the rule of a verb ("create_network") and those of the
// attributes that are set, and of the members that they have in a body.
func (k *kind[T]) allow(ctx context.Context, verb string, item *T, fields []string, in map[string]any) error {
	t, err := k.targetOf(ctx, item)
	if err != nil {
		return err
	}
	action := verb + "_" + k.rule
	asked, denied := "rule:"+action, !k.s.allows(ctx, action, t)
	for _, name := range fields {
		if a := k.attrs.Named(name); a == nil || !a.Does.Has(policed) {
			continue
		}
		sub := action + ":" + name
		denied = denied || !k.s.allows(ctx, sub, t)
		var within []string
		for _, o := range objects(in[name]) {
			for _, part := range parts[name] {
				if _, has := o[part]; has {
					within = append(within, "rule:"+sub+":"+part)
					denied = denied || !k.s.allows(ctx, sub+":"+part, t)
				}
			}
		}
		sub = "rule:" + sub
		if within != nil {
			sub = "(" + sub + " and (" + strings.Join(within, " and ") + "))"
		}
		asked = "(" + asked + " and " + sub + ")"
	}
	if denied {
		return jumpgate.Forbidden.New("%s is disallowed by policy", asked)
	}
	return nil
}

// objects are those that a value of an attribute is, or has.
func objects(v any) []map[string]any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var all []map[string]any
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

// wanted selects what is shown: those of fields that exist, all where there is
// none, but nothing that the policy keeps from the caller.
func (k *kind[T]) wanted(ctx context.Context, fields []string) resource.Selection[T] {
	known := slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return k.attrs.Named(name) == nil })
	return k.attrs.Select(func(a *attribute[T]) bool {
		return (len(known) == 0 || slices.Contains(known, a.Name)) && (!a.Does.Has(admins) || k.s.allows(ctx, "get_"+k.rule+":"+a.Name, nil))
	})
}

// allows asks one rule. A rule that the policy does not have is the default.
func (s *service) allows(ctx context.Context, rule string, t target) bool {
	p := jumpgate.PrincipalFrom(ctx)
	if t == nil && p != nil {
		t = target{"project_id": p.ProjectID, "tenant_id": p.ProjectID}
	}
	if !s.known[rule] {
		rule = "default"
	}
	return s.policy.Allows(p, rule, t)
}

// need is allows for what is no resource: its error names the rule.
func (s *service) need(ctx context.Context, rule string, t target) error {
	if s.allows(ctx, rule, t) {
		return nil
	}
	return jumpgate.Forbidden.New("rule:%s is disallowed by policy", rule)
}

// context returns the context of a request's calls to the driver.
func (s *service) context(r *jumpgate.Request) context.Context {
	ctx := r.Context()
	if s.allows(ctx, "context_is_admin", nil) || s.allows(ctx, "service_api", nil) {
		return WithAllProjects(ctx)
	}
	return ctx
}

// yes is how a target says that something is so.
func yes(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

func isNetworkDevice(owner string) bool { return strings.HasPrefix(owner, "network:") }
