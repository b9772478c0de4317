package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// TestGuide: all Go code in the guide, the recipes and the page on porting is
// code of the examples, which runs. A blank line in a page may stand where the
// sources have one or none.
func TestGuide(t *testing.T) {
	lines := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString(line + "\n")
			}
		}
		return b.String()
	}
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources.WriteString("\n" + lines(string(text)))
	}
	for page, least := range map[string]int{"guide.md": 10, "recipes.md": 8, "porting.md": 6} {
		text, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		blocks := strings.Split(string(text), "```go\n")[1:]
		if len(blocks) < least {
			t.Errorf("%s: only %d blocks of Go", page, len(blocks))
		}
		for _, block := range blocks {
			block, _, _ = strings.Cut(block, "```")
			if !strings.Contains(sources.String(), "\n"+lines(block)) {
				t.Errorf("%s: not in the examples:\n%s", page, block)
			}
		}
	}
}

// get asks h and returns the answer with its status.
func get(h http.Handler, path string, headers ...string) (int, string) {
	req := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

// TestHooks runs the hooks of the guide.
func TestHooks(t *testing.T) {
	d := &driver{cloud: newCloud()}
	m, err := d.cloud.boot("engines", "web", d.cloud.sizes[0], "")
	if err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Compute: {Driver: d}},
	})
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	var audited []string
	audit := func(what ...string) { audited = append(audited, strings.Join(what, " ")) }

	gw.AddRequestHook(func(r *jumpgate.Request) error {
		who, ok := r.Context().Value(sessionKey{}).(session)
		if !ok {
			return jumpgate.Unauthorized
		}
		r.Env.Principal = &jumpgate.Principal{UserID: who.login, ProjectID: who.customer, Roles: []string{"member"}}
		r.Env.ProjectID = who.customer
		return nil
	})

	disp := gw.Dispatcher(jumpgate.Compute)
	err = disp.AddRequestHook(func(r *jumpgate.Request) error {
		if closed {
			return &jumpgate.Error{Kind: jumpgate.Unavailable, Message: "Back at nine.", RetryAfter: time.Hour}
		}
		return nil
	}, "v2_server", "v21_server")
	if err != nil {
		t.Fatal(err)
	}

	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.Set(ticketKey{}, r.Header.Get("X-Ticket"))
		return nil
	})
	gw.AddResponseHook(func(r *jumpgate.Request, o jumpgate.Outcome) {
		ticket, _ := r.Env.Value(ticketKey{}).(string)
		audit(r.Endpoint().Name, r.Env.ProjectID, ticket, http.StatusText(o.Status))
	})

	path := "/compute/v2.1/engines/servers/" + m.id
	if status, _ := get(gw, path); status != http.StatusUnauthorized {
		t.Errorf("without a session: %d", status)
	}
	ada := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		gw.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), sessionKey{}, session{"ada", "engines"})))
	})
	if status, body := get(ada, path, "X-Ticket", "T-1"); status != http.StatusOK || !strings.Contains(body, "http://example.com"+path) {
		t.Errorf("ada: %d %s", status, body)
	}
	closed = true
	if status, body := get(ada, path); status != http.StatusServiceUnavailable || !strings.Contains(body, "Back at nine.") {
		t.Errorf("closed: %d %s", status, body)
	}
	if want := "v21_server   Unauthorized,v21_server engines T-1 OK,v21_server engines  Service Unavailable"; strings.Join(audited, ",") != want {
		t.Errorf("audit %q", audited)
	}
}

// ticketKey is where a hook keeps the ticket that a request belongs to.
type ticketKey struct{}

// session is what the program's own middleware knows of a user.
type session struct{ login, customer string }

type sessionKey struct{}

// TestByHand runs what the guide says on URLs and microversions.
func TestByHand(t *testing.T) {
	volume := func(r *jumpgate.Request) (any, error) {
		id := r.Var("volume_id")
		self, err := r.Dispatcher().EndpointURL(r, "v3_volume", "volume_id", id)
		if err != nil {
			return nil, err
		}
		link := jumpgate.Object{{Name: "rel", Value: "self"}, {Name: "href", Value: self}}
		body := jumpgate.Object{{Name: "id", Value: id}, {Name: "links", Value: []any{link}}}
		if r.Env.Version.AtLeast(jumpgate.Microversion{Major: 3, Minor: 13}) {
			body = append(body, jumpgate.Member{Name: "group_id", Value: nil})
		}
		return jumpgate.Object{{Name: "volume", Value: body}}, nil
	}
	driver := jumpgate.DriverFunc(func(gw *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
		oldest, newest := jumpgate.Microversion{Major: 3, Minor: 0}, jumpgate.Microversion{Major: 3, Minor: 13}
		if err := disp.AddRequestHook(jumpgate.Negotiate(oldest, newest)); err != nil {
			return err
		}
		gw.AddRequestHook(func(r *jumpgate.Request) error {
			r.Env.ProjectID, _ = r.PathProject()
			return nil
		})
		return disp.SetHandler("v3_volume", jumpgate.Methods{"GET": volume})
	})
	gw, err := jumpgate.New(jumpgate.Options{
		Services:  map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Volume: {Driver: driver, Open: true}},
		PublicURL: "https://cloud.example.com",
	})
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{
		"3.0":  `{"volume": {"id": "7", "links": [{"rel": "self", "href": "https://cloud.example.com/volume/v3/engines/volumes/7"}]}}`,
		"3.13": `{"volume": {"id": "7", "links": [{"rel": "self", "href": "https://cloud.example.com/volume/v3/engines/volumes/7"}], "group_id": null}}`,
		"3.14": "Version 3.14 is not supported by the API. Minimum is 3.0 and maximum is 3.13.",
	} {
		if _, body := get(gw, "/volume/v3/engines/volumes/7", "OpenStack-API-Version", "volume "+version); !strings.Contains(body, want) {
			t.Errorf("%s: %s", version, body)
		}
	}
}

// TestCatalog runs the catalog of the guide.
func TestCatalog(t *testing.T) {
	catalog, err := jumpgate.ParseCatalog(strings.NewReader(`
catalog.RegionOne.identity.publicURL = $(public_url)s/v3
catalog.RegionOne.compute.publicURL = $(public_url)s/compute/v2.1
catalog.RegionOne.object-store.publicURL = https://objects.example.com/v1/AUTH_$(tenant_id)s
`))
	if err != nil {
		t.Fatal(err)
	}
	d := &driver{cloud: newCloud()}
	gw, err := jumpgate.New(jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: d}, jumpgate.Compute: {Driver: d}},
		Catalog:  catalog,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gw)
	defer server.Close()
	provider, err := signIn(t, server.URL, "ada", "lovelace")
	if err != nil {
		t.Fatal(err)
	}
	swift, err := openstack.NewObjectStorageV1(provider, gophercloud.EndpointOpts{})
	if err != nil || swift.Endpoint != "https://objects.example.com/v1/AUTH_engines/" {
		t.Errorf("object store %+v, %v", swift, err)
	}
}

// TestSimulator steps through the life of a server in a simulated cloud.
func TestSimulator(t *testing.T) {
	clock := simulator.NewClock(time.Now())
	cloud := simulator.New(simulator.Options{Now: clock.Now, Step: time.Minute})
	driver, err := softlayer.New(softlayer.Options{Endpoint: "http://simulator/rest/v3.1", Transport: cloud, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: driver}, jumpgate.Compute: {Driver: driver}, jumpgate.Image: {Driver: driver},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gw)
	defer server.Close()
	provider, err := signIn(t, server.URL, simulator.DemoUser, simulator.DemoKey)
	if err != nil {
		t.Fatal(err)
	}
	nova, err := openstack.NewComputeV2(provider, gophercloud.EndpointOpts{})
	if err != nil {
		t.Fatal(err)
	}
	order := servers.CreateOpts{Name: "web", FlavorRef: "B1_1X2X25", ImageRef: anImage(t, provider)}
	made, err := servers.Create(t.Context(), nova, order, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"BUILD", "ACTIVE"} {
		got, err := servers.Get(t.Context(), nova, made.ID).Extract()
		if err != nil || got.Status != want {
			t.Errorf("server %+v, %v; want %s", got, err, want)
		}
		clock.Advance(20 * time.Minute)
	}
}

// TestFaults holds the guide to its table of faults.
func TestFaults(t *testing.T) {
	nothing := jumpgate.DriverFunc(func(*jumpgate.Gateway, *jumpgate.Dispatcher) error { return nil })
	opts := jumpgate.Options{Services: make(map[jumpgate.Service]jumpgate.ServiceOptions)}
	for _, s := range jumpgate.Services() {
		opts.Services[s] = jumpgate.ServiceOptions{Driver: nothing}
	}
	gw, err := jumpgate.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	gw.AddRequestHook(func(*jumpgate.Request) error { return jumpgate.Conflict.Wrap(io.ErrUnexpectedEOF, "It is taken.") })
	guide, err := os.ReadFile("../../docs/guide.md")
	if err != nil {
		t.Fatal(err)
	}
	for service, path := range map[string]string{
		"identity": "/v3/users", "compute": "/compute/v2.1/servers", "volume": "/volume/v3/p/volumes", "network": "/network/v2.0/networks",
		"image": "/image/v2/images", "baremetal": "/baremetal/v1/nodes",
	} {
		_, body := get(gw, path, "Accept", "application/json")
		if body = strings.TrimSpace(body); !strings.Contains(string(guide), "`"+body+"`") {
			t.Errorf("the guide does not say of %s: `%s`", service, body)
		}
		if strings.Contains(body, io.ErrUnexpectedEOF.Error()) {
			t.Errorf("%s tells the cause: %s", service, body)
		}
	}
}
