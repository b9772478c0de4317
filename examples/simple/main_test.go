package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func runSimple(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = run(ctx, args, &out, &log)
	return out.String(), log.String(), err
}

func TestDemo(t *testing.T) {
	for name, args := range map[string][]string{
		"default": nil,
		"memory":  {"-driver", "memory"},
		"file":    {"-config", "jumpgate.conf"},
		"changed": {"-config", write(t, "jumpgate.conf", "[DEFAULT]\nregion = Here\nbase_path = /open stack/\nresponse_hooks =\n[softlayer]\nendpoint = simulator\n"+
			"[compute]\nmount = /nova\ndriver = jumpgate.compute.drivers.sl\ndefault_availability_zone = 'fra05'\n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, log, err := runSimple(t, append(args, "-listen", "127.0.0.1:0", "-demo")...)
			if err != nil || !strings.HasSuffix(out, "Deleted it\n") {
				t.Errorf("%v\n%s", err, out)
			}
			if log != "" {
				t.Errorf("log between the steps: %q", log)
			}
		})
	}
}

// start runs the program with args until the test ends, and returns its
// address and what it has printed.
func start(t *testing.T, args ...string) (base, stdout string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, done := &lockedBuffer{}, make(chan error)
	go func() { done <- run(ctx, append(args, "-listen", "127.0.0.1:0"), out, io.Discard) }()
	t.Cleanup(func() {
		cancel() // as SIGTERM does
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for range 500 {
		if text := out.String(); strings.HasSuffix(text, "\n\n") {
			_, rest, _ := strings.Cut(text, "Serving OpenStack on ")
			base, _, _ = strings.Cut(rest, "\n")
			return base, text
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the program does not serve")
	return "", ""
}

// lockedBuffer is written by the program while a test reads it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestClouds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	for conf, path := range map[string]string{
		"":                                 "/v3",
		"[DEFAULT]\nbase_path = /a b/c/\n": "/a%20b/c/v3",
		"[identity]\nmount = keystone\n":   "/keystone/v3",
		"[DEFAULT]\npublic_url = https://api.example.com/os\n": "https://api.example.com/os/v3",
	} {
		base, stdout := start(t, "-config", write(t, "x.conf", conf+"[softlayer]\nendpoint = simulator\n"), "-clouds", file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		authURL := path
		if strings.HasPrefix(path, "/") {
			authURL = base + path
		}
		for _, want := range []string{"  jumpgate:\n", "  jumpgate-alt:\n", "username: demo\n", "username: alt\n", "auth_url: " + authURL + "\n"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%q: no %q in\n%s", conf, want, text)
			}
		}
		if !strings.Contains(stdout, "OS_AUTH_URL="+authURL+" ") {
			t.Errorf("%q: no %s in\n%s", conf, authURL, stdout)
		}
	}
}

// TestPathsAreNotCleaned: what is no path is answered, not redirected.
// TestRealSoftLayerIsNamed: no file and no flag reaches the real SoftLayer
// unless it names it.
func TestRealSoftLayerIsNamed(t *testing.T) {
	for text, simulated := range map[string]bool{
		"": true, "[softlayer]\nvolume_type = endurance-2\n": true, "[softlayer]\nendpoint = simulator\n": true,
		"[softlayer]\nendpoint = https://api.softlayer.com/rest/v3.1\n": false,
	} {
		c, err := readConfig(write(t, "jumpgate.conf", text))
		if err != nil || c.simulate != simulated {
			t.Errorf("%q: simulated %t, %v", text, c.simulate, err)
		}
	}
}

// TestOthersFilesAreSpared: a slip of the hand costs nobody a file or a key.
func TestOthersFilesAreSpared(t *testing.T) {
	mine := write(t, "clouds.yaml", "clouds:\n  mine: {}\n")
	if _, _, err := runSimple(t, "-listen", "127.0.0.1:0", "-clouds", mine); err == nil || !strings.Contains(err.Error(), "not from here") {
		t.Error(err)
	}
	keys := filepath.Join(t.TempDir(), "keys")
	for range 2 {
		if _, _, err := runSimple(t, "-rotate-store-keys", keys); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := os.ReadDir(keys)
	if _, _, err := runSimple(t, "-rotate-store-keys", keys, "-store", filepath.Join(t.TempDir(), "mistyped.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if after, _ := os.ReadDir(keys); len(after) != len(before) || len(before) == 0 {
		t.Errorf("%d keys became %d", len(before), len(after))
	}
	if _, _, err := runSimple(t, "-store", "store.json"); !errors.Is(err, errUsage) {
		t.Error(err)
	}
}

func TestVersion(t *testing.T) {
	if out, _, err := runSimple(t, "-version"); err != nil || !strings.HasPrefix(out, "jumpgate ") {
		t.Errorf("%q, %v", out, err)
	}
}

// TestUsage: what the program prints is enough for each client.
func TestUsage(t *testing.T) {
	base, out := start(t)
	for _, want := range []string{
		"OS_AUTH_URL=" + base + "/v3 OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=RegionOne", "OS_USERNAME=demo", " OS_DOMAIN_NAME=Default", "OS_PROJECT_NAME=",
		`provider "openstack" {`, `user_domain_name = "Default"`, `tenant_name      = "`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestBrowsers: a browser sees what is served, every client of OpenStack the
// document that it knows.
func TestBrowsers(t *testing.T) {
	base, _ := start(t)
	for accept, html := range map[string]bool{
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": true, "*/*": false, "application/json": false, "": false,
		"application/json, text/html": false,
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/", http.NoBody)
		req.Header.Set("Accept", accept)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		media := resp.Header.Get("Content-Type")
		switch {
		case html && (resp.StatusCode != 200 || !strings.HasPrefix(media, "text/html") || !strings.Contains(string(body), ">v21_servers_detail<")):
			t.Errorf("%q: %d %s %.200s", accept, resp.StatusCode, media, body)
		case !html && (resp.StatusCode != 300 || media != "application/json"):
			t.Errorf("%q: %d %s %.200s", accept, resp.StatusCode, media, body)
		}
	}
}

func TestPathsAreNotCleaned(t *testing.T) {
	base, _ := start(t)
	for _, path := range []string{"//v3", "/v3//users", "/compute/v2.1/servers/..", "/./v3", "/v3/../../etc/passwd"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: x\r\n\r\n", path)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v, %v", path, resp, err)
		}
		conn.Close()
	}
}

func TestUsageErrors(t *testing.T) {
	for _, args := range [][]string{
		{"-nonsense"}, {"extra"}, {"-coverage", "xml"}, {"-demo", "-softlayer", "http://127.0.0.1:1/rest/v3.1"},
		{"-softlayer", "ftp://x"}, {"-demo", "-config", write(t, "x.conf", "[DEFAULT]\nenabled_services = image\n[softlayer]\nendpoint = simulator\n")}, {"-softlayer", "ftp://x", "-coverage", "text"}, {"-config", "missing.conf"},
	} {
		if _, _, err := runSimple(t, append(args, "-listen", "127.0.0.1:0")...); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestConfigFaults(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[DEFAULT]\nenabled_services = identity, imag\n", `:2: [DEFAULT] enabled_services: unknown service "imag"; there are [identity compute`},
		{"[DEFAULT]\nenabled_services =\n", ":2: [DEFAULT] enabled_services: no service"},
		{"[DEFAULT]\n\n# x\nlog_level = LOUD\n", `:4: [DEFAULT] log_level: unknown level "LOUD"; there are DEBUG`},
		{"[DEFAULT]\nsecret_key = x\n", ":2: [DEFAULT] secret_key: token keys are kept in a directory"},
		{"[DEFAULT]\nadmin_token = x\n", ":2: [DEFAULT] admin_token: there is no token"},
		{"[DEFAULT]\nrequest_hooks = jumpgate.common.hooks.log, x\n", `:2: [DEFAULT] request_hooks: unknown hook "x"`},
		{"[DEFAULT]\ncatalog_template_file = none.templates\n", ":2: [DEFAULT] catalog_template_file: open "},
		{"[DEFAULT]\nstore_file = x\n", ":2: [DEFAULT] store_file: what is kept is sealed: name the directory"},
		{"[DEFAULT]\nstore_key_directory = none\n", ":2: [DEFAULT] store_key_directory: "},
		{"[DEFAULT]\nkey_directory = none\n", ":2: [DEFAULT] key_directory: "},
		{"[softlayer]\nsnapshot_space = much\n", `:2: [softlayer] snapshot_space: "much" is neither true nor false`},
		{"[softlayer]\nvolume_type = gold\n", ":2: [softlayer] volume_type: "},
		{"[DEFAULT]\napplication_credentials_file = /\n", ":2: [DEFAULT] application_credentials_file: identity: read application credentials: "},
		{"[DEFAULT]\ntrusted_proxies = 10.0.0.0/99\n", `:2: [DEFAULT] trusted_proxies: "10.0.0.0/99" is no network`},
		{"[DEFAULT]\ntoken_expiration = soon\n", `:2: [DEFAULT] token_expiration: "soon" is no duration`},
		{"[softlayer]\nendpoint = https://api.softlayer.com/xmlrpc/v3/\n", ":2: [softlayer] endpoint: XML-RPC"},
		{"[compute]\ndriver = jumpgate.compute.drivers.xx\n", `:2: [compute] driver: unknown driver "jumpgate.compute.drivers.xx"; there are softlayer and openstack`},
		{"[compute]\ndriver = softlayer, openstack\n", ":2: [compute] driver: [openstack] must have compute_endpoint"},
		{"[openstack]\ncompute_endpoint = here\n", ":2: [openstack] compute_endpoint: passthrough: Endpoints[compute]: an address must be like http://"},
		{"[DEFAULT]\npublic_url = nonsense\n", ":2: [DEFAULT] public_url: jumpgate: PublicURL must be like https://"},
		{"[DEFAULT]\nbase_path = /a/../b\n", ":2: [DEFAULT] base_path: jumpgate: BasePath \"/a/../b\" is no plain path like /"},
		{"[compute]\nmount = /v2\n", ":2: [compute] mount: jumpgate: mount \"/v2\" of compute has a segment"},
		{"[compute]\nmount = /x\n[image]\nmount = x/\n", ":4: [image] mount: compute is at /x/ already"},
		{"[compute]\nmount = /image\n", ":2: [compute] mount: image is at /image/ already"},
		{"[softlayer]\nendpoint = ftp://x\n", ":2: [softlayer] endpoint: softlayer: Endpoint must be like https://"},
		{"[softlayer]\nconsole_page = wss://console\n", ":2: [softlayer] console_page: softlayer: Console must be like https://host/vnc_lite.html"},
		{"[DEFAULT]\ndefault_domain = no domain\n", `:2: [DEFAULT] default_domain: softlayer: Domain "no domain"`},
		{"[identity]\ntoken_driver = x\n", ":2: [identity] token_driver: the driver signs users in"},
		{"[flavors]\nflavor_list = x\n", ":2: [flavors] flavor_list: flavors are what the driver offers"},
		{"[identity]\ndriver = openstack\n[openstack]\nidentity_endpoint = http://127.0.0.1:1\n", ":2: [identity] driver: compute on softlayer needs SoftLayer's users"},
		{"[modes]\ncompute.v21_* = sometimes\n", ":2: [modes] compute.v21_*: "},
		{"[compute_policy]\nos_compute_api:servers:creat = role:admin\n", `:2: [compute_policy] os_compute_api:servers:creat: jumpgate: set up compute: compute: jumpgate: the policy has no rule "os_compute_api:servers:creat"`},
		{"[compute_policy]\nos_compute_api:servers:create = role\n", `:2: [compute_policy] os_compute_api:servers:create: `},
		{"[cmpute_policy]\na = b\n", `:2: [cmpute_policy] a: there is no service "cmpute"; there are [identity`},
		{"[compute]\nnonsense = 1\n", ":2: [compute] nonsense: unknown key; there are default_availability_zone, driver, mount"},
		{"[softlayer]\nportal_passwords = perhaps\n", `:2: [softlayer] portal_passwords: "perhaps" is neither true nor false`},
		{"[image]\nweb_download_networks = here\n", `:2: [image] web_download_networks: "here" is no network`},
		{"[image]\ndata_s3_endpoint = x\ndata_s3_bucket = b\n", ":2: [image] data_s3_endpoint: data_s3_*: "},
		{"[image]\ndata_directory = d\ndata_s3_endpoint = https://x\n", ":3: [image] data_s3_endpoint: the data of images is in data_directory or in a bucket, not in both"},
		{"\ufeff[DEFAULT]\r\nlog_level = INFO ; fine\r\n\"x y\" = 1 # not\r\n", ":3: [DEFAULT] x y: unknown key; there are enabled_services"},
		{"[strange]\na = b\n", ":2: [strange] a: unknown section; there are DEFAULT, softlayer, "},
		{"\n no section\n", ":2: key-value delimiter not found: no section; lines are like"},
		{"[DEFAULT]\n[compute\n", ":2: unclosed section: [compute; lines are like"},
	} {
		file := write(t, "jumpgate.conf", c.text)
		_, err := readConfig(file)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Base(file)) {
			t.Errorf("%q: %v; want %s", c.text, err, c.want)
		}
	}
	// All at once, in the order of lines.
	file := write(t, "x.conf", "[compute]\nx = 1\n[DEFAULT]\nlog_level = LOUD\n")
	_, _, err := runSimple(t, "-config", file, "-coverage", "text")
	if !errors.Is(err, errUsage) || strings.Count(err.Error(), "x.conf:") != 2 || strings.Index(err.Error(), "x.conf:2") > strings.Index(err.Error(), "x.conf:4") {
		t.Error(err)
	}
	// A section of a service that is not enabled enables none.
	c, err := readConfig(write(t, "x.conf", "[DEFAULT]\nenabled_services = identity\n[baremetal]\nmount = /x\n"))
	if err != nil || len(c.gateway.Services) != 1 {
		t.Errorf("%v, %v", c.gateway.Services, err)
	}
}

func TestCatalogFile(t *testing.T) {
	templates := write(t, "catalog.templates", "catalog.RegionOne.compute.publicURL = $(public_url)s/compute/v2.1\n")
	c, err := readConfig(write(t, "jumpgate.conf", "[softlayer]\ncatalog_template_file = "+templates+"\n"))
	if err != nil || c.gateway.Catalog == nil {
		t.Error(err)
	}
	broken := write(t, "catalog.templates", "\ncatalog.RegionOne.compute = x\n")
	if _, err = readConfig(write(t, "jumpgate.conf", "[softlayer]\ncatalog_template_file = "+broken+"\n")); err == nil ||
		!strings.Contains(err.Error(), "catalog line 2") {
		t.Error(err)
	}
}

func TestImageSettings(t *testing.T) {
	file := write(t, "jumpgate.conf", "[image]\ndata_directory = images\nweb_download_networks = 127.0.0.0/8, fd00::/8\n")
	c, err := readConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(filepath.Dir(file), "images")); err != nil || !info.IsDir() {
		t.Errorf("the folder of images: %v", err)
	}
	for ip, want := range map[string]bool{"127.0.0.1": true, "fd00::1": true, "9.9.9.9": true, "10.0.0.1": false, "::1": false} {
		if got := c.images.options.AllowDownload(netip.MustParseAddr(ip)); got != want {
			t.Errorf("%s: %t", ip, got)
		}
	}
}

func TestRotateKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	for range 2 {
		if _, _, err := runSimple(t, "-rotate-keys", dir); err != nil {
			t.Fatal(err)
		}
	}
	file := write(t, "jumpgate.conf", "[DEFAULT]\nkey_directory = "+dir+"\napplication_credentials_file = new.json\ntoken_expiration = 600\n[softlayer]\nendpoint = simulator\n")
	if out, _, err := runSimple(t, "-config", file, "-listen", "127.0.0.1:0", "-demo"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestStore: what is kept in the store's file outlives the server, a rotation
// of its keys, and the file of application credentials that it takes over.
func TestStore(t *testing.T) {
	dir := t.TempDir()
	keys, file, old := filepath.Join(dir, "store-keys"), filepath.Join(dir, "store.json"), filepath.Join(dir, "old.json")
	if _, _, err := runSimple(t, "-rotate-store-keys", keys); err != nil {
		t.Fatal(err)
	}
	text := "[DEFAULT]\nstore_key_directory = " + keys + "\nstore_file = " + file + "\napplication_credentials_file = " + old + "\n"
	c, err := readConfig(write(t, "jumpgate.conf", text))
	if err != nil {
		t.Fatal(err)
	}
	if c.oldCredentials != old || c.identity.ApplicationCredentials != nil || c.softlayer.Store != c.identity.Store {
		t.Errorf("config %+v", c)
	}
	key := jumpgate.StoreKey{Project: "p", Kind: "k", ID: "1"}
	if _, err := c.softlayer.Store.Put(t.Context(), jumpgate.Record{StoreKey: key, Value: []byte("kept")}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "kept") || strings.Contains(string(text), base64.StdEncoding.EncodeToString([]byte("kept"))) {
		t.Errorf("%q, %v", text, err)
	}
	for _, want := range []string{"1 records sealed anew, 1 old keys removed\n", "1 records sealed anew, 1 old keys removed\n"} {
		if out, _, err := runSimple(t, "-rotate-store-keys", keys, "-store", file); err != nil || out != want {
			t.Errorf("%q %v", out, err)
		}
	}
	if c, err = readConfig(write(t, "jumpgate.conf", text)); err != nil {
		t.Fatal(err)
	}
	if r, err := c.softlayer.Store.Get(t.Context(), key); err != nil || string(r.Value) != "kept" {
		t.Errorf("%v %v", r, err)
	}
}

func TestCoverage(t *testing.T) {
	out, _, err := runSimple(t, "-coverage", "json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []coverageRow
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err)
	}
	want := len(jumpgate.Endpoints(jumpgate.Identity)) + len(jumpgate.Endpoints(jumpgate.Compute)) + len(jumpgate.Endpoints(jumpgate.Image)) +
		len(jumpgate.Endpoints(jumpgate.Volume)) + len(jumpgate.Endpoints(jumpgate.Network)) + len(jumpgate.Endpoints(jumpgate.Baremetal))
	if len(rows) != want {
		t.Errorf("%d rows, want %d", len(rows), want)
	}
	byName := map[string]coverageRow{}
	for _, r := range rows {
		byName[string(r.Service)+" "+r.Name] = r
	}
	if r := byName["compute v21_servers"]; !r.Served || len(r.Missing) > 0 || r.Path != "/compute/v2.1/servers" {
		t.Errorf("%+v", r)
	}
	if r := byName["compute v21_os_cells"]; !r.Served || !strings.HasPrefix(r.Reasons["GET"], "410: ") {
		t.Errorf("%+v", r)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {Driver: jumpgate.Drivers()}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range coverage(gw) {
		if r.Served || r.served() != "no" {
			t.Errorf("nobody serves %+v", r)
		}
	}
	for _, format := range []string{"text", "markdown"} {
		if out, _, err := runSimple(t, "-coverage", format); err != nil || !strings.Contains(out, "v21_servers_detail") {
			t.Errorf("%s: %v\n%.300s", format, err, out)
		}
	}
}

// TestPolicySection: the configuration file replaces rules by name, and the
// coverage prints what counts.
func TestPolicySection(t *testing.T) {
	const rule = "os_compute_api:servers:create"
	for text, want := range map[string]string{
		"[DEFAULT]\n": "rule:project_member_or_admin",
		"[compute_policy]\n" + rule + " = role:member and not user_id:%(user_id)s\n": "role:member and not user_id:%(user_id)s",
	} {
		out, _, err := runSimple(t, "-config", write(t, "jumpgate.conf", text), "-coverage", "rules")
		if line := "compute\t" + rule + "\t" + want + "\n"; err != nil || !strings.Contains(out, line) {
			t.Errorf("%v, without %q:\n%.300s", err, line, out)
		}
	}
}

// TestDockerfile reads the Dockerfile where no engine may run: instructions
// that are some, in an order that makes sense, of files that are there.
func TestDockerfile(t *testing.T) {
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "ENTRYPOINT"}
	stages := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		switch {
		case !slices.Contains(known, words[0]) || len(words) < 2:
			t.Errorf("no instruction: %s", line)
		case len(stages) == 0 && words[0] != "FROM":
			t.Errorf("before the first FROM: %s", line)
		case words[0] == "FROM":
			stages[words[len(words)-1]] = true
		case words[0] == "ENTRYPOINT":
			var args []string
			if err := json.Unmarshal([]byte(line[len("ENTRYPOINT"):]), &args); err != nil || args[0] != "/simple" {
				t.Errorf("%s: %v", line, err)
			}
		case words[0] == "COPY":
			if stage, ok := strings.CutPrefix(words[1], "--from="); ok {
				if !stages[stage] {
					t.Errorf("no stage %s", stage)
				}
				continue
			}
			for _, file := range words[1 : len(words)-1] {
				if _, err := os.Stat(filepath.Join("../..", file)); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if !strings.Contains(string(text), "FROM golang:1.26 ") || !strings.Contains(string(text), "./examples/simple") {
		t.Error("it builds something else")
	}
}

// The committed table is what the program prints.
func TestCompatibilityTable(t *testing.T) {
	doc, err := os.ReadFile("../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	table, _, err := runSimple(t, "-coverage", "markdown")
	if err != nil {
		t.Fatal(err)
	}
	if string(doc) != table {
		t.Error("docs/compatibility.md is out of date: go generate ./examples/simple")
	}
}
