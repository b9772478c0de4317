package jumpgate

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// RequestHook runs before an endpoint's handler. An error ends the request
// with that fault; later hooks and the handler don't run.
//
// The order is: the Gateway's hooks, the service's, the endpoint's, each in
// the order in which they were added. An identity driver adds its token hook
// to the Gateway in New, so hooks that a program adds after New find the
// principal set. Hooks also run for paths that the service does not know and
// endpoints that nobody serves. A hook on one name of a path with several
// ("v2_os_quota_sets_target", "v2_os_tenant_quota_sets") runs for all.
//
// Before the endpoint's hooks the Gateway itself looks at who asks. Nobody is
// answered 401, unless OpenStack answers the request to anybody
// (Request.NeedsToken), the service is open (ServiceOptions.Open) or the
// handler is a Forwarder. A path that names another project than the
// principal's, or a principal without a project, ends as the service says it.
//
// To hand something to the driver in its context, a trace span for example,
// a hook may assign r.Request = r.WithContext(ctx).
type RequestHook func(*Request) error

// ResponseHook runs after an answer was sent, in the reverse order: the
// endpoint's hooks, the service's, the Gateway's. It runs for every request,
// whatever its end. To add headers to answers use a RequestHook and
// Request.ResponseHeader.
type ResponseHook func(*Request, Outcome)

// Outcome is how a request ended.
type Outcome struct {
	Status        int   // 0 when the connection broke before an answer
	Bytes         int64 // of the body
	Duration      time.Duration
	Err           error // what the handler failed with, causes included; not for clients
	UpstreamCalls int64 // as counted by CountUpstreamCall
}

type hooks struct {
	request  []RequestHook
	response []ResponseHook
}

// AddRequestHook runs h before every request.
func (gw *Gateway) AddRequestHook(h RequestHook) {
	gw.change(func() { gw.hooks.request = append(gw.hooks.request, h) })
}

// AddResponseHook runs h after every request.
func (gw *Gateway) AddResponseHook(h ResponseHook) {
	gw.change(func() { gw.hooks.response = append(gw.hooks.response, h) })
}

// AddRequestHook runs h before every request to the service or, with names,
// to those endpoints alone.
func (d *Dispatcher) AddRequestHook(h RequestHook, names ...string) error {
	return d.addHook(names, func(to *hooks) { to.request = append(to.request, h) })
}

// AddResponseHook runs h after every request to the service or, with names,
// to those endpoints alone.
func (d *Dispatcher) AddResponseHook(h ResponseHook, names ...string) error {
	return d.addHook(names, func(to *hooks) { to.response = append(to.response, h) })
}

func (d *Dispatcher) addHook(names []string, add func(*hooks)) error {
	for _, name := range names {
		if d.router().routes[name] == nil {
			return d.unknown(name)
		}
	}
	d.gw.change(func() {
		if len(names) == 0 {
			add(&d.hooks)
		}
		for _, name := range names {
			h := d.endpointHooks[name]
			add(&h)
			d.endpointHooks[name] = h
		}
	})
	return nil
}

// NewRequestID returns "req-" and a random UUID, the form of OpenStack's.
func NewRequestID() string {
	return string(appendUUID(append(make([]byte, 0, 40), "req-"...)))
}

// identify gives the request its id and tells it to the client. The client's
// own id only names the chain of requests (oslo.middleware's request_id).
func (r *Request) identify() {
	r.Env.RequestID = r.gw.newRequestID(r.Request)
	if id := r.Header.Get("X-Openstack-Request-Id"); validRequestID(id) {
		r.Env.GlobalRequestID = id
	}
	h := r.writer.Header()
	if vary := r.disp.profile.vary; vary != "" && r.endpoint.Name != healthEndpoint {
		h.Set("Vary", vary)
	}
	r.disp.profile.identify(h, r.endpoint, r.Env.RequestID)
}

// validRequestID keeps out what oslo.middleware keeps out: anything but
// "req-" and a UUID, so that no client writes into the log.
func validRequestID(s string) bool {
	id, ok := strings.CutPrefix(s, "req-")
	if !ok || len(id) != 36 {
		return false
	}
	for i, c := range []byte(id) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// AccessLog returns a response hook that writes one line per request to l:
// Info, or Error for a status of 500 and above (501 aside, which is an answer
// like any other) and for a broken answer, unless the client has gone. The
// cause of a fault is in the line. Neither headers nor bodies nor query
// strings are logged, for they carry tokens, keys and user data.
func AccessLog(l *slog.Logger) ResponseHook {
	return func(r *Request, o Outcome) {
		level := slog.LevelInfo
		broken := o.Status == 0 || o.Err != nil && o.Status < 400
		failed := broken || o.Status >= 500 && o.Status != http.StatusNotImplemented
		if failed && r.Context().Err() == nil {
			level = slog.LevelError
		}
		if !l.Enabled(r.Context(), level) {
			return
		}
		attrs := []slog.Attr{
			slog.String("service", string(r.endpoint.Service)),
			slog.String("endpoint", r.endpoint.Name),
			slog.String("method", r.Method),
			slog.Int("status", o.Status),
			slog.Int64("bytes", o.Bytes),
			slog.Duration("duration", o.Duration),
			slog.Int64("upstream_calls", o.UpstreamCalls),
			slog.String("request_id", r.Env.RequestID),
		}
		if r.Env.GlobalRequestID != "" {
			attrs = append(attrs, slog.String("global_request_id", r.Env.GlobalRequestID))
		}
		if p := r.Env.Principal; p != nil {
			attrs = append(attrs, slog.String("user_id", p.UserID), slog.String("project_id", p.ProjectID))
		}
		if o.Err != nil {
			attrs = append(attrs, slog.String("error", o.Err.Error()))
		}
		l.LogAttrs(r.Context(), level, "request", attrs...)
	}
}

// recovered turns a panic of a hook or handler into an Internal error.
func recovered(p any) *Error {
	return Internal.Wrap(fmt.Errorf("panic: %v\n%s", p, debug.Stack()), "")
}

// finish runs the response hooks of a request that has ended.
func (r *Request) finish(list []ResponseHook) {
	o := Outcome{
		Status:        r.writer.status,
		Bytes:         r.writer.bytes,
		Duration:      time.Since(r.start),
		Err:           r.err,
		UpstreamCalls: r.upstream.Load(),
	}
	for _, h := range list {
		r.after(h, o)
	}
}

// after runs one response hook. The answer is made, so a panic must not undo
// it, nor keep other hooks from running.
func (r *Request) after(h ResponseHook, o Outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			r.gw.logger.ErrorContext(r.Context(), "response hook failed",
				"request_id", r.Env.RequestID, "error", recovered(cause).Error())
		}
	}()
	h(r, o)
}
