package passthrough

import (
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/softlayer/jumpgate"
)

// canned is an upstream without a network.
type canned struct{ body string }

func (c canned) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req, ContentLength: int64(len(c.body)),
		Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {"2000"}, "X-Openstack-Request-Id": {"req-1"}, "Date": {"x"}},
		Body:   io.NopCloser(strings.NewReader(c.body)),
	}, nil
}

type pool struct{ sync.Pool }

func (p *pool) Get() []byte  { return *p.Pool.Get().(*[]byte) }
func (p *pool) Put(b []byte) { p.Pool.Put(&b) }

type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header         { return n.h }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

// BenchmarkOverhead is what Jumpgate adds to a ReverseProxy for 2 KiB of JSON
// with five links, without sockets.
func BenchmarkOverhead(b *testing.B) {
	upstream, _ := url.Parse("http://10.0.0.1:8774")
	transport := canned{`[` + strings.Repeat(`{"name": "`+strings.Repeat("n", 300)+`", "href": "http://10.0.0.1:8774/v2.1/servers/1"}, `, 5) + `{}]`}
	opts := Options{Endpoints: map[jumpgate.Service]string{}}
	for i, s := range jumpgate.Services() {
		opts.Endpoints[s] = "http://10.0.0.1:877" + string(rune('0'+(i+3)%10))
	}
	d, err := New(opts)
	if err != nil {
		b.Fatal(err)
	}
	d.transport = transport
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {Driver: d, Mount: "/"}}})
	if err != nil {
		b.Fatal(err)
	}
	bare := &httputil.ReverseProxy{Rewrite: func(pr *httputil.ProxyRequest) { pr.SetURL(upstream) }, Transport: transport, BufferPool: &pool{sync.Pool{New: func() any { b := make([]byte, copyBuffer); return &b }}}}
	for name, h := range map[string]http.Handler{"bare": bare, "jumpgate": gw} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				req, _ := http.NewRequestWithContext(b.Context(), "GET", "http://jg/v2.1/servers/4f7c2a5e", nil)
				req.RequestURI, req.RemoteAddr = "/v2.1/servers/4f7c2a5e", "127.0.0.1:1"
				req.Header.Set("User-Agent", "x")
				req.Header.Set("X-Auth-Token", "y")
				h.ServeHTTP(nowhere{make(http.Header)}, req)
			}
		})
	}
}
