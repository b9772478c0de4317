package network

import (
	"context"
	"net/netip"
	"strings"

	"github.com/softlayer/jumpgate"
)

// core serves networks, subnets and ports.
func core(s *service, driver any) {
	d, ok := driver.(NetworkDriver)
	if !ok {
		return
	}
	networks := d.Networks()
	_, qos := driver.(QoSDriver)
	provide(s, networkKind().having("qos_policy_id", qos), networks, "project-id", "sorting", "pagination", "filter-validation", "empty-string-filtering",
		"standard-attr-description", "standard-attr-revisions", "standard-attr-tag", "standard-attr-timestamp", "revision-if-match",
		"external-net", "net-mtu", "net-mtu-writable", "port-security", "provider", "tag-creation")
	if d, ok := driver.(SubnetDriver); ok {
		provide(s, subnetKind(networks), d.Subnets(), "subnet-service-types")
	}
	if d, ok := driver.(PortDriver); ok {
		ports := d.Ports()
		k := provide(s, portKind(networks).having("qos_policy_id", qos), ports, "binding", "allowed-address-pairs", "extra_dhcp_opt", "ip-substring-filtering",
			"port-security-groups-filtering", "port-mac-address-regenerate", "port-mac-override", "port-numa-affinity-policy", "uplink-status-propagation")
		bindings(k, ports)
	}
}

// networkOf adds to a target what rules ask about the network of a thing.
func networkOf(ctx context.Context, networks Lister[Network], id string, t target) error {
	n, err := one(ctx, networks, id, func(n *Network) *string { return &n.ID })
	if jumpgate.AsError(err) != nil && err != nil {
		if e := jumpgate.AsError(err); e.Kind == jumpgate.NotFound {
			return NetworkNotFound(id)
		}
		return err
	}
	t["network:project_id"], t["network:tenant_id"] = n.ProjectID, n.ProjectID
	t["shared"], t["external"] = yes(n.Shared), yes(n.External)
	return nil
}

func networkKind() *kind[Network] {
	k := &kind[Network]{
		one: "network", many: "networks", list: "v2_networks", item: "v2_network", id: "network_id", notFound: NetworkNotFound,
		attrs: []attribute[Network]{
			{Name: "name", At: func(n *Network) any { return &n.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "admin_state_up", At: func(n *Network) any { return &n.AdminStateUp }, Does: post | put | filter | sorted, Check: is(boolean), Default: true},
			{Name: "mtu", At: func(n *Network) any { return &n.MTU }, Does: post | put | filter | sorted | policed, Check: is(natural)},
			{Name: "status", At: func(n *Network) any { return &n.Status }, Does: filter | sorted},
			{Name: "subnets", At: func(n *Network) any { return &n.Subnets }},
			{Name: "shared", At: func(n *Network) any { return &n.Shared }, Does: post | put | filter | policed, Check: is(boolean), Default: false},
			{Name: "availability_zone_hints", At: func(n *Network) any { return &n.ZoneHints }, Does: post | sorted, Check: is(listOf(text(255)))},
			{Name: "availability_zones", At: func(n *Network) any { return &n.Zones }},
			{Name: "ipv4_address_scope", At: func(n *Network) any { return &n.IPv4AddressScope }, Does: null},
			{Name: "ipv6_address_scope", At: func(n *Network) any { return &n.IPv6AddressScope }, Does: null},
			{Name: "router:external", At: func(n *Network) any { return &n.External }, Does: post | put | filter | policed, Check: is(boolean), Default: false},
			{Name: "is_default", At: func(n *Network) any { return &n.IsDefault }, Does: post | put | filter | policed | leaveOut | echoed, Check: is(boolean), Default: false,
				View: func(n *Network) any {
					if !n.External {
						return nil
					}
					return n.IsDefault
				}},
			{Name: "port_security_enabled", At: func(n *Network) any { return &n.PortSecurity }, Does: post | put | policed, Check: is(boolean), Default: true},
			{Name: "qos_policy_id", At: func(n *Network) any { return &n.QoSPolicyID }, Does: post | put | policed | null, Check: is(orNull(uuid))},
			{Name: "provider:network_type", At: func(n *Network) any { return &n.Provider.Type }, Does: post | put | filter | policed | admins | null, Check: is(text(32))},
			{Name: "provider:physical_network", At: func(n *Network) any { return &n.Provider.PhysicalNetwork }, Does: post | put | filter | policed | admins | null, Check: is(orNull(text(64)))},
			{Name: "provider:segmentation_id", At: func(n *Network) any { return &n.Provider.SegmentationID }, Does: post | put | filter | policed | admins, Check: is(orNull(integer))},
		},
		target: func(_ context.Context, n *Network, t target) error {
			t["external"] = yes(n.External)
			return nil
		},
	}
	ofStandard(k, func(n *Network) *Standard { return &n.Standard })
	return withTags(k)
}

// Ports and subnets are filtered by more than their attributes.
func subnetKind(networks Lister[Network]) *kind[Subnet] {
	k := &kind[Subnet]{
		one: "subnet", many: "subnets", list: "v2_subnets", item: "v2_subnet", id: "subnet_id", notFound: SubnetNotFound,
		attrs: []attribute[Subnet]{
			{Name: "name", At: func(n *Subnet) any { return &n.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "network_id", At: func(n *Subnet) any { return &n.NetworkID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "ip_version", At: func(n *Subnet) any { return &n.IPVersion }, Does: post | filter | sorted | required, Check: is(ipVersion)},
			{Name: "subnetpool_id", At: func(n *Subnet) any { return &n.SubnetPoolID }, Does: post | filter | sorted | null, Check: is(orNull(poolID))},
			{Name: "prefixlen", At: func(n *Subnet) any { return &n.PrefixLength }, Does: post | hidden, Check: is(natural)},
			{Name: "use_default_subnetpool", At: func(n *Subnet) any { return &n.UseDefaultPool }, Does: post | hidden, Check: is(boolean)},
			{Name: "enable_dhcp", At: func(n *Subnet) any { return &n.DHCP }, Does: post | put | filter | sorted, Check: is(boolean), Default: true},
			{Name: "ipv6_ra_mode", At: func(n *Subnet) any { return &n.IPv6RAMode }, Does: post | filter | sorted | null, Check: is(orNull(oneOf(v6Modes...)))},
			{Name: "ipv6_address_mode", At: func(n *Subnet) any { return &n.IPv6AddressMode }, Does: post | filter | sorted | null, Check: is(orNull(oneOf(v6Modes...)))},
			{Name: "gateway_ip", At: func(n *Subnet) any { return &n.Gateway }, Does: post | put | filter | sorted, Check: is(orNull(address)),
				Set: func(n *Subnet, v any) {
					n.Gateway, _ = v.(netip.Addr)
					n.GatewayWish = Given
					if v == nil {
						n.GatewayWish = None
					}
				}},
			{Name: "cidr", At: func(n *Subnet) any { return &n.CIDR }, Does: post | filter | sorted, Check: is(orNull(cidr))},
			{Name: "allocation_pools", Does: post | put, Check: is(pools), View: func(n *Subnet) any { return poolsView(n.Pools) },
				Set: func(n *Subnet, v any) { n.Pools, n.PoolsGiven = v.([]Pool), true }},
			{Name: "host_routes", Does: post | put, Check: is(routes), View: func(n *Subnet) any { return routesView(n.HostRoutes) },
				Set: func(n *Subnet, v any) { n.HostRoutes, _ = v.([]Route) }},
			{Name: "dns_nameservers", At: func(n *Subnet) any { return &n.DNSServers }, Does: post | put, Check: is(nameservers)},
			{Name: "service_types", At: func(n *Subnet) any { return &n.ServiceTypes }, Does: post | put, Check: is(listOf(text(255)))},
			{Name: "segment_id", At: func(n *Subnet) any { return &n.SegmentID }, Does: post | put | filter | sorted | policed | admins | null, Check: is(orNull(uuid))},
			{Name: "shared", At: func(n *Subnet) any { return &n.Shared }, Does: filter | hidden, Check: is(boolean)},
		},
		target:  func(ctx context.Context, n *Subnet, t target) error { return networkOf(ctx, networks, n.NetworkID, t) },
		checks:  checkSubnet,
		changes: changeSubnet,
	}
	ofStandard(k, func(n *Subnet) *Standard { return &n.Standard })
	return withTags(k)
}

var v6Modes = []string{"dhcpv6-stateful", "dhcpv6-stateless", "slaac"}

func portKind(networks Lister[Network]) *kind[Port] {
	k := &kind[Port]{
		one: "port", many: "ports", list: "v2_ports", item: "v2_port", id: "port_id", notFound: PortNotFound,
		attrs: []attribute[Port]{
			{Name: "name", At: func(p *Port) any { return &p.Name }, Does: post | put | filter | sorted, Check: is(text(255)), Default: ""},
			{Name: "network_id", At: func(p *Port) any { return &p.NetworkID }, Does: post | filter | sorted | required, Check: is(uuid)},
			{Name: "mac_address", At: func(p *Port) any { return &p.MAC }, Does: post | put | filter | sorted | policed, Check: is(orNull(mac))},
			{Name: "admin_state_up", At: func(p *Port) any { return &p.AdminStateUp }, Does: post | put | filter | sorted, Check: is(boolean), Default: true},
			{Name: "status", At: func(p *Port) any { return &p.Status }, Does: filter | sorted},
			{Name: "device_id", At: func(p *Port) any { return &p.DeviceID }, Does: post | put | filter | sorted | policed, Check: is(text(255)), Default: ""},
			{Name: "device_owner", At: func(p *Port) any { return &p.DeviceOwner }, Does: post | put | filter | sorted | policed, Check: is(text(255)), Default: ""},
			{Name: "fixed_ips", Does: post | put | policed, Check: is(fixedIPs), View: func(p *Port) any { return fixedIPsView(p.FixedIPs) },
				Set: func(p *Port, v any) { p.FixedIPs, p.FixedIPsGiven = v.([]FixedIP), true }},
			{Name: "allowed_address_pairs", Does: post | put | policed, Check: is(addressPairs),
				View: func(p *Port) any { return pairsView(p.AllowedPairs) },
				Set:  func(p *Port, v any) { p.AllowedPairs = v.([]AddressPair) }},
			{Name: "extra_dhcp_opts", Does: post | put, Check: is(dhcpOptions),
				View: func(p *Port) any { return dhcpView(p.DHCPOptions) },
				Set:  setDHCPOptions},
			{Name: "security_groups", At: func(p *Port) any { return &p.SecurityGroups }, Does: post | put, Check: is(listOf(uuid)),
				Set: func(p *Port, v any) { p.SecurityGroups, p.GroupsGiven = v.([]string), true }},
			{Name: "port_security_enabled", At: func(p *Port) any { return &p.PortSecurity }, Does: post | put | policed, Check: is(boolean),
				Set: func(p *Port, v any) { p.PortSecurity, p.SecurityGiven = v.(bool), true }},
			{Name: "binding:vnic_type", At: func(p *Port) any { return &p.VNICType }, Does: post | put | policed, Check: is(oneOf(vnicTypes...)), Default: "normal"},
			{Name: "binding:host_id", At: func(p *Port) any { return &p.Binding.HostID }, Does: post | put | filter | policed | admins, Check: is(orNull(text(255)))},
			{Name: "binding:profile", At: func(p *Port) any { return &p.Binding.Profile }, Does: post | put | policed | admins, Check: is(object)},
			{Name: "binding:vif_type", At: func(p *Port) any { return &p.Binding.VIFType }, Does: admins},
			{Name: "binding:vif_details", At: func(p *Port) any { return &p.Binding.Details }, Does: admins},
			{Name: "qos_policy_id", At: func(p *Port) any { return &p.QoSPolicyID }, Does: post | put | policed | null, Check: is(orNull(uuid))},
			{Name: "numa_affinity_policy", At: func(p *Port) any { return &p.NUMAPolicy }, Does: post | put | null, Check: is(orNull(oneOf("required", "preferred", "legacy", "socket")))},
			{Name: "propagate_uplink_status", At: func(p *Port) any { return &p.Propagate }, Does: post | put, Check: is(boolean), Default: true},
		},
		target: func(ctx context.Context, p *Port, t target) error {
			t["network_device"] = yes(isNetworkDevice(p.DeviceOwner))
			return networkOf(ctx, networks, p.NetworkID, t)
		},
		checks:  checkPort,
		changes: changePort,
		extra:   []string{"fixed_ips", "security_groups", "ip_address"},
		matches: matchPort,
	}
	ofStandard(k, func(p *Port) *Standard { return &p.Standard })
	return withTags(k)
}

// matchPort knows the filters of ports that are no attributes. Each value of
// fixed_ips is "ip_address=A", "ip_address_substr=A" or "subnet_id=S"; all
// kinds that are named must match.
func matchPort(p *Port, name string, values []string) bool {
	if name == "security_groups" {
		for _, v := range values {
			for _, g := range p.SecurityGroups {
				if g == v {
					return true
				}
			}
		}
		return false
	}
	wanted := make(map[string][]string)
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			key, value, ok := strings.Cut(part, "=")
			if !ok {
				key, value = "ip_address", part
			}
			wanted[key] = append(wanted[key], value)
		}
	}
	for key, all := range wanted {
		if !anyFixedIP(p, key, all) {
			return false
		}
	}
	return true
}

func anyFixedIP(p *Port, key string, values []string) bool {
	for _, ip := range p.FixedIPs {
		for _, v := range values {
			switch key {
			case "ip_address":
				if ip.Address.String() == v {
					return true
				}
			case "ip_address_substr":
				if strings.Contains(ip.Address.String(), v) {
					return true
				}
			case "subnet_id", "subnet":
				if ip.SubnetID == v {
					return true
				}
			}
		}
	}
	return false
}
