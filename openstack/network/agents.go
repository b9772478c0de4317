package network

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/softlayer/jumpgate"
)

// underlay serves what carries networks: agents, zones, providers of
// services, and how many addresses are left.
func underlay(s *service, driver any) {
	if d, ok := driver.(AgentDriver); ok {
		_, zones := driver.(ZoneDriver)
		all := d.Agents()
		schedules(provide(s, agentKind().having("availability_zone", zones), all, "agent"), driver, all)
	}
	if d, ok := driver.(ZoneDriver); ok {
		provide(s, zoneKind(), d.AvailabilityZones(), "availability_zone", "availability_zone_filter", "network_availability_zone", "router_availability_zone")
	}
	if d, ok := driver.(ServiceProviderDriver); ok {
		provide(s, providerKind(), d.ServiceProviders(), "service-type")
	}
	if d, ok := driver.(AvailabilityDriver); ok {
		provide(s, availabilityKind(), d.IPAvailabilities(), "network-ip-availability")
	}
	if d, ok := driver.(TopologyDriver); ok {
		topology(s, d)
	}
}

// nobodys is the project of what belongs to none.
func nobodys[T any](*T) *string { return new(string) }

func agentKind() *kind[Agent] {
	pythonTime := func(at func(*Agent) *time.Time) func(*Agent) any {
		return func(t *Agent) any { return at(t).UTC().Format(time.DateTime) }
	}
	return &kind[Agent]{
		one: "agent", many: "agents", list: "v2_agents", item: "v2_agent", id: "agent_id",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "AgentNotFound", "Agent %s could not be found.", id)
		},
		key: func(t *Agent) *string { return &t.ID }, project: nobodys[Agent],
		attrs: []attribute[Agent]{
			{name: "id", at: func(t *Agent) any { return &t.ID }, does: filter | sorted},
			{name: "agent_type", at: func(t *Agent) any { return &t.Type }, does: filter},
			{name: "binary", at: func(t *Agent) any { return &t.Binary }, does: filter},
			{name: "topic", at: func(t *Agent) any { return &t.Topic }, does: filter},
			{name: "host", at: func(t *Agent) any { return &t.Host }, does: filter},
			{name: "admin_state_up", at: func(t *Agent) any { return &t.AdminStateUp }, does: put | filter, is: boolean},
			{name: "created_at", view: pythonTime(func(t *Agent) *time.Time { return &t.Created })},
			{name: "started_at", view: pythonTime(func(t *Agent) *time.Time { return &t.Started })},
			{name: "heartbeat_timestamp", view: pythonTime(func(t *Agent) *time.Time { return &t.Heartbeat })},
			{name: "alive", at: func(t *Agent) any { return &t.Alive }, does: filter},
			{name: "configurations", view: func(t *Agent) any { return dict(t.Configurations) }},
			{name: "description", at: func(t *Agent) any { return &t.Description }, does: put | filter | null, is: orNull(text(255))},
			{name: "availability_zone", at: func(t *Agent) any { return &t.Zone }, does: filter | null},
		},
	}
}

func zoneKind() *kind[Zone] {
	return &kind[Zone]{
		one: "availability_zone", many: "availability_zones", list: "v2_availability_zones",
		notFound: func(id string) error {
			return fault(jumpgate.NotFound, "AvailabilityZoneNotFound", "AvailabilityZone %s could not be found.", id)
		},
		key: func(t *Zone) *string { return &t.Name }, project: nobodys[Zone],
		attrs: []attribute[Zone]{
			{name: "name", at: func(t *Zone) any { return &t.Name }, does: filter},
			{name: "resource", at: func(t *Zone) any { return &t.Resource }, does: filter},
			{name: "state", at: func(t *Zone) any { return &t.State }, does: filter},
		},
	}
}

func providerKind() *kind[ServiceProvider] {
	return &kind[ServiceProvider]{
		one: "service_provider", many: "service_providers", list: "v2_service_providers",
		notFound: func(string) error { return jumpgate.NotFound },
		key:      func(t *ServiceProvider) *string { return &t.Name }, project: nobodys[ServiceProvider],
		attrs: []attribute[ServiceProvider]{
			{name: "service_type", at: func(t *ServiceProvider) any { return &t.ServiceType }, does: filter},
			{name: "name", at: func(t *ServiceProvider) any { return &t.Name }, does: filter},
			{name: "default", at: func(t *ServiceProvider) any { return &t.Default }, does: filter},
		},
	}
}

func availabilityKind() *kind[Availability] {
	k := &kind[Availability]{
		one: "network_ip_availability", many: "network_ip_availabilities", list: "v2_network_ip_availabilities", item: "v2_network_ip_availability", id: "network_id",
		notFound: NetworkNotFound,
		key:      func(t *Availability) *string { return &t.NetworkID }, project: func(t *Availability) *string { return &t.ProjectID },
		attrs: []attribute[Availability]{
			{name: "network_id", at: func(t *Availability) any { return &t.NetworkID }, does: filter | sorted},
			{name: "network_name", at: func(t *Availability) any { return &t.NetworkName }, does: filter},
			{name: "tenant_id", at: func(t *Availability) any { return &t.ProjectID }, does: filter},
			{name: "project_id", at: func(t *Availability) any { return &t.ProjectID }, does: filter},
			{name: "subnet_ip_availability", view: func(t *Availability) any {
				views := make([]jumpgate.Object, len(t.Subnets))
				for i, s := range t.Subnets {
					views[i] = jumpgate.Object{
						{Name: "subnet_id", Value: s.SubnetID}, {Name: "ip_version", Value: version(s.CIDR.Addr())}, {Name: "cidr", Value: s.CIDR.String()},
						{Name: "subnet_name", Value: s.SubnetName}, {Name: "used_ips", Value: s.Used}, {Name: "total_ips", Value: whole(s.Total)},
					}
				}
				return views
			}},
			{name: "used_ips", view: func(t *Availability) any {
				used := int64(0)
				for _, s := range t.Subnets {
					used += s.Used
				}
				return used
			}},
			{name: "total_ips", view: func(t *Availability) any {
				total := 0.0
				for _, s := range t.Subnets {
					total += s.Total
				}
				return whole(total)
			}},
		},
		extra: []string{"ip_version"},
		matches: func(t *Availability, _ string, values []string) bool {
			return slices.ContainsFunc(t.Subnets, func(s SubnetAvailability) bool {
				return slices.Contains(values, strconv.Itoa(version(s.CIDR.Addr())))
			})
		},
	}
	return k
}

// whole writes a number that may be larger than any integer of Go's.
func whole(f float64) json.Number { return json.Number(strconv.FormatFloat(f, 'f', 0, 64)) }

// topology serves networks that come by themselves.
func topology(s *service, d TopologyDriver) {
	s.extensions["auto-allocated-topology"] = true
	view := func(id, project string) jumpgate.Object {
		return jumpgate.Object{{Name: "auto_allocated_topology", Value: jumpgate.Object{{Name: "id", Value: id}, {Name: "tenant_id", Value: project}}}}
	}
	may := func(r *jumpgate.Request, rule string) (context.Context, string, error) {
		project := r.Var("project_id")
		if project == "None" || project == "" {
			project = ownProject(r)
		}
		ctx := s.context(r)
		return ctx, project, s.need(ctx, rule, target{"project_id": project, "tenant_id": project})
	}
	s.add("v2_auto_allocated_topology", jumpgate.Methods{
		http.MethodGet: func(r *jumpgate.Request) (any, error) {
			ctx, project, err := may(r, "get_auto_allocated_topology")
			if err != nil {
				return nil, err
			}
			check := slices.Contains(r.URL.Query()["fields"], "dry-run")
			id, err := d.AutoAllocatedTopology(ctx, project, check)
			if check {
				id = "dry-run=pass"
			}
			return view(id, project), err
		},
		http.MethodDelete: func(r *jumpgate.Request) (any, error) {
			ctx, project, err := may(r, "delete_auto_allocated_topology")
			if err != nil {
				return nil, err
			}
			return nil, d.DeleteAutoAllocatedTopology(ctx, project)
		},
	})
}
