package openapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
)

const (
	keypairs = "/v2.1/os-keypairs"
	groups   = "/v2.1/os-server-groups"
	servers  = "/v2.1/servers"
	server   = servers + "/{id}"
	actions  = server + "/action"
	below    = servers + "/{server_id}"

	attachments = below + "/os-volume_attachments"
	volumes     = "/v2.1/os-volumes"
	snapshots   = "/v2.1/os-snapshots"
	secgroups   = "/v2.1/os-security-groups"
	secrules    = "/v2.1/os-security-group-rules"
	keypair     = `{"keypair": {"name": "mine", "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ5bnQ1dGVzdGtleWZvcmp1bXBnYXRldGVzdHMwMDAw"}}`
)

// TestCompute lives through the life of a server at microversions on both
// sides of most changes.
func TestCompute(t *testing.T) {
	const order = `"name": "web", "imageRef": "{images}", "flavorRef": "{flavors}", "availability_zone": "dal13", "metadata": {"role": "web"}`
	begin := []step{
		{"", "2.1", "POST", keypairs, keypair, 200},
		{"2.2", "", "POST", keypairs, keypair, 201},
		{"", "2.63", "POST", groups, `{"server_group": {"name": "apart", "policies": ["anti-affinity"]}}`, 200},
		{"2.64", "", "POST", groups, `{"server_group": {"name": "apart", "policy": "anti-affinity"}}`, 200},
		{"", "2.36", "POST", servers, `{"server": {` + order + `}}`, 202},
		{"2.37", "", "POST", servers, `{"server": {` + order + `, "networks": "auto"}}`, 202},
	}
	// What compute passes on to other services, for its first clients only.
	proxies := []step{
		{"", "", "POST", secgroups, `{"security_group": {"name": "web", "description": "for tests"}}`, 200},
		{"", "", "POST", volumes, `{"volume": {"size": 40, "availability_zone": "dal13", "metadata": {"snapshot_space": "10"}}}`, 200},
	}
	proxied := []step{
		{"", "", "PUT", secgroups + "/{id}", `{"security_group": {"name": "web2", "description": "more tests"}}`, 200},
		{"", "", "POST", secrules, `{"security_group_rule": {"parent_group_id": "{os-security-groups}",
			"ip_protocol": "tcp", "from_port": 80, "to_port": 81, "cidr": "10.0.0.0/8"}}`, 200},
		{"", "", "POST", snapshots, `{"snapshot": {"volume_id": "{os-volumes}", "display_name": "before"}}`, 200},
	}
	goOn := []step{
		{"", "", "PUT", server, `{"server": {"name": "renamed"}}`, 200},
		{"", "", "POST", attachments, `{"volumeAttachment": {"volumeId": "{os-volumes}"}}`, 200},
		{"2.85", "", "PUT", attachments + "/{id}", `{"volumeAttachment": {"volumeId": "{os-volumes}", "delete_on_termination": true}}`, 202},
		{"", "", "POST", below + "/metadata", `{"metadata": {"more": "yes"}}`, 200},
		{"", "", "PUT", below + "/metadata", `{"metadata": {"role": "db"}}`, 200},
		{"", "", "PUT", below + "/metadata/{id}", `{"meta": {"role": "web"}}`, 200},
		{"2.26", "", "PUT", below + "/tags", `{"tags": ["green"]}`, 200},
		{"2.26", "", "PUT", below + "/tags/{id}", ``, 201},
		{"2.26", "", "PUT", below + "/tags/{id}", ``, 204},
		{"", "2.5", "POST", actions, `{"os-getVNCConsole": {"type": "novnc"}}`, 200},
		{"2.6", "", "POST", below + "/remote-consoles", `{"remote_console": {"protocol": "vnc", "type": "novnc"}}`, 200},
		{"", "", "POST", actions, `{"pause": null}`, 202},
		{"", "", "POST", actions, `{"unpause": null}`, 202},
		{"", "", "POST", actions, `{"os-stop": null}`, 202},
		{"", "", "POST", actions, `{"os-start": null}`, 202},
		{"", "", "POST", actions, `{"reboot": {"type": "SOFT"}}`, 202},
		{"", "", "POST", actions, `{"createImage": {"name": "snap"}}`, 202},
		{"", "", "POST", actions, `{"createBackup": {"name": "nightly", "backup_type": "daily", "rotation": 1}}`, 202},
		{"", "", "POST", actions, `{"rescue": null}`, 200},
		{"", "", "POST", actions, `{"unrescue": null}`, 202},
		{"", "", "POST", actions, `{"rebuild": {"imageRef": "{images}"}}`, 202},
		{"", "", "POST", actions, `{"resize": {"flavorRef": "B1_2X8X25"}}`, 202},
		{"", "", "POST", actions, `{"confirmResize": null}`, 204},
	}
	end := []step{
		{"", "", "DELETE", attachments + "/{id}", ``, 202},
		{"", "2.35", "DELETE", snapshots + "/{id}", ``, 202},
		{"", "2.35", "DELETE", volumes + "/{id}", ``, 202},
		{"", "2.35", "DELETE", secgroups + "/{id}", ``, 202},
		{"", "", "DELETE", below + "/metadata/{id}", ``, 204},
		{"2.26", "", "DELETE", below + "/tags/{id}", ``, 204},
		{"2.26", "", "DELETE", below + "/tags", ``, 204},
		{"", "", "DELETE", server, ``, 204},
		{"", "", "DELETE", groups + "/{id}", ``, 204},
		{"", "2.1", "DELETE", keypairs + "/{id}", ``, 202},
		{"2.2", "", "DELETE", keypairs + "/{id}", ``, 204},
	}
	const links = "properties/images/items/properties/server/properties/links/prefixItems/"
	more := map[rule]string{
		{"GET /v2.1/images/detail", links + "0/properties/rel: const"}: "self comes first, as in the images' own links",
		{"GET /v2.1/images/detail", links + "1/properties/rel: const"}: "bookmark comes second, as in the images' own links",
		{"PUT /v2.1/servers/{server_id}/tags/{id}", "status 204"}:      "of a tag that is there already, in Nova's ServerTagsController.update",
		{"DELETE /v2.1/os-volumes/{id}", "status 202"}:                 "in Nova's VolumeController.delete",
		{"DELETE /v2.1/os-snapshots/{id}", "status 202"}:               "in Nova's SnapshotController.delete",
		{"PUT " + attachments + "/{id}", "status 202"}:                 "in Nova's VolumeAttachmentController.update",
		{"DELETE " + secgroups + "/{id}", "status 202"}:                "in Nova's SecurityGroupController.delete",
	}
	for _, path := range []string{secgroups, secrules, volumes, snapshots} {
		const why = "Nova's controllers name no status there, so that it is 200, and return what they made"
		more[rule{"POST " + path, "status 200"}] = why
		more[rule{"POST " + path, "body"}] = why
	}
	ref := load(t, "compute-v2.104.yaml", "../../openstack/compute/testdata/golden", more)
	for _, version := range []string{"2.1", "2.26", "2.47", "2.60", "2.73", "2.79", "2.90", "2.96"} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, ref, "/compute")
			w.play(proxies)
			w.know("os-security-groups", w.pick("/compute"+secgroups, "id", func(g map[string]any) bool { return g["name"] == "web" }))
			w.learn("os-volumes", volumes)
			w.play(proxied)
			w.learn("os-snapshots", snapshots)
			w.learn("os-networks", "/v2.1/os-networks")
			w.know("os-tenant-networks", w.ids["os-networks"])
			w.know("os-volume_attachments", w.ids["os-volumes"])
			w.version = version
			w.know("images", w.first("/image/v2/images", "id"))
			w.know("flavors", "B1_2X4X25")
			w.play(begin)
			w.learn("servers", servers)
			w.know("os-volumes_boot", w.ids["servers"])
			w.learn("os-server-groups", groups)
			w.know("os-keypairs", "mine")
			w.know("metadata", "role")
			w.know("tags", "blue")
			w.know("ips", w.network())
			w.know("extensions", "os-keypairs")
			w.know("os-quota-sets", "307001")
			w.know("os-simple-tenant-usage", "307001")
			w.play(goOn)
			w.know("os-instance-actions", w.first("/compute"+servers+"/"+w.ids["servers"]+"/os-instance-actions", "request_id"))
			w.look()
			w.play(end)
		})
	}
}

// network is what a network of the server is called.
func (w *world) network() string {
	w.Helper()
	answer := w.do(http.MethodGet, "/compute"+servers+"/"+w.ids["servers"]+"/ips", "")
	var ips struct{ Addresses map[string]any }
	if err := json.Unmarshal(answer.Body.Bytes(), &ips); err != nil || len(ips.Addresses) == 0 {
		w.Fatalf("%d %s", answer.Code, answer.Body)
	}
	return slices.Min(slices.Collect(maps.Keys(ips.Addresses)))
}
