package memory_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/softlayer/jumpgate/jumpgatetest"
)

// operator is a cloud with an admin and a member of another project.
type operator struct {
	*testing.T
	cloud  *jumpgatetest.Cloud
	admin  *gophercloud.ServiceClient
	member *gophercloud.ServiceClient
}

func newOperator(t *testing.T) *operator {
	o := &operator{T: t, cloud: jumpgatetest.New(t, jumpgatetest.Options{})}
	o.admin, _ = signIn(t, o.cloud, "admin")
	o.member, _ = signIn(t, o.cloud, "demo")
	return o
}

// call sends a request at a microversion and fails unless the answer has a
// status and contains texts.
func (o *operator) call(client *gophercloud.ServiceClient, version, method, path, body string, status int, texts ...string) map[string]any {
	o.Helper()
	req, err := http.NewRequestWithContext(o.Context(), method, client.ServiceURL(strings.Split(path, "/")...), strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", client.Token())
	req.Header.Set("OpenStack-API-Version", "compute "+version)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&answer) // some have none
	text, _ := json.Marshal(answer)
	if resp.StatusCode != status {
		o.Errorf("%s %s %s: %d %s, want %d", method, path, body, resp.StatusCode, text, status)
	}
	for _, want := range texts {
		if !strings.Contains(string(text), want) {
			o.Errorf("%s %s %s: %s has no %s", method, path, body, text, want)
		}
	}
	return answer
}

// both fails unless a member is refused what an admin may do.
func (o *operator) both(version, method, path, body string, status int, texts ...string) map[string]any {
	o.Helper()
	o.call(o.member, version, method, path, body, http.StatusForbidden, "Policy doesn't allow os_compute_api:")
	return o.call(o.admin, version, method, path, body, status, texts...)
}

func (o *operator) server() string {
	o.Helper()
	made, err := servers.Create(o.Context(), o.member, servers.CreateOpts{
		Name: "s", FlavorRef: "42", ImageRef: o.cloud.Images[0].ID, Networks: "none",
	}, nil).Extract()
	if err != nil {
		o.Fatal(err)
	}
	return made.ID
}

// action does an action as an admin, after a member was refused it.
func (o *operator) action(id, version, body string, status int, texts ...string) {
	o.Helper()
	o.both(version, "POST", "servers/"+id+"/action", body, status, texts...)
}

func (o *operator) is(id string, texts ...string) {
	o.Helper()
	o.call(o.admin, "2.90", "GET", "servers/"+id, "", http.StatusOK, texts...)
}

// TestFlavorsOfOperators: a private flavor is there for the projects that have
// access to it, and for admins.
func TestFlavorsOfOperators(t *testing.T) {
	o := newOperator(t)
	o.both("2.61", "POST", "flavors", `{"flavor": {"name": "f", "id": "9", "ram": 64, "vcpus": 1, "disk": 0, "os-flavor-access:is_public": false}}`, 200, `"rxtx_factor":1`)
	o.call(o.admin, "2.61", "POST", "flavors", `{"flavor": {"name": "f", "ram": 64, "vcpus": 1, "disk": 0}}`, 409, "Flavor with name f already exists.")
	o.call(o.member, "2.61", "POST", "flavors", `{"flavor": {"name": "f"}}`, 400, "'ram' is a required property") // before 403, as Nova
	o.both("2.61", "POST", "flavors", `{"flavor": {"name": "dots", "id": "..", "ram": 64, "vcpus": 1, "disk": 0}}`, 200, `/flavors/..`)
	o.call(o.member, "2.61", "GET", "flavors", "", 200)
	o.both("2.61", "PUT", "flavors/9", `{"flavor": {"description": "d"}}`, 200, `"description":"d"`)
	o.both("2.61", "POST", "flavors/9/os-extra_specs", `{"extra_specs": {"hw:a": "b", "n": 1}}`, 200, `"hw:a":"b"`)
	o.both("2.61", "PUT", "flavors/9/os-extra_specs/n", `{"n": "2"}`, 200, `"n":"2"`)
	o.call(o.member, "2.61", "GET", "flavors/9", "", 404)
	demo := o.cloud.ProjectID("demo")
	add := fmt.Sprintf(`{"addTenantAccess": {"tenant": %q}}`, demo)
	o.both("2.61", "POST", "flavors/9/action", add, 200, demo)
	o.call(o.admin, "2.61", "POST", "flavors/9/action", add, 409)
	o.call(o.admin, "2.61", "POST", "flavors/9/action", `{"addTenantAccess": {"tenant": "nobody"}}`, 400, "not a valid project")
	o.call(o.member, "2.61", "GET", "flavors/9", "", 200, `"hw:a":"b"`)
	o.both("2.61", "DELETE", "flavors/9/os-extra_specs/n", "", 200)
	o.call(o.admin, "2.61", "GET", "flavors/9/os-extra_specs/n", "", 404)
	o.both("2.61", "GET", "flavors/9/os-flavor-access", "", 200, demo)
	o.call(o.admin, "2.61", "POST", "flavors/9/action", strings.Replace(add, "add", "remove", 1), 200)
	o.both("2.61", "DELETE", "flavors/9", "", 202)
	o.call(o.admin, "2.61", "GET", "flavors/9", "", 404)
}

// TestQuotasOfOperators: what is set counts, is not set below what is used, and
// is gone again.
func TestQuotasOfOperators(t *testing.T) {
	o := newOperator(t)
	demo := o.cloud.ProjectID("demo")
	o.server()
	path := "os-quota-sets/" + demo
	o.call(o.admin, "2.60", "PUT", path, `{"quota_set": {"instances": 0}}`, 400, "already used and reserved 1")
	o.both("2.60", "PUT", path, `{"quota_set": {"instances": 1, "force": true}}`, 200, `"instances":1`)
	o.call(o.member, "2.60", "GET", path, "", 200, `"instances":1`)
	o.call(o.member, "2.1", "POST", "servers", fmt.Sprintf(`{"server": {"name": "x", "flavorRef": "42", "imageRef": %q}}`, o.cloud.Images[0].ID), 403, "Quota exceeded")
	o.both("2.60", "DELETE", path, "", 202)
	o.call(o.member, "2.60", "GET", path, "", 200, `"instances":10`)
	o.both("2.60", "PUT", "os-quota-class-sets/default", `{"quota_class_set": {"instances": 7}}`, 200, `"instances":7`)
	o.call(o.member, "2.60", "GET", path, "", 200, `"instances":7`)
	o.call(o.member, "2.1", "GET", "os-quota-sets/"+o.cloud.ProjectID("alt_demo"), "", 403)
	o.call(o.admin, "2.1", "GET", "os-quota-sets/nobody", "", 400)
}

// TestServicesAndZones: no server is placed on a host that is disabled, and an
// aggregate makes a zone of hosts.
func TestServicesAndZones(t *testing.T) {
	o := newOperator(t)
	o.both("2.1", "PUT", "os-services/disable-log-reason", `{"host": "fake1", "binary": "nova-compute", "disabled_reason": "why"}`, 200, `"why"`)
	o.both("2.1", "GET", "os-services", "", 200, `"disabled_reason":"why"`, "nova-scheduler")
	for range 2 {
		o.is(o.server(), `"OS-EXT-SRV-ATTR:host":"fake2"`)
	}
	o.call(o.admin, "2.1", "PUT", "os-services/enable", `{"host": "fake1", "binary": "nova-compute"}`, 200, "enabled")
	o.call(o.admin, "2.1", "PUT", "os-services/enable", `{"host": "vm", "binary": "nova-scheduler"}`, 400, "Only nova-compute")
	o.call(o.admin, "2.53", "PUT", "os-services/disable", `{"status": "disabled"}`, 400, "Invalid uuid disable")
	made := o.both("2.41", "POST", "os-aggregates", `{"aggregate": {"name": "a", "availability_zone": "z"}}`, 200, `"availability_zone":"z"`)
	id := fmt.Sprint(made["aggregate"].(map[string]any)["id"])
	o.both("2.41", "POST", "os-aggregates/"+id+"/action", `{"add_host": {"host": "fake1"}}`, 200, "fake1")
	o.call(o.admin, "2.41", "POST", "os-aggregates/"+id+"/action", `{"add_host": {"host": "nowhere"}}`, 404)
	o.call(o.member, "2.1", "GET", "os-availability-zone", "", 200, `"z"`)
	o.both("2.1", "GET", "os-availability-zone/detail", "", 200, `"internal"`, "nova-conductor")
	order := fmt.Sprintf(`{"server": {"name": "x", "flavorRef": "42", "imageRef": %q, "networks": "none", "availability_zone": "z"}}`, o.cloud.Images[0].ID)
	server := o.call(o.member, "2.60", "POST", "servers", order, 202)
	o.is(server["server"].(map[string]any)["id"].(string), `"OS-EXT-SRV-ATTR:host":"fake1"`, `"OS-EXT-AZ:availability_zone":"z"`)
	o.call(o.admin, "2.41", "DELETE", "os-aggregates/"+id, "", 400, "not empty")
	o.call(o.admin, "2.41", "POST", "os-aggregates/"+id+"/action", `{"remove_host": {"host": "fake1"}}`, 200)
	o.both("2.41", "DELETE", "os-aggregates/"+id, "", 200)
	o.both("2.1", "GET", "os-hosts/fake1", "", 200, "(used_now)")
	o.both("2.1", "GET", "os-hypervisors/1/uptime", "", 200, " up 0 days")
}

// TestHints: servers are on the host of another one, or not, as hints say.
func TestHints(t *testing.T) {
	o := newOperator(t)
	first := o.server()
	o.is(first, `"OS-EXT-SRV-ATTR:host":"fake1"`)
	for hints, host := range map[string]string{
		`{"same_host": "` + first + `"}`:        "fake1",
		`{"different_host": ["` + first + `"]}`: "fake2",
	} {
		for range 2 {
			body := fmt.Sprintf(`{"server": {"name": "x", "flavorRef": "42", "imageRef": %q, "networks": "none"}, "os:scheduler_hints": %s}`, o.cloud.Images[0].ID, hints)
			made := o.call(o.member, "2.60", "POST", "servers", body, 202)
			o.is(made["server"].(map[string]any)["id"].(string), `"OS-EXT-SRV-ATTR:host":"`+host+`"`)
		}
	}
}

// TestMoves: servers move between hosts in all ways that there are, and each is
// remembered.
func TestMoves(t *testing.T) {
	o := newOperator(t)
	id := o.server()
	o.is(id, `"OS-EXT-SRV-ATTR:host":"fake1"`)
	o.action(id, "2.60", `{"migrate": {"host": "fake1"}}`, 400, "Cannot migrate to the host")
	o.action(id, "2.60", `{"migrate": null}`, 202)
	o.is(id, `"VERIFY_RESIZE"`, `"OS-EXT-SRV-ATTR:host":"fake2"`)
	o.call(o.member, "2.60", "POST", "servers/"+id+"/action", `{"revertResize": null}`, 202)
	o.is(id, `"ACTIVE"`, `"OS-EXT-SRV-ATTR:host":"fake1"`)
	o.action(id, "2.60", `{"os-migrateLive": {"host": null, "block_migration": "auto"}}`, 202)
	o.is(id, `"ACTIVE"`, `"OS-EXT-SRV-ATTR:host":"fake2"`)
	o.action(id, "2.60", `{"evacuate": {}}`, 400, "still in use")
	o.call(o.admin, "2.11", "PUT", "os-services/force-down", `{"host": "fake2", "binary": "nova-compute", "forced_down": true}`, 200)
	o.is(id, `"host_status":"DOWN"`)
	o.action(id, "2.60", `{"evacuate": {}}`, 200)
	o.is(id, `"ACTIVE"`, `"OS-EXT-SRV-ATTR:host":"fake1"`)
	o.both("2.59", "GET", "os-migrations", "", 200, `"reverted"`, `"completed"`, `"done"`, `"live-migration"`, `"evacuation"`)
	o.both("2.23", "GET", "servers/"+id+"/migrations", "", 200, `"migrations":[]`)
}

// TestServersOfOperators: what else an admin does to a server, and sees of it.
func TestServersOfOperators(t *testing.T) {
	o := newOperator(t)
	id := o.server()
	o.action(id, "2.1", `{"os-resetState": {"state": "error"}}`, 202)
	o.is(id, `"ERROR"`, `"instance-0`)
	o.action(id, "2.1", `{"os-resetState": {"state": "active"}}`, 202)
	o.action(id, "2.1", `{"injectNetworkInfo": null}`, 202)
	o.action(id, "2.1", `{"shelveOffload": null}`, 409)
	o.both("2.48", "GET", "servers/"+id+"/diagnostics", "", 200, `"state":"running"`, `"num_cpus":1`)
	o.call(o.admin, "2.1", "GET", "servers/"+id+"/diagnostics", "", 200, `"cpu0_time":0`)
	events := fmt.Sprintf(`{"events": [{"name": "power-update", "server_uuid": %q, "tag": "POWER_OFF"}, {"name": "power-update", "server_uuid": %q}, {"name": "power-update", "server_uuid": %q, "tag": "x"}]}`,
		id, id, o.cloud.ProjectID("demo")[:8]+"-0000-4000-8000-000000000000")
	o.both("2.76", "POST", "os-server-external-events", events, 207, `"code":200`, `"code":400`, `"code":404`)
	o.is(id, `"SHUTOFF"`)
	o.both("2.1", "GET", "os-simple-tenant-usage", "", 200)
	o.call(o.admin, "2.1", "GET", "os-simple-tenant-usage/"+o.cloud.ProjectID("demo"), "", 200, id)
	list := o.call(o.admin, "2.1", "GET", "servers/detail?all_tenants=1&host=fake1", "", 200, id)
	if n := len(list["servers"].([]any)); n != 1 {
		o.Errorf("%d servers on the host", n)
	}
	o.call(o.admin, "2.1", "GET", "servers?all_tenants=1&host=fake2", "", 200, `"servers":[]`)
	o.call(o.member, "2.1", "GET", "servers?all_tenants=1", "", 403)
	shown := o.call(o.member, "2.90", "GET", "servers/"+id, "", 200)
	if _, ok := shown["server"].(map[string]any)["OS-EXT-SRV-ATTR:host"]; ok {
		o.Error("a member sees the host")
	}
}

// TestUnknownParametersOfOperators: from 2.102 on they are refused, but for what
// Nova has forgotten.
func TestUnknownParametersOfOperators(t *testing.T) {
	o := newOperator(t)
	id := o.server()
	for _, path := range []string{"os-aggregates", "os-aggregates/1", "os-instance_usage_audit_log", "servers/" + id + "/migrations", "servers/" + id + "/migrations/1"} {
		o.call(o.admin, "2.102", "GET", path+"?x=1", "", 400, "'x' was unexpected")
	}
	o.call(o.admin, "2.101", "GET", "os-aggregates?x=1", "", 200)
	o.call(o.admin, "2.104", "GET", "servers/"+id+"/tags?x=1", "", 200)
}

// TestLocksOfOperators: whose lock it is decides who may take it away.
func TestLocksOfOperators(t *testing.T) {
	o := newOperator(t)
	id := o.server()
	lock := func(client *gophercloud.ServiceClient, action string, status int, texts ...string) {
		o.Helper()
		o.call(client, "2.1", "POST", "servers/"+id+"/action", `{"`+action+`": null}`, status, texts...)
	}
	lock(o.admin, "lock", 202)
	lock(o.member, "lock", 202) // which changes nothing
	lock(o.member, "unlock", 403, "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be performed.")
	o.is(id, `"locked":true`)
	lock(o.member, "os-stop", 409)
	lock(o.admin, "unlock", 202)
	lock(o.member, "lock", 202)
	lock(o.member, "unlock", 202)
	o.is(id, `"locked":false`)
}

// TestZeroDisk: a flavor without a disk is for servers that boot from volumes.
func TestZeroDisk(t *testing.T) {
	o := newOperator(t)
	id := o.server()
	o.call(o.admin, "2.1", "POST", "flavors", `{"flavor": {"id": "0", "name": "none", "ram": 64, "vcpus": 1, "disk": 0}}`, 200)
	order := func(how string) string {
		return `{"server": {"name": "z", "flavorRef": "0", "networks": "none", ` + how + `}}`
	}
	image := o.cloud.Images[0].ID
	o.call(o.member, "2.90", "POST", "servers", order(`"imageRef": "`+image+`"`), 403, "Only volume-backed servers are allowed for flavors with zero disk.")
	o.call(o.admin, "2.90", "POST", "servers", order(`"imageRef": "`+image+`"`), 202)
	booted := o.call(o.member, "2.90", "POST", "servers",
		order(`"block_device_mapping_v2": [{"boot_index": 0, "source_type": "image", "uuid": "`+image+`", "destination_type": "volume", "volume_size": 1}]`), 202)
	o.call(o.member, "2.90", "POST", "servers/"+id+"/action", `{"resize": {"flavorRef": "0"}}`, 400,
		"Server disk was unable to be resized because: Resize to zero disk flavor is not allowed.")
	grown := booted["server"].(map[string]any)["id"].(string)
	o.call(o.member, "2.90", "POST", "servers/"+grown+"/action", `{"resize": {"flavorRef": "42"}}`, 202)
	o.call(o.member, "2.90", "POST", "servers/"+grown+"/action", `{"confirmResize": null}`, 204)
	o.call(o.member, "2.90", "POST", "servers/"+grown+"/action", `{"resize": {"flavorRef": "0"}}`, 202)
}
