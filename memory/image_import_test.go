package memory

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/openstack/image"
)

// safeBuffer is a log that may be read while it is written.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestFailedImports: an image whose data can't be had waits for data again, its
// task says so, and the log tells no secret of an address.
func TestFailedImports(t *testing.T) {
	const id = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	for name, c := range map[string]struct {
		status string // of the image before
		body   string
	}{
		"internal address": {"queued", `{"method": {"name": "web-download", "uri": "http://127.0.0.1/x?signature=SECRET"}}`},
		"staged data gone": {"uploading", `{"method": {"name": "glance-direct"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			var log safeBuffer
			records := newImages(time.Now, new(imagedata.RAM), []image.Store{{ID: "fast", Default: true}})
			records.addQueued(id)
			records.records[id].Status = c.status
			gw := imageGateway(t, records, jumpgate.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			gw.AddRequestHook(asRecorded)
			w := httptest.NewRecorder()
			gw.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v2/images/"+id+"/import", strings.NewReader(c.body)))
			if w.Code != http.StatusAccepted {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			demo := recordedUsers["demo"]
			ctx := jumpgate.WithPrincipal(context.Background(), &demo)
			var img *image.Image
			var err error
			for range 6000 { // a minute, on a busy machine
				if img, err = records.Image(ctx, id); err != nil {
					t.Fatal(err)
				}
				if s := img.Tasks[0].Status; s == "failure" || s == "success" {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if failed := img.Properties["os_glance_failed_import"]; failed != "fast" {
				t.Errorf("failed stores %q", failed)
			}
			if img.Status != "queued" || img.Tasks[0].Status != "failure" {
				t.Errorf("image %s, task %s; want queued, failure", img.Status, img.Tasks[0].Status)
			}
			for range 6000 { // it is the last to be written
				if strings.Contains(log.String(), "image import failed") {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if text := log.String(); !strings.Contains(text, "image import failed") || strings.Contains(text, "SECRET") {
				t.Errorf("log %s", text)
			}
		})
	}
}
