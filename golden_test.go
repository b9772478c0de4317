package jumpgate_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
)

// recording is a request to a real OpenStack (Zed) and its answer.
type recording struct {
	Service   jumpgate.Service
	Slug      string
	Method    string
	Path      string
	Headers   map[string]string `json:"request_headers"`
	Status    int
	Answer    [][2]string     `json:"response_headers"`
	Body      json.RawMessage `json:"response_body"`
	file      string
	responded http.Header
}

func recordings(t *testing.T) []recording {
	t.Helper()
	files, err := filepath.Glob("testdata/golden/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	var list []recording
	for _, f := range files {
		list = append(list, load(t, f))
	}
	return list
}

func load(t *testing.T, file string) recording {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rec := recording{file: strings.TrimPrefix(file, "testdata/golden/"), responded: http.Header{}}
	if err := json.Unmarshal(b, &rec); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, h := range rec.Answer {
		rec.responded.Add(h[0], h[1])
	}
	return rec
}

// replay sends the recorded request to gw.
func (rec *recording) replay(gw *jumpgate.Gateway) *httptest.ResponseRecorder {
	req := httptest.NewRequest(rec.Method, gw.Dispatcher(rec.Service).Mount()+rec.Path, nil)
	for name, value := range rec.Headers {
		req.Header.Set(name, value)
	}
	return serve(gw, req)
}

// words finds the message, and for Neutron the type, in a recorded fault.
// own is false where the service itself did not word it.
func (rec *recording) words(t *testing.T) (message, kind string, own bool) {
	var text string
	if json.Unmarshal(rec.Body, &text) == nil && text != "" { // HTML or plain
		const heading = "</h1>\n  "
		if _, after, ok := strings.Cut(text, heading); ok {
			text, _, _ = strings.Cut(after, "\n\n </body>")
		} else {
			_, text, _ = strings.Cut(text, "\n\n")
		}
		return webobMessage(text), "", rec.Service == jumpgate.Image
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(rec.Body, &body); err != nil {
		t.Fatalf("%s: %v", rec.file, err)
	}
	for _, v := range body {
		var fault struct{ Type, Message string }
		if json.Unmarshal(v, &fault) == nil && fault.Message != "" {
			return fault.Message, fault.Type, true
		}
	}
	if rec.Service == jumpgate.Image && json.Unmarshal(body["message"], &text) == nil {
		return webobMessage(text), "", true
	}
	return "", "", false
}

// webobMessage takes the explanation, or the detail where there is one, from
// WebOb's text.
func webobMessage(s string) string {
	explanation, detail, _ := strings.Cut(strings.TrimSpace(s), "<br /><br />")
	if detail = strings.TrimSpace(detail); detail != "" {
		return detail
	}
	return explanation
}

var kinds = []jumpgate.Kind{
	jumpgate.Internal, jumpgate.BadRequest, jumpgate.Unauthorized, jumpgate.Forbidden, jumpgate.NotFound,
	jumpgate.MethodNotAllowed, jumpgate.NotAcceptable, jumpgate.Conflict, jumpgate.Gone, jumpgate.Precondition,
	jumpgate.TooLarge, jumpgate.UnsupportedMedia, jumpgate.BadRange, jumpgate.OverLimit, jumpgate.NotImplemented,
	jumpgate.BadGateway, jumpgate.Unavailable, jumpgate.Timeout,
}

// zed is a Gateway in the place of the OpenStack that was recorded. Its
// handlers fail with err, tokens are refused if denied is set.
func zed(t *testing.T, err error, denied error) *jumpgate.Gateway {
	t.Helper()
	fail := func(*jumpgate.Request) (any, error) { return nil, err }
	opts := every(jumpgate.DriverFunc(func(_ *jumpgate.Gateway, d *jumpgate.Dispatcher) error {
		for _, e := range jumpgate.Endpoints(d.Service()) {
			m := jumpgate.Methods{}
			for _, method := range e.Methods {
				m[method] = fail
			}
			if err := d.SetHandler(e.Name, m); err != nil {
				return err
			}
		}
		highest := map[jumpgate.Service]jumpgate.Microversion{jumpgate.Compute: {2, 93}, jumpgate.Volume: {3, 70}}
		lowest := map[jumpgate.Service]jumpgate.Microversion{jumpgate.Compute: {2, 1}, jumpgate.Volume: {3, 0}}
		if err := d.AddRequestHook(func(*jumpgate.Request) error { return denied }); err != nil {
			return err
		}
		return d.AddRequestHook(jumpgate.Negotiate(lowest[d.Service()], highest[d.Service()]))
	}))
	opts.PublicURL = "http://127.0.0.1:15000"
	return newGateway(t, opts)
}

// TestFaultsAsRecorded makes each recorded failure happen again and compares
// the answers.
func TestFaultsAsRecorded(t *testing.T) {
	n := 0
	for _, rec := range recordings(t) {
		if rec.Status < 400 {
			continue
		}
		n++
		t.Run(rec.file, func(t *testing.T) {
			message, exception, own := rec.words(t)
			kind := kinds[slices.IndexFunc(kinds, func(k jumpgate.Kind) bool { return k.Status() == rec.Status })]
			err := error(&jumpgate.Error{Kind: kind, Message: message, Type: exception})
			if kind == jumpgate.Internal { // its words are the service's, whatever the driver says
				err = jumpgate.Internal.New("secret")
			}
			if kind == jumpgate.UnsupportedMedia && rec.Service == jumpgate.Image { // WebOb's words
				err = kind
			}
			if !own { // the router's own answers: no handler may be reached
				err = jumpgate.Gone.New("a handler was called")
			}
			var denied error
			if rec.Status == 401 {
				if denied = err; rec.Service != jumpgate.Identity {
					denied = jumpgate.Unauthorized // bare: the service's own words
				}
			}
			w := rec.replay(zed(t, err, denied))

			if w.Code != rec.Status {
				t.Fatalf("status %d, recorded %d; body %s", w.Code, rec.Status, w.Body)
			}
			for _, name := range []string{
				"Content-Type", "WWW-Authenticate", "Vary", "Retry-After",
				"OpenStack-API-Version", "X-OpenStack-Nova-API-Version",
			} {
				if diff := cmp.Diff(rec.responded.Values(name), w.Header().Values(name)); diff != "" {
					t.Errorf("%s (-recorded +got):\n%s", name, diff)
				}
			}
			if allow := rec.responded.Get("Allow"); allow != "" {
				want, got := strings.Split(allow, ", "), strings.Split(w.Header().Get("Allow"), ", ")
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("Allow (-recorded +got):\n%s", diff)
				}
			}
			compareBodies(t, rec.Body, w.Body.Bytes())
		})
	}
	if n < 50 {
		t.Errorf("only %d recorded failures", n)
	}
}

// compareBodies compares JSON by its meaning and everything else by the byte.
// A recorded text is a JSON string.
func compareBodies(t *testing.T, recorded json.RawMessage, got []byte) {
	t.Helper()
	var want any
	if err := json.Unmarshal(recorded, &want); err != nil {
		t.Fatal(err)
	}
	switch want := want.(type) {
	case nil:
		if len(got) > 0 {
			t.Errorf("body %q, recorded none", got)
		}
	case string:
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("body (-recorded +got):\n%s", diff)
		}
	default:
		var have any
		if err := json.Unmarshal(got, &have); err != nil {
			t.Fatalf("body %q: %v", got, err)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("body (-recorded +got):\n%s", diff)
		}
	}
}

// TestRequestIDsAsRecorded: which answers carry which id. Glance's and
// Cinder's answers that no endpoint gave have fewer in the recordings; here
// they have them all, for nobody minds and an operator needs them.
func TestRequestIDsAsRecorded(t *testing.T) {
	for _, rec := range recordings(t) {
		w := rec.replay(zed(t, nil, nil))
		for _, name := range []string{"X-Openstack-Request-Id", "X-Compute-Request-Id"} {
			if (rec.responded.Get(name) != "") != (w.Header().Get(name) != "") &&
				(rec.Service == jumpgate.Compute || rec.Service == jumpgate.Identity || rec.responded.Get(name) != "") {
				t.Errorf("%s: %s is %q, recorded %q", rec.file, name, w.Header().Get(name), rec.responded.Get(name))
			}
		}
	}
}
