package memory

import "testing"

// TestResetStates: admins set states that Cinder knows, in any case, and no
// others; a compute service moves its snapshot only forwards.
func TestResetStates(t *testing.T) {
	admin, demo := operators(t, "3.71")
	v := at(demo.ask("POST", "volumes", `{"volume": {"size": 1}}`, 202), "volume", "id")
	demo.ask("GET", "volumes/"+v, "", 200)
	volume := "volumes/" + v + "/action"
	for body, words := range map[string]string{
		`{"status": "nonsense"}`:           "Volume status: nonsense is invalid, valid statuses are: ('creating', 'available', 'deleting', 'error', 'error_deleting', 'error_managing', 'managing', 'attaching', 'in-use', 'detaching', 'maintenance', 'restoring-backup', 'error_restoring', 'reserved', 'awaiting-transfer', 'backing-up', 'error_backing-up', 'error_extending', 'downloading', 'uploading', 'retyping', 'extending').",
		`{"attach_status": "attaching"}`:   "Volume attach status: attaching is invalid, valid statuses are: ['attached', 'detached'].",
		`{"migration_status": "nonsense"}`: "Volume migration status: nonsense is invalid, valid statuses are: ('migrating', 'error', 'success', 'completing', 'none', 'starting').",
		`{"status": "deleting"}`:           "Cannot reset-state to deleting",
		`{"status": "in-use"}`:             "Cannot reset-state to in-use because volume does not have any attachments.",
		`{"status": null}`:                 "Must specify 'status', 'attach_status' or 'migration_status' for update.",
	} {
		admin.refuse("POST", volume, `{"os-reset_status": `+body+`}`, 400, words)
	}
	admin.ask("POST", volume, `{"os-reset_status": {"status": "Managing", "attach_status": ""}}`, 202)
	if got := at(demo.ask("GET", "volumes/"+v, "", 200), "volume", "status"); got != "managing" {
		t.Errorf("the volume is %v", got)
	}
	admin.ask("POST", volume, `{"os-reset_status": {"status": "available", "migration_status": "none"}}`, 202)

	x := at(demo.ask("POST", "snapshots", `{"snapshot": {"volume_id": "`+v+`"}}`, 202), "snapshot", "id")
	demo.ask("GET", "snapshots/"+x, "", 200)
	snapshot := "snapshots/" + x + "/action"
	admin.refuse("POST", snapshot, `{"os-reset_status": {"status": "nonsense"}}`, 400, "Snapshot status: nonsense is invalid, valid statuses are: ('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'error_deleting', 'unmanaging', 'backing-up', 'restoring').")
	admin.refuse("POST", snapshot, `{"os-update_snapshot_status": {"status": "available"}}`, 400, "Snapshot status available not allowed for update_snapshot_status")
	admin.ask("POST", snapshot, `{"os-reset_status": {"status": "Deleting"}}`, 202)
	admin.refuse("POST", snapshot, `{"os-update_snapshot_status": {"status": "available"}}`, 400, "Provided snapshot status available not allowed for snapshot with status deleting.")
	admin.ask("POST", snapshot, `{"os-update_snapshot_status": {"status": "error_deleting"}}`, 202)

	b := at(demo.ask("POST", "backups", `{"backup": {"volume_id": "`+v+`"}}`, 202), "backup", "id")
	demo.ask("GET", "backups/"+b, "", 200)
	admin.refuse("POST", "backups/"+b+"/action", `{"os-reset_status": {"status": "creating"}}`, 400, "Backup status: creating is invalid, valid statuses are: ['available', 'error'].")
	admin.ask("POST", "backups/"+b+"/action", `{"os-reset_status": {"status": "ERROR"}}`, 202)
	if got := at(demo.ask("GET", "backups/"+b, "", 200), "backup", "status"); got != "error" {
		t.Errorf("the backup is %v", got)
	}
}
