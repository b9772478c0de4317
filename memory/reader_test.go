package memory_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/softlayer/jumpgate/jumpgatetest"
	"github.com/softlayer/jumpgate/memory"
)

// lookers are a project with things and somebody who may only look at them.
type lookers struct {
	*testing.T
	root, nova            string // the address, and the microversion of compute
	member, reader, admin *gophercloud.ProviderClient
	named                 map[string]string // ids of things, by how requests name them
}

// ask sends what the services take. Names of things stand for their ids.
func (l *lookers) ask(client *gophercloud.ProviderClient, request, body string) (status int, text string) {
	l.Helper()
	for name, id := range l.named {
		request, body = strings.ReplaceAll(request, name, id), strings.ReplaceAll(body, name, id)
	}
	method, path, _ := strings.Cut(request, " ")
	req, err := http.NewRequestWithContext(l.Context(), method, l.root+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", client.Token())
	req.Header.Set("Content-Type", "application/json")
	switch {
	case strings.HasPrefix(path, "/image") && method == http.MethodPatch:
		req.Header.Set("Content-Type", "application/openstack-images-v2.1-json-patch")
	case strings.HasSuffix(path, "/file"), strings.HasSuffix(path, "/stage"):
		req.Header.Set("Content-Type", "application/octet-stream")
	case strings.HasPrefix(path, "/volume"):
		req.Header.Set("OpenStack-API-Version", "volume 3.62")
	case strings.HasPrefix(path, "/baremetal"):
		req.Header.Set("X-OpenStack-Ironic-API-Version", "1.82")
	case strings.HasPrefix(path, "/compute"):
		req.Header.Set("OpenStack-API-Version", "compute "+l.nova)
		if strings.Contains(path, "floating-ip") || strings.Contains(path, "security-group") || strings.Contains(body, "FloatingIp") {
			req.Header.Del("OpenStack-API-Version")
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		l.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		l.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

// make makes a thing of the project, which requests call name.
func (l *lookers) make(name, path, body string) {
	l.Helper()
	status, text := l.ask(l.member, "POST "+path, body)
	var made map[string]any
	if err := json.Unmarshal([]byte(text), &made); err != nil || status >= 300 {
		l.Fatalf("%s: %d %s", path, status, text)
	}
	for _, v := range made {
		if thing, ok := v.(map[string]any); ok && made["id"] == nil {
			made = thing
		}
	}
	l.named[name], _ = made["id"].(string)
}

// newLookers starts a cloud with such a project.
func newLookers(t *testing.T) *lookers {
	cloud := jumpgatetest.New(t, jumpgatetest.Options{Users: []memory.User{
		{Name: "demo"}, {Name: "watcher", Project: "demo", Roles: []string{"reader"}},
	}})
	nova, _ := signIn(t, cloud, "demo")
	watcher, _ := signInTo(t, cloud, "watcher", "demo")
	l := &lookers{
		T: t, root: strings.TrimSuffix(cloud.AuthURL, "/v3"), nova: "2.97", member: nova.ProviderClient, reader: watcher.ProviderClient,
		named: map[string]string{"IMAGE": cloud.Images[0].ID},
	}
	for _, thing := range [][3]string{
		{"NETWORK", "/network/v2.0/networks", `{"network": {"name": "n"}}`},
		{"SUBNET", "/network/v2.0/subnets", `{"subnet": {"network_id": "NETWORK", "ip_version": 4, "cidr": "10.9.0.0/24"}}`},
		{"PORT", "/network/v2.0/ports", `{"port": {"network_id": "NETWORK"}}`},
		{"ROUTER", "/network/v2.0/routers", `{"router": {"name": "r"}}`},
		{"GROUP", "/network/v2.0/security-groups", `{"security_group": {"name": "g"}}`},
		{"SERVER", "/compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none"}}`},
		{"HALL", "/compute/v2.1/os-server-groups", `{"server_group": {"name": "g", "policy": "affinity"}}`},
		{"VOLUME", "/volume/v3/volumes", `{"volume": {"size": 1}}`},
		{"SNAPSHOT", "/volume/v3/snapshots", `{"snapshot": {"volume_id": "VOLUME"}}`},
		{"BACKUP", "/volume/v3/backups", `{"backup": {"volume_id": "VOLUME"}}`},
		{"OWN", "/image/v2/images", `{"name": "i", "disk_format": "raw", "container_format": "bare"}`},
	} {
		l.make(thing[0], thing[1], thing[2])
	}
	return l
}

// forbidden fails unless a client is refused.
func (l *lookers) forbidden(client *gophercloud.ProviderClient, rows [][2]string) {
	l.Helper()
	for _, row := range rows {
		if status, text := l.ask(client, row[0], row[1]); status != http.StatusForbidden {
			l.Errorf("%s %s: %d %s", row[0], row[1], status, text)
		}
	}
}

// TestReaderLooksAlone: who may only read changes nothing of the project, in
// any service.
func TestReaderLooksAlone(t *testing.T) {
	l := newLookers(t)
	l.forbidden(l.reader, [][2]string{
		{"POST /compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none"}}`},
		{"PUT /compute/v2.1/servers/SERVER", `{"server": {"name": "t"}}`},
		{"DELETE /compute/v2.1/servers/SERVER", ""},
		{"POST /compute/v2.1/servers/SERVER/metadata", `{"metadata": {"a": "b"}}`},
		{"PUT /compute/v2.1/servers/SERVER/tags/a", ""},
		{"POST /compute/v2.1/servers/SERVER/action", `{"reboot": {"type": "HARD"}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"os-stop": null}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"lock": null}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"createImage": {"name": "i"}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"rebuild": {"imageRef": "IMAGE"}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"os-getConsoleOutput": {}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"addSecurityGroup": {"name": "GROUP"}}`},
		{"POST /compute/v2.1/servers/SERVER/remote-consoles", `{"remote_console": {"protocol": "vnc", "type": "novnc"}}`},
		{"POST /compute/v2.1/servers/SERVER/os-interface", `{"interfaceAttachment": {"port_id": "PORT"}}`},
		{"POST /compute/v2.1/servers/SERVER/os-volume_attachments", `{"volumeAttachment": {"volumeId": "VOLUME"}}`},
		{"DELETE /compute/v2.1/servers/SERVER/os-volume_attachments/VOLUME", ""},
		{"DELETE /compute/v2.1/servers/SERVER/os-server-password", ""},
		{"POST /compute/v2.1/servers/SERVER/shares", `{"share": {"share_id": "VOLUME"}}`},
		{"DELETE /compute/v2.1/servers/SERVER/shares/VOLUME", ""},
		{"DELETE /compute/v2.1/os-server-groups/HALL", ""},
		{"POST /compute/v2.1/os-floating-ips", "{}"},
		{"POST /compute/v2.1/os-security-groups", `{"security_group": {"name": "h", "description": ""}}`},
		{"POST /compute/v2.1/os-volumes", `{"volume": {"size": 1}}`},
		{"POST /volume/v3/volumes", `{"volume": {"size": 1}}`},
		{"PUT /volume/v3/volumes/VOLUME", `{"volume": {"name": "v"}}`},
		{"DELETE /volume/v3/volumes/VOLUME", ""},
		{"POST /volume/v3/volumes/VOLUME/metadata", `{"metadata": {"a": "b"}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-extend": {"new_size": 2}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-reserve": {}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-set_bootable": {"bootable": true}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-update_readonly_flag": {"readonly": true}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-retype": {"new_type": "x", "migration_policy": "never"}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-volume_upload_image": {"image_name": "i"}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"revert": {"snapshot_id": "SNAPSHOT"}}`},
		{"POST /volume/v3/attachments", `{"attachment": {"volume_uuid": "VOLUME", "instance_uuid": "SERVER"}}`},
		{"POST /volume/v3/snapshots", `{"snapshot": {"volume_id": "VOLUME", "force": true}}`},
		{"PUT /volume/v3/snapshots/SNAPSHOT", `{"snapshot": {"name": "n"}}`},
		{"DELETE /volume/v3/snapshots/SNAPSHOT", ""},
		{"POST /volume/v3/backups", `{"backup": {"volume_id": "VOLUME"}}`},
		{"PUT /volume/v3/backups/BACKUP", `{"backup": {"name": "n"}}`},
		{"POST /volume/v3/backups/BACKUP/restore", `{"restore": {}}`},
		{"DELETE /volume/v3/backups/BACKUP", ""},
		{"POST /volume/v3/volume-transfers", `{"transfer": {"volume_id": "VOLUME"}}`},
		{"POST /volume/v3/os-volume-transfer", `{"transfer": {"volume_id": "VOLUME"}}`},
		{"POST /volume/v3/groups", `{"group": {"group_type": "VOLUME", "volume_types": ["VOLUME"]}}`},
		{"POST /image/v2/images", `{"name": "i"}`},
		{"PATCH /image/v2/images/OWN", `[{"op": "replace", "path": "/name", "value": "j"}]`},
		{"PUT /image/v2/images/OWN/file", "x"},
		{"PUT /image/v2/images/OWN/tags/a", ""},
		{"POST /image/v2/images/OWN/actions/deactivate", ""},
		{"POST /image/v2/images/OWN/import", `{"method": {"name": "web-download", "uri": "http://127.0.0.1/x"}}`},
		{"PUT /image/v2/images/OWN/stage", "x"},
		{"POST /image/v2/images/OWN/members", `{"member": "x"}`},
		{"DELETE /image/v2/images/OWN", ""},
		{"POST /image/v2/metadefs/namespaces", `{"namespace": "x"}`},
		{"POST /network/v2.0/networks", `{"network": {"name": "m"}}`},
		{"PUT /network/v2.0/networks/NETWORK", `{"network": {"name": "m"}}`},
		{"DELETE /network/v2.0/networks/NETWORK", ""},
		{"POST /network/v2.0/subnets", `{"subnet": {"network_id": "NETWORK", "ip_version": 4, "cidr": "10.8.0.0/24"}}`},
		{"PUT /network/v2.0/subnets/SUBNET", `{"subnet": {"name": "m"}}`},
		{"POST /network/v2.0/ports", `{"port": {"network_id": "NETWORK"}}`},
		{"PUT /network/v2.0/ports/PORT", `{"port": {"name": "m"}}`},
		{"DELETE /network/v2.0/ports/PORT", ""},
		{"PUT /network/v2.0/ports/PORT/tags/a", ""},
		{"POST /network/v2.0/routers", `{"router": {}}`},
		{"PUT /network/v2.0/routers/ROUTER/add_router_interface", `{"subnet_id": "SUBNET"}`},
		{"PUT /network/v2.0/routers/ROUTER/add_extraroutes", `{"router": {"routes": []}}`},
		{"DELETE /network/v2.0/routers/ROUTER", ""},
		{"POST /network/v2.0/security-groups", `{"security_group": {"name": "h"}}`},
		{"POST /network/v2.0/security-group-rules", `{"security_group_rule": {"security_group_id": "GROUP", "direction": "ingress"}}`},
		{"DELETE /network/v2.0/security-groups/GROUP", ""},
		{"POST /network/v2.0/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "NETWORK", "action": "access_as_shared", "target_tenant": "x"}}`},
		{"POST /network/v2.0/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.0.0.0/8"]}}`},
		{"POST /network/v2.0/trunks", `{"trunk": {"port_id": "PORT"}}`},
		{"POST /network/v2.0/address-groups", `{"address_group": {"name": "a"}}`},
	})
}

// TestMemberIsNoAdmin: what belongs to operators, and attributes that are
// theirs, in any service.
func TestMemberIsNoAdmin(t *testing.T) {
	l := newLookers(t)
	l.forbidden(l.member, [][2]string{
		{"POST /compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none", "availability_zone": "nova:compute-1"}}`},
		{"POST /compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none", "host": "compute-1"}}`},
		{"GET /compute/v2.1/servers?all_tenants=1", ""},
		{"GET /compute/v2.1/servers/detail?all_tenants=1", ""},
		{"GET /compute/v2.1/os-simple-tenant-usage", ""},
		{"GET /compute/v2.1/os-migrations", ""},
		{"GET /compute/v2.1/os-services", ""},
		{"GET /compute/v2.1/os-hypervisors", ""},
		{"GET /compute/v2.1/os-keypairs?user_id=x", ""},
		{"GET /compute/v2.1/servers/SERVER/diagnostics", ""},
		{"POST /compute/v2.1/flavors", `{"flavor": {"name": "f", "ram": 1, "vcpus": 1, "disk": 1}}`},
		{"POST /compute/v2.1/flavors/42/os-extra_specs", `{"extra_specs": {"a": "b"}}`},
		{"PUT /compute/v2.1/os-quota-sets/SERVER", `{"quota_set": {"cores": 1}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"os-resetState": {"state": "active"}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"migrate": null}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"os-migrateLive": {"host": null, "block_migration": "auto"}}`},
		{"POST /compute/v2.1/servers/SERVER/action", `{"evacuate": {}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-reset_status": {"status": "error"}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-force_delete": {}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-force_detach": {"attachment_id": "VOLUME"}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-migrate_volume": {"host": "h"}}`},
		{"POST /volume/v3/volumes/VOLUME/action", `{"os-unmanage": {}}`},
		{"POST /volume/v3/snapshots/SNAPSHOT/action", `{"os-reset_status": {"status": "error"}}`},
		{"POST /volume/v3/snapshots/SNAPSHOT/action", `{"os-force_delete": {}}`},
		{"POST /volume/v3/types", `{"volume_type": {"name": "t"}}`},
		{"POST /volume/v3/group_types", `{"group_type": {"name": "t"}}`},
		{"POST /volume/v3/qos-specs", `{"qos_specs": {"name": "t"}}`},
		{"PUT /volume/v3/os-quota-sets/SERVER", `{"quota_set": {"volumes": 1}}`},
		{"GET /volume/v3/os-services", ""},
		{"GET /volume/v3/os-hosts", ""},
		{"GET /volume/v3/scheduler-stats/get_pools", ""},
		{"GET /volume/v3/backups/BACKUP/export_record", ""},
		{"POST /volume/v3/os-volume-manage", `{"volume": {"host": "h", "ref": {}}}`},
		{"PUT /volume/v3/os-services/disable", `{"binary": "cinder-volume", "host": "h"}`},
		{"PUT /volume/v3/default-types/SERVER", `{"default_type": {"volume_type": "t"}}`},
		{"POST /image/v2/images", `{"name": "i", "visibility": "public"}`},
		{"PATCH /image/v2/images/OWN", `[{"op": "replace", "path": "/visibility", "value": "public"}]`},
		{"POST /image/v2/metadefs/namespaces", `{"namespace": "x", "visibility": "public"}`},
		{"POST /network/v2.0/networks", `{"network": {"shared": true}}`},
		{"POST /network/v2.0/networks", `{"network": {"router:external": true}}`},
		{"POST /network/v2.0/networks", `{"network": {"provider:network_type": "vlan"}}`},
		{"POST /network/v2.0/networks", `{"network": {"is_default": true}}`},
		{"PUT /network/v2.0/networks/NETWORK", `{"network": {"shared": true}}`},
		{"PUT /network/v2.0/networks/NETWORK", `{"network": {"router:external": true}}`},
		{"POST /network/v2.0/ports", `{"port": {"network_id": "NETWORK", "binding:host_id": "h"}}`},
		{"POST /network/v2.0/ports", `{"port": {"network_id": "NETWORK", "binding:profile": {"a": "b"}}}`},
		{"PUT /network/v2.0/ports/PORT", `{"port": {"binding:host_id": "h"}}`},
		{"PUT /network/v2.0/ports/PORT", `{"port": {"binding:profile": {"a": "b"}}}`},
		{"PUT /network/v2.0/ports/PORT", `{"port": {"mac_address": "fa:16:3e:00:00:01"}}`},
		{"POST /network/v2.0/routers", `{"router": {"distributed": true}}`},
		{"POST /network/v2.0/routers", `{"router": {"ha": true}}`},
		{"PUT /network/v2.0/routers/ROUTER", `{"router": {"distributed": true}}`},
		{"POST /network/v2.0/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.0.0.0/8"], "shared": true}}`},
		{"POST /network/v2.0/subnetpools", `{"subnetpool": {"name": "p", "prefixes": ["10.0.0.0/8"], "is_default": true}}`},
		{"POST /network/v2.0/qos/policies", `{"policy": {"name": "q"}}`},
		{"PUT /network/v2.0/quotas/SERVER", `{"quota": {"network": 1}}`},
		{"POST /network/v2.0/rbac-policies", `{"rbac_policy": {"object_type": "network", "object_id": "NETWORK", "action": "access_as_shared", "target_tenant": "*"}}`},
		{"POST /network/v2.0/address-scopes", `{"address_scope": {"name": "a", "ip_version": 4, "shared": true}}`},
		{"POST /network/v2.0/metering/metering-labels", `{"metering_label": {"name": "m"}}`},
		{"POST /baremetal/v1/nodes", `{"driver": "fake-hardware"}`},
		{"GET /baremetal/v1/chassis", ""},
		{"GET /baremetal/v1/conductors", ""},
		{"GET /baremetal/v1/drivers", ""},
		{"POST /baremetal/v1/deploy_templates", `{"name": "CUSTOM_A", "steps": [{"interface": "bios", "step": "x", "args": {}, "priority": 1}]}`},
	})
}
