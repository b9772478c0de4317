package jumpgate_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// variables returns pairs of name and value for the variables of a template.
func variables(path string, value func(name string) string) []string {
	var pairs []string
	for part := range strings.SplitSeq(path, "/") {
		if _, name, ok := strings.Cut(part, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			pairs = append(pairs, name, value(name))
		}
	}
	return pairs
}

// TestURLRoundTrip builds the URL of every endpoint from within a request and
// follows it.
func TestURLRoundTrip(t *testing.T) {
	base := func(o *jumpgate.Options) { o.BasePath = "/base/path" }
	strip := func(prefix string, h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle(prefix+"/", http.StripPrefix(prefix, h))
		return mux
	}
	tests := []struct {
		name    string
		options func(*jumpgate.Options)
		mount   func(gw http.Handler) http.Handler
		target  string // of a request to the Gateway's root
		headers []string
		want    string // the Gateway's address
		inside  string // where the proxy finds that address; default want
	}{
		{name: "root", target: "http://cloud:5000/", want: "http://cloud:5000"},
		{name: "base path", options: base, target: "http://cloud/base/path/", want: "http://cloud/base/path"},
		{
			name:   "strip prefix",
			mount:  func(gw http.Handler) http.Handler { return strip("/openstack", gw) },
			target: "http://cloud/openstack/", want: "http://cloud/openstack",
		},
		{
			name:  "nested strip prefix and base path",
			mount: func(gw http.Handler) http.Handler { return strip("/ä", strip("/c", gw)) }, options: base,
			target: "http://cloud/%C3%A4/c/base/path/", want: "http://cloud/%C3%A4/c/base/path",
		},
		{
			name:   "strip prefix with its slash",
			mount:  func(gw http.Handler) http.Handler { return http.StripPrefix("/openstack/", gw) },
			target: "http://cloud/openstack/", want: "http://cloud/openstack",
		},
		{
			name:    "public URL",
			options: func(o *jumpgate.Options) { o.PublicURL = "https://api.example.com/os/" },
			target:  "http://10.0.0.1:5000/", want: "https://api.example.com/os", inside: "http://10.0.0.1:5000",
		},
		{
			name:    "proxy that cuts a prefix",
			options: func(o *jumpgate.Options) { o.TrustedProxies = trusted; base(o) },
			target:  "http://10.0.0.1/base/path/",
			headers: []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "api.example.com", "X-Forwarded-Prefix", "/public"},
			want:    "https://api.example.com/public/base/path", inside: "http://10.0.0.1/base/path",
		},
		{
			name: "mount of unusual letters",
			options: func(o *jumpgate.Options) {
				o.Services[jumpgate.Compute] = jumpgate.ServiceOptions{Open: true, Driver: nothing, Mount: "/rechen zentrum/köln"}
			},
			target: "http://cloud/", want: "http://cloud",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := every(nothing)
			if tt.options != nil {
				tt.options(&opts)
			}
			spy := newSpy(t, opts)
			spy.err = errSeen
			var h http.Handler = spy.gw
			if tt.mount != nil {
				h = tt.mount(h)
			}
			follow := func(target string) *jumpgate.Request {
				spy.r = nil
				serve(h, httptest.NewRequest("GET", target, nil), tt.headers...)
				return spy.r
			}
			from := follow(tt.target)
			if from == nil {
				t.Fatalf("no request reached the Gateway at %s", tt.target)
			}
			from.Env.ProjectID = "project of env"
			for _, s := range jumpgate.Services() {
				d := spy.gw.Dispatcher(s)
				for _, e := range jumpgate.Endpoints(s) {
					vars := variables(e.Path, func(name string) string { return "é b%" + name })
					for i := 0; i < len(vars); i += 2 {
						if vars[i] == "tenant_id" {
							vars[i] = "ignored"
						}
					}
					u, err := d.EndpointURL(from, e.Name, vars...)
					if err != nil {
						t.Errorf("%s %s: %v", s, e.Name, err)
						continue
					}
					if service, err := d.ServiceURL(from); err != nil || !strings.HasPrefix(u, service+"/") || !strings.HasPrefix(service, tt.want) {
						t.Errorf("URL of %s %s is %s, want it below %s (%v), below %s", s, e.Name, u, service, err, tt.want)
					}
					link := u
					if tt.inside != "" {
						u = tt.inside + strings.TrimPrefix(u, tt.want)
					}
					name := e.Name
					if name == "v2_os_tenant_quota_sets" {
						name = "v2_os_quota_sets_target"
					}
					to := follow(u)
					if to == nil || to.Endpoint().Name != name || to.Dispatcher() != d {
						t.Fatalf("URL of %s %s is %s, which is not that endpoint", s, e.Name, u)
					}
					if self, err := to.SelfURL(); err != nil || self != link {
						t.Errorf("the request to %s calls itself %s, %v", link, self, err)
					}
					for i := 0; i < len(vars); i += 2 {
						name, want := vars[i], vars[i+1]
						if name == "ignored" {
							name, want = "tenant_id", "project of env"
						}
						if got := to.Var(name); got != want {
							t.Errorf("%s of %s is %q, want %q", name, u, got, want)
						}
					}
				}
			}
		})
	}
}

var trusted = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")} // httptest's peer is 192.0.2.1

// TestURLBase: how the address of the Gateway follows from a request.
func TestURLBase(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		change  func(*http.Request)
		trusts  bool
		want    string // empty: refused
	}{
		{name: "plain", want: "http://cloud"},
		{name: "port", headers: []string{"Host", "cloud:8080"}, want: "http://cloud:8080"},
		{name: "IPv6", headers: []string{"Host", "[2001:db8::1]:8080"}, want: "http://[2001:db8::1]:8080"},
		{name: "TLS", change: func(r *http.Request) { r.TLS = &tls.ConnectionState{} }, want: "https://cloud"},
		{name: "absolute request line", change: func(r *http.Request) { r.RequestURI = "http://cloud/v3?x=/v3" }, want: "http://cloud"},
		{name: "odd spelling in the request line", change: func(r *http.Request) {
			r.RequestURI, r.URL = "/pre/v3/us%65rs/caf\u00e9", &url.URL{Path: "/v3/users/caf\u00e9"}
		}, want: "http://cloud/pre"},
		{name: "no request line", change: func(r *http.Request) { r.RequestURI = "" }, want: "http://cloud"},
		{name: "rewritten path", change: func(r *http.Request) { r.RequestURI = "/elsewhere" }, want: "http://cloud"},

		{name: "evil host", headers: []string{"Host", "cloud/@evil"}},
		{name: "host with user", headers: []string{"Host", "me@evil"}},
		{name: "host with query", headers: []string{"Host", "evil?x="}},
		{name: "host with quote", headers: []string{"Host", `evil"`}},
		{name: "host with space", headers: []string{"Host", "ev il"}},
		{name: "host with markup", headers: []string{"Host", "<script>"}},
		{name: "host with line feed", headers: []string{"Host", "a\r\nb"}},
		{name: "long host", headers: []string{"Host", strings.Repeat("a", 256)}},
		{name: "unclosed address", headers: []string{"Host", "[::1"}},
		{name: "host with bad port", headers: []string{"Host", "a:b"}},
		{name: "no host", headers: []string{"Host", ""}, want: "http://localhost"},

		{name: "forwarded, nobody trusted", headers: []string{
			"Forwarded", "proto=https;host=evil", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil", "X-Forwarded-Prefix", "/evil",
		}, want: "http://cloud"},
		{name: "forwarded, other peer", trusts: true, headers: []string{"X-Forwarded-Host", "evil"},
			change: func(r *http.Request) { r.RemoteAddr = "198.51.100.7:1" }, want: "http://cloud"},
		{name: "forwarded, no peer", trusts: true, headers: []string{"X-Forwarded-Host", "evil"},
			change: func(r *http.Request) { r.RemoteAddr = "@" }, want: "http://cloud"},
		{name: "RFC 7239", trusts: true, headers: []string{
			"Forwarded", `for=1.2.3.4; Proto=HTTPS;host="api:444", for=10.0.0.1;host=inner`, "X-Forwarded-Host", "loses",
		}, want: "https://api:444"},
		{name: "RFC 7239, IPv6", trusts: true, headers: []string{"Forwarded", `host="[2001:db8::1]:444"`}, want: "http://[2001:db8::1]:444"},
		{name: "X-Forwarded", trusts: true, headers: []string{
			"X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "api , inner", "X-Forwarded-Prefix", "/pre/fix/",
		}, want: "https://api/pre/fix"},
		{name: "peer behind IPv6", trusts: true, headers: []string{"X-Forwarded-Proto", "https"},
			change: func(r *http.Request) { r.RemoteAddr = "[2001:db8::9%eth0]:1" }, want: "https://cloud"},
		{name: "peer IPv4 in IPv6", trusts: true, headers: []string{"X-Forwarded-Proto", "https"},
			change: func(r *http.Request) { r.RemoteAddr = "[::ffff:192.0.2.9]:1" }, want: "https://cloud"},
		{name: "peer without port", trusts: true, headers: []string{"X-Forwarded-Proto", "https"},
			change: func(r *http.Request) { r.RemoteAddr = "192.0.2.9" }, want: "https://cloud"},
		{name: "wrong scheme", trusts: true, headers: []string{"X-Forwarded-Proto", "javascript"}, want: "http://cloud"},
		{name: "evil forwarded host", trusts: true, headers: []string{"X-Forwarded-Host", "evil/x"}},
		{name: "evil prefix", trusts: true, headers: []string{"X-Forwarded-Prefix", "/a/../b"}, want: "http://cloud"},
		{name: "prefix with query", trusts: true, headers: []string{"X-Forwarded-Prefix", "/a?b"}, want: "http://cloud"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := only(jumpgate.Identity)
			if tt.trusts {
				opts.TrustedProxies = trusted
			}
			gw := newGateway(t, opts)
			seen := false
			gw.AddRequestHook(func(r *jumpgate.Request) error {
				seen = true
				d := r.Dispatcher()
				got, err := d.ServiceURL(r)
				if got != tt.want || (err == nil) != (tt.want != "") {
					t.Errorf("ServiceURL = %q, %v, want %q", got, err, tt.want)
				}
				_, err = d.EndpointURL(r, "v3_users")
				return err
			})
			req := httptest.NewRequest("GET", "/v3", nil)
			req.Host = "cloud"
			if tt.change != nil {
				tt.change(req)
			}
			w := serve(gw, req, tt.headers...)
			if !seen {
				t.Fatal("the hook did not run")
			}
			if tt.want == "" && w.Code != 400 {
				t.Errorf("a request for an invalid host got %d %s, want 400", w.Code, w.Body)
			}
		})
	}
}

// TestURLValues: a value either comes back as it was or is an error.
func TestURLValues(t *testing.T) {
	spy := newSpy(t, every(nothing))
	d := spy.gw.Dispatcher(jumpgate.Compute)
	from := spy.get("/compute/v2.1")
	for value, usable := range map[string]bool{
		"id": true, "a b": true, "ünï/": false, "ünï": true, "100%": true, "%2F": true, "%2e%2e": true, "x.json": true, ".json": true, ".json.json": true,
		"a?b": true, "a#b": true, "a;b=c&d": true, "a:b": true, "...": true, ".x": true, "~": true, "\xff": true, "+": true, "\\": true,
		"": false, ".": false, "..": false, "/": false, "a/b": false, "a\x00": false, "a\n": false, "\x7f": false,
	} {
		for _, name := range []string{"v21_server", "v21_server_metadata"} {
			u, err := d.EndpointURL(from, name, "server_id", value)
			if (err == nil) != usable {
				t.Errorf("EndpointURL(%s, %q) = %q, %v", name, value, u, err)
			}
			if err != nil {
				continue
			}
			to := spy.get(strings.TrimPrefix(u, "http://cloud"))
			if to == nil || to.Endpoint().Name != name || to.Var("server_id") != value {
				t.Errorf("EndpointURL(%s, %q) = %s, which comes back as %v", name, value, u, to)
			}
		}
		// Behind a literal a dot is as good as any.
		if u, err := d.EndpointURL(from, "v2_os_quota_sets_user", "tenant_id", "p", "user_id", value); (err == nil) != (usable || value == "." || value == "..") {
			t.Errorf("EndpointURL(v2_os_quota_sets_user, %q) = %q, %v", value, u, err)
		}
	}
}

func TestURLForms(t *testing.T) {
	spy := newSpy(t, every(nothing))
	tests := []struct {
		service jumpgate.Service
		from    string
		name    string
		vars    []string
		want    string // empty: an error
	}{
		// The form with or without a project is that of the request, ...
		{"compute", "/compute/v2.1/servers", "v21_server", []string{"server_id", "1"}, "/compute/v2.1/servers/1"},
		{"compute", "/compute/v2.1/p/servers", "v21_server", []string{"server_id", "1"}, "/compute/v2.1/env/servers/1"},
		{"compute", "/compute/v2/servers", "v2_server", []string{"server_id", "1"}, "/compute/v2/servers/1"},
		{"compute", "/compute/v2/p/servers", "v2_server", []string{"server_id", "1"}, "/compute/v2/env/servers/1"},
		{"volume", "/volume/v3/volumes", "v3_volume", []string{"volume_id", "1"}, "/volume/v3/volumes/1"},
		{"volume", "/volume/v3/p/volumes", "v3_volume", []string{"volume_id", "1"}, "/volume/v3/env/volumes/1"},
		// ... of a request to the same service, ...
		{"compute", "/volume/v3/p/volumes", "v21_server", []string{"server_id", "1"}, "/compute/v2.1/servers/1"},
		{"volume", "/compute/v2.1/servers", "v3_volume", []string{"volume_id", "1"}, "/volume/v3/env/volumes/1"},
		// ... and one without a project keeps its own.
		{"compute", "/compute/v2.1/p/servers", "v21_index", nil, "/compute/v2.1"},
		{"compute", "/compute/", "v21_servers", nil, "/compute/v2.1/servers"},
		{"compute", "/compute/nonsense", "v21_servers", nil, "/compute/v2.1/servers"},
		{"compute", "/compute/", "index", nil, "/compute/"},
		{"compute", "/compute/v2/p/servers", "v2_flavors", nil, "/compute/v2/flavors"},
		{"compute", "/compute/v2/servers", "v2_tenant_flavors", nil, "/compute/v2/env/flavors"},

		// A value given wins over the environment's.
		{"volume", "/volume/v3/p/volumes", "v3_volumes", []string{"tenant_id", "mine"}, "/volume/v3/mine/volumes"},
		{"identity", "/v2.0", "v2_tenant", []string{"tenant_id", "mine"}, "/v2.0/tenants/mine"},

		{"compute", "/compute/v2.1/servers", "v21_server", nil, ""},
		{"compute", "/compute/v2.1/servers", "v21_server", []string{"server_id"}, ""},
		{"compute", "/compute/v2.1/servers", "v21_server", []string{"id", "1"}, ""},
		{"compute", "/compute/v2.1/servers", "v21_nonsense", nil, ""},
	}
	for _, tt := range tests {
		r := spy.get(tt.from)
		r.Env.ProjectID = "env"
		got, err := spy.gw.Dispatcher(tt.service).EndpointURL(r, tt.name, tt.vars...)
		want := tt.want
		if want != "" {
			want = "http://cloud" + want
		}
		if got != want || (err == nil) != (want != "") {
			t.Errorf("from %s, EndpointURL(%s, %v) = %q, %v, want %q", tt.from, tt.name, tt.vars, got, err, want)
		}
	}

	if self, err := spy.get("/compute/nonsense").SelfURL(); err == nil {
		t.Errorf("a request to no endpoint calls itself %s", self)
	}

	// Without a project neither the path nor the environment says which.
	r := spy.get("/compute/v2.1")
	if u, err := spy.gw.Dispatcher(jumpgate.Volume).EndpointURL(r, "v3_volumes"); err == nil || !strings.Contains(err.Error(), "{tenant_id}") {
		t.Errorf("EndpointURL without a project = %q, %v", u, err)
	}
}

func TestBookmarkURL(t *testing.T) {
	spy := newSpy(t, every(nothing))
	d := spy.gw.Dispatcher(jumpgate.Compute)
	for from, want := range map[string]string{
		"/compute/v2.1/servers":   "http://cloud/compute/servers/1",
		"/compute/v2.1/p/servers": "http://cloud/compute/p/servers/1",
	} {
		got, err := d.BookmarkURL(spy.get(from), "v21_server", "server_id", "1", "tenant_id", "p")
		if err != nil || got != want {
			t.Errorf("from %s, BookmarkURL = %q, %v, want %q", from, got, err, want)
		}
	}
}

func TestURLWithoutRequest(t *testing.T) {
	gw := newGateway(t, every(nothing))
	if u, err := gw.Dispatcher(jumpgate.Image).EndpointURL(nil, "v2_images"); err == nil {
		t.Errorf("without a request and a PublicURL EndpointURL = %q", u)
	}
	opts := every(nothing)
	opts.PublicURL = "https://api.example.com"
	d := newGateway(t, opts).Dispatcher(jumpgate.Image)
	if u, err := d.EndpointURL(nil, "v2_images"); err != nil || u != "https://api.example.com/image/v2/images" {
		t.Errorf("EndpointURL(nil) = %q, %v", u, err)
	}
	if u, err := d.ServiceURL(nil); err != nil || u != "https://api.example.com/image" {
		t.Errorf("ServiceURL(nil) = %q, %v", u, err)
	}
}

// TestURLOverTheWire follows links through a real server, in both forms of a
// request line.
func TestURLOverTheWire(t *testing.T) {
	gw := newGateway(t, every(nothing))
	handle(t, gw, jumpgate.Image, "v2_images", get(func(r *jumpgate.Request) (any, error) {
		return r.Dispatcher().EndpointURL(r, "v2_images")
	}))
	mux := http.NewServeMux()
	mux.Handle("/cloud/", http.StripPrefix("/cloud", gw))
	server := httptest.NewServer(mux)
	defer server.Close()
	want := server.URL + "/cloud/image/v2/images"
	for _, proxied := range []bool{false, true} {
		transport := &http.Transport{}
		if proxied { // a client that takes the server for its proxy sends the absolute form
			transport.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(server.URL) }
		}
		resp, err := (&http.Client{Transport: transport}).Get(want)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		fmt.Fscanf(resp.Body, "%q", &got)
		resp.Body.Close()
		transport.CloseIdleConnections()
		if got != want {
			t.Errorf("proxied %v: the list links to %q, want %s", proxied, got, want)
		}
	}
}

// FuzzAddress: whatever a client or a proxy says about the host, a link is a
// plain URL below one host, or an error.
func FuzzAddress(f *testing.F) {
	f.Add("cloud", "api", "/pre", "proto=https;host=api")
	f.Add("[::1]:80", "a, b", "/a//b", `host="[::1]:80"`)
	f.Add("a@b", "x/y", "//evil.example/", "host=a#b;proto=javascript")
	f.Add("a%", "a%zz", "/%2e%2e", "host")
	opts := only(jumpgate.Identity)
	opts.TrustedProxies = trusted
	gw := newGateway(f, opts)
	var r *jumpgate.Request
	gw.AddRequestHook(func(got *jumpgate.Request) error { r = got; return nil })
	f.Fuzz(func(t *testing.T, host, forwardedHost, prefix, forwarded string) {
		req := httptest.NewRequest("GET", "/v3", nil)
		req.Host = host
		for name, value := range map[string]string{"X-Forwarded-Host": forwardedHost, "X-Forwarded-Prefix": prefix, "Forwarded": forwarded} {
			if value != "" {
				req.Header.Set(name, value)
			}
		}
		gw.ServeHTTP(httptest.NewRecorder(), req)
		link, err := gw.Dispatcher(jumpgate.Identity).EndpointURL(r, "v3_users")
		if err != nil {
			return
		}
		u, err := url.Parse(link)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
			!strings.HasSuffix(u.Path, "/v3/users") || strings.Contains(u.Path, "/../") || strings.ContainsAny(link, "<>\"' \r\n") {
			t.Fatalf("link %q, %v", link, err)
		}
	})
}

// Where no hook says whose project it is, links keep the one of the path.
func TestProjectOfThePath(t *testing.T) {
	var got string
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Volume: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
			return d.SetHandler("v3_volume", jumpgate.Methods{"GET": func(r *jumpgate.Request) (any, error) {
				var err error
				got, err = d.EndpointURL(r, "v3_volume", "volume_id", "2")
				return nil, err
			}})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://cloud/volume/v3/p/volumes/1", nil))
	if w.Code != http.StatusNoContent || got != "http://cloud/volume/v3/p/volumes/2" {
		t.Errorf("%d %s", w.Code, got)
	}
}
