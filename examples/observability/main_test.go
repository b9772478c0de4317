package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/softlayer/jumpgate"
)

// ask sends what a client may send, with many ids and many unknown paths.
func ask(h http.Handler) {
	paths := []string{"/compute/v2.1/flavors", "/compute/v2.1/flavors/detail.json", "/compute/v2.1/os-keypairs"}
	for i := range 20 {
		paths = append(paths,
			fmt.Sprintf("/compute/v2.1/flavors/%d", i+1), // all but the first: 404
			fmt.Sprintf("/compute/v2.1/project-%d/flavors", i),
			fmt.Sprintf("/compute/v2.1/nonsense-%d", i))
	}
	for _, path := range paths {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/openstack"+path, nil))
	}
}

// series lists the values of one label that a metric has, each with how often
// it was observed or counted.
func series(t *testing.T, metrics prometheus.Gatherer, name, label string) string {
	t.Helper()
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]float64)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			for _, pair := range m.GetLabel() {
				if family.GetName() == name && pair.GetName() == label {
					counts[pair.GetValue()] += float64(m.GetHistogram().GetSampleCount()) + m.GetCounter().GetValue()
				}
			}
		}
	}
	return text(counts)
}

func text[N int | float64](counts map[string]N) string {
	var list []string
	for value, n := range counts {
		list = append(list, fmt.Sprint(value, ": ", n))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

func names(spans *tracetest.InMemoryExporter) string {
	counts := make(map[string]int)
	for _, s := range spans.GetSpans() {
		counts[s.Name]++
	}
	return text(counts)
}

func check(t *testing.T, what, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimSpace(want), "\t", ""); got != want {
		t.Errorf("%s\n%s\nwant\n%s", what, got, want)
	}
}

func gateway(t *testing.T, basePath string) *jumpgate.Gateway {
	t.Helper()
	gw, err := newGateway(basePath)
	if err != nil {
		t.Fatal(err)
	}
	return gw
}

// TestMiddleware: routes and span names are templates, however the Gateway is
// mounted, and unknown paths are one.
func TestMiddleware(t *testing.T) {
	mux := func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/openstack/", h)
		return mux
	}
	for name, c := range map[string]struct {
		handler      func(around func(http.Handler) http.Handler) http.Handler
		prefix, lost string
	}{
		"BasePath": {
			handler: func(around func(http.Handler) http.Handler) http.Handler {
				return around(mux(gateway(t, "/openstack")))
			},
			prefix: "/openstack",
		},
		"stripPrefix": {
			handler: func(around func(http.Handler) http.Handler) http.Handler {
				return around(mux(stripPrefix("/openstack", gateway(t, ""))))
			},
			prefix: "/openstack",
		},
		"within http.StripPrefix": {
			handler: func(around func(http.Handler) http.Handler) http.Handler {
				return http.StripPrefix("/openstack", around(gateway(t, "")))
			},
		},
		"around http.StripPrefix": {
			handler: func(around func(http.Handler) http.Handler) http.Handler {
				return around(mux(http.StripPrefix("/openstack", gateway(t, ""))))
			},
			lost: "/openstack/",
		},
	} {
		t.Run(name, func(t *testing.T) {
			exporter, metrics := tracetest.NewInMemoryExporter(), prometheus.NewRegistry()
			provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
			ask(c.handler(func(h http.Handler) http.Handler { return observe(h, provider, metrics) }))
			routes, spans := `
				P/compute/: 20
				P/compute/v2.1/flavors/detail: 1
				P/compute/v2.1/flavors/{flavor_id}: 20
				P/compute/v2.1/flavors: 21
				P/compute/v2.1/os-keypairs: 1`, `
				GET P/compute/: 20
				GET P/compute/v2.1/flavors/detail: 1
				GET P/compute/v2.1/flavors/{flavor_id}: 20
				GET P/compute/v2.1/flavors: 21
				GET P/compute/v2.1/os-keypairs: 1`
			if c.lost != "" {
				routes, spans = c.lost+": 63", "GET "+c.lost+": 63"
			}
			check(t, "routes", series(t, metrics, "http_request_duration_seconds", "route"), strings.ReplaceAll(routes, "P/", c.prefix+"/"))
			check(t, "spans", names(exporter), strings.ReplaceAll(spans, "P/", c.prefix+"/"))
		})
	}
}

// TestHooks: hooks tell the same without middleware and need no care about
// where the Gateway is mounted.
func TestHooks(t *testing.T) {
	exporter, metrics := tracetest.NewInMemoryExporter(), prometheus.NewRegistry()
	gw := gateway(t, "")
	gw.AddResponseHook(metricsHook(metrics))
	gw.AddResponseHook(spanHook(sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))))
	ask(http.StripPrefix("/openstack", gw))

	check(t, "endpoints", series(t, metrics, "jumpgate_request_duration_seconds", "endpoint"), `
		unknown: 20
		v21_flavor: 20
		v21_flavors: 21
		v21_flavors_detail: 1
		v21_os_keypairs: 1`)
	check(t, "codes", series(t, metrics, "jumpgate_request_duration_seconds", "code"), `
		200: 23
		404: 39
		501: 1`)
	check(t, "calls", series(t, metrics, "jumpgate_upstream_calls_total", "endpoint"), `
		unknown: 0
		v21_flavor: 20
		v21_flavors: 21
		v21_flavors_detail: 1
		v21_os_keypairs: 0`)
	check(t, "spans", names(exporter), `
		compute unknown: 20
		compute v21_flavor: 20
		compute v21_flavors: 21
		compute v21_flavors_detail: 1
		compute v21_os_keypairs: 1`)
}

// TestSpanDetails: the hook adds to the span of otelhttp and makes no second.
func TestSpanDetails(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	gw := gateway(t, "/openstack")
	gw.AddResponseHook(spanHook(provider))
	h := observe(gw, provider, prometheus.NewRegistry())
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/openstack/compute/v2.1/os-keypairs", nil))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/openstack/compute/v2.1/flavors", nil))

	spans := exporter.GetSpans()
	if len(spans) != 2 {
		t.Fatalf("%d spans, want 2", len(spans))
	}
	for i, want := range []string{"v21_os_keypairs 0 error", "v21_flavors 1"} {
		details := make(map[string]string)
		for _, a := range spans[i].Attributes {
			details[string(a.Key)] = a.Value.String()
		}
		got := details["openstack.endpoint"] + " " + details["openstack.upstream_calls"]
		if len(spans[i].Events) > 0 {
			got += " error"
		}
		if got != want || details["http.route"] != strings.TrimPrefix(spans[i].Name, "GET ") {
			t.Errorf("%s: %s, want %s; %v", spans[i].Name, got, want, details)
		}
	}
}
