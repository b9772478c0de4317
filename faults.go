package jumpgate

import (
	"bytes"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file knows how each service words an error. The forms were read from
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

// WriteError writes err as the fault of the service that r belongs to. It is
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
	service := r.disp.service
	if wrong, ok := err.(*wrongMethod); ok {
		return r.wrongMethodFault(wrong, h)
	}
	e := AsError(err)
	status := e.Kind.Status()
	switch e {
	case noRoute:
		return r.noRouteFault()
	case errTooLarge:
		return r.webobFault(status, e.Message, "")
	}
	message := e.Message
	if message == "" || e.Kind == Internal {
		message = usualMessage(service, e.Kind)
	}
	retryAfter := ""
	if e.RetryAfter > 0 || service == Volume && e.Kind == TooLarge { // Cinder says 0 where a quota is full
		retryAfter = strconv.FormatInt(int64((e.RetryAfter+time.Second-1)/time.Second), 10)
		h.Set("Retry-After", retryAfter)
	}
	if e.Kind == Unauthorized {
		h.Set("WWW-Authenticate", `Keystone uri="`+r.gw.identityURL(r)+`"`)
		if service != Identity && service != Image { // keystonemiddleware's words
			return jsonFault(status, Object{{"error", Object{{"code", status}, {"title", "Unauthorized"}, {"message", message}}}})
		}
	}

	switch service {
	case Identity:
		return jsonFault(status, Object{{"error", Object{{"code", status}, {"message", message}, {"title", http.StatusText(status)}}}})
	case Compute, Volume:
		key, ok := novaFaults[e.Kind]
		if !ok {
			key = "computeFault"
		}
		body := Object{{"code", status}, {"message", message}}
		if retryAfter != "" && (e.Kind == OverLimit || e.Kind == TooLarge) {
			body = append(body, Member{"retryAfter", retryAfter})
		}
		f := jsonFault(status, Object{{key, body}})
		if service == Compute {
			f.contentType = "application/json; charset=UTF-8"
		}
		return f
	case Network:
		if e.Kind == NotImplemented {
			return jsonFault(status, Object{{"NotImplementedError", Object{{"type", "NotImplementedError"}, {"message", message}, {"detail", ""}}}})
		}
		return neutronFault(status, e.Type, message)
	case Baremetal:
		side := "Client"
		if status >= 500 {
			side = "Server"
		}
		// JSON in a JSON string: ironicclient decodes it twice.
		var inner bytes.Buffer
		_ = EncodeJSON(&inner, Object{{"faultcode", side}, {"faultstring", message}, {"debuginfo", nil}})
		return jsonFault(status, Object{{"error_message", inner.String()}})
	}
	switch e.Kind { // two errors have words of WebOb's before the service's
	case BadRange:
		return r.webobFault(status, "The Range requested is not available.", e.Message)
	case UnsupportedMedia:
		return r.webob(status, func(escape func(string) string) string {
			return "The request media type " + escape(r.Header.Get("Content-Type")) + " is not supported by this server.\n<br /><br />\n" + escape(e.Message)
		})
	}
	return r.webobFault(status, message, e.Detail)
}

// novaFaults are Nova's and Cinder's fault names (nova.api.openstack.wsgi.Fault).
var novaFaults = map[Kind]string{
	BadRequest:       "badRequest",
	Unauthorized:     "unauthorized",
	Forbidden:        "forbidden",
	NotFound:         "itemNotFound",
	MethodNotAllowed: "badMethod",
	Conflict:         "conflictingRequest",
	TooLarge:         "overLimit",
	OverLimit:        "overLimit",
	UnsupportedMedia: "badMediaType",
	NotImplemented:   "notImplemented",
	Unavailable:      "serviceUnavailable",
}

// neutronTypes are the exception names of Neutron faults without their own.
var neutronTypes = map[int]string{
	400: "HTTPBadRequest",
	403: "PolicyNotAuthorized",
	404: "HTTPNotFound",
	405: "HTTPMethodNotAllowed",
	406: "HTTPNotAcceptable",
	409: "Conflict",
	412: "RevisionNumberConstraintFailed",
	429: "HTTPTooManyRequests",
	500: "HTTPInternalServerError",
	503: "HTTPServiceUnavailable",
}

func neutronFault(status int, exception, message string) fault {
	if exception == "" {
		exception = neutronTypes[status]
	}
	if exception == "" {
		exception = "HTTP" + strings.ReplaceAll(http.StatusText(status), " ", "")
	}
	return jsonFault(status, Object{{"NeutronError", Object{{"type", exception}, {"message", message}, {"detail", ""}}}})
}

// usualMessage is what a service says when there is nothing particular to say.
func usualMessage(s Service, k Kind) string {
	switch {
	case k == Unauthorized && s == Image:
		return "This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required."
	case k == Unauthorized:
		return "The request you have made requires authentication."
	case k == Internal && s == Compute:
		return "Unexpected API Error. Please report this to the operator of this API with the request id."
	case k == Internal && s == Identity:
		return "An unexpected error prevented the server from fulfilling your request."
	case k == Internal && s == Network:
		return "Request Failed: internal server error while processing your request."
	case k == Internal:
		return "The server has either erred or is incapable of performing the requested operation."
	case k == Forbidden:
		return "You are not authorized to perform the requested action."
	case k == NotFound:
		return noRoute.Message
	case k == Unavailable:
		return "The service is temporarily unavailable. Please try again later."
	case k == Timeout:
		return "The service behind this API did not answer in time."
	case k == BadGateway:
		return "The service behind this API gave an answer that could not be understood."
	}
	return k.Error()
}

func (r *Request) noRouteFault() fault {
	switch r.disp.service {
	case Identity: // Flask's page
		return fault{http.StatusNotFound, "text/html; charset=utf-8", []byte(`<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`)}
	case Network:
		return neutronFault(http.StatusNotFound, "", noRoute.Message)
	case Baremetal:
		return jsonFault(http.StatusNotFound, Object{{"error_message", `{"faultcode": "Client", "faultstring": "` + noRoute.Message + `", "debuginfo": null}`}})
	}
	return r.webobFault(http.StatusNotFound, noRoute.Message, "")
}

// wrongMethodFault: Nova and Cinder route by path and method together, so a
// wrong method is an unknown path to them (recorded: PATCH and HEAD of a
// server, PUT of the collection).
func (r *Request) wrongMethodFault(wrong *wrongMethod, h http.Header) fault {
	const malformed = "The server could not comply with the request since it is either malformed or otherwise incorrect."
	switch r.disp.service {
	case Compute, Volume:
		dropVersionHeaders(h)
		return r.noRouteFault()
	case Identity:
		h.Set("Allow", flaskAllow(wrong.allow))
		return jsonFault(http.StatusMethodNotAllowed, Object{{"message", "The method is not allowed for the requested URL."}})
	}
	if r.disp.service == Network && r.Method == http.MethodPut { // taken for an update of nothing
		return r.noRouteFault()
	}
	h.Set("Allow", strings.Join(wrong.allow, ", "))
	switch r.disp.service {
	case Network:
		return neutronFault(http.StatusMethodNotAllowed, "", malformed)
	case Baremetal:
		return jsonFault(http.StatusMethodNotAllowed, Object{{"error_message", `{"faultcode": "Client", "faultstring": "` + malformed + `", "debuginfo": null}`}})
	}
	return r.webob(http.StatusMethodNotAllowed, func(escape func(string) string) string {
		return "The method " + escape(r.Method) + " is not allowed for this resource. <br /><br />\n"
	})
}

// flaskAllow adds the methods that Flask gives to every resource.
func flaskAllow(methods []string) string {
	allow := []string{http.MethodOptions}
	if slices.Contains(methods, http.MethodGet) && !slices.Contains(methods, http.MethodHead) {
		allow = append(allow, http.MethodHead)
	}
	return strings.Join(append(allow, methods...), ", ")
}

// webobFault is WebOb's answer of most errors. Glance has no others.
func (r *Request) webobFault(status int, explanation, detail string) fault {
	return r.webob(status, func(escape func(string) string) string {
		return escape(explanation) + "<br /><br />\n" + escape(detail) + "\n\n"
	})
}

// webob is how WebOb words an HTTP error: in HTML, JSON or plain text by what
// the client accepts (webob.exc.WSGIHTTPException.generate_response). body is
// the same in all three, except for the escaping.
func (r *Request) webob(status int, body func(escape func(string) string) string) fault {
	title := http.StatusText(status)
	if status == http.StatusRequestedRangeNotSatisfiable {
		title = "Request Range Not Satisfiable"
	}
	code := strconv.Itoa(status) + " " + title
	plain := func(s string) string { return s }
	if r.Method == http.MethodHead {
		return fault{status, "text/html; charset=UTF-8", nil}
	}
	switch preferred(r.Header) {
	case "text/html":
		return fault{status, "text/html; charset=UTF-8", []byte("<html>\n <head>\n  <title>" + code +
			"</title>\n </head>\n <body>\n  <h1>" + code + "</h1>\n  " + body(escapeHTML.Replace) + "\n </body>\n</html>")}
	case "application/json":
		return jsonFault(status, Object{{"message", body(plain)}, {"code", code}, {"title", title}})
	}
	return fault{status, "text/plain; charset=UTF-8", []byte(code + "\n\n" + stripTags(body(plain)))}
}

var (
	escapeHTML   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;")
	lineBreakTag = regexp.MustCompile(`(?is)<br.*?>`)
	anyTag       = regexp.MustCompile(`(?s)<!--|-->|<.*?>`)
)

// stripTags is WebOb's strip_tags.
func stripTags(s string) string {
	s = strings.NewReplacer("\n", " ", "\r", "").Replace(s)
	return anyTag.ReplaceAllString(lineBreakTag.ReplaceAllString(s, "\n"), "")
}

// preferred picks between HTML and JSON as WebOb does: HTML wins a tie, plain
// text ("") is for a client that accepts neither or says nothing.
func preferred(h http.Header) string {
	best, bestQ := "", 0.0
	for _, offer := range [...]string{"text/html", "application/json"} {
		q, specific := 0.0, 0
		for part := range strings.SplitSeq(strings.Join(h["Accept"], ","), ",") {
			media, params, err := mime.ParseMediaType(part)
			weight, weighed := params["q"]
			delete(params, "q")
			rank := 0
			switch {
			case err != nil || len(params) > 0: // a type of its own: "text/html;level=1"
			case media == offer:
				rank = 3
			case media == offer[:strings.IndexByte(offer, '/')+1]+"*":
				rank = 2
			case media == "*/*":
				rank = 1
			}
			if rank <= specific {
				continue
			}
			specific, q = rank, 1.0
			if weighed {
				q, _ = strconv.ParseFloat(weight, 64)
			}
		}
		if q > bestQ {
			best, bestQ = offer, q
		}
	}
	return best
}

func jsonFault(status int, body Object) fault {
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
