package compute_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/softlayer/jumpgate"
	"github.com/softlayer/jumpgate/openstack/compute"
)

// get asks as the demo user. headers are pairs of name and value.
func get(gw *jumpgate.Gateway, target string, headers ...string) *httptest.ResponseRecorder {
	return do(gw, "GET", target, "", headers...)
}

func do(gw *jumpgate.Gateway, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	req.Header.Set("X-Auth-Token", "demo")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, req)
	return w
}

// at is the header for a microversion.
func at(version string) []string { return []string{"OpenStack-API-Version", "compute " + version} }

// fault is the message of a fault.
func fault(w *httptest.ResponseRecorder) string {
	var body map[string]struct{ Message string }
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	for _, f := range body {
		return f.Message
	}
	return ""
}

type serverPage struct {
	Servers []struct{ ID string }
	Links   []struct{ Rel, Href string } `json:"servers_links"`
}

// follow reads a list to its end and returns the ids. No page may hold more
// than limit.
func follow(t *testing.T, gw *jumpgate.Gateway, target, version string, limit int) []string {
	t.Helper()
	ids := []string{}
	for range 300 {
		w := get(gw, target, at(version)...)
		var page serverPage
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
		}
		if limit > 0 && len(page.Servers) > limit {
			t.Errorf("GET %s: %d servers", target, len(page.Servers))
		}
		for _, s := range page.Servers {
			ids = append(ids, s.ID)
		}
		if len(page.Links) == 0 {
			return ids
		}
		next, ok := strings.CutPrefix(page.Links[0].Href, "http://127.0.0.1:18774")
		if !ok || page.Links[0].Rel != "next" || len(page.Servers) == 0 {
			t.Fatalf("GET %s: links %v after %d servers", target, page.Links, len(page.Servers))
		}
		target = next
	}
	t.Fatalf("GET %s has no end", target)
	return nil
}

// randomServers makes servers that are alike in many ways.
func randomServers(r *rand.Rand, n int) []*compute.Server {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	var list []*compute.Server
	for i := range n {
		created := date("2026-01-01T00:00:00Z").Add(time.Duration(r.IntN(20)) * time.Minute)
		s := &compute.Server{
			ID: fmt.Sprintf("%08x-0000-4000-8000-%012d", r.Uint32(), i), ProjectID: project, UserID: user,
			Name: pick("web", "WEB-1", "db", "db.example", "a+b", "ünïcode", "x") + pick("", "1", "2"), Hostname: pick("h1", "h2"),
			Status: pick("ACTIVE", "SHUTOFF", "ERROR", "BUILD", "REBOOT"), VMState: pick("active", "stopped", "building"),
			TaskState: pick("", "", "rebooting"), PowerState: compute.PowerState(r.IntN(2)),
			Created: created, Updated: created.Add(time.Duration(r.IntN(20)) * time.Minute),
			AvailabilityZone: pick("dal13", "fra02"), ImageID: pick(image, ""), Flavor: compute.Flavor{ID: pick("42", "84", "1")},
			KeyName: pick("", "k1", "k2"), Locked: r.IntN(2) == 0, ConfigDrive: r.IntN(2) == 0, Progress: r.IntN(3) * 50,
			Networks: []compute.NetworkAddresses{{Name: "private", Addresses: []compute.Address{
				{Version: 4, Addr: fmt.Sprintf("10.%d.0.%d", r.IntN(3), i%250)},
				{Version: 6, Addr: fmt.Sprintf("fd00::%x", i%16)},
				{Version: 4, Addr: "192.0.2.1", Floating: true},
			}}},
		}
		for _, tag := range []string{"a", "b", "c"} {
			if r.IntN(2) == 0 {
				s.Tags = append(s.Tags, tag)
			}
		}
		list = append(list, s)
	}
	return list
}

// filter is a parameter and what it means, said naively.
type filter struct {
	query string
	since int
	keep  func(s *compute.Server) bool
}

func tagged(s *compute.Server, tag string) bool { return slices.Contains(s.Tags, tag) }

var filters = []filter{
	{"name=web", 1, func(s *compute.Server) bool { return strings.Contains(strings.ToLower(s.Name), "web") }},
	{"name=" + url.QueryEscape(`^db.?$`), 1, func(s *compute.Server) bool { return len(s.Name) <= 3 && strings.HasPrefix(s.Name, "db") }},
	{"name=" + url.QueryEscape(`a\+b`), 1, func(s *compute.Server) bool { return strings.Contains(s.Name, "a+b") }},
	{"name=%C3%BCN", 1, func(s *compute.Server) bool { return strings.HasPrefix(s.Name, "ün") }},
	{"status=active", 1, func(s *compute.Server) bool { return s.Status == "ACTIVE" }},
	{"status=ERROR&status=BUILD&status=NONSENSE", 1, func(s *compute.Server) bool { return s.Status == "ERROR" || s.Status == "BUILD" }},
	{"status=ACTIVE&status=DELETED", 1, func(s *compute.Server) bool { return s.Status == "ACTIVE" }},
	{"flavor=84", 1, func(s *compute.Server) bool { return s.Flavor.ID == "84" }},
	{"flavor=84&flavor=42", 1, func(s *compute.Server) bool { return s.Flavor.ID == "42" }},
	{"image=" + image, 1, func(s *compute.Server) bool { return s.ImageID != "" }},
	{"ip=10.1.", 1, func(s *compute.Server) bool { return strings.HasPrefix(s.Networks[0].Addresses[0].Addr, "10.1.") }},
	{"ip=192.0.2.1", 1, func(s *compute.Server) bool { return false }},
	{"ip6=::f$", 5, func(s *compute.Server) bool { return strings.HasSuffix(s.Networks[0].Addresses[1].Addr, "::f") }},
	{"ip=10.1.&ip6=::f$", 5, func(s *compute.Server) bool { // of both one is enough
		return strings.HasPrefix(s.Networks[0].Addresses[0].Addr, "10.1.") || strings.HasSuffix(s.Networks[0].Addresses[1].Addr, "::f")
	}},
	{"changes-since=2026-01-01T00:20:00Z", 1, func(s *compute.Server) bool { return !s.Updated.Before(date("2026-01-01T00:20:00Z")) }},
	{"changes-before=2026-01-01T00:20:00%2B00:00", 66, func(s *compute.Server) bool { return !s.Updated.After(date("2026-01-01T00:20:00Z")) }},
	{"tags=a,b", 26, func(s *compute.Server) bool { return tagged(s, "a") && tagged(s, "b") }},
	{"tags-any=a,b", 26, func(s *compute.Server) bool { return tagged(s, "a") || tagged(s, "b") }},
	{"not-tags=a,b", 26, func(s *compute.Server) bool { return !tagged(s, "a") || !tagged(s, "b") }},
	{"not-tags-any=a,b", 26, func(s *compute.Server) bool { return !tagged(s, "a") && !tagged(s, "b") }},
	{"locked=yes", 73, func(s *compute.Server) bool { return s.Locked }},
	{"locked=0", 73, func(s *compute.Server) bool { return !s.Locked }},
	{"key_name=k", 83, func(s *compute.Server) bool { return s.KeyName != "" }},
	{"availability_zone=dal", 83, func(s *compute.Server) bool { return s.AvailabilityZone == "dal13" }},
	{"vm_state=active", 83, func(s *compute.Server) bool { return s.VMState == "active" }},
	{"task_state=rebooting", 83, func(s *compute.Server) bool { return s.TaskState == "rebooting" }},
	{"power_state=1", 83, func(s *compute.Server) bool { return s.PowerState == 1 }},
	{"progress=50", 83, func(s *compute.Server) bool { return s.Progress == 50 }},
	{"config_drive=True", 83, func(s *compute.Server) bool { return s.ConfigDrive }},
	{"created_at=00:0", 83, func(s *compute.Server) bool { return s.Created.Minute() < 10 }},
	{"hostname=h2", 90, func(s *compute.Server) bool { return s.Hostname == "h2" }},
	{"vcpus=8", 1, func(*compute.Server) bool { return true }},
}

// orders are sort parameters and what they mean.
var orders = []struct {
	query   string
	compare func(a, b *compute.Server) int
}{
	// "locked" sorts from 2.73 on and is ignored before.
	{"sort_key=locked&sort_dir=desc", func(a, b *compute.Server) int {
		return or(strings.Compare(fmt.Sprint(b.Locked), fmt.Sprint(a.Locked)), byID(a, b))
	}},
	{"", newestFirst},
	{"sort_key=created_at&sort_dir=desc", newestFirst},
	{horizonOrder, func(a, b *compute.Server) int {
		return or(-a.Created.Compare(b.Created), -strings.Compare(a.Name, b.Name), -byID(a, b))
	}},
	{"sort_dir=asc", func(a, b *compute.Server) int { return or(a.Created.Compare(b.Created), byID(a, b)) }},
	{"sort_key=uuid", func(a, b *compute.Server) int { return -byID(a, b) }},
	{"sort_key=display_name&sort_dir=asc", func(a, b *compute.Server) int { return or(strings.Compare(a.Name, b.Name), byID(a, b)) }},
	{"sort_key=display_name", func(a, b *compute.Server) int { return or(-strings.Compare(a.Name, b.Name), byID(a, b)) }},
	{"sort_key=availability_zone&sort_dir=asc&sort_key=display_name&sort_dir=desc", func(a, b *compute.Server) int {
		return or(strings.Compare(a.AvailabilityZone, b.AvailabilityZone), -strings.Compare(a.Name, b.Name), byID(a, b))
	}},
	{"sort_key=vm_state&sort_key=key_name&sort_dir=desc", func(a, b *compute.Server) int {
		// Nova gives its own last key's direction to the second, and the first to that.
		return or(-strings.Compare(a.VMState, b.VMState), strings.Compare(a.KeyName, b.KeyName), -byID(a, b))
	}},
}

// horizonOrder is how Horizon sorts servers.
const horizonOrder = "sort_key=created_at&sort_dir=desc&sort_key=display_name&sort_dir=desc&sort_key=uuid&sort_dir=desc"

func byID(a, b *compute.Server) int { return strings.Compare(a.ID, b.ID) }

func or(list ...int) int {
	for _, c := range list {
		if c != 0 {
			return c
		}
	}
	return 0
}

// TestListsAgreeWithNaiveOnes compares lists in all their variety with what
// filtering, sorting and cutting a slice gives.
func TestListsAgreeWithNaiveOnes(t *testing.T) {
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := newCloud()
		c.servers = randomServers(r, r.IntN(60))
		gw := newGateway(t, c)

		minor := []int{1, 5, 26, 66, 73, 74, 83, 90, 96}[r.IntN(9)]
		var query []string
		keep := []func(*compute.Server) bool{}
		seen := make(map[string]bool)
		for range r.IntN(4) {
			f := filters[r.IntN(len(filters))]
			name, _, _ := strings.Cut(f.query, "=")
			name = strings.TrimSuffix(name, "6")
			if seen[name] || name == "vcpus" && minor >= 75 || minor < f.since && (minor >= 75 || strings.Contains(f.query, "&")) {
				continue
			}
			seen[name] = true
			query = append(query, f.query)
			if minor >= f.since { // else it is ignored
				keep = append(keep, f.keep)
			}
		}
		order := orders[r.IntN(len(orders))]
		if minor < 73 && strings.Contains(order.query, "locked") {
			order.compare = newestFirst
		}
		if order.query != "" {
			query = append(query, order.query)
		}
		var want []*compute.Server
		for _, s := range c.servers {
			if !slices.ContainsFunc(keep, func(k func(*compute.Server) bool) bool { return !k(s) }) {
				want = append(want, s)
			}
		}
		slices.SortFunc(want, order.compare)
		ids := []string{}
		for _, s := range want {
			ids = append(ids, s.ID)
		}

		version := fmt.Sprintf("2.%d", minor)
		path := "/v2.1/servers" + []string{"", "/detail"}[r.IntN(2)] + "?"
		if got := follow(t, gw, path+strings.Join(query, "&"), version, 0); !slices.Equal(got, ids) {
			t.Errorf("seed %d: %v at %s (-want +got):\n%s", seed, query, version, gocmp.Diff(ids, got))
		}
		for _, q := range c.asked {
			if !q.Filtered() && len(want) != len(c.servers) {
				t.Errorf("seed %d: the query of %v says that it does not filter", seed, query)
			}
		}
		limit := 1 + r.IntN(7)
		query = append(query, fmt.Sprintf("limit=%d", limit))
		r.Shuffle(len(query), func(i, j int) { query[i], query[j] = query[j], query[i] })
		if got := follow(t, gw, path+strings.Join(query, "&"), version, limit); !slices.Equal(got, ids) {
			t.Errorf("seed %d: %v at %s (-want +got):\n%s", seed, query, version, gocmp.Diff(ids, got))
		}
	}
}

// TestNextLink: the last full page links to an empty one, and an empty one to
// nothing; the link has Nova's order of parameters.
func TestNextLink(t *testing.T) {
	c := newCloud()
	c.servers = randomServers(rand.New(rand.NewPCG(1, 2)), 4)
	gw := newGateway(t, c)
	ids := follow(t, gw, "/v2.1/servers", "2.1", 0)
	for _, l := range []struct {
		target, link string
		n            int
	}{
		{"/v2.1/servers?limit=2&vcpus=a%20b&image=", "?image=&limit=2&vcpus=a+b&marker=" + ids[1], 2},
		{"/v2.1/servers?limit=2&name=.&marker=" + ids[1], "?limit=2&marker=" + ids[3] + "&name=.", 2},
		{"/v2.1/servers?marker=" + ids[3] + "&limit=2", "", 0},
		{"/v2.1/servers?limit=0", "", 0},
		{"/v2.1/servers?limit=0&" + horizonOrder, "", 0},
		{"/v2.1/servers?limit=3&limit=1", "?limit=3&limit=1&marker=" + ids[0], 1},
		{"/v2.1/servers?limit=99999999999999999999", "", 4},
		{"/v2.1/" + project + "/servers?limit=1", "?limit=1&marker=" + ids[0], 1},
		{"/v2/" + project + "/servers/detail?limit=1", "?limit=1&marker=" + ids[0], 1},
	} {
		var page serverPage
		w := get(gw, l.target)
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		link := ""
		if len(page.Links) > 0 {
			link = page.Links[0].Href
		}
		path, _, _ := strings.Cut(l.target, "?")
		want := ""
		if l.link != "" {
			want = "http://127.0.0.1:18774" + path + l.link
		}
		if len(page.Servers) != l.n || link != want {
			t.Errorf("GET %s: %d servers and link %q, want %d and %q", l.target, len(page.Servers), link, l.n, want)
		}
	}
}

// TestSortedPageAfterForeignMarker: the server of the marker need not match
// the filters any more.
func TestSortedPageAfterForeignMarker(t *testing.T) {
	c := newCloud()
	for i, status := range []string{"ACTIVE", "SHUTOFF", "ACTIVE"} {
		c.servers = append(c.servers, &compute.Server{ID: fmt.Sprint("id-", i), Name: fmt.Sprint(i), ProjectID: project, Status: status})
	}
	gw := newGateway(t, c)
	for _, query := range []string{"", "&sort_key=display_name&sort_dir=asc"} {
		got := follow(t, gw, "/v2.1/servers?status=ACTIVE&marker=id-1"+query, "2.1", 0)
		if !slices.Equal(got, []string{"id-2"}) {
			t.Errorf("after a marker that does not match%s: %v", query, got)
		}
	}
	if w := get(gw, "/v2.1/servers?sort_key=display_name&marker=none"); w.Code != 400 || fault(w) != "marker [none] not found" {
		t.Errorf("unknown marker: %d %s", w.Code, w.Body)
	}
}

// TestFirstSortedPage: an order that begins as the driver's needs no more of
// the list than a page, and the servers that are as old as its last.
func TestFirstSortedPage(t *testing.T) {
	c := newCloud()
	c.servers = randomServers(rand.New(rand.NewPCG(3, 4)), 60)
	gw := newGateway(t, c)
	for query, most := range map[string]int{horizonOrder: 30, "sort_key=display_name": 60} {
		c.yielded = 0
		if w := get(gw, "/v2.1/servers?limit=5&"+query); w.Code != 200 || c.yielded > most {
			t.Errorf("%s: %d, %d servers read", query, w.Code, c.yielded)
		}
	}
}

func TestBadListParameters(t *testing.T) {
	c := newCloud()
	gw := newGateway(t, c)
	for _, b := range []struct {
		version, query, message string
		status                  int
	}{
		{"2.1", "name=[", "Invalid input for query parameters name. Value: [. '[' is not a 'regex'", 400},
		{"2.1", "name=", "Invalid input for query parameters name. Value: . '' is not a 'regex'", 400},
		{"2.1", "ip=(", "Invalid input for query parameters ip. Value: (. '(' is not a 'regex'", 400},
		{"2.1", "limit=", "Invalid input for query parameters limit. Value: . '' is too short", 400},
		{"2.1", "limit=1&limit=x", "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'", 400},
		{"2.1", "sort_dir=up", "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'", 400},
		{"2.1", "sort_dir=asc&sort_dir=asc", "Invalid input received: Sort direction size exceeds sort key size", 400},
		{"2.1", "sort_key=host", "Only administrators can sort servers by host", 403},
		{"2.75", "sort_key=vcpus", "", 400},
		{"2.66", "changes-since=2026-01-02&changes-before=2026-01-01", "The value of changes-since must be less than or equal to changes-before.", 400},
		{"2.66", "changes-before=x", "Invalid input for query parameters changes-before. Value: x. 'x' is not a 'date-time'", 400},
		{"2.38", "status=NONSENSE", "Invalid status value", 400},
		{"2.38", "status=UNKNOWN", "Invalid status value", 400},
		{"2.1", "status=deleted", "Only administrators may list deleted instances", 403},
		{"2.1", "all_tenants", "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed.", 403},
		{"2.1", "all_tenants=maybe", "Invalid input received: Unrecognized value 'maybe', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'", 400},
		{"2.73", "locked=maybe", "Invalid input received: Unrecognized value 'maybe', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'", 400},
		{"2.75", "b=1&a=2", "'a', 'b' do not match any of the regexes: '^_'", 400},
		{"2.1", "name=%ff", "Query string is not UTF-8 encoded", 400},
	} {
		w := get(gw, "/v2.1/servers?"+b.query, at(b.version)...)
		if w.Code != b.status || b.message != "" && fault(w) != b.message {
			t.Errorf("%s at %s: %d %s\nwant %d %s", b.query, b.version, w.Code, fault(w), b.status, b.message)
		}
	}
	if len(c.asked) > 0 {
		t.Errorf("the driver was asked %d times for lists that are refused", len(c.asked))
	}
	for _, query := range []string{
		"_x=1", "all_tenants=0", "all_tenants=False", "nonsense", "status=NONSENSE", "sort_key=vcpus", "deleted=True", "name=%zz", "a;b=1", "&&",
		"changes-since=2026", "changes-since=20260101T000000Z", "changes-since=2026-01-01T00:00:00-01:30", "changes-since=9999-12-31",
	} {
		if w := get(gw, "/v2.1/servers?"+query); w.Code != 200 || w.Body.String() != `{"servers": []}` {
			t.Errorf("%s: %d %s, want an empty list", query, w.Code, w.Body)
		}
	}
}

// TestHostilePatterns: no pattern takes long.
func TestHostilePatterns(t *testing.T) {
	c := newCloud()
	c.servers = []*compute.Server{{ID: "1", ProjectID: project, Name: strings.Repeat("a", 255)}}
	gw := newGateway(t, c)
	start := time.Now()
	for _, p := range []string{`(a+)+$`, `(a|a)*b`, `(a|aa)+$b`, `(.*)*x`, strings.Repeat("(a?)", 500) + "b", `((a{1,100}){1,10})*b`, `(?=a)`, `\1`, `a{1000}{1000}`} {
		w := get(gw, "/v2.1/servers?name="+url.QueryEscape(p))
		if w.Code != 200 && w.Code != 400 {
			t.Errorf("%s: %d %s", p, w.Code, w.Body)
		}
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("patterns took %v", d)
	}
}

// FuzzListQuery: no query string makes a 5xx, and a refusal asks the driver
// nothing.
func FuzzListQuery(f *testing.F) {
	for _, q := range []string{
		"", "limit=1", "name=[", "status=ACTIVE&status=x", "sort_key=uuid&sort_dir=asc&marker=1", "changes-since=2026-01-01T00:00:00+01",
		"tags=a,b&not-tags-any=,", "%", "%ff=%00", "ip=(&ip6=)", "locked=", "_a=b", "=&&=;", "limit=-0", "marker=", "all_tenants=1", "power_state=*",
		"name=" + strings.Repeat("((a{0,30}){0,30}b)", 40), "name=" + strings.Repeat("a|", 3000), "name=(a*)*b", "ip=" + strings.Repeat("[0-9]{1,3}", 200),
		"tags=" + strings.Repeat("a,", 3000), "name=" + strings.Repeat("(", 2000), "sort_key=" + strings.Repeat("name&sort_key=", 500), "name=a.b%2Fc%2F..",
	} {
		f.Add(q, 1)
		f.Add(q, 96)
		f.Add(q, 104)
	}
	c := newCloud()
	c.servers = randomServers(rand.New(rand.NewPCG(1, 1)), 10)
	f.Fuzz(func(t *testing.T, query string, minor int) {
		if strings.ContainsAny(query, " #") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return // no server hands these on
		}
		path := "/v2.1/servers/detail?"
		if minor = minor % 105; minor <= 0 {
			path, minor = "/v2/"+project+"/servers?", 1
		}
		c.asked = nil
		start := time.Now()
		w := get(newGateway(t, c), path+query, at(fmt.Sprintf("2.%d", minor))...)
		if took := time.Since(start); took > 3*time.Second { // on a machine with other things to do
			t.Errorf("%d characters take %v", len(query), took)
		}
		switch w.Code {
		case 200:
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("%q: %s", query, w.Body)
			}
		case 400, 403:
			if fault(w) == "" || len(c.asked) > 0 && !regexp.MustCompile(`^marker \[`).MatchString(fault(w)) {
				t.Errorf("%q: driver asked %d times before %s", query, len(c.asked), w.Body)
			}
		default:
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}
