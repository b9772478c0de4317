package memory_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
)

// ruled starts a cloud in which a service has a rule with another check.
func ruled(t *testing.T, service jumpgate.Service, rule, check string) *lookers {
	t.Helper()
	cloud, err := memory.New(memory.Options{Users: []memory.User{
		{Name: "demo", Password: "secret"}, {Name: "admin", Password: "secret", Project: "demo", Roles: []string{"admin"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	services := cloud.Services()
	changed := services[service]
	changed.Policy = map[string]string{rule: check}
	services[service] = changed
	gw, err := jumpgate.New(jumpgate.Options{Services: services, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	l := &lookers{T: t, root: server.URL, nova: "2.97", named: map[string]string{"IMAGE": cloud.Images()[0].ID}}
	for name, client := range map[string]**gophercloud.ProviderClient{"demo": &l.member, "admin": &l.admin} {
		if *client, err = openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
			IdentityEndpoint: server.URL + "/v3", Username: name, Password: "secret", TenantName: "demo", DomainName: "Default",
		}); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// answers fails unless a member's request has a status and a text in the
// answer; an empty text stands for any.
func (l *lookers) answers(request, body string, status int, text string) {
	l.Helper()
	if got, answer := l.ask(l.member, request, body); got != status || !strings.Contains(answer, text) {
		l.Errorf("%s %s: %d %s, want %d and %q", request, body, got, answer, status, text)
	}
}

const refuseAll, allowAll = "!", "@"

// TestRuleOfImagesOfBootedVolumes: it is asked for servers that boot from a
// volume alone, after the rule of the action.
func TestRuleOfImagesOfBootedVolumes(t *testing.T) {
	const rule = "os_compute_api:servers:create_image:allow_volume_backed"
	for check, status := range map[string]int{refuseAll: http.StatusForbidden, allowAll: http.StatusAccepted} {
		l := ruled(t, jumpgate.Compute, rule, check)
		l.make("PLAIN", "/compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none"}}`)
		l.make("BOOTED", "/compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "networks": "none", "block_device_mapping_v2": [
			{"boot_index": 0, "uuid": "IMAGE", "source_type": "image", "destination_type": "volume", "volume_size": 1}]}}`)
		l.answers("GET /compute/v2.1/servers/BOOTED", "", http.StatusOK, `"ACTIVE"`)
		l.answers("POST /compute/v2.1/servers/PLAIN/action", `{"createImage": {"name": "i"}}`, http.StatusAccepted, "image_id")
		text := "image_id"
		if status == http.StatusForbidden {
			text = "Policy doesn't allow " + rule + " to be performed."
		}
		l.answers("POST /compute/v2.1/servers/BOOTED/action", `{"createImage": {"name": "i"}}`, status, text)
		l.answers("POST /compute/v2.1/servers/"+jumpgate.NewUUID()+"/action", `{"createImage": {"name": "i"}}`, http.StatusNotFound, "")
	}
}

// TestRuleOfHostStatus: who may see hosts that are lost alone does not see that
// a host is up.
func TestRuleOfHostStatus(t *testing.T) {
	const server = `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none"}}`
	for rule, sees := range map[string]bool{"os_compute_api:servers:show:host_status": true, "os_compute_api:servers:show:host_status:unknown-only": false} {
		l := ruled(t, jumpgate.Compute, rule, allowAll)
		l.make("SERVER", "/compute/v2.1/servers", server)
		if _, answer := l.ask(l.member, "GET /compute/v2.1/servers/SERVER", ""); strings.Contains(answer, `"host_status": "UP"`) != sees {
			t.Errorf("%s: %s", rule, answer)
		}
	}
}

// TestRuleOfEventDetails: details of events are for those whom their rule lets
// see them; what else admins see has a rule of its own.
func TestRuleOfEventDetails(t *testing.T) {
	for rule, text := range map[string]string{
		"os_compute_api:os-instance-actions:events:details": `"details": null}`,
		"os_compute_api:os-instance-actions:events":         `"traceback": null, "host": "`,
	} {
		l := ruled(t, jumpgate.Compute, rule, allowAll)
		l.make("SERVER", "/compute/v2.1/servers", `{"server": {"name": "s", "flavorRef": "42", "imageRef": "IMAGE", "networks": "none"}}`)
		l.make("VOLUME", "/volume/v3/volumes", `{"volume": {"size": 1}}`)
		l.make("PLACE", "/compute/v2.1/servers/SERVER/os-volume_attachments", `{"volumeAttachment": {"volumeId": "VOLUME"}}`)
		l.answers("POST /volume/v3/volumes/VOLUME/action", `{"os-extend": {"new_size": 2}}`, http.StatusAccepted, "")
		_, list := l.ask(l.member, "GET /compute/v2.1/servers/SERVER/os-instance-actions", "")
		_, id, _ := strings.Cut(list[strings.Index(list, "extend_volume"):], `"request_id": "`)
		id, _, _ = strings.Cut(id, `"`)
		_, answer := l.ask(l.member, "GET /compute/v2.1/servers/SERVER/os-instance-actions/"+id, "")
		for other, member := range map[string]string{"events:details": "details", "events": "traceback"} {
			if strings.Contains(answer, `"`+member+`"`) != strings.HasSuffix(rule, "os-instance-actions:"+other) {
				t.Errorf("%s: %s", rule, answer)
			}
		}
		if !strings.Contains(answer, text) {
			t.Errorf("%s: %s has no %s", rule, answer, text)
		}
	}
}

// TestRuleOfAdminMetadata: the volume service asks it as an admin in the user's
// place, so it refuses nobody unless it refuses admins.
func TestRuleOfAdminMetadata(t *testing.T) {
	for check, status := range map[string]int{refuseAll: http.StatusForbidden, "role:admin": http.StatusAccepted} {
		l := ruled(t, jumpgate.Volume, "volume:update_volume_admin_metadata", check)
		l.make("VOLUME", "/volume/v3/volumes", `{"volume": {"size": 1}}`)
		l.answers("GET /volume/v3/volumes/VOLUME", "", http.StatusOK, `"available"`)
		l.answers("POST /volume/v3/volumes/VOLUME/action", `{"os-update_readonly_flag": {"readonly": false}}`, status, "")
		l.answers("POST /volume/v3/volumes/VOLUME/action", `{"os-attach": {"mountpoint": "/dev/vdb", "host_name": "h"}}`, status, "")
	}
}

// TestRuleOfMultiattach: it is asked for each way to a volume that several
// servers use.
func TestRuleOfMultiattach(t *testing.T) {
	for check, status := range map[string]int{refuseAll: http.StatusForbidden, "role:member": http.StatusAccepted} {
		l := ruled(t, jumpgate.Volume, "volume:multiattach", check+" or role:admin")
		l.make("PLAIN", "/volume/v3/volumes", `{"volume": {"size": 1}}`)
		l.member, l.admin = l.admin, l.member // who makes what the member has
		l.make("TYPE", "/volume/v3/types", `{"volume_type": {"name": "many", "extra_specs": {"multiattach": "<is> True"}}}`)
		l.make("SHARED", "/volume/v3/volumes", `{"volume": {"size": 1, "volume_type": "many"}}`)
		l.make("SNAPSHOT", "/volume/v3/snapshots", `{"snapshot": {"volume_id": "SHARED"}}`)
		l.member, l.admin = l.admin, l.member
		l.answers("POST /volume/v3/volumes", `{"volume": {"size": 1}}`, http.StatusAccepted, "")
		l.answers("POST /volume/v3/volumes", `{"volume": {"size": 1, "volume_type": "many"}}`, status, "")
		l.answers("POST /volume/v3/volumes", `{"volume": {"source_volid": "SHARED"}}`, status, "")
		l.answers("POST /volume/v3/volumes", `{"volume": {"snapshot_id": "SNAPSHOT"}}`, status, "")
		l.answers("POST /volume/v3/volumes", `{"volume": {"source_volid": "PLAIN"}}`, http.StatusAccepted, "")
		l.answers("POST /volume/v3/volumes/PLAIN/action", `{"os-retype": {"new_type": "many"}}`, status, "")
	}
}

// TestRulesOfSeenImages: an image that its rule keeps from somebody is not there
// for him, and a member whose rule does is not shown.
func TestRulesOfSeenImages(t *testing.T) {
	for check, status := range map[string]int{refuseAll: http.StatusNotFound, allowAll: http.StatusOK} {
		l := ruled(t, jumpgate.Image, "get_image", check)
		l.answers("GET /image/v2/images/IMAGE", "", status, "")
		if _, answer := l.ask(l.member, "GET /image/v2/images", ""); strings.Contains(answer, l.named["IMAGE"]) != (status == http.StatusOK) {
			t.Errorf("%s: %s", check, answer)
		}
		l = ruled(t, jumpgate.Image, "get_member", check)
		l.make("OWN", "/image/v2/images", `{"name": "i", "disk_format": "raw", "container_format": "bare"}`)
		l.answers("POST /image/v2/images/OWN/members", `{"member": "m"}`, http.StatusOK, "")
		l.answers("GET /image/v2/images/OWN/members/m", "", status, "")
		if _, answer := l.ask(l.member, "GET /image/v2/images/OWN/members", ""); strings.Contains(answer, `"member_id"`) != (status == http.StatusOK) {
			t.Errorf("%s: %s", check, answer)
		}
	}
}

// TestRulesOfTheImageCache: cleaning and pruning have rules of their own.
func TestRulesOfTheImageCache(t *testing.T) {
	for _, doing := range []string{"clean", "prune"} {
		l := ruled(t, jumpgate.Image, "cache_"+doing, allowAll)
		l.answers("POST /image/v2/cache/"+doing, "", http.StatusNotFound, "Caching is not enabled")
		l.answers("DELETE /image/v2/cache", "", http.StatusForbidden, "")
	}
}

// TestRuleOfAgents: the rules of the agents of nodes, who have no token.
func TestRuleOfAgents(t *testing.T) {
	for rule, request := range map[string][2]string{
		"baremetal:driver:ipa_lookup":  {"GET /baremetal/v1/lookup?node_uuid=" + jumpgate.NewUUID(), ""},
		"baremetal:node:ipa_heartbeat": {"POST /baremetal/v1/heartbeat/" + jumpgate.NewUUID(), `{"callback_url": "http://192.0.2.1", "agent_version": "1"}`},
	} {
		for check, status := range map[string]int{refuseAll: http.StatusForbidden, allowAll: http.StatusNotFound} {
			l := ruled(t, jumpgate.Baremetal, rule, check)
			for _, client := range []*gophercloud.ProviderClient{l.member, new(gophercloud.ProviderClient)} {
				if got, answer := l.ask(client, request[0], request[1]); got != status {
					t.Errorf("%s %s: %d %s, want %d", rule, check, got, answer, status)
				}
			}
		}
	}
}

// TestRuleOfLimits: who may not list limits sees none.
func TestRuleOfLimits(t *testing.T) {
	for check, status := range map[string]int{refuseAll: http.StatusForbidden, allowAll: http.StatusOK} {
		ruled(t, jumpgate.Identity, "identity:list_limits", check).answers("GET /v3/limits", "", status, "")
	}
}
