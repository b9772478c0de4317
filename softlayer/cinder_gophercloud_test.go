package softlayer

import (
	"net/http"
	"slices"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/attachments"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/quotasets"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	blockvolumes "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestGophercloudCinder lives through a volume's life with gophercloud.
func TestGophercloudCinder(t *testing.T) {
	w := newStorage(t)
	w.driver.core.Opts.SnapshotSpace = true
	api, err := openstack.NewBlockStorageV3(w.client(simulator.DemoUser), gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	pages, err := volumetypes.List(api, nil).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	types, err := volumetypes.ExtractVolumeTypes(pages)
	if err != nil || len(types) != 6 {
		t.Fatalf("%+v, %v", types, err)
	}
	for _, kind := range types {
		v, err := blockvolumes.Create(ctx, api, blockvolumes.CreateOpts{
			Name: kind.Name, Size: 30, VolumeType: kind.ID, AvailabilityZone: "dal13", Metadata: map[string]string{"k": "v"},
		}, nil).Extract()
		if err != nil || v.Status != "creating" || v.VolumeType != kind.Name {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	w.clock.Advance(3 * step)
	pages, err = blockvolumes.List(api, blockvolumes.ListOpts{Limit: 2, Metadata: map[string]string{"k": "v"}}).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all, err := blockvolumes.ExtractVolumes(pages)
	if err != nil || len(all) != 6 {
		t.Fatalf("%d volumes, %v", len(all), err)
	}
	for _, v := range all {
		if v.VolumeType == "portable" {
			continue
		}
		if err := blockvolumes.ExtendSize(ctx, api, v.ID, blockvolumes.ExtendSizeOpts{NewSize: 35}).ExtractErr(); err != nil {
			t.Error(v.Name, err)
		}
		w.clock.Advance(3 * step)
		s, err := snapshots.Create(ctx, api, snapshots.CreateOpts{VolumeID: v.ID, Name: "before"}).Extract()
		if err != nil || s.Size != 35 {
			t.Errorf("%s: %+v, %v", v.Name, s, err)
			continue
		}
		if err := snapshots.Delete(ctx, api, s.ID).ExtractErr(); err != nil {
			t.Error(v.Name, err)
		}
	}
	usage, err := quotasets.GetUsage(ctx, api, "307001").Extract()
	if err != nil || usage.Volumes.InUse != 6 || usage.Gigabytes.InUse != 5*35+30 {
		t.Errorf("%+v, %v", usage, err)
	}

	api.Microversion = "3.44"
	server := w.bootIn(nil)
	block := slices.IndexFunc(all, func(v blockvolumes.Volume) bool { return v.VolumeType != "portable" })
	a, err := attachments.Create(ctx, api, attachments.CreateOpts{
		VolumeUUID: all[block].ID, InstanceUUID: server, Connector: map[string]any{"ip": w.addressOf(server, "10."), "host": "h"},
	}).Extract()
	if err != nil || a.ConnectionInfo["auth_method"] != "CHAP" {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := attachments.Delete(ctx, api, a.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	for _, v := range all {
		if err := blockvolumes.Delete(ctx, api, v.ID, nil).ExtractErr(); err != nil {
			t.Error(v.Name, err)
		}
	}
}

// TestOldVersions: the older APIs show the same volumes.
func TestOldVersions(t *testing.T) {
	w := newStorage(t)
	id := w.orderVolume(`,"name":"data"`).ID
	w.clock.Advance(3 * step)
	for version, name := range map[string]string{"v1": "display_name", "v2": "name", "v3": "name"} {
		var v struct{ Volume map[string]any }
		w.expect("GET", "/volume/"+version+"/307001/volumes/"+id, "", http.StatusOK, &v)
		if v.Volume[name] != "data" || v.Volume["id"] != id || v.Volume["status"] != "available" {
			t.Errorf("%s: %+v", version, v)
		}
	}
}
