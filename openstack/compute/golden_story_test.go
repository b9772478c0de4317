package compute_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/volume"
)

// skips are the recordings that are not compared, with the reason.
var skips = map[int]string{
	38:  "asked by an admin; there are none here",
	39:  "asked by an admin",
	61:  "asked by an admin",
	157: "asked by an admin",
	187: "asked by an admin",
	340: "asked by an admin",
	354: "asked by an admin",
	347: "a server without a host, for it is shelved: no driver has such",
}

// deviations are where the answers differ from Nova's on purpose.
var deviations = []struct {
	reason string
	on     []int
	change func(t testing.TB, want *recording)
}{
	{
		"more microversions are served than Zed had",
		[]int{1, 2, 3, 5, 18, 20, 21, 23},
		func(t testing.TB, want *recording) { want.replace(t, "2.93", compute.MaxVersion.String()) },
	},
	{
		"without an identity service the address of the Gateway stands for Keystone's",
		[]int{7, 8, 9},
		func(t testing.TB, want *recording) { want.replace(t, "127.0.0.1:15000", "127.0.0.1:18774") },
	},
	{
		"likewise for Glance's",
		[]int{40, 41, 42},
		func(t testing.TB, want *recording) { want.replace(t, "127.0.0.1:19292", "127.0.0.1:18774") },
	},
	{
		"no cloud behind a driver injects files",
		[]int{45, 47},
		func(t testing.TB, want *recording) {
			want.replace(t, `"maxPersonality": 5`, `"maxPersonality": 0`)
			want.replace(t, `"maxPersonalitySize": 10240`, `"maxPersonalitySize": 0`)
		},
	},
	{
		"no cloud behind a driver injects files, nor counts them",
		[]int{48, 50},
		func(t testing.TB, want *recording) {
			want.replace(t, `"injected_files": 5`, `"injected_files": 0`)
			want.replace(t, `"injected_file_content_bytes": 10240`, `"injected_file_content_bytes": 0`)
		},
	},
	{
		"likewise",
		[]int{49},
		func(t testing.TB, want *recording) {
			text := string(want.Body)
			for _, limit := range []string{"5", "10240"} {
				text = regexp.MustCompile(`("injected_file(s|_content_bytes)": \{\s*"limit": )`+limit).ReplaceAllString(text, "${1}0")
			}
			want.Body = []byte(text)
		},
	},
	{
		"clouds make passwords of their own (Nova's enable_instance_password=False)",
		[]int{120, 122, 124, 140, 141, 147, 321, 322},
		func(t testing.TB, want *recording) { want.edit(t, "server", "adminPass") },
	},
	{
		"without an image service an image has its address in the proxy",
		[]int{304},
		func(t testing.TB, want *recording) { want.replace(t, "127.0.0.1:19292", "127.0.0.1:18774") },
	},
	{
		"no network service answers behind this one",
		[]int{326},
		func(t testing.TB, want *recording) {
			want.replace(t, `\nNeutron server returns request_ids: ['req-8485cb42-72c0-4692-a3be-7c0e2fc3d94b']`, "")
		},
	},
	{
		"others had deleted servers of the project before",
		[]int{188},
		func(t testing.TB, want *recording) {
			var body map[string][]any
			decode(t, want, &body)
			body["servers"] = body["servers"][:9]
			want.Body, _ = json.Marshal(body)
		},
	},
}

// random are the answers that differ each time: the members that do, and the
// form that ours must have.
var random = map[int]map[string]string{
	91:  generatedKey,
	93:  generatedKey,
	123: {"reservation_id": `^r-[0-9a-z]{8}$`},
}

var generatedKey = map[string]string{
	"private_key": `^-----BEGIN RSA PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END RSA PRIVATE KEY-----\n$`,
	"public_key":  `^ssh-rsa AAAAB3NzaC1yc2E[A-Za-z0-9+/]+ Generated-by-Jumpgate$`,
	"fingerprint": `^([0-9a-f]{2}:){15}[0-9a-f]{2}$`,
}

// edit removes a member of a member of the body.
func (rec *recording) edit(t testing.TB, outer, inner string) {
	t.Helper()
	var body map[string]map[string]any
	if err := json.Unmarshal(rec.Body, &body); err != nil {
		t.Fatal(err)
	}
	if _, ok := body[outer][inner]; !ok {
		t.Errorf("%s has no %s.%s", rec.file, outer, inner)
	}
	delete(body[outer], inner)
	rec.Body, _ = json.Marshal(body)
}

const golden = "c414f770-12ac-41ee-bd16-cb3f73e11072"

// meanwhile says what happened to the cloud before a recording, other than by
// the requests that are played: time passed, or something was done through
// endpoints that are not served yet.
var meanwhile = map[int]func(t testing.TB, c *cloud){
	55: func(t testing.TB, c *cloud) {
		c.used(t)
		c.now = func() time.Time { return date("2026-11-23T16:07:50.727176Z") }
	},
	56: func(_ testing.TB, c *cloud) { c.now = func() time.Time { return date("2026-11-23T16:07:51Z") } },
	94: func(t testing.TB, c *cloud) { // keys that were generated are not the ones recorded
		for i, n := range []string{"091", "093"} {
			var body struct {
				Keypair struct {
					Public string `json:"public_key"`
				}
			}
			decode(t, numbered(t, n), &body)
			c.keypairs[2*i].PublicKey = body.Keypair.Public
		}
	},
	120: func(_ testing.TB, c *cloud) {
		c.keys = []string{"goldkey"}
		c.now = func() time.Time { return date("2026-11-23T16:07:52Z") }
		c.ids = []string{golden, "61fa1a80-509b-41be-b13f-e6950c33d0d0", "16ecb2a8-3974-4f77-b6e4-09007830c999",
			"593a39c6-96fa-4cf9-a251-97aa43b75883", "06814661-8d29-4ef4-92f5-b79b089d5f46",
			"b749a9cf-3db0-4793-8ce6-5a66a9841dcd", "eb9537c8-abc7-47d8-b9a1-430707fd8cd6",
			"ac5fc3ac-6cd0-4925-9149-900b93cd025a"}
	},
	156: func(t testing.TB, c *cloud) { // all are built; one was made besides
		c.servers = append(c.servers, &compute.Server{ID: "4c4b8997-0385-4c1e-89e6-8529a7ff077f", ProjectID: project})
		c.built(t)
	},
	194: func(_ testing.TB, c *cloud) { c.change(golden, "2026-11-23T16:08:02Z", func(*compute.Server) {}) },
	226: func(_ testing.TB, c *cloud) { c.interfaces = interfaces[:1] },
	245: func(_ testing.TB, c *cloud) { c.token = "0e881cf0-5364-4541-818b-4a855538affe" },
	232: func(t testing.TB, c *cloud) { c.recall(t) },
	248: func(_ testing.TB, c *cloud) {
		c.volumes = []*volume.Volume{{ID: "7bc70a72-051c-40e0-8ba3-7d081ea5b5e9", ProjectID: project, Name: "forserver", Status: "available", Size: 1}}
	},
	252: func(_ testing.TB, c *cloud) { c.change(golden, "2026-11-23T16:08:04Z", func(*compute.Server) {}) },
	258: func(_ testing.TB, c *cloud) { c.change(golden, "2026-11-23T16:08:04Z", func(*compute.Server) {}) },
	266: func(_ testing.TB, c *cloud) { c.change(golden, "2026-11-23T16:08:06Z", func(*compute.Server) {}) },
	288: func(_ testing.TB, c *cloud) { // by an admin
		c.change(golden, "2026-11-23T16:08:06Z", func(s *compute.Server) { s.Locked = true })
	},
	290: func(_ testing.TB, c *cloud) {
		c.change(golden, "2026-11-23T16:08:06Z", func(s *compute.Server) { s.Locked = false })
	},
	299: func(_ testing.TB, c *cloud) { c.token = "fae03d8b-86ed-4979-9317-d011f6f81fb2" },
	304: func(_ testing.TB, c *cloud) {
		c.ids = []string{"17447326-dc1c-4247-ae60-59e4025b0331", "03302845-11c6-49d0-afc8-6bd553a448b5", "336699cc-76b0-4ac9-b803-bced5de8f2df"}
	},
	311: func(_ testing.TB, c *cloud) {
		c.change(golden, "2026-11-23T16:08:14Z", func(s *compute.Server) {
			s.HostID, s.Launched = "fba8be498467baa4111496e8d4b71c3b5125965e60c7902f8378eee5", date("2026-11-23T16:08:14Z")
		})
	},
	321: func(_ testing.TB, c *cloud) { c.change(golden, "2026-11-23T16:08:18Z", func(*compute.Server) {}) },
	322: func(_ testing.TB, c *cloud) { c.change(golden, "2026-11-23T16:08:19Z", func(*compute.Server) {}) },
	337: func(_ testing.TB, c *cloud) {
		c.change(golden, "2026-11-23T16:08:20Z", func(s *compute.Server) {
			s.Status, s.VMState = "ERROR", "error"
			s.Launched = date("2026-11-23T16:08:19Z")
			s.Fault = &compute.Fault{Code: 404, Created: date("2026-11-23T16:08:20Z"),
				Message: "Network could not be found for instance " + golden + "."}
		})
	},
	339: func(_ testing.TB, c *cloud) { // an admin has reset its state
		c.change(golden, "2026-11-23T16:08:20Z", func(s *compute.Server) { s.Status, s.VMState = "ACTIVE", "active" })
	},
	345: func(_ testing.TB, c *cloud) {
		c.change(golden, "2026-11-23T16:08:21Z", func(s *compute.Server) {
			s.HostID, s.AvailabilityZone = "", ""
		})
	},
}

// interfaces are the server's own, and one that was attached for a while.
var interfaces = []compute.Interface{
	{
		PortID: "7b696e19-a788-44f4-996e-4b74adbc275c", NetworkID: network, MAC: "fa:16:3e:8a:1b:ff", State: "ACTIVE",
		FixedIPs: []compute.FixedIP{{SubnetID: "d67a0b20-44db-4116-88d3-d725d9e294d4", Address: "10.11.12.42"}},
	},
	{
		PortID: "d26aefdf-10ad-4442-a2e3-ab5bb0a37d33", NetworkID: "8fc02247-53fc-4d34-beba-6feafbb6f461", MAC: "fa:16:3e:5f:4d:2d", State: "ACTIVE",
		FixedIPs: []compute.FixedIP{{SubnetID: "08c819d7-f093-456d-b712-c630b7f01d16", Address: "192.168.233.31"}},
	},
}

func (c *cloud) change(id, when string, f func(*compute.Server)) {
	for _, s := range c.servers {
		if s.ID == id {
			s.Updated = date(when)
			f(s)
		}
	}
}

// built gives all servers the state that the list of recording 172 shows:
// what the cloud chose, such as addresses and times.
func (c *cloud) built(t testing.TB) {
	var body struct {
		Servers []struct {
			ID, Name, HostID, Created, Updated string
			Launched                           string                  `json:"OS-SRV-USG:launched_at"`
			Groups                             []struct{ Name string } `json:"security_groups"`
			Addresses                          map[string][]struct {
				Addr string
				MAC  string `json:"OS-EXT-IPS-MAC:mac_addr"`
			}
		}
	}
	decode(t, numbered(t, "172"), &body)
	if len(body.Servers) != len(c.servers) {
		t.Errorf("%d servers, want %d", len(c.servers), len(body.Servers))
	}
	for _, from := range body.Servers {
		c.change(from.ID, from.Updated, func(s *compute.Server) {
			s.Status, s.VMState, s.TaskState, s.PowerState = "ACTIVE", "active", "", compute.PowerRunning
			s.HostID, s.Created, s.Launched = from.HostID, date(from.Created), date(from.Launched+"Z")
			if s.Name == "" { // the one that was not made here
				s.Name, s.UserID, s.ImageID, s.Flavor, s.AvailabilityZone = from.Name, user, image, *c.flavors[0], "nova"
			}
			for _, g := range from.Groups {
				s.SecurityGroups = append(s.SecurityGroups, g.Name)
			}
			for name, list := range from.Addresses {
				n := compute.NetworkAddresses{Name: name}
				for _, a := range list {
					n.Addresses = append(n.Addresses, compute.Address{Version: 4, Addr: a.Addr, MAC: a.MAC})
				}
				s.Networks = append(s.Networks, n)
			}
		})
	}
}

func decode(t testing.TB, rec *recording, v any) {
	t.Helper()
	if err := json.Unmarshal(rec.Body, v); err != nil {
		t.Fatalf("%s: %v", rec.file, err)
	}
}

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(s))
	if err != nil {
		panic(err)
	}
	return t
}
