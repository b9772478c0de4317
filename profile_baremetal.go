package jumpgate

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// baremetalProfile is Ironic's. Up to microversion 1.90 it cuts ".json" off
// names of things; the package that serves them does so where there is
// nothing with the whole name, for no router can know.
func baremetalProfile() *profile {
	return &profile{
		service: Baremetal,
		mount:   "/baremetal",
		catalog: []catalogShape{{"baremetal", "ironic", ""}},

		clean: ironicPath,

		open: map[string]string{
			"versions_index": everyMethod, "v1_index": everyMethod,
			"v1_lookup": http.MethodGet, "v1_heartbeat": http.MethodPost, // ramdisks have no token
		},
		alsoOpen: func(r *Request) bool { // oslo.middleware's CORS stands in front of the tokens
			return r.Method == http.MethodOptions && r.Header.Get("Origin") != ""
		},
		needsProject: true,
		system:       true, // Ironic's policy is made for system readers, members and admins
		wrongProject: malformedURL,

		requestIDs: []string{ironicRequestID},
		microversions: &microversions{
			root:   "v1",
			header: ironicHeader + "Version",
			announce: func(h http.Header, v, minimum, maximum Microversion) {
				h.Set(ironicHeader+"Version", v.String())
				h.Set(ironicHeader+"Minimum-Version", minimum.String())
				h.Set(ironicHeader+"Maximum-Version", maximum.String())
			},
		},

		middleware:  true,
		fault:       ironicError,
		noRoute:     func(r *Request) fault { return ironicAbort(r, http.StatusNotFound, "") },
		wrongMethod: ironicWrongMethod,
	}
}

// ironicRequestID is spelt without the usual X- (ironic.api.hooks).
const ironicRequestID = "Openstack-Request-Id"

// ironicPath is for a router that takes "/v1" as said wherever it is not, and
// takes a slash at the end, and a node's name behind what is done to it:
// "/v1/nodes/states/console/x" is "/v1/nodes/x/states/console".
func ironicPath(path string) string {
	path = withoutEnd(path)
	if path == "" || path == "/" || path == "/v1" {
		return path
	}
	if !strings.HasPrefix(path, "/v1/") {
		path = "/v1" + path
	}
	below, ok := strings.CutPrefix(path, "/v1/nodes/")
	if !ok {
		return path
	}
	first, _, _ := strings.Cut(below, "/")
	last := strings.LastIndexByte(below, '/')
	if last > 0 && slices.Contains([]string{"states", "management", "maintenance"}, first) {
		return "/v1/nodes/" + below[last+1:] + "/" + below[:last]
	}
	return path
}

// The types of an Error that Ironic does not word in its own form: what its
// framework, Pecan, answers itself, and what that says to a client that wants
// no JSON.
const (
	abortedByPecan = "abort"
	plainByPecan   = "plain"
)

// ironicError words an error by its type.
func ironicError(r *Request, said *spoken) fault {
	switch said.Type {
	case abortedByPecan:
		return ironicAbort(r, said.status, said.Message)
	case plainByPecan:
		forgetIronic(r.ResponseHeader())
		return jsonFault(said.status, Object{{"error_message", said.Message}})
	}
	side := "Client"
	if said.status >= 500 {
		side = "Server"
	}
	return ironicFault(said.status, side, said.message)
}

// ironicFault is JSON in a JSON string: ironicclient decodes it twice.
func ironicFault(status int, side, message string) fault {
	return inString(status, Object{{"faultcode", side}, {"faultstring", message}, {"debuginfo", nil}})
}

// ironicAbort is an answer of the framework, which knows of no versions and
// no request's id.
func ironicAbort(r *Request, status int, description string) fault {
	forgetIronic(r.ResponseHeader())
	return inString(status, Object{{"code", status}, {"title", http.StatusText(status)}, {"description", description}})
}

func inString(status int, o Object) fault {
	var inner bytes.Buffer
	_ = EncodeJSON(&inner, o)
	return jsonFault(status, Object{{"error_message", inner.String()}})
}

// forgetIronic takes back what the handler said of the request. The range of
// versions stays where nothing else was said: it is the answer to a version
// that is out of it.
func forgetIronic(h http.Header) {
	h.Del(ironicRequestID)
	if h.Get(ironicHeader+"Version") == "" {
		return
	}
	for _, name := range []string{"Version", "Minimum-Version", "Maximum-Version"} {
		h.Del(ironicHeader + name)
	}
}

// ironicWrongMethod also has the answer to OPTIONS, which no method is wrong
// for.
func ironicWrongMethod(r *Request, allow []string, h http.Header) fault {
	if r.Method == http.MethodOptions {
		h.Del(ironicRequestID)
		return fault{status: http.StatusOK}
	}
	allow = slices.Clone(allow)
	switch {
	case strings.HasSuffix(r.endpoint.Path, "}"):
	case slices.Contains(allow, http.MethodPost) && strings.Count(r.endpoint.Path, "/") == 2: // those of the things count, too
		allow = append(allow, http.MethodDelete, http.MethodPatch)
		slices.Sort(allow)
		allow = slices.Compact(allow)
	}
	h.Set("Allow", strings.Join(allow, ", "))
	return ironicAbort(r, http.StatusMethodNotAllowed, "")
}
