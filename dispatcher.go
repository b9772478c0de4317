package jumpgate

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Dispatcher serves one service of a Gateway: it knows the service's
// endpoints by name, the handlers that drivers gave them, and their URLs.
type Dispatcher struct {
	gw           *Gateway
	service      Service
	mount        string
	escapedMount string // as URLs have it
	profile      *profile
	open         bool // ServiceOptions.Open
	routing      atomic.Pointer[router]
	policy       atomic.Pointer[Policy] // nil: there is none
	overrides    map[string]string      // ServiceOptions.Policy

	// Guarded by gw.mu.
	handlers      map[string]http.Handler
	fallback      http.Handler // for unknown paths; nil: 404
	hooks         hooks
	endpointHooks map[string]hooks
	reasons       map[reason]string

	// While one of several drivers is set up: what the earlier ones took, by
	// shape. See Drivers.
	taken         map[string]bool
	fallbackTaken bool
}

// reason is what Explain explains.
type reason struct{ endpoint, method string }

// router returns the routes of the service as they are now.
func (d *Dispatcher) router() *router { return d.routing.Load() }

func newDispatcher(gw *Gateway, p *profile, rt *router, mount string, open bool) *Dispatcher {
	d := &Dispatcher{
		gw:            gw,
		service:       p.service,
		mount:         mount,
		escapedMount:  (&url.URL{Path: mount}).EscapedPath(),
		profile:       p,
		open:          open,
		handlers:      make(map[string]http.Handler, len(rt.endpoints)),
		endpointHooks: make(map[string]hooks),
		reasons:       make(map[reason]string),
	}
	d.routing.Store(rt)
	return d
}

// Service returns the service that d dispatches.
func (d *Dispatcher) Service() Service { return d.service }

// Gateway returns the Gateway that d belongs to.
func (d *Dispatcher) Gateway() *Gateway { return d.gw }

// Mount returns the path of the service below the Gateway: "" or "/compute".
func (d *Dispatcher) Mount() string { return d.mount }

// Route returns the endpoint that path, below the service's mount, is one of;
// nil if it is none.
func (d *Dispatcher) Route(path string) *Endpoint {
	var m matcher
	if !d.router().lookup(&m, path, true) {
		return nil
	}
	return m.target.endpoint
}

// SetHandler makes h serve the endpoint called name; nil takes the handler
// away. An unknown name is an *UnknownEndpointError. Handlers may be changed
// while requests are served.
//
// A Methods value is the usual handler. Any other http.Handler gets the
// methods that OpenStack has for the endpoint (a Forwarder gets all), with the
// request's path variables as req.PathValue and everything else in
// RequestFrom(req.Context()).
func (d *Dispatcher) SetHandler(name string, h http.Handler) error {
	route := d.router().routes[name]
	if route == nil {
		return d.unknown(name)
	}
	d.gw.change(func() {
		switch {
		case h == nil:
			delete(d.handlers, name)
			delete(d.taken, route.shape)
		case !d.taken[route.shape]:
			d.handlers[name] = h
		}
	})
	return nil
}

// Handler returns the handler that SetHandler gave to the endpoint called
// name, or nil.
func (d *Dispatcher) Handler(name string) http.Handler {
	d.gw.mu.Lock()
	defer d.gw.mu.Unlock()
	return d.handlers[name]
}

// Explain records for the coverage report why an endpoint answers a method
// with less than OpenStack has: that it refuses it by policy, for example, or
// that the cloud has no such thing.
func (d *Dispatcher) Explain(name, method, text string) error {
	if d.router().routes[name] == nil {
		return d.unknown(name)
	}
	d.gw.mu.Lock()
	defer d.gw.mu.Unlock()
	d.reasons[reason{name, method}] = text
	return nil
}

// Reasons returns what Explain recorded about the endpoint called name, by
// method.
func (d *Dispatcher) Reasons(name string) map[string]string {
	d.gw.mu.Lock()
	defer d.gw.mu.Unlock()
	var said map[string]string
	for of, text := range d.reasons {
		if of.endpoint == name {
			if said == nil {
				said = make(map[string]string)
			}
			said[of.method] = text
		}
	}
	return said
}

// UnusedEndpoints returns the endpoints that have no handler, by the
// registry's order. They answer 501. Of several names for one path it takes
// one handler to serve all.
func (d *Dispatcher) UnusedEndpoints() []Endpoint {
	d.gw.mu.Lock()
	defer d.gw.mu.Unlock()
	rt, served := d.router(), make(map[string]bool)
	for name := range d.handlers {
		served[rt.routes[name].shape] = true
	}
	return slices.DeleteFunc(d.Endpoints(), func(e Endpoint) bool {
		return served[rt.routes[e.Name].shape] || d.profile.own(e.Name) != nil
	})
}

// plan is what a Gateway does for one endpoint, worked out once.
type plan struct {
	endpoint *Endpoint
	handler  http.Handler // nil: 501
	methods  Methods      // handler, if it is one
	forwards bool         // handler is a Forwarder
	pattern  string
	request  []RequestHook // before the look at who asks
	behind   []RequestHook // after it
	response []ResponseHook
	policy   *Policy
	rules    map[string]string // of policy, by method
}

// plans holds the plan of every endpoint of a service. The one under "" is
// for paths that the service does not know.
type plans map[string]*plan

// plan works out d's plans. The Gateway's lock is held.
func (d *Dispatcher) plan() plans {
	rt := d.router()
	all := make(plans, len(rt.routes)+1)
	add := func(e *Endpoint) {
		own, handler, driver := d.hooksOf(e.Name), d.handlers[e.Name], hooks{}
		if e.Name == "" {
			handler = d.fallback
		} else if handler == nil {
			handler = d.profile.own(e.Name)
		}
		if h, ok := handler.(*hooked); ok {
			handler, driver = h.Handler, h.hooks
		}
		p := &plan{
			endpoint: e,
			handler:  handler,
			request:  slices.Concat(d.gw.hooks.request, d.hooks.request, driver.request),
			behind:   own.request,
			response: slices.Concat(d.gw.hooks.response, d.hooks.response, driver.response, own.response),
		}
		if p.policy = d.policy.Load(); p.policy != nil {
			p.rules = p.policy.endpoints[e.Name]
		}
		p.methods, _ = p.handler.(Methods)
		_, p.forwards = p.handler.(Forwarder)
		p.pattern = d.gw.basePath + d.mount + e.Path
		if e.Name == "" { // one label for all unknown paths
			p.pattern += "/"
		}
		slices.Reverse(p.response)
		all[e.Name] = p
	}
	add(&Endpoint{Service: d.service})
	for _, e := range rt.endpoints {
		add(e)
	}
	return all
}

// hooksOf returns the hooks of an endpoint: those that were added to its name
// and to the other names of its path.
func (d *Dispatcher) hooksOf(name string) hooks {
	first := d.router().routes[name]
	if first == nil {
		return hooks{}
	}
	if first.aliasOf != nil {
		first = first.aliasOf
	}
	var all hooks
	for _, r := range append([]*route{first}, first.aliases...) {
		h := d.endpointHooks[r.endpoint.Name]
		all.request = append(all.request, h.request...)
		all.response = append(all.response, h.response...)
	}
	return all
}

// serve handles a request whose path below the mount is path. The end of a
// path that is plain may be a suffix.
func (d *Dispatcher) serve(w http.ResponseWriter, req *http.Request, path string, plain bool, all plans) {
	r := &Request{gw: d.gw, disp: d, start: time.Now()}
	r.writer = responseWriter{ResponseWriter: w, head: req.Method == http.MethodHead}

	p := all[""]
	if d.router().lookup(&r.match, path, plain) {
		p = all.of(r.match.target)
	} else if e := d.elsewhere(path); e != "" && p.handler == nil && all[e].handler != nil {
		p = all[e]
	}
	r.endpoint = p.endpoint
	req.Pattern = p.pattern
	r.Request = req.WithContext(context.WithValue(req.Context(), requestKey, r))

	defer func() {
		if cause := recover(); cause != nil {
			if cause != http.ErrAbortHandler {
				r.end(recovered(cause), p)
				return
			}
			r.finish(p.response)
			panic(cause)
		}
		r.finish(p.response)
	}()
	r.identify()
	if err := p.admit(r); err != nil {
		r.fail(err)
		return
	}
	if p.endpoint.Name == "" {
		if p.handler == nil {
			d.gw.warnOfPrefix(d, req.URL.Path)
			r.fail(noRoute)
			return
		}
		p.handler.ServeHTTP(&r.writer, r.Request)
		return
	}
	if err := p.check(r); err != nil {
		r.fail(err)
		return
	}
	rule := p.rules[r.Method]
	if rule == "" && r.Method == http.MethodHead { // what GET shows HEAD tells of
		rule = p.rules[http.MethodGet]
	}
	if rule != "" && r.Env.Principal != nil { // nobody came past the guard because he may
		if err := p.policy.Check(r.Context(), rule, nil); err != nil {
			r.fail(err)
			return
		}
	}
	if p.methods == nil && r.match.target != nil {
		for _, v := range r.match.target.vars {
			r.SetPathValue(v.name, r.match.params[v.param].Value[v.prefix:])
		}
	}
	p.handler.ServeHTTP(&r.writer, r.Request)
}

// of returns the plan for a target: of the names of its path the first that
// has a handler counts.
func (all plans) of(t *target) *plan {
	p := all[t.endpoint.Name]
	for i := 0; p.handler == nil && i < len(t.aliases); i++ {
		if alias := all[t.aliases[i].endpoint.Name]; alias.handler != nil {
			p = alias
		}
	}
	return p
}

// elsewhere returns the name of the endpoint that answers for a path that no
// version of the API has, or "".
func (d *Dispatcher) elsewhere(path string) string {
	if d.profile.elsewhere == "" || path == "" {
		return ""
	}
	version, _, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	if slices.Contains(d.profile.versions, version) {
		return ""
	}
	return d.profile.elsewhere
}

// admit runs what comes before the handler.
func (p *plan) admit(r *Request) error {
	was := r.Env.RequestID
	defer func() {
		if r.Env.RequestID != was {
			r.disp.profile.identify(r.writer.Header(), r.endpoint, r.Env.RequestID)
		}
	}()
	for _, h := range p.request {
		if err := h(r); err != nil {
			return err
		}
	}
	if err := p.guard(r); err != nil {
		return err
	}
	for _, h := range p.behind {
		if err := h(r); err != nil {
			return err
		}
	}
	return nil
}

// end answers err for a request that panicked. Where an answer was under way
// the connection is cut.
func (r *Request) end(err error, p *plan) {
	defer r.finish(p.response)
	r.fail(err)
}

// check tells whether p serves the request's method.
func (p *plan) check(r *Request) error {
	if p.forwards || p.methods != nil && p.methods[r.Method] != nil {
		return nil
	}
	known := slices.Contains(p.endpoint.Methods, r.Method) ||
		r.Method == http.MethodHead && r.disp.profile.headLikeGet && slices.Contains(p.endpoint.Methods, http.MethodGet)
	switch {
	case !known:
		return &wrongMethod{p.endpoint.Methods}
	case p.handler == nil:
		return unhandled(p.endpoint)
	case p.methods == nil:
		return nil
	case r.Method == http.MethodHead && p.methods[http.MethodGet] != nil:
		return nil
	}
	return unhandled(p.endpoint)
}
