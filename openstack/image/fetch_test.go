package image

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
)

func TestPublicAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"9.9.9.9": true, "2606:4700::1111": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false, "0.1.2.3": false,
		"10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "fd00::1": false, "fec0::1": false,
		"169.254.169.254": false, "fe80::1": false, "100.64.0.1": false, "192.0.0.1": false, "198.18.0.1": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001::1": false,
	} {
		if got := PublicAddress(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

// TestDownloadGuard: what is dialled counts, for each redirect and each look-up
// of a name anew.
func TestDownloadGuard(t *testing.T) {
	var target atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := target.Load().(string); to != "" {
			w.Header().Set("Connection", "close")
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		io.WriteString(w, "disk")
	}))
	defer server.Close()
	loopback := func(ip netip.Addr) bool { return ip.Unmap() == netip.MustParseAddr("127.0.0.1") }
	once := func() func(netip.Addr) bool { // as a name that leads elsewhere the second time
		var asked atomic.Bool
		return func(netip.Addr) bool { return !asked.Swap(true) }
	}
	byName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for name, c := range map[string]struct {
		uri, redirect string
		allowed       func(netip.Addr) bool
		ok            bool
	}{
		"allowed":                      {server.URL, "", loopback, true},
		"loopback":                     {server.URL, "", PublicAddress, false},
		"loopback by name":             {byName, "", PublicAddress, false},
		"redirect to another address":  {server.URL, "http://127.0.0.2/", loopback, false},
		"redirect to IPv6":             {server.URL, "http://[::1]/", loopback, false},
		"redirect to another port":     {server.URL, "http://127.0.0.1:22/", loopback, false},
		"redirect to a file":           {server.URL, "file:///etc/passwd", loopback, false},
		"a name that changes its mind": {byName, "http://localhost/", once(), false},
	} {
		t.Run(name, func(t *testing.T) {
			target.Store(c.redirect)
			s := &service{downloader: newDownloader(c.allowed)}
			data, _, err := s.fetch(context.Background(), c.uri+"/?signature=SECRET")
			switch {
			case err == nil:
				data.Close()
				if !c.ok {
					t.Error("downloaded")
				}
			case c.ok || !errors.Is(err, errInternalAddress):
				t.Error(err)
			case strings.Contains(err.Error(), "SECRET"):
				t.Errorf("a secret in %v", err)
			}
		})
	}
}
