// Command observability serves a small OpenStack with traces of OpenTelemetry
// and metrics of Prometheus, in two ways: by their middleware for net/http,
// around the Gateway, and by hooks within it. It is a module of its own, so
// that nobody who imports Jumpgate inherits what it needs.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:5000", "`address` to serve on")
	flag.Parse()
	exporter, err := stdouttrace.New()
	if err != nil {
		log.Fatal(err)
	}
	spans := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	metrics := prometheus.NewRegistry()

	gw, err := newGateway("/openstack")
	if err != nil {
		log.Fatal(err)
	}
	gw.AddResponseHook(spanHook(spans))
	gw.AddResponseHook(metricsHook(metrics))
	mux := http.NewServeMux()
	mux.Handle("/openstack/", gw)
	mux.Handle("/metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	server := &http.Server{Addr: *listen, Handler: observe(mux, spans, metrics), ReadHeaderTimeout: 10 * time.Second}
	log.Printf("try http://%s/openstack/compute/v2.1/flavors, then http://%[1]s/metrics", *listen)
	log.Fatal(server.ListenAndServe())
}

// newGateway serves a list of flavors to everybody, token or not (Open).
func newGateway(basePath string) (*jumpgate.Gateway, error) {
	gw, err := jumpgate.New(jumpgate.Options{
		BasePath: basePath,
		Services: map[jumpgate.Service]jumpgate.ServiceOptions{
			jumpgate.Compute: {Open: true, Driver: jumpgate.DriverFunc(func(_ *jumpgate.Gateway, disp *jumpgate.Dispatcher) error {
				return compute.Register(disp, cloud{}, compute.Options{})
			})},
		},
	})
	if err != nil {
		return nil, err
	}
	// Without an identity service nobody else says for which project a
	// request is, and links below /v2.1/{project} need to know.
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.Env.ProjectID, _ = r.PathProject()
		return nil
	})
	return gw, nil
}

type cloud struct{}

var _ compute.FlavorLister = cloud{}

func (cloud) Flavors(ctx context.Context) ([]*compute.Flavor, error) {
	jumpgate.CountUpstreamCall(ctx) // as a driver does that asks a cloud
	return []*compute.Flavor{{ID: "1", Name: "small", VCPUs: 1, RAM: 1024, Disk: 10}}, nil
}
