package compute

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/internal/schema"
)

// hostUpdateBody is of PUT /os-hosts/{host} (nova/api/openstack/compute/schemas/hosts.py).
var hostUpdateBody = func() *schema.Schema {
	toggle := &schema.Schema{Type: stringType, Enum: anys("enable", "disable", "Enable", "Disable", "ENABLE", "DISABLE")}
	s := object(member("status", toggle), member("maintenance_mode", toggle))
	s.AnyOf = []*schema.Schema{{Open: true, Required: []string{"status"}}, {Open: true, Required: []string{"maintenance_mode"}}}
	return s
}()

// hosts is the old API of hosts, and what of zones and of audits depends on
// which services there are.
func hosts(s *service, driver any, t *table) {
	if s.services == nil {
		return
	}
	t.add(http.MethodGet, "os_host", before(endOfHosts, s.showHost))
	t.add(http.MethodPut, "os_host", before(endOfHosts, s.updateHost))
	for name, rule := range map[string]string{"os_host_reboot": "reboot", "os_host_shutdown": "shutdown", "os_host_startup": "start"} {
		t.add(http.MethodGet, name, before(endOfHosts, guarded("os_compute_api:os-hosts:"+rule, s.powerHost)))
	}
	if d, ok := driver.(ZoneLister); ok {
		t.add(http.MethodGet, "availability_zone_detail", guarded("os_compute_api:os-availability-zone:detail",
			func(r *jumpgate.Request) (any, error) { return s.zonesInDetail(r, d) }))
	}
	t.add(http.MethodGet, "os_instance_usage_audit_log", guarded("os_compute_api:os-instance-usage-audit-log:list",
		func(r *jumpgate.Request) (any, error) {
			return s.auditLog(r, "instance_usage_audit_logs", s.opts.Now())
		}))
	t.add(http.MethodGet, "os_instance_usage_audit_log_single", guarded("os_compute_api:os-instance-usage-audit-log:show", s.auditLogBefore))
}

// host is the one that r's path names, with its servers.
func (s *service) host(r *jumpgate.Request) (*Hypervisor, error) {
	all, err := s.hypervisorLister.Hypervisors(r.Context(), true)
	if err != nil {
		return nil, err
	}
	name := r.Var("host_name")
	i := slices.IndexFunc(all, func(h Hypervisor) bool { return h.Service.Host == name })
	if i < 0 {
		return nil, jumpgate.NotFound.New("Host '%s' is not mapped to any cell", name)
	}
	return &all[i], nil
}

// showHost tells what a host has, what is used of it, and by which projects.
func (s *service) showHost(r *jumpgate.Request) (any, error) {
	if err := allow(r, "os_compute_api:os-hosts:show", nil); err != nil {
		return nil, err
	}
	h, err := s.host(r)
	if err != nil {
		return nil, err
	}
	type use struct{ cpu, memory, disk int }
	row := func(project string, u use) jumpgate.Object {
		return jumpgate.Object{{Name: "resource", Value: jumpgate.Object{
			{Name: "host", Value: h.Service.Host}, {Name: "project", Value: project},
			{Name: "cpu", Value: u.cpu}, {Name: "memory_mb", Value: u.memory}, {Name: "disk_gb", Value: u.disk},
		}}}
	}
	var sum use
	by := make(map[string]use)
	var projects []string
	for _, one := range h.Servers {
		server, err := s.serverGetter.Server(r.Context(), one.ID)
		if err != nil { // it is gone meanwhile
			continue
		}
		f := server.Flavor
		add := func(u use) use { return use{u.cpu + f.VCPUs, u.memory + f.RAM, u.disk + f.Disk + f.Ephemeral} }
		if _, ok := by[server.ProjectID]; !ok {
			projects = append(projects, server.ProjectID)
		}
		sum, by[server.ProjectID] = add(sum), add(by[server.ProjectID])
	}
	rows := []jumpgate.Object{
		row("(total)", use{h.VCPUs, h.MemoryMB, h.DiskGB}), row("(used_now)", use{h.VCPUsUsed, h.MemoryMBUsed, h.DiskGBUsed}), row("(used_max)", sum),
	}
	for _, project := range projects {
		rows = append(rows, row(project, by[project]))
	}
	return jumpgate.Object{{Name: "host", Value: rows}}, nil
}

// updateHost and powerHost are what the hypervisors of today can't do.
func (s *service) updateHost(r *jumpgate.Request) (any, error) {
	if _, err := readSchema(r, hostUpdateBody); err != nil {
		return nil, err
	}
	if err := allow(r, "os_compute_api:os-hosts:update", nil); err != nil {
		return nil, err
	}
	return s.powerHost(r)
}

func (s *service) powerHost(r *jumpgate.Request) (any, error) {
	if _, err := s.host(r); err != nil {
		return nil, err
	}
	return nil, jumpgate.NotImplemented.New(unsupported)
}

// zonesInDetail tells which services each zone has, the one of the cloud's own
// included.
func (s *service) zonesInDetail(r *jumpgate.Request, d ZoneLister) (any, error) {
	zones, err := d.Zones(r.Context())
	if err != nil {
		return nil, err
	}
	services, err := s.services.Services(r.Context())
	if err != nil {
		return nil, err
	}
	type place struct {
		zone  string
		hosts map[string]jumpgate.Object
		up    bool
	}
	var places []place
	for i := range services {
		v := &services[i]
		at := slices.IndexFunc(places, func(p place) bool { return p.zone == v.Zone })
		if at < 0 {
			at = len(places)
			places = append(places, place{zone: v.Zone, hosts: make(map[string]jumpgate.Object)})
		}
		p := &places[at]
		p.up = p.up || !v.Disabled
		p.hosts[v.Host] = append(p.hosts[v.Host], jumpgate.Member{Name: v.binary(), Value: jumpgate.Object{
			{Name: "available", Value: v.state() == "up"}, {Name: "active", Value: !v.Disabled},
			{Name: "updated_at", Value: jumpgate.DateOrNil(v.Updated, jumpgate.DateMicros)},
		}})
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.zone, b.zone) })
	list := []jumpgate.Object{}
	for _, p := range places {
		available := p.up
		if i := slices.IndexFunc(zones, func(z Zone) bool { return z.Name == p.zone }); i >= 0 {
			available = zones[i].Available
		}
		list = append(list, jumpgate.Object{
			{Name: "zoneName", Value: p.zone}, {Name: "zoneState", Value: jumpgate.Object{{Name: "available", Value: available}}}, {Name: "hosts", Value: p.hosts},
		})
	}
	return jumpgate.Object{{Name: "availabilityZoneInfo", Value: list}}, nil
}

// auditDate is Python's strptime of the two formats that Nova takes.
func auditDate(text string) (time.Time, error) {
	form := "2006-1-2 15:4:5"
	if strings.Contains(text, ".") {
		form += ".999999"
	}
	t, err := time.Parse(form, text)
	if err != nil {
		return t, jumpgate.BadRequest.Wrap(err, "Invalid timestamp for date %s", text)
	}
	return t, nil
}

func (s *service) auditLogBefore(r *jumpgate.Request) (any, error) {
	at, err := auditDate(r.Var("before_timestamp"))
	if err != nil {
		return nil, err
	}
	return s.auditLog(r, "instance_usage_audit_log", at)
}

// auditLog tells of the audits of the month before. No driver makes any, so no
// host has run one.
func (s *service) auditLog(r *jumpgate.Request, name string, before time.Time) (any, error) {
	services, err := s.services.Services(r.Context())
	if err != nil {
		return nil, err
	}
	hosts := []string{}
	for i := range services {
		if v := &services[i]; v.binary() == computeBinary && !slices.Contains(hosts, v.Host) {
			hosts = append(hosts, v.Host)
		}
	}
	year, month, _ := before.UTC().Date()
	end := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return jumpgate.Object{{Name: name, Value: jumpgate.Object{
		{Name: "period_beginning", Value: end.AddDate(0, -1, 0).Format(time.DateTime)},
		{Name: "period_ending", Value: end.Format(time.DateTime)},
		{Name: "num_hosts", Value: len(hosts)},
		{Name: "num_hosts_done", Value: 0},
		{Name: "num_hosts_running", Value: 0},
		{Name: "num_hosts_not_run", Value: len(hosts)},
		{Name: "hosts_not_run", Value: hosts},
		{Name: "total_instances", Value: 0},
		{Name: "total_errors", Value: 0},
		{Name: "overall_status", Value: fmt.Sprintf("0 of %d hosts done. 0 errors.", len(hosts))},
		{Name: "log", Value: jumpgate.Object{}},
	}}}, nil
}
