package jumpgate

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// baseURL is the address of the Gateway as the client of r knows it, without
// a slash at the end. r may be nil where Options.PublicURL is set.
func (gw *Gateway) baseURL(r *Request) (string, error) {
	switch {
	case gw.publicURL != "":
		return gw.publicURL, nil
	case r == nil:
		return "", errors.New("jumpgate: without Options.PublicURL a URL can only be built for a request")
	case r.gw != gw:
		return gw.deriveURL(r.Request)
	}
	r.base.Do(func() { r.base.url, r.base.err = gw.deriveURL(r.Request) })
	return r.base.url, r.base.err
}

// deriveURL works out the Gateway's address from a request.
func (gw *Gateway) deriveURL(req *http.Request) (string, error) {
	u := url.URL{Scheme: "http", Host: hostOf(req), Path: strippedPrefix(req) + gw.basePath}
	if req.TLS != nil {
		u.Scheme = "https"
	}
	if gw.trusts(parseAddr(req.RemoteAddr)) {
		f := forwarded(req.Header)
		if f.proto == "http" || f.proto == "https" {
			u.Scheme = f.proto
		}
		if f.host != "" {
			u.Host = f.host
		}
		u.Path = f.prefix + u.Path
	}
	if !validHost(u.Host) {
		return "", BadRequest.Wrap(fmt.Errorf("host %q", u.Host), "The request names no valid host.")
	}
	return u.String(), nil
}

// hostOf is the host that a request names. HTTP/1.0 has no Host: then it is
// the address that the request came to, as WSGI's SERVER_NAME.
func hostOf(req *http.Request) string {
	if req.Host != "" {
		return req.Host
	}
	if addr, ok := req.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && validHost(addr.String()) {
		return addr.String()
	}
	return "localhost"
}

// strippedPrefix is what http.StripPrefix or a router above cut off the path
// before the Gateway saw it. The request line still has it.
func strippedPrefix(req *http.Request) string {
	if rest, ok := strings.CutPrefix(req.RequestURI, req.URL.Path); ok && (rest == "" || rest[0] == '?') {
		return "" // as almost always
	}
	line, err := url.ParseRequestURI(req.RequestURI)
	if err != nil {
		return ""
	}
	path := req.URL.Path
	if path == "/" && !strings.HasSuffix(line.Path, "/") { // "/prefix" itself, normalised by the router above
		path = ""
	}
	prefix, ok := strings.CutSuffix(line.Path, path)
	if !ok {
		return ""
	}
	return strings.TrimSuffix(prefix, "/")
}

type forwarding struct{ proto, host, prefix string }

// forwarded reads Forwarded (RFC 7239) or, without it, X-Forwarded-Proto,
// -Host and -Prefix. The first entry counts: it is the proxy nearest to the
// client.
func forwarded(h http.Header) forwarding {
	first := func(name string) string {
		v, _, _ := strings.Cut(h.Get(name), ",")
		return strings.TrimSpace(v)
	}
	f := forwarding{prefix: cleanPrefix(first("X-Forwarded-Prefix"))}
	if line := h.Get("Forwarded"); line != "" {
		element, _, _ := strings.Cut(line, ",")
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			value = strings.Trim(value, `"`)
			switch strings.ToLower(name) {
			case "proto":
				f.proto = strings.ToLower(value)
			case "host":
				f.host = value
			}
		}
		return f
	}
	f.proto = strings.ToLower(first("X-Forwarded-Proto"))
	f.host = first("X-Forwarded-Host")
	return f
}

// cleanPrefix gives a path prefix its one form: "" or "/a/b". It returns ""
// for what is no plain path.
func cleanPrefix(s string) string {
	s = strings.Trim(s, "/")
	if s == "" || !wellFormed("/"+s) || strings.ContainsAny(s, "?#%\\") {
		return ""
	}
	return "/" + s
}

// validHost accepts host names, addresses and ports, and nothing that could
// turn a link into something else.
func validHost(host string) bool {
	if host == "" || len(host) > 255 {
		return false
	}
	for _, c := range []byte(host) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte(".-_:[]%~", c) >= 0:
		default:
			return false
		}
	}
	if name, port, _ := strings.Cut(host, ":"); !strings.ContainsAny(name, "[]%") && strings.Trim(port, "0123456789") == "" {
		return name != ""
	}
	u, err := url.Parse("http://" + host) // knows where brackets and percent signs may be
	return err == nil && u.Host == host
}

// EndpointURL returns the URL of the endpoint called name as the client of r
// can reach it. vars are pairs of variable name and value; the project of a
// path comes from r's environment unless vars has it. Where OpenStack takes
// a path with and without the project segment, the URL has the form of r's
// own. A missing or unusable value is an error.
//
// r may be nil where Options.PublicURL is set.
func (d *Dispatcher) EndpointURL(r *Request, name string, vars ...string) (string, error) {
	return d.url(r, name, false, vars)
}

// BookmarkURL is EndpointURL without the version, as in Nova's "bookmark"
// links.
func (d *Dispatcher) BookmarkURL(r *Request, name string, vars ...string) (string, error) {
	return d.url(r, name, true, vars)
}

func (d *Dispatcher) url(r *Request, name string, bookmark bool, vars []string) (string, error) {
	route := d.router().routes[name]
	if route == nil {
		return "", d.unknown(name)
	}
	if len(vars)%2 != 0 {
		return "", fmt.Errorf("jumpgate: URL of %s: variables must be pairs of name and value", name)
	}
	if r != nil && route.sibling != nil && r.match.target != nil && r.disp == d &&
		(r.match.target.project >= 0) != (route.project >= 0) {
		route = route.sibling
	}
	base, err := d.gw.baseURL(r)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.Grow(len(base) + len(d.escapedMount) + 96) // enough for most
	b.WriteString(base)
	b.WriteString(d.escapedMount)
	segments := route.segments
	if bookmark {
		segments = segments[1:]
	}
	for i, s := range segments {
		b.WriteByte('/')
		b.WriteString(s.literal)
		if s.variable == "" {
			continue
		}
		value, ok := lookupVar(vars, s.variable)
		if !ok && s.variable == "tenant_id" && r != nil {
			value = r.Env.ProjectID
			if value == "" {
				value, _ = r.PathProject() // where nothing says who asks, the path does
			}
		}
		if value == "" {
			return "", fmt.Errorf("jumpgate: URL of %s: no value for {%s}", name, s.variable)
		}
		if strings.Contains(value, "/") || !properSegment(s.literal+value) {
			return "", fmt.Errorf("jumpgate: URL of %s: %q is no path segment", name, value)
		}
		escaped := url.PathEscape(value)
		if i == len(segments)-1 {
			escaped = d.profile.whole(escaped)
		}
		b.WriteString(escaped)
	}
	if len(route.segments) == 1 && d.profile.rootSlash && route.endpoint.Version != "" {
		b.WriteByte('/')
	}
	return b.String(), nil
}

// SelfURL returns the URL of r itself without its query, as the client can
// reach it: the start of links to other pages of a list.
func (r *Request) SelfURL() (string, error) {
	var vars []string
	if r.match.target != nil {
		for _, v := range r.match.target.vars {
			vars = append(vars, v.name, r.Var(v.name))
		}
	}
	return r.disp.EndpointURL(r, r.endpoint.Name, vars...)
}

// whole escapes the dot of what the router would take for a suffix.
func (p *profile) whole(escaped string) string {
	for _, suffix := range p.suffixes {
		if stem, ok := strings.CutSuffix(escaped, suffix); ok {
			return stem + "%2E" + suffix[1:]
		}
	}
	return escaped
}

func lookupVar(vars []string, name string) (string, bool) {
	for i := 0; i < len(vars); i += 2 {
		if vars[i] == name {
			return vars[i+1], true
		}
	}
	return "", false
}

// ServiceURL returns the URL of the service's mount as the client of r can
// reach it, without a slash at the end.
func (d *Dispatcher) ServiceURL(r *Request) (string, error) {
	base, err := d.gw.baseURL(r)
	if err != nil {
		return "", err
	}
	return base + d.escapedMount, nil
}
