package upstream

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/softlayer/softlayer-go/sl"
)

// upstream is an api before a server that answers with handle.
func upstream(t *testing.T, handle http.HandlerFunc) *API {
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	a := New(server.URL+"/", 10*time.Second, nil)
	a.Pause = time.Millisecond
	return a
}

func TestRequests(t *testing.T) {
	var got string
	a := upstream(t, func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.Path + " " + string(body)
		if q := r.URL.Query(); len(q) > 0 {
			got += " " + q.Get("objectMask") + " " + q.Get("objectFilter") + " " + q.Get("resultLimit")
		}
		if user, key, ok := r.BasicAuth(); user != "me" || key != "k" || !ok || len(r.TransferEncoding) > 0 {
			t.Errorf("%s: %q %q, %v", got, user, key, r.TransferEncoding)
		}
		_, _ = io.WriteString(rw, "{}")
	})
	for want, c := range map[string]Call{
		"GET /SoftLayer_Account/getSshKeys.json ":              {Service: "Account", Method: "getSshKeys"},
		"GET /SoftLayer_X/7.json ":                             {Service: "X", ID: "7", Method: "getObject"},
		"GET /SoftLayer_X/7/rebootHard.json ":                  {Service: "X", ID: "7", Method: "rebootHard"},
		"DELETE /SoftLayer_X/7.json ":                          {Service: "X", ID: "7", Method: "deleteObject"},
		`PUT /SoftLayer_X/7.json {"parameters":["a"]}`:         {Service: "X", ID: "7", Method: "editObject", Args: []any{"a"}},
		`POST /SoftLayer_X.json {"parameters":[1]}`:            {Service: "X", Method: "createObject", Args: []any{1}},
		`POST /SoftLayer_X/setTags.json {"parameters":[null]}`: {Service: "X", Method: "setTags", Args: []any{nil}},
		`GET /SoftLayer_X/getAll.json  mask[id] {"id":{"operation":"\u003e 1 \u0026"}} 20,10`: {
			Service: "X", Method: "getAll", Mask: "mask[id]", Filter: Filter{"id": Filter{"operation": "> 1 &"}}, Offset: 20, Limit: 10,
		},
	} {
		if _, err := a.DoAs(t.Context(), Credential{"me", "k"}, c, new(any)); err != nil {
			t.Error(err)
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestLists: of the forms that a list is known to come in all are the list,
// and what is cut is asked for again.
func TestLists(t *testing.T) {
	const cut = "cut"
	for _, o := range []struct {
		answers []string
		want    []int // ids; nil: an error
		wrong   string
	}{
		{answers: []string{`[{"id":1},{"id":2}]`}, want: []int{1, 2}},
		{answers: []string{" \n[ {\"id\":1} , {\"id\":2} ]\n"}, want: []int{1, 2}},
		{answers: []string{`[]`}, want: []int{}},
		{answers: []string{`null`}, want: []int{}},
		{answers: []string{`{"id":1}`}, want: []int{1}},
		{answers: []string{`[{"id":1},{"id":2}` + cut, `[{"id":3}]`}, want: []int{3}},
		{answers: []string{`[{"id":1},{"id":2`}, wrong: "answer is not the JSON expected"},
		{answers: []string{``}, wrong: "answer is not the JSON expected"},
		{answers: []string{`[{"id":1}{"id":2}]`}, wrong: "answer is not the JSON expected"},
		{answers: []string{`[{"id":1}] [`}, wrong: "answer is not the JSON expected"},
		{answers: []string{`[{"id":"x"}]`}, wrong: "unexpected JSON at /0/id"},
		{answers: []string{`{ "error":"no","code":"SoftLayer_Exception"}`}, wrong: "500 SoftLayer_Exception"},
	} {
		asked := 0
		a := upstream(t, func(rw http.ResponseWriter, r *http.Request) {
			text, broken := strings.CutSuffix(o.answers[min(asked, len(o.answers)-1)], cut)
			asked++
			rw.Header().Set("SoftLayer-Total-Items", "77")
			rw.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(rw)
			_, _ = io.WriteString(zip, text)
			_ = zip.Flush()
			if broken {
				panic(http.ErrAbortHandler)
			}
			_ = zip.Close()
		})
		var list []struct {
			ID int `json:"id"`
		}
		total, err := a.DoAs(t.Context(), Credential{"me", "k"}, Call{Service: "X", Method: "getAll", Limit: 50}, &list)
		ids := []int{}
		for _, item := range list {
			ids = append(ids, item.ID)
		}
		var e *upstreamError
		switch {
		case asked != len(o.answers) && asked != maxAttempts: // it repeats what makes no sense
			t.Errorf("%q: asked %d times", o.answers, asked)
		case o.wrong != "":
			if !errors.As(err, &e) || !strings.HasSuffix(e.Error(), ": "+o.wrong) {
				t.Errorf("%q: %v, want %s", o.answers, e, o.wrong)
			}
		case err != nil || total != 77 || !slices.Equal(ids, o.want):
			t.Errorf("%q: %v of %d, %v", o.answers, ids, total, err)
		}
	}
}

// TestKeptConnection: SoftLayer takes "rebootHard" as a GET, which net/http
// repeats by itself when a kept connection turns out to be closed.
func TestKeptConnection(t *testing.T) {
	var reboots atomic.Int32
	a := upstream(t, func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "reboot") {
			reboots.Add(1)
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(rw, "true")
	})
	cred := Credential{"me", "k"}
	var done bool
	if _, err := a.DoAs(t.Context(), cred, Call{Service: "X", ID: "7", Method: "isReady"}, &done); err != nil || !done {
		t.Fatal(done, err)
	}
	_, err := a.DoAs(t.Context(), cred, Call{Service: "X", ID: "7", Method: "rebootHard"}, &done)
	var e sl.Error
	if !errors.As(err, &e) || e.StatusCode != noAnswer || reboots.Load() != 1 {
		t.Errorf("%d reboots, %v", reboots.Load(), err)
	}
}
