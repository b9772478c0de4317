package network

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

// subnetPools serves subnet pools and address scopes.
func subnetPools(s *service, driver any) {
	if d, ok := driver.(SubnetPoolDriver); ok {
		all := d.SubnetPools()
		_, scopes := driver.(AddressScopeDriver)
		k := provide(s, subnetPoolKind().having("address_scope_id", scopes), all, "subnet_allocation", "default-subnetpools")
		prefixOps(k, all)
	}
	if d, ok := driver.(AddressScopeDriver); ok {
		provide(s, addressScopeKind(), d.AddressScopes(), "address-scope")
	}
}

func subnetPoolKind() *kind[SubnetPool] {
	length := func(name string, at func(*SubnetPool) *int) attribute[SubnetPool] {
		return attribute[SubnetPool]{
			Name: name, At: func(t *SubnetPool) any { return at(t) }, Does: post | put | filter | sorted, Check: is(natural),
			View: func(t *SubnetPool) any { return *at(t) },
		}
	}
	k := &kind[SubnetPool]{
		one: "subnetpool", many: "subnetpools", list: "v2_subnetpools", item: "v2_subnetpool", id: "subnetpool_id", notFound: SubnetPoolNotFound,
		attrs: []attribute[SubnetPool]{
			{Name: "name", At: func(t *SubnetPool) any { return &t.Name }, Does: post | put | filter | sorted | required, Check: is(named(255))},
			{Name: "prefixes", Does: post | put | required, Check: is(prefixList), View: func(t *SubnetPool) any { return prefixTexts(t.Prefixes) },
				Set: func(t *SubnetPool, v any) { t.Prefixes, _ = v.([]netip.Prefix) }},
			{Name: "default_quota", At: func(t *SubnetPool) any { return &t.DefaultQuota }, Does: post | put | filter | sorted, Check: is(orNull(natural))},
			{Name: "ip_version", At: func(t *SubnetPool) any { return &t.IPVersion }, Does: filter | sorted},
			length("default_prefixlen", func(t *SubnetPool) *int { return &t.DefaultLength }),
			length("min_prefixlen", func(t *SubnetPool) *int { return &t.MinLength }),
			length("max_prefixlen", func(t *SubnetPool) *int { return &t.MaxLength }),
			{Name: "is_default", At: func(t *SubnetPool) any { return &t.IsDefault }, Does: post | put | filter | sorted | policed, Check: is(boolean), Default: false},
			{Name: "shared", At: func(t *SubnetPool) any { return &t.Shared }, Does: post | put | filter | policed, Check: is(boolean), Default: false},
			{Name: "address_scope_id", At: func(t *SubnetPool) any { return &t.AddressScopeID }, Does: post | put | filter | sorted | null, Check: is(orNull(uuid))},
		},
		checks: func(_ context.Context, t *SubnetPool) error { return completePool(t) },
		changes: func(_ context.Context, old *SubnetPool, u *Update[SubnetPool]) error {
			now := *old
			u.Apply(&now)
			if u.Has("prefixes") {
				if !covers(now.Prefixes, old.Prefixes) {
					return fault(jumpgate.BadRequest, "IllegalSubnetPoolPrefixUpdate", "Illegal update to prefixes: Existing prefixes must be a subset of the new prefixes.")
				}
			}
			return completePool(&now)
		},
	}
	return withTags(ofStandard(k, func(t *SubnetPool) *Standard { return &t.Standard }))
}

// named takes a text that is more than spaces.
func named(limit int) check {
	return func(v any) (any, error) {
		s, err := text(limit)(v)
		if s, ok := s.(string); ok && strings.TrimSpace(s) == "" {
			return nil, because("'%s' Blank strings are not permitted", show(v))
		}
		return s, err
	}
}

func prefixTexts(all []netip.Prefix) []string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = p.String()
	}
	return texts
}

// prefixList takes a list of networks.
func prefixList(v any) (any, error) {
	l, err := list(v)
	if err != nil {
		return nil, err
	}
	all := make([]netip.Prefix, len(l))
	for i, item := range l {
		s, _ := item.(string)
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, because("'%s' is not a valid IP subnet", show(item))
		}
		if all[i] = p.Masked(); slices.Contains(all[:i], all[i]) {
			return nil, because("Duplicate items in the list: '%s'", s)
		}
	}
	return all, nil
}

// completePool holds the parts of a pool against each other and sets what
// nobody did.
func completePool(t *SubnetPool) error {
	if len(t.Prefixes) == 0 {
		return fault(jumpgate.BadRequest, "EmptySubnetPoolPrefixList", "Empty subnet pool prefix list.")
	}
	for _, p := range t.Prefixes {
		if p.Addr().Is4() != t.Prefixes[0].Addr().Is4() {
			return fault(jumpgate.BadRequest, "PrefixVersionMismatch", "Cannot mix IPv4 and IPv6 prefixes in a subnet pool.")
		}
	}
	t.Prefixes = Compact(t.Prefixes)
	t.IPVersion = version(t.Prefixes[0].Addr())
	least, most := 8, 32
	if t.IPVersion == 6 {
		least, most = 64, 128
	}
	t.MinLength, t.MaxLength = cmp.Or(t.MinLength, least), cmp.Or(t.MaxLength, most)
	t.DefaultLength = cmp.Or(t.DefaultLength, t.MinLength)
	for _, b := range []struct {
		name, other  string
		value, bound int
		bad          bool
	}{
		{"min_prefixlen", "max_prefixlen", t.MinLength, t.MaxLength, t.MinLength > t.MaxLength},
		{"max_prefixlen", "min_prefixlen", t.MaxLength, t.MinLength, t.MaxLength > t.Prefixes[0].Addr().BitLen()},
		{"default_prefixlen", "min_prefixlen", t.DefaultLength, t.MinLength, t.DefaultLength < t.MinLength},
		{"default_prefixlen", "max_prefixlen", t.DefaultLength, t.MaxLength, t.DefaultLength > t.MaxLength},
	} {
		if b.bad {
			return fault(jumpgate.BadRequest, "IllegalSubnetPoolPrefixBounds", "Illegal prefix bounds: %s=%d, %s=%d.", b.name, b.value, b.other, b.bound)
		}
	}
	return nil
}

// Compact returns the fewest prefixes that cover the same addresses, in
// ascending order.
func Compact(prefixes []netip.Prefix) []netip.Prefix {
	all := slices.Clone(prefixes)
	slices.SortFunc(all, func(a, b netip.Prefix) int {
		return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
	})
	var out []netip.Prefix
	for _, p := range all {
		if n := len(out); n > 0 && out[n-1].Overlaps(p) {
			continue
		}
		out = append(out, p)
		for n := len(out); n > 1; n = len(out) { // halves become one
			a, b := out[n-2], out[n-1]
			whole := netip.PrefixFrom(a.Addr(), a.Bits()-1).Masked()
			if a.Bits() != b.Bits() || a.Bits() == 0 || whole.Addr() != a.Addr() || !whole.Contains(b.Addr()) {
				break
			}
			out = append(out[:n-2], whole)
		}
	}
	return out
}

// covers tells whether all of the addresses of few are in many.
func covers(many, few []netip.Prefix) bool {
	many = Compact(many)
	return !slices.ContainsFunc(few, func(p netip.Prefix) bool {
		return !slices.ContainsFunc(many, func(of netip.Prefix) bool { return of.Bits() <= p.Bits() && of.Contains(p.Addr()) })
	})
}

// prefixOps serves what is done to a pool by actions of its own.
func prefixOps(k *kind[SubnetPool], all Lister[SubnetPool]) {
	if updater, ok := all.(Updater[SubnetPool]); ok {
		k.s.extensions["subnetpool-prefix-ops"] = true
		k.s.add("v2_subnetpool_add_prefixes", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return reprefix(r, k, updater, "add_prefixes", func(have, more []netip.Prefix) ([]netip.Prefix, error) {
				return append(slices.Clone(have), more...), nil
			})
		}})
		k.s.add("v2_subnetpool_remove_prefixes", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			return reprefix(r, k, updater, "remove_prefixes", func(have, less []netip.Prefix) ([]netip.Prefix, error) {
				left := slices.DeleteFunc(slices.Clone(have), func(p netip.Prefix) bool { return slices.Contains(less, p) })
				if len(left) == len(have) {
					return nil, fault(jumpgate.BadRequest, "IllegalSubnetPoolPrefixUpdate", "Illegal update to prefixes: The prefixes are not in the pool.")
				}
				return left, nil
			})
		}})
	}
	if d, ok := all.(SubnetPoolOnboarder); ok {
		k.s.extensions["subnet_onboard"] = true
		k.s.add("v2_subnetpool_onboard_network_subnets", jumpgate.Methods{http.MethodPut: func(r *jumpgate.Request) (any, error) {
			body, err := readBody(r)
			if err != nil {
				return nil, err
			}
			id, ok := body["network_id"].(string)
			if !ok {
				return nil, badRequest("Failed to parse request. Required attribute 'network_id' not specified")
			}
			ctx, _, err := k.may(r, "onboard_network_subnets")
			if err != nil {
				return nil, err
			}
			return jumpgate.Object{}, d.OnboardSubnets(ctx, r.Var(k.id), id)
		}})
	}
}

// reprefix changes the prefixes of a pool and answers which it has then.
func reprefix(r *jumpgate.Request, k *kind[SubnetPool], updater Updater[SubnetPool], rule string, change func(have, given []netip.Prefix) ([]netip.Prefix, error)) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	given, err := prefixList(body["prefixes"])
	if err != nil {
		return nil, badRequest("Invalid input for prefixes. Reason: %s.", err)
	}
	ctx, pool, err := k.may(r, rule)
	if err != nil {
		return nil, err
	}
	prefixes, _ := given.([]netip.Prefix)
	now, err := change(pool.Prefixes, prefixes)
	if err != nil {
		return nil, err
	}
	whole := *pool
	if whole.Prefixes = now; len(now) > 0 {
		if err := completePool(&whole); err != nil {
			return nil, err
		}
	}
	changed, err := updater.Update(ctx, pool.ID, NewUpdate(func(t *SubnetPool) { t.Prefixes = whole.Prefixes }, "prefixes"))
	if err != nil {
		return nil, k.found(err, pool.ID)
	}
	return jumpgate.Object{{Name: "prefixes", Value: prefixTexts(changed.Prefixes)}}, nil
}

func addressScopeKind() *kind[AddressScope] {
	k := &kind[AddressScope]{
		one: "address_scope", many: "address_scopes", list: "v2_address_scopes", item: "v2_address_scope", id: "address_scope_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "AddressScopeNotFound", "Address scope %s could not be found.", id)
		},
		attrs: []attribute[AddressScope]{
			{Name: "name", At: func(t *AddressScope) any { return &t.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "ip_version", At: func(t *AddressScope) any { return &t.IPVersion }, Does: post | filter | sorted | required, Check: is(ipVersion)},
			{Name: "shared", At: func(t *AddressScope) any { return &t.Shared }, Does: post | put | filter | policed, Check: is(boolean), Default: false},
		},
		changes: func(_ context.Context, old *AddressScope, u *Update[AddressScope]) error {
			if u.Has("shared") && old.Shared && !u.New.Shared {
				return fault(jumpgate.BadRequest, "AddressScopeUpdateError", "Unable to update address scope %s : Shared address scope can't be unshared.", old.ID)
			}
			return nil
		},
	}
	return owned(k, func(t *AddressScope) *string { return &t.ID }, func(t *AddressScope) *string { return &t.ProjectID })
}

// owned gives k the parts that follow from T having an id and a project, and
// no more.
func owned[T any](k *kind[T], id, project func(*T) *string) *kind[T] {
	k.key, k.project = id, project
	k.attrs = append(identity(id, project), k.attrs...)
	return k
}
