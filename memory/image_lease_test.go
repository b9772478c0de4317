package memory

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
)

// imageGateway serves records at its root.
func imageGateway(t testing.TB, records *images, opts jumpgate.Options) *jumpgate.Gateway {
	t.Helper()
	opts.Services = map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Image: {Mount: "/", Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return image.Register(disp, records, image.Options{Now: records.now})
		})},
	}
	gw, err := jumpgate.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

// asRecorded is a hook that signs in demo, or the user that X-User names.
func asRecorded(r *jumpgate.Request) error {
	user := recordedUsers[cmp.Or(r.Header.Get("X-User"), "demo")]
	r.Env.Principal = &user
	return nil
}

// imageServer serves records to recorded users, on a clock that minutes moves.
func imageServer(t *testing.T, minutes *atomic.Int64) (*httptest.Server, *images) {
	start := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)
	now := func() time.Time { return start.Add(time.Duration(minutes.Load()) * time.Minute) }
	records := newImages(now, new(imagedata.RAM), []image.Store{{ID: "fast", Default: true}, {ID: "slow"}})
	gw := imageGateway(t, records, jumpgate.Options{})
	gw.AddRequestHook(asRecorded)
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server, records
}

func call(t *testing.T, method, url string, body io.Reader) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestDeadTransfer: an image whose process was killed while it took data waits
// for data again as soon as its lease has run out, in lists too, and its import
// has failed.
func TestDeadTransfer(t *testing.T) {
	const id = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	for _, status := range []string{"importing", "saving", "uploading"} {
		t.Run(status, func(t *testing.T) {
			var minutes atomic.Int64
			server, records := imageServer(t, &minutes)
			records.addQueued(id)
			img := records.records[id]
			img.Status = status
			img.Lease = image.Lease{Holder: "task", Until: records.now().Add(3 * time.Minute)}
			img.Tasks = []image.Task{{ID: "task", Status: "processing", Method: "web-download", Stores: []string{"fast"}}}

			if _, body := call(t, http.MethodGet, server.URL+"/v2/images/"+id, nil); !strings.Contains(body, `"status": "`+status+`"`) {
				t.Fatalf("while the lease lasts: %s", body)
			}
			minutes.Store(4)
			for _, path := range []string{"/v2/images/" + id, "/v2/images"} {
				_, body := call(t, http.MethodGet, server.URL+path, nil)
				if !strings.Contains(body, `"status": "queued"`) || !strings.Contains(body, `"os_glance_failed_import": "fast"`) {
					t.Errorf("%s: %s", path, body)
				}
			}
			if _, body := call(t, http.MethodGet, server.URL+"/v2/images/"+id+"/tasks", nil); !strings.Contains(body, `"status": "failure"`) {
				t.Errorf("tasks: %s", body)
			}
			if code, body := call(t, http.MethodPut, server.URL+"/v2/images/"+id+"/file", strings.NewReader("new")); code != http.StatusNoContent {
				t.Errorf("upload: %d %s", code, body)
			}
		})
	}
}

// TestLateUpload: data that comes after its upload was given up does not
// replace what was uploaded since.
func TestLateUpload(t *testing.T) {
	const id = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	var minutes atomic.Int64
	server, records := imageServer(t, &minutes)
	records.addQueued(id)
	file := server.URL + "/v2/images/" + id + "/file"

	late, end := io.Pipe()
	answer := make(chan int)
	go func() {
		code, _ := call(t, http.MethodPut, file, late)
		answer <- code
	}()
	if _, err := end.Write([]byte("late")); err != nil {
		t.Fatal(err)
	}
	ctx := jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{ProjectID: recordedUsers["demo"].ProjectID})
	for range 500 {
		if img, err := records.Image(ctx, id); err == nil && img.Status == "saving" {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if code, _ := call(t, http.MethodPut, file, strings.NewReader("x")); code != http.StatusConflict {
		t.Errorf("a second upload while the first goes on: %d, want 409", code)
	}
	minutes.Store(4)
	if code, body := call(t, http.MethodPut, file, strings.NewReader("good")); code != http.StatusNoContent {
		t.Fatalf("after the lease: %d %s", code, body)
	}
	end.Close()
	if code := <-answer; code != http.StatusConflict {
		t.Errorf("the late upload: %d, want 409", code)
	}
	if _, body := call(t, http.MethodGet, file, nil); body != "good" {
		t.Errorf("data %q", body)
	}
}
