package memory

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/manageablevolumes"
	disks "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

// operators are an admin and a member of one cloud.
func operators(t *testing.T, version string) (admin, demo storage) {
	t.Helper()
	server, _ := cinder(t)
	return storage{t, storageAs(server.URL, "admin", "v3", version)}, storage{t, storageAs(server.URL, "demo", "v3", version)}
}

// TestManagedVolume lets go of a volume and takes it again under another id.
func TestManagedVolume(t *testing.T) {
	admin, demo := operators(t, "3.71")
	v, err := disks.Create(t.Context(), demo.ServiceClient, disks.CreateOpts{Size: 3}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	list := func() []any {
		return admin.ask("GET", "manageable_volumes/detail?host=vm@files%23files", "", 200)["manageable-volumes"].([]any)
	}
	if m := list()[0].(map[string]any); m["safe_to_manage"] != false || m["reason_not_safe"] != "already managed" || m["cinder_id"] != v.ID {
		t.Errorf("managed %v", m)
	}
	demo.refuse("POST", "volumes/"+v.ID+"/action", `{"os-unmanage": {}}`, 403, "Policy doesn't allow volume_extension:volume_unmanage to be performed.")
	admin.ask("POST", "volumes/"+v.ID+"/action", `{"os-unmanage": {}}`, 202)
	demo.ask("GET", "volumes/"+v.ID, "", 404)
	m := list()[0].(map[string]any)
	if m["safe_to_manage"] != true || m["cinder_id"] != nil || m["size"] != 3.0 {
		t.Errorf("left %v", m)
	}
	name := at(m, "reference", "source-name")
	again, err := manageablevolumes.ManageExisting(t.Context(), admin.ServiceClient, manageablevolumes.ManageExistingOpts{
		Host: "vm@files#files", Ref: map[string]string{"source-name": name}, Name: "again", Bootable: true,
	}).Extract()
	if err != nil || again.Status != "managing" {
		t.Fatalf("managing %+v, %v", again, err)
	}
	if again, err = disks.Get(t.Context(), admin.ServiceClient, again.ID).Extract(); err != nil || again.Status != "available" || again.Size != 3 || again.Bootable != "true" {
		t.Errorf("managed %+v, %v", again, err)
	}
	for _, tt := range []struct{ path, body, words string }{
		{"manageable_volumes", `{"volume": {"ref": {"source-name": "x"}}}`, "Invalid input received: One and only one of cluster and host must be set."},
		{"manageable_volumes", `{"volume": {"host": "other", "ref": {"source-name": "x"}}}`, "Host 'other' not found"},
		{"manageable_volumes", `{"volume": {"host": "vm@files", "volume_type": "none", "ref": {"source-name": "x"}}}`, "Invalid volume type: Cannot find requested 'none' volume type"},
		{"manageable_volumes", `{"volume": {"host": "vm@files", "ref": {"source-name": "volume-` + again.ID + `"}}}`, "Invalid volume: Unable to manage existing volume. The volume is already managed"},
	} {
		admin.refuse("POST", tt.path, tt.body, 400, tt.words)
	}
	admin.refuse("GET", "manageable_volumes?host=vm@files&sort=name", "", 400, "Invalid sort keys passed: name")
	admin.refuse("GET", "manageable_volumes?host=vm@files&marker=x", "", 400, "Invalid input received: marker x can not be analysed, please use json like format")
	admin.refuse("GET", "manageable_volumes?host=other", "", 404, "Service cinder-volume could not be found on host other.")
	bad := at(admin.ask("POST", "manageable_volumes", `{"volume": {"host": "vm@files", "ref": {"source-name": "none"}}}`, 202), "volume", "id")
	if v := admin.ask("GET", "volumes/"+bad, "", 200); at(v, "volume", "status") != "error_managing" {
		t.Errorf("volume of nothing %v", v)
	}
	admin.ask("DELETE", "volumes/"+bad, "", 202)
}

// TestManagedSnapshot lets go of a snapshot and takes it again, by the newer
// names and the older ones.
func TestManagedSnapshot(t *testing.T) {
	admin, demo := operators(t, "3.71")
	v := at(demo.ask("POST", "volumes", `{"volume": {"size": 1}}`, 202), "volume", "id")
	demo.ask("GET", "volumes/"+v, "", 200)
	for _, path := range []string{"manageable_snapshots", "os-snapshot-manage"} {
		x := at(demo.ask("POST", "snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`, 202), "snapshot", "id")
		demo.ask("GET", "snapshots/"+x, "", 200)
		admin.ask("POST", "snapshots/"+x+"/action", `{"os-unmanage": null}`, 202)
		demo.ask("GET", "snapshots/"+x, "", 404)
		left := admin.ask("GET", path+"?host=vm@files", "", 200)["manageable-snapshots"].([]any)[0].(map[string]any)
		if at(left, "source_reference", "source-name") != "volume-"+v || left["safe_to_manage"] != true {
			t.Errorf("left %v", left)
		}
		again := at(admin.ask("POST", path, `{"snapshot": {"volume_id": "`+v+`", "ref": {"source-name": "`+at(left, "reference", "source-name")+`"}}}`, 202), "snapshot", "id")
		if x := admin.ask("GET", "snapshots/"+again, "", 200); at(x, "snapshot", "status") != "available" {
			t.Errorf("managed %v", x)
		}
		demo.ask("GET", path+"?host=vm@files", "", 403)
		admin.ask("DELETE", "snapshots/"+again, "", 202)
	}
}

// TestBackupRecord writes a backup down and finds it again under another id.
func TestBackupRecord(t *testing.T) {
	admin, demo := operators(t, "3.71")
	v := at(demo.ask("POST", "volumes", `{"volume": {"size": 1}}`, 202), "volume", "id")
	demo.ask("GET", "volumes/"+v, "", 200)
	b := at(demo.ask("POST", "backups", `{"backup": {"volume_id": "`+v+`", "name": "b"}}`, 202), "backup", "id")
	demo.ask("GET", "backups/"+b, "", 200)
	demo.ask("GET", "backups/"+b+"/export_record", "", 403)
	record := admin.ask("GET", "backups/"+b+"/export_record", "", 200)
	service, url := at(record, "backup-record", "backup_service"), at(record, "backup-record", "backup_url")
	body := func(service, url string) string {
		return `{"backup-record": {"backup_service": "` + service + `", "backup_url": "` + url + `"}}`
	}
	admin.refuse("POST", "backups/import_record", body(service, url), 400, "Invalid backup: Backup already exists in database.")
	admin.refuse("POST", "backups/import_record", body(service, "bm90aGluZw=="), 400, "Invalid input received: Can't parse backup record.")
	admin.refuse("POST", "backups/import_record", body(service, "e30="), 400, "Invalid input received: Provided backup record is missing an id")
	admin.ask("POST", "backups/import_record", body(service, "?"), 400)

	text, err := base64.StdEncoding.DecodeString(url)
	if err != nil {
		t.Fatal(err)
	}
	const other = "11111111-2222-4333-8444-555555555555"
	changed := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(string(text), `"id":"`+b, `"id":"`+other)))
	found := admin.ask("POST", "backups/import_record", body(service, changed), 201)
	if at(found, "backup", "id") != other || at(found, "backup", "name") != "b" {
		t.Errorf("found %v", found)
	}
	demo.ask("DELETE", "backups/"+b, "", 202) // the other one still needs what it holds
	if x := admin.ask("GET", "backups/"+other, "", 200); at(x, "backup", "status") != "available" || at(x, "backup", "volume_id") != v {
		t.Errorf("backup %v", x)
	}
	admin.ask("POST", "backups/"+other+"/restore", `{"restore": {}}`, 202)
	admin.ask("GET", "backups/"+other, "", 200)
	admin.ask("DELETE", "backups/"+other, "", 202)
	admin.ask("GET", "backups/"+other, "", 404)
	lost := admin.ask("POST", "backups/import_record", body(service, changed), 201)
	if x := admin.ask("GET", "backups/"+at(lost, "backup", "id"), "", 200); at(x, "backup", "status") != "error" {
		t.Errorf("what is gone is found: %v", x)
	}
}

// TestVolumeDaemons switches a daemon off, freezes it, and looks at its host.
func TestVolumeDaemons(t *testing.T) {
	admin, demo := operators(t, "3.71")
	demo.ask("POST", "volumes", `{"volume": {"size": 4}}`, 202)
	service := func() map[string]any {
		return admin.ask("GET", "os-services?binary=cinder-volume", "", 200)["services"].([]any)[0].(map[string]any)
	}
	admin.ask("PUT", "os-services/disable-log-reason", `{"binary": "cinder-volume", "host": "vm@files", "disabled_reason": "mended"}`, 200)
	if x := service(); x["status"] != "disabled" || x["disabled_reason"] != "mended" {
		t.Errorf("disabled %v", x)
	}
	admin.ask("PUT", "os-services/enable", `{"binary": "cinder-volume", "host": "vm@files"}`, 200)
	admin.refuse("PUT", "os-services/enable", `{"binary": "cinder-volume", "host": "x"}`, 404, "Service cinder-volume could not be found on host x.")
	admin.refuse("PUT", "os-services/enable", `{"binary": "cinder-volume"}`, 400, "Invalid input received: Host field is missing.")
	admin.ask("PUT", "os-services/freeze", `{"host": "vm@files"}`, 200)
	if x := service(); x["frozen"] != true || x["status"] != "disabled" {
		t.Errorf("frozen %v", x)
	}
	admin.ask("PUT", "os-services/thaw", `{"host": "vm@files"}`, 200)
	if x := service(); x["frozen"] != false || x["status"] != "enabled" {
		t.Errorf("thawed %v", x)
	}
	demo.ask("PUT", "os-services/enable", `{"binary": "cinder-volume", "host": "vm@files"}`, 403)
	if all := admin.ask("GET", "os-hosts", "", 200)["hosts"].([]any); len(all) != 3 {
		t.Errorf("hosts %v", all)
	}
	kept := admin.ask("GET", "os-hosts/vm@files", "", 200)["host"].([]any)
	if total := kept[0].(map[string]any); len(kept) != 2 || at(total, "resource", "total_volume_gb") != "4" {
		t.Errorf("kept %v", kept)
	}
	if c := admin.ask("GET", "capabilities/vm@files", "", 200); at(c, "storage_protocol") != "iSCSI" {
		t.Errorf("capabilities %v", c)
	}
	admin.ask("POST", "workers/cleanup", `{"is_up": false}`, 202)
	admin.ask("GET", "clusters", "", 200)
	admin.ask("PUT", "clusters/enable", `{"name": "x"}`, 404)
}

// TestVolumeDefaults changes the limits and the type of those who have none.
func TestVolumeDefaults(t *testing.T) {
	admin, demo := operators(t, "3.71")
	admin.ask("PUT", "os-quota-class-sets/default", `{"quota_class_set": {"volumes": 1}}`, 200)
	project := recordedUsers["demo"].ProjectID
	admin.ask("PUT", "default-types/"+project, `{"default_type": {"volume_type": "__DEFAULT__"}}`, 200)
	admin.refuse("PUT", "default-types/"+project, `{"default_type": {"volume_type": "none"}}`, 400, "Volume type with name none could not be found.")
	if v := demo.ask("POST", "volumes", `{"volume": {"size": 1}}`, 202); at(v, "volume", "volume_type") != "__DEFAULT__" {
		t.Errorf("volume %v", v)
	}
	demo.refuse("POST", "volumes", `{"volume": {"size": 1}}`, 413, "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes'.")
	if all := admin.ask("GET", "default-types", "", 200)["default_types"].([]any); len(all) != 1 {
		t.Errorf("default types %v", all)
	}
	admin.ask("DELETE", "default-types/"+project, "", 204)
	admin.refuse("GET", "default-types/"+project, "", 404, "Default type for project "+project+" not found.")
	if set := admin.ask("GET", "os-quota-class-sets/default", "", 200)["quota_class_set"].(map[string]any); set["volumes"] != 1.0 || set["id"] != "default" {
		t.Errorf("class %v", set)
	}
}
