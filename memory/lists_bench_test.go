package memory

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// unread is an answer that nobody reads.
type unread struct {
	header http.Header
	status int
}

func (u *unread) Header() http.Header         { return u.header }
func (u *unread) WriteHeader(status int)      { u.status = status }
func (u *unread) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkLists answers short lists of a cloud as it is at first.
func BenchmarkLists(b *testing.B) {
	cloud, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	services := make(map[jumpgate.Service]jumpgate.ServiceOptions)
	for s := range cloud.Services() {
		services[s] = jumpgate.ServiceOptions{Driver: cloud}
	}
	gw, err := jumpgate.New(jumpgate.Options{Logger: slog.New(slog.DiscardHandler), Services: services})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(gw)
	defer server.Close()
	resp, err := http.Post(server.URL+"/v3/auth/tokens", "application/json", strings.NewReader(`{"auth": {"identity": {"methods": ["password"],
		"password": {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}}}}}`))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.Fatal(err)
	}
	resp.Body.Close()
	for name, path := range map[string]string{
		"images": "/image/v2/images", "keypairs": "/compute/v2.1/os-keypairs", "flavors": "/compute/v2.1/flavors", "version": "/compute/v2.1/",
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("X-Auth-Token", resp.Header.Get("X-Subject-Token"))
			b.ReportAllocs()
			for b.Loop() {
				out := &unread{header: make(http.Header)}
				if gw.ServeHTTP(out, r); out.status != http.StatusOK {
					b.Fatal(out.status)
				}
			}
		})
	}
}
