package recipes

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzhttp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/memory"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// servers is a Gateway with n servers of demo, whose token it returns.
func servers(t testing.TB, n int) (*jumpgate.Gateway, string) {
	t.Helper()
	c, err := memory.New(memory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddServers("demo", n, compute.Server{Name: "web"}); err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: c.Services(), AccessLog: func(*jumpgate.Request, jumpgate.Outcome) {}})
	if err != nil {
		t.Fatal(err)
	}
	w := ask(gw, "POST", "/v3/auth/tokens", "", `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "demo", "password": "secret",
		"domain": {"id": "default"}}}}, "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}`)
	return gw, w.Header().Get("X-Subject-Token")
}

func TestGzip(t *testing.T) {
	gw, token := servers(t, 100)
	handler, err := compressed(gw)
	if err != nil {
		t.Fatal(err)
	}
	const list = "/compute/v2.1/servers/detail"
	w := ask(handler, "GET", list, token, "", "Accept-Encoding", "gzip, deflate")
	if w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
		t.Fatalf("a long list: %v", w.Header())
	}
	plain, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Servers []any }
	if err := json.NewDecoder(plain).Decode(&all); err != nil || len(all.Servers) != 100 {
		t.Errorf("%d servers, %v", len(all.Servers), err)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"a client that does not ask": ask(handler, "GET", list, token, ""),
		"a short answer":             ask(handler, "GET", "/compute/v2.1/servers/detail?limit=1", token, "", "Accept-Encoding", "gzip"),
	} {
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "" || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
	}
}

// BenchmarkGzip lists servers by each level, and reports what leaves: what
// compression costs of processor time, and saves of bytes.
func BenchmarkGzip(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		gw, token := servers(b, n)
		for _, level := range []int{gzip.NoCompression, 1, 3, 6} {
			handler := http.Handler(gw)
			if level != gzip.NoCompression {
				wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1<<10), gzhttp.CompressionLevel(level))
				if err != nil {
					b.Fatal(err)
				}
				handler = wrap(gw)
			}
			b.Run(fmt.Sprintf("servers=%d/level=%d", n, level), func(b *testing.B) {
				var out counter
				for b.Loop() {
					r := httptest.NewRequest("GET", "/compute/v2.1/servers/detail", nil)
					r.Header.Set("X-Auth-Token", token)
					r.Header.Set("Accept-Encoding", "gzip")
					out = counter{header: make(http.Header)}
					handler.ServeHTTP(&out, r)
				}
				b.ReportMetric(float64(out.n), "bytes")
			})
		}
	}
}

// counter is a client that counts what it gets.
type counter struct {
	header http.Header
	n      int
}

var _ io.Writer = (*counter)(nil)

func (c *counter) Header() http.Header         { return c.header }
func (c *counter) WriteHeader(int)             {}
func (c *counter) Write(b []byte) (int, error) { c.n += len(b); return len(b), nil }
