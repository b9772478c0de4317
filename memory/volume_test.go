package memory

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/attachments"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/backups"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/quotasets"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/transfers"
	disks "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumetypes"

	"github.com/softlayer/jumpgate"
)

// blockStorage is gophercloud's client for a user of the recordings.
func blockStorage(t *testing.T, user, version, microversion string) *gophercloud.ServiceClient {
	server, _ := cinder(t)
	return storageAs(server.URL, user, version, microversion)
}

func storageAs(url, user, version, microversion string) *gophercloud.ServiceClient {
	project := recordedUsers[user].ProjectID
	if user == "admin" {
		project = "552983f366ca46a288e39dadbd529822"
	}
	return &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{TokenID: "TOKEN"}, Type: "block-storage", Microversion: microversion,
		Endpoint: url + "/" + version + "/" + project + "/", MoreHeaders: map[string]string{"X-User": user},
	}
}

// TestVolumeLife plays the life of a volume with gophercloud, in versions 2
// and 3 and with all microversions.
func TestVolumeLife(t *testing.T) {
	for _, v := range [][2]string{{"v2", ""}, {"v3", ""}, {"v3", "3.71"}} {
		t.Run(strings.Join(v[:], " "), func(t *testing.T) {
			ctx, api := t.Context(), blockStorage(t, "demo", v[0], v[1])
			made, err := disks.Create(ctx, api, disks.CreateOpts{Name: "a", Size: 2, Metadata: map[string]string{"x.y": "z"}}, nil).Extract()
			if err != nil || made.Status != "creating" || made.VolumeType != "files" {
				t.Fatalf("volume %+v, %v", made, err)
			}
			snapshot, err := snapshots.Create(ctx, api, snapshots.CreateOpts{VolumeID: made.ID, Name: "s"}).Extract()
			if err != nil || snapshot.Size != 2 {
				t.Fatalf("snapshot %+v, %v", snapshot, err)
			}
			if err := disks.Delete(ctx, api, made.ID, nil).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
				t.Errorf("a volume with a snapshot is deleted: %v", err)
			}
			clone, err := disks.Create(ctx, api, disks.CreateOpts{SnapshotID: snapshot.ID}, nil).Extract()
			if err != nil || clone.Size != 2 || clone.SnapshotID != snapshot.ID {
				t.Fatalf("copy %+v, %v", clone, err)
			}
			if err := disks.ExtendSize(ctx, api, clone.ID, disks.ExtendSizeOpts{NewSize: 3}).ExtractErr(); err != nil {
				t.Error(err)
			}
			if err := snapshots.Delete(ctx, api, snapshot.ID).ExtractErr(); err != nil {
				t.Error(err)
			}
			if err := disks.Delete(ctx, api, made.ID, nil).ExtractErr(); err != nil {
				t.Error(err)
			}
			pages, err := disks.List(api, disks.ListOpts{}).AllPages(ctx)
			if err != nil {
				t.Fatal(err)
			}
			list, err := disks.ExtractVolumes(pages)
			if err != nil || len(list) != 1 || list[0].ID != clone.ID || list[0].Size != 3 || list[0].Status != "available" {
				t.Errorf("volumes %+v, %v", list, err)
			}
			usage, err := quotasets.GetUsage(ctx, api, recordedUsers["demo"].ProjectID).Extract()
			if err != nil || usage.Volumes.InUse != 1 || usage.Gigabytes.InUse != 3 {
				t.Errorf("usage %+v, %v", usage, err)
			}
		})
	}
}

// TestVolumeAttachment goes the way of Nova: reserve, connect, complete, and
// back.
func TestVolumeAttachment(t *testing.T) {
	ctx, api := t.Context(), blockStorage(t, "demo", "v3", "3.54")
	v, err := disks.Create(ctx, api, disks.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	state := func(want string) {
		t.Helper()
		if now, err := disks.Get(ctx, api, v.ID).Extract(); err != nil || now.Status != want {
			t.Fatalf("status %+v, want %s: %v", now, want, err)
		}
	}
	state("available")
	order := attachments.CreateOpts{VolumeUUID: v.ID, InstanceUUID: jumpgate.NewUUID(), Mode: "rw"}
	a, err := attachments.Create(ctx, api, order).Extract()
	if err != nil || a.Status != "reserved" {
		t.Fatalf("attachment %+v, %v", a, err)
	}
	state("reserved")
	order.InstanceUUID = jumpgate.NewUUID()
	if _, err := attachments.Create(ctx, api, order).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("a reserved volume is reserved for another server: %v", err)
	}
	a, err = attachments.Update(ctx, api, a.ID, attachments.UpdateOpts{Connector: map[string]any{"host": "h", "mountpoint": "/dev/vdb"}}).Extract()
	if err != nil || a.ConnectionInfo["driver_volume_type"] != "iscsi" {
		t.Fatalf("connected %+v, %v", a, err)
	}
	state("attaching")
	if err := attachments.Complete(ctx, api, a.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	state("in-use")
	if err := disks.Delete(ctx, api, v.ID, nil).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("an attached volume is deleted: %v", err)
	}
	if err := attachments.Delete(ctx, api, a.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	state("available")
}

// TestVolumeTransfer offers a volume to another project, which takes it with
// the key alone.
func TestVolumeTransfer(t *testing.T) {
	server, _ := cinder(t)
	ctx, demo, alt := t.Context(), storageAs(server.URL, "demo", "v3", ""), storageAs(server.URL, "alt_demo", "v3", "")
	v, err := disks.Create(ctx, demo, disks.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := disks.Get(ctx, demo, v.ID).Extract(); err != nil {
		t.Fatal(err)
	}
	offer, err := transfers.Create(ctx, demo, transfers.CreateOpts{VolumeID: v.ID}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfers.Accept(ctx, alt, offer.ID, transfers.AcceptOpts{AuthKey: "guessed"}).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("a guessed key: %v", err)
	}
	if _, err := transfers.Accept(ctx, alt, offer.ID, transfers.AcceptOpts{AuthKey: offer.AuthKey}).Extract(); err != nil {
		t.Fatal(err)
	}
	if _, err := disks.Get(ctx, demo, v.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("the volume is still demo's: %v", err)
	}
	if now, err := disks.Get(ctx, alt, v.ID).Extract(); err != nil || now.Status != "available" {
		t.Errorf("the volume is not alt_demo's: %+v, %v", now, err)
	}
}

// TestVolumeBackup puts a backup on a new volume.
func TestVolumeBackup(t *testing.T) {
	ctx, api := t.Context(), blockStorage(t, "demo", "v3", "3.47")
	v, err := disks.Create(ctx, api, disks.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	b, err := backups.Create(ctx, api, backups.CreateOpts{VolumeID: v.ID, Name: "b"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if b, err = backups.Get(ctx, api, b.ID).Extract(); err != nil || b.Status != "available" || b.Size != 1 {
		t.Fatalf("backup %+v, %v", b, err)
	}
	restored, err := backups.RestoreFromBackup(ctx, api, b.ID, backups.RestoreOpts{Name: "r"}).Extract()
	if err != nil || restored.VolumeName != "r" {
		t.Fatalf("restored %+v, %v", restored, err)
	}
	if _, err := disks.Create(ctx, api, disks.CreateOpts{BackupID: b.ID}, nil).Extract(); err != nil {
		t.Error(err)
	}
}

// TestVolumeTypesOfAdmins has an admin make a private type, which only the
// project that it names sees.
func TestVolumeTypesOfAdmins(t *testing.T) {
	server, _ := cinder(t)
	ctx, admin, demo := t.Context(), storageAs(server.URL, "admin", "v3", ""), storageAs(server.URL, "demo", "v3", "")
	private := false
	made, err := volumetypes.Create(ctx, admin, volumetypes.CreateOpts{Name: "gold", IsPublic: &private, ExtraSpecs: map[string]string{"multiattach": "<is> True"}}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := disks.Create(ctx, demo, disks.CreateOpts{Size: 1, VolumeType: "gold"}, nil).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("a private type is used: %v", err)
	}
	if err := volumetypes.AddAccess(ctx, admin, made.ID, volumetypes.AddAccessOpts{Project: recordedUsers["demo"].ProjectID}).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	v, err := disks.Create(ctx, demo, disks.CreateOpts{Size: 1, VolumeType: "gold"}, nil).Extract()
	if err != nil || !v.Multiattach {
		t.Errorf("volume %+v, %v", v, err)
	}
	if err := volumetypes.Delete(ctx, admin, made.ID).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusBadRequest) {
		t.Errorf("a type in use is deleted: %v", err)
	}
}

// TestVolumeTakesTime has a volume be in the making until its time has come.
func TestVolumeTakesTime(t *testing.T) {
	server, cloud := cinder(t)
	cloud.takes = time.Minute
	ctx, api := t.Context(), storageAs(server.URL, "demo", "v3", "")
	v, err := disks.Create(ctx, api, disks.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"creating", "available"} {
		if now, err := disks.Get(ctx, api, v.ID).Extract(); err != nil || now.Status != want {
			t.Errorf("status %+v, want %s: %v", now, want, err)
		}
		*cloud.clock = cloud.clock.Add(time.Minute)
	}
}

// TestVolumeAttachedAt: attachments are dated by the cloud's clock.
func TestVolumeAttachedAt(t *testing.T) {
	server, cloud := cinder(t)
	ctx, api := t.Context(), storageAs(server.URL, "demo", "v3", "")
	v, err := disks.Create(ctx, api, disks.CreateOpts{Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if v, err = disks.Get(ctx, api, v.ID).Extract(); err != nil || v.Status != "available" {
		t.Fatalf("volume %+v, %v", v, err)
	}
	at := disks.AttachOpts{MountPoint: "/dev/vdb", InstanceUUID: jumpgate.NewUUID()}
	if err := disks.Attach(ctx, api, v.ID, at).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	v, err = disks.Get(ctx, api, v.ID).Extract()
	if err != nil || len(v.Attachments) != 1 || !v.Attachments[0].AttachedAt.Equal(*cloud.clock) {
		t.Errorf("volume %+v, %v, want it attached at %v", v, err, *cloud.clock)
	}
}
