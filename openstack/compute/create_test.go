package compute_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate/openstack/compute"
)

// order sends a server's body and returns the order that the driver got, nil
// if none, and the message of the fault.
func order(t *testing.T, path, version, body string) (*compute.ServerCreate, int, string) {
	t.Helper()
	c := newCloud()
	w := do(newGateway(t, c), "POST", path, body, at(version)...)
	switch len(c.orders) {
	case 0:
		return nil, w.Code, fault(w)
	case 1:
		return &c.orders[0], w.Code, fault(w)
	}
	t.Fatalf("%s: ordered %d times", body, len(c.orders))
	return nil, 0, ""
}

// server is a body with the members that are required and those of more.
func server(more string) string {
	body := `{"server": {"name": "x", "imageRef": "` + image + `", "flavorRef": "42"`
	if more != "" {
		body += ", " + more
	}
	return body + "}}"
}

func TestOrders(t *testing.T) {
	const uuid = "7bc70a72-051c-40e0-8ba3-7d081ea5b5e9"
	base := compute.ServerCreate{Name: "x", Description: "x", ImageRef: image, FlavorRef: "42", MinCount: 1, MaxCount: 1}
	for _, c := range []struct {
		version, more string
		change        func(o *compute.ServerCreate)
	}{
		{"2.1", ``, func(*compute.ServerCreate) {}},
		{"2.18", `"flavorRef": 42`, func(*compute.ServerCreate) {}},
		{"2.1", `"flavorRef": "http://h/v2.1/flavors/84?a=/b"`, func(o *compute.ServerCreate) { o.FlavorRef = "84" }},
		{"2.19", ``, func(o *compute.ServerCreate) { o.Description = "" }},
		{"2.19", `"description": "d"`, func(o *compute.ServerCreate) { o.Description = "d" }},
		{"2.1", `"min_count": "2"`, func(o *compute.ServerCreate) { o.MinCount, o.MaxCount = 2, 2 }},
		{"2.1", `"max_count": 3`, func(o *compute.ServerCreate) { o.MaxCount = 3 }},
		{"2.1", `"user_data": "aGVs\nbG8="`, func(o *compute.ServerCreate) { o.UserData = []byte("hello") }},
		{"2.1", `"user_data": "%%%"`, func(*compute.ServerCreate) {}},
		{"2.1", `"config_drive": "YES"`, func(o *compute.ServerCreate) { o.ConfigDrive = true }},
		{"2.1", `"metadata": {"k": "v"}, "key_name": "k", "availability_zone": "nova", "accessIPv4": "192.0.2.1"`, func(o *compute.ServerCreate) {
			o.Metadata, o.KeyName, o.AvailabilityZone, o.AccessIPv4 = map[string]string{"k": "v"}, "k", "nova", "192.0.2.1"
		}},
		{"2.1", `"security_groups": [{"name": "b"}, {"name": "a"}, {"name": "b"}, {}]`, func(o *compute.ServerCreate) {
			o.SecurityGroups = []string{"b", "a"}
		}},
		{"2.1", `"personality": [{"path": "/a", "contents": "YQ=="}]`, func(o *compute.ServerCreate) { o.Files = []compute.File{{Path: "/a", Contents: []byte("a")}} }},
		{"2.1", `"adminPass": "secret", "OS-DCF:diskConfig": "AUTO"`, func(o *compute.ServerCreate) {
			o.AdminPassword, o.AutoDisk = "secret", true
		}},
		{"2.42", `"networks": [{"uuid": "` + network + `", "tag": "front"}], "block_device_mapping_v2": [{"source_type": "image", "uuid": "` + image +
			`", "destination_type": "local", "boot_index": 0, "tag": "root"}]`, func(o *compute.ServerCreate) {
			o.Networks, o.Description = []compute.NetworkRequest{{NetworkID: network, Tag: "front"}}, ""
			o.BlockDevices = []compute.BlockDevice{{Source: "image", Destination: "local", UUID: image, Tag: "root"}}
		}},
		{"2.1", `"networks": [{"uuid": "` + network + `", "fixed_ip": "10.0.0.1"}, {"port": "` + uuid + `", "uuid": "any"}]`, func(o *compute.ServerCreate) {
			o.Networks = []compute.NetworkRequest{{NetworkID: network, FixedIP: "10.0.0.1"}, {PortID: uuid}}
		}},
		{"2.37", `"networks": "none"`, func(o *compute.ServerCreate) { o.NoNetwork, o.Description = true, "" }},
		{"2.37", `"networks": "auto"`, func(o *compute.ServerCreate) { o.Description = "" }},
		{"2.96", `"networks": "auto", "tags": ["a", "b"], "hostname": "h.example.com"`, func(o *compute.ServerCreate) {
			o.Tags, o.Hostname, o.Description = []string{"a", "b"}, "h.example.com", ""
			o.Multiattach = true
		}},
		{"2.1", `"imageRef": "", "block_device_mapping_v2": [{"boot_index": "0", "uuid": "` + uuid + `", "source_type": "volume", "destination_type": "volume", "delete_on_termination": "1"}, {"no_device": true}]`,
			func(o *compute.ServerCreate) {
				o.ImageRef, o.BlockDevices = "", []compute.BlockDevice{{Source: "volume", Destination: "volume", UUID: uuid, Delete: true}}
			}},
		{"2.67", `"networks": "auto", "block_device_mapping_v2": [{"boot_index": null, "source_type": "blank", "destination_type": "volume", "volume_size": "5", "volume_type": "fast"}]`,
			func(o *compute.ServerCreate) {
				o.Description, o.BlockDevices = "", []compute.BlockDevice{{Source: "blank", Destination: "volume", BootIndex: -1, Size: 5, VolumeType: "fast"}}
				o.Multiattach = true // the client knows of such since 2.60
			}},
		{"2.42", `"networks": "auto", "block_device_mapping_v2": [{"uuid": "` + uuid + `", "source_type": "volume", "destination_type": "volume", "tag": "db"}, ` +
			`{"source_type": "blank", "destination_type": "local", "guest_format": "swap"}]`, func(o *compute.ServerCreate) {
			o.Description, o.BlockDevices = "", []compute.BlockDevice{
				{Source: "volume", Destination: "volume", UUID: uuid, BootIndex: -1, Tag: "db"},
				{Source: "blank", Destination: "local", BootIndex: -1, Swap: true},
			}
		}},
		{"2.1", `"imageRef": "", "block_device_mapping": [{"device_name": "vdb", "virtual_name": "swap"}, {"device_name": "vda", "volume_id": "` + uuid + `"}]`,
			func(o *compute.ServerCreate) {
				o.ImageRef, o.BlockDevices = "", []compute.BlockDevice{
					{Source: "volume", Destination: "volume", UUID: uuid},
					{Source: "blank", Destination: "local", BootIndex: -1, Delete: true, Swap: true},
				}
			}},
	} {
		want := base
		c.change(&want)
		want.AutoNetwork = strings.Contains(c.more, `"networks": "auto"`)
		got, status, message := order(t, "/v2.1/servers", c.version, server(c.more))
		if got == nil {
			t.Errorf("%s at %s: %d %s, want an order", c.more, c.version, status, message)
			continue
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%s at %s (-want +got):\n%s", c.more, c.version, diff)
		}
	}
	for _, hints := range []string{
		`"os:scheduler_hints": {"group": "` + uuid + `"}`,
		`"OS-SCH-HNT:scheduler_hints": {"group": "` + uuid + `", "other": 1}`,
		`"OS-SCH-HNT:scheduler_hints": {"group": "` + image + `"}, "os:scheduler_hints": {"group": "` + uuid + `"}`,
	} {
		body := strings.TrimSuffix(server(""), "}") + ", " + hints + "}"
		if got, _, message := order(t, "/v2.1/servers", "2.1", body); got == nil || got.ServerGroup != uuid {
			t.Errorf("%s: order %+v, %s", hints, got, message)
		}
	}
}

// TestAdminPass: a password that the driver set is told once, and only then.
func TestAdminPass(t *testing.T) {
	gw := newGateway(t, withServer(nil))
	for _, password := range []string{"", `, "adminPass": "secret"`} {
		for _, a := range []*httptest.ResponseRecorder{
			do(gw, "POST", "/v2.1/servers", server(`"networks": [{"uuid": "`+network+`"}]`+password)),
			do(gw, "POST", "/v2.1/servers/1/action", `{"rebuild": {"imageRef": "`+image+`"`+password+`}}`),
		} {
			if told := strings.Contains(a.Body.String(), `"adminPass": "secret"`); a.Code != 202 || told != (password != "") {
				t.Errorf("%q: %d %s", password, a.Code, a.Body)
			}
		}
		if a := do(gw, "GET", "/v2.1/servers/detail", ""); strings.Contains(a.Body.String(), "secret") {
			t.Errorf("%s", a.Body)
		}
	}
}

// TestRefusedOrders: checks that Nova makes behind its schema, with its words,
// and no order goes out.
func TestRefusedOrders(t *testing.T) {
	const uuid = "7bc70a72-051c-40e0-8ba3-7d081ea5b5e9"
	device := func(fields string) string { return `"block_device_mapping_v2": [{` + fields + `}]` }
	for _, c := range []struct {
		version, more string
		status        int
		message       string
	}{
		{"2.1", `"min_count": 2, "max_count": 1`, 400, "min_count must be <= max_count"},
		{"2.1", `"min_count": "0"`, 400, "Invalid input for field/attribute min_count. Value: 0. 0 is less than the minimum of 1"},
		{"2.1", `"min_count": 99999999999999999999, "max_count": 1`, 400, "min_count must be <= max_count"},
		{"2.1", `"availability_zone": "nova:host"`, 403, "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed."},
		{"2.1", `"availability_zone": "nova::node"`, 403, "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed."},
		{"2.1", `"availability_zone": "a:b:c:d"`, 400, "Invalid input received: Unable to parse availability_zone"},
		{"2.74", `"networks": "auto", "host": "h"`, 403, "Policy doesn't allow compute:servers:create:requested_destination to be performed."},
		{"2.63", `"networks": "auto", "trusted_image_certificates": ["a"]`, 400, "Image signature certificates can't be checked by this cloud."},
		{"2.1", `"networks": [{}]`, 400, "Bad network format: missing 'uuid'"},
		{"2.1", `"networks": [{"uuid": "x"}]`, 400, "Bad networks format: network uuid is not in proper format (x)"},
		{"2.1", `"networks": [{"port": "` + uuid + `"}, {"port": "` + uuid + `"}]`, 400, "Port ID '" + uuid + "' was specified twice: you cannot attach a port multiple times."},
		{"2.1", `"networks": [{"port": "` + uuid + `", "fixed_ip": "10.0.0.1"}]`, 400, "Specified Fixed IP '10.0.0.1' cannot be used with port '" + uuid + "': the two cannot be specified together."},
		{"2.90", `"networks": "auto", "hostname": "host", "max_count": 2`, 400, "Unable to allocate a single hostname to multiple instances"},
		{"2.1", `"imageRef": ""`, 400, "Missing imageRef attribute"},
		{"2.1", `"block_device_mapping": [{"volume_id": "` + uuid + `"}], "block_device_mapping_v2": [{}]`, 400, "Using different block_device_mapping syntaxes is not allowed in the same request."},
		{"2.1", `"block_device_mapping": [{}]`, 400, "Block Device Mapping is Invalid: Unrecognized legacy format."},
		{"2.1", device(`"source_type": "blank", "uuid": "a"`), 400, "Block Device Mapping is Invalid: Invalid device UUID."},
		{"2.1", device(`"source_type": "volume"`), 400, "Block Device Mapping is Invalid: Missing device UUID."},
		{"2.1", device(`"uuid": "a"`), 400, "Block Device Mapping is Invalid: Some required fields are missing"},
		{"2.1", device(`"source_type": "image", "destination_type": "local", "uuid": "a", "boot_index": 1`), 400, "Block Device Mapping is Invalid: Mapping image to local is not supported."},
		{"2.67", `"networks": "auto", ` + device(`"source_type": "blank", "destination_type": "local", "volume_type": "a"`), 400, "Block Device Mapping is Invalid: Specifying a volume_type with destination_type=local is not supported."},
		{"2.67", `"networks": "auto", ` + device(`"source_type": "volume", "uuid": "a", "volume_type": "a"`), 400, "Block Device Mapping is Invalid: Specifying volume type to existing volume is not supported."},
		{"2.1", `"imageRef": "", ` + device(`"source_type": "volume", "uuid": "a", "boot_index": 1`), 400, "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid."},
		{"2.1", device(`"source_type": "image", "destination_type": "local", "uuid": "a", "boot_index": 0}, {"source_type": "image", "destination_type": "volume", "uuid": "a", "boot_index": 0, "volume_size": 1`), 400, "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid."},
		{"2.1", `"imageRef": "", ` + device(`"source_type": "volume", "uuid": "a"`), 400, "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid."},
		{"2.1", `"user_data": "YQ"`, 400, "Invalid input for field/attribute user_data. Value: YQ. 'YQ' is not a 'base64'"},
		{"2.1", `"user_data": "é"`, 400, "Invalid input for field/attribute user_data. Value: é. 'é' is not a 'base64'"},
		{"2.57", `"networks": "auto", "personality": []`, 400, ""},
	} {
		got, status, message := order(t, "/v2.1/servers", c.version, server(c.more))
		if got != nil || status != c.status || c.message != "" && message != c.message {
			t.Errorf("%s at %s: order %v, %d %s\nwant %d %s", c.more, c.version, got != nil, status, message, c.status, c.message)
		}
	}
	w := do(newGateway(t, newCloud()), "POST", "/v2.1/servers", server(""), "Content-Type", "application/xml")
	if w.Code != 415 || w.Body.String() != `{"badMediaType": {"code": 415, "message": "Unsupported Content-Type"}}` {
		t.Errorf("XML: %d %s", w.Code, w.Body)
	}
	w = do(newGateway(t, newCloud()), "POST", "/v2.1/servers", server(`"name": "`+strings.Repeat("x", 1<<20)+`"`))
	if w.Code != 413 {
		t.Errorf("a body over the limit: %d", w.Code)
	}
}

// TestCreateAnswer: groups are those of the request, or the default one.
func TestCreateAnswer(t *testing.T) {
	networks := `"networks": [{"uuid": "` + network + `"}]`
	for more, groups := range map[string]string{
		networks: `[{"name": "default"}]`,
		networks + `, "security_groups": [{"name": "default"}]`: `[{"name": "default"}]`,
		networks + `, "security_groups": []`:                    `[]`,
	} {
		w := do(newGateway(t, newCloud()), "POST", "/v2.1/servers", server(more))
		var body struct {
			Server struct {
				Groups json.RawMessage `json:"security_groups"`
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 202 || string(body.Server.Groups) != groups {
			t.Errorf("%s: %d %s, want the groups %s", more, w.Code, w.Body, groups)
		}
	}
}

// FuzzCreate: no body makes a 5xx, none is ordered twice, and what is ordered
// makes sense.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{
		"", "[]", "null", `{"server": null}`, server(""), server(`"networks": "none"`), server(`"min_count": 1e400`), server(`"min_count": "00"`),
		server(`"block_device_mapping_v2": [{"source_type": "image", "boot_index": -0, "uuid": "x"}]`), server(`"security_groups": [{"name": null}]`),
		server(`"metadata": {"a": "b"}, "user_data": "===="`), server(`"networks": [{"port": null, "uuid": "x"}], "tags": [""]`),
		server(`"os:scheduler_hints": 1`), server(`"return_reservation_id": "on", "max_count": 2`),
		`{"server": {"name": " x ", "flavorRef": {"a": 1}}}`, `{"server": {"name": "x", "flavorRef": "/", "imageRef": ""}, "os:scheduler_hints": {"group": []}}`,
		server(`"security_groups": [` + strings.Repeat(`{"name": "a"},`, 5000) + `{"name": "b"}]`), server(`"tags": ["a/b", "` + strings.Repeat(`x","`, 200) + `"]`),
		server(`"metadata": {"a/../b": ".", "` + strings.Repeat("x", 256) + `": ""}`), server(`"networks": [` + strings.Repeat(`{"uuid": "x"},`, 5000) + `{"port": "y"}]`),
		server(`"block_device_mapping_v2": [` + strings.Repeat(`{"source_type": "blank", "destination_type": "local"},`, 2000) + `{}]`),
		server(`"personality": [{"path": "/a/../b.json", "contents": "%%"}]`),
	} {
		for _, minor := range []int{0, 1, 37, 96, 104} {
			f.Add(body, minor)
		}
	}
	f.Fuzz(func(t *testing.T, body string, minor int) {
		path := "/v2.1/servers"
		if minor = minor % 105; minor <= 0 {
			path, minor = "/v2/"+project+"/servers", 1
		}
		c := newCloud()
		c.networks = c.networks[:1]
		start := time.Now()
		w := do(newGateway(t, c), "POST", path, body, at(fmt.Sprintf("2.%d", minor))...)
		if took := time.Since(start); took > 3*time.Second { // on a machine with other things to do
			t.Errorf("%d characters take %v", len(body), took)
		}
		if len(c.orders) > 1 {
			t.Fatalf("%q: ordered %d times", body, len(c.orders))
		}
		for _, o := range c.orders {
			if o.Name == "" || len(o.Name) > 4*255 || o.MinCount < 1 || o.MaxCount < o.MinCount || o.ImageRef == "" && len(o.BlockDevices) == 0 ||
				!json.Valid([]byte(body)) {
				t.Errorf("%q: order %+v", body, o)
			}
		}
		switch {
		case w.Code == 202:
			if len(c.servers) == 0 || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%q: %d servers, %s", body, len(c.servers), w.Body)
			}
		case w.Code != 400 && w.Code != 403 && w.Code != 409, fault(w) == "", len(c.servers) > 0:
			t.Errorf("%q: %d %s, %d servers", body, w.Code, w.Body, len(c.servers))
		}
	})
}
