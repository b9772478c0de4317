package jumpgate

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddr is the address of who sent the request: the peer's or, where the
// peer is one of Options.TrustedProxies, the nearest one in Forwarded or
// X-Forwarded-For that is not. What a client writes there itself comes before
// what the proxies add, and so is never looked at.
//
// A proxy that adds to one of the two headers may let pass the other, in
// which a client can claim what it likes: where they disagree the address is
// the proxy's. It is the zero Addr where the peer has none, on a Unix socket
// for instance.
func (r *Request) ClientAddr() netip.Addr {
	peer := parseAddr(r.RemoteAddr)
	old, standard := r.Header.Values("X-Forwarded-For"), forwardedFor(r.Header)
	client := r.gw.client(peer, old)
	switch {
	case len(standard) == 0:
		return client
	case len(old) == 0:
		return r.gw.client(peer, standard)
	case client != r.gw.client(peer, standard):
		return peer
	}
	return client
}

// client follows the hops in the values of a header from the peer back to the
// first that is no trusted proxy's, or as far as they are addresses.
func (gw *Gateway) client(peer netip.Addr, values []string) netip.Addr {
	hops := strings.Split(strings.Join(values, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr := parseAddr(strings.TrimSpace(hop))
		if !addr.IsValid() || !gw.trusts(peer) {
			break
		}
		peer = addr
	}
	return peer
}

// trusts tells whether addr is that of one of Options.TrustedProxies.
func (gw *Gateway) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(gw.trustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// forwardedFor returns the "for" of each element of Forwarded (RFC 7239).
func forwardedFor(h http.Header) []string {
	var hops []string
	for _, line := range h.Values("Forwarded") {
		for element := range strings.SplitSeq(line, ",") {
			hop := "unknown"
			for pair := range strings.SplitSeq(element, ";") {
				if name, value, _ := strings.Cut(strings.TrimSpace(pair), "="); strings.EqualFold(name, "for") {
					hop = strings.Trim(value, `"`)
				}
			}
			hops = append(hops, hop)
		}
	}
	return hops
}

// parseAddr reads an address with or without a port, in brackets or not. It
// is the zero Addr for anything else.
func parseAddr(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}
