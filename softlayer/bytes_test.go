package softlayer

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// weighed counts the bytes of what SoftLayer answers.
type weighed struct {
	next  http.RoundTripper
	bytes atomic.Int64
}

func (w *weighed) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(r)
	if err == nil {
		resp.Body = &weighedBody{resp.Body, w}
	}
	return resp, err
}

type weighedBody struct {
	io.ReadCloser
	w *weighed
}

func (b *weighedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.w.bytes.Add(int64(n))
	return n, err
}

// TestBytesAsked holds what lists ask of SoftLayer, in bytes for each server: nothing that is not shown.
func TestBytesAsked(t *testing.T) {
	const servers = 100
	scale := &weighed{next: http.DefaultTransport}
	s := setup{driver: Options{Transport: scale}}
	s.sim.Accounts = simulator.DemoAccounts()
	for range servers {
		s.sim.Accounts[0].Guests = append(s.sim.Accounts[0].Guests, simulator.Guest{Tags: []string{"prod"}, Notes: "front"})
	}
	w := newWorld(t, s)
	for _, c := range []struct {
		path, version string
		most          int64
	}{
		{"/compute/v2.1/servers?limit=100", "2.1", 166},
		{"/compute/v2.1/servers?limit=100", "2.96", 166},
		{"/compute/v2.1/servers/detail?limit=100", "2.1", 1320},
		{"/compute/v2.1/servers/detail?limit=100", "2.96", 1343},
		{"/compute/v2.1/os-simple-tenant-usage/307001?start=2026-01-01T00:00:00", "2.1", 412},
		{"/compute/v2.1/limits", "2.1", 104},
		{"/network/v2.0/ports", "2.1", 680},
	} {
		w.token(simulator.DemoUser)
		before := scale.bytes.Load()
		if a := w.raw(simulator.DemoUser, "GET", c.path, "", "OpenStack-API-Version", "compute "+c.version); a.status != http.StatusOK {
			t.Fatalf("GET %s: %d %s", c.path, a.status, a.body)
		}
		if got := (scale.bytes.Load() - before) / servers; got > c.most {
			t.Errorf("GET %s at %s: %d bytes a server, want %d at most", c.path, c.version, got, c.most)
		}
	}
}
