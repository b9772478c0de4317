package softlayer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// viewed is what the tests look at of a server.
type viewed struct {
	Name, Status, Description string
	VM                        string  `json:"OS-EXT-STS:vm_state"`
	Task                      *string `json:"OS-EXT-STS:task_state"`
	Power                     int     `json:"OS-EXT-STS:power_state"`
	Flavor                    struct {
		Name string `json:"original_name"`
	}
	Image    struct{ ID string }
	Tags     []string
	Metadata map[string]string
	Key      string `json:"key_name"`
	Locked   bool
	Reason   *string `json:"locked_reason"`
}

// look shows a server, at the latest microversion.
func (w *world) look(id string) (s viewed) {
	w.Helper()
	a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "", "OpenStack-API-Version", "compute 2.96")
	if a.status != http.StatusOK {
		w.Fatalf("show: %d %s", a.status, a.body)
	}
	var body struct{ Server viewed }
	w.into(a, &body)
	return body.Server
}

// is checks status, vm_state, task_state and power_state.
func (w *world) is(id, want string) {
	w.Helper()
	s := w.look(id)
	task := ""
	if s.Task != nil {
		task = *s.Task
	}
	if got := fmt.Sprintf("%s %s %s %d", s.Status, s.VM, task, s.Power); got != want {
		w.Errorf("the server is %s, want %s", got, want)
	}
}

// action does one at the latest microversion.
func (w *world) action(id, body string, status int) *answer {
	w.Helper()
	return w.actionAt("2.96", id, body, status)
}

func (w *world) actionAt(version, id, body string, status int) *answer {
	w.Helper()
	a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/action", body, "OpenStack-API-Version", "compute "+version)
	if a.status != status {
		w.Errorf("%s: %d %s, want %d", body, a.status, a.body, status)
	}
	return a
}

// refuses checks that an action is a 409 with a text.
func (w *world) refuses(id, body, message string) {
	w.Helper()
	if _, got := w.action(id, body, http.StatusConflict).fault(); got != message {
		w.Errorf("%s: %q, want %q", body, got, message)
	}
}

// kept is what SoftLayer has of a guest.
func (w *world) kept(id string) (notes string, tags []string) {
	w.Helper()
	g := w.stored(id)
	for _, t := range g.TagReferences {
		tags = append(tags, t.Tag.Name)
	}
	return g.Notes, tags
}

func TestPauseAndSuspend(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	w.refuses(id, `{"unpause":null}`, "Cannot 'unpause' instance "+id+" while it is in vm_state active")
	w.action(id, `{"pause":null}`, 202)
	w.is(id, "PAUSED paused  3")
	w.refuses(id, `{"resume":null}`, "Cannot 'resume' instance "+id+" while it is in vm_state paused")
	w.refuses(id, `{"os-stop":null}`, "Cannot 'stop' instance "+id+" while it is in vm_state paused")
	w.action(id, `{"unpause":null}`, 202)
	w.action(id, `{"suspend":null}`, 202)
	w.is(id, "SUSPENDED suspended  7")
	w.refuses(id, `{"unpause":null}`, "Cannot 'unpause' instance "+id+" while it is in vm_state suspended")
	w.action(id, `{"resume":null}`, 202)
	w.is(id, "ACTIVE active  1")
	// A hard reboot ends it without a word; the next pause is none the less one.
	w.action(id, `{"suspend":null}`, 202)
	w.driver.core.Opts.Now = w.clock.Now
	w.action(id, `{"reboot":{"type":"HARD"}}`, 202)
	w.is(id, "HARD_REBOOT active rebooting_hard 1")
	w.clock.Advance(step)
	w.is(id, "ACTIVE active  1")
	w.action(id, `{"pause":null}`, 202)
	w.is(id, "PAUSED paused  3")
}

func TestLock(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	w.action(id, `{"lock":{"locked_reason":"Ann's, \u00e4sk her"}}`, 202)
	if s := w.look(id); !s.Locked || *s.Reason != "Ann's, äsk her" || len(s.Tags) > 0 {
		t.Errorf("locked: %+v", s)
	}
	for _, body := range []string{`{"os-stop":null}`, `{"reboot":{"type":"HARD"}}`, `{"pause":null}`, `{"suspend":null}`, `{"rescue":null}`,
		`{"resize":{"flavorRef":"B1_2X8X25"}}`, `{"rebuild":{"imageRef":"` + core.SystemID(osCode) + `"}}`, `{"forceDelete":null}`, `{"shelve":null}`} {
		w.refuses(id, body, "Instance "+id+" is locked")
	}
	for _, r := range [][2]string{{"DELETE", ""}, {"PUT", "/metadata"}} {
		a := w.raw(simulator.DemoUser, r[0], "/compute/v2.1/servers/"+id+r[1], `{"metadata":{}}`)
		if _, message := a.fault(); a.status != 409 || message != "Instance "+id+" is locked" {
			t.Errorf("%s: %d %s", r, a.status, a.body)
		}
	}
	w.action(id, `{"lock":null}`, 202)
	if s := w.look(id); !s.Locked || s.Reason != nil {
		t.Errorf("locked again: %+v", s)
	}
	w.action(id, `{"unlock":null}`, 202)
	w.action(id, `{"unlock":null}`, 202)
	if s := w.look(id); s.Locked {
		t.Errorf("unlocked: %+v", s)
	}
	w.action(id, `{"os-stop":null}`, 202)
}

func TestRescue(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	if a := w.action(id, `{"rescue":{"rescue_image_ref":"`+core.SystemID(osCode)+`"}}`, 400); !strings.Contains(a.body, "cannot be used") {
		t.Error(a.body)
	}
	if a := w.action(id, `{"rescue":{"adminPass":"x"}}`, 200); a.body != "{}" {
		t.Errorf("rescue: %s", a.body)
	}
	w.is(id, "ACTIVE active rescuing 1")
	w.refuses(id, `{"unrescue":null}`, "Cannot 'unrescue' instance "+id+" while it is in vm_state active")
	w.clock.Advance(20 * step)
	w.is(id, "RESCUE rescued  1")
	w.refuses(id, `{"rescue":null}`, "Cannot 'rescue' instance "+id+" while it is in vm_state rescued")
	w.refuses(id, `{"reboot":{"type":"HARD"}}`, "Cannot 'reboot' instance "+id+" while it is in vm_state rescued")
	w.action(id, `{"unrescue":null}`, 202)
	w.is(id, "ACTIVE active  1")
	if _, tags := w.kept(id); len(tags) > 0 {
		t.Errorf("tags %v are left", tags)
	}
}

func TestResize(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	resize := func(to string) string { return `{"resize":{"flavorRef":"` + to + `"}}` }
	for to, message := range map[string]string{
		"nonsense": "Flavor nonsense could not be found.", flavor: "When resizing, instances must change flavor!",
	} {
		if _, got := w.action(id, resize(to), 400).fault(); got != message {
			t.Errorf("to %s: %q", to, got)
		}
	}
	w.action(id, resize("B1_2X8X25"), 202)
	w.is(id, "RESIZE active resize_migrating 1")
	if s := w.look(id); s.Flavor.Name != flavor {
		t.Errorf("flavor %s already", s.Flavor.Name)
	}
	w.refuses(id, resize("B1_4X8X100"), "Cannot 'resize' instance "+id+" while it is in task_state resize_migrating")
	w.clock.Advance(20 * step)
	w.is(id, "VERIFY_RESIZE resized  1")
	if s := w.look(id); s.Flavor.Name != "B1_2X8X25" || len(s.Tags) > 0 {
		t.Errorf("resized: %+v", s)
	}
	w.refuses(id, resize(flavor), "Cannot 'resize' instance "+id+" while it is in vm_state resized")
	w.action(id, `{"revertResize":null}`, 202)
	w.is(id, "REVERT_RESIZE resized resize_reverting 1")
	w.clock.Advance(20 * step)
	w.is(id, "ACTIVE active  1")
	if s := w.look(id); s.Flavor.Name != flavor {
		t.Errorf("reverted to %s", s.Flavor.Name)
	}
	w.refuses(id, `{"confirmResize":null}`, "Cannot 'confirmResize' instance "+id+" while it is in vm_state active")

	w.action(id, resize("B1_4X8X100"), 202)
	w.clock.Advance(20 * step)
	if a := w.action(id, `{"revertResize":null}`, 409); !strings.Contains(a.body, "disk has grown") {
		t.Error(a.body)
	}
	if a := w.action(id, `{"confirmResize":null}`, 204); a.body != "" {
		t.Error(a.body)
	}
	w.is(id, "ACTIVE active  1")
	if _, tags := w.kept(id); len(tags) > 0 {
		t.Errorf("tags %v are left", tags)
	}
	if _, message := w.action(id, resize(flavor), 400).fault(); !strings.Contains(message, "can't shrink") {
		t.Error(message)
	}
}

func TestRebuild(t *testing.T) {
	w := newWorld(t, setup{})
	w.raw(simulator.DemoUser, "POST", "/compute/v2.1/os-keypairs", `{"keypair":{"name":"mine","public_key":"`+publicKey+`"}}`)
	id := w.boot(simulator.DemoUser, "web")
	const debian = "DEBIAN_12_64"
	rebuild := func(members string) string { return `{"rebuild":{` + members + `}}` }
	for members, message := range map[string]string{
		`"imageRef":"00000000-dead-4bad-8bad-000000000000"`:             "Cannot find image for rebuild",
		`"imageRef":"` + core.SystemID(debian) + `","key_name":"other"`: "Invalid key_name provided.",
	} {
		if _, got := w.action(id, rebuild(members), 400).fault(); got != message {
			t.Errorf("%s: %q", members, got)
		}
	}
	a := w.action(id, rebuild(`"imageRef":"`+core.SystemID(debian)+`","name":"R\u00e9built","description":"d","metadata":{"r":"1"},"key_name":"mine","user_data":"eA=="`), 202)
	var body struct{ Server viewed }
	w.into(a, &body)
	if s := body.Server; s.Status != "REBUILD" || s.Name != "Rébuilt" || s.Image.ID != core.SystemID(debian) || s.Metadata["r"] != "1" || s.Key != "mine" ||
		!strings.Contains(a.body, `"user_data": "eA=="`) || strings.Contains(a.body, "adminPass") || !strings.HasSuffix(a.header.Get("Location"), "/compute/v2.1/servers/"+id) {
		t.Errorf("rebuild: %s %s", a.body, a.header)
	}
	w.is(id, "REBUILD active rebuilding 1")
	w.refuses(id, `{"os-stop":null}`, "Cannot 'stop' instance "+id+" while it is in task_state rebuilding")
	w.clock.Advance(20 * step)
	w.is(id, "ACTIVE active  1")
	if s := w.look(id); s.Name != "Rébuilt" || s.Image.ID != core.SystemID(debian) || s.Metadata["r"] != "1" || s.Description != "d" || s.Key != "mine" {
		t.Errorf("rebuilt: %+v", s)
	}
}

func TestImagesOfServers(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	var made struct {
		Image string `json:"image_id"`
	}
	w.into(w.action(id, `{"createImage":{"name":"snap","metadata":{"m":"n","image_type":"mine"}}}`, 202), &made)
	w.is(id, "ACTIVE active image_uploading 1")
	w.refuses(id, `{"createImage":{"name":"again"}}`, "Cannot 'createImage' instance "+id+" while it is in task_state image_uploading")
	var image map[string]any
	w.into(w.raw(simulator.DemoUser, "GET", "/image/v2/images/"+made.Image, ""), &image)
	if image["status"] != "saving" || image["name"] != "snap" || image["m"] != "n" || image["image_type"] != "mine" || image["instance_uuid"] != id {
		t.Errorf("image %v", image)
	}
	w.clock.Advance(20 * step)
	w.is(id, "ACTIVE active  1")
	a := w.actionAt("2.44", id, `{"createImage":{"name":"old"}}`, 202)
	if at := a.header.Get("Location"); !strings.HasPrefix(at, w.url+"/image/images/") || a.body != "" {
		t.Errorf("Location %s, %s", at, a.body)
	}
	w.clock.Advance(20 * step)

	backups := func() (names []string) {
		var list struct{ Images []map[string]any }
		w.into(w.raw(simulator.DemoUser, "GET", "/image/v2/images?visibility=private", ""), &list)
		for _, i := range list.Images {
			if i["backup_type"] == "daily" {
				names = append(names, i["name"].(string))
			}
		}
		return names
	}
	for i := range 4 {
		w.action(id, fmt.Sprintf(`{"createBackup":{"name":"b%d","backup_type":"daily","rotation":2}}`, i), 202)
		w.clock.Advance(20 * step)
	}
	if got := backups(); !slices.Equal(got, []string{"b3", "b2"}) {
		t.Errorf("backups %v", got)
	}
	w.action(id, `{"createBackup":{"name":"none","backup_type":"","rotation":0}}`, 202) // of no type: not the snapshots
	if a := w.raw(simulator.DemoUser, "GET", "/image/v2/images/"+made.Image, ""); a.status != http.StatusOK {
		t.Errorf("the snapshot went with the backups: %d", a.status)
	}
	w.action(id, `{"createBackup":{"name":"none","backup_type":"daily","rotation":0}}`, 202)
	if got := backups(); len(got) > 0 {
		t.Errorf("backups %v", got)
	}
}

func TestConsole(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	ask := func(protocol, kind string) (int, string, string) {
		a := w.raw(simulator.DemoUser, "POST", "/compute/v2.1/servers/"+id+"/remote-consoles",
			fmt.Sprintf(`{"remote_console":{"protocol":%q,"type":%q}}`, protocol, kind), "OpenStack-API-Version", "compute 2.96")
		var body struct {
			Console struct{ URL string } `json:"remote_console"`
		}
		w.into(a, &body)
		_, message := a.fault()
		return a.status, body.Console.URL, message
	}
	if status, url, message := ask("vnc", "novnc"); status != 400 || message != "Unavailable console type novnc." {
		t.Errorf("without a page: %d %s %s", status, url, message)
	}
	w.driver.core.Opts.Console = "https://novnc.example.com/vnc_lite.html?resize=scale"
	if _, url, _ := ask("vnc", "novnc"); !strings.HasPrefix(url, "https://novnc.example.com/vnc_lite.html?encrypt=1&host=console.") || !strings.Contains(url, "&path=console%2F"+id+"%3Ftoken%3D") || !strings.HasSuffix(url, "&port=8443&resize=scale") {
		t.Error(url)
	}
	if status, _, message := ask("spice", "spice-html5"); status != 400 || message != "Unavailable console type spice-html5." {
		t.Errorf("%d %s", status, message)
	}
	w.action(id, `{"os-getConsoleOutput":{}}`, 501)
	if _, message := w.action(id, `{"changePassword":{"adminPass":"x"}}`, 501).fault(); message != "Unable to set password on instance" {
		t.Error(message)
	}
	w.refuses(id, `{"unshelve":null}`, "Cannot 'unshelve' instance "+id+" while it is in vm_state active")
	w.refuses(id, `{"restore":null}`, "Cannot 'restore' instance "+id+" while it is in vm_state active")
}

func TestInterfaces(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	var list struct {
		Attachments []struct {
			Port  string `json:"port_id"`
			Net   string `json:"net_id"`
			MAC   string `json:"mac_addr"`
			State string `json:"port_state"`
			IPs   []struct {
				Subnet string `json:"subnet_id"`
				IP     string `json:"ip_address"`
			} `json:"fixed_ips"`
		} `json:"interfaceAttachments"`
	}
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id+"/os-interface", ""), &list)
	if len(list.Attachments) != 2 {
		t.Fatalf("%+v", list)
	}
	for _, one := range list.Attachments {
		if !keep.GUID.MatchString(one.Port) || !keep.GUID.MatchString(one.Net) || one.MAC == "" || one.State != "ACTIVE" || len(one.IPs) != 1 || !keep.GUID.MatchString(one.IPs[0].Subnet) {
			t.Errorf("%+v", one)
		}
		a := w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id+"/os-interface/"+one.Port, "")
		if a.status != 200 || !strings.Contains(a.body, one.MAC) {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

// TestTagsAndNotes: what people keep in tags and notes stays as it is,
// whatever is done with it here.
func TestTagsAndNotes(t *testing.T) {
	accounts := simulator.DemoAccounts()
	const theirs = "Ann's\n--os:{not ours}\n"
	accounts[0].Guests = []simulator.Guest{{Notes: theirs, Tags: []string{"os:linux", "os:", "os:vresize:", "Web Front", "os:lockedout"}}}
	w := newWorld(t, setup{sim: simulator.Options{Accounts: accounts}})
	var list struct{ Servers []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers", ""), &list)
	id := list.Servers[0].ID
	own := []string{"os:linux", "os:", "os:vresize:", "Web Front", "os:lockedout"}
	check := func(when string, tags ...string) {
		t.Helper()
		if got := w.look(id).Tags; !slices.Equal(got, tags) {
			t.Errorf("%s: tags %q, want %q", when, got, tags)
		}
		if notes, _ := w.kept(id); !strings.HasPrefix(notes, theirs) {
			t.Errorf("%s: notes %q", when, notes)
		}
	}
	tag := func(method, path, body string, status int, message string) {
		t.Helper()
		a := w.raw(simulator.DemoUser, method, "/compute/v2.1/servers/"+id+"/tags"+path, body, "OpenStack-API-Version", "compute 2.26")
		if _, got := a.fault(); a.status != status || !strings.Contains(got, message) {
			t.Errorf("%s %s %s: %d %s, want %d %s", method, path, body, a.status, a.body, status, message)
		}
	}
	check("at first", own...)
	w.action(id, `{"lock":{"locked_reason":"r"}}`, 202)
	check("locked", own...)
	tag("PUT", "/new%20one", "", 201, "")
	check("tagged while locked", append(slices.Clone(own), "new one")...)
	if !w.look(id).Locked {
		t.Error("a new tag unlocked it")
	}
	tag("PUT", "/web%20front", "", 400, "no difference between tags in upper and lower case")
	for _, hostile := range []string{
		"/os:locked", "/os:rescue", "/os:vresize:X", "/os:suspended", "/%C3%A9", "/%22", "/%20x", "/x%20", "/%7B%7D", "/os:linux2", "/a.b-c_d:e",
	} {
		tag("PUT", hostile, "", 201, "")
		tag("GET", hostile, "", 204, "")
	}
	for _, query := range []string{"tags=%C3%A9", "tags=os:locked,a.b-c_d:e", "tags-any=zz,%22", "tags=%C3%A9&name=" + w.look(id).Name} {
		for _, path := range []string{"/compute/v2.1/servers?limit=5&", "/compute/v2.1/servers/detail?"} {
			var found struct{ Servers []struct{ ID string } }
			w.into(w.raw(simulator.DemoUser, "GET", path+query, "", "OpenStack-API-Version", "compute 2.26"), &found)
			if len(found.Servers) != 1 || found.Servers[0].ID != id {
				t.Errorf("%s%s finds %v", path, query, found)
			}
		}
	}
	if s := w.look(id); s.Status != "ACTIVE" {
		t.Errorf("a tag has made it %s", s.Status)
	}
	tag("PUT", "", `{"tags":["fine","n\u00f6t"]}`, 200, "")
	check("with one in other letters", "fine", "nöt")
	tag("PUT", "", `{"tags":["os:linux","b"]}`, 200, "")
	check("replaced", "os:linux", "b")
	tag("DELETE", "/zz", "", 404, "has no tag 'zz'")
	tag("DELETE", "/b", "", 204, "")
	tag("DELETE", "", "", 204, "")
	check("deleted")
	if !w.look(id).Locked {
		t.Error("its tags went with the lock")
	}
	w.action(id, `{"unlock":null}`, 202)
	if notes, tags := w.kept(id); !strings.HasPrefix(notes, theirs) || len(tags) > 0 {
		t.Errorf("in the end: %q %q", notes, tags)
	}
}

func TestMetadata(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "Real (name)")
	path := "/compute/v2.1/servers/" + id + "/metadata"
	for _, r := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "", "", 200, `{"metadata": {}}`},
		{"POST", "", `{"metadata":{"a":"1","b":"\u00e4\n\"<&>--os:{}"}}`, 200, ""},
		{"PUT", "/c", `{"meta":{"c":"3"}}`, 200, `{"meta": {"c": "3"}}`},
		{"DELETE", "/b", "", 204, ""},
		{"GET", "", "", 200, `{"metadata": {"a": "1", "c": "3"}}`},
		{"GET", "/b", "", 404, ""},
		{"PUT", "", `{"metadata":{}}`, 200, `{"metadata": {}}`},
		{"POST", "", `{"metadata":{"a":"` + strings.Repeat("x", 255) + `","b":"` + strings.Repeat("x", 255) + `","c":"` + strings.Repeat("x", 255) + `","d":"` + strings.Repeat("x", 255) + `"}}`, 200, ""},
	} {
		if a := w.raw(simulator.DemoUser, r.method, path+r.path, r.body); a.status != r.status || r.want != "" && a.body != r.want {
			t.Errorf("%s %s %.60s: %d %s, want %d %s", r.method, r.path, r.body, a.status, a.body, r.status, r.want)
		}
	}
	if s := w.look(id); s.Name != "Real (name)" {
		t.Errorf("name %s", s.Name)
	}
}

// TestConcurrentChanges: changes of one server's tags and notes by many at
// once all happen.
func TestConcurrentChanges(t *testing.T) {
	w := newWorld(t, setup{sim: guests(2)})
	var list struct{ Servers []struct{ ID string } }
	w.into(w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers?status=ACTIVE", ""), &list)
	id := list.Servers[0].ID
	var wg sync.WaitGroup
	for i := range 8 {
		for _, r := range []struct{ method, path, body string }{
			{"PUT", fmt.Sprintf("/tags/t%d", i), ""},
			{"POST", "/metadata", fmt.Sprintf(`{"metadata":{"k%d":"v"}}`, i)},
			{"PUT", "", fmt.Sprintf(`{"server":{"description":"d%d"}}`, i)},
		} {
			wg.Go(func() {
				a, err := w.try(simulator.DemoUser, r.method, "/compute/v2.1/servers/"+id+r.path, r.body, "OpenStack-API-Version", "compute 2.96")
				if err != nil || a.status >= 300 {
					t.Errorf("%s %s: %+v, %v", r.method, r.path, a, err)
				}
			})
		}
	}
	wg.Wait()
	s := w.look(id)
	if len(s.Tags) != 8 || len(s.Metadata) != 9 || s.Metadata["role"] != "web" || !strings.HasPrefix(s.Description, "d") {
		t.Errorf("after all: %+v", s)
	}
	if notes, _ := w.kept(id); !strings.HasPrefix(notes, "Ann's\n") {
		t.Errorf("notes %q", notes)
	}
}

// TestAnotherReplica: what is marked by one Gateway is known to all.
func TestAnotherReplica(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	w.action(id, `{"suspend":null}`, 202)
	w.action(id, `{"lock":{"locked_reason":"r"}}`, 202)
	other, err := New(w.driver.opts)
	if err != nil {
		t.Fatal(err)
	}
	s, err := other.compute.Server(asDemo(), id)
	if err != nil || s.Status != "SUSPENDED" || !s.Locked || s.LockedReason != "r" {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestStop: a system that can't be shut down is switched off, once; what the
// state forbids is not tried in another way, nor is what got no answer.
func TestStop(t *testing.T) {
	w := newWorld(t, setup{})
	id := w.boot(simulator.DemoUser, "web")
	const stop, public = `{"os-stop":null}`, `{"error":"Unable to shut down.","code":"SoftLayer_Exception_Public"}`
	for _, o := range []struct {
		fault     simulator.Fault
		status    int
		soft, off int
	}{
		{simulator.Fault{Method: "powerOffSoft", Reset: true}, 502, 1, 0},
		{simulator.Fault{Status: 500, Body: public}, 502, 1, 0}, // the look after it fails as well
		{simulator.Fault{Method: "powerOffSoft", Status: 500, Body: public}, 202, 1, 1},
		{simulator.Fault{Method: "nothing"}, 409, 1, 0}, // it is off
	} {
		w.raw(simulator.DemoUser, "GET", "/compute/v2.1/servers/"+id, "")
		w.sim.ResetCalls()
		w.sim.Inject(o.fault)
		a := w.action(id, stop, o.status)
		w.sim.ClearFaults()
		if n := w.sim.Calls(); n["SoftLayer_Virtual_Guest::powerOffSoft"] != o.soft || n["SoftLayer_Virtual_Guest::powerOff"] != o.off {
			t.Errorf("%+v: %v, %s", o.fault, n, a.body)
		}
	}
	if s := w.look(id); s.Status != "SHUTOFF" {
		t.Errorf("%+v", s)
	}
}
