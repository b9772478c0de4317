package jumpgate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
)

func TestHookOrder(t *testing.T) {
	var seen []string
	before := func(name string) jumpgate.RequestHook {
		return func(*jumpgate.Request) error { seen = append(seen, name); return nil }
	}
	after := func(name string) jumpgate.ResponseHook {
		return func(*jumpgate.Request, jumpgate.Outcome) { seen = append(seen, name) }
	}
	opts := every(nothing)
	opts.AccessLog = after("log")
	gw := newGateway(t, opts)
	d := gw.Dispatcher(jumpgate.Compute)
	// Set up in an order that is not the one they run in.
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.AddRequestHook(before("endpoint 1"), "v21_servers", "v21_server"))
	must(d.AddRequestHook(before("endpoint 2"), "v21_servers"))
	must(d.AddResponseHook(after("after endpoint 1"), "v21_servers"))
	must(d.AddResponseHook(after("after endpoint 2"), "v21_servers"))
	must(d.AddRequestHook(before("service 1")))
	must(d.AddRequestHook(before("service 2")))
	must(d.AddResponseHook(after("after service")))
	gw.AddRequestHook(before("gateway 1"))
	gw.AddRequestHook(before("gateway 2"))
	gw.AddResponseHook(after("after gateway"))
	handle(t, gw, jumpgate.Compute, "v21_servers", get(func(*jumpgate.Request) (any, error) {
		seen = append(seen, "handler")
		return nil, nil
	}))
	for target, want := range map[string][]string{
		"/compute/v2.1/servers": {
			"gateway 1", "gateway 2", "service 1", "service 2", "endpoint 1", "endpoint 2", "handler",
			"after endpoint 2", "after endpoint 1", "after service", "after gateway", "log",
		},
		"/compute/v2.1/servers/1": {"gateway 1", "gateway 2", "service 1", "service 2", "endpoint 1", "after service", "after gateway", "log"}, // unserved
		"/compute/nonsense":       {"gateway 1", "gateway 2", "service 1", "service 2", "after service", "after gateway", "log"},               // unknown
		"/image/v2/images":        {"gateway 1", "gateway 2", "after gateway", "log"},
	} {
		seen = nil
		do(gw, "GET", target, "")
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestHookEndsRequest(t *testing.T) {
	gw := newGateway(t, every(nothing))
	var outcome jumpgate.Outcome
	cause := jumpgate.Forbidden.New("No.")
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.ResponseHeader().Set("X-Hook", "1")
		return cause
	})
	gw.AddRequestHook(func(*jumpgate.Request) error { t.Error("a later hook ran"); return nil })
	gw.AddResponseHook(func(_ *jumpgate.Request, o jumpgate.Outcome) { outcome = o })
	handle(t, gw, jumpgate.Compute, "v21_servers", get(func(*jumpgate.Request) (any, error) {
		t.Error("the handler ran")
		return nil, nil
	}))
	for _, target := range []string{"/compute/v2.1/servers", "/compute/v2.1/flavors", "/compute/nonsense"} {
		outcome = jumpgate.Outcome{}
		w := do(gw, "GET", target, "")
		check(t, w, 403, `{"forbidden": {"code": 403, "message": "No."}}`)
		if w.Header().Get("X-Hook") != "1" {
			t.Errorf("%s: the hook's header is missing: %v", target, w.Header())
		}
		if outcome.Status != 403 || outcome.Err != error(cause) {
			t.Errorf("%s: outcome %+v", target, outcome)
		}
	}
}

func TestEnvironment(t *testing.T) {
	type key struct{}
	gw := newGateway(t, every(nothing))
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		if r.Env.Value(key{}) != nil {
			t.Error("a request begins with another's values")
		}
		r.Env.ProjectID = "from hook"
		r.Env.Set(key{}, 7)
		r.Env.Principal = &jumpgate.Principal{UserID: "u", ProjectID: "p", Roles: []string{"member"}}
		return nil
	})
	handle(t, gw, jumpgate.Volume, "v3_volumes", get(func(r *jumpgate.Request) (any, error) {
		if r.Env.Value(key{}) != 7 {
			t.Errorf("the hook's value is %v", r.Env.Value(key{}))
		}
		p := jumpgate.PrincipalFrom(r.Context())
		if p == nil || p.UserID != "u" || !p.HasRole("member") || p.HasRole("admin") {
			t.Errorf("the principal is %+v", p)
		}
		if jumpgate.RequestFrom(r.Context()) != r || r.Gateway() != gw || r.Dispatcher().Service() != jumpgate.Volume {
			t.Error("the request does not know where it belongs")
		}
		return r.Dispatcher().EndpointURL(r, "v3_volumes")
	}))
	for range 2 {
		check(t, do(gw, "GET", "http://cloud/volume/v3/p/volumes", ""), 200, `"http://cloud/volume/v3/from%20hook/volumes"`)
	}

	ctx := t.Context()
	if jumpgate.PrincipalFrom(ctx) != nil || jumpgate.RequestFrom(ctx) != nil {
		t.Error("a bare context has a principal or a request")
	}
	jumpgate.CountUpstreamCall(ctx) // outside of a request: no effect
	if p := jumpgate.PrincipalFrom(jumpgate.WithPrincipal(ctx, &jumpgate.Principal{UserID: "x"})); p == nil || p.UserID != "x" {
		t.Errorf("WithPrincipal lost its principal: %v", p)
	}
	if (*jumpgate.Principal)(nil).HasRole("member") {
		t.Error("nobody has a role")
	}
}

func TestOutcome(t *testing.T) {
	gw := newGateway(t, every(nothing))
	var o jumpgate.Outcome
	gw.AddResponseHook(func(_ *jumpgate.Request, got jumpgate.Outcome) { o = got })
	handle(t, gw, jumpgate.Compute, "v21_servers", jumpgate.Methods{
		"GET": func(r *jumpgate.Request) (any, error) {
			jumpgate.CountUpstreamCall(r.Context())
			jumpgate.CountUpstreamCall(r.Context())
			time.Sleep(time.Millisecond)
			return "12345678", nil
		},
		"POST": func(*jumpgate.Request) (any, error) { return nil, jumpgate.Conflict.Wrap(io.EOF, "x") },
	})
	do(gw, "GET", "/compute/v2.1/servers", "")
	if o.Status != 200 || o.Bytes != 10 || o.Err != nil || o.UpstreamCalls != 2 || o.Duration < time.Millisecond || o.Duration > time.Minute {
		t.Errorf("outcome %+v", o)
	}
	w := do(gw, "POST", "/compute/v2.1/servers", "")
	if o.Status != 409 || o.Bytes != int64(w.Body.Len()) || !errors.Is(o.Err, io.EOF) || o.UpstreamCalls != 0 {
		t.Errorf("outcome %+v", o)
	}
	do(gw, "GET", "/compute/v2.1/servers/1", "")
	if o.Status != 501 || !errors.Is(o.Err, jumpgate.NotImplemented) {
		t.Errorf("outcome %+v", o)
	}
	do(gw, "GET", "/compute/nonsense", "")
	if o.Status != 404 || !errors.Is(o.Err, jumpgate.NotFound) {
		t.Errorf("outcome %+v", o)
	}
	do(gw, "HEAD", "/v3", "")
	if o.Status != 501 || o.Bytes != 0 {
		t.Errorf("outcome %+v of a HEAD", o)
	}
}

// TestPanics go through a real server: the process lives, the client gets a
// fault, response hooks run.
func TestPanics(t *testing.T) {
	var log bytes.Buffer
	opts := every(nothing)
	opts.Logger = slog.New(slog.NewTextHandler(&log, nil))
	gw := newGateway(t, opts)
	outcomes := make(chan jumpgate.Outcome, 1)
	gw.AddResponseHook(func(_ *jumpgate.Request, o jumpgate.Outcome) { outcomes <- o })
	d := gw.Dispatcher(jumpgate.Compute)
	boom := func(*jumpgate.Request) (any, error) { panic("canary") }
	handle(t, gw, jumpgate.Compute, "v21_servers", jumpgate.Methods{
		"GET": boom,
		"POST": func(r *jumpgate.Request) (any, error) { // after the answer began
			return &jumpgate.Response{Body: readerFunc(func(p []byte) (int, error) { panic("canary") })}, nil
		},
	})
	handle(t, gw, jumpgate.Compute, "v21_flavors", get(func(*jumpgate.Request) (any, error) { panic(http.ErrAbortHandler) }))
	if err := d.AddRequestHook(func(*jumpgate.Request) error { panic("canary") }, "v21_images"); err != nil {
		t.Fatal(err)
	}
	if err := d.AddResponseHook(func(*jumpgate.Request, jumpgate.Outcome) { panic("canary") }, "v21_limits"); err != nil {
		t.Fatal(err)
	}
	handle(t, gw, jumpgate.Compute, "v21_limits", get(func(*jumpgate.Request) (any, error) { return "fine", nil }))
	server := httptest.NewServer(gw)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	defer server.Close()

	send := func(method, path string) (*http.Response, string, error) {
		req, _ := http.NewRequest(method, server.URL+"/compute/v2.1"+path, nil)
		resp, err := server.Client().Do(req)
		if err != nil {
			return nil, "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp, string(body), err
	}
	for _, path := range []string{"/servers", "/images"} {
		resp, body, err := send("GET", path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if resp.StatusCode != 500 || strings.Contains(body, "canary") || !strings.Contains(body, `"computeFault"`) ||
			!strings.HasPrefix(resp.Header.Get("X-Openstack-Request-Id"), "req-") {
			t.Errorf("a panic in %s gives %d %v %s", path, resp.StatusCode, resp.Header, body)
		}
		if o := <-outcomes; o.Status != 500 || o.Err == nil || !strings.Contains(o.Err.Error(), "canary") || !strings.Contains(o.Err.Error(), "hooks_test.go") {
			t.Errorf("outcome of a panic in %s: %+v", path, o)
		}
	}
	// Where an answer is under way or the panic is the one that says so, the
	// connection breaks.
	if resp, body, err := send("POST", "/servers"); err == nil {
		t.Errorf("a panic within an answer gives %d %q", resp.StatusCode, body)
	}
	if o := <-outcomes; o.Status != 200 || o.Err == nil {
		t.Errorf("outcome of a panic within an answer: %+v", o)
	}
	if resp, body, err := send("GET", "/flavors"); err == nil {
		t.Errorf("http.ErrAbortHandler gives %d %q", resp.StatusCode, body)
	}
	if o := <-outcomes; o.Status != 0 {
		t.Errorf("outcome of http.ErrAbortHandler: %+v", o)
	}
	// A response hook does no harm to the answer, nor to other hooks.
	if resp, body, err := send("GET", "/limits"); err != nil || resp.StatusCode != 200 || body != `"fine"` {
		t.Errorf("with a panic in a response hook: %v, %q, %v", resp, body, err)
	}
	<-outcomes
	server.Close()
	if n := strings.Count(log.String(), "level=ERROR"); n < 5 {
		t.Errorf("%d errors in the log:\n%s", n, &log)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestPatternForOuterMiddleware(t *testing.T) {
	opts := every(nothing)
	opts.BasePath = "/base"
	gw := newGateway(t, opts)
	for path, want := range map[string]string{
		"/base/compute/v2.1/servers/1":   "/base/compute/v2.1/servers/{server_id}",
		"/base/compute/v2.1/p/servers/1": "/base/compute/v2.1/servers/{server_id}",
		"/base/compute/nonsense":         "/base/compute/",
	} {
		req := httptest.NewRequest("GET", path, nil)
		gw.ServeHTTP(httptest.NewRecorder(), req)
		if req.Pattern != want {
			t.Errorf("the pattern of %s is %q, want %q", path, req.Pattern, want)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	gw := newGateway(t, every(nothing))
	var env jumpgate.Env
	gw.AddRequestHook(func(r *jumpgate.Request) error { env = r.Env; return nil })
	form := regexp.MustCompile(`^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	const global = "req-0C67FD86-4097-4ce4-8984-3637e54ef6a5"
	var ids []string
	for sent, want := range map[string]string{
		global: global, "": "",
		"0c67fd86-4097-4ce4-8984-3637e54ef6a5": "", "req-x": "", global + "0": "", global[:39] + "\n": "", global[:39] + "g": "",
		strings.Replace(global, "-4097", "04097", 1): "", strings.Replace(global, "67", "-7", 1): "",
	} {
		w := do(gw, "GET", "/compute/v2.1/servers", "", "X-Openstack-Request-Id", sent)
		id := w.Header().Get("X-Openstack-Request-Id")
		if !form.MatchString(id) || slices.Contains(ids, id) || id != env.RequestID || id != w.Header().Get("X-Compute-Request-Id") {
			t.Errorf("id %q after %q; the environment has %q, the compute header %q", id, ids, env.RequestID, w.Header().Get("X-Compute-Request-Id"))
		}
		ids = append(ids, id)
		if env.GlobalRequestID != want {
			t.Errorf("the client's id %q becomes the global id %q, want %q", sent, env.GlobalRequestID, want)
		}
	}
	for path, want := range map[string]int{ // how many headers say it
		"/compute/v2.1": 2, "/compute/": 0, "/volume/v3": 2, "/volume/": 2, "/image/": 0, "/image/versions": 0, "/image/v2/images": 1,
		"/network/": 0, "/network/v2.0": 1, "/": 1, "/v3": 1, "/baremetal/": 1, "/baremetal/v1": 1, "/compute/nonsense": 2,
	} {
		h := do(gw, "GET", path, "").Header()
		if got := len(h.Values("X-Openstack-Request-Id")) + len(h.Values("Openstack-Request-Id")) + len(h.Values("X-Compute-Request-Id")); got != want {
			t.Errorf("%d request ids in the answer to %s, want %d", got, path, want)
		}
	}
	opts := every(nothing)
	opts.NewRequestID = func(*http.Request) string { return "req-mine" }
	if got := do(newGateway(t, opts), "GET", "/v3", "").Header().Get("X-Openstack-Request-Id"); got != "req-mine" {
		t.Errorf("with NewRequestID the id is %q", got)
	}
}

func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	opts := every(nothing)
	opts.Logger = slog.New(slog.NewJSONHandler(&log, nil))
	gw := newGateway(t, opts)
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Principal = &jumpgate.Principal{UserID: "the-user", ProjectID: "the-project", Credential: "canary"}
		return nil
	})
	handle(t, gw, jumpgate.Identity, "v3_auth_tokens", jumpgate.Methods{
		"POST": func(r *jumpgate.Request) (any, error) {
			b, err := r.ReadBody(0)
			return &jumpgate.Response{Status: 201, Header: http.Header{"X-Subject-Token": {"canary"}}, Body: string(b)}, err
		},
		"GET": func(r *jumpgate.Request) (any, error) {
			return nil, jumpgate.Unavailable.Wrap(errors.New("upstream fell over"), "x")
		},
	})
	id := "req-0c67fd86-4097-4ce4-8984-3637e54ef6a5"
	do(gw, "POST", "/v3/auth/tokens?token=canary#canary", `{"password": "canary"}`, "X-Auth-Token", "canary", "X-Subject-Token", "canary",
		"Authorization", "Basic canary", "Cookie", "canary", "X-Openstack-Request-Id", id, "User-Agent", "canary")
	line := log.String()
	for _, want := range []string{
		`"level":"INFO"`, `"service":"identity"`, `"endpoint":"v3_auth_tokens"`, `"method":"POST"`, `"status":201`, `"bytes":28`,
		`"user_id":"the-user"`, `"project_id":"the-project"`, `"request_id":"req-`, `"global_request_id":"` + id + `"`, `"duration":`, `"upstream_calls":0`,
	} {
		if !strings.Contains(line, want) {
			t.Errorf("the log lacks %s: %s", want, line)
		}
	}
	log.Reset()
	do(gw, "GET", "/v3/auth/tokens", "")
	if line += log.String(); !strings.Contains(log.String(), `"level":"ERROR"`) || !strings.Contains(log.String(), "upstream fell over") {
		t.Errorf("the log of a failure: %s", &log)
	}
	do(gw, "GET", "/v3/canary", "")
	if line += log.String(); strings.Contains(line, "canary") {
		t.Errorf("the log has a secret: %s", line)
	}
	if strings.Count(log.String(), "\n") != 2 {
		t.Errorf("two requests make these lines: %s", &log)
	}

	// A client that goes away is no defect.
	log.Reset()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	serve(gw, httptest.NewRequest("GET", "/v3/auth/tokens", nil).WithContext(ctx))
	if !strings.Contains(log.String(), `"level":"INFO"`) {
		t.Errorf("the log after a client has gone: %s", &log)
	}

	log.Reset()
	opts.AccessLog = func(*jumpgate.Request, jumpgate.Outcome) {}
	do(newGateway(t, opts), "GET", "/v3", "")
	if log.Len() > 0 {
		t.Errorf("with an AccessLog of its own the Gateway logs %s", &log)
	}
}

func TestSecretHides(t *testing.T) {
	var log bytes.Buffer
	s := jumpgate.Secret("canary")
	p := jumpgate.Principal{Credential: s}
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "principal", p)
	json, _ := jumpgate.Object{{Name: "p", Value: p}}.MarshalJSON()
	text := fmt.Sprintf("%v %s %q %+v %#v %v %+v %#v %s", s, s, s, s, s, p, &p, p, json) + log.String()
	if strings.Contains(text, "canary") || strings.Count(text, "REDACTED") < 10 || string(s) != "canary" {
		t.Errorf("the secret shows, or does not say that it hides: %s", text)
	}
}

// A hook on one of two names of a path runs whichever name has the handler.
func TestHooksOfAliases(t *testing.T) {
	refuse := func(*jumpgate.Request) error { return jumpgate.Forbidden }
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
			return errors.Join(
				d.SetHandler("v2_os_quota_sets_target", jumpgate.Methods{"GET": func(*jumpgate.Request) (any, error) { return 1, nil }}),
				d.AddRequestHook(refuse, "v2_os_tenant_quota_sets"),
			)
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/compute/v2/p/os-quota-sets/p", nil))
	if w.Code != http.StatusForbidden {
		t.Errorf("status %d", w.Code)
	}
}
