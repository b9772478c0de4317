package baremetal

import (
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
)

// partly are endpoints of Ironic of which SoftLayer can do a part.
var partly = []core.Part{
	{"v1_nodes", http.MethodGet, "SoftLayer tells the power of one server at a time: in lists it is null"},
	{"v1_nodes", http.MethodPost, "orders a server if Options.OrderHardware allows it, else 403"},
	{"v1_node", http.MethodDelete, "a record can't be forgotten: undeploy cancels a server"},
	{"v1_node", http.MethodPatch, "400 for what SoftLayer tells of a server, for its driver and interfaces, owner and lessee; what SoftLayer has no place for is in the store; " + core.Beyond("server")},
	{"v1_node_states_provision", http.MethodPut, "rebuild reloads the operating system, deleted cancels the server and its bill, rescue and unrescue; 400 for other verbs and for a config drive"},
	{"v1_node_states_power", http.MethodPut, "no soft power off"},
	{"v1_node_states_raid", http.MethodPut, "404: " + lacks},
	{"v1_node_states_console", http.MethodGet, "the management controller, with the account that SoftLayer has there"},
	{"v1_node_states_console", http.MethodPut, "connects the management controller to the network or takes it off"},
	{"v1_node_states_boot_mode", http.MethodPut, lacks400},
	{"v1_node_states_secure_boot", http.MethodPut, lacks400},
	{"v1_node_management_boot_device", http.MethodGet, lacks400},
	{"v1_node_management_boot_device", http.MethodPut, lacks400},
	{"v1_node_management_boot_device_supported", http.MethodGet, lacks400},
	{"v1_node_management_indicators", http.MethodGet, lacks400},
	{"v1_node_management_indicator", http.MethodGet, lacks400},
	{"v1_node_management_indicator", http.MethodPut, lacks400},
	{"v1_node_management_inject_nmi", http.MethodPut, lacks400},
	{"v1_node_bios", http.MethodGet, "empty: SoftLayer tells no settings"},
	{"v1_node_bios_single", http.MethodGet, "404: SoftLayer tells no settings"},
	{"v1_node_history", http.MethodGet, "what SoftLayer's log says, for as long as it is kept there"},
	{"v1_node_inventory", http.MethodGet, "what SoftLayer tells of the components"},
	{"v1_node_traits", http.MethodGet, "tags that have a trait's form"},
	{"v1_node_vifs", http.MethodGet, "empty: a server is on the VLANs that it was ordered for"},
	{"v1_node_vifs", http.MethodPost, lacks400},
	{"v1_node_vendor_passthru", http.MethodGet, "there are no methods"},
	{"v1_node_vendor_passthru_methods", http.MethodGet, "empty: there are no methods"},
	{"v1_vendor_passthru", http.MethodGet, "there are no methods"},
	{"v1_driver_vendor_passthru", http.MethodGet, "there are no methods"},
	{"v1_driver_vendor_passthru_methods", http.MethodGet, "empty: there are no methods"},
	{"v1_driver_vendor_passthru_single", http.MethodGet, "there are no methods"},
	{"v1_events", http.MethodPost, "taken, without effect: nodes have no connections of Neutron's"},
	{"v1_lookup", http.MethodGet, "404: no agent of Ironic's runs on a node"},
	{"v1_heartbeat", http.MethodPost, "404: no agent of Ironic's runs on a node"},
	{"v1_allocations", http.MethodPost, "400: a server is somebody's from the start"},
	{"v1_chassis", http.MethodPost, lacks400},
	{"v1_portgroups", http.MethodPost, lacks400},
	{"v1_volume_connectors", http.MethodPost, lacks400},
	{"v1_volume_targets", http.MethodPost, lacks400},
	{"v1_deploy_templates", http.MethodPost, lacks400},
	{"v1_ports", http.MethodPost, "400: the network interfaces are SoftLayer's"},
	{"v1_port", http.MethodPatch, "400: the network interfaces are SoftLayer's"},
	{"v1_port", http.MethodDelete, "400: the network interfaces are SoftLayer's"},
}

// lacks says why an interface of a driver is not there.
const (
	lacks    = "SoftLayer has no such interface to hardware; answered as Ironic does for a driver without it"
	lacks400 = "400: " + lacks
)

// ExplainPartly adds to the coverage what partly says.
func ExplainPartly(disp *jumpgate.Dispatcher) error {
	return core.ExplainParts(disp, "", partly)
}
