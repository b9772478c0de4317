package jumpgate_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// nothing is a driver that serves no endpoint.
var nothing = jumpgate.DriverFunc(func(*jumpgate.Gateway, *jumpgate.Dispatcher) error { return nil })

// every returns options for all services at their default mounts.
func every(d jumpgate.Driver) jumpgate.Options {
	opts := jumpgate.Options{Services: make(map[jumpgate.Service]jumpgate.ServiceOptions)}
	for _, s := range jumpgate.Services() {
		opts.Services[s] = jumpgate.ServiceOptions{Driver: d, Open: true}
	}
	return opts
}

// only returns options for one service, mounted at /.
func only(s jumpgate.Service) jumpgate.Options {
	return jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{s: {Driver: nothing, Mount: "/", Open: true}}}
}

func newGateway(t testing.TB, opts jumpgate.Options) *jumpgate.Gateway {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	gw, err := jumpgate.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

// handle sets the handler of an endpoint.
func handle(t testing.TB, gw *jumpgate.Gateway, s jumpgate.Service, name string, h http.Handler) {
	t.Helper()
	if err := gw.Dispatcher(s).SetHandler(name, h); err != nil {
		t.Fatal(err)
	}
}

// get is a Methods with f for GET.
func get(f func(*jumpgate.Request) (any, error)) jumpgate.Methods {
	return jumpgate.Methods{"GET": f}
}

// do serves a request without a network. headers are pairs of name and value.
func do(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	return serve(h, httptest.NewRequest(method, target, r), headers...)
}

func serve(h http.Handler, req *http.Request, headers ...string) *httptest.ResponseRecorder {
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// check reports an answer that has not the status and, unless it is empty,
// the body wanted.
func check(t testing.TB, w *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if w.Code != status || body != "" && w.Body.String() != body {
		t.Errorf("answer %d %q, want %d %q", w.Code, w.Body, status, body)
	}
}

// textLogger writes lines of text to w.
func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
