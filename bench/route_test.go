// Package bench compares Jumpgate with routers that it does not depend on, and with
// the least that a proxy has to do. It
// is a module of its own, so that nobody inherits them.
package bench

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/softlayer/jumpgate"
)

// path is a request's path for an endpoint, with a UUID for each variable.
func path(template string) string {
	for strings.Contains(template, "{") {
		template = template[:strings.Index(template, "{")] + "4f7c2a5e-58d1-4b1c-9a37-0d6b0a5d3e21" + template[strings.Index(template, "}")+1:]
	}
	return template
}

// BenchmarkRoute looks up every compute endpoint, in Jumpgate by its
// Dispatcher and in chi by its Match, which finds route and variables without
// running a handler.
func BenchmarkRoute(b *testing.B) {
	nothing := jumpgate.DriverFunc(func(*jumpgate.Gateway, *jumpgate.Dispatcher) error { return nil })
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Driver: nothing},
	}})
	if err != nil {
		b.Fatal(err)
	}
	disp, mux := gw.Dispatcher(jumpgate.Compute), chi.NewRouter()
	var paths []string
	for _, e := range jumpgate.Endpoints(jumpgate.Compute) {
		if strings.Contains(e.Path, "user=") {
			continue // chi has no such variables
		}
		mux.Get(e.Path, func(http.ResponseWriter, *http.Request) {})
		paths = append(paths, path(e.Path))
	}
	for _, p := range paths {
		if disp.Route(p) == nil || !mux.Match(chi.NewRouteContext(), http.MethodGet, p) {
			b.Fatalf("%s is not found", p)
		}
	}
	route := func() {
		for _, p := range paths {
			disp.Route(p)
		}
	}
	found := chi.NewRouteContext() // chi pools them
	control := func() {
		for _, p := range paths {
			found.Reset()
			mux.Match(found, http.MethodGet, p)
		}
	}
	for b.Loop() {
		ns, chiNs := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
		for range 500 { // in turns, and the fastest counts: what is above it is other work
			ns, chiNs = min(ns, timed(route)), min(chiNs, timed(control))
		}
		b.ReportMetric(float64(ns)/float64(chiNs), "ratio")
		b.ReportMetric(float64(ns)/float64(len(paths)), "jumpgate-ns")
		b.ReportMetric(float64(chiNs)/float64(len(paths)), "chi-ns")
	}
	b.ReportMetric(testing.AllocsPerRun(10, route)/float64(len(paths)), "jumpgate-allocs")
	b.ReportMetric(testing.AllocsPerRun(10, control)/float64(len(paths)), "chi-allocs")
	b.ReportMetric(0, "ns/op")
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// BenchmarkServe serves the same endpoints with handlers that do nothing.
// Jumpgate's share includes its hooks, request id and access log.
func BenchmarkServe(b *testing.B) {
	mux := chi.NewRouter()
	mux.Get("/compute/v2.1/servers/{server_id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Compute: {Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
			return d.SetHandler("v21_server", jumpgate.Methods{http.MethodGet: func(*jumpgate.Request) (any, error) { return nil, nil }})
		})},
	}})
	if err != nil {
		b.Fatal(err)
	}
	for name, h := range map[string]http.Handler{"jumpgate": gw, "chi": mux} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			req := httptest.NewRequest(http.MethodGet, path("/compute/v2.1/servers/{server_id}"), nil)
			for b.Loop() {
				h.ServeHTTP(httptest.NewRecorder(), req)
			}
		})
	}
}
