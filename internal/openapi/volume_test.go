package openapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// volumeMistakes are those that no recording shows, with the operations under
// what their rules have in common and how that is known.
func volumeMistakes() map[rule]string {
	const (
		clients = "the status that tempest's clients want, and the body that they read"
		view    = "as in Cinder's view"
		column  = "the column may be null"
	)
	more := make(map[rule]string)
	add := func(why string, what []string, operations ...string) {
		for _, operation := range operations {
			for _, r := range what {
				more[rule{operation, r}] = why
			}
		}
	}
	add(clients, []string{"status 200", "body"}, "DELETE /v3/attachments/{id}", "POST /v3/qos-specs", "POST /v3/snapshots/{snapshot_id}/metadata", "POST /v3/types",
		"POST /v3/types/{type_id}/encryption", "POST /v3/types/{type_id}/extra_specs")
	add(clients, []string{"status 200"}, "DELETE /v3/os-quota-sets/{project_id}", "DELETE /v3/snapshots/{snapshot_id}/metadata/{id}")
	add(clients, []string{"status 202"}, "DELETE /v3/cgsnapshots/{id}", "DELETE /v3/group_snapshots/{id}", "DELETE /v3/group_types/{group_type_id}/group_specs/{id}",
		"DELETE /v3/group_types/{id}", "DELETE /v3/qos-specs/{id}", "DELETE /v3/types/{id}", "DELETE /v3/volume-transfers/{id}",
		"POST /v3/consistencygroups/{id}/delete", "POST /v3/types/{id}/action", "PUT /v3/groups/{id}")
	attachment := []string{"properties/attachment/properties/attached_at: format", "properties/attachment/properties/detached_at: format", "properties/attachment: missing name"}
	add(view, attachment, "GET /v3/attachments/{id}", "GET /v3/{project_id}/attachments/{id}", "POST /v3/attachments", "PUT /v3/attachments/{id}")
	add(view, []string{"properties/attachments/items/properties/attached_at: format"}, "GET /v3/attachments/detail", "GET /v3/{project_id}/attachments/detail")
	add(view, []string{"properties/backup: missing size", "properties/backup: missing status", "properties/backup: missing volume_id"}, "PUT /v3/backups/{id}")
	add(view, []string{"properties/group_snapshot: missing status"}, "POST /v3/group_snapshots")
	add("base64, as import_record wants it", []string{"properties/backup-record/properties/backup_url: format"},
		"GET /v3/backups/{id}/export_record", "GET /v3/{project_id}/backups/{id}/export_record")
	var wrapped []string // in "volume"
	for _, name := range []string{"attachments", "bootable", "encrypted", "id", "name", "replication_status", "size", "status", "user_id"} {
		wrapped = append(wrapped, ": missing "+name)
	}
	add(view, wrapped, "POST /v3/manageable_volumes")
	add(column, []string{"properties/group_type/properties/description: null for type"}, "POST /v3/group_types")
	add(column, []string{"properties/snapshot/properties/group_snapshot_id: null for type"}, "GET /v3/snapshots/{id}", "GET /v3/{project_id}/snapshots/{id}", "POST /v3/snapshots", "PUT /v3/snapshots/{id}")
	add(column, []string{"properties/snapshots/items/properties/group_snapshot_id: null for type"}, "GET /v3/snapshots/detail", "GET /v3/{project_id}/snapshots/detail")
	add(column, []string{"properties/transfer/properties/destination_project_id: null for type"}, "GET /v3/volume-transfers/{id}", "GET /v3/{project_id}/volume-transfers/{id}", "POST /v3/volume-transfers")
	add(column, []string{"properties/transfers/items/properties/destination_project_id: null for type"}, "GET /v3/volume-transfers/detail", "GET /v3/{project_id}/volume-transfers/detail")
	add(column, []string{"properties/volume/properties/cluster_name: null for type"}, "GET /v3/volumes/{id}", "GET /v3/{project_id}/volumes/{id}", "POST /v3/volumes", "PUT /v3/volumes/{id}")
	add(column, []string{"properties/volume/properties/group_id: null for type"}, "POST /v3/volumes", "PUT /v3/volumes/{id}")
	add(column, []string{"properties/volume/properties/migration_status: null for type"}, "POST /v3/volumes", "PUT /v3/volumes/{id}")
	add(column, []string{"properties/volume_types/items/properties/qos_specs_id: null for type"}, "GET /v3/types", "GET /v3/{project_id}/types")
	add(column, []string{"properties/volumes/items/properties/cluster_name: null for type"}, "GET /v3/volumes/detail", "GET /v3/{project_id}/volumes/detail")
	add(column, []string{"properties/volumes/items/properties/migration_status: null for type"}, "GET /v3/volumes/detail", "GET /v3/{project_id}/volumes/detail")
	return more
}

// storageVersions are the minor versions after which something in a served
// endpoint is another: all of Cinder's changes are on one side of one.
var storageVersions = []int{0, 3, 7, 8, 10, 12, 13, 14, 17, 18, 21, 25, 27, 29, 31, 36, 38, 40, 41, 43, 45, 48, 51, 53, 55, 57, 58, 61, 63, 65, 66, 69, 71}

// TestBlockStorage makes one of everything that the cloud in memory has, as its
// administrator, at microversions on both sides of all changes, looks at it
// all by both forms of paths, and takes it away.
func TestBlockStorage(t *testing.T) {
	ref := load(t, "block-storage-v3.71.yaml", "../../memory/testdata/volume", volumeMistakes())
	for r, file := range ref.recorded { // of paths with a project, which are the same without
		ref.recorded[rule{strings.Replace(r[0], "/v3/{project_id}/", "/v3/", 1), r[1]}] = file
	}
	for _, minor := range storageVersions {
		t.Run(fmt.Sprint("3.", minor), func(t *testing.T) {
			cloud, err := memory.New(memory.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w := serve(t, ref, "/volume", cloud.Services(), simulator.NewClock(time.Now()), "admin", "secret")
			w.version = jumpgate.Microversion{Major: 3, Minor: minor}.String()
			w.liveStorage(cloud.ProjectID("admin"), minor)
		})
	}
}

// keep makes something, and knows its id as what is behind a segment of paths.
func (w *world) keep(segment, body string, status int) {
	w.Helper()
	w.play([]step{{"", "", "POST", "/v3/" + segment, body, status}})
	w.learn(segment, "/v3/"+segment)
}

// liveStorage is the life of all that Cinder knows at a minor version.
func (w *world) liveStorage(project string, minor int) {
	w.Helper()
	w.know("v3", project)
	w.know("os-quota-sets", project)
	w.know("os-quota-class-sets", "default")
	w.know("os-hosts", "vm@files")
	w.know("capabilities", "vm@files")
	w.know("metadata", "a")
	w.know("extra_specs", "a")

	w.keep("qos-specs", `{"qos_specs": {"name": "q", "consumer": "front-end", "a": "b"}}`, 200)
	w.keep("types", `{"volume_type": {"name": "t", "description": "x", "os-volume-type-access:is_public": false, "extra_specs": {"a": "b"}}}`, 200)
	w.know("types", w.first("/volume/v3/types?is_public=false", "id"))
	w.play([]step{
		{"", "", "POST", "/v3/types/{type_id}/encryption", `{"encryption": {"provider": "luks", "control_location": "front-end", "cipher": "aes", "key_size": 256}}`, 200},
		{"", "", "POST", "/v3/types/{type_id}/extra_specs", `{"extra_specs": {"a": "c"}}`, 200},
		{"", "", "PUT", "/v3/types/{type_id}/extra_specs/{id}", `{"a": "b"}`, 200},
		{"", "", "PUT", "/v3/types/{id}", `{"volume_type": {"description": "y"}}`, 200},
		{"", "", "POST", "/v3/types/{id}/action", `{"addProjectAccess": {"project": "` + project + `"}}`, 202},
		{"", "", "PUT", "/v3/qos-specs/{id}", `{"qos_specs": {"c": "d"}}`, 200},
	})
	if minor >= 62 {
		w.know("default-types", project)
		w.play([]step{{"3.62", "", "PUT", "/v3/default-types/{id}", `{"default_type": {"volume_type": "files"}}`, 200}})
	}
	w.keep("volumes", `{"volume": {"size": 1, "name": "v", "metadata": {"a": "b"}, "volume_type": "files"}}`, 202)
	disk := w.ids["volumes"]
	w.know("encryption", "encryption_key_id")
	w.keep("snapshots", `{"snapshot": {"volume_id": "`+disk+`", "name": "s", "metadata": {"a": "b"}}}`, 202)
	w.keep("backups", `{"backup": {"volume_id": "`+disk+`", "name": "b"}}`, 202)
	w.liveGroups(minor)
	w.play([]step{
		{"", "", "PUT", "/v3/volumes/{id}", `{"volume": {"name": "w"}}`, 200},
		{"", "", "POST", "/v3/volumes/{volume_id}/metadata", `{"metadata": {"a": "c"}}`, 200},
		{"", "", "PUT", "/v3/volumes/{volume_id}/metadata/{id}", `{"meta": {"a": "b"}}`, 200},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-set_image_metadata": {"metadata": {"a": "b"}}}`, 200},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-show_image_metadata": null}`, 200},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-unset_image_metadata": {"key": "a"}}`, 200},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-initialize_connection": {"connector": {"host": "h"}}}`, 200},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-terminate_connection": {"connector": {"host": "h"}}}`, 202},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-set_bootable": {"bootable": true}}`, 200},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-update_readonly_flag": {"readonly": false}}`, 202},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-volume_upload_image": {"image_name": "i", "force": false}}`, 202},
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-extend": {"new_size": 2}}`, 202},
		{"", "", "PUT", "/v3/snapshots/{id}", `{"snapshot": {"name": "x"}}`, 200},
		{"", "", "POST", "/v3/snapshots/{snapshot_id}/metadata", `{"metadata": {"a": "c"}}`, 200},
		{"", "", "PUT", "/v3/snapshots/{snapshot_id}/metadata/{id}", `{"meta": {"a": "b"}}`, 200},
		{"3.9", "", "PUT", "/v3/backups/{id}", `{"backup": {"name": "c"}}`, 200},
		{"", "", "GET", "/v3/backups/{id}/export_record", ``, 200},
		{"", "", "PUT", "/v3/os-quota-sets/{project_id}", `{"quota_set": {"volumes": 20}}`, 200},
		{"", "", "PUT", "/v3/os-quota-class-sets/{name}", `{"quota_class_set": {"volumes": 30}}`, 200},
		{"", "", "PUT", "/v3/os-services/disable", `{"binary": "cinder-volume", "host": "vm@files"}`, 200},
		{"", "", "PUT", "/v3/os-services/disable-log-reason", `{"binary": "cinder-volume", "host": "vm@files", "disabled_reason": "x"}`, 200},
		{"", "", "PUT", "/v3/os-services/freeze", `{"host": "vm@files"}`, 200},
		{"", "", "PUT", "/v3/os-services/thaw", `{"host": "vm@files"}`, 200},
		{"", "", "PUT", "/v3/os-services/enable", `{"binary": "cinder-volume", "host": "vm@files"}`, 200},
		{"3.24", "", "POST", "/v3/workers/cleanup", `{}`, 202},
	})
	if minor >= 27 {
		w.keep("attachments", `{"attachment": {"volume_uuid": "`+disk+`", "instance_uuid": "`+jumpgate.NewUUID()+`"}}`, 200)
		w.play([]step{{"", "", "PUT", "/v3/attachments/{id}", `{"attachment": {"connector": {"host": "h"}}}`, 200}})
	}
	w.look()
	w.end(disk, minor)
}

// liveGroups makes groups and their snapshots, by both APIs.
func (w *world) liveGroups(minor int) {
	w.Helper()
	w.keep("consistencygroups", `{"consistencygroup": {"name": "c", "volume_types": "files"}}`, 202)
	w.keep("cgsnapshots", `{"cgsnapshot": {"name": "c", "consistencygroup_id": "{consistencygroups}"}}`, 202)
	if minor >= 11 {
		w.keep("group_types", `{"group_type": {"name": "g", "group_specs": {"a": "b"}}}`, 202)
		w.know("group_specs", "a")
		w.play([]step{
			{"", "", "POST", "/v3/group_types/{group_type_id}/group_specs", `{"group_specs": {"a": "c"}}`, 202},
			{"", "", "PUT", "/v3/group_types/{group_type_id}/group_specs/{id}", `{"a": "b"}`, 200},
			{"", "", "PUT", "/v3/group_types/{id}", `{"group_type": {"description": "x"}}`, 200},
		})
	}
	if minor >= 13 {
		w.keep("groups", `{"group": {"name": "g", "group_type": "g", "volume_types": ["files"]}}`, 202)
		w.play([]step{{"", "", "PUT", "/v3/groups/{id}", `{"group": {"name": "h"}}`, 202}})
	}
	if minor >= 14 {
		w.keep("group_snapshots", `{"group_snapshot": {"name": "g", "group_id": "{groups}"}}`, 202)
	}
}

// end takes away what liveStorage made.
func (w *world) end(disk string, minor int) {
	w.Helper()
	if minor >= 27 {
		w.play([]step{
			{"3.44", "", "POST", "/v3/attachments/{id}/action", `{"os-complete": {}}`, 204},
			{"", "", "DELETE", "/v3/attachments/{id}", ``, 200},
		})
	}
	w.play([]step{
		{"", "", "DELETE", "/v3/volumes/{volume_id}/metadata/{id}", ``, 200},
		{"", "", "DELETE", "/v3/snapshots/{snapshot_id}/metadata/{id}", ``, 200},
		{"3.14", "", "DELETE", "/v3/group_snapshots/{id}", ``, 202},
		{"3.13", "", "POST", "/v3/groups/{id}/action", `{"delete": {"delete-volumes": true}}`, 202},
		{"3.11", "", "DELETE", "/v3/group_types/{group_type_id}/group_specs/{id}", ``, 202},
		{"3.11", "", "DELETE", "/v3/group_types/{id}", ``, 202},
		{"", "", "DELETE", "/v3/cgsnapshots/{id}", ``, 202},
		{"", "", "POST", "/v3/consistencygroups/{id}/delete", `{"consistencygroup": {"force": true}}`, 202},
		{"", "", "POST", "/v3/backups/{id}/restore", `{"restore": {}}`, 202},
		{"", "", "GET", "/v3/backups/{id}", ``, 200},
		{"", "", "DELETE", "/v3/backups/{id}", ``, 202},
		{"", "", "DELETE", "/v3/snapshots/{id}", ``, 202},
	})
	w.keep("os-volume-transfer", `{"transfer": {"volume_id": "`+disk+`", "name": "t"}}`, 202)
	if minor >= 55 {
		w.know("volume-transfers", w.ids["os-volume-transfer"])
		w.play([]step{{"", "", "DELETE", "/v3/volume-transfers/{id}", ``, 202}})
		w.keep("volume-transfers", `{"transfer": {"volume_id": "`+disk+`", "name": "t"}}`, 202)
		w.look()
		w.play([]step{{"", "", "DELETE", "/v3/volume-transfers/{id}", ``, 202}})
	} else {
		w.look()
		w.play([]step{{"", "", "DELETE", "/v3/os-volume-transfer/{id}", ``, 202}})
	}
	w.play([]step{
		{"", "", "POST", "/v3/volumes/{id}/action", `{"os-unmanage": null}`, 202},
		{"3.8", "", "POST", "/v3/manageable_volumes", `{"volume": {"host": "vm@files", "ref": {"source-name": "volume-` + disk + `"}}}`, 202},
		{"", "3.7", "POST", "/v3/os-volume-manage", `{"volume": {"host": "vm@files", "ref": {"source-name": "volume-` + disk + `"}}}`, 202},
		{"", "", "DELETE", "/v3/os-quota-sets/{project_id}", ``, 200},
		{"3.62", "", "DELETE", "/v3/default-types/{id}", ``, 204},
		{"", "", "DELETE", "/v3/types/{type_id}/extra_specs/{id}", ``, 202},
		{"", "", "DELETE", "/v3/types/{id}", ``, 202},
		{"", "", "DELETE", "/v3/qos-specs/{id}", ``, 202},
	})
}
