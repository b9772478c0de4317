package passthrough

import (
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// request makes the request that goes upstream.
func (x *exchange) request(in *http.Request) (*http.Request, error) {
	x.trace.Got1xxResponse = x.hint
	out := in.WithContext(httptrace.WithClientTrace(in.Context(), &x.trace))
	raw := x.root.EscapedPath() + x.path
	plain, err := url.PathUnescape(raw)
	if err != nil {
		plain = raw // can't be: x.path comes from a parsed URL
	}
	out.URL = &url.URL{
		Scheme: x.root.Scheme, Host: x.root.Host,
		Path: plain, RawPath: raw,
		// As it came: a filter that Go can't parse must not be lost, for a
		// list without it has more in it.
		RawQuery: in.URL.RawQuery, ForceQuery: in.URL.ForceQuery,
	}
	out.Host = x.root.Host
	out.Close = false
	out.Header = x.requestHeader(in)
	return out, x.body.attach(out, x.w)
}

// noUserAgent keeps net/http from sending its own.
var noUserAgent = []string{""}

// requestHeader is the header that goes upstream.
func (x *exchange) requestHeader(in *http.Request) http.Header {
	h := make(http.Header, len(in.Header)+3)
	for name, values := range in.Header {
		if !isHop(name) && !isIdentity(name) && !isForwarding(name) {
			h[name] = values
		}
	}
	deleteNamed(h, in.Header["Connection"])
	if te := in.Header["Te"]; te != nil && strings.Contains(strings.Join(te, ","), "trailers") {
		h["Te"] = []string{"trailers"}
	}
	if client, _, err := net.SplitHostPort(in.RemoteAddr); err == nil {
		h["X-Forwarded-For"] = []string{client}
	}
	h["Via"] = append(slices.Clip(h["Via"]), x.d.via)
	if coding := h["Accept-Encoding"]; coding != nil {
		h["Accept-Encoding"] = knownCodings(coding)
	}
	if h["User-Agent"] == nil {
		h["User-Agent"] = noUserAgent
	}
	if x.account != nil {
		delete(h, "X-Service-Token")
		delete(h, "X-Subject-Token")
		delete(h, "X-Auth-Token")
		if x.token != nil {
			h["X-Auth-Token"] = []string{x.token.id}
		}
	}
	return h
}

// send sends the request and returns upstream's answer.
func (x *exchange) send(out *http.Request) (*http.Response, error) {
	res, err := x.d.transport.RoundTrip(out)
	if err != nil || res.StatusCode != http.StatusUnauthorized || x.token == nil {
		return res, err
	}
	return x.sendAgain(out, res)
}

// hint passes on what upstream says before its answer.
func (x *exchange) hint(status int, header textproto.MIMEHeader) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.answered {
		return nil
	}
	h := x.w.Header()
	ours := maps.Clone(h)
	clear(h)
	maps.Copy(h, http.Header(header))
	x.w.WriteHeader(status)
	clear(h)
	maps.Copy(h, ours)
	return nil
}
