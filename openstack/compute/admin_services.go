package compute

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
)

// Service is a process of the cloud: a nova-compute, which runs the servers of
// some hosts, or one such as nova-scheduler, which serves the whole cloud.
type Service struct {
	Binary         string // such as nova-scheduler; empty: nova-compute
	ID             string // a UUID
	Number         int    // its id for clients before 2.53
	Host, Zone     string
	Down           bool
	ForcedDown     bool // an operator declared it Down
	Disabled       bool
	DisabledReason string
	Updated        time.Time // when it last reported
}

// computeBinary is the kind of services that run servers.
const computeBinary = "nova-compute"

func (s *Service) binary() string { return cmp.Or(s.Binary, computeBinary) }

// topic is how the API of hosts calls the kind of a service.
func (s *Service) topic() string { return strings.TrimPrefix(s.binary(), "nova-") }

var (
	serviceParams = &querySchema{params: []queryParam{{name: "host", schema: anyString}, {name: "binary", schema: anyString}}}
	hostParams    = &querySchema{params: []queryParam{{name: "zone", schema: anyString}}}
)

func (s *Service) state() string {
	if s.Down || s.ForcedDown {
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
		{Name: "disabled_reason", Value: rest.OrNil(s.DisabledReason)},
	}
}

// serviceFields lists the members of a service in Nova's order
// (nova/api/openstack/compute/services.py).
var serviceFields = []rest.Field[*Service]{
	{Name: "binary", Value: func(s *Service) any { return s.binary() }},
	{Name: "host", Value: func(s *Service) any { return s.Host }},
	{Name: "id", Until: hypervisorUUIDs, Value: func(s *Service) any { return s.Number }},
	{Name: "id", Since: hypervisorUUIDs, Value: func(s *Service) any { return s.ID }},
	{Name: "zone", Value: func(s *Service) any { return s.Zone }},
	{Name: "status", Value: func(s *Service) any { return s.status() }},
	{Name: "state", Value: func(s *Service) any { return s.state() }},
	{Name: "updated_at", Value: func(s *Service) any { return jumpgate.DateOrNil(s.Updated, jumpgate.DateMicros) }},
	{Name: "disabled_reason", Value: func(s *Service) any { return rest.OrNil(s.DisabledReason) }},
	{Name: "forced_down", Since: 11, Value: func(s *Service) any { return s.ForcedDown }},
}

func (s *Service) view(r *jumpgate.Request) jumpgate.Object {
	return rest.Show(serviceFields, rest.Answer{Version: minor(r)}, s)
}

// listAggregates lists what groups of hosts there are: none.
func listAggregates(_ *jumpgate.Request, list lister) (any, error) {
	_, err := list(false)
	return jumpgate.Object{{Name: "aggregates", Value: []any{}}}, err
}

// servicesOf are all services or, where the driver does not list them, those of
// the hosts that somebody may see.
func (s *service) servicesOf(r *jumpgate.Request, list lister) ([]Service, error) {
	all, err := list(false)
	if err == nil && s.services != nil {
		return s.services.Services(r.Context())
	}
	var services []Service
	for _, h := range all {
		if !slices.ContainsFunc(services, func(s Service) bool { return s.Number == h.Service.Number }) {
			services = append(services, h.Service)
		}
	}
	return services, err
}

// listHosts lists the same services as listServices under their topics.
func (s *service) listHosts(r *jumpgate.Request, list lister) (any, error) {
	p, err := readQuery(r, hostParams)
	if err != nil {
		return nil, err
	}
	all, err := s.servicesOf(r, list)
	views := []jumpgate.Object{}
	for _, s := range all {
		if fits(p, "zone", s.Zone) && !s.Disabled {
			views = append(views, jumpgate.Object{
				{Name: "host_name", Value: s.Host}, {Name: "service", Value: s.topic()}, {Name: "zone", Value: s.Zone},
			})
		}
	}
	return jumpgate.Object{{Name: "hosts", Value: views}}, err
}

func (s *service) listServices(r *jumpgate.Request, list lister) (any, error) {
	p, err := readQuery(r, serviceParams)
	if err != nil {
		return nil, err
	}
	all, err := s.servicesOf(r, list)
	views := []jumpgate.Object{}
	for i := range all {
		if s := &all[i]; fits(p, "host", s.Host) && fits(p, "binary", s.binary()) {
			views = append(views, s.view(r))
		}
	}
	return jumpgate.Object{{Name: "services", Value: views}}, err
}

// fits tells whether a value is the one that a parameter asks for, if it asks.
func fits(p rest.Params, name, value string) bool {
	return slices.Contains([]string{"", value}, p.Get(name))
}
