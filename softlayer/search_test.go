package softlayer

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/softlayer/jumpgate/softlayer/internal/core"
	"github.com/softlayer/jumpgate/softlayer/internal/keep"
	"github.com/softlayer/jumpgate/softlayer/internal/upstream"
	"github.com/softlayer/jumpgate/softlayer/simulator"
)

// meter counts what SoftLayer sends and, if so told, keeps all filters from
// it, as if it could not read them.
type meter struct {
	next  http.RoundTripper
	blind bool
	bytes int
}

func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	if q := req.URL.Query(); m.blind && q.Get("objectFilter") != "" {
		q.Set("objectFilter", upstream.Filter{"virtualGuests": upstream.Filter{"id": upstream.OrderBy("DESC")}}.String())
		req.URL.RawQuery = q.Encode()
	}
	resp, err := m.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	m.bytes += len(body)
	resp.Body = io.NopCloser(strings.NewReader(string(body)))
	return resp, err
}

// mixture are servers of whom a few are like each other.
func mixture(n int) simulator.Options {
	sim := guests(n)
	for i := range sim.Accounts[0].Guests {
		g := &sim.Accounts[0].Guests[i]
		g.Hostname = fmt.Sprintf("db-%d", i)
		switch {
		case i%100 == 3:
			g.Hostname = fmt.Sprintf("Web-%d", i)
		case i%100 == 5:
			e := keep.Envelope{Known: keep.Known{Name: fmt.Sprintf("the web.%d", i), Hostname: g.Hostname}}
			g.Notes, _ = keep.Join("not a web-1", e)
		case i%100 == 7:
			g.Tags, g.Halted = []string{"blue", "os:locked"}, true
		case i%100 == 9:
			g.Tags = []string{"blue", "green"}
		case i%100 == 11:
			g.Datacenter = "lon06"
		}
	}
	return sim
}

// TestSearches: a list with filters is the same whether SoftLayer minds them
// or not, in one page and in many; and where it does little is fetched.
func TestSearches(t *testing.T) {
	const servers = 1500
	m := &meter{next: http.DefaultTransport}
	w := newWorld(t, setup{sim: mixture(servers), driver: Options{Transport: m}})
	list := func(query string) (ids []string) {
		for path := "/compute/v2.1/servers?" + query; path != ""; {
			var page struct {
				Servers []struct{ ID string }
				Links   []struct{ Href string } `json:"servers_links"`
			}
			a := w.raw(simulator.DemoUser, "GET", path, "", "OpenStack-API-Version", "compute 2.96")
			if w.into(a, &page); a.status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, a.status, a.body)
			}
			for _, s := range page.Servers {
				ids = append(ids, s.ID)
			}
			if path = ""; len(page.Links) > 0 {
				path = strings.TrimPrefix(page.Links[0].Href, w.url)
			}
		}
		return ids
	}
	for _, o := range []struct {
		query string
		want  int
		all   bool // SoftLayer can't be told
	}{
		{query: "name=web", want: 30},
		{query: "name=^WEB-103$", want: 1},
		{query: "name=" + url.QueryEscape(`^the web\.\d+$`), want: 15},
		{query: "name=" + url.QueryEscape(`(web|db)-3$`), want: 1, all: true},
		{query: "name=none", want: 0},
		{query: "name=" + url.QueryEscape("is null"), want: 0},
		{query: "tags=blue", want: 30},
		{query: "tags=blue,green", want: 15},
		{query: "tags-any=green,red", want: 15},
		{query: "not-tags=blue", want: servers - 30, all: true},
		{query: "locked=true", want: 15},
		{query: "locked=true&tags=green", want: 0},
		{query: "availability_zone=lon", want: 15},
		{query: "name=db&availability_zone=lon06", want: 15},
		{query: "name=db&tags=blue&status=ACTIVE", want: 15},
		{query: "image=" + core.SystemID(osCode), want: servers, all: true},
		{query: "image=6a6b0e50-5a2d-4c2b-9f64-0d39a3d6a4c1", want: 0},
		{query: "key_name=none", want: 0},
		{query: "status=SHUTOFF", want: 16, all: true},
	} {
		m.blind = true
		want := list(o.query)
		m.blind, m.bytes = false, 0
		got := list(o.query)
		if len(got) != o.want || !slices.Equal(got, want) {
			t.Errorf("%s: %d servers, want %d, and %d where filters are ignored", o.query, len(got), o.want, len(want))
		}
		if little := 60 << 10; !o.all && m.bytes > little {
			t.Errorf("%s: %d bytes", o.query, m.bytes)
		}
		if o.want > 100 {
			continue
		}
		if got := list(o.query + "&limit=7"); !slices.Equal(got, want) {
			t.Errorf("%s in pages: %d servers, want %d", o.query, len(got), len(want))
		}
		w.forgetPlaces()
		if len(want) > 9 {
			if got := list(o.query + "&limit=20&marker=" + want[8]); !slices.Equal(got, want[9:]) {
				t.Errorf("%s behind a marker: %d servers, want %d", o.query, len(got), len(want)-9)
			}
		}
		if got := list(o.query + "&sort_key=created_at&sort_dir=asc"); len(got) != o.want {
			t.Errorf("%s sorted: %d servers, want %d", o.query, len(got), o.want)
		}
	}
}

// TestFirstPage: a page is no more than was asked for, filters or none.
func TestFirstPage(t *testing.T) {
	m := &meter{next: http.DefaultTransport}
	w := newWorld(t, setup{sim: mixture(1500), driver: Options{Transport: m}})
	for path, atMost := range map[string]int{
		"/compute/v2.1/servers?limit=50":               51 * 500,
		"/compute/v2.1/servers/detail?limit=50":        51 * 1600, // with the names of both networks
		"/compute/v2.1/servers?limit=5&name=db":        2 * 6 * 500,
		"/compute/v2.1/servers?limit=5&name=web":       2 * 6 * 500,
		"/compute/v2.1/servers/detail?limit=5&name=db": 2 * 6 * 1600,
	} {
		w.token(simulator.DemoUser)
		m.bytes = 0
		a := w.raw(simulator.DemoUser, "GET", path, "")
		if n := strings.Count(a.body, `"status"`); strings.Contains(path, "detail") && n != 50 && n != 5 || m.bytes > atMost || m.bytes == 0 {
			t.Errorf("%s: %d bytes for %.100s", path, m.bytes, a.body)
		}
	}
}
