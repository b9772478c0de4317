package memory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
)

// exchange is a request to a real Glance (Zed), and its answer.
type exchange struct {
	User           string
	Method, Path   string
	RequestHeaders map[string]string `json:"request_headers"`
	RequestBody    json.RawMessage   `json:"request_body"`
	Status         int
	Headers        [][2]string     `json:"response_headers"`
	Body           json.RawMessage `json:"response_body"`
}

// glanceUsers are the users of the recordings, with the projects' ids there.
var glanceUsers = map[string]jumpgate.Principal{
	"demo":     {UserID: "demo", ProjectID: "60a20c5592da49719d9e0ddce9adeb3e", Roles: []string{"member", "reader"}},
	"alt_demo": {UserID: "alt_demo", ProjectID: "fcc43ae4c9b14adf8398454e1b8a7300", Roles: []string{"member", "reader"}},
	"admin":    {UserID: "admin", ProjectID: "dd2fcf0e8e764db694a6b53f44bb5d14", Roles: []string{"admin", "member", "reader"}},
}

// TestGlanceRecordings plays the requests that were recorded, one after the
// other, and compares status, header fields, and the members of bodies and
// their types. Ids that differ are those of the images made on the way.
func TestGlanceRecordings(t *testing.T) {
	files, err := filepath.Glob("testdata/image/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	sort.Strings(files)
	server, records := glance(t)
	ids := make(map[string]string) // recorded id: ours
	imported := "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	wait := map[string]string{"128-get-imported-200.json": "active"}
	for _, file := range files {
		if reason := otherwise[filepath.Base(file)]; reason != "" {
			t.Log(filepath.Base(file), "differs:", reason)
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			var x exchange
			b, err := os.ReadFile(file)
			if err != nil || json.Unmarshal(b, &x) != nil {
				t.Fatal("unreadable", err)
			}
			path, body := x.Path, requestBody(x.RequestBody)
			for recorded, ours := range ids {
				path = strings.ReplaceAll(path, recorded, ours)
				body = bytes.ReplaceAll(body, []byte(recorded), []byte(ours))
			}
			if strings.HasPrefix(filepath.Base(file), "125-") {
				records.addQueued(imported)
			}
			if status := wait[filepath.Base(file)]; status != "" {
				records.await(t, imported, status)
			}
			req, err := http.NewRequest(x.Method, server.URL+path, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range x.RequestHeaders {
				req.Header.Set(name, value)
			}
			req.Header.Set("X-User", x.User)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != x.Status {
				t.Fatalf("status %d, want %d: %s", resp.StatusCode, x.Status, got)
			}
			compareFields(t, resp.Header, x.Headers)
			var want, have any
			if json.Unmarshal(x.Body, &want) != nil {
				return
			}
			if json.Unmarshal(got, &have) != nil {
				if text, ok := want.(string); ok && normal(text) != normal(string(got)) {
					t.Errorf("body\n%q, want\n%q", got, text)
				}
				return
			}
			if x.Method == http.MethodPost && x.Status == http.StatusCreated {
				ids[want.(map[string]any)["id"].(string)] = have.(map[string]any)["id"].(string)
			}
			if where := differ("", have, want); where != "" {
				t.Errorf("%s\nhave %s\nwant %s", where, got, x.Body)
			}
		})
	}
}

// otherwise names the recordings that are answered in another way, and why.
var otherwise = map[string]string{
	"005-v1-300.json":                 "version 1, which Zed has no more, is served here",
	"122-metadef-namespaces-200.json": "there are no definitions, so there is no next page",
}

// normal is text without what is another each time.
func normal(text string) string { return strings.Join(strings.Fields(text), " ") }

func requestBody(raw json.RawMessage) []byte {
	var text string
	switch {
	case string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &text) == nil:
		return []byte(text)
	}
	return raw
}

// compareFields holds the names of header fields against the recorded ones, and
// the values that are always the same.
func compareFields(t *testing.T, have http.Header, want [][2]string) {
	t.Helper()
	expected := make(map[string]string)
	for _, field := range want {
		switch name := http.CanonicalHeaderKey(field[0]); name {
		case "Date", "Connection", "Content-Length", "X-Openstack-Request-Id", "Server":
		default:
			expected[name] = field[1]
		}
	}
	for name, value := range expected {
		switch got := have.Get(name); {
		case name == "Location" || name == "Www-Authenticate":
			if got == "" {
				t.Errorf("no %s", name)
			}
		case got != value:
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// differ says where have and want have other members, other types, or faults
// with other words.
func differ(at string, have, want any) string {
	if strings.HasSuffix(at, ".message") && fmt.Sprint(have) != fmt.Sprint(want) {
		if !strings.Contains(fmt.Sprint(want), "-") { // ids differ
			return at + ": other words"
		}
	}
	switch want := want.(type) {
	case map[string]any:
		have, ok := have.(map[string]any)
		if !ok {
			return at + ": no object"
		}
		for name, w := range want {
			h, ok := have[name]
			if !ok {
				return at + "." + name + " is missing"
			}
			if where := differ(at+"."+name, h, w); where != "" {
				return where
			}
		}
		for name := range have {
			if _, ok := want[name]; !ok {
				return at + "." + name + " is too much"
			}
		}
	case []any:
		have, ok := have.([]any)
		if !ok {
			return at + ": no list"
		}
		if len(have) > 0 && len(want) > 0 && at != ".images" { // which images there are is another matter
			return differ(at+"[0]", have[0], want[0])
		}
	default:
		if have != nil && want != nil && reflect.TypeOf(have) != reflect.TypeOf(want) {
			return fmt.Sprintf("%s is %T, want %T", at, have, want)
		}
	}
	return ""
}

// glance serves images as the recorded Glance had them, to the user that a
// header field names.
func glance(t *testing.T) (*httptest.Server, *images) {
	clock := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	records := newImages(func() time.Time { return clock }, new(imagedata.RAM), []image.Store{{ID: "fast", Default: true}, {ID: "slow"}})
	size := int64(32768)
	for i, id := range []string{"018f906a-f4db-47e5-9d1c-3ab6ac6a82ae", "aaaaaaaa-0000-4000-8000-000000000001"} {
		records.records[id] = &image.Image{
			ID: id, Name: fmt.Sprint("cirros-tiny-", i), Status: "active", Visibility: []string{"public", "private"}[i], Owner: "552983f366ca46a288e39dadbd529822",
			Size: &size, VirtualSize: &size, DiskFormat: "raw", ContainerFormat: "bare", Checksum: "a9ab613dcfcd605013eccd686ace8922",
			HashAlgo: "sha512", HashValue: "844f", Created: clock.Add(-time.Hour), Stores: []string{"fast"},
		}
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Image: {Mount: "/", Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return image.Register(disp, records, image.Options{})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		if user, ok := glanceUsers[r.Header.Get("X-User")]; ok && r.Header.Get("X-Auth-Token") == "TOKEN" {
			r.Env.Principal = &user
		}
		return nil
	})
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server, records
}

// await waits until an image that is being imported has a status.
func (s *images) await(t *testing.T, id, status string) {
	t.Helper()
	for range 500 {
		s.mu.Lock()
		img := s.records[id]
		done := img != nil && img.Status == status && img.Tasks[0].Status == "success"
		s.mu.Unlock()
		if done {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("image %s does not become %s", id, status)
}

// addQueued adds an image that the recorder made without recording it.
func (s *images) addQueued(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[id] = &image.Image{
		ID: id, Name: "imp", Status: "queued", Visibility: "shared", Owner: glanceUsers["demo"].ProjectID,
		DiskFormat: "raw", ContainerFormat: "bare", Created: s.now(), Properties: map[string]string{},
	}
}
