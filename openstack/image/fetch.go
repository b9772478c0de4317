package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// errInternalAddress refuses a download from an address that only this side of
// the network reaches.
var errInternalAddress = errors.New("image: web-download from an internal address")

// special are ranges of IANA's registries of special addresses that package
// netip takes for global: some lead to internal addresses by another way.
var special = func() []netip.Prefix {
	var list []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", // this network, carriers, protocols, benchmarks, reserved
		"64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10", // translated, tunnelled and site-local addresses
	} {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}()

// PublicAddress tells whether ip is public: a global unicast address that is
// neither private nor translated to a private one.
func PublicAddress(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// newDownloader returns the client of web-download. It looks at the address
// that is really dialled, after names were resolved, for each redirect anew, so
// that neither a redirect nor a name whose address changes gets past it.
func newDownloader(allowed func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{
		Timeout: 30 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !allowed(at.Addr()) {
				return errInternalAddress
			}
			return nil
		},
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:           dialer.DialContext, // and no proxy, which would dial in its place
			TLSHandshakeTimeout:   30 * time.Second,
			ResponseHeaderTimeout: time.Minute,
			MaxIdleConns:          4,
			IdleConnTimeout:       30 * time.Second,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			switch {
			case len(via) >= 5:
				return errors.New("image: web-download was redirected too often")
			case !webURI(req.URL.String()):
				return errInternalAddress
			}
			return nil
		},
	}
}

// fetch opens what uri names.
func (s *service) fetch(ctx context.Context, uri string) (io.ReadCloser, int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, 0, err
	}
	resp, err := s.downloader.Do(req)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) { // it quotes the address, whose query may be a secret
			err = failed.Err
		}
		return nil, 0, fmt.Errorf("image: web-download: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, 0, fmt.Errorf("image: web-download was answered with %d", resp.StatusCode)
	}
	return resp.Body, resp.ContentLength, nil
}
