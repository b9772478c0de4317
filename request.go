package jumpgate

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Request is one request to a named endpoint on its way through the Gateway.
type Request struct {
	*http.Request

	// Env is what hooks, the endpoint and the driver share about the request.
	Env Env

	gw       *Gateway
	disp     *Dispatcher
	endpoint *Endpoint
	match    matcher
	writer   responseWriter
	start    time.Time
	err      error
	upstream atomic.Int64
	base     struct { // the Gateway's address as the client knows it
		sync.Once
		url string
		err error
	}
}

// Env is the environment of a request.
type Env struct {
	// RequestID names this request in the answer's X-Openstack-Request-Id.
	RequestID string
	// GlobalRequestID is the id that the client sent for a chain of requests.
	GlobalRequestID string
	// ProjectID is the project the request acts for. EndpointURL fills it in
	// where a path has a project segment.
	ProjectID string
	// Principal is who asks; nil until an authentication hook has set it.
	Principal *Principal
	// Version is the microversion in effect; zero where a service has none.
	Version Microversion

	values map[any]any
}

// Set keeps a value of yours under key. As with context.WithValue, a key
// should be of a type that no other package has.
func (e *Env) Set(key, value any) {
	if e.values == nil {
		e.values = make(map[any]any)
	}
	e.values[key] = value
}

// Value returns what Set kept under key, or nil.
func (e *Env) Value(key any) any { return e.values[key] }

// Principal is an authenticated user acting for a project.
type Principal struct {
	UserID, UserName       string
	UserDomainID           string
	ProjectID, ProjectName string // empty when unscoped
	ProjectDomainID        string
	Roles                  []string

	// DomainID and SystemScope say what a token is for that is scoped to no
	// project: a domain, or with "all" the whole system.
	DomainID, SystemScope string

	// Credential is what the driver needs to act for the user upstream. Only
	// the driver that made it knows what it means.
	Credential Secret
}

// HasRole tells whether the principal has the role called name.
func (p *Principal) HasRole(name string) bool {
	if p == nil {
		return false
	}
	for _, r := range p.Roles {
		if r == name {
			return true
		}
	}
	return false
}

// Secret is a string that does not show itself when printed, logged or
// encoded. Convert it to string where it is used.
type Secret string

const redacted = "REDACTED"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

type contextKey int

const (
	requestKey contextKey = iota
	principalKey
)

// RequestFrom returns the Request that ctx belongs to, or nil outside of one.
func RequestFrom(ctx context.Context) *Request {
	r, _ := ctx.Value(requestKey).(*Request)
	return r
}

// PrincipalFrom returns who ctx acts for, or nil when nobody is authenticated.
func PrincipalFrom(ctx context.Context) *Principal {
	if p, ok := ctx.Value(principalKey).(*Principal); ok {
		return p
	}
	if r := RequestFrom(ctx); r != nil {
		return r.Env.Principal
	}
	return nil
}

// WithPrincipal returns a context that acts for p, for calling drivers
// outside of a request.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, principalKey, p)
}

// CountUpstreamCall notes one call to the cloud on behalf of the request that
// ctx belongs to. Drivers call it; hooks see the sum in Outcome.
func CountUpstreamCall(ctx context.Context) {
	if r := RequestFrom(ctx); r != nil {
		r.upstream.Add(1)
	}
}

// Gateway returns the Gateway that serves the request.
func (r *Request) Gateway() *Gateway { return r.gw }

// Dispatcher returns the dispatcher of the service that was asked.
func (r *Request) Dispatcher() *Dispatcher { return r.disp }

// Endpoint returns the endpoint that was asked. Its Name is empty when the
// path is not one of the service's.
func (r *Request) Endpoint() *Endpoint { return r.endpoint }

// Var returns the decoded path variable called name as the endpoint's Path
// spells it. Where the endpoint has none of that name, which is a mistake in
// the handler, it is empty and the log says so as an error. See LookupVar.
func (r *Request) Var(name string) string {
	value, ok := r.LookupVar(name)
	if !ok && r.endpoint.Name != "" && !strings.Contains(r.endpoint.Path, "{"+name+"}") {
		r.gw.logger.ErrorContext(r.Context(), "a handler asks for a variable that its endpoint does not have",
			"service", string(r.endpoint.Service), "endpoint", r.endpoint.Name, "path", r.endpoint.Path, "variable", name)
	}
	return value
}

// LookupVar returns the decoded path variable called name and whether the
// path has it. The project segment of compute and volume, {tenant_id}, may be
// left out of a path whose template has it.
func (r *Request) LookupVar(name string) (string, bool) { return r.match.value(name) }

// MapVars replaces each variable of the path by what change makes of it, for a
// service whose things once had other ids. It is for request hooks.
func (r *Request) MapVars(change func(string) string) {
	for i := range r.match.params {
		r.match.params[i].Value = change(r.match.params[i].Value)
	}
}

// Suffix returns what the router cut off the last segment of the path, as the
// service does: ".json" or "". A handler that finds something under the last
// variable with its suffix should take that: it is what the client means.
func (r *Request) Suffix() string { return r.match.suffix }

// PathProject returns the project segment of a compute or volume path and
// whether the path has one.
func (r *Request) PathProject() (string, bool) {
	if t := r.match.target; t != nil && t.project >= 0 {
		return r.match.value("tenant_id")
	}
	return "", false
}

// RawPath returns the path below the service's mount as the client spelled
// it, escapes and suffixes included; "" for the mount itself without a slash.
// It is for handlers that forward.
func (r *Request) RawPath() string {
	raw := r.URL.EscapedPath()
	if !strings.HasPrefix(raw, "/") {
		raw = "/" + raw
	}
	for range len(r.gw.basePath) + len(r.disp.mount) {
		n := 1
		if strings.HasPrefix(raw, "%") {
			n = 3
		}
		raw = raw[min(n, len(raw)):]
	}
	return raw
}

// Fork returns a copy of r that belongs to ctx and answers to w, without a
// body. It is for a handler that asks another one and looks at its answer.
// Hooks don't run again.
func (r *Request) Fork(ctx context.Context, w http.ResponseWriter) *Request {
	f := &Request{Env: r.Env, gw: r.gw, disp: r.disp, endpoint: r.endpoint, match: r.match, start: time.Now()}
	f.Env.values = maps.Clone(r.Env.values)
	f.writer = responseWriter{ResponseWriter: w, head: r.Method == http.MethodHead}
	f.Request = r.Request.Clone(context.WithValue(ctx, requestKey, f))
	f.Body, f.ContentLength, f.TransferEncoding = http.NoBody, 0, nil
	return f
}

// ResponseHeader returns the header of the answer. A request hook may set
// fields in it; they are sent with faults too.
func (r *Request) ResponseHeader() http.Header { return r.writer.Header() }

// Methods serves one function for each HTTP method. What a function returns
// is encoded as JSON with status 200; a *Response sets more than that; nil is
// status 204. An error becomes the service's fault: see Error.
type Methods map[string]func(*Request) (any, error)

// ServeHTTP serves a request that came through a Gateway.
func (m Methods) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r := RequestFrom(req.Context())
	if r == nil {
		http.Error(w, "jumpgate: this handler must be mounted with SetHandler", http.StatusInternalServerError)
		return
	}
	f := m[r.Method]
	if f == nil && r.Method == http.MethodHead {
		f = m[http.MethodGet]
	}
	if f == nil {
		r.fail(unhandled(r.endpoint))
		return
	}
	answer, err := f(r)
	if err == nil {
		err = r.answer(answer)
	}
	if err != nil {
		r.fail(err)
	}
}

// Response is an answer that needs more than a body and status 200.
type Response struct {
	Status int         // default 200, or 204 without a body
	Header http.Header // replaces the answer's fields of the same names; Vary is added to

	// Body is encoded as JSON unless it is nil, a []byte, an io.Reader (sent
	// as it is and closed if it is an io.Closer) or a Stream. What is no JSON
	// is application/octet-stream unless Header says otherwise.
	Body any
}

// Stream writes a JSON body piece by piece, so that a long list is never held
// in memory as bytes. An error after the first byte breaks the connection:
// a cut list must not look whole.
type Stream interface {
	StreamJSON(w io.Writer) error
}

// responseWriter notes what is sent and drops the body of an answer to HEAD.
type responseWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
	head   bool
}

func (w *responseWriter) WriteHeader(status int) {
	if status < 100 || status > 599 { // what an upstream said; net/http panics at some of it
		status = http.StatusBadGateway
	}
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.head {
		return len(p), nil
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom keeps the server's sendfile path for streamed bodies.
func (w *responseWriter) ReadFrom(src io.Reader) (int64, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.head {
		return 0, nil
	}
	n, err := io.Copy(w.ResponseWriter, src)
	w.bytes += n
	return n, err
}

// Flush sends what is buffered, where the server can.
func (w *responseWriter) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap is for http.ResponseController.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
