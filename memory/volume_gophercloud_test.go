package memory

import (
	"net/http"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	oldzones "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/availabilityzones"
	oldbackups "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/backups"
	oldlimits "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/limits"
	oldquotas "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/quotasets"
	oldpools "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/schedulerstats"
	oldservices "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/services"
	oldsnapshots "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/snapshots"
	oldtransfers "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/transfers"
	olddisks "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v2/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/availabilityzones"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/limits"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/qos"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/schedulerstats"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/services"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"
)

// TestGophercloudCinder2 goes through gophercloud's packages for version 2.
func TestGophercloudCinder2(t *testing.T) {
	server, _ := cinder(t)
	ctx, api, admin := t.Context(), storageAs(server.URL, "demo", "v2", ""), storageAs(server.URL, "admin", "v2", "")
	project := recordedUsers["demo"].ProjectID
	v, err := olddisks.Create(ctx, api, olddisks.CreateOpts{Size: 1, Name: "v"}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if v, err = olddisks.Update(ctx, api, v.ID, olddisks.UpdateOpts{Metadata: map[string]string{"a": "b"}}).Extract(); err != nil || v.Metadata["a"] != "b" {
		t.Errorf("changed %+v, %v", v, err)
	}
	for name, err := range map[string]error{
		"extend":   olddisks.ExtendSize(ctx, api, v.ID, olddisks.ExtendSizeOpts{NewSize: 2}).ExtractErr(),
		"bootable": olddisks.SetBootable(ctx, api, v.ID, olddisks.BootableOpts{Bootable: true}).ExtractErr(),
		"image":    olddisks.SetImageMetadata(ctx, api, v.ID, olddisks.ImageMetadataOpts{Metadata: map[string]string{"os": "x"}}).ExtractErr(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v, err = olddisks.Get(ctx, api, v.ID).Extract(); err != nil || v.Size != 2 || v.Bootable != "true" || v.Status != "available" {
		t.Errorf("volume %+v, %v", v, err)
	}
	if err := olddisks.Reserve(ctx, api, v.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if err := olddisks.Reserve(ctx, api, v.ID).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("reserved twice: %v", err)
	}
	if err := olddisks.Unreserve(ctx, api, v.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if err := olddisks.ResetStatus(ctx, admin, v.ID, olddisks.ResetStatusOpts{Status: "available"}).ExtractErr(); err != nil {
		t.Error(err)
	}
	c, err := olddisks.InitializeConnection(ctx, api, v.ID, olddisks.InitializeConnectionOpts{IP: "127.0.0.1", Host: "h", Initiator: "iqn.x"}).Extract()
	if err != nil || c["driver_volume_type"] != "iscsi" {
		t.Errorf("connection %v, %v", c, err)
	}
	x, err := oldsnapshots.Create(ctx, api, oldsnapshots.CreateOpts{VolumeID: v.ID, Name: "s"}).Extract()
	if err != nil || x.Size != 2 {
		t.Errorf("snapshot %+v, %v", x, err)
	}
	if meta, err := oldsnapshots.UpdateMetadata(ctx, api, x.ID, oldsnapshots.UpdateMetadataOpts{Metadata: map[string]any{"a": "b"}}).ExtractMetadata(); err != nil || meta["a"] != "b" {
		t.Errorf("metadata %v, %v", meta, err)
	}
	b, err := oldbackups.Create(ctx, api, oldbackups.CreateOpts{VolumeID: v.ID, Name: "b"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if b, err = oldbackups.Get(ctx, api, b.ID).Extract(); err != nil || b.Status != "available" || b.Size != 2 {
		t.Errorf("backup %+v, %v", b, err)
	}
	if record, err := oldbackups.Export(ctx, admin, b.ID).Extract(); err != nil || record.BackupService == "" || len(record.BackupURL) == 0 {
		t.Errorf("record %+v, %v", record, err)
	}
	if err := oldsnapshots.Delete(ctx, api, x.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	offer, err := oldtransfers.Create(ctx, api, oldtransfers.CreateOpts{VolumeID: v.ID, Name: "t"}).Extract()
	if err != nil || offer.AuthKey == "" {
		t.Fatalf("transfer %+v, %v", offer, err)
	}
	if err := oldtransfers.Delete(ctx, api, offer.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if usage, err := oldquotas.GetUsage(ctx, api, project).Extract(); err != nil || usage.Volumes.InUse != 1 || usage.Backups.InUse != 1 {
		t.Errorf("usage %+v, %v", usage, err)
	}
	if l, err := oldlimits.Get(ctx, api).Extract(); err != nil || l.Absolute.TotalGigabytesUsed != 2 {
		t.Errorf("limits %+v, %v", l, err)
	}
	pages, err := oldzones.List(api).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := oldzones.ExtractAvailabilityZones(pages); err != nil || len(list) != 1 || list[0].ZoneName != "nova" {
		t.Errorf("zones %+v, %v", list, err)
	}
	if pages, err = oldservices.List(admin, oldservices.ListOpts{Binary: "cinder-volume"}).AllPages(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := oldservices.ExtractServices(pages); err != nil || len(list) != 1 || list[0].State != "up" {
		t.Errorf("services %+v, %v", list, err)
	}
	if pages, err = oldpools.List(admin, oldpools.ListOpts{Detail: true}).AllPages(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := oldpools.ExtractStoragePools(pages); err != nil || len(list) != 1 || list[0].Capabilities.TotalCapacityGB != 10000 {
		t.Errorf("pools %+v, %v", list, err)
	}
}

// TestGophercloudCinder3 goes through those of gophercloud's packages for
// version 3 that no other test uses.
func TestGophercloudCinder3(t *testing.T) {
	server, _ := cinder(t)
	ctx, api, admin := t.Context(), storageAs(server.URL, "demo", "v3", "3.71"), storageAs(server.URL, "admin", "v3", "3.71")
	q, err := qos.Create(ctx, admin, qos.CreateOpts{Name: "q", Consumer: qos.ConsumerFront, Specs: map[string]string{"read_iops_sec": "20000"}}).Extract()
	if err != nil || q.Specs["read_iops_sec"] != "20000" || q.Consumer != "front-end" {
		t.Fatalf("qos %+v, %v", q, err)
	}
	kind, err := volumetypes.Create(ctx, admin, volumetypes.CreateOpts{Name: "k"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if err := qos.Associate(ctx, admin, q.ID, qos.AssociateOpts{VolumeTypeID: kind.ID}).ExtractErr(); err != nil {
		t.Error(err)
	}
	pages, err := qos.ListAssociations(admin, q.ID).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := qos.ExtractAssociations(pages); err != nil || len(list) != 1 || list[0].ID != kind.ID {
		t.Errorf("associations %+v, %v", list, err)
	}
	if err := qos.DisassociateAll(ctx, admin, q.ID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if err := qos.Delete(ctx, admin, q.ID, qos.DeleteOpts{}).ExtractErr(); err != nil {
		t.Error(err)
	}
	specs, err := volumetypes.CreateExtraSpecs(ctx, admin, kind.ID, volumetypes.ExtraSpecsOpts{"a": "b"}).Extract()
	if err != nil || specs["a"] != "b" {
		t.Errorf("specs %v, %v", specs, err)
	}
	e, err := volumetypes.CreateEncryption(ctx, admin, kind.ID, volumetypes.CreateEncryptionOpts{Provider: "luks", ControlLocation: "front-end", KeySize: 256, Cipher: "aes"}).Extract()
	if err != nil || e.EncryptionID == "" {
		t.Fatalf("encryption %+v, %v", e, err)
	}
	if err := volumetypes.DeleteEncryption(ctx, admin, kind.ID, e.EncryptionID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if l, err := limits.Get(ctx, api).Extract(); err != nil || l.Absolute.MaxTotalVolumes != 10 {
		t.Errorf("limits %+v, %v", l, err)
	}
	if pages, err = availabilityzones.List(api).AllPages(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := availabilityzones.ExtractAvailabilityZones(pages); err != nil || len(list) != 1 || !list[0].ZoneState.Available {
		t.Errorf("zones %+v, %v", list, err)
	}
	if pages, err = services.List(admin, services.ListOpts{Host: "vm"}).AllPages(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := services.ExtractServices(pages); err != nil || len(list) != 3 {
		t.Errorf("services %+v, %v", list, err)
	}
	if pages, err = schedulerstats.List(admin, schedulerstats.ListOpts{Detail: true}).AllPages(ctx); err != nil {
		t.Fatal(err)
	}
	if list, err := schedulerstats.ExtractStoragePools(pages); err != nil || len(list) != 1 || list[0].Capabilities.StorageProtocol != "iSCSI" {
		t.Errorf("pools %+v, %v", list, err)
	}
}
