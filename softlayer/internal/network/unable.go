package network

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

// partly are endpoints of which SoftLayer can do a part, or nothing.
var partly = []core.Part{
	{"networks", http.MethodPost, "403 unless the configuration lets users order VLANs, which are billed by the month; then in one datacenter, that of the hint"},
	{"network", http.MethodPut, "a VLAN has a name, a note and tags; all else about it is SoftLayer's"},
	{"network", http.MethodDelete, "409 for a VLAN that came with a server: SoftLayer takes it back when it is empty"},
	{"subnets", http.MethodPost, "403 unless the configuration lets users order portable subnets, which are billed by the month; " +
		"400 with a cidr: SoftLayer chooses the addresses, a client the prefixlen"},
	{"subnet", http.MethodPut, "a subnet has a name, a note and tags; its addresses, its gateway and how servers learn them are SoftLayer's"},
	{"subnet", http.MethodDelete, "409 for a subnet that came with its VLAN"},
	{"ports", http.MethodPost, "a port waits for the server that is ordered with it, and gets its addresses then; " +
		"400 for an address that is not of a portable subnet, for a MAC address, for address pairs and for DHCP options"},
	{"port", http.MethodPut, "400 for other addresses, and for no security group: an interface in none is open, as group default says"},
	{"port", http.MethodDelete, "409 for a port that a server has: it goes with the server"},
	{"subnetpools", http.MethodPost, "403: SoftLayer chooses the addresses of subnets from a stock of its own"},
	{"routers", http.MethodPost, "403: the backbone routes public networks, and network gateways are machines that are ordered from SoftLayer"},
	{"router", http.MethodPut, "403 but for the name of a network gateway"},
	{"router", http.MethodDelete, "403: network gateways are machines that are cancelled at SoftLayer"},
	{"router_add_router_interface", http.MethodPut, "puts a whole VLAN behind a network gateway; 403 for the backbone"},
	{"router_remove_router_interface", http.MethodPut, "takes a whole VLAN from behind a network gateway; 403 for the backbone"},
	{"floatingips", http.MethodPost, "orders a global address, which is billed by the month; it leads to public addresses of servers alone"},
	{"security_groups", http.MethodPost, "400 for groups without state"},
	{"security_group_rules", http.MethodPost, "400 for protocols but tcp, udp, icmp and vrrp; 403 for group default, unless the configuration lets it be changed"},
	{"quota", http.MethodGet, "-1: SoftLayer has quotas, but no way to ask for them"},
}

// ExplainPartly adds to the coverage what partly says.
func ExplainPartly(disp *jumpgate.Dispatcher) error {
	return core.ExplainParts(disp, "v2_", partly)
}
