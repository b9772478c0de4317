package volume

import (
	"context"
	"slices"

	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/records"
)

// counted asks for what is counted of both kinds of storage, with one call each
// at the same time.
func (d *Volumes) counted(ctx context.Context) (s []records.CountedStorage, k []records.AttachedDisk, err error) {
	err = core.Together(
		func() (err error) { s, err = records.StoragesCounted.List(ctx, d.API, blockStorage); return err },
		func() (err error) { k, err = records.DisksCounted.List(ctx, d.API, nil); return err },
	)
	return s, k, err
}

// Quotas counts what the account has, with one call for each kind of storage.
// SoftLayer tells no limits but those of each datacenter, which can be raised.
func (d *Volumes) Quotas(ctx context.Context, _ string) ([]volume.Quota, error) {
	all, err := d.allKept(ctx, volumeRecord)
	if err != nil {
		return nil, err
	}
	storage, disks, err := d.counted(ctx)
	if err != nil {
		return nil, err
	}
	used, here := make(map[string]int), make(map[string]bool)
	count := func(id, kind string, size, snapshots int) {
		here[id] = true
		used["volumes"]++
		used["volumes_"+kind]++
		used["snapshots"] += snapshots
		used["snapshots_"+kind] += snapshots
		used["gigabytes"] += size * (1 + snapshots)
		used["gigabytes_"+kind] += size * (1 + snapshots)
	}
	for i := range storage {
		s := &storage[i]
		count(s.VolumeID(), typeOf(&s.StorageSize), s.Capacity, len(s.Snapshots))
	}
	for i := range disks {
		count(disks[i].VolumeID(), PortableType, disks[i].Capacity, 0)
	}
	for id, k := range all {
		if o := k.Order; o != nil && !o.Refused && !here[id] {
			count(id, o.Type, o.Size, 0)
		}
		if k.Boot > 0 {
			count(id, "", k.Boot, 0)
		}
	}
	list := noLimits()
	for i := range list {
		list[i].InUse = used[list[i].Name]
	}
	return list, nil
}

// DefaultQuotas are no limits.
func (d *Volumes) DefaultQuotas(context.Context) ([]volume.Quota, error) { return noLimits(), nil }

// noLimits are limits for what SoftLayer has: there are no backups and groups.
func noLimits() []volume.Quota {
	list := []volume.Quota{
		{Name: "volumes", Limit: -1}, {Name: "per_volume_gigabytes", Limit: -1}, {Name: "snapshots", Limit: -1}, {Name: "gigabytes", Limit: -1},
		{Name: "backups"}, {Name: "backup_gigabytes"},
	}
	for _, name := range Types {
		for _, what := range []string{"volumes_", "gigabytes_", "snapshots_"} {
			list = append(list, volume.Quota{Name: what + name, Limit: -1})
		}
	}
	return append(list, volume.Quota{Name: "groups"})
}

// ListZones are the datacenters that sell servers.
func (d *Volumes) ListZones(ctx context.Context) ([]volume.Zone, error) {
	cat, err := d.CatalogueOf(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]volume.Zone, 0, len(cat.Datacenters))
	for _, name := range slices.Sorted(slices.Values(cat.Datacenters)) {
		list = append(list, volume.Zone{Name: name})
	}
	return list, nil
}
