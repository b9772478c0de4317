package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/softlayer/jumpgate/openstack/volume"
)

// stockVolumeLimits are Cinder's own, in the order in which it shows them. The
// limits by type come between backup_gigabytes and groups.
var stockVolumeLimits = []volume.Quota{
	{Name: "volumes", Limit: 10}, {Name: "per_volume_gigabytes", Limit: -1}, {Name: "snapshots", Limit: 10}, {Name: "gigabytes", Limit: 1000},
	{Name: "backups", Limit: 10}, {Name: "backup_gigabytes", Limit: 1000},
}

// quotas are a project's limits and what it uses. The lock is held.
func (s *volumes) quotas(project string) []volume.Quota {
	list := slices.Clone(stockVolumeLimits)
	types := slices.Clone(s.types)
	slices.SortStableFunc(types, func(a, b *volume.Type) int { return b.Created.Compare(a.Created) })
	for _, t := range types {
		for _, what := range []string{"volumes_", "gigabytes_", "snapshots_"} {
			list = append(list, volume.Quota{Name: what + t.Name, Limit: -1})
		}
	}
	list = append(list, volume.Quota{Name: "groups", Limit: 10})
	used := make(map[string]int)
	for _, d := range s.records {
		if d.ProjectID == project && !d.Free {
			used["volumes"]++
			used["volumes_"+d.Type]++
			used["gigabytes"] += d.Size
			used["gigabytes_"+d.Type] += d.Size
		}
	}
	for _, x := range s.snapshots {
		if x.ProjectID == project && !x.Free {
			used["snapshots"]++
			used["gigabytes"] += x.Size
			if d := s.records[x.VolumeID]; d != nil {
				used["snapshots_"+d.Type]++
				used["gigabytes_"+d.Type] += x.Size
			}
		}
	}
	for _, b := range s.backups {
		if b.ProjectID == project {
			used["backups"]++
			used["backup_gigabytes"] += b.Size
		}
	}
	for _, g := range s.groups {
		if g.ProjectID == project {
			used["groups"]++
		}
	}
	for i := range list {
		q := &list[i]
		q.InUse = used[q.Name]
		if limit, ok := s.classes["default"][q.Name]; ok {
			q.Limit = limit
		}
		if limit, ok := s.limits[project][q.Name]; ok {
			q.Limit = limit
		}
	}
	return list
}

// room refuses what would be over a limit: so many more of a kind, and so many
// more gigabytes.
func (s *volumes) room(project, kind string, more, gigabytes int) error {
	by := make(map[string]volume.Quota)
	for _, q := range s.quotas(project) {
		by[q.Name] = q
	}
	if q := by["per_volume_gigabytes"]; kind == "volumes" && q.Limit >= 0 && gigabytes > q.Limit {
		return volume.TooLargeForAnyVolume(gigabytes, q.Limit)
	}
	if q := by["gigabytes"]; kind != "backups" && q.Limit >= 0 && q.InUse+gigabytes > q.Limit {
		return volume.TooManyGigabytes(gigabytes, q.Limit, q.InUse)
	}
	q, ok := by[kind]
	if ok && q.Limit >= 0 && q.InUse+more > q.Limit {
		switch kind {
		case "volumes":
			return volume.TooManyVolumes(q.Limit, kind)
		case "snapshots":
			return volume.TooManySnapshots(q.Limit)
		case "groups":
			return volume.TooManyGroups(q.Limit)
		default:
			return volume.TooManyBackups(q.Limit)
		}
	}
	if q := by["backup_gigabytes"]; kind == "backups" && q.Limit >= 0 && q.InUse+gigabytes > q.Limit {
		return volume.TooManyBackupGigabytes(gigabytes, q.Limit, q.InUse)
	}
	return nil
}

// Quotas implements volume.QuotaReader.
func (s *volumes) Quotas(_ context.Context, project string) ([]volume.Quota, error) {
	s.lock()
	defer s.mu.Unlock()
	return s.quotas(project), nil
}

// DefaultQuotas implements volume.QuotaReader.
func (s *volumes) DefaultQuotas(context.Context) ([]volume.Quota, error) {
	s.lock()
	defer s.mu.Unlock()
	return s.quotas(""), nil
}

// SetQuotas implements volume.QuotaWriter.
func (s *volumes) SetQuotas(_ context.Context, project string, limits map[string]int) error {
	s.lock()
	defer s.mu.Unlock()
	if s.limits[project] == nil {
		s.limits[project] = make(map[string]int)
	}
	maps.Copy(s.limits[project], limits)
	return nil
}

// ResetQuotas implements volume.QuotaWriter.
func (s *volumes) ResetQuotas(_ context.Context, project string) error {
	s.lock()
	defer s.mu.Unlock()
	delete(s.limits, project)
	return nil
}

// QuotaClass implements volume.QuotaClassKeeper.
func (s *volumes) QuotaClass(_ context.Context, name string) ([]volume.Quota, error) {
	s.lock()
	defer s.mu.Unlock()
	list := s.quotas("")
	for i, q := range list {
		if limit, ok := s.classes[name][q.Name]; ok {
			list[i].Limit = limit
		}
	}
	return list, nil
}

// SetQuotaClass implements volume.QuotaClassKeeper.
func (s *volumes) SetQuotaClass(_ context.Context, name string, limits map[string]int) error {
	s.lock()
	defer s.mu.Unlock()
	if s.classes[name] == nil {
		s.classes[name] = make(map[string]int)
	}
	maps.Copy(s.classes[name], limits)
	return nil
}
