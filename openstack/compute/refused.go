package compute

import (
	"net/http"
	"slices"
	"strings"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// refusal is an endpoint that Nova has but answers no member of a project:
// policy leaves it to the cloud's admins, or the feature behind it is gone.
// No driver is asked.
type refusal struct {
	name, methods string
	kind          jumpgate.Kind
	text          string // of Forbidden: the policy's rule
	since, until  int    // minor versions, until exclusive; 0: no bound
	action        string // the only one, where several share an endpoint
}

const (
	forbidden = jumpgate.Forbidden
	gone      = jumpgate.Gone
	badly     = jumpgate.BadRequest
	unknown   = jumpgate.NotFound
)

// refusals are all such endpoints, of both API versions where both have them.
// Beyond a row's versions Nova answers 404.
var refusals = []refusal{
	{name: "flavor_action", methods: "POST", kind: forbidden, text: "os_compute_api:os-flavor-access:add_tenant_access", action: "addTenantAccess"},
	{name: "flavor_action", methods: "POST", kind: forbidden, text: "os_compute_api:os-flavor-access:remove_tenant_access", action: "removeTenantAccess"},
	{name: "os_aggregates", methods: "GET", kind: forbidden, text: "os_compute_api:os-aggregates:index"},
	{name: "os_aggregates", methods: "POST", kind: forbidden, text: "os_compute_api:os-aggregates:create"},
	{name: "os_aggregate", methods: "GET", kind: forbidden, text: "os_compute_api:os-aggregates:show"},
	{name: "os_aggregate", methods: "PUT", kind: forbidden, text: "os_compute_api:os-aggregates:update"},
	{name: "os_aggregate", methods: "DELETE", kind: forbidden, text: "os_compute_api:os-aggregates:delete"},
	{name: "os_aggregate_action", methods: "POST", kind: forbidden, text: "os_compute_api:os-aggregates:add_host", action: "add_host"},
	{name: "os_aggregate_action", methods: "POST", kind: forbidden, text: "os_compute_api:os-aggregates:remove_host", action: "remove_host"},
	{name: "os_aggregate_action", methods: "POST", kind: forbidden, text: "os_compute_api:os-aggregates:set_metadata", action: "set_metadata"},
	{name: "os_aggregate_images", methods: "POST", kind: forbidden, text: "compute:aggregates:images", since: 81},
	{name: "os_assisted_volume_snapshots", methods: "POST", kind: forbidden, text: "os_compute_api:os-assisted-volume-snapshots:create"},
	{name: "os_assisted_volume_snapshot", methods: "DELETE", kind: forbidden, text: "os_compute_api:os-assisted-volume-snapshots:delete"},
	{name: "os_baremetal_nodes", methods: "GET", kind: forbidden, text: "os_compute_api:os-baremetal-nodes:list", until: 36},
	{name: "os_baremetal_nodes", methods: "POST", kind: badly, text: ironicCommand("node-create"), until: 36},
	{name: "os_baremetal_node", methods: "GET", kind: forbidden, text: "os_compute_api:os-baremetal-nodes:show", until: 36},
	{name: "os_baremetal_node", methods: "DELETE", kind: badly, text: ironicCommand("node-delete"), until: 36},
	{name: "os_baremetal_node_action", methods: "POST", kind: badly, text: ironicCommand("port-create"), until: 36, action: "add_interface"},
	{name: "os_baremetal_node_action", methods: "POST", kind: badly, text: ironicCommand("port-delete"), until: 36, action: "remove_interface"},
	{name: "os_console_auth_token", methods: "GET", kind: forbidden, text: "os_compute_api:os-console-auth-tokens"},
	{name: "os_hosts", methods: "GET", kind: forbidden, text: "os_compute_api:os-hosts:list", until: 43},
	{name: "os_host", methods: "GET", kind: forbidden, text: "os_compute_api:os-hosts:show", until: 43},
	{name: "os_host", methods: "PUT", kind: forbidden, text: "os_compute_api:os-hosts:update", until: 43},
	{name: "os_host_reboot", methods: "GET", kind: forbidden, text: "os_compute_api:os-hosts:reboot", until: 43},
	{name: "os_host_shutdown", methods: "GET", kind: forbidden, text: "os_compute_api:os-hosts:shutdown", until: 43},
	{name: "os_host_startup", methods: "GET", kind: forbidden, text: "os_compute_api:os-hosts:start", until: 43},
	{name: "os_hypervisors", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:list"},
	{name: "os_hypervisors_detail", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:list-detail"},
	{name: "os_hypervisors_statistics", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:statistics", until: 88},
	{name: "os_hypervisor", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:show"},
	{name: "os_hypervisor_search", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:search", until: 53},
	{name: "os_hypervisor_servers", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:servers", until: 53},
	{name: "os_hypervisor_uptime", methods: "GET", kind: forbidden, text: "os_compute_api:os-hypervisors:uptime", until: 88},
	{name: "os_instance_usage_audit_log", methods: "GET", kind: forbidden, text: "os_compute_api:os-instance-usage-audit-log:list"},
	{name: "os_instance_usage_audit_log_single", methods: "GET", kind: forbidden, text: "os_compute_api:os-instance-usage-audit-log:show"},
	{name: "os_migrations", methods: "GET", kind: forbidden, text: "os_compute_api:os-migrations:index"},
	{name: "os_quota_class_set", methods: "GET", kind: forbidden, text: "os_compute_api:os-quota-class-sets:show"},
	{name: "os_quota_class_set", methods: "PUT", kind: forbidden, text: "os_compute_api:os-quota-class-sets:update"},
	{name: "os_server_external_events", methods: "POST", kind: forbidden, text: "os_compute_api:os-server-external-events:create"},
	{name: "os_services", methods: "GET", kind: forbidden, text: "os_compute_api:os-services:list"},
	{name: "os_services_disable", methods: "PUT", kind: forbidden, text: "os_compute_api:os-services:update"},
	{name: "os_services_disable_log_reason", methods: "PUT", kind: forbidden, text: "os_compute_api:os-services:update"},
	{name: "os_services_enable", methods: "PUT", kind: forbidden, text: "os_compute_api:os-services:update"},
	{name: "os_services_force_down", methods: "PUT", kind: forbidden, text: "os_compute_api:os-services:update", since: 11},
	{name: "os_service", methods: "PUT", kind: forbidden, text: "os_compute_api:os-services:update"},
	{name: "os_service", methods: "DELETE", kind: forbidden, text: "os_compute_api:os-services:delete"},
	{name: "server_diagnostics", methods: "GET", kind: forbidden, text: "os_compute_api:os-server-diagnostics"},
	{name: "server_migrations", methods: "GET", kind: forbidden, text: "os_compute_api:servers:migrations:index", since: 23},
	{name: "server_migration", methods: "GET", kind: forbidden, text: "os_compute_api:servers:migrations:show", since: 23},
	{name: "server_migration", methods: "DELETE", kind: forbidden, text: "os_compute_api:servers:migrations:delete", since: 24},
	{name: "server_migration_action", methods: "POST", kind: forbidden, text: "os_compute_api:servers:migrations:force_complete", since: 22, action: "force_complete"},

	{name: "os_agents", methods: "GET POST", kind: gone},
	{name: "os_agent", methods: "PUT DELETE", kind: gone},
	{name: "os_cells", methods: "GET POST", kind: gone},
	{name: "os_cells_capacities", methods: "GET", kind: gone},
	{name: "os_cells_detail", methods: "GET", kind: gone},
	{name: "os_cells_info", methods: "GET", kind: gone},
	{name: "os_cells_sync_instances", methods: "POST", kind: gone},
	{name: "os_cell", methods: "GET PUT DELETE", kind: gone},
	{name: "os_cell_capacities", methods: "GET", kind: gone},
	{name: "os_certificates", methods: "POST", kind: gone},
	{name: "os_certificates_root", methods: "GET", kind: gone},
	{name: "os_cloudpipe", methods: "GET POST", kind: gone},
	{name: "os_cloudpipe_configure_project", methods: "PUT", kind: gone},
	{name: "os_fixed_ip", methods: "GET", kind: gone},
	{name: "os_fixed_ip_action", methods: "POST", kind: gone, action: "reserve"},
	{name: "os_fixed_ip_action", methods: "POST", kind: gone, action: "unreserve"},
	{name: "os_floating_ip_dns", methods: "GET", kind: gone},
	{name: "os_floating_ip_dns_domain", methods: "PUT DELETE", kind: gone},
	{name: "os_floating_ip_dns_domain_entry", methods: "GET PUT DELETE", kind: gone},
	{name: "os_floating_ips_bulk", methods: "GET POST", kind: gone},
	{name: "os_floating_ips_bulk_delete", methods: "PUT", kind: gone},
	{name: "os_floating_ips_bulk_single", methods: "GET", kind: gone},
	{name: "os_fping", methods: "GET", kind: gone},
	{name: "os_fping_single", methods: "GET", kind: gone},
	{name: "os_networks", methods: "POST", kind: gone},
	{name: "os_networks_add", methods: "POST", kind: gone},
	{name: "os_network", methods: "DELETE", kind: gone},
	{name: "os_network_action", methods: "POST", kind: gone, action: "associate_host"},
	{name: "os_network_action", methods: "POST", kind: gone, action: "disassociate"},
	{name: "os_network_action", methods: "POST", kind: gone, action: "disassociate_host"},
	{name: "os_network_action", methods: "POST", kind: gone, action: "disassociate_project"},
	{name: "os_security_group_default_rules", methods: "GET POST", kind: gone},
	{name: "os_security_group_default_rule", methods: "GET DELETE", kind: gone},
	{name: "os_tenant_networks", methods: "POST", kind: gone},
	{name: "os_tenant_network", methods: "DELETE", kind: gone},
	{name: "server_consoles", methods: "GET POST", kind: gone},
	{name: "server_console", methods: "GET DELETE", kind: gone},
	{name: "server_os_virtual_interfaces", methods: "GET", kind: gone},

	{name: "server_shares", methods: "GET POST", kind: unknown, since: 97},
	{name: "server_share", methods: "GET DELETE", kind: unknown, since: 97},
}

func ironicCommand(name string) string {
	return "Command Not supported. Please use Ironic command " + name + " to perform this action."
}

// refusedReasons are what the coverage says.
var refusedReasons = map[jumpgate.Kind]string{
	forbidden: "403: policy leaves it to admins of the cloud",
	gone:      "410: Nova removed it",
	badly:     "400: Nova leaves it to Ironic",
	unknown:   "404: it comes with a microversion beyond the highest served",
}

// refused takes all of these for a driver that has servers. One that has not
// is no whole cloud: it may share the service with another driver, to which
// the rest is left.
func refused(s *service, _ any, t *table) {
	if s.serverLister == nil {
		return
	}
	for _, row := range refusals {
		for method := range strings.FieldsSeq(row.methods) {
			for _, name := range []string{"v2_" + row.name, "v21_" + row.name} {
				if s.disp.Endpoint(name) == nil { // newer than /v2
					continue
				}
				t.One(method, name, func(r *jumpgate.Request) (any, error) { return nil, s.refuse(r, row) })
				t.Explain(method, name, refusedReasons[row.kind])
			}
		}
	}
}

// refuse answers r in the order of Nova: the body is read before the version
// is looked at, that before the body is checked, that before the server of
// the path is looked for, and policy comes last.
func (s *service) refuse(r *jumpgate.Request, row refusal) error {
	body, err := optionalBody(r)
	if err != nil {
		return err
	}
	if row.action != "" {
		if row, err = row.named(body); err != nil {
			return err
		}
	}
	v := minor(r)
	if !rest.Within(v, row.since, row.until) {
		return jumpgate.NotFound
	}
	switch row.kind {
	case gone:
		return gone.New("This resource is no longer available. No forwarding address is given.")
	case badly:
		return badly.New("%s", row.text)
	case unknown:
		return unknown
	}
	if b := refusedBodies[r.Method+" "+row.name]; b != nil {
		if _, err := checkBody(r, b(v), body); err != nil {
			return err
		}
	}
	if serverGiven(r) && s.serverGetter != nil {
		id := serverID(r)
		if _, err := s.serverGetter.Server(r.Context(), id); err != nil {
			return serverFault(err, id, 0)
		}
	}
	return refusedBy(r, row.text)
}

// named is the row of the action that body asks for, of those that share an
// endpoint with row.
func (row refusal) named(body any) (refusal, error) {
	name, err := actionName(body)
	if err != nil {
		return row, err
	}
	i := slices.IndexFunc(refusals, func(other refusal) bool { return other.name == row.name && other.action == name })
	if i < 0 {
		return row, jumpgate.BadRequest.New("There is no such action: %s", name)
	}
	return refusals[i], nil
}

// optionalBody reads the body that a POST or a PUT may have.
func optionalBody(r *jumpgate.Request) (any, error) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut || r.ContentLength == 0 {
		return nil, nil
	}
	return rest.ReadJSON(r)
}

// refusedBodies are the schemas of bodies, by method and endpoint: a body
// that does not fit is 400 before it is 403.
var refusedBodies = map[string]func(version int) *schema.Schema{
	"POST os_server_external_events": eventsBody,
}

// eventsBody is the schema of events from other services at a minor version.
func eventsBody(v int) *schema.Schema {
	names := []string{"network-changed", "network-vif-plugged", "network-vif-unplugged", "network-vif-deleted"}
	for _, later := range []struct {
		since int
		name  string
	}{{51, "volume-extended"}, {76, "power-update"}, {82, "accelerator-request-bound"}, {93, "volume-reimaged"}} {
		if v >= later.since {
			names = append(names, later.name)
		}
	}
	event := object(
		member("server_uuid", uuidSchema),
		member("name", &schema.Schema{Type: stringType, Enum: anys(names...)}),
		member("status", &schema.Schema{Type: stringType, Enum: anys("failed", "completed", "in-progress")}),
		member("tag", &schema.Schema{Type: stringType, MaxLength: 255}),
	)
	event.Required = []string{"server_uuid", "name"}
	events := list(event)
	events.MinItems = 1
	body := object(member("events", events))
	body.Required = []string{"events"}
	return body
}
