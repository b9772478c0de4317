package compute_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGolden plays what a client once asked of a real Nova (Zed, 2.93), in its
// order, against a cloud in memory, and compares each answer with Nova's. The
// recordings are those of all endpoints that the package serves.
func TestGolden(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c)
	var compared, skipped []int
	for _, rec := range recordings(t) {
		if change := meanwhile[rec.number]; change != nil {
			change(t, c)
		}
		if reason := skips[rec.number]; reason != "" {
			skipped = append(skipped, rec.number)
			continue
		}
		compared = append(compared, rec.number)
		t.Run(rec.file, func(t *testing.T) {
			rec := rec.expected(t)
			w := httptest.NewRecorder()
			gw.ServeHTTP(w, rec.request())
			rec.compare(t, w)
		})
	}
	for n, reason := range skips {
		if !slices.Contains(skipped, n) {
			t.Errorf("recording %d, skipped because %q, does not exist", n, reason)
		}
	}
	for i, d := range deviations {
		for _, n := range d.on {
			if !slices.Contains(compared, n) {
				t.Errorf("recording %d of deviation %d is not compared", n, i)
			}
		}
	}
	for n := range meanwhile {
		if !slices.Contains(compared, n) {
			t.Errorf("what happens before recording %d never happens", n)
		}
	}
}

// recording is a request to a real Nova and its answer.
type recording struct {
	number  int
	file    string
	User    string
	Method  string
	Path    string
	Headers map[string]string `json:"request_headers"`
	Sent    json.RawMessage   `json:"request_body"`
	Status  int
	Fields  [][2]string     `json:"response_headers"`
	Body    json.RawMessage `json:"response_body"`
	header  http.Header
}

func recordings(t testing.TB) []*recording {
	t.Helper()
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	var list []*recording
	for _, f := range files {
		list = append(list, load(t, f))
	}
	return list
}

func load(t testing.TB, file string) *recording {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rec := &recording{file: strings.TrimSuffix(filepath.Base(file), ".json"), header: http.Header{}}
	if err := json.Unmarshal(b, rec); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if rec.number, err = strconv.Atoi(rec.file[:3]); err != nil {
		t.Fatal(err)
	}
	for _, h := range rec.Fields {
		rec.header.Add(h[0], h[1])
	}
	return rec
}

// numbered loads the recording of a number.
func numbered(t testing.TB, number string) *recording {
	t.Helper()
	files, _ := filepath.Glob("testdata/golden/" + number + "-*.json")
	if len(files) != 1 {
		t.Fatalf("recordings of number %s: %v", number, files)
	}
	return load(t, files[0])
}

func (rec *recording) request() *http.Request {
	body := []byte(rec.Sent)
	var text string
	switch {
	case len(body) == 0 || string(body) == "null":
		body = nil
	case json.Unmarshal(body, &text) == nil:
		body = []byte(text)
	}
	req := httptest.NewRequest(rec.Method, rec.Path, bytes.NewReader(body))
	for name, value := range rec.Headers {
		req.Header.Set(name, value)
	}
	req.Header.Del("X-Auth-Token")
	if rec.User != "" {
		req.Header.Set("X-Auth-Token", rec.User)
	}
	return req
}

// expected is the answer wanted: Nova's, but for the deviations.
func (rec *recording) expected(t testing.TB) *recording {
	want := *rec
	want.header = rec.header.Clone()
	for _, d := range deviations {
		if slices.Contains(d.on, rec.number) {
			d.change(t, &want)
		}
	}
	return &want
}

// replace rewrites text in the answer wanted, where it must be found.
func (rec *recording) replace(t testing.TB, old, new string) {
	t.Helper()
	found := false
	if bytes.Contains(rec.Body, []byte(old)) {
		rec.Body, found = bytes.ReplaceAll(rec.Body, []byte(old), []byte(new)), true
	}
	for name, values := range rec.header {
		for i, v := range values {
			if strings.Contains(v, old) {
				rec.header[name][i], found = strings.ReplaceAll(v, old, new), true
			}
		}
	}
	if !found {
		t.Errorf("%s: deviation looks for %q in vain", rec.file, old)
	}
}

// compare compares an answer with the one wanted.
func (rec *recording) compare(t testing.TB, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != rec.Status {
		t.Errorf("status %d, want %d", w.Code, rec.Status)
	}
	for _, name := range []string{
		"Content-Type", "OpenStack-API-Version", "X-OpenStack-Nova-API-Version", "Vary", "Location", "WWW-Authenticate",
	} {
		if diff := cmp.Diff(rec.header.Values(name), w.Header().Values(name)); diff != "" {
			t.Errorf("header %s (-want +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"X-Openstack-Request-Id", "X-Compute-Request-Id"} {
		if rec.header.Get(name) == "" != (w.Header().Get(name) == "") {
			t.Errorf("header %s: %q, want %q", name, w.Header().Get(name), rec.header.Get(name))
		}
	}
	var want, got any
	if err := json.Unmarshal(rec.Body, &want); err != nil {
		t.Fatal(err)
	}
	text := w.Body.Bytes()
	switch {
	case len(text) == 0:
	case json.Valid(text):
		_ = json.Unmarshal(text, &got)
	default:
		got = string(text)
	}
	for name, form := range random[rec.number] {
		if value := blank(got, name); !regexp.MustCompile(form).MatchString(value) {
			t.Errorf("%s is %q, want the form %s", name, value, form)
		}
		blank(want, name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// blank empties the text called name in body or in the object within it, and
// returns what it was.
func blank(body any, name string) string {
	o, _ := body.(map[string]any)
	if inner, ok := o["keypair"].(map[string]any); ok {
		o = inner
	}
	value, _ := o[name].(string)
	if value != "" {
		o[name] = ""
	}
	return value
}
