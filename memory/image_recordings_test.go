package memory

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
)

// TestGlanceRecordings plays the requests that were recorded, one after the
// other, and compares status, header fields, and the members of bodies and
// their types. Ids that differ are those of the images made on the way.
func TestGlanceRecordings(t *testing.T) {
	server, records := glance(t)
	const imported = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	replay{
		files: "testdata/image/*.json", url: server.URL, differs: glanceDiffers, ids: make(map[string]string),
		before: func(t *testing.T, file string) {
			switch file[:3] {
			case "125":
				records.addQueued(imported)
			case "128":
				records.await(t, imported, "active")
			}
		},
		check: func(t *testing.T, ids map[string]string, x exchange, header http.Header, got []byte) {
			compareFields(t, header, x.Headers)
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
		},
	}.run(t)
}

// glanceDiffers names the recordings that are answered in another way, and why.
var glanceDiffers = map[string]string{
	"005-v1-300.json": "version 1, which Zed has no more, is served here",
}

// normal is text without what is another each time.
func normal(text string) string { return strings.Join(strings.Fields(text), " ") }

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
	for _, name := range []string{"OS::Compute::CPUPinning", "OS::Compute::Hypervisor"} {
		records.namespaces[name] = &image.MetadefNamespace{
			Name: name, DisplayName: "CPU Pinning", Description: "Pins", Visibility: "public", Protected: true, Owner: "admin", Created: clock,
			ResourceTypes: []image.MetadefAssociation{{Name: "OS::Glance::Image", Prefix: "hw_", Created: clock}},
		}
	}
	gw := imageGateway(t, records, jumpgate.Options{})
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		if user, ok := recordedUsers[r.Header.Get("X-User")]; ok && r.Header.Get("X-Auth-Token") == "TOKEN" {
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
		ID: id, Name: "imp", Status: "queued", Visibility: "shared", Owner: recordedUsers["demo"].ProjectID,
		DiskFormat: "raw", ContainerFormat: "bare", Created: s.now(), Properties: map[string]string{},
	}
}
