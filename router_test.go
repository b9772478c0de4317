package jumpgate_test

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// reference is a matcher that is too simple to be wrong: it tries each
// template in turn and keeps the one that is most literal from left to right.
type reference []template

type template struct {
	endpoint jumpgate.Endpoint
	parts    []string
	project  bool // parts[1] is the project segment
}

func newReference(s jumpgate.Service) reference {
	var own, other reference
	for _, e := range jumpgate.Endpoints(s) {
		parts := strings.Split(e.Path[1:], "/")
		t := template{e, parts, (s == jumpgate.Compute || s == jumpgate.Volume) && len(parts) > 1 && parts[1] == "{tenant_id}"}
		own = append(own, t)
		// Nova accepts 2.0 and 2.1, and Cinder 3, with and without a project.
		switch {
		case len(parts) == 1:
		case s == jumpgate.Compute && e.Version == "v2.1":
			other = append(other, template{e, slices.Concat(parts[:1], []string{"{tenant_id}"}, parts[1:]), true})
		case t.project && len(parts) > 2 && (s == jumpgate.Compute && e.Version == "v2" || s == jumpgate.Volume && e.Version == "v3"):
			other = append(other, template{e, slices.Concat(parts[:1], parts[2:]), false})
		}
	}
	return append(own, other...) // an endpoint's own path wins a tie
}

var (
	variable      = regexp.MustCompile(`\{\w+\}`)
	slashes       = regexp.MustCompile("//+")
	formerNode    = regexp.MustCompile("^/v1/nodes/((?:states|management|maintenance)(?:/.*)?)/([^/]*)$")
	aloneSlash    = regexp.MustCompile("^(/[^/]+)/$")
	glanceVersion = regexp.MustCompile(`^/v2\.(?:[0-9]|1[0-7])(/.*)?$`)
)

// find returns the template for the path of a request line and the values of
// its variables: as the router of the real service takes it (paste.urlmap,
// Routes, Flask, Pecan), but for segments that no service has.
func (ref reference) find(raw string) (found *template, vars map[string]string) {
	path, err := url.PathUnescape(raw)
	if err != nil || strings.Contains(strings.ToLower(raw), "%2f") || !strings.HasPrefix(path, "/") {
		return nil, nil
	}
	s := ref[0].endpoint.Service
	switch s {
	case jumpgate.Compute, jumpgate.Image, jumpgate.Volume, jumpgate.Network:
		path = slashes.ReplaceAllString(path, "/")
	}
	switch s {
	case jumpgate.Identity, jumpgate.Baremetal:
		path = cmp.Or(strings.TrimRight(path, "/"), "/")
		if s == jumpgate.Baremetal && path != "/" && path != "/v1" && !strings.HasPrefix(path, "/v1/") {
			path = "/v1" + path
		}
		if m := formerNode.FindStringSubmatch(path); m != nil && s == jumpgate.Baremetal {
			path = "/v1/nodes/" + m[2] + "/" + m[1]
		}
	case jumpgate.Network:
		if path == "/v2.0" {
			return nil, nil
		}
		path = cmp.Or(strings.TrimRight(path, "/"), "/")
	case jumpgate.Compute, jumpgate.Volume:
		if m := aloneSlash.FindStringSubmatch(path); m != nil {
			path = m[1]
		}
	case jumpgate.Image:
		if m := glanceVersion.FindStringSubmatch(path); m != nil {
			path = "/v2" + cmp.Or(m[1], "/")
		}
	}
	suffixes := map[jumpgate.Service][]string{jumpgate.Volume: {".json", ".xml"}, jumpgate.Network: {".json"}}[s]
	for _, suffix := range append(suffixes, ".json") {
		stem, ok := strings.CutSuffix(path, suffix)
		if !ok || stem == "" || strings.HasSuffix(stem, "/") || !strings.HasSuffix(strings.TrimRight(raw, "/"), suffix) {
			continue
		}
		found, vars = ref.exact(stem)
		if suffixes != nil || found != nil && !strings.Contains(found.parts[len(found.parts)-1], "{") {
			return found, vars
		}
	}
	return ref.exact(path)
}

// exact looks for a path as it is.
func (ref reference) exact(raw string) (found *template, vars map[string]string) {
	path := strings.Split(raw[1:], "/")
	for _, p := range path {
		if p == "." || p == ".." || p == "" && raw != "/" || strings.ContainsFunc(p, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			return nil, nil
		}
	}
	var best string
	for i := range ref {
		if rank := ref[i].match(path); rank != "" && (found == nil || rank < best) {
			found, best = &ref[i], rank
		}
	}
	if found != nil {
		vars = make(map[string]string)
		for i, p := range found.parts {
			if prefix, name, ok := strings.Cut(p, "{"); ok {
				vars[strings.TrimSuffix(name, "}")] = path[i][len(prefix):]
			}
		}
	}
	return found, vars
}

// match ranks each segment: a literal before a variable behind a prefix
// before a variable. It returns "" where path does not match.
func (t *template) match(path []string) string {
	if len(path) != len(t.parts) {
		return ""
	}
	var rank [20]byte
	for i, p := range t.parts {
		prefix, _, isVar := strings.Cut(p, "{")
		switch {
		case !isVar && p == path[i]:
			rank[i] = '0'
		case isVar && len(path[i]) > len(prefix) && strings.HasPrefix(path[i], prefix):
			if rank[i] = '1'; prefix == "" {
				rank[i] = '2'
			}
		default:
			return ""
		}
	}
	return string(rank[:len(path)])
}

// outsideVersions tells whether a path is of no version that Nova or Glance has.
func outsideVersions(path string) bool {
	path, err := url.PathUnescape(path)
	first, _, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	return err == nil && first != "v2" && first != "v2.1"
}

var errSeen = errors.New("seen")

// spy sees where a Gateway routes requests to.
type spy struct {
	gw  *jumpgate.Gateway
	err error
	r   *jumpgate.Request
}

func newSpy(t testing.TB, opts jumpgate.Options) *spy {
	s := &spy{gw: newGateway(t, opts)}
	s.gw.AddRequestHook(func(r *jumpgate.Request) error {
		s.r = r
		return s.err
	})
	return s
}

// get returns the request as the hooks saw it, or nil for a path that no URL
// can have.
func (s *spy) get(raw string) *jumpgate.Request {
	u, err := url.ParseRequestURI(raw)
	if err != nil {
		return nil
	}
	s.r = nil
	s.gw.ServeHTTP(httptest.NewRecorder(), &http.Request{Method: "GET", URL: u, RequestURI: raw, Host: "cloud", Header: http.Header{}, Body: http.NoBody})
	return s.r
}

// agree compares the Gateway's way with the reference's.
func (s *spy) agree(t *testing.T, ref reference, raw string) {
	t.Helper()
	r := s.get(raw)
	if r == nil {
		return
	}
	want, vars := ref.find(raw)
	got := r.Endpoint()
	if want == nil {
		if got.Name != "" {
			t.Errorf("%q is %s (%s), want no endpoint", raw, got.Name, got.Path)
		}
		return
	}
	if got.Name != want.endpoint.Name {
		t.Errorf("%q is %q (%s), want %s (%s)", raw, got.Name, got.Path, want.endpoint.Name, want.endpoint.Path)
		return
	}
	for name, value := range vars {
		if r.Var(name) != value {
			t.Errorf("%q: Var(%q) = %q, want %q", raw, name, r.Var(name), value)
		}
	}
	if value, ok := r.LookupVar("no_such_variable"); ok || value != "" {
		t.Errorf("%q: an unknown variable has the value %q", raw, value)
	}
	project, ok := r.PathProject()
	if ok != want.project || ok && project != vars["tenant_id"] {
		t.Errorf("%q: PathProject() = %q, %v, want %q, %v", raw, project, ok, vars["tenant_id"], want.project)
	}
}

func TestRouterAgreesWithReference(t *testing.T) {
	values := []string{
		"id-1", "4f7c2a5e-58d1-4b1c-9a37-0d6b0a5d3e21", "detail", "default", "defaults", "user=5", "user=", "v2.1", "servers",
		"a.json", ".json", "..json", "a.b.c", "a.xml", "v2.9", "a.json.json", "limits.json", ".", "..", "...", "%2e", "%2E%2e", "a%2Fb", "%2f", "a%2Ejson", "%00", "%0a", "%7f", "%25", "%3Fx",
		"a%20b", "caf%C3%A9", ":p2", "*all", "{server_id}", "%7Bid%7D", "\"", "DETAIL", strings.Repeat("x", 5000),
	}
	names := []string{
		"k.json", ".json", "k.json.json", "k.xml", "a.b", ".", "..", "...", "%2e%2e", "k%2ejson", "a/b", "a%2Fb", "a%2fb.json", "/", "//", "a//b", "k/", "k.json/", "a%5cb", "a;b", "%00", "",
	}
	for _, s := range jumpgate.Services() {
		t.Run(string(s), func(t *testing.T) {
			t.Parallel()
			ref := newReference(s)
			spy := newSpy(t, only(s))
			spy.err = errSeen
			rnd := rand.New(rand.NewPCG(1, 2))

			var literals [][]string // of the service, by place
			for _, tpl := range ref {
				for i, p := range tpl.parts {
					if i == len(literals) {
						literals = append(literals, nil)
					}
					if !strings.Contains(p, "{") && !slices.Contains(literals[i], p) {
						literals[i] = append(literals[i], p)
					}
				}
			}
			try := func(parts []string) {
				raw := "/" + strings.Join(parts, "/")
				spy.agree(t, ref, raw)
				for _, suffix := range []string{"/", "//", ".json", "/.json", ".json/", ".json.json", ".xml", ".x.json", "/extra", "/%2e", "%2ejson"} {
					spy.agree(t, ref, raw+suffix)
				}
				for i := 0; i <= len(parts); i++ {
					spy.agree(t, ref, "/"+strings.Join(parts[:i], "/")+"//"+strings.Join(parts[i:], "/"))
				}
			}
			for _, tpl := range ref {
				parts := slices.Clone(tpl.parts)
				for i, p := range parts {
					if prefix, _, ok := strings.Cut(p, "{"); ok {
						parts[i] = prefix + "id" + strconv.Itoa(i)
					}
				}
				try(parts)
				for i := range parts {
					was := parts[i]
					if strings.Contains(tpl.parts[i], "{") { // whatever a name holds, it is one, or no path at all
						prefix, _, _ := strings.Cut(tpl.parts[i], "{")
						for _, name := range names {
							parts[i] = prefix + name
							spy.agree(t, ref, "/"+strings.Join(parts, "/"))
						}
						parts[i] = was
					}
					for range 4 {
						parts[i] = values[rnd.IntN(len(values))]
						spy.agree(t, ref, "/"+strings.Join(parts, "/"))
						if l := literals[i]; len(l) > 0 {
							parts[i] = l[rnd.IntN(len(l))]
							try(parts)
						}
					}
					parts[i] = ""
					spy.agree(t, ref, "/"+strings.Join(parts, "/"))
					parts[i] = was
					spy.agree(t, ref, "/"+strings.Join(slices.Delete(slices.Clone(parts), i, i+1), "/"))
					spy.agree(t, ref, "/"+strings.Join(slices.Insert(slices.Clone(parts), i, "p1"), "/"))
					if i > 0 {
						swapped := slices.Clone(parts)
						swapped[i-1], swapped[i] = swapped[i], swapped[i-1]
						spy.agree(t, ref, "/"+strings.Join(swapped, "/"))
					}
				}
			}
			if spy.get("/") == nil {
				t.Error("the spy saw nothing")
			}
		})
	}
}

// TestEveryEndpointIsReachable is what the property above can't see: that a
// path made of neutral ids is the endpoint it was made from.
func TestEveryEndpointIsReachable(t *testing.T) {
	spy := newSpy(t, every(nothing))
	for _, s := range jumpgate.Services() {
		for _, e := range jumpgate.Endpoints(s) {
			path := e.Path
			for strings.Contains(path, "{") {
				path = path[:strings.Index(path, "{")] + "id-1" + path[strings.Index(path, "}")+1:]
			}
			want := e.Name
			if want == "v2_os_tenant_quota_sets" { // the original's second name for one path
				want = "v2_os_quota_sets_target"
			}
			path = spy.gw.Dispatcher(s).Mount() + path
			if path == "/network/v2.0" { // Neutron's has a slash (recording network/003)
				path += "/"
			}
			if r := spy.get(path); r.Endpoint().Service != s || r.Endpoint().Name != want {
				t.Errorf("%s is %s %q, want %s %s", path, r.Endpoint().Service, r.Endpoint().Name, s, want)
			}
		}
	}
}

// TestAlias: a handler under either name of a path serves it.
func TestAlias(t *testing.T) {
	for _, name := range []string{"v2_os_quota_sets_target", "v2_os_tenant_quota_sets"} {
		gw := newGateway(t, only(jumpgate.Compute))
		handle(t, gw, jumpgate.Compute, name, get(func(r *jumpgate.Request) (any, error) {
			return []string{r.Endpoint().Name, r.Var("target_id"), r.Var("account_id")}, nil
		}))
		check(t, do(gw, "GET", "/v2/p1/os-quota-sets/t1", ""), 200, `["`+name+`", "t1", "t1"]`)
		check(t, do(gw, "GET", "/v2/os-quota-sets/t1", ""), 200, `["`+name+`", "t1", "t1"]`)
		for _, e := range gw.Dispatcher(jumpgate.Compute).UnusedEndpoints() {
			if e.Name == "v2_os_quota_sets_target" || e.Name == "v2_os_tenant_quota_sets" {
				t.Errorf("with a handler for %s, %s counts as unused", name, e.Name)
			}
		}
	}
}

func TestMethods(t *testing.T) {
	ok := func(*jumpgate.Request) (any, error) { return "ok", nil }
	plain := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	const none = "none" // the endpoint has no handler
	tests := []struct {
		service  jumpgate.Service
		endpoint string
		path     string
		handler  any
		method   string
		status   int
		allow    string
	}{
		// In every service: what the handler has is served; what OpenStack
		// has and the handler hasn't is 501.
		{"identity", "v3_users", "/v3/users", jumpgate.Methods{"GET": ok}, "GET", 200, ""},
		{"identity", "v3_users", "/v3/users", jumpgate.Methods{"GET": ok}, "POST", 501, ""},
		{"identity", "v3_users", "/v3/users", none, "GET", 501, ""},
		{"identity", "v3_users", "/v3/users", plain, "POST", 418, ""},
		{"image", "v2_images", "/v2/images", none, "POST", 501, ""},
		{"image", "v2_images", "/v2/images", jumpgate.Methods(nil), "GET", 501, ""},
		{"network", "v2_networks", "/v2.0/networks", jumpgate.Methods{"POST": ok}, "GET", 501, ""},
		{"baremetal", "v1_nodes", "/v1/nodes", jumpgate.Methods{"POST": ok}, "POST", 200, ""},
		{"compute", "v21_servers", "/v2.1/servers", jumpgate.Methods{"GET": ok}, "GET", 200, ""},
		{"volume", "v3_volumes", "/v3/p/volumes", none, "GET", 501, ""},

		// A driver may serve more methods than OpenStack documents.
		{"identity", "v3_users", "/v3/users", jumpgate.Methods{"PUT": ok}, "PUT", 200, ""},

		// HEAD: identity and network take it wherever they take GET; Nova and
		// Cinder route it nowhere, Glance and Ironic refuse it.
		{"identity", "v3_users", "/v3/users", jumpgate.Methods{"GET": ok}, "HEAD", 200, ""},
		{"identity", "v3_users", "/v3/users", jumpgate.Methods{"POST": ok}, "HEAD", 501, ""},
		{"identity", "v3_users", "/v3/users", plain, "HEAD", 418, ""},
		{"network", "v2_networks", "/v2.0/networks", jumpgate.Methods{"GET": ok}, "HEAD", 200, ""},
		{"baremetal", "v1_nodes", "/v1/nodes", none, "HEAD", 405, "DELETE, GET, PATCH, POST"},
		{"compute", "v21_server", "/v2.1/servers/1", jumpgate.Methods{"GET": ok}, "HEAD", 404, ""},
		{"volume", "v3_volume", "/v3/p/volumes/1", jumpgate.Methods{"GET": ok}, "HEAD", 404, ""},
		{"image", "v2_image", "/v2/images/1", jumpgate.Methods{"GET": ok}, "HEAD", 405, "GET, PATCH, DELETE"},
		{"image", "v1_image", "/v1/images/1", jumpgate.Methods{"HEAD": ok}, "HEAD", 200, ""},

		// What OpenStack hasn't: Nova and Cinder know no 405.
		{"compute", "v21_server", "/v2.1/servers/1", jumpgate.Methods{"GET": ok}, "PATCH", 404, ""},
		{"compute", "v21_servers", "/v2.1/servers", plain, "PUT", 404, ""},
		{"volume", "v3_volumes", "/v3/p/volumes", none, "PUT", 404, ""},
		{"identity", "v3_users", "/v3/users", none, "PUT", 405, "OPTIONS, HEAD, GET, POST"},
		{"identity", "v3_auth_tokens", "/v3/auth/tokens", plain, "PUT", 405, "OPTIONS, GET, HEAD, POST, DELETE"},
		{"identity", "v3_auth_projects", "/v3/auth/projects", plain, "BREW", 405, "OPTIONS, HEAD, GET"},
		{"image", "v2_images", "/v2/images", plain, "DELETE", 405, "GET, POST"},
		{"network", "v2_network", "/v2.0/networks/1", plain, "PATCH", 405, "GET, PUT, DELETE"},
		{"network", "v2_networks", "/v2.0/networks", plain, "PUT", 404, ""},
		{"baremetal", "v1_nodes", "/v1/nodes", plain, "DELETE", 405, "DELETE, GET, PATCH, POST"}, // as recorded
		{"baremetal", "v1_nodes", "/v1/nodes", plain, "OPTIONS", 200, ""},
		{"baremetal", "v1_nodes", "/nodes", plain, "GET", 418, ""},
	}
	for _, tt := range tests {
		gw := newGateway(t, only(tt.service))
		if h, ok := tt.handler.(http.Handler); ok {
			handle(t, gw, tt.service, tt.endpoint, h)
		}
		if f, ok := tt.handler.(http.HandlerFunc); ok {
			handle(t, gw, tt.service, tt.endpoint, f)
		}
		w := do(gw, tt.method, tt.path, "")
		if w.Code != tt.status || w.Header().Get("Allow") != tt.allow {
			t.Errorf("%s %s of %s with %T: %d, Allow %q; want %d, %q",
				tt.method, tt.path, tt.service, tt.handler, w.Code, w.Header().Get("Allow"), tt.status, tt.allow)
		}
		if tt.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("HEAD %s of %s has the body %q", tt.path, tt.service, w.Body)
		}
	}
}

// TestMethodsOfEveryEndpoint holds every endpoint of every service to what the
// router of the real one does with each method.
func TestMethodsOfEveryEndpoint(t *testing.T) {
	all := []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"}
	for _, s := range jumpgate.Services() {
		gw := newGateway(t, only(s)) // nobody serves anything but documents
		spy := newSpy(t, only(s))
		spy.err = errSeen
		for _, e := range jumpgate.Endpoints(s) {
			path := variable.ReplaceAllString(e.Path, "id-1")
			if r := spy.get(path); r == nil || r.Endpoint().Name != e.Name {
				continue // another one wins the path; see TestRouterAgreesWithReference
			}
			for _, method := range all {
				w := do(gw, method, path, "")
				if e.Name == "healthcheck" { // a filter before the service, to which all methods are one
					if want := map[string]int{"HEAD": 204, "BREW": w.Code}[method]; w.Code != cmp.Or(want, 200) {
						t.Errorf("%s %s of %s: %d", method, path, s, w.Code)
					}
					continue
				}
				listed := slices.Contains(e.Methods, method)
				likeGet := method == "HEAD" && slices.Contains(e.Methods, "GET")
				var right bool
				switch {
				case w.Code == 200 || w.Code == 300 || w.Code == 204: // a document or, to OPTIONS, what there is
					right = w.Code == 200 && (method == "OPTIONS" || listed || likeGet) || w.Code == 300 && (listed || likeGet || s == jumpgate.Image) || w.Code == 204 && method == "OPTIONS"
				case listed:
					right = w.Code == 501 || w.Code == 401
				case likeGet && (s == jumpgate.Identity || s == jumpgate.Network):
					right = w.Code == 501 || w.Code == 401
				case s == jumpgate.Compute || s == jumpgate.Volume:
					right = w.Code == 404
				case s == jumpgate.Network && method == "PUT":
					right = w.Code == 404
				default:
					allow := w.Header().Get("Allow")
					right = w.Code == 405 && !slices.ContainsFunc(e.Methods, func(m string) bool { return !strings.Contains(allow, m) })
				}
				if !right {
					t.Errorf("%s %s (%s of %s, %v): %d, Allow %q", method, path, e.Name, s, e.Methods, w.Code, w.Header().Get("Allow"))
				}
			}
		}
	}
}

func TestUnservedEndpointNamesItself(t *testing.T) {
	tests := []struct {
		service    jumpgate.Service
		path, body string
	}{
		{"identity", "/v3/users", `{"error": {"code": 501, "message": "Endpoint v3_users of identity is not implemented here.", "title": "Not Implemented"}}`},
		{"compute", "/v2.1/servers", `{"notImplemented": {"code": 501, "message": "Endpoint v21_servers of compute is not implemented here."}}`},
		{"volume", "/v3/p/volumes", `{"notImplemented": {"code": 501, "message": "Endpoint v3_volumes of volume is not implemented here."}}`},
		{"image", "/v2/images", `{"message": "Endpoint v2_images of image is not implemented here.<br /><br />\n\n\n", "code": "501 Not Implemented", "title": "Not Implemented"}`},
		{"network", "/v2.0/networks", `{"NotImplementedError": {"type": "NotImplementedError", "message": "Endpoint v2_networks of network is not implemented here.", "detail": ""}}`},
		{"baremetal", "/v1/nodes", `{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"Endpoint v1_nodes of baremetal is not implemented here.\", \"debuginfo\": null}"}`},
	}
	for _, tt := range tests {
		check(t, do(newGateway(t, only(tt.service)), "GET", tt.path, "", "Accept", "application/json"), 501, tt.body)
	}
}

func FuzzRoute(f *testing.F) {
	for _, seed := range []string{
		"/", "/v3/auth/tokens", "/compute/v2.1/servers/detail.json", "/compute/v2/p/os-quota-sets/user=1", "/volume/v3/p/volumes/",
		"/network/v2.0/quotas/p/details.json", "/image/v2/images/..%2f", "/baremetal/v1/nodes/%2e%2e/states", "//compute", "/compute.json",
		"/compute//", "/compute/v2.1/%00", "/%63ompute/v2.1", "/v3/users/a%2Ejson", "*", "/v2.0/tenants/:p2/*x", "/compute/v2.1/servers/\xff",
	} {
		f.Add("GET", seed)
	}
	f.Add("BREW", "/compute/v2.1/servers")
	spy := newSpy(f, every(nothing))
	refs := map[jumpgate.Service]reference{}
	for _, s := range jumpgate.Services() {
		refs[s] = newReference(s)
		for i, e := range jumpgate.Endpoints(s) {
			switch i % 3 {
			case 0:
				handle(f, spy.gw, s, e.Name, get(func(r *jumpgate.Request) (any, error) {
					_, err := r.Dispatcher().EndpointURL(r, r.Endpoint().Name)
					return err == nil, nil
				}))
			case 1:
				handle(f, spy.gw, s, e.Name, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { w.WriteHeader(204) }))
			}
		}
	}
	f.Fuzz(func(t *testing.T, method, raw string) {
		var urls []*url.URL
		if u, err := url.ParseRequestURI(raw); err == nil {
			urls = append(urls, u)
		}
		urls = append(urls, &url.URL{Path: raw}) // as middleware may leave it
		for _, u := range urls {
			spy.r = nil
			w := httptest.NewRecorder()
			spy.gw.ServeHTTP(w, &http.Request{Method: method, URL: u, RequestURI: raw, Host: "cloud", Header: http.Header{}, Body: http.NoBody})
			if w.Code >= 300 && w.Code < 400 || w.Code == 500 {
				t.Fatalf("%s %q: status %d", method, raw, w.Code)
			}
			if r := spy.r; r != nil && r.Endpoint().Name != "" {
				path, ok := strings.CutPrefix(u.EscapedPath(), r.Dispatcher().Mount())
				if !ok || path == "" || path[0] != '/' {
					continue // the mount is spelt in some other way
				}
				want, _ := refs[r.Endpoint().Service].find(path)
				if want == nil && (r.Endpoint().Name == "v3_index" || r.Endpoint().Name == "versions_index") && outsideVersions(path) {
					continue // see TestPathsOutsideOfVersions
				}
				if want == nil || want.endpoint.Name != r.Endpoint().Name {
					t.Fatalf("%q is %s %s, want %v", raw, r.Endpoint().Service, r.Endpoint().Name, want)
				}
			}
		}
	})
}
