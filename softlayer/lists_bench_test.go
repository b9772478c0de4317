package softlayer

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// BenchmarkLists answers short lists with what is cached warm and SoftLayer's
// answers from memory: what this side costs.
func BenchmarkLists(b *testing.B) {
	transport := &recorded{next: http.DefaultTransport, answers: make(map[string]*recordedAnswer)}
	w := newWorld(b, setup{driver: Options{Transport: transport}})
	gw, err := jumpgate.New(jumpgate.Options{Logger: slog.New(slog.DiscardHandler), Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: w.driver}, jumpgate.Compute: {Driver: w.driver}, jumpgate.Image: {Driver: w.driver},
	}})
	if err != nil {
		b.Fatal(err)
	}
	sign := httptest.NewRecorder()
	gw.ServeHTTP(sign, httptest.NewRequest("POST", "/v3/auth/tokens", strings.NewReader(signIn(simulator.DemoUser, simulator.DemoKey))))
	for name, path := range map[string]string{"images": "/image/v2/images", "keypairs": "/compute/v2.1/os-keypairs", "flavors": "/compute/v2.1/flavors"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("X-Auth-Token", sign.Header().Get("X-Subject-Token"))
			b.ReportAllocs()
			for b.Loop() {
				out := &sink{header: make(http.Header)}
				if gw.ServeHTTP(out, r); out.status != http.StatusOK {
					b.Fatalf("%d %s", out.status, out.tail)
				}
			}
		})
	}
}
