package recipes

import (
	"errors"
	"net/http"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// operators may look at servers, start and stop them, and nothing else that a
// member may: their rules by Nova's names, with check strings as in Nova's
// policy.yaml. Rules that are not named stay OpenStack's own.
var operators = map[string]string{
	"os_compute_api:servers:index":  "role:operator or rule:project_reader_or_admin",
	"os_compute_api:servers:detail": "role:operator or rule:project_reader_or_admin",
	"os_compute_api:servers:show":   "role:operator or rule:project_reader_or_admin",
	"os_compute_api:servers:start":  "role:operator or rule:project_member_or_admin",
	"os_compute_api:servers:stop":   "role:operator or rule:project_member_or_admin",

	"os_compute_api:os-deferred-delete:force": "!", // see guard
}

// narrow serves the servers of a driver up to microversion 2.79, with the rule
// above.
func narrow(driver any) jumpgate.DriverFunc {
	return func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		if disp.Service() != jumpgate.Compute {
			return errors.New("this is for compute")
		}
		return compute.Register(disp, driver, compute.Options{
			MaxVersion: jumpgate.Microversion{Major: 2, Minor: 79},
			Policy:     operators,
		})
	}
}

// office is a request hook: servers are deleted from within the company alone.
func office(r *jumpgate.Request) error {
	if addr := r.ClientAddr(); !addr.IsPrivate() && !addr.IsLoopback() {
		return jumpgate.Forbidden.New("Servers are deleted from the office alone.")
	}
	return nil
}

// guard adds office to the endpoints that delete servers. An action may delete one
// too, and a hook does not know which action is asked for: nobody may do it, by
// the rule "os_compute_api:os-deferred-delete:force": "!".
func guard(gw *jumpgate.Gateway) error {
	return gw.Dispatcher(jumpgate.Compute).AddRequestHook(func(r *jumpgate.Request) error {
		if r.Method != http.MethodDelete {
			return nil
		}
		return office(r)
	}, "v21_server", "v2_server")
}
