package compute

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/rest"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// Hypervisor is a host of servers.
type Hypervisor struct {
	ID      string // a UUID
	Number  int    // its id for clients before 2.53
	Name    string
	Type    string
	Version int
	Service Service

	VCPUs, MemoryMB, DiskGB             int
	VCPUsUsed, MemoryMBUsed, DiskGBUsed int
	RunningVMs                          int
	HostIP                              string        // empty: not told
	CPUInfo                             string        // a JSON object; empty: not told
	Uptime                              time.Duration // 0: not told
	Servers                             []HypervisorServer
}

// HypervisorServer is a server on a host.
type HypervisorServer struct{ ID, Name string }

var (
	hypervisorParams = &querySchema{params: []queryParam{
		{name: "limit", since: 33, schema: naturalNumber}, {name: "marker", since: 33, schema: anyString},
	}}
	hypervisorListParams = &querySchema{strict: true, params: []queryParam{
		{name: "limit", schema: naturalNumber, single: true}, {name: "marker", schema: anyString, single: true},
		{name: "hypervisor_hostname_pattern", schema: fqdnSchema, single: true}, withServersParam,
	}}
	hypervisorShowParams = &querySchema{strict: true, params: []queryParam{withServersParam}}
	withServersParam     = queryParam{name: "with_servers", schema: booleanSchema, single: true}
)

// The versions that changed much: from the first hosts have UUIDs, and
// parameters do what paths did; from the second what is used is a matter of
// another service.
const (
	hypervisorUUIDs    = 53
	endOfHostResources = 88
	endOfHosts         = 43
)

// hypervisors takes over what refused has for those that may not see hosts.
func hypervisors(s *service, driver any, t *table) {
	d, ok := driver.(HypervisorLister)
	if !ok {
		return
	}
	s.hypervisorLister = d
	s.services, _ = driver.(ServiceLister)
	for _, e := range []struct {
		name, rule string
		until      int
		handler    func(r *jumpgate.Request, list lister) (any, error)
	}{
		{"os_hypervisors", "os-hypervisors:list", 0, func(r *jumpgate.Request, l lister) (any, error) { return listHypervisors(r, l, false) }},
		{"os_hypervisors_detail", "os-hypervisors:list-detail", 0, func(r *jumpgate.Request, l lister) (any, error) { return listHypervisors(r, l, true) }},
		{"os_hypervisors_statistics", "os-hypervisors:statistics", endOfHostResources, hypervisorStatistics},
		{"os_hypervisor", "os-hypervisors:show", 0, showHypervisor},
		{"os_hypervisor_search", "os-hypervisors:search", hypervisorUUIDs, searchHypervisors},
		{"os_hypervisor_servers", "os-hypervisors:servers", hypervisorUUIDs, hypervisorServers},
		{"os_hypervisor_uptime", "os-hypervisors:uptime", endOfHostResources, hypervisorUptime},
		{"os_services", "os-services:list", 0, s.listServices},
		{"os_hosts", "os-hosts:list", endOfHosts, s.listHosts},
		{"os_aggregates", "os-aggregates:index", 0, listAggregates},
	} {
		h := func(r *jumpgate.Request) (any, error) {
			return e.handler(r, func(withServers bool) ([]Hypervisor, error) {
				return s.hypervisorsFor(r, "os_compute_api:"+e.rule, withServers)
			})
		}
		if e.until > 0 {
			h = before(e.until, h)
		}
		t.add(http.MethodGet, e.name, h)
		for _, version := range []string{"v2_", "v21_"} {
			if s.opts.OwnHosts {
				t.Explain(http.MethodGet, version+e.name, "403 by policy to whom the cloud shows no hosts")
			} else {
				t.Explain(http.MethodGet, version+e.name, "")
			}
		}
	}
}

// hypervisorsFor returns the hosts that rule lets r's principal see.
func (s *service) hypervisorsFor(r *jumpgate.Request, rule string, withServers bool) ([]Hypervisor, error) {
	if !s.opts.OwnHosts {
		if err := allow(r, rule, nil); err != nil {
			return nil, err
		}
	}
	all, err := s.hypervisorLister.Hypervisors(r.Context(), withServers)
	if jumpgate.AsError(err).Kind == jumpgate.Forbidden {
		err = refusedBy(r, rule)
	}
	return all, err
}

// lister returns the hosts that somebody may see.
type lister = func(withServers bool) ([]Hypervisor, error)

func listHypervisors(r *jumpgate.Request, list lister, detail bool) (any, error) {
	p, withServers, err := hypervisorQuery(r, hypervisorListParams)
	if err != nil {
		return nil, err
	}
	all, err := list(withServers)
	if err != nil {
		return nil, err
	}
	if minor(r) >= hypervisorUUIDs && p.Has("hypervisor_hostname_pattern") {
		if p.Has("limit") || p.Has("marker") {
			return nil, jumpgate.BadRequest.New("Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.")
		}
		all, err = matchingHypervisors(all, p.Get("hypervisor_hostname_pattern"))
		return jumpgate.Object{{Name: "hypervisors", Value: hypervisorViews(r, all, detail, withServers)}}, err
	}
	var next jumpgate.Object
	if minor(r) >= 33 {
		id := func(h Hypervisor) string { return h.id(r) }
		if all, err = afterMarker(p, all, id, noOldMarker); err == nil {
			all, next, err = firstPage(r, p, all, id, "hypervisors_links")
		}
		if err != nil {
			return nil, err
		}
	}
	return append(jumpgate.Object{{Name: "hypervisors", Value: hypervisorViews(r, all, detail, withServers)}}, next...), nil
}

// hypervisorQuery reads the parameters of r, which allowed describes from the
// version on in which they ask for servers.
func hypervisorQuery(r *jumpgate.Request, allowed *querySchema) (p rest.Params, withServers bool, err error) {
	v := minor(r)
	if v < hypervisorUUIDs {
		allowed = hypervisorParams
	}
	if p, err = readQuery(r, allowed); err == nil && v >= hypervisorUUIDs && p.Has("with_servers") {
		withServers, err = boolean(p, "with_servers")
	}
	return p, withServers, err
}

// matchingHypervisors are those with a part of the name.
func matchingHypervisors(all []Hypervisor, part string) ([]Hypervisor, error) {
	all = slices.DeleteFunc(slices.Clone(all), func(h Hypervisor) bool {
		return !strings.Contains(strings.ToLower(h.Name), strings.ToLower(part))
	})
	if len(all) == 0 {
		return nil, jumpgate.NotFound.New("No hypervisor matching '%s' could be found.", part)
	}
	return all, nil
}

// thisHypervisor finds the host of r's path.
func thisHypervisor(r *jumpgate.Request, list lister, withServers bool) (*Hypervisor, error) {
	all, err := list(withServers)
	if err != nil {
		return nil, err
	}
	id := r.Var("hypervisor_id")
	if minor(r) >= hypervisorUUIDs && !schema.UUIDLike(id) {
		return nil, jumpgate.BadRequest.New("Invalid uuid %s", id)
	}
	i := slices.IndexFunc(all, func(h Hypervisor) bool { return strings.EqualFold(h.id(r), id) })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Hypervisor with ID '%s' could not be found.", id)
	}
	return &all[i], nil
}

func showHypervisor(r *jumpgate.Request, list lister) (any, error) {
	_, withServers, err := hypervisorQuery(r, hypervisorShowParams)
	if err != nil {
		return nil, err
	}
	h, err := thisHypervisor(r, list, withServers)
	if err != nil {
		return nil, err
	}
	return jumpgate.Object{{Name: "hypervisor", Value: h.view(r, true, withServers)}}, nil
}

// hypervisorUptime tells how long a host is up, as the command of that name.
func hypervisorUptime(r *jumpgate.Request, list lister) (any, error) {
	h, err := thisHypervisor(r, list, false)
	switch {
	case err != nil:
		return nil, err
	case h.Uptime == 0:
		return nil, jumpgate.NotImplemented.New(unsupported)
	case h.Service.Down || h.Service.ForcedDown:
		return nil, jumpgate.BadRequest.New("Compute service of %s is unavailable at this time.", h.Service.Host)
	}
	return jumpgate.Object{{Name: "hypervisor", Value: append(h.view(r, false, false), jumpgate.Member{Name: "uptime", Value: h.uptime()})}}, nil
}

// uptime is how long h is up in the words of the command; nil: it is not told.
func (h *Hypervisor) uptime() any {
	if h.Uptime == 0 {
		return nil
	}
	minutes := int(h.Uptime.Minutes())
	return fmt.Sprintf(" up %d days, %2d:%02d,  0 users,  load average: 0.00, 0.00, 0.00", minutes/1440, minutes/60%24, minutes%60)
}

func searchHypervisors(r *jumpgate.Request, list lister) (any, error) {
	return foundHypervisors(r, list, false)
}

func hypervisorServers(r *jumpgate.Request, list lister) (any, error) {
	return foundHypervisors(r, list, true)
}

// foundHypervisors are those with a part of the name in r's path.
func foundHypervisors(r *jumpgate.Request, list lister, withServers bool) (any, error) {
	all, err := list(withServers)
	if err != nil {
		return nil, err
	}
	all, err = matchingHypervisors(all, r.Var("hypervisor_id"))
	return jumpgate.Object{{Name: "hypervisors", Value: hypervisorViews(r, all, false, withServers)}}, err
}

// id is what r's version calls h.
func (h *Hypervisor) id(r *jumpgate.Request) string {
	if minor(r) >= hypervisorUUIDs {
		return h.ID
	}
	return strconv.Itoa(h.Number)
}
