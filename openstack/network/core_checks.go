package network

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
)

func poolID(v any) (any, error) {
	if v == "prefix_delegation" {
		return nil, because("prefix delegation is not available")
	}
	return uuid(v)
}

const maxNameservers, maxHostRoutes = 5, 20

func nameservers(v any) (any, error) {
	if v == nil {
		return []string{}, nil
	}
	l, ok := v.([]any)
	if !ok {
		return nil, because("Invalid data format for nameserver: '%s'", show(v))
	}
	return listOf(func(v any) (any, error) {
		a, err := address(v)
		if err != nil {
			return nil, because("'%s' is not a valid nameserver", show(v))
		}
		return show(a), nil
	})(l)
}

func version(a netip.Addr) int {
	if a.Is4() {
		return 4
	}
	return 6
}

func sameVersion(want int, a netip.Addr, text, name string) error {
	if version(a) != want {
		return Invalid("%s '%s' does not match the ip_version '%d'", name, text, want)
	}
	return nil
}

// checkSubnet holds the parts of a new subnet against each other.
func checkSubnet(_ context.Context, n *Subnet) error {
	if !n.CIDR.IsValid() && n.SubnetPoolID == "" && !n.UseDefaultPool {
		return BadRequest("subnets", "a subnetpool must be specified in the absence of a cidr")
	}
	if n.CIDR.IsValid() && n.PrefixLength > 0 {
		return BadRequest("subnets", "cidr and prefixlen must not be supplied together")
	}
	if n.PoolsGiven && !n.CIDR.IsValid() {
		return BadRequest("subnets", "allocation_pools allowed only for specific subnet requests.")
	}
	if n.CIDR.IsValid() {
		if err := sameVersion(n.IPVersion, n.CIDR.Addr(), n.CIDR.String(), "cidr"); err != nil {
			return err
		}
	}
	if err := checkDHCP(n); err != nil {
		return err
	}
	if err := checkSubnetParts(n); err != nil {
		return err
	}
	if err := checkV6(n); err != nil {
		return err
	}
	if n.PoolsGiven {
		return checkPools(n)
	}
	return nil
}

func checkDHCP(n *Subnet) error {
	if !n.CIDR.IsValid() {
		return nil
	}
	a := n.CIDR.Addr()
	if a == netip.IPv6Unspecified() {
		return Invalid("IPv6 subnet '::' is not supported")
	}
	if !n.DHCP {
		return nil
	}
	switch {
	case n.CIDR.Bits() > a.BitLen()-2:
		return Invalid("Subnet has a prefix length that is incompatible with DHCP service enabled")
	case a.IsMulticast():
		return Invalid("Multicast IP subnet is not supported if enable_dhcp is True")
	case a.IsLoopback():
		return Invalid("Loopback IP subnet is not supported if enable_dhcp is True")
	case a == netip.IPv4Unspecified():
		return Invalid("First IP '0.0.0.0' of network is not supported if enable_dhcp is True.")
	}
	return nil
}

// checkSubnetParts checks what may change in a subnet.
func checkSubnetParts(n *Subnet) error {
	if n.Gateway.IsValid() {
		if err := sameVersion(n.IPVersion, n.Gateway, n.Gateway.String(), "gateway_ip"); err != nil {
			return err
		}
		if n.CIDR.IsValid() && n.CIDR.Addr().Is4() && n.CIDR.Bits() < 31 && (n.Gateway == n.CIDR.Addr() || n.Gateway == LastAddress(n.CIDR)) {
			return Invalid("Gateway is not valid on subnet")
		}
	}
	if len(n.DNSServers) > maxNameservers {
		return fault(jumpgate.BadRequest, "DNSNameServersExhausted", "Unable to complete operation for %s. The number of DNS nameservers exceeds the limit %d.", subnetName(n), maxNameservers)
	}
	for _, s := range n.DNSServers {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return Invalid("Error parsing dns address %s", s)
		}
		if err := sameVersion(n.IPVersion, a, s, "dns_nameserver"); err != nil {
			return err
		}
	}
	if len(n.HostRoutes) > maxHostRoutes {
		return fault(jumpgate.BadRequest, "HostRoutesExhausted", "Unable to complete operation for %s. The number of host routes exceeds the limit %d.", subnetName(n), maxHostRoutes)
	}
	for _, r := range n.HostRoutes {
		if err := sameVersion(n.IPVersion, r.NextHop, r.NextHop.String(), "nexthop"); err != nil {
			return err
		}
		if err := sameVersion(n.IPVersion, r.Destination.Addr(), r.Destination.String(), "destination"); err != nil {
			return err
		}
	}
	return nil
}

func subnetName(n *Subnet) string {
	if n.ID == "" {
		return "new subnet"
	}
	return n.ID
}

func checkV6(n *Subnet) error {
	if n.IPVersion == 4 {
		switch {
		case n.IPv6RAMode != "":
			return Invalid("ipv6_ra_mode is not valid when ip_version is 4")
		case n.IPv6AddressMode != "":
			return Invalid("ipv6_address_mode is not valid when ip_version is 4")
		}
		return nil
	}
	ra, mode := n.IPv6RAMode, n.IPv6AddressMode
	switch {
	case (ra != "" || mode != "") && !n.DHCP:
		return Invalid("ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False")
	case ra != "" && mode != "" && ra != mode:
		return Invalid("ipv6_ra_mode set to '%s' with ipv6_address_mode set to '%s' is not valid. If both attributes are set, they must be the same value", ra, mode)
	}
	slaac := func(m string) bool { return m == "slaac" || m == "dhcpv6-stateless" }
	if (slaac(ra) || slaac(mode)) && n.CIDR.IsValid() && n.CIDR.Bits() != 64 {
		return Invalid("Invalid CIDR %s for IPv6 address mode. OpenStack uses the EUI-64 address format, which requires the prefix to be /64", n.CIDR)
	}
	return nil
}

// LastAddress is the last address of a network: of IPv4 the broadcast.
func LastAddress(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

func (p Pool) String() string { return p.Start.String() + "-" + p.End.String() }

// checkPools holds the pools of a subnet against its addresses, its gateway
// and each other.
func checkPools(n *Subnet) error {
	all := slices.Clone(n.Pools)
	slices.SortFunc(all, func(a, b Pool) int { return a.Start.Compare(b.Start) })
	for i, p := range all {
		if p.Start.Is4() != p.End.Is4() || p.End.Less(p.Start) || p.Start.Is4() != (n.IPVersion == 4) {
			return fault(jumpgate.BadRequest, "InvalidAllocationPool", "The allocation pool %s is not valid.", p)
		}
		if !n.CIDR.Contains(p.Start) || !n.CIDR.Contains(p.End) || n.CIDR.Addr().Is4() && n.CIDR.Bits() < 31 && (p.Start == n.CIDR.Addr() || p.End == LastAddress(n.CIDR)) {
			return fault(jumpgate.BadRequest, "OutOfBoundsAllocationPool", "The allocation pool %s spans beyond the subnet cidr %s.", p, n.CIDR)
		}
		if i > 0 && !all[i-1].End.Less(p.Start) {
			return fault(jumpgate.Conflict, "OverlappingAllocationPools", "Found overlapping allocation pools: %s %s for subnet %s.", all[i-1], p, n.CIDR)
		}
		gateway := n.Gateway
		if n.GatewayWish == Unsaid && !gateway.IsValid() {
			gateway = DefaultGateway(n.CIDR)
		}
		if gateway.IsValid() && !gateway.Less(p.Start) && !p.End.Less(gateway) {
			return fault(jumpgate.Conflict, "GatewayConflictWithAllocationPools", "Gateway ip %s conflicts with allocation pool %s.", gateway, p)
		}
	}
	return nil
}

// DefaultGateway returns the gateway that Neutron gives a subnet if the client
// chose none.
func DefaultGateway(p netip.Prefix) netip.Addr {
	if p.Addr().Is6() {
		return p.Masked().Addr() // of all routers in the subnet
	}
	return p.Masked().Addr().Next()
}

// DefaultPools are all addresses of a subnet but its gateway, the network's
// own and the broadcast.
func DefaultPools(p netip.Prefix, gateway netip.Addr) []Pool {
	first, last := p.Masked().Addr(), LastAddress(p)
	if p.Addr().Is6() {
		if p.Bits() < 128 {
			first = first.Next() // of all routers
		}
	} else if p.Bits() < 31 {
		first, last = first.Next(), last.Prev()
	}
	if !gateway.IsValid() || gateway.Less(first) || last.Less(gateway) {
		return []Pool{{first, last}}
	}
	var all []Pool
	if first.Less(gateway) {
		all = append(all, Pool{first, gateway.Prev()})
	}
	if gateway.Less(last) {
		all = append(all, Pool{gateway.Next(), last})
	}
	return all
}

// changeSubnet holds what changes in a subnet against the rest of it.
func changeSubnet(_ context.Context, old *Subnet, u *Update[Subnet]) error {
	n := *old
	u.Apply(&n)
	if err := checkSubnetParts(&n); err != nil {
		return err
	}
	if n.DHCP && !old.DHCP {
		if err := checkDHCP(&n); err != nil {
			return err
		}
	}
	if u.Has("allocation_pools") || u.Has("gateway_ip") {
		return checkPools(&n)
	}
	return nil
}

const maxFixedIPs, maxPairs = 5, 10

// checkPort holds the parts of a new port against each other.
func checkPort(_ context.Context, p *Port) error {
	if len(p.FixedIPs) > maxFixedIPs {
		return Invalid("Exceeded maximum amount of fixed ips per port.")
	}
	return checkPortSecurity(p)
}

func checkPortSecurity(p *Port) error {
	off := p.SecurityGiven && !p.PortSecurity
	switch {
	case off && p.GroupsGiven && len(p.SecurityGroups) > 0:
		return fault(jumpgate.BadRequest, "PortSecurityAndIPRequiredForSecurityGroups", "Port security must be enabled and port must have an IP address in order to use security groups.")
	case off && len(p.AllowedPairs) > 0:
		return fault(jumpgate.Conflict, "AddressPairAndPortSecurityRequired", "Port Security must be enabled in order to have allowed address pairs on a port.")
	}
	return nil
}

func changePort(_ context.Context, old *Port, u *Update[Port]) error {
	p := *old
	u.Apply(&p)
	if len(p.FixedIPs) > maxFixedIPs {
		return Invalid("Exceeded maximum amount of fixed ips per port.")
	}
	if u.Has("device_id") && p.DeviceID != "" && old.DeviceID != "" && p.DeviceID != old.DeviceID && !isNetworkDevice(old.DeviceOwner) {
		return PortInUse(old.ID, old.NetworkID, old.DeviceID)
	}
	p.SecurityGiven, p.GroupsGiven = true, u.Has("security_groups") || len(p.SecurityGroups) > 0
	return checkPortSecurity(&p)
}

func addressPairs(v any) (any, error) {
	if v == nil {
		return []AddressPair{}, nil
	}
	l, ok := v.([]any)
	if !ok {
		return nil, badRequest("Allowed address pairs must be a list.")
	}
	if len(l) > maxPairs {
		return nil, fault(jumpgate.BadRequest, "AllowedAddressPairExhausted", "The number of allowed address pair exceeds the maximum %d.", maxPairs)
	}
	all := make([]AddressPair, len(l))
	for i, item := range l {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, because("'%s' is not a dictionary", show(item))
		}
		hw, given := o["mac_address"]
		if given {
			canonical, err := mac(hw)
			if err != nil {
				return nil, badRequest("%s", err)
			}
			all[i].MAC, _ = canonical.(string)
		}
		if o["ip_address"] == nil {
			return nil, fault(jumpgate.BadRequest, "AllowedAddressPairsMissingIP", "AllowedAddressPair must contain ip_address")
		}
		all[i].IP = show(o["ip_address"])
		if slices.Contains(all[:i], all[i]) {
			return nil, fault(jumpgate.BadRequest, "DuplicateAddressPairInRequest", "Request contains duplicate address pair: mac_address %s ip_address %s.", show(hw), all[i].IP)
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if name != "ip_address" && name != "mac_address" {
				return nil, badRequest("Unrecognized attribute(s) '%s'", name)
			}
		}
		check := address
		if strings.Contains(all[i].IP, "/") {
			check = cidrText
		}
		if _, err := check(o["ip_address"]); err != nil {
			return nil, badRequest("%s", err)
		}
	}
	return all, nil
}

func pairsView(pairs []AddressPair) []jumpgate.Object {
	views := make([]jumpgate.Object, len(pairs))
	for i, p := range pairs {
		views[i] = jumpgate.Object{{Name: "mac_address", Value: p.MAC}, {Name: "ip_address", Value: p.IP}}
	}
	return views
}

func dhcpOptions(v any) (any, error) {
	if v == nil {
		return []DHCPOption{}, nil
	}
	l, err := list(v)
	if err != nil {
		return nil, err
	}
	all := make([]DHCPOption, len(l))
	for i, item := range l {
		o, err := members(item, []string{"opt_name", "opt_value"}, []string{"ip_version"})
		if err != nil {
			return nil, err
		}
		name, err := text(64)(o["opt_name"])
		if err != nil {
			return nil, err
		}
		value, err := orNull(text(255))(o["opt_value"])
		if err != nil {
			return nil, err
		}
		all[i].Name, _ = name.(string)
		all[i].Value, _ = value.(string)
		all[i].IPVersion = 4
		if ip, ok := o["ip_version"]; ok {
			n, err := ipVersion(ip)
			if err != nil {
				return nil, err
			}
			all[i].IPVersion, _ = n.(int)
		}
	}
	return all, nil
}

// setDHCPOptions adds options; one with no value takes the option away.
func setDHCPOptions(p *Port, v any) {
	options, _ := v.([]DHCPOption)
	all := append(slices.Clone(p.DHCPOptions), options...)
	last := make(map[DHCPOption]int) // the last of a name counts
	key := func(o DHCPOption) DHCPOption { return DHCPOption{Name: o.Name, IPVersion: o.IPVersion} }
	for i, o := range all {
		last[key(o)] = i
	}
	p.DHCPOptions = nil
	for i, o := range all {
		if o.Value != "" && last[key(o)] == i {
			p.DHCPOptions = append(p.DHCPOptions, o)
		}
	}
}

func dhcpView(options []DHCPOption) []jumpgate.Object {
	views := make([]jumpgate.Object, len(options))
	for i, o := range options {
		views[i] = jumpgate.Object{{Name: "opt_name", Value: o.Name}, {Name: "opt_value", Value: o.Value}, {Name: "ip_version", Value: o.IPVersion}}
	}
	return views
}

// object takes a JSON object or null.
func object(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return v, nil
	}
	return nil, because("'%s' is not a dictionary", show(v))
}
