package softlayer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/heap"
	"github.com/softlayer/jumpgate/openstack/compute"
	slcompute "github.com/softlayer/jumpgate/softlayer/internal/compute"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// recorded answers from memory what the simulator said once, so that a
// benchmark measures this side alone.
type recorded struct {
	next http.RoundTripper

	mu      sync.Mutex
	answers map[string]*recordedAnswer
}

type recordedAnswer struct {
	header http.Header
	body   []byte
}

func (r *recorded) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.answers[req.URL.RequestURI()]
	if a == nil {
		resp, err := r.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%d, %w", resp.StatusCode, err)
		}
		a = &recordedAnswer{resp.Header, body}
		r.answers[req.URL.RequestURI()] = a
	}
	return &http.Response{StatusCode: http.StatusOK, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), Request: req}, nil
}

// BenchmarkServersDetail10000 lists 10,000 servers in ten pages, from the
// request to the last byte, and reports
//
//   - cpu-ratio: the processor time it takes, the collector's share included,
//     over that of decoding the same bytes from SoftLayer and encoding the same
//     answers with encoding/json, turn about;
//   - heap-MiB: how far the heap grows over its size before, at most;
//   - page-MiB: the size of one page from SoftLayer.
func BenchmarkServersDetail10000(b *testing.B) {
	const servers, page = 10000, 1000
	transport := &recorded{next: http.DefaultTransport, answers: make(map[string]*recordedAnswer)}
	w := newWorld(b, setup{sim: guests(servers), driver: Options{Transport: transport}})
	gw, err := jumpgate.New(jumpgate.Options{Services: map[jumpgate.Service]jumpgate.ServiceOptions{
		jumpgate.Identity: {Driver: w.driver}, jumpgate.Compute: {Driver: w.driver},
	}})
	if err != nil {
		b.Fatal(err)
	}
	w.url = ""
	sign := httptest.NewRecorder()
	gw.ServeHTTP(sign, httptest.NewRequest("POST", "/v3/auth/tokens", strings.NewReader(signIn(simulator.DemoUser, simulator.DemoKey))))
	token := sign.Header().Get("X-Subject-Token")

	var answers [][]byte // what the client gets, for the floor
	list := func(keep bool) {
		marker, seen := "", 0
		for seen < servers {
			path := fmt.Sprintf("/compute/v2.1/servers/detail?limit=%d", page)
			if marker != "" {
				path += "&marker=" + marker
			}
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("X-Auth-Token", token)
			out := &sink{keep: keep, header: make(http.Header)}
			gw.ServeHTTP(out, r)
			if out.status != http.StatusOK {
				b.Fatalf("%d %.300s", out.status, out.tail)
			}
			if keep {
				answers = append(answers, out.body)
			}
			const before = "marker="
			i := strings.LastIndex(string(out.tail), before)
			if seen += page; i < 0 {
				break
			}
			marker = string(out.tail)[i+len(before):][:36]
		}
		if seen != servers {
			b.Fatalf("%d servers", seen)
		}
	}
	list(true)
	var upstream [][]byte
	largest := 0
	for _, a := range transport.answers {
		if len(a.body) > 100<<10 {
			upstream = append(upstream, a.body)
			largest = max(largest, len(a.body))
		}
	}
	if len(upstream) != servers/page || len(answers) != servers/page {
		b.Fatalf("%d pages from SoftLayer, %d answers", len(upstream), len(answers))
	}
	decoded := make([]any, len(answers))
	for i, text := range answers {
		var body struct {
			Servers []benchServer    `json:"servers"`
			Links   []map[string]any `json:"servers_links,omitempty"`
		}
		if err := json.Unmarshal(text, &body); err != nil {
			b.Fatal(err)
		}
		decoded[i] = body
	}

	b.ReportAllocs()
	var ours, floor time.Duration
	for b.Loop() {
		start := cpuTime(b)
		list(false)
		ours += cpuTime(b) - start

		b.StopTimer()
		start = cpuTime(b)
		for i := range upstream {
			var guests []slcompute.ListedGuest
			if err := json.Unmarshal(upstream[i], &guests); err != nil {
				b.Fatal(err)
			}
			if err := json.NewEncoder(io.Discard).Encode(decoded[i]); err != nil {
				b.Fatal(err)
			}
		}
		floor += cpuTime(b) - start
		b.StartTimer()
	}
	b.ReportMetric(float64(ours)/float64(floor), "cpu-ratio")
	b.ReportMetric(float64(largest)/(1<<20), "page-MiB")

	// The heap, once, with the collector at work all the time.
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	answers = nil
	growth := heap.Growth(time.Millisecond, func() { list(false) })
	b.ReportMetric(float64(growth)/(1<<20), "heap-MiB")
}

// cpuTime is the processor time that this process has used.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(syscall.TimevalToNsec(used.Utime) + syscall.TimevalToNsec(used.Stime))
}

// benchServer is a server as clients get it, in a struct: the fastest way for
// encoding/json to write one.
type benchServer struct {
	ID         string                    `json:"id"`
	Name       string                    `json:"name"`
	Status     string                    `json:"status"`
	ProjectID  string                    `json:"tenant_id"`
	UserID     string                    `json:"user_id"`
	Metadata   map[string]string         `json:"metadata"`
	HostID     string                    `json:"hostId"`
	Image      benchRef                  `json:"image"`
	Flavor     benchRef                  `json:"flavor"`
	Created    string                    `json:"created"`
	Updated    string                    `json:"updated"`
	Addresses  map[string][]benchAddress `json:"addresses"`
	AccessIPv4 string                    `json:"accessIPv4"`
	AccessIPv6 string                    `json:"accessIPv6"`
	Links      []benchLink               `json:"links"`
	DiskConfig string                    `json:"OS-DCF:diskConfig"`
	Progress   int                       `json:"progress"`
	Zone       string                    `json:"OS-EXT-AZ:availability_zone"`
	Drive      string                    `json:"config_drive"`
	KeyName    *string                   `json:"key_name"`
	Launched   *string                   `json:"OS-SRV-USG:launched_at"`
	Terminated *string                   `json:"OS-SRV-USG:terminated_at"`
	Task       *string                   `json:"OS-EXT-STS:task_state"`
	VM         string                    `json:"OS-EXT-STS:vm_state"`
	Power      int                       `json:"OS-EXT-STS:power_state"`
	Volumes    []struct{}                `json:"os-extended-volumes:volumes_attached"`
}

type benchRef struct {
	ID    string      `json:"id"`
	Links []benchLink `json:"links"`
}

type benchLink struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

type benchAddress struct {
	Version int    `json:"version"`
	Addr    string `json:"addr"`
	Type    string `json:"OS-EXT-IPS:type"`
	MAC     string `json:"OS-EXT-IPS-MAC:mac_addr"`
}

// sink is a client that keeps the end of an answer, or all.
type sink struct {
	keep   bool
	header http.Header
	status int
	body   []byte
	tail   []byte
}

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) {
	s.status = status
}

func (s *sink) Write(p []byte) (int, error) {
	if s.keep {
		s.body = append(s.body, p...)
	}
	s.tail = append(s.tail, p[max(len(p)-400, 0):]...)
	s.tail = append(s.tail[:0], s.tail[max(len(s.tail)-400, 0):]...)
	return len(p), nil
}

// BenchmarkServer shows one server.
func BenchmarkServer(b *testing.B) {
	transport := &recorded{next: http.DefaultTransport, answers: make(map[string]*recordedAnswer)}
	w := newWorld(b, setup{sim: guests(1), driver: Options{Transport: transport}})
	var id string
	for s, err := range w.driver.compute.ListServers(asDemo(), compute.ServerQuery{Limit: 1}) {
		if err != nil {
			b.Fatal(err)
		}
		id = s.ID
	}
	ctx := context.WithoutCancel(asDemo())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.driver.compute.Server(ctx, id); err != nil {
			b.Fatal(err)
		}
	}
}
