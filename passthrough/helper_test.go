package passthrough_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/passthrough"
)

// upstream starts a fake OpenStack.
func upstream(t testing.TB, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// all gives every service one address.
func all(url string) map[jumpgate.Service]string {
	m := make(map[jumpgate.Service]string)
	for _, s := range jumpgate.Services() {
		m[s] = url + "/up-" + string(s)
	}
	return m
}

func newDriver(t testing.TB, opts passthrough.Options) *passthrough.Driver {
	t.Helper()
	d, err := passthrough.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// newGateway returns a Gateway with d for all services except those of others.
func newGateway(t testing.TB, d jumpgate.Driver, others map[jumpgate.Service]jumpgate.Driver) *jumpgate.Gateway {
	t.Helper()
	opts := jumpgate.Options{Services: make(map[jumpgate.Service]jumpgate.ServiceOptions)}
	for _, s := range jumpgate.Services() {
		opts.Services[s] = jumpgate.ServiceOptions{Driver: d, Open: true}
		if other := others[s]; other != nil {
			opts.Services[s] = jumpgate.ServiceOptions{Driver: other, Open: true}
		}
	}
	gw, err := jumpgate.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

// front serves h on a port.
func front(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// whole starts a Gateway that passes everything to h.
func whole(t testing.TB, h http.HandlerFunc) (gw, up *httptest.Server) {
	t.Helper()
	up = upstream(t, h)
	return front(t, newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(up.URL)}), nil)), up
}

// client follows no redirects and decompresses nothing.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends a request and reads the answer. headers are pairs.
func ask(t testing.TB, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, r)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

var serverTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// words joins what is compared.
func words(list ...any) string { return strings.TrimSpace(fmt.Sprintln(list...)) }
