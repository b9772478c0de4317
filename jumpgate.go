package jumpgate

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Driver connects services to a cloud. New calls SetupRoutes once for each
// service the driver was chosen for; disp.Service() says which.
type Driver interface {
	SetupRoutes(gw *Gateway, disp *Dispatcher) error
}

// DriverFunc is a Driver made of one function.
type DriverFunc func(gw *Gateway, disp *Dispatcher) error

// SetupRoutes calls f.
func (f DriverFunc) SetupRoutes(gw *Gateway, disp *Dispatcher) error { return f(gw, disp) }

// Options configure a Gateway. The zero value serves nothing.
type Options struct {
	// Services says which services are served, and by which driver.
	Services map[Service]ServiceOptions

	// BasePath is the path of the Gateway within the program's HTTP server,
	// such as "/openstack". The Gateway strips it itself; with
	// http.StripPrefix around the Gateway leave it empty.
	BasePath string

	// PublicURL is how clients reach the Gateway, prefix included:
	// "https://api.example.com/openstack". Empty: links are made from each
	// request's Host, TLS state and stripped prefix.
	PublicURL string

	// TrustedProxies are the networks of the proxies whose Forwarded and
	// X-Forwarded-{Proto,Host,Prefix} headers are believed where PublicURL
	// is empty, and whose X-Forwarded-For tells who the client is: see
	// Request.ClientAddr. Let proxies replace what a client sends in the
	// former, for the first entry counts. Empty: nobody's.
	TrustedProxies []netip.Prefix

	// Region is the region of the default catalog. Default "RegionOne".
	Region string

	// Catalog replaces the catalog of the mounted services.
	Catalog *Catalog

	// Logger receives the access log and unexpected errors. Nil:
	// slog.Default().
	Logger *slog.Logger

	// AccessLog replaces the hook that logs each request to Logger.
	AccessLog ResponseHook

	// NewRequestID replaces the function of that name. It runs before all
	// hooks; a hook may set Env.RequestID too.
	NewRequestID func(*http.Request) string

	// MaxBodyBytes limits a request body read with DecodeJSON. Default 1 MiB.
	MaxBodyBytes int64
}

// ServiceOptions configure one service of a Gateway.
type ServiceOptions struct {
	Driver Driver

	// Mount is the service's path below the Gateway. Default: "/" for
	// identity, "/" and the service's name for the others. No segment of it
	// may look like a version ("v2"): clients cut URLs there.
	Mount string

	// Open lets requests through of which nobody said who sends them, and
	// principals without a project. Without it they are refused: see
	// RequestHook.
	Open bool

	// Policy replaces check strings of the service's policy by the names of
	// their rules, after those that a driver's own options replace. A name that
	// the policy does not have, and a service without a policy, are errors.
	Policy map[string]string

	// Definition describes a service that the library does not know. It must
	// be nil for those of Services.
	Definition *Definition
}

// Gateway is a cloud that speaks OpenStack. It is an http.Handler, safe for
// concurrent use, and shares nothing with other Gateways of the process.
type Gateway struct {
	basePath       string
	publicURL      string // or empty
	trustedProxies []netip.Prefix
	region         string
	catalog        *Catalog
	logger         *slog.Logger
	newRequestID   func(*http.Request) string
	maxBody        int64
	dispatchers    map[Service]*Dispatcher
	order          []*Dispatcher // of set-up
	mounts         []*Dispatcher // longest mount first
	outside        *Dispatcher   // for paths below no mount
	warned         sync.Once     // see warnOfPrefix

	mu      sync.Mutex // guards hooks and what the dispatchers say it does
	hooks   hooks
	planned atomic.Pointer[map[*Dispatcher]plans] // nil after a change
}

// New returns a Gateway for the services of opts. It makes no network call.
// All faults of opts are reported together.
func New(opts Options) (*Gateway, error) {
	gw := &Gateway{
		trustedProxies: slices.Clone(opts.TrustedProxies),
		region:         cmp.Or(opts.Region, "RegionOne"),
		catalog:        opts.Catalog,
		logger:         opts.Logger,
		newRequestID:   opts.NewRequestID,
		maxBody:        cmp.Or(opts.MaxBodyBytes, 1<<20),
		dispatchers:    make(map[Service]*Dispatcher),
	}
	if gw.logger == nil {
		gw.logger = slog.Default()
	}
	if gw.newRequestID == nil {
		gw.newRequestID = func(*http.Request) string { return NewRequestID() }
	}
	accessLog := opts.AccessLog
	if accessLog == nil {
		accessLog = AccessLog(gw.logger)
	}
	gw.hooks.response = []ResponseHook{accessLog}
	if err := errors.Join(gw.place(opts), gw.mount(opts.Services)); err != nil {
		return nil, err
	}
	for _, disp := range gw.order {
		if err := opts.Services[disp.service].Driver.SetupRoutes(gw, disp); err != nil {
			return nil, fmt.Errorf("jumpgate: set up %s: %w", disp.service, err)
		}
		if len(disp.overrides) > 0 && disp.Policy() == nil {
			return nil, fmt.Errorf("jumpgate: %s has no policy here whose rules could be replaced", disp.service)
		}
	}
	return gw, nil
}

// place reads the options that say where the Gateway is.
func (gw *Gateway) place(opts Options) error {
	var faults []error
	gw.basePath = cleanPrefix(opts.BasePath)
	if gw.basePath == "" && strings.Trim(opts.BasePath, "/") != "" {
		faults = append(faults, fmt.Errorf("jumpgate: BasePath %q is no plain path like /openstack", opts.BasePath))
	}
	if opts.PublicURL != "" {
		u, err := url.Parse(strings.TrimRight(opts.PublicURL, "/"))
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			faults = append(faults, errors.New("jumpgate: PublicURL must be like https://host/path, without user, query or fragment"))
		} else {
			gw.publicURL = u.String()
		}
		if err == nil && !strings.HasSuffix(u.Path, gw.basePath) {
			faults = append(faults, fmt.Errorf("jumpgate: the path of PublicURL must end in BasePath, %s: links lead nowhere without it", gw.basePath))
		}
	}
	if gw.maxBody < 0 {
		faults = append(faults, errors.New("jumpgate: MaxBodyBytes is negative"))
	}
	return errors.Join(faults...)
}

// mount makes the dispatchers.
func (gw *Gateway) mount(services map[Service]ServiceOptions) error {
	var faults []error
	taken := make(map[string]Service)
	for s, o := range services {
		p, rt := builtin()[s], routers()[s]
		switch {
		case p == nil && o.Definition == nil:
			faults = append(faults, fmt.Errorf("jumpgate: unknown service %q; there are %v, and a Definition makes others", s, Services()))
			continue
		case p != nil && o.Definition != nil:
			faults = append(faults, fmt.Errorf("jumpgate: service %s needs no Definition; Dispatcher.AddEndpoint adds endpoints", s))
			continue
		case p == nil:
			var err error
			if p, rt, err = o.Definition.profile(s); err != nil {
				faults = append(faults, fmt.Errorf("jumpgate: service %s: %w", s, err))
				continue
			}
		}
		if o.Driver == nil {
			faults = append(faults, fmt.Errorf("jumpgate: service %s has no driver", s))
			continue
		}
		path := cmp.Or(o.Mount, p.mount)
		mount := cleanPrefix(path)
		if mount == "" && strings.Trim(path, "/") != "" {
			faults = append(faults, fmt.Errorf("jumpgate: mount %q of %s is no plain path like /api", o.Mount, s))
			continue
		}
		if looksVersioned(mount) {
			faults = append(faults, fmt.Errorf("jumpgate: mount %q of %s has a segment that clients take for a version", o.Mount, s))
			continue
		}
		if other, ok := taken[mount]; ok {
			faults = append(faults, fmt.Errorf("jumpgate: %s and %s are both mounted at %q", min(s, other), max(s, other), mount+"/"))
			continue
		}
		taken[mount] = s
		gw.dispatchers[s] = newDispatcher(gw, p, rt, mount, o.Open)
		gw.dispatchers[s].overrides = o.Policy
	}
	for _, d := range gw.dispatchers {
		gw.order = append(gw.order, d)
	}
	gw.mounts = slices.Clone(gw.order)
	slices.SortFunc(gw.order, func(a, b *Dispatcher) int { return inOrder(a.service, b.service) })
	slices.SortFunc(gw.mounts, func(a, b *Dispatcher) int { return cmp.Compare(len(b.mount), len(a.mount)) })
	none := outsideProfile()
	gw.outside = newDispatcher(gw, none, newRouter(none, nil), "", true)
	return errors.Join(faults...)
}

// inOrder compares the places of two services in the order of set-up: those
// that the library knows come first.
func inOrder(a, b Service) int {
	place := func(s Service) int {
		if i := slices.Index(Services(), s); i >= 0 {
			return i
		}
		return len(Services())
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b))
}

// looksVersioned finds "v" and a digit at the start of a segment, or at the
// end of one ("srv2"): gophercloud cuts service URLs at either.
func looksVersioned(mount string) bool {
	for i := 0; i+1 < len(mount); i++ {
		if mount[i] == 'v' && mount[i+1] >= '0' && mount[i+1] <= '9' {
			return true
		}
	}
	return false
}

// Dispatcher returns the dispatcher of service s, or nil where the Gateway
// does not serve it.
func (gw *Gateway) Dispatcher(s Service) *Dispatcher { return gw.dispatchers[s] }

// Dispatchers returns the dispatchers of all services of the Gateway in the
// order of their set-up.
func (gw *Gateway) Dispatchers() []*Dispatcher { return slices.Clone(gw.order) }

// Logger returns the logger of the options, never nil.
func (gw *Gateway) Logger() *slog.Logger { return gw.logger }

// change alters the set-up; the next request works out new plans.
func (gw *Gateway) change(f func()) {
	gw.mu.Lock()
	defer gw.mu.Unlock()
	f()
	gw.planned.Store(nil)
}

func (gw *Gateway) plans() map[*Dispatcher]plans {
	if p := gw.planned.Load(); p != nil {
		return *p
	}
	gw.mu.Lock()
	defer gw.mu.Unlock()
	if p := gw.planned.Load(); p != nil {
		return *p
	}
	all := make(map[*Dispatcher]plans, len(gw.mounts)+1)
	for _, d := range gw.mounts {
		all[d] = d.plan()
	}
	all[gw.outside] = gw.outside.plan()
	gw.planned.Store(&all)
	return all
}

// ServeHTTP implements http.Handler. It sets req.Pattern to the path template
// of the endpoint, Options.BasePath and mount included, or to the mount and a
// slash for a path that the service does not know ("/" below no mount), so that middleware around
// the Gateway can label by it. Middleware around http.StripPrefix can't see it.
func (gw *Gateway) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path, plain, safe := routePath(req.URL)
	if !strings.HasPrefix(path, "/") { // http.StripPrefix("/prefix/", gw) took the slash too
		path = "/" + path
	}
	d := gw.outside
	rest, ours := below(path, gw.basePath)
	for i := 0; ours && i < len(gw.mounts); i++ {
		if below, ok := below(rest, gw.mounts[i].mount); ok {
			d, rest = gw.mounts[i], below
			break
		}
	}
	if !safe || d == gw.outside {
		rest = "" // no endpoint has that path
	}
	d.serve(w, req, rest, plain, gw.plans()[d])
}
