package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/softlayer"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// BenchmarkList gets details of servers over loopback from Jumpgate in front of
// SoftLayer, and in turns from two controls in front of the same bytes: one
// that does nothing but io.Copy them, and one that decodes them and encodes
// Jumpgate's answer with encoding/json, by structs that have those members and
// no others. It reports the processor time of the whole process, client and
// upstream included, for one list of each, and Jumpgate's share of the
// controls'.
func BenchmarkList(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("servers=%d", n), func(b *testing.B) { benchmarkList(b, n) })
	}
}

func benchmarkList(b *testing.B, n int) {
	accounts := simulator.DemoAccounts()
	accounts[0].Guests = make([]simulator.Guest, n)
	for i := range accounts[0].Guests {
		accounts[0].Guests[i].Notes = "Ann's\n" + `--os:{"d":"number","f":"B1_2X4X25","m":{"role":"web"}}`
	}
	cloud := &replay{next: simulator.New(simulator.Options{Accounts: accounts}), answers: make(map[string]*answer)}
	upstream := httptest.NewServer(cloud)
	defer upstream.Close()
	driver, err := softlayer.New(softlayer.Options{Endpoint: upstream.URL + "/rest/v3.1"})
	if err != nil {
		b.Fatal(err)
	}
	gw, err := jumpgate.New(jumpgate.Options{
		Services:  map[jumpgate.Service]jumpgate.ServiceOptions{jumpgate.Identity: {Driver: driver}, jumpgate.Compute: {Driver: driver}},
		AccessLog: func(*jumpgate.Request, jumpgate.Outcome) {},
	})
	if err != nil {
		b.Fatal(err)
	}
	client := &client{token: signIn(b, gw)}
	ours := httptest.NewServer(gw)
	defer ours.Close()
	answered := client.get(b, ours, true)

	source, sample := cloud.longest()
	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	pipe := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body := fetch(b, transport, upstream.URL+source)
		defer body.Close()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.Copy(w, body) // the client counts
	}))
	defer pipe.Close()
	from, to := structOf(b, sample), structOf(b, answered)
	shown := reflect.New(to)
	if err := json.Unmarshal(answered, shown.Interface()); err != nil {
		b.Fatal(err)
	}
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body := fetch(b, transport, upstream.URL+source)
		defer body.Close()
		if err := json.NewDecoder(body).Decode(reflect.New(from).Interface()); err != nil {
			b.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(shown.Interface()) // the client counts
	}))
	defer plain.Close()

	var spent [3]time.Duration
	for b.Loop() {
		for i, s := range []*httptest.Server{ours, pipe, plain} {
			start := processorTime(b)
			client.get(b, s, false)
			spent[i] += processorTime(b) - start
		}
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N) }
	b.ReportMetric(each(spent[0]), "ms")
	b.ReportMetric(each(spent[1]), "copy-ms")
	b.ReportMetric(each(spent[2]), "json-ms")
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "of-copy")
	b.ReportMetric(float64(spent[0])/float64(spent[2]), "of-json")
	b.ReportMetric(0, "ns/op")
}

// replay answers from memory what the simulator said once.
type replay struct {
	next    http.Handler
	mu      sync.Mutex
	answers map[string]*answer
}

type answer struct {
	header http.Header
	body   []byte
}

func (p *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	a := p.answers[r.URL.String()]
	if a == nil {
		out := httptest.NewRecorder()
		p.next.ServeHTTP(out, r)
		a = &answer{out.Header(), out.Body.Bytes()}
		p.answers[r.URL.String()] = a
	}
	p.mu.Unlock()
	for name, values := range a.header {
		w.Header()[name] = values
	}
	_, _ = w.Write(a.body) // the client counts
}

// longest is the list of servers among the answers, and its URL.
func (p *replay) longest() (url string, body []byte) {
	for u, a := range p.answers {
		if len(a.body) > len(body) {
			url, body = u, a.body
		}
	}
	return url, body
}

func fetch(b *testing.B, transport http.RoundTripper, url string) io.ReadCloser {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Error(err)
		return http.NoBody
	}
	r.SetBasicAuth(simulator.DemoUser, simulator.DemoKey)
	resp, err := transport.RoundTrip(r)
	if err != nil {
		b.Error(err)
		return http.NoBody
	}
	return resp.Body
}

// client lists servers.
type client struct{ token string }

func (c *client) get(b *testing.B, s *httptest.Server, keep bool) []byte {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+"/compute/v2.1/servers/detail", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", c.token)
	resp, err := s.Client().Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	to := io.Writer(&text)
	if !keep {
		to = io.Discard
	}
	if n, err := io.Copy(to, resp.Body); err != nil || n < 10<<10 || resp.StatusCode != http.StatusOK {
		b.Fatalf("%d, %d bytes, %v", resp.StatusCode, n, err)
	}
	return text.Bytes()
}

func signIn(b *testing.B, gw http.Handler) string {
	body := fmt.Sprintf(`{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": %q, "password": %q, "domain": {"id": "default"}}}}}}`,
		simulator.DemoUser, simulator.DemoKey)
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/v3/auth/tokens", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	gw.ServeHTTP(w, r)
	token := w.Header().Get("X-Subject-Token")
	if token == "" {
		b.Fatal(w.Body)
	}
	return token
}

// structOf is a type with the members of a JSON text, and of the first of what
// its lists hold.
func structOf(b *testing.B, text []byte) reflect.Type {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		b.Fatal(err)
	}
	return typeOf(v)
}

func typeOf(v any) reflect.Type {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return reflect.TypeFor[[]struct{}]()
		}
		return reflect.SliceOf(typeOf(v[0]))
	case map[string]any:
		var fields []reflect.StructField
		for name, member := range v {
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprintf("F%d", len(fields)), Type: typeOf(member), Tag: reflect.StructTag(fmt.Sprintf(`json:%q`, name)),
			})
		}
		return reflect.StructOf(fields)
	case nil:
		return reflect.TypeFor[*string]()
	case float64:
		return reflect.TypeFor[int]()
	}
	return reflect.TypeOf(v)
}

// processorTime is the processor time that this process has used.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(syscall.TimevalToNsec(used.Utime) + syscall.TimevalToNsec(used.Stime))
}
