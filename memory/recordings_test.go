package memory

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
)

// exchange is a request to a real service (Zed), and its answer.
type exchange struct {
	User           string
	Method, Path   string
	RequestHeaders map[string]string `json:"request_headers"`
	RequestBody    json.RawMessage   `json:"request_body"`
	Status         int
	Headers        [][2]string     `json:"response_headers"`
	Body           json.RawMessage `json:"response_body"`
}

// recordedUsers are the users of the recordings, with the projects' ids there,
// and the same with no other role than reader.
var recordedUsers = withReaders(map[string]jumpgate.Principal{
	"demo":     {UserID: "demo", ProjectID: "60a20c5592da49719d9e0ddce9adeb3e", Roles: []string{"member", "reader"}},
	"alt_demo": {UserID: "alt_demo", ProjectID: "fcc43ae4c9b14adf8398454e1b8a7300", Roles: []string{"member", "reader"}},
	"admin":    {UserID: "admin", ProjectID: "dd2fcf0e8e764db694a6b53f44bb5d14", Roles: []string{"admin", "member", "reader"}},
})

func withReaders(users map[string]jumpgate.Principal) map[string]jumpgate.Principal {
	for name, p := range maps.Clone(users) {
		p.Roles = []string{"reader"}
		users["reader "+name] = p
	}
	return users
}

// replay sends recorded requests, one after the other, as the user that the
// header field X-User names, and compares the status of the answers. What
// changed something is sent before by the same user as a reader, who must be
// refused.
type replay struct {
	files, url string            // files are patterns, with blanks between them
	differs    map[string]string // by file: why it is answered in another way
	readers    map[string]string // by file: why a reader may do the same
	ids        map[string]string // recorded id: ours

	before func(t *testing.T, file string) // a request is sent
	check  func(t *testing.T, ids map[string]string, x exchange, header http.Header, got []byte)
}

func (p replay) run(t *testing.T) {
	var files []string
	for pattern := range strings.FieldsSeq(p.files) {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal("no recordings", pattern, err)
		}
		files = append(files, found...)
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(filepath.Base(a), filepath.Base(b)) })
	for _, file := range files {
		name := filepath.Base(file)
		if reason := p.differs[name]; reason != "" {
			t.Log(name, "differs:", reason)
			continue
		}
		t.Run(name, func(t *testing.T) {
			var x exchange
			b, err := os.ReadFile(file)
			if err != nil || json.Unmarshal(b, &x) != nil {
				t.Fatal("unreadable", err)
			}
			p.before(t, name)
			path, body := x.Path, requestBody(x.RequestBody)
			for recorded, ours := range p.ids {
				path = strings.ReplaceAll(path, recorded, ours)
				body = bytes.ReplaceAll(body, []byte(recorded), []byte(ours))
			}
			req, err := http.NewRequest(x.Method, p.url+path, bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range x.RequestHeaders {
				req.Header.Set(name, value)
			}
			req.Header.Set("X-User", x.User)
			if x.Status < 300 && p.readers[name] == "" {
				refuseReader(t, req)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != x.Status {
				t.Fatalf("status %d, want %d: %s", resp.StatusCode, x.Status, got)
			}
			p.check(t, p.ids, x, resp.Header, got)
		})
	}
}

// refuseReader sends req by its user as a reader, who may change nothing.
func refuseReader(t *testing.T, req *http.Request) {
	t.Helper()
	if slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, req.Method) {
		return
	}
	same := req.Clone(t.Context())
	body, err := req.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	same.Body = body
	user := req.Header.Get("X-User")
	same.Header.Set("X-User", "reader "+user)
	resp, err := http.DefaultClient.Do(same)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	foreign := resp.StatusCode == http.StatusNotFound && (user == "admin" || user == "system") // readers don't see other projects
	if err != nil || resp.StatusCode != http.StatusForbidden && !foreign {
		t.Errorf("a reader: %s %s: %d %s, %v", req.Method, req.URL, resp.StatusCode, text, err)
	}
}

func requestBody(raw json.RawMessage) []byte {
	var text string
	switch {
	case string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &text) == nil:
		return []byte(text)
	}
	return raw
}

// likeOne says where the first of a list differs from want, if none is like it:
// many lists are in the order of ids, which are random.
func likeOne(at string, list []any, want any) string {
	first := differ(at, list[0], want)
	for _, item := range list[1:] {
		if first == "" || differ(at, item, want) == "" {
			return ""
		}
	}
	return first
}

// differ says where have and want have other members, other types, or faults
// with other words.
func differ(at string, have, want any) string {
	if strings.HasSuffix(at, ".message") && fmt.Sprint(have) != fmt.Sprint(want) {
		if !strings.Contains(fmt.Sprint(want), "-") { // ids differ
			return at + ": other words"
		}
	}
	switch want := want.(type) {
	case map[string]any:
		have, ok := have.(map[string]any)
		if !ok {
			return at + ": no object"
		}
		for name, w := range want {
			h, ok := have[name]
			if !ok {
				return at + "." + name + " is missing"
			}
			if where := differ(at+"."+name, h, w); where != "" {
				return where
			}
		}
		for name := range have {
			if _, ok := want[name]; !ok {
				return at + "." + name + " is too much"
			}
		}
	case []any:
		have, ok := have.([]any)
		if !ok {
			return at + ": no list"
		}
		if len(have) > 0 && len(want) > 0 && at != ".images" { // which images there are is another matter
			return likeOne(at+"[0]", have, want[0])
		}
	default:
		if have == nil && want == "" || have == "" && want == nil {
			return fmt.Sprintf("%s is %#v, want %#v", at, have, want)
		}
		if have != nil && want != nil && reflect.TypeOf(have) != reflect.TypeOf(want) {
			return fmt.Sprintf("%s is %T, want %T", at, have, want)
		}
	}
	return ""
}
