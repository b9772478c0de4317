package jumpgate

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The figures in docs/performance.md come from here. What is measured beside
// a control is measured in turns with it, so that a noisy machine is noisy to
// both.

// perCall returns the time of one f in nanoseconds.
func perCall(n int, f func()) float64 {
	start := time.Now()
	for range n {
		f()
	}
	return float64(time.Since(start)) / float64(n)
}

// fastest measures f and control in turns and returns the shortest time of
// each in nanoseconds: what is above it is other people's work.
func fastest(rounds, n int, f, control func()) (ns, controlNs float64) {
	ns, controlNs = math.Inf(1), math.Inf(1)
	for range rounds {
		ns, controlNs = min(ns, perCall(n, f)), min(controlNs, perCall(n, control))
	}
	return ns, controlNs
}

// silent is a ResponseWriter that keeps nothing.
type silent struct{ header http.Header }

func (s *silent) Header() http.Header         { return s.header }
func (s *silent) Write(p []byte) (int, error) { return len(p), nil }
func (s *silent) WriteHeader(int)             {}

// benchGateway serves v21_server with all built-in hooks, a trivial handler
// and the options of opts.
func benchGateway(b testing.TB, opts Options) *Gateway {
	driver := DriverFunc(func(_ *Gateway, d *Dispatcher) error {
		if d.Service() != Compute {
			return nil
		}
		return d.SetHandler("v21_server", Methods{"GET": func(r *Request) (any, error) {
			return Object{{"server", Object{{"id", r.Var("server_id")}, {"name", "a server"}}}}, nil
		}})
	})
	opts.Services = make(map[Service]ServiceOptions)
	for _, s := range Services() {
		opts.Services[s] = ServiceOptions{Driver: driver, Open: true}
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	gw, err := New(opts)
	if err != nil {
		b.Fatal(err)
	}
	if err := gw.Dispatcher(Compute).AddRequestHook(Negotiate(Microversion{2, 1}, Microversion{2, 104})); err != nil {
		b.Fatal(err)
	}
	return gw
}

// bare is the same answer from a plain handler.
var bare = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"server": {"id": %q, "name": "a server"}}`, req.URL.Path[strings.LastIndexByte(req.URL.Path, '/')+1:])
})

const benchServer = "/compute/v2.1/servers/4f7c2a5e-58d1-4b1c-9a37-0d6b0a5d3e21"

func benchRequest(path string) *http.Request {
	return &http.Request{
		Method: "GET", URL: &url.URL{Path: path}, RequestURI: path, Host: "cloud", Body: http.NoBody,
		Header: http.Header{"X-Openstack-Nova-Api-Version": {"2.61"}, "Accept": {"application/json"}},
	}
}

// BenchmarkMount: what it costs to be below a path, by Options.BasePath and
// by http.StripPrefix.
func BenchmarkMount(b *testing.B) {
	root := benchGateway(b, Options{})
	based := benchGateway(b, Options{BasePath: "/openstack/cloud"})
	stripped := http.StripPrefix("/openstack/cloud", root)
	call := func(h http.Handler, path string) func() {
		req, w := benchRequest(path), &silent{http.Header{}}
		return func() { clear(w.header); h.ServeHTTP(w, req) }
	}
	atRoot := call(root, benchServer)
	for _, bb := range []struct {
		name string
		f    func()
	}{
		{"root", atRoot},
		{"basepath", call(based, "/openstack/cloud"+benchServer)},
		{"stripprefix", call(stripped, "/openstack/cloud"+benchServer)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.f()
			}
			ns, control := fastest(20000, 20, bb.f, atRoot)
			b.ReportMetric(ns-control, "extra-ns")
		})
	}
}

// BenchmarkGateway: a Gateway with its built-in hooks against its handler's
// answer from a plain handler, in process.
func BenchmarkGateway(b *testing.B) {
	gw := benchGateway(b, Options{})
	req, w := benchRequest(benchServer), &silent{http.Header{}}
	through := func() { clear(w.header); gw.ServeHTTP(w, req) }
	alone := func() { clear(w.header); bare.ServeHTTP(w, req) }
	b.Run("jumpgate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			through()
		}
		ns, control := fastest(20000, 20, through, alone)
		b.ReportMetric(ns-control, "extra-ns")
	})
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			alone()
		}
	})
}

// BenchmarkServer: the same over loopback connections, in turns.
func BenchmarkServer(b *testing.B) {
	gw := httptest.NewServer(benchGateway(b, Options{}))
	defer gw.Close()
	plain := httptest.NewServer(bare)
	defer plain.Close()
	const connections, requests = 16, 1600
	var rates [2][]float64
	for b.Loop() {
		for i, server := range []*httptest.Server{gw, plain} {
			start := time.Now()
			load(b, server.URL+benchServer, connections, requests)
			rates[i] = append(rates[i], requests/time.Since(start).Seconds())
		}
	}
	var share []float64
	for i := range rates[0] {
		share = append(share, rates[0][i]/rates[1][i])
	}
	slices.Sort(rates[0])
	slices.Sort(rates[1])
	slices.Sort(share)
	b.ReportMetric(rates[0][len(share)/2], "jumpgate-req/s")
	b.ReportMetric(rates[1][len(share)/2], "bare-req/s")
	b.ReportMetric(share[len(share)/2], "median-share")
	b.ReportMetric(share[len(share)/4], "lower-quartile")
	b.ReportMetric(share[len(share)*3/4], "upper-quartile")
}

// load sends requests over a number of connections and reads the answers.
// The load generator is as thin as it can be, for it has the same cores.
func load(b *testing.B, address string, connections, requests int) {
	var wg sync.WaitGroup
	host, path, _ := strings.Cut(strings.TrimPrefix(address, "http://"), "/")
	request := "GET /" + path + " HTTP/1.1\r\nHost: cloud\r\nAccept: application/json\r\nX-OpenStack-Nova-API-Version: 2.61\r\n\r\n"
	for range connections {
		wg.Go(func() {
			conn, err := net.Dial("tcp", host)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for range requests / connections {
				if _, err := io.WriteString(conn, request); err != nil {
					b.Error(err)
					return
				}
				if err := skipAnswer(in); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// skipAnswer reads an answer with status 200 and a Content-Length.
func skipAnswer(in *bufio.Reader) error {
	length := 0
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		switch {
		case err != nil:
			return err
		case first && !bytes.Contains(line, []byte(" 200 ")):
			return fmt.Errorf("answer %q", line)
		case len(line) == 2:
			_, err := in.Discard(length)
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
}

func BenchmarkEndpointURL(b *testing.B) {
	gw := benchGateway(b, Options{})
	var r *Request
	gw.AddRequestHook(func(got *Request) error { r = got; return nil })
	gw.ServeHTTP(&silent{http.Header{}}, benchRequest(benchServer))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gw.Dispatcher(Compute).EndpointURL(r, "v21_server", "server_id", "4f7c2a5e-58d1-4b1c-9a37-0d6b0a5d3e21"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		benchGateway(b, Options{}).plans()
	}
}

// TestAllocations pins what is not a matter of noise: routing allocates at
// most httprouter's parameters, and a base path nothing.
func TestAllocations(t *testing.T) {
	var m matcher
	for _, s := range Services() {
		for _, e := range registry()[s] {
			path := benchPath(e)
			// So many runs because the race detector empties pools now and then.
			if n := testing.AllocsPerRun(100, func() { routers()[s].lookup(&m, path, true) }); n > 1 {
				t.Errorf("routing %s of %s allocates %v times", e.Name, s, n)
			}
		}
	}
	var allocs [2]float64
	for i, base := range []string{"", "/openstack/cloud"} {
		gw, req, w := benchGateway(t, Options{BasePath: base}), benchRequest(base+benchServer), &silent{http.Header{}}
		allocs[i] = testing.AllocsPerRun(100, func() { clear(w.header); gw.ServeHTTP(w, req) })
	}
	if allocs[1] > allocs[0] {
		t.Errorf("a request below a base path allocates %v times, at the root %v times", allocs[1], allocs[0])
	}
}
