package memory

import (
	"fmt"
	"strings"
	"testing"
)

// TestVolumeMicroversions: what a microversion brought is not there one
// version before: a member of an answer, or that the request is understood.
func TestVolumeMicroversions(t *testing.T) {
	server, _ := cinder(t)
	ask := func(user string, minor int) storage {
		return storage{t, storageAs(server.URL, user, "v3", fmt.Sprint("3.", minor))}
	}
	admin, demo := ask("admin", 71), ask("demo", 71)
	made := func(s storage, method, path, body string, status int, names ...string) string {
		return at(s.ask(method, path, body, status), names...)
	}
	disk := made(demo, "POST", "volumes", `{"volume": {"size": 1, "name": "v", "metadata": {"a": "b"}}}`, 202, "volume", "id")
	busy := made(demo, "POST", "volumes", `{"volume": {"size": 1, "name": "busy"}}`, 202, "volume", "id")
	demo.ask("GET", "volumes/"+busy, "", 200)
	attachment := made(demo, "POST", "attachments", `{"attachment": {"volume_uuid": "`+busy+`", "connector": {"host": "h"}}}`, 200, "attachment", "id")
	demo.ask("POST", "attachments/"+attachment+"/action", `{"os-complete": {}}`, 204)
	snapshot := made(demo, "POST", "snapshots", `{"snapshot": {"volume_id": "`+disk+`", "name": "s", "metadata": {"a": "b"}}}`, 202, "snapshot", "id")
	demo.ask("GET", "snapshots/"+snapshot, "", 200)
	backup := made(demo, "POST", "backups", `{"backup": {"volume_id": "`+disk+`", "name": "b"}}`, 202, "backup", "id")
	demo.ask("GET", "backups/"+backup, "", 200)
	made(admin, "POST", "group_types", `{"group_type": {"name": "g"}}`, 202, "group_type", "id")
	group := made(demo, "POST", "groups", `{"group": {"name": "g", "group_type": "g", "volume_types": ["files"]}}`, 202, "group", "id")
	kept := made(demo, "POST", "group_snapshots", `{"group_snapshot": {"group_id": "`+group+`"}}`, 202, "group_snapshot", "id")
	cg := made(demo, "POST", "consistencygroups", `{"consistencygroup": {"name": "c", "volume_types": "files"}}`, 202, "consistencygroup", "id")

	// Where a status is of two, the first is that of the version before.
	for _, tt := range []struct {
		minor              int
		user, method, path string
		body               string
		before, after      int
		member             string // of the answer, by names with dots; not there before
	}{
		{2, "demo", "GET", "volumes?bootable=yes", "", 200, 400, ""},
		{3, "demo", "GET", "messages", "", 404, 200, ""},
		{5, "demo", "GET", "messages?limit=-1", "", 200, 400, ""},
		{6, "demo", "PUT", "consistencygroups/" + cg + "/update", `{"consistencygroup": {"name": ""}}`, 400, 202, ""},
		{7, "admin", "GET", "clusters", "", 404, 200, ""},
		{7, "admin", "GET", "os-services", "", 200, 200, "services.0.cluster"},
		{8, "admin", "GET", "manageable_volumes?host=vm@files", "", 404, 200, ""},
		{9, "demo", "PUT", "backups/" + backup, `{"backup": {"name": "b"}}`, 404, 200, ""},
		{11, "demo", "GET", "group_types", "", 404, 200, ""},
		{12, "demo", "GET", "volumes/summary", "", 404, 200, ""},
		{13, "demo", "GET", "groups", "", 404, 200, ""},
		{13, "demo", "GET", "volumes/" + disk, "", 200, 200, "volume.group_id"},
		{14, "demo", "GET", "group_snapshots", "", 404, 200, ""},
		{14, "demo", "GET", "snapshots/" + snapshot, "", 200, 200, "snapshot.group_snapshot_id"},
		{16, "admin", "POST", "manageable_volumes", `{"volume": {"host": "x", "cluster": "x", "ref": {}}}`, 400, 400, ""},
		{17, "admin", "GET", "manageable_volumes?host=vm@files&cluster=x", "", 200, 400, ""},
		{18, "admin", "GET", "backups/" + backup, "", 200, 200, "backup.os-backup-project-attr:project_id"},
		{19, "admin", "POST", "group_snapshots/" + kept + "/action", `{"reset_status": {"status": "available"}}`, 400, 202, ""},
		{20, "admin", "POST", "groups/" + group + "/action", `{"reset_status": {"status": "available"}}`, 400, 202, ""},
		{21, "admin", "GET", "volumes/" + disk, "", 200, 200, "volume.provider_id"},
		{23, "demo", "DELETE", "volumes/" + busy + "?force=true", "", 400, 403, ""},
		{24, "admin", "POST", "workers/cleanup", `{}`, 404, 202, ""},
		{25, "demo", "GET", "groups/" + group + "?list_volume=true", "", 200, 200, "group.volumes"},
		{26, "admin", "GET", "clusters?frozen=true", "", 400, 200, ""},
		{27, "demo", "GET", "attachments", "", 404, 200, ""},
		{28, "admin", "GET", "scheduler-stats/get_pools?name=none", "", 200, 200, "-pools.0"},
		{29, "demo", "GET", "group_snapshots?limit=-1", "", 200, 400, ""},
		{30, "demo", "GET", "snapshots?sort=name", "", 400, 200, ""},
		{31, "demo", "GET", "volumes?colour=red", "", 200, 400, ""},
		{33, "demo", "GET", "resource_filters", "", 404, 200, ""},
		{34, "demo", "GET", "volumes?name~=V", "", 400, 200, "volumes.0"},
		{36, "demo", "GET", "volumes/summary", "", 200, 200, "volume-summary.metadata"},
		{37, "demo", "GET", "backups?sort=name", "", 400, 200, ""},
		{38, "demo", "GET", "groups/" + group, "", 200, 200, "group.replication_status"},
		{40, "demo", "POST", "volumes/" + disk + "/action", `{"revert": {"snapshot_id": "` + snapshot + `"}}`, 400, 202, ""},
		{41, "demo", "GET", "snapshots/" + snapshot, "", 200, 200, "snapshot.user_id"},
		{42, "demo", "POST", "volumes/" + busy + "/action", `{"os-extend": {"new_size": 2}}`, 400, 202, ""},
		{43, "demo", "GET", "backups/" + backup, "", 200, 200, "backup.metadata"},
		{44, "demo", "POST", "attachments/" + attachment + "/action", `{"os-complete": {}}`, 404, 204, ""},
		{45, "demo", "GET", "volumes?with_count=true", "", 400, 200, "count"},
		{47, "demo", "POST", "volumes", `{"volume": {"backup_id": "x"}}`, 404, 400, ""},
		{48, "demo", "GET", "volumes/" + disk, "", 200, 200, "volume.service_uuid"},
		{49, "admin", "GET", "os-services", "", 200, 200, "services.0.backend_state"},
		{51, "demo", "POST", "backups", `{"backup": {"volume_id": "` + disk + `", "availability_zone": "nova"}}`, 400, 202, ""},
		{53, "demo", "POST", "volumes", `{"volume": {"size": 1, "status": "x"}}`, 202, 400, ""},
		{53, "demo", "PUT", "volumes/" + disk, `{"volume": {}}`, 200, 400, ""},
		{54, "demo", "POST", "attachments", `{"attachment": {"volume_uuid": "` + busy + `", "mode": "x"}}`, 400, 400, ""},
		{55, "demo", "GET", "volume-transfers", "", 404, 200, ""},
		{56, "demo", "GET", "backups/" + backup, "", 200, 200, "backup.user_id"},
		{58, "admin", "GET", "groups/" + group, "", 200, 200, "group.project_id"},
		{58, "admin", "GET", "group_snapshots/" + kept, "", 200, 200, "group_snapshot.project_id"},
		{59, "demo", "GET", "volume-transfers?marker=none", "", 200, 404, ""},
		{60, "demo", "GET", "volumes?created_at=lt:2000-01-01", "", 200, 200, "-volumes.0"},
		{61, "admin", "GET", "volumes/" + disk, "", 200, 200, "volume.cluster_name"},
		{62, "admin", "GET", "default-types", "", 404, 200, ""},
		{63, "demo", "GET", "volumes/" + disk, "", 200, 200, "volume.volume_type_id"},
		{65, "demo", "GET", "volumes/" + disk, "", 200, 200, "volume.consumes_quota"},
		{65, "demo", "GET", "snapshots/" + snapshot, "", 200, 200, "snapshot.consumes_quota"},
		{66, "demo", "POST", "snapshots", `{"snapshot": {"volume_id": "` + disk + `", "force": false}}`, 202, 400, ""},
		{68, "demo", "POST", "volumes/" + disk + "/action", `{"os-reimage": {"image_id": "018f906a-f4db-47e5-9d1c-3ab6ac6a82ae"}}`, 400, 202, ""},
		{71, "admin", "POST", "volumes/" + busy + "/action", `{"os-extend_volume_completion": {"error": false}}`, 400, 400, ""},
	} {
		before := ask(tt.user, tt.minor-1).ask(tt.method, tt.path, tt.body, tt.before)
		after := ask(tt.user, tt.minor).ask(tt.method, tt.path, tt.body, tt.after)
		if tt.before == tt.after && tt.member == "" && fmt.Sprint(before) == fmt.Sprint(after) {
			t.Errorf("3.%d %s %s: the same as before: %v", tt.minor, tt.method, tt.path, after)
		}
		if tt.member == "" {
			continue
		}
		gone, member := strings.HasPrefix(tt.member, "-"), strings.TrimPrefix(tt.member, "-")
		if was, is := has(before, member), has(after, member); was != gone || is == gone {
			t.Errorf("3.%d %s %s: %s there before: %v, and now: %v", tt.minor, tt.method, tt.path, member, was, is)
		}
	}
}

// has tells whether an answer has a member.
func has(answer any, member string) bool {
	for name := range strings.SplitSeq(member, ".") {
		switch a := answer.(type) {
		case map[string]any:
			one, ok := a[name]
			if !ok {
				return false
			}
			answer = one
		case []any:
			if len(a) == 0 {
				return false
			}
			answer = a[0]
		default:
			return false
		}
	}
	return true
}
