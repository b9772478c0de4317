package softlayer

import (
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/heap"
	"github.com/softlayer/jumpgate/openstack/volume"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// BenchmarkVolumesDetail5000 lists 5,000 volumes in five pages, from the request
// to the last byte, and reports with heap-MiB how far the heap grows meanwhile.
func BenchmarkVolumesDetail5000(b *testing.B) {
	const volumes, page = 5000, 1000
	transport := &recorded{next: http.DefaultTransport, answers: make(map[string]*recordedAnswer)}
	w := newWorld(b, setup{})
	for i := range volumes {
		c := volume.Create{Name: "data " + strconv.Itoa(i), Size: 40, Zone: "dal13", Metadata: map[string]string{"role": "db"}}
		if _, err := w.driver.volume.CreateVolume(asDemo(), c); err != nil {
			b.Fatal(err)
		}
	}
	w.clock.Advance(3 * step)
	for _, err := range w.driver.volume.ListVolumes(asDemo()) { // SoftLayer gets the names
		if err != nil {
			b.Fatal(err)
		}
	}
	d, err := New(Options{Endpoint: w.driver.opts.Endpoint, Transport: &oneAtATime{next: transport}, Store: w.driver.core.Opts.Store})
	if err != nil {
		b.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: d}, jumpgate.Volume: {Driver: d},
	}})
	if err != nil {
		b.Fatal(err)
	}
	sign := httptest.NewRecorder()
	gw.ServeHTTP(sign, httptest.NewRequest("POST", "/v3/auth/tokens", strings.NewReader(signIn(simulator.DemoUser, simulator.DemoKey))))
	list := func() {
		for offset := 0; offset < volumes; offset += page {
			r := httptest.NewRequest("GET", cinder+"/volumes/detail?limit="+strconv.Itoa(page)+"&offset="+strconv.Itoa(offset), nil)
			r.Header.Set("X-Auth-Token", sign.Header().Get("X-Subject-Token"))
			out := &sink{header: make(http.Header)}
			if gw.ServeHTTP(out, r); out.status != http.StatusOK {
				b.Fatalf("%d %.300s", out.status, out.tail)
			}
		}
	}
	list()
	b.ReportAllocs()
	for b.Loop() {
		list()
	}
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	growth := heap.Growth(time.Millisecond, list)
	b.ReportMetric(float64(growth)/(1<<20), "heap-MiB")
}

// oneAtATime lets recorded answer calls that are made at the same time.
type oneAtATime struct {
	turn sync.Mutex
	next http.RoundTripper
}

func (o *oneAtATime) RoundTrip(req *http.Request) (*http.Response, error) {
	o.turn.Lock()
	defer o.turn.Unlock()
	return o.next.RoundTrip(req)
}
