package compute_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// headersAt are the header fields of a request at a microversion.
func headersAt(version string) []string {
	return []string{"OpenStack-API-Version", "compute " + version}
}

// TestLatestVersions: what 2.97 to 2.104 changed.
func TestLatestVersions(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{
		ID: golden, ProjectID: project, Status: "ACTIVE", VMState: "active", AvailabilityZone: "nova", ImageID: image, Created: c.now(),
	}}
	gw := newGateway(t, c)
	server := "/v2.1/servers/" + golden
	for _, row := range []struct {
		version, method, path, body string
		status                      int
		has, hasNot                 string
	}{
		{"2.96", "GET", server + "/shares", "", 404, "", ""},
		{"2.97", "GET", server + "/shares", "", 200, `{"shares": []}`, ""},
		{"2.97", "GET", server + "/shares?x=1", "", 400, "", ""},
		{"2.97", "GET", server + "/shares/" + golden, "", 404, "Share " + golden + " could not be found.", ""},
		{"2.97", "GET", "/v2.1/servers/nobody/shares", "", 404, "Instance nobody could not be found.", ""},
		{"2.97", "POST", server + "/shares", `{"share": {}}`, 400, "'share_id' is a required property", ""},
		{"2.97", "POST", server + "/shares", `{"share": {"share_id": "` + golden + `"}}`, 409, "Cannot 'create share' instance " + golden + " while it is in vm_state active", ""},
		{"2.97", "DELETE", server + "/shares/" + golden, "", 409, "Cannot 'delete share'", ""},
		{"2.97", "GET", server, "", 200, `"image"`, `"properties"`},
		{"2.98", "GET", server, "", 200, `"properties": {`, `"scheduler_hints"`},
		{"2.98", "POST", server + "/remote-consoles", `{"remote_console": {"protocol": "spice", "type": "spice-direct"}}`, 400, "'spice-direct' is not one of", ""},
		{"2.99", "POST", server + "/remote-consoles", `{"remote_console": {"protocol": "spice", "type": "spice-direct"}}`, 400, "Unavailable console type spice-direct.", ""},
		{"2.100", "GET", server, "", 200, `"scheduler_hints": {}`, ""},
		{"2.100", "GET", "/v2.1/servers/detail", "", 200, `"scheduler_hints": {}`, ""},
		{"2.101", "GET", "/v2.1/flavors/42", "", 200, `"rxtx_factor": 1.0`, ""},
		{"2.102", "GET", "/v2.1/flavors/42", "", 200, `"vcpus"`, `"rxtx_factor"`},
		{"2.102", "GET", "/v2.1/flavors/detail", "", 200, `"vcpus"`, `"OS-FLV-DISABLED:disabled"`},
		{"2.102", "GET", "/v2.1/flavors?name=m1.nano", "", 200, "m1.nano", "m1.tiny"},
		{"2.101", "GET", "/v2.1/flavors?name=m1.nano", "", 400, "'name' was unexpected", ""},
		{"2.101", "GET", "/v2.1/flavors?sort_key=rxtx_factor", "", 200, "m1.nano", ""},
		{"2.102", "GET", "/v2.1/flavors?sort_key=rxtx_factor", "", 400, "", ""},
		{"2.101", "GET", server + "?x=1", "", 200, "", ""},
		{"2.102", "GET", server + "?x=1", "", 400, "'x' was unexpected", ""},
		{"2.102", "GET", server + "/metadata?x=1", "", 400, "'x' was unexpected", ""},
		{"2.102", "GET", "/v2.1/os-availability-zone?x=1", "", 400, "'x' was unexpected", ""},
		{"2.102", "GET", "/v2.1/os-volumes_boot/" + golden + "?x=1", "", 400, "'x' was unexpected", ""},
		{"2.102", "GET", "/v2.1/os-volumes_boot", "", 200, `"servers"`, ""},
		{"2.103", "GET", "/v2.1/os-volumes_boot", "", 404, "", ""},
		{"2.103", "PUT", server, `{"server": {"pinned_availability_zone": null}}`, 400, "Additional properties are not allowed", ""},
		{"2.104", "PUT", server, `{"server": {"pinned_availability_zone": "moon"}}`, 409, "Server can only be pinned to its current availability zone 'nova', but 'moon' was requested.", ""},
		{"2.104", "PUT", server, `{"server": {"pinned_availability_zone": null}}`, 200, "", ""},
	} {
		w := do(gw, row.method, row.path, row.body, headersAt(row.version)...)
		text := w.Body.String()
		if w.Code != row.status || !strings.Contains(text, row.has) || row.hasNot != "" && strings.Contains(text, row.hasNot) {
			t.Errorf("%s %s at %s: %d %s\nwant %d with %q and without %q", row.method, row.path, row.version, w.Code, text, row.status, row.has, row.hasNot)
		}
	}
}

// TestAttachIsAccepted: from 2.101 on the device is chosen after the answer.
func TestAttachIsAccepted(t *testing.T) {
	gw := newGateway(t, withVolumes())
	body := `{"volumeAttachment": {"volumeId": "` + oneVolume + `"}}`
	w := do(gw, http.MethodPost, "/v2.1/servers/"+golden+"/os-volume_attachments", body, headersAt(compute.MaxVersion.String())...)
	if w.Code != http.StatusAccepted || w.Body.Len() > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
