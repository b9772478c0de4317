package compute

import (
	"slices"
	"time"

	"github.com/softlayer/jumpgate"
)

// Service is a nova-compute, which runs the servers of some hosts.
type Service struct {
	ID             string // a UUID
	Number         int    // what clients before 2.53 know it by
	Host, Zone     string
	Down           bool
	Disabled       bool
	DisabledReason string
	Updated        time.Time // when it last said that it is up
}

// computeBinary is the only kind of services that are told.
const computeBinary = "nova-compute"

var (
	serviceParams = &querySchema{params: []queryParam{{name: "host", schema: anyString}, {name: "binary", schema: anyString}}}
	hostParams    = &querySchema{params: []queryParam{{name: "zone", schema: anyString}}}
)

func (s *Service) state() string {
	if s.Down {
		return "down"
	}
	return "up"
}

func (s *Service) status() string {
	if s.Disabled {
		return "disabled"
	}
	return "enabled"
}

// ref is s as its hosts show it.
func (s *Service) ref(id any) jumpgate.Object {
	return jumpgate.Object{
		{Name: "id", Value: id},
		{Name: "host", Value: s.Host},
		{Name: "disabled_reason", Value: orNil(s.DisabledReason)},
	}
}

// serviceField says when a member is part of a service.
type serviceField struct {
	name         string
	since, until int // minor versions, until exclusive; 0: no bound
	value        func(s *Service) any
}

// serviceFields lists the members of a service in Nova's order
// (nova/api/openstack/compute/services.py).
var serviceFields = []serviceField{
	{name: "binary", value: func(*Service) any { return computeBinary }},
	{name: "host", value: func(s *Service) any { return s.Host }},
	{name: "id", until: hypervisorUUIDs, value: func(s *Service) any { return s.Number }},
	{name: "id", since: hypervisorUUIDs, value: func(s *Service) any { return s.ID }},
	{name: "zone", value: func(s *Service) any { return s.Zone }},
	{name: "status", value: func(s *Service) any { return s.status() }},
	{name: "state", value: func(s *Service) any { return s.state() }},
	{name: "updated_at", value: func(s *Service) any { return jumpgate.DateOrNil(s.Updated, jumpgate.DateMicros) }},
	{name: "disabled_reason", value: func(s *Service) any { return orNil(s.DisabledReason) }},
	{name: "forced_down", since: 11, value: func(*Service) any { return false }},
}

func (s *Service) view(r *jumpgate.Request) jumpgate.Object {
	var o jumpgate.Object
	for _, f := range serviceFields {
		if v := minor(r); v >= f.since && (f.until == 0 || v < f.until) {
			o = append(o, jumpgate.Member{Name: f.name, Value: f.value(s)})
		}
	}
	return o
}

// listAggregates lists what groups of hosts there are: none.
func listAggregates(_ *jumpgate.Request, list lister) (any, error) {
	_, err := list(false)
	return jumpgate.Object{{Name: "aggregates", Value: []any{}}}, err
}

// servicesOf are the services of the hosts that somebody may see.
func servicesOf(list lister) ([]Service, error) {
	all, err := list(false)
	var services []Service
	for _, h := range all {
		if !slices.ContainsFunc(services, func(s Service) bool { return s.Number == h.Service.Number }) {
			services = append(services, h.Service)
		}
	}
	return services, err
}

// listHosts lists the same services as listServices under their topics.
func listHosts(r *jumpgate.Request, list lister) (any, error) {
	p, err := readQuery(r, hostParams)
	if err != nil {
		return nil, err
	}
	all, err := servicesOf(list)
	views := []jumpgate.Object{}
	for _, s := range all {
		if fits(p, "zone", s.Zone) && !s.Disabled {
			views = append(views, jumpgate.Object{
				{Name: "host_name", Value: s.Host}, {Name: "service", Value: "compute"}, {Name: "zone", Value: s.Zone},
			})
		}
	}
	return jumpgate.Object{{Name: "hosts", Value: views}}, err
}

func listServices(r *jumpgate.Request, list lister) (any, error) {
	p, err := readQuery(r, serviceParams)
	if err != nil {
		return nil, err
	}
	all, err := servicesOf(list)
	views := []jumpgate.Object{}
	for i := range all {
		if s := &all[i]; fits(p, "host", s.Host) && fits(p, "binary", computeBinary) {
			views = append(views, s.view(r))
		}
	}
	return jumpgate.Object{{Name: "services", Value: views}}, err
}

// fits tells whether a value is the one that a parameter asks for, if it asks.
func fits(p params, name, value string) bool {
	return slices.Contains([]string{"", value}, p.get(name))
}
