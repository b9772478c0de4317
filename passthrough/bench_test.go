package passthrough_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate/internal/heap"
	"github.com/softlayer/jumpgate/passthrough"
)

// A benchmark of passthrough names its way: direct, bare (a tuned
// httputil.ReverseProxy that does nothing else) or jumpgate. They run in one
// process and one go, so that the ratios hold on any machine:
//
//	go test -run '^$' -bench . ./passthrough

type bytesPool struct{ sync.Pool }

func (p *bytesPool) Get() []byte  { return *p.Pool.Get().(*[]byte) }
func (p *bytesPool) Put(b []byte) { p.Pool.Put(&b) }

// bareProxy is the control.
func bareProxy(target *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(pr *httputil.ProxyRequest) { pr.SetURL(target) },
		Transport: &http.Transport{
			DialContext: (&net.Dialer{}).DialContext, MaxIdleConnsPerHost: 256, DisableCompression: true,
			ReadBufferSize: 32 << 10, WriteBufferSize: 32 << 10,
		},
		BufferPool: &bytesPool{sync.Pool{New: func() any { b := make([]byte, 64<<10); return &b }}},
		ErrorLog:   log.New(io.Discard, "", 0),
	}
}

// ways serves h directly, through the control and through Jumpgate.
func ways(tb testing.TB, h http.HandlerFunc) map[string]string {
	tb.Helper()
	up := upstream(tb, h)
	target, _ := url.Parse(up.URL)
	gw := newGateway(tb, newDriver(tb, passthrough.Options{Endpoints: all(up.URL)}), nil)
	return map[string]string{"direct": up.URL, "bare": front(tb, bareProxy(target)).URL, "jumpgate": front(tb, gw).URL}
}

var wayNames = []string{"direct", "bare", "jumpgate"}

func benchClient(conns int) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableCompression: true, MaxIdleConnsPerHost: conns, ReadBufferSize: 64 << 10, WriteBufferSize: 64 << 10,
	}}
}

func BenchmarkSmall(b *testing.B) {
	// 2 KiB, as a server has, with five links.
	text := strings.Repeat(`{"name": "`+strings.Repeat("n", 300)+`", "href": "UP/up-compute/v2.1/servers/1"}, `, 5)
	text = `[` + text + `{}]`
	for media, name := range map[string]string{"application/octet-stream": "data", "application/json": "json"} {
		var base string
		urls := ways(b, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{media}
			_, _ = io.WriteString(w, strings.ReplaceAll(text, "UP", base))
		})
		base = urls["direct"]
		for _, way := range wayNames {
			b.Run(name+"/"+way, func(b *testing.B) {
				c := benchClient(64)
				b.SetParallelism(16)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						res, err := c.Get(urls[way] + "/compute/v2.1/servers/1")
						if err != nil {
							b.Fatal(err)
						}
						_, _ = io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
				})
			})
		}
	}
}

// filler gives bytes as fast as they can be copied.
type filler struct{ left int64 }

func (f *filler) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), f.left)
	f.left -= n
	return int(n), nil
}

func BenchmarkGiB(b *testing.B) {
	const size = 1 << 30
	urls := ways(b, func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodPut {
			buf := make([]byte, 256<<10)
			for {
				if _, err := req.Body.Read(buf); err != nil {
					return
				}
			}
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", "1073741824")
		_, _ = io.CopyBuffer(struct{ io.Writer }{w}, &filler{size}, make([]byte, 256<<10))
	})
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		for _, way := range wayNames {
			b.Run(map[string]string{"GET": "download", "PUT": "upload"}[method]+"/"+way, func(b *testing.B) {
				c, buf := benchClient(1), make([]byte, 256<<10)
				b.SetBytes(size)
				growth := heap.Growth(5*time.Millisecond, func() {
					for b.Loop() {
						var body io.Reader
						if method == http.MethodPut {
							body = io.NopCloser(&filler{size})
						}
						req, _ := http.NewRequestWithContext(b.Context(), method, urls[way]+"/image/v2/images/1/file", body)
						if body != nil {
							req.ContentLength = size
						}
						res, err := c.Do(req)
						if err != nil {
							b.Fatal(err)
						}
						_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, res.Body, buf)
						res.Body.Close()
					}
				})
				b.ReportMetric(float64(growth)/(1<<20), "MiB-heap")
			})
		}
	}
}
