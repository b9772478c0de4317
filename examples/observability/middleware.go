package main

import (
	"cmp"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"
)

// observe wraps a program's handler in middleware that knows nothing of
// OpenStack. The Gateway writes the endpoint's template into
// http.Request.Pattern, where both libraries read it when the answer is made.
//
// otelhttp hands a copy of the request on, so whatever reads the Pattern must
// be within it.
func observe(next http.Handler, spans trace.TracerProvider, metrics prometheus.Registerer) http.Handler {
	durations := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_request_duration_seconds", Help: "Requests by route.",
	}, []string{"route", "method", "code"})
	metrics.MustRegister(durations)
	next = promhttp.InstrumentHandlerDuration(durations, next, promhttp.WithLabelFromRequest("route", route))
	return otelhttp.NewHandler(next, "http", otelhttp.WithTracerProvider(spans))
}

// route is one of as many values as there are endpoints and routes, never a
// path that a client made up.
func route(req *http.Request) string { return cmp.Or(req.Pattern, "unknown") }

// stripPrefix is http.StripPrefix for a Gateway with middleware around it.
// http.StripPrefix hands a copy of the request on, so the Pattern that the
// Gateway writes does not come out of it: everything below "/openstack/" has
// that one route. Without this function put the middleware between the two,
// http.StripPrefix(prefix, observe(gw)), or use Options.BasePath, which needs
// no copy.
func stripPrefix(prefix string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		http.StripPrefix(prefix, http.HandlerFunc(func(w http.ResponseWriter, stripped *http.Request) {
			next.ServeHTTP(w, stripped)
			req.Pattern = prefix + stripped.Pattern
		})).ServeHTTP(w, req)
	})
}
