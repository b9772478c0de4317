package baremetal

import (
	"net/http"

	"github.com/softlayer/jumpgate"
)

// partly are endpoints of Ironic of which SoftLayer can do a part.
var partly = []struct{ name, method, reason string }{
	{"v1_nodes", http.MethodGet, "SoftLayer tells the power of one server at a time: in lists it is null"},
	{"v1_nodes", http.MethodPost, "a server is bought, which this driver does not do"},
	{"v1_node", http.MethodDelete, "a record can't be forgotten: undeploy cancels a server"},
	{"v1_node", http.MethodPatch, "name (the host name), description and extra (text) alone"},
	{"v1_node_states_provision", http.MethodPut, "rebuild reloads the operating system, deleted cancels the server and its bill, rescue and unrescue; 400 for other verbs and for a config drive"},
	{"v1_node_states_power", http.MethodPut, "no soft power off"},
	{"v1_ports", http.MethodPost, "the network interfaces are SoftLayer's"},
}

// ExplainPartly adds to the coverage what partly says.
func ExplainPartly(disp *jumpgate.Dispatcher) error {
	for _, p := range partly {
		if err := disp.Explain(p.name, p.method, p.reason); err != nil {
			return err
		}
	}
	return nil
}
