package jumpgate

import (
	"net/http"
	"slices"
)

// Drivers makes one driver of several for one service. They are set up in
// order, and the first that takes an endpoint keeps it: what later ones set is
// ignored, unless they take the earlier handler away first (SetHandler with
// nil). So a driver for a few endpoints goes before one for the rest:
//
//	jumpgate.Compute: {Driver: jumpgate.Drivers(mine, upstream)},
//
// Hooks that a driver adds to the service while it is set up run for the
// endpoints that it took alone: one driver's idea of microversions must not
// rule another's endpoints.
func Drivers(list ...Driver) Driver {
	list = slices.Clone(list)
	return DriverFunc(func(gw *Gateway, disp *Dispatcher) error {
		defer gw.change(func() { disp.taken = nil })
		for _, d := range list {
			if err := disp.setUp(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// setUp lets one of several drivers take what is free.
func (d *Dispatcher) setUp(driver Driver) error {
	var before hooks
	d.gw.change(func() {
		before, d.hooks = d.hooks, hooks{}
		d.taken = make(map[string]bool)
		for name := range d.handlers {
			d.taken[d.router().routes[name].shape] = true
		}
		d.fallbackTaken = d.fallback != nil
	})
	err := driver.SetupRoutes(d.gw, d)
	d.gw.change(func() {
		added := d.hooks
		d.hooks = before
		d.fallbackTaken = false
		if len(added.request)+len(added.response) == 0 {
			return
		}
		for name, h := range d.handlers {
			if !d.taken[d.router().routes[name].shape] {
				d.handlers[name] = &hooked{h, added}
			}
		}
	})
	return err
}

// hooked is a handler with the hooks that its driver meant for it. A
// Dispatcher flattens it; it serves alone where another handler asks it.
type hooked struct {
	http.Handler
	hooks hooks
}

func (h *hooked) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r := RequestFrom(req.Context())
	for _, hook := range h.hooks.request {
		if err := hook(r); err != nil {
			r.fail(err)
			return
		}
	}
	h.Handler.ServeHTTP(w, req)
}

// Forwarder marks a handler that hands requests on to a server which asks for
// tokens itself. It receives every method, also those that OpenStack does not
// have for the endpoint, and requests of which nobody said who sends them
// (Env.Principal is nil).
type Forwarder struct{ http.Handler }

// SetFallback makes h serve the paths that the service does not know; nil
// takes it away, so that they are answered with the service's 404. Hooks run
// before it; Request.Endpoint has an empty name then. A path of such a request
// may hold anything: empty segments, dots, encoded slashes.
func (d *Dispatcher) SetFallback(h http.Handler) {
	d.gw.change(func() {
		if h != nil && d.fallbackTaken {
			return
		}
		d.fallback = h
	})
}
