package softlayer

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// setup says what a test wants; its zero value is a Gateway at "/" before a
// simulator with a stepped clock.
type setup struct {
	sim     simulator.Options
	driver  Options
	gateway jumpgate.Options
	strip   string // http.StripPrefix
	realNow bool   // no stepped clock

	// clockNow gives the driver the stepped clock, too.
	clockNow bool
}

// world is a Gateway, the driver in it, and the simulator behind.
type world struct {
	testing.TB
	sim      *simulator.Simulator
	clock    *simulator.Clock
	clockNow bool // the driver's, too
	driver   *Driver
	upstream *httptest.Server
	url      string // of the Gateway
	logs     *logBuffer

	mu       sync.Mutex
	tokens   map[string]string
	signedIn map[string]time.Time // by w.clock
}

// step is one step of the stepped clock.
const step = time.Minute

func newWorld(t testing.TB, s setup) *world {
	t.Helper()
	w := &world{TB: t, clockNow: s.clockNow, logs: new(logBuffer), tokens: make(map[string]string)}
	t.Cleanup(w.keepSecrets)
	if !s.realNow {
		w.clock = simulator.NewClock(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
		s.sim.Now, s.sim.Step = w.clock.Now, step
		if s.clockNow {
			s.driver.Now = w.clock.Now
		}
	}
	w.sim = simulator.New(s.sim)
	w.upstream = httptest.NewServer(w.sim)
	t.Cleanup(w.upstream.Close)
	if s.driver.Endpoint == "" {
		s.driver.Endpoint = w.upstream.URL + "/rest/v3.1"
	}
	w.serve(s)
	return w
}

// serve starts a Gateway before w's simulator, with a driver of its own.
func (w *world) serve(s setup) {
	w.Helper()
	var err error
	if w.driver, err = New(s.driver); err != nil {
		w.Fatal(err)
	}
	s.gateway.Logger = slog.New(slog.NewTextHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.gateway.Services = map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity:  {Driver: w.driver},
		jumpgate.Compute:   {Driver: w.driver},
		jumpgate.Image:     {Driver: w.driver},
		jumpgate.Volume:    {Driver: w.driver},
		jumpgate.Network:   {Driver: w.driver},
		jumpgate.Baremetal: {Driver: w.driver},
	}
	gw, err := jumpgate.New(s.gateway)
	if err != nil {
		w.Fatal(err)
	}
	var handler http.Handler = gw
	if s.strip != "" {
		handler = http.StripPrefix(s.strip, gw)
	}
	server := httptest.NewServer(handler)
	w.Cleanup(server.Close)
	w.url = server.URL + s.gateway.BasePath + s.strip
}

// replica is another process before the same SoftLayer.
func (w *world) replica() *world {
	w.Helper()
	other := &world{TB: w.TB, sim: w.sim, clockNow: w.clockNow, clock: w.clock, upstream: w.upstream, logs: w.logs, tokens: make(map[string]string)}
	other.serve(setup{driver: w.driver.opts})
	other.driver.core.Opts.Now = w.driver.core.Opts.Now
	return other
}

// keys are the passwords of the simulator's users.
var keys = map[string]string{simulator.DemoUser: simulator.DemoKey, simulator.AltUser: simulator.AltKey}

// keepSecrets looks for keys and tokens in what every test has logged.
func (w *world) keepSecrets() {
	log := w.logs.all.String()
	for user, key := range keys {
		if token := w.tokens[user]; strings.Contains(log, key) || token != "" && strings.Contains(log, token) {
			w.Errorf("a secret of %s in the log", user)
		}
	}
}

// client signs in through gophercloud.
func (w *world) client(user string) *gophercloud.ProviderClient {
	w.Helper()
	provider, err := openstack.AuthenticatedClient(context.Background(), gophercloud.AuthOptions{
		IdentityEndpoint: w.url + "/v3", Username: user, Password: keys[user], DomainName: "Default", AllowReauth: true,
	})
	if err != nil {
		w.Fatal(err)
	}
	return provider
}

func (w *world) compute(user string) *gophercloud.ServiceClient {
	w.Helper()
	c, err := openstack.NewComputeV2(w.client(user), gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func (w *world) images(user string) *gophercloud.ServiceClient {
	w.Helper()
	c, err := openstack.NewImageV2(w.client(user), gophercloud.EndpointOpts{Region: "RegionOne"})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// answer is what a raw request got.
type answer struct {
	status int
	header http.Header
	body   string
}

// fault returns the fault's name and message.
func (a *answer) fault() (name, message string) {
	var all map[string]struct {
		Message string `json:"message"`
	}
	if json.Unmarshal([]byte(a.body), &all) != nil {
		return "", a.body
	}
	for name, f := range all {
		return name, f.Message
	}
	return "", ""
}

// into decodes the body.
func (w *world) into(a *answer, v any) {
	w.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		w.Fatalf("%v in %.300s", err, a.body)
	}
}

// raw makes a request as user, or as nobody.
func (w *world) raw(user, method, path, body string, header ...string) *answer {
	w.Helper()
	a, err := w.try(user, method, path, body, header...)
	if err != nil {
		w.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (w *world) try(user, method, path, body string, header ...string) (*answer, error) {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, w.url+path, r)
	if err != nil {
		return nil, err
	}
	if user != "" {
		req.Header.Set("X-Auth-Token", w.token(user))
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return &answer{resp.StatusCode, resp.Header, string(text)}, err
}

// stepped tells whether the driver has the stepped clock, by which tokens end.
func (w *world) stepped() bool { return w.clock != nil && w.clockNow }

// token signs a user in, once in an hour.
func (w *world) token(user string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tokens[user] == "" || w.stepped() && w.clock.Now().Sub(w.signedIn[user]) > 50*time.Minute {
		a := w.raw("", "POST", "/v3/auth/tokens", signIn(user, keys[user]))
		if a.status != http.StatusCreated {
			w.Fatalf("sign in: %d %s", a.status, a.body)
		}
		w.tokens[user] = a.header.Get("X-Subject-Token")
		if w.signedIn == nil {
			w.signedIn = make(map[string]time.Time)
		}
		if w.stepped() {
			w.signedIn[user] = w.clock.Now()
		}
	}
	return w.tokens[user]
}

func signIn(user, key string) string {
	b, _ := json.Marshal(map[string]any{"auth": map[string]any{"identity": map[string]any{
		"methods":  []string{"password"},
		"password": map[string]any{"user": map[string]any{"name": user, "password": key, "domain": map[string]any{"id": "default"}}},
	}}})
	return string(b)
}

const (
	flavor = "B1_2X4X25"
	osCode = "UBUNTU_22_64"
)

// order is the body that creates a server; extra is added to it.
func order(extra map[string]any) string {
	server := map[string]any{"name": "web", "imageRef": core.SystemID(osCode), "flavorRef": flavor}
	for k, v := range extra {
		if server[k] = v; v == nil {
			delete(server, k)
		}
	}
	b, _ := json.Marshal(map[string]any{"server": server})
	return string(b)
}

// boot creates a server and waits until it is up.
func (w *world) boot(user, name string) (id string) {
	w.Helper()
	a := w.raw(user, "POST", "/compute/v2.1/servers", order(map[string]any{"name": name}))
	if a.status != http.StatusAccepted {
		w.Fatalf("create: %d %s", a.status, a.body)
	}
	var created struct{ Server struct{ ID string } }
	w.into(a, &created)
	w.clock.Advance(20 * step)
	return created.Server.ID
}

// eventually waits until something is so.
func (w *world) eventually(what string, so func() bool) {
	w.Helper()
	for deadline := time.Now().Add(5 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatal("never: " + what)
		}
	}
}

// calls runs f and returns how many calls it cost.
func (w *world) calls(f func()) int {
	w.Helper()
	before := w.sim.TotalCalls()
	f()
	return w.sim.TotalCalls() - before
}

// guests are n servers to start with, the oldest switched off.
func guests(n int) simulator.Options {
	accounts := simulator.DemoAccounts()
	accounts[0].Guests = make([]simulator.Guest, n)
	for i := range accounts[0].Guests {
		accounts[0].Guests[i].Notes = `Ann's` + "\n" + `--os:{"d":"number","f":"B1_2X4X25","m":{"role":"web"}}`
	}
	accounts[0].Guests[0].Halted = true
	return simulator.Options{Accounts: accounts}
}

type logBuffer struct {
	mu  sync.Mutex
	b   bytes.Buffer
	all bytes.Buffer // never reset
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(p)
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logBuffer) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.b.Reset()
}

// asDemo is a context for calling the driver itself.
func asDemo() context.Context {
	return jumpgate.WithPrincipal(context.Background(), &jumpgate.Principal{
		UserID: "demo", ProjectID: "307001", Credential: upstream.Credential{User: simulator.DemoUser, Key: simulator.DemoKey}.Seal(),
	})
}

// forget empties the driver's caches.
func (w *world) forget() {
	w.driver.core.Forget()
	w.driver.image.Forget()
	w.driver.volume.Forget()
	w.driver.compute.Forget()
	w.driver.network.Forget()
}

// forgetPlaces forgets where pages of lists ended.
func (w *world) forgetPlaces() { w.driver.compute.ForgetPlaces() }

// forgetOrders forgets the volumes that were ordered, as a replica with a store
// of its own never knew them.
func (w *world) forgetOrders() {
	w.driver.core.Opts.Store = jumpgate.NewMemoryStore(jumpgate.StoreOptions{Now: w.driver.core.Opts.Now})
}
