package memory

import (
	"context"
	"net/netip"
	"slices"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/network"
)

// subnetPools are the shelf of subnet pools.
type subnetPools struct{ *shelf[network.SubnetPool] }

var _ network.SubnetPoolOnboarder = (*subnetPools)(nil)

func (n *nets) poolShelf() *shelf[network.SubnetPool] {
	return &shelf[network.SubnetPool]{
		n: n, items: make(map[string]*network.SubnetPool), head: func(t *network.SubnetPool) head { return headOf(&t.Standard) }, quota: "subnetpool",
		sees: func(ctx context.Context, t *network.SubnetPool) bool { return n.granted(ctx, t.ID, shared) },
		show: func(ctx context.Context, t *network.SubnetPool) { t.Shared = n.granted(ctx, t.ID, shared) },
		add: func(ctx context.Context, t *network.SubnetPool) error {
			if err := n.checkPool(ctx, t); err != nil {
				return err
			}
			if t.Shared {
				n.share(t.ProjectID, "subnetpool", t.ID, shared)
			}
			return nil
		},
		alter: func(ctx context.Context, old, now *network.SubnetPool, u *network.Update[network.SubnetPool]) error {
			if u.Has("prefixes") {
				for _, s := range n.cutFrom(old.ID) {
					if !slices.ContainsFunc(now.Prefixes, func(p netip.Prefix) bool { return p.Bits() <= s.CIDR.Bits() && p.Contains(s.CIDR.Addr()) }) {
						return network.Fault(jumpgate.BadRequest, "IllegalSubnetPoolPrefixUpdate", "Illegal update to prefixes: Existing subnets must be within the new prefixes.")
					}
				}
			}
			if err := n.checkPool(ctx, now); err != nil {
				return err
			}
			return n.reshare("subnetpool", old.ID, old.ProjectID, u.Has("shared"), now.Shared)
		},
		leave: func(_ context.Context, t *network.SubnetPool) error {
			if len(n.cutFrom(t.ID)) > 0 {
				return network.Fault(jumpgate.BadRequest, "SubnetPoolDeleteError", "Unable to delete subnet pool: Subnet pool has existing allocations.")
			}
			return nil
		},
		erase: func(t *network.SubnetPool) { n.unshare(t.ID) },
	}
}

// checkPool holds a pool against the other pools and its address scope.
func (n *nets) checkPool(ctx context.Context, t *network.SubnetPool) error {
	for _, other := range n.pools.items {
		switch {
		case other.ID == t.ID:
		case t.IsDefault && other.IsDefault && other.IPVersion == t.IPVersion:
			return network.Invalid("A default subnetpool for this IP family has already been set. Only one default may exist per IP family")
		case t.AddressScopeID != "" && other.AddressScopeID == t.AddressScopeID && overlap(other.Prefixes, t.Prefixes):
			return network.Fault(jumpgate.Conflict, "AddressScopePrefixConflict", "Failed to associate address scope: subnetpools within an address scope must have unique prefixes.")
		}
	}
	if t.AddressScopeID == "" {
		return nil
	}
	scope := n.scopes.visible(ctx, t.AddressScopeID)
	switch {
	case scope == nil:
		return network.Fault(jumpgate.NotFound, "AddressScopeNotFound", "Address scope %s could not be found.", t.AddressScopeID)
	case scope.IPVersion != t.IPVersion:
		return network.Fault(jumpgate.BadRequest, "IllegalSubnetPoolIpVersionAssociationToAddressScope",
			"Illegal subnetpool association: subnetpool %s cannot associate with address scope %s because subnetpool ip_version is not %d.", t.ID, scope.ID, scope.IPVersion)
	}
	return nil
}

func overlap(a, b []netip.Prefix) bool {
	return slices.ContainsFunc(a, func(p netip.Prefix) bool { return slices.ContainsFunc(b, p.Overlaps) })
}

// cutFrom returns the subnets that were cut from a pool.
func (n *nets) cutFrom(poolID string) []*network.Subnet {
	var all []*network.Subnet
	for _, s := range n.subnets.items {
		if s.SubnetPoolID == poolID {
			all = append(all, s)
		}
	}
	return all
}

// cut takes the addresses of a new subnet from the pool that it names, if it
// does.
func (n *nets) cut(ctx context.Context, t *network.Subnet) error {
	if t.UseDefaultPool && t.SubnetPoolID == "" {
		for _, p := range n.pools.items {
			if p.IsDefault && p.IPVersion == t.IPVersion && n.pools.may(ctx, p) {
				t.SubnetPoolID = p.ID
			}
		}
		if t.SubnetPoolID == "" {
			return network.BadRequest("subnets", "No default subnetpool found for IPv%d", t.IPVersion)
		}
	}
	if t.SubnetPoolID == "" {
		return nil
	}
	p := n.pools.visible(ctx, t.SubnetPoolID)
	switch {
	case p == nil:
		return network.SubnetPoolNotFound(t.SubnetPoolID)
	case p.IPVersion != t.IPVersion:
		return network.BadRequest("subnets", "Cannot allocate IPv%d subnet from IPv%d subnet pool", t.IPVersion, p.IPVersion)
	}
	length := t.CIDR.Bits()
	if !t.CIDR.IsValid() {
		if length = t.PrefixLength; length == 0 {
			length = p.DefaultLength
		}
	}
	switch {
	case length < p.MinLength:
		return network.Fault(jumpgate.BadRequest, "MinPrefixSubnetAllocationError", "Unable to allocate subnet with prefix length %d, minimum allowed prefix is %d.", length, p.MinLength)
	case length > p.MaxLength:
		return network.Fault(jumpgate.BadRequest, "MaxPrefixSubnetAllocationError", "Unable to allocate subnet with prefix length %d, maximum allowed prefix is %d.", length, p.MaxLength)
	}
	if err := n.checkPoolQuota(p, t.ProjectID, length); err != nil {
		return err
	}
	have := n.cutFrom(p.ID)
	if t.CIDR.IsValid() {
		inside := slices.ContainsFunc(p.Prefixes, func(of netip.Prefix) bool { return of.Bits() <= length && of.Contains(t.CIDR.Addr()) })
		if !inside || slices.ContainsFunc(have, func(s *network.Subnet) bool { return s.CIDR.Overlaps(t.CIDR) }) {
			return network.Fault(jumpgate.Conflict, "SubnetAllocationError", "Failed to allocate subnet: Cannot allocate requested subnet from the available set of prefixes.")
		}
		return nil
	}
	for _, of := range p.Prefixes {
		if free, ok := firstFree(of, length, have); ok {
			t.CIDR, t.PrefixLength = free, 0
			return nil
		}
	}
	return network.Fault(jumpgate.Conflict, "SubnetAllocationError", "Failed to allocate subnet: Insufficient prefix space to allocate subnet size /%d.", length)
}

// checkPoolQuota refuses more of a pool than a project may have: addresses of
// IPv4, or networks of 64 bits of IPv6.
func (n *nets) checkPoolQuota(p *network.SubnetPool, project string, length int) error {
	if p.DefaultQuota == nil {
		return nil
	}
	whole := 32
	if p.IPVersion == 6 {
		whole = 64
	}
	units := func(bits int) float64 {
		u := 1.0
		for range max(0, whole-bits) {
			u *= 2
		}
		return u
	}
	used := units(length)
	for _, s := range n.cutFrom(p.ID) {
		if s.ProjectID == project {
			used += units(s.CIDR.Bits())
		}
	}
	if used > float64(*p.DefaultQuota) {
		return network.Fault(jumpgate.Conflict, "SubnetPoolQuotaExceeded", "Per-project subnet pool prefix quota exceeded.")
	}
	return nil
}

// firstFree finds the first network of a length in a block that overlaps with
// no subnet.
func firstFree(of netip.Prefix, length int, have []*network.Subnet) (netip.Prefix, bool) {
	if length < of.Bits() {
		return netip.Prefix{}, false
	}
	for a := of.Addr(); a.IsValid() && of.Contains(a); {
		candidate := netip.PrefixFrom(a, length).Masked()
		i := slices.IndexFunc(have, func(s *network.Subnet) bool { return s.CIDR.Overlaps(candidate) })
		if i < 0 {
			return candidate, true
		}
		if last := network.LastAddress(have[i].CIDR); network.LastAddress(candidate).Less(last) {
			a = last.Next()
		} else {
			a = network.LastAddress(candidate).Next()
		}
	}
	return netip.Prefix{}, false
}

// OnboardSubnets implements network.SubnetPoolOnboarder.
func (s *subnetPools) OnboardSubnets(ctx context.Context, poolID, networkID string) error {
	n := s.n
	n.mu.Lock()
	defer n.mu.Unlock()
	p, of := s.visible(ctx, poolID), n.networks.visible(ctx, networkID)
	switch {
	case p == nil:
		return jumpgate.NotFound
	case of == nil:
		return network.NetworkNotFound(networkID)
	}
	var all []*network.Subnet
	prefixes := slices.Clone(p.Prefixes)
	for _, t := range n.subnetsOf(of) {
		if t.IPVersion != p.IPVersion {
			continue
		}
		if t.SubnetPoolID != "" {
			return network.Fault(jumpgate.BadRequest, "IllegalSubnetPoolUpdate", "Illegal subnetpool update : The subnet %s is in a subnet pool.", t.ID)
		}
		if slices.ContainsFunc(n.cutFrom(p.ID), func(other *network.Subnet) bool { return other.CIDR.Overlaps(t.CIDR) }) {
			return network.Fault(jumpgate.BadRequest, "IllegalSubnetPoolUpdate", "Illegal subnetpool update : The subnet %s overlaps with one of the subnet pool.", t.ID)
		}
		all, prefixes = append(all, t), append(prefixes, t.CIDR)
	}
	if len(all) == 0 {
		return network.Fault(jumpgate.BadRequest, "IllegalSubnetPoolUpdate", "Illegal subnetpool update : The network %s has no subnets of IPv%d.", of.ID, p.IPVersion)
	}
	for _, t := range all {
		t.SubnetPoolID = p.ID
		n.subnets.touch(t)
	}
	p.Prefixes = network.Compact(prefixes)
	s.touch(p)
	return nil
}

func (n *nets) scopeShelf() *shelf[network.AddressScope] {
	return &shelf[network.AddressScope]{
		n: n, items: make(map[string]*network.AddressScope), head: func(t *network.AddressScope) head { return head{&t.ID, &t.ProjectID, nil} },
		sees: func(ctx context.Context, t *network.AddressScope) bool { return n.granted(ctx, t.ID, shared) },
		show: func(ctx context.Context, t *network.AddressScope) { t.Shared = n.granted(ctx, t.ID, shared) },
		add: func(_ context.Context, t *network.AddressScope) error {
			if t.Shared {
				n.share(t.ProjectID, "address_scope", t.ID, shared)
			}
			return nil
		},
		alter: func(_ context.Context, old, now *network.AddressScope, u *network.Update[network.AddressScope]) error {
			return n.reshare("address_scope", old.ID, old.ProjectID, u.Has("shared"), now.Shared)
		},
		leave: func(_ context.Context, t *network.AddressScope) error {
			for _, p := range n.pools.items {
				if p.AddressScopeID == t.ID {
					return network.Fault(jumpgate.Conflict, "AddressScopeInUse",
						"Unable to complete operation on address scope %s. There are one or more subnet pools in use on the address scope.", t.ID)
				}
			}
			return nil
		},
		erase: func(t *network.AddressScope) { n.unshare(t.ID) },
	}
}

// reshare shares a thing with all, or no more, where asked says that a client
// set that.
func (n *nets) reshare(kind, id, project string, asked, with bool) error {
	have := n.grant(id, shared, "*")
	switch {
	case !asked || with == (have != nil):
	case with:
		n.share(project, kind, id, shared)
	case !n.mayUnshare(have):
		return rbacInUse(have)
	default:
		n.rbac.take(have)
	}
	return nil
}

func (n *nets) addressGroupShelf() *shelf[network.AddressGroup] {
	return &shelf[network.AddressGroup]{
		n: n, items: make(map[string]*network.AddressGroup), head: func(t *network.AddressGroup) head { return headOf(&t.Standard) },
		sees: func(ctx context.Context, t *network.AddressGroup) bool { return n.granted(ctx, t.ID, shared) },
		show: func(ctx context.Context, t *network.AddressGroup) { t.Shared = n.granted(ctx, t.ID, shared) },
		leave: func(_ context.Context, t *network.AddressGroup) error {
			for _, rule := range n.rules.items {
				if rule.RemoteAddressGroupID == t.ID {
					return network.Fault(jumpgate.Conflict, "AddressGroupInUse", "Address group %s is in use on one or more security group rules.", t.ID)
				}
			}
			return nil
		},
		erase: func(t *network.AddressGroup) { n.unshare(t.ID) },
	}
}
