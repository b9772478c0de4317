package softlayer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// longThing is something that a client of OpenStack may say much about.
type longThing struct {
	what   string
	header []string // of each request

	method, path string
	one          string // the name of the envelope
	create       map[string]any
	said         map[string]any // is in the body, too

	show, shownAs string         // path and envelope at which it is shown, where those are others
	shown         map[string]any // instead of said
}

// texts are the alphabets of long texts: SoftLayer counts characters, and JSON
// takes several for some.
var texts = map[string]string{"ASCII": "x", "umlauts": "ü", "quotes": `"`, "planes": "😀"}

// items is as much metadata as Nova takes, in an alphabet.
func items(letter string) map[string]any { return someItems(letter, 128) }

func someItems(letter string, n int) map[string]any {
	m := make(map[string]any)
	for i := range n {
		m[fmt.Sprintf("%03d%s", i, strings.Repeat("k", 252))] = strings.Repeat(letter, 255)
	}
	return m
}

// bounds are how refusals say them: Nova has names of printable characters of
// the basic plane.
var bounds = regexp.MustCompile(`1000 characters|must be: printable characters`)

// TestLongest: the longest that OpenStack takes comes back whole, from each
// replica, or is refused in words that say the bound.
func TestLongest(t *testing.T) {
	for name, letter := range texts {
		t.Run(name, func(t *testing.T) {
			long := strings.Repeat(letter, 255)
			w := newWorld(t, setup{clockNow: true, driver: Options{OrderHardware: true, HardwareServers: true, SnapshotSpace: true, Transport: noLongTexts(t)}})
			server := w.boot(simulator.DemoUser, "web")
			volume := w.newVolume(`,"metadata":{"snapshot_space":"40"}`)
			network := w.networkIn("dal10.fcr01")
			address, _ := w.globalIP()
			image := w.snap(server, "one")
			machine := w.node("bm-demo").UUID
			var subnets struct{ Subnets []struct{ ID string } }
			w.neutron(simulator.DemoUser, "/subnets?network_id="+network, &subnets)
			keyName := strings.Repeat("k-", 127) + "k"
			w.clock.Advance(20 * step)
			nova, cinder30 := []string{"OpenStack-API-Version", "compute 2.90"}, latestVolume
			whole := map[string]any{"name": long, "description": long}
			with := func(more map[string]any) map[string]any {
				all := maps.Clone(whole)
				maps.Copy(all, more)
				return all
			}
			tags := []string{strings.Repeat("t", 60), strings.Repeat(letter, 60)}
			for _, k := range []longThing{
				{what: "server", one: "server", method: "POST", path: "/compute/v2.1/servers", header: nova, said: with(map[string]any{"metadata": items(letter)}),
					create: map[string]any{"imageRef": core.SystemID(osCode), "flavorRef": flavor, "networks": "auto"}},
				{what: "server that is there", one: "server", method: "PUT", path: "/compute/v2.1/servers/" + server, header: nova, said: whole},
				{what: "lock of a server", one: "lock", shownAs: "server", method: "POST", path: "/compute/v2.1/servers/" + server + "/action", header: nova,
					show: "/compute/v2.1/servers/" + server, said: map[string]any{"locked_reason": long}},
				{what: "bare metal server", one: "server", method: "PUT", path: "/compute/v2.1/servers/" + machine, header: nova, said: whole},
				{what: "its metadata", method: "PUT", path: "/compute/v2.1/servers/" + machine + "/metadata", said: map[string]any{"metadata": items(letter)}},
				{what: "image", method: "POST", path: "/image/v2/images", create: map[string]any{"disk_format": "vhd", "container_format": "bare"},
					said: map[string]any{"name": long, "description": strings.Repeat(letter, 4000), strings.Repeat("p", 255): long, "tags": []string{long}}},
				{what: "image that is there", one: "metadata", method: "POST", path: "/compute/v2.1/images/" + image + "/metadata", show: "/compute/v2.1/images/" + image + "/metadata", said: someItems(letter, 126)},
				{what: "subnet", one: "subnet", method: "PUT", path: "/network/v2.0/subnets/" + subnets.Subnets[0].ID, said: whole},
				{what: "tags of a subnet", method: "PUT", path: "/network/v2.0/subnets/" + subnets.Subnets[0].ID + "/tags", said: map[string]any{"tags": []string{long, "t"}}},
				{what: "image of a volume", one: "os-set_image_metadata", method: "POST", path: cinder + "/volumes/" + volume + "/action", header: cinder30,
					show: cinder + "/volumes/" + volume, shownAs: "volume", said: map[string]any{"metadata": items(letter)}, shown: map[string]any{"volume_image_metadata": items(letter)}},
				{what: "tags of a server", method: "PUT", path: "/compute/v2.1/servers/" + server + "/tags", header: nova, said: map[string]any{"tags": tags}},
				{what: "key pair", one: "keypair", method: "POST", path: "/compute/v2.1/os-keypairs", show: "/compute/v2.1/os-keypairs/" + keyName,
					said: map[string]any{"name": keyName, "public_key": publicKey + " " + strings.Repeat("c", 400) + "\n"}},
				{what: "server group", one: "server_group", method: "POST", path: "/compute/v2.1/os-server-groups", header: nova, said: map[string]any{"name": long, "policy": "anti-affinity"}},
				{what: "soft server group", one: "server_group", method: "POST", path: "/compute/v2.1/os-server-groups", header: nova, said: map[string]any{"name": long, "policy": "soft-affinity"}},
				{what: "volume", one: "volume", method: "POST", path: cinder + "/volumes", header: cinder30, said: with(map[string]any{"metadata": items(letter)}),
					create: map[string]any{"size": 40, "availability_zone": "dal13"}},
				{what: "portable volume", one: "volume", method: "POST", path: cinder + "/volumes", header: cinder30, said: with(map[string]any{"metadata": items(letter)}),
					create: map[string]any{"size": 10, "volume_type": "portable", "availability_zone": "dal13"}},
				{what: "volume that is there", one: "volume", method: "PUT", path: cinder + "/volumes/" + volume, header: cinder30, said: with(map[string]any{"metadata": items(letter)})},
				{what: "snapshot", one: "snapshot", method: "POST", path: cinder + "/snapshots", header: cinder30, said: with(map[string]any{"metadata": items(letter)}),
					create: map[string]any{"volume_id": volume}},
				{what: "network", one: "network", method: "PUT", path: "/network/v2.0/networks/" + network, said: whole},
				{what: "tags of a network", method: "PUT", path: "/network/v2.0/networks/" + network + "/tags", said: map[string]any{"tags": []string{long, "t"}}},
				{what: "port", one: "port", method: "POST", path: "/network/v2.0/ports", said: with(map[string]any{"tags": []string{"t", long}}), create: map[string]any{"network_id": network}},
				{what: "security group", one: "security_group", method: "POST", path: "/network/v2.0/security-groups", said: with(map[string]any{"tags": []string{"t", long}})},
				{what: "floating IP", one: "floatingip", method: "PUT", path: "/network/v2.0/floatingips/" + address, said: map[string]any{"description": long}},
				{what: "node", method: "POST", path: "/baremetal/v1/nodes", header: []string{ironicVersion, "1.82"},
					said:   map[string]any{"description": strings.Repeat(letter, 4096), "extra": items(letter), "properties": items(letter)},
					create: map[string]any{"driver": "softlayer", "name": "long", "resource_class": "S1270_32GB_1X1TBSATA_NORAID", "instance_info": map[string]any{"image_source": "UBUNTU_22_64"}}},
			} {
				w.longest(t, k)
			}
		})
	}
}

// noLongTexts watches over what SoftLayer is told: it is known to keep 1,000
// characters.
func noLongTexts(t *testing.T) http.RoundTripper {
	var check func(any) bool
	check = func(v any) bool {
		switch v := v.(type) {
		case string:
			return utf8.RuneCountInString(v) <= 1000
		case []any:
			return !slices.ContainsFunc(v, func(v any) bool { return !check(v) })
		case map[string]any:
			return check(slices.Collect(maps.Values(v)))
		}
		return true
	}
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.Body != nil {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				return nil, err
			}
			var v any
			if json.Unmarshal(body, &v) == nil && !check(v) {
				t.Errorf("SoftLayer is told too much: %s", req.URL.Path)
			}
			req.Body = io.NopCloser(bytes.NewReader(body))
		}
		return http.DefaultTransport.RoundTrip(req)
	})
}

// longest makes or changes a thing, and looks at it through another replica
// when SoftLayer has made it.
func (w *world) longest(t *testing.T, k longThing) {
	t.Helper()
	members := maps.Clone(k.create)
	if members == nil {
		members = make(map[string]any)
	}
	maps.Copy(members, k.said)
	body := members
	if k.one != "" {
		body = map[string]any{k.one: members}
	}
	text, _ := json.Marshal(body)
	a := w.raw(simulator.DemoUser, k.method, k.path, string(text), k.header...)
	switch {
	case a.status/100 == 4 && bounds.MatchString(a.body):
		t.Logf("%s: %d %.400s", k.what, a.status, a.body)
		return
	case a.status/100 != 2:
		t.Errorf("%s: %d ...%s", k.what, a.status, a.body[max(0, len(a.body)-300):])
		return
	}
	if k.shownAs != "" {
		k.one = k.shownAs
	}
	if k.shown == nil {
		k.shown = k.said
	}
	open := func(a *answer) (members map[string]any) {
		t.Helper()
		if a.body == "" {
			return nil
		}
		w.into(a, &members)
		if k.one != "" {
			members, _ = members[k.one].(map[string]any)
		}
		return members
	}
	made := open(a)
	show := k.show
	if show == "" {
		if show = k.path; k.method == "POST" {
			id, _ := made["id"].(string)
			if id == "" {
				id, _ = made["uuid"].(string)
			}
			show += "/" + id
		}
	}
	for _, later := range []bool{false, true} {
		if later {
			w.clock.Advance(20 * step)
		}
		for _, from := range []*world{w, w.replica()} {
			a := from.raw(simulator.DemoUser, "GET", show, "", k.header...)
			if a.status != 200 {
				t.Errorf("%s is not shown: %d %.200s", k.what, a.status, a.body)
				return
			}
			shown := open(a)
			for name, value := range k.shown {
				if !includes(shown[name], value) {
					is, _ := json.Marshal(shown[name])
					t.Errorf("%s (later: %t): %s is %.100s", k.what, later, name, is)
				}
			}
		}
	}
}

// includes tells whether what is shown has all that was said.
func includes(shown, said any) bool {
	switch said := said.(type) {
	case map[string]any:
		m, _ := shown.(map[string]any)
		for name, value := range said {
			if m[name] != value {
				return false
			}
		}
		return true
	case []string:
		list, _ := shown.([]any)
		return len(list) == len(said) && !slices.ContainsFunc(said, func(s string) bool { return !slices.Contains(list, any(s)) })
	}
	return shown == said
}
