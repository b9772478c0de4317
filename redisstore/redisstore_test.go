package redisstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/identity/identitytest"
	"github.com/softlayer/jumpgate/redisstore"
)

// eachServer runs a test against a server within the process and, where there
// is one, as in CI, against Debian's redis-server.
func eachServer(t *testing.T, test func(t *testing.T, addr string, stop func())) {
	t.Run("miniredis", func(t *testing.T) {
		server := miniredis.RunT(t)
		test(t, server.Addr(), server.Close)
	})
	if binary, err := exec.LookPath("redis-server"); err == nil {
		t.Run("redis-server", func(t *testing.T) {
			addr, stop := startRedis(t, binary)
			test(t, addr, stop)
		})
	}
}

// startRedis starts a Redis server for the test, on loopback.
func startRedis(t *testing.T, binary string) (addr string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr = l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command(binary, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_, _ = cmd.Process.Wait()
	}
	t.Cleanup(stop)
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	for range 100 {
		if client.Ping(t.Context()).Err() == nil {
			return addr, stop
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("redis-server did not start")
	return "", nil
}

// driver knows one user.
type driver struct{}

var projects = []identity.Project{{ID: "p", Name: "project", Enabled: true, Roles: []string{"member"}}}

func (driver) Authenticate(_ context.Context, c identity.Credentials) (*identity.User, error) {
	if c.UserName != "demo" || c.Password != "secret" {
		return nil, jumpgate.Unauthorized
	}
	return &identity.User{ID: "u", Name: "demo", DefaultProjectID: "p", Projects: projects}, nil
}

func (driver) Projects(context.Context) ([]identity.Project, error) { return projects, nil }

func connect(t *testing.T, addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, DialTimeout: 200 * time.Millisecond})
	t.Cleanup(func() { client.Close() })
	return client
}

// replica is one of several gateways that share keys and a Redis server.
func replica(t *testing.T, addr string, ring *identity.KeyRing, opts redisstore.Options) *httptest.Server {
	t.Helper()
	client := connect(t, addr)
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
			return identity.Register(disp, driver{}, identity.Options{
				Keys: ring, Revocations: redisstore.NewRevocations(client, opts), ApplicationCredentials: redisstore.NewCredentials(client, opts),
			})
		})},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gw)
	t.Cleanup(server.Close)
	return server
}

func do(t *testing.T, method, url, token, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
		req.Header.Set("X-Subject-Token", token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp
}

func signIn(t *testing.T, server *httptest.Server) string {
	t.Helper()
	resp := do(t, "POST", server.URL+"/v3/auth/tokens", "", `{"auth": {"identity": {"methods": ["password"],
		"password": {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}}}}}`)
	if resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status)
	}
	return resp.Header.Get("X-Subject-Token")
}

func wantStatus(t *testing.T, what string, resp *http.Response, want int) {
	t.Helper()
	if resp.StatusCode != want {
		t.Errorf("%s: %s, want %d", what, resp.Status, want)
	}
}

func TestReplicas(t *testing.T) { eachServer(t, testReplicas) }

func testReplicas(t *testing.T, addr string, stop func()) {
	ring, err := identity.NewKeyRing([]byte("0123456789abcdef0123456789ABCDEF"))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	a := replica(t, addr, ring, redisstore.Options{Logger: logger})
	b := replica(t, addr, ring, redisstore.Options{Logger: logger})
	open := replica(t, addr, ring, redisstore.Options{Logger: logger, FailOpen: true})

	revoked, kept := signIn(t, a), signIn(t, b)
	for _, r := range []*httptest.Server{a, b, open} {
		wantStatus(t, "before", do(t, "GET", r.URL+"/v3/auth/projects", revoked, ""), http.StatusOK)
	}
	wantStatus(t, "revoke", do(t, "DELETE", a.URL+"/v3/auth/tokens", revoked, ""), http.StatusNoContent)
	for _, r := range []*httptest.Server{a, b, open} {
		wantStatus(t, "after", do(t, "GET", r.URL+"/v3/auth/projects", revoked, ""), http.StatusUnauthorized)
		wantStatus(t, "another token", do(t, "GET", r.URL+"/v3/auth/projects", kept, ""), http.StatusOK)
	}
	if log.Len() > 0 {
		t.Errorf("log: %s", &log)
	}

	stop()
	wantStatus(t, "closed", do(t, "GET", a.URL+"/v3/auth/projects", kept, ""), http.StatusServiceUnavailable)
	wantStatus(t, "open", do(t, "GET", open.URL+"/v3/auth/projects", kept, ""), http.StatusOK)
	if resp := do(t, "DELETE", open.URL+"/v3/auth/tokens", kept, ""); resp.StatusCode < 500 {
		t.Errorf("revoking without a server: %s", resp.Status)
	}
	for _, text := range []string{"let_through=false", "let_through=true", "revoke token on Redis"} {
		if !strings.Contains(log.String(), text) {
			t.Errorf("no %q in the log:\n%s", text, &log)
		}
	}
	if strings.Contains(log.String(), kept) {
		t.Error("the log has a token")
	}
}

// TestTakeOver: another store gets all that was kept here, once.
func TestTakeOver(t *testing.T) {
	eachServer(t, func(t *testing.T, addr string, _ func()) {
		client := connect(t, addr)
		old := redisstore.NewCredentials(client, redisstore.Options{Timeout: 5 * time.Second})
		rule := identity.AccessRule{ID: "r", Service: "compute", Path: "/x", Method: "GET"}
		for i := range 150 { // more than one scan
			c := identity.ApplicationCredential{
				ID: fmt.Sprintf("%032d", i), Name: "robot", UserID: fmt.Sprintf("u%d", i), UserName: fmt.Sprintf("n%d", i), Sealed: []byte{1},
				AccessRules: []identity.AccessRule{rule},
			}
			if err := old.Create(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		store := jumpgate.NewMemoryStore(jumpgate.StoreOptions{})
		for _, want := range []int{150, 0} {
			if n, err := old.TakeOver(t.Context(), store); n != want || err != nil {
				t.Errorf("took over %d, want %d: %v", n, want, err)
			}
		}
		kept := identity.StoredCredentials(store)
		list, err := kept.List(t.Context(), "", "n149")
		if err != nil || len(list) != 1 || list[0].ID != fmt.Sprintf("%032d", 149) || len(list[0].AccessRules) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if rules, err := kept.AccessRules(t.Context(), "u7"); err != nil || len(rules) != 1 {
			t.Errorf("%+v %v", rules, err)
		}
		if keys, err := client.Keys(t.Context(), "*").Result(); err != nil || len(keys) != 0 {
			t.Errorf("left on the server: %v %v", keys, err)
		}
	})
}

func TestCredentials(t *testing.T) {
	eachServer(t, func(t *testing.T, addr string, stop func()) {
		client := connect(t, addr)
		identitytest.ApplicationCredentials(t, func() identity.ApplicationCredentials {
			return redisstore.NewCredentials(client, redisstore.Options{Timeout: 5 * time.Second})
		})
		keys, err := client.Keys(t.Context(), "*").Result()
		for _, key := range keys {
			if !strings.HasPrefix(key, "jumpgate:") {
				t.Errorf("key %q", key)
			}
		}
		if len(keys) == 0 || err != nil {
			t.Error(keys, err)
		}
		// What a replica left behind that was cut off while it made one.
		if err := client.Set(t.Context(), "jumpgate:credential:lost", `{"UserID": "u", "Name": "lost"}`, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := redisstore.NewCredentials(client, redisstore.Options{}).Get(t.Context(), "lost"); !errors.Is(err, jumpgate.NotFound) {
			t.Error(err)
		}
		stop()
		if _, err := redisstore.NewCredentials(client, redisstore.Options{}).Get(t.Context(), "lost"); err == nil || errors.Is(err, jumpgate.NotFound) {
			t.Errorf("without a server: %v", err)
		}
	})
}

// TestCredentialsOfReplicas: an application credential made on one replica
// signs in on another, and is refused by all when it was deleted.
func TestCredentialsOfReplicas(t *testing.T) {
	eachServer(t, func(t *testing.T, addr string, stop func()) {
		ring, err := identity.NewKeyRing([]byte("0123456789abcdef0123456789ABCDEF"))
		if err != nil {
			t.Fatal(err)
		}
		a, b := replica(t, addr, ring, redisstore.Options{}), replica(t, addr, ring, redisstore.Options{})
		const path = "/v3/users/u/application_credentials"
		const login = `{"auth": {"identity": {"methods": ["application_credential"],
			"application_credential": {"name": "robot", "user": {"name": "demo", "domain": {"id": "default"}}, "secret": "s3cret"}}}}`
		token := signIn(t, a)
		made := do(t, "POST", a.URL+path, token, `{"application_credential": {"name": "robot", "secret": "s3cret"}}`)
		wantStatus(t, "create", made, http.StatusCreated)
		wantStatus(t, "create again elsewhere", do(t, "POST", b.URL+path, token, `{"application_credential": {"name": "robot"}}`), http.StatusConflict)
		in := do(t, "POST", b.URL+"/v3/auth/tokens", "", login)
		wantStatus(t, "sign in elsewhere", in, http.StatusCreated)
		robot := in.Header.Get("X-Subject-Token")
		wantStatus(t, "use", do(t, "GET", a.URL+"/v3/auth/projects", robot, ""), http.StatusOK)

		list, err := redisstore.NewCredentials(connect(t, addr), redisstore.Options{}).List(t.Context(), "u", "")
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		wantStatus(t, "delete", do(t, "DELETE", b.URL+path+"/"+list[0].ID, token, ""), http.StatusNoContent)
		wantStatus(t, "use after", do(t, "GET", a.URL+"/v3/auth/projects", robot, ""), http.StatusUnauthorized)
		wantStatus(t, "sign in after", do(t, "POST", a.URL+"/v3/auth/tokens", "", login), http.StatusUnauthorized)
		stop()
		wantStatus(t, "without a server", do(t, "POST", a.URL+"/v3/auth/tokens", "", login), http.StatusServiceUnavailable)
	})
}
