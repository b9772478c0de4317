package memory

import (
	"fmt"
	"testing"
)

// TestRoutersAndFloatingIPs: who needs what keeps it, and floating IPs follow
// their ports.
func TestRoutersAndFloatingIPs(t *testing.T) {
	netStory(t, []step{
		{"demo", "POST", "/networks", `{"network": {"name": "n"}}`, 201, "", "n"},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "cidr": "10.0.0.0/24"}}`, 201, "", "s"},
		{"demo", "POST", "/networks", `{"network": {"name": "m"}}`, 201, "", "m"},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$m", "ip_version": 4, "cidr": "10.0.0.0/25"}}`, 201, "", "overlapping"},
		{"demo", "POST", "/routers", `{"router": {"name": "r"}}`, 201, `"external_gateway_info": null`, "r"},
		{"demo", "PUT", "/routers/$r/add_router_interface", `{"subnet_id": "$s"}`, 200, `"subnet_ids": ["$s"]`, "i"},
		{"demo", "PUT", "/routers/$r/add_router_interface", `{"subnet_id": "$overlapping"}`, 400, "overlaps with cidr 10.0.0.0/24", ""},
		{"demo", "PUT", "/routers/$r/add_router_interface", `{}`, 400, "Either subnet_id or port_id must be specified", ""},
		{"demo", "DELETE", "/subnets/$s", "", 409, "SubnetInUse", ""},
		{"demo", "DELETE", "/networks/$n", "", 409, "NetworkInUse", ""},

		{"demo", "POST", "/ports", `{"port": {"network_id": "$n"}}`, 201, "", "p"},
		{"demo", "POST", "/floatingips", `{"floatingip": {"floating_network_id": "$public", "port_id": "$p"}}`, 404, "ExternalGatewayForFloatingIPNotFound", ""},
		{"demo", "PUT", "/routers/$r", `{"router": {"external_gateway_info": {"network_id": "$public"}}}`, 200, `"enable_snat": true`, ""},
		{"demo", "POST", "/floatingips", `{"floatingip": {"floating_network_id": "$public", "port_id": "$p"}}`, 201, `"status": "ACTIVE"`, "f"},
		{"demo", "GET", "/floatingips?port_id=$p", "", 200, `"router_id": "$r"`, ""},
		{"demo", "POST", "/floatingips", `{"floatingip": {"floating_network_id": "$public", "port_id": "$p"}}`, 409, "FloatingIPPortAlreadyAssociated", ""},
		{"demo", "PUT", "/routers/$r", `{"router": {"external_gateway_info": {}}}`, 409, "RouterExternalGatewayInUseByFloatingIp", ""},
		{"demo", "PUT", "/routers/$r/remove_router_interface", `{"subnet_id": "$s"}`, 409, "RouterInterfaceInUseByFloatingIP", ""},
		{"demo", "GET", "/floatingips/$f", "", 200, `"status": "ACTIVE"`, ""},
		{"demo", "DELETE", "/ports/$p", "", 204, "", ""},
		{"demo", "GET", "/floatingips/$f", "", 200, `"port_id": null`, ""},
		{"demo", "GET", "/floatingips/$f", "", 200, `"status": "DOWN"`, ""},
		{"alt_demo", "GET", "/floatingips/$f", "", 404, "FloatingIPNotFound", ""},

		{"demo", "PUT", "/routers/$r", `{"router": {"routes": [{"destination": "10.9.0.0/16", "nexthop": "10.8.0.1"}]}}`, 400, "the nexthop is not connected with router", ""},
		{"demo", "PUT", "/routers/$r/add_extraroutes", `{"router": {"routes": [{"destination": "10.9.0.0/16", "nexthop": "10.0.0.9"}]}}`, 200, `"nexthop": "10.0.0.9"`, ""},
		{"demo", "PUT", "/routers/$r/remove_router_interface", `{"subnet_id": "$s"}`, 409, "required by one or more routes", ""},
		{"demo", "DELETE", "/routers/$r", "", 409, "RouterInUse", ""},
		{"demo", "PUT", "/routers/$r/remove_extraroutes", `{"router": {"routes": [{"destination": "10.9.0.0/16", "nexthop": "10.0.0.9"}]}}`, 200, `"routes": []`, ""},
		{"demo", "DELETE", "/ports/$i", "", 409, "ServicePortInUse", ""},
		{"demo", "PUT", "/routers/$r/remove_router_interface", `{"port_id": "$i"}`, 200, "$s", ""},
		{"demo", "DELETE", "/routers/$r", "", 204, "", ""},
		{"demo", "DELETE", "/networks/$n", "", 204, "", ""},
		{"demo", "GET", "/subnets/$s", "", 404, "SubnetNotFound", ""},
	})
}

// TestPartsOfAttributes: members choose no addresses in networks of others and
// none outside, and don't switch off the translation of addresses.
func TestPartsOfAttributes(t *testing.T) {
	const gateway = `{"router": {"external_gateway_info": {"network_id": "$public"%s}}}`
	steps := []step{
		{"admin", "POST", "/networks", `{"network": {"name": "n", "shared": true}}`, 201, "", "n"},
		{"admin", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "cidr": "10.0.0.0/24"}}`, 201, "", "s"},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$n", "fixed_ips": [{"subnet_id": "$s"}]}}`, 201, "", "p"},
		{
			"demo", "POST", "/ports", `{"port": {"network_id": "$n", "fixed_ips": [{"subnet_id": "$s", "ip_address": "10.0.0.9"}]}}`, 403,
			"(rule:create_port and (rule:create_port:fixed_ips and (rule:create_port:fixed_ips:subnet_id and rule:create_port:fixed_ips:ip_address))) is disallowed by policy", "",
		},
		{"demo", "PUT", "/ports/$p", `{"port": {"allowed_address_pairs": [{"ip_address": "10.0.0.1"}]}}`, 403, "rule:update_port:allowed_address_pairs:ip_address", ""},
		{"demo", "POST", "/routers", fmt.Sprintf(gateway, ""), 201, `"enable_snat": true`, "r"},
	}
	for _, more := range []string{`, "enable_snat": false`, `, "external_fixed_ips": [{"ip_address": "172.24.4.99"}]`} {
		steps = append(steps,
			step{"demo", "POST", "/routers", fmt.Sprintf(gateway, more), 403, "rule:create_router:external_gateway_info:network_id and rule:create_router:external_gateway_info:e", ""},
			step{"demo", "PUT", "/routers/$r", fmt.Sprintf(gateway, more), 403, "rule:update_router:external_gateway_info:e", ""},
			step{"admin", "PUT", "/routers/$r", fmt.Sprintf(gateway, more), 200, "", ""})
	}
	netStory(t, steps)
}

// TestPortForwardings: several ports behind one floating IP.
func TestPortForwardings(t *testing.T) {
	netStory(t, []step{
		{"demo", "POST", "/ports", `{"port": {"network_id": "$demo_net", "fixed_ips": [{"ip_address": "10.10.0.50"}]}}`, 201, "", "p"},
		{"demo", "POST", "/floatingips", `{"floatingip": {"floating_network_id": "$public"}}`, 201, "", "f"},
		{"demo", "POST", "/floatingips/$f/port_forwardings", `{"port_forwarding": {"protocol": "tcp", "external_port": 80, "internal_port": 8080, "internal_port_id": "$p", "internal_ip_address": "10.10.0.51"}}`, 400, "is not suitable for internal neutron port", ""},
		{"demo", "POST", "/floatingips/$f/port_forwardings", `{"port_forwarding": {"protocol": "tcp", "external_port": 80, "internal_port": 8080, "internal_port_id": "$p", "internal_ip_address": "10.10.0.50"}}`, 201, `"external_port": 80`, "w"},
		{"demo", "POST", "/floatingips/$f/port_forwardings", `{"port_forwarding": {"protocol": "tcp", "external_port": 80, "internal_port": 8081, "internal_port_id": "$p", "internal_ip_address": "10.10.0.50"}}`, 400, "port collision", ""},
		{"demo", "POST", "/floatingips/$f/port_forwardings", `{"port_forwarding": {"protocol": "tcp", "external_port": 70000, "internal_port": 1, "internal_port_id": "$p", "internal_ip_address": "10.10.0.50"}}`, 400, "is too large", ""},
		{"demo", "GET", "/floatingips/$f", "", 200, `"port_forwardings": [{`, ""},
		{"demo", "PUT", "/floatingips/$f", `{"floatingip": {"port_id": "$p"}}`, 409, "FipInUseByPortForwarding", ""},
		{"demo", "PUT", "/floatingips/$f/port_forwardings/$w", `{"port_forwarding": {"external_port": 81}}`, 200, `"external_port": 81`, ""},
		{"alt_demo", "GET", "/floatingips/$f/port_forwardings", "", 404, "FloatingIPNotFound", ""},
		{"demo", "DELETE", "/floatingips/$f/port_forwardings/$w", "", 204, "", ""},
		{"demo", "GET", "/floatingips/$f/port_forwardings/$w", "", 404, "PortForwardingNotFound", ""},
		{"demo", "GET", "/floatingips/$f", "", 200, `"router_id": null`, ""},
	})
}

// TestSharing: what one project shares another one sees and uses, and while it
// does it stays shared.
func TestSharing(t *testing.T) {
	netStory(t, []step{
		{"alt_demo", "GET", "/networks/$demo_net", "", 404, "NetworkNotFound", ""},
		{"demo", "POST", "/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "$demo_net", "action": "access_as_shared", "target_tenant": "*"}}`, 403, "is disallowed by policy", ""},
		{"demo", "POST", "/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "$demo_net", "action": "nonsense", "target_tenant": "$alt_demo"}}`, 400, "Invalid action 'nonsense'", ""},
		{"demo", "POST", "/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "$alt_demo_net", "action": "access_as_shared", "target_tenant": "$alt_demo"}}`, 404, "RbacPolicyNotFound", ""},
		{"demo", "POST", "/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "$demo_net", "action": "access_as_shared", "target_tenant": "$alt_demo"}}`, 201, "", "policy"},
		{"demo", "POST", "/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "$demo_net", "action": "access_as_shared", "target_tenant": "$alt_demo"}}`, 409, "DuplicateRbacPolicy", ""},
		{"alt_demo", "GET", "/networks/$demo_net", "", 200, `"shared": true`, ""},
		{"demo", "GET", "/networks/$demo_net", "", 200, `"shared": false`, ""},
		{"alt_demo", "GET", "/subnets/$demo_subnet", "", 200, "", ""},
		{"alt_demo", "PUT", "/networks/$demo_net", `{"network": {"name": "mine"}}`, 403, "rule:update_network is disallowed by policy", ""},
		{"alt_demo", "POST", "/ports", `{"port": {"network_id": "$demo_net"}}`, 201, "", "p"},
		{"demo", "DELETE", "/rbac-policies/$policy", "", 409, "RbacPolicyInUse", ""},
		{"alt_demo", "DELETE", "/ports/$p", "", 204, "", ""},
		{"demo", "DELETE", "/rbac-policies/$policy", "", 204, "", ""},
		{"alt_demo", "GET", "/networks/$demo_net", "", 404, "NetworkNotFound", ""},
		{"admin", "PUT", "/networks/$demo_net", `{"network": {"shared": true}}`, 200, `"shared": true`, ""},
		{"alt_demo", "GET", "/networks/$demo_net", "", 200, `"shared": true`, ""},
		{"admin", "GET", "/rbac-policies?object_id=$demo_net", "", 200, `"target_tenant": "*"`, ""},
	})
}

// TestNetworkQuotas: over it is 409, and administrators change it.
func TestNetworkQuotas(t *testing.T) {
	netStory(t, []step{
		{"demo", "PUT", "/quotas/$demo", `{"quota": {"network": 2}}`, 403, "rule:update_quota is disallowed by policy", ""},
		{"admin", "PUT", "/quotas/$demo", `{"quota": {"nonsense": 2}}`, 400, "Unrecognized attribute(s) 'nonsense'", ""},
		{"admin", "PUT", "/quotas/$demo", `{"quota": {"network": -2}}`, 400, "'-2' is too small", ""},
		{"admin", "PUT", "/quotas/$demo", `{"quota": {"network": 0}}`, 400, "must be greater than or equal to already used 1", ""},
		{"admin", "PUT", "/quotas/$demo", `{"quota": {"network": 2}}`, 200, `"network": 2`, ""},
		{"demo", "POST", "/networks", `{"networks": [{}, {}]}`, 409, "Quota exceeded for resources: ['network'].", ""},
		{"demo", "POST", "/networks", `{"network": {}}`, 201, "", ""},
		{"demo", "POST", "/networks", `{"network": {}}`, 409, "OverQuota", ""},
		{"demo", "GET", "/quotas/$demo/details", "", 200, `"network": {"limit": 2, "used": 2, "reserved": 0}`, ""},
		{"demo", "GET", "/quotas/$demo/default", "", 200, `"network": 100`, ""},
		{"demo", "GET", "/quotas/$alt_demo", "", 403, "rule:get_quota is disallowed by policy", ""},
		{"demo", "GET", "/quotas", "", 403, "rule:get_quota is disallowed by policy", ""},
		{"admin", "GET", "/quotas", "", 200, `"project_id": "$demo"`, ""},
		{"admin", "DELETE", "/quotas/$demo", "", 204, "", ""},
		{"admin", "DELETE", "/quotas/$demo", "", 404, "TenantQuotaNotFound", ""},
		{"demo", "POST", "/networks", `{"network": {}}`, 201, "", ""},
	})
}

// TestSubnetPools: subnets are cut from pools, and pools in one scope have no
// address twice.
func TestSubnetPools(t *testing.T) {
	netStory(t, []step{
		{"demo", "POST", "/subnetpools", `{"subnetpool": {"name": "p", "prefixes": []}}`, 400, "EmptySubnetPoolPrefixList", ""},
		{"demo", "POST", "/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.0.0.0/16", "fd00::/48"]}}`, 400, "PrefixVersionMismatch", ""},
		{"demo", "POST", "/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.0.0.0/16"], "min_prefixlen": 24, "max_prefixlen": 20}}`, 400, "IllegalSubnetPoolPrefixBounds", ""},
		{"demo", "POST", "/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.0.0.0/16"], "shared": true}}`, 403, "create_subnetpool:shared", ""},
		{"demo", "POST", "/address-scopes", `{"address_scope": {"name": "a", "ip_version": 4}}`, 201, "", "a"},
		{"demo", "POST", "/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.1.0.0/17", "10.1.128.0/17"], "default_prefixlen": 24, "address_scope_id": "$a"}}`, 201, `"prefixes": ["10.1.0.0/16"]`, "p"},
		{"demo", "POST", "/subnetpools", `{"subnetpool": {"name": "q", "prefixes": ["10.1.3.0/24"], "address_scope_id": "$a"}}`, 409, "AddressScopePrefixConflict", ""},
		{"demo", "DELETE", "/address-scopes/$a", "", 409, "AddressScopeInUse", ""},
		{"demo", "POST", "/networks", `{"network": {}}`, 201, "", "n"},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "subnetpool_id": "$p"}}`, 201, `"cidr": "10.1.0.0/24"`, "s"},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "subnetpool_id": "$p", "prefixlen": 20}}`, 201, `"cidr": "10.1.16.0/20"`, ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "subnetpool_id": "$p"}}`, 201, `"cidr": "10.1.1.0/24"`, ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "subnetpool_id": "$p", "cidr": "10.1.1.0/28"}}`, 409, "SubnetAllocationError", ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "subnetpool_id": "$p", "prefixlen": 4}}`, 400, "MinPrefixSubnetAllocationError", ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 6, "subnetpool_id": "$p"}}`, 400, "Cannot allocate IPv6 subnet from IPv4 subnet pool", ""},
		{"demo", "POST", "/subnets", `{"subnet": {"network_id": "$n", "ip_version": 4, "use_default_subnetpool": true}}`, 400, "No default subnetpool found for IPv4", ""},
		{"demo", "GET", "/networks/$n", "", 200, `"ipv4_address_scope": "$a"`, ""},
		{"demo", "DELETE", "/subnetpools/$p", "", 400, "Subnet pool has existing allocations", ""},
		{"demo", "PUT", "/subnetpools/$p", `{"subnetpool": {"prefixes": ["10.9.0.0/16"]}}`, 400, "IllegalSubnetPoolPrefixUpdate", ""},
		{"demo", "PUT", "/subnetpools/$p/add_prefixes", `{"prefixes": ["10.0.0.0/16"]}`, 200, `{"prefixes": ["10.0.0.0/15"]}`, ""},
		{"demo", "PUT", "/subnetpools/$p/add_prefixes", `{"prefixes": ["nonsense"]}`, 400, "'nonsense' is not a valid IP subnet", ""},
		{"demo", "PUT", "/subnetpools/$p/onboard_network_subnets", `{"network_id": "$demo_net"}`, 200, "", ""},
		{"demo", "GET", "/subnets/$demo_subnet", "", 200, `"subnetpool_id": "$p"`, ""},
		{"alt_demo", "GET", "/subnetpools/$p", "", 404, "SubnetPoolNotFound", ""},
	})
}

// TestAddressGroups: lists of addresses that rules name.
func TestAddressGroups(t *testing.T) {
	netStory(t, []step{
		{"demo", "POST", "/address-groups", `{"address_group": {"addresses": ["10.0.0.0/8", "nonsense"]}}`, 400, "'nonsense' is not a valid IP subnet", ""},
		{"demo", "POST", "/address-groups", `{"address_group": {"name": "g", "addresses": ["10.0.0.0/8"]}}`, 201, `"addresses": ["10.0.0.0/8"]`, "g"},
		{"demo", "PUT", "/address-groups/$g/add_addresses", `{"addresses": ["10.0.0.0/8"]}`, 400, "AddressesAlreadyExist", ""},
		{"demo", "PUT", "/address-groups/$g/add_addresses", `{"addresses": ["192.168.0.1/32"]}`, 200, `"addresses": ["10.0.0.0/8", "192.168.0.1/32"]`, ""},
		{"demo", "PUT", "/address-groups/$g/remove_addresses", `{"addresses": ["1.1.1.1/32"]}`, 404, "AddressesNotFound", ""},
		{"demo", "POST", "/security-group-rules", `{"security_group_rule": {"security_group_id": "$demo_group", "direction": "ingress", "remote_address_group_id": "$demo"}}`, 404, "AddressGroupNotFound", ""},
		{"demo", "POST", "/security-group-rules", `{"security_group_rule": {"security_group_id": "$demo_group", "direction": "ingress", "remote_address_group_id": "$g"}}`, 201, "", "r"},
		{"demo", "DELETE", "/address-groups/$g", "", 409, "AddressGroupInUse", ""},
		{"demo", "DELETE", "/security-group-rules/$r", "", 204, "", ""},
		{"demo", "DELETE", "/address-groups/$g", "", 204, "", ""},
	})
}

// TestTrunks: ports that carry others, and which of both may go.
func TestTrunks(t *testing.T) {
	netStory(t, []step{
		{"demo", "POST", "/ports", `{"port": {"network_id": "$demo_net"}}`, 201, "", "p"},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$demo_net"}}`, 201, "", "q"},
		{"demo", "POST", "/ports", `{"port": {"network_id": "$demo_net"}}`, 201, "", "o"},
		{"demo", "POST", "/trunks", `{"trunk": {"port_id": "$p", "sub_ports": [{"port_id": "$q"}]}}`, 400, "missing segmentation information", ""},
		{"demo", "POST", "/trunks", `{"trunk": {"port_id": "$p", "sub_ports": [{"port_id": "$q", "segmentation_type": "vlan", "segmentation_id": 5}]}}`, 201, `"status": "DOWN"`, "t"},
		{"demo", "POST", "/trunks", `{"trunk": {"port_id": "$p"}}`, 409, "ParentPortInUse", ""},
		{"demo", "POST", "/trunks", `{"trunk": {"port_id": "$q"}}`, 409, "TrunkPortInUse", ""},
		{"demo", "PUT", "/trunks/$t/add_subports", `{"sub_ports": [{"port_id": "$o", "segmentation_type": "vlan", "segmentation_id": 5}]}`, 409, "DuplicateSubPort", ""},
		{"demo", "PUT", "/trunks/$t/add_subports", `{"sub_ports": [{"port_id": "$o", "segmentation_type": "vlan", "segmentation_id": 6}]}`, 200, `"segmentation_id": 6`, ""},
		{"demo", "GET", "/ports/$o", "", 200, `"device_owner": "trunk:subport"`, ""},
		{"demo", "DELETE", "/ports/$p", "", 409, "PortInUseAsTrunkParent", ""},
		{"demo", "DELETE", "/ports/$q", "", 409, "PortInUseAsSubPort", ""},
		{"demo", "PUT", "/trunks/$t/remove_subports", `{"sub_ports": [{"port_id": "$o"}]}`, 200, "!$o", ""},
		{"demo", "PUT", "/trunks/$t/remove_subports", `{"sub_ports": [{"port_id": "$o"}]}`, 404, "SubPortNotFound", ""},
		{"demo", "GET", "/trunks/$t/get_subports", "", 200, `"port_id": "$q"`, ""},
		{"demo", "PUT", "/trunks/$t", `{"trunk": {"admin_state_up": false}}`, 200, "", ""},
		{"demo", "PUT", "/trunks/$t/add_subports", `{"sub_ports": [{"port_id": "$o", "segmentation_type": "vlan", "segmentation_id": 6}]}`, 409, "TrunkDisabled", ""},
		{"demo", "DELETE", "/trunks/$t", "", 204, "", ""},
		{"demo", "DELETE", "/ports/$q", "", 204, "", ""},
	})
}

// TestQoS: policies, their rules in both places, and who has them.
func TestQoS(t *testing.T) {
	netStory(t, []step{
		{"demo", "POST", "/qos/policies", `{"policy": {"name": "q"}}`, 403, "rule:create_policy is disallowed by policy", ""},
		{"admin", "POST", "/qos/policies", `{"policy": {"name": "q", "shared": true}}`, 201, `"rules": []`, "q"},
		{"admin", "POST", "/qos/policies/$q/bandwidth_limit_rules", `{"bandwidth_limit_rule": {"max_burst_kbps": 1}}`, 400, "Required attribute 'max_kbps' not specified", ""},
		{"admin", "POST", "/qos/policies/$q/bandwidth_limit_rules", `{"bandwidth_limit_rule": {"max_kbps": 1000}}`, 201, `"direction": "egress"`, "r"},
		{"admin", "POST", "/qos/policies/$q/bandwidth_limit_rules", `{"bandwidth_limit_rule": {"max_kbps": 2000}}`, 409, "QoSRulesConflict", ""},
		{"admin", "POST", "/qos/policies/$q/dscp_marking_rules", `{"dscp_marking_rule": {"dscp_mark": 7}}`, 400, "7 is not in valid_values", ""},
		{"admin", "POST", "/qos/policies/$q/dscp_marking_rules", `{"dscp_marking_rule": {"dscp_mark": 8}}`, 201, `"dscp_mark": 8`, "d"},
		{"demo", "GET", "/qos/policies/$q", "", 200, `"max_kbps": 1000`, ""},
		{"demo", "GET", "/qos/policies/$q/dscp_marking_rules/$d", "", 404, "QosRuleNotFound", ""},
		{"admin", "GET", "/qos/policies/$q/dscp_marking_rules/$d", "", 200, `"dscp_mark": 8`, ""},
		{"admin", "PUT", "/qos/alias-bandwidth-limit-rules/$r", `{"alias_bandwidth_limit_rule": {"max_kbps": 3000}}`, 200, `"max_kbps": 3000`, ""},
		{"admin", "GET", "/qos/policies/$q/bandwidth_limit_rules/$d", "", 404, "QosRuleNotFound", ""},
		{"demo", "PUT", "/networks/$demo_net", `{"network": {"qos_policy_id": "$q"}}`, 200, `"qos_policy_id": "$q"`, ""},
		{"admin", "DELETE", "/qos/policies/$q", "", 409, "is used by network $demo_net", ""},
		{"demo", "PUT", "/networks/$demo_net", `{"network": {"qos_policy_id": null}}`, 200, `"qos_policy_id": null`, ""},
		{"admin", "DELETE", "/qos/policies/$q/bandwidth_limit_rules/$r", "", 204, "", ""},
		{"admin", "DELETE", "/qos/policies/$q", "", 204, "", ""},
		{"demo", "GET", "/qos/rule-types", "", 200, `{"type": "minimum_bandwidth"}`, ""},
	})
}

// TestPortBindings: a port waits on the host that its server will move to.
func TestPortBindings(t *testing.T) {
	netStory(t, []step{
		{"nova", "POST", "/ports", `{"port": {"network_id": "$demo_net", "tenant_id": "$demo", "binding:host_id": "fake1"}}`, 201, `"binding:vif_type": "ovs"`, "p"},
		{"demo", "GET", "/ports/$p", "", 200, "!binding:host_id", ""},
		{"demo", "POST", "/ports/$p/bindings", `{"binding": {"host": "fake2"}}`, 403, "rule:create_port_binding is disallowed by policy", ""},
		{"nova", "POST", "/ports/$p/bindings", `{"binding": {}}`, 400, "Required attribute 'host' not specified", ""},
		{"nova", "POST", "/ports/$p/bindings", `{"binding": {"host": "fake2"}}`, 201, `"status": "INACTIVE"`, ""},
		{"nova", "POST", "/ports/$p/bindings", `{"binding": {"host": "fake2"}}`, 409, "PortBindingAlreadyExists", ""},
		{"nova", "PUT", "/ports/$p/bindings/fake3/activate", "", 404, "PortBindingNotFound", ""},
		{"nova", "PUT", "/ports/$p/bindings/fake2/activate", "", 200, `"status": "ACTIVE"`, ""},
		{"nova", "GET", "/ports/$p/bindings?status=INACTIVE", "", 200, `"host": "fake1"`, ""},
		{"nova", "GET", "/ports/$p", "", 200, `"binding:host_id": "fake2"`, ""},
		{"nova", "DELETE", "/ports/$p/bindings/fake1", "", 204, "", ""},
		{"nova", "DELETE", "/ports/$p/bindings/fake1", "", 404, "PortBindingNotFound", ""},
	})
}

// TestUnderlay: what administrators see, and others don't.
func TestUnderlay(t *testing.T) {
	agent := stableUUID("agent", "neutron-dhcp-agent"+hostNames[0])
	netStory(t, []step{
		{"demo", "GET", "/agents", "", 200, `{"agents": []}`, ""},
		{"admin", "GET", "/agents?host=fake2", "", 200, `"binary": "neutron-openvswitch-agent"`, ""},
		{"demo", "GET", "/agents/" + agent, "", 404, "AgentNotFound", ""},
		{"admin", "PUT", "/agents/" + agent, `{"agent": {"admin_state_up": false}}`, 200, `"admin_state_up": false`, ""},
		{"admin", "GET", "/agents/" + agent + "/dhcp-networks", "", 200, `"$demo_net"`, ""},
		{"admin", "DELETE", "/agents/" + agent + "/dhcp-networks/$demo_net", "", 204, "", ""},
		{"admin", "GET", "/networks/$demo_net/dhcp-agents", "", 200, `{"agents": []}`, ""},
		{"admin", "DELETE", "/agents/" + agent + "/dhcp-networks/$demo_net", "", 409, "NetworkNotHostedByDhcpAgent", ""},
		{"admin", "POST", "/agents/" + agent + "/dhcp-networks", `{"network_id": "$demo_net"}`, 201, "", ""},
		{"demo", "GET", "/networks/$demo_net/dhcp-agents", "", 403, "is disallowed by policy", ""},
		{"admin", "GET", "/routers/$demo_router/l3-agents", "", 200, `"agent_type": "L3 agent"`, ""},
		{"demo", "GET", "/availability_zones", "", 200, `{"name": "nova", "resource": "router", "state": "available"}`, ""},
		{"demo", "POST", "/networks", `{"network": {"availability_zone_hints": ["mars"]}}`, 404, "AvailabilityZoneNotFound", ""},
		{"demo", "GET", "/network-ip-availabilities", "", 200, `{"network_ip_availabilities": []}`, ""},
		{"admin", "GET", "/network-ip-availabilities/$demo_net", "", 200, `"total_ips": 65533`, ""},
		{"admin", "GET", "/segments?network_id=$demo_net", "", 200, `"network_type": "vxlan"`, ""},
		{"demo", "GET", "/segments", "", 200, `{"segments": []}`, ""},
		{"admin", "POST", "/metering/metering-labels", `{"metering_label": {"name": "l"}}`, 201, "", "l"},
		{"admin", "POST", "/metering/metering-label-rules", `{"metering_label_rule": {"metering_label_id": "$l", "direction": "egress"}}`, 400, "You must define at least one", ""},
		{"admin", "POST", "/metering/metering-label-rules", `{"metering_label_rule": {"metering_label_id": "$l", "direction": "egress", "remote_ip_prefix": "10.0.0.0/8"}}`, 201, `"excluded": false`, "m"},
		{"admin", "DELETE", "/metering/metering-labels/$l", "", 204, "", ""},
		{"admin", "GET", "/metering/metering-label-rules/$m", "", 404, "MeteringLabelRuleNotFound", ""},
		{"admin", "POST", "/log/logs", `{"log": {"resource_type": "nonsense"}}`, 400, "InvalidLogResourceType", ""},
		{"admin", "POST", "/log/logs", `{"log": {"resource_type": "security_group", "resource_id": "$demo_group"}}`, 201, `"event": "ALL"`, ""},
		{"admin", "GET", "/log/loggable-resources", "", 200, `{"type": "security_group"}`, ""},
		{"demo", "GET", "/default-security-group-rules", "", 200, `"remote_group_id": "PARENT"`, ""},
		{"admin", "POST", "/default-security-group-rules", `{"default_security_group_rule": {"direction": "ingress", "protocol": "icmp"}}`, 201, "", ""},
		{"demo", "POST", "/security-groups", `{"security_group": {"name": "g"}}`, 201, `"protocol": "icmp"`, ""},
		{"demo", "POST", "/security-groups", `{"security_group": {"name": "default"}}`, 409, "SecurityGroupDefaultAlreadyExists", ""},
		{"demo", "DELETE", "/security-groups/$demo_group", "", 409, "SecurityGroupCannotRemoveDefault", ""},
		{"demo", "GET", "/vpn/vpnservices", "", 404, "The resource could not be found.", ""},
		{"demo", "GET", "/auto-allocated-topology/$demo?fields=dry-run", "", 409, "No default subnetpools defined", ""},
		{"admin", "POST", "/subnetpools", `{"subnetpool": {"name": "auto", "prefixes": ["10.64.0.0/10"], "default_prefixlen": 26, "shared": true, "is_default": true}}`, 201, "", ""},
		{"demo", "GET", "/auto-allocated-topology/$demo?fields=dry-run", "", 200, `"id": "dry-run=pass"`, ""},
		{"demo", "GET", "/auto-allocated-topology/$demo", "", 200, `"tenant_id": "$demo"`, ""},
		{"demo", "GET", "/routers?name=auto_allocated_router", "", 200, `"network_id": "$public"`, ""},
		{"demo", "DELETE", "/auto-allocated-topology/$demo", "", 204, "", ""},
		{"demo", "GET", "/networks?name=auto_allocated_network", "", 200, `{"networks": []}`, ""},
	})
}
