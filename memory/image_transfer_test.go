package memory

import (
	"crypto/md5"
	"crypto/sha512"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/imagedata"
	"github.com/softlayer/jumpgate/internal/heap"
)

// transferSize is how much TestTransfer sends: JUMPGATE_TRANSFER bytes, or 256
// MiB.
func transferSize(t testing.TB) int64 {
	text := os.Getenv("JUMPGATE_TRANSFER")
	if text == "" {
		return 256 << 20
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// noise is data that does not compress and costs little to make.
type noise struct {
	left  int64
	block []byte
}

func newNoise(size int64) *noise {
	n := &noise{size, make([]byte, 64<<10)}
	state := uint64(1)
	for i := range n.block {
		state = state*6364136223846793005 + 1442695040888963407
		n.block[i] = byte(state >> 56)
	}
	return n
}

func (n *noise) Read(p []byte) (int, error) {
	if n.left == 0 {
		return 0, io.EOF
	}
	m := copy(p[:min(int64(len(p)), n.left)], n.block)
	n.left -= int64(m)
	return m, nil
}

// bare serves a folder's file as simply as it can be done: uploads are hashed
// and written, downloads are copied.
func bare(t testing.TB, dir string) *httptest.Server {
	path := filepath.Join(dir, "bare")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			f, err := os.Open(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer f.Close()
			io.Copy(w, f)
			return
		}
		f, err := os.Create(path)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := io.Copy(f, io.TeeReader(r.Body, io.MultiWriter(md5.New(), sha512.New()))); err != nil {
			t.Error(err)
		}
		f.Sync()
		f.Close()
	}))
	t.Cleanup(server.Close)
	return server
}

// stored serves images whose data is in a folder, with one that waits for data.
func stored(t testing.TB, dir, id string) *httptest.Server {
	data, err := imagedata.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	records := newImages(time.Now, data, nil)
	records.addQueued(id)
	gw := imageGateway(t, records, jumpgate.Options{AccessLog: func(*jumpgate.Request, jumpgate.Outcome) {}})
	gw.AddRequestHook(asRecorded)
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server
}

// transfer uploads size bytes and downloads them again. It returns how long
// each took.
func transfer(t testing.TB, url string, size int64) (up, down time.Duration) {
	t.Helper()
	want := md5.New()
	start := time.Now()
	req, err := http.NewRequest(http.MethodPut, url, newNoise(size))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	up = time.Since(start)
	if resp.StatusCode/100 != 2 {
		t.Fatalf("upload: %s", resp.Status)
	}
	io.Copy(want, newNoise(size))

	start = time.Now()
	resp, err = http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	have := md5.New()
	n, err := io.Copy(have, resp.Body)
	if err != nil || n != size {
		t.Fatalf("download: %d bytes, %v", n, err)
	}
	down = time.Since(start)
	if string(have.Sum(nil)) != string(want.Sum(nil)) {
		t.Fatal("other bytes came back")
	}
	return up, down
}

// TestTransfer uploads and downloads an image and watches the heap.
func TestTransfer(t *testing.T) {
	if testing.Short() {
		t.Skip("it moves much data")
	}
	const id = "149c6374-f80c-47d0-8160-5f54d7a1abaf"
	url := stored(t, t.TempDir(), id).URL + "/v2/images/" + id + "/file"
	size := transferSize(t)
	var up, down time.Duration
	growth := heap.Growth(10*time.Millisecond, func() { up, down = transfer(t, url, size) })
	t.Logf("%d MiB: up %v, down %v, the heap grew by %d KiB", size>>20, up, down, growth>>10)
	if growth > 16<<20 {
		t.Errorf("the heap grew by %d MiB", growth>>20)
	}
}

// BenchmarkTransfer compares with a bare server, in turns, and reports the
// medians. JUMPGATE_TRANSFER is the size.
func BenchmarkTransfer(b *testing.B) {
	dir := b.TempDir()
	size := transferSize(b)
	control := bare(b, dir).URL
	var up, down, upOf, downOf []float64
	for i := range b.N {
		id := fmt.Sprintf("149c6374-f80c-47d0-8160-%012d", i)
		server := stored(b, dir, id)
		var ours, theirs [2]time.Duration
		turns := []func(){
			func() { ours[0], ours[1] = transfer(b, server.URL+"/v2/images/"+id+"/file", size) },
			func() { theirs[0], theirs[1] = transfer(b, control, size) },
		}
		turns[i%2]()
		turns[1-i%2]()
		server.Close()
		os.Remove(filepath.Join(dir, id))
		up, down = append(up, ours[0].Seconds()), append(down, ours[1].Seconds())
		upOf = append(upOf, theirs[0].Seconds()/ours[0].Seconds())
		downOf = append(downOf, theirs[1].Seconds()/ours[1].Seconds())
	}
	median := func(list []float64) float64 {
		slices.Sort(list)
		return list[len(list)/2]
	}
	b.ReportMetric(median(upOf), "of-bare-upload")
	b.ReportMetric(median(downOf), "of-bare-download")
	b.ReportMetric(float64(size>>20)/median(up), "up-MiB/s")
	b.ReportMetric(float64(size>>20)/median(down), "down-MiB/s")
}
