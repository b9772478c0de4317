package jumpgate_test

import (
	"net/http/httptest"
	"testing"

	"github.com/softlayer/jumpgate"
)

// TestClientAddr: who the client is behind proxies, and that nobody can pass
// for somebody else.
func TestClientAddr(t *testing.T) {
	const proxy = "192.0.2.1:1234" // trusted
	for _, tt := range []struct {
		name, peer string
		headers    []string
		want       string // empty: none
	}{
		{"no proxy", "198.51.100.7:1", nil, "198.51.100.7"},
		{"IPv6", "[2001:db9::1]:1", nil, "2001:db9::1"},
		{"IPv4 in IPv6", "[::ffff:198.51.100.7]:1", nil, "198.51.100.7"},
		{"no address", "@", []string{"X-Forwarded-For", "203.0.113.9"}, ""},
		{"a proxy that says nothing", proxy, nil, "192.0.2.1"},

		{"stranger who claims", "198.51.100.7:1", []string{"X-Forwarded-For", "203.0.113.9"}, "198.51.100.7"},
		{"stranger who claims by the standard", "198.51.100.7:1", []string{"Forwarded", "for=203.0.113.9"}, "198.51.100.7"},
		{"one proxy", proxy, []string{"X-Forwarded-For", "203.0.113.9"}, "203.0.113.9"},
		{"one proxy, client that claims", proxy, []string{"X-Forwarded-For", "10.0.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"client that claims in a line of its own", proxy, []string{"X-Forwarded-For", "10.0.0.1", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9"},
		{"client that claims to be a proxy", proxy, []string{"X-Forwarded-For", "10.0.0.1, 192.0.2.8, 203.0.113.9"}, "203.0.113.9"},
		{"two proxies", proxy, []string{"X-Forwarded-For", "10.0.0.1, 203.0.113.9, 192.0.2.2"}, "203.0.113.9"},
		{"two proxies of two kinds", "[2001:db8::1]:443", []string{"X-Forwarded-For", "203.0.113.9, 192.0.2.2"}, "203.0.113.9"},
		{"proxies alone", proxy, []string{"X-Forwarded-For", "192.0.2.3, 192.0.2.2"}, "192.0.2.3"},
		{"with ports", proxy, []string{"X-Forwarded-For", "203.0.113.9:5555, 192.0.2.2:6"}, "203.0.113.9"},
		{"nonsense", proxy, []string{"X-Forwarded-For", "203.0.113.9, nonsense"}, "192.0.2.1"},
		{"nonsense of the client's", proxy, []string{"X-Forwarded-For", "nonsense,,203.0.113.9"}, "203.0.113.9"},
		{"empty", proxy, []string{"X-Forwarded-For", ""}, "192.0.2.1"},

		{"standard", proxy, []string{"Forwarded", "for=10.0.0.1, For=203.0.113.9;proto=https;by=192.0.2.1"}, "203.0.113.9"},
		{"standard, IPv6", proxy, []string{"Forwarded", `for="[2001:db9::1]:4711"`}, "2001:db9::1"},
		{"standard, two lines", proxy, []string{"Forwarded", "for=203.0.113.9", "Forwarded", "proto=https;for=192.0.2.2"}, "203.0.113.9"},
		{"standard, hidden", proxy, []string{"Forwarded", "for=203.0.113.9, for=_hidden"}, "192.0.2.1"},
		{"standard, without for", proxy, []string{"Forwarded", "for=203.0.113.9, proto=https"}, "192.0.2.1"},
		{"both agree", proxy, []string{"Forwarded", "for=203.0.113.9", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9"},
		{"both disagree", proxy, []string{"Forwarded", "for=10.0.0.1", "X-Forwarded-For", "203.0.113.9"}, "192.0.2.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := only(jumpgate.Identity)
			opts.TrustedProxies = trusted
			gw := newGateway(t, opts)
			got := "the hook did not run"
			gw.AddRequestHook(func(r *jumpgate.Request) error {
				if got = ""; r.ClientAddr().IsValid() {
					got = r.ClientAddr().String()
				}
				return nil
			})
			req := httptest.NewRequest("GET", "/v3", nil)
			req.RemoteAddr = tt.peer
			for i := 0; i < len(tt.headers); i += 2 {
				req.Header.Add(tt.headers[i], tt.headers[i+1])
			}
			gw.ServeHTTP(httptest.NewRecorder(), req)
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
