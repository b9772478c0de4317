package jumpgate_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/internal/leaving"
)

// answering is a Gateway whose GET of /v3/users answers v, err.
func answering(t testing.TB, v any, err error) *jumpgate.Gateway {
	gw := newGateway(t, only(jumpgate.Identity))
	handle(t, gw, jumpgate.Identity, "v3_users", get(func(*jumpgate.Request) (any, error) { return v, err }))
	return gw
}

type closer struct {
	io.Reader
	closed bool
}

func (c *closer) Close() error { c.closed = true; return nil }

func list(key string, items ...any) *jumpgate.List {
	return &jumpgate.List{Key: key, Items: func(yield func(any, error) bool) {
		for _, item := range items {
			if err, ok := item.(error); ok {
				yield(nil, err)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
	}}
}

func TestAnswers(t *testing.T) {
	const (
		js     = "application/json"
		octets = "application/octet-stream"
	)
	type response = jumpgate.Response
	long := strings.Repeat("x", 200_000)
	body := &closer{Reader: strings.NewReader("<html>")}
	paged := list("servers", "a", map[string]int{"b": 1})
	paged.Tail = func() (jumpgate.Object, error) {
		return jumpgate.Object{{Name: "servers_links", Value: []string{"<&>"}}, {Name: "n", Value: 2}}, nil
	}
	tests := []struct {
		name   string
		answer any
		status int
		media  string
		body   string
		length string // Content-Length
	}{
		{"nil", nil, 204, "", "", ""},
		{"value", map[string]string{"a": "<&>é\u2028\""}, 200, js, `{"a":"<&>é\u2028\""}`, "21"},
		{"object", jumpgate.Object{{Name: "b", Value: nil}, {Name: "a<", Value: true}}, 200, js, `{"b": null, "a<": true}`, "23"},
		{"empty response", &response{}, 204, "", "", ""},
		{"status alone", &response{Status: 202}, 202, "", "", "0"},
		{"status and value", &response{Status: 201, Body: 7}, 201, js, "7", "1"},
		{"own type", &response{Header: http.Header{"content-type": {"application/json-home"}}, Body: 7}, 200, "application/json-home", "7", "1"},
		{"bytes", &response{Body: []byte("<html>")}, 200, octets, "<html>", "6"},
		{"no bytes", &response{Body: []byte{}}, 200, octets, "", "0"},
		{"reader", &response{Body: body}, 200, octets, "<html>", ""},
		{"reader of known length", &response{Header: http.Header{"Content-Length": {"3"}, "Content-Type": {"text/plain"}}, Body: strings.NewReader("abc")}, 200, "text/plain", "abc", "3"},
		{"list", paged, 200, js, `{"servers": ["a", {"b":1}], "servers_links": ["<&>"], "n": 2}`, "61"},
		{"empty list", list("servers"), 200, js, `{"servers": []}`, "15"},
		{"list with status", &response{Status: 203, Body: list("x", 1)}, 203, js, `{"x": [1]}`, "10"},
		{"long list", list("x", long, long), 200, js, `{"x": ["` + long + `", "` + long + `"]}`, ""},
		{"redirect", &response{Status: 300, Header: http.Header{"Location": {"/v3"}}, Body: 7}, 300, js, "7", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gw := answering(t, tt.answer, nil)
			w := do(gw, "GET", "/v3/users", "")
			check(t, w, tt.status, "")
			if diff := cmp.Diff(tt.body, w.Body.String()); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if got := w.Header().Get("Content-Type"); got != tt.media {
				t.Errorf("Content-Type %q, want %q", got, tt.media)
			}
			if got := w.Header().Get("Content-Length"); got != tt.length {
				t.Errorf("Content-Length %q, want %q", got, tt.length)
			}
			w = do(gw, "HEAD", "/v3/users", "")
			if w.Code != tt.status || w.Body.Len() > 0 {
				t.Errorf("HEAD: %d %q", w.Code, w.Body)
			}
			if got := w.Header().Get("Content-Length"); got != tt.length {
				t.Errorf("Content-Length of HEAD %q, want %q", got, tt.length)
			}
		})
	}
	if !body.closed {
		t.Error("the reader was not closed")
	}
}

func TestAnswerHeaders(t *testing.T) {
	answer := &jumpgate.Response{Header: http.Header{"x-one": {"handler"}, "Vary": {"Accept"}}, Body: 1}
	gw := answering(t, answer, nil)
	gw.AddRequestHook(func(r *jumpgate.Request) error {
		r.ResponseHeader().Set("X-One", "hook")
		r.ResponseHeader().Set("X-Two", "hook")
		return nil
	})
	for range 2 { // the handler's headers are not changed by the first
		h := do(gw, "GET", "/v3/users", "").Header()
		want := http.Header{"X-One": {"handler"}, "X-Two": {"hook"}, "Vary": {"X-Auth-Token", "Accept"}}
		for name, values := range want {
			if diff := cmp.Diff(values, h.Values(name)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestUnencodableAnswer(t *testing.T) {
	for _, answer := range []any{
		func() {},
		list("x", func() {}),
		&jumpgate.List{Key: "x", Items: list("x").Items, Tail: func() (jumpgate.Object, error) { return nil, errors.New("canary") }},
		&jumpgate.List{Key: "x", Items: list("x").Items, Tail: func() (jumpgate.Object, error) {
			return jumpgate.Object{{Name: "x", Value: func() {}}}, nil
		}},
	} {
		w := do(answering(t, answer, nil), "GET", "/v3/users", "")
		check(t, w, 500, `{"error": {"code": 500, "message": "An unexpected error prevented the server from fulfilling your request.", "title": "Internal Server Error"}}`)
	}
}

// TestBrokenStream: a failure before 256 KiB are written is a fault like any
// other; later it must break the connection.
func TestBrokenStream(t *testing.T) {
	bang := jumpgate.Unavailable.Wrap(errors.New("canary"), "Come back later.")
	var items []any
	for range 3000 {
		items = append(items, strings.Repeat("x", 100))
	}
	tests := []struct {
		name   string
		answer any
		status int // 0: the connection breaks
	}{
		{"first item", list("x", bang), 503},
		{"after 200 KB", list("x", append(items[:2000:2000], bang)...), 503},
		{"after 300 KB", list("x", append(items, bang)...), 0},
		{"reader", &jumpgate.Response{Body: io.MultiReader(strings.NewReader("abc"), readerFunc(func([]byte) (int, error) { return 0, bang }))}, 0},
		{"short of its length", &jumpgate.Response{Header: http.Header{"Content-Length": {"9"}}, Body: strings.NewReader("abc")}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gw := answering(t, tt.answer, nil)
			done := make(chan jumpgate.Outcome, 1)
			gw.AddResponseHook(func(_ *jumpgate.Request, o jumpgate.Outcome) { done <- o })
			server := httptest.NewServer(gw)
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			defer server.Close()
			resp, err := server.Client().Get(server.URL + "/v3/users")
			var body []byte
			if err == nil {
				body, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			o := <-done
			if tt.name != "short of its length" && !errors.Is(o.Err, jumpgate.Unavailable) {
				t.Errorf("outcome %+v", o)
			}
			switch {
			case tt.status == 0 && err == nil:
				t.Errorf("the cut answer looks whole: %d, %d bytes", resp.StatusCode, len(body))
			case tt.status == 0:
			case err != nil:
				t.Error(err)
			case resp.StatusCode != tt.status || !strings.Contains(string(body), "Come back later.") || bytes.Contains(body, []byte("canary")):
				t.Errorf("%d %s", resp.StatusCode, body)
			}
		})
	}
}

// TestListIsNotHeld: items are asked for as they are written.
func TestListIsNotHeld(t *testing.T) {
	var ahead, written, most int
	item := strings.Repeat("x", 1<<10)
	l := &jumpgate.List{Key: "x", Items: iter.Seq2[any, error](func(yield func(any, error) bool) {
		for range 1000 {
			ahead += len(item)
			most = max(most, ahead-written)
			if !yield(item, nil) {
				return
			}
		}
	})}
	err := l.StreamJSON(writerFunc(func(p []byte) (int, error) { written += len(p); return len(p), nil }))
	if err != nil || most > 16<<10 {
		t.Errorf("%d bytes were held, error %v", most, err)
	}
	n := 0
	err = l.StreamJSON(writerFunc(func(p []byte) (int, error) { n++; return 0, io.ErrClosedPipe }))
	if !errors.Is(err, io.ErrClosedPipe) || n != 1 {
		t.Errorf("after an error of the writer: %v, %d writes", err, n)
	}
}

// TestLeavingClient: what may still be on its way is not overwritten with
// somebody else's answer.
func TestLeavingClient(t *testing.T) {
	for _, answer := range []func(string) any{
		func(whose string) any { return jumpgate.Object{{Name: "key", Value: whose}} },
		func(whose string) any { return list("keys", whose) },
	} {
		var gone []*leaving.Client
		for range 50 { // a pool may drop what it gets
			l := leaving.New()
			func() {
				defer func() {
					if cause := recover(); cause != http.ErrAbortHandler {
						t.Errorf("%v", cause)
					}
				}()
				answering(t, answer("mine"), nil).ServeHTTP(l, httptest.NewRequest("GET", "/v3/users", nil))
			}()
			gone = append(gone, l)
			do(answering(t, answer("yours"), nil), "GET", "/v3/users", "")
		}
		for _, l := range gone {
			if !bytes.Contains(l.Sent, []byte("mine")) {
				t.Errorf("%s", l.Sent)
				break
			}
		}
		l := leaving.New()
		if err := list("keys", "mine").StreamJSON(l); err == nil { // to any writer
			t.Error("no error")
		}
		for range 20 {
			do(answering(t, answer("yours"), nil), "GET", "/v3/users", "")
		}
		if !bytes.Contains(l.Sent, []byte("mine")) {
			t.Errorf("%s", l.Sent)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestBodies(t *testing.T) {
	opts := only(jumpgate.Compute)
	opts.MaxBodyBytes = 20
	gw := newGateway(t, opts)
	handle(t, gw, jumpgate.Compute, "v21_servers", jumpgate.Methods{"POST": func(r *jumpgate.Request) (any, error) {
		var v struct{ A int }
		if err := r.DecodeJSON(&v); err != nil {
			return nil, err
		}
		return v.A, nil
	}})
	handle(t, gw, jumpgate.Compute, "v21_os_keypairs", jumpgate.Methods{"POST": func(r *jumpgate.Request) (any, error) {
		b, err := r.ReadBody(3)
		return string(b), err
	}})
	const (
		malformed = `{"badRequest": {"code": 400, "message": "Malformed request body"}}`
		tooLarge  = `{"message": "Request is too large.<br /><br />\n\n\n", "code": "413 Request Entity Too Large", "title": "Request Entity Too Large"}`
	)
	for _, tt := range []struct {
		path, send string
		status     int
		body       string
	}{
		{"/v2.1/servers", `{"a": 7}`, 200, "7"},
		{"/v2.1/servers", `{"a": 7, "b":   {} }`, 200, "7"}, // 20 bytes
		{"/v2.1/servers", `{"a": 7, "b":    {} }`, 413, tooLarge},
		{"/v2.1/servers", `{"a": "seven"}`, 400, malformed},
		{"/v2.1/servers", `{"a": 7`, 400, malformed},
		{"/v2.1/servers", `{"a": 7} {}`, 400, malformed},
		{"/v2.1/servers", ``, 400, malformed},
		{"/v2.1/os-keypairs", `abc`, 200, `"abc"`},
		{"/v2.1/os-keypairs", `abcd`, 413, tooLarge},
		{"/v2.1/os-keypairs", ``, 200, `""`},
	} {
		check(t, do(gw, "POST", tt.path, tt.send, "Accept", "application/json"), tt.status, tt.body)
		req := httptest.NewRequest("POST", tt.path, io.MultiReader(strings.NewReader(tt.send))) // of unknown length
		if req.ContentLength >= 0 {
			t.Fatal("the request has a length")
		}
		check(t, serve(gw, req, "Accept", "application/json"), tt.status, tt.body)
	}
	req := httptest.NewRequest("POST", "/v2.1/servers", readerFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }))
	check(t, serve(gw, req), 400, malformed)
}

func TestPlainHandler(t *testing.T) {
	gw := newGateway(t, only(jumpgate.Compute))
	handle(t, gw, jumpgate.Compute, "v21_server_console", http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := jumpgate.RequestFrom(req.Context())
		if r == nil || r.Var("server_id") != req.PathValue("server_id") {
			t.Error("RequestFrom and PathValue disagree")
		}
		if _, ok := w.(http.Flusher); !ok {
			t.Error("the writer can't flush")
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		io.WriteString(w, req.PathValue("tenant_id")+" "+req.PathValue("server_id")+" "+req.PathValue("console_id"))
	}))
	check(t, do(gw, "GET", "/v2.1/servers/a%20b/consoles/c", ""), 200, " a b c")
	check(t, do(gw, "GET", "/v2.1/p/servers/a%20b/consoles/c", ""), 200, "p a b c")

	// A Methods elsewhere is a mistake that says so.
	w := do(get(func(*jumpgate.Request) (any, error) { return nil, nil }), "GET", "/", "")
	if w.Code != 500 || !strings.Contains(w.Body.String(), "SetHandler") {
		t.Errorf("a Methods outside of a Gateway answers %d %s", w.Code, w.Body)
	}
}
