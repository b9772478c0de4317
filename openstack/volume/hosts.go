package volume

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/softlayer/jumpgate"
)

// hosts serves the older view of daemons, by host, with what each keeps.
func hosts(s *service, _ any, t *table) {
	if s.services == nil || s.allLister == nil {
		return
	}
	t.add(http.MethodGet, "os_hosts", s.listHosts)
	t.add(http.MethodGet, "os_host", s.showHost)
	t.add(http.MethodPost, "workers_cleanup", cleanWorkers)
}

func (s *service) listHosts(r *jumpgate.Request) (any, error) {
	all, err := s.services.ListServices(r.Context())
	if err != nil {
		return nil, err
	}
	zone, list := r.URL.Query().Get("zone"), []jumpgate.Object{}
	for _, x := range all {
		if x.Disabled || zone != "" && x.Zone != zone {
			continue
		}
		status := "available"
		if x.Down {
			status = "unavailable"
		}
		list = append(list, jumpgate.Object{
			{Name: "host_name", Value: x.Host}, {Name: "service", Value: x.Binary}, {Name: "zone", Value: x.Zone},
			{Name: "service-status", Value: status}, {Name: "service-state", Value: "enabled"}, {Name: "last-update", Value: date(x.Updated)},
		})
	}
	return jumpgate.Object{{Name: "hosts", Value: list}}, nil
}

// kept counts what is kept on a host.
type kept struct{ volumes, volumeSize, snapshots, snapshotSize int }

func (k kept) show(host, project string) jumpgate.Object {
	return jumpgate.Object{{Name: "resource", Value: jumpgate.Object{
		{Name: "host", Value: host}, {Name: "project", Value: project},
		{Name: "volume_count", Value: strconv.Itoa(k.volumes)}, {Name: "total_volume_gb", Value: strconv.Itoa(k.volumeSize)},
		{Name: "snapshot_count", Value: strconv.Itoa(k.snapshots)}, {Name: "total_snapshot_gb", Value: strconv.Itoa(k.snapshotSize)},
	}}}
}

func (s *service) showHost(r *jumpgate.Request) (any, error) {
	host := r.Var("host_name")
	all, err := s.services.ListServices(r.Context())
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(all, func(x ServiceInfo) bool { return x.Host == host && x.Binary == "cinder-volume" }) {
		return nil, jumpgate.NotFound.New("Host %s could not be found.", host)
	}
	var total kept
	projects, here := make(map[string]kept), make(map[string]bool)
	for v, err := range s.allLister.ListAllVolumes(r.Context()) {
		if err != nil {
			return nil, err
		}
		if backendOf(v.Host) != host {
			continue
		}
		here[v.ID] = true
		k := projects[v.ProjectID]
		k.volumes, k.volumeSize = k.volumes+1, k.volumeSize+v.Size
		projects[v.ProjectID] = k
		total.volumes, total.volumeSize = total.volumes+1, total.volumeSize+v.Size
	}
	snapshots, err := s.snapshotsOf(r, func(x *Snapshot) bool { return here[x.VolumeID] })
	if err != nil {
		return nil, err
	}
	for _, x := range snapshots {
		k := projects[x.ProjectID]
		k.snapshots, k.snapshotSize = k.snapshots+1, k.snapshotSize+x.Size
		projects[x.ProjectID] = k
		total.snapshots, total.snapshotSize = total.snapshots+1, total.snapshotSize+x.Size
	}
	list := []jumpgate.Object{total.show(host, "(total)")}
	for _, project := range slices.Sorted(maps.Keys(projects)) {
		list = append(list, projects[project].show(host, project))
	}
	return jumpgate.Object{{Name: "host", Value: list}}, nil
}

// cleanWorkers answers as where no daemon has died at its work: there is
// nothing to clean.
func cleanWorkers(r *jumpgate.Request) (any, error) {
	if r.ContentLength != 0 {
		texts := []string{"cluster_name", "host", "binary", "resource_id", "resource_type"}
		inner := object(nil, member("disabled", booleanSchema), member("is_up", booleanSchema), member("service_id", anyValue))
		for _, name := range texts {
			inner.Properties = append(inner.Properties, member(name, orNull(shortText)))
		}
		if _, err := readBody(r, inner); err != nil {
			return nil, err
		}
	}
	return accepted(jumpgate.Object{{Name: "cleaning", Value: []any{}}, {Name: "unavailable", Value: []any{}}}), nil
}

// capabilities serves what a host can do.
func capabilities(s *service, _ any, t *table) {
	if s.services == nil || s.pools == nil {
		return
	}
	t.add(http.MethodGet, "capability", func(r *jumpgate.Request) (any, error) {
		host := r.Var("hostname")
		pools, err := s.pools.ListPools(r.Context())
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(pools, func(p Pool) bool { return backendOf(p.Name) == host })
		if i < 0 {
			return nil, jumpgate.NotFound.New("Can't find service: %s", host)
		}
		o := jumpgate.Object{{Name: "namespace", Value: "OS::Storage::Capabilities::" + host}}
		for _, name := range []string{"vendor_name", "volume_backend_name", "pool_name", "driver_version", "storage_protocol", "display_name", "description", "visibility"} {
			o = append(o, jumpgate.Member{Name: name, Value: pools[i].Capabilities[name]})
		}
		return append(o, jumpgate.Member{Name: "replication_targets", Value: []any{}}, jumpgate.Member{Name: "properties", Value: jumpgate.Object{}}), nil
	})
}
