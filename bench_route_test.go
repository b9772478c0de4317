package jumpgate

import (
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/julienschmidt/httprouter"
)

// benchPath is the path of an endpoint for a client with UUIDs for ids.
func benchPath(e *Endpoint) string {
	path := e.Path
	for strings.Contains(path, "{") {
		path = path[:strings.Index(path, "{")] + "4f7c2a5e-58d1-4b1c-9a37-0d6b0a5d3e21" + path[strings.Index(path, "}")+1:]
	}
	return path
}

// mergedTree is a plain httprouter with the same merged shapes as the router
// of a service: what the routing would cost without the choice after it.
func mergedTree(s Service) *httprouter.Router {
	tree := httprouter.New()
	for _, shape := range routers()[s].shapes {
		tree.Handle(http.MethodGet, shape, func(http.ResponseWriter, *http.Request, httprouter.Params) {})
	}
	return tree
}

// literalTree is a plain httprouter with as many templates of a service as it
// can hold as they are, and the endpoints it holds.
func literalTree(s Service) (tree *httprouter.Router, held []*Endpoint) {
	tree = httprouter.New()
	for _, e := range registry()[s] {
		shape := strings.NewReplacer("{", ":", "}", "").Replace(e.Path)
		if strings.ContainsAny(e.Path, ":=") || !fits(func() {
			tree.Handle(http.MethodGet, shape, func(http.ResponseWriter, *http.Request, httprouter.Params) {})
		}) {
			continue
		}
		held = append(held, e)
	}
	return tree, held
}

// fits tells whether a router took what register gave it.
func fits(register func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	register()
	return true
}

// routeProbe is an endpoint to route, by Jumpgate and by httprouter alone.
type routeProbe struct {
	rt   *router
	tree *httprouter.Router
	path string
}

func (p *routeProbe) route(m *matcher) {
	if !p.rt.lookup(m, p.path, true) {
		panic(p.path + " is no endpoint")
	}
}

func (p *routeProbe) control() {
	h, ps, _ := p.tree.Lookup(http.MethodGet, p.path)
	h(nil, nil, ps)
}

func BenchmarkRoute(b *testing.B) {
	var merged, literal []routeProbe
	for _, s := range Services() {
		tree := mergedTree(s)
		for _, e := range registry()[s] {
			merged = append(merged, routeProbe{routers()[s], tree, benchPath(e)})
		}
		tree, held := literalTree(s)
		for _, e := range held {
			literal = append(literal, routeProbe{routers()[s], tree, benchPath(e)})
		}
	}
	var m matcher
	b.Run("jumpgate", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			merged[i%len(merged)].route(&m)
		}
	})
	b.Run("httprouter", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			merged[i%len(merged)].control()
		}
	})
	b.Run("each", func(b *testing.B) { routeEach(b, merged) })
	b.Run("literal", func(b *testing.B) { routeEach(b, literal) })
}

// routeEach measures every endpoint for itself. A burst of other work hits
// none of them in all turns.
func routeEach(b *testing.B, probes []routeProbe) {
	var m matcher
	ns, controlNs := make([]float64, len(probes)), make([]float64, len(probes))
	for i := range probes {
		ns[i], controlNs[i] = math.Inf(1), math.Inf(1)
	}
	for b.Loop() {
		for range 30 {
			for i, p := range probes {
				t, c := fastest(3, 100, func() { p.route(&m) }, p.control)
				ns[i], controlNs[i] = min(ns[i], t), min(controlNs[i], c)
			}
		}
	}
	ratios := make([]float64, len(probes))
	for i := range probes {
		ratios[i] = ns[i] / controlNs[i]
	}
	slices.Sort(ratios)
	b.ReportMetric(float64(len(probes)), "endpoints")
	b.ReportMetric(ratios[len(ratios)/2], "median-ratio")
	b.ReportMetric(ratios[len(ratios)-1], "max-ratio")
	b.ReportMetric(slices.Max(ns), "slowest-ns")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkServeMux compares with net/http's router on the part of the
// table that it can hold: one service at a time, without what conflicts.
func BenchmarkServeMux(b *testing.B) {
	type probe struct {
		rt   *router
		mux  *http.ServeMux
		path string
		req  *http.Request
	}
	var probes []probe
	refused := 0
	for _, s := range Services() {
		mux := http.NewServeMux()
		for _, e := range registry()[s] {
			nothing := func(http.ResponseWriter, *http.Request) {}
			if !fits(func() {
				mux.HandleFunc(strings.TrimSuffix(e.Path, "/")+"/{$}", nothing)
				mux.HandleFunc(e.Path, nothing)
			}) {
				refused++
				continue
			}
			path := benchPath(e)
			probes = append(probes, probe{routers()[s], mux, path, httptest.NewRequest("GET", path, nil)})
		}
	}
	var m matcher
	route := func() {
		for _, p := range probes {
			p.rt.lookup(&m, p.path, true)
		}
	}
	control := func() {
		for _, p := range probes {
			p.mux.ServeHTTP(nil, p.req)
		}
	}
	for b.Loop() {
		ns, controlNs := fastest(500, 1, route, control)
		b.ReportMetric(ns/controlNs, "ratio")
		b.ReportMetric(ns/float64(len(probes)), "jumpgate-ns")
		b.ReportMetric(controlNs/float64(len(probes)), "servemux-ns")
	}
	b.ReportMetric(float64(refused), "refused-endpoints")
	b.ReportMetric(0, "ns/op")
}
