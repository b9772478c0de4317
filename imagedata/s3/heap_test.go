package s3_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/imagedata/s3"
	"github.com/softlayer/jumpgate/internal/heap"
)

// zeros are n bytes.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) { return len(p), nil }

// sink speaks as much of S3 as an upload in parts and a download need, and
// keeps nothing but the size.
func sink(t *testing.T) (*httptest.Server, *atomic.Int64) {
	size := new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch q := r.URL.Query(); {
		case r.Method == http.MethodPost && q.Has("uploads"):
			fmt.Fprint(w, `<InitiateMultipartUploadResult><Bucket>images</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>`)
		case r.Method == http.MethodPost:
			fmt.Fprint(w, `<CompleteMultipartUploadResult><Bucket>images</Bucket><Key>k</Key><ETag>"e"</ETag></CompleteMultipartUploadResult>`)
		case r.Method == http.MethodPut:
			n, err := io.Copy(io.Discard, r.Body)
			if err != nil {
				t.Error(err)
			}
			size.Add(n)
			w.Header().Set("ETag", `"e"`)
		case r.Method == http.MethodGet:
			w.Header().Set("ETag", `"e"`)
			w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
			w.Header().Set("Content-Length", strconv.FormatInt(size.Load(), 10))
			if _, err := io.Copy(w, zeros(size.Load())); err != nil {
				t.Error(err)
			}
		}
	}))
	t.Cleanup(server.Close)
	return server, size
}

// TestHeap: an upload and a download hold a part of the data, however much it
// is: JUMPGATE_TRANSFER bytes, or 256 MiB.
func TestHeap(t *testing.T) {
	if testing.Short() {
		t.Skip("it moves much data")
	}
	want := int64(256 << 20)
	if text := os.Getenv("JUMPGATE_TRANSFER"); text != "" {
		var err error
		if want, err = strconv.ParseInt(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	server, size := sink(t)
	store, err := s3.New(s3.Options{Endpoint: server.URL, Bucket: "images", AccessKey: "key", SecretKey: "secret", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	growth := heap.Growth(10*time.Millisecond, func() {
		if n, err := store.Put(t.Context(), "k", zeros(want)); err != nil || n != want || size.Load() != want {
			t.Fatalf("Put = %d, %v; %d bytes came", n, err, size.Load())
		}
		data, err := store.Open(t.Context(), "k", 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		if n, err := io.Copy(io.Discard, data); err != nil || n != want {
			t.Fatalf("read %d bytes, %v", n, err)
		}
	})
	t.Logf("%d MiB: the heap grew by %d KiB", want>>20, growth>>10)
	if growth > 16<<20 {
		t.Errorf("the heap grew by %d MiB", growth>>20)
	}
}
