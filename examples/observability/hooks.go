package main

import (
	"cmp"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/softlayer/jumpgate"
)

// Hooks see what middleware can't: the endpoint's name wherever the Gateway is
// mounted, the private cause of a fault, calls to the cloud, and answers that
// broke off (promhttp counts none that ends in a panic, as those do).

// endpoint is the name of r's endpoint. All unknown paths are one.
func endpoint(r *jumpgate.Request) string { return cmp.Or(r.Endpoint().Name, "unknown") }

// metricsHook counts and times requests by endpoint. There is no label for
// the method, which is any word that a client likes.
func metricsHook(metrics prometheus.Registerer) jumpgate.ResponseHook {
	durations := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "jumpgate_request_duration_seconds", Help: "Requests by endpoint; code 0 is a broken connection.",
	}, []string{"service", "endpoint", "code"})
	calls := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "jumpgate_upstream_calls_total", Help: "Calls to the cloud behind, by endpoint.",
	}, []string{"service", "endpoint"})
	metrics.MustRegister(durations, calls)
	return func(r *jumpgate.Request, o jumpgate.Outcome) {
		service := string(r.Endpoint().Service)
		durations.WithLabelValues(service, endpoint(r), strconv.Itoa(o.Status)).Observe(o.Duration.Seconds())
		calls.WithLabelValues(service, endpoint(r)).Add(float64(o.UpstreamCalls))
	}
}

// spanHook adds to the span that otelhttp has begun. Where there is none it
// makes one, after the fact; spans of the driver are no children of that.
func spanHook(spans trace.TracerProvider) jumpgate.ResponseHook {
	tracer := spans.Tracer("github.com/softlayer/jumpgate/examples/observability")
	return func(r *jumpgate.Request, o jumpgate.Outcome) {
		span := trace.SpanFromContext(r.Context())
		if !span.IsRecording() {
			_, span = tracer.Start(r.Context(), string(r.Endpoint().Service)+" "+endpoint(r),
				trace.WithTimestamp(time.Now().Add(-o.Duration)), trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
		}
		span.SetAttributes(
			attribute.String("http.route", r.Pattern), // otelhttp asks for it too early
			attribute.String("openstack.service", string(r.Endpoint().Service)),
			attribute.String("openstack.endpoint", endpoint(r)),
			attribute.String("openstack.request_id", r.Env.RequestID),
			attribute.Int64("openstack.upstream_calls", o.UpstreamCalls),
		)
		// The cause may tell of the cloud what clients must not know: guard
		// traces as you guard logs.
		if o.Err != nil && (o.Status >= 500 || o.Status < 400) {
			span.RecordError(o.Err)
			span.SetStatus(codes.Error, "")
		}
	}
}
