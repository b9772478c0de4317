package compute_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

const (
	oneVolume   = "7bc70a72-051c-40e0-8ba3-7d081ea5b5e9"
	otherVolume = "7bc70a72-051c-40e0-8ba3-7d081ea5b5ea"
	attachments = "/v2.1/servers/" + golden + "/os-volume_attachments"
)

// withVolumes is a cloud with a server, a volume and one for several servers.
func withVolumes() *cloud {
	c := newCloud()
	c.servers = []*compute.Server{{ID: golden, ProjectID: project, Status: "ACTIVE", VMState: "active"}}
	c.volumes = []*volume.Volume{
		{ID: oneVolume, ProjectID: project, Status: "available", Size: 1, Type: "files", Zone: "nova", Created: c.now()},
		{ID: otherVolume, ProjectID: project, Status: "available", Size: 2, Multiattach: true},
	}
	return c
}

// ask makes a request that must be answered with a status.
func ask(t *testing.T, gw *jumpgate.Gateway, method, path, version, body string, status int) *httptest.ResponseRecorder {
	t.Helper()
	w := do(gw, method, path, body, at(version)...)
	if w.Code != status {
		t.Errorf("%s %s at %s: %d %s, want %d", method, path, version, w.Code, w.Body, status)
	}
	return w
}

// compact is a body without spaces between its parts.
func compact(w *httptest.ResponseRecorder) string {
	var b bytes.Buffer
	_ = json.Compact(&b, w.Body.Bytes())
	return b.String()
}

// TestAttachmentFields checks the members of attachments at the versions that
// changed them.
func TestAttachmentFields(t *testing.T) {
	gw := newGateway(t, withVolumes())
	attach := func(version, volume, more string) string {
		return compact(ask(t, gw, "POST", attachments, version, `{"volumeAttachment":{"volumeId":"`+volume+`"`+more+`}}`, http.StatusOK))
	}
	show := func(version string) string {
		return compact(ask(t, gw, "GET", attachments+"/"+oneVolume, version, "", http.StatusOK))
	}
	for _, o := range []struct{ got, want string }{
		{attach("2.79", oneVolume, `,"tag":"disk","delete_on_termination":"on"`), `{"volumeAttachment":{"id":"` + oneVolume + `","volumeId":"` + oneVolume +
			`","serverId":"` + golden + `","device":"/dev/sdc","tag":"disk","delete_on_termination":true}}`},
		{attach("2.89", otherVolume, ``), `{"volumeAttachment":{"id":"` + otherVolume + `","volumeId":"` + otherVolume +
			`","serverId":"` + golden + `","device":"/dev/sdd","tag":null,"delete_on_termination":false}}`},
		{show("2.69"), `{"volumeAttachment":{"id":"` + oneVolume + `","volumeId":"` + oneVolume +
			`","serverId":"` + golden + `","device":"/dev/sdc"}}`},
		{show("2.70"), `{"volumeAttachment":{"id":"` + oneVolume + `","volumeId":"` + oneVolume +
			`","serverId":"` + golden + `","device":"/dev/sdc","tag":"disk"}}`},
		{show("2.89"), `{"volumeAttachment":{"volumeId":"` + oneVolume +
			`","serverId":"` + golden + `","device":"/dev/sdc","tag":"disk","delete_on_termination":true,` +
			`"attachment_id":"d0e20b94-3463-4cb1-bd3e-07479c5a7775","bdm_uuid":"77ee5c08-906e-43bf-a47e-7dc89ffbf15d"}}`},
	} {
		if diff := cmp.Diff(o.want, o.got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	// /v2 knows no versions, and no tag.
	legacy := "/v2/" + project + "/servers/" + golden + "/os-volume_attachments"
	if got, want := compact(ask(t, gw, "GET", legacy+"/"+oneVolume, "2.89", "", http.StatusOK)), show("2.1"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	ask(t, gw, "DELETE", legacy+"/"+otherVolume, "2.89", "", http.StatusAccepted)
	if got := compact(ask(t, gw, "POST", legacy, "2.89", `{"volumeAttachment":{"volumeId":"`+oneVolume+`","tag":"x"},"more":1}`, http.StatusBadRequest)); !strings.Contains(got, "already attached") {
		t.Error(got)
	}
	attach("2.60", otherVolume, ``)
	for query, want := range map[string]int{"": 2, "?limit=1": 1, "?limit=0": 2, "?offset=1": 1, "?offset=2": 0, "?limit=1&offset=1": 1} {
		var list struct{ VolumeAttachments []any }
		if err := json.Unmarshal(ask(t, gw, "GET", attachments+query, "2.1", "", http.StatusOK).Body.Bytes(), &list); err != nil || len(list.VolumeAttachments) != want {
			t.Errorf("%q: %d, %v", query, len(list.VolumeAttachments), err)
		}
	}
}

// TestAttachmentFaults checks what Nova refuses, in its words.
func TestAttachmentFaults(t *testing.T) {
	c := withVolumes()
	gw := newGateway(t, c)
	ask(t, gw, "POST", attachments, "2.60", `{"volumeAttachment":{"volumeId":"`+oneVolume+`"}}`, http.StatusOK)
	const nowhere = "/v2.1/servers/11111111-1111-4111-8111-111111111111/os-volume_attachments"
	for _, o := range []struct {
		method, path, version, body string
		status                      int
		message                     string
	}{
		{"GET", nowhere, "2.1", "", 404, "Instance 11111111-1111-4111-8111-111111111111 could not be found."},
		{"GET", attachments + "/x", "2.1", "", 404, "Instance " + golden + " is not attached to volume x"},
		{"GET", attachments + "?limit=x", "2.1", "", 400, "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'"},
		{"GET", attachments + "?x=1", "2.75", "", 400, "Additional properties are not allowed ('x' was unexpected)"},
		{"POST", nowhere, "2.1", `{"volumeAttachment":{"volumeId":"` + oneVolume + `"}}`, 404, "Instance 11111111-1111-4111-8111-111111111111 could not be found."},
		{"POST", attachments, "2.48", `{"volumeAttachment":{"volumeId":"` + oneVolume + `","tag":"a"}}`, 400,
			"Invalid input for field/attribute volumeAttachment. Value: {'volumeId': '" + oneVolume + "', 'tag': 'a'}. Additional properties are not allowed ('tag' was unexpected)"},
		{"POST", attachments, "2.59", `{"volumeAttachment":{"volumeId":"` + otherVolume + `"}}`, 400,
			"Multiattach volumes are only supported starting with compute API version 2.60."},
		{"POST", attachments, "2.60", `{"volumeAttachment":{"volumeId":"` + oneVolume + `"}}`, 400,
			"Invalid volume: volume " + oneVolume + " is already attached to instances: " + golden},
		{"PUT", attachments + "/" + oneVolume, "2.84", `{"volumeAttachment":{"volumeId":"` + oneVolume + `"}}`, 403,
			"Policy doesn't allow os_compute_api:os-volumes-attachments:swap to be performed."},
		{"PUT", attachments + "/" + oneVolume, "2.85", `{"volumeAttachment":{"volumeId":"` + otherVolume + `"}}`, 403,
			"Policy doesn't allow os_compute_api:os-volumes-attachments:swap to be performed."},
		{"PUT", nowhere + "/" + oneVolume, "2.85", `{"volumeAttachment":{"volumeId":"` + otherVolume + `"}}`, 404,
			"Instance 11111111-1111-4111-8111-111111111111 could not be found."},
		{"PUT", attachments + "/" + otherVolume, "2.85", `{"volumeAttachment":{"volumeId":"` + otherVolume + `"}}`, 404,
			"No volume Block Device Mapping with id " + otherVolume + "."},
		{"PUT", attachments + "/" + oneVolume, "2.85", `{"volumeAttachment":{"volumeId":"` + oneVolume + `","device":"/dev/vdz"}}`, 400,
			"The device property is not mutable"},
		{"PUT", attachments + "/" + oneVolume, "2.85", `{"volumeAttachment":{"volumeId":"` + oneVolume + `","tag":"x"}}`, 400, "The tag property is not mutable"},
		{"PUT", attachments + "/" + oneVolume, "2.85", `{"volumeAttachment":{"volumeId":"` + oneVolume + `","serverId":"` + oneVolume + `"}}`, 400,
			"The serverId property is not mutable"},
		{"DELETE", attachments + "/11111111-1111-4111-8111-111111111111", "2.1", "", 404, "Volume 11111111-1111-4111-8111-111111111111 could not be found."},
		{"DELETE", attachments + "/" + otherVolume, "2.1", "", 404, "Instance " + golden + " is not attached to volume " + otherVolume},
	} {
		t.Run(fmt.Sprint(o.method, " ", o.path, " ", o.version), func(t *testing.T) {
			if got := fault(ask(t, gw, o.method, o.path, o.version, o.body, o.status)); got != o.message {
				t.Errorf("got %s\nwant %s", got, o.message)
			}
		})
	}
	for _, s := range []struct {
		vm, task string
		locked   bool
		message  string
	}{
		{"building", "", false, "Cannot 'attach_volume' instance " + golden + " while it is in vm_state building"},
		{"rescued", "", false, "Cannot 'attach_volume' instance " + golden + " while it is in vm_state rescued"},
		{"active", "rebuilding", false, "Cannot 'attach_volume' instance " + golden + " while it is in task_state rebuilding"},
		{"active", "", true, "Instance " + golden + " is locked"},
	} {
		c.servers[0].VMState, c.servers[0].TaskState, c.servers[0].Locked = s.vm, s.task, s.locked
		w := ask(t, gw, "POST", attachments, "2.60", `{"volumeAttachment":{"volumeId":"`+otherVolume+`"}}`, http.StatusConflict)
		if got := fault(w); got != s.message {
			t.Errorf("got %s\nwant %s", got, s.message)
		}
		w = ask(t, gw, "DELETE", attachments+"/"+oneVolume, "2.60", "", http.StatusConflict)
		if got, want := fault(w), strings.Replace(s.message, "attach", "detach", 1); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	// Whether a volume goes with the server may be changed all the while.
	ask(t, gw, "PUT", attachments+"/"+oneVolume, "2.85", `{"volumeAttachment":{"volumeId":"`+oneVolume+`","delete_on_termination":true}}`, http.StatusAccepted)
	if !c.servers[0].Volumes[0].DeleteOnTermination {
		t.Error("not changed")
	}
}

// TestVolumeProxy checks what Nova passed on to Cinder, through either version.
func TestVolumeProxy(t *testing.T) {
	c := withVolumes()
	gw := newGateway(t, c)
	ask(t, gw, "POST", attachments, "2.1", `{"volumeAttachment":{"volumeId":"`+oneVolume+`"}}`, http.StatusOK)
	for _, base := range []string{"/v2.1/", "/v2/" + project + "/"} {
		one := `{"id":"` + oneVolume + `","status":"available","size":1,"availabilityZone":"nova","createdAt":"2026-11-23T16:07:51.000000",` +
			`"attachments":[{"id":"` + oneVolume + `","volumeId":"` + oneVolume + `","serverId":"` + golden + `","device":"/dev/sdc"}],` +
			`"displayName":null,"displayDescription":null,"volumeType":"files","snapshotId":null,"metadata":{}}`
		for _, o := range []struct {
			method, path, body string
			status             int
			want               string
		}{
			{"GET", "os-volumes?limit=1", "", 200, `{"volumes":[` + one + `]}`},
			{"GET", "os-volumes/detail?limit=1", "", 200, `{"volumes":[` + one + `]}`},
			{"GET", "os-volumes/" + oneVolume, "", 200, `{"volume":` + one + `}`},
			{"GET", "os-volumes/x", "", 404, `Volume x could not be found.`},
			{"DELETE", "os-volumes/x", "", 404, `Volume x could not be found.`},
			{"DELETE", "os-volumes/" + oneVolume, "", 400, `Invalid input received: Invalid volume: Volume status must be available`},
			{"POST", "os-volumes", `{"volume":{"size":"3","display_name":"n","metadata":{"k":"v"},"availability_zone":"nova"}}`, 200, `"status":"creating","size":3`},
			{"POST", "os-volumes", `{"volume":{}}`, 400, `'size' is a required property`},
			{"POST", "os-volumes", `{"volume":{"size":0}}`, 400, `0 is less than the minimum of 1`},
			{"POST", "os-volumes", `{"volume":{"size":1,"volume_type":"none"}}`, 404, `Volume type with name none could not be found.`},
			{"POST", "os-volumes", `{"volume":{"size":1,"availability_zone":"none"}}`, 400, `Invalid input received: Availability zone 'none' is invalid.`},
			{"POST", "os-volumes", `{"volume":{"size":1,"snapshot_id":"none"}}`, 404, `Snapshot none could not be found.`},
			{"POST", "os-snapshots", `{"snapshot":{"volume_id":"` + oneVolume + `"}}`, 400, `Invalid input received: Invalid volume: Volume`},
			{"POST", "os-snapshots", `{"snapshot":{"volume_id":"x"}}`, 404, `Volume x could not be found.`},
			{"POST", "os-snapshots", `{"snapshot":{"volume_id":"` + oneVolume + `","force":true,"display_name":"s"}}`, 200, `{"snapshot":{"id":"`},
			{"GET", "os-snapshots?limit=1", "", 200, `{"snapshots":[{"id":"00000000-0000-4000-9000-000000000001","volumeId":"` + oneVolume +
				`","status":"creating","size":1,"createdAt":"2026-11-23T16:07:51.000000","displayName":"s","displayDescription":null}]}`},
			{"GET", "os-snapshots/detail?offset=9", "", 200, `{"snapshots":[]}`},
			{"GET", "os-snapshots/00000000-0000-4000-9000-000000000001", "", 200, `{"snapshot":{"id":"00000000-0000-4000-9000-000000000001"`},
			{"DELETE", "os-snapshots/00000000-0000-4000-9000-000000000001", "", 202, ``},
			{"DELETE", "os-snapshots/00000000-0000-4000-9000-000000000001", "", 404, `Snapshot 00000000-0000-4000-9000-000000000001 could not be found.`},
			{"GET", "os-snapshots/x", "", 404, `Snapshot x could not be found.`},
		} {
			got := compact(ask(t, gw, o.method, base+o.path, "2.35", o.body, o.status))
			if !strings.Contains(got, o.want) {
				t.Errorf("%s %s: %s\nwant %s", o.method, base+o.path, got, o.want)
			}
			if base == "/v2.1/" { // the other one has no versions
				ask(t, gw, o.method, base+o.path, "2.36", o.body, http.StatusNotFound)
			}
		}
	}
}

// FuzzVolumes sends anything where volumes are made, attached or changed: it
// is refused, or it is what the schemas take.
func FuzzVolumes(f *testing.F) {
	paths := []string{"POST /v2.1/os-volumes", "POST /v2.1/os-snapshots", "POST " + attachments, "PUT " + attachments + "/" + oneVolume}
	for i := range paths {
		for _, body := range []string{
			`{"volume":{"size":1,"metadata":{"a":1}}}`, `{"volume":{"size":"9e9"}}`, `{"snapshot":{"volume_id":"` + oneVolume + `","force":"x"}}`, `[]`, `{`,
			`{"volumeAttachment":{"volumeId":"` + oneVolume + `","device":"/dev/vdb","delete_on_termination":"t"}}`, `{"volumeAttachment":null}`,
		} {
			f.Add(i, 35, body)
			f.Add(i, 89, body)
		}
	}
	f.Fuzz(func(t *testing.T, i, version int, body string) {
		method, path, _ := strings.Cut(paths[uint(i)%uint(len(paths))], " ")
		w := do(newGateway(t, withVolumes()), method, path, body, at(fmt.Sprintf("2.%d", 1+uint(version)%96))...)
		if w.Code >= 500 {
			t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	})
}
