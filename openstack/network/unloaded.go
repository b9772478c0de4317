package network

import (
	"strings"

	"github.com/softlayer/jumpgate"
)

// unloaded are the endpoints of extensions that a Neutron may be without, by
// the beginning of their names: one that is without answers 404 there, and
// does not list the extension.
var unloaded = []struct{ endpoint, alias string }{
	{"v2_address_group", "address-group"}, {"v2_address_scope", "address-scope"},
	{"v2_agent_bgp", "bgp"}, {"v2_agent_dhcp", "dhcp_agent_scheduler"}, {"v2_agent_l3", "l3_agent_scheduler"}, {"v2_agent", "agent"},
	{"v2_auto_allocated_topology", "auto-allocated-topology"}, {"v2_availability_zones", "availability_zone"},
	{"v2_bgpvpn", "bgpvpn"}, {"v2_bgp", "bgp"}, {"v2_default_security_group_rule", "security-groups-default-rules"},
	{"v2_flavor", "flavors"}, {"v2_floatingip_pools", "floatingip-pools"}, {"v2_floatingip_port_forwarding", "floating-ip-port-forwarding"},
	{"v2_floatingip", "router"}, {"v2_fwaas", "fwaas_v2"}, {"v2_local_ip", "local_ip"}, {"v2_log", "logging"}, {"v2_metering", "metering"},
	{"v2_ndp_prox", "l3-ndp-proxy"}, {"v2_network_ip_availabilit", "network-ip-availability"}, {"v2_network_segment_range", "network-segment-range"},
	{"v2_network_dhcp_agents", "dhcp_agent_scheduler"}, {"v2_port_binding", "binding-extended"}, {"v2_qos", "qos"}, {"v2_quota", "quotas"},
	{"v2_rbac", "rbac-policies"}, {"v2_router_conntrack", "l3-conntrack-helper"}, {"v2_router_l3_agents", "l3_agent_scheduler"},
	{"v2_router_add_external", "external-gateway-multihoming"}, {"v2_router_remove_external", "external-gateway-multihoming"},
	{"v2_router_update_external", "external-gateway-multihoming"}, {"v2_router_add_extraroutes", "extraroute-atomic"},
	{"v2_router_remove_extraroutes", "extraroute-atomic"}, {"v2_router", "router"},
	{"v2_security_groups_default_statefulness", "security-groups-default-statefulness"}, {"v2_security_group", "security-group"},
	{"v2_segment", "segment"}, {"v2_service_profile", "flavors"}, {"v2_service_provider", "service-type"}, {"v2_sfc", "sfc"},
	{"v2_subnetpool_onboard", "subnet_onboard"}, {"v2_subnetpool", "subnet_allocation"}, {"v2_taas", "taas"}, {"v2_trunk", "trunk"}, {"v2_vpn", "vpnaas"},
}

// without serves the endpoints of the extensions that are not loaded.
func (s *service) without() error {
	for e := range s.disp.EachEndpoint() {
		if s.handlers[e.Name] != nil {
			continue
		}
		for _, of := range unloaded {
			if !strings.HasPrefix(e.Name, of.endpoint) {
				continue
			}
			methods := jumpgate.Methods{}
			for _, method := range e.Methods {
				methods[method] = func(*jumpgate.Request) (any, error) { return nil, jumpgate.NotFound }
				if err := s.disp.Explain(e.Name, method, "404: as a Neutron without the extension "+of.alias); err != nil {
					return err
				}
			}
			s.handlers[e.Name] = methods
			break
		}
	}
	return nil
}
