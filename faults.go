package jumpgate

import (
	"bytes"
	"net/http"
	"strconv"
	"time"
)

// How each service words an error is in its profile. The forms were read from
// the services' code and recorded from a real OpenStack (Zed).

// noRoute and wrongMethod are the router's own errors: most services answer
// them below the code that words all other errors.
var noRoute = &Error{Kind: NotFound, Message: "The resource could not be found."}

type wrongMethod struct{ allow []string }

func (*wrongMethod) Error() string { return "method not allowed" }

// unhandled is the answer of a known endpoint that no driver serves.
func unhandled(e *Endpoint) error {
	return NotImplemented.New("Endpoint %s of %s is not implemented here.", e.Name, e.Service)
}

// WriteError writes err as the fault of the service that req belongs to. It is
// for plain http.Handlers behind SetHandler; a Methods function just returns
// its error.
func WriteError(w http.ResponseWriter, req *http.Request, err error) {
	r := RequestFrom(req.Context())
	if r == nil {
		http.Error(w, AsError(err).Kind.Error(), AsError(err).Kind.Status())
		return
	}
	r.fail(err)
}

// fault is an answer with an error as its body.
type fault struct {
	status      int
	contentType string
	body        []byte
}

// fail answers with err's fault, unless an answer is under way already.
func (r *Request) fail(err error) {
	r.err = err
	if r.writer.status != 0 {
		panic(http.ErrAbortHandler)
	}
	h := r.writer.Header()
	for _, name := range [...]string{"Content-Encoding", "Etag", "Last-Modified"} { // of the body that failed
		h.Del(name)
	}
	f := r.fault(err, h)
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(f.body)))
	r.writer.WriteHeader(f.status)
	_, _ = r.writer.Write(f.body) // a client that has gone needs no answer
}

// fault words err and sets the header fields that go with it.
func (r *Request) fault(err error, h http.Header) fault {
	p := r.disp.profile
	if wrong, ok := err.(*wrongMethod); ok {
		return p.wrongMethod(r, wrong.allow, h)
	}
	e := AsError(err)
	said := &spoken{Error: e, status: e.Kind.Status(), message: e.Message}
	switch e {
	case noRoute:
		return p.noRoute(r)
	case errTooLarge:
		return r.webobFault(said.status, e.Message, "")
	}
	if said.message == "" || e.Kind == Internal {
		said.message = p.words(e.Kind)
	}
	if e.RetryAfter > 0 || p.retryFull && e.Kind == TooLarge {
		said.retryAfter = strconv.FormatInt(int64((e.RetryAfter+time.Second-1)/time.Second), 10)
		h.Set("Retry-After", said.retryAfter)
	}
	if e.Kind == Unauthorized {
		h.Set("WWW-Authenticate", `Keystone uri="`+r.gw.identityURL(r)+`"`)
		if p.middleware {
			return jsonFault(said.status, Object{{"error", Object{
				{"code", said.status}, {"title", "Unauthorized"}, {"message", said.message},
			}}})
		}
	}
	return p.fault(r, said)
}

// usualMessages are what services say when there is nothing particular to say.
var usualMessages = map[Kind]string{
	Unauthorized: "The request you have made requires authentication.",
	Internal:     "The server has either erred or is incapable of performing the requested operation.",
	Forbidden:    "You are not authorized to perform the requested action.",
	NotFound:     noRoute.Message,
	Unavailable:  "The service is temporarily unavailable. Please try again later.",
	Timeout:      "The service behind this API did not answer in time.",
	BadGateway:   "The service behind this API gave an answer that could not be understood.",
}

// malformed is what Pecan's services say of a method that they do not have.
const malformed = "The server could not comply with the request since it is either malformed or otherwise incorrect."

func jsonFault(status int, body any) fault {
	var buf bytes.Buffer
	_ = EncodeJSON(&buf, body) // strings and ints always encode
	return fault{status, "application/json", buf.Bytes()}
}

// identityURL is the address that a 401 points to.
func (gw *Gateway) identityURL(r *Request) string {
	base, _ := gw.baseURL(r) // without a base a path is the best there is
	if d := gw.dispatchers[Identity]; d != nil {
		base += d.escapedMount
	}
	return base + "/v3"
}
