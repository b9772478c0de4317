package compute_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// withServer is a cloud with one active server called "1".
func withServer(change func(*compute.Server)) *cloud {
	c := newCloud()
	s := &compute.Server{ID: "1", ProjectID: project, Status: "ACTIVE", VMState: "active", Flavor: *c.flavors[0], KeyName: "k"}
	if change != nil {
		change(s)
	}
	c.servers = []*compute.Server{s}
	return c
}

// TestActionVersions: actions that come and go, and bodies that do.
func TestActionVersions(t *testing.T) {
	const gone = "The resource could not be found."
	for _, a := range []struct {
		version, body string
		status        int
		message       string
	}{
		{"2.43", `{"addFixedIp": {"networkId": 5}}`, 202, ""},
		{"2.43", `{"addFixedIp": {"networkId": null}}`, 400, "Invalid input for field/attribute networkId. Value: None. None is not of type 'string', 'number'"},
		{"2.44", `{"addFixedIp": {"networkId": 5}}`, 404, gone},
		{"2.44", `{"removeFixedIp": "what"}`, 404, gone},
		{"2.5", `{"os-getVNCConsole": {"type": "novnc"}}`, 200, ""},
		{"2.6", `{"os-getVNCConsole": {"type": "novnc"}}`, 404, gone},
		{"2.16", `{"trigger_crash_dump": null}`, 404, gone},
		{"2.17", `{"trigger_crash_dump": {}}`, 400, "Invalid input for field/attribute trigger_crash_dump. Value: {}. {} is not of type 'null'"},
		{"2.17", `{"trigger_crash_dump": null}`, 202, ""},
		{"2.1", `{"resetNetwork": "anything"}`, 410, "This resource is no longer available. No forwarding address is given."},
		{"2.1", `{"injectNetworkInfo": 1}`, 403, "Policy doesn't allow os_compute_api:os-admin-actions:inject_network_info to be performed."},
		{"2.13", `{"evacuate": {}}`, 400, "Invalid input for field/attribute evacuate. Value: {}. 'onSharedStorage' is a required property"},
		{"2.14", `{"evacuate": {}}`, 403, "Policy doesn't allow os_compute_api:os-evacuate to be performed."},
		{"2.24", `{"os-migrateLive": {"host": "x", "block_migration": "auto", "disk_over_commit": false}}`, 400, ""},
		{"2.25", `{"os-migrateLive": {"host": "x", "block_migration": "auto"}}`, 403, ""},
		{"2.68", `{"os-migrateLive": {"host": "x", "block_migration": "auto", "force": true}}`, 400, ""},
		{"2.55", `{"migrate": "x"}`, 403, ""},
		{"2.56", `{"migrate": "x"}`, 400, "Invalid input for field/attribute migrate. Value: x. 'x' is not of type 'object', 'null'"},
		{"2.72", `{"lock": {"locked_reason": 5}}`, 202, ""},
		{"2.73", `{"lock": {"locked_reason": 5}}`, 400, "Invalid input for field/attribute locked_reason. Value: 5. 5 is not of type 'string'"},
		{"2.73", `{"lock": {"locked_reason": ""}}`, 400, "Invalid input for field/attribute locked_reason. Value: . '' is too short"},
		{"2.76", `{"unshelve": {}}`, 409, "Cannot 'unshelve' instance 1 while it is in vm_state active"},
		{"2.77", `{"unshelve": {}}`, 400, "Invalid input for field/attribute unshelve. Value: {}. 'availability_zone' is a required property"},
		{"2.91", `{"unshelve": {}}`, 409, ""},
		{"2.91", `{"unshelve": {"availability_zone": null, "host": "x"}}`, 409, ""},
		{"2.1", `{"restore": null}`, 409, "Cannot 'restore' instance 1 while it is in vm_state active"},
		{"2.1", `{"rebuild": {"imageRef": "` + image + `", "description": "d"}}`, 400, ""},
		{"2.19", `{"rebuild": {"imageRef": "` + image + `", "description": "d"}}`, 202, ""},
		{"2.57", `{"rebuild": {"imageRef": "` + image + `", "personality": []}}`, 400, ""},
		{"2.63", `{"rebuild": {"imageRef": "` + image + `", "trusted_image_certificates": ["x"]}}`, 400, "Image signature certificates can't be checked by this cloud."},
		{"2.1", `{"createBackup": {"name": "b", "backup_type": "daily", "rotation": "0"}}`, 202, ""},
		{"2.1", `{"rescue": {"rescue_image_ref": "x"}}`, 400, ""},
	} {
		w := do(newGateway(t, withServer(nil)), "POST", "/v2.1/servers/1/action", a.body, at(a.version)...)
		if w.Code != a.status || a.message != "" && fault(w) != a.message {
			t.Errorf("%s at %s: %d %s, want %d %q", a.body, a.version, w.Code, w.Body, a.status, a.message)
		}
	}
}

// getter can only show servers.
type getter struct{ c *cloud }

func (g getter) Server(ctx context.Context, id string) (*compute.Server, error) {
	return g.c.Server(ctx, id)
}

func (g getter) UnableActions() map[string]string {
	return map[string]string{"shelve": "it would forget"}
}

func (g getter) StartServer(context.Context, string) error { return nil }

// TestUnableActions: what the driver can't do fails as in a Nova whose
// hypervisor can't.
func TestUnableActions(t *testing.T) {
	gw := newGateway(t, getter{withServer(func(s *compute.Server) {
		s.Networks = []compute.NetworkAddresses{{Name: "n", Addresses: []compute.Address{{Version: 4, Addr: "10.0.0.4"}}}}
	})})
	for _, a := range []struct {
		id, body string
		status   int
		message  string
	}{
		{"1", `{"shelve": null}`, 501, "The requested functionality is not supported."},
		{"1", `{"changePassword": {"adminPass": "x"}}`, 501, "Unable to set password on instance"},
		{"1", `{"os-getConsoleOutput": {}}`, 501, "The requested functionality is not supported."},
		{"1", `{"trigger_crash_dump": null}`, 400, "Triggering crash dump is not supported"},
		{"1", `{"addFixedIp": {"networkId": "n"}}`, 400, "No fixed IP addresses available for network: n"},
		{"1", `{"removeFixedIp": {"address": "10.0.0.9"}}`, 400, "Instance 1 does not have fixed IP '10.0.0.9'."},
		{"1", `{"removeFixedIp": {"address": "10.0.0.4"}}`, 400, "Instance 1 can't be without fixed IP '10.0.0.4'."},
		{"1", `{"addFloatingIp": {"address": "192.0.2.1"}}`, 404, "floating IP not found"},
		{"1", `{"addFloatingIp": {"address": "192.0.2.1", "fixed_address": "10.0.0.9"}}`, 400, "Specified fixed address not assigned to instance"},
		{"1", `{"removeFloatingIp": {"address": "192.0.2.1"}}`, 404, "Floating IP not found for address 192.0.2.1."},
		{"1", `{"addSecurityGroup": {"name": "x"}}`, 404, "Security group x is not found for project " + project},
		{"1", `{"changePassword": {}}`, 400, "Invalid input for field/attribute changePassword. Value: {}. 'adminPass' is a required property"},
		{"1", `{"unshelve": null}`, 409, "Cannot 'unshelve' instance 1 while it is in vm_state active"},
		{"1", `{"restore": null}`, 409, "Cannot 'restore' instance 1 while it is in vm_state active"},
		{"1", `{"unrescue": null}`, 409, "Cannot 'unrescue' instance 1 while it is in vm_state active"},
		{"x", `{"shelve": null}`, 404, "Instance x could not be found."},
		{"x", `{"migrate": null}`, 404, "Instance x could not be found."},
		{"x", `{"shelve": null, "lock": null}`, 400, "Malformed request body"},
	} {
		if w := do(gw, "POST", "/v2.1/servers/"+a.id+"/action", a.body, at("2.17")...); w.Code != a.status || fault(w) != a.message {
			t.Errorf("%s: %d %s, want %d %q", a.body, w.Code, w.Body, a.status, a.message)
		}
	}
	reason := gw.Dispatcher(jumpgate.Compute).Reasons("v21_server_action")["POST"]
	if !strings.Contains(reason, " that can't: addFixedIp, addFloatingIp, ") || !strings.Contains(reason, "403: policy leaves evacuate, ") || strings.Contains(reason, "os-start") || !strings.Contains(reason, ", shelve (it would forget), ") {
		t.Errorf("the coverage says %q", reason)
	}
}

// TestMayDo: locks, states and tasks are looked at in Nova's order.
func TestMayDo(t *testing.T) {
	server := func(vm, task string, locked bool) *compute.Server {
		return &compute.Server{VMState: vm, TaskState: task, Locked: locked}
	}
	for _, c := range []struct {
		doing compute.Action
		s     *compute.Server
		want  string
	}{
		{compute.ActionStart, server("active", "rebuilding", true), "server is locked"},
		{compute.ActionStart, server("active", "rebuilding", false), "server is in vm_state active"},
		{compute.ActionStop, server("active", "rebuilding", false), "server is in task_state rebuilding"},
		{compute.ActionStop, server("rescued", "", false), "server is in vm_state rescued"},
		{compute.ActionHardReboot, server("stopped", "", false), ""},
		{compute.ActionHardReboot, server("active", "rebooting", false), ""},
		{compute.ActionHardReboot, server("paused", "unpausing", false), ""},
		{compute.ActionHardReboot, server("active", "rebuilding", false), "server is in task_state rebuilding"},
		{compute.ActionReboot, server("stopped", "", false), "server is in vm_state stopped"},
		{compute.ActionReboot, server("active", "rebooting", false), "server is in task_state rebooting"},
		{compute.ActionEvacuate, server("active", "rebuilding", true), ""},
		{compute.ActionVNCConsole, server("active", "migrating", false), "server is in task_state migrating"},
		{compute.ActionVNCConsole, server("active", "image_uploading", true), ""},
		{compute.ActionDelete, server("building", "spawning", false), ""},
		{compute.ActionDelete, server("building", "spawning", true), "server is locked"},
		{compute.ActionResume, server("suspended", "", true), "server is locked"},
		{compute.ActionForceDelete, server("active", "rebuilding", false), ""},
		{compute.ActionUpdateTags, server("active", "image_uploading", true), ""},
		{compute.ActionUpdateMetadata, server("active", "", true), "server is locked"},
		{compute.ActionLock, server("building", "spawning", true), ""},
	} {
		got := ""
		if err := compute.MayDo(c.doing, c.s); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s %+v: %q, want %q", c.doing, c.s, got, c.want)
		}
	}
}

// TestRebuildAnswer: what the answer shows, and what the driver is told.
func TestRebuildAnswer(t *testing.T) {
	c := withServer(nil)
	gw := newGateway(t, c)
	for version, want := range map[string][]string{
		"2.53": {}, "2.54": {"key_name"}, "2.57": {"key_name", "user_data"},
		"2.75": {"key_name", "user_data", "OS-EXT-STS:vm_state", "config_drive", "security_groups"},
	} {
		w := do(gw, "POST", "/v2.1/servers/1/action", `{"rebuild": {"imageRef": "`+image+`"}}`, at(version)...)
		var body struct{ Server map[string]any }
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 202 || body.Server["status"] != "REBUILD" {
			t.Fatalf("%s: %d %s", version, w.Code, w.Body)
		}
		for _, name := range []string{"key_name", "user_data", "OS-EXT-STS:vm_state", "config_drive", "adminPass"} {
			if _, ok := body.Server[name]; ok != slices.Contains(want, name) {
				t.Errorf("%s at %s: %v", name, version, ok)
			}
		}
		if data, ok := body.Server["user_data"]; ok && data != "aGVsbG8=" {
			t.Errorf("user_data %v", data)
		}
	}
	do(gw, "POST", "/v2.1/servers/1/action", `{"rebuild": {"imageRef": "`+image+`", "name": "n", "metadata": {}, "key_name": null, "user_data": null, "hostname": "ho", "accessIPv6": "0000::BABE:220.12.22.2"}}`, at("2.90")...)
	r := c.rebuilds[len(c.rebuilds)-1]
	if *r.Name != "n" || r.Metadata == nil || len(r.Metadata) > 0 || *r.KeyName != "" || len(*r.UserData) > 0 || *r.Hostname != "ho" || *r.AccessIPv6 != "::babe:dc0c:1602" || r.Description != nil {
		t.Errorf("the driver is told %+v", r)
	}
}

func TestTags(t *testing.T) {
	c := withServer(nil)
	gw := newGateway(t, c)
	const tags = "/v2.1/servers/1/tags"
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf(`"t%02d"`, i)
	}
	for _, r := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"PUT", tags + "/a", "", 201, ""},
		{"PUT", tags + "/a", "null", 204, ""},
		{"PUT", tags + "/b", "{}", 400, "{} is not of type 'null'"},
		{"PUT", tags + "/b", "{", 400, "Malformed request body"},
		{"PUT", tags + "/" + strings.Repeat("x", 61), "", 400, "Tag '" + strings.Repeat("x", 61) + "' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: '" + strings.Repeat("x", 61) + "' is too long"},
		{"PUT", tags + "/a,b", "", 400, "Tag 'a,b' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: 'a,b' does not match '^[^,/]*$'"},
		{"GET", tags + "/zz", "", 404, "Server 1 has no tag 'zz'"},
		{"DELETE", tags + "/zz", "", 404, "Server 1 has no tag 'zz'"},
		{"PUT", tags, `{"tags": ["x", "y", "x"]}`, 200, ""},
		{"PUT", tags, `{"tags": [` + strings.Join(many, ",") + `]}`, 400, ""},
		{"PUT", tags, `{"tags": [` + strings.Join(many[:50], ",") + `]}`, 200, ""},
		{"PUT", tags + "/one-more", "", 400, "The number of tags exceeded the per-server limit 50"},
		{"DELETE", tags, "", 204, ""},
		{"GET", "/v2.1/servers/x/tags", "", 404, "Instance x has no mapping to a cell."},
		{"PUT", "/v2.1/servers/x/tags/a", "", 404, "Instance x has no mapping to a cell."},
	} {
		w := do(gw, r.method, r.path, r.body, at("2.26")...)
		if w.Code != r.status || r.message != "" && fault(w) != r.message {
			t.Errorf("%s %s %.40s: %d %s, want %d %q", r.method, r.path, r.body, w.Code, w.Body, r.status, r.message)
		}
	}
	if w := do(gw, "GET", tags, "", at("2.26")...); w.Body.String() != `{"tags": []}` {
		t.Errorf("no tags: %s", w.Body)
	}
	c.servers[0].VMState = "rescued"
	if w := do(gw, "PUT", tags, `{"tags": []}`, at("2.26")...); w.Code != 409 || fault(w) != "Cannot 'update tags' instance 1 while it is in vm_state rescued" {
		t.Errorf("tags while rescued: %d %s", w.Code, w.Body)
	}
}

func TestMetadataFaults(t *testing.T) {
	c := withServer(func(s *compute.Server) { s.Metadata, s.TaskState = map[string]string{"k": "v"}, "rebuilding" })
	c.servers[0].VMState = "rescued"
	gw := newGateway(t, c)
	for _, r := range []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"PUT", "/metadata/k", `{"meta": {"k": "v", "l": "w"}}`, 400, "Invalid input for field/attribute meta. Value: {'k': 'v', 'l': 'w'}. {'k': 'v', 'l': 'w'} has too many properties"},
		{"PUT", "/metadata/k", `{"meta": {}}`, 400, "Invalid input for field/attribute meta. Value: {}. {} does not have enough properties"},
		{"PUT", "/metadata/k", `{"meta": {"k": "w"}}`, 409, "Cannot 'update metadata' instance 1 while it is in vm_state rescued"},
		{"DELETE", "/metadata/k", "", 409, "Cannot 'delete metadata' instance 1 while it is in vm_state rescued"},
		{"POST", "/metadata", `{"metadata": {}}`, 409, ""},
		{"PUT", "/metadata", `{"metadata": null}`, 400, ""},
	} {
		w := do(gw, r.method, "/v2.1/servers/1"+r.path, r.body)
		if w.Code != r.status || r.message != "" && fault(w) != r.message {
			t.Errorf("%s %s %s: %d %s, want %d %q", r.method, r.path, r.body, w.Code, w.Body, r.status, r.message)
		}
	}
	c.servers[0].TaskState, c.servers[0].Locked = "", true
	if w := do(gw, "DELETE", "/v2/"+project+"/servers/1/metadata/k", ""); w.Code != 409 || fault(w) != "Instance 1 is locked" {
		t.Errorf("locked: %d %s", w.Code, w.Body)
	}
}

func TestConsoles(t *testing.T) {
	c := withServer(nil)
	gw := newGateway(t, c)
	ask := func(version, protocol, kind string) (int, string) {
		w := do(gw, "POST", "/v2.1/servers/1/remote-consoles", fmt.Sprintf(`{"remote_console": {"protocol": %q, "type": %q}}`, protocol, kind), at(version)...)
		return w.Code, fault(w)
	}
	if code, text := ask("2.7", "mks", "webmks"); code != 400 || !strings.Contains(text, "'mks' is not one of") {
		t.Error(code, text)
	}
	if code, text := ask("2.8", "mks", "webmks"); code != 400 || text != "Unavailable console type webmks." {
		t.Error(code, text)
	}
	if code, _ := ask("2.5", "vnc", "novnc"); code != 404 {
		t.Error(code)
	}
	c.servers[0].VMState = "building"
	if code, text := ask("2.6", "vnc", "novnc"); code != 409 || text != "Instance 1 is not ready" {
		t.Error(code, text)
	}
}

// TestShortIPv6: addresses are kept in their shortest form.
func TestShortIPv6(t *testing.T) {
	c := withServer(nil)
	gw := newGateway(t, c)
	do(gw, "PUT", "/v2.1/servers/1", `{"server": {"accessIPv6": "2001:DB8:0:0::1"}}`)
	if got := c.servers[0].AccessIPv6; got != "2001:db8::1" {
		t.Errorf("updated to %s", got)
	}
	do(gw, "POST", "/v2.1/servers", `{"server": {"name": "x", "flavorRef": "42", "imageRef": "`+image+`", "networks": [{"uuid": "`+network+`"}], "accessIPv6": "0:0::babe:220.12.22.2"}}`)
	if got := c.orders[0].AccessIPv6; got != "::babe:dc0c:1602" {
		t.Errorf("ordered %s", got)
	}
}
