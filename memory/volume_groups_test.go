package memory

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	disks "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

// storage asks Cinder as one of the users for what gophercloud does not know.
type storage struct {
	*testing.T
	*gophercloud.ServiceClient
}

// ask makes a request, wants its status, and returns the answer.
func (s storage) ask(method, path, body string, status int) map[string]any {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.Endpoint+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for name, value := range s.MoreHeaders {
		req.Header.Set(name, value)
	}
	req.Header.Set("X-Auth-Token", s.TokenID)
	req.Header.Set("Content-Type", "application/json")
	if s.Microversion != "" {
		req.Header.Set("OpenStack-API-Version", "volume "+s.Microversion)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	var decoded map[string]any
	_ = json.NewDecoder(answer.Body).Decode(&decoded) // there may be none
	if answer.StatusCode != status {
		s.Errorf("%s %s %s: %d %v, want %d", method, path, body, answer.StatusCode, decoded, status)
	}
	return decoded
}

// refuse is ask for what is refused in these words.
func (s storage) refuse(method, path, body string, status int, words string) {
	s.Helper()
	for _, fault := range s.ask(method, path, body, status) {
		if text, _ := fault.(map[string]any)["message"].(string); text != words {
			s.Errorf("%s %s %s: %q, want %q", method, path, body, text, words)
		}
	}
}

// at follows names to a text in an answer.
func at(answer map[string]any, names ...string) string {
	for _, name := range names[:len(names)-1] {
		answer, _ = answer[name].(map[string]any)
	}
	text, _ := answer[names[len(names)-1]].(string)
	return text
}

// ids are the ids of the things in a list.
func ids(answer map[string]any, key string) []string {
	list, _ := answer[key].([]any)
	var all []string
	for _, one := range list {
		all = append(all, at(one.(map[string]any), "id"))
	}
	return all
}

// grouped is an admin and a member, a group of the member's, and a volume in
// it.
func grouped(t *testing.T, version string) (admin, demo storage, group, disk string) {
	t.Helper()
	server, _ := cinder(t)
	admin, demo = storage{t, storageAs(server.URL, "admin", "v3", version)}, storage{t, storageAs(server.URL, "demo", "v3", version)}
	admin.ask("POST", "group_types", `{"group_type": {"name": "together", "group_specs": {"a": "b"}}}`, 202)
	group = at(demo.ask("POST", "groups", `{"group": {"name": " g ", "group_type": "together", "volume_types": ["files"]}}`, 202), "group", "id")
	v, err := disks.Create(t.Context(), demo.ServiceClient, disks.CreateOpts{Size: 2, Name: "in"}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	demo.ask("PUT", "groups/"+group, `{"group": {"add_volumes": "`+v.ID+`"}}`, 202)
	return admin, demo, group, v.ID
}

// TestGroupOfVolumes plays the life of a group: volumes come and go, snapshots
// are made of all at once, and other groups of those.
func TestGroupOfVolumes(t *testing.T) {
	admin, demo, group, disk := grouped(t, "3.71")
	shown := demo.ask("GET", "groups/"+group+"?list_volume=true", "", 200)["group"].(map[string]any)
	if list, _ := shown["volumes"].([]any); !slices.Equal(list, []any{disk}) || shown["name"] != "g" || shown["status"] != "available" || shown["replication_status"] != "disabled" {
		t.Errorf("group %v", shown)
	}
	if _, ok := shown["project_id"]; ok {
		t.Error("a member is shown the project")
	}
	if admin.ask("GET", "groups/"+group, "", 200)["group"].(map[string]any)["project_id"] != recordedUsers["demo"].ProjectID {
		t.Error("an admin is shown no project")
	}
	demo.refuse("DELETE", "volumes/"+disk, "", 400, "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing "+
		"and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.")
	more := at(demo.ask("POST", "volumes", `{"volume": {"size": 1, "volume_type": "files", "group_id": "`+group+`"}}`, 202), "volume", "id")
	demo.ask("POST", "volumes", `{"volume": {"size": 1, "volume_type": "__DEFAULT__", "group_id": "`+group+`"}}`, 400)
	demo.refuse("POST", "volumes", `{"volume": {"size": 1, "group_id": "`+group+`"}}`, 400,
		"Invalid input received: volume_type must be provided when creating a volume in a group.")

	kept := at(demo.ask("POST", "group_snapshots", `{"group_snapshot": {"group_id": "`+group+`", "name": "k"}}`, 202), "group_snapshot", "id")
	if x := demo.ask("GET", "group_snapshots/"+kept, "", 200); at(x, "group_snapshot", "status") != "available" || at(x, "group_snapshot", "group_id") != group {
		t.Errorf("snapshot %v", x)
	}
	pages, err := snapshots.List(demo.ServiceClient, snapshots.ListOpts{}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := snapshots.ExtractSnapshots(pages)
	if err != nil || len(list) != 2 {
		t.Errorf("snapshots %+v, %v", list, err)
	}
	demo.ask("DELETE", "snapshots/"+list[0].ID, "", 400)
	demo.refuse("POST", "groups/"+group+"/action", `{"delete": {"delete-volumes": true}}`, 400, "Invalid Group: Group has existing snapshots.")

	for _, source := range []string{`"group_snapshot_id": "` + kept + `"`, `"source_group_id": "` + group + `"`} {
		copied := at(demo.ask("POST", "groups/action", `{"create-from-src": {"name": "c", `+source+`}}`, 202), "group", "id")
		got := demo.ask("GET", "groups/"+copied+"?list_volume=1", "", 200)["group"].(map[string]any)
		if volumes, _ := got["volumes"].([]any); len(volumes) != 2 || got["status"] != "available" {
			t.Errorf("copy %v", got)
		}
		demo.ask("POST", "groups/"+copied+"/action", `{"delete": {}}`, 400)
		demo.ask("POST", "groups/"+copied+"/action", `{"delete": {"delete-volumes": true}}`, 202)
		demo.ask("GET", "groups/"+copied, "", 404)
	}
	demo.ask("DELETE", "group_snapshots/"+kept, "", 202)
	demo.ask("GET", "group_snapshots/"+kept, "", 404)
	demo.ask("PUT", "groups/"+group, `{"group": {"name": "h", "remove_volumes": "`+disk+`"}}`, 202)
	demo.ask("DELETE", "volumes/"+disk, "", 202)
	if all := ids(demo.ask("GET", "groups?name=h", "", 200), "groups"); !slices.Equal(all, []string{group}) {
		t.Errorf("groups %v", all)
	}
	demo.ask("POST", "groups/"+group+"/action", `{"delete": {"delete-volumes": true}}`, 202)
	demo.ask("GET", "volumes/"+more, "", 404)
}

// TestGroupRefusals: what a group can't be made of or do is refused in
// Cinder's words.
func TestGroupRefusals(t *testing.T) {
	admin, demo, group, disk := grouped(t, "3.71")
	other := at(demo.ask("POST", "volumes", `{"volume": {"size": 1, "volume_type": "__DEFAULT__"}}`, 202), "volume", "id")
	kind := at(demo.ask("GET", "volumes/"+other, "", 200), "volume", "volume_type_id")
	for _, tt := range []struct {
		method, path, body string
		status             int
		words              string
	}{
		{"POST", "groups", `{"group": {"group_type": "none", "volume_types": ["files"]}}`, 404, "Group type with name none could not be found."},
		{"POST", "groups", `{"group": {"group_type": "together", "volume_types": ["none"]}}`, 404, "Volume type with name none could not be found."},
		{"PUT", "groups/" + group, `{"group": {"name": "g"}}`, 400, "Invalid Group: Cannot update group " + group + " because no valid name, description, add_volumes, or remove_volumes were provided."},
		{"PUT", "groups/" + group, `{"group": {"add_volumes": "nothing"}}`, 400, "Invalid volume: Cannot add volume nothing to group " + group + " because volume cannot be found."},
		{"PUT", "groups/" + group, `{"group": {"add_volumes": "` + other + `"}}`, 400, "Invalid volume: Cannot add volume " + other + " to group " + group + " because volume type " + kind + " is not supported by the group."},
		{"PUT", "groups/" + group, `{"group": {"remove_volumes": "` + other + `"}}`, 400, "Invalid volume: Cannot remove volume " + other + " from group " + group + " because it is not in the group."},
		{"PUT", "groups/" + group, `{"group": {"add_volumes": "` + disk + `", "remove_volumes": "` + disk + `"}}`, 400, "Invalid volume: UUIDs ['" + disk + "'] are in both add and remove volume list."},
		{"PUT", "groups/nothing", `{"group": {"name": "x"}}`, 404, "Group nothing could not be found."},
		{"POST", "groups/" + group + "/action", `{"delete": {}}`, 400, "Invalid Group: Group " + group + " still contains volumes. The delete-volumes flag is required to delete it."},
		{"POST", "groups/" + group + "/action", `{"reset_status": {"status": "error"}}`, 403, "Policy doesn't allow group:reset_status to be performed."},
		{"GET", "groups?colour=red", ``, 400, "Invalid filters colour are found in query options."},
		{"GET", "groups?marker=nothing", ``, 404, "Group nothing could not be found."},
		{"DELETE", "group_snapshots/nothing", ``, 404, "GroupSnapshot nothing could not be found."},
		{"POST", "group_types", `{"group_type": {"name": "x"}}`, 403, "Policy doesn't allow group:group_types:create to be performed."},
		{"GET", "group_types/default", ``, 404, "Default group type can not be found."},
		{"POST", "group_snapshots", `{"group_snapshot": {"group_id": "` + other + `"}}`, 404, "Group " + other + " could not be found."},
	} {
		demo.refuse(tt.method, tt.path, tt.body, tt.status, tt.words)
	}
	admin.refuse("POST", "group_types", `{"group_type": {"name": "together"}}`, 409, "Group Type together already exists.")
	admin.refuse("POST", "groups/"+group+"/action", `{"reset_status": {"status": "odd"}}`, 400, "Invalid Group Status: Group status: odd is invalid, valid status are: "+
		"('error', 'available', 'creating', 'deleting', 'deleted', 'updating', 'in-use', 'error_deleting').")
	admin.ask("POST", "groups/"+group+"/action", `{"reset_status": {"status": "ERROR"}}`, 202)
	if shown := demo.ask("GET", "groups/"+group, "", 200); at(shown, "group", "status") != "error" {
		t.Errorf("group %v", shown)
	}
	demo.refuse("PUT", "groups/"+group, `{"group": {"remove_volumes": "`+disk+`"}}`, 400, "Invalid Group: Group status must be available.")
	for range 9 {
		demo.ask("POST", "groups", `{"group": {"group_type": "together", "volume_types": ["files"]}}`, 202)
	}
	demo.refuse("POST", "groups", `{"group": {"group_type": "together", "volume_types": ["files"]}}`, 413, "GroupLimitExceeded: Maximum number of groups allowed (10) exceeded")
}

// TestGroupTypes has an admin make, change and delete types and their specs.
func TestGroupTypes(t *testing.T) {
	server, _ := cinder(t)
	admin, demo := storage{t, storageAs(server.URL, "admin", "v3", "3.11")}, storage{t, storageAs(server.URL, "demo", "v3", "3.11")}
	demo.ask("GET", "groups", "", 404) // from 3.13 on
	admin.ask("POST", "group_types", `{"group_type": {"name": "together", "group_specs": {"a": "b"}}}`, 202)
	all := demo.ask("GET", "group_types", "", 200)
	if list, _ := all["group_types"].([]any); len(list) != 2 || at(list[0].(map[string]any), "name") != "together" {
		t.Fatalf("types %v", all)
	} else if _, ok := list[0].(map[string]any)["group_specs"]; ok {
		t.Error("a member is shown the specs")
	}
	kind := "group_types/" + ids(all, "group_types")[0]
	admin.ask("POST", kind+"/group_specs", `{"group_specs": {"c": "d"}}`, 202)
	admin.ask("PUT", kind+"/group_specs/c", `{"c": "e"}`, 200)
	admin.refuse("PUT", kind+"/group_specs/c", `{"x": "e"}`, 400, "Request body and URI mismatch")
	admin.ask("DELETE", kind+"/group_specs/a", "", 202)
	admin.ask("DELETE", kind+"/group_specs/a", "", 404)
	if specs := admin.ask("GET", kind+"/group_specs", "", 200)["group_specs"].(map[string]any); len(specs) != 1 || specs["c"] != "e" {
		t.Errorf("specs %v", specs)
	}
	admin.ask("PUT", kind, `{"group_type": {"name": "apart", "is_public": false}}`, 200)
	if left := ids(demo.ask("GET", "group_types", "", 200), "group_types"); len(left) != 1 {
		t.Errorf("types %v", left)
	}
	if left := ids(admin.ask("GET", "group_types?is_public=None", "", 200), "group_types"); len(left) != 2 {
		t.Errorf("types %v", left)
	}
	admin.ask("DELETE", kind, "", 202)
	admin.ask("GET", kind, "", 404)
}

// TestConsistencyGroups uses the API that was there before groups.
func TestConsistencyGroups(t *testing.T) {
	server, _ := cinder(t)
	for _, version := range []string{"v2", "v3"} {
		demo := storage{t, storageAs(server.URL, "demo", version, "")}
		reader := storage{t, storageAs(server.URL, "reader demo", version, "")}
		reader.ask("POST", "consistencygroups", `{"consistencygroup": {"name": "g", "volume_types": "files,"}}`, 403)
		group := at(demo.ask("POST", "consistencygroups", `{"consistencygroup": {"name": "g", "volume_types": "files,"}}`, 202), "consistencygroup", "id")
		disk := at(demo.ask("POST", "volumes", `{"volume": {"size": 1, "volume_type": "files", "consistencygroup_id": "`+group+`"}}`, 202), "volume", "id")
		if v := demo.ask("GET", "volumes/"+disk, "", 200); at(v, "volume", "consistencygroup_id") != group {
			t.Errorf("volume %v", v)
		}
		kept := at(demo.ask("POST", "cgsnapshots", `{"cgsnapshot": {"name": "k", "consistencygroup_id": "`+group+`"}}`, 202), "cgsnapshot", "id")
		if x := demo.ask("GET", "cgsnapshots/"+kept, "", 200); at(x, "cgsnapshot", "consistencygroup_id") != group || at(x, "cgsnapshot", "status") != "available" {
			t.Errorf("snapshot %v", x)
		}
		reader.ask("POST", "consistencygroups/create_from_src", `{"consistencygroup-from-src": {"cgsnapshot_id": "`+kept+`"}}`, 403)
		reader.ask("POST", "consistencygroups/"+group+"/delete", `{"consistencygroup": {"force": true}}`, 403)
		reader.ask("PUT", "consistencygroups/"+group+"/update", `{"consistencygroup": {"name": "h"}}`, 403)
		reader.ask("POST", "cgsnapshots", `{"cgsnapshot": {"name": "k", "consistencygroup_id": "`+group+`"}}`, 403)
		reader.ask("DELETE", "cgsnapshots/"+kept, "", 403)
		reader.ask("GET", "consistencygroups/"+group, "", 200)
		copied := at(demo.ask("POST", "consistencygroups/create_from_src", `{"consistencygroup-from-src": {"cgsnapshot_id": "`+kept+`"}}`, 202), "consistencygroup", "id")
		demo.ask("POST", "consistencygroups/"+copied+"/delete", `{"consistencygroup": {"force": true}}`, 202)
		demo.ask("DELETE", "cgsnapshots/"+kept, "", 202)
		demo.ask("PUT", "consistencygroups/"+group+"/update", `{"consistencygroup": {"name": "h", "remove_volumes": "`+disk+`"}}`, 202)
		if g := demo.ask("GET", "consistencygroups/"+group, "", 200); at(g, "consistencygroup", "name") != "h" {
			t.Errorf("group %v", g)
		}
		newer := storage{t, storageAs(server.URL, "demo", "v3", "3.71")}
		if all := ids(newer.ask("GET", "groups", "", 200), "groups"); all != nil {
			t.Errorf("the newer API shows %v", all)
		}
		newer.ask("GET", "groups/"+group, "", 400)
		demo.ask("POST", "consistencygroups/"+group+"/delete", `{}`, 202)
		demo.ask("GET", "consistencygroups/"+group, "", 404)
	}
}
