package conformance_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/jumpgatetest/conformance"
	"github.com/softlayer/jumpgate/openstack/compute"
	"github.com/softlayer/jumpgate/openstack/identity"
	"github.com/softlayer/jumpgate/openstack/image"
)

// faults are mistakes that authors of drivers and programs made, with the
// check that finds each; without one all is well.
var faults = map[string]string{
	"":               "",
	"no marker":      "list servers",              // the list after "" is taken for one after an unknown id
	"no wishes":      "order as a dashboard does", // an order with disk_config and the group default is refused
	"no words":       "order with metadata",       // what a driver does not know is refused without its name
	"map order":      "page by page",              // a list has another order each time
	"no clock":       "a token of two days ago",   // the program's clock does not reach the tokens
	"no prefix":      "can't sign in",             // the Gateway is mounted below a path that it is not told of
	"wrong address":  "list flavors",              // PublicURL lacks the path that clients need
	"one request id": "a request is called",       // a hook names all requests alike
	"less versions":  "ask for version",           // the document says more than is taken
	"unknown ids":    "show",                      // what there is not is 503
	"shared":         "show another's server",     // a customer sees another's
	"leftovers":      "be gone",                   // a deleted server stays
}

// TestFaults runs the suite in a process of its own before a driver with each
// fault: it must fail, with the words of the check that is for it.
func TestFaults(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for fault, words := range faults {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			suite := exec.CommandContext(t.Context(), self, "-test.run=^TestSketch$")
			suite.Env = append(os.Environ(), "CONFORMANCE_FAULT="+fault)
			out, err := suite.CombinedOutput()
			if failed := err != nil; failed != (fault != "") || !strings.Contains(string(out), words) {
				t.Errorf("%v; want the words %q in:\n%s", err, words, out)
			}
		})
	}
}

// TestSketch runs the suite before a small driver, with a fault if TestFaults
// says so.
func TestSketch(t *testing.T) {
	s := &sketch{fault: os.Getenv("CONFORMANCE_FAULT")}
	for i := range 6 {
		s.images = append(s.images, &image.Image{
			ID: fmt.Sprintf("5a7b8a4e-6f3c-4b86-9d0e-0c2f6f1f1c1%d", 9-i), Name: "debian", Status: "active", Visibility: "public",
			Created: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		})
	}
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	opts := jumpgate.Options{
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: s}, jumpgate.Compute: {Driver: s}, jumpgate.Image: {Driver: s}},
		Logger:   slog.New(slog.DiscardHandler),
	}
	authURL := address + "/v3"
	switch s.fault {
	case "no prefix":
		authURL = address + "/openstack/v3"
	case "wrong address":
		opts.PublicURL = address + "/elsewhere"
	}
	gw, err := jumpgate.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	switch s.fault {
	case "one request id":
		gw.AddRequestHook(func(r *jumpgate.Request) error { r.Env.RequestID = "req-1"; return nil })
	case "less versions":
		if err := gw.Dispatcher(jumpgate.Compute).AddRequestHook(jumpgate.Negotiate(compute.MinVersion, jumpgate.Microversion{Major: 2, Minor: 60})); err != nil {
			t.Fatal(err)
		}
	}
	server.Config.Handler = gw
	server.Start()
	t.Cleanup(server.Close)
	conformance.Run(t, conformance.Harness{
		AuthURL: authURL, Users: [2]conformance.User{{Name: "ada", Password: "secret"}, {Name: "grace", Password: "secret"}},
		Pause: time.Millisecond, Patience: time.Second, Advance: s.advance,
	})
}

// sketch is a driver that has the least, and a fault.
type sketch struct {
	fault  string
	images []*image.Image

	mu      sync.Mutex
	ahead   time.Duration
	made    int
	servers []*compute.Server
}

func (s *sketch) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

func (s *sketch) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

func (s *sketch) SetupRoutes(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
	switch disp.Service() {
	case jumpgate.Identity:
		now := s.now
		if s.fault == "no clock" {
			now = time.Now
		}
		return identity.Register(disp, s, identity.Options{Now: now})
	case jumpgate.Compute:
		return compute.Register(disp, s, compute.Options{})
	}
	return image.Register(disp, s, image.Options{})
}

func (s *sketch) Authenticate(_ context.Context, c identity.Credentials) (*identity.User, error) {
	if c.Password != "secret" || c.UserName != "ada" && c.UserName != "grace" {
		return nil, jumpgate.Unauthorized
	}
	return &identity.User{ID: c.UserName, Name: c.UserName, DefaultProjectID: "of-" + c.UserName}, nil
}

func (s *sketch) Projects(ctx context.Context) ([]identity.Project, error) {
	id := "of-" + jumpgate.PrincipalFrom(ctx).UserID
	return []identity.Project{{ID: id, Name: id, Enabled: true, Roles: []string{"member", "reader"}}}, nil
}

func (s *sketch) Flavors(context.Context) ([]*compute.Flavor, error) {
	return []*compute.Flavor{{ID: "small", Name: "small", VCPUs: 1, RAM: 1024, Disk: 10}, {ID: "big", Name: "big", VCPUs: 8, RAM: 8192, Disk: 10}}, nil
}

// own are the servers of the caller's project.
func (s *sketch) own(ctx context.Context) []*compute.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	project := jumpgate.PrincipalFrom(ctx).ProjectID
	return slices.DeleteFunc(slices.Clone(s.servers), func(x *compute.Server) bool { return x.ProjectID != project && s.fault != "shared" })
}

func (s *sketch) ListServers(ctx context.Context, q compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		list := s.own(ctx)
		if q.Marker != "" || s.fault == "no marker" {
			i := slices.IndexFunc(list, func(x *compute.Server) bool { return x.ID == q.Marker })
			if i < 0 {
				yield(nil, jumpgate.NotFound)
				return
			}
			list = list[i+1:]
		}
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (s *sketch) Server(ctx context.Context, id string) (*compute.Server, error) {
	for _, x := range s.own(ctx) {
		if x.ID == id {
			return x, nil
		}
	}
	if s.fault == "unknown ids" {
		return nil, jumpgate.Unavailable
	}
	return nil, jumpgate.NotFound
}

func (s *sketch) CreateServers(ctx context.Context, c compute.ServerCreate) ([]*compute.Server, error) {
	flavors, _ := s.Flavors(ctx)
	i := slices.IndexFunc(flavors, func(f *compute.Flavor) bool { return f.ID == c.FlavorRef })
	if i < 0 {
		return nil, compute.FlavorNotFound(c.FlavorRef)
	}
	if _, err := s.Image(ctx, c.ImageRef); err != nil {
		return nil, compute.ImageNotFound()
	}
	switch beyond := c.Beyond(); {
	case s.fault == "no wishes" && !reflect.ValueOf(c.SecurityGroups).IsZero(), s.fault == "no words" && beyond != nil:
		return nil, jumpgate.BadRequest.New("That can't be done here.")
	case beyond != nil:
		return nil, jumpgate.BadRequest.New("Not here: %s.", strings.Join(beyond, ", "))
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	x := &compute.Server{
		ID: fmt.Sprintf("m-%d", s.made), Name: c.Name, ProjectID: jumpgate.PrincipalFrom(ctx).ProjectID, ImageID: c.ImageRef, Flavor: *flavors[i],
		Status: "ACTIVE", VMState: "active", PowerState: compute.PowerRunning, Created: now, Updated: now, Launched: now,
	}
	s.servers = slices.Insert(s.servers, 0, x)
	return []*compute.Server{x}, nil
}

func (s *sketch) DeleteServer(ctx context.Context, id string) error {
	x, err := s.Server(ctx, id)
	if err != nil || s.fault == "leftovers" {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers = slices.DeleteFunc(s.servers, func(other *compute.Server) bool { return other == x })
	return nil
}

func (s *sketch) ListImages(context.Context, image.Query) iter.Seq2[*image.Image, error] {
	return func(yield func(*image.Image, error) bool) {
		list := slices.Clone(s.images)
		if s.fault == "map order" {
			rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (s *sketch) Image(_ context.Context, id string) (*image.Image, error) {
	for _, x := range s.images {
		if x.ID == id {
			return x, nil
		}
	}
	return nil, jumpgate.NotFound
}
