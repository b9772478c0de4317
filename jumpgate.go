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

	// Logger receives the access log and unexpected errors. Nil: silence.
	Logger *slog.Logger

	// AccessLog replaces the hook that logs each request to Logger.
	AccessLog ResponseHook

	// NewRequestID replaces the function of that name.
	NewRequestID func() string

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
	newRequestID   func() string
	maxBody        int64
	dispatchers    map[Service]*Dispatcher
	mounts         []*Dispatcher // longest mount first

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
		gw.logger = slog.New(slog.DiscardHandler)
	}
	if gw.newRequestID == nil {
		gw.newRequestID = NewRequestID
	}
	accessLog := opts.AccessLog
	if accessLog == nil {
		accessLog = AccessLog(gw.logger)
	}
	gw.hooks.response = []ResponseHook{accessLog}
	if err := errors.Join(gw.place(opts), gw.mount(opts.Services)); err != nil {
		return nil, err
	}
	for _, s := range Services() {
		disp := gw.dispatchers[s]
		if disp == nil {
			continue
		}
		if err := opts.Services[s].Driver.SetupRoutes(gw, disp); err != nil {
			return nil, fmt.Errorf("jumpgate: set up %s: %w", s, err)
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
		if !slices.Contains(Services(), s) {
			faults = append(faults, fmt.Errorf("jumpgate: unknown service %q; there are %v", s, Services()))
			continue
		}
		if o.Driver == nil {
			faults = append(faults, fmt.Errorf("jumpgate: service %s has no driver", s))
			continue
		}
		path := o.Mount
		if path == "" && s != Identity {
			path = string(s)
		}
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
		gw.dispatchers[s] = &Dispatcher{
			gw:            gw,
			service:       s,
			mount:         mount,
			escapedMount:  (&url.URL{Path: mount}).EscapedPath(),
			router:        routers()[s],
			handlers:      make(map[string]http.Handler),
			endpointHooks: make(map[string]hooks),
			reasons:       make(map[string]map[string]string),
		}
		gw.mounts = append(gw.mounts, gw.dispatchers[s])
	}
	slices.SortFunc(gw.mounts, func(a, b *Dispatcher) int { return cmp.Compare(len(b.mount), len(a.mount)) })
	return errors.Join(faults...)
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
	all := make(map[*Dispatcher]plans, len(gw.mounts))
	for _, d := range gw.mounts {
		all[d] = d.plan()
	}
	gw.planned.Store(&all)
	return all
}

// ServeHTTP implements http.Handler. It sets req.Pattern to the path template
// of the endpoint, Options.BasePath and mount included, or to the mount and a
// slash for a path that the service does not know, so that middleware around
// the Gateway can label by it. Middleware around http.StripPrefix can't see it.
func (gw *Gateway) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path, safe := routePath(req.URL)
	if !strings.HasPrefix(path, "/") { // http.StripPrefix("/prefix/", gw) took the slash too
		path = "/" + path
	}
	path, ours := below(path, gw.basePath)
	for _, d := range gw.mounts {
		rest, ok := below(path, d.mount)
		if !ok || !ours {
			continue
		}
		if !safe {
			rest = "" // no endpoint has that path
		}
		d.serve(w, req, rest, gw.plans()[d])
		return
	}
	http.NotFound(w, req)
}
