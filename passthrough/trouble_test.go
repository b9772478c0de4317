package passthrough_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/heap"
	"github.com/softlayer/jumpgate/internal/leaving"
	"github.com/softlayer/jumpgate/passthrough"
)

// closedPort is an address at which nothing listens.
func closedPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

func TestDeadUpstream(t *testing.T) {
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(closedPort(t))}), nil))
	for path, want := range map[string]string{
		"/v3/projects":          `{"error": {"code": 503, "message": "`,
		"/compute/v2.1/servers": `{"serviceUnavailable": {"code": 503, "message": "`,
		"/volume/v3/p/volumes":  `{"serviceUnavailable": {"code": 503, "message": "`,
		"/network/v2.0/ports":   `{"NeutronError": {"type": "HTTPServiceUnavailable", "message": "`,
		"/baremetal/v1/nodes":   `{"error_message": "`,
		"/image/v2/images":      `{"message": "`,
	} {
		start := time.Now()
		res, body := ask(t, "GET", gw.URL+path, "", "Accept", "application/json")
		if res.StatusCode != 503 || !strings.HasPrefix(body, want) || strings.Contains(body, "127.0.0.1") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
		if cmp.Or(res.Header.Get("X-Openstack-Request-Id"), res.Header.Get("Openstack-Request-Id")) == "" {
			t.Errorf("%s: no request id", path)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s took %v", path, took)
		}
	}
}

func TestSlowUpstream(t *testing.T) {
	release := make(chan struct{})
	up := upstream(t, func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/file") {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "begin")
			w.(http.Flusher).Flush()
		}
		<-release
	})
	t.Cleanup(func() { close(release) })
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{
		Endpoints: all(up.URL),
		Timeouts:  passthrough.Timeouts{Header: 50 * time.Millisecond, Stall: 50 * time.Millisecond},
	}), nil))
	res, _ := ask(t, "GET", gw.URL+"/compute/v2.1/servers", "")
	equal(t, "no header", res.StatusCode, 504)

	res, err := client.Get(gw.URL + "/image/v2/images/1/file")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil || string(body) != "begin" {
		t.Errorf("a stalled body: %q, %v", body, err)
	}
}

func TestUploadThatUpstreamDoesNotRead(t *testing.T) {
	release := make(chan struct{})
	up := upstream(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{
		Endpoints: all(up.URL), Timeouts: passthrough.Timeouts{Stall: 100 * time.Millisecond},
	}), nil))
	req, _ := http.NewRequestWithContext(t.Context(), "PUT", gw.URL+"/image/v2/images/1/file", io.LimitReader(zeros{}, 1<<30))
	res, err := client.Do(req)
	if err == nil { // or the connection was closed while the client was still writing
		equal(t, "status", res.StatusCode, 504)
		res.Body.Close()
	}
}

// TestAnswerBeforeTheBodyEnds has an upstream that refuses an upload while it
// comes: the client gets the refusal, and the handler does not wait for what
// the client does not send.
func TestAnswerBeforeTheBodyEnds(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, req *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		_, _ = io.ReadFull(req.Body, make([]byte, 5))
		w.Header().Set("Content-Length", "4")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = io.WriteString(w, "full")
		w.(http.Flusher).Flush()
	})
	for _, length := range []string{"Content-Length: 1073741824", "Transfer-Encoding: chunked"} {
		res := raw(t, gw, "PUT /image/v2/images/1/file HTTP/1.1\r\nHost: h\r\n"+length+"\r\n\r\n5\r\n12345\r\n")
		body, err := io.ReadAll(res.Body)
		equal(t, length, words(res.StatusCode, string(body), err), "413 full <nil>")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestCutAnswerIsCut(t *testing.T) {
	up := upstream(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", req.URL.Query().Get("type"))
		if req.URL.Query().Has("length") {
			w.Header().Set("Content-Length", "1000")
		}
		_, _ = io.WriteString(w, `{"a": 1}`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	gw := newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(up.URL)}), nil)
	outcomes := make(chan jumpgate.Outcome, 10)
	gw.AddResponseHook(func(_ *jumpgate.Request, o jumpgate.Outcome) { outcomes <- o })
	url := front(t, gw).URL + "/compute/v2.1/servers?"
	for _, query := range []string{"type=text/plain", "type=text/plain&length", "type=application/json", "type=application/json&length"} {
		res, err := client.Get(url + query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
		if err == nil && res.StatusCode == 200 {
			t.Errorf("%s: half an answer looks whole", query)
		}
		if o := <-outcomes; o.Err == nil {
			t.Errorf("%s: the log does not tell why", query)
		}
	}
}

// TestLeavingClient: what may still be on its way is not overwritten with
// somebody else's answer.
func TestLeavingClient(t *testing.T) {
	long := strings.Repeat(" ", 600<<10)
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		kind, end, _ := strings.Cut(r.URL.RawQuery, "&")
		w.Header().Set("Content-Type", kind)
		body := `{"of": "` + r.Header.Get("X-Whose") + `"}`
		if end != "" {
			body += long
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = io.WriteString(w, body)
	})
	gw := newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(up.URL)}), nil)
	ask := func(w http.ResponseWriter, query, whose string) {
		defer func() {
			if cause := recover(); cause != nil && cause != http.ErrAbortHandler {
				t.Errorf("%v", cause)
			}
		}()
		r := httptest.NewRequest("GET", "/v3/users?"+query, nil)
		r.Header.Set("X-Whose", whose)
		gw.ServeHTTP(w, r)
	}
	for _, query := range []string{"application/json", "text/plain", "text/plain&long"} {
		var gone []*leaving.Client
		for range 20 { // a pool may drop what it gets
			l := leaving.New()
			ask(l, query, "mine")
			gone = append(gone, l)
			ask(httptest.NewRecorder(), query, "yours")
		}
		for _, l := range gone {
			if !bytes.Contains(l.Sent, []byte("mine")) {
				t.Errorf("%s: %.50q", query, l.Sent)
				break
			}
		}
	}
}

func TestCancellationReachesUpstream(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	gw, _ := whole(t, func(_ http.ResponseWriter, req *http.Request) {
		close(arrived)
		<-req.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, "GET", gw.URL+"/compute/v2.1/servers", nil)
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := client.Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		t.Error("upstream still works for a client that has gone")
	}
}

// TestRestart stops upstream under load and starts it again: every answer is
// upstream's or a 503 in the service's form, and then it is upstream's again.
func TestRestart(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up") })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }()
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{Endpoints: all("http://" + address)}), nil))

	var served, refused, wrong atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 8 {
		load.Go(func() {
			for ctx.Err() == nil {
				method, body := "GET", io.Reader(nil)
				if served.Load()%2 == 0 {
					method, body = "POST", strings.NewReader(`{"a": 1}`)
				}
				req, _ := http.NewRequestWithContext(t.Context(), method, gw.URL+"/compute/v2.1/servers", body)
				res, err := client.Do(req)
				if err != nil {
					wrong.Add(1)
					continue
				}
				text, err := io.ReadAll(res.Body)
				res.Body.Close()
				switch {
				case err == nil && res.StatusCode == 200 && string(text) == "up":
					served.Add(1)
				case err == nil && res.StatusCode == 503 && bytes.HasPrefix(text, []byte(`{"serviceUnavailable"`)):
					refused.Add(1)
				default:
					wrong.Add(1)
					t.Errorf("%d %q %v", res.StatusCode, text, err)
				}
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	server.Close()
	time.Sleep(100 * time.Millisecond)
	down := served.Load()
	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	server = &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }()
	time.Sleep(200 * time.Millisecond)
	cancel()
	load.Wait()
	server.Close()
	if down == 0 || served.Load() <= down || refused.Load() == 0 || wrong.Load() != 0 {
		t.Errorf("served %d before and %d after, refused %d, wrong %d", down, served.Load()-down, refused.Load(), wrong.Load())
	}
}

// TestIdleConnectionsThatClose has an upstream that closes connections after
// each answer without saying so: the race that every reuse of a connection
// has. No reading client may see it. (What was written may have been read, so
// it is not repeated; Timeouts.Idle keeps such a race from happening.)
func TestIdleConnectionsThatClose(t *testing.T) {
	up := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.WriteString(w, req.URL.RawQuery)
	}))
	up.Config.IdleTimeout = time.Microsecond
	up.Start()
	t.Cleanup(up.Close)
	gw := front(t, newGateway(t, newDriver(t, passthrough.Options{Endpoints: all(up.URL)}), nil))
	for i := range 300 {
		res, body := ask(t, "GET", gw.URL+"/compute/v2.1/servers?"+fmt.Sprint(i), "")
		if res.StatusCode != 200 || body != fmt.Sprint(i) {
			t.Fatalf("%d: %d %s", i, res.StatusCode, body)
		}
	}
}

// TestTwoUsersNeverCross has two users share a Gateway and its connections.
func TestTwoUsersNeverCross(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		b, _ := io.ReadAll(req.Body)
		fmt.Fprintf(w, `{"token": %q, "body": %q}`, req.Header.Get("X-Auth-Token"), b)
	})
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			token := []string{"alice", "bob"}[worker%2]
			for i := range 200 {
				body := fmt.Sprint(token, worker, i)
				res, text := ask(t, "POST", gw.URL+"/compute/v2.1/servers", body, "X-Auth-Token", token)
				if want := fmt.Sprintf(`{"token": %q, "body": %q}`, token, body); res.StatusCode != 200 || text != want {
					t.Errorf("%d %s, want %s", res.StatusCode, text, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestStreamsAreNotHeld passes 64 MiB both ways and looks at the heap.
func TestStreamsAreNotHeld(t *testing.T) {
	const size = 64 << 20
	var sum atomic.Int64
	gw, _ := whole(t, func(w http.ResponseWriter, req *http.Request) {
		if req.Method == "PUT" {
			n, _ := io.Copy(io.Discard, req.Body)
			sum.Store(n)
			w.WriteHeader(204)
			return
		}
		w.Header().Set("Content-Type", req.URL.Query().Get("type"))
		if req.URL.Query().Has("type") {
			_, _ = io.WriteString(w, `["`)
		}
		_, _ = io.CopyN(w, spaces{}, size)
	})
	grown := heap.Growth(2*time.Millisecond, func() {
		for _, query := range []string{"", "?type=application/json"} {
			res, err := client.Get(gw.URL + "/image/v2/images/1/file" + query)
			if err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if err != nil || n < size {
				t.Errorf("download%s: %d bytes, %v", query, n, err)
			}
		}
		for _, length := range []int64{size, -1} {
			req, _ := http.NewRequestWithContext(t.Context(), "PUT", gw.URL+"/image/v2/images/1/file", io.LimitReader(spaces{}, size))
			req.ContentLength = length
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			equal(t, "uploaded", sum.Load(), size)
		}
	})
	if grown > 16<<20 {
		t.Errorf("the heap grew by %d KiB", grown>>10)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestInvalidHostIsRefused(t *testing.T) {
	gw, _ := whole(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{}`)
	})
	res := raw(t, gw, "GET /compute/v2.1/servers HTTP/1.1\r\nHost: a\"b\r\n\r\n")
	if res.StatusCode != 400 && res.StatusCode != 200 {
		t.Errorf("status %d", res.StatusCode)
	}
}
