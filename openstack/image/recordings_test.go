package image_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/openstack/image"
)

// recording is an exchange with a real Glance (Zed).
type recording struct {
	Method         string
	Path           string
	User           string
	RequestHeaders map[string]string `json:"request_headers"`
	Status         int
	Headers        [][2]string     `json:"response_headers"`
	Body           json.RawMessage `json:"response_body"`
}

// projects are those of the recordings' users.
var projects = map[string]string{
	"demo":     "60a20c5592da49719d9e0ddce9adeb3e",
	"alt_demo": "fcc43ae4c9b14adf8398454e1b8a7300",
}

func load(t testing.TB, file string) recording {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return r
}

// recordedImages reads the images of an answer, be it a list or one image.
func recordedImages(t testing.TB, body []byte) []*image.Image {
	t.Helper()
	var list struct{ Images []json.RawMessage }
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	if list.Images == nil {
		list.Images = []json.RawMessage{body}
	}
	var images []*image.Image
	for _, raw := range list.Images {
		var v struct {
			ID, Name, Status, Visibility, Owner, Checksum, Stores string
			Size                                                  *int64
			VirtualSize                                           *int64 `json:"virtual_size"`
			MinDisk                                               int    `json:"min_disk"`
			MinRAM                                                int    `json:"min_ram"`
			DiskFormat                                            string `json:"disk_format"`
			ContainerFormat                                       string `json:"container_format"`
			HashAlgo                                              string `json:"os_hash_algo"`
			HashValue                                             string `json:"os_hash_value"`
			Protected                                             bool
			Hidden                                                bool `json:"os_hidden"`
			Tags                                                  []string
			Created                                               time.Time `json:"created_at"`
			Updated                                               time.Time `json:"updated_at"`
		}
		var all map[string]any
		if json.Unmarshal(raw, &v) != nil || json.Unmarshal(raw, &all) != nil || v.ID == "" {
			return nil
		}
		img := &image.Image{
			ID: v.ID, Name: v.Name, Status: v.Status, Visibility: v.Visibility, Owner: v.Owner,
			Size: v.Size, VirtualSize: v.VirtualSize, MinDisk: v.MinDisk, MinRAM: v.MinRAM,
			DiskFormat: v.DiskFormat, ContainerFormat: v.ContainerFormat,
			Checksum: v.Checksum, HashAlgo: v.HashAlgo, HashValue: v.HashValue,
			Protected: v.Protected, Hidden: v.Hidden, Tags: v.Tags, Created: v.Created, Updated: v.Updated,
			Properties: map[string]string{},
		}
		if v.Stores != "" {
			img.Stores = strings.Split(v.Stores, ",")
		}
		for _, name := range []string{"my_prop", "new_prop", "os_glance_importing_to_stores", "os_glance_failed_import"} {
			if value, ok := all[name].(string); ok {
				img.Properties[name] = value
			}
		}
		images = append(images, img)
	}
	return images
}

// recordedStore has the two images that were there all the time.
func recordedStore(t testing.TB) store {
	return store{}.add(recordedImages(t, load(t, "testdata/010-list-200.json").Body)...)
}

func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			rec := load(t, file)
			driver := recordedStore(t)
			if rec.Status == http.StatusOK && !strings.Contains(rec.Path, "schema") {
				driver.add(recordedImages(t, rec.Body)...)
			}
			server := httptest.NewServer(gateway(t, driver, projects[rec.User]))
			defer server.Close()
			req, err := http.NewRequest(rec.Method, server.URL+rec.Path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range rec.RequestHeaders {
				req.Header.Set(name, value)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			got = []byte(strings.ReplaceAll(string(got), server.URL, "http://127.0.0.1:19292"))

			if resp.StatusCode != rec.Status {
				t.Errorf("status %d, want %d", resp.StatusCode, rec.Status)
			}
			compareHeaders(t, resp.Header, rec, len(got))
			compareBodies(t, got, rec)
		})
	}
}

// compareHeaders checks the names and values of all headers, except for the
// values that are another each time. size is the body's; an equal length shows
// that the body has the white space of Glance too.
func compareHeaders(t *testing.T, got http.Header, rec recording, size int) {
	t.Helper()
	want := make(http.Header)
	for _, h := range rec.Headers {
		want.Add(h[0], h[1])
	}
	if rec.Method != http.MethodHead && want.Get("Content-Length") != strconv.Itoa(size) {
		t.Errorf("body of %d bytes, want %s", size, want.Get("Content-Length"))
	}
	for _, name := range []string{"Date", "Server", "Connection", "Content-Length", "X-Openstack-Request-Id"} {
		if name == "X-Openstack-Request-Id" && (got.Get(name) == "") != (want.Get(name) == "") {
			t.Errorf("%s is %q, want %q", name, got.Get(name), want.Get(name))
		}
		got.Del(name)
		want.Del(name)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("headers %v, want %v", got, want)
	}
}

func compareBodies(t *testing.T, got []byte, rec recording) {
	t.Helper()
	if rec.Method == http.MethodHead {
		if len(got) > 0 {
			t.Errorf("HEAD has a body: %s", got)
		}
		return
	}
	var wantText string
	if json.Unmarshal(rec.Body, &wantText) == nil { // not JSON
		if string(got) != wantText {
			t.Errorf("body %q, want %q", got, wantText)
		}
		return
	}
	var gotValue, want any
	if err := json.Unmarshal(got, &gotValue); err != nil {
		t.Fatalf("body %s: %v", got, err)
	}
	if err := json.Unmarshal(rec.Body, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(gotValue, want) {
		t.Errorf("body\n%s\nwant\n%s", got, rec.Body)
	}
}
