package compute_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// spring yields 10,000 servers one by one, and an error instead of the one
// numbered fail.
type spring struct {
	fail    int
	err     error
	yielded int
}

func (s *spring) ListServers(context.Context, compute.ServerQuery) iter.Seq2[*compute.Server, error] {
	return func(yield func(*compute.Server, error) bool) {
		for i := range 10_000 {
			s.yielded = i + 1
			if s.err != nil && i == s.fail {
				yield(nil, s.err)
				return
			}
			status := "ACTIVE"
			if i%10 == 0 {
				status = "ERROR"
			}
			if !yield(&compute.Server{ID: fmt.Sprint("id-", i), Name: fmt.Sprint("server ", i), ProjectID: project, Status: status}, nil) {
				return
			}
		}
	}
}

// TestLazyLists: a driver is not asked for more than a page holds.
func TestLazyLists(t *testing.T) {
	for _, c := range []struct {
		query        string
		shown, asked int
	}{
		{"limit=1", 1, 1},
		{"limit=50", 50, 50},
		{"", 1000, 1000},
		{"limit=5000", 1000, 1000},
		{"limit=20&status=ERROR", 20, 191},
		{"limit=0", 0, 0},
		{"status=NONSENSE", 0, 0},
		{"sort_key=created_at&sort_dir=desc&limit=10", 10, 10},
		{"sort_key=display_name&limit=10", 10, 10_000}, // another order needs all
	} {
		s := &spring{}
		w := get(newGateway(t, s), "/v2.1/servers/detail?"+c.query)
		var page serverPage
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatalf("%s: %d %v", c.query, w.Code, err)
		}
		if len(page.Servers) != c.shown || s.yielded != c.asked {
			t.Errorf("%s: %d servers shown of %d that the driver was asked for, want %d of %d",
				c.query, len(page.Servers), s.yielded, c.shown, c.asked)
		}
	}
}

// TestListFailsEarly: as long as nothing is sent an error is a proper fault.
func TestListFailsEarly(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		body   string
	}{
		{jumpgate.Unavailable.Wrap(errors.New("secret"), "The cloud is down."), 503, `{"serviceUnavailable": {"code": 503, "message": "The cloud is down."}}`},
		{errors.New("secret"), 500, "computeFault"},
		{context.DeadlineExceeded, 504, "computeFault"},
	} {
		for _, at := range []int{0, 1, 10} {
			w := get(newGateway(t, &spring{fail: at, err: c.err}), "/v2.1/servers/detail")
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) || strings.Contains(w.Body.String(), "secret") ||
				w.Header().Get("Content-Type") != "application/json; charset=UTF-8" {
				t.Errorf("%v at server %d: %d %v %s", c.err, at, w.Code, w.Header(), w.Body)
			}
		}
	}
}

// TestListFailsLate: a cut list must not look whole.
func TestListFailsLate(t *testing.T) {
	server := httptest.NewServer(newGateway(t, &spring{fail: 500, err: errors.New("gone")}))
	defer server.Close()
	req, err := http.NewRequest("GET", server.URL+"/v2.1/servers/detail", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "demo")
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != 200 || len(body) < 32<<10 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("status %d, %d bytes, error %v; want a start of more than 32 KiB that breaks off", resp.StatusCode, len(body), err)
	}
}
