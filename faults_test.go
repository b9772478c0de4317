package jumpgate_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
)

// anEndpoint is an endpoint of each service that takes a GET.
var anEndpoint = map[jumpgate.Service]struct{ name, path string }{
	jumpgate.Identity:  {"v3_users", "/v3/users"},
	jumpgate.Compute:   {"v21_servers", "/compute/v2.1/servers"},
	jumpgate.Image:     {"v2_images", "/image/v2/images"},
	jumpgate.Volume:    {"v3_volumes", "/volume/v3/p/volumes"},
	jumpgate.Network:   {"v2_networks", "/network/v2.0/networks"},
	jumpgate.Baremetal: {"v1_nodes", "/baremetal/v1/nodes"},
}

// failing answers a GET of a service with err.
func failing(t *testing.T, s jumpgate.Service, err error, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	gw := newGateway(t, every(nothing))
	handle(t, gw, s, anEndpoint[s].name, get(func(*jumpgate.Request) (any, error) { return nil, err }))
	return do(gw, "GET", anEndpoint[s].path, "", append(headers, "Accept", "application/json")...)
}

// TestEveryKindInEveryService: the status is the kind's, the body is JSON and
// says the message, and no cause reaches the client.
func TestEveryKindInEveryService(t *testing.T) {
	for _, s := range jumpgate.Services() {
		for _, k := range kinds {
			w := failing(t, s, fmt.Errorf("canary: %w", k.Wrap(errors.New("canary"), "The <message> & \"words\".")))
			if w.Code != k.Status() {
				t.Errorf("%s: %v has status %d, want %d", s, k, w.Code, k.Status())
			}
			var body any
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Errorf("%s: %v has the body %q: %v", s, k, w.Body, err)
			}
			text := fmt.Sprint(body)
			if s == jumpgate.Baremetal { // JSON in JSON
				text = strings.ReplaceAll(text, `\"`, `"`)
			}
			if strings.Contains(text, "The <message> & \"words\".") == (k == jumpgate.Internal) {
				t.Errorf("%s: %v says %s", s, k, text)
			}
			if strings.Contains(w.Body.String()+fmt.Sprint(w.Header()), "canary") {
				t.Errorf("%s: %v shows its cause: %v %s", s, k, w.Header(), w.Body)
			}
			if cmp.Or(w.Header().Get("X-Openstack-Request-Id"), w.Header().Get("Openstack-Request-Id")) == "" {
				t.Errorf("%s: %v has no request id", s, k)
			}

			// A bare Kind has the service's usual words.
			w = failing(t, s, fmt.Errorf("canary: %w", k))
			if w.Code != k.Status() || strings.Contains(w.Body.String(), "canary") || strings.Contains(w.Body.String(), `"message": ""`) {
				t.Errorf("%s: bare %v: %d %s", s, k, w.Code, w.Body)
			}
		}
		for want, err := range map[int]error{
			500: errors.New("canary"),
			504: fmt.Errorf("canary: %w", context.DeadlineExceeded),
		} {
			if w := failing(t, s, err); w.Code != want || strings.Contains(w.Body.String(), "canary") {
				t.Errorf("%s: %v: %d %s, want %d", s, err, w.Code, w.Body, want)
			}
		}
	}
}

func TestFaultBodies(t *testing.T) {
	wait := &jumpgate.Error{Kind: jumpgate.OverLimit, Message: "Slow down.", RetryAfter: 1500 * time.Millisecond}
	tests := []struct {
		service    jumpgate.Service
		err        error
		body       string
		retryAfter string
	}{
		{"identity", jumpgate.Conflict.New("x"), `{"error": {"code": 409, "message": "x", "title": "Conflict"}}`, ""},
		{"compute", wait, `{"overLimit": {"code": 429, "message": "Slow down.", "retryAfter": "2"}}`, "2"},
		{"compute", jumpgate.Gone.New("x"), `{"computeFault": {"code": 410, "message": "x"}}`, ""},
		{"compute", jumpgate.NotFound.New("x"), `{"itemNotFound": {"code": 404, "message": "x"}}`, ""},
		{"volume", jumpgate.TooLarge.New("x"), `{"overLimit": {"code": 413, "message": "x", "retryAfter": "0"}}`, "0"},
		{"volume", wait, `{"overLimit": {"code": 429, "message": "Slow down.", "retryAfter": "2"}}`, "2"},
		{"network", wait, `{"NeutronError": {"type": "HTTPTooManyRequests", "message": "Slow down.", "detail": ""}}`, "2"},
		{"network", &jumpgate.Error{Kind: jumpgate.Conflict, Type: "OverQuota", Message: "x"}, `{"NeutronError": {"type": "OverQuota", "message": "x", "detail": ""}}`, ""},
		{"network", jumpgate.UnsupportedMedia.New("x"), `{"NeutronError": {"type": "HTTPUnsupportedMediaType", "message": "x", "detail": ""}}`, ""},
		{"network", jumpgate.NotImplemented.New("x"), `{"NotImplementedError": {"type": "NotImplementedError", "message": "x", "detail": ""}}`, ""},
		{"baremetal", jumpgate.NotFound.New(`No "x".`), `{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"No \\\"x\\\".\", \"debuginfo\": null}"}`, ""},
		{"baremetal", jumpgate.Unavailable.New("x"), `{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"x\", \"debuginfo\": null}"}`, ""},
		{"baremetal", jumpgate.Unauthorized, `{"error": {"code": 401, "title": "Unauthorized", "message": "The request you have made requires authentication."}}`, ""},
		{"image", jumpgate.Forbidden.New("x"), `{"message": "x<br /><br />\n\n\n", "code": "403 Forbidden", "title": "Forbidden"}`, ""},
	}
	for _, tt := range tests {
		w := failing(t, tt.service, tt.err)
		check(t, w, jumpgate.AsError(tt.err).Kind.Status(), tt.body)
		if got := w.Header().Get("Retry-After"); got != tt.retryAfter {
			t.Errorf("%s: %v: Retry-After %q, want %q", tt.service, tt.err, got, tt.retryAfter)
		}
	}

	// The router's own.
	gw := newGateway(t, every(nothing))
	check(t, do(gw, "GET", "/baremetal/v1/nonsense", ""), 404,
		`{"error_message": "{\"code\": 404, \"title\": \"Not Found\", \"description\": \"\"}"}`)
	check(t, do(gw, "PUT", "/baremetal/v1/nodes", ""), 405,
		`{"error_message": "{\"code\": 405, \"title\": \"Method Not Allowed\", \"description\": \"\"}"}`)
}

// TestWebObChoosesByAccept: Glance's three forms.
func TestWebObChoosesByAccept(t *testing.T) {
	const (
		plain = "text/plain; charset=UTF-8"
		html  = "text/html; charset=UTF-8"
		js    = "application/json"
	)
	gw := newGateway(t, every(nothing))
	handle(t, gw, jumpgate.Image, "v2_image", get(func(*jumpgate.Request) (any, error) {
		return nil, jumpgate.NotFound.New("It's <b>gone</b>,\nall & \"sundry\".")
	}))
	bodies := map[string]string{
		plain: "404 Not Found\n\nIt's gone, all & \"sundry\".\n\n   ",
		html: "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  <h1>404 Not Found</h1>\n" +
			"  It&#x27;s &lt;b&gt;gone&lt;/b&gt;,\nall &amp; &quot;sundry&quot;.<br /><br />\n\n\n\n </body>\n</html>",
		js: `{"message": "It's <b>gone</b>,\nall & \"sundry\".<br /><br />\n\n\n", "code": "404 Not Found", "title": "Not Found"}`,
	}
	for accept, want := range map[string]string{
		"":                            plain,
		"application/octet-stream":    plain,
		"text/plain":                  plain,
		"*/*":                         html,
		"text/html":                   html,
		"text/*":                      html,
		"application/json":            js,
		"Application/JSON":            js,
		"application/*":               js,
		"application/json, */*":       html, // a tie
		"*/*;q=0.5, text/html":        html,
		"application/json, */*;q=0.5": js,
		"text/html;q=0.2, application/json;q=0.3":          js,
		"text/html;q=0.3, application/json; q=0.2":         html,
		"text/html;q=0, application/json;q=0.1":            js,
		"text/html;q=0, */*":                               js,
		"application/json;q=0, text/html;q=0":              plain,
		"application/json;q=nonsense, text/html;q=.1":      html,
		"application/json;version=1;q=0.9,text/html;q=0.1": html, // a media type of its own
		"image/png, application/json;q=0.1":                js,
	} {
		var headers []string
		if accept != "" {
			headers = []string{"Accept", accept}
		}
		w := do(gw, "GET", "/image/v2/images/1", "", headers...)
		if got := w.Header().Get("Content-Type"); got != want {
			t.Errorf("Accept %q gets %s, want %s", accept, got, want)
			continue
		}
		check(t, w, 404, bodies[want])
	}
	w := do(gw, "PUT", "/image/v2/images/1", "")
	check(t, w, 405, "405 Method Not Allowed\n\nThe method PUT is not allowed for this resource. \n\n ")
	req := httptest.NewRequest("PUT", "/image/v2/images/1", nil)
	req.Method = "<B>"
	w = serve(gw, req, "Accept", "*/*")
	if w.Code != 405 || strings.Contains(w.Body.String(), "<B>") {
		t.Errorf("the method is markup in %s", w.Body)
	}
}

func TestUnauthorizedPointsToIdentity(t *testing.T) {
	opts := every(nothing)
	opts.Services[jumpgate.Identity] = jumpgate.ServiceOptions{Open: true, Driver: nothing, Mount: "/id"}
	opts.BasePath = "/os"
	gw := newGateway(t, opts)
	gw.AddRequestHook(func(*jumpgate.Request) error { return jumpgate.Unauthorized })
	w := do(gw, "GET", "https://cloud/os/compute/v2.1/servers", "")
	if got, want := w.Header().Get("WWW-Authenticate"), `Keystone uri="https://cloud/os/id/v3"`; got != want {
		t.Errorf("WWW-Authenticate: %s, want %s", got, want)
	}
}

func TestErrorsAreKinds(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("while deleting: %w", jumpgate.NotFound.Wrap(cause, "No server %d.", 7))
	if !errors.Is(err, jumpgate.NotFound) || errors.Is(err, jumpgate.Conflict) || !errors.Is(err, cause) {
		t.Errorf("errors.Is is wrong about %v", err)
	}
	if got, want := err.Error(), "while deleting: No server 7.: cause"; got != want {
		t.Errorf("the log says %q, want %q", got, want)
	}
	if got := jumpgate.AsError(err); got.Kind != jumpgate.NotFound || got.Message != "No server 7." {
		t.Errorf("AsError = %+v", got)
	}
	if got := jumpgate.AsError(fmt.Errorf("x: %w", jumpgate.Gone)); got.Kind != jumpgate.Gone || got.Message != "" {
		t.Errorf("AsError of a bare kind = %+v", got)
	}
	if got := jumpgate.Kind(99); got.Status() != 500 || jumpgate.Kind(-1).Status() != 500 {
		t.Errorf("an unknown kind has status %d", got.Status())
	}
	if got, want := jumpgate.Conflict.Wrap(cause, "").Error(), "Conflict: cause"; got != want {
		t.Errorf("an error without a message is %q, want %q", got, want)
	}
}

func TestWriteError(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		jumpgate.WriteError(w, req, jumpgate.Conflict.New("taken"))
	})
	gw := newGateway(t, only(jumpgate.Compute))
	handle(t, gw, jumpgate.Compute, "v21_servers", h)
	check(t, do(gw, "GET", "/v2.1/servers", ""), 409, `{"conflictingRequest": {"code": 409, "message": "taken"}}`)
	check(t, do(h, "GET", "/", ""), 409, "Conflict\n") // outside of a Gateway
}

// TestFaultDropsTheAnswersHeaders: what described the body that failed does
// not describe the fault.
func TestFaultDropsTheAnswersHeaders(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.ResponseHeader().Set("X-Hook", "kept")
		return nil
	})
	handle(t, gw, jumpgate.Compute, "v21_servers", http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		for _, name := range []string{"Content-Length", "Content-Encoding", "Etag", "Last-Modified"} {
			w.Header().Set(name, "7")
		}
		jumpgate.WriteError(w, req, jumpgate.NotFound)
	}))
	h := do(gw, "GET", "/v2.1/servers", "").Header()
	if h.Get("Content-Length") == "7" || h.Get("Content-Encoding")+h.Get("Etag")+h.Get("Last-Modified") != "" || h.Get("X-Hook") != "kept" {
		t.Errorf("headers of the fault: %v", h)
	}
}
