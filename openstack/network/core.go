package network

import (
	"context"
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
			{name: "name", at: func(n *Network) any { return &n.Name }, does: post | put | filter | sorted, is: text(255), byDef: ""},
			{name: "admin_state_up", at: func(n *Network) any { return &n.AdminStateUp }, does: post | put | filter | sorted, is: boolean, byDef: true},
			{name: "mtu", at: func(n *Network) any { return &n.MTU }, does: post | put | filter | sorted, is: natural},
			{name: "status", at: func(n *Network) any { return &n.Status }, does: filter | sorted},
			{name: "subnets", at: func(n *Network) any { return &n.Subnets }},
			{name: "shared", at: func(n *Network) any { return &n.Shared }, does: post | put | filter | policed, is: boolean, byDef: false},
			{name: "availability_zone_hints", at: func(n *Network) any { return &n.ZoneHints }, does: post | sorted, is: listOf(text(255))},
			{name: "availability_zones", at: func(n *Network) any { return &n.Zones }},
			{name: "ipv4_address_scope", at: func(n *Network) any { return &n.IPv4AddressScope }, does: null},
			{name: "ipv6_address_scope", at: func(n *Network) any { return &n.IPv6AddressScope }, does: null},
			{name: "router:external", at: func(n *Network) any { return &n.External }, does: post | put | filter | policed, is: boolean, byDef: false},
			{name: "is_default", at: func(n *Network) any { return &n.IsDefault }, does: post | put | filter | policed | leaveOut | echoed, is: boolean, byDef: false,
				view: func(n *Network) any {
					if !n.External {
						return nil
					}
					return n.IsDefault
				}},
			{name: "port_security_enabled", at: func(n *Network) any { return &n.PortSecurity }, does: post | put | policed, is: boolean, byDef: true},
			{name: "qos_policy_id", at: func(n *Network) any { return &n.QoSPolicyID }, does: post | put | policed | null, is: orNull(uuid)},
			{name: "provider:network_type", at: func(n *Network) any { return &n.Provider.Type }, does: post | put | filter | policed | admins | null, is: text(32)},
			{name: "provider:physical_network", at: func(n *Network) any { return &n.Provider.PhysicalNetwork }, does: post | put | filter | policed | admins | null, is: orNull(text(64))},
			{name: "provider:segmentation_id", at: func(n *Network) any { return &n.Provider.SegmentationID }, does: post | put | filter | policed | admins, is: orNull(integer)},
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
			{name: "name", at: func(n *Subnet) any { return &n.Name }, does: post | put | filter | sorted, is: text(255), byDef: ""},
			{name: "network_id", at: func(n *Subnet) any { return &n.NetworkID }, does: post | filter | sorted | required, is: uuid},
			{name: "ip_version", at: func(n *Subnet) any { return &n.IPVersion }, does: post | filter | sorted | required, is: ipVersion},
			{name: "subnetpool_id", at: func(n *Subnet) any { return &n.SubnetPoolID }, does: post | filter | sorted | null, is: orNull(poolID)},
			{name: "prefixlen", at: func(n *Subnet) any { return &n.PrefixLength }, does: post | hidden, is: natural},
			{name: "use_default_subnetpool", at: func(n *Subnet) any { return &n.UseDefaultPool }, does: post | hidden, is: boolean},
			{name: "enable_dhcp", at: func(n *Subnet) any { return &n.DHCP }, does: post | put | filter | sorted, is: boolean, byDef: true},
			{name: "ipv6_ra_mode", at: func(n *Subnet) any { return &n.IPv6RAMode }, does: post | filter | sorted | null, is: orNull(oneOf(v6Modes...))},
			{name: "ipv6_address_mode", at: func(n *Subnet) any { return &n.IPv6AddressMode }, does: post | filter | sorted | null, is: orNull(oneOf(v6Modes...))},
			{name: "gateway_ip", at: func(n *Subnet) any { return &n.Gateway }, does: post | put | filter | sorted, is: orNull(address),
				set: func(n *Subnet, v any) {
					assign(&n.Gateway, v)
					n.GatewayWish = Given
					if v == nil {
						n.GatewayWish = None
					}
				}},
			{name: "cidr", at: func(n *Subnet) any { return &n.CIDR }, does: post | filter | sorted, is: orNull(cidr)},
			{name: "allocation_pools", does: post | put, is: pools, view: func(n *Subnet) any { return poolsView(n.Pools) },
				set: func(n *Subnet, v any) { n.Pools, n.PoolsGiven = v.([]Pool), true }},
			{name: "host_routes", at: func(n *Subnet) any { return &n.HostRoutes }, does: post | put, is: routes},
			{name: "dns_nameservers", at: func(n *Subnet) any { return &n.DNSServers }, does: post | put, is: nameservers},
			{name: "service_types", at: func(n *Subnet) any { return &n.ServiceTypes }, does: post | put, is: listOf(text(255))},
			{name: "segment_id", at: func(n *Subnet) any { return &n.SegmentID }, does: post | put | filter | sorted | policed | admins | null, is: orNull(uuid)},
			{name: "shared", at: func(n *Subnet) any { return &n.Shared }, does: filter | hidden, is: boolean},
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
			{name: "name", at: func(p *Port) any { return &p.Name }, does: post | put | filter | sorted, is: text(255), byDef: ""},
			{name: "network_id", at: func(p *Port) any { return &p.NetworkID }, does: post | filter | sorted | required, is: uuid},
			{name: "mac_address", at: func(p *Port) any { return &p.MAC }, does: post | put | filter | sorted | policed, is: orNull(mac)},
			{name: "admin_state_up", at: func(p *Port) any { return &p.AdminStateUp }, does: post | put | filter | sorted, is: boolean, byDef: true},
			{name: "status", at: func(p *Port) any { return &p.Status }, does: filter | sorted},
			{name: "device_id", at: func(p *Port) any { return &p.DeviceID }, does: post | put | filter | sorted | policed, is: text(255), byDef: ""},
			{name: "device_owner", at: func(p *Port) any { return &p.DeviceOwner }, does: post | put | filter | sorted | policed, is: text(255), byDef: ""},
			{name: "fixed_ips", at: func(p *Port) any { return &p.FixedIPs }, does: post | put | policed, is: fixedIPs,
				set: func(p *Port, v any) { p.FixedIPs, p.FixedIPsGiven = v.([]FixedIP), true }},
			{name: "allowed_address_pairs", does: post | put | policed, is: addressPairs,
				view: func(p *Port) any { return pairsView(p.AllowedPairs) },
				set:  func(p *Port, v any) { p.AllowedPairs = v.([]AddressPair) }},
			{name: "extra_dhcp_opts", does: post | put, is: dhcpOptions,
				view: func(p *Port) any { return dhcpView(p.DHCPOptions) },
				set:  setDHCPOptions},
			{name: "security_groups", at: func(p *Port) any { return &p.SecurityGroups }, does: post | put, is: listOf(uuid),
				set: func(p *Port, v any) { p.SecurityGroups, p.GroupsGiven = v.([]string), true }},
			{name: "port_security_enabled", at: func(p *Port) any { return &p.PortSecurity }, does: post | put | policed, is: boolean,
				set: func(p *Port, v any) { p.PortSecurity, p.SecurityGiven = v.(bool), true }},
			{name: "binding:vnic_type", at: func(p *Port) any { return &p.VNICType }, does: post | put | policed, is: oneOf(vnicTypes...), byDef: "normal"},
			{name: "binding:host_id", at: func(p *Port) any { return &p.Binding.HostID }, does: post | put | filter | policed | admins, is: orNull(text(255))},
			{name: "binding:profile", does: post | put | policed | admins, is: object, view: func(p *Port) any { return dict(p.Binding.Profile) },
				set: func(p *Port, v any) { p.Binding.Profile, _ = v.(map[string]any) }},
			{name: "binding:vif_type", at: func(p *Port) any { return &p.Binding.VIFType }, does: admins},
			{name: "binding:vif_details", does: admins, view: func(p *Port) any { return dict(p.Binding.Details) }},
			{name: "qos_policy_id", at: func(p *Port) any { return &p.QoSPolicyID }, does: post | put | policed | null, is: orNull(uuid)},
			{name: "numa_affinity_policy", at: func(p *Port) any { return &p.NUMAPolicy }, does: post | put | null, is: orNull(oneOf("required", "preferred", "legacy", "socket"))},
			{name: "propagate_uplink_status", at: func(p *Port) any { return &p.Propagate }, does: post | put, is: boolean, byDef: true},
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
