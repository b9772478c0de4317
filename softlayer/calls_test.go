package softlayer

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestCalls holds what each operation costs: calls of SoftLayer with cold
// caches, and with warm ones.
func TestCalls(t *testing.T) {
	const server = "/compute/v2.1/servers/{id}"
	const action = server + "/action"
	latest, at273 := []string{"OpenStack-API-Version", "compute 2.96"}, []string{"OpenStack-API-Version", "compute 2.73"}
	for _, o := range []struct {
		method, path, body string
		header             []string
		status             int
		cold, warm         int
	}{
		{"GET", "/compute/v2.1/servers", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/servers/detail", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/servers?limit=5", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/servers/detail?limit=1", "", []string{"OpenStack-API-Version", "compute 2.96"}, 200, 1, 1},
		{"GET", "/compute/v2.1/servers/detail", "", []string{"OpenStack-API-Version", "compute 2.96"}, 200, 1, 1},
		{"GET", "/compute/v2.1/servers?marker={id}", "", nil, 200, 3, 3},
		{"GET", "/compute/v2.1/servers?name=vs", "", nil, 200, 2, 2}, // in host names and in notes
		{"GET", server, "", nil, 200, 1, 1},
		{"GET", server, "", []string{"OpenStack-API-Version", "compute 2.96"}, 200, 1, 1},
		// What was listed or shown a moment ago needs no look before an
		// action; see TestSightings. What SoftLayer refuses costs a look after.
		{"POST", action, `{"reboot":{"type":"SOFT"}}`, nil, 202, 1, 1},
		{"POST", action, `{"reboot":{"type":"HARD"}}`, nil, 202, 1, 1},
		{"POST", action, `{"os-stop":null}`, nil, 202, 1, 2},
		{"POST", "/compute/v2.1/servers/{halted}/action", `{"os-start":null}`, nil, 202, 1, 2},
		{"PUT", server, `{"server":{"name":"new name"}}`, nil, 200, 2, 1}, // read and write the notes; nothing to write
		{"DELETE", server, "", nil, 204, 2, 1},                            // with a look, for it ends bills
		{"POST", action, `{"forceDelete":null}`, nil, 202, 2, 1},
		{"POST", action, `{"pause":null}`, nil, 202, 2, 1},
		{"POST", action, `{"unpause":null}`, nil, 409, 2, 2},
		{"POST", action, `{"suspend":null}`, nil, 202, 3, 1}, // with the tags
		{"POST", action, `{"resume":null}`, nil, 409, 1, 1},
		{"POST", action, `{"lock":null}`, nil, 202, 2, 1},
		{"POST", action, `{"lock":{"locked_reason":"why"}}`, at273, 202, 3, 1}, // with the notes
		{"POST", action, `{"unlock":null}`, nil, 202, 1, 1},
		{"POST", action, `{"rescue":null}`, nil, 200, 3, 1},
		{"POST", action, `{"unrescue":null}`, nil, 409, 1, 1},
		{"POST", action, `{"resize":{"flavorRef":"B1_2X8X25"}}`, nil, 202, 4, 1},
		{"POST", action, `{"confirmResize":null}`, nil, 409, 1, 1},
		{"POST", action, `{"revertResize":null}`, nil, 409, 1, 1},
		{"POST", action, `{"rebuild":{"imageRef":"` + core.SystemID("DEBIAN_12_64") + `"}}`, nil, 202, 4, 1},             // with the kind of system in the notes
		{"POST", action, `{"rebuild":{"imageRef":"{private}","name":"x"}}`, nil, 202, 5, 1},                              // with the image and the name
		{"POST", action, `{"rebuild":{"imageRef":"{private}","user_data":"eA==","key_name":"mine"}}`, latest, 202, 6, 1}, // with the key and the user data
		{"POST", action, `{"createImage":{"name":"x"}}`, nil, 202, 2, 1},
		{"POST", action, `{"createBackup":{"name":"x","backup_type":"daily","rotation":1}}`, nil, 202, 3, 1}, // with the list of backups
		{"POST", action, `{"os-getVNCConsole":{"type":"novnc"}}`, nil, 200, 1, 1},
		{"POST", server + "/remote-consoles", `{"remote_console":{"protocol":"vnc","type":"novnc"}}`, latest, 200, 1, 1},
		{"POST", action, `{"changePassword":{"adminPass":"x"}}`, nil, 501, 1, 1},
		{"POST", action, `{"os-getConsoleOutput":{}}`, nil, 501, 1, 1},
		{"POST", action, `{"shelve":null}`, nil, 202, 3, 1}, // with the mark
		{"POST", action, `{"trigger_crash_dump":null}`, latest, 400, 1, 1},
		{"POST", action, `{"addFixedIp":{"networkId":"n"}}`, nil, 400, 1, 1},
		{"POST", server + "/os-interface", `{"interfaceAttachment":{}}`, nil, 400, 1, 1},
		{"POST", action, `{"migrate":null}`, nil, 403, 1, 1},
		{"POST", action, `{"resetNetwork":null}`, nil, 410, 0, 0},
		{"GET", server + "/metadata", "", nil, 200, 1, 1},
		{"GET", server + "/metadata/role", "", nil, 200, 1, 1},
		{"POST", server + "/metadata", `{"metadata":{"a":"b"}}`, nil, 200, 2, 1},
		{"PUT", server + "/metadata", `{"metadata":{"a":"b"}}`, nil, 200, 2, 1},
		{"PUT", server + "/metadata/a", `{"meta":{"a":"b"}}`, nil, 200, 2, 1},
		{"DELETE", server + "/metadata/role", "", nil, 204, 2, 1},
		{"GET", server + "/tags", "", latest, 200, 1, 1},
		{"PUT", server + "/tags", `{"tags":["a"]}`, latest, 200, 2, 1},
		{"PUT", server + "/tags/a", "", latest, 201, 2, 1},
		{"DELETE", server + "/tags", "", latest, 204, 1, 1},
		{"GET", server + "/ips", "", nil, 200, 1, 1},
		{"GET", server + "/ips/{network}", "", nil, 200, 1, 1},
		{"GET", server + "/os-interface", "", nil, 200, 1, 1},
		{"GET", server + "/os-server-password", "", nil, 200, 1, 1},
		{"POST", "/compute/v2.1/servers", order(nil), nil, 202, 3, 1},
		{"POST", "/compute/v2.1/servers", order(map[string]any{"min_count": 3}), nil, 202, 3, 1},
		{"POST", "/compute/v2.1/servers", order(map[string]any{"tags": []string{"a", "b"}, "networks": "auto"}), latest, 202, 4, 2}, // with the tags
		{"POST", "/compute/v2.1/servers", order(map[string]any{"imageRef": "{private}"}), nil, 202, 4, 2},
		{"POST", "/compute/v2.1/servers", order(map[string]any{"key_name": "mine"}), nil, 202, 4, 2},
		{"POST", "/compute/v2.1/servers", order(map[string]any{"availability_zone": "dal13:demo-host"}), nil, 202, 4, 2}, // with the hosts
		{"GET", "/compute/v2.1/flavors", "", nil, 200, 1, 0},
		{"GET", "/compute/v2.1/flavors/detail", "", nil, 200, 1, 0},
		{"GET", "/compute/v2.1/flavors/" + flavor, "", nil, 200, 1, 0},
		{"GET", "/compute/v2.1/os-availability-zone", "", nil, 200, 1, 0},
		{"GET", "/compute/v2.1/os-keypairs", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-keypairs/mine", "", nil, 200, 1, 1},
		{"POST", "/compute/v2.1/os-keypairs", `{"keypair":{"name":"made"}}`, nil, 200, 2, 1},
		{"DELETE", "/compute/v2.1/os-keypairs/mine", "", nil, 202, 2, 1},
		{"GET", "/compute/v2.1/limits", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-quota-sets/307001", "", nil, 200, 0, 0},
		{"GET", "/compute/v2.1/os-quota-sets/307001/detail", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-simple-tenant-usage/307001", "", nil, 200, 1, 1},
		{"GET", server + "/os-instance-actions", "", nil, 200, 2, 2},
		{"GET", "/compute/v2.1/os-server-groups", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-networks", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-security-groups", "", nil, 200, 1, 1},
		{"GET", server + "/os-security-groups", "", nil, 200, 2, 2},                                                      // with the group "default"
		{"POST", "/compute/v2.1/os-security-groups", `{"security_group":{"name":"x","description":""}}`, nil, 200, 2, 2}, // with what it lets out
		{"GET", "/compute/v2.1/os-security-groups/{group}", "", nil, 200, 1, 1},
		{"PUT", "/compute/v2.1/os-security-groups/{group}", `{"security_group":{"name":"x","description":""}}`, nil, 200, 2, 2},
		{"DELETE", "/compute/v2.1/os-security-groups/{group}", "", nil, 202, 2, 1}, // gone
		{"POST", "/compute/v2.1/os-security-group-rules", `{"security_group_rule":{"parent_group_id":"{group}","ip_protocol":"tcp","from_port":1,"to_port":2}}`, nil, 200, 2, 1},
		{"GET", "/compute/v2.1/os-hypervisors/detail", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-hypervisors?with_servers=1", "", latest, 200, 1, 1},
		{"GET", "/compute/v2.1/os-services", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-floating-ip-pools", "", nil, 200, 0, 0},
		{"GET", "/compute/v2.1/os-floating-ips", "", nil, 200, 1, 1},
		{"DELETE", "/compute/v2.1/os-floating-ips/{floating}", "", nil, 202, 2, 1}, // gone
		{"POST", action, `{"addFloatingIp":{"address":"{address}"}}`, nil, 202, 2, 2},
		{"POST", action, `{"removeFloatingIp":{"address":"{address}"}}`, nil, 409, 1, 1},
		{"POST", action, `{"addSecurityGroup":{"name":"web"}}`, nil, 202, 2, 1},    // there already
		{"POST", action, `{"removeSecurityGroup":{"name":"web"}}`, nil, 404, 1, 1}, // not there
		{"POST", "/compute/v2.1/os-server-groups", `{"server_group":{"name":"a","policies":["anti-affinity"]}}`, nil, 200, 4, 3},
		{"GET", volumes, "", nil, 200, 2, 2},
		{"GET", volumes + "/{volume}", "", nil, 200, 1, 1},
		{"POST", volumes, `{"volume":{"size":40}}`, nil, 200, 3, 1},
		{"POST", volumes, `{"volume":{"size":40,"volume_type":"portable"}}`, nil, 200, 3, 1},
		{"POST", volumes, `{"volume":{"size":40,"snapshot_id":"{snapshot}","availability_zone":"dal13"}}`, nil, 200, 4, 2}, // with the snapshot
		{"DELETE", volumes + "/{volume}", "", nil, 202, 2, 2},
		{"GET", "/compute/v2.1/os-snapshots", "", nil, 200, 1, 1},
		{"GET", "/compute/v2.1/os-snapshots/{snapshot}", "", nil, 200, 1, 1},
		{"POST", "/compute/v2.1/os-snapshots", `{"snapshot":{"volume_id":"{volume}"}}`, nil, 200, 2, 2},
		{"DELETE", "/compute/v2.1/os-snapshots/{snapshot}", "", nil, 202, 2, 1},
		{"GET", server + "/os-volume_attachments", "", nil, 200, 1, 1},
		{"GET", server + "/os-volume_attachments/{attached}", "", nil, 200, 1, 1},
		{"POST", server + "/os-volume_attachments", `{"volumeAttachment":{"volumeId":"{volume}"}}`, nil, 200, 3, 2},
		{"POST", server + "/os-volume_attachments", `{"volumeAttachment":{"volumeId":"{volume}","delete_on_termination":true}}`, latest, 200, 4, 2}, // with the notes
		{"PUT", server + "/os-volume_attachments/{attached}", `{"volumeAttachment":{"volumeId":"{attached}","delete_on_termination":true}}`, latest, 202, 2, 1},
		{"DELETE", server + "/os-volume_attachments/{attached}", "", nil, 202, 2, 2},
		{"GET", "/image/v2/images", "", nil, 200, 4, 2},
		{"GET", "/compute/v2.1/images/detail", "", nil, 200, 4, 2},
		{"GET", "/image/v2/images/" + core.SystemID(osCode), "", nil, 200, 1, 0},
		{"GET", "/image/v2/images/{private}", "", nil, 200, 2, 1},
		{"GET", "/v3/auth/tokens", "", nil, 200, 0, 0},
		{"GET", "/v3/auth/catalog", "", nil, 200, 0, 0},
		{"GET", "/v3/auth/projects", "", nil, 200, 1, 1},
		{"POST", "/v3/auth/tokens", signIn(simulator.DemoUser, simulator.DemoKey), nil, 201, 1, 1},
	} {
		for _, n := range []int{10, 1000} {
			if list := strings.Contains(o.path, "servers") || strings.Contains(o.path, "limits"); n > 10 && (!list || o.method == "POST" || strings.HasPrefix(o.path, server+"/")) {
				continue // asks for nothing that grows
			}
			t.Run(fmt.Sprintf("%s %s of %d", o.method, o.path, n), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, setup{sim: guests(n), driver: Options{Console: "https://novnc.example.com/vnc_lite.html"}})
				ids := w.seed()
				in := strings.NewReplacer("{id}", ids.server, "{private}", ids.image, "{halted}", ids.halted, "{group}", ids.group,
					"{floating}", ids.floating, "{address}", ids.address,
					"{network}", ids.network, "{volume}", ids.volume, "{snapshot}", ids.snapshot, "{attached}", ids.attached)
				ask := func() *answer {
					return w.raw(simulator.DemoUser, o.method, in.Replace(o.path), in.Replace(o.body),
						append([]string{"X-Subject-Token", w.token(simulator.DemoUser)}, o.header...)...)
				}
				w.token(simulator.DemoUser)
				w.forget()
				if got := w.calls(func() {
					if a := ask(); a.status != o.status {
						t.Errorf("%d %s", a.status, a.body)
					}
				}); got != o.cold {
					t.Errorf("%d calls cold, want %d: %v", got, o.cold, w.sim.Calls())
				}
				w.sim.ResetCalls()
				if got := w.calls(func() { ask() }); got != o.warm {
					t.Errorf("%d calls warm, want %d: %v", got, o.warm, w.sim.Calls())
				}
			})
		}
	}
}

type seeds struct{ server, network, halted, image, group, floating, address, volume, snapshot, attached string }

// seed makes a key, a security group and a floating address, and returns ids to ask for.
func (w *world) seed() (s seeds) {
	w.Helper()
	if a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-keypairs", `{"keypair":{"name":"mine","public_key":"`+publicKey+`"}}`); a.status != http.StatusOK {
		w.Fatal(a.body)
	}
	s.floating, s.address = w.globalIP()
	var list struct{ Servers []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers?limit=5", ""), &list)
	s.server = list.Servers[0].ID
	var addresses struct{ Addresses map[string]any }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+s.server+"/ips", ""), &addresses)
	for s.network = range addresses.Addresses { // any
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers?status=SHUTOFF", ""), &list)
	s.halted = list.Servers[0].ID
	var images struct{ Images []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/image/v2/images?visibility=private", ""), &images)
	s.image = images.Images[0].ID
	s.group = keep.IDOf(keep.SecurityGroupKind, w.firewall("web"))
	w.seedVolumes(&s)
	w.sim.ResetCalls()
	w.forgetPlaces()
	return s
}

// seedVolumes makes a volume, one that is attached to the server, and a
// snapshot of another.
func (w *world) seedVolumes(s *seeds) {
	w.Helper()
	const room = `,"metadata":{"snapshot_space":"10"}`
	s.attached, s.volume = w.newVolume(``), w.newVolume(room)
	origin := w.newVolume(room)
	w.volume(s.volume)
	w.expect("POST", "/compute/v2.1/servers/"+s.server+"/os-volume_attachments", `{"volumeAttachment":{"volumeId":"`+s.attached+`"}}`, http.StatusOK, nil)
	var made struct{ Snapshot struct{ ID string } }
	w.expect("POST", "/compute/v2.1/os-snapshots", `{"snapshot":{"volume_id":"`+origin+`"}}`, http.StatusOK, &made)
	s.snapshot = made.Snapshot.ID
}

// TestColdCache checks that many who want the same at once ask once, each
// account for itself, and again when it is old.
func TestColdCache(t *testing.T) {
	for path, want := range map[string]int{
		"/compute/v2.1/flavors/detail":              1,
		"/compute/v2.1/flavors/" + flavor:           1,
		"/compute/v2.1/os-availability-zone":        1,
		"/image/v2/images/" + core.SystemID(osCode): 1,
		"/image/v2/images?visibility=public":        2,
		"/compute/v2.1/images?name=nonesuch":        2 + 200, // what is not everybody's is not kept
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			clock := simulator.NewClock(time.Now())
			w := newWorld(t, setup{driver: Options{Now: clock.Now}})
			for _, user := range []string{simulator.DemoUser, simulator.AltUser, simulator.DemoUser} {
				w.token(user)
				w.sim.Inject(simulator.Fault{Latency: 5 * time.Millisecond})
				got := w.calls(func() {
					var wg sync.WaitGroup
					for range 100 {
						wg.Go(func() {
							if a, err := w.try(user, "GET", path, ""); err != nil || a.status != http.StatusOK {
								t.Errorf("%+v, %v", a, err)
							}
						})
					}
					wg.Wait()
				})
				if got != want {
					t.Errorf("100 times for %s: %d calls, want %d", user, got, want)
				}
				w.sim.ClearFaults()
				clock.Advance(w.driver.core.Opts.CacheAge / 2)
			}
		})
	}
}
