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
			{Name: "id", At: func(t *Agent) any { return &t.ID }, Does: filter | sorted},
			{Name: "agent_type", At: func(t *Agent) any { return &t.Type }, Does: filter},
			{Name: "binary", At: func(t *Agent) any { return &t.Binary }, Does: filter},
			{Name: "topic", At: func(t *Agent) any { return &t.Topic }, Does: filter},
			{Name: "host", At: func(t *Agent) any { return &t.Host }, Does: filter},
			{Name: "admin_state_up", At: func(t *Agent) any { return &t.AdminStateUp }, Does: put | filter, Check: is(boolean)},
			{Name: "created_at", View: pythonTime(func(t *Agent) *time.Time { return &t.Created })},
			{Name: "started_at", View: pythonTime(func(t *Agent) *time.Time { return &t.Started })},
			{Name: "heartbeat_timestamp", View: pythonTime(func(t *Agent) *time.Time { return &t.Heartbeat })},
			{Name: "alive", At: func(t *Agent) any { return &t.Alive }, Does: filter},
			{Name: "configurations", At: func(t *Agent) any { return &t.Configurations }},
			{Name: "description", At: func(t *Agent) any { return &t.Description }, Does: put | filter | null, Check: is(orNull(text(255)))},
			{Name: "availability_zone", At: func(t *Agent) any { return &t.Zone }, Does: filter | null},
		},
	}
}

func zoneKind() *kind[Zone] {
	return &kind[Zone]{
		one: "availability_zone", many: "availability_zones", list: "v2_availability_zones",
		notFound: ZoneNotFound,
		key:      func(t *Zone) *string { return &t.Name }, project: nobodys[Zone],
		attrs: []attribute[Zone]{
			{Name: "name", At: func(t *Zone) any { return &t.Name }, Does: filter},
			{Name: "resource", At: func(t *Zone) any { return &t.Resource }, Does: filter},
			{Name: "state", At: func(t *Zone) any { return &t.State }, Does: filter},
		},
	}
}

func providerKind() *kind[ServiceProvider] {
	return &kind[ServiceProvider]{
		one: "service_provider", many: "service_providers", list: "v2_service_providers",
		notFound: func(string) error { return jumpgate.NotFound },
		key:      func(t *ServiceProvider) *string { return &t.Name }, project: nobodys[ServiceProvider],
		attrs: []attribute[ServiceProvider]{
			{Name: "service_type", At: func(t *ServiceProvider) any { return &t.ServiceType }, Does: filter},
			{Name: "name", At: func(t *ServiceProvider) any { return &t.Name }, Does: filter},
			{Name: "default", At: func(t *ServiceProvider) any { return &t.Default }, Does: filter},
		},
	}
}

func availabilityKind() *kind[Availability] {
	k := &kind[Availability]{
		one: "network_ip_availability", many: "network_ip_availabilities", list: "v2_network_ip_availabilities", item: "v2_network_ip_availability", id: "network_id",
		notFound: NetworkNotFound,
		key:      func(t *Availability) *string { return &t.NetworkID }, project: func(t *Availability) *string { return &t.ProjectID },
		attrs: []attribute[Availability]{
			{Name: "network_id", At: func(t *Availability) any { return &t.NetworkID }, Does: filter | sorted},
			{Name: "network_name", At: func(t *Availability) any { return &t.NetworkName }, Does: filter},
			{Name: "tenant_id", At: func(t *Availability) any { return &t.ProjectID }, Does: filter},
			{Name: "project_id", At: func(t *Availability) any { return &t.ProjectID }, Does: filter},
			{Name: "subnet_ip_availability", View: func(t *Availability) any {
				views := make([]jumpgate.Object, len(t.Subnets))
				for i, s := range t.Subnets {
					views[i] = jumpgate.Object{
						{Name: "subnet_id", Value: s.SubnetID}, {Name: "ip_version", Value: version(s.CIDR.Addr())}, {Name: "cidr", Value: s.CIDR.String()},
						{Name: "subnet_name", Value: s.SubnetName}, {Name: "used_ips", Value: s.Used}, {Name: "total_ips", Value: whole(s.Total)},
					}
				}
				return views
			}},
			{Name: "used_ips", View: func(t *Availability) any {
				used := int64(0)
				for _, s := range t.Subnets {
					used += s.Used
				}
				return used
			}},
			{Name: "total_ips", View: func(t *Availability) any {
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
